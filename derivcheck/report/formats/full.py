"""The report for people: each derivation as a document, each problem with its line, a summary.

A file in which everything is as it should be takes one line and the run one more; notes on how formulas
were read and conditions of a proof follow the file's line. `-v` shows every document, `-q` only what is
not as it should be.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rich.text import Text

from derivcheck.finding import Severity
from derivcheck.report.block import block
from derivcheck.report.document import document, plain_notes, step_notes, title_lines
from derivcheck.report.layout import ends, hang, paint
from derivcheck.report.options import RenderOptions
from derivcheck.report.outcome import announced, file_as_it_should_be
from derivcheck.report.problems import Problem, problems
from derivcheck.report.safe_text import safe
from derivcheck.report.words import counts, goal_words, number_of, seconds_words
from derivcheck.verdict import FileReport, Report


def render(report: Report, options: RenderOptions) -> str:
    """The whole report as text."""
    return paint(_lines(report, options), options)


def _lines(report: Report, options: RenderOptions) -> Iterator[Text]:
    apart = False
    for file in report.files:
        if not _calm(file, options):
            if apart:
                yield Text()
            yield from _document(file, len(report.files) > 1, options)
            yield Text()
            apart = False
        elif options.verbosity >= 0:
            yield from _calm_lines(file, len(report.files) > 1, options)
            apart = True
    if options.verbosity >= 0:
        yield from _summary(report, options)


def _calm(file: FileReport, options: RenderOptions) -> bool:
    """Nothing that a person has to look at."""
    if options.verbosity != 0 or not file_as_it_should_be(file):
        return options.verbosity < 0 and file_as_it_should_be(file)
    shown = any(problem.severity is not Severity.NOTE for problem in problems(file))
    return not shown and not any(map(announced, file.steps))


def _calm_lines(file: FileReport, many: bool, options: RenderOptions) -> Iterator[Text]:
    """The title, then what qualifies the proofs; a claim without a file is its own title."""
    if not file.path:
        yield from document(file, options)
        return
    titles = title_lines(file, options)
    if many:
        *before, last = titles
        titles = [*before, *ends(last, safe(counts(file.steps), options.encoding, "green"), options.width)]
    yield from titles
    notes = list(plain_notes(file))
    if file.symbols:
        notes.append(f"real variables: {', '.join(file.symbols)}")
    for note in notes:
        yield from hang(Text("  "), safe(note, options.encoding, "dim"), options.width)
    said: set[str] = set()
    for step in file.steps:
        for note in step_notes(step):
            if note not in said:
                said.add(note)
                head = safe(f"  step {step.id}   ", options.encoding, "dim")
                yield from hang(head, safe(note, options.encoding, "dim"), options.width)


def _document(file: FileReport, many: bool, options: RenderOptions) -> Iterator[Text]:
    """The derivation if there is one, then each problem, with blank lines between."""
    parts: list[Iterable[Text]] = []
    if file.path and (file.title or file.steps):
        parts.append(title_lines(file, options))
    if options.verbosity >= 0:
        parts.append(document(file, options))
    parts.extend(block(problem, file.path, options) for problem in problems(file) if _drawn(problem, options))
    if many and options.verbosity >= 0 and file.goal is not None:
        parts.append(hang(Text("  "), safe(goal_words(file.goal), options.encoding), options.width))
    yield from _apart(parts)


def _apart(parts: Iterable[Iterable[Text]]) -> Iterator[Text]:
    """The parts that say anything, a blank line between two."""
    begun = False
    for part in parts:
        lines = list(part)
        if lines and begun:
            yield Text()
        begun = begun or bool(lines)
        yield from lines


def _drawn(problem: Problem, options: RenderOptions) -> bool:
    """Notes stand elsewhere; a quiet report has only what makes the run fail."""
    if problem.severity is Severity.NOTE:
        return False
    return options.verbosity >= 0 or problem.severity is Severity.ERROR or (problem.judged and not problem.announced)


def _summary(report: Report, options: RenderOptions) -> list[Text]:
    words = counts(step for file in report.files for step in file.steps) + "."
    if len(report.files) == 1 and report.files[0].goal is not None:
        words += f"  {goal_words(report.files[0].goal)}"
    elif len(report.files) != 1:
        bad = sum(not file_as_it_should_be(file) for file in report.files)
        words = f"{number_of(len(report.files), 'derivation')}{f', {bad} with problems' if bad else ''}: {words}"
    return ends(safe(words, options.encoding, "bold"), Text(seconds_words(report.seconds), "dim"), options.width)

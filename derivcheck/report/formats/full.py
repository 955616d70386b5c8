"""The report for people: each derivation as a document, each problem with its line, a summary.

A file in which everything is as it should be takes one line and the run one more; notes on how formulas
were read and conditions of a proof follow the file's line. A single file that shows a mistake on purpose is
shown in full. `-v` shows every document, `-q` only what is not as it should be.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rich.text import Text

from derivcheck.finding import Severity
from derivcheck.report.block import block
from derivcheck.report.dialect import as_written
from derivcheck.report.document import document, file_notes, step_notes, title_lines
from derivcheck.report.layout import ends, hang, paint
from derivcheck.report.options import RenderOptions
from derivcheck.report.outcome import announced, file_as_it_should_be
from derivcheck.report.phrases import phrases_for
from derivcheck.report.problems import Problem, problems
from derivcheck.report.safe_text import safe
from derivcheck.report.words import counts, goal_words, seconds_words, step_words, summary_words
from derivcheck.verdict import FileReport, Report, Verdict


def render(report: Report, options: RenderOptions) -> str:
    """The whole report as text."""
    return paint(_lines(report, options), options)


def _lines(report: Report, options: RenderOptions) -> Iterator[Text]:
    many = len(report.files) > 1
    apart = False
    for file in map(as_written, report.files):
        if not _calm(file, many, options):
            if apart:
                yield Text()
            yield from _document(file, many, options)
            yield Text()
            apart = False
        elif options.verbosity >= 0:
            yield from _calm_lines(file, many, options)
            apart = True
    if options.verbosity >= 0:
        yield from _summary(report, options)


def _calm(file: FileReport, many: bool, options: RenderOptions) -> bool:
    """Nothing that a person has to look at; mistakes shown on purpose are for those who ask for one file."""
    if options.verbosity != 0 or not file_as_it_should_be(file):
        return options.verbosity < 0 and file_as_it_should_be(file)
    told = problems(file, phrases_for(options))
    shown = any(problem.severity is not Severity.NOTE and not problem.announced for problem in told)
    return not shown and (many or not any(map(announced, file.steps)))


def _calm_lines(file: FileReport, many: bool, options: RenderOptions) -> Iterator[Text]:
    """One line, then what qualifies the proofs; a claim without a file is its own line."""
    if not file.path:
        yield from document(file, options)
        return
    yield from _counted(file, options) if many else title_lines(file, options)
    for note in file_notes(file, options):
        yield from hang(Text("  "), safe(note, options.encoding, "dim"), options.width)
    say = phrases_for(options)
    for step, notes in zip(file.steps, step_notes(file, options, domains=False), strict=True):
        head = safe(f"  {step_words(step.id, say)}   ", options.encoding, "dim")
        for note in notes:
            yield from hang(head, safe(note, options.encoding, "dim"), options.width)


def _counted(file: FileReport, options: RenderOptions) -> list[Text]:
    """Path and counts; there is no room for titles in a list of files."""
    style = "blue" if any(map(announced, file.steps)) else "green"
    counted = safe(counts(file.steps, phrases_for(options)), options.encoding, style)
    return ends(safe(file.path, options.encoding, "bold"), counted, options.width)


def _document(file: FileReport, many: bool, options: RenderOptions) -> Iterator[Text]:
    """The derivation if there is one, then each problem, with blank lines between."""
    parts: list[Iterable[Text]] = []
    if file.path and (file.title or file.steps):
        parts.append(title_lines(file, options))
    if options.verbosity >= 0:
        parts.append(document(file, options))
    said: set[tuple[str, str]] = set()
    told = problems(file, phrases_for(options))
    parts.extend(block(problem, file.path, options, said) for problem in told if _drawn(problem, options))
    if many and options.verbosity >= 0 and file.goal is not None:
        words = goal_words(file.goal, phrases_for(options))
        parts.append(hang(Text("  "), safe(words, options.encoding), options.width))
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
    """Notes stand elsewhere; a quiet report has only what makes the run fail; one block says all of a wrong step."""
    if problem.severity is Severity.NOTE:
        return False
    if problem.id == "expectation-missed" and problem.step is not None and problem.step.verdict is Verdict.WRONG:
        return False
    return options.verbosity >= 0 or problem.severity is Severity.ERROR or (problem.judged and not problem.announced)


def _summary(report: Report, options: RenderOptions) -> Iterator[Text]:
    """Counts and time; the goal of a single derivation behind them, or below where it is long."""
    say = phrases_for(options)
    words = safe(summary_words(report, say), options.encoding, "bold")
    seconds = Text(seconds_words(report.seconds, say), "dim")
    goal = report.files[0].goal if len(report.files) == 1 else None
    if goal is None:
        yield from ends(words, seconds, options.width)
        return
    reached = safe(goal_words(goal, say), options.encoding, "bold")
    together = ends(Text.assemble(words, "  ", reached), seconds, options.width)
    if len(together) == 1:
        yield from together
    else:
        yield from ends(words, seconds, options.width)
        yield from hang(Text(), reached, options.width)

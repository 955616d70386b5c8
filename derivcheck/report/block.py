"""One problem drawn in full: its id and place, the line with its underline, what is known, what helps."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rich.cells import cell_len
from rich.text import Text

from derivcheck.finding import Severity
from derivcheck.report.layout import ends, hang
from derivcheck.report.options import RenderOptions
from derivcheck.report.phrases import phrases_for
from derivcheck.report.problems import Problem, is_whole, witness_sentence
from derivcheck.report.safe_text import safe, visible_text
from derivcheck.report.snippet import snippet
from derivcheck.report.undecided import seen_words, try_words
from derivcheck.report.words import step_words
from derivcheck.verdict import Diagnosis, StepResult, Verdict

INDENT = 2
LABEL_WIDTH = 9
_STYLES = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.NOTE: "blue"}

Row = tuple[str, str]


def block(problem: Problem, path: str, options: RenderOptions, said: set[Row] | None = None) -> Iterator[Text]:
    """The lines of one problem, paragraphs apart; general advice that was `said` before is left out."""
    style = "blue" if problem.announced else _STYLES[problem.severity]
    yield from _heading(problem, path, style, options)
    if problem.source is not None and problem.span is not None:
        yield Text()
        yield from snippet(problem.source, problem.span, problem.label, options, style)
    told = _told(problem)
    if told not in (problem.label, witness_sentence(problem.witness)):
        yield Text()
        yield from _prose(told, options)
    rows = [row for row in _rows(problem, options) if row[1] and not (said and row in said)]
    if said is not None:
        said.update(row for row in rows if row[0] in ("try", "more"))
    if rows:
        yield Text()
        yield from _table(rows, options)


def place_words(problem: Problem, path: str) -> str:
    """`homework/ann.yaml:12:24`, as editors understand it."""
    if problem.source is None or problem.span is None:
        return path
    line, column = problem.source.line_column(problem.span.start)
    return f"{path}:{line}:{column}" if path else ""


def _heading(problem: Problem, path: str, style: str, options: RenderOptions) -> list[Text]:
    """The id and the place; the step's name where there is room for it."""
    say = phrases_for(options)
    words = say("block.announced", id=problem.id) if problem.announced else problem.id
    left = safe(words, options.encoding, f"bold {style}")
    place = place_words(problem, path)
    if problem.step is not None and path:
        with_step = f"{step_words(problem.step.id, say)}  {place}"
        lines = ends(left, safe(with_step, options.encoding, "dim"), options.width)
        if len(lines) == 1:
            return lines
    return ends(left, safe(place, options.encoding, "dim"), options.width)


def _told(problem: Problem) -> str:
    """The headline, after the sentence on the place where the underline does not say as much."""
    step = problem.step
    found = step.diagnosis if problem.judged and step is not None else None
    if step is None or found is None or found.place in ("", problem.message) or is_whole(found, step):
        return problem.message
    return f"{found.place} {problem.message}"


def _prose(text: str, options: RenderOptions) -> Iterator[Text]:
    """Sentences under one indent; the text's own lines stay lines."""
    for line in text.splitlines():
        inner = len(line) - len(line.lstrip())
        yield from hang(Text(" " * (INDENT + inner)), safe(line.lstrip(), options.encoding), options.width)


def _table(rows: Iterable[Row], options: RenderOptions) -> Iterator[Text]:
    say = phrases_for(options)
    for name, value in rows:
        label = visible_text(say(f"row.{name}"), options.encoding)
        head = Text(" " * INDENT).append(label, style="dim" if name == "more" else "bold")
        for line in value.splitlines():
            body = safe(line, options.encoding)
            yield from hang(head, body, options.width, indent=INDENT + LABEL_WIDTH)
            head = Text()


def _rows(problem: Problem, options: RenderOptions) -> Iterator[Row]:
    """What is known and what helps, a name of the phrases and a text each."""
    say = phrases_for(options)
    if problem.finding is not None:
        yield "help", problem.finding.help
        for note in problem.finding.notes:
            yield "note", note
    elif problem.step is not None and problem.judged:
        yield from _verdict_rows(problem.step, problem.witness, options)
    if problem.step is not None and problem.step.verdict is Verdict.UNDECIDED and problem.finding is None:
        yield "seen", seen_words(problem.step.reason, say)
        yield "try", try_words(problem.step.reason, say)
    yield "more", f"derivcheck explain {visible_text(problem.id)}"


def _verdict_rows(step: StepResult, witness: tuple[str, ...], options: RenderOptions) -> Iterator[Row]:
    """The point, the truth unless the fix is all of it, the mistake."""
    found = step.diagnosis
    yield "check", _check_words(witness, options.width - INDENT - LABEL_WIDTH)
    if step.expected is not None and not (found and _answer(found) and is_whole(found, step)):
        yield "true", step.expected
    if found is not None:
        yield from _diagnosis_rows(found, options)
    if step.verdict is Verdict.WRONG:
        yield "note", step.missed_expectation
        yield "note", phrases_for(options)("problem.fault") if step.fault else ""


def _check_words(witness: tuple[str, ...], width: int) -> str:
    """The point and the two values, apart in one line, or on lines of their own."""
    if len(witness) < 2:
        return "".join(witness)
    at, values = f"{witness[0]}:", ",   ".join(witness[1:])
    return f"{at}   {values}" if cell_len(f"{at}   {values}") <= width else f"{at}\n{values}"


def _diagnosis_rows(found: Diagnosis, options: RenderOptions) -> Iterator[Row]:
    """A question is only asked where the answer is not given, a rule only named where the mistake is."""
    yield "ask", "" if _answer(found) else found.question
    yield "rule", found.principle if found.message else ""
    yield "fix", _answer(found)
    if options.replay and len(found.replay) > 1:
        equations = any(" = " in line for line in found.replay)
        yield "replay", ("\n" if equations else "\n= ").join(found.replay)
    yield "then", "\n".join(found.consequences)


def _answer(found: Diagnosis) -> str:
    return found.answer or found.fix

"""One problem drawn in full: its id and place, the line with its underline, what is known, what helps."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rich.text import Text

from derivcheck.finding import Severity
from derivcheck.report.layout import ends, hang
from derivcheck.report.options import RenderOptions
from derivcheck.report.problems import Problem, point_words
from derivcheck.report.safe_text import safe, visible_text
from derivcheck.report.snippet import snippet
from derivcheck.verdict import Counterexample, StepResult

INDENT = 2
LABEL_WIDTH = 9
_STYLES = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.NOTE: "blue"}

Row = tuple[str, str]


def block(problem: Problem, path: str, options: RenderOptions) -> Iterator[Text]:
    """The lines of one problem, paragraphs apart."""
    style = "blue" if problem.announced else _STYLES[problem.severity]
    yield from _heading(problem, path, style, options)
    if problem.source is not None and problem.span is not None:
        yield Text()
        yield from snippet(problem.source, problem.span, problem.label, options, style)
    if problem.message != problem.label:
        yield Text()
        yield from _prose(problem.message, options)
    rows = [row for row in _rows(problem) if row[1]]
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
    words = problem.id + (", as announced" if problem.announced else "")
    left = safe(words, options.encoding, f"bold {style}")
    step = f"step {problem.step.id}" if problem.step is not None and path else ""
    where = "  ".join(part for part in (step, place_words(problem, path)) if part)
    return ends(left, safe(where, options.encoding, "dim"), options.width)


def _prose(text: str, options: RenderOptions) -> Iterator[Text]:
    """Sentences under one indent; the text's own lines stay lines."""
    for line in text.splitlines():
        inner = len(line) - len(line.lstrip())
        yield from hang(Text(" " * (INDENT + inner)), safe(line.lstrip(), options.encoding), options.width)


def _table(rows: Iterable[Row], options: RenderOptions) -> Iterator[Text]:
    for label, value in rows:
        head = Text(" " * INDENT).append(label, style="dim" if label == "more" else "bold")
        for line in value.splitlines():
            body = safe(line, options.encoding)
            yield from hang(head, body, options.width, indent=INDENT + LABEL_WIDTH)
            head = Text()


def _rows(problem: Problem) -> Iterator[Row]:
    """What is known and what helps, a label and a text each."""
    if problem.finding is not None:
        yield "help", problem.finding.help
        for note in problem.finding.notes:
            yield "note", note
    elif problem.step is not None:
        yield from _step_rows(problem.step)
    yield "more", f"derivcheck explain {visible_text(problem.id)}"


def _step_rows(step: StepResult) -> Iterator[Row]:
    if step.expected is not None:
        yield "written", written(step)
        yield "true", step.expected
    if step.diagnosis is None:
        return
    if step.counterexample is not None:
        yield "check", _check_words(step.counterexample)
    yield "ask", step.diagnosis.question
    yield "rule", step.diagnosis.principle
    yield "fix", step.diagnosis.fix
    yield "then", "\n".join(step.diagnosis.consequences)


def _check_words(seen: Counterexample) -> str:
    return f"{point_words(seen)}: written {seen.claimed}, true {seen.expected}"


def written(step: StepResult) -> str:
    """The side that is judged: the broken link, or what stands after the last `=` of the claim."""
    if step.link is not None:
        return step.claim[step.link.start : step.link.end].strip()
    return " ".join(step.claim.rpartition("=")[2].split())

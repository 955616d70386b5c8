"""The derivation as a document: what is given, where it is judged, every step with its verdict.

A chain that does not fit on a line is broken before its `=` signs, which stand below each other; so does a
step that goes on from the one before. What is still too long goes on under itself.
"""

from __future__ import annotations

from collections.abc import Iterator

from rich.cells import cell_len
from rich.text import Text

from derivcheck.finding import Severity
from derivcheck.report.layout import ends, hang, wrap
from derivcheck.report.options import RenderOptions
from derivcheck.report.safe_text import safe, visible_text
from derivcheck.report.words import conditions_words, verdict_style, verdict_word
from derivcheck.verdict import FileReport, StepResult

INDENT = 2
LONGEST_CLAIM = 20_000
DEEPEST_EQUALS = 24
_OPENING, _CLOSING = "([{", ")]}"


def title_lines(file: FileReport, options: RenderOptions) -> list[Text]:
    """The file's path and title."""
    head = safe(file.path, options.encoding, "bold")
    if not file.title:
        return wrap(head, options.width)
    return hang(Text.assemble(head, "   "), safe(file.title, options.encoding), options.width)


def document(file: FileReport, options: RenderOptions) -> Iterator[Text]:
    """Definitions and domain, then the steps, with blank lines between."""
    given = list(_given(file, options))
    yield from given
    if given and file.steps:
        yield Text()
    yield from _steps(file, options)


def _given(file: FileReport, options: RenderOptions) -> Iterator[Text]:
    lines = [*file.definitions]
    if file.domain:
        lines.append(f"judged on {conditions_words(file.domain)}")
    if file.symbols:
        lines.append(f"real variables: {', '.join(file.symbols)}")
    lines.extend(plain_notes(file))
    for line in lines:
        yield from hang(Text(" " * INDENT), safe(line, options.encoding), options.width)


def _steps(file: FileReport, options: RenderOptions) -> Iterator[Text]:
    numbers = [safe(step.id if file.path else "", options.encoding, "dim") for step in file.steps]
    left = INDENT + max(map(_cells, numbers), default=0) + (2 if file.path else 0)
    verdicts = max((len(verdict_word(step)) for step in file.steps), default=0)
    room = max(options.width - left - verdicts - 2, options.width // 2)
    claims, column = [], 0
    for step in file.steps:
        lines, column = claim_lines(step.claim, column, room, options.encoding)
        claims.append(lines)
    widest = max((cell_len(line) for lines in claims for line in lines), default=0)
    said: set[str] = set()
    for step, number, lines in zip(file.steps, numbers, claims, strict=True):
        yield from _step(step, number, lines, left, left + min(widest, room) + 2, options.width)
        yield from _new_notes(step, file, said, left + 2, options)


def _cells(text: Text) -> int:
    return cell_len(text.plain)


def _step(step: StepResult, number: Text, lines: list[str], left: int, column: int, width: int) -> list[Text]:
    """The claim's lines, the verdict after the last one."""
    head = Text.assemble(" " * INDENT, number)
    drawn = [Text.assemble(head, " " * (left - _cells(head)), lines[0])]
    drawn.extend(Text(" " * left + line) for line in lines[1:])
    verdict = Text(verdict_word(step), verdict_style(step))
    padded = Text.assemble(drawn[-1], " " * (column - 2 - _cells(drawn[-1])))
    return [*drawn[:-1], *ends(padded, verdict, min(column + len(verdict), width))]


def claim_lines(claim: str, column: int, room: int, encoding: str) -> tuple[list[str], int]:
    """The claim as written in lines of at most `room` cells, and the column where its `=` signs stand.

    `column` is that of the step before: a step that starts with `=` stands below it.
    """
    own = _own_lines(claim, encoding)
    if not own[0].startswith(("=", "&=")):
        column = _equals_column(own[0])
    drawn: list[str] = []
    for line in own:
        for link in _links(line, column) if cell_len(line) > room - column else [line]:
            indent = (column or 2 * bool(drawn)) if link.startswith(("=", "&=")) else 2 * bool(drawn)
            drawn.extend(_under_itself(link, indent, room))
    return drawn, column


def _own_lines(claim: str, encoding: str) -> list[str]:
    if len(claim) > LONGEST_CLAIM:
        claim = f"{claim[:LONGEST_CLAIM]} ... ({len(claim) - LONGEST_CLAIM:,} more characters)"
    return [visible_text(line.strip(), encoding) for line in claim.split("\n") if line.strip()] or [""]


def _equals_column(line: str) -> int:
    """The column of the first `=`, zero where it stands too far right to be followed."""
    before = cell_len(line[: next(_equals(line), 0)])
    return before if before <= DEEPEST_EQUALS else 0


def _links(line: str, column: int) -> list[str]:
    """A chain before each `=`, except the first one where the left side is short."""
    marks = [mark for mark in _equals(line) if mark > 0]
    starts = [0, *(marks[1:] if column and not line.startswith(("=", "&=")) else marks)]
    return [line[start:end].strip() for start, end in zip(starts, [*starts[1:], len(line)], strict=True)]


def _under_itself(link: str, indent: int, room: int) -> list[str]:
    if indent + cell_len(link) <= room:
        return [" " * indent + link]
    first, *rest = [part.plain for part in wrap(Text(link), room - indent - 2)]
    return [" " * indent + first, *(" " * (indent + 2) + part for part in rest)]


def _equals(line: str) -> Iterator[int]:
    """Where a single `=` stands outside all brackets."""
    depth = 0
    for index, character in enumerate(line):
        depth += (character in _OPENING) - (character in _CLOSING)
        alone = line[index - 1 : index] not in ("<", ">", "!", ":", "=") and line[index + 1 : index + 2] != "="
        if character == "=" and depth <= 0 and alone:
            yield index


def _new_notes(
    step: StepResult, file: FileReport, said: set[str], indent: int, options: RenderOptions
) -> Iterator[Text]:
    """The step's notes that were not given before, its domain where it is not the file's."""
    domain = [f"judged on {conditions_words(step.domain)}"] if step.domain not in ((), file.domain) else []
    for note in (*domain, *step_notes(step, options.verbosity)):
        if note not in said:
            said.add(note)
            yield from hang(Text(" " * indent), safe(note, options.encoding, "dim"), options.width)


def step_notes(step: StepResult, verbosity: int = 0) -> Iterator[str]:
    """What goes with a verdict: conditions, how it was read, and with `-v` why it is so."""
    if step.conditions:
        yield f"{step.verdict} where {conditions_words(step.conditions)}"
    for reading in step.readings:
        yield reading.message
    if verbosity > 0:
        yield from (text for text in (step.because, step.explanation, step.note) if text)


def plain_notes(file: FileReport) -> Iterator[str]:
    """Notes that belong to the file."""
    return (finding.message for finding in file.findings if finding.severity is Severity.NOTE)

"""The derivation as a document: what is given, where it is judged, every step with its verdict and its notes.

A chain that does not fit on a line is broken before its `=` signs, which stand below each other; so does a
step that goes on from the one before. What is still too long goes on under itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rich.cells import cell_len
from rich.text import Text

from derivcheck.finding import Severity
from derivcheck.report.layout import ends, hang, wrap
from derivcheck.report.options import RenderOptions
from derivcheck.report.phrases import phrases_for
from derivcheck.report.safe_text import safe, visible_text
from derivcheck.report.witness import continues
from derivcheck.report.words import verdict_style, verdict_word
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
    say = phrases_for(options)
    lines = [*file.definitions]
    if file.domain:
        lines.append(say("document.judged-on", conditions=", ".join(file.domain)))
    lines.extend(file_notes(file, options))
    for line in lines:
        yield from hang(Text(" " * INDENT), safe(line, options.encoding), options.width)


def _steps(file: FileReport, options: RenderOptions) -> Iterator[Text]:
    say = phrases_for(options)
    numbers = [safe(step.id if file.path else "", options.encoding, "dim") for step in file.steps]
    left = INDENT + max(map(_cells, numbers), default=0) + (2 if file.path else 0)
    words = [Text(visible_text(verdict_word(step, say), options.encoding), verdict_style(step)) for step in file.steps]
    room = max(options.width - left - max(map(_cells, words), default=0) - 2, options.width // 2)
    claims, column = [], 0
    for step in file.steps:
        lines, column = claim_lines(step.claim, column, room, options.encoding)
        claims.append(lines)
    widest = max((cell_len(line) for lines in claims for line in lines), default=0)
    place = left + min(widest, room) + 2
    notes = step_notes(file, options)
    for number, lines, word, said in zip(numbers, claims, words, notes, strict=True):
        yield from _step(number, lines, word, left, place, options.width)
        for note in said:
            yield from hang(Text(" " * (left + 2)), safe(note, options.encoding, "dim"), options.width)


def _cells(text: Text) -> int:
    return cell_len(text.plain)


def _step(number: Text, lines: list[str], word: Text, left: int, column: int, width: int) -> list[Text]:
    """The claim's lines, the verdict after the last one."""
    head = Text.assemble(" " * INDENT, number)
    drawn = [Text.assemble(head, " " * (left - _cells(head)), lines[0])]
    drawn.extend(Text(" " * left + line) for line in lines[1:])
    padded = Text.assemble(drawn[-1], " " * (column - 2 - _cells(drawn[-1])))
    return [*drawn[:-1], *ends(padded, word, min(column + _cells(word), width))]


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
        claim = f"{claim[:LONGEST_CLAIM]} ..."
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


def step_notes(file: FileReport, options: RenderOptions, domains: bool = True) -> list[list[str]]:
    """For each step what goes with its verdict: conditions, how it was read, with `-v` why it is right.

    `domains` adds where it is judged, if that is not where the file is. How something is read is told once, and so is
    where steps are judged, with `-v` for each chain anew. Conditions of a proof are told for each chain.
    """
    say = phrases_for(options)
    read: set[str] = set()
    judged = set(file.domain)
    proved: set[str] = set()
    found = []
    for step in file.steps:
        if not continues(step.claim):
            proved = set()
            judged = set(file.domain) if options.verbosity > 0 else judged
        where = _new(step.domain, judged) if domains else []
        beyond = _new(step.conditions, proved)
        key = "document.judged-where-also" if file.domain else "document.judged-on"
        notes = [say(key, conditions=", ".join(where))] if where else []
        if beyond:
            verdict = say(f"right.{step.verdict}")
            notes.append(say("document.right-where", verdict=verdict, conditions=", ".join(beyond)))
        notes.extend(_new((reading.message for reading in step.readings), read))
        found.append(list(dict.fromkeys((*notes, *_why(step, options)))))
    return found


def _new(items: Iterable[str], said: set[str]) -> list[str]:
    """Those not said yet; now they are."""
    new = [item for item in dict.fromkeys(items) if item not in said]
    said.update(new)
    return new


def _why(step: StepResult, options: RenderOptions) -> Iterator[str]:
    """Why the step is so: what the author says, what was found, what the file notes."""
    if options.verbosity > 0:
        yield from (text for text in (step.because, step.explanation, step.note) if text)


def file_notes(file: FileReport, options: RenderOptions) -> Iterator[str]:
    """Undeclared variables, and notes that belong to the file."""
    if file.symbols:
        yield phrases_for(options)("document.variables", names=", ".join(file.symbols))
    yield from (finding.message for finding in file.findings if finding.severity is Severity.NOTE)

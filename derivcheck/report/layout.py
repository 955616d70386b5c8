"""Lines that fit: wrapping, hanging indents, and lines painted with or without colour.

Widths are terminal cells. Nothing is ever cut: a formula goes on under itself, broken after a space, else
before an operator, else wherever it must be; a mark that combines stays with its letter.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator

from rich.cells import cell_len
from rich.text import Text

from derivcheck.report.options import RenderOptions

_OPERATORS = frozenset("+-−=*·⋅/,;)")


def wrap(text: Text, width: int) -> list[Text]:
    """The text in lines of at most `width` cells; styles are kept."""
    ranges = list(_line_ranges(text.plain, max(width, 8)))
    # Cut once at every boundary: what lies between two lines, the blanks, is every second piece.
    pieces = text.divide([offset for start_end in ranges for offset in start_end])
    return list(pieces[1::2]) or [text]


def _line_ranges(plain: str, width: int) -> Iterator[tuple[int, int]]:
    start = 0
    while start < len(plain):
        end = _fitting(plain, start, width)
        if end < len(plain):
            end = _break_before(plain, start, end)
        yield start, start + len(plain[start:end].rstrip())
        start = end
        while start < len(plain) and plain[start] == " ":
            start += 1


def _fitting(plain: str, start: int, width: int) -> int:
    """The end of the longest piece from `start` that fits."""
    cells, end = 0, start
    while end < len(plain):
        cells += cell_len(plain[end])
        if cells > width:
            break
        end += 1
    return max(end, start + 1)


def _break_before(plain: str, start: int, end: int) -> int:
    """The best place to break at or before `end`: a space, or an operator in the last half."""
    space = plain.rfind(" ", start + 1, end + 1)
    if space > start and plain[start:space].strip():
        return space
    for position in range(end, start + (end - start) // 2, -1):
        if plain[position] in _OPERATORS:
            return position
    while end - 1 > start and cell_len(plain[end]) == 0:
        end -= 1
    return end


def hang(head: Text, body: Text, width: int, indent: int | None = None) -> list[Text]:
    """`head` and then `body`, wrapped under its own beginning."""
    column = cell_len(head.plain) if indent is None else indent
    lines = wrap(body, width - column)
    first = Text.assemble(head, " " * (column - cell_len(head.plain)), lines[0])
    return [first, *(Text.assemble(" " * column, line) for line in lines[1:])]


def paragraphs(text: Text, width: int, indent: int = 2) -> list[Text]:
    """Prose under one indent."""
    return hang(Text(" " * indent), text, width)


def ends(left: Text, right: Text, width: int) -> list[Text]:
    """Two texts at the two ends of one line, or on two lines when there is no room."""
    gap = width - cell_len(left.plain) - cell_len(right.plain)
    if gap >= 2:
        return [Text.assemble(left, " " * gap, right)]
    lines = wrap(left, width)
    room = width - cell_len(lines[-1].plain) - cell_len(right.plain)
    if room >= 2:
        return [*lines[:-1], Text.assemble(lines[-1], " " * room, right)]
    return [*lines, *(Text.assemble(" " * max(width - cell_len(line.plain), 0), line) for line in wrap(right, width))]


def paint(lines: Iterable[Text], options: RenderOptions) -> str:
    """The lines as one string; escape codes for colours only when they are asked for."""
    kept = list(lines)
    for line in kept:
        line.rstrip()
    if not options.color:
        return "".join(f"{line.plain}\n" for line in kept)
    # Only a coloured report pays for the console.
    from rich.console import Console

    stream = io.StringIO()
    console = Console(file=stream, force_terminal=True, color_system="standard", width=options.width, no_color=False)
    for line in kept:
        console.print(line, soft_wrap=True, highlight=False)
    return stream.getvalue()

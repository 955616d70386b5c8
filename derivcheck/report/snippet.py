"""Source lines with a caret underline, as compilers draw them.

Purpose: show the person's own line and, under the guilty characters, an underline with a label.
Method: each character becomes what is shown for it (a tab up to the next stop, an escape spelled out) and
knows whether it is underlined; widths are terminal cells. A line wider than the screen goes on below itself
and is underlined there too. Of a span over many lines the first ones and the last are drawn.
Limits: a line of more than 2,000 characters is shown only around the span.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rich.cells import cell_len
from rich.text import Text

from derivcheck.expression import Span
from derivcheck.report.layout import wrap
from derivcheck.report.options import RenderOptions
from derivcheck.report.safe_text import visible, visible_text
from derivcheck.source import Source

TAB_STOP = 4
MOST_LINES = 6
LONGEST_LINE = 2000
AROUND = 200


@dataclass(frozen=True, slots=True)
class _Glyph:
    """What is shown for one character, and whether it is underlined."""

    shown: str
    marked: bool

    @property
    def cells(self) -> int:
        return cell_len(self.shown)


@dataclass(frozen=True, slots=True)
class _Row:
    """One row on the screen; `name` is the line number, empty where a line goes on."""

    name: str
    glyphs: tuple[_Glyph, ...] = ()

    @property
    def marked(self) -> bool:
        return any(glyph.marked for glyph in self.glyphs)


def snippet(source: Source, span: Span, label: str, options: RenderOptions, style: str = "red") -> list[Text]:
    """The lines of the span with their underlines; the label stands after the last one."""
    first, last = source.line_column(span.start)[0], source.line_column(max(span.start, span.end - 1))[0]
    gutter = max(len(str(last)), 3) + 1
    width = max(options.width - gutter - 3, 16)
    rows = [row for number in _few(first, last) for row in _rows(source, number, span, width, options)]
    final = max((index for index, row in enumerate(rows) if row.marked), default=-1)
    drawn: list[Text] = []
    for index, row in enumerate(rows):
        drawn.append(Text.assemble(_gutter(row.name, gutter, options), "".join(glyph.shown for glyph in row.glyphs)))
        if row.marked:
            below = _underline(row, label if index == final else "", width, style, options)
            drawn.extend(Text.assemble(_gutter("", gutter, options), line) for line in below)
    return drawn


def _few(first: int, last: int) -> list[int | None]:
    """The lines to draw; None stands for those left out."""
    if last - first < MOST_LINES:
        return list(range(first, last + 1))
    return [*range(first, first + MOST_LINES - 2), None, last]


def _gutter(name: str, width: int, options: RenderOptions) -> Text:
    return Text(f"{name:>{width}} {visible('│', options.encoding)} ", style="dim")


def _rows(source: Source, number: int | None, span: Span, width: int, options: RenderOptions) -> Iterator[_Row]:
    """The rows of one source line, at least one."""
    if number is None:
        yield _Row("...")
        return
    begin = source.line_starts[number - 1]
    glyphs = _glyphs(source.line_text(number), span.start - begin, span.end - begin, options)
    name = str(number)
    row: list[_Glyph] = []
    for glyph in glyphs:
        row.append(glyph)
        if sum(item.cells for item in row) > width:
            end = _row_end(row)
            yield _Row(name, tuple(row[:end]))
            name, row = "", row[end:]
    yield _Row(name, tuple(row))


def _row_end(row: list[_Glyph]) -> int:
    """Where a row that is one glyph too long ends: behind a blank in its last half, else before that glyph."""
    last = len(row) - 1
    return next((at for at in range(last, last // 2, -1) if row[at - 1].shown == " "), last)


def _glyphs(text: str, start: int, end: int, options: RenderOptions) -> Iterator[_Glyph]:
    """The line's characters with the range underlined; an empty range is one caret, also at the line's end."""
    if start < 0:
        start = len(text) - len(text.lstrip())
    if end > len(text):
        end = max(len(text.rstrip()), start)
    end = max(end, start + 1)
    low, high = _window(len(text), start, end)
    if low > 0:
        yield from _plain(options, "... ")
    cells = 0
    for index, character in enumerate(text[low:high], low):
        shown = " " * (TAB_STOP - cells % TAB_STOP) if character == "\t" else visible(character, options.encoding)
        glyph = _Glyph(shown, start <= index < end)
        cells += glyph.cells
        yield glyph
    if high < len(text):
        yield from _plain(options, " ...")
    if start >= len(text):
        yield _Glyph(" ", True)


def _window(size: int, start: int, end: int) -> tuple[int, int]:
    if size <= LONGEST_LINE:
        return 0, size
    return max(start - AROUND, 0), min(end + AROUND, start + LONGEST_LINE, size)


def _plain(options: RenderOptions, text: str) -> Iterable[_Glyph]:
    return (_Glyph(character, False) for character in visible_text(text, options.encoding))


def _underline(row: _Row, label: str, width: int, style: str, options: RenderOptions) -> list[Text]:
    """The carets and after them the label, or below them when there is no room."""
    carets = "".join(("^" if glyph.marked else " ") * glyph.cells for glyph in row.glyphs).rstrip()
    if not carets:
        carets = " " * sum(glyph.cells for glyph in row.glyphs[:1]) + "^"
    if not label:
        return [Text(carets, style=style)]
    text = Text(visible_text(label, options.encoding), style=style)
    column = len(carets) + 1
    if column + cell_len(text.plain) <= width:
        return [Text.assemble((carets + " ", style), text)]
    column = max(min(len(carets) - len(carets.lstrip()), width - cell_len(text.plain), width // 2), 0)
    return [Text(carets, style=style), *(Text.assemble(" " * column, line) for line in wrap(text, width - column))]

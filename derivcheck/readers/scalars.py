"""The text of a YAML scalar with the place of each character.

Purpose: a span inside a formula must be underlined in the file the person edits, through quotes, escapes,
folded lines and block indentation. PyYAML gives only where a scalar starts and ends; this module reads the
scalar again by the rules of PyYAML's scanner and keeps an offset for each character.

Method: one pass over tokens for plain and quoted text, one over lines for block scalars; both linear.
`text` is what the parser was given (tabs are spaces there), `original` what the file holds at the same
offsets. A character made by an escape has the offset of the backslash, a folded line break that of the
break. Surrogate pairs written as two escapes become one character.

Limits: the scalar must be one that the parser accepted.
Source: YAML 1.1, chapter 9; the deviations are those of yaml/scanner.py.
"""

from __future__ import annotations

import re

from derivcheck.source import Located

_TOKEN = re.compile(
    r"(?P<run>[^ \r\n\\']+)|(?P<space> +)|(?P<break>(?:\r\n|\r|\n)[ \r\n]*)"
    r"|(?P<escape>\\(?:x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|(?:\r\n|\r|\n)[ \r\n]*|[\s\S]))"
    r"|(?P<quote>'')|(?P<other>[\s\S])"
)
_BREAK = re.compile(r"\r\n|\r|\n")
_HEADER = re.compile(
    r"(?P<style>[|>])(?:(?P<chomp>[+-])?(?P<indent>[1-9])?|(?P<indent_first>[1-9])(?P<chomp_last>[+-]))"
)
_LINE = re.compile(r"(?P<indent> *)(?P<content>[^\r\n]*)(?P<end>\r\n|\r|\n|\Z)")
_ESCAPES = {
    "0": "\0", "a": "\a", "b": "\b", "t": "\t", "n": "\n", "v": "\v", "f": "\f", "r": "\r", "e": "\x1b",
    "N": "\x85", "_": "\xa0", "L": "\u2028", "P": "\u2029",
}  # fmt: skip
_LARGEST_CODE = 0x10FFFF


class _Collector:
    """Characters and their offsets, in order."""

    def __init__(self) -> None:
        self.characters: list[str] = []
        self.offsets: list[int] = []

    def add(self, text: str, start: int) -> None:
        """Text that stands in the file as it is."""
        self.characters.extend(text)
        self.offsets.extend(range(start, start + len(text)))

    def add_at(self, character: str, offset: int) -> None:
        """One character that stands for something else; the second half of a pair joins the first."""
        last = self.characters[-1] if self.characters else ""
        if "\ud800" <= last <= "\udbff" and "\udc00" <= character <= "\udfff":
            pair = (last + character).encode("utf-16", "surrogatepass")
            self.characters[-1] = pair.decode("utf-16")
        else:
            self.characters.append(character)
            self.offsets.append(offset)

    def located(self, end: int) -> Located:
        return Located("".join(self.characters), (*self.offsets, end))


def locate_scalar(text: str, original: str, start: int, end: int, style: str, parent_column: int) -> Located:
    """The text of the scalar at `start` to `end`; `parent_column` is where the collection around it starts."""
    if style in ("|", ">"):
        return _block(text, original, start, parent_column)
    if style:
        return _flow(text, original, start + 1, end - 1, style)
    return _flow(text, original, start, end, style)


def _flow(text: str, original: str, start: int, end: int, style: str) -> Located:
    """Plain and quoted text: line breaks fold, `''` and escapes stand for one character."""
    collector = _Collector()
    position = start
    while position < end:
        token = _TOKEN.match(text, position, end)
        assert token is not None
        kind, stop = token.lastgroup, token.end()
        if kind == "break":
            _fold(collector, text, position, stop)
        elif kind == "escape" and style == '"':
            _escape(collector, token.group(), text, position)
        elif kind == "quote" and style == "'":
            collector.add_at("'", position)
        elif kind == "escape":
            stop = position + 1
            collector.add("\\", position)
        elif kind != "space" or not _BREAK.match(text, stop, end):
            collector.add(original[position:stop], position)
        position = stop
    return collector.located(end)


def _fold(collector: _Collector, text: str, start: int, end: int, kept: int = 0) -> None:
    """One line break is a space, each further one a line break; `kept` is 1 where the first counts for nothing."""
    breaks = [found.start() for found in _BREAK.finditer(text, start, end)]
    if len(breaks) == 1 and not kept:
        collector.add_at(" ", breaks[0])
    for offset in breaks[1:]:
        collector.add_at("\n", offset)


def _escape(collector: _Collector, token: str, text: str, position: int) -> None:
    letter = token[1]
    if letter in "\r\n":
        _fold(collector, text, position + 1, position + len(token), kept=1)
    elif letter in "xuU" and len(token) > 2:
        code = int(token[2:], 16)
        collector.add_at(chr(code) if code <= _LARGEST_CODE else "\ufffd", position)
    else:
        collector.add_at(_ESCAPES.get(letter, letter), position)


def _block(text: str, original: str, start: int, parent_column: int) -> Located:
    """`|` keeps its lines, `>` folds them; the indentation is that of the first line or of the header."""
    header = _HEADER.match(text, start)
    assert header is not None
    chomp = header["chomp"] or header["chomp_last"] or ""
    least = max(parent_column, 0) + 1
    lines = _lines(text, start, least)
    explicit = header["indent"] or header["indent_first"]
    indent = least + int(explicit) - 1 if explicit else max(least, _indentation(lines))
    collector = _Collector()
    pending: list[int] = []
    last: re.Match[str] | None = None
    end = lines[0].start() if lines else len(text)
    for line in lines:
        spaces = len(line["indent"])
        if spaces <= indent and not line["content"] and line["end"]:
            pending.append(line.start("end"))
            continue
        content = line.start() + indent
        if spaces < indent or content == line.start("end"):
            break
        if last is not None:
            _join(collector, last, line, pending, header["style"] == ">", indent)
        else:
            for offset in pending:
                collector.add_at("\n", offset)
        pending = []
        collector.add(original[content : line.start("end")], content)
        last, end = line, line.start("end")
    if last is not None and chomp != "-" and last["end"]:
        collector.add_at("\n", last.start("end"))
    if chomp == "+":
        for offset in pending:
            collector.add_at("\n", offset)
    return collector.located(max(end, collector.offsets[-1] + 1 if collector.offsets else end))


def _join(
    collector: _Collector, last: re.Match[str], line: re.Match[str], pending: list[int], folded: bool, indent: int
) -> None:
    """What stands between two lines of a block scalar."""
    level = len(last["indent"]) == indent and len(line["indent"]) == indent
    if not (folded and level):
        collector.add_at("\n", last.start("end"))
    elif not pending:
        collector.add_at(" ", last.start("end"))
    for offset in pending:
        collector.add_at("\n", offset)


def _lines(text: str, start: int, least: int) -> list[re.Match[str]]:
    """The lines after the header, up to the first with text left of column `least`."""
    lines: list[re.Match[str]] = []
    position = _LINE.match(text, start).end()  # type: ignore[union-attr]
    while position < len(text):
        line = _LINE.match(text, position)
        assert line is not None
        lines.append(line)
        position = line.end()
        if line["content"] and len(line["indent"]) < least:
            break
    return lines


def _indentation(lines: list[re.Match[str]]) -> int:
    """The deepest of the first line with text and the blank ones before it."""
    deepest = 0
    for line in lines:
        deepest = max(deepest, len(line["indent"]))
        if line["content"]:
            break
    return deepest

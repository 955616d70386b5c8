"""The text of a file, and the map from a value's characters to places in it.

The only place that opens a file. A `Source` knows its lines; a `Located` text knows, for each of its
characters, the offset in the source it came from, so that a span inside a formula can be underlined in
the file the person edits, through YAML quoting, folding and escapes.
"""

from __future__ import annotations

import bisect
import os
import stat
from dataclasses import dataclass, field
from pathlib import Path

from derivcheck.expression import Span
from derivcheck.finding import Finding, Severity

MAX_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Source:
    """A file's text as code points. `path` is what the person named, with forward slashes."""

    path: str
    text: str
    line_starts: tuple[int, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        starts = [0]
        position, size = 0, len(self.text)
        while position < size:
            character = self.text[position]
            position += 1
            if character == "\r" and position < size and self.text[position] == "\n":
                position += 1
            if character in "\r\n":
                starts.append(position)
        object.__setattr__(self, "line_starts", tuple(starts))

    def line_column(self, offset: int) -> tuple[int, int]:
        """1-based line and 1-based column in code points."""
        line = bisect.bisect_right(self.line_starts, offset)
        return line, offset - self.line_starts[line - 1] + 1

    def line_text(self, line: int) -> str:
        """The text of a 1-based line without its end."""
        start = self.line_starts[line - 1]
        end = self.line_starts[line] if line < len(self.line_starts) else len(self.text)
        return self.text[start:end].rstrip("\r\n")


@dataclass(frozen=True, slots=True)
class Located:
    """A value's text with, for each character and for the end, its offset in the source."""

    text: str
    offsets: tuple[int, ...]

    @classmethod
    def plain(cls, text: str, start: int = 0) -> Located:
        """A text that stands in the source as it is."""
        return cls(text, tuple(range(start, start + len(text) + 1)))

    def to_source(self, span: Span) -> Span:
        """The span of source text that a span of this text came from."""
        if span.end <= span.start:
            at = self.offsets[min(span.start, len(self.offsets) - 1)]
            return Span(at, at)
        return Span(self.offsets[span.start], self.offsets[span.end - 1] + 1)

    def part(self, start: int, end: int) -> Located:
        """The characters from `start` to `end` with their places."""
        return Located(self.text[start:end], self.offsets[start : end + 1])

    def strip(self) -> Located:
        """The text without white space at both ends."""
        start = len(self.text) - len(self.text.lstrip())
        return self.part(start, max(start, len(self.text.rstrip())))

    @property
    def span(self) -> Span:
        """From the first character to the end."""
        return Span(self.offsets[0], self.offsets[-1])


def _refusal(id: str, message: str) -> Finding:
    return Finding(id, Severity.ERROR, message)


def open_source(path: Path, shown: str | None = None) -> Source | Finding:
    """Read a regular UTF-8 file of at most 1 MiB; a byte-order mark is dropped. A finding says why not."""
    name = shown or path.as_posix()
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
        with os.fdopen(descriptor, "rb") as stream:
            status = os.fstat(stream.fileno())
            if not stat.S_ISREG(status.st_mode):
                return _refusal("not-a-file", "this is not a regular file")
            data = stream.read(MAX_BYTES + 1)
    except FileNotFoundError:
        return _refusal("file-not-found", "there is no file with this name")
    except OSError as error:
        return _refusal("unreadable-file", f"the file cannot be read: {error.strerror}")
    return decode(name, data)


def decode(name: str, data: bytes) -> Source | Finding:
    """The source in these bytes, or a finding that says why they are not one."""
    if len(data) > MAX_BYTES:
        return _refusal("file-too-large", "the file is larger than 1 MiB")
    try:
        return Source(name, data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return _refusal("not-utf8", f"the file is not UTF-8 text: byte 0x{data[error.start]:02x} in line {line}")

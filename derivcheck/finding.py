"""What the tool has to say about a place in a file: a finding is a value, never an exception.

A finding has a kebab-case id that a student can read (`unbalanced-bracket`), a span in some text, one
sentence, and further notes. Only `report/` turns it into lines, columns and colours.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from derivcheck.expression import Span


class Severity(Enum):
    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to say: `span` counts code points of the whole file; None speaks of the file as such.

    `label` stands beside the underline, `message` is the headline sentence, `help` what to do about it
    (a repaired line, a suggestion), `notes` are further sentences.
    """

    id: str
    severity: Severity
    message: str
    span: Span | None = None
    label: str = ""
    help: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReadingNote:
    """How an ambiguous place of a formula was read; `span` counts characters of the formula's own text."""

    code: str
    message: str
    span: Span


class ReadingError(ValueError):
    """A formula that cannot be read. Raised inside `notation`, made a finding by whoever reads a file.

    `span` counts characters of the formula's own text; `expected` and `suggestion` may be empty.
    """

    def __init__(self, id: str, message: str, span: Span, expected: str = "", suggestion: str = "") -> None:
        super().__init__(message)
        self.id = id
        self.message = message
        self.span = span
        self.expected = expected
        self.suggestion = suggestion

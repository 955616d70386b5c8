"""A value of a YAML file as its author typed it, and the same value written safely.

Purpose: findings show the repaired line. An entry is what stands before the value on its line (indentation,
dashes, a key) and the value itself with the lines that continue it, taken from the file's text and not from
what YAML made of it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from derivcheck.expression import Span
from derivcheck.readers.keys import STEP_KEYS
from derivcheck.source import Source

_LONGEST = 500
_FIELD = rf"(?:{'|'.join(STEP_KEYS)})"
FIELD_LINE = re.compile(rf" *{_FIELD} *:(?= |$)")
_LEAD = re.compile(rf"(?P<dashes>[ ]*(?:- +)*)(?P<key>{_FIELD} *:(?= |$) *)?")
_KEYED = re.compile(r"(?P<dashes> *)(?P<key>(?:[^\s:#'\"][^:]*?|'[^']*'|\"[^\"]*\") *:(?= |$) *)")


@dataclass(frozen=True, slots=True)
class Entry:
    """`lead` is what stands before the value on its line; `value` may hold line breaks."""

    lead: str
    value: str
    span: Span

    def with_value(self, value: str) -> str:
        """The entry with another value, without the indentation of its first line; cut where it is long."""
        depth = len(self.lead) - len(self.lead.lstrip())
        text = self.lead + value
        lines = (text if len(text) <= _LONGEST else text[:_LONGEST] + "…").splitlines()
        return "\n".join(line[min(depth, len(line) - len(line.lstrip())) :] for line in lines)

    def quoted(self) -> str:
        """The entry with its value in single quotes, where YAML changes nothing."""
        return self.with_value(quote(self.value))


def quote(text: str) -> str:
    """The text in single quotes; an inner quote is doubled."""
    return "'" + text.replace("'", "''") + "'"


def line_start(source: Source, offset: int) -> int:
    """The offset of the first character of the line that holds `offset`."""
    return source.line_starts[source.line_column(offset)[0] - 1]


def line_end(source: Source, offset: int) -> int:
    """The offset of the end of the line that holds `offset`, its line break not included."""
    number = source.line_column(offset)[0]
    return source.line_starts[number - 1] + len(source.line_text(number))


def entry_on_line(source: Source, offset: int) -> Entry:
    """The entry on the line that holds `offset`. After a dash only the keys of a step count as keys."""
    start = line_start(source, offset)
    line = source.text[start : line_end(source, offset)].replace("\t", " ")
    lead = _LEAD.match(line)
    assert lead is not None
    keyed = None if "-" in lead["dashes"] or lead["key"] else _KEYED.match(line)
    return entry_from(source, start + (keyed or lead).end())


def entry_from(source: Source, value_start: int) -> Entry:
    """The entry whose value starts at the offset."""
    start, end = line_start(source, value_start), line_end(source, value_start)
    lead = source.text[start:value_start]
    end = _continued(source, value_start, end, _column(lead))
    value = source.text[value_start:end].rstrip()
    return Entry(lead, value, Span(value_start, value_start + len(value)))


def _column(lead: str) -> int:
    """The column that the lines continuing a value must exceed."""
    dashes = len(lead) - len(lead.lstrip(" \t-"))
    if "-" not in lead and dashes == len(lead):
        return len(lead) - 1
    return dashes if lead[dashes:].strip() else lead.rfind("-")


def _continued(source: Source, value_start: int, end: int, column: int) -> int:
    """The end of the last line that stands deeper than the column and is not a key of a step."""
    number = source.line_column(value_start)[0]
    for following in range(number + 1, len(source.line_starts) + 1):
        line = source.line_text(following)
        if not line.strip():
            continue
        if len(line) - len(line.lstrip()) <= column or FIELD_LINE.match(line):
            break
        end = source.line_starts[following - 1] + len(line)
    return end

"""Where the YAML parser stopped: what the author probably did, the repaired line, and what to cover up to go on.

The parser's own words ("expected <block end>, but found '<scalar>'") help nobody who is writing a formula.
Each explainer knows one kind of mistake; the first that recognises it answers. What it says to cover is
replaced by letters, so that the value stays in the file as one damaged value, or by a comment sign, so that
the line is gone, and the parser can read the rest.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from derivcheck.expression import Span
from derivcheck.finding import Finding, Severity
from derivcheck.readers.lines import FIELD_LINE, entry_from, entry_on_line, line_end, line_start, quote
from derivcheck.readers.slips import INDICATORS, backslash_slip, indicator_slip
from derivcheck.source import Source


@dataclass(frozen=True, slots=True)
class Problem:
    """What the parser says: its message and place, and what it was in the middle of."""

    message: str
    at: int
    context: str
    context_at: int | None


@dataclass(frozen=True, slots=True)
class Repair:
    """The finding, and the characters to cover up; with `comment` they become a comment."""

    finding: Finding
    cover: Span
    comment: bool = False


_COLON = "mapping values are not allowed here"
_MISALIGNED = ("expected <block end>, but found", "sequence entries are not allowed here", "block mapping start")
_DOUBLE_QUOTED = re.compile(r'"(?:[^"\\]|\\[\s\S])*')


def explain_syntax_error(source: Source, text: str, problem: Problem) -> Repair:
    """The repair for the place where the parser stopped. `text` is what it was reading."""
    place = _place(text, problem)
    for explain in (_escape, _missing_claim, _colon, _indicator, _unclosed, _after_quote, _continuation):
        repair = explain(source, text, problem, place)
        if repair is not None:
            return repair
    return _unexplained(source, text, problem, place)


def _place(text: str, problem: Problem) -> int:
    """The offset to blame: the start of what was being read where that is a small thing, else where it ended."""
    small = problem.context.startswith(("while scanning", "while parsing a flow"))
    at = problem.context_at if small and problem.context_at is not None else problem.at
    return min(at, len(text))


def _escape(source: Source, text: str, problem: Problem, place: int) -> Repair | None:
    if not problem.message.startswith(("found unknown escape", "expected escape sequence", "a number that")):
        return None
    backslash = text.rfind("\\", 0, problem.at)
    if backslash < 0:
        return None
    start = problem.context_at if problem.context_at is not None else entry_on_line(source, backslash).span.start
    quoted = _DOUBLE_QUOTED.match(text, start)
    end = quoted.end() if quoted and quoted.end() > backslash else line_end(source, backslash)
    word = re.compile(r"\\[A-Za-z0-9]*").match(text, backslash)
    span = Span(backslash, word.end() if word else backslash + 1)
    return Repair(backslash_slip(source, start, span), Span(backslash, end))


def _missing_claim(source: Source, text: str, problem: Problem, place: int) -> Repair | None:
    """`because:` below a step that is a bare formula."""
    start = line_start(source, problem.at)
    field = FIELD_LINE.match(text, start)
    if problem.message != _COLON or field is None or field.end() != problem.at + 1:
        return None
    above = source.text[:start].rstrip()
    item = above.rfind("\n- ") if above.rfind("\n- ") > above.rfind(" - ") else above.rfind(" - ")
    if item < 0:
        return None
    entry = entry_from(source, item + 3)
    message = "a step with further keys is a mapping, and its formula needs the key `claim`"
    finding = Finding(
        "claim-key-missing", Severity.ERROR, message, entry.span, "", entry.with_value("claim: " + entry.value)
    )
    return Repair(finding, Span(problem.at, problem.at + 1))


def _colon(source: Source, text: str, problem: Problem, place: int) -> Repair | None:
    if problem.message != _COLON or not text.startswith(":", problem.at):
        return None
    entry = entry_on_line(source, problem.at)
    message = "YAML takes a colon followed by a space for `key: value`, and there is a key on this line already"
    span = Span(problem.at, problem.at + 1)
    finding = Finding("colon-in-value", Severity.ERROR, message, span, "quote the value", entry.quoted())
    return Repair(finding, entry.span if entry.span.start < problem.at < entry.span.end else span)


def _indicator(source: Source, text: str, problem: Problem, place: int) -> Repair | None:
    entry = entry_on_line(source, place)
    first = text[entry.span.start : entry.span.start + 1]
    if not first or first not in INDICATORS:
        return None
    directive = first == "%" and not entry.lead
    return Repair(indicator_slip(source, entry.span.start), entry.span, comment=directive)


def _unclosed(source: Source, text: str, problem: Problem, place: int) -> Repair | None:
    if not problem.context.startswith(("while scanning a quoted", "while scanning a double")):
        return None
    entry = entry_from(source, place)
    message = "this quote is never closed"
    repaired = entry.with_value(quote(entry.value[1:]))
    return Repair(Finding("unclosed-quote", Severity.ERROR, message, Span(place, place + 1), "", repaired), entry.span)


def _after_quote(source: Source, text: str, problem: Problem, place: int) -> Repair | None:
    """`"x" + 1`: the value ends at the closing quote."""
    entry = entry_on_line(source, place)
    first = text[entry.span.start : entry.span.start + 1]
    if first not in ("'", '"') or not entry.span.start < place < entry.span.end:
        return None
    message = "the value ends at its closing quote, and there is more on the line"
    repaired = entry.with_value(quote(entry.value.replace(first, "")))
    span = Span(place, entry.span.end)
    return Repair(Finding("text-after-quote", Severity.ERROR, message, span, "", repaired), entry.span)


def _continuation(source: Source, text: str, problem: Problem, place: int) -> Repair | None:
    """A line `= ...` that does not stand deeper than the step it continues."""
    span = _line(source, place)
    line = source.text[span.start : span.end]
    if not line.startswith(("=", "&=")):
        return None
    message = "a line that continues a formula must be indented deeper than the dash or key above it"
    finding = Finding("continuation-not-indented", Severity.ERROR, message, span, "", "      " + line)
    return Repair(finding, span, comment=True)


def _unexplained(source: Source, text: str, problem: Problem, place: int) -> Repair:
    span = _line(source, place)
    if problem.message.startswith(_MISALIGNED):
        message = "this line does not line up with the lines before it"
        help = _lined_up(source, span)
        return Repair(Finding("bad-indentation", Severity.ERROR, message, span, help=help), span, comment=True)
    message = f"YAML cannot read this line: {problem.message}"
    if problem.message == "could not find expected ':'":
        message = "this line is neither a list item (`- ...`) nor `key: value`"
    return Repair(Finding("yaml-syntax", Severity.ERROR, message, span), span, comment=True)


def _line(source: Source, offset: int) -> Span:
    """The text of the line without its indentation."""
    start, end = line_start(source, offset), line_end(source, offset)
    text = source.text[start:end]
    return Span(end - len(text.lstrip()), end - len(text) + len(text.rstrip())) if text.strip() else Span(start, end)


def _lined_up(source: Source, span: Span) -> str:
    """The line below the nearest item above, where it is an item too."""
    line = source.text[span.start : span.end]
    above = re.findall(r"^( *)- ", source.text[: span.start].replace("\r", "\n"), re.MULTILINE)
    return above[-1] + line if line.startswith("- ") and above else ""

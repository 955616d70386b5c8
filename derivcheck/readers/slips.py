"""Formulas that YAML read as something else without an error, found and explained with the repaired line.

` #` cuts a formula off, `- a: b` is a mapping, `- - x` a list in a list, `"\\frac"` loses its backslash,
`{...}` and `[...]` are collections, `*x` an alias. The rules look at nodes that stand where a formula is
expected; a title may hold what it likes.

Limits: a comment after a formula is taken for a comment when it holds words, and for a part of the formula
when it holds nothing but mathematics.
"""

from __future__ import annotations

import re

from derivcheck.expression import Span
from derivcheck.finding import Finding, Severity
from derivcheck.functions import by_spelling
from derivcheck.readers.lines import Entry, entry_from, line_end, line_start, quote
from derivcheck.readers.nodes import Mapping, Node, Scalar, Sequence
from derivcheck.readers.wording import character_name, shown
from derivcheck.source import Source

INDICATORS = {
    "*": "an alias", "&": "an anchor", "!": "a tag", "%": "a directive", "@": "a reserved sign", "`": "a reserved sign",
    "|": "the head of a block of lines", ">": "the head of a block of lines", "{": "a mapping", "[": "a list",
    "?": "a key", ",": "a separator", "]": "the end of a list", "}": "the end of a mapping",
}  # fmt: skip

_WORD = re.compile(r"[^\W\d_]{2,}")
_LABEL = re.compile(r"\(?\d+[a-z]?\)?\.?$|[^\w\\^*/+=<>()-]*$")
_GREEK = frozenset(
    {
        "alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "lambda", "mu", "nu",
        "xi", "pi", "rho", "sigma", "tau", "phi", "chi", "psi", "omega",
    }
)  # fmt: skip
_ESCAPED_LETTER = re.compile(r"\\(?:\\|(?P<word>[abtnvfreNLP_][A-Za-z]+))")
# The commands that start with an escape which a quoted text may want for itself: \t, \n and \r.
_COMMANDS = frozenset(
    {
        "tan", "tanh", "tau", "text", "textbf", "textit", "textrm", "textstyle", "tfrac", "theta", "tilde", "times",
        "to", "top", "triangle", "nabla", "ne", "neg", "neq", "ni", "not", "notin", "nu", "nonumber", "rangle",
        "rbrace", "rceil", "rfloor", "rho", "right", "rightarrow", "rm", "rVert", "rvert",
    }
)  # fmt: skip


def indicator_slip(source: Source, at: int) -> Finding:
    """The value at the offset starts with a sign that means something else to YAML."""
    sign = source.text[at]
    message = f"YAML takes {shown(sign)} at the start of a value for {INDICATORS.get(sign, 'a sign of its own')}"
    entry = entry_from(source, at)
    return _slip("unquoted-indicator", message, Span(at, at + 1), _without_comment(entry).quoted(), "quote this value")


def marker_slip(at: int) -> Finding:
    """An anchor or a tag before a list or a mapping."""
    message = "anchors and tags have no meaning in a derivation file"
    return Finding("anchor-or-tag", Severity.ERROR, message, Span(at, at + 1), help="delete it")


def formula_slip(source: Source, node: Node) -> Finding | None:
    """What YAML did to the formula that should stand here, or None where it did nothing."""
    if node.error is not None:
        return node.error
    match node:
        case Scalar():
            return _comment_slip(source, node) or _escape_slip(source, node)
        case Sequence(flow=True) | Mapping(flow=True):
            return indicator_slip(source, node.span.start)
        case Sequence():
            return _list_slip(source, node)
        case Mapping():
            return colon_slip(source, node)


def _slip(id: str, message: str, span: Span, repaired: str, label: str = "", *notes: str) -> Finding:
    return Finding(id, Severity.ERROR, message, span, label, repaired, notes)


def _comment_slip(source: Source, scalar: Scalar) -> Finding | None:
    """Mathematics after ` #`, or a `#` where the formula should be."""
    if scalar.style:
        return None
    rest = source.text[scalar.span.end : line_end(source, scalar.span.end)]
    comment = rest.lstrip()
    if not comment.startswith("#") or not (looks_like_mathematics(comment[1:]) or _unfinished(scalar.text)):
        return None
    at = scalar.span.end + len(rest) - len(comment)
    start = scalar.span.start if scalar.text else at
    lead = source.text[line_start(source, start) : start]
    value = source.text[start : at + len(comment)].rstrip()
    message = "YAML takes what follows ` #` for a comment; the formula ends before it"
    note = "if it is meant as a comment, put it on a line of its own"
    repaired = Entry(lead, value, scalar.span).quoted()
    return _slip("comment-cuts-formula", message, Span(at, at + len(comment)), repaired, "not read", note)


def looks_like_mathematics(comment: str) -> bool:
    """True for `x + 1` and `exp(x)`; false for anything with words, and for labels such as `(3)`."""
    text = comment.strip()
    if _LABEL.match(text):
        return False
    words = _WORD.findall(text.replace("\\", " "))
    return all(by_spelling(word) or word.lower() in _GREEK or (len(word) == 2 and word[0] == "d") for word in words)


def _unfinished(text: str) -> bool:
    """True where the text cannot be a whole formula: an open bracket or an operator at its end."""
    return bool(text) and (_balance(text) > 0 or text[-1] in "+-*/^=·−")


def _balance(text: str) -> int:
    return sum((character in "([{") - (character in ")]}") for character in text)


def _without_comment(entry: Entry) -> Entry:
    """The entry without a comment at the end of its value."""
    before, sign, comment = entry.value.rpartition(" #")
    if not sign or looks_like_mathematics(comment):
        return entry
    value = before.rstrip()
    return Entry(entry.lead, value, Span(entry.span.start, entry.span.start + len(value)))


def _escape_slip(source: Source, scalar: Scalar) -> Finding | None:
    """A LaTeX command in double quotes whose first letter YAML read as an escape."""
    if scalar.style != '"':
        return None
    raw = source.text[scalar.span.start : scalar.span.end]
    for found in _ESCAPED_LETTER.finditer(raw):
        word = found["word"]
        if word and (word[0] not in "tnr" or word in _COMMANDS):
            at = scalar.span.start + found.start()
            return backslash_slip(source, scalar.span.start, Span(at, at + len(word) + 1))
    return None


def backslash_slip(source: Source, start: int, span: Span) -> Finding:
    """The double-quoted value at `start` has a backslash at `span` that YAML does not leave alone."""
    entry = entry_from(source, start)
    value = _without_comment(entry).value
    inner = value[1:-1] if len(value) > 1 and value.endswith('"') else value[1:]
    plain = inner.replace('\\"', '"').replace("\\\\", "\\")
    message = "in double quotes a backslash starts an escape of YAML, and the command is lost"
    repaired = entry.with_value(quote(plain))
    return _slip("backslash-in-double-quotes", message, span, repaired, "use single quotes")


def _list_slip(source: Source, sequence: Sequence) -> Finding:
    """`- - x`: a list in the list."""
    start = sequence.span.start
    entry = _without_comment(entry_from(source, start))
    message = "YAML takes a dash followed by a space for a list, here a list inside the list"
    if source.text[line_start(source, start) : start].isspace():
        return _slip(
            "dash-makes-list", message, Span(start, start + 1), entry.with_value(entry.value), "one dash per step"
        )
    repaired = entry.with_value(re.sub(r"\A-\s+", "-", entry.value))
    return _slip("dash-makes-list", message, Span(start, start + 1), repaired, "a minus needs no space after it")


def colon_slip(source: Source, mapping: Mapping) -> Finding:
    """`- a: b`: a mapping where a formula should be."""
    start = mapping.span.start
    if source.text.startswith("?", start):
        return indicator_slip(source, start)
    entry = _without_comment(entry_from(source, start))
    end = mapping.entries[0][0].span.end if mapping.entries else start
    colon = source.text.find(":", end)
    span = Span(colon, colon + 1) if colon >= 0 else mapping.span
    message = "YAML takes a colon followed by a space for `key: value`, and the formula for a key"
    return _slip("colon-makes-mapping", message, span, entry.quoted(), "quote the formula")


def split_slip(source: Source, sequence: Sequence, item: Node) -> Finding | None:
    """An item of `[...]` that a comma cut out of a formula: `[max(x, 1)]` are two items."""
    if not sequence.flow or not isinstance(item, Scalar) or item.style or not _balance(item.text):
        return None
    message = "inside [...] YAML splits at every comma, also in a formula"
    span = Span(item.span.start, max(item.span.end, item.span.start + 1))
    return _slip("comma-splits-formula", message, span, "- " + _joined(source, sequence, item), "one step per line")


def _joined(source: Source, sequence: Sequence, item: Scalar) -> str:
    """The text around the item over which the brackets balance, else the item alone."""
    position = sequence.items.index(item)
    for first in range(position + 1):
        for last in range(position, len(sequence.items)):
            text = source.text[sequence.items[first].span.start : sequence.items[last].span.end]
            if not _balance(text):
                return quote(text)
    return quote(item.text)


def swallowed_item(source: Source, scalar: Scalar) -> Finding | None:
    """A warning: a line that looks like the next item of the list was read as a minus in this formula."""
    if scalar.style or "\n" not in (raw := source.text[scalar.span.start : scalar.span.end]).replace("\r", "\n"):
        return None
    found = re.search(r"[\r\n][ \t]*(?P<dash>- )[^\r\n]*=", raw)
    if found is None:
        return None
    at = scalar.span.start + found.start("dash")
    message = "this line was read as the rest of the formula above, and its dash as a minus"
    help = "if it is a step of its own, put its dash below the dash above"
    return Finding("dash-continues-formula", Severity.WARNING, message, Span(at, at + 1), help=help)


def tab_slip(source: Source, starts: list[int]) -> Finding | None:
    """Lines that are indented with tabs, which YAML does not allow; the first is repaired."""
    tabbed = sorted({start for start in starts if "\t" in _indentation(source, start)})
    if not tabbed:
        return None
    first = tabbed[0]
    indentation = _indentation(source, first)
    line = source.text[first : line_end(source, first)]
    others = ", ".join(str(source.line_column(start)[0]) for start in tabbed[1:9])
    notes = (f"also in line {others}" + (" and more" if len(tabbed) > 9 else ""),) if others else ()
    message = f"YAML does not allow a tab ({character_name(chr(9)).split()[0]}) in the indentation of a line"
    repaired = indentation.replace("\t", "  ") + line.lstrip()
    return Finding(
        "tab-indentation", Severity.ERROR, message, Span(first, first + len(indentation)), "", repaired, notes
    )


def _indentation(source: Source, start: int) -> str:
    found = re.compile(r"[ \t]*").match(source.text, start)
    return found.group() if found else ""

"""Decorated names: letter, accent, subscript and superscript make one name, or an entry of an array.

`y_i`, `\\hat y_i`, `a^{[1](i)}`, `W^(1)` are one name each. With indices below (`subscripts`) or an example's
above (`superscripts`) the node is an Entry.
"""

from __future__ import annotations

from derivcheck.notation.cursor import Cursor
from derivcheck.notation.name import Name
from derivcheck.notation.subscripts import add_subscript, bracket_indices, is_entry, subscript
from derivcheck.notation.superscripts import below_example, superscript


def read_name(cursor: Cursor) -> Name | None:
    """The decorated name at the cursor, or None and the cursor where it was."""
    start = cursor.position
    name = _base(cursor, 0)
    if name is None:
        cursor.position = start
        return None
    _decorate(cursor, name)
    return name


def _base(cursor: Cursor, depth: int) -> Name | None:
    token = cursor.peek()
    if token.kind == "accent":
        cursor.position += 1
        name = _base(cursor, depth + 1) if depth < 8 else None
        if name is not None and not name.indices:
            name.start = token.start
            lower = name.lower[1:]
            if "_" in name.base and not lower:
                name.base, _, lower = name.base.partition("_")
            name.accents += f"_{token.value}"
            name.lower = ""
            if lower:
                add_subscript(cursor, name, lower, name.span)
            return name
        return None
    if token.kind in ("name", "applied") or (token.kind == "const" and cursor.peek(1).kind in ("_", "mark")):
        cursor.position += 1
        value = cursor.source(token.span) if token.kind == "const" and len(token.value) == 1 else token.value
        name = Name(value, token.start, token.end)
        while (mark := cursor.accept("mark")) is not None:
            if mark.value != "vec":
                name.accents += f"_{mark.value}"
            name.end = mark.end
        return name
    if token.kind == "{" and depth < 8 and cursor.peek(1).kind in ("name", "applied", "accent", "{", "const"):
        cursor.position += 1
        name = _base(cursor, depth + 1)
        if name is None:
            return None
        _decorate(cursor, name)
        closing = cursor.accept("}")
        if closing is None:
            return None
        if token.end > token.start:
            name.start, name.end = token.start, closing.end
        return name
    return None


def _decorate(cursor: Cursor, name: Name) -> None:
    while True:
        kind = cursor.peek().kind
        if kind == "_" and not name.lower and (not name.indices or name.is_example):
            if not (below_example(cursor, name) if name.is_example else subscript(cursor, name)):
                return
        elif kind == "^" and not name.upper:
            if not superscript(cursor, name):
                return
        elif kind == "[" and not name.indices and not cursor.peek().gap and is_entry(cursor, name):
            bracket_indices(cursor, name)
        else:
            return

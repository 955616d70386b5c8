"""What stands above a name: part of the name, as in `a^{[1]}`, or the index of an example, `x^{(i)}`."""

from __future__ import annotations

from derivcheck.expression import Span, Symbol
from derivcheck.notation.cursor import Cursor
from derivcheck.notation.examples import ABOVE
from derivcheck.notation.name import Name
from derivcheck.notation.subscripts import index_of, parts_of, subscript
from derivcheck.notation.tokens import Token


def superscript(cursor: Cursor, name: Name) -> bool:
    """`^[1]`, `^{(i)}`, `^{[1](i)}` are part of the name; anything else is left to the power."""
    braced = cursor.peek(1).kind == "{"
    position = cursor.position + (2 if braced else 1)
    text = ""
    while (opener := cursor.tokens[position].kind) in ("[", "("):
        closing = cursor.skip_group(position)
        inner = cursor.tokens[position + 1 : closing - 1]
        content = "".join(token.value or token.kind for token in inner)
        if not all(token.kind in ("num", "name", "const", "+", "-", ",") for token in inner) or not content:
            return False
        single = len(inner) == 1
        text += f"[{content}]" if opener == "[" else f"({content})"
        if opener == "(" and not _is_decoration(cursor, name, text, braced and single):
            return False
        if opener == "[" and not single:
            return False
        position = closing
    if not text and braced and cursor.tokens[position].kind == "*":
        text, position = "*", position + 1
    if not text:
        return False
    if braced:
        if cursor.tokens[position].kind != "}":
            return False
        position += 1
    if name.canonical in cursor.declarations.functions and text.startswith("("):
        return False
    in_brackets = text[1:-1] if braced and text[0] == "(" else ""
    if cursor.is_index(in_brackets) and f"{name.canonical}^{text}" not in cursor.declarations.symbols:
        _make_example(cursor, name, position)
        return True
    _refuse_bound(cursor, name, cursor.tokens[cursor.position : position])
    cursor.position = position
    name.upper = f"^{text}"
    if name.indices and name.canonical not in cursor.declarations.arrays:
        # w_k^(1) is a name of its own unless w^(1) is an array or k an index.
        letters = [index.name for index in name.indices if isinstance(index, Symbol)]
        if len(letters) == len(name.indices) and not any(map(cursor.is_index, letters)):
            name.lower, name.indices = f"_{''.join(letters)}", []
    name.end = max(name.end, cursor.tokens[position - 1].end)
    return True


def _make_example(cursor: Cursor, name: Name, position: int) -> None:
    """The name as an entry of an array whose first index stands above; the cursor goes to the position."""
    letter = next(token for token in cursor.tokens[cursor.position : position] if token.kind == "name")
    above = Symbol(letter.value, span=letter.span)
    below = name.indices
    if name.lower and cursor.declarations.arrays.get(f"{name.base}{name.accents}{ABOVE}", 0) > 1:
        below = [index_of(part, name.span) for part in parts_of(name.lower[1:], 0)]
        name.lower = ""
    cursor.position = position
    name.upper, name.indices = ABOVE, [above, *below]
    name.end = max(name.end, cursor.tokens[position - 1].end)


def below_example(cursor: Cursor, name: Name) -> bool:
    """`x^{(i)}_j`: a subscript behind the example's index."""
    above, name.indices = name.indices, []
    if not subscript(cursor, name):
        return False
    if name.lower and cursor.declarations.arrays.get(f"{name.base}{name.accents}{ABOVE}", 0) > 1:
        name.indices = [index_of(part, name.span) for part in parts_of(name.lower[1:], 0)]
        name.lower = ""
    name.indices = [*above, *name.indices]
    return True


def _refuse_bound(cursor: Cursor, name: Name, inner: list[Token]) -> None:
    """`x^{[i]}` is one name, which would stay the same in every term of a sum over i."""
    found = next((token for token in inner if token.kind == "name" and token.value in cursor.bound), None)
    if found is not None:
        span = Span(name.start, found.end)
        cursor.fail(
            "superscript-index", f"an index above a name stands in round brackets; this sum runs over {found.value}",
            span, "an index in round brackets", f"write {name.base}^{{({found.value})}} or {name.base}_{found.value}",
        )  # fmt: skip


def _is_decoration(cursor: Cursor, name: Name, text: str, braced_single: bool) -> bool:
    if braced_single or name.upper or text.startswith("["):
        return True
    symbols = cursor.declarations.symbols
    stem = f"{name.canonical}^"
    return f"{stem}{text}" in symbols or (cursor.latex and any(known.startswith(f"{stem}(") for known in symbols))

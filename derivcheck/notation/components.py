"""Entries without an array of a name: `(A B)_ij`, `softmax(z)_i`, and Kronecker's `δ_ij`."""

from __future__ import annotations

from derivcheck.expression import Call, Expression, Span
from derivcheck.notation.cursor import Cursor
from derivcheck.notation.name import Name
from derivcheck.notation.ranks import rank
from derivcheck.notation.subscripts import index_list, index_of, part_span


def kronecker(cursor: Cursor, name: Name) -> Expression | None:
    """`δ_ij` with two indices is Kronecker's delta."""
    indices = list(name.indices)
    below = name.lower[1:]
    if len(below) == 2 and all(
        letter in "ijklmnpqrs" or letter.isdigit() or cursor.is_index(letter) for letter in below
    ):
        indices = [index_of(letter, name.span) for letter in below]
    if len(indices) != 2 or name.accents or name.upper:
        return None
    return Call("delta", tuple(indices), span=name.span)


def component(cursor: Cursor, array: Expression, start: int) -> Expression:
    """`(A B)_ij`, `softmax(z)_i`: an entry of an array that has no name of its own."""
    axes = rank(cursor.declarations.arrays, array)
    if not axes:
        cursor.fail(
            "unexpected-token", "an index cannot stand here: this is a number, not a vector or a matrix",
            cursor.peek().span, "an operator",
        )  # fmt: skip
    below = cursor.take()
    if cursor.at("{"):
        with cursor.nested(cursor.take()):
            simple = cursor.at("sub") or "," not in _kinds_up_to(cursor, "}")
            indices = _run_of_indices(cursor) if simple else index_list(cursor, "}")
        cursor.expect("}")
    else:
        indices = _run_of_indices(cursor, 1)
    span = cursor.since(start)
    if len(indices) != axes:
        cursor.fail(
            "unknown-subscript", f"an entry of this array has {axes} indices, here it has {len(indices)}",
            Span(below.start, span.end), f"{axes} indices",
        )  # fmt: skip
    return Call("entry", (array, *indices), span=span)


def _kinds_up_to(cursor: Cursor, closer: str) -> list[str]:
    kinds = []
    for token in cursor.tokens[cursor.position :]:
        if token.kind == closer:
            break
        kinds.append(token.kind)
    return kinds


def _run_of_indices(cursor: Cursor, most: int = 4) -> list[Expression]:
    """Letters and digits next to each other, each an index: `ij`, `12`; `most` is how many tokens they may be."""
    indices: list[Expression] = []
    for _ in range(most):
        token = cursor.peek()
        if token.kind not in ("sub", "name", "num"):
            break
        cursor.position += 1
        for k, part in enumerate(token.value):
            place = part_span(token.span, k, 1, len(token.value))
            indices.append(index_of(part, place))
    return indices

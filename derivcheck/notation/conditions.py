"""Conditions: comparisons, `and`, `or`, `not`, SymPy's `Eq` and `And`; pieces of a function.

A chain `0 < x < 1` is the conjunction of its links. Conditions occur in pieces, Iverson brackets and
assumptions only.
"""

from __future__ import annotations

from fractions import Fraction

from derivcheck.expression import Add, Call, Condition, Expression, Logical, Neg, Number, Piecewise, Relation
from derivcheck.finding import ReadingError
from derivcheck.notation.cursor import Cursor
from derivcheck.notation.plain import RELATION_CALLS
from derivcheck.notation.tokens import RELATIONS


def condition(cursor: Cursor) -> Condition | None:
    """A condition at the cursor; None for `True` and `otherwise`."""
    first = cursor.peek()
    parts = [_conjunction(cursor)]
    while cursor.at_word("or") or cursor.at("|"):
        cursor.take()
        parts.append(_conjunction(cursor))
    if len(parts) == 1:
        return parts[0]
    if None in parts:
        return None
    return Logical("or", tuple(part for part in parts if part is not None), span=cursor.since(first.start))


def _conjunction(cursor: Cursor) -> Condition | None:
    first = cursor.peek()
    parts = [_single(cursor)]
    while cursor.at_word("and") or cursor.at("&"):
        cursor.take()
        parts.append(_single(cursor))
    kept = [part for part in parts if part is not None]
    if len(kept) < 2:
        return kept[0] if kept else None
    return Logical("and", tuple(kept), span=cursor.since(first.start))


def _single(cursor: Cursor) -> Condition | None:
    token = cursor.peek()
    if token.kind == "word":
        if token.value in ("true", "otherwise"):
            cursor.position += 1
            return None
        if token.value == "not":
            cursor.position += 1
            with cursor.nested(token):
                inner = _single(cursor)
            if inner is None:
                cursor.fail("condition", "this condition never holds", token.span)
            return Logical("not", (inner,), span=cursor.since(token.start))
        if token.value in RELATION_CALLS or token.value in ("And", "Or", "Not"):
            return _called(cursor)
    if token.kind == "(":
        grouped = _grouped(cursor)
        if grouped is not None:
            return grouped
    return comparison(cursor)


def _grouped(cursor: Cursor) -> Condition | None:
    """A condition in brackets; None and the cursor back when the bracket is arithmetic."""
    state = cursor.mark()
    opening = cursor.take()
    try:
        with cursor.nested(opening):
            inner = condition(cursor)
        cursor.expect(")")
        following = cursor.peek().kind
        if inner is not None and following not in RELATIONS and following not in ("+", "-", "*", "/", "^"):
            return inner
    except ReadingError as error:
        if error.id == "nested-too-deeply":
            raise
    cursor.back_to(state)
    return None


def comparison(cursor: Cursor) -> Condition:
    """`a < b`, `0 < x <= 1`."""
    first = cursor.peek()
    sides = [cursor.expression()]
    links: list[Condition] = []
    while cursor.peek().kind in RELATIONS:
        operator = cursor.take()
        sides.append(cursor.expression())
        span = cursor.since(sides[-2].span.start if sides[-2].span else first.start)
        links.append(Relation(operator.kind, sides[-2], sides[-1], span=span))
    if not links:
        cursor.unexpected("a comparison such as x > 0")
    if len(links) == 1:
        return links[0]
    return Logical("and", tuple(links), span=cursor.since(first.start))


def _called(cursor: Cursor) -> Condition | None:
    """`Eq(x, 0)`, `And(x > 0, y > 0)`."""
    token = cursor.take()
    opening = cursor.expect("(")
    with cursor.nested(opening):
        if token.value in RELATION_CALLS:
            left = cursor.expression()
            cursor.expect(",")
            right = cursor.expression()
            cursor.expect(")")
            return Relation(RELATION_CALLS[token.value], left, right, span=cursor.since(token.start))
        parts = [condition(cursor)]
        while cursor.accept(",") is not None:
            parts.append(condition(cursor))
    cursor.expect(")")
    kept = tuple(part for part in parts if part is not None)
    if not kept:
        return None
    return Logical(token.value.lower(), kept, span=cursor.since(token.start))


def sympy_piecewise(cursor: Cursor) -> Expression:
    """`Piecewise((a, x < 0), (b, True))`."""
    token = cursor.take()
    opening = cursor.expect("(")
    pieces: list[tuple[Expression, Condition | None]] = []
    with cursor.nested(opening):
        while True:
            pair = cursor.expect("(", "a pair (value, condition)")
            with cursor.nested(pair):
                value = cursor.expression()
                cursor.expect(",")
                pieces.append((value, condition(cursor)))
            cursor.expect(")")
            if cursor.accept(",") is None:
                break
    cursor.expect(")")
    return Piecewise(tuple(pieces), span=cursor.since(token.start))


def cases(cursor: Cursor) -> Expression:
    """`\\begin{cases} z & z > 0 \\\\ 0 & \\text{otherwise} \\end{cases}`."""
    opening = cursor.take()
    pieces: list[tuple[Expression, Condition | None]] = []
    with cursor.nested(opening):
        while not cursor.at("endcases"):
            value = cursor.expression()
            cursor.accept(",")
            cursor.accept("&")
            if cursor.at_word("if"):
                cursor.take()
            otherwise = cursor.at("row") or cursor.at("endcases")
            pieces.append((value, None if otherwise else condition(cursor)))
            cursor.accept(",") or cursor.accept(".") or cursor.accept(";")
            if cursor.accept("row") is None:
                break
    cursor.expect("endcases")
    if not pieces:
        cursor.fail("cases", "these cases are empty", cursor.since(opening.start), "value & condition")
    return Piecewise(tuple(pieces), span=cursor.since(opening.start))


def iverson(cursor: Cursor) -> Expression | None:
    """`[i = j]` is 1 where it holds and 0 elsewhere; None when the bracket holds no comparison."""
    if not _holds_relation(cursor):
        return None
    opening = cursor.take()
    with cursor.nested(opening):
        inner = condition(cursor)
    cursor.expect("]")
    span = cursor.since(opening.start)
    cursor.note("iverson-bracket", f"`{cursor.source(span)}` is read as 1 where it holds and 0 elsewhere", span)
    one, zero = Number(Fraction(1), span=span), Number(Fraction(0), span=span)
    if isinstance(inner, Relation) and inner.operator in ("=", "!="):
        delta = Call("delta", (inner.left, inner.right), span=span)
        return delta if inner.operator == "=" else Add((one, Neg(delta, span=span)), span=span)
    return Piecewise(((one, inner), (zero, None)), span=span)


def _holds_relation(cursor: Cursor) -> bool:
    depth = 0
    for position in range(cursor.position + 1, cursor.skip_group(cursor.position) - 1):
        kind = cursor.tokens[position].kind
        if kind in ("(", "[", "{", "\\{"):
            depth += 1
        elif kind in (")", "]", "}", "\\}"):
            depth -= 1
        elif depth == 0 and kind in RELATIONS:
            return True
    return False

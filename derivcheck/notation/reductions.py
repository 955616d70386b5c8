"""Sums and products over an index, in every spelling.

`Σ_{i=1}^m body`, `sum(i=1..m, body)`, `Sum(body, (i, 1, m))`, `sum_i body`. The body is the following
product; it goes on over + and − while the next term holds the index free. A term with its own sum over
the same letter does not.
"""

from __future__ import annotations

from derivcheck.expression import Add, Call, Expression, Neg, Reduction, Span, Symbol
from derivcheck.notation.calls import arguments
from derivcheck.notation.cursor import Cursor
from derivcheck.notation.leaving_out import without
from derivcheck.notation.names import read_name
from derivcheck.notation.tokens import Token

_SIDE_ENDS = frozenset({"+", "-", "=", "end", "row", ",", ";", "<", ">", "<=", ">=", "!=", "&"})


def big_sign(cursor: Cursor) -> Expression:
    """At Σ or ∏, or at `sum_`: bounds below and above, then the body."""
    sign = cursor.take()
    kind = sign.value
    index: list[Symbol] = []
    lower: Expression | None = None
    upper: Expression | None = None
    left_out: Symbol | None = None
    while cursor.at("_") or cursor.at("^"):
        if cursor.at("_") and not index:
            index, lower, left_out = _below(cursor)
        elif cursor.at("^") and upper is None:
            cursor.take()
            upper = _bound(cursor, bool(index))
        else:
            break
    if not index:
        cursor.fail(
            "sum-without-index", f"this {kind} does not say over which index", sign.span, "an index below",
            f"{kind}(i=1..n, ...)",
        )  # fmt: skip
    if (lower is None) != (upper is None) and not (lower is None and upper is None):
        if upper is None:
            cursor.fail("sum-without-bound", "this sum has a lower but no upper bound", sign.span, "an upper bound")
        cursor.fail("sum-without-bound", "this sum has an upper but no lower bound", sign.span, "a lower bound")
    if not cursor.starts_operand() and not cursor.at("-"):
        cursor.fail("sum-without-body", f"this {kind} has no body", cursor.since(sign.start), "an expression after it")
    body = _body(cursor, [item.name for item in index], cursor.since(sign.start))
    span = cursor.since(sign.start)
    if left_out is not None:
        body = without(kind, body, index[0], left_out)
    for item in reversed(index):
        body = Reduction(kind, body, item, lower, upper, span=span)
    return body


def _below(cursor: Cursor) -> tuple[list[Symbol], Expression | None, Symbol | None]:
    """The index under the sign, where it starts, and the value it leaves out."""
    cursor.take()
    token = cursor.peek()
    if token.kind == "sub" and token.value.isalpha():
        letters = [token.value] if cursor.is_index(token.value) else list(token.value)
        if len(letters) > 3 or any(letter in "eE" and not cursor.is_index(letter) for letter in letters):
            cursor.fail("sum-range", f"`{token.value}` is not an index", token.span, "an index such as i")
        cursor.position += 1
        names = [Symbol(letter, span=token.span) for letter in letters]
        if len(names) == 1 and cursor.at("=") and cursor.peek(2).kind == "^":
            cursor.take()
            return names, cursor.atom(), None
        return names, None, None
    opening = cursor.accept("{") or cursor.accept("(")
    if opening is None:
        name = cursor.expect("name", "an index")
        return [Symbol(name.value, span=name.span)], None, None
    names = [_index(cursor)]
    while cursor.accept(",") is not None:
        names.append(_index(cursor))
    lower = None
    if cursor.accept("=") is not None:
        with cursor.nested(opening):
            lower = cursor.expression()
    left_out = None
    if len(names) == 1 and lower is None and cursor.accept("!=") is not None:
        letter = cursor.expect("name", "an index")
        left_out = Symbol(letter.value, span=letter.span)
    closing = "}" if opening.kind == "{" else ")"
    if not cursor.at(closing):
        cursor.fail("sum-range", "only sums over a range of an index are read", cursor.peek().span, "i=1")
    cursor.take()
    return names, lower, left_out


def _index(cursor: Cursor) -> Symbol:
    name = cursor.expect("name", "an index")
    return Symbol(name.value, span=name.span)


def _bound(cursor: Cursor, index_known: bool) -> Expression:
    """The bound above: one name or number, or a group; what stands below may still follow."""
    opening = cursor.peek()
    with cursor.nested(opening):
        if opening.kind == "{":
            cursor.take()
            inner = cursor.expression()
            cursor.expect("}")
            return inner
        if opening.kind == "name" and cursor.peek(1).kind == "_" and not index_known:
            cursor.take()
            return Symbol(opening.value, span=opening.span)
        name = read_name(cursor) if opening.kind == "name" else None
        return cursor.atom() if name is None else name.node()


def _body(cursor: Cursor, index: list[str], operator: Span) -> Expression:
    first = cursor.peek()
    for letter in index:
        cursor.bind(letter)
    with cursor.nested(first, brackets=False):
        sign = cursor.accept("-")
        term = cursor.product()
        terms = [term if sign is None else Neg(term, span=cursor.since(first.start))]
        while cursor.peek().kind in ("+", "-") and _next_term_holds(cursor, index):
            operator_token = cursor.take()
            inner = cursor.peek()
            term = cursor.product()
            span = cursor.since(inner.start)
            terms.append(term if operator_token.kind == "+" else Neg(term, span=cursor.since(operator_token.start)))
            del span
    for letter in index:
        cursor.release(letter)
    body_span = cursor.since(first.start)
    if len(terms) > 1 or cursor.peek().kind in ("+", "-"):
        cursor.note("sum-body", f"the body of `{cursor.source(operator)}` is {cursor.source(body_span)}", body_span)
    return terms[0] if len(terms) == 1 else Add(tuple(terms), span=body_span)


def _next_term_holds(cursor: Cursor, index: list[str]) -> bool:
    """Whether the term after the sign at the cursor has the index free; looks at tokens, parses nothing."""
    depth = 0
    for position in range(cursor.position + 1, len(cursor.tokens)):
        token = cursor.tokens[position]
        kind = token.kind
        if kind in ("(", "[", "{", "\\{", "lbar", "lnorm"):
            depth += 1
        elif kind in (")", "]", "}", "\\}", "rbar", "rnorm"):
            depth -= 1
            if depth < 0:
                return False
        elif (depth == 0 and kind in _SIDE_ENDS) or _binds(cursor, position, index):
            return False
        elif _mentions(token, index):
            return True
    return False


def _mentions(token: Token, index: list[str]) -> bool:
    if token.kind == "name":
        return token.value in index or token.value.rpartition("_")[2] in index
    return token.kind == "sub" and (
        token.value in index or (token.value.isalpha() and any(i in token.value for i in index))
    )


def _binds(cursor: Cursor, position: int, index: list[str]) -> bool:
    """A sum over the same letter starts here: what follows in the term is bound by it."""
    token = cursor.tokens[position]
    if token.kind != "sum" and not (token.kind == "word" and token.value in ("sum", "product")):
        return False
    for place in range(position + 1, min(position + 12, len(cursor.tokens) - 1)):
        if cursor.tokens[place].kind == "_" or (token.kind == "word" and cursor.tokens[place].kind == "("):
            place += 2 if cursor.tokens[place + 1].kind in ("{", "(") else 1
            return cursor.tokens[place].value in index
    return False


def called(cursor: Cursor) -> Expression:
    """`sum(...)`, `prod(...)`, `Sum(...)`, `Product(...)` and `sum_{...}` at a word."""
    token = cursor.peek()
    kind = token.value.lower()
    if cursor.peek(1).kind in ("_", "^"):
        cursor.tokens[cursor.position] = token._replace(kind="sum", value=kind)
        return big_sign(cursor)
    cursor.position += 1
    if not cursor.at("("):
        cursor.fail(
            "sum-without-index", f"`{cursor.source(token.span)}` needs brackets", token.span, f"{kind}(i=1..n, ...)"
        )
    names = _trailing_limits(cursor)
    if names:
        return _sympy_style(cursor, token, kind, names)
    if cursor.peek(1).kind == "name" and cursor.peek(2).kind == "=":
        return _ranged(cursor, token, kind)
    declared = cursor.peek(1)
    if declared.kind == "name" and cursor.peek(2).kind == ",":
        return _over_declared(cursor, token, kind)
    given = arguments(cursor)
    span = cursor.since(token.start)
    if len(given) != 1:
        cursor.fail(
            "sum-range", f"this {kind} has no range for its index", span, f"{kind}(i=1..n, ...)",
            f"write {kind}(i=1..n, ...)",
        )  # fmt: skip
    return Call("sum" if kind == "sum" else "prod", given, span=span)


def _ranged(cursor: Cursor, token: Token, kind: str) -> Expression:
    """`sum(i=1..m, body)`; also `sum(i=1..m) body`."""
    opening = cursor.take()
    with cursor.nested(opening):
        index = _index(cursor)
        cursor.expect("=")
        lower = cursor.expression()
        if cursor.accept("dots") is None and cursor.accept(":") is None:
            cursor.unexpected("`..` and the upper bound")
        upper = cursor.expression()
        if cursor.accept(",") is not None or cursor.accept(";") is not None or cursor.accept(":") is not None:
            cursor.bind(index.name)
            body = cursor.expression()
            cursor.release(index.name)
            cursor.expect(")")
            return Reduction(kind, body, index, lower, upper, span=cursor.since(token.start))
    cursor.expect(")")
    body = _body(cursor, [index.name], cursor.since(token.start))
    return Reduction(kind, body, index, lower, upper, span=cursor.since(token.start))


def _over_declared(cursor: Cursor, token: Token, kind: str) -> Expression:
    opening = cursor.take()
    with cursor.nested(opening):
        index = _index(cursor)
        cursor.expect(",")
        cursor.bind(index.name)
        body = cursor.expression()
        cursor.release(index.name)
    cursor.expect(")")
    return Reduction(kind, body, index, None, None, span=cursor.since(token.start))


def _trailing_limits(cursor: Cursor) -> list[str]:
    """The letters of `(k, 1, n)` tuples at the end of SymPy's Sum, found before the body is read."""
    closing = cursor.skip_group(cursor.position) - 1
    names: list[str] = []
    position = closing
    while cursor.tokens[position - 1].kind == ")":
        opening = _opening_of(cursor, position - 1)
        group = cursor.tokens[opening:position]
        commas = sum(token.kind == "," for token in group)
        if cursor.tokens[opening - 1].kind != "," or commas < 2 or group[1].kind != "name" or group[2].kind != ",":
            break
        names.append(group[1].value)
        position = opening - 1
    return names


def _opening_of(cursor: Cursor, closing: int) -> int:
    depth = 0
    for position in range(closing, -1, -1):
        kind = cursor.tokens[position].kind
        if kind in (")", "]", "}", "\\}"):
            depth += 1
        elif kind in ("(", "[", "{", "\\{"):
            depth -= 1
            if depth == 0:
                return position
    return 0


def _sympy_style(cursor: Cursor, token: Token, kind: str, names: list[str]) -> Expression:
    opening = cursor.take()
    with cursor.nested(opening):
        for name in names:
            cursor.bind(name)
        body = cursor.expression()
        for name in names:
            cursor.release(name)
        limits: list[tuple[Symbol, Expression, Expression]] = []
        while cursor.accept(",") is not None:
            cursor.expect("(")
            index = _index(cursor)
            cursor.expect(",")
            lower = cursor.expression()
            cursor.expect(",")
            limits.append((index, lower, cursor.expression()))
            cursor.expect(")")
    cursor.expect(")")
    span = cursor.since(token.start)
    for index, lower, upper in limits:
        body = Reduction(kind, body, index, lower, upper, span=span)
    return body

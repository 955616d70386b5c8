"""Leibniz's notation: `dL/da`, `∂²f/∂x∂y`, `d/dx (...)`, `\\frac{d}{dx}`.

A derivative is one unit that binds tighter than `*` and `/`. The bare operator takes the following
product; it stops before an explicit product with another derivative, so that `d/du (u^2) · du/dx` is a
chain rule.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from derivcheck.expression import Apply, Derivative, Div, Expression, Mul, Neg, Number, Pow, Span, Symbol
from derivcheck.finding import ReadingError
from derivcheck.notation.cursor import Cursor
from derivcheck.notation.names import read_name
from derivcheck.notation.tokens import Token

MAX_ORDER = 20


@dataclass(slots=True)
class _Numerator:
    """What stands above: the sign d, the order, the operand (None for a bare operator)."""

    sign: str
    order: int
    operand: Expression | None


def leibniz(cursor: Cursor) -> Expression | None:
    """`dL/da` or `d/da ...` on one line; None and the cursor back when it is neither."""
    if not _slash_follows(cursor):
        return None
    state = cursor.mark()
    start = cursor.peek().start
    try:
        above = _numerator(cursor, ("/",))
        if above is None or cursor.accept("/") is None:
            cursor.back_to(state)
            return None
        bracket = cursor.accept("(") or cursor.accept("{")
        variables = _variables(cursor, above, start)
        if variables is not None and bracket is not None:
            cursor.expect(")" if bracket.kind == "(" else "}")
    except ReadingError as error:
        if error.id in ("derivative-order", "nested-too-deeply"):
            raise
        variables = None
    if variables is None:
        cursor.back_to(state)
        return None
    assert above is not None
    if above.operand is not None and cursor.at("^") and cursor.peek(1).kind != "top":
        cursor.fail(
            "derivative-order", "the orders above and below do not agree", cursor.since(start), "d^2y/dx^2",
            "write (dy/dx)^2 for a power; for a derivative by x^2 write dy/d(x^2)",
        )  # fmt: skip
    return _finish(cursor, above, variables, start)


def _slash_follows(cursor: Cursor) -> bool:
    """A slash with a d after it, before the side ends: cheap, so that speculation stays bounded."""
    depth = 0
    for index in range(cursor.position + 1, min(cursor.position + 400, len(cursor.tokens))):
        kind = cursor.tokens[index].kind
        if kind in ("(", "[", "{", "\\{"):
            depth += 1
        elif kind in (")", "]", "}", "\\}"):
            depth -= 1
            if depth < 0:
                return False
        elif depth == 0:
            if kind == "/":
                return _starts_denominator(cursor, index + 1)
            if kind in ("+", "-", "*", "=", "end", "row", ",", "<", ">") and index > cursor.position + 2:
                return False
    return False


def _starts_denominator(cursor: Cursor, index: int) -> bool:
    token = cursor.tokens[index]
    if token.kind in ("(", "{"):
        token = cursor.tokens[index + 1]
    return token.kind == "d" or _hidden_d(token)


def _hidden_d(token: Token) -> bool:
    """A declared name such as `dz` that under a `d` is read letter by letter."""
    value = token.value
    return token.kind == "name" and value[0] == "d" and value[1:2].isalpha() and value != "delta"


def _take_apart(cursor: Cursor, index: int) -> None:
    """Make `d` and `z` of the declared name `dz`."""
    token = cursor.tokens[index]
    letter = token._replace(kind="d", value="d", end=token.start + 1)
    rest = token._replace(value=token.value[1:], start=token.start + 1, gap=False)
    cursor.tokens[index : index + 1] = [letter, rest]


def is_hidden(cursor: Cursor, below: int) -> bool:
    """Whether the declared name at the cursor, `dz`, is a numerator.

    It is, where what is below is no declared name, or where z and w themselves are names too: then `dz` and
    `dw` are short for gradients, and nobody divides one by the other. The names are then taken apart for
    the reader of derivatives. Else `dz/dw` is a quotient of two names.
    """
    token = cursor.peek()
    if not _hidden_d(token):
        return False
    if _hidden_d(cursor.tokens[below]):
        span = Span(token.start, cursor.tokens[below].end)
        whole = cursor.source(span)
        if not {token.value[1:], cursor.tokens[below].value[1:]} <= cursor.declarations.symbols:
            cursor.note("quotient", f"`{whole}` is read as a quotient of two defined names", span)
            return False
        cursor.note("derivative-of-names", f"`{whole}` is read as a derivative, not as a quotient", span)
        _take_apart(cursor, below)
        _take_apart(cursor, cursor.position)
        return True
    if cursor.tokens[below].kind != "d" or cursor.tokens[below].value != "d":
        return False
    _take_apart(cursor, cursor.position)
    return True


def _order(cursor: Cursor) -> int:
    """The exponent of a d or of a variable, 1 when there is none."""
    if not cursor.at("^"):
        return 1
    braced = cursor.peek(1).kind == "{"
    number = cursor.peek(2 if braced else 1)
    if number.kind != "num" or not number.value.isdigit() or not 1 <= int(number.value[:3]) <= MAX_ORDER:
        cursor.fail("derivative-order", "the order of a derivative is a whole number up to 20", number.span)
    cursor.position += 2 + 2 * braced
    return int(number.value)


def _numerator(cursor: Cursor, closers: tuple[str, ...]) -> _Numerator | None:
    sign = cursor.take()
    order = _order(cursor)
    if cursor.peek().kind in closers:
        return _Numerator(sign.value, order, None)
    operand = _operand(cursor, closers)
    if operand is None or cursor.peek().kind not in closers:
        return None
    return _Numerator(sign.value, order, operand)


def _operand(cursor: Cursor, closers: tuple[str, ...]) -> Expression | None:
    """What is differentiated: a name, `J(w)` whatever J is, or an expression."""
    state = cursor.mark()
    name = read_name(cursor)
    if name is not None and name.canonical not in cursor.declarations.functions:
        if cursor.peek().kind in closers:
            return name.node()
        if cursor.at("(") and _is_dependence(cursor, closers):
            cursor.position = cursor.skip_group(cursor.position)
            span = cursor.since(name.start)
            cursor.note(
                "dependence", f"`{cursor.source(span)}` is read as {name.canonical} with what it depends on", span
            )
            return name.node()
    cursor.back_to(state)
    return cursor.product() if closers == ("}",) else cursor.power()


def _is_dependence(cursor: Cursor, closers: tuple[str, ...]) -> bool:
    """`(w)`, `(w, b)`: names only, and the numerator ends after it."""
    closing = cursor.skip_group(cursor.position)
    inner = cursor.tokens[cursor.position + 1 : closing - 1]
    plain = all(token.kind in ("name", ",", "_", "sub", "accent", "{", "}", "mark", ";") for token in inner)
    return bool(inner) and plain and cursor.tokens[closing].kind in closers


def _variables(cursor: Cursor, above: _Numerator, start: int) -> tuple[tuple[Expression, int], ...] | None:
    """The variables below, until their orders add up to the order above."""
    variables: list[tuple[Expression, int]] = []
    total = 0
    while total < above.order:
        token = cursor.peek()
        if token.kind == "d" and token.value != "nabla":
            cursor.position += 1
            variable = _variable(cursor)
            if above.order == 1 and isinstance(variable, Symbol) and variable.name in cursor.declarations.squares:
                variable = _power(cursor, variable)
        elif _hidden_d(token):
            cursor.position += 1
            variable = Symbol(token.value[1:], span=Span(token.start + 1, token.end))
        else:
            variable = None
        if variable is None:
            if variables:
                cursor.fail(
                    "derivative-order", "the orders above and below do not agree", cursor.since(start),
                    f"{above.order} differentiations below",
                )  # fmt: skip
            return None
        order = _order(cursor) if above.order > 1 else 1
        total += order
        variables.append((variable, order))
    if total != above.order:
        cursor.fail(
            "derivative-order", "the orders above and below do not agree", cursor.since(start),
            f"{above.order} differentiations below",
        )  # fmt: skip
    return tuple(variables)


def _variable(cursor: Cursor) -> Expression | None:
    opening = cursor.accept("(")
    name = read_name(cursor)
    if name is None:
        token = cursor.peek()
        declared_d = token.kind == "d" and token.value == "d" and "d" in cursor.declarations.symbols
        if declared_d or (token.kind == "const" and cursor.source(token.span) in ("e", "E")):
            cursor.position += 1
            return Symbol(cursor.source(token.span), span=token.span)
        return None
    variable = name.node()
    if opening is not None:
        variable = _power(cursor, variable)
        if cursor.accept(")") is None:
            return None
    return variable


def _power(cursor: Cursor, variable: Expression) -> Expression:
    """`σ²` as what is derived by."""
    if not cursor.at("^"):
        return variable
    exponent = _order(cursor)
    span = variable.span and cursor.since(variable.span.start)
    return Pow(variable, Number(Fraction(exponent), span=span), span=span)


def _finish(cursor: Cursor, above: _Numerator, variables: tuple[tuple[Expression, int], ...], start: int) -> Expression:
    operator = cursor.since(start)
    operand = above.operand
    if operand is None:
        operand = operand_of_operator(cursor, operator)
    if isinstance(operand, Symbol) and operand.name in cursor.declarations.functions:
        operand = with_parameters(cursor, operand)
    partial = above.sign.startswith("partial")
    plain = tuple((variable, order) for variable, order in variables if not isinstance(variable, Pow))
    span = cursor.since(start)
    found = operand
    if plain:
        found = Derivative(operand, plain, partial=partial, direct=above.sign == "partial+", span=span)
    for variable, order in variables:
        if isinstance(variable, Pow):
            cursor.note("power-as-variable", f"`{cursor.source(operator)}` differentiates by a power", operator)
            for _ in range(order):
                found = _by_power(found, variable, partial, span)
    return found


def _by_power(operand: Expression, variable: Pow, partial: bool, span: Span) -> Expression:
    """The derivative by `x^k`: that by x, divided by k x^(k-1)."""
    assert isinstance(variable.exponent, Number)
    exponent = variable.exponent.value
    inner = Derivative(operand, ((variable.base, 1),), partial=partial, span=span)
    lowered = variable.base if exponent == 2 else Pow(variable.base, Number(exponent - 1), span=variable.span)
    return Div(inner, Mul((Number(exponent, span=variable.span), lowered), span=variable.span), span=span)


def with_parameters(cursor: Cursor, operand: Symbol) -> Expression:
    """`df/dx` of a function of the file: f at the arguments its definition names."""
    parameters = cursor.declarations.parameters.get(operand.name)
    if not parameters:
        return operand
    arguments = tuple(Symbol(name, span=operand.span) for name in parameters)
    return Apply(operand.name, arguments, (0,) * len(arguments), span=operand.span)


def operand_of_operator(cursor: Cursor, operator: Span) -> Expression:
    """What a bare operator is applied to: the following product, with its sign."""
    first = cursor.peek()
    sign = cursor.accept("-")
    if not cursor.starts_operand():
        if sign is not None:
            cursor.position -= 1
        cursor.fail(
            "derivative-without-operand", f"`{cursor.source(operator)}` has nothing to differentiate", operator,
            "an expression after it", f"{cursor.source(operator)} (...)",
        )  # fmt: skip
    bracketed = cursor.at("(") or cursor.at("[") or cursor.at("\\{")
    closing = cursor.skip_group(cursor.position) if bracketed else 0
    with cursor.nested(first, brackets=False):
        operand = cursor.product(operand_of_derivative=True)
    span = cursor.since(first.start)
    if sign is not None:
        operand = Neg(operand, span=span)
    more = bracketed and cursor.position > closing
    if more or (not bracketed and cursor.peek().kind in ("+", "-")):
        cursor.note(
            "derivative-scope",
            f"`{cursor.source(operator)}` applies to {cursor.source(span)}",
            Span(operator.start, span.end),
        )
    return operand


def fraction(cursor: Cursor) -> Expression | None:
    """`\\frac{dL}{da}` or `\\frac{d}{da} ...` after `\\frac` was taken; None when it is a quotient."""
    start = cursor.peek(-1).start
    if not cursor.at("{"):
        return None
    if cursor.peek(2).kind == "}" and cursor.peek(3).kind == "{":
        cursor.position += 1
        is_hidden(cursor, cursor.position + 3)
        cursor.position -= 1
    if not _is_sign(cursor, cursor.position + 1):
        return None
    below = cursor.skip_group(cursor.position)
    if cursor.tokens[below].kind != "{" or not _is_sign(cursor, below + 1, True):
        return None
    state = cursor.mark()
    variational = cursor.peek(1).kind == "name"
    cursor.position += 1
    try:
        with cursor.nested(cursor.peek()):
            above = _fraction_numerator(cursor)
            if above is not None:
                cursor.expect("}")
                cursor.expect("{")
                variables = _variables(cursor, above, start) if not variational else _variation(cursor)
                if variables is not None and cursor.accept("}") is None:
                    variables = None
    except ReadingError as error:
        if error.id in ("derivative-order", "nested-too-deeply"):
            raise
        above = None
    if above is None or variables is None:
        cursor.back_to(state)
        return None
    if variational:
        cursor.note("functional-derivative", "δ/δ is read as a derivative", cursor.since(start))
    return _finish(cursor, above, variables, start)


def _is_sign(cursor: Cursor, index: int, below: bool = False) -> bool:
    token = cursor.tokens[index]
    if token.kind == "d":
        return token.value != "nabla"
    if token.kind == "name" and token.value == "delta" and "delta" not in cursor.declarations.symbols:
        return cursor.tokens[index + 1].kind in ("name", "accent", "applied") or (
            not below and cursor.tokens[index + 1].kind == "}"
        )
    return below and _hidden_d(token)


def _fraction_numerator(cursor: Cursor) -> _Numerator | None:
    token = cursor.peek()
    if token.kind == "name":
        cursor.position += 1
        operand = None if cursor.at("}") else _operand(cursor, ("}",))
        return _Numerator("d", 1, operand)
    return _numerator(cursor, ("}",))


def _variation(cursor: Cursor) -> tuple[tuple[Expression, int], ...] | None:
    cursor.position += 1
    variable = _variable(cursor)
    return None if variable is None else ((variable, 1),)

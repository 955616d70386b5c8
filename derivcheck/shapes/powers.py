"""Whole powers of a square matrix as products: `A^3` is A A A, `A^-2` is A^-1 A^-1, `A^0` the identity."""

from __future__ import annotations

from derivcheck.expression import Call, Expression, MatMul, Neg, Number, Span
from derivcheck.shapes.identities import size_expression
from derivcheck.shapes.sizes import ShapeError, Size

MAX_POWER = 16


def matrix_power(base: Expression, exponent: Expression, size: Size, span: Span | None) -> Expression:
    """The power of a matrix of this size; a ShapeError for an exponent that is no whole number."""
    value = None
    match exponent:
        case Number(number):
            value = number
        case Neg(Number(number)):
            value = -number
    if value is None or value.denominator != 1 or abs(value) > MAX_POWER:
        message = f"a matrix has whole powers up to {MAX_POWER} here"
        raise ShapeError(message, exponent.span or span, "write sqrt(A) or exp(p log(A)) for powers of the entries")
    if not value:
        return Call("eye", (size_expression(size),), span=span)
    factor = Call("inv", (base,), span=span) if value < 0 else base
    count = abs(int(value))
    return factor if count == 1 else MatMul((factor,) * count, span=span)

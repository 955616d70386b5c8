"""Bounds on what a formula may build: tree depth and the size of constant powers, checked bottom-up.

A power of constants is bounded by bits(base) * |exponent|, a factorial by its argument, so that nothing
downstream meets `9**9**9`. A symbolic base may have a large literal exponent.
"""

from __future__ import annotations

import math
from fractions import Fraction

from derivcheck.expression import Add, Div, Expression, Mul, Neg, Number, Pow, Span, children
from derivcheck.finding import ReadingError

_SMALL = tuple(map(Fraction, range(100)))
MAX_BITS = 4096
MAX_DIGITS = 50
MAX_DEPTH = 100
MAX_DECIMAL_EXPONENT = 300


def constant_value(node: Expression) -> Fraction | None:
    """The exact value of a small tree of numbers, None when it is not one."""
    if isinstance(node, Number):
        return node.value
    if isinstance(node, Neg):
        inner = constant_value(node.operand)
        return None if inner is None else -inner
    if isinstance(node, Div):
        top, bottom = constant_value(node.numerator), constant_value(node.denominator)
        return None if top is None or not bottom else top / bottom
    if isinstance(node, Add | Mul):
        parts = node.terms if isinstance(node, Add) else node.factors
        values = [constant_value(part) for part in parts]
        if any(value is None for value in values):
            return None
        known = [value for value in values if value is not None]
        return sum(known, Fraction(0)) if isinstance(node, Add) else math.prod(known, start=Fraction(1))
    if isinstance(node, Pow):
        base, exponent = constant_value(node.base), constant_value(node.exponent)
        if base is None or exponent is None or exponent.denominator != 1 or (base == 0 and exponent < 0):
            return None
        return base ** int(exponent)
    return None


def bits(value: Fraction) -> int:
    """Length of numerator or denominator in bits, the larger one."""
    return max(value.numerator.bit_length(), value.denominator.bit_length())


def check_power(base: Expression, exponent: Expression, span: Span) -> None:
    """Refuse a power of constants that no one can write out."""
    top = constant_value(exponent)
    if top is None:
        return
    bottom = constant_value(base)
    if bottom is None:
        if bits(top) > 170:
            raise _too_large(span)
        return
    if abs(bottom) != 1 and bottom != 0 and bits(bottom) * abs(top) > MAX_BITS:
        raise _too_large(span)


def _too_large(span: Span) -> ReadingError:
    return ReadingError(
        "number-too-large", "this power of numbers is too large", span, f"a number of at most {MAX_BITS} bits",
        "use a symbol for it",
    )  # fmt: skip


def number(literal: str, span: Span) -> Fraction:
    """The exact value of a literal within the limits."""
    if len(literal) < 3 and literal.isdigit():
        return _SMALL[int(literal)]
    mantissa, _, power = literal.lower().partition("e")
    digits = len(mantissa) - ("." in mantissa)
    if digits > MAX_DIGITS or (power and abs(int(power[:8])) > MAX_DECIMAL_EXPONENT):
        raise ReadingError(
            "number-too-long", f"this number has more than {MAX_DIGITS} digits", span, f"at most {MAX_DIGITS} digits"
        )
    return Fraction(literal)


def check_depth(root: Expression, text: str) -> None:
    """Refuse a tree deeper than recursive code may walk; a short text cannot give one."""
    if len(text) <= MAX_DEPTH:
        return
    level = [root]
    for _ in range(MAX_DEPTH):
        level = [child for node in level for child in children(node)]
        if not level:
            return
    span = level[0].span or Span(0, len(text))
    raise ReadingError(
        "nested-too-deeply", f"more than {MAX_DEPTH} operations inside each other", span, "a flatter formula",
        "give the inner part a name",
    )  # fmt: skip

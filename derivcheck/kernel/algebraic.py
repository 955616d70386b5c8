"""Is a real algebraic number zero? Decided by a separation bound.

Method: an expression of integers with + - * / and roots satisfies |E| >= 1 / (u(E)^(D-1) l(E)) unless it is
zero, where D is the product of the degrees of its roots and u, l are bounds computed along the expression.
So a ball around E with smaller radius and midpoint than that proves E = 0. Cosines of rational angles
enter as algebraic integers 2 cos(2 pi p / q) with all conjugates of modulus at most 2.

Source: C. Burnikel, S. Funke, K. Mehlhorn, S. Schirra, S. Schmitt, A separation bound for real algebraic
expressions, ESA 2001 (the BFMSS bound).
Limits: bounds beyond MAX_BITS are not tried.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import ceil

from flint import arb, fmpz_poly

from derivcheck.expression import ONE, Add, Call, Constant, Div, Expression, Mul, Neg, Number, Pow
from derivcheck.kernel.balls import Evaluator, Unclear, Undefined, precision, rational_value
from derivcheck.kernel.field import Field, Generator, Poly

MAX_BITS = 400_000
MAX_DEGREE = 20_000


class NotAlgebraic(Exception):
    """The expression holds something that is no algebraic number, or too large a one."""


@dataclass(frozen=True, slots=True)
class Bound:
    """Base-two logarithms of u and l, and the roots met with their degrees."""

    upper: float
    lower: float
    roots: frozenset[tuple[Expression | str, int]]

    def __add__(self, other: Bound) -> Bound:
        left, right = self.upper + other.lower, self.lower + other.upper
        return Bound(max(left, right) + 1, self.lower + other.lower, self.roots | other.roots)

    def __mul__(self, other: Bound) -> Bound:
        return Bound(self.upper + other.upper, self.lower + other.lower, self.roots | other.roots)

    def __truediv__(self, other: Bound) -> Bound:
        return Bound(self.upper + other.lower, self.lower + other.upper, self.roots | other.roots)

    def root(self, degree: int, name: Expression | str) -> Bound:
        roots = self.roots | {(name, degree)}
        if self.upper >= self.lower:
            return Bound((self.upper + (degree - 1) * self.lower) / degree, self.lower, roots)
        return Bound(self.upper, ((degree - 1) * self.upper + self.lower) / degree, roots)

    def bits(self) -> int:
        """How many binary digits after the point separate a non-zero value from zero."""
        degree = 1
        for _, single in self.roots:
            degree *= single
            if degree > MAX_DEGREE:
                raise NotAlgebraic
        return ceil((degree - 1) * self.upper + self.lower) + 2


def _rational(value: Fraction) -> Bound:
    return Bound(_log(abs(value.numerator)), _log(value.denominator), frozenset())


def _log(value: int) -> float:
    return float(value.bit_length()) if value > 1 else 0.0


def bound(node: Expression) -> Bound:
    """The bound of a constant tree; `NotAlgebraic` when it has none."""
    match node:
        case Number(value):
            return _rational(value)
        case Neg(operand):
            return bound(operand)
        case Add(terms):
            total = bound(terms[0])
            for term in terms[1:]:
                total = total + bound(term)
            return total
        case Mul(factors):
            total = bound(factors[0])
            for factor in factors[1:]:
                total = total * bound(factor)
            return total
        case Div(numerator, denominator):
            return bound(numerator) / bound(denominator)
        case Pow(base, exponent):
            return _power_bound(node, base, exponent)
        case Call("sqrt", (operand,)):
            return bound(operand).root(2, node)
        case Call("abs", (operand,)):
            return bound(operand)
        case Call("cos" | "sin", (operand,)):
            return _cosine_bound(operand)
        case Call("tan", (operand,)):
            return _cosine_bound(operand) / _cosine_bound(operand)
    raise NotAlgebraic


def _power_bound(node: Expression, base: Expression, exponent: Expression) -> Bound:
    value = rational_value(exponent)
    if value is None or value.denominator > 200 or abs(value.numerator) > 1000:
        raise NotAlgebraic
    inner = bound(base)
    power = Bound(inner.upper * abs(value.numerator), inner.lower * abs(value.numerator), inner.roots)
    if value < 0:
        power = Bound(power.lower, power.upper, power.roots)
    return power if value.denominator == 1 else power.root(value.denominator, node)


def _cosine_bound(angle: Expression) -> Bound:
    turns = _turns(angle)
    if turns is None or turns.denominator > 2000:
        raise NotAlgebraic
    order = 4 * turns.denominator
    degree = max(1, fmpz_poly.cos_minpoly(order).degree())
    return Bound(1.0, 1.0, frozenset({(f"2 cos(2 pi/{order})", degree)}))


def _turns(angle: Expression) -> Fraction | None:
    """The rational r in r * pi."""
    match angle:
        case Constant("pi"):
            return Fraction(1)
        case Neg(operand):
            inner = _turns(operand)
            return None if inner is None else -inner
        case Div(numerator, denominator):
            inner, below = _turns(numerator), rational_value(denominator)
            return None if inner is None or not below else inner / below
        case Mul(factors):
            result = Fraction(1)
            seen = False
            for factor in factors:
                value = rational_value(factor)
                inner = _turns(factor) if value is None and not seen else None
                if value is None and inner is None:
                    return None
                seen = seen or inner is not None
                result *= value if value is not None else inner or 0
            return result if seen else None
    value = rational_value(angle)
    return Fraction(0) if value == 0 else None


def is_zero_constant(node: Expression) -> bool:
    """Whether a constant tree is proved to be zero."""
    try:
        limit = bound(node)
        bits = limit.bits()
    except NotAlgebraic:
        return False
    if bits > MAX_BITS:
        return False
    with precision(bits + 64 + 4 * int(limit.upper)):
        try:
            value = Evaluator({})(node)
        except (Unclear, Undefined):
            return False
        return bool(abs(value) * arb(2) ** bits < 1)


def coefficients_vanish(field: Field, num: Poly) -> bool:
    """Whether a polynomial is zero because its coefficients, algebraic numbers, are.

    Coefficients are collected by the monomials in all generators that are no roots of constants.
    """
    constants = {g.place: g for g in field.generators if _is_algebraic_constant(field, g)}
    if not any(g.meaning[0] == "root" for g in constants.values()):
        return False
    groups: dict[tuple[int, ...], list[Expression]] = {}
    for exponents, coefficient in num.terms():
        outer = tuple(0 if place in constants else e for place, e in enumerate(exponents))
        term: Expression = Number(Fraction(str(coefficient)))
        for place, generator in constants.items():
            if exponents[place]:
                term = term * _tree(field, generator) ** exponents[place]
        groups.setdefault(outer, []).append(term)
    return all(is_zero_constant(Add(tuple(terms)) if len(terms) > 1 else terms[0]) for terms in groups.values())


def _is_algebraic_constant(field: Field, generator: Generator) -> bool:
    kind = generator.meaning[0] if generator.meaning else ""
    if kind == "prime-root":
        return True
    return kind == "root" and all(_is_algebraic_constant(field, g) for g in field.used(generator.meaning[1]))


def _tree(field: Field, generator: Generator) -> Expression:
    """A root of constants as a tree again."""
    kind, base, degree = generator.meaning
    if kind == "prime-root":
        value: Expression = Number(Fraction(str(base.leading_coefficient())))
    else:
        terms: list[Expression] = []
        for exponents, coefficient in base.terms():
            term: Expression = Number(Fraction(str(coefficient)))
            for inner in field.used(base):
                if exponents[inner.place]:
                    term = term * _tree(field, inner) ** exponents[inner.place]
            terms.append(term)
        value = Call("abs", (Add(tuple(terms)),))
    return Pow(value, Div(ONE, Number(Fraction(degree))))

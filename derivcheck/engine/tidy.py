"""A light clean-up of trees for people: what a careful writer would do without being asked.

Method: sums are flattened and like terms collected, products get their sign and number in front, equal
factors become powers and cancel between numerator and denominator, quotients become one fraction. The order
of terms and factors is the author's. Nothing is expanded or factored.

Limits: a cancelled factor may have hidden a point where the expression was undefined; whoever shows a tidied
tree as equal to another lets the kernel prove it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

from derivcheck.expression import (
    ONE,
    ZERO,
    Add,
    Div,
    Expression,
    Mul,
    Neg,
    Number,
    Pow,
    add,
    divide,
    map_children,
    multiply,
    negate,
)

MAX_EXPONENT = 64


@dataclass(slots=True)
class Product:
    """A number times powers of bases, in order of appearance."""

    number: Fraction = Fraction(1)
    powers: dict[Expression, Expression] = field(default_factory=dict)

    def times(self, node: Expression, exponent: Fraction = Fraction(1)) -> None:
        """Take one more factor to a whole power."""
        match node:
            case Number(value) if value != 0 or exponent > 0:
                self.number *= value ** int(exponent)
            case Neg(operand):
                self.number *= (-1) ** int(exponent)
                self.times(operand, exponent)
            case Mul(factors):
                for factor in factors:
                    self.times(factor, exponent)
            case Div(numerator, denominator):
                self.times(numerator, exponent)
                self.times(denominator, -exponent)
            case Pow(base, Number(value)) if not isinstance(base, Number):
                self._raise(base, Number(value * exponent))
            case Pow(base, power) if not isinstance(base, Number):
                self._raise(base, power if exponent == 1 else tidy(Number(exponent) * power))
            case _:
                self._raise(node, Number(exponent))

    def _raise(self, base: Expression, exponent: Expression) -> None:
        known = self.powers.get(base)
        self.powers[base] = exponent if known is None else tidy(add(known, exponent))

    def expression(self) -> Expression:
        """The product as one fraction, its number first."""
        above, below = [], []
        for base, exponent in self.powers.items():
            if isinstance(exponent, Number) and exponent.value < 0:
                below.append(_raised(base, Number(-exponent.value)))
            elif exponent != ZERO:
                above.append(_raised(base, exponent))
        if self.number == 0:
            return ZERO
        top = multiply(abs(self.number.numerator), *above)
        whole = divide(top, multiply(self.number.denominator, *below))
        return negate(whole) if self.number < 0 else whole


def _raised(base: Expression, exponent: Expression) -> Expression:
    return base if exponent == ONE else Pow(base, exponent)


def tidy(node: Expression) -> Expression:
    """The tree cleaned up from the leaves."""
    node = map_children(node, tidy)
    match node:
        case Neg() | Mul() | Div():
            return _product(node)
        case Add(terms):
            return _sum(terms)
        case Pow(base, exponent):
            return _power(base, exponent)
    return node


def _product(node: Expression) -> Expression:
    product = Product()
    product.times(node)
    return product.expression()


def _sum(terms: tuple[Expression, ...]) -> Expression:
    """Like terms together, each where the first of them stood."""
    collected: dict[Expression, Fraction] = {}
    for term in _flat(terms):
        product = Product()
        product.times(term)
        number, product.number = product.number, Fraction(1)
        body = product.expression()
        if number == 0 or body == ZERO:
            continue
        collected[body] = collected.get(body, Fraction(0)) + number
    return add(*(_scaled(body, number) for body, number in collected.items() if number))


def _flat(terms: tuple[Expression, ...]) -> list[Expression]:
    flat: list[Expression] = []
    for term in terms:
        if isinstance(term, Add):
            flat += _flat(term.terms)
        elif isinstance(term, Neg) and isinstance(term.operand, Add):
            flat += _flat(tuple(negate(item) for item in term.operand.terms))
        else:
            flat.append(term)
    return flat


def _scaled(body: Expression, number: Fraction) -> Expression:
    product = Product(number)
    product.times(body)
    return product.expression()


def _power(base: Expression, exponent: Expression) -> Expression:
    if exponent == ONE:
        return base
    if exponent == ZERO:
        return ONE
    if isinstance(base, Number) and isinstance(exponent, Number) and exponent.value.denominator == 1:
        if abs(exponent.value) <= MAX_EXPONENT and base.value:
            return Number(base.value ** int(exponent.value))
    if isinstance(base, Pow) and isinstance(exponent, Number) and exponent.value.denominator == 1:
        return _power(base.base, tidy(base.exponent * exponent))
    return Pow(base, exponent)


def terms_of(node: Expression) -> tuple[Expression, ...]:
    """The terms of a sum with their signs, or the one term that the expression is."""
    return tuple(_flat((node,)))

"""An expression written the way a person would after carrying out a derivative, without SymPy.

Method: every product is a rational coefficient times powers of other factors, every sum collects terms
that differ in their coefficient only. Nothing is expanded, factored or known about functions, so the form
stays close to the rules that made it. The value is unchanged wherever both are defined; whoever shows the
result has it proved.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction

from derivcheck.expression import (
    ONE,
    ZERO,
    Add,
    Call,
    Constant,
    Div,
    Expression,
    Mul,
    Neg,
    Number,
    Pow,
    Symbol,
    add,
    divide,
    map_children,
    multiply,
    negate,
    power,
    walk,
)

Exponents = dict[Expression, Expression]


@dataclass(slots=True)
class _Product:
    """coefficient * product of base^exponent."""

    coefficient: Fraction = Fraction(1)
    powers: Exponents = field(default_factory=dict)

    def times(self, base: Expression, exponent: Expression) -> None:
        known = self.powers.get(base)
        total = exponent if known is None else _sum([known, exponent])
        if total == ZERO:
            self.powers.pop(base, None)
        else:
            self.powers[base] = total


def tidy(tree: Expression) -> Expression:
    """The tidied tree."""
    node = map_children(tree, tidy)
    match node:
        case Add(terms):
            return _sum(list(terms))
        case Neg() | Mul() | Div() | Pow():
            return _written(_product(node))
        case Call("exp", (operand,)) if operand == ONE:
            return Constant("e")
        case Call("log", (operand,)) if operand in (ONE, Constant("e")):
            return ZERO if operand == ONE else ONE
    return node


def displayed(tree: Expression) -> Expression:
    """The tree with negative numbers written with a sign, as the notation reads them."""
    if isinstance(tree, Number) and tree.value < 0:
        return Neg(Number(-tree.value))
    return map_children(tree, displayed)


def size(tree: Expression) -> int:
    """How many nodes a tree has: the shorter of two forms is the simpler one."""
    return sum(1 for _ in walk(tree))


def _product(node: Expression) -> _Product:
    result = _Product()
    _multiply(result, node, Fraction(1))
    return result


def _multiply(result: _Product, node: Expression, sign: Fraction) -> None:
    """Multiply node^sign into the product, for sign 1 or -1."""
    match node:
        case Number(value) if value or sign > 0:
            result.coefficient *= value if sign > 0 else 1 / value
        case Neg(operand):
            result.coefficient = -result.coefficient
            _multiply(result, operand, sign)
        case Mul(factors):
            for factor in factors:
                _multiply(result, factor, sign)
        case Div(numerator, denominator):
            _multiply(result, numerator, sign)
            _multiply(result, denominator, -sign)
        case Pow(Number(value), Number(exponent)) if _is_small(value, exponent):
            result.coefficient *= value ** int(exponent * sign)
        case Pow(Pow(base, Number(inner)), Number(outer)) if inner.denominator == 1 and outer.denominator == 1:
            result.times(base, Number(inner * outer * sign))
        case Pow(base, exponent):
            result.times(base, exponent if sign > 0 else negate(exponent))
        case _:
            result.times(node, Number(sign))


def _is_small(value: Fraction, exponent: Fraction) -> bool:
    return exponent.denominator == 1 and abs(exponent) <= 12 and abs(value) <= 1000 and value != 0


def _written(product: _Product) -> Expression:
    """The product as numerator over denominator with the sign in front."""
    if not product.coefficient:
        return ZERO
    above: list[Expression] = []
    below: list[Expression] = []
    for base, exponent in product.powers.items():
        if _is_negative(exponent) and (isinstance(exponent, Number) or base != Constant("e")):
            below.append(power(base, _fraction(negate(exponent))))
        else:
            above.append(power(base, _fraction(exponent)))
    above.sort(key=_is_composite)
    below.sort(key=_is_composite)
    top, bottom = abs(product.coefficient).numerator, abs(product.coefficient).denominator
    result = divide(multiply(top, *above), multiply(bottom, *below))
    return result if product.coefficient > 0 else negate(result)


def _fraction(exponent: Expression) -> Expression:
    """A broken exponent as a fraction, not as a decimal."""
    if isinstance(exponent, Number) and exponent.value.denominator != 1:
        return divide(exponent.value.numerator, exponent.value.denominator)
    return exponent


def _is_composite(factor: Expression) -> bool:
    """Names and their powers stand before the other factors."""
    if isinstance(factor, Pow):
        return not isinstance(factor.base, Symbol)
    return not isinstance(factor, Symbol | Constant)


def _is_negative(exponent: Expression) -> bool:
    return isinstance(exponent, Neg) or (isinstance(exponent, Number) and exponent.value < 0)


def _sum(terms: list[Expression]) -> Expression:
    """The sum with terms collected that differ in their coefficient only; a positive term stands first."""
    coefficients: dict[Expression, Fraction] = {}
    for term, sign in _signed(terms):
        product = _product(term)
        rest = _written(_Product(Fraction(1), product.powers))
        coefficients[rest] = coefficients.get(rest, Fraction(0)) + product.coefficient * sign
    written = [_written(_with(factor, rest)) for rest, factor in coefficients.items() if factor]
    first = next((k for k, term in enumerate(written) if not isinstance(term, Neg)), 0)
    return add(*written[first : first + 1], *written[:first], *written[first + 1 :])


def _signed(terms: list[Expression]) -> Iterator[tuple[Expression, Fraction]]:
    """The terms of nested sums with their signs."""
    for term in terms:
        if isinstance(term, Add):
            yield from _signed(list(term.terms))
        elif isinstance(term, Neg) and isinstance(term.operand, Add):
            yield from ((inner, -sign) for inner, sign in _signed(list(term.operand.terms)))
        else:
            yield term, Fraction(1)


def _with(factor: Fraction, rest: Expression) -> _Product:
    product = _product(rest)
    product.coefficient *= factor
    return product

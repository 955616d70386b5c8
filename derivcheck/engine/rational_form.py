"""A rational expression of names as a quotient of products of irreducible factors, by exact polynomials."""

from __future__ import annotations

from fractions import Fraction

from derivcheck.expression import Constant, Expression, Symbol, add, divide, multiply, negate, power, symbols
from derivcheck.kernel.field import Budget, Exhausted, Field, Poly, Undefined
from derivcheck.kernel.plan import Plan, Unsupported
from derivcheck.kernel.prove import Region, started

BUDGET = 100_000
MAX_TERMS = 12

Factors = list[tuple[Poly, int]]


def rational_form(tree: Expression) -> Expression | None:
    """The factored form, or None when the expression holds more than names, numbers and pi."""
    try:
        run, (value,) = started(Region(), (tree,), Plan(size=12 + 2 * len(symbols(tree))), Budget(BUDGET))
        value = run.field.cancel(value)
        parts = [value.num, *(run.field.factors[name] for name, _ in value.den)]
        if not all(_is_plain(run.field, part) for part in parts) or value.num.is_zero():
            return None
        content, factors = run.field.factor(value.num)
    except (Exhausted, Unsupported, Undefined):
        return None
    factor = Fraction(str(content))
    lower = [(run.field.factors[name], count) for name, count in value.den]
    factor, factors, lower = _sign_inside(factor, factors, lower)
    above = [_power(run.field, part, count) for part, count in factors]
    below = [_power(run.field, part, count) for part, count in lower]
    size = abs(factor)
    result = divide(multiply(size.numerator, *above), multiply(size.denominator, *below))
    return result if factor > 0 else negate(result)


def _sign_inside(factor: Fraction, above: Factors, below: Factors) -> tuple[Fraction, Factors, Factors]:
    """A minus in front goes into a factor such as a - 1, which is better written 1 - a."""
    if factor < 0:
        for side in (above, below):
            for k, (part, count) in enumerate(side):
                if count % 2 and len(part) == 2 and part.coefficient(1) < 0:
                    flipped = [*side[:k], (-part, count), *side[k + 1 :]]
                    return (-factor, flipped, below) if side is above else (-factor, above, flipped)
    return factor, above, below


def _is_plain(field: Field, part: Poly) -> bool:
    kinds = {generator.meaning[0] for generator in field.used(part)}
    return kinds <= {"symbol", "constant"} and len(part) <= MAX_TERMS


def _power(field: Field, part: Poly, count: int) -> Expression:
    return power(_tree(field, part), count)


def _tree(field: Field, part: Poly) -> Expression:
    terms = []
    for exponents, coefficient in part.terms():
        number = Fraction(str(coefficient))
        names = [
            power(
                Constant("pi") if generator.meaning[0] == "constant" else Symbol(generator.name),
                int(exponents[generator.place]),
            )
            for generator in field.used(part)
            if exponents[generator.place]
        ]
        size = abs(number)
        term = divide(multiply(size.numerator, *names), size.denominator)
        terms.append((number > 0, term))
    positive = [term for sign, term in terms if sign]
    return add(*positive, *(negate(term) for sign, term in terms if not sign))

"""Closed forms of sums of polynomials in the index with symbolic bounds.

Method: the body is expanded as a polynomial in the index with coefficients free of it, and each power sum
is replaced by its Faulhaber polynomial, found from sum(k=1..n) k^p by interpolation-free recursion:
(n+1)^(p+1) - 1 = sum over j <= p of binomial(p+1, j) S_j(n).
Limits: the bounds must be integers with upper >= lower - 1, which the caller states as a condition.
"""

from __future__ import annotations

from fractions import Fraction
from math import comb

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
    Reduction,
    Symbol,
    add,
    as_expression,
    divide,
    multiply,
    negate,
    walk,
)
from derivcheck.kernel.plan import Unsupported

MAX_DEGREE = 24


def closed_form(node: Reduction) -> Expression:
    """The sum as a polynomial in its bounds; `Unsupported` for anything else."""
    if node.kind != "sum" or node.lower is None or node.upper is None:
        raise Unsupported("a product with symbolic bounds")
    terms = []
    for power, coefficient in enumerate(coefficients(node.body, node.index)):
        if coefficient != ZERO:
            upper, lower = _power_sum(power, node.upper), _power_sum(power, node.lower - 1)
            terms.append(multiply(coefficient, upper - lower))
    return add(*terms)


def _free(node: Expression, index: Symbol) -> bool:
    return all(item != index for item in walk(node))


def coefficients(node: Expression, index: Symbol) -> list[Expression]:
    """Coefficients by powers of the index, lowest first."""
    if _free(node, index):
        return [node]
    match node:
        case Symbol():
            return [ZERO, ONE]
        case Neg(operand):
            return [negate(part) for part in coefficients(operand, index)]
        case Add(terms):
            columns = [coefficients(term, index) for term in terms]
            width = max(map(len, columns))
            return [add(*(column[k] for column in columns if k < len(column))) for k in range(width)]
        case Mul(factors):
            result = [as_expression(1)]
            for factor in factors:
                result = _convolve(result, coefficients(factor, index))
            return result
        case Div(numerator, denominator) if _free(denominator, index):
            return [divide(part, denominator) for part in coefficients(numerator, index)]
        case Pow(base, Number(value)) if value.denominator == 1 and 0 <= value <= MAX_DEGREE:
            column = coefficients(base, index)
            result = [as_expression(1)]
            for _ in range(int(value)):
                result = _convolve(result, column)
            return result
    raise Unsupported("a sum whose terms are no polynomial in the index")


def _convolve(left: list[Expression], right: list[Expression]) -> list[Expression]:
    if len(left) + len(right) > MAX_DEGREE + 2:
        raise Unsupported("a sum of high degree")
    result: list[Expression] = [ZERO] * (len(left) + len(right) - 1)
    for i, a in enumerate(left):
        for j, b in enumerate(right):
            result[i + j] = add(result[i + j], multiply(a, b))
    return result


def _power_sum(power: int, upper: Expression) -> Expression:
    """1^p + ... + upper^p as a polynomial in the upper bound."""
    polynomials: list[list[Fraction]] = []
    for p in range(power + 1):
        row = [Fraction(comb(p + 1, k)) for k in range(p + 2)]
        row[0] = Fraction(0)
        for j, lower in enumerate(polynomials):
            for k, value in enumerate(lower):
                row[k] -= comb(p + 1, j) * value
        if p == 0:
            row = [Fraction(0), Fraction(1)]
        polynomials.append([value / (p + 1) for value in row] if p else row)
    return add(*(multiply(Number(value), upper**k) for k, value in enumerate(polynomials[power]) if value))

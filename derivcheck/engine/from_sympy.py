"""A SymPy expression as a tree: numbers, symbols, sums, products, powers and the functions of the table."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import sympy

from derivcheck.expression import (
    ONE,
    Condition,
    Constant,
    Expression,
    Number,
    Piecewise,
    Relation,
    Symbol,
    add,
    call,
    divide,
    multiply,
    negate,
    power,
)
from derivcheck.functions import FUNCTIONS

OPERATORS = {"StrictGreaterThan": ">", "GreaterThan": ">=", "StrictLessThan": "<", "LessThan": "<="}


class NotReadable(Exception):
    """SymPy used something that has no counterpart in a tree."""


def from_sympy(value: Any) -> Expression:
    """The tree of a SymPy expression; `NotReadable` when there is none."""
    match value:
        case sympy.Rational():
            return Number(Fraction(int(value.p), int(value.q)))
        case sympy.Symbol():
            return Symbol(value.name)
        case sympy.Add():
            return add(*map(from_sympy, value.as_ordered_terms()))
        case sympy.Mul():
            return _product(value)
        case sympy.Pow():
            return _power(value)
        case sympy.Piecewise():
            return _piecewise(value)
    if value == sympy.pi:
        return Constant("pi")
    if value == sympy.E:
        return Constant("e")
    return _function(value)


def _product(value: Any) -> Expression:
    coefficient, _ = value.as_coeff_Mul()
    if coefficient.is_Rational and coefficient < 0:
        return negate(from_sympy(-value))
    above: list[Expression] = []
    below: list[Expression] = []
    for factor in value.as_ordered_factors():
        base, exponent = factor.as_base_exp()
        if factor.is_Rational and factor.q != 1:
            above.append(Number(Fraction(int(factor.p))))
            below.append(Number(Fraction(int(factor.q))))
        elif exponent.could_extract_minus_sign() and base != sympy.E:
            below.append(from_sympy(base**-exponent))
        else:
            above.append(from_sympy(factor))
    return divide(multiply(*above), multiply(*below))


def _power(value: Any) -> Expression:
    base, exponent = value.as_base_exp()
    if base == sympy.E:
        return power(Constant("e"), from_sympy(exponent))
    if exponent == sympy.Rational(1, 2):
        return call("sqrt", from_sympy(base))
    if exponent.could_extract_minus_sign():
        return divide(ONE, from_sympy(base**-exponent))
    return power(from_sympy(base), from_sympy(exponent))


def _piecewise(value: Any) -> Expression:
    pieces: list[tuple[Expression, Condition | None]] = []
    for part, condition in value.args:
        if condition == sympy.true:
            pieces.append((from_sympy(part), None))
            continue
        operator = OPERATORS.get(type(condition).__name__)
        if operator is None:
            raise NotReadable(str(condition))
        pieces.append((from_sympy(part), Relation(operator, from_sympy(condition.lhs), from_sympy(condition.rhs))))
    return Piecewise(tuple(pieces))


def _function(value: Any) -> Expression:
    name = type(value).__name__
    for row in FUNCTIONS:
        if row.backend == name and len(value.args) in row.arities:
            return call(row.name, *map(from_sympy, value.args))
    raise NotReadable(name)

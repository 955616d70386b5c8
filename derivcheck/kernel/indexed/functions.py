"""Rules of single functions in the index normal form: exp, log, sin, cos, step; others stay opaque.

exp(a + b) = exp(a) exp(b), exp(q u) = exp(u)^q, exp(log u) = u; log(u v) = log u + log v over factors known
to be positive, log(u^2) = 2 log|u|, log exp u = u; sin and cos by parity. `step(u)` is 1 where u > 0 and 0
where u < 0; every formula that holds one has the condition u != 0 (`conditions.py`) or a factor u, so its
value there is never used.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from derivcheck.kernel.indexed.atoms import (
    ONE_FORM,
    ZERO_FORM,
    Form,
    Monomial,
    Undefined,
    form_text,
    number,
    of_atom,
)
from derivcheck.kernel.indexed.factors import prime_powers
from derivcheck.kernel.indexed.powers import absolute, factored

if TYPE_CHECKING:
    from derivcheck.kernel.indexed.algebra import Algebra


def apply_function(algebra: Algebra, name: str, arguments: Sequence[Form]) -> Form:
    """The normal form of a function of forms."""
    match name:
        case "exp":
            return algebra.times(*(_exp_term(algebra, key, value) for key, value in arguments[0].items()))
        case "log":
            return _log(algebra, arguments[0])
        case "step":
            return _step(algebra, arguments[0])
        case "sin" | "cos":
            return _circular(algebra, name, arguments[0])
    return of_atom(algebra.closed_atom("function", name, arguments))


def _exp_term(algebra: Algebra, monomial: Monomial, coefficient: Fraction) -> Form:
    """exp of one term: the power of an opaque exp, or of u for a multiple of log u."""
    if len(monomial) == 1:
        item, power = monomial[0]
        if power == 1 and item.head.kind == "function" and item.head.name == "log":
            return algebra.power(algebra.opened(item.head.inside[0], item.indices), coefficient)
    power = int(coefficient) if coefficient.denominator == 1 else coefficient
    return of_atom(algebra.closed_atom("function", "exp", [{monomial: Fraction(1)}]), power)


def _log(algebra: Algebra, argument: Form) -> Form:
    constant, parts = factored(algebra, argument)
    if not constant:
        raise Undefined("a logarithm of zero")
    known = [part for part in parts if algebra.sign(part[0]) == 1]
    even = [part for part in parts if part not in known and part[1] % 2 == 0]
    unknown = [part for part in parts if part not in known and part not in even]
    if not unknown and constant < 0:
        raise Undefined("a logarithm of a negative number")
    known += [(absolute(algebra, factor), power) for factor, power in even]
    terms = [algebra.scaled(_log_factor(algebra, factor), Fraction(power)) for factor, power in known]
    terms.extend(algebra.scaled(_log_factor(algebra, number(p)), k) for p, k in prime_powers(abs(constant)))
    if len(unknown) == 1 and constant > 0:
        factor, power = unknown[0]
        terms.append(algebra.scaled(_log_factor(algebra, factor), Fraction(power)))
    elif unknown:
        whole = algebra.times(*(algebra.power(factor, power) for factor, power in unknown))
        terms.append(_log_factor(algebra, algebra.scaled(whole, 1 if constant > 0 else -1)))
    return algebra.plus(*terms)


def _log_factor(algebra: Algebra, factor: Form) -> Form:
    if len(factor) == 1:
        ((monomial, value),) = factor.items()
        if value == 1 and len(monomial) == 1 and monomial[0][1] == 1:
            head, indices = monomial[0][0]
            if head.kind == "function" and head.name == "exp":
                return algebra.opened(head.inside[0], indices)
    return of_atom(algebra.closed_atom("function", "log", [factor]))


def _step(algebra: Algebra, argument: Form) -> Form:
    constant, parts = factored(algebra, argument)
    if not constant:
        raise Undefined("a step at zero")
    unknown = [(factor, power) for factor, power in parts if algebra.sign(factor) != 1 and power % 2 != 0]
    if not unknown:
        return ONE_FORM if constant > 0 else ZERO_FORM
    steps = [of_atom(algebra.closed_atom("function", "step", [factor])) for factor, _ in unknown]
    signs = (algebra.plus(algebra.scaled(step, 2), algebra.scaled(ONE_FORM, -1)) for step in steps)
    sign = algebra.times(number(1 if constant > 0 else -1), *signs)
    return algebra.scaled(algebra.plus(ONE_FORM, sign), Fraction(1, 2))


def _circular(algebra: Algebra, name: str, argument: Form) -> Form:
    if not argument:
        return ZERO_FORM if name == "sin" else ONE_FORM
    negated = algebra.scaled(argument, -1)
    sign = 1 if form_text(argument) < form_text(negated) else -1
    inside = argument if sign == 1 else negated
    value = of_atom(algebra.closed_atom("function", name, [inside]))
    return algebra.scaled(value, sign) if name == "sin" else value

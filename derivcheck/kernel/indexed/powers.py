"""Powers of forms: common denominators, irreducible factors, rational exponents.

A form is a number times powers of atoms and of irreducible polynomials over atoms; a negative power keeps
the polynomials apart, so that equal denominators are found equal. (a^b)^c becomes a^(bc) only for a
positive a or a whole c.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from derivcheck.kernel.indexed.atoms import (
    ONE_FORM,
    ZERO_FORM,
    Atom,
    Exponent,
    Form,
    Head,
    Part,
    Powers,
    Undefined,
    Unsupported,
    form_text,
    of_atom,
)
from derivcheck.kernel.indexed.factors import irreducible_factors, prime_powers
from derivcheck.kernel.indexed.signs import nonnegative, sign

if TYPE_CHECKING:
    from derivcheck.kernel.indexed.algebra import Algebra

MAX_EXPONENT = 64


def cleared(algebra: Algebra, form: Form) -> tuple[Powers, Form]:
    """Common powers of atoms, and the rest: a form in which no atom outside a sum has a negative power."""
    content: Powers = {}
    while form:
        least: Powers = {}
        for item in {item for monomial in form for item, _ in monomial}:
            least[item] = min(dict(monomial).get(item, 0) for monomial in form)
        least = {item: power for item, power in least.items() if power}
        if not least:
            break
        for item, power in least.items():
            content[item] = content.get(item, 0) + power
        algebra.spend(len(form))
        inverse = [(item, -power) for item, power in least.items()]
        form = algebra.plus(*(algebra.product((*monomial, *inverse), value) for monomial, value in form.items()))
    return {item: power for item, power in content.items() if power}, form


def factored(algebra: Algebra, form: Form) -> tuple[Fraction, list[Part]]:
    """A form as a number times powers of atoms and of irreducible polynomials over atoms.

    The number is zero where clearing denominators shows that the form is.
    """
    content, rest = cleared(algebra, form)
    if not rest:
        return Fraction(0), []
    parts: list[Part] = [(of_atom(item), power) for item, power in content.items()]
    if any(item.head.kind == "delta" for item in content):
        raise Unsupported("a division by a delta")
    constant, factors = irreducible_factors(rest)
    for factor, power in factors:
        positive = sign(algebra, factor) or (1 if form_text(factor) < form_text(algebra.scaled(factor, -1)) else -1)
        constant *= Fraction(positive) ** power
        parts.append((algebra.scaled(factor, positive), power))
    return constant, parts


def raised(algebra: Algebra, form: Form, exponent: Exponent) -> Form:
    """A form to a rational power."""
    if exponent == 1:
        return form
    if not exponent:
        return ONE_FORM
    if not -MAX_EXPONENT <= exponent <= MAX_EXPONENT:
        raise Unsupported("a large power")
    if not form:
        return _power_of_zero(exponent)
    return _whole_power(algebra, form, int(exponent)) if exponent == int(exponent) else _root(algebra, form, exponent)


def _power_of_zero(exponent: Exponent) -> Form:
    if Fraction(exponent) < 0:
        raise Undefined("a division by zero")
    return ZERO_FORM


def _whole_power(algebra: Algebra, form: Form, exponent: int) -> Form:
    if len(form) == 1:
        ((monomial, value),) = form.items()
        return algebra.product(((item, power * exponent) for item, power in monomial), value**exponent)
    if exponent > 0:
        return algebra.times(*[form] * exponent)
    constant, parts = factored(algebra, form)
    if not constant:
        return _power_of_zero(exponent)
    powers = [_part_power(algebra, factor, power * exponent) for factor, power in parts]
    return algebra.scaled(algebra.times(*powers), constant**exponent)


def _root(algebra: Algebra, form: Form, exponent: Exponent) -> Form:
    """Factors known to be positive come out, even powers as powers of |u|; the others stay in one root."""
    if Fraction(exponent).denominator % 2 == 1 and sign(algebra, form) <= 0:
        raise Unsupported("an odd root of what may be negative")
    constant, parts = factored(algebra, form)
    if not constant:
        return _power_of_zero(exponent)
    known = [part for part in parts if sign(algebra, part[0]) == 1]
    even = [part for part in parts if part not in known and part[1] % 2 == 0]
    rest = [part for part in parts if part not in known and part not in even]
    powers = [_part_power(algebra, factor, power * exponent) for factor, power in known]
    powers += [_absolute_power(algebra, factor, power * exponent) for factor, power in even]
    if not rest and constant < 0:
        raise Undefined("a root of a negative number")
    if len(rest) == 1 and constant > 0:
        powers.append(_part_power(algebra, rest[0][0], rest[0][1] * exponent))
    elif rest:
        product = algebra.times(*(_part_power(algebra, factor, power) for factor, power in rest))
        whole = algebra.scaled(product, 1 if constant > 0 else -1)
        powers.append(of_atom(algebra.closed_atom("base", "", [whole]), exponent))
    primes = [(Atom(Head(f"prime({p})", "prime", str(p))), k * exponent) for p, k in prime_powers(abs(constant))]
    return algebra.times(algebra.product(primes), *powers)


def absolute(algebra: Algebra, factor: Form) -> Form:
    """|u| as u (2 step(u) - 1); at u = 0 that is 0, whatever the step is there."""
    for form in (factor, algebra.scaled(factor, -1)):
        if nonnegative(algebra, form):
            return form
    return algebra.times(factor, _sign_form(algebra, factor))


def _sign_form(algebra: Algebra, factor: Form) -> Form:
    step = algebra.apply("step", [factor])
    return algebra.plus(algebra.scaled(step, 2), algebra.scaled(ONE_FORM, -1))


def _absolute_power(algebra: Algebra, factor: Form, exponent: Exponent) -> Form:
    """|u|^p, which is u^p for an even p and u^p times the sign of u for an odd one."""
    if exponent == int(exponent):
        whole = _part_power(algebra, factor, int(exponent))
        return whole if exponent % 2 == 0 else algebra.times(whole, _sign_form(algebra, factor))
    return algebra.product([(algebra.closed_atom("base", "", [absolute(algebra, factor)]), exponent)])


def _part_power(algebra: Algebra, factor: Form, exponent: Exponent) -> Form:
    """A power of an atom or of an irreducible polynomial."""
    if exponent > 0 and exponent == int(exponent):
        return algebra.times(*[factor] * int(exponent))
    if len(factor) == 1:
        ((monomial, value),) = factor.items()
        if value == 1 and len(monomial) == 1 and monomial[0][1] == 1:
            return algebra.product([(monomial[0][0], exponent)])
    if any(item.head.kind == "delta" for monomial in factor for item, _ in monomial):
        raise Unsupported("a division by a delta")
    return algebra.product([(algebra.closed_atom("base", "", [factor]), exponent)])

"""Irreducible factors: of forms, as polynomials over their atoms (python-flint), and of rational numbers."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from math import lcm

from flint import fmpq, fmpq_mpoly_ctx, fmpz

from derivcheck.kernel.indexed.atoms import UNIT, Atom, Form, Unsupported

MAX_TERMS = 80
MAX_BITS = 120


def irreducible_factors(form: Form) -> tuple[Fraction, list[tuple[Form, int]]]:
    """The form as a number times powers of primitive irreducible forms.

    An atom with fractional exponents is a polynomial in its least root. The form must have no negative
    exponents; a large one stays in one piece.
    """
    if len(form) == 1 and UNIT in form:
        return form[UNIT], []
    if len(form) > MAX_TERMS:
        return Fraction(1), [(form, 1)]
    units: dict[Atom, int] = {}
    for monomial in form:
        for item, power in monomial:
            units[item] = lcm(units.get(item, 1), Fraction(power).denominator)
    atoms = sorted(units)
    context = fmpq_mpoly_ctx.get(tuple(f"v{place}" for place in range(len(atoms))), "lex")
    places = {item: place for place, item in enumerate(atoms)}
    terms = {}
    for monomial, value in form.items():
        exponents = [0] * len(atoms)
        for item, power in monomial:
            exponents[places[item]] = int(power * units[item])
        terms[tuple(exponents)] = fmpq(value.numerator, value.denominator)
    constant, factors = context.from_dict(terms).factor()
    result = []
    for factor, power in factors:
        back: Form = {
            tuple(
                (item, Fraction(k, units[item]) if k % units[item] else k // units[item])
                for item, k in zip(atoms, map(int, exponents), strict=True)
                if k
            ): Fraction(int(value.p), int(value.q))
            for exponents, value in factor.to_dict().items()
        }
        result.append((back, int(power)))
    return Fraction(int(constant.p), int(constant.q)), result


def prime_powers(value: Fraction) -> Iterator[tuple[int, int]]:
    """The primes of a positive rational number with their exponents."""
    for part, sign in ((value.numerator, 1), (value.denominator, -1)):
        if part.bit_length() > MAX_BITS:
            raise Unsupported("a root or logarithm of a very large number")
        if part > 1:
            for prime, power in fmpz(part).factor():
                yield int(prime), sign * int(power)

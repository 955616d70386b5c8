"""Signs of forms, as far as their terms and the facts tell.

A sum of terms of one sign has it; squares, roots and exponentials are not negative. Strengths: 2 positive,
1 not negative, 0 unknown, and the same with a minus sign.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from derivcheck.kernel.indexed.atoms import Atom, Form, Powers

if TYPE_CHECKING:
    from derivcheck.kernel.indexed.algebra import Algebra


def sign(algebra: Algebra, form: Form) -> int:
    """1 or -1 where a form is positive or negative throughout, as far as terms and facts tell; else 0."""
    for sign in (1, -1):
        signs = [sign * _monomial_sign(algebra, dict(monomial), value) for monomial, value in form.items()]
        if signs and all(one > 0 for one in signs) and 2 in signs:
            return sign
    if len(form) > 1:
        for sign in (1, -1):
            known = algebra.sign_of(algebra.closed_atom("base", "", [algebra.scaled(form, sign)]))
            if abs(known) == 2:
                return known // 2 * sign
    return 0


def nonnegative(algebra: Algebra, form: Form) -> bool:
    """Whether a form is nowhere negative, as far as terms and facts tell."""
    terms = (_monomial_sign(algebra, dict(monomial), value) for monomial, value in form.items())
    return all(one > 0 for one in terms) or sign(algebra, form) == 1


def _monomial_sign(algebra: Algebra, powers: Powers, value: Fraction) -> int:
    """2 positive, 1 not negative, 0 unknown, and the same with a minus sign."""
    sign = 2 if value > 0 else -2
    for item, power in powers.items():
        one = _atom_sign(algebra, item)
        if abs(one) < 2 and (power != int(power) or power % 2 == 0):
            one = 2 if power < 0 else 1
        elif one < 0 and power % 2 == 0:
            one = 2
        sign = (1 if sign * one > 0 else -1) * min(abs(sign), abs(one)) if one else 0
        if not sign:
            return 0
    return sign


def _atom_sign(algebra: Algebra, item: Atom) -> int:
    head = item.head
    if head.kind == "prime" or (head.kind == "function" and head.name == "exp"):
        return 2
    known = algebra.sign_of(item)
    if not known and head.kind == "sum":
        known = _monomial_sign(algebra, dict(head.factors), Fraction(1))
        return known if all(over.never_empty for over in head.ranges) else min(1, max(-1, known))
    if not known and head.kind == "base":
        return 2 * sign(algebra, head.inside[0])
    if not known and head.kind == "function" and head.name in ("step", "delta"):
        return 1
    return known

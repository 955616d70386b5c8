"""The value of a variable by an equation in which it occurs linearly, with a rational factor."""

from __future__ import annotations

from collections.abc import Set

from derivcheck.expression import ZERO, Derivative, Expression, Number, Symbol, substitute, symbols
from derivcheck.kernel.balls import rational_value
from derivcheck.kernel.differentiate import NoRule, expand_derivatives


def solution(gap: Expression, fixed: Set[str] = frozenset()) -> tuple[str, Expression] | None:
    """The first name, none of the fixed ones, that gap = 0 can be solved for, and its value; None if there is none."""
    for name in sorted(symbols(gap) - fixed):
        try:
            slope = rational_value(expand_derivatives(Derivative(gap, ((Symbol(name), 1),))))
        except NoRule:
            return None
        if slope:
            return name, substitute(gap, {Symbol(name): ZERO}) / Number(-slope)
    return None

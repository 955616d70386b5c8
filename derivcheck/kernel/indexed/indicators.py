"""Cases as sums: each value times the indicator that its condition is the first to hold."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from derivcheck.expression import Condition, Expression, Logical
from derivcheck.kernel.indexed.table import complement
from derivcheck.kernel.indexed.term import UNITY, Term, negative, plus, step, times


@dataclass(frozen=True, slots=True)
class Indicators:
    """Indicators of conditions; `at` gives the entry of a side, `equal` the delta of two indices."""

    at: Callable[[Expression], Term]
    equal: Callable[[Expression, Expression], Term]

    def of_pieces(self, pieces: tuple[tuple[Expression, Condition | None], ...]) -> Term:
        """The value of the first piece whose condition holds."""
        terms: list[Term] = []
        rest: Term = UNITY
        for value, condition in pieces:
            here = UNITY if condition is None else self.of(condition)
            terms.append(times(rest, here, self.at(value)))
            rest = times(rest, complement(here))
        return plus(*terms)

    def of(self, condition: Condition) -> Term:
        """One where the condition holds, else zero."""
        if isinstance(condition, Logical):
            parts = [self.of(operand) for operand in condition.operands]
            if condition.operator == "not":
                return complement(parts[0])
            if condition.operator == "and":
                return times(*parts)
            return complement(times(*map(complement, parts)))
        left, right = condition.left, condition.right
        if condition.operator in ("=", "!="):
            equal = self.equal(left, right)
            return equal if condition.operator == "=" else complement(equal)
        above, below = (left, right) if condition.operator in (">", ">=") else (right, left)
        return step(plus(self.at(above), negative(self.at(below))))

"""Has the derivation established its goal?

Proved links join sides that are the same form up to order and notation. The goal is `reached` when they
join its left side to its right side, `equivalent` when its left side was brought to another form of the
right one, and `missed` otherwise. Only links that are proved count, not those that follow from a mistake.
"""

from __future__ import annotations

from collections.abc import Callable

from derivcheck.claim import canonical
from derivcheck.expression import Expression
from derivcheck.statement import Statement

Links = list[tuple[Expression, Expression]]


def goal_status(goal: Statement, proved: Links, is_true: Callable[[Expression, Expression], bool]) -> str:
    """`reached`, `equivalent` or `missed`."""
    left, right = canonical(goal.sides[0]), canonical(goal.sides[-1])
    joined = _component(left, [(canonical(a), canonical(b)) for a, b in proved])
    if right in joined:
        return "reached"
    if len(joined) > 1 and is_true(goal.sides[0], goal.sides[-1]):
        return "equivalent"
    return "missed"


def _component(start: Expression, links: Links) -> set[Expression]:
    found = {start}
    grown = True
    while grown:
        grown = False
        for a, b in links:
            if (a in found) is not (b in found):
                found |= {a, b}
                grown = True
    return found

"""Has the derivation established its goal?

Proved links join sides that are the same form up to order and notation. The goal is `reached` when they
join its left side to its right side, `equivalent` when a chain about its left side ends in another form of
the right one, and `missed` otherwise. Only links that are proved count, not those that follow from a mistake.
"""

from __future__ import annotations

from collections.abc import Callable

from derivcheck.claim import canonical
from derivcheck.expression import Derivative, Expression, walk
from derivcheck.statement import Statement

Links = list[tuple[Expression, Expression]]


def goal_status(goal: Statement, proved: Links, ends: Links, is_true: Callable[[Expression, Expression], bool]) -> str:
    """`reached`, `equivalent` or `missed`. `ends` are the first and last sides of chains whose last side is proved."""
    left, right = canonical(goal.sides[0]), canonical(goal.sides[-1])
    joined = _component(left, [(canonical(a), canonical(b)) for a, b in proved])
    if right in joined:
        return "reached"
    brought = any(canonical(first) in joined and _is_carried_out(last) for first, last in ends)
    return "equivalent" if brought and is_true(goal.sides[0], goal.sides[-1]) else "missed"


def _is_carried_out(tree: Expression) -> bool:
    return not any(isinstance(node, Derivative) for node in walk(tree))


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

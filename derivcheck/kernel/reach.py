"""Can a defined quantity take a given value?

Method: a definition that is continuous on a box takes every value between two that it takes there. So a
value strictly between certified values of the definition at two points of the box is reached. Used to show
a counterexample in the author's own terms (a = 1/2) although a is defined by others (a = σ(z)).
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from derivcheck.expression import Expression, Symbol, substitute, symbols, walk
from derivcheck.kernel.balls import Evaluator, Unclear, Undefined, exact, precision
from derivcheck.kernel.domain import borders, requirements
from derivcheck.kernel.facts import informative
from derivcheck.kernel.field import Budget
from derivcheck.kernel.points import Kind, points
from derivcheck.kernel.prove import Region, stated_bounds

TRIES = 80
BUDGET = 200_000


def reachable(
    point: Mapping[str, Fraction],
    definitions: Mapping[str, Expression],
    held: frozenset[str],
    region: Region,
    kinds: Mapping[str, Kind],
) -> bool:
    """Whether the values that the point gives to held definitions are taken, independently of each other."""
    used: set[str] = set(point) - held
    for name in sorted(held & set(point)):
        body = _closed(definitions[name], definitions)
        below = symbols(body)
        if below & used or any(kinds.get(item) for item in below):
            return False
        used |= below
        if not _takes(body, point[name], region):
            return False
    return True


def _closed(tree: Expression, definitions: Mapping[str, Expression]) -> Expression:
    while True:
        names: dict[Expression, Expression] = {
            node: definitions[node.name] for node in walk(tree) if isinstance(node, Symbol) and node.name in definitions
        }
        if not names:
            return tree
        tree = substitute(tree, names)


def _takes(body: Expression, value: Fraction, region: Region) -> bool:
    """Whether a body that is continuous on the box of its variables takes the value."""
    names = sorted(symbols(body))
    own = [item for item in region.assumptions if _names(item) & set(names)]
    if any(len(_names(item)) > 1 for item in own):
        return False
    if borders(body) or informative(Region(tuple(own), requirements(body)), Budget(BUDGET)):
        return False
    below = above = False
    target = exact(value)
    for place in points(names, {}, stated_bounds(region), TRIES):
        with precision(64):
            try:
                there = Evaluator(place)(body)
            except (Unclear, Undefined):
                continue
            if there - target == 0 and there.is_exact():
                return True
            below, above = below or bool(there < target), above or bool(there > target)
        if below and above:
            return True
    return False


def _names(condition: object) -> set[str]:
    return {item.name for item in walk(condition) if isinstance(item, Symbol)}  # type: ignore[arg-type]

"""What a proof leaves out: the thin sets on which it says nothing, as conditions.

Method: equality is proved at generic points and carries over to all others by continuity. Left out are the
points where the claimed side is undefined, the borders at which a discontinuous function jumps, and cases
chosen by an equation (`x = 0`). Each must be a closed set without interior; where that cannot be shown, or
where a condition for the derivative may have narrowed the domain by more than a border, the proof is not
enough.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from derivcheck.expression import Call, Condition, Expression, Logical, Piecewise, Relation, is_leaf, walk
from derivcheck.kernel.domain import Requirement, borders, isolated_cases, relations, requirements
from derivcheck.kernel.field import Budget
from derivcheck.kernel.prove import Proof, Region
from derivcheck.kernel.requirements import Status, status_of, statuses
from derivcheck.kernel.thin import zeros_are_cells, zeros_are_thin

ANALYTIC = frozenset({
    "exp", "log", "sqrt", "cbrt", "sin", "cos", "tan", "cot", "sec", "csc", "sinh", "cosh", "tanh", "coth", "sech",
    "csch", "asinh", "sigmoid", "softplus", "erf", "erfc", "gamma", "digamma", "Phi", "normal_density",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class NotCovered:
    """Why a proof is not enough.

    `undefined` is the requirement that may fail on an open set, `at` the equations that choose cases of their own.
    """

    reason: str
    undefined: Requirement | None = None
    at: tuple[Relation, ...] = ()


def exclusions(
    sides: Sequence[Expression],
    missing: Sequence[Requirement],
    proof: Proof,
    region: Region,
    budget: Budget,
    settled: frozenset[Relation] = frozenset(),
) -> tuple[Relation, ...] | NotCovered:
    """The conditions under which both sides are equal on all of the region, given a proof at generic points.

    `sides` have their derivatives carried out; `missing` is what the claimed side needs beyond the region. Where
    a `settled` equation holds the sides are known to be equal.
    """
    if not all(is_thin(item, region, budget) for item in region.natural if _is_rough(item)):
        return NotCovered("the function may have a derivative where the rules do not show it")
    plan = proof.plans[0] if len(proof.plans) == 1 else None
    conditions: list[Relation] = []
    for item, status in zip(missing, statuses(missing, region, budget, plan), strict=True):
        if status is Status.HOLDS:
            continue
        if not (status is Status.THIN or item.condition.operator == "!=") or not is_thin(item, region, budget):
            return NotCovered("the claimed expression may be undefined on part of the domain", item)
        conditions.append(_apart(item))
    rest = Region(region.assumptions, (*region.natural, *map(Requirement, conditions)))
    single = tuple(item for item in dict.fromkeys(_single_points(sides, rest, budget)) if item not in settled)
    if single:
        return NotCovered("equal but for single points, which a case of its own decides", at=single)
    known = {item.condition for item in region.natural} | {Relation("!=", item.left, item.right) for item in settled}
    trees = (*sides, *_trees(region))
    found = dict.fromkeys(item for tree in trees for item in borders(tree) if item not in known)
    jumps = [Requirement(item) for item in found]
    solid = _solid(region) if jumps else region
    for item, status in zip(jumps, statuses(jumps, solid, budget, plan), strict=True):
        border = [] if status is Status.HOLDS else _border(item, region, budget)
        if border is None:
            return NotCovered("a jump may cover more than a border")
        conditions += border
    return tuple(dict.fromkeys(conditions))


def _trees(region: Region) -> Iterator[Expression]:
    """The sides of all that is assumed and needed."""
    needed = (item.condition for item in region.natural)
    for stated in (*needed, *(item for condition in region.assumptions for item in relations(condition))):
        yield from (side for side in (stated.left, stated.right) if not is_leaf(side))


def _solid(region: Region) -> Region:
    """The region by those conditions that do not jump: the others say nothing certain about where they jump."""

    def jumps(condition: Condition) -> bool:
        return any(borders(side) for item in relations(condition) for side in (item.left, item.right))

    assumptions = tuple(item for item in region.assumptions if not jumps(item))
    return Region(assumptions, tuple(item for item in region.natural if not jumps(item.condition)))


def is_thin(item: Requirement, region: Region, budget: Budget) -> bool:
    """Whether the two sides of a condition are equal on a closed set without interior only.

    Nothing is thin where an assumption such as `x = 0 or x = 1` may leave single points.
    """
    if any(isinstance(other, Logical) and _may_be_thin(other) for other in region.assumptions):
        return False
    plain = tuple(other for other in region.natural if not other.kink)
    inside = Region((*region.assumptions, *item.guards), plain)
    return zeros_are_thin(item.condition.left - item.condition.right, inside, budget)


def _may_be_thin(condition: Logical) -> bool:
    return any(item.operator in ("=", "!=") for item in relations(condition))


def _apart(item: Requirement) -> Relation:
    return Relation("!=", item.condition.left, item.condition.right)


def _border(jump: Requirement, region: Region, budget: Budget) -> list[Relation] | None:
    """What to leave out for a jump: the zeros of its gap if they are thin, the kinks that bound them otherwise."""
    if is_thin(jump, region, budget):
        return [jump.condition]
    gap = jump.condition.left - jump.condition.right
    known = {item.condition for item in region.natural}
    kinks = [item for item in requirements(gap, True) if item.kink and item.condition not in known]
    if zeros_are_cells(gap, region, budget) and all(is_thin(item, region, budget) for item in kinks):
        return [_apart(item) for item in kinks]
    return None


def _is_rough(item: Requirement) -> bool:
    """Whether a condition for the derivative may leave out more than a border: `max(x, 0) != 0`."""
    gap = item.condition.left - item.condition.right
    return item.kink and any(
        isinstance(node, Piecewise) or (isinstance(node, Call) and node.name not in ANALYTIC) for node in walk(gap)
    )


def _single_points(sides: Sequence[Expression], region: Region, budget: Budget) -> Iterator[Relation]:
    """The equations by which a case such as `x = 0` may be chosen somewhere in the region."""
    for case in (case for side in sides for case in isolated_cases(side)):
        others = [item for item in case if item.operator not in ("=", "!=")]
        if any(status_of(Requirement(item), region, budget) is Status.FAILS for item in others):
            continue
        for item in case:
            if item.operator in ("=", "!="):
                apart = Requirement(Relation("!=", item.left, item.right))
                holds = status_of(apart, region, budget) is Status.HOLDS
                if not holds and not zeros_are_cells(item.left - item.right, region, budget):
                    yield Relation("=", item.left, item.right)

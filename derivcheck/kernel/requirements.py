"""Does a condition hold everywhere in a region?

Method: the difference of its sides in the normal form, then the sign rules of `signs`. `HOLDS` and `FAILS`
are proofs for every point of the region; `THIN` means that it holds at generic points, so it fails on a
closed set without interior at most. A guard is added to the region as an assumption.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum

from derivcheck.expression import Expression, Relation, symbols
from derivcheck.kernel import balls
from derivcheck.kernel.algebraic import is_zero_constant
from derivcheck.kernel.balls import Evaluator, precision
from derivcheck.kernel.domain import Requirement
from derivcheck.kernel.field import Budget, Exhausted, Ratio, Undefined
from derivcheck.kernel.plan import Plan, Unsupported
from derivcheck.kernel.prove import Region, Run, started


class Status(Enum):
    HOLDS = "holds"
    THIN = "thin"
    FAILS = "fails"
    UNKNOWN = "unknown"


def statuses(items: Sequence[Requirement], region: Region, budget: Budget, plan: Plan | None = None) -> list[Status]:
    """What is known of each requirement in the region, those without guards in one run."""
    plain = [item for item in items if not item.guards and symbols(_gap(item))]
    known: dict[Requirement, Status] = {}
    if len(plain) > 1:
        try:
            run, values = started(region, tuple(map(_gap, plain)), plan or Plan(), budget)
            known = {item: _status(item, run, value) for item, value in zip(plain, values, strict=True)}
        except (Exhausted, Unsupported, Undefined):
            known = {}
    return [known[item] if item in known else status_of(item, region, budget, plan) for item in items]


def _gap(item: Requirement) -> Expression:
    return item.condition.left - item.condition.right


def status_of(item: Requirement, region: Region, budget: Budget, plan: Plan | None = None) -> Status:
    """What is known of the requirement in the region; it holds where one of its guards certainly fails."""
    guards = (Requirement(guard) for guard in item.guards if isinstance(guard, Relation))
    if any(status_of(guard, region, budget) is Status.FAILS for guard in guards):
        return Status.HOLDS
    inside = Region((*region.assumptions, *item.guards), region.natural)
    gap = _gap(item)
    if not symbols(gap):
        return _of_constant(item.condition, gap)
    try:
        run, (value,) = started(inside, (gap,), plan or Plan(size=16 + 2 * len(symbols(gap))), budget)
    except (Exhausted, Unsupported, Undefined):
        return Status.UNKNOWN
    return _status(item, run, value)


def _status(item: Requirement, run: Run, value: Ratio) -> Status:
    if run.vanishes(value):
        return Status.HOLDS if item.condition.operator[-1] == "=" and item.condition.operator != "!=" else Status.FAILS
    strict = run.signs.never_zero(value.num)
    if item.condition.operator in ("=", "!="):
        return _separate(item.condition, strict, run.signs.of(value))
    sign = run.signs.of(value)
    if sign is None:
        return Status.UNKNOWN
    wanted = 1 if item.condition.operator[0] == ">" else -1
    if sign == wanted:
        return Status.HOLDS if strict or len(item.condition.operator) == 2 else Status.THIN
    return Status.FAILS if strict or len(item.condition.operator) == 1 else Status.UNKNOWN


def _of_constant(condition: Relation, gap: Expression) -> Status:
    """A condition on numbers: by balls of rising precision, a zero by its separation bound."""
    for bits in (64, 256, 1024, 4096):
        with precision(bits):
            try:
                return Status.HOLDS if Evaluator({}).holds(condition) else Status.FAILS
            except balls.Undefined:
                return Status.FAILS
            except balls.Unclear:
                continue
    if is_zero_constant(gap):
        return Status.HOLDS if condition.operator in ("=", "<=", ">=") else Status.FAILS
    return Status.UNKNOWN


def _separate(condition: Relation, strict: bool, sign: int | None) -> Status:
    if condition.operator == "!=":
        return Status.HOLDS if strict else Status.THIN if sign is not None else Status.UNKNOWN
    return Status.FAILS if strict else Status.UNKNOWN

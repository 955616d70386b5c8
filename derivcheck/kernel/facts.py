"""Which conditions of a region say something that the others do not.

One run takes in the assumptions, then looks at each natural condition in turn and keeps it when the sign
rules cannot derive it from what is already known.
"""

from __future__ import annotations

from derivcheck.expression import Relation, symbols
from derivcheck.kernel.field import Budget, Exhausted, Ratio, Undefined
from derivcheck.kernel.plan import Plan, Restart, Unsupported
from derivcheck.kernel.prove import Region, Run

MAX_RESTARTS = 30


def informative(region: Region, budget: Budget) -> tuple[Relation, ...]:
    """The unguarded natural conditions that do not follow from the assumptions and the conditions before them."""
    plain = (item.condition for item in region.natural if not item.guards)
    conditions = tuple(dict.fromkeys(item for item in plain if symbols(item.left - item.right)))
    if not conditions:
        return ()
    names = frozenset().union(*(symbols(item.left - item.right) for item in conditions))
    plan = Plan(size=24 + 2 * len(names))
    for _ in range(MAX_RESTARTS):
        try:
            return _kept(conditions, Run(Region(region.assumptions), plan, budget))
        except Restart as better:
            plan = better.plan
        except Exhausted as limit:
            if str(limit) != "generators" or plan.size > 200:
                break
            plan = plan.doubled()
        except (Unsupported, Undefined):
            break
    return conditions


def _kept(conditions: tuple[Relation, ...], run: Run) -> tuple[Relation, ...]:
    kept = []
    for item in sorted(conditions, key=lambda condition: condition.operator in (">=", "<=")):
        value = run.normal(item.left - item.right)
        if not _implied(item.operator, value, run):
            kept.append(item)
            run.assume(item, stated=False)
    return tuple(kept)


def _implied(operator: str, value: Ratio, run: Run) -> bool:
    if operator == "!=":
        return run.signs.never_zero(value.num)
    sign = run.signs.of(value)
    if sign is None:
        return run.vanishes(value) and operator in (">=", "<=", "=")
    right = sign == (1 if operator[0] == ">" else -1)
    return right and (len(operator) == 2 or run.signs.never_zero(value.num))

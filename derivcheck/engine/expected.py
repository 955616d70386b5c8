"""The true value of a step in a form worth reading.

Candidates are the derivative carried out by rule and tidied, the forms that SymPy finds when that is neither
short nor beyond reading, and what the author wrote elsewhere. The shortest one that the kernel proves equal is shown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from derivcheck.engine.tidy import size, tidy
from derivcheck.expression import Expression
from derivcheck.kernel.differentiate import NoRule, expand_derivatives
from derivcheck.kernel.field import Budget
from derivcheck.kernel.prove import Proof, Region, prove

SHORT = 24
LONG = 120
BUDGET = 2_000_000


def expected_form(
    truth: Expression, region: Region, known: Iterable[Expression], find: Callable[[Expression], tuple[Expression, ...]]
) -> Expression | None:
    """The simplest proved form of the truth; `find` asks SymPy and is called only when the others are long."""
    try:
        carried_out = tidy(expand_derivatives(truth))
    except NoRule:
        return None
    candidates = sorted([carried_out, *known], key=size)
    if SHORT < size(candidates[0]) <= LONG:
        candidates = sorted([*candidates, *map(tidy, find(carried_out))], key=size)
    for candidate in candidates:
        if isinstance(prove(truth, candidate, region, Budget(BUDGET)), Proof):
            return candidate
    return None

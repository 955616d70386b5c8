"""The true value of a step in a form worth reading.

Candidates are the derivative carried out by rule and tidied, with the author's names put back for the
expressions they stand for, and the forms that SymPy finds when that is neither short nor beyond reading.
The shortest one that the kernel proves equal is shown.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from derivcheck.engine.rational_form import rational_form
from derivcheck.engine.tidy import displayed, size, tidy
from derivcheck.expression import Expression, map_children
from derivcheck.kernel.differentiate import NoRule, expand_derivatives
from derivcheck.kernel.field import Budget
from derivcheck.kernel.prove import Proof, Region, prove

SHORT = 24
LONG = 120
BUDGET = 2_000_000

Names = Mapping[Expression, Expression]
Finder = Callable[[Expression], tuple[Expression, ...]]


def expected_form(
    truth: Expression, region: Region, names: Names, close: Callable[[Expression], Expression], find: Finder
) -> Expression | None:
    """The simplest proved form of the truth.

    `names` maps closed bodies of definitions to their names, `close` puts the bodies back; `find` asks
    SymPy and is called only when what the rules give is long.
    """
    try:
        carried_out = expand_derivatives(truth)
    except NoRule:
        return None
    plain = tidy(carried_out)
    short = (tidy(folded(carried_out, names)), folded(plain, names), plain)
    factored = (form for form in map(rational_form, short) if form is not None)
    candidates = sorted(dict.fromkeys((*short, *factored)), key=size)
    if SHORT < size(candidates[0]) <= LONG:
        found = [tidy(form) for form in find(plain)]
        candidates = sorted([*candidates, *found, *(folded(form, names) for form in found)], key=size)
    for candidate in candidates:
        if isinstance(prove(truth, close(candidate), region, Budget(BUDGET)), Proof):
            return displayed(candidate)
    return None


def folded(tree: Expression, names: Names) -> Expression:
    """The tree with the author's names for the expressions they stand for, the largest first."""
    if tree in names:
        return names[tree]
    return map_children(tree, lambda child: folded(child, names))

"""Are the zeros of a value a closed set without interior?

Method: the normal form is not zero in any cell, and its generators depend on each other in no way that the
relations do not say. Symbols, roots of polynomials in them, logarithms of different irreducible polynomials
and exponentials of different monomials are independent over the constants (Ax's theorem), so a value in
these that is not the zero polynomial is zero nowhere on an open set. Functions that are meromorphic on the
complex plane may add identities, but those hold everywhere or nowhere. Inverse functions are what makes a
value vanish on a part of the line only: atan(x) + atan(1/x), asin(sin x), sqrt(x - 2 sqrt(x - 1)). One of
them whose argument has no angle in it depends on nothing else; more are not judged.

Limits: that the value is not zero because of its constants (4 atan(1/5) - atan(1/239) - pi/4) is for the
caller to see at one point. Under a stated equation the zeros must hold no part of the curve.

Source: J. Ax, On Schanuel's conjectures, Annals of Mathematics 93 (1971).
"""

from __future__ import annotations

from collections.abc import Callable

from derivcheck.expression import Expression
from derivcheck.kernel.below import below, polynomials
from derivcheck.kernel.field import Budget, Exhausted, Field, Generator, Ratio, Undefined
from derivcheck.kernel.plan import Plan, Unsupported
from derivcheck.kernel.prove import MAX_CELLS, Region, Run, size_for, started

MEROMORPHIC = frozenset({
    "erf", "erfi", "Si", "fresnels", "fresnelc", "airyai", "airybi", "airyaiprime", "airybiprime", "gamma",
    "polygamma", "besselj", "besseli", "bessely", "besselk", "loggamma",
})  # fmt: skip
PLAIN = frozenset({
    "symbol", "symbol-root", "sign", "exp", "log", "log-prime", "prime-root", "constant", "half-tangent", "unknown",
})  # fmt: skip


def zeros_are_thin(tree: Expression, region: Region, budget: Budget) -> bool:
    """Whether the zeros of a tree that is not zero somewhere certainly have no interior in the region."""
    return _in_all_cells(tree, region, budget, lambda run, value: not _may_vanish(run, value))


def zeros_are_cells(tree: Expression, region: Region, budget: Budget) -> bool:
    """Whether the tree is zero throughout or nowhere between its kinks: max(x, 0) beside x = 0."""
    return _in_all_cells(
        tree, region, budget, lambda run, value: run.vanishes(value) or run.signs.never_zero(value.num)
    )


def _in_all_cells(tree: Expression, region: Region, budget: Budget, settled: Callable[[Run, Ratio], bool]) -> bool:
    """Whether the value of the tree passes in every cell of the signs that it depends on."""
    pending = [Plan(size=size_for(tree))]
    done = 0
    try:
        while pending:
            run, (value,) = started(region, (tree,), pending.pop(), budget)
            done += 1
            open_signs = run.elementary.unresolved
            if open_signs and done <= MAX_CELLS:
                pending += [run.plan.with_cell(open_signs[0], -1), run.plan.with_cell(open_signs[0], 1)]
            elif open_signs or not settled(run, value):
                return False
    except (Exhausted, Unsupported, Undefined):
        return False
    return True


def _may_vanish(run: Run, value: Ratio) -> bool:
    if run.vanishes(value) or run.vanishes_on_part(value):
        return True
    inner = list(below(run.field, value.num, set()))
    inverse = [item for item in inner if item.meaning[0] == "opaque" and item.meaning[1] not in MEROMORPHIC]
    varying = [item for item in inverse if any(_varies(run.field, argument) for argument in item.meaning[2])]
    angles = any(item.meaning[0] == "half-tangent" for item in inner)
    return (
        any(item.meaning[0] not in PLAIN | {"opaque", "root"} for item in inner)
        or any(item.meaning[0] == "root" and _is_nested(run.field, item) for item in inner)
        or any(item.meaning[1] == "floor" for item in varying)
        or len(varying) > 1
        or (bool(varying) and angles)
    )


def _varies(field: Field, value: Ratio) -> bool:
    inner = (item for part in polynomials(field, value) for item in below(field, part, set()))
    return any(item.meaning[0] in ("symbol", "symbol-root", "unknown") for item in inner)


def _is_nested(field: Field, generator: Generator) -> bool:
    """Whether a root is taken of something that holds a root of a variable."""
    return any(item.meaning[0] == "root" for item in below(field, generator.meaning[1], set()))

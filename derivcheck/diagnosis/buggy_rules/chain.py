"""Mistakes with the chain rule: the inner derivative, its sign, its place."""

from __future__ import annotations

from collections.abc import Iterator

from derivcheck.diagnosis.composite import composites
from derivcheck.diagnosis.rule import BuggyRule, Example, Slip, Taking
from derivcheck.expression import MINUS_ONE, ONE, Expression, Neg, Number


def leading_minus(tree: Expression) -> bool:
    """Whether a tidied tree starts with a minus."""
    return isinstance(tree, Neg) or (isinstance(tree, Number) and tree.value < 0)


def _inner_dropped(node: Expression, d: Taking) -> Iterator[Slip]:
    for item in composites(node, d):
        if d.whole(item.inner) not in (ONE, MINUS_ONE):
            yield Slip(item.slope(item.inner), {"inner": item.inner})


def _inner_sign_dropped(node: Expression, d: Taking) -> Iterator[Slip]:
    for item in composites(node, d):
        slope = d.whole(item.inner)
        if leading_minus(slope):
            yield Slip(item.slope(item.inner) * -slope, {"inner": item.inner})


RULES = (
    BuggyRule(
        "chain-inner-dropped", "chain rule", _inner_dropped, rank=1,
        examples=(
            Example("d/dx sin(3x) = cos(3x)", "d/dx sin(3x) = 3cos(3x)"),
            Example("d/dt (t^2+1)^5 = 5(t^2+1)^4", "d/dt (t^2+1)^5 = 10t(t^2+1)^4"),
            Example("d/dx sqrt(x^3+2) = 1/(2 sqrt(x^3+2))", "d/dx sqrt(x^3+2) = 3x^2/(2 sqrt(x^3+2))"),
        ),
    ),
    BuggyRule(
        "chain-inner-sign-dropped", "chain rule", _inner_sign_dropped, rank=1,
        examples=(
            Example("d/da log(1-a) = 1/(1-a)", "d/da log(1-a) = -1/(1-a)"),
            Example("d/da (y log(a) + (1-y) log(1-a)) = y/a + (1-y)/(1-a)", "d/da (y log(a) + (1-y) log(1-a)) = y/a - (1-y)/(1-a)"),
            Example("d/dw (y - w x)^2 = 2x(y - w x)", "d/dw (y - w x)^2 = -2x(y - w x)"),
        ),
    ),
)  # fmt: skip

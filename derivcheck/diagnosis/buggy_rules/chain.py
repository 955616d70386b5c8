"""Mistakes with the chain rule: the inner derivative, its sign, its place, a link of a longer chain."""

from __future__ import annotations

from collections.abc import Iterator

from derivcheck.diagnosis.composite import composites
from derivcheck.diagnosis.rule import BuggyRule, Example, Slip, Taking
from derivcheck.diagnosis.shapes import activations, dependent, leading_minus
from derivcheck.expression import (
    MINUS_ONE,
    ONE,
    Add,
    Apply,
    Call,
    Derivative,
    Div,
    Expression,
    Pow,
    Symbol,
    add,
    negate,
    substitute,
    walk,
)


def _inner_dropped(node: Expression, d: Taking) -> Iterator[Slip]:
    for item in composites(node, d):
        if d.whole(item.inner) not in (ONE, MINUS_ONE) and not _link(item.inner, d):
            yield Slip(item.slope(item.inner), {"inner": item.inner})


def _link(inner: Expression, d: Taking) -> bool:
    """Whether the inner function is a name of its own, so that what is missing is a link or dy/dx."""
    return dependent(inner, d) or (isinstance(inner, Symbol) and d.textbook.body(inner) is not None)


def _inner_sign_dropped(node: Expression, d: Taking) -> Iterator[Slip]:
    for item in composites(node, d):
        slope = d.whole(item.inner)
        if leading_minus(slope):
            yield Slip(item.slope(item.inner) * -slope, {"inner": item.inner})


def _link_missing(node: Expression, d: Taking) -> Iterator[Slip]:
    body = d.textbook.body(node) if isinstance(node, Symbol | Apply) else None
    if body is None:
        if isinstance(node, Call | Pow | Div) and any(True for _ in composites(node, d)):
            yield Slip(ONE, {"link": node}, rank=1)
        return
    if body != d.variable:
        yield Slip(ONE, {"link": node})
    names = list(dict.fromkeys(item for item in walk(body) if isinstance(item, Symbol) and d.varies(item)))
    if len(names) == 1 and names[0] != d.variable and d.textbook.body(names[0]) is not None:
        yield Slip(d(names[0]), {"link": Derivative(node, ((names[0], 1),))})


def _inner_substituted(node: Expression, d: Taking) -> Iterator[Slip]:
    for item in composites(node, d):
        yield Slip(item.slope(d(item.inner)), {"inner": item.inner})


def _inner_added(node: Expression, d: Taking) -> Iterator[Slip]:
    for item in composites(node, d):
        yield Slip(item.slope(item.inner) + d(item.inner), {"inner": item.inner})


def _outer_kept(node: Expression, d: Taking) -> Iterator[Slip]:
    for item in composites(node, d):
        if item.slope(item.inner) != node:
            yield Slip(item.outer(item.inner) * d(item.inner), {"inner": item.inner})
            yield Slip(item.outer(item.inner), {"inner": item.inner})


def _spurious_sign(node: Expression, d: Taking) -> Iterator[Slip]:
    if isinstance(node, Add):
        for chosen in node.terms:
            if any(isinstance(item, Symbol) and d.textbook.body(item) is not None for item in walk(chosen)):
                terms = (negate(d(term)) if term is chosen else d(term) for term in node.terms)
                yield Slip(add(*terms), {"path": chosen})
    elif isinstance(node, Symbol) and d.textbook.body(node) is not None:
        yield Slip(negate(d.sound(node)), {"path": node})
    elif any(True for _ in composites(node, d)):
        yield Slip(negate(d.sound(node)), {"path": node}, rank=1)


def _wrong_point(node: Expression, d: Taking) -> Iterator[Slip]:
    for item in activations(node, d):
        inner = d(item.argument)
        yield Slip(item.slope(item.argument) * inner, {"activation": item.value, "argument": item.argument})
        twice = substitute(item.value, {item.argument: item.value})
        yield Slip(item.slope(twice) * inner, {"activation": item.value, "argument": item.argument})


RULES = (
    BuggyRule(
        "chain-inner-dropped", "chain rule", derive=_inner_dropped, rank=1,
        examples=(
            Example("d/dx sin(3x) = cos(3x)", "d/dx sin(3x) = 3cos(3x)"),
            Example("d/dt (t^2+1)^5 = 5(t^2+1)^4", "d/dt (t^2+1)^5 = 10t(t^2+1)^4"),
            Example("d/dx sqrt(x^3+2) = 1/(2sqrt(x^3+2))", "d/dx sqrt(x^3+2) = 3x^2/(2sqrt(x^3+2))", assume=("x > 0",)),
        ),
    ),
    BuggyRule(
        "chain-inner-sign-dropped", "chain rule", derive=_inner_sign_dropped, rank=1,
        examples=(
            Example("d/da log(1-a) = 1/(1-a)", "d/da log(1-a) = -1/(1-a)"),
            Example("d/da (y log(a) + (1-y) log(1-a)) = y/a + (1-y)/(1-a)",
                    "d/da (y log(a) + (1-y) log(1-a)) = y/a - (1-y)/(1-a)"),
            Example("d/dw (y - w x)^2 = 2x(y - w x)", "d/dw (y - w x)^2 = -2x(y - w x)"),
        ),
    ),
    BuggyRule(
        "chain-link-missing", "chain rule", derive=_link_missing, rank=2,
        examples=(
            Example("dL/dz = -y/a + (1-y)/(1-a)", "dL/dz = a - y",
                    {"a": "sigmoid(z)", "L": "-(y log(a) + (1-y) log(1-a))"}),
            Example("dC/dx = 3 exp(u)", "dC/dx = 6x exp(u)", {"u": "x^2", "v": "3exp(u)", "C": "v + 1"}),
        ),
    ),
    BuggyRule(
        "chain-inner-substituted", "chain rule", derive=_inner_substituted, rank=4,
        examples=(
            Example("d/dx sin(x^2) = cos(2x)", "d/dx sin(x^2) = 2x cos(x^2)"),
            Example("d/dx (x^2 + 3x)^4 = 4(2x + 3)^3", "d/dx (x^2 + 3x)^4 = 4(2x + 3)(x^2 + 3x)^3"),
        ),
    ),
    BuggyRule(
        "chain-inner-added", "chain rule", derive=_inner_added, rank=5,
        examples=(Example("d/dx sin(x^2) = cos(x^2) + 2x", "d/dx sin(x^2) = 2x cos(x^2)"),),
    ),
    BuggyRule(
        "outer-not-differentiated", "chain rule", derive=_outer_kept, rank=4,
        examples=(
            Example("d/dx sin(x^2) = 2x sin(x^2)", "d/dx sin(x^2) = 2x cos(x^2)"),
            Example("d/dx log(x^2 + 1) = 2x log(x^2 + 1)", "d/dx log(x^2 + 1) = 2x/(x^2 + 1)"),
        ),
    ),
    BuggyRule(
        "chain-spurious-sign", "sum over all paths", derive=_spurious_sign, rank=5,
        examples=(
            Example("dF/dt = cos(c) - cos(c) exp(t)", "dF/dt = cos(c) + cos(c) exp(t)",
                    {"b": "exp(t)", "c": "t + b", "F": "sin(c)"}),
        ),
    ),
    BuggyRule(
        "activation-derivative-at-wrong-point", "derivative of an activation", derive=_wrong_point, rank=3,
        examples=(
            Example("da/dz = z(1-z)", "da/dz = a(1-a)", {"a": "sigmoid(z)"}),
            Example("d/dz tanh(z) = 1 - z^2", "d/dz tanh(z) = 1 - tanh(z)^2"),
        ),
    ),
)  # fmt: skip

"""Mistakes with the product and the quotient rule."""

from __future__ import annotations

from collections.abc import Iterator

from derivcheck.diagnosis.rule import BuggyRule, Example, Slip, Taking
from derivcheck.diagnosis.shapes import linear, split_product, through_dependent
from derivcheck.expression import (
    ONE,
    Add,
    Div,
    Expression,
    Mul,
    Neg,
    Symbol,
    add,
    divide,
    multiply,
    negate,
)


def _summands(node: Expression, d: Taking) -> list[Expression]:
    """The terms of the product rule, one for each varying factor."""
    constants, varying = split_product(node, d)
    return [
        multiply(*constants, *(d(other) if other is factor else other for other in varying)) for factor in varying
    ]  # fmt: skip


def _of_derivatives(node: Expression, d: Taking) -> Iterator[Slip]:
    constants, varying = split_product(node, d)
    if isinstance(node, Mul) and len(varying) > 1:
        yield Slip(multiply(*constants, *map(d, varying)))


def _term_missing(node: Expression, d: Taking) -> Iterator[Slip]:
    _, varying = split_product(node, d)
    if not isinstance(node, Mul) or len(varying) < 2:
        return
    summands = _summands(node, d)
    for k, factor in enumerate(varying):
        if not through_dependent(factor, d) and not (
            isinstance(factor, Symbol) and d.textbook.body(factor) is not None
        ):
            yield Slip(add(*summands[:k], *summands[k + 1 :]), {"factor": factor})


def _terms_multiplied(node: Expression, d: Taking) -> Iterator[Slip]:
    if isinstance(node, Mul) and len(split_product(node, d)[1]) == 2:
        yield Slip(multiply(*_summands(node, d)))


def _quotient(node: Expression, d: Taking) -> tuple[Expression, Expression] | None:
    """Numerator and denominator, when both vary."""
    if isinstance(node, Div) and d.varies(node.numerator) and d.varies(node.denominator):
        return node.numerator, node.denominator
    return None


def _sign_order(node: Expression, d: Taking) -> Iterator[Slip]:
    parts = _quotient(node, d)
    if parts:
        u, v = parts
        yield Slip((u * d(v) - d(u) * v) / v**2)


def _sign_plus(node: Expression, d: Taking) -> Iterator[Slip]:
    parts = _quotient(node, d)
    if parts:
        u, v = parts
        yield Slip((d(u) * v + u * d(v)) / v**2)


def _no_square(node: Expression, d: Taking) -> Iterator[Slip]:
    if not isinstance(node, Div) or not d.varies(node.denominator):
        return
    u, v = node.numerator, node.denominator
    top = d(u) * v - u * d(v)
    rank = 0 if d.varies(u) else 2
    yield Slip(divide(top, v), rank=rank)
    yield Slip(top, rank=rank)


def _of_quotients(node: Expression, d: Taking) -> Iterator[Slip]:
    parts = _quotient(node, d)
    if parts:
        yield Slip(divide(d(parts[0]), d(parts[1])))


def _frozen(node: Expression, d: Taking) -> Iterator[Slip]:
    parts = _quotient(node, d)
    if parts:
        u, v = parts
        yield Slip(divide(d(u), v), {"frozen": v})
        yield Slip(negate(divide(u * d(v), v**2)), {"frozen": u})
    if isinstance(node, Mul):
        _, varying = split_product(node, d)
        summands = _summands(node, d)
        for k, factor in enumerate(varying):
            if through_dependent(factor, d) and len(varying) > 1:
                yield Slip(add(*summands[:k], *summands[k + 1 :]), {"frozen": factor})


def _linear(node: Expression, d: Taking) -> Iterator[Slip]:
    if isinstance(node, Mul | Div | Add | Neg) and linear(node, d) and d.whole(node) != ONE:
        yield Slip(node, {"linear": node})
        yield Slip(d.variable, {"linear": node})


RULES = (
    BuggyRule(
        "product-of-derivatives", "product rule", derive=_of_derivatives, rank=1,
        examples=(
            Example("d/dx (x^2 sin(x)) = 2x cos(x)", "d/dx (x^2 sin(x)) = 2x sin(x) + x^2 cos(x)"),
            Example("d/dt (exp(t) (t^3 + 1)) = 3t^2 exp(t)",
                    "d/dt (exp(t) (t^3 + 1)) = exp(t) (t^3 + 1) + 3t^2 exp(t)"),
        ),
    ),
    BuggyRule(
        "product-term-missing", "product rule", derive=_term_missing, rank=2,
        examples=(
            Example("d/dx (x^2 sin(x)) = 2x sin(x)", "d/dx (x^2 sin(x)) = 2x sin(x) + x^2 cos(x)"),
            Example("d/dx (x log(x)) = log(x)", "d/dx (x log(x)) = log(x) + 1"),
        ),
    ),
    BuggyRule(
        "product-terms-multiplied", "product rule", derive=_terms_multiplied, rank=5,
        examples=(
            Example("d/dx (x^2 sin(x)) = 2x sin(x) * x^2 cos(x)", "d/dx (x^2 sin(x)) = 2x sin(x) + x^2 cos(x)"),
        ),
    ),
    BuggyRule(
        "quotient-sign-order", "quotient rule", derive=_sign_order, rank=1,
        examples=(
            Example("d/dx (x/(x+1)) = -1/(x+1)^2", "d/dx (x/(x+1)) = 1/(x+1)^2"),
            Example("d/dx (sin(x)/x) = (sin(x) - x cos(x))/x^2", "d/dx (sin(x)/x) = (x cos(x) - sin(x))/x^2"),
        ),
    ),
    BuggyRule(
        "quotient-sign-plus", "quotient rule", derive=_sign_plus, rank=2,
        examples=(
            Example("d/dx (sin(x)/x) = (x cos(x) + sin(x))/x^2", "d/dx (sin(x)/x) = (x cos(x) - sin(x))/x^2"),
        ),
    ),
    BuggyRule(
        "quotient-no-square", "quotient rule", derive=_no_square, rank=2,
        examples=(
            Example("d/dx (sin(x)/x) = (x cos(x) - sin(x))/x", "d/dx (sin(x)/x) = (x cos(x) - sin(x))/x^2"),
            Example("d/dt ((t-1)/(t^2+1)) = t^2 + 1 - 2t(t-1)", "d/dt ((t-1)/(t^2+1)) = (t^2 + 1 - 2t(t-1))/(t^2+1)^2"),
        ),
    ),
    BuggyRule(
        "quotient-of-derivatives", "quotient rule", derive=_of_quotients, rank=1,
        examples=(
            Example("d/dx (sin(x)/x^2) = cos(x)/(2x)", "d/dx (sin(x)/x^2) = (x cos(x) - 2sin(x))/x^3"),
        ),
    ),
    BuggyRule(
        "quotient-numerator-wrong", "quotient rule", rank=8,
        examples=(
            Example("d/dx (sin(x)/(x+1)) = (x^3 - 7)/(x+1)^2", "d/dx (sin(x)/(x+1)) = ((x+1) cos(x) - sin(x))/(x+1)^2"),
        ),
    ),
    BuggyRule(
        "variable-as-constant", "product rule", derive=_frozen, rank=3,
        examples=(
            Example("d/dx (sin(x)/x) = cos(x)/x", "d/dx (sin(x)/x) = (x cos(x) - sin(x))/x^2"),
            Example("d/dx (x g(x)) = g(x)", "d/dx (x g(x)) = g(x) + x g'(x)", assume=("g: R -> R",)),
        ),
    ),
    BuggyRule(
        "linear-coefficient-wrong", "derivative of a linear term", derive=_linear, rank=5,
        examples=(
            Example("d/dx (3x + 1) = x", "d/dx (3x + 1) = 3"),
            Example("d/dx sin(x/5) = x/5 cos(x/5)", "d/dx sin(x/5) = 1/5 cos(x/5)"),
        ),
    ),
)  # fmt: skip

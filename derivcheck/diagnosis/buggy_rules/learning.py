"""Mistakes with the stock formulas of machine learning."""

from __future__ import annotations

from collections.abc import Iterator

from derivcheck.diagnosis.rule import BuggyRule, Example, Slip, Taking
from derivcheck.diagnosis.shapes import Activation, activations, linear, sigmoid_argument
from derivcheck.expression import (
    ONE,
    ZERO,
    Add,
    Apply,
    Call,
    Derivative,
    Expression,
    Mul,
    Neg,
    Number,
    Piecewise,
    Pow,
    Relation,
    Symbol,
    divide,
    negate,
    substitute,
    walk,
)
from derivcheck.kernel.differentiate import as_pieces


def _residual(node: Expression, d: Taking) -> Iterator[Slip]:
    match node:
        case Pow(Add((_, _)) as gap, Number(value)) if value == 2 and d.varies(gap):
            yield Slip(2 * _turned(gap) * d(gap), {"residual": gap})
    if _is_log_loss(node, d):
        yield Slip(negate(d.sound(node)), {"residual": node})


def _turned(gap: Add) -> Expression:
    """b - a for a - b."""
    return (
        negate(gap.terms[0]) - gap.terms[1]
        if not isinstance(gap.terms[1], Neg)
        else gap.terms[1].operand - gap.terms[0]
    )


def _is_log_loss(node: Expression, d: Taking) -> bool:
    """Minus a logarithm of a sigmoid, or the cross-entropy of one."""
    body = node.operand if isinstance(node, Neg) else None
    if body is None:
        return False
    logs = [item.arguments[0] for item in walk(body) if isinstance(item, Call) and item.name == "log"]
    return bool(logs) and any(_holds_sigmoid(item, d) for item in logs)


def _holds_sigmoid(node: Expression, d: Taking) -> bool:
    for item in walk(node):
        seen = d.textbook.body(item) if isinstance(item, Symbol | Apply) and d.varies(item) else item
        if seen is not None and sigmoid_argument(seen) is not None:
            return True
    return False


def _feature(node: Expression, d: Taking) -> Iterator[Slip]:
    body = d.textbook.body(node) if isinstance(node, Symbol | Apply) else node
    if isinstance(body, Add | Mul) and linear(body, d):
        slope = d.whole(body)
        if isinstance(slope, Symbol):
            yield Slip(ONE, {"feature": slope, "link": node})


def _sigmoids(node: Expression, d: Taking) -> Iterator[Activation]:
    return (item for item in activations(node, d) if item.kind == "sigmoid")


def _tanhs(node: Expression, d: Taking) -> Iterator[Activation]:
    return (item for item in activations(node, d) if item.kind == "tanh")


def _sigmoid_factor(node: Expression, d: Taking) -> Iterator[Slip]:
    for item in _sigmoids(node, d):
        yield Slip((1 - item.value) * d(item.argument), {"activation": item.value})
        yield Slip(item.value * d(item.argument), {"activation": item.value})


def _sigmoid_difference(node: Expression, d: Taking) -> Iterator[Slip]:
    for item in _sigmoids(node, d):
        yield Slip((item.value - (1 - item.value)) * d(item.argument), {"activation": item.value})


def _sigmoid_sign(node: Expression, d: Taking) -> Iterator[Slip]:
    for item in _sigmoids(node, d):
        yield Slip(item.value * (item.value - 1) * d(item.argument), {"activation": item.value})


def _composition(node: Expression, d: Taking) -> Iterator[Slip]:
    for item in _sigmoids(node, d):
        applied = substitute(item.value, {item.argument: 1 - item.value})
        yield Slip(applied * d(item.argument), {"activation": item.value})


def _tanh_one(node: Expression, d: Taking) -> Iterator[Slip]:
    for item in _tanhs(node, d):
        yield Slip(negate(item.value**2) * d(item.argument), {"activation": item.value})


def _tanh_sign(node: Expression, d: Taking) -> Iterator[Slip]:
    for item in _tanhs(node, d):
        yield Slip((1 + item.value**2) * d(item.argument), {"activation": item.value})


def _tanh_square(node: Expression, d: Taking) -> Iterator[Slip]:
    for item in _tanhs(node, d):
        yield Slip((1 - item.value) * d(item.argument), {"activation": item.value})


def _reciprocal(node: Expression, d: Taking) -> Iterator[Slip]:
    if isinstance(node, Derivative) and d.varies(node.operand):
        yield Slip(divide(1, d.textbook(node.operand)))
    for item in activations(node, d):
        yield Slip(divide(d(item.argument), item.slope(item.value)), {"activation": item.value})


def _branches(node: Expression, d: Taking) -> Piecewise | None:
    """The node as two cases."""
    match node:
        case Call("relu", (u,)) if d.varies(u):
            return Piecewise(((u, Relation(">", u, ZERO)), (ZERO, None)))
        case Call("max" | "min" as name, (_, _) as arguments) if d.varies(node):
            pieces = as_pieces(name, arguments)
            return pieces if isinstance(pieces, Piecewise) else None
        case Call("leaky_relu", _) if d.varies(node):
            body = d.textbook.body(node)
            return body if isinstance(body, Piecewise) else None
        case Piecewise((_, (_, None))):
            return node
    return None


def _leak(node: Expression, d: Taking) -> Iterator[Slip]:
    cases = _branches(node, d)
    if (cases is not None and not isinstance(node, Call)) or (isinstance(node, Call) and node.name == "leaky_relu"):
        assert cases is not None
        (above, condition), (below, _) = cases.pieces
        if d.varies(below):
            yield Slip(Piecewise(((d(above), condition), (ZERO, None))), {"branch": below})


def _swapped(node: Expression, d: Taking) -> Iterator[Slip]:
    cases = _branches(node, d)
    if cases is not None:
        (above, condition), (below, _) = cases.pieces
        yield Slip(Piecewise(((d(below), condition), (d(above), None))), {"branch": above})


LOSS = {"a": "sigmoid(z)", "L": "-(y log(a) + (1-y) log(1-a))"}
RULES = (
    BuggyRule(
        "residual-sign-flipped", "chain rule", derive=_residual, rank=1,
        examples=(
            Example("dL/dz = y - a", "dL/dz = a - y", LOSS),
            Example("d/dp (p - y)^2 = 2(y - p)", "d/dp (p - y)^2 = 2(p - y)"),
        ),
    ),
    BuggyRule(
        "feature-factor-missing", "chain rule", derive=_feature, rank=1,
        examples=(
            Example("dL/dw = a - y", "dL/dw = (a - y) x", {"z": "w x + b", **LOSS}),
        ),
    ),
    BuggyRule(
        "sigmoid-factor-missing", "derivative of the sigmoid", derive=_sigmoid_factor, rank=1,
        examples=(
            Example("da/dz = 1 - a", "da/dz = a(1 - a)", {"a": "sigmoid(z)"}),
            Example("d/dx sigmoid(2x) = 2sigmoid(2x)", "d/dx sigmoid(2x) = 2sigmoid(2x)(1 - sigmoid(2x))"),
        ),
    ),
    BuggyRule(
        "sigmoid-product-as-difference", "derivative of the sigmoid", derive=_sigmoid_difference, rank=4,
        examples=(Example("da/dz = a - (1 - a)", "da/dz = a(1 - a)", {"a": "sigmoid(z)"}),),
    ),
    BuggyRule(
        "sigmoid-sign", "derivative of the sigmoid", derive=_sigmoid_sign, rank=2,
        examples=(Example("da/dz = a(a - 1)", "da/dz = a(1 - a)", {"a": "sigmoid(z)"}),),
    ),
    BuggyRule(
        "product-read-as-composition", "derivative of the sigmoid", derive=_composition, rank=4,
        examples=(
            Example("d/dz sigmoid(z) = sigmoid(1 - sigmoid(z))", "d/dz sigmoid(z) = sigmoid(z)(1 - sigmoid(z))"),
        ),
    ),
    BuggyRule(
        "tanh-one-missing", "derivative of tanh", derive=_tanh_one, rank=1,
        examples=(Example("dh/dz = -h^2", "dh/dz = 1 - h^2", {"h": "tanh(z)"}),),
    ),
    BuggyRule(
        "tanh-sign", "derivative of tanh", derive=_tanh_sign, rank=1,
        examples=(Example("dh/dz = 1 + h^2", "dh/dz = 1 - h^2", {"h": "tanh(z)"}),),
    ),
    BuggyRule(
        "tanh-not-squared", "derivative of tanh", derive=_tanh_square, rank=1,
        examples=(Example("d/dz tanh(z) = 1 - tanh(z)", "d/dz tanh(z) = 1 - tanh(z)^2"),),
    ),
    BuggyRule(
        "derivative-reciprocal", "derivative as a quotient", derive=_reciprocal, rank=5,
        examples=(Example("dh/dz = 1/(1 - h^2)", "dh/dz = 1 - h^2", {"h": "tanh(z)"}),),
    ),
    BuggyRule(
        "relu-leak-lost", "derivative by cases", derive=_leak, rank=2,
        examples=(
            Example("d/dx leaky_relu(x) = Piecewise((1, x > 0), (0, True))",
                    "d/dx leaky_relu(x) = Piecewise((1, x > 0), (1/100, True))"),
        ),
    ),
    BuggyRule(
        "relu-branch-swapped", "derivative by cases", derive=_swapped, rank=3,
        examples=(
            Example("d/dx relu(x) = Piecewise((0, x > 0), (1, True))",
                    "d/dx relu(x) = Piecewise((1, x > 0), (0, True))"),
        ),
    ),
)  # fmt: skip

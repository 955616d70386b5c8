"""Shapes that rules look for: a leading minus, activations, linear parts, constants."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction

from derivcheck.diagnosis.rule import Taking
from derivcheck.engine.tidy import tidy
from derivcheck.expression import (
    ONE,
    Add,
    Apply,
    Call,
    Constant,
    Div,
    Expression,
    Mul,
    Neg,
    Number,
    Pow,
    Symbol,
    multiply,
    negate,
    walk,
)
from derivcheck.kernel.balls import rational_value


@dataclass(frozen=True, slots=True)
class Activation:
    """value = s(argument), with s'(z) as a function of the value: a(1 - a), 1 - a^2."""

    kind: str
    value: Expression
    argument: Expression
    slope: Callable[[Expression], Expression]


def activations(node: Expression, d: Taking) -> Iterator[Activation]:
    """The node as a sigmoid or a hyperbolic tangent, written as a call, as a fraction, or defined so."""
    body = d.textbook.body(node) if isinstance(node, Apply) else None
    seen = node if body is None else body
    argument = sigmoid_argument(seen)
    if argument is not None and d.varies(argument):
        yield Activation("sigmoid", seen, argument, lambda a: a * (1 - a))
    if isinstance(seen, Call) and seen.name == "tanh" and d.varies(seen.arguments[0]):
        yield Activation("tanh", seen, seen.arguments[0], lambda a: 1 - a**2)


def sigmoid_argument(node: Expression) -> Expression | None:
    """z when the node is σ(z), 1/(1 + exp(-z)) or exp(z)/(1 + exp(z))."""
    match node:
        case Call("sigmoid", (argument,)):
            return argument
        case Div(top, Add((first, second))) if ONE in (first, second):
            exponent = exponential(second if first == ONE else first)
            if exponent is None:
                return None
            if top == ONE:
                return tidy(negate(exponent))
            return exponent if exponential(top) == exponent else None
        case Pow(base, Number(value)) if value == -1:
            return sigmoid_argument(Div(ONE, base))
    return None


def exponential(node: Expression) -> Expression | None:
    """u when the node is exp(u) or e^u."""
    match node:
        case Call("exp", (argument,)):
            return argument
        case Pow(Constant("e"), exponent):
            return exponent
    return None


def through_dependent(node: Expression, d: Taking) -> bool:
    """Whether the node varies only because a name or function without a formula in it does."""
    if not d.varies(node):
        return False
    leaves = [item for item in walk(node) if isinstance(item, Symbol | Apply) and d.varies(item)]
    hidden = [item for item in leaves if dependent(item, d)]
    inside = {id(part) for item in hidden for part in walk(item)}
    return bool(hidden) and all(id(leaf) in inside for leaf in leaves)


def power_parts(node: Expression) -> tuple[Expression, Fraction] | None:
    """Base and exponent of a power with a number as exponent, however the number is written."""
    value = rational_value(node.exponent) if isinstance(node, Pow) else None
    return None if value is None or not isinstance(node, Pow) else (node.base, value)


def leading_minus(tree: Expression) -> bool:
    """Whether a tidied tree starts with a minus."""
    return isinstance(tree, Neg) or (isinstance(tree, Number) and tree.value < 0)


def linear(node: Expression, d: Taking) -> bool:
    """Whether the node depends on the variable linearly."""
    return d.varies(node) and not d.varies(d.whole(node))


def split_product(node: Expression, d: Taking) -> tuple[tuple[Expression, ...], tuple[Expression, ...]]:
    """The constant and the varying factors of a product."""
    factors = node.factors if isinstance(node, Mul) else (node,)
    return tuple(item for item in factors if not d.varies(item)), tuple(item for item in factors if d.varies(item))


def without(items: tuple[Expression, ...], item: Expression) -> tuple[Expression, ...]:
    """The items but for this one."""
    return tuple(other for other in items if other is not item)


def product(items: tuple[Expression, ...]) -> Expression:
    """The product of the items."""
    return multiply(*items)


def dependent(node: Expression, d: Taking) -> bool:
    """Whether the node is a name or an unknown function that depends on the variable without a formula."""
    if isinstance(node, Symbol):
        return node != d.variable and d.varies(node) and d.textbook.body(node) is None
    return isinstance(node, Apply) and d.varies(node) and d.textbook.body(node) is None


def terms_of(node: Expression) -> tuple[Expression, ...]:
    """The terms of a sum with their signs, or the one term that the expression is."""
    if isinstance(node, Add):
        return tuple(part for term in node.terms for part in terms_of(term))
    if isinstance(node, Neg) and isinstance(node.operand, Add | Neg):
        return tuple(negate(part) for part in terms_of(node.operand))
    return (node,)

"""Trees whose every node is an object of its own, so that one of several equal parts can be replaced."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

from derivcheck.expression import (
    MINUS_ONE,
    Add,
    Call,
    Derivative,
    Div,
    Entry,
    Expression,
    Mul,
    Neg,
    Number,
    Piecewise,
    Pow,
    Reduction,
    Symbol,
    children,
    map_children,
    substitute,
    symbols,
    walk,
)
from derivcheck.functions import by_name


def fresh(tree: Expression) -> Expression:
    """A copy that shares no node with the tree."""
    return replace(map_children(tree, fresh))


def replaced(tree: Expression, old: Expression, new: Expression) -> Expression:
    """The tree with this very node replaced, not others that are equal to it."""
    if tree is old:
        return new
    return map_children(tree, lambda child: replaced(child, old, new))


def paths(tree: Expression) -> Iterator[tuple[Expression, ...]]:
    """The way from the root to every node, parents first."""
    stack: list[tuple[Expression, ...]] = [(tree,)]
    while stack:
        path = stack.pop()
        yield path
        stack.extend((*path, part) for part in reversed(parts(path[-1])))


def parts(node: Expression) -> list[Expression]:
    """The children that are formulas in their own right: no index letters, bounds, conditions, variables."""
    match node:
        case Reduction(_, body):
            return [body]
        case Derivative(operand):
            return [operand]
        case Piecewise(pieces):
            return [value for value, _ in pieces]
        case Entry():
            return []
    return children(node)


def linear_path(path: tuple[Expression, ...], variable: frozenset[str]) -> bool:
    """Whether the root depends on the last node linearly: through sums, signs and constant factors only."""
    for above, below in pairwise(path):
        match above:
            case Add() | Neg():
                continue
            case Mul(factors):
                others = [factor for factor in factors if factor is not below]
                if any(symbols(factor) & variable for factor in others):
                    return False
            case Div(numerator, denominator) if below is numerator and not symbols(denominator) & variable:
                continue
            case Reduction("sum", body) if below is body:
                continue
            case Call("sum" | "mean" | "tr", _):
                continue
            case _:
                return False
    return True


def terms_of(tree: Expression) -> tuple[Expression, ...]:
    """The terms of a sum, or the one term that a formula is."""
    return tree.terms if isinstance(tree, Add) else (tree,)


def factors_of(tree: Expression) -> tuple[Expression, ...]:
    """The factors of a product entry by entry, or the one factor that a formula is."""
    return tree.factors if isinstance(tree, Mul) else (tree,)


def without(items: tuple[Expression, ...], item: Expression) -> tuple[Expression, ...]:
    """The items but for this very one."""
    return tuple(other for other in items if other is not item)


def elementwise(node: Expression) -> bool:
    """Whether the node is a function of one argument that acts entry by entry."""
    return isinstance(node, Call) and len(node.arguments) == 1 and by_name(node.name).elementwise


def at_letter(node: Reduction, letter: str) -> Expression:
    """The one term of a sum that has this letter."""
    return fresh(substitute(node.body, {node.index: Symbol(letter)}))


def number(tree: Expression) -> Number | None:
    """A number, however its quotient is written."""
    match tree:
        case Number():
            return tree
        case Div(Number(top), Number(bottom)) if bottom:
            return Number(top / bottom)
        case Neg(inner):
            value = number(inner)
            return None if value is None else Number(-value.value)
    return None


def letters_in(tree: Expression) -> frozenset[str]:
    """Letters that a sum binds below a node."""
    return frozenset(node.index.name for node in walk(tree) if isinstance(node, Reduction))


def inverse_of(node: Expression) -> Expression | None:
    """A when the node is A⁻¹."""
    match node:
        case Call("inv", (inner,)):
            return inner
        case Pow(base, Number() as exponent) if exponent == MINUS_ONE:
            return base
        case Pow(base, Neg(Number(value))) if value == 1:
            return base
    return None

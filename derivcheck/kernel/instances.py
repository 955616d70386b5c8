"""Concrete functions in place of unknown ones, so that a statement about them has values.

Method: a polynomial for each, whose highest derivative in use still varies. It can stand for every function
with the same values and derivatives at one point, as long as the assumptions say nothing of other points.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from derivcheck.expression import Add, Apply, Condition, Derivative, Expression, Number, Relation, Symbol, walk

PARAMETERS = ("u", "v", "w", "p", "q", "r")


def instances(sides: Sequence[Expression]) -> dict[str, tuple[tuple[Symbol, ...], Expression]]:
    """A concrete function for each unknown one: a polynomial whose highest derivative in use still varies."""
    arities = {node.name: len(node.arguments) for tree in sides for node in walk(tree) if isinstance(node, Apply)}
    highest = max(map(_order, sides))
    degree = 2 if highest < 2 else highest + 2
    result: dict[str, tuple[tuple[Symbol, ...], Expression]] = {}
    for k, (name, arity) in enumerate(sorted(arities.items())):
        arguments = tuple(Symbol(name) for name in PARAMETERS[:arity])
        terms: list[Expression] = [Number(Fraction(k + 2))]
        for j, argument in enumerate(arguments):
            terms += [(k + j + 2) * argument, *(argument**power / (k + power) for power in range(2, degree + 1))]
        if arity > 1:
            terms.append(arguments[0] * arguments[1])
        result[name] = (arguments, Add(tuple(terms)))
    return result


def _order(tree: Expression) -> int:
    """A bound for the order to which unknown functions are differentiated in a tree."""
    orders = [sum(node.orders) for node in walk(tree) if isinstance(node, Apply)]
    taken = [order for node in walk(tree) if isinstance(node, Derivative) for _, order in node.variables]
    return max(orders, default=0) + sum(taken)


def extend_around(assumptions: Sequence[Condition], sides: Sequence[Expression]) -> bool:
    """Whether unknown functions that meet the assumptions at one point can do so around it.

    `g'(x) = g(x)` says something about g'' that a value of g' at x does not show, and `g(x) > 0` about g(2x).
    """
    used = [node for side in sides for node in walk(side) if isinstance(node, Apply)]
    for condition in assumptions:
        stated = [node for node in walk(condition) if isinstance(node, Apply)]  # type: ignore[arg-type]
        equation = isinstance(condition, Relation) and condition.operator == "="
        for node in used:
            same = [item for item in stated if item.name == node.name]
            if same and all(item.arguments != node.arguments for item in same):
                return False
            if same and equation and sum(node.orders) > max(sum(item.orders) for item in same):
                return False
    return True

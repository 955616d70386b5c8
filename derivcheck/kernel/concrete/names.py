"""Names of numbers, arrays and functions to which a point has to give a value."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from derivcheck.expression import Apply, At, Call, Entry, Expression, Reduction, Symbol, children
from derivcheck.shapes import Shapes


@dataclass(frozen=True, slots=True)
class Names:
    """What a point has to give a value: arrays and numbers by name, differentials, unknown functions."""

    values: tuple[str, ...]
    varying: tuple[str, ...] = ()
    functions: tuple[str, ...] = ()


def names_of(trees: Iterable[Expression], shapes: Shapes) -> tuple[str, ...]:
    """Names of numbers and arrays below the trees and the definitions they use, index letters left out."""
    found: set[str] = set()
    stack = [name for tree in trees for name in _value_names(tree)]
    while stack:
        name = stack.pop()
        if name in found:
            continue
        found.add(name)
        if name in shapes.definitions:
            definition = shapes.definitions[name]
            stack.extend(_value_names(definition.body) - set(definition.indices) - set(definition.parameters))
    return tuple(sorted(found - set(shapes.definitions) - set(shapes.indices) - shapes.size_names))


def _value_names(node: Expression) -> frozenset[str]:
    match node:
        case Symbol(name):
            return frozenset({name})
        case Entry(array):
            return frozenset({array.name})
        case Reduction(_, body, index):
            return _value_names(body) - {index.name}
        case Call("delta" | "iverson" | "eye" | "ones" | "zeros"):
            return frozenset()
        case Apply(name, arguments):
            return frozenset().union(*map(_value_names, arguments)) | {name}
        case At(operand, bindings):
            values = frozenset().union(*(_value_names(value) for _, value in bindings))
            return values | (_value_names(operand) - {name.name for name, _ in bindings})
    return frozenset().union(*map(_value_names, children(node)))

"""Index letters that are free in a formula, and derivatives that form a chain."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

from derivcheck.expression import Call, Derivative, Entry, Expression, Reduction, Relation, Symbol, children, walk


def index_letters(node: Expression) -> frozenset[str]:
    """Letters that stand free in index places of entries, deltas and brackets below the node."""
    match node:
        case Reduction(_, body, index):
            return (index_letters(body) | compared_with(index.name, body)) - {index.name}
        case Call("entry", (array, *places)):
            return index_letters(array) | _named(places)
        case Entry(_, indices) | Call("delta", indices):
            return _named(indices)
    return frozenset().union(*map(index_letters, children(node)))


def _named(places: Iterable[Expression]) -> frozenset[str]:
    return frozenset(name.name for place in places for name in walk(place) if isinstance(name, Symbol))


def compared_with(letter: str, node: Expression) -> frozenset[str]:
    """Letters that a condition or a delta below the node compares with an index letter: j in `k ≠ j`."""
    found: set[str] = set()
    for inner in walk(node):
        match inner:
            case Relation("=" | "!=", Symbol() as first, Symbol() as second):
                pair = {first.name, second.name}
            case Call("delta", (Symbol() as first, Symbol() as second)):
                pair = {first.name, second.name}
            case _:
                continue
        found |= pair if letter in pair else set()
    return frozenset(found - {letter})


def chain_of(factors: tuple[Expression, ...]) -> tuple[Derivative, ...] | None:
    """The factors as the chain rule joins them, `dL/da da/dz dz/dw`, whichever end they start from.

    None unless each is a first derivative of a name by a name and each variable is the next operand.
    """
    links: list[Derivative] = []
    for factor in factors:
        match factor:
            case Derivative(Symbol(), ((Symbol(), 1),)):
                links.append(factor)
            case _:
                return None
    for order in (links, links[::-1]):
        if all(first.variables[0][0] == then.operand for first, then in pairwise(order)):
            return tuple(order) if len(order) > 1 else None
    return None

"""How unlike two trees look, for choosing among mistakes that give the same value.

Method: both are tidied and taken apart into the heads of their nodes, with signs and numbers; the measure is the
number of heads that one has and the other lacks. It is no proof of anything; it only orders.
"""

from __future__ import annotations

from collections import Counter

from derivcheck.engine.tidy import tidy
from derivcheck.expression import Apply, Call, Constant, Expression, Number, Symbol, walk


def _heads(tree: Expression) -> Counter[str]:
    return Counter(_head(node) for node in walk(tidy(tree)))


def _head(node: Expression) -> str:
    match node:
        case Number(value):
            return str(value)
        case Symbol(name) | Constant(name) | Call(name, _) | Apply(name, _, _):
            return name
    return type(node).__name__


def unlikeness(left: Expression, right: Expression) -> int:
    """How many heads the trees do not share."""
    a, b = _heads(left), _heads(right)
    return sum(((a - b) + (b - a)).values())

"""Parts of what is differentiated that mistakes are made with: terms, penalties, squares."""

from __future__ import annotations

from collections.abc import Iterator

from derivcheck.diagnosis.arrays.root import Root
from derivcheck.diagnosis.arrays.trees import linear_path, number
from derivcheck.expression import Add, Call, Expression, MatMul, Pow, symbols, walk


def linear_terms(root: Root) -> Iterator[tuple[Add, Expression]]:
    """Sums on which the whole depends linearly, with each of their terms that vary."""
    for path in root.paths():
        if isinstance(path[-1], Add) and linear_path(path, root.names):
            for term in path[-1].terms:
                if root.varies(term):
                    yield path[-1], term


def is_penalty(term: Expression, root: Root) -> bool:
    """Whether a term of a cost speaks of the variable alone, as λ‖w‖² does."""
    shapes = root.ground.shapes
    others = symbols(term) - root.names - shapes.size_names
    alone = not any(name in shapes.arrays or name in shapes.definitions for name in others)
    return alone and any(is_square(node) or _is_norm(node) for node in walk(term))


def _is_norm(node: Expression) -> bool:
    return isinstance(node, Call) and node.name in ("norm", "abs")


def is_square(node: Expression) -> bool:
    if isinstance(node, Pow):
        exponent = number(node.exponent)
        return exponent is not None and exponent.value == 2
    if isinstance(node, MatMul) and len(node.factors) == 2:
        return symbols(node.factors[0]) == symbols(node.factors[1])
    return isinstance(node, Call) and node.name == "dot" and node.arguments[0] == node.arguments[1]

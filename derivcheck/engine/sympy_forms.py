"""Forms of an expression found by SymPy: the simplest it knows, as a tree again.

SymPy differentiates and simplifies; what it returns is a proposal, which the kernel must prove equal before
anybody sees it. It may be slow or abort, so it runs in a worker.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import sympy

from derivcheck.engine.from_sympy import NotReadable, from_sympy
from derivcheck.expression import Expression
from derivcheck.notation.to_sympy import to_sympy

STRATEGIES: tuple[Callable[[Any], Any], ...] = (sympy.factor, sympy.simplify, sympy.together, sympy.expand)


def forms(tree: Expression) -> tuple[Expression, ...]:
    """Proposals for a simpler form, shortest first, each once."""
    found: dict[Expression, int] = {}
    for value in _simplified(tree):
        try:
            found.setdefault(from_sympy(value), int(sympy.count_ops(value)))
        except NotReadable:
            continue
    return tuple(sorted(found, key=lambda item: found[item]))


def _simplified(tree: Expression) -> Iterator[Any]:
    value = to_sympy(tree).doit()
    yield value
    for strategy in STRATEGIES:
        yield strategy(value)

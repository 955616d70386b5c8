"""A value in its simplest proved form, in the names of the author's definitions."""

from __future__ import annotations

from derivcheck.claim import Form
from derivcheck.engine.expected import expected_form
from derivcheck.engine.tidy import size
from derivcheck.expression import Expression, Number, Symbol
from derivcheck.graph import Graph

LARGEST = 200


def in_names(where: Form, graph: Graph) -> Expression | None:
    """The first side of a form, or None where it is too large or no form of it is proved."""
    truth = where.sides[0]
    if size(truth) > LARGEST:
        return None
    names = {
        graph.close(Symbol(name), where.keep): Symbol(name) for name in graph.definitions if name not in where.keep
    }
    bodies: dict[Expression, Expression] = {
        body: name for body, name in names.items() if not isinstance(body, Symbol | Number)
    }  # fmt: skip
    return expected_form(truth, where.region, bodies, lambda tree: graph.close(tree, where.keep), lambda tree: ())

"""`Σ_{k≠j}` and `∏_{k≠j}`: a sum or product that leaves one value of its index out.

The tree has no node of its own for it: the body has cases, and where the index has the value left out stands
what adds or multiplies nothing.
"""

from __future__ import annotations

from derivcheck.expression import ONE, ZERO, Expression, Piecewise, Reduction, Relation, Symbol


def without(kind: str, body: Expression, index: Symbol, value: Symbol) -> Expression:
    """The body of a reduction whose index does not take the value."""
    condition = Relation("!=", index, value, span=value.span)
    return Piecewise(((body, condition), (_neutral(kind), None)), span=body.span)


def left_out(node: Reduction) -> tuple[Expression, Symbol | None]:
    """The body as an author writes it under `Σ_{k≠j}`, and j; None where no value is left out."""
    match node.body:
        case Piecewise(((value, Relation("!=", left, Symbol() as other)), (rest, None))) if (
            left == node.index and rest == _neutral(node.kind)
        ):
            return value, other
    return node.body, None


def _neutral(kind: str) -> Expression:
    return ZERO if kind == "sum" else ONE

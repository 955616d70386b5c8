"""The size of an identity matrix written `I`, from what it stands beside: in A + λ I it is that of A.

Where nothing beside it has a size, as in λ I alone, it stays without one.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from derivcheck.expression import (
    Add,
    Call,
    Div,
    Expression,
    Frobenius,
    Hadamard,
    MatMul,
    Mul,
    Number,
    Symbol,
    map_children,
)
from derivcheck.shapes.shape import Shape
from derivcheck.shapes.sizes import Size

ShapeOf = Callable[[Expression], Shape]


def with_sizes(node: Expression, shape_of: ShapeOf) -> Expression:
    """The node with a size for each identity among its operands."""
    match node:
        case Add() | Mul() | Hadamard() | Div():
            sizes = shape_of(node).sizes
            if len(sizes) != 2:
                return node
            return map_children(node, lambda child: sized(child, sizes[-1], shape_of))
        case Frobenius(left, right):
            sizes = shape_of(left).sizes or shape_of(right).sizes
            return map_children(node, lambda child: sized(child, sizes[-1], shape_of)) if sizes else node
        case MatMul(factors):
            shapes = [shape_of(factor) for factor in factors]
            if any(shape.square for shape in shapes) and any(shape.sizes for shape in shapes):
                parts = (
                    sized(part, _beside(shapes, k), shape_of) if shapes[k].square else part
                    for k, part in enumerate(factors)
                )
                return MatMul(tuple(parts), span=node.span)
    return node


def sized(node: Expression, size: Size, shape_of: ShapeOf) -> Expression:
    """An expression that is an identity matrix of no size so far, with this one; any other as it is."""
    if not shape_of(node).square:
        return node
    if isinstance(node, Call) and node.name == "eye":
        return Call("eye", (size_expression(size),), span=node.span)
    return map_children(node, lambda child: sized(child, size, shape_of))


def _beside(shapes: list[Shape], position: int) -> Size:
    """The size of the nearest factor to the right that has one, else to the left."""
    right = next((shape for shape in shapes[position + 1 :] if shape.sizes), None)
    if right is not None:
        return right.sizes[0]
    return next(shape.sizes[-1] for shape in reversed(shapes[:position]) if shape.sizes)


def size_expression(size: Size) -> Expression:
    """A size as a formula."""
    terms = []
    for names, value in size:
        factors: tuple[Expression, ...] = tuple(Symbol(name) for name in names)
        if value != 1 or not factors:
            factors = (Number(Fraction(value)), *factors)
        terms.append(factors[0] if len(factors) == 1 else Mul(factors))
    return terms[0] if len(terms) == 1 else Add(tuple(terms))

"""Shapes, and which fit for a matrix product or entry by entry.

A vector is one-dimensional; transposing it gives a row, which only the matrix product and the final
comparison tell from a vector. What does not fit is said with both shapes and, where a transpose mends it, the
mended product.
"""

from __future__ import annotations

from dataclasses import dataclass

from derivcheck.expression import Expression, MatMul, Mul, Symbol, Transpose
from derivcheck.shapes.sizes import ONE_SIZE, ShapeError, Size, size_text


@dataclass(frozen=True, slots=True)
class Shape:
    """The sizes of an array; `row` marks a vector lying down, `square` an identity of any size."""

    sizes: tuple[Size, ...] = ()
    row: bool = False
    square: bool = False

    @property
    def rank(self) -> int:
        return 2 if self.square else len(self.sizes)

    def __str__(self) -> str:
        if self.square:
            return "an identity matrix"
        names = [size_text(size) for size in self.sizes]
        match names:
            case []:
                return "a number"
            case [one]:
                return f"a row of {one} entries" if self.row else f"a vector of {one} entries"
            case [_, _]:
                return f"a {names[0]}×{names[1]} matrix"
        return f"an array {'×'.join(names)}"


SCALAR = Shape()
IDENTITY = Shape(square=True)


def transposed(shape: Shape) -> Shape:
    """The shape of the transpose; a vector becomes a row and a row a vector."""
    return Shape(shape.sizes[::-1], row=shape.rank == 1 and not shape.row, square=shape.square)


def multiplied(left: Shape, right: Shape) -> Shape | None:
    """The shape of a matrix product, None where the inner sizes differ."""
    if left.square or right.rank == 0:
        return right if left.square and right.rank else left
    if right.square or left.rank == 0:
        return left if right.square else right
    if left.rank > 2 or right.rank > 2:
        return None
    if left.rank == 1 and right.rank == 1 and right.row:
        return None if left.row else Shape((left.sizes[0], right.sizes[0]))
    if right.rank == 2 and left.rank == 1 and not left.row and left.sizes[0] != right.sizes[0]:
        return Shape((left.sizes[0], right.sizes[1])) if right.sizes[0] == ONE_SIZE else None
    if right.row:
        return Shape((left.sizes[0], right.sizes[0])) if left.sizes[1] == ONE_SIZE else None
    if left.sizes[-1] != right.sizes[0]:
        return None
    sizes = left.sizes[:-1] + right.sizes[1:]
    return Shape(sizes, row=len(sizes) == 1 and left.rank == 1 and left.row)


def entrywise(left: Shape, right: Shape) -> Shape | None:
    """The shape of an entry by entry operation: equal, or one continues the other on the last axes."""
    if left == right or not right.rank:
        return left
    if not left.rank:
        return right
    if left.square or right.square:
        other = right if left.square else left
        return other if other.rank == 2 and other.sizes[0] == other.sizes[1] else None
    if left.rank == right.rank == 1 and left.row is not right.row:
        return None
    wide, narrow = (left, right) if left.rank >= right.rank else (right, left)
    outer = wide.rank - narrow.rank
    joined = []
    for first, second in zip(wide.sizes[outer:], narrow.sizes, strict=True):
        stretched = first == ONE_SIZE and outer
        if first != second and (ONE_SIZE not in (first, second) or stretched):
            return None
        joined.append(second if first == ONE_SIZE else first)
    return Shape((*wide.sizes[:outer], *joined), row=wide.row)


def mismatch(action: str, left: Expression, first: Shape, right: Expression, second: Shape) -> ShapeError:
    """What to say where an operation is not defined between two shapes."""
    span = left.span.cover(right.span) if left.span else right.span
    message = f"{action} of {first} and {second} is not defined"
    return ShapeError(message, span, mended=_mended(action, left, first, right, second))


def _mended(action: str, left: Expression, first: Shape, right: Expression, second: Shape) -> Expression | None:
    """The operation with the one transpose, or in the one order, in which the shapes fit."""
    if action == "a matrix product":
        if first.rank == 2 and multiplied(transposed(first), second) is not None:
            return MatMul((_turned(left), right))
        if second.rank == 2 and multiplied(first, transposed(second)) is not None:
            return MatMul((left, _turned(right)))
        return MatMul((right, left)) if multiplied(second, first) is not None else None
    if action == "an entry by entry product" and multiplied(first, second) is not None:
        return MatMul((left, right))
    return _turned(right) if entrywise(first, transposed(second)) is not None else None


def _turned(node: Expression) -> Expression:
    """The transpose; of a product of numbers and a matrix, that of the matrix."""
    match node:
        case Transpose(operand):
            return operand
        case Mul((*others, Symbol() as matrix)):
            return Mul((*others, Transpose(matrix)))
    return Transpose(node)

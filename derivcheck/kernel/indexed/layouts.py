"""In which ways a claim may stand for a derivative: as it is, transposed, as a diagonal.

A gradient has the shape of its variable. The matrix of derivatives of a vector by a vector has the entry
`d f_i / d x_j` in row i, column j (numerator layout) or in row j, column i (denominator layout); without a
declared layout both are right. Where the matrix is diagonal, as for functions that act entry by entry, the
diagonal alone is how people write it. Vectors, columns and rows have the same entries.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from derivcheck.expression import Derivative, Expression, Number, Transpose
from derivcheck.kernel.indexed.question import Question
from derivcheck.shapes import ONE_SIZE, Shape, ShapeError, Size, transposed


@dataclass(frozen=True, slots=True)
class Layout:
    """One way to compare: the truth's axes in the claim's order, sizes of 1 left out.

    `accepted` is whether a claim that is right in this way is right; `note` says what the way is.
    """

    axes: tuple[int, ...]
    accepted: bool = True
    note: str = ""
    diagonal: bool = False


def layouts(question: Question) -> list[Layout]:
    """The ways in which the shapes of both sides can be compared, the plain one first."""
    left, right = question.shapes.of(question.truth), question.shapes.of(question.claim)
    derivative = _derivative(question)
    first, second = squeezed(left), squeezed(right)
    plain = Layout(tuple(range(len(first))))
    if left.square or right.square:
        return [Layout((0, 1))]
    found = []
    if first == second and (derivative is not None or left.row is right.row):
        found.append(replace(plain, note="" if left.row is right.row else "a row and a column of the same entries"))
    if is_zero(question.claim):
        found = [plain]
    if derivative is not None and len(first) == 2:
        jacobian = bool(squeezed(question.shapes.of(derivative.operand)))
        if first == second[::-1]:
            found.append(Layout((1, 0), note="the claim is the transpose of the derivative"))
        found = [_judged(item, question.layout, jacobian) for item in found]
        if jacobian and first == second * 2:
            found.append(replace(plain, diagonal=True, note="read as the diagonal of the Jacobian matrix"))
    if not found:
        message = f"the left side is {left}, the right side is {right}"
        turned = left.rank == 2 and left.sizes == transposed(right).sizes
        raise ShapeError(message, question.claim.span, mended=Transpose(question.claim) if turned else None)
    return found


def squeezed(shape: Shape) -> tuple[Size, ...]:
    """The sizes of an array without those that are 1."""
    return tuple(size for size in shape.sizes if size != ONE_SIZE)


def is_zero(node: Expression) -> bool:
    """Whether a side is the number 0, which stands for an array of zeros as well."""
    return isinstance(node, Number) and not node.value


def _derivative(question: Question) -> Derivative | None:
    return next((side for side in (question.truth, question.claim) if isinstance(side, Derivative)), None)


def _judged(layout: Layout, declared: str, jacobian: bool) -> Layout:
    """Whether a layout is accepted where this one is declared; `gradient` is what holds without a word."""
    turned = layout.axes == (1, 0)
    if declared == "gradient" and jacobian:
        name, entry = ("denominator", "∂f_j/∂x_i") if turned else ("numerator", "∂f_i/∂x_j")
        return replace(layout, note=f"the Jacobian matrix is read in {name} layout: entry i, j is {entry}")
    if declared == "gradient":
        if not turned:
            return layout
        return replace(layout, accepted=False, note=f"{layout.note}; a gradient has the shape of its variable")
    wanted = (declared == "numerator") is not jacobian
    if turned is wanted:
        return replace(layout, note="")
    return replace(layout, accepted=False, note=f"the claim is the transpose of what the {declared} layout gives")

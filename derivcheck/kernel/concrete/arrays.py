"""Arrays of jets at concrete sizes, and their operations entry by entry.

A vector is one-dimensional; `row` marks its transpose. `Identity` is an identity matrix whose size the
other operand decides.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import product
from math import prod

from derivcheck.kernel.balls import Unclear, Undefined
from derivcheck.kernel.concrete.jets import ONE, ZERO, Jet, Parts


class Misfit(Exception):
    """Shapes that do not fit at concrete sizes."""


@dataclass(frozen=True, slots=True)
class Array:
    """Entries in row-major order; no sizes for a number."""

    sizes: tuple[int, ...]
    entries: tuple[Jet, ...]
    row: bool = False

    def at(self, place: tuple[int, ...]) -> Jet:
        """The entry at 0-based places."""
        offset = 0
        for index, size in zip(place, self.sizes, strict=True):
            offset = offset * size + index
        return self.entries[offset]

    def squeezed(self) -> Array:
        """The array without its sizes of 1."""
        return Array(tuple(size for size in self.sizes if size != 1), self.entries)


IDENTITY = Array((-1, -1), ())


def scalar(jet: Jet) -> Array:
    """A number as an array."""
    return Array((), (jet,))


def places(sizes: Iterable[int]) -> Iterator[tuple[int, ...]]:
    """All places of an array in row-major order."""
    return product(*(range(size) for size in sizes))


def built(sizes: tuple[int, ...], entry: Callable[[tuple[int, ...]], Jet], row: bool = False) -> Array:
    """The array with these entries."""
    return Array(sizes, tuple(entry(place) for place in places(sizes)), row)


def total(jets: Iterable[Jet]) -> Jet:
    """The sum of jets."""
    parts: Parts = {}
    for jet in jets:
        for mask, value in jet.parts.items():
            parts[mask] = parts[mask] + value if mask in parts else value
    return Jet(parts)


def identity(size: int) -> Array:
    """The identity matrix."""
    return built((size, size), lambda place: ONE if place[0] == place[1] else ZERO)


def broadcast(arrays: list[Array]) -> tuple[tuple[int, ...], bool]:
    """The sizes of an entry by entry operation, and whether the result is a row."""
    sizes: tuple[int, ...] = ()
    for array in arrays:
        if array is IDENTITY:
            continue
        rank = max(len(sizes), len(array.sizes))
        padded = [(1,) * (rank - len(one)) + one for one in (sizes, array.sizes)]
        joined = []
        for first, second in zip(*padded, strict=True):
            if first != second and 1 not in (first, second):
                raise Misfit
            joined.append(max(first, second))
        sizes = tuple(joined)
    flags = {array.row for array in arrays if len(array.sizes) == 1 == len(sizes)}
    if len(flags) > 1:
        raise Misfit
    return sizes, flags == {True}


def elementwise(operation: Callable[..., Jet], *arrays: Array) -> Array:
    """An operation entry by entry, smaller arrays continued along the leading axes."""
    sizes, row = broadcast(list(arrays))
    if IDENTITY in arrays:
        if len(sizes) != 2 or sizes[0] != sizes[1]:
            raise Misfit
        arrays = tuple(identity(sizes[0]) if array is IDENTITY else array for array in arrays)

    if all(array.sizes in (sizes, ()) for array in arrays):
        count = prod(sizes)
        columns = (array.entries if array.sizes else array.entries * count for array in arrays)
        return Array(sizes, tuple(map(operation, *columns)), row)

    def entry(place: tuple[int, ...]) -> Jet:
        return operation(*(array.at(_narrowed(place, array.sizes)) for array in arrays))

    return built(sizes, entry, row)


def _narrowed(place: tuple[int, ...], sizes: tuple[int, ...]) -> tuple[int, ...]:
    tail = place[len(place) - len(sizes) :]
    return tuple(0 if size == 1 else index for index, size in zip(tail, sizes, strict=True))


def matrix_product(left: Array, right: Array) -> Array:
    """The product of two arrays as in matrix books; a vector and a transposed vector give a matrix."""
    if left is IDENTITY or right is IDENTITY:
        return right if left is IDENTITY else left
    if not left.sizes or not right.sizes:
        return elementwise(lambda a, b: a * b, left, right)
    ranks = (len(left.sizes), len(right.sizes))
    as_column = ranks == (1, 2) and not left.row and left.sizes[0] != right.sizes[0] and right.sizes[0] == 1
    if right.row or as_column:
        if (ranks[0] == 2 and left.sizes[1] != 1) or (ranks[0] == 1 and left.row):
            raise Misfit
        return built((left.sizes[0], right.sizes[-1]), lambda place: left.entries[place[0]] * right.entries[place[1]])
    if left.sizes[-1] != right.sizes[0] or max(ranks) > 2:
        raise Misfit
    inner, width = left.sizes[-1], prod(right.sizes[1:])
    rows = [left.entries[k : k + inner] for k in range(0, len(left.entries), inner)]
    columns = [right.entries[k::width] for k in range(width)]
    entries = tuple(total(map(Jet.__mul__, row, column)) for row in rows for column in columns)
    sizes = left.sizes[:-1] + right.sizes[1:]
    return Array(sizes, entries, row=len(sizes) == 1 and ranks[0] == 1 and left.row)


def transposed(array: Array) -> Array:
    """The transpose; of a vector, the row."""
    if array is IDENTITY or not array.sizes:
        return array
    if len(array.sizes) == 1:
        return Array(array.sizes, array.entries, not array.row)
    return built(array.sizes[::-1], lambda place: array.at(place[::-1]))


def eliminated(matrix: Array) -> tuple[Jet, Array]:
    """Determinant and inverse by Gauss-Jordan elimination."""
    if len(matrix.sizes) != 2 or matrix.sizes[0] != matrix.sizes[1]:
        raise Misfit
    n = matrix.sizes[0]
    rows = [[matrix.at((i, j)) for j in range(n)] + [ONE if i == j else ZERO for j in range(n)] for i in range(n)]
    determinant = ONE
    for column in range(n):
        pivot = next((i for i in range(column, n) if _certainly_nonzero(rows[i][column])), None)
        if pivot is None:
            if all(rows[i][column].value == 0 for i in range(column, n)):
                raise Undefined
            raise Unclear
        if pivot != column:
            rows[column], rows[pivot] = rows[pivot], rows[column]
            determinant = -determinant
        lead = rows[column][column]
        determinant = determinant * lead
        inverse = lead.inverse()
        rows[column] = [inverse * value for value in rows[column]]
        for i in range(n):
            if i != column:
                factor = rows[i][column]
                rows[i] = [value - factor * top for value, top in zip(rows[i], rows[column], strict=True)]
    return determinant, built((n, n), lambda place: rows[place[0]][n + place[1]])


def _certainly_nonzero(jet: Jet) -> bool:
    return bool(jet.value > 0 or jet.value < 0)

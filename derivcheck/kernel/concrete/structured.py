"""Arrays of exact entries with a declared structure: symmetric, definite, orthogonal, rows that sum to 1."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction

from flint import fmpq, fmpq_mat

from derivcheck.kernel.concrete.arrays import Array, Misfit, built
from derivcheck.kernel.concrete.jets import ZERO, Jet
from derivcheck.kernel.concrete.properties import exact_value

DEFINITE = frozenset({"positive definite", "positive semidefinite", "negative definite"})
POSITIVE = frozenset({"positive", "non-negative", "one-hot", "last axis sums to 1"})
ORTHONORMAL = frozenset({"orthonormal columns", "orthonormal rows"})


@dataclass(frozen=True, slots=True)
class Structuring:
    """Gives plain arrays their structure.

    plain     an array of these sizes without any
    mirrored  whether an orthogonal matrix is a reflection
    choice    a number that decides which entry of a one-hot row is 1
    """

    plain: Callable[[tuple[int, ...]], Array]
    mirrored: bool
    choice: Callable[[], int]

    def of(self, array: Array, words: set[str]) -> Array:
        """The array changed to have what the words say."""
        sizes = array.sizes
        if words & POSITIVE:
            array = Array(sizes, tuple(jet_of(abs(exact_value(jet))) for jet in array.entries))
        if "negative" in words:
            array = Array(sizes, tuple(jet_of(-abs(exact_value(jet))) for jet in array.entries))
        if len(sizes) == 2 and sizes[0] == sizes[1]:
            array = self._square(array, words)
        if words & ORTHONORMAL:
            array = self._partly_orthogonal(array, "orthonormal columns" in words)
        if "one-hot" in words:
            hot = self.choice() % sizes[-1]
            array = built(sizes, lambda place: jet_of(int(place[-1] == (hot + sum(place[:-1])) % sizes[-1])))
        elif "last axis sums to 1" in words:
            array = _normalised(array)
        return _masked(array, words) if words & {"diagonal", "lower triangular", "upper triangular"} else array

    def _square(self, array: Array, words: set[str]) -> Array:
        n = array.sizes[0]
        matrix = fmpq_mat(n, n, [jet.value for jet in array.entries])
        if words & DEFINITE:
            matrix = matrix * matrix.transpose() + _unit(n)
            matrix = -1 * matrix if "negative definite" in words else matrix
        elif "symmetric" in words:
            matrix = matrix + matrix.transpose()
        elif "antisymmetric" in words:
            matrix = matrix - matrix.transpose()
        elif "orthogonal" in words:
            matrix = self._orthogonal(n)
        return Array(array.sizes, tuple(Jet({0: value}) for value in matrix.entries()))

    def _orthogonal(self, n: int) -> fmpq_mat:
        """An orthogonal matrix, by Cayley's formula."""
        matrix = fmpq_mat(n, n, [jet.value for jet in self.plain((n, n)).entries])
        skew = matrix - matrix.transpose()
        rotation = (_unit(n) - skew) * (_unit(n) + skew).inv()
        mirror = fmpq_mat(n, n, [int(i == j) * (-1 if i == 0 else 1) for i in range(n) for j in range(n)])
        return mirror * rotation if self.mirrored else rotation

    def _partly_orthogonal(self, array: Array, columns: bool) -> Array:
        """An array of this size with orthonormal columns or rows; impossible where it has too many."""
        high, wide = array.sizes
        if high != wide and (high < wide) is columns:
            raise Misfit
        whole = self._orthogonal(max(high, wide))
        return built(array.sizes, lambda place: Jet({0: whole[place[0], place[1]]}))


def jet_of(value: Fraction | int) -> Jet:
    """An exact entry."""
    exact = Fraction(value)
    return Jet({0: fmpq(exact.numerator, exact.denominator)})


def on_sphere(array: Array, radius: Fraction) -> Array:
    """A rational point of a sphere near the direction of the entries."""
    t = [exact_value(jet) for jet in array.entries[:-1]]
    square = sum((value * value for value in t), Fraction(0))
    entries = [2 * value / (square + 1) for value in t] + [(square - 1) / (square + 1)]
    return replace(array, entries=tuple(jet_of(radius * value) for value in entries))


def _unit(n: int) -> fmpq_mat:
    return fmpq_mat(n, n, [int(i == j) for i in range(n) for j in range(n)])


def _normalised(array: Array) -> Array:
    """Positive entries, scaled so that the last axis sums to 1."""
    last = array.sizes[-1]

    def entry(place: tuple[int, ...]) -> Jet:
        row = [exact_value(array.at((*place[:-1], k))) for k in range(last)]
        return jet_of(row[place[-1]] / sum(row))

    return built(array.sizes, entry)


def _masked(array: Array, words: set[str]) -> Array:
    def kept(i: int, j: int) -> bool:
        return i == j or ("diagonal" not in words and (i > j) is ("lower triangular" in words))

    return built(array.sizes, lambda place: array.at(place) if kept(place[0], place[-1]) else ZERO)

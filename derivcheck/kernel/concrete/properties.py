"""Whether an array of exact entries has a declared property: positive, symmetric, orthogonal, rows that sum to 1."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from flint import fmpq_mat

from derivcheck.kernel.concrete.arrays import Array
from derivcheck.kernel.concrete.jets import Jet


def exact_value(jet: Jet) -> Fraction:
    """The rational number that an entry of a point is."""
    return Fraction(int(jet.value.p), int(jet.value.q))


def has_property(array: Array, word: str) -> bool:
    """Whether an array of exact entries is what the word says; unknown words restrict nothing."""
    values = [exact_value(jet) for jet in array.entries]
    if not values:
        return True
    if word in SIGNS:
        return all(map(SIGNS[word], values))
    if word in ("last axis sums to 1", "one-hot") and array.sizes:
        last = array.sizes[-1]
        rows = [values[k : k + last] for k in range(0, len(values), last)]
        return all(sum(row) == 1 and (word != "one-hot" or sorted(row)[:-1] == [0] * (last - 1)) for row in rows)
    if len(array.sizes) != 2 or word not in MATRICES:
        return True
    rows_count, columns = array.sizes
    matrix = fmpq_mat(rows_count, columns, [jet.value for jet in array.entries])
    return rows_count == columns and MATRICES[word](matrix)


def _is_definite(matrix: fmpq_mat, sign: int) -> bool:
    """Symmetric, with leading minors of the right signs."""
    n = matrix.nrows()
    leading = [fmpq_mat(k, k, [sign * matrix[i, j] for i in range(k) for j in range(k)]) for k in range(1, n + 1)]
    return matrix == matrix.transpose() and all(one.det() > 0 for one in leading)


def _is_triangular(matrix: fmpq_mat, below: bool) -> bool:
    n = matrix.nrows()
    return all(matrix[i, j] == 0 for i in range(n) for j in range(n) if (i < j if below else i > j))


def _is_unit(matrix: fmpq_mat) -> bool:
    n = matrix.nrows()
    return matrix == fmpq_mat(n, n, [int(i == j) for i in range(n) for j in range(n)])


SIGNS: dict[str, Callable[[Fraction], bool]] = {
    "positive": lambda value: value > 0,
    "non-negative": lambda value: value >= 0,
    "negative": lambda value: value < 0,
    "nonzero": lambda value: value != 0,
    "integer": lambda value: value.denominator == 1,
    "natural": lambda value: value.denominator == 1 and value >= 0,
}
MATRICES: dict[str, Callable[[fmpq_mat], bool]] = {
    "square": lambda matrix: True,
    "symmetric": lambda matrix: matrix == matrix.transpose(),
    "antisymmetric": lambda matrix: matrix == -1 * matrix.transpose(),
    "invertible": lambda matrix: matrix.det() != 0,
    "positive definite": lambda matrix: _is_definite(matrix, 1),
    "positive semidefinite": lambda matrix: _is_definite(matrix, 1),
    "negative definite": lambda matrix: _is_definite(matrix, -1),
    "orthogonal": lambda matrix: _is_unit(matrix * matrix.transpose()),
    "diagonal": lambda matrix: _is_triangular(matrix, True) and _is_triangular(matrix, False),
    "lower triangular": lambda matrix: _is_triangular(matrix, True),
    "upper triangular": lambda matrix: _is_triangular(matrix, False),
}

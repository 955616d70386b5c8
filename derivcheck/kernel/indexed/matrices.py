"""Inverses and determinants as atoms over the entries of their matrix.

The matrix is closed over its row and column; of a matrix and its transpose the lesser one is kept, and one
that equals its transpose gives symmetric arguments. That inv(M) M is the identity is a rule of sums
(`rewriting.py`); here scalar factors come out, diagonal matrices are inverted entry by entry, and matrices of
a small size that is a number are written out.
"""

from __future__ import annotations

from fractions import Fraction
from math import gcd, lcm
from typing import TYPE_CHECKING

from derivcheck.kernel.indexed.atoms import (
    CONSTANT,
    ONE_FORM,
    PARAMETER,
    ZERO_FORM,
    Atom,
    Form,
    Head,
    Index,
    Undefined,
    atom,
    form_text,
    indices_of,
    of_atom,
)
from derivcheck.kernel.indexed.canonical import closed, relabelled_form
from derivcheck.shapes import Range

if TYPE_CHECKING:
    from derivcheck.kernel.indexed.algebra import Algebra

MAX_WRITTEN_OUT = 3


def inverse(algebra: Algebra, matrix: Form, row: Index, column: Index, i: Index, j: Index) -> Form:
    """The entry (i, j) of the inverse of the matrix with these entries in (row, column)."""
    if not matrix:
        raise Undefined("the inverse of a zero matrix")
    if is_small(row.range) and i.kind == j.kind == CONSTANT:
        return _cofactor(algebra, _entries(algebra, matrix, row, column), int(i.name) - 1, int(j.name) - 1)
    content, rest = _scalar_content(algebra, matrix, row, column)
    if len(rest) == 1 and (diagonal := _diagonal(algebra, rest, row, column)) is not None:
        entry = algebra.substituted(algebra.power(diagonal, -1), {row: i})
        return algebra.times(algebra.power(content, -1), entry, algebra.delta(i, j))
    key, inside, outer, flipped, symmetric = _closed_matrix(algebra, rest, row, column)
    arguments = ((j, i) if flipped else (i, j)) + outer
    keep = tuple(range(2, len(arguments)))
    symmetries = ((0, 1, *keep), (1, 0, *keep)) if symmetric else ()
    over = tuple(index.range for index in (row, column) if index.range)
    head = Head(f"inverse({key})", "inverse", inside=(inside,), ranges=over, symmetries=symmetries)
    return algebra.times(algebra.power(content, -1), of_atom(atom(head, arguments)))


def determinant(algebra: Algebra, matrix: Form, row: Index, column: Index) -> Form:
    """The determinant of the matrix with these entries in (row, column)."""
    if not matrix:
        return ZERO_FORM
    if matrix == algebra.delta(row, column):
        return ONE_FORM
    if is_small(row.range):
        return _expanded(algebra, _entries(algebra, matrix, row, column))
    key, inside, outer, _, _ = _closed_matrix(algebra, matrix, row, column)
    over = tuple(index.range for index in (row, column) if index.range)
    return of_atom(Atom(Head(f"det({key})", "determinant", inside=(inside,), ranges=over), outer))


def is_small(over: Range | None) -> bool:
    """Whether a matrix of this range is so small that its determinant is written out."""
    return over is not None and over.extent is not None and over.extent <= MAX_WRITTEN_OUT


def _entries(algebra: Algebra, matrix: Form, row: Index, column: Index) -> list[list[Form]]:
    size = range(1, (row.range.extent or 0) + 1) if row.range else ()
    return [
        [algebra.substituted(matrix, {row: Index(CONSTANT, i), column: Index(CONSTANT, j)}) for j in size] for i in size
    ]


def _expanded(algebra: Algebra, entries: list[list[Form]]) -> Form:
    """The determinant along the first row."""
    if not entries:
        return ONE_FORM
    terms = []
    for k, entry in enumerate(entries[0]):
        minor = [row[:k] + row[k + 1 :] for row in entries[1:]]
        terms.append(algebra.scaled(algebra.times(entry, _expanded(algebra, minor)), (-1) ** k))
    return algebra.plus(*terms)


def _cofactor(algebra: Algebra, entries: list[list[Form]], i: int, j: int) -> Form:
    """The entry (i, j) of the inverse: the cofactor of (j, i) over the determinant."""
    minor = [row[:i] + row[i + 1 :] for k, row in enumerate(entries) if k != j]
    inverse = algebra.power(_expanded(algebra, entries), -1)
    return algebra.scaled(algebra.times(_expanded(algebra, minor), inverse), (-1) ** (i + j))


def _scalar_content(algebra: Algebra, matrix: Form, row: Index, column: Index) -> tuple[Form, Form]:
    """Factors that do not depend on row or column, and the matrix without them."""
    common = {
        item: min(dict(monomial).get(item, 0) for monomial in matrix)
        for item in {item for monomial in matrix for item, _ in monomial}
        if row not in item.indices and column not in item.indices
    }
    values = matrix.values()
    shared = Fraction(gcd(*(value.numerator for value in values)), lcm(*(value.denominator for value in values)))
    content = algebra.product(common.items(), shared)
    return content, algebra.times(matrix, algebra.power(content, -1))


def _diagonal(algebra: Algebra, matrix: Form, row: Index, column: Index) -> Form | None:
    delta = next(iter(algebra.delta(row, column)))[0]
    ((monomial, value),) = matrix.items()
    if delta not in monomial:
        return None
    rest = algebra.product((pair for pair in monomial if pair != delta), value)
    return algebra.substituted(rest, {column: row})


def _closed_matrix(
    algebra: Algebra, matrix: Form, row: Index, column: Index
) -> tuple[str, Form, tuple[Index, ...], bool, bool]:
    """Key and inside of a matrix or its transpose, whichever is less; and whether it is symmetric."""
    tokens = indices_of(matrix) - {row, column}

    def rendered(first: Index, second: Index) -> tuple[str, Form, tuple[Index, ...]]:
        ends = {first: Index(PARAMETER, 0, first.range), second: Index(PARAMETER, 1, second.range)}

        def render(names: dict[Index, Index]) -> tuple[str, Form]:
            moved = {old: Index(PARAMETER, int(new.name) + 2, new.range) for old, new in names.items()}
            inside = relabelled_form(matrix, {**moved, **ends})
            return form_text(inside), inside

        key, inside, order, _ = closed([matrix], tokens, render)
        return key, inside, order

    straight, turned = rendered(row, column), rendered(column, row)
    best = min(straight, turned, key=lambda item: item[0])
    return *best, best is turned, straight[::2] == turned[::2]

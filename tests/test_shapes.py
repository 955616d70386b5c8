"""Sizes, shapes and what fits."""

from __future__ import annotations

from fractions import Fraction

import pytest

from derivcheck.expression import Add, Entry, Expression, MatMul, Mul, Neg, Number, Reduction, Symbol, Transpose
from derivcheck.shapes import (
    Range,
    Shape,
    ShapeError,
    Shapes,
    chain_of,
    check_indices,
    entrywise,
    index_letters,
    inferred_arrays,
    multiplied,
    size_of,
    size_text,
    transposed,
)
from tests.indexed_reading import read

M, N = Symbol("m"), Symbol("n")
ONE = Number(Fraction(1))


def shape(*sizes: Expression | int) -> Shape:
    return Shape(tuple(size_of(Number(Fraction(size)) if isinstance(size, int) else size) for size in sizes))


ROW = transposed(shape(N))


def test_sizes_are_equal_as_polynomials() -> None:
    assert size_of(Add((N, ONE))) == size_of(Add((ONE, N)))
    assert size_of(Mul((M, N))) == size_of(Mul((N, M)))
    assert size_of(Add((N, N))) == size_of(Mul((Number(Fraction(2)), N)))
    assert size_text(size_of(Add((N, Neg(ONE))))) == "n - 1"
    with pytest.raises(ShapeError):
        size_of(Number(Fraction(1, 2)))


@pytest.mark.parametrize(
    ("lower", "upper", "least"),
    [(1, N, 1), (2, N, 0), (1, Add((N, Neg(ONE))), 0), (3, N, -1), (1, Add((M, Neg(N))), None), (2, Add((M, N)), 1)],
)
def test_least_length_of_a_range(lower: int, upper: Expression, least: int | None) -> None:
    over = Range(lower, size_of(upper))
    assert over.least == least
    assert over.never_empty is (least is not None and least >= 1)


@pytest.mark.parametrize(
    ("left", "right", "result"),
    [
        (shape(M, N), shape(N, 2), shape(M, 2)),
        (shape(M, N), shape(N), shape(M)),
        (shape(N), shape(N, M), shape(M)),
        (ROW, shape(N, M), transposed(shape(M))),
        (shape(N), shape(N), shape()),
        (ROW, shape(N), shape()),
        (shape(M), ROW, shape(M, N)),
        (shape(M), shape(1, N), shape(M, N)),
        (shape(), shape(M, N), shape(M, N)),
        (shape(M, N), shape(M, N), None),
        (shape(M), shape(N), None),
        (ROW, ROW, None),
        (shape(M, N), shape(M), None),
    ],
)
def test_matrix_products(left: Shape, right: Shape, result: Shape | None) -> None:
    assert multiplied(left, right) == result


@pytest.mark.parametrize(
    ("left", "right", "result"),
    [
        (shape(M, N), shape(M, N), shape(M, N)),
        (shape(M, N), shape(N), shape(M, N)),
        (shape(N), shape(M, N), shape(M, N)),
        (shape(M, N), shape(M, 1), shape(M, N)),
        (shape(), shape(N), shape(N)),
        (shape(M, N), shape(M), None),
        (ROW, shape(N), None),
        (ROW, ROW, ROW),
    ],
)
def test_entry_by_entry(left: Shape, right: Shape, result: Shape | None) -> None:
    assert entrywise(left, right) == result


def test_shapes_are_named() -> None:
    assert str(shape()) == "a number"
    assert str(shape(N)) == "a vector of n entries"
    assert str(ROW) == "a row of n entries"
    assert str(shape(M, N)) == "a m×n matrix"


def test_a_product_that_fits_only_as_matrices_is_one() -> None:
    """`a^T X b` read as `*` is a matrix product; `X*Y` of equal shapes is not."""
    shapes = Shapes({"a": shape(M), "X": shape(M, N), "b": shape(N)})
    a, x, b = map(Symbol, "aXb")
    assert shapes.resolved(Mul((MatMul((Transpose(a), x)), b))) == MatMul((MatMul((Transpose(a), x)), b))
    assert shapes.resolved(Mul((x, x))) == Mul((x, x))


def test_an_index_leaves_its_range() -> None:
    shapes = Shapes({"r": shape(N)})
    inside = Reduction("sum", Entry(Symbol("r"), (Symbol("i"),)), Symbol("i"), ONE, Add((N, Neg(ONE))))
    check_indices([inside], shapes)
    outside = Reduction("sum", Entry(Symbol("r"), (Symbol("i"),)), Symbol("i"), ONE, Add((N, ONE)))
    with pytest.raises(ShapeError, match=r"i runs over 1\.\.n \+ 1, but this place takes 1\.\.n"):
        check_indices([outside], shapes)


def test_arrays_are_inferred_from_sums_only_where_they_say_it() -> None:
    body = Mul((Entry(Symbol("r"), (Symbol("i"),)), Entry(Symbol("t"), (Symbol("j"),))))
    total = Reduction("sum", body, Symbol("i"), ONE, N)
    assert inferred_arrays([total], Shapes({})) == {"r": shape(N)}
    assert index_letters(total) == {"j"}


def test_a_chain_reads_from_either_end() -> None:
    claim = read("dJ/dw = dJ/dz * dz/dw", ["X in R^(m x n)", "w in R^n"], {"z": "X @ w", "J": "sum(z)"})
    assert isinstance(claim.right, Mul)
    assert chain_of(claim.right.factors) == claim.right.factors
    assert chain_of(claim.right.factors[::-1]) == claim.right.factors
    assert chain_of(claim.right.factors[:1]) is None

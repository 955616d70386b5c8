"""Small changes of products of arrays: their order, their kind, their transposes and their factors."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from derivcheck.diagnosis.arrays.ground import Ground
from derivcheck.diagnosis.arrays.mend import Mend
from derivcheck.diagnosis.arrays.supply import Supply
from derivcheck.diagnosis.arrays.trees import without
from derivcheck.expression import (
    ONE,
    Add,
    Div,
    Expression,
    Hadamard,
    MatMul,
    Mul,
    Number,
    Transpose,
    multiply,
)


def matrix_product_mends(factors: tuple[Expression, ...], ground: Ground, supply: Supply) -> Iterator[Mend]:
    """Factors exchanged, transposed otherwise, joined by another product, one more or one less."""
    for k in range(len(factors) - 1):
        swapped = (*factors[:k], factors[k + 1], factors[k], *factors[k + 2 :])
        yield Mend("order", MatMul(swapped), 1.5)
        pair = factors[k : k + 2]
        rest = factors[:k], factors[k + 2 :]
        yield Mend("operation", _put(rest, Hadamard(pair)), 1.7)
        yield Mend("matrix-sum-as-product", _put(rest, Add(pair)), 1.7)
        for turned, cost in _turned_pairs(pair):
            yield Mend("transpose-other", _put(rest, turned), cost)
        if all(ground.rank(factor) == 1 for factor in pair):
            yield Mend("outer", _put(rest, MatMul((pair[0], Transpose(_plain(pair[1]))))), 1.5)
    if len(factors) > 2:
        yield Mend("order", MatMul(factors[::-1]), 1.8)
    if len(factors) == 2 and ground.is_square(factors[0]):
        yield Mend("symmetric", MatMul((Add((factors[0], _turned(factors[0]))), factors[1])), 1.9)
    for head, tail in _prefixes(factors):
        for slope in supply.slopes:
            yield Mend("slope-missing", MatMul((Hadamard((head, slope)), *tail)), 2.5, head)
    for factor in factors:
        kept = without(factors, factor)
        left = MatMul(kept) if len(kept) > 1 else _plain(kept[0]) if ground.rank(kept[0]) == 1 else kept[0]
        yield Mend("factor-extra", left, 2.2, factor)


def _turned_pairs(pair: Sequence[Expression]) -> Iterator[tuple[MatMul, float]]:
    """Two factors with the transpose on the other one, or on both, or the other way round."""
    first, second = _turned(pair[0]), _turned(pair[1])
    yield MatMul((second, first)), 1.25
    yield MatMul((first, second)), 1.6
    yield MatMul((pair[1], first)), 1.7
    yield MatMul((second, pair[0])), 1.7


def _turned(node: Expression) -> Expression:
    return node.operand if isinstance(node, Transpose) else Transpose(node)


def _plain(node: Expression) -> Expression:
    return node.operand if isinstance(node, Transpose) else node


def _prefixes(factors: tuple[Expression, ...]) -> Iterator[tuple[Expression, tuple[Expression, ...]]]:
    """The product of the first factors, and the factors after it."""
    for k in range(1, len(factors)):
        head = factors[:k]
        yield (head[0] if k == 1 else MatMul(head)), factors[k:]


def _put(rest: tuple[tuple[Expression, ...], tuple[Expression, ...]], new: Expression) -> Expression:
    before, after = rest
    inner = new.factors if isinstance(new, MatMul) and (before or after) else (new,)
    return MatMul((*before, *inner, *after)) if before or after else new


def product_mends(node: Mul | Hadamard, factors: tuple[Expression, ...], ground: Ground) -> Iterator[Mend]:
    """Another kind of product, a symmetric matrix that is none, a factor less."""
    arrays = [factor for factor in factors if ground.rank(factor) > 0]
    others = tuple(factor for factor in factors if not any(factor is item for item in arrays))
    if len(arrays) == 2:
        first, second = arrays
        yield Mend("operation", multiply(*others, MatMul((first, second))), 1.5)
        yield Mend("operation", multiply(*others, MatMul((second, first))), 1.7)
        if ground.rank(first) == ground.rank(second) == 1:
            yield Mend("outer", multiply(*others, MatMul((first, Transpose(second)))), 1.5)
    products = [factor for factor in arrays if isinstance(factor, MatMul) and len(factor.factors) == 2]
    for product in products:
        square, rest = product.factors
        if Number(ONE.value * 2) in others and ground.is_square(square):
            half = without(others, next(item for item in others if item == Number(ONE.value * 2)))
            yield Mend("symmetric", multiply(*half, MatMul((Add((square, _turned(square))), rest))), 1.6)
    for factor in factors:
        kept = without(factors, factor)
        rest = kept[0] if len(kept) == 1 else type(node)(kept)
        yield Mend("factor-extra", rest, 2.0, factor)


def quotient_mends(numerator: Expression, denominator: Expression) -> Iterator[Mend]:
    """A factor less below."""
    if numerator != ONE:
        yield Mend("factor-extra", numerator, 2.0, denominator)
    if isinstance(denominator, Mul):
        for factor in denominator.factors:
            rest = multiply(*without(denominator.factors, factor))
            yield Mend("factor-extra", Div(numerator, rest), 2.0, factor)

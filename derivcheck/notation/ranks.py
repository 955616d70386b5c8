"""How many axes a value has, as far as the declared arrays tell: 0 a number, 1 a vector, 2 a matrix."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from derivcheck.expression import (
    Add,
    Apply,
    At,
    Call,
    Derivative,
    Differential,
    Div,
    Entry,
    Expression,
    Hadamard,
    MatMul,
    Mul,
    Neg,
    Piecewise,
    Pow,
    Reduction,
    Symbol,
    Transpose,
)
from derivcheck.functions import by_name

Arrays: TypeAlias = Mapping[str, int]

_SCALAR_CALLS = frozenset({"sum", "tr", "det", "norm", "dot", "delta", "mean", "logsumexp", "prod"})
_MATRIX_CALLS = frozenset({"outer", "inv", "eye"})


def rank(arrays: Arrays, node: Expression) -> int:
    """Number of axes of the value: 0 a number, 1 a vector, 2 a matrix."""
    if isinstance(node, Symbol):
        return arrays.get(node.name, 0)
    if isinstance(node, Entry):
        return max(0, rank(arrays, node.array) - len(node.indices))
    if isinstance(node, Add):
        return max(rank(arrays, term) for term in node.terms)
    if isinstance(node, Mul | Hadamard):
        return max(rank(arrays, factor) for factor in node.factors)
    if isinstance(node, Div):
        return max(rank(arrays, node.numerator), rank(arrays, node.denominator))
    if isinstance(node, Neg | Transpose | Differential):
        return rank(arrays, node.operand)
    if isinstance(node, Pow):
        return rank(arrays, node.base)
    if isinstance(node, MatMul):
        return _product(arrays, node.factors)[0]
    if isinstance(node, Reduction):
        return rank(arrays, node.body)
    if isinstance(node, Derivative):
        return rank(arrays, node.operand) + sum(rank(arrays, variable) * order for variable, order in node.variables)
    if isinstance(node, Call):
        return _call_rank(arrays, node)
    if isinstance(node, Apply):
        return max((rank(arrays, argument) for argument in node.arguments), default=0)
    if isinstance(node, At):
        return rank(arrays, node.operand)
    if isinstance(node, Piecewise):
        return max(rank(arrays, value) for value, _ in node.pieces)
    return 0


def _product(arrays: Arrays, factors: tuple[Expression, ...]) -> tuple[int, bool]:
    """The axes of a matrix product from left to right, and whether it is a row; a column times a row is a matrix."""
    result, lying = 0, False
    for factor in factors:
        axes, row = rank(arrays, factor), is_row(arrays, factor)
        if not axes:
            continue
        if not result:
            result, lying = axes, row
        elif row and result == 1 and not lying:
            result = 2
        else:
            lying = lying and axes == 2
            result = max(0, result + axes - 2)
    return result, lying and result == 1


def _call_rank(arrays: Arrays, node: Call) -> int:
    if node.name in _SCALAR_CALLS:
        return 0
    if node.name in _MATRIX_CALLS:
        return 2
    if node.name in ("ones", "zeros"):
        return len(node.arguments)
    if node.name == "entry":
        return max(0, rank(arrays, node.arguments[0]) - len(node.arguments) + 1)
    inner = max((rank(arrays, argument) for argument in node.arguments), default=0)
    if node.name == "diag":
        return 1 if inner == 2 else 2
    if node.name == "vec":
        return 1
    if node.name in ("sum0", "sum1"):
        return max(0, inner - 1)
    return inner


def is_row(arrays: Arrays, node: Expression) -> bool:
    """A vector laid down: `x^T`, `x^T A`; a product with it on either side is a matrix product."""
    if rank(arrays, node) != 1:
        return False
    match node:
        case Transpose(operand):
            return not is_row(arrays, operand)
        case MatMul(factors):
            return _product(arrays, factors)[1]
        case Neg(operand) | Div(operand) | Pow(operand) | Differential(operand) | Reduction(_, operand):
            return is_row(arrays, operand)
        case Mul(parts) | Hadamard(parts) | Add(parts) | Apply(_, parts):
            return any(is_row(arrays, part) for part in parts)
        case Call(name, (operand,)) if by_name(name).elementwise:
            return is_row(arrays, operand)
    return False


def is_matrix_product(arrays: Arrays, left: Expression, right: Expression) -> bool:
    """Whether two values side by side are multiplied as matrices; two plain vectors are not."""
    ranks = rank(arrays, left), rank(arrays, right)
    if 0 in ranks:
        return False
    return ranks != (1, 1) or is_row(arrays, left) or is_row(arrays, right)

"""Mistakes in rewriting a line with matrices and sums: laws of numbers used where they do not hold."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import permutations

from derivcheck.diagnosis.array_rules.transposes import is_inner
from derivcheck.diagnosis.arrays.ground import Ground
from derivcheck.diagnosis.arrays.rule import ArrayRule, Slip, Transform, Words
from derivcheck.diagnosis.arrays.trees import inverse_of, number, terms_of, without
from derivcheck.diagnosis.repair import Repair
from derivcheck.diagnosis.rule import Example
from derivcheck.expression import (
    Add,
    Call,
    Expression,
    MatMul,
    Mul,
    Neg,
    Pow,
    Reduction,
    Transpose,
    add,
    call,
    multiply,
    negate,
    symbols,
)


def _two(node: Expression) -> bool:
    value = number(node)
    return value is not None and value.value == 2


def _transposed_product(node: Expression, ground: Ground) -> Iterator[Slip]:
    match node:
        case Transpose(MatMul(factors)):
            yield Slip(MatMul(tuple(map(Transpose, factors))), {"part": node})
            yield Slip(MatMul((Transpose(factors[0]), *factors[1:])), {"part": node}, 1)


def _transposed_sum(node: Expression, ground: Ground) -> Iterator[Slip]:
    match node:
        case Transpose(Add((first, *others))):
            yield Slip(Add((Transpose(first), *others)), {"part": node})


def _inverse_product(node: Expression, ground: Ground) -> Iterator[Slip]:
    inner = inverse_of(node)
    if isinstance(inner, MatMul):
        yield Slip(MatMul(tuple(call("inv", factor) for factor in inner.factors)), {"part": node})


def _inverse_sum(node: Expression, ground: Ground) -> Iterator[Slip]:
    inner = inverse_of(node)
    if isinstance(inner, Add) and ground.rank(inner) == 2:
        yield Slip(add(*(call("inv", term) for term in inner.terms)), {"part": node})


def _determinant_sum(node: Expression, ground: Ground) -> Iterator[Slip]:
    match node:
        case Call("det", (Add(terms),)):
            yield Slip(add(*(call("det", term) for term in terms)), {"part": node})


def _determinant_multiple(node: Expression, ground: Ground) -> Iterator[Slip]:
    match node:
        case Call("det", (Mul(factors),)):
            for factor in factors:
                if ground.rank(factor) == 0:
                    rest = multiply(*without(factors, factor))
                    yield Slip(multiply(factor, call("det", rest)), {"part": node, "factor": factor})
        case Call("det", (Neg(inner),)):
            yield Slip(negate(call("det", inner)), {"part": node, "factor": Neg(Call("det", (inner,)))})


def _trace_product(node: Expression, ground: Ground) -> Iterator[Slip]:
    match node:
        case Call("tr", (MatMul(factors),)):
            if all(ground.rank(factor) == 2 for factor in factors):
                yield Slip(multiply(*(call("tr", factor) for factor in factors)), {"part": node})


def _trace_order(node: Expression, ground: Ground) -> Iterator[Slip]:
    match node:
        case Call("tr", (MatMul(factors),)) if 3 <= len(factors) <= 4:
            first, *others = factors
            for order in permutations(others):
                if list(order) != others:
                    yield Slip(call("tr", MatMul((first, *order))), {"part": node})


def _commuted(node: Expression, ground: Ground) -> Iterator[Slip]:
    match node:
        case MatMul(factors):
            for k in range(len(factors) - 1):
                pair = factors[k : k + 2]
                if all(ground.rank(factor) == 2 for factor in pair):
                    swapped = (*factors[:k], pair[1], pair[0], *factors[k + 2 :])
                    yield Slip(MatMul(swapped), {"part": node}, 1)
            if len(factors) == 2:
                yield from (Slip(result, {"part": node}) for result in _expanded(factors[0], factors[1]))


def _exchanged(repair: Repair, ground: Ground) -> Words | None:
    """Factors exchanged by the repair, unless they are a matrix and its own transpose."""
    match repair.kind, repair.node:
        case "order", MatMul((left, right)) if Transpose(left) == right or Transpose(right) == left:
            return None
        case "order", node if not is_inner(node, ground):
            return {"part": node}
    return None


def _expanded(left: Expression, right: Expression) -> Iterator[Expression]:
    """(A + B)(C + D) multiplied out with products of different matrices in one order only."""
    if not isinstance(left, Add) or not isinstance(right, Add):
        return
    for turn in (False, True):
        products = []
        for first in left.terms:
            for second in right.terms:
                sign = isinstance(first, Neg) is not isinstance(second, Neg)
                pair = sorted((_plain(first), _plain(second)), key=repr, reverse=turn)
                product = MatMul(tuple(pair))
                products.append(negate(product) if sign else product)
        yield Add(tuple(products))


def _plain(node: Expression) -> Expression:
    return node.operand if isinstance(node, Neg) else node


def _norm_sum(node: Expression, ground: Ground) -> Iterator[Slip]:
    """‖a + b‖ as ‖a‖ + ‖b‖, and its square without what is mixed."""
    match node:
        case Call("norm", (Add(terms),)):
            yield Slip(add(*(call("norm", _plain(term)) for term in terms)), {"part": node})
        case Pow(Call("norm", (Add(terms),)), exponent) if _two(exponent):
            squares = [Pow(call("norm", _plain(term)), exponent) for term in terms]
            yield Slip(add(*squares), {"part": node})
            if any(isinstance(term, Neg) for term in terms):
                signed = [
                    negate(square) if isinstance(term, Neg) else square
                    for term, square in zip(terms, squares, strict=True)
                ]
                yield Slip(add(*signed), {"part": node}, 1)
        case MatMul((Transpose(Add(terms) as first), second)) if first == second:
            parts = map(_plain, terms)
            yield Slip(add(*(MatMul((Transpose(part), part)) for part in parts)), {"part": node})


def _sum_product(node: Expression, ground: Ground) -> Iterator[Slip]:
    match node:
        case Reduction("sum", Mul(factors), index, lower, upper):
            inside = [factor for factor in factors if index.name in symbols(factor)]
            rest = [factor for factor in factors if index.name not in symbols(factor)]
            if len(inside) > 1:
                sums = (Reduction("sum", factor, index, lower, upper) for factor in inside)
                yield Slip(multiply(*rest, *sums), {"part": node})


def _square_sum(node: Expression, ground: Ground) -> Iterator[Slip]:
    match node:
        case Reduction("sum", Pow(base, exponent), index, lower, upper) if _two(exponent):
            yield Slip(Pow(Reduction("sum", base, index, lower, upper), exponent), {"part": node})
        case Pow(Reduction("sum", body, index, lower, upper), exponent) if _two(exponent):
            yield Slip(Reduction("sum", Pow(body, exponent), index, lower, upper), {"part": node})


def _squared(repair: Repair, ground: Ground) -> Words | None:
    return {"part": repair.node} if repair.kind == "square" else None


def _sum_constant(node: Expression, ground: Ground) -> Iterator[Slip]:
    match node:
        case Reduction("sum", body, index, lower, upper):
            terms = terms_of(body)
            constant = [term for term in terms if index.name not in symbols(term)]
            moving = [term for term in terms if index.name in symbols(term)]
            if constant:
                sums = [Reduction("sum", add(*moving), index, lower, upper)] if moving else []
                yield Slip(add(*sums, *constant), {"part": node, "term": constant[0]})


def _sign(node: Expression, ground: Ground) -> Iterator[Slip]:
    match node:
        case Neg(Add((first, *others))):
            yield Slip(add(negate(first), *others), {"part": node})


def _first_only(node: Expression, ground: Ground) -> Iterator[Slip]:
    """A(B + C) as A B + C, or with the sign of the second term lost."""
    match node:
        case MatMul((left, Add((first, *others)))):
            yield Slip(add(MatMul((left, first)), *others), {"part": node})
            yield Slip(
                add(MatMul((left, first)), *(MatMul((left, _plain(term))) for term in others)), {"part": node}, 1
            )
        case MatMul((Add((first, *others)), right)):
            yield Slip(add(MatMul((first, right)), *others), {"part": node})
        case Mul((left, Add((first, *others)))):
            yield Slip(add(multiply(left, first), *others), {"part": node})


def is_inner_term(repair: Repair) -> bool:
    """Whether what is repaired is a term of a sum."""
    above = [node for node in repair.path[:-1] if not isinstance(node, Neg)]
    return bool(above) and isinstance(above[-1], Add)


def _not_reached(repair: Repair, ground: Ground) -> Words | None:
    """A matrix that multiplies only some terms of a bracket."""
    return {"part": repair.path[0]} if repair.kind == "matrix-missing" and is_inner_term(repair) else None


def _rule(id: str, transform: Transform, wrong: str, right: str, rank: int = 1) -> ArrayRule:
    return ArrayRule(id, transform=transform, rank=rank, examples=(Example(wrong, right, {}, MATRICES),))


MATRICES = ("A, B, C ∈ R^(n×n)", "A invertible", "B invertible", "u, v, w ∈ R^n", "c > 0")
RULES = (
    _rule("transpose-of-product", _transposed_product, "(A B)ᵀ = Aᵀ Bᵀ", "(A B)ᵀ = Bᵀ Aᵀ"),
    _rule("transpose-of-sum", _transposed_sum, "(A + B)ᵀ = Aᵀ + B", "(A + B)ᵀ = Aᵀ + Bᵀ"),
    _rule("inverse-of-product", _inverse_product, "(A B)⁻¹ = A⁻¹ B⁻¹", "(A B)⁻¹ = B⁻¹ A⁻¹"),
    _rule("determinant-of-multiple", _determinant_multiple, "det(2 A) = 2 det(A)", "det(A B) = det(A) det(B)"),
    _rule("determinant-of-sum", _determinant_sum, "det(A + B) = det(A) + det(B)", "det(A B) = det(A) det(B)"),
    _rule("trace-of-product", _trace_product, "tr(A B) = tr(A) tr(B)", "tr(A + B) = tr(A) + tr(B)"),
    _rule("trace-cyclic-misuse", _trace_order, "tr(A B C) = tr(A C B)", "tr(A B C) = tr(C A B)"),
    ArrayRule(
        "factor-order", transform=_commuted, seen=_exchanged, rank=1,
        examples=(
            Example("A B C = B A C", "A (B C) = (A B) C", {}, MATRICES),
            Example("(A + B)(A − B) = A A − B B", "(A + B)(A − B) = A A − A B + B A − B B", {}, MATRICES),
            Example("d(A B) = dA B + dB A", "d(A B) = dA B + A dB", {}, MATRICES),
        ),
    ),
    _rule("norm-of-sum", _norm_sum, "‖u + v‖² = ‖u‖² + ‖v‖²", "‖u + v‖² = ‖u‖² + 2 uᵀv + ‖v‖²"),
    _rule("sum-of-products", _sum_product, "Σ_{i=1}^n u_i v_i = (Σ_{i=1}^n u_i)(Σ_{i=1}^n v_i)",
          "Σ_{i=1}^n (u_i + v_i) = Σ_{i=1}^n u_i + Σ_{i=1}^n v_i"),
    ArrayRule(
        "square-of-sum", transform=_square_sum, seen=_squared, rank=1,
        examples=(
            Example("Σ_{i=1}^n u_i² = (Σ_{i=1}^n u_i)²", "(Σ_{i=1}^n u_i)² = Σ_{i=1}^n Σ_{k=1}^n u_i u_k",
                    {}, MATRICES),
        ),
    ),
    _rule("sum-of-constant", _sum_constant, "Σ_{i=1}^n (u_i + c) = Σ_{i=1}^n u_i + c",
          "Σ_{i=1}^n (u_i + c) = Σ_{i=1}^n u_i + n c"),
    _rule("alg-sign-distribution", _sign, "−(u + v) = −u + v", "−(u + v) = −u − v"),
    ArrayRule(
        "product-not-distributed", transform=_first_only, seen=_not_reached, rank=1,
        examples=(
            Example("A (u + v) = A u + v", "A (u + v) = A u + A v", {}, MATRICES),
            Example("d/du (1/2 ‖A u − v‖²) = AᵀA u − v", "d/du (1/2 ‖A u − v‖²) = AᵀA u − Aᵀ v", {}, MATRICES),
        ),
    ),
    _rule("inverse-of-sum", _inverse_sum, "(A + B)⁻¹ = A⁻¹ + B⁻¹", "(A B)⁻¹ = B⁻¹ A⁻¹"),
)  # fmt: skip

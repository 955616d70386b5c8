"""Mistakes with determinants, inverses and traces: a lost inverse, a lost sign, a lost factor."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from derivcheck.assumption import Property
from derivcheck.diagnosis.arrays.ground import Ground
from derivcheck.diagnosis.arrays.root import Root
from derivcheck.diagnosis.arrays.rule import ArrayRule, Slip, Words
from derivcheck.diagnosis.arrays.trees import inverse_of
from derivcheck.diagnosis.repair import Repair
from derivcheck.diagnosis.rule import Example
from derivcheck.expression import (
    Call,
    Derivative,
    Expression,
    MatMul,
    Neg,
    Transpose,
    call,
)


def _nodes(root: Root) -> Iterator[tuple[Expression, Expression, str]]:
    """Inverses and determinants of what varies: the node, the matrix, and which of them it is."""
    for path in root.paths():
        node = path[-1]
        inner = inverse_of(node)
        if inner is not None and _is_matrix(inner, root):
            yield node, inner, "inv"
        match node:
            case Call("det", (inner,)):
                yield node, inner, "det"
            case Call("log", (Call("det", (inner,)) | Call("abs", (Call("det", (inner,)),)),)):
                yield node, inner, "logdet"


def _is_matrix(node: Expression, root: Root) -> bool:
    shape = root.ground.shape(node)
    return shape is None or shape.rank == 2


def _slips(
    root: Root, kind: str, change: Callable[[Root, Expression, Expression], Iterator[Expression]]
) -> Iterator[Slip]:
    for node, inner, found in _nodes(root):
        if found == kind:
            for wrong in change(root, node, inner):
                yield Slip(root.tangent(node, wrong), {"part": root.named(node), "matrix": root.named(inner)})


def _inverse_sign(root: Root) -> Iterator[Slip]:
    def change(root: Root, node: Expression, inner: Expression) -> Iterator[Expression]:
        yield MatMul((root.held(node), root.change(inner), root.held(node)))

    return _slips(root, "inv", change)


def _inverse_once(root: Root) -> Iterator[Slip]:
    def change(root: Root, node: Expression, inner: Expression) -> Iterator[Expression]:
        once = MatMul((root.held(node), root.change(inner)))
        twice = MatMul((root.held(node), root.held(node), root.change(inner)))
        other = MatMul((root.change(inner), root.held(node), root.held(node)))
        yield from (Neg(once), once, Neg(twice), Neg(other))

    return _slips(root, "inv", change)


def _lost_in_log_det(root: Root) -> Iterator[Slip]:
    def change(root: Root, node: Expression, inner: Expression) -> Iterator[Expression]:
        yield call("tr", MatMul((root.held(inner), root.change(inner))))
        yield call("tr", MatMul((Transpose(root.held(inner)), root.change(inner))))
        yield call("tr", root.change(inner))

    return _slips(root, "logdet", change)


def _log_det_sign(root: Root) -> Iterator[Slip]:
    def change(root: Root, node: Expression, inner: Expression) -> Iterator[Expression]:
        yield Neg(call("tr", MatMul((call("inv", root.held(inner)), root.change(inner)))))

    return _slips(root, "logdet", change)


def _determinant_factor(root: Root) -> Iterator[Slip]:
    def log_det(root: Root, node: Expression, inner: Expression) -> Iterator[Expression]:
        slope = call("tr", MatMul((call("inv", root.held(inner)), root.change(inner))))
        yield call("det", root.held(inner)) * slope

    def det(root: Root, node: Expression, inner: Expression) -> Iterator[Expression]:
        yield call("tr", MatMul((call("inv", root.held(inner)), root.change(inner))))
        yield root.held(node) * call("tr", root.change(inner))
        yield root.held(node) * call("tr", MatMul((root.held(inner), root.change(inner))))

    yield from _slips(root, "logdet", log_det)
    yield from _slips(root, "det", det)


def _inverse_lost(repair: Repair, ground: Ground) -> Words | None:
    return {"part": repair.node} if repair.kind == "inverse-missing" else None


def _inverse_extra(repair: Repair, ground: Ground) -> Words | None:
    return {"part": repair.node} if repair.kind == "inverse-extra" else None


def _symmetric(root: Root) -> Iterator[Slip]:
    """G + Gᵀ or 2G for the gradient by a symmetric matrix, which counts its entries twice."""
    if isinstance(root.node, Derivative) and is_symmetric(root.variable, root.ground):
        words = {"variable": root.variable}
        yield Slip(root.node + Transpose(root.node), words)
        yield Slip(2 * root.node, words)
        yield Slip(2 * root.node - call("diag", call("diag", root.node)), words)


def is_symmetric(node: Expression, ground: Ground) -> bool:
    """Whether a name is declared to be a symmetric matrix."""
    stated = (item for item in ground.case.setting.assumptions if isinstance(item, Property))
    return any(node in item.names and SYMMETRIC & set(item.words) for item in stated)


SYMMETRIC = frozenset({"symmetric", "positive definite", "positive semidefinite", "diagonal"})
GAUSS = {"ℓ": "−1/2 log det S − 1/2 (x − μ)ᵀ S⁻¹ (x − μ)"}
NORMAL = ("x, μ ∈ R^d", "S ∈ R^(d×d)", "S positive definite")
SQUARE = ("A, B ∈ R^(n×n)", "A invertible")
POSITIVE = ("S ∈ R^(n×n)", "S positive definite")
RULES = (
    ArrayRule(
        "inverse-sign", derive=_inverse_sign, rank=1,
        examples=(
            Example("d(A⁻¹) = A⁻¹ dA A⁻¹", "d(A⁻¹) = −A⁻¹ dA A⁻¹", {}, SQUARE),
            Example("dℓ/dS = −1/2 S⁻¹ − 1/2 (S⁻¹(x − μ)) (S⁻¹(x − μ))ᵀ",
                    "dℓ/dS = −1/2 S⁻¹ + 1/2 (S⁻¹(x − μ)) (S⁻¹(x − μ))ᵀ", GAUSS, NORMAL),
        ),
    ),
    ArrayRule(
        "inverse-differential", derive=_inverse_once, rank=1,
        examples=(
            Example("d(A⁻¹) = −A⁻¹ A⁻¹ dA", "d(A⁻¹) = −A⁻¹ dA A⁻¹", {}, SQUARE),
        ),
    ),
    ArrayRule(
        "log-det-inverse-lost", derive=_lost_in_log_det, rank=1,
        examples=(
            Example("d/dS log det S = S", "d/dS log det S = S⁻¹", {}, POSITIVE),
        ),
    ),
    ArrayRule(
        "log-det-sign", derive=_log_det_sign, rank=1,
        examples=(
            Example("d/dS log det S = −S⁻¹", "d/dS log det S = S⁻¹", {}, POSITIVE),
        ),
    ),
    ArrayRule(
        "determinant-derivative", derive=_determinant_factor, rank=1,
        examples=(
            Example("d/dA det(A) = A⁻ᵀ", "d/dA det(A) = det(A) A⁻ᵀ", {}, SQUARE),
        ),
    ),
    ArrayRule(
        "inverse-missing", seen=_inverse_lost, rank=1,
        examples=(
            Example("dℓ/dμ = S(x − μ)", "dℓ/dμ = S⁻¹(x − μ)", GAUSS, NORMAL),
        ),
    ),
    ArrayRule(
        "inverse-extra", seen=_inverse_extra, rank=2,
        examples=(
            Example("d/dx (xᵀS x) = 2 S⁻¹ x", "d/dx (xᵀS x) = 2 S x", {}, ("x ∈ R^n", *POSITIVE)),
        ),
    ),
    ArrayRule(
        "symmetric-counted-twice", derive=_symmetric, rank=3,
        examples=(
            Example("d/dS tr(A S) = A + Aᵀ", "d/dS tr(A S) = Aᵀ", {}, ("A, S ∈ R^(n×n)", "S symmetric")),
        ),
    ),
)  # fmt: skip

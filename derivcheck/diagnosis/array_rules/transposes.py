"""Mistakes seen from what mends them: transposes, the order and the kind of products, letters and indices."""

from __future__ import annotations

from derivcheck.diagnosis.arrays.ground import Ground
from derivcheck.diagnosis.arrays.rule import ArrayRule, Seen, Words
from derivcheck.diagnosis.repair import Repair
from derivcheck.diagnosis.rule import Example
from derivcheck.expression import Expression, MatMul, Relation, Transpose


def _transposed(repair: Repair, ground: Ground) -> Words | None:
    """A transpose at the wrong factor, or a matrix and its transpose the other way round."""
    match repair.kind, repair.node:
        case "transpose-extra" | "transpose-other", node if not is_inner(node, ground):
            return {"part": node}
        case "order", MatMul((left, right)) if Transpose(left) == right or Transpose(right) == left:
            return {"part": repair.node}
    return None


def _outer(repair: Repair, ground: Ground) -> Words | None:
    """An outer product where an inner one or one entry by entry stood, or the other way round."""
    turned = repair.kind in ("order", "transpose-other") and is_inner(repair.node, ground)
    if repair.kind == "outer" or (turned and not is_inner_result(repair.new, ground)):
        return {"part": repair.node}
    return None


def is_inner_result(node: Expression, ground: Ground) -> bool:
    """Whether a formula is a number."""
    shape = ground.shape(node)
    return shape is not None and not shape.rank


def is_inner(node: Expression, ground: Ground) -> bool:
    """Whether a node is a product of two vectors."""
    if not isinstance(node, MatMul) or len(node.factors) != 2:
        return False
    shapes = [ground.shape(factor) for factor in node.factors]
    return all(shape is not None and shape.rank == 1 for shape in shapes) and not _is_outer(node)


def _is_outer(node: MatMul) -> bool:
    return isinstance(node.factors[1], Transpose)


def _kind(*kinds: str) -> Seen:
    def seen(repair: Repair, ground: Ground) -> Words | None:
        part = repair.guilty or repair.node
        return {"part": part} if repair.kind in kinds and not isinstance(part, Relation) else None

    return seen


LEAST = {"J": "1/(2m) ‖X w − y‖²"}
LINEAR = {"o": "W h", "L": "1/2 ‖o − y‖²"}
SQUARE = ("W ∈ R^(n×n)", "h, y ∈ R^n")
RULES = (
    ArrayRule(
        "transpose-missing", seen=_kind("transpose-missing"), rank=1,
        examples=(
            Example("dL/dh = W(o − y)", "dL/dh = Wᵀ(o − y)", LINEAR, SQUARE),
            Example("d/dX tr(A X) = A", "d/dX tr(A X) = Aᵀ", {}, ("A, X ∈ R^(n×n)",)),
        ),
    ),
    ArrayRule(
        "transpose-wrong", seen=_transposed, rank=1,
        examples=(
            Example("d²f/dw² = X Xᵀ", "d²f/dw² = Xᵀ X", {"f": "1/2 ‖X w‖²"}, ("X ∈ R^(n×n)", "w ∈ R^n")),
            Example("d/dX tr(Aᵀ X) = Aᵀ", "d/dX tr(Aᵀ X) = A", {}, ("A, X ∈ R^(n×n)",)),
            Example("d/dW (uᵀW v) = v uᵀ", "d/dW (uᵀW v) = u vᵀ", {}, ("W ∈ R^(n×n)", "u, v ∈ R^n")),
        ),
    ),
    ArrayRule(
        "wrong-operand", seen=_kind("letter"), rank=3,
        examples=(
            Example("dL/dW = (o − y) yᵀ", "dL/dW = (o − y) hᵀ", LINEAR, SQUARE),
        ),
    ),
    ArrayRule(
        "outer-vs-inner-product", seen=_outer, rank=1,
        examples=(
            Example("dp/dz = diag(p) − p⊙p", "dp/dz = diag(p) − p pᵀ", {"p": "softmax(z)"}, ("z ∈ R^c",)),
        ),
    ),
    ArrayRule(
        "entrywise-vs-matrix-product", seen=_kind("operation"), rank=1,
        examples=(
            Example("d/dX tr(A X B) = Aᵀ ⊙ Bᵀ", "d/dX tr(A X B) = Aᵀ Bᵀ", {}, ("A, B, X ∈ R^(n×n)",)),
        ),
    ),
    ArrayRule(
        "matrix-sum-as-product", seen=_kind("matrix-sum-as-product"), rank=1,
        examples=(
            Example("d/dx (xᵀA x) = A Aᵀ x", "d/dx (xᵀA x) = (A + Aᵀ) x", {}, ("A ∈ R^(n×n)", "x ∈ R^n")),
        ),
    ),
    ArrayRule(
        "index-confusion", seen=_kind("index"), rank=2,
        examples=(
            Example("dJ/dw_j = Σ_{i=1}^n (w_i − y_i) x_ij", "dJ/dw_j = Σ_{i=1}^n (w_j − y_i) x_ij",
                    {"J": "1/2 Σ_{i=1}^n Σ_{k=1}^n (w_k − y_i)^2 x_ik"}, ("x ∈ R^(n×n)", "w, y ∈ R^n")),
        ),
    ),
    ArrayRule(
        "sum-missing", seen=_kind("sum-missing"), rank=4,
        examples=(
            Example("tr(W) = W_ii", "tr(W) = Σ_{i=1}^n W_ii", {}, (*SQUARE, "i ∈ 1..n")),
        ),
    ),
)  # fmt: skip

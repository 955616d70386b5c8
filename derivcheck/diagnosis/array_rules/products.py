"""Mistakes with products: a factor, an occurrence or an intermediate name that varies is taken for a constant."""

from __future__ import annotations

from collections.abc import Iterator

from derivcheck.diagnosis.arrays.ground import Ground
from derivcheck.diagnosis.arrays.parts import is_penalty, linear_terms
from derivcheck.diagnosis.arrays.root import Root
from derivcheck.diagnosis.arrays.rule import ArrayRule, Slip, Words
from derivcheck.diagnosis.arrays.trees import letters_in, replaced, without
from derivcheck.diagnosis.repair import Repair
from derivcheck.diagnosis.rule import Example
from derivcheck.expression import (
    Call,
    Derivative,
    Differential,
    Div,
    Expression,
    Frobenius,
    Hadamard,
    MatMul,
    Mul,
    Reduction,
    Symbol,
    Transpose,
    add,
    children,
    walk,
)


def _is_quadratic(node: Expression) -> bool:
    """Whether a product is x^T A x."""
    match node:
        case MatMul((Transpose(left), *_, right)) if len(node.factors) >= 3:
            return left == right
    return False


def _quadratic(root: Root) -> Iterator[Slip]:
    for path in root.paths():
        node = path[-1]
        if isinstance(node, MatMul) and _is_quadratic(node):
            first, *_, last = node.factors
            words = {"part": root.named(node), "variable": root.variable}
            for kept in (first, last):
                yield Slip(root.frozen(kept), words)
                yield Slip(root.frozen(kept) * 2, words)
                yield Slip(_doubled(root, node, kept), words, 1)


def _doubled(root: Root, node: Expression, kept: Expression) -> Expression:
    """One occurrence differentiated and the result doubled, the rest of the body as it is."""
    changed = replaced(node, kept, root.held(kept))
    return root.tangent(node, 2 * changed - 2 * root.held(changed))


def _symmetric_seen(repair: Repair, ground: Ground) -> Words | None:
    """A matrix that stands for its sum with the transpose, in a second derivative too."""
    if repair.kind != "symmetric" or not isinstance(ground.truth, Derivative):
        return None
    return {"part": ground.truth.operand, "variable": ground.truth.variables[0][0]}


def _product_of_differentials(root: Root) -> Iterator[Slip]:
    match root.node, root.body:
        case Differential(), MatMul(factors) | Mul(factors) | Hadamard(factors):
            varying = tuple(Differential(item) if root.varies(item) else item for item in factors)
            yield Slip(type(root.body)(varying), {"product": root.named(root.body)})


def _products(root: Root) -> Iterator[tuple[Expression, list[Expression]]]:
    """Products with more than one factor that varies."""
    for path in root.paths():
        node = path[-1]
        if isinstance(node, Mul | MatMul | Hadamard | Frobenius) or (isinstance(node, Call) and node.name == "dot"):
            factors = [child for child in children(node) if root.varies(child)]
            if len(factors) > 1 and not (isinstance(node, MatMul) and _is_quadratic(node)):
                yield node, factors


def _term_missing(root: Root) -> Iterator[Slip]:
    for node, factors in _products(root):
        for factor in factors:
            yield Slip(root.frozen(factor), {"product": root.named(node), "factor": root.named(factor)})
        if len(factors) > 2:
            for factor in factors:
                others = [other for other in factors if other is not factor]
                yield Slip(root.frozen(*others), {"product": root.named(node), "factor": root.named(others[0])})


def _as_constant(root: Root) -> Iterator[Slip]:
    """The numerator or the denominator of a quotient."""
    for path in root.paths():
        match path[-1]:
            case Div(top, bottom) if root.varies(top) and root.varies(bottom):
                yield Slip(root.frozen(bottom), {"part": root.named(bottom)})
                yield Slip(root.frozen(top), {"part": root.named(top)})


def _statistics(root: Root) -> Iterator[Slip]:
    """Means, variances and norms taken for constants, one of them or all."""
    inner = [path[-1] for path in root.paths() if len(path) > 1 and id(path[-1]) in root.origin]
    found = [node for node in inner if _is_statistic(node)]
    by_name: dict[str, list[Expression]] = {}
    for node in found:
        by_name.setdefault(root.origin[id(node)], []).append(node)
    for name, nodes in by_name.items():
        yield Slip(root.frozen(*nodes), {"part": Symbol(name)})
    if len(by_name) > 1:
        outer = [node for node in found if not any(node is not other and _below(node, other) for other in found)]
        yield Slip(root.frozen(*outer), {"part": Symbol(next(iter(by_name)))})


def _below(node: Expression, other: Expression) -> bool:
    return any(item is node for item in walk(other))


def _is_statistic(node: Expression) -> bool:
    """Whether a definition is a mean, a sum or a norm."""
    calls = {item.name for item in walk(node) if isinstance(item, Call)}
    return bool(calls & {"mean", "sum", "norm"}) or bool(letters_in(node))


def _path_missing(root: Root) -> Iterator[Slip]:
    """Any other intermediate name taken for a constant where there is another path."""
    if not isinstance(root.node, Derivative):
        return
    by_name: dict[str, list[Expression]] = {}
    for path in root.paths():
        if id(path[-1]) in root.origin and not isinstance(path[-1], Reduction):
            by_name.setdefault(root.origin[id(path[-1])], []).append(path[-1])
    for name, nodes in by_name.items():
        yield Slip(root.frozen(*nodes), {"part": Symbol(name)})


def _term_lost(root: Root) -> Iterator[Slip]:
    for whole, term in linear_terms(root):
        if not is_penalty(term, root):
            rest = add(*without(whole.terms, term))
            yield Slip(root.at(whole, rest), {"part": root.named(term)})


def _paths(root: Root) -> Iterator[Slip]:
    yield from _path_missing(root)
    yield from _term_lost(root)


SQUARE = ("A, B ∈ R^(n×n)", "x ∈ R^n")
RULES = (
    ArrayRule(
        "quadratic-form-half", derive=_quadratic, seen=_symmetric_seen, rank=1,
        examples=(
            Example("d/dx (xᵀA x) = 2 A x", "d/dx (xᵀA x) = (A + Aᵀ) x", {}, SQUARE),
            Example("d/dx (xᵀA x) = A x", "d/dx (xᵀA x) = (A + Aᵀ) x", {}, SQUARE),
        ),
    ),
    ArrayRule(
        "product-of-derivatives", derive=_product_of_differentials, rank=1,
        examples=(
            Example("d(A B) = dA dB", "d(A B) = dA B + A dB", {}, SQUARE),
        ),
    ),
    ArrayRule(
        "product-term-missing", derive=_term_missing, rank=2,
        examples=(
            Example("d(XᵀX) = Xᵀ dX", "d(XᵀX) = dXᵀ X + Xᵀ dX", {}, ("X ∈ R^(m×n)",)),
            Example("d/dx ((aᵀx)(bᵀx)) = (bᵀx) a", "d/dx ((aᵀx)(bᵀx)) = (bᵀx) a + (aᵀx) b", {}, ("a, b, x ∈ R^n",)),
        ),
    ),
    ArrayRule(
        "variable-as-constant", derive=_as_constant, rank=2,
        examples=(
            Example("dr/dw = 2 S w/(wᵀw)", "dr/dw = 2 S w/(wᵀw) − 2 (wᵀS w) w/(wᵀw)^2", {"r": "wᵀS w/(wᵀw)"},
                    ("S ∈ R^(n×n)", "S symmetric", "w ∈ R^n")),
        ),
    ),
    ArrayRule(
        "norm-path-missing", derive=_statistics, rank=1,
        examples=(
            Example("dc_i/dx_j = δ_ij", "dc_i/dx_j = δ_ij − 1/n", {"μ": "1/n Σ_{k=1}^n x_k", "c_i": "x_i − μ"},
                    ("x ∈ R^n", "i ∈ 1..n", "j ∈ 1..n")),
        ),
    ),
    ArrayRule(
        "multivar-path-missing", derive=_paths, rank=4,
        examples=(
            Example("df/dx = B x", "df/dx = B x + a", {"f": "1/2 xᵀB x + aᵀx"},
                    ("B ∈ R^(n×n)", "B symmetric", "a, x ∈ R^n")),
        ),
    ),
)  # fmt: skip

"""Mistakes with the chain rule between arrays: links and inner derivatives that are lost, slopes taken wrongly."""

from __future__ import annotations

from collections.abc import Iterator

from derivcheck.diagnosis.array_rules.rewriting import is_inner_term
from derivcheck.diagnosis.arrays.ground import Ground
from derivcheck.diagnosis.arrays.root import Root
from derivcheck.diagnosis.arrays.rule import ArrayRule, Slip, Words
from derivcheck.diagnosis.arrays.trees import elementwise, replaced
from derivcheck.diagnosis.repair import Repair
from derivcheck.diagnosis.rule import Example
from derivcheck.expression import (
    Add,
    Apply,
    Call,
    Derivative,
    Entry,
    Expression,
    Mul,
    Neg,
    Reduction,
    Relation,
    Symbol,
    add,
    multiply,
    negate,
    substitute,
    walk,
)


def _functions(root: Root) -> Iterator[tuple[Expression, Expression]]:
    """Functions that act entry by entry, with their arguments."""
    for path in root.paths():
        match path[-1]:
            case Call(_, (inner,)) as node if elementwise(node) and root.varies(inner):
                yield node, inner
            case Apply(_, (inner,)) as node if root.varies(inner):
                yield node, inner


def _link(root: Root) -> Iterator[Slip]:
    """The derivative of an activation taken for 1, or the derivative by an intermediate name."""
    for node, inner in _functions(root):
        words = {"part": root.named(node), "inner": root.named(inner)}
        yield Slip(root.tangent(node, root.change(inner)), words)
    if isinstance(root.node, Derivative) and isinstance(root.variable, Symbol):
        for name in dict.fromkeys(root.origin.values()):
            if isinstance(root.node.operand, Symbol) and name != root.node.operand.name:
                by = Derivative(root.node.operand, ((Symbol(name), 1),))
                yield Slip(by, {"part": Symbol(name), "inner": root.variable}, -1)


def _feature(root: Root) -> Iterator[Slip]:
    """Σ_k w_k x_ik whose derivative comes without the x."""
    for path in root.paths():
        match path[-1]:
            case Reduction("sum", Mul(factors), index, lower, upper) as node:
                for factor in factors:
                    if isinstance(factor, Entry) and not root.varies(factor) and len(factor.indices) == 2:
                        rest = multiply(*(other for other in factors if other is not factor))
                        plain = Reduction("sum", rest, index, lower, upper)
                        yield Slip(root.tangent(node, root.change(plain)), {"factor": factor, "part": root.named(node)})


def _matrix_missing(repair: Repair, ground: Ground) -> Words | None:
    """A matrix, or one of its entries, that is missing as a factor; not where it fails to reach a term of a bracket."""
    node = repair.node
    if isinstance(node, Relation) or (repair.kind == "matrix-missing" and is_inner_term(repair)):
        return None
    entry = repair.kind == "factor-missing" and any(
        isinstance(item, Entry) and len(item.indices) == 2 and item not in walk(node) for item in walk(repair.new)
    )
    return {"part": node, "factor": node} if entry or repair.kind == "matrix-missing" else None


def _inner_sign(root: Root) -> Iterator[Slip]:
    """A minus inside a function that the derivative loses, at one place or wherever it stands."""
    found = []
    for node, inner in _functions(root):
        minuses = [item for item in walk(inner) if isinstance(item, Neg) and root.varies(item)]
        if minuses:
            found.append((node, inner))
            turned = _turned(root, inner)
            change = replaced(node, inner, Add((root.held(inner), turned)))
            yield Slip(root.tangent(node, add(change, negate(root.held(node)))), {"part": node, "inner": inner})


def _turned(root: Root, inner: Expression) -> Expression:
    """The change of a part with the wrong sign."""
    return negate(root.change(inner))


def _minus(root: Root) -> Iterator[Slip]:
    for path in root.paths():
        if isinstance(path[-1], Neg):
            node = path[-1]
            yield Slip(root.tangent(node, root.change(node.operand)), {"part": root.named(node)})


def _activation(name: str) -> Iterator[tuple[str, Expression]]:
    """Wrong slopes of an activation: the mistake, and the slope in terms of a (the value) and z (the argument)."""
    a, z = Symbol("a"), Symbol("z")
    if name == "tanh":
        yield "tanh-one-missing", negate(a**2)
        yield "tanh-sign", 1 + a**2
        yield "tanh-not-squared", 1 - a
        yield "activation-derivative-at-wrong-point", 1 - z**2
    if name == "sigmoid":
        yield "sigmoid-factor-missing", a
        yield "sigmoid-factor-missing", 1 - a
        yield "sigmoid-sign", a * (a - 1)
        yield "activation-derivative-at-wrong-point", z * (1 - z)


def _slopes(root: Root, wanted: str) -> Iterator[Slip]:
    for node, inner in _functions(root):
        if isinstance(node, Call):
            for id, slope in _activation(node.name):
                if id == wanted:
                    value = substitute(slope, {Symbol("a"): root.held(node), Symbol("z"): root.held(inner)})
                    change = Mul((value, root.change(inner)))
                    yield Slip(root.tangent(node, change), {"part": root.named(node), "inner": root.named(inner)})


def _norm(root: Root) -> Iterator[Slip]:
    for path in root.paths():
        match path[-1]:
            case Call("norm", (inner,)) as node:
                square = Call("sum", (Mul((root.held(inner), root.change(inner))),))
                yield Slip(root.tangent(node, square), {"part": root.named(node), "inner": root.named(inner)})
                yield Slip(root.tangent(node, 2 * square), {"part": root.named(node), "inner": root.named(inner)}, 1)


NET = {"h": "tanh(V x)", "o": "W h", "L": "1/2 ‖o − y‖²"}
NETWORK = ("V, W ∈ R^(n×n)", "x, y ∈ R^n")
GATE = {"a": "σ(z)", "L": "1/2 ‖a − y‖²"}
VECTORS = ("y, z ∈ R^n",)


def _slope_rule(id: str, wrong: str, right: str, given: dict[str, str], rank: int = 2) -> ArrayRule:
    return ArrayRule(
        id, derive=lambda root: _slopes(root, id), rank=rank, examples=(Example(wrong, right, given, VECTORS),)
    )


HYPERBOLIC = {"h": "tanh(z)", "L": "1/2 ‖h − y‖²"}
RULES = (
    ArrayRule(
        "chain-link-missing", derive=_link, rank=2,
        examples=(
            Example("dL/dV = Wᵀ(o − y) xᵀ", "dL/dV = (Wᵀ(o − y) ⊙ (1 − h⊙h)) xᵀ", NET, NETWORK),
            Example("dL/dz = a − y", "dL/dz = (a − y) ⊙ a ⊙ (1 − a)", GATE, VECTORS),
        ),
    ),
    ArrayRule(
        "feature-factor-missing", derive=_feature, seen=_matrix_missing, rank=1,
        examples=(
            Example("d/dw (1/2 ‖X w − y‖²) = X w − y", "d/dw (1/2 ‖X w − y‖²) = Xᵀ(X w − y)", {},
                    ("X ∈ R^(n×n)", "w, y ∈ R^n")),
            Example("dJ/dw_j = Σ_{i=1}^m (Σ_{k=1}^n w_k x_ik − y_i)",
                    "dJ/dw_j = Σ_{i=1}^m (Σ_{k=1}^n w_k x_ik − y_i) x_ij",
                    {"J": "1/2 Σ_{i=1}^m (Σ_{k=1}^n w_k x_ik − y_i)^2"}, ("x ∈ R^(m×n)", "w ∈ R^n", "y ∈ R^m")),
        ),
    ),
    ArrayRule(
        "chain-inner-sign-dropped", derive=_inner_sign, rank=1,
        examples=(
            Example("dL/da = −y/a − (1 − y)/(1 − a)", "dL/da = −y/a + (1 − y)/(1 − a)",
                    {"L": "−Σ_{i=1}^n (y_i log(a_i) + (1 − y_i) log(1 − a_i))"}, ("a, y ∈ R^n", "0 < a_i < 1")),
        ),
    ),
    ArrayRule(
        "minus-not-differentiated", derive=_minus, rank=2,
        examples=(
            Example("df/dx = Aᵀ(b − A x)", "df/dx = −Aᵀ(b − A x)", {"f": "1/2 ‖b − A x‖²"},
                    ("A ∈ R^(m×n)", "x ∈ R^n", "b ∈ R^m")),
        ),
    ),
    _slope_rule("tanh-one-missing", "dL/dz = −(h − y) ⊙ h ⊙ h", "dL/dz = (h − y) ⊙ (1 − h⊙h)", HYPERBOLIC),
    _slope_rule("tanh-sign", "dL/dz = (h − y) ⊙ (1 + h⊙h)", "dL/dz = (h − y) ⊙ (1 − h⊙h)", HYPERBOLIC),
    _slope_rule("tanh-not-squared", "dL/dz = (h − y) ⊙ (1 − h)", "dL/dz = (h − y) ⊙ (1 − h⊙h)", HYPERBOLIC),
    _slope_rule("sigmoid-factor-missing", "dL/dz = (a − y) ⊙ a", "dL/dz = (a − y) ⊙ a ⊙ (1 − a)", GATE),
    _slope_rule("sigmoid-sign", "dL/dz = (a − y) ⊙ a ⊙ (a − 1)", "dL/dz = (a − y) ⊙ a ⊙ (1 − a)", GATE),
    _slope_rule(
        "activation-derivative-at-wrong-point", "dL/dz = (a − y) ⊙ z ⊙ (1 − z)", "dL/dz = (a − y) ⊙ a ⊙ (1 − a)", GATE
    ),
    ArrayRule(
        "norm-vs-squared-norm", derive=_norm, rank=1,
        examples=(
            Example("d/dx ‖x − a‖ = x − a", "d/dx ‖x − a‖ = (x − a)/‖x − a‖", {}, ("a, x ∈ R^n",)),
        ),
    ),
)  # fmt: skip

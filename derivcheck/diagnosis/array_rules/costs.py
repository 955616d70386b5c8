"""Mistakes with the terms and constant factors of a cost: the mean, halves and twos, penalties, signs."""

from __future__ import annotations

from collections.abc import Iterator

from derivcheck.diagnosis.arrays.ground import Ground
from derivcheck.diagnosis.arrays.parts import is_penalty, is_square, linear_terms
from derivcheck.diagnosis.arrays.root import Root
from derivcheck.diagnosis.arrays.rule import ArrayRule, Slip, Words
from derivcheck.diagnosis.arrays.trees import factors_of, linear_path, number, replaced, without
from derivcheck.diagnosis.repair import Repair
from derivcheck.diagnosis.rule import Example
from derivcheck.expression import (
    ONE,
    Add,
    Call,
    Div,
    Expression,
    Mul,
    Neg,
    Relation,
    add,
    divide,
    multiply,
    negate,
    symbols,
    walk,
)
from derivcheck.shapes.sizes import size_formula


def _regulariser(root: Root) -> Iterator[Slip]:
    for whole, term in linear_terms(root):
        if is_penalty(term, root):
            rest = add(*without(whole.terms, term))
            yield Slip(root.at(whole, rest), {"term": root.named(term)})


def _regulariser_sign(root: Root) -> Iterator[Slip]:
    for _, term in linear_terms(root):
        if is_penalty(term, root):
            yield Slip(root.at(term, negate(term)), {"term": root.named(term)})


def _term_sign(root: Root) -> Iterator[Slip]:
    for _, term in linear_terms(root):
        if not is_penalty(term, root):
            yield Slip(root.at(term, negate(term)), {"term": root.named(term)}, rank=0 if _loses(term) else 1)


def _sign_seen(repair: Repair, ground: Ground) -> Words | None:
    """A wrong sign that nothing else explains."""
    return {"term": repair.node} if repair.kind == "sign" and not isinstance(repair.node, Relation) else None


def _factor_seen(repair: Repair, ground: Ground) -> Words | None:
    """A factor that is missing where nothing else explains it."""
    if repair.kind != "factor-missing" or isinstance(repair.node, Relation):
        return None
    return {"part": repair.node}


def _loses(term: Expression) -> bool:
    """Whether a term has a sign to lose."""
    return isinstance(term, Neg) or any(isinstance(item, Neg) for item in factors_of(term))


def _residual(root: Root) -> Iterator[Slip]:
    """The data term of a cost with the residual the other way round; a residual is a difference of two things."""
    late = 0 if _is_reversed(root) else 3
    for path in root.paths():
        node = path[-1]
        if linear_path(path, root.names) and is_square(node) and _difference(node):
            yield Slip(root.at(node, negate(node)), {"part": _inside(node)}, late)
    if _is_log_loss(root):
        yield Slip(root.bound(negate(root.of(root.body))), {"part": root.node.operand}, late)
        for _, term in linear_terms(root):
            if any(isinstance(node, Call) and node.name in ("log", "logsumexp") for node in walk(term)):
                yield Slip(root.at(term, negate(term)), {"part": root.named(term)}, late + 1)


def _is_reversed(root: Root) -> bool:
    """Whether the claim has a difference `target − prediction` that the cost itself does not have."""
    own = [node for node in walk(root.body) if isinstance(node, Add)]
    sums = [node for node in walk(root.ground.claimed) if isinstance(node, Add) and node not in own]
    return any(_target_first(node, root) for node in sums)


def _target_first(node: Add, root: Root) -> bool:
    graph = root.ground.case.setting.graph
    varying = [root.varies(graph.close(term)) or _leads(term, root) for term in node.terms]
    minus = [isinstance(term, Neg) for term in node.terms]
    fixed = any(not moves and not sign for moves, sign in zip(varying, minus, strict=True))
    return fixed and any(moves and sign for moves, sign in zip(varying, minus, strict=True))


def _leads(term: Expression, root: Root) -> bool:
    """Whether a term has a name whose definition, with an index or not, leads to the variable."""
    return any(name in root.origin.values() for name in symbols(term))


def _difference(node: Expression) -> bool:
    return any(isinstance(item, Add) and any(isinstance(term, Neg) for term in item.terms) for item in walk(node))


def _inside(node: Expression) -> Expression:
    return next(item for item in walk(node) if isinstance(item, Add))


def _is_log_loss(root: Root) -> bool:
    """Whether the operand is built from logarithms of a sigmoid or a softmax, as the usual losses are."""
    calls = {node.name for node in walk(root.body) if isinstance(node, Call)}
    return bool(calls & {"log", "logsumexp", "log_softmax", "softplus"}) and bool(
        calls & {"sigmoid", "softmax", "exp", "logsumexp", "log_softmax", "softplus"}
    )


def _constants(root: Root) -> Iterator[tuple[Expression, Expression, Expression]]:
    """Products and quotients with a constant factor: the node, the factor, the node without it."""
    for path in root.paths():
        match path[-1]:
            case Mul(factors) as node:
                for factor in factors:
                    if not root.varies(factor) and not root.ground.shapes.of(factor).rank:
                        yield node, factor, multiply(*without(factors, factor))
                        yield from _parts_of(node, factor, multiply(*without(factors, factor)))
            case Div(top, bottom) as node if not root.varies(bottom):
                yield node, divide(1, bottom), top
                if isinstance(bottom, Mul):
                    for factor in bottom.factors:
                        yield node, divide(1, factor), divide(top, multiply(*without(bottom.factors, factor)))
            case Call("mean", (inner,)) as node:
                yield node, divide(1, _count(inner, root)), Call("sum", (inner,))


def _count(inner: Expression, root: Root) -> Expression:
    """How many entries an array has."""
    return multiply(*map(size_formula, root.ground.shapes.of(inner).sizes))


def _parts_of(
    node: Expression, factor: Expression, rest: Expression
) -> Iterator[tuple[Expression, Expression, Expression]]:
    """`λ/(2m) u` without its λ, its 2 or its m."""
    if not isinstance(factor, Div):
        return
    tops, bottoms = factors_of(factor.numerator), factors_of(factor.denominator)
    for top in tops if len(tops) > 1 or number(tops[0]) is None else ():
        yield node, top, multiply(divide(multiply(*without(tops, top)), factor.denominator), rest)
    for bottom in bottoms if len(bottoms) > 1 else ():
        yield node, divide(1, bottom), multiply(divide(factor.numerator, multiply(*without(bottoms, bottom))), rest)
    if factor.numerator != ONE:
        yield node, divide(1, factor.denominator), multiply(factor.numerator, rest)


def _lost(root: Root, wanted: str) -> Iterator[Slip]:
    for node, factor, rest in _constants(root):
        if _kind_of(factor, root) == wanted:
            yield Slip(root.tangent(node, root.change(rest)), {"factor": factor, "part": root.named(node)})


def _kind_of(factor: Expression, root: Root) -> str:
    value = number(factor)
    if value is not None:
        return "half" if 0 < abs(value.value) < 1 else "number"
    sizes = root.ground.shapes.size_names
    below = factor.denominator if isinstance(factor, Div) else None
    if below is not None and symbols(below) and (symbols(below) <= sizes or symbols(below) <= COUNTS):
        return "mean"
    return "constant"


def _mean(root: Root) -> Iterator[Slip]:
    return _lost(root, "mean")


def _half(root: Root) -> Iterator[Slip]:
    return _lost(root, "half")


def _constant(root: Root) -> Iterator[Slip]:
    yield from _lost(root, "constant")
    yield from _lost(root, "number")


def _two(root: Root) -> Iterator[Slip]:
    """A square whose derivative comes without the 2."""
    squares = [path[-1] for path in root.paths() if is_square(path[-1])]
    for node in squares:
        yield Slip(root.tangent(node, root.change(node) / 2), {"square": root.named(node)})
    if len(squares) > 1:
        body = root.body
        for node in squares:
            body = replaced(body, node, Add((root.held(node), root.change(node) / 2)))
        yield Slip(root.bound(root.of(body)), {"square": root.named(squares[0])})


COUNTS = frozenset({"m", "n", "N", "M"})
LEAST = {"J": "1/(2m) ‖X w − y‖²"}
RIDGE = {"J": "1/2 ‖X w − y‖² + λ/2 ‖w‖²"}
DATA = ("X ∈ R^(m×n)", "w ∈ R^n", "y ∈ R^m")
RULES = (
    ArrayRule(
        "regulariser-missing", derive=_regulariser, rank=1,
        examples=(Example("dJ/dw = Xᵀ(X w − y)", "dJ/dw = Xᵀ(X w − y) + λ w", RIDGE, DATA),),
    ),
    ArrayRule(
        "regulariser-sign", derive=_regulariser_sign, rank=1,
        examples=(Example("dJ/dw = Xᵀ(X w − y) − λ w", "dJ/dw = Xᵀ(X w − y) + λ w", RIDGE, DATA),),
    ),
    ArrayRule(
        "chain-spurious-sign", derive=_term_sign, seen=_sign_seen, rank=3,
        examples=(
            Example("df/dx = a − (A + Aᵀ) x", "df/dx = a + (A + Aᵀ) x", {"f": "aᵀx + xᵀA x"},
                    ("A ∈ R^(n×n)", "a, x ∈ R^n")),
        ),
    ),
    ArrayRule(
        "residual-sign-flipped", derive=_residual, rank=1,
        examples=(
            Example("dJ/dw = 1/m Xᵀ(y − X w)", "dJ/dw = 1/m Xᵀ(X w − y)", LEAST, DATA),
            Example("dL/dz = y − p", "dL/dz = p − y", {"p": "softmax(z)", "L": "−Σ_{k=1}^c y_k log(p_k)"},
                    ("y, z ∈ R^c", "sum(k=1..c, y_k) = 1")),
        ),
    ),
    ArrayRule(
        "factor-mean-dropped", derive=_mean, rank=1,
        examples=(Example("dJ/dw = Xᵀ(X w − y)", "dJ/dw = 1/m Xᵀ(X w − y)", LEAST, DATA),),
    ),
    ArrayRule(
        "factor-half-dropped", derive=_half, rank=1,
        examples=(Example("dJ/dw = 2/m Xᵀ(X w − y)", "dJ/dw = 1/m Xᵀ(X w − y)", LEAST, DATA),),
    ),
    ArrayRule(
        "factor-two-dropped", derive=_two, rank=1,
        examples=(
            Example("dJ/dw = Xᵀ(X w − y)", "dJ/dw = 2 Xᵀ(X w − y)", {"J": "‖X w − y‖²"}, DATA),
            Example("dJ/dw = Xᵀ(X w − y) + λ/2 w", "dJ/dw = Xᵀ(X w − y) + λ w", RIDGE, DATA),
        ),
    ),
    ArrayRule(
        "alg-factor-lost", seen=_factor_seen, rank=8,
        examples=(
            Example("d/dx (aᵀx)² = 2 a", "d/dx (aᵀx)² = 2 (aᵀx) a", {}, ("a, x ∈ R^n",)),
        ),
    ),
    ArrayRule(
        "const-factor-dropped", derive=_constant, rank=2,
        examples=(Example("dJ/dw = Xᵀ(X w − y) + w", "dJ/dw = Xᵀ(X w − y) + λ w", RIDGE, DATA),),
    ),
)  # fmt: skip

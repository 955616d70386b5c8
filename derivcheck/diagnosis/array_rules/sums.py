"""Mistakes with sums and indices: kept, dropped or split sums, a delta that is forgotten, the diagonal for all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product

from derivcheck.diagnosis.arrays.root import Root
from derivcheck.diagnosis.arrays.rule import ArrayRule, Slip
from derivcheck.diagnosis.arrays.trees import at_letter, letters_in, replaced, terms_of, without
from derivcheck.diagnosis.rule import Example
from derivcheck.expression import (
    ONE,
    Add,
    Call,
    Derivative,
    Div,
    Entry,
    Expression,
    MatMul,
    Mul,
    Reduction,
    Symbol,
    Transpose,
    add,
    call,
    negate,
    symbols,
    walk,
)
from derivcheck.shapes import Range, Size
from derivcheck.shapes.sizes import size_formula

LETTERS = "klrstpq"


def _kept(root: Root) -> Iterator[Slip]:
    """Σ_k ∂f/∂w_k for ∂f/∂w_j: the sum stays although one of its terms is left."""
    if not isinstance(root.node, Derivative) or not isinstance(root.variable, Entry):
        return
    for place, index in enumerate(root.variable.indices):
        if not isinstance(index, Symbol):
            continue
        letter = _unused(root)
        sizes = root.ground.shapes.of(root.variable.array).sizes
        indices = (*root.variable.indices[:place], letter, *root.variable.indices[place + 1 :])
        running = Derivative(root.body, ((Entry(root.variable.array, indices), 1),))
        for term in (root.body, *(terms_of(root.body) if isinstance(root.body, Add) else ())):
            if not root.varies(term):
                continue
            each = Derivative(term, running.variables)
            total = Reduction("sum", each, letter, ONE, size_formula(sizes[place]))
            rest = replaced(root.body, term, add()) if term is not root.body else None
            yield Slip(total if rest is None else root.of(rest) + total, {"index": index, "part": root.named(term)})


def _unused(root: Root) -> Symbol:
    taken = symbols(root.body) | letters_in(root.body) | root.ground.letters.keys() | root.ground.shapes.size_names
    return Symbol(next(letter for letter in LETTERS if letter not in taken))


def _sums(root: Root) -> Iterator[Reduction]:
    for path in root.paths():
        if isinstance(path[-1], Reduction) and path[-1].kind == "sum":
            yield path[-1]


def _dropped(root: Root) -> Iterator[Slip]:
    """One term of a sum for the whole sum: the one with the letter that the claim leaves free."""
    for node in _sums(root):
        letters = dict.fromkeys((node.index.name, *root.letters, *sorted(root.ground.letters)))
        for letter in letters:
            if letter in root.ground.letters:
                yield Slip(root.at(node, at_letter(node, letter)), {"sum": root.named(node), "index": node.index})


def _split(root: Root) -> Iterator[Slip]:
    """Σ (a + b) with the sum before one of the terms only."""
    for node in _sums(root):
        if isinstance(node.body, Add):
            for term in node.body.terms:
                if node.index.name in symbols(term):
                    continue
                rest = Reduction("sum", add(*without(node.body.terms, term)), node.index, node.lower, node.upper)
                yield Slip(root.at(node, rest + term), {"term": root.named(term), "index": node.index})


def _diagonal_entries(root: Root) -> Iterator[Slip]:
    """∂p_i/∂z_i for ∂p_i/∂z_j."""
    if not isinstance(root.node, Derivative) or not isinstance(root.variable, Entry):
        return
    for index in root.variable.indices:
        for letter in root.ground.letters:
            if isinstance(index, Symbol) and letter != index.name and letter in symbols(root.node.operand):
                variable = Entry(root.variable.array, _swapped(root.variable.indices, index, letter))
                words = {"index": index, "other": Symbol(letter)}
                yield Slip(Derivative(root.node.operand, ((variable, 1),)), words, right=_softmax(root))


def _swapped(indices: tuple[Expression, ...], old: Expression, letter: str) -> tuple[Expression, ...]:
    return tuple(Symbol(letter) if index == old else index for index in indices)


def _diagonal(root: Root) -> Iterator[Slip]:
    """The derivative of a softmax taken as p(1 − p), entry by entry."""
    yield from _diagonal_entries(root)
    for path in root.paths():
        match path[-1]:
            case Call("softmax", (inner,)) | Div(Call("exp", (inner,)), Reduction("sum", Call("exp"))) as node:
                value = root.held(node)
                for slope in (value * (1 - value), value):
                    wrong = root.tangent(node, slope * root.change(inner))
                    yield Slip(wrong, {"part": root.named(node)}, right=_softmax(root))
    if isinstance(root.node, Derivative) and isinstance(root.node.operand, Symbol):
        yield Slip(_masked(root), {"part": root.node.operand}, right=_softmax(root))


def _softmax(root: Root) -> Expression | None:
    """The derivative of a softmax by its argument, by entries or as a matrix."""
    assert isinstance(root.node, Derivative)
    match root.node.operand, root.variable:
        case Entry(values, (place,)) as entry, Entry(_, (other,)):
            return Mul((entry, Add((call("delta", place, other), negate(Entry(values, (other,)))))))
        case Symbol() as values, Symbol():
            return Add((call("diag", values), negate(MatMul((values, Transpose(values))))))
    return None


def _masked(root: Root) -> Expression:
    """The matrix of derivatives with nothing beside its diagonal."""
    return call("diag", call("diag", root.node))


def _delta(root: Root) -> Iterator[Slip]:
    """∂z_i/∂z_j taken for 1, or for 0, for all i and j."""
    if not isinstance(root.node, Derivative) or not isinstance(root.variable, Entry) or len(root.variable.indices) != 1:
        return
    (index,) = root.variable.indices
    own = [
        node
        for node in walk(root.body)
        if isinstance(node, Entry)
        and root.varies(node)
        and node.indices[0] != index
        and isinstance(node.indices[0], Symbol)
        and node.indices[0].name in root.ground.letters
    ]
    if not own or not isinstance(index, Symbol):
        return
    letter = own[0].indices[0]
    yield Slip(root.frozen(*own), {"index": index, "other": letter}, right=_softmax(root))
    body = root.body
    others = [node for node in walk(body) if isinstance(node, Entry) and root.varies(node) and node not in own]
    direct = Derivative(root.body, ((Entry(own[0].array, (letter,)), 1),))
    for node in others:
        body = replaced(body, node, root.held(node))
    alike = Derivative(body, direct.variables)
    yield Slip(
        root.bound(Add((root.of(_frozen(root, own)), alike))), {"index": index, "other": letter}, right=_softmax(root)
    )


def _frozen(root: Root, nodes: list[Entry]) -> Expression:
    body = root.body
    for node in nodes:
        body = replaced(body, node, root.held(node))
    return body


def _other_variable(root: Root) -> Iterator[Slip]:
    """The derivative by another name of the file."""
    if not isinstance(root.node, Derivative) or root.node.variables[0][1] != 1 or len(root.node.variables) > 1:
        return
    shapes = root.ground.shapes
    used = sorted(root.ground.reached(root.node.operand) - root.names)
    for name in used:
        if name in shapes.size_names or name in shapes.indices or name in shapes.definitions:
            continue
        rank = len(shapes.arrays[name].sizes) if name in shapes.arrays else 0
        for letters in _letter_choices(shapes.arrays[name].sizes if rank else (), root.ground.letters):
            variable: Expression = Entry(Symbol(name), letters) if letters else Symbol(name)
            yield Slip(Derivative(root.node.operand, ((variable, 1),)), {"other": variable})


def _letter_choices(sizes: tuple[Size, ...], letters: Mapping[str, Range]) -> Iterator[tuple[Symbol, ...]]:
    """No indices, or free letters that run over these sizes."""
    yield ()
    fitting = ([letter for letter, over in letters.items() if over.upper == size] for size in sizes)
    for choice in product(*fitting) if sizes else ():
        if len(set(choice)) == len(choice):
            yield tuple(map(Symbol, choice))


def _evaluated(root: Root) -> Iterator[Slip]:
    yield Slip(root.node.operand, {"part": root.node.operand})


LOGISTIC = {
    "a_i": "σ(Σ_{k=1}^n w_k x_ik + b)",
    "J": "−1/m Σ_{i=1}^m (y_i log(a_i) + (1 − y_i) log(1 − a_i))",
}
EXAMPLES = ("x ∈ R^(m×n)", "w ∈ R^n", "y ∈ R^m", "i ∈ 1..m")
SOFTMAX = ("z ∈ R^c", "i ∈ 1..c", "j ∈ 1..c")
RULES = (
    ArrayRule(
        "sum-kept", derive=_kept, rank=1,
        examples=(
            Example("dR/dw_j = Σ_{k=1}^n 2 w_k", "dR/dw_j = 2 w_j", {"R": "Σ_{k=1}^n w_k^2"}, ("w ∈ R^n",)),
        ),
    ),
    ArrayRule(
        "sum-dropped", derive=_dropped, rank=1,
        examples=(
            Example("dJ/dw_j = 1/m (a_i − y_i) x_ij", "dJ/dw_j = 1/m Σ_{i=1}^m (a_i − y_i) x_ij", LOGISTIC, EXAMPLES),
            Example("df/dz_j = 1", "df/dz_j = e^(z_j)/Σ_{k=1}^c e^(z_k)", {"f": "log(Σ_{k=1}^c e^(z_k))"}, SOFTMAX),
        ),
    ),
    ArrayRule(
        "sum-not-distributed", derive=_split, rank=2,
        examples=(
            Example("dJ/dμ = −Σ_{i=1}^n 2 x_i + 2 μ", "dJ/dμ = −Σ_{i=1}^n 2 x_i + 2 n μ",
                    {"J": "Σ_{i=1}^n (μ^2 − 2 x_i μ)"}, ("x ∈ R^n",)),
        ),
    ),
    ArrayRule(
        "softmax-diagonal-only", derive=_diagonal, rank=1,
        examples=(
            Example("dp_i/dz_j = p_i (1 − p_i)", "dp_i/dz_j = p_i (δ_ij − p_j)", {"p": "softmax(z)"}, SOFTMAX),
            Example("dp/dz = diag(p ⊙ (1 − p))", "dp/dz = diag(p) − p pᵀ", {"p": "softmax(z)"}, SOFTMAX),
        ),
    ),
    ArrayRule(
        "kronecker-missing", derive=_delta, rank=1,
        examples=(
            Example("dp_i/dz_j = −p_i p_j", "dp_i/dz_j = p_i (δ_ij − p_j)", {"p": "softmax(z)"}, SOFTMAX),
            Example("dp_i/dz_j = p_i (1 − p_j)", "dp_i/dz_j = p_i (δ_ij − p_j)", {"p": "softmax(z)"}, SOFTMAX),
        ),
    ),
    ArrayRule(
        "differentiated-wrong-variable", derive=_other_variable, rank=3,
        examples=(
            Example("dJ/db = 1/m Σ_{i=1}^m (a_i − y_i) x_ij", "dJ/db = 1/m Σ_{i=1}^m (a_i − y_i)", LOGISTIC,
                    (*EXAMPLES, "j ∈ 1..n")),
        ),
    ),
    ArrayRule(
        "evaluate-instead", derive=_evaluated, rank=5,
        examples=(
            Example("d/dx (xᵀx) = xᵀx", "d/dx (xᵀx) = 2 x", {}, ("x ∈ R^n", "A ∈ R^(n×n)")),
        ),
    ),
)  # fmt: skip

"""What went wrong in a statement with indices, vectors or matrices.

Method: every known mistake of this kind has an edit that takes it back (transpose a factor, put a sum or a
mean where it is missing, let an index go free). The edits are tried on the author's own side, the likelier
ones first; the one after which the index kernel proves the statement names the mistake, and its place is
what is underlined. The texts stand in `indexed_phrases.*.toml`.

Limits: one slip at a time, and at most MAX_TRIES edits.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import islice

from derivcheck.assumption import ArrayShape
from derivcheck.claim import Setting
from derivcheck.expression import (
    Add,
    Call,
    Derivative,
    Div,
    Entry,
    Expression,
    MatMul,
    Mul,
    Number,
    Reduction,
    Span,
    Symbol,
    Transpose,
    as_expression,
    call,
    divide,
    map_children,
    negate,
    substitute,
    symbols,
    walk,
)
from derivcheck.indexed_claim import answer
from derivcheck.verdict import Verdict

MAX_TRIES = 120


@dataclass(frozen=True, slots=True)
class Edit:
    """The mistake an edit takes back, the node it changes, and what stands there afterwards."""

    rule: str
    old: Expression
    new: Expression


@dataclass(frozen=True, slots=True)
class IndexedDiagnosis:
    """The mistake, the place in the claim's text, the repaired side, and the texts of the hint levels."""

    rule: str
    span: Span | None
    repaired: Expression
    new: Expression
    label: str
    name: str
    question: str
    principle: str


@dataclass(frozen=True, slots=True)
class Names:
    """What edits may put in: matrices, sizes, numbers of the file, free letters, and the variable."""

    matrices: tuple[str, ...]
    sizes: tuple[str, ...]
    numbers: tuple[str, ...]
    letters: tuple[str, ...]
    variable: Expression | None


def diagnose_indexed(
    truth: Expression, claimed: Expression, setting: Setting, language: str = "en"
) -> IndexedDiagnosis | None:
    """The first edit that makes the claimed side right, in words; None when no single one does."""
    texts = _texts(language)
    for edit in islice(_edits(claimed, _names(truth, claimed, setting)), MAX_TRIES):
        repaired = _replaced(claimed, edit.old, edit.new)
        if answer(truth, repaired, setting).verdict is Verdict.PROVED:
            return _told(edit, repaired, texts[edit.rule])
    return None


def _told(edit: Edit, repaired: Expression, said: Mapping[str, str]) -> IndexedDiagnosis:
    words = said["label"], said["name"], said["question"], said["rule"]
    return IndexedDiagnosis(edit.rule, edit.old.span, repaired, edit.new, *words)


@cache
def _texts(language: str) -> Mapping[str, Mapping[str, str]]:
    name = f"indexed_phrases.{language}.toml"
    folder = files("derivcheck.diagnosis")
    file = folder / name if (folder / name).is_file() else folder / "indexed_phrases.en.toml"
    return tomllib.loads(file.read_text("utf-8"))


def _names(truth: Expression, claimed: Expression, setting: Setting) -> Names:
    arrays = [item for item in setting.assumptions if isinstance(item, ArrayShape)]
    matrices = tuple(name.name for item in arrays if len(item.shape) == 2 for name in item.names)
    sizes = tuple(dict.fromkeys(name for item in arrays for size in item.shape for name in sorted(symbols(size))))
    taken = {name.name for item in arrays for name in item.names} | set(sizes)
    inside = symbols(setting.graph.close(truth))
    bound = {node.index.name for tree in (truth, claimed) for node in walk(tree) if isinstance(node, Reduction)}
    letters = {
        index.name
        for tree in (truth, claimed)
        for node in walk(tree)
        if isinstance(node, Entry)
        for index in node.indices
        if isinstance(index, Symbol)
    }
    variable = truth.variables[0][0] if isinstance(truth, Derivative) else None
    numbers = tuple(sorted(inside - taken - bound - letters - symbols(claimed)))
    return Names(matrices, sizes, numbers, tuple(sorted(letters - bound)), variable)


def _replaced(tree: Expression, old: Expression, new: Expression) -> Expression:
    """The tree with this very node replaced, not others that are equal to it."""
    if tree is old:
        return new
    return map_children(tree, lambda child: _replaced(child, old, new))


def _edits(claimed: Expression, names: Names) -> Iterator[Edit]:
    nodes = list(walk(claimed))
    yield Edit("residual-sign-flipped", claimed, negate(claimed))
    for rule in NODE_EDITS:
        for node in nodes:
            yield from rule(node, names)
    for size in names.sizes:
        yield Edit("factor-mean-dropped", claimed, divide(claimed, Symbol(size)))
    yield Edit("factor-two-dropped", claimed, 2 * claimed)
    yield Edit("factor-half-dropped", claimed, claimed / 2)
    yield from _missing_terms(claimed, names)
    for name in names.matrices:
        yield Edit("feature-factor-missing", claimed, MatMul((Transpose(Symbol(name)), claimed)))
    yield from (Edit("sum-dropped", claimed, call(way, claimed)) for way in ("sum", "sum0", "sum1"))


def _signs(node: Expression, names: Names) -> Iterator[Edit]:
    """One term of a sum with the other sign, or doubled."""
    if isinstance(node, Add):
        for term in node.terms:
            yield Edit(_sign_rule(term), term, negate(term))
            yield Edit("factor-two-dropped", term, 2 * term)


def _sign_rule(term: Expression) -> str:
    """The mistake that a wrong sign of a term looks like."""
    nodes = list(walk(term))
    if any(isinstance(node, Reduction | MatMul) for node in nodes):
        return "chain-spurious-sign"
    return "chain-inner-sign-dropped" if any(isinstance(node, Div) for node in nodes) else "regulariser-sign"


def _transposes(node: Expression, names: Names) -> Iterator[Edit]:
    """A factor transposed, or not transposed; two factors the other way round."""
    match node:
        case Transpose(operand):
            yield Edit("transpose-wrong", node, operand)
        case MatMul(factors):
            for factor in factors:
                if isinstance(factor, Symbol | Call):
                    yield Edit("transpose-missing", factor, Transpose(factor))
            yield Edit("transpose-wrong", node, Transpose(node))
            if len(factors) == 2:
                yield Edit("outer-vs-inner-product", node, call("outer", *factors))
                yield Edit("wrong-operand", node, MatMul((factors[1], factors[0])))
                square = factors[0]
                yield Edit("quadratic-form-half", node, MatMul((Add((square, Transpose(square))), factors[1])))
        case Call("outer", (left, right)):
            yield Edit("transpose-wrong", node, call("outer", right, left))
        case Mul(factors) if as_expression(2) in factors:
            yield from _doubled(node, factors)


def _doubled(node: Expression, factors: tuple[Expression, ...]) -> Iterator[Edit]:
    for factor in factors:
        if isinstance(factor, MatMul) and len(factor.factors) == 2:
            square, rest = factor.factors
            yield Edit("quadratic-form-half", node, MatMul((Add((square, Transpose(square))), rest)))


def _sums(node: Expression, names: Names) -> Iterator[Edit]:
    """A sum that should have gone, an entry missing under it, the mean without its number."""
    if isinstance(node, Reduction) and node.kind == "sum":
        for letter in names.letters:
            yield Edit("sum-kept", node, substitute(node.body, {node.index: Symbol(letter)}))
        for matrix in names.matrices:
            for letter in names.letters:
                entry = Entry(Symbol(matrix), (node.index, Symbol(letter)))
                yield Edit("feature-factor-missing", node, _with_body(node, node.body * entry))


def _with_body(node: Reduction, body: Expression) -> Expression:
    return Reduction(node.kind, body, node.index, node.lower, node.upper)


def _indices(node: Expression, names: Names) -> Iterator[Edit]:
    """An entry with another letter; a Kronecker delta where a one stands."""
    if isinstance(node, Entry):
        for k, index in enumerate(node.indices):
            for letter in names.letters:
                if index != Symbol(letter):
                    changed = (*node.indices[:k], Symbol(letter), *node.indices[k + 1 :])
                    yield Edit("index-confusion", node, Entry(node.array, changed))
    if isinstance(node, Number) and node.value == 1 and len(names.letters) == 2:
        yield Edit("kronecker-missing", node, call("delta", *map(Symbol, names.letters)))


def _missing_terms(claimed: Expression, names: Names) -> Iterator[Edit]:
    """A penalty's gradient that is not there: λ w, λ w / m, 2 λ w."""
    if names.variable is None:
        return
    for name in names.numbers:
        term = Symbol(name) * names.variable
        for size in (None, *names.sizes):
            share = term if size is None else divide(term, Symbol(size))
            for part in (share, 2 * share):
                yield Edit("regulariser-missing", claimed, claimed + part)


NODE_EDITS: tuple[Callable[[Expression, Names], Iterable[Edit]], ...] = (_transposes, _sums, _signs, _indices)

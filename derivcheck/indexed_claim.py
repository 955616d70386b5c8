"""Statements with indices, vectors, matrices or differentials: when they are such, and what was found.

The index normal form (`kernel.indexed`) judges them; here its answer is put into the words of a verdict.
"""

from __future__ import annotations

from dataclasses import dataclass

from derivcheck.assumption import ArrayShape, IndexRange, Property
from derivcheck.claim import Setting
from derivcheck.expression import (
    Call,
    Differential,
    Entry,
    Expression,
    Frobenius,
    Hadamard,
    MatMul,
    Number,
    Reduction,
    Span,
    Symbol,
    Transpose,
    walk,
)
from derivcheck.functions import by_name
from derivcheck.kernel.indexed import (
    Context,
    LayoutDiffers,
    Proved,
    Refuted,
    Result,
    ShapeMismatch,
    is_indexed,
    judge,
)
from derivcheck.kernel.indexed.question import declared_shapes
from derivcheck.notation.examples import ABOVE
from derivcheck.shapes import Definition, ShapeError
from derivcheck.verdict import Counterexample, Verdict

SIGNS = (MatMul, Hadamard, Frobenius, Transpose, Entry, Differential)


@dataclass(frozen=True, slots=True)
class IndexedAnswer:
    """The verdict in words: `span` is the place of a shape mismatch, which `misfit` describes without mending it.

    `layout` says that the claim is right in the other layout of derivatives.
    """

    verdict: Verdict
    domain: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    counterexample: Counterexample | None = None
    reason: str | None = None
    span: Span | None = None
    misfit: str = ""
    layout: bool = False


def context_of(setting: Setting) -> Context:
    """The graph and the assumptions as the index kernel wants them."""
    graph = setting.graph
    definitions = {name: Definition(body) for name, body in graph.definitions.items()}
    definitions |= {
        name: Definition(body, (), tuple(a.name for a in names)) for name, (names, body) in graph.functions.items()
    }
    definitions |= {name: Definition(body, letters) for name, (letters, body) in setting.indexed.items()}
    return Context({}, setting.assumptions, definitions, setting.layout)


def needs_indices(sides: tuple[Expression, ...], setting: Setting) -> bool:
    """Whether the statement is one for the index kernel."""
    declared = any(isinstance(item, ArrayShape | IndexRange | Property) for item in setting.assumptions)
    if not (declared or setting.indexed or any(map(_shows_indices, (*sides, *setting.graph.definitions.values())))):
        return False
    return is_indexed(sides, context_of(setting)) or any(
        isinstance(node, Differential) for side in sides for node in walk(side)
    )


def _shows_indices(tree: Expression) -> bool:
    for node in walk(tree):
        if isinstance(node, SIGNS) or (isinstance(node, Call) and not by_name(node.name).elementwise):
            return True
        if isinstance(node, Reduction) and not _is_closed(node):
            return True
    return False


def _is_closed(node: Reduction) -> bool:
    """Whether a sum is one of numbers only: fixed bounds, or a polynomial that Faulhaber sums."""
    bounded = isinstance(node.lower, Number) and isinstance(node.upper, Number)
    return bounded or (isinstance(node.upper, Symbol) and not any(isinstance(item, Entry) for item in walk(node.body)))


def answer(truth: Expression, claimed: Expression, setting: Setting) -> IndexedAnswer:
    """The verdict on truth = claimed."""
    loose = _loose_array(truth, claimed, setting)
    if loose is not None:
        reason = f"{loose} has no definition, but {loose}_… has: declare its index, or define it under “given”"
        return IndexedAnswer(Verdict.INVALID, reason=reason)
    apart = _apart_from_examples(truth, claimed, setting)
    if apart is not None:
        reason = f"{apart} is read as one name beside examples of the same name: declare its letter as an index"
        return IndexedAnswer(Verdict.INVALID, reason=reason)
    return _in_words(judge(truth, claimed, context_of(setting)))


def _loose_array(truth: Expression, claimed: Expression, setting: Setting) -> str | None:
    """An array that is used with an index but known only by the name of one entry, `q` where `q_c` is defined."""
    known = {name.name for item in setting.assumptions if isinstance(item, ArrayShape) for name in item.names}
    known |= setting.indexed.keys() | setting.graph.definitions.keys()
    bodies = (*setting.graph.definitions.values(), *(body for _, body in setting.indexed.values()))
    for tree in (truth, claimed, *bodies):
        for node in walk(tree):
            if isinstance(node, Entry) and node.array.name not in known:
                start = f"{node.array.name}_"
                if any(name.startswith(start) for name in setting.graph.definitions):
                    return node.array.name
    return None


def _apart_from_examples(truth: Expression, claimed: Expression, setting: Setting) -> str | None:
    """A name `a^(j)` where a^(i) is an entry: whoever writes it means an entry as well."""
    bodies = (*setting.graph.definitions.values(), *(body for _, body in setting.indexed.values()))
    nodes = [node for tree in (truth, claimed, *bodies) for node in walk(tree)]
    examples = {node.array.name[:-1] for node in nodes if isinstance(node, Entry) and node.array.name.endswith(ABOVE)}
    examples |= {name[:-1] for name in setting.indexed if name.endswith(ABOVE)}
    names = (node.name for node in nodes if isinstance(node, Symbol) and not node.name.endswith(ABOVE))
    return next((name for name in names if name[:-2] in examples and name[-2].isalpha()), None)


def is_array(tree: Expression, setting: Setting) -> bool:
    """Whether the value of an expression is a vector or a matrix."""
    try:
        return declared_shapes((tree,), context_of(setting)).of(tree).rank > 0
    except ShapeError:
        return False


def _in_words(result: Result) -> IndexedAnswer:
    match result:
        case Proved(facts, domain, conditions, notes, _):
            return IndexedAnswer(Verdict.PROVED, tuple(dict.fromkeys((*facts, *domain))), conditions, notes)
        case Refuted(sizes, point, entry, expected, claimed, functions):
            place = {name: str(value) for name, value in sizes.items()} | dict(point)
            if entry:
                place["entry"] = ",".join(map(str, entry))
            return IndexedAnswer(
                Verdict.WRONG, counterexample=Counterexample(place, expected, claimed, dict(functions))
            )
        case ShapeMismatch(message, span, suggestion):
            reason = f"{message}; {suggestion}" if suggestion else message
            return IndexedAnswer(Verdict.INVALID, reason=reason, span=span, misfit=message)
        case LayoutDiffers(message):
            return IndexedAnswer(Verdict.INVALID, reason=message, misfit=message, layout=True)
    return IndexedAnswer(Verdict.UNDECIDED, reason=result.reason)

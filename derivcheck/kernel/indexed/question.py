"""A statement and what surrounds it, ready to be judged: shapes, free letters, what varies."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from derivcheck.assumption import ArrayShape, Assumption, DependsOn, Holds, IndexRange, Member, Property
from derivcheck.expression import (
    Apply,
    Call,
    Condition,
    Derivative,
    Differential,
    Entry,
    Expression,
    Frobenius,
    Hadamard,
    MatMul,
    Number,
    Reduction,
    Symbol,
    Transpose,
    walk,
)
from derivcheck.functions import by_name
from derivcheck.kernel.concrete.names import Names, names_of
from derivcheck.kernel.indexed.assumed import assumed_sizes, concerned, same_size, understood
from derivcheck.kernel.indexed.atoms import Unsupported
from derivcheck.kernel.indexed.result import Context
from derivcheck.notation.examples import ABOVE
from derivcheck.shapes import (
    Range,
    Shape,
    Shapes,
    check_indices,
    index_letters,
    inferred_arrays,
    least_sizes,
    size_of,
    upper_bounds,
)


@dataclass(frozen=True, slots=True)
class Question:
    """Is `claim` equal to `truth`?

    letters  free index letters with their ranges; the statement speaks of all their values
    varying  names whose differentials are not zero
    inferred names whose shape is inferred from use
    names    what a concrete point has to give a value
    apart    pairs of free letters assumed to differ
    """

    truth: Expression
    claim: Expression
    shapes: Shapes
    assumptions: tuple[Assumption, ...]
    letters: dict[str, Range]
    varying: frozenset[str]
    inferred: dict[str, Shape]
    names: Names
    layout: str
    apart: frozenset[tuple[str, str]] = frozenset()


def question(left: Expression, right: Expression, context: Context) -> Question:
    """The question whether the right side is the left one; a ShapeError says why it means nothing."""
    declared = declared_shapes((left, right), context)
    definitions = {
        name: item if item.parameters else replace(item, body=declared.resolved(item.body))
        for name, item in context.definitions.items()
    }
    shapes = replace(declared, definitions=definitions)
    truth, claim = same_size(shapes.resolved(left), shapes.resolved(right), shapes)
    sides = MatMul((truth, claim))
    letters = {
        letter: shapes.range_of(letter, sides)
        for letter in sorted(index_letters(sides))
        if letter not in shapes.size_names
    }
    shapes = replace(shapes, indices={**shapes.indices, **letters})
    check_indices((truth, claim), shapes)
    concerning = concerned(context.assumptions, (truth, claim), shapes)
    apart, assumptions = understood(concerning, shapes, letters)
    bodies = [definition.body for definition in definitions.values() if not definition.parameters]
    needed = least_sizes((truth, claim, *bodies, *_assumed(assumptions)), shapes)
    shapes = replace(shapes, at_least={**assumed_sizes(assumptions, shapes.size_names), **needed})
    if any(isinstance(item, DependsOn) for item in assumptions):
        raise Unsupported("names that depend on others beside arrays")
    varying = _varying(truth, claim, shapes) if context.varying is None else context.varying
    _check_paths((truth, claim), shapes)
    trees = [truth, claim, *_assumed(assumptions)]
    unknown = {node.name for tree in (*trees, *bodies) for node in walk(tree) if isinstance(node, Apply)}
    names = Names(names_of(trees, shapes), tuple(sorted(varying)), tuple(sorted(unknown)))
    stated = {name.name for item in context.assumptions if isinstance(item, ArrayShape) for name in item.names}
    inferred = {name: shape for name, shape in shapes.arrays.items() if name not in stated | context.shapes.keys()}
    return Question(truth, claim, shapes, assumptions, letters, varying, inferred, names, context.layout, apart)


def _check_paths(trees: Iterable[Expression], shapes: Shapes) -> None:
    """A derivative by a defined name that the operand does not lead to is not zero but a question of inverses."""
    for tree in (*trees, *(item.body for item in shapes.definitions.values())):
        for node in walk(tree):
            if not isinstance(node, Derivative):
                continue
            for variable, _ in node.variables:
                name = variable.array.name if isinstance(variable, Entry) else getattr(variable, "name", "")
                if name in shapes.definitions and name not in shapes.reached(node.operand):
                    raise Unsupported(f"{name} is defined, and what is derived does not depend on it")


def is_indexed(trees: Iterable[Expression], context: Context) -> bool:
    """Whether statements about these trees need this kernel rather than the one for numbers."""
    sides = tuple(trees)
    shapes = declared_shapes(sides, context)
    return any(_needs_indices(node, shapes, frozenset()) for tree in sides for node in walk(tree))


def _needs_indices(node: Expression, shapes: Shapes, above: frozenset[str]) -> bool:
    match node:
        case MatMul() | Hadamard() | Frobenius() | Transpose() | Entry():
            return True
        case Reduction(_, _, _, lower, upper):
            return not (isinstance(lower, Number) and isinstance(upper, Number))
        case Call(name):
            return not by_name(name).elementwise
        case Symbol(name) if name in shapes.definitions and name not in above:
            body = shapes.definitions[name].body
            return any(_needs_indices(inner, shapes, above | {name}) for inner in walk(body))
        case Symbol(name):
            return name in shapes.arrays
    return False


def declared_shapes(trees: tuple[Expression, ...], context: Context) -> Shapes:
    """Shapes as the assumptions and the caller declare them, and the sizes that bounds of sums name."""
    arrays = {name: _shape(sizes) for name, sizes in context.shapes.items()}
    each: dict[str, Shape] = {}
    indices: dict[str, Range] = {}
    integers: set[str] = set()
    for item in context.assumptions:
        match item:
            case ArrayShape(names, sizes):
                for name in names:
                    (each if name.name.endswith(ABOVE) else arrays)[name.name] = _shape(sizes)
            case Member(names, "N" | "Z"):
                integers.update(name.name for name in names)
            case Property(names, words) if {"integer", "natural"} & set(words):
                integers.update(name.name for name in names)
            case IndexRange(names, Number(lower), upper):
                indices.update({name.name: Range(int(lower), size_of(upper)) for name in names})
    everything = (*trees, *_bodies(context), *_assumed(context.assumptions))
    bounds = upper_bounds(everything)
    declared = Shapes(arrays, context.definitions, indices, bounds, frozenset(integers))
    return replace(declared, arrays={**arrays, **inferred_arrays(everything, declared, each)})


def _shape(sizes: tuple[Expression, ...]) -> Shape:
    return Shape(tuple(map(size_of, sizes)))


def _bodies(context: Context) -> Iterator[Expression]:
    return (definition.body for definition in context.definitions.values())


def _assumed(assumptions: Iterable[Assumption]) -> Iterator[Expression]:
    """The conditions that are assumed; to the walk a condition is a tree like others."""
    for item in assumptions:
        if isinstance(item, Holds):
            conditions: tuple[Condition, ...] = item.conditions
            yield from conditions  # type: ignore[misc]


def _varying(truth: Expression, claim: Expression, shapes: Shapes) -> frozenset[str]:
    """The independent names that the differentials of the claim move; without any, those of the truth."""
    for side in (claim, truth):
        moved = [node.operand for node in walk(side) if isinstance(node, Differential)]
        if moved:
            return frozenset(names_of(moved, shapes))
    return frozenset()

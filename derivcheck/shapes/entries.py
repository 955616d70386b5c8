"""Entries below formulas: whether their indices stay in range, and what they say of undeclared arrays."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import TypeAlias

from derivcheck.expression import Call, Entry, Expression, Number, Reduction, Symbol, children
from derivcheck.shapes.infer import Shapes
from derivcheck.shapes.shape import Shape
from derivcheck.shapes.sizes import Range, ShapeError, Size, bound_of, size_names, size_text, size_value

Bounds: TypeAlias = Mapping[str, Range | None]


def check_indices(trees: Iterable[Expression], shapes: Shapes) -> None:
    """See to it that every index stays in the range of its place."""
    for tree in trees:
        for entry, bounds in _entries(tree, shapes.indices):
            array, indices = (entry.array, entry.indices) if isinstance(entry, Entry) else _operand(entry)
            for index, size in zip(indices, shapes.of(array).sizes, strict=False):
                shown = f"1..{size_text(size)}"
                extent = size_value(size)
                if isinstance(index, Number) and (index.value < 1 or (extent is not None and index.value > extent)):
                    raise ShapeError(f"the index {index.value} is outside {shown}", index.span)
                over = bounds.get(index.name) if isinstance(index, Symbol) else None
                if over is not None and isinstance(index, Symbol) and not over.within(size):
                    message = (
                        f"{index.name} runs over {over.lower}..{size_text(over.upper)}, but this place takes {shown}"
                    )
                    raise ShapeError(message, index.span)


def _operand(entry: Call) -> tuple[Expression, tuple[Expression, ...]]:
    """The array and the indices of an entry of a formula, `(A B)_ij`."""
    return entry.arguments[0], entry.arguments[1:]


def least_sizes(trees: Iterable[Expression], shapes: Shapes) -> dict[str, int]:
    """The least values of size names that the numbers in index places ask for."""
    found: dict[str, int] = {}
    for tree in trees:
        for entry, _ in _entries(tree, shapes.indices):
            array, indices = (entry.array, entry.indices) if isinstance(entry, Entry) else _operand(entry)
            for index, size in zip(indices, shapes.of(array).sizes, strict=False):
                if isinstance(index, Number) and len(size) == 1 and len(size[0][0]) == 1 and size[0][1] == 1:
                    name = size[0][0][0]
                    found[name] = max(found.get(name, 1), int(index.value))
    return {name: value for name, value in found.items() if value > 1}


def inferred_arrays(
    trees: Iterable[Expression], shapes: Shapes, each: Mapping[str, Shape] = MappingProxyType({})
) -> dict[str, Shape]:
    """Shapes of undeclared names that carry indices, where the sums over those indices say it.

    `each` are names of which the shape of one example is declared, `x^{(i)} ∈ R^n`, but not how many there are.
    A sum over i of an indexed definition `z_i` says over what i runs in its body, and so what x_i there is.
    """
    everything = tuple(trees)
    known: dict[str, Shape] = {}
    for _ in range(len(shapes.definitions) + 1):
        found = _found(everything, shapes, known, each)
        if found == known:
            break
        known = found
    return {name: shape for name, shape in known.items() if name not in shapes.definitions}


def _found(
    trees: tuple[Expression, ...], shapes: Shapes, known: Mapping[str, Shape], each: Mapping[str, Shape]
) -> dict[str, Shape]:
    """The shapes of arrays and of indexed definitions that entries tell, given those told before."""
    places: dict[tuple[str, int], set[Size]] = {}
    ranks: dict[str, set[int]] = {}
    for tree, letters in (*((tree, {}) for tree in trees), *_indexed_bodies(shapes, known)):
        for entry, bounds in _entries(tree, {**shapes.indices, **letters}):
            if not isinstance(entry, Entry) or entry.array.name in shapes.arrays:
                continue
            name = entry.array.name
            ranks.setdefault(name, set()).add(len(entry.indices))
            for place, index in enumerate(entry.indices):
                over = bounds.get(index.name) if isinstance(index, Symbol) else None
                places.setdefault((name, place), set()).update([over.upper] if over is not None else [])
    found = {}
    for name, counts in ranks.items():
        sizes = [places[name, place] for place in range(1 if name in each else max(counts))]
        if (len(counts) == 1 or name in each) and all(len(told) == 1 for told in sizes):
            rest = each[name].sizes if name in each else ()
            found[name] = Shape((*(next(iter(told)) for told in sizes), *rest))
    return found


def _indexed_bodies(shapes: Shapes, known: Mapping[str, Shape]) -> Iterator[tuple[Expression, dict[str, Range]]]:
    for name, definition in shapes.definitions.items():
        if definition.indices and name in known:
            sizes = zip(definition.indices, known[name].sizes, strict=False)
            yield definition.body, {letter: Range(1, size) for letter, size in sizes}


def upper_bounds(trees: Iterable[Expression]) -> tuple[Size, ...]:
    """The sizes that upper bounds of sums name; a bound with an index letter in it names none."""
    return tuple(size for tree in trees for size in _uppers(tree, frozenset()))


def _uppers(node: Expression, letters: frozenset[str]) -> Iterator[Size]:
    inner = letters
    if isinstance(node, Reduction):
        size = bound_of(node.upper)
        if size is not None and not size_names((size,)) & letters:
            yield size
        inner = letters | {node.index.name}
    for child in children(node):
        yield from _uppers(child, inner)


def _entries(
    node: Expression, bounds: Mapping[str, Range | None]
) -> Iterator[tuple[Entry | Call, Mapping[str, Range | None]]]:
    """All entries below a node with the ranges of the index letters in scope, None where they are not plain."""
    match node:
        case Entry():
            yield node, bounds
        case Call("entry", (array, *_)):
            yield node, bounds
            yield from _entries(array, bounds)
        case Reduction(_, body, index, lower, upper) if upper is not None:
            size = bound_of(upper)
            plain = isinstance(lower, Number) and size is not None and not size_names((size,)) & bounds.keys()
            over = Range(int(lower.value), size) if plain and isinstance(lower, Number) and size is not None else None
            yield from _entries(body, {**bounds, index.name: over})
        case Reduction(_, body, index):
            yield from _entries(body, {name: over for name, over in bounds.items() if name != index.name})
        case _:
            for child in children(node):
                yield from _entries(child, bounds)

"""What a file declares: every name that occurs in its definitions and assumptions, and in which role.

A text that cannot be read declares nothing here; whoever reads it for its meaning reports the mistake.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import cast

from derivcheck.assumption import (
    ArrayShape,
    Assumption,
    DependsOn,
    Holds,
    IndexRange,
    Member,
    OneOf,
    Property,
    UnknownFunction,
)
from derivcheck.expression import Condition, Entry, Expression, Pow, Reduction, Relation, Symbol, children, walk
from derivcheck.finding import ReadingError
from derivcheck.notation.assumptions import parse_assumptions
from derivcheck.notation.examples import ABOVE, example_letters
from derivcheck.notation.heads import Head, parse_definition_head
from derivcheck.notation.statements import parse_expression
from derivcheck.shapes import Shape, ShapeError, Shapes, size_of
from derivcheck.statement import Declarations


@dataclass
class _Collected:
    """Names by role while the texts are gone through."""

    symbols: set[str] = field(default_factory=set)
    functions: set[str] = field(default_factory=set)
    parameters: dict[str, tuple[str, ...]] = field(default_factory=dict)
    arrays: dict[str, int] = field(default_factory=dict)
    shapes: dict[str, Shape] = field(default_factory=dict)
    indices: set[str] = field(default_factory=set)
    squares: set[str] = field(default_factory=set)
    depends: dict[str, tuple[str, ...]] = field(default_factory=dict)


def declare(
    definitions: Sequence[tuple[str, str]] = (),
    assumptions: Sequence[str] = (),
    *,
    steps: Sequence[str] = (),
    dialect: str = "auto",
    implicit_multiplication: str = "left-to-right",
    layout: str = "gradient",
    log_base: str = "e",
    strict: bool = False,
) -> Declarations:
    """The declarations of a file with these definitions (head, body) and assumptions.

    The steps declare nothing but that a letter above a name counts examples, which a sum may say anywhere.
    """
    found = _Collected()

    def so_far(open_words: bool = True) -> Declarations:
        return Declarations(
            frozenset(found.symbols), frozenset(found.functions), dict(found.parameters), dict(found.arrays),
            frozenset(found.indices), {}, dict(found.depends), None, False, open_words, dialect,
            implicit_multiplication, layout, log_base, strict and not open_words, dict(found.shapes),
            frozenset(found.squares),
        )  # fmt: skip

    found.indices |= example_letters((*(text for pair in definitions for text in pair), *assumptions, *steps))
    heads = [_head(head, so_far()) for head, _ in definitions]
    for head in heads:
        if head is not None:
            _collect_head(found, head)
    # Twice: what one assumption declares (an array, an index) may decide how another is read.
    by_heads = frozenset(found.symbols)
    for _ in range(2 if len(assumptions) > 1 else 1):
        found.symbols = set(by_heads)
        for text in assumptions:
            _collect_assumption(found, text, so_far())
    bodies: dict[str, Expression] = {}
    for head, (_, body) in zip(heads, definitions, strict=True):
        tree = _body(body, so_far())
        if tree is not None:
            _collect_examples(found, tree)
            found.symbols |= _free_names(tree) - found.functions
            if head is not None and not head.arguments and not head.indices:
                _collect_rank(found, head.name, tree)
            if head is not None and not head.arguments:
                bodies[head.name] = tree
    _collect_dependence(found, bodies)
    found.symbols -= found.functions
    return so_far(open_words=False)


def _head(text: str, known: Declarations) -> Head | None:
    try:
        return parse_definition_head(text, known)
    except ReadingError:
        return None


def _collect_head(found: _Collected, head: Head) -> None:
    if head.arguments:
        found.functions.add(head.name)
        found.parameters[head.name] = head.arguments
        found.symbols.update(head.arguments)
    elif head.indices:
        found.arrays[head.name] = len(head.indices)
        found.indices.update(head.indices)
    else:
        found.symbols.add(head.name)
        found.squares.update([head.name] if head.squared else [])


def _collect_assumption(found: _Collected, text: str, known: Declarations) -> None:
    try:
        values = parse_assumptions(text, known).value
    except ReadingError:
        return
    for value in values:
        _collect_value(found, value)


def _collect_value(found: _Collected, value: Assumption) -> None:
    match value:
        case ArrayShape(names, shape):
            for name in names:
                each = name.name.endswith(ABOVE)
                found.arrays[name.name] = len(shape) + each
                if not each:
                    _collect_shape(found, name.name, shape)
            for size in shape:
                found.symbols |= _free_names(size)
        case IndexRange(names, lower, upper):
            found.indices.update(name.name for name in names)
            found.symbols |= _free_names(lower) | _free_names(upper)
        case UnknownFunction(name, _):
            found.functions.add(name)
        case DependsOn(name, on):
            found.depends[name] = on
            found.symbols.update((name, *on))
        case Holds(conditions):
            for condition in conditions:
                found.squares |= _squares(condition)
                found.symbols |= _free_names(condition) - found.functions - set(found.arrays)
        case Member(names) | OneOf(names) | Property(names):
            found.symbols.update(name.name for name in names)


def _body(text: str, known: Declarations) -> Expression | None:
    try:
        return parse_expression(text, replace(known, differentials=True)).value
    except ReadingError:
        return None


def _collect_examples(found: _Collected, tree: Expression) -> None:
    """The arrays of examples in a body, `x_j^{(i)}`, and the letters that index them."""
    for node in walk(tree):
        if isinstance(node, Entry) and node.array.name.endswith(ABOVE):
            found.arrays.setdefault(node.array.name, len(node.indices))
            found.indices.update(index.name for index in node.indices if isinstance(index, Symbol))


def _free_names(node: Expression | Condition) -> set[str]:
    """Names below the node but for letters bound by sums and indices of entries."""
    if isinstance(node, Symbol):
        return {node.name}
    if isinstance(node, Reduction):
        bounds = [bound for bound in (node.lower, node.upper) if bound is not None]
        inner = _free_names(node.body) - {node.index.name}
        return inner.union(*(_free_names(bound) for bound in bounds))
    if isinstance(node, Entry):
        return {node.array.name}
    names: set[str] = set()
    for child in children(cast(Expression, node)):
        names |= _free_names(child)
    return names


def _squares(condition: Condition) -> set[str]:
    """The names of which a condition compares the square, as in `σ² > 0`."""
    sides = (condition.left, condition.right) if isinstance(condition, Relation) else ()
    return {side.base.name for side in sides if isinstance(side, Pow) and isinstance(side.base, Symbol)}


def _collect_shape(found: _Collected, name: str, sizes: tuple[Expression, ...]) -> None:
    try:
        found.shapes[name] = Shape(tuple(map(size_of, sizes)))
    except ShapeError:
        return


def _collect_rank(found: _Collected, name: str, body: Expression) -> None:
    """A definition by arrays is an array itself: `h: X w` makes h a vector for the formulas after it."""
    if not found.shapes:
        return
    try:
        shape = Shapes(found.shapes).of(body)
    except ShapeError:
        return
    if shape.rank:
        found.arrays[name] = shape.rank
        found.shapes[name] = shape


def _collect_dependence(found: _Collected, bodies: dict[str, Expression]) -> None:
    """A definition in one variable says what its prime means: `y: x^3` makes y' the derivative by x."""
    free = {name: _free_names(tree) - found.functions for name, tree in bodies.items()}
    for name in bodies:
        seen: set[str] = set()
        waiting = [name]
        roots: set[str] = set()
        while waiting:
            top = waiting.pop()
            if top in seen:
                continue
            seen.add(top)
            if top in free:
                waiting.extend(free[top])
            else:
                roots.add(top)
        if len(roots) == 1 and name not in found.depends:
            found.depends[name] = tuple(roots)

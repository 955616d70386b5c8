"""Assumptions made ready for a statement with indices: formulas resolved, norms squared, letters told apart."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from derivcheck.assumption import Assumption, Holds, Property
from derivcheck.expression import (
    Call,
    Condition,
    Expression,
    Frobenius,
    Logical,
    MatMul,
    Neg,
    Number,
    Relation,
    Symbol,
    Transpose,
    compared,
)
from derivcheck.kernel.balls import rational_value
from derivcheck.kernel.concrete.names import names_of
from derivcheck.shapes import Range, ShapeError, Shapes
from derivcheck.shapes.identities import sized

ORTHOGONAL = "orthogonal"
WHOLE = frozenset({"symmetric", "antisymmetric", ORTHOGONAL})
"""Words that say all that their equation says."""


def same_size(left: Expression, right: Expression, shapes: Shapes) -> tuple[Expression, Expression]:
    """Two sides, an identity on one as large as the matrix on the other."""
    first, second = shapes.of(left), shapes.of(right)
    if first.square and second.rank == 2 and second.sizes:
        left = sized(left, second.sizes[-1], shapes.of)
    elif second.square and first.rank == 2 and first.sizes:
        right = sized(right, first.sizes[-1], shapes.of)
    return left, right


def understood(
    assumptions: Iterable[Assumption], shapes: Shapes, letters: Mapping[str, Range]
) -> tuple[frozenset[tuple[str, str]], tuple[Assumption, ...]]:
    """The pairs of free letters that `i ≠ j` says are different, and the other assumptions."""
    pairs: set[tuple[str, str]] = set()
    rest: list[Assumption] = []
    for item in assumptions:
        if not isinstance(item, Holds):
            rest.append(item)
            continue
        kept = []
        for condition in item.conditions:
            match condition:
                case Relation("!=", Symbol(first), Symbol(second)) if {first, second} & letters.keys():
                    # A letter that the statement does not use is no restriction on the other.
                    pairs |= {(first, second)} if {first, second} <= letters.keys() else set()
                case _:
                    resolved = _resolved(condition, shapes)
                    structure = _structure(resolved, shapes)
                    rest.extend([structure] if structure else [])
                    if structure is None or structure.words[0] not in WHOLE:
                        kept.append(resolved)
        if kept:
            rest.append(Holds(tuple(kept)))
    return frozenset(pairs), tuple(rest)


def concerned(
    assumptions: Iterable[Assumption], statement: Iterable[Expression], shapes: Shapes
) -> tuple[Assumption, ...]:
    """The assumptions without the conditions that share no value with a statement, directly or through each other.

    A condition on sizes and index letters alone is kept.
    """
    items = tuple(assumptions)
    of = {
        condition: set(names_of(compared(condition), shapes))
        for item in items
        if isinstance(item, Holds)
        for condition in item.conditions
    }
    names, known = set(names_of(statement, shapes)), set[str]()
    while known != names:
        known = names
        names = known.union(*(mentioned for mentioned in of.values() if mentioned & known))
    kept: list[Assumption] = []
    for item in items:
        if isinstance(item, Holds):
            conditions = tuple(one for one in item.conditions if of[one] & names or not of[one])
            kept.extend([Holds(conditions)] if conditions else [])
        else:
            kept.append(item)
    return tuple(kept)


def assumed_sizes(assumptions: Iterable[Assumption], sizes: frozenset[str]) -> dict[str, int]:
    """What `n ≥ 2` says of sizes beyond that they are at least 1."""
    found: dict[str, int] = {}
    for item in assumptions:
        for condition in item.conditions if isinstance(item, Holds) else ():
            match condition:
                case Relation(">=" | ">" as sign, Symbol(name), Number(value)) if name in sizes:
                    least = value.__floor__() + 1 if sign == ">" else value.__ceil__()
                    found[name] = max(found.get(name, 1), least)
    return {name: least for name, least in found.items() if least > 1}


def _resolved(condition: Condition, shapes: Shapes) -> Condition:
    """The condition as statements are read; one whose shapes do not fit stays as it is and restricts the points."""
    if isinstance(condition, Logical):
        return Logical(condition.operator, tuple(_resolved(item, shapes) for item in condition.operands))
    try:
        left, right = same_size(shapes.resolved(condition.left), shapes.resolved(condition.right), shapes)
        if condition.operator == "=":
            left, right = _without_root(left, right, shapes)
    except ShapeError:
        return condition
    return Relation(condition.operator, left, right, span=condition.span)


def _structure(condition: Condition, shapes: Shapes) -> Property | None:
    """What `A^T = A`, `A^T = -A`, `X^T X = I` and `X X^T = I` say of a matrix."""
    match condition:
        case Relation("=", left, right):
            for one, other in ((left, right), (right, left)):
                match one, other:
                    case Transpose(Symbol() as name), Symbol(same) if name.name == same:
                        return Property((name,), ("symmetric",))
                    case Transpose(Symbol() as name), Neg(Symbol(same)) if name.name == same:
                        return Property((name,), ("antisymmetric",))
                    case MatMul((Transpose(Symbol() as name), Symbol(same))), Call("eye") if name.name == same:
                        return Property((name,), (ORTHOGONAL if shapes.is_square(name) else "orthonormal columns",))
                    case MatMul((Symbol() as name, Transpose(Symbol(same)))), Call("eye") if name.name == same:
                        return Property((name,), (ORTHOGONAL if shapes.is_square(name) else "orthonormal rows",))
    return None


def _without_root(left: Expression, right: Expression, shapes: Shapes) -> tuple[Expression, Expression]:
    """`‖v‖ = 2` as `v · v = 4`, which is a polynomial in the entries."""
    for side, other in ((left, right), (right, left)):
        value = rational_value(other)
        match side:
            case Call("norm", (array,)) if value is not None and value >= 0:
                square = Frobenius(array, array) if shapes.of(array).rank == 2 else Call("dot", (array, array))
                return square, Number(value**2)
    return left, right

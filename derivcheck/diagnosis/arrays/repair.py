"""The smallest change of the author's own formula that makes it right, proved for all sizes.

Method: small changes at every node; constant factors that a side or one of its terms lacks, read off from the values;
a term that is missing, read off in the same way. Candidates are compared at exact points, the cheapest that the
index kernel proves is the repair. A side whose shapes do not fit is mended in the same way.

Limits: one place at a time.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import islice
from typing import NamedTuple

from derivcheck.diagnosis.arrays.ground import Ground, Values, difference, is_jacobian, ratios, turned
from derivcheck.diagnosis.arrays.mend import Mend
from derivcheck.diagnosis.arrays.mends import mends_at, mends_everywhere
from derivcheck.diagnosis.arrays.supply import Supply, recognised, supply_of
from derivcheck.diagnosis.arrays.trees import factors_of, linear_path, paths, terms_of
from derivcheck.diagnosis.repair import Repair
from derivcheck.diagnosis.rewriting import replaced
from derivcheck.engine.tidy import size
from derivcheck.expression import (
    ONE,
    Add,
    Derivative,
    Div,
    Entry,
    Expression,
    MatMul,
    Mul,
    Neg,
    Number,
    Symbol,
    Transpose,
    add,
    call,
    divide,
    multiply,
    negate,
)

PROOFS = 5


class _Offer(NamedTuple):
    cost: float
    width: int
    order: int
    repair: Repair


def smallest_repair(ground: Ground, wanted: Expression, start: Expression) -> Repair | None:
    """The cheapest proved change of `start`, the author's side, that makes it equal to `wanted`."""
    return next(proved_repairs(ground, wanted, start), None)


def proved_repairs(ground: Ground, wanted: Expression, start: Expression) -> Iterator[Repair]:
    """The changes that are proved, the cheapest first."""
    targets = targets_of(ground, wanted)
    if not targets:
        return
    offers = [
        _Offer(mend.cost, size(path[-1]), order, Repair(mend.kind, path, mend.new, side, mend.guilty))
        for order, (path, mend, side) in enumerate(_fitting(ground, targets, start))
    ]
    for offer in islice(sorted(offers), PROOFS):
        if ground.proves(wanted, offer.repair.side):
            yield offer.repair


def targets_of(ground: Ground, wanted: Expression) -> list[Values]:
    """The values that a right side has: those of the truth, in either layout where both are right."""
    values = ground.values(wanted)
    if values is None:
        return []
    layouts = [values]
    if is_jacobian(wanted, ground):
        layouts += [item for item in (turned(values),) if item is not None]
    return layouts


def _fitting(
    ground: Ground, targets: list[Values], start: Expression
) -> Iterator[tuple[tuple[Expression, ...], Mend, Expression]]:
    supply = supply_of(ground)
    for path, mend in (*_scalings(ground, targets[0], start, supply), *_additions(ground, targets[0], start, supply)):
        yield path, mend, replaced(path, mend.new)
    for path in paths(start):
        for mend in (
            *mends_at(path, ground, supply),
            *(mends_everywhere(start, ground, supply) if len(path) == 1 else ()),
        ):
            side = replaced(path, mend.new)
            shape = ground.shape(side)
            if shape is None or not _fits_rank(shape.rank, targets):
                continue
            if any(ground.agrees(side, target) for target in targets):
                yield path, mend, side


def _fits_rank(rank: int, targets: list[Values]) -> bool:
    return any(len(target[0].squeezed().sizes) <= rank or not rank for target in targets)


def _scalings(
    ground: Ground, target: Values, start: Expression, supply: Supply
) -> Iterator[tuple[tuple[Expression, ...], Mend]]:
    """Factors that the side or one of its terms lacks, or has too much."""
    for path in paths(start):
        if not linear_path(path, frozenset(ground.shapes.arrays)) and len(path) > 1:
            continue
        if len(path) > 1 and not isinstance(path[-2], Add):
            continue
        node = path[-1]
        have = ground.values(start)
        rest = None if len(path) == 1 else ground.values(replaced(path, Mul((Number(Fraction(0)), node))))
        need = target if rest is None else difference(target, rest)
        have = have if rest is None else difference(have, rest)
        for value, other in recognised(supply, ratios(need, have)):
            if other == ONE and value == -1:
                yield path, Mend("sign", negate(node), 0.9)
            elif value != 1 or other != ONE:
                cost = 1.1 if other == ONE or value == 1 else 1.9
                yield path, Mend(*_scaled(node, value, other), cost)


def _scaled(node: Expression, value: Fraction, other: Expression) -> tuple[str, Expression]:
    """The node times a number and a factor; a number that stands there already is changed."""
    if other == ONE:
        changed = _with_number(node, value)
        if changed is not None:
            return "number", changed
    if isinstance(node, Neg):
        kind, inner = _scaled(node.operand, value, other)
        return kind, negate(inner)
    if value < 0:
        return "factor-missing", negate(_scaled(node, -value, other)[1])
    changed = _with_number(node, value)
    if changed is not None:
        node, value = changed, Fraction(1)
    top = multiply(Number(Fraction(value.numerator)), other.numerator if isinstance(other, Div) else other)
    bottom = multiply(Number(Fraction(value.denominator)), other.denominator if isinstance(other, Div) else ONE)
    return "factor-missing", _times(node, top, bottom)


def _times(node: Expression, top: Expression, bottom: Expression) -> Expression:
    """The node with a factor in front; what it had in front stays there."""
    if isinstance(node, Mul) and isinstance(node.factors[0], Div):
        first = node.factors[0]
        return multiply(
            _cancelled(multiply(top, first.numerator), multiply(first.denominator, bottom)), *node.factors[1:]
        )
    if bottom == ONE and isinstance(node, Mul) and isinstance(node.factors[0], Number):
        return multiply(node.factors[0], top, *node.factors[1:])
    if bottom == ONE:
        return multiply(top, node)
    if top == ONE and isinstance(node, Div):
        return Div(node.numerator, multiply(node.denominator, bottom))
    return multiply(divide(top, bottom), node)


def _cancelled(top: Expression, bottom: Expression) -> Expression:
    """A quotient without the factors that stand above and below."""
    above, below = list(factors_of(top)), list(factors_of(bottom))
    for factor in list(above):
        if factor in below:
            above.remove(factor)
            below.remove(factor)
    return divide(multiply(*above), multiply(*below))


def _with_number(node: Expression, value: Fraction) -> Expression | None:
    """The node times a number, where that only changes a whole number that it has as a factor."""
    match node:
        case Number(old) if (old * value).denominator == 1 and old * value > 0:
            return Number(old * value)
        case Mul(factors):
            for k, factor in enumerate(factors):
                changed = _with_number(factor, value)
                if changed is not None:
                    return multiply(*factors[:k], changed, *factors[k + 1 :])
        case MatMul((first, *others)):
            changed = _with_number(first, value)
            if changed == ONE:
                return MatMul(tuple(others)) if len(others) > 1 else others[0]
            return None if changed is None else MatMul((changed, *others))
        case Div(top, bottom):
            below = _with_number(bottom, 1 / value)
            if below is not None:
                return divide(top, below)
            above = _with_number(top, value)
            return None if above is None else divide(above, bottom)
        case Neg(inner):
            within = _with_number(inner, value)
            return None if within is None else Neg(within)
    return None


def _additions(
    ground: Ground, target: Values, start: Expression, supply: Supply
) -> Iterator[tuple[tuple[Expression, ...], Mend]]:
    """A term that is missing."""
    missing = difference(target, ground.values(start))
    if missing is None:
        return
    for basis, cost in _bases(ground, start, supply):
        for value, other in recognised(supply, ratios(missing, ground.values(basis))):
            term = basis if abs(value) == 1 and other == ONE else _scaled(basis, abs(value), other)[1]
            if term in terms_of(start) or negate(term) in terms_of(start):
                continue
            side = add(start, term if value > 0 else negate(term))
            yield (start,), Mend("term-missing", side, cost + 0.1 * size(term))


def _bases(ground: Ground, start: Expression, supply: Supply) -> Iterator[tuple[Expression, float]]:
    variable = _variable(ground)
    if variable is not None:
        yield variable, 2.0
    for term in start.terms if isinstance(start, Add) else (start,):
        inner = term.operand if isinstance(term, Neg) else term
        yield Transpose(inner), 2.6
        for factor in factors_of(inner):
            if len(supply.letters) == 2 and isinstance(factor, Entry):
                yield multiply(call("delta", *map(Symbol, supply.letters)), factor), 2.4
    for name in supply.names:
        yield name, 2.8
        shape = ground.shape(name)
        if shape is not None and shape.rank == 2:
            yield Transpose(name), 3.0
            if shape.sizes[0] == shape.sizes[1]:
                yield call("inv", name), 3.0
        elif len(supply.letters) == 1 and shape is not None and shape.rank == 1:
            yield Entry(name, (Symbol(supply.letters[0]),)), 2.8
    for matrix in supply.names:
        for vector in supply.names:
            if ground.rank(matrix) == 2 and ground.rank(vector) == 1:
                yield from ((MatMul((item, vector)), 3.2) for item in (Transpose(matrix), matrix))
    yield ONE, 3.0


def _variable(ground: Ground) -> Expression | None:
    return ground.truth.variables[0][0] if isinstance(ground.truth, Derivative) else None

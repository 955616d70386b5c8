"""A few exact points at which candidates are compared before the index kernel is asked to prove one.

Method: the entries of a formula at each point, for each choice of the free index letters, as exact rationals or
balls. Agreement there proves nothing; it only says which candidates are worth a proof. Work is counted in
evaluations and proofs, so that the same case gives the same answer on every machine.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import product
from typing import TypeAlias

from flint import arb, fmpq

from derivcheck.assumption import ArrayShape
from derivcheck.claim import Setting
from derivcheck.diagnosis.arrays.case import ArrayCase
from derivcheck.diagnosis.arrays.trees import fresh
from derivcheck.expression import Derivative, Expression, Symbol, map_children, walk
from derivcheck.indexed_claim import answer, context_of
from derivcheck.kernel.balls import Unclear, Undefined, precision
from derivcheck.kernel.concrete.arrays import IDENTITY, Array, Misfit, elementwise, transposed
from derivcheck.kernel.concrete.evaluate import Allowance, Evaluator, Point, Scope
from derivcheck.kernel.concrete.jets import Jet, ball
from derivcheck.kernel.concrete.points import points
from derivcheck.kernel.indexed.atoms import Unsupported
from derivcheck.kernel.indexed.question import Question, question
from derivcheck.shapes import Range, Shape, ShapeError, index_letters
from derivcheck.shapes.sizes import size_formula
from derivcheck.verdict import Verdict

BITS = 96
ATTEMPTS = 8
CHOICES = 4
PROOF_WORK = 25
ENTRIES = 150_000
HELD = "held "
# A candidate is made without asking whether its parts fit; what has no shape has no value either.
MEANINGLESS = (ShapeError, KeyError, IndexError, ValueError)

Spot: TypeAlias = tuple[Point, dict[str, int]]
"""A point and a choice of the free letters."""
Values: TypeAlias = tuple[Array, ...]
"""The value of a formula at each point and choice of letters."""


class Ground:
    """The case at its points, with the work left for it."""

    def __init__(self, case: ArrayCase, asked: Question, letters: Mapping[str, Range], work: int) -> None:
        self.case, self.shapes, self.letters, self.work = case, asked.shapes, letters, work
        self.varying = asked.varying
        self.truth, self.claimed = self.resolved(case.truth), fresh(self.resolved(case.claimed))
        self.allowance = Allowance(ENTRIES)
        found = points(asked.names, asked.shapes, asked.assumptions, ATTEMPTS)
        defined = [spots for point in found if (spots := list(self._spots(point))) and self._is_defined(spots[0])]
        self.spots = [spot for spots in _unlike(defined) for spot in spots]

    def _spots(self, point: Point) -> Iterator[Spot]:
        with precision(BITS):
            ranges = Evaluator(point, self.shapes, self.varying).ranges(self.letters)
        choices = list(product(*ranges.values()))
        for values in choices[:: max(1, (len(choices) + CHOICES - 2) // (CHOICES - 1))]:
            yield point, dict(zip(ranges, values, strict=True))

    def _is_defined(self, spot: Spot) -> bool:
        return self._value(self.truth, spot) is not None

    def values(self, tree: Expression) -> Values | None:
        """The entries of a formula, None where it has none at some point or its shapes do not fit."""
        if not self.spend(1):
            return None
        found = []
        for spot in self.spots:
            value = self._value(tree, spot)
            if value is None:
                return None
            found.append(value)
        return tuple(found)

    def agrees(self, tree: Expression, target: Values | None) -> bool:
        """Whether a formula has these values; the first spot where it does not settles it."""
        if target is None or not self.spend(1):
            return False
        return all(
            (value := self._value(tree, spot)) is not None and _same(value, wanted)
            for spot, wanted in zip(self.spots, target, strict=True)
        )

    def _value(self, tree: Expression, spot: Spot) -> Array | None:
        point, letters = spot
        with precision(BITS):
            try:
                array = Evaluator(point, self.shapes, self.varying, self.allowance)(tree, Scope(letters))
            except (*MEANINGLESS, Unclear, Undefined, Misfit, Unsupported, ZeroDivisionError):
                return None
        return array if all(ball(jet.value).is_finite() for jet in array.entries) else None

    def resolved(self, tree: Expression) -> Expression:
        """The tree with products read as its shapes say, as far as they fit."""
        try:
            return self.shapes.resolved(tree)
        except ShapeError:
            return map_children(tree, self.resolved)

    def reached(self, tree: Expression) -> frozenset[str]:
        """All names that a formula leads to through definitions, its own included."""
        return self.shapes.reached(tree)

    def spend(self, amount: int) -> bool:
        """Take from the work that is left; whether there was enough."""
        self.work -= amount
        return self.work >= 0

    def proves(self, left: Expression, right: Expression) -> bool:
        """Whether the index kernel proves the equality for all sizes."""
        if not self.spend(PROOF_WORK):
            return False
        return answer(left, right, self.setting_for(left)).verdict is Verdict.PROVED

    def setting_for(self, tree: Expression) -> Setting:
        """The setting in which names held constant are known with their shapes."""
        setting = self.case.setting
        names = {item.name for item in _symbols(tree) if item.name.startswith(HELD)}
        shapes = {name: self.shape(Symbol(name.removeprefix(HELD))) for name in sorted(names)}
        held = tuple(
            ArrayShape((Symbol(name),), tuple(map(size_formula, shape.sizes)))
            for name, shape in shapes.items()
            if shape is not None and shape.rank
        )
        return replace(setting, assumptions=(*setting.assumptions, *held))

    def shape(self, tree: Expression) -> Shape | None:
        """The shape of a formula, None where its parts do not fit."""
        try:
            return self.shapes.of(tree)
        except MEANINGLESS:
            return None

    def rank(self, tree: Expression) -> int:
        """How many indices an entry of a formula has, -1 where its parts do not fit."""
        shape = self.shape(tree)
        return -1 if shape is None else shape.rank

    def is_square(self, tree: Expression) -> bool:
        """Whether a formula is a square matrix of a known size."""
        shape = self.shape(tree)
        return shape is not None and shape.rank == 2 and not shape.square and shape.sizes[0] == shape.sizes[1]


def _unlike(found: list[list[Spot]]) -> list[list[Spot]]:
    """Two points with their spots, of different sizes where there are such."""
    sizes = [spots[0][0].sizes for spots in found]
    others = [
        spots
        for spots, own in zip(found[1:], sizes[1:], strict=True)
        if all(size != sizes[0][name] for name, size in own.items())
    ]
    return [*found[:1], *(others or found[1:])[:1]]


def ground_of(case: ArrayCase, work: int) -> Ground | None:
    """The ground of a case; None where no point of its domain is found."""
    context = context_of(case.setting)
    asked, letters = None, {}
    try:
        asked = question(case.truth, case.claimed, context)
        letters = asked.letters
    except (ShapeError, Unsupported):
        try:
            asked = question(case.truth, case.truth, context)
            letters = {**_letters_of(case.claimed, asked), **asked.letters}
        except (ShapeError, Unsupported):
            return None
    ground = Ground(case, asked, letters, work)
    return ground if ground.spots else None


def _letters_of(claimed: Expression, asked: Question) -> dict[str, Range]:
    """The free letters of a side whose shapes do not fit, as far as their ranges are known."""
    found = {}
    for letter in sorted(index_letters(claimed)):
        try:
            found[letter] = asked.shapes.range_of(letter, claimed)
        except ShapeError:
            continue
    return {letter: over for letter, over in found.items() if letter not in asked.shapes.size_names}


def _symbols(tree: Expression) -> Iterator[Symbol]:
    return (node for node in walk(tree) if isinstance(node, Symbol))


def _same(left: Array, right: Array) -> bool:
    if left is IDENTITY or right is IDENTITY:
        return left is right
    first, second = left.squeezed(), right.squeezed()
    return first.sizes == second.sizes and all(map(_overlap, first.entries, second.entries))


def _overlap(left: Jet, right: Jet) -> bool:
    first, second = left.value, right.value
    if isinstance(first, fmpq) and isinstance(second, fmpq):
        return bool(first == second)
    return bool(ball(first).overlaps(ball(second)))


def difference(left: Values | None, right: Values | None) -> Values | None:
    """What is left of one formula without the other."""
    if left is None or right is None:
        return None
    try:
        with precision(BITS):
            return tuple(elementwise(Jet.__sub__, one, other) for one, other in zip(left, right, strict=True))
    except Misfit:
        return None


def turned(values: Values | None) -> Values | None:
    """The transposes."""
    return None if values is None else tuple(map(transposed, values))


def ratios(left: Values | None, right: Values | None) -> list[arb | None] | None:
    """At each spot the number c with left = c * right, None where both are zero; no list where there is no c."""
    if left is None or right is None:
        return None
    found: list[arb | None] = []
    with precision(BITS):
        for first, second in zip(left, right, strict=True):
            if IDENTITY in (first, second) or first.squeezed().sizes != second.squeezed().sizes:
                return None
            pairs = [(ball(a.value), ball(b.value)) for a, b in zip(first.entries, second.entries, strict=True)]
            sure = [a / b for a, b in pairs if not b.contains(0)]
            if any(not a.contains(0) for a, b in pairs if b.contains(0)):
                return None
            if any(not item.overlaps(sure[0]) for item in sure):
                return None
            found.append(sure[0] if sure else None)
    return found if any(item is not None for item in found) else None


def is_jacobian(truth: Expression, ground: Ground) -> bool:
    """Whether a side is the matrix of derivatives of a vector by a vector, for which both layouts are right."""
    if not isinstance(truth, Derivative):
        return False
    shape, operand = ground.shape(truth), ground.shape(truth.operand)
    return shape is not None and operand is not None and shape.rank == 2 and operand.rank == 1

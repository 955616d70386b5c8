"""Concrete points: sizes, all different, and exact entries that satisfy the assumptions.

The search is deterministic: small rationals from a fixed sequence, in (0, 1) first, where logarithms and
probabilities live, then of either sign, then larger, then negative. Assumptions shape the entries where their form is
known (bounds, symmetric, positive definite, orthogonal, rows that sum to 1); an equation is solved for one
entry it is linear in, or put on a sphere. Then every assumption is checked exactly or by balls, and
a point that fails one is dropped: contradictory assumptions leave no point.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from fractions import Fraction
from itertools import product
from math import gcd, isqrt, prod

from flint import arb, fmpq

from derivcheck.assumption import Assumption, Holds, Member, OneOf, Property
from derivcheck.expression import (
    Condition,
    Entry,
    Logical,
    Number,
    Relation,
    Symbol,
    symbols,
)
from derivcheck.kernel.balls import Unclear, Undefined, rational_value
from derivcheck.kernel.concrete.arrays import Array, Misfit, built, places
from derivcheck.kernel.concrete.evaluate import Evaluator, Point, Scope
from derivcheck.kernel.concrete.jets import Jet
from derivcheck.kernel.concrete.names import Names
from derivcheck.kernel.concrete.properties import exact_value, has_property
from derivcheck.kernel.concrete.structured import Structuring, jet_of, on_sphere
from derivcheck.shapes import Shapes, index_letters

MAX_ENTRIES = 3_000
FRACTIONS = tuple(
    Fraction(top, bottom) for bottom in (2, 3, 4, 5, 7, 9) for top in range(1, bottom) if gcd(top, bottom) == 1
)


def points(names: Names, shapes: Shapes, assumptions: Iterable[Assumption], attempts: int) -> Iterator[Point]:
    """Points that satisfy the assumptions, in a fixed order."""
    known = tuple(assumptions)
    for attempt in range(attempts):
        try:
            point = _Sample(names, shapes, known, attempt).point()
        except (Unclear, Undefined, Misfit, ZeroDivisionError):
            continue
        if point is not None:
            yield point


class _Sample:
    """One attempt at a point."""

    def __init__(self, names: Names, shapes: Shapes, assumptions: tuple[Assumption, ...], attempt: int) -> None:
        self.names, self.shapes, self.assumptions, self.attempt = names, shapes, assumptions, attempt
        self.state = 7919 * (attempt + 1)
        self.words: dict[str, set[str]] = {}
        self.choices: dict[str, tuple[Fraction, ...]] = {}
        self.bounds: dict[str | Entry, tuple[Fraction | None, Fraction | None]] = {}
        self.whole: set[str] = set()
        for item in assumptions:
            self._note(item)

    def _note(self, item: Assumption) -> None:
        match item:
            case Property(names, words):
                for name in names:
                    self.words.setdefault(name.name, set()).update(words)
            case OneOf(names, values):
                exact = tuple(value for value in map(rational_value, values) if value is not None)
                for name in names:
                    self.choices[name.name] = exact
            case Member(names, kind) if kind in ("N", "Z"):
                self.whole.update(name.name for name in names)
            case Holds(conditions):
                for condition in conditions:
                    self._bound(condition)

    def _bound(self, condition: Condition) -> None:
        if isinstance(condition, Logical) or condition.operator not in ("<", "<=", ">", ">="):
            return
        for left, right, operator in (
            (condition.left, condition.right, condition.operator),
            (condition.right, condition.left, condition.operator.translate(str.maketrans("<>", "><"))),
        ):
            value = rational_value(right)
            if value is not None and isinstance(left, Symbol | Entry):
                name = self._bounded(left)
                low, high = self.bounds.get(name, (None, None))
                if operator[0] == ">":
                    low = value if low is None else max(low, value)
                else:
                    high = value if high is None else min(high, value)
                self.bounds[name] = (low, high)

    def _bounded(self, node: Symbol | Entry) -> str | Entry:
        """A whole array by its name, one entry such as x_1 or x_n by itself."""
        if isinstance(node, Symbol):
            return node.name
        letters = [isinstance(item, Symbol) and item.name not in self.shapes.size_names for item in node.indices]
        return node.array.name if all(letters) else node

    def point(self) -> Point | None:
        sizes = self._sizes()
        point = Point(sizes, {})
        arrays = (self.shapes.arrays[name] for name in self.names.values if name in self.shapes.arrays)
        if sum(prod(map(point.size, shape.sizes)) for shape in arrays) > MAX_ENTRIES:
            return None
        values = {name: self._value(name, point) for name in self.names.values}
        differentials = {name: self._plain(values[name].sizes) for name in self.names.varying}
        functions = {
            name: tuple(FRACTIONS[(3 * k + len(name) + self.attempt) % len(FRACTIONS)] for k in range(5))
            for name in self.names.functions
        }
        point = Point(sizes, values, differentials, functions)
        for item in self.assumptions:
            if isinstance(item, Holds):
                for condition in item.conditions:
                    solved = self._satisfied(point, condition)
                    if solved is None:
                        return None
                    point = solved
        return point if all(self._holds(point, item) for item in self.assumptions) else None

    def _sizes(self) -> dict[str, int]:
        names = sorted(self.shapes.size_names)
        shift = self.attempt % max(1, len(names))
        order = names[shift:] + names[:shift]
        start = max(2 if self.attempt < 4 else 3, *self.shapes.at_least.values(), 0)
        return {name: start + place for place, name in enumerate(order)}

    def _next(self) -> int:
        self.state = (1103515245 * self.state + 12345) % (1 << 31)
        return self.state >> 8

    def _number(self, name: str = "") -> Fraction:
        if name in self.choices:
            return self.choices[name][self._next() % len(self.choices[name])]
        if name in self.whole:
            return Fraction(1 + self._next() % 4)
        if name in self.bounds:
            return self._between(*self.bounds[name])
        unit = FRACTIONS[self._next() % len(FRACTIONS)]
        match self.attempt % 4:
            case 0:
                return unit
            case 1:
                return (unit + self._next() % 2) * (-1 if self._next() % 2 else 1)
            case 2:
                return unit + 1 + self._next() % 2
        return -unit

    def _between(self, low: Fraction | None, high: Fraction | None) -> Fraction:
        width = high - low if low is not None and high is not None else Fraction(2)
        start = low if low is not None else (high or Fraction(0)) - width
        return start + width * FRACTIONS[self._next() % len(FRACTIONS)]

    def _plain(self, sizes: tuple[int, ...], name: str = "") -> Array:
        return built(sizes, lambda place: jet_of(self._number(name)))

    def _value(self, name: str, point: Point) -> Array:
        sizes = tuple(point.size(size) for size in self.shapes.arrays[name].sizes) if name in self.shapes.arrays else ()
        structures = Structuring(self._plain, self.attempt % 2 == 1, self._next)
        array = structures.of(self._plain(sizes, name), self.words.get(name, set()))
        for entry, (low, high) in self.bounds.items():
            if isinstance(entry, Entry) and entry.array.name == name:
                array = _with_entry(array, entry, point, self._between(low, high))
        if array.row is not self.shapes.of_name(name).row:
            array = replace(array, row=True)
        return array

    def _satisfied(self, point: Point, condition: Condition) -> Point | None:
        """The point, changed so that an equation holds, or None where no change is found."""
        if isinstance(condition, Logical):
            return point
        if condition.operator != "=":
            return self._flipped(point, condition)
        names = [name for name in self.names.values if name in symbols(condition.left) | symbols(condition.right)]
        for letters in self._assignments(condition, point):
            while (missed := self._missed(point, condition, letters)) is not None:
                moved = self._solved(point, condition, letters, names, missed)
                if moved is None:
                    return None
                point = moved
        return point

    def _flipped(self, point: Point, condition: Relation) -> Point | None:
        """An inequality on one matrix that fails (`det X > 0`), with its first row negated."""
        names = symbols(condition.left) & set(self.names.values)
        try:
            if len(names) != 1 or condition.operator == "!=" or self._truth(point, condition):
                return point
        except Unclear:
            return None
        (name,) = names
        array = point.values[name]
        if len(array.sizes) != 2:
            return point
        entries = tuple(-jet if k < array.sizes[1] else jet for k, jet in enumerate(array.entries))
        return replace(point, values={**point.values, name: replace(array, entries=entries)})

    def _solved(
        self, point: Point, condition: Relation, letters: dict[str, int], names: list[str], missed: int
    ) -> Point | None:
        """The point changed so that the first equation missed holds, and those before it still do."""
        for name in names:
            array = point.values[name]
            for offset in range(len(array.entries)):
                found = self._line(point, condition, letters, name, offset, missed)
                if found is not None:
                    return found
            for radius in _radii(condition):
                sphere = replace(point, values={**point.values, name: on_sphere(array, radius)})
                if self._missed(sphere, condition, letters) is None:
                    return sphere
        return None

    def _line(
        self, point: Point, condition: Relation, letters: dict[str, int], name: str, offset: int, missed: int
    ) -> Point | None:
        """The point with one entry moved to where the equation, linear in it, holds."""

        def moved(value: fmpq) -> Point:
            array = point.values[name]
            entries = list(array.entries)
            entries[offset] = Jet({0: value})
            return replace(point, values={**point.values, name: replace(array, entries=tuple(entries))})

        at_zero, at_one = (self._gaps(moved(fmpq(k)), condition, letters)[missed] for k in (0, 1))
        if not isinstance(at_zero, fmpq) or not isinstance(at_one, fmpq) or at_zero == at_one:
            return None
        result = moved(at_zero / (at_zero - at_one))
        then = self._missed(result, condition, letters)
        return result if then is None or then > missed else None

    def _missed(self, point: Point, condition: Relation, letters: dict[str, int]) -> int | None:
        """The first entry of an equation between arrays that does not hold."""
        gaps = self._gaps(point, condition, letters)
        return next((place for place, gap in enumerate(gaps) if gap != 0), None)

    def _gaps(self, point: Point, condition: Relation, letters: dict[str, int]) -> list[fmpq | arb]:
        difference = Evaluator(point, self.shapes)(condition.left - condition.right, Scope(letters))
        return [jet.value for jet in difference.entries]

    def _assignments(self, condition: Condition, point: Point) -> Iterator[dict[str, int]]:
        letters = sorted(index_letters(condition) - self.shapes.size_names)  # type: ignore[arg-type]
        ranges = [self.shapes.range_of(letter, condition) for letter in letters]  # type: ignore[arg-type]
        values = [range(item.lower, point.size(item.upper) + 1) for item in ranges]
        for choice in product(*values):
            yield dict(zip(letters, choice, strict=True))

    def _holds(self, point: Point, item: Assumption) -> bool:
        """Whether the point certainly satisfies an assumption."""
        match item:
            case Holds(conditions):
                return all(self._truth(point, condition) for condition in conditions)
            case Property(names, words):
                arrays = [self._array(point, name) for name in names]
                return all(has_property(array, word) for array in arrays for word in words)
            case OneOf(names, _) | Member(names):
                entries = [jet for name in names for jet in self._array(point, name).entries]
                return all(self._belongs(exact_value(jet), item) for jet in entries)
        return True

    def _array(self, point: Point, name: Symbol) -> Array:
        """The exact value of a name; of a defined one, computed. One the statement does not use restricts nothing."""
        if name.name not in self.shapes.definitions:
            return point.values.get(name.name, Array((0,), ()))
        array = Evaluator(point, self.shapes)(name, Scope())
        if not all(isinstance(jet.value, fmpq) for jet in array.entries):
            raise Unclear
        return array

    def _belongs(self, value: Fraction, item: OneOf | Member) -> bool:
        if isinstance(item, OneOf):
            return value in map(rational_value, item.values)
        return item.kind == "R" or (value.denominator == 1 and (item.kind == "Z" or value >= 0))

    def _truth(self, point: Point, condition: Condition) -> bool:
        evaluator = Evaluator(point, self.shapes)
        return all(evaluator.holds(condition, Scope(letters)) for letters in self._assignments(condition, point))


def _with_entry(array: Array, entry: Entry, point: Point, value: Fraction) -> Array:
    """The array with one entry, at numbers and sizes as indices, set to a value."""
    wanted = [
        int(index.value) if isinstance(index, Number) else point.sizes.get(getattr(index, "name", ""))
        for index in entry.indices
    ]
    if len(wanted) != len(array.sizes) or None in wanted:
        return array
    entries = (jet_of(value) if [k + 1 for k in place] == wanted else array.at(place) for place in places(array.sizes))
    return replace(array, entries=tuple(entries))


def _radii(condition: Relation) -> list[Fraction]:
    """1, and the root of a square that the equation names."""
    squares = [value for side in (condition.left, condition.right) if (value := rational_value(side)) is not None]
    roots = [Fraction(isqrt(value.numerator), isqrt(value.denominator)) for value in squares if value > 0]
    return [Fraction(1), *(root for root in roots if root**2 in squares)]


def value_text(array: Array) -> str:
    """An array of exact entries as people write it: `[[1, 1/2], [0, 3]]`."""

    def text(place: tuple[int, ...]) -> str:
        if len(place) == len(array.sizes):
            return str(exact_value(array.at(place)))
        return "[" + ", ".join(text((*place, k)) for k in range(array.sizes[len(place)])) + "]"

    return text(())

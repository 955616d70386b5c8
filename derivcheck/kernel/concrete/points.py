"""Concrete points: sizes, all different, and exact entries that satisfy the assumptions.

The search is deterministic: small rationals from a fixed sequence, in (0, 1) first, where logarithms and
probabilities live, then of either sign, then larger, then negative. Assumptions shape the entries where their form is
known (bounds, symmetric, positive definite, orthogonal, rows that sum to 1); an equation is solved for one
entry it is linear in, or put on the unit sphere. Then every assumption is checked exactly or by balls, and
a point that fails one is dropped: contradictory assumptions leave no point.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from fractions import Fraction
from itertools import product
from math import gcd, prod

from flint import arb, fmpq, fmpq_mat

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
from derivcheck.kernel.concrete.jets import ZERO, Jet
from derivcheck.kernel.concrete.names import Names
from derivcheck.kernel.concrete.properties import exact_value, has_property
from derivcheck.shapes import Shapes, index_letters

MAX_ENTRIES = 3_000
FRACTIONS = tuple(
    Fraction(top, bottom) for bottom in (2, 3, 4, 5, 7, 9) for top in range(1, bottom) if gcd(top, bottom) == 1
)
SYMMETRIC = frozenset({"symmetric", "positive definite", "positive semidefinite", "negative definite"})


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
        start = 2 if self.attempt < 4 else 3
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
        return built(sizes, lambda place: _jet(self._number(name)))

    def _value(self, name: str, point: Point) -> Array:
        sizes = tuple(point.size(size) for size in self.shapes.arrays[name].sizes) if name in self.shapes.arrays else ()
        array = self._plain(sizes, name)
        words = self.words.get(name, set())
        if words & {"positive", "non-negative", "one-hot", "last axis sums to 1"}:
            array = Array(sizes, tuple(_jet(abs(exact_value(jet))) for jet in array.entries))
        if "negative" in words:
            array = Array(sizes, tuple(_jet(-abs(exact_value(jet))) for jet in array.entries))
        if len(sizes) == 2 and sizes[0] == sizes[1]:
            array = self._square(array, words)
        if "one-hot" in words:
            hot = self._next() % sizes[-1]
            array = built(sizes, lambda place: _jet(int(place[-1] == (hot + sum(place[:-1])) % sizes[-1])))
        elif "last axis sums to 1" in words:
            array = _normalised(array)
        if words & {"diagonal", "lower triangular", "upper triangular"}:
            array = _masked(array, words)
        for entry, (low, high) in self.bounds.items():
            if isinstance(entry, Entry) and entry.array.name == name:
                array = _with_entry(array, entry, point, self._between(low, high))
        if array.row is not self.shapes.of_name(name).row:
            array = replace(array, row=True)
        return array

    def _square(self, array: Array, words: set[str]) -> Array:
        n = array.sizes[0]
        matrix = fmpq_mat(n, n, [jet.value for jet in array.entries])
        unit = fmpq_mat(n, n, [int(i == j) for i in range(n) for j in range(n)])
        if words & {"positive definite", "positive semidefinite", "negative definite"}:
            matrix = matrix * matrix.transpose() + unit
            if "negative definite" in words:
                matrix = -1 * matrix
        elif "symmetric" in words:
            matrix = matrix + matrix.transpose()
        elif "antisymmetric" in words:
            matrix = matrix - matrix.transpose()
        elif "orthogonal" in words:
            skew = matrix - matrix.transpose()
            matrix = (unit - skew) * (unit + skew).inv()
        return Array(array.sizes, tuple(Jet({0: value}) for value in matrix.entries()))

    def _satisfied(self, point: Point, condition: Condition) -> Point | None:
        """The point, changed so that an equation holds, or None where no change is found."""
        if isinstance(condition, Logical):
            return point
        if condition.operator != "=":
            return self._flipped(point, condition)
        names = [name for name in self.names.values if name in symbols(condition.left) | symbols(condition.right)]
        for letters in self._assignments(condition, point):
            if self._gap(point, condition, letters) == 0:
                continue
            moved = self._solved(point, condition, letters, names)
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

    def _solved(self, point: Point, condition: Relation, letters: dict[str, int], names: list[str]) -> Point | None:
        for name in names:
            array = point.values[name]
            for offset in range(len(array.entries)):
                found = self._line(point, condition, letters, name, offset)
                if found is not None:
                    return found
            sphere = replace(point, values={**point.values, name: _on_sphere(array)})
            if self._gap(sphere, condition, letters) == 0:
                return sphere
        return None

    def _line(self, point: Point, condition: Relation, letters: dict[str, int], name: str, offset: int) -> Point | None:
        """The point with one entry moved to where the equation, linear in it, holds."""

        def moved(value: fmpq) -> Point:
            array = point.values[name]
            entries = list(array.entries)
            entries[offset] = Jet({0: value})
            return replace(point, values={**point.values, name: replace(array, entries=tuple(entries))})

        at_zero, at_one = (self._gap(moved(fmpq(k)), condition, letters) for k in (0, 1))
        if not isinstance(at_zero, fmpq) or not isinstance(at_one, fmpq) or at_zero == at_one:
            return None
        result = moved(at_zero / (at_zero - at_one))
        return result if self._gap(result, condition, letters) == 0 else None

    def _gap(self, point: Point, condition: Relation, letters: dict[str, int]) -> fmpq | arb:
        evaluator = Evaluator(point, self.shapes)
        scope = Scope(letters)
        difference = evaluator(condition.left - condition.right, scope)
        values = [jet.value for jet in difference.entries]
        return next((value for value in values if value != 0), fmpq(0))

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


def _jet(value: Fraction | int) -> Jet:
    exact = Fraction(value)
    return Jet({0: fmpq(exact.numerator, exact.denominator)})


def _with_entry(array: Array, entry: Entry, point: Point, value: Fraction) -> Array:
    """The array with one entry, at numbers and sizes as indices, set to a value."""
    wanted = [
        int(index.value) if isinstance(index, Number) else point.sizes.get(getattr(index, "name", ""))
        for index in entry.indices
    ]
    if len(wanted) != len(array.sizes) or None in wanted:
        return array
    entries = (_jet(value) if [k + 1 for k in place] == wanted else array.at(place) for place in places(array.sizes))
    return replace(array, entries=tuple(entries))


def _normalised(array: Array) -> Array:
    """Positive entries, scaled so that the last axis sums to 1."""
    last = array.sizes[-1]

    def entry(place: tuple[int, ...]) -> Jet:
        row = [exact_value(array.at((*place[:-1], k))) for k in range(last)]
        return _jet(row[place[-1]] / sum(row))

    return built(array.sizes, entry)


def _masked(array: Array, words: set[str]) -> Array:
    def kept(i: int, j: int) -> bool:
        return i == j or ("diagonal" not in words and (i > j) is ("lower triangular" in words))

    return built(array.sizes, lambda place: array.at(place) if kept(place[0], place[-1]) else ZERO)


def _on_sphere(array: Array) -> Array:
    """A rational point of the unit sphere near the direction of the entries."""
    t = [exact_value(jet) for jet in array.entries[:-1]]
    square = sum((value * value for value in t), Fraction(0))
    entries = [2 * value / (square + 1) for value in t] + [(square - 1) / (square + 1)]
    return replace(array, entries=tuple(map(_jet, entries)))


def value_text(array: Array) -> str:
    """An array of exact entries as people write it: `[[1, 1/2], [0, 3]]`."""

    def text(place: tuple[int, ...]) -> str:
        if len(place) == len(array.sizes):
            return str(exact_value(array.at(place)))
        return "[" + ", ".join(text((*place, k)) for k in range(array.sizes[len(place)])) + "]"

    return text(())

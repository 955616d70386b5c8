"""A fixed sequence of simple rational points inside stated bounds.

Method: each variable runs through small rationals that a person can calculate with, shifted against the
other variables so that no two are equal by accident; bounds map the sequence into the interval. The
sequence is the same in every run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice, product

from derivcheck.kernel.signs import Interval


@dataclass(frozen=True, slots=True)
class Kind:
    """What a variable ranges over: `real`, `integer`, `natural`, or one of some values."""

    name: str = "real"
    values: tuple[Fraction, ...] = ()

    def within(self, other: Kind) -> Kind:
        """What both kinds allow."""
        if other.values or (other.name == "natural" and self.name == "integer"):
            self, other = other, self
        return Kind(self.name, tuple(value for value in self.values if allows(other, value)))


REAL = Kind()
_PLAIN = (
    "1/2",
    "2",
    "1/3",
    "-1",
    "3",
    "-1/2",
    "3/2",
    "-2",
    "1",
    "1/4",
    "-3",
    "5/2",
    "3/4",
    "-3/2",
    "5",
    "0",
    "1/10",
    "10",
    "-5",
    "30",
    "-10",
    "100",
)
_POSITIVE = (
    "1/2",
    "2",
    "1/3",
    "3",
    "3/2",
    "1",
    "1/4",
    "5/2",
    "3/4",
    "1/10",
    "5",
    "4/3",
    "1/5",
    "10",
    "1/100",
    "30",
    "100",
)
_INSIDE = ("1/2", "1/3", "2/3", "1/4", "3/4", "1/5", "4/5", "1/10", "9/10", "2/5", "3/5", "1/8", "1/100", "99/100")
_WHOLE = ("2", "1", "3", "4", "5", "6", "7")
_SIGNED = ("2", "-1", "3", "1", "-2", "0", "4", "-3")


def _rationals(words: Sequence[str]) -> tuple[Fraction, ...]:
    return tuple(Fraction(word) for word in words)


def candidates(kind: Kind, bounds: Interval) -> tuple[Fraction, ...]:
    """The values a variable takes in turn."""
    low, high, _ = bounds
    if kind.values:
        return kind.values
    if kind.name != "real":
        values = _rationals(_WHOLE if kind.name == "natural" else _SIGNED)
        kept = tuple(v for v in values if (low is None or v >= low) and (high is None or v <= high))
        return kept or values
    if low is not None and high is not None:
        return tuple(low + (high - low) * part for part in _rationals(_INSIDE))
    if low is not None:
        return tuple(low + step for step in _rationals(_POSITIVE))
    if high is not None:
        return tuple(high - step for step in _rationals(_POSITIVE))
    return _rationals(_PLAIN)


def power_points(names: Sequence[str], kinds: Mapping[str, Kind]) -> Iterator[dict[str, Fraction]]:
    """Negative bases with whole and half exponents, where a power of a power shows its sign."""
    values = _rationals(("-1", "2", "1/2", "-2", "1", "3"))
    for choice in product(values, repeat=min(len(names), 3)):
        point = dict.fromkeys(names, Fraction(2))
        point.update(zip(names, choice, strict=False))
        if all(allows(kinds.get(name, REAL), value) for name, value in point.items()):
            yield point


def allows(kind: Kind, value: Fraction) -> bool:
    """Whether a variable of the kind takes the value."""
    if kind.values:
        return value in kind.values
    whole = value.denominator == 1
    return kind.name == "real" or (whole and (kind.name == "integer" or value > 0))


def simple_points(names: Sequence[str], count: int) -> Iterator[dict[str, Fraction]]:
    """Points with the simplest values, zeros and ones first, for a counterexample that is easy to redo."""
    values = _rationals(("0", "1", "1/2", "2", "-1"))
    found = product(values, repeat=min(len(names), 4))
    for choice in sorted(islice(found, 625), key=lambda point: sum(map(values.index, point)))[:count]:
        point = dict.fromkeys(names, Fraction(1))
        point.update(zip(names, choice, strict=False))
        yield point


def curve_points(
    names: Sequence[str], others: Sequence[str], lies_on: Callable[[Mapping[str, Fraction]], bool]
) -> Iterator[dict[str, Fraction]]:
    """Points whose coordinates `names` satisfy an equation, found among small rationals.

    The last two names run through a grid, the ones before them, parameters as a rule, through a few values.
    """
    grid = sorted({Fraction(a, b) for b in range(1, 6) for a in range(-5 * b, 5 * b + 1)}, key=_simplicity)[:70]
    free, moving = names[:-2], names[-2:]
    for given in islice(product(_rationals(("1", "2", "5", "1/2")), repeat=len(free)), 16):
        fixed = dict(zip(free, given, strict=True))
        for choice in product(grid, repeat=len(moving)):
            point = {**fixed, **dict(zip(moving, choice, strict=True))}
            if lies_on(point):
                yield {**dict(zip(others, _rationals(_POSITIVE), strict=False)), **point}


def _simplicity(value: Fraction) -> tuple[int, Fraction]:
    return abs(value.numerator) + 2 * value.denominator, value


def points(
    names: Sequence[str], kinds: Mapping[str, Kind], bounds: Mapping[str, Interval], count: int
) -> Iterator[dict[str, Fraction]]:
    """The first `count` points. Later rounds shift the variables against each other in new ways."""
    columns = [candidates(kinds.get(name, REAL), bounds.get(name, (None, None, True))) for name in names]
    seen: set[tuple[Fraction, ...]] = set()
    for k in range(count):
        step = 1 + k // 7
        point = tuple(column[(k + j * step) % len(column)] for j, column in enumerate(columns))
        if point not in seen:
            seen.add(point)
            yield dict(zip(names, point, strict=True))

"""Both sides of an equality at a concrete point: whether they differ, and that they are defined there.

Only disjoint balls are a difference, or a claim that is undefined with room around it where the truth is
defined. Balls that overlap everywhere say that both sides exist at the point, and nothing more.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import product
from typing import TypeAlias

from flint import fmpq

from derivcheck.expression import Expression
from derivcheck.kernel.balls import Unclear, Undefined, decimal, precision
from derivcheck.kernel.concrete.arrays import IDENTITY, Array, Misfit, identity, places
from derivcheck.kernel.concrete.evaluate import Allowance, Evaluator, Exhausted, Point, Scope
from derivcheck.kernel.concrete.jets import ZERO, Jet, Outside, ball
from derivcheck.kernel.concrete.points import value_text
from derivcheck.notation.examples import shown
from derivcheck.shapes import Range, Shapes

LADDER = (80, 320)
DIGITS = 8


@dataclass(frozen=True, slots=True)
class Sides:
    """An equality to evaluate. `axes` orders the truth's indices as the claim has them; with `diagonal` the
    claim gives the diagonal of the truth, which is zero elsewhere."""

    truth: Expression
    claim: Expression
    axes: tuple[int, ...]
    diagonal: bool = False


@dataclass(frozen=True, slots=True)
class Difference:
    """Two values that certainly differ, at the letters' values and in the (0-based) entry of the truth."""

    point: Point
    letters: dict[str, int]
    entry: tuple[int, ...]
    expected: str
    claimed: str


@dataclass(frozen=True, slots=True)
class Agreement:
    """Both sides are defined at the point, and no difference was found."""


@dataclass(frozen=True, slots=True)
class Gap:
    """The truth is defined at the point, the claim is not, though it may be nearby."""

    point: Point
    letters: dict[str, int]
    expected: str
    entry: tuple[int, ...] = ()
    claimed: str = "undefined"


@dataclass(frozen=True, slots=True)
class Silence:
    """The truth is not defined at the point, or the balls do not tell."""


Comparison: TypeAlias = Difference | Agreement | Gap | Silence


def compare(
    sides: Sides,
    point: Point,
    shapes: Shapes,
    varying: frozenset[str],
    letters: Mapping[str, Range],
    allowance: Allowance | None = None,
    apart: frozenset[tuple[str, str]] = frozenset(),
) -> Comparison:
    """What the two sides do at a point, with rising precision; letters that are `apart` take different values."""
    for bits in LADDER:
        with precision(bits):
            try:
                return _compared(sides, Evaluator(point, shapes, varying, allowance), letters, apart)
            except Exhausted:
                return Silence()
            except Unclear:
                continue
            except (Undefined, Misfit):
                return Silence()
    return Silence()


def _compared(
    sides: Sides, evaluator: Evaluator, letters: Mapping[str, Range], apart: frozenset[tuple[str, str]]
) -> Comparison:
    ranges = evaluator.ranges(letters)
    for values in product(*ranges.values()):
        at = dict(zip(ranges, values, strict=True))
        if any(at[first] == at[second] for first, second in apart):
            continue
        truth = _checked(evaluator(sides.truth, Scope(at)))
        try:
            claim = _checked(evaluator(sides.claim, Scope(at)))
        except Outside:
            evaluator.define_all()
            return Difference(evaluator.point, at, (), _shown(truth), "undefined")
        except Undefined:
            return Gap(evaluator.point, at, _shown(truth))
        for entry, expected, claimed in _pairs(sides, truth, claim):
            if not ball(expected.value).overlaps(ball(claimed.value)):
                return Difference(evaluator.point, at, entry, _text(expected), _text(claimed))
    return Agreement()


def _pairs(sides: Sides, truth: Array, claim: Array) -> Iterable[tuple[tuple[int, ...], Jet, Jet]]:
    """The entries of the truth with those of the claim they are to be compared with; sizes of 1 do not count."""
    size = next((one.sizes[0] for one in (truth, claim) if one is not IDENTITY and one.sizes), 3)
    truth, claim = (identity(size) if one is IDENTITY else one.squeezed() for one in (truth, claim))
    for place in places(truth.sizes):
        if not claim.sizes:
            claimed = claim.entries[0]
        elif sides.diagonal:
            claimed = claim.at(place[:1]) if len(set(place)) == 1 else ZERO
        else:
            claimed = claim.at(tuple(place[axis] for axis in sides.axes))
        yield place, truth.at(place), claimed


def _checked(array: Array) -> Array:
    if not all(ball(jet.value).is_finite() for jet in array.entries):
        raise Unclear
    return array


def _text(jet: Jet) -> str:
    """A value as text: exact where it is a short rational."""
    exact = str(jet.value) if isinstance(jet.value, fmpq) else ""
    return exact if exact and len(exact) <= 2 * DIGITS else decimal(ball(jet.value), DIGITS)


def _shown(array: Array) -> str:
    texts = [_text(jet) for jet in array.entries]
    return f"[{', '.join(texts)}]" if array.sizes else texts[0]


def point_text(point: Point, names: Iterable[str], letters: Mapping[str, int]) -> tuple[dict[str, str], dict[str, str]]:
    """Sizes, index letters and values of a point as text, and its unknown functions as polynomials in t."""
    result = {name: str(value) for name, value in (*point.sizes.items(), *letters.items())}
    result.update({shown(name): value_text(point.values[name]) for name in names if name in point.values})
    result.update({f"d{name}": value_text(value) for name, value in point.differentials.items()})
    functions = {
        name: " + ".join(f"{value}*t^{k}" if k else str(value) for k, value in enumerate(coefficients))
        for name, coefficients in point.functions.items()
    }
    return result, functions

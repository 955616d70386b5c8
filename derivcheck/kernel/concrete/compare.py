"""Both sides of an equality at concrete points: where they differ, and that they are defined somewhere.

Only disjoint balls are a difference; so is a claim that is undefined, with room around, where the truth is
defined. Balls that overlap everywhere say that both sides exist at the point, and nothing more.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from derivcheck.expression import Expression
from derivcheck.kernel.balls import Unclear, Undefined, precision
from derivcheck.kernel.concrete.arrays import IDENTITY, Array, Misfit, identity, places
from derivcheck.kernel.concrete.evaluate import Evaluator, Point, Scope
from derivcheck.kernel.concrete.jets import Jet, Outside, ball
from derivcheck.kernel.concrete.points import value_text
from derivcheck.shapes import Range, Shapes

LADDER = (80, 320)
DIGITS = 8


@dataclass(frozen=True, slots=True)
class Difference:
    """Two values at one place of one point that certainly differ; `claimed` may be `undefined`."""

    point: Point
    place: dict[str, int]
    entry: tuple[int, ...]
    expected: str
    claimed: str


@dataclass(frozen=True, slots=True)
class Agreement:
    """Both sides are defined at the point, and no difference was found."""

    point: Point


@dataclass(frozen=True, slots=True)
class Sides:
    """An equality to evaluate. `axes` orders the truth's indices as the claim has them; with `diagonal` the
    claim gives the diagonal of the truth, which is zero elsewhere."""

    truth: Expression
    claim: Expression
    axes: tuple[int, ...]
    diagonal: bool = False


def compare(
    sides: Sides, point: Point, shapes: Shapes, varying: frozenset[str], letters: Mapping[str, Range]
) -> Difference | Agreement | None:
    """What the two sides do at a point; None where the truth is not defined or the balls do not tell."""
    for bits in LADDER:
        with precision(bits):
            try:
                return _compared(sides, Evaluator(point, shapes, varying), letters)
            except Unclear:
                continue
            except (Undefined, Misfit):
                return None
    return None


def _compared(sides: Sides, evaluator: Evaluator, letters: Mapping[str, Range]) -> Difference | Agreement:
    ranges = evaluator.ranges(letters)
    for values in product(*ranges.values()):
        letter_values = dict(zip(ranges, values, strict=True))
        scope = Scope(letter_values)
        truth = evaluator(sides.truth, scope)
        _check_finite(truth)
        try:
            claim = evaluator(sides.claim, scope)
        except Outside:
            return Difference(evaluator.point, letter_values, (), _shown(truth), "undefined")
        found = _first_difference(sides, truth, claim)
        if found is not None:
            place, expected, claimed = found
            return Difference(evaluator.point, letter_values, place, _text(expected), _text(claimed))
    return Agreement(evaluator.point)


def _first_difference(sides: Sides, truth: Array, claim: Array) -> tuple[tuple[int, ...], Jet, Jet] | None:
    if truth is IDENTITY or claim is IDENTITY:
        size = next((one.sizes[0] for one in (truth, claim) if one is not IDENTITY), 3)
        truth, claim = (identity(size) if one is IDENTITY else one for one in (truth, claim))
    _check_finite(claim)
    for place in places(truth.sizes):
        moved = tuple(place[axis] for axis in sides.axes)
        if sides.diagonal:
            expected = truth.at(place)
            claimed = claim.at(place[:1]) if len(set(place)) == 1 else Jet({})
        else:
            expected = truth.at(place)
            claimed = claim.at(moved if claim.sizes else ())
        if not ball(expected.value).overlaps(ball(claimed.value)):
            return place, expected, claimed
    return None


def _check_finite(array: Array) -> None:
    if not all(ball(jet.value).is_finite() for jet in array.entries):
        raise Unclear


def _text(jet: Jet) -> str:
    """A value as text: exact where it is a short rational."""
    value = jet.value
    exact = str(value) if not hasattr(value, "mid") else ""
    return exact if exact and len(exact) <= 2 * DIGITS else ball(value).str(DIGITS, radius=False)


def _shown(array: Array) -> str:
    if not array.sizes:
        return _text(array.entries[0])
    return f"[{', '.join(map(_text, array.entries))}]"


def point_text(point: Point, names: Iterable[str], letters: Mapping[str, int]) -> dict[str, str]:
    """Sizes, values and index letters of a point as text."""
    shown = {name: str(size) for name, size in point.sizes.items()}
    shown.update({name: str(value) for name, value in letters.items()})
    shown.update({name: value_text(point.values[name]) for name in names if name in point.values})
    shown.update({f"d{name}": value_text(value) for name, value in point.differentials.items()})
    return shown


def function_text(coefficients: Sequence[object]) -> str:
    """A polynomial in t as text."""
    return " + ".join(f"{value}*t^{k}" if k else str(value) for k, value in enumerate(coefficients))

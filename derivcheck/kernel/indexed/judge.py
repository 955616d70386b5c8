"""The verdict on an equality with indices, vectors or matrices: for all sizes, or at concrete ones.

Order of work: shapes; a few concrete points, all sizes different; the proof; more points. Disjoint balls
refute; an empty difference of normal forms proves, once the two sides have been seen to agree somewhere.
"""

from __future__ import annotations

from collections.abc import Iterator

from derivcheck.expression import Expression
from derivcheck.kernel.concrete.compare import Agreement, Comparison, Difference, Gap, Sides, compare, point_text
from derivcheck.kernel.concrete.evaluate import Allowance
from derivcheck.kernel.concrete.points import points
from derivcheck.kernel.indexed.atoms import Undefined, Unsupported
from derivcheck.kernel.indexed.layouts import Layout, layouts
from derivcheck.kernel.indexed.proof import NeverDefined, NoProof, Proof
from derivcheck.kernel.indexed.question import Question, question
from derivcheck.kernel.indexed.result import (
    Budget,
    Context,
    LayoutDiffers,
    Proved,
    Refuted,
    Result,
    ShapeMismatch,
    Unknown,
)
from derivcheck.notation.printing import print_plain
from derivcheck.shapes import ShapeError

ENOUGH = 2
DEFAULT_BUDGET = Budget()


def judge(left: Expression, right: Expression, context: Context, budget: Budget = DEFAULT_BUDGET) -> Result:
    """Whether the claim on the right equals the truth on the left."""
    try:
        asked = question(left, right, context)
        ways = layouts(asked)
        return _decided(asked, ways, budget)
    except ShapeError as error:
        mended = "" if error.mended is None else f"write {print_plain(error.mended)}"
        return ShapeMismatch(error.message, error.span, error.suggestion or mended)
    except Unsupported as reason:
        return Unknown(str(reason))
    except RecursionError:
        return Unknown("the statement is nested too deeply")


def _decided(asked: Question, ways: list[Layout], budget: Budget) -> Result:
    """Right in a layout that is accepted; else right in another; else wrong when refuted in each accepted one."""
    allowance = Allowance(budget.entries)
    accepted = [layout for layout in ways if layout.accepted]
    verdicts: list[Result] = []
    for layout in accepted:
        verdict = _under(asked, layout, budget, allowance)
        if isinstance(verdict, Proved):
            return verdict
        verdicts.append(verdict)
    for layout in ways:
        if not layout.accepted:
            verdict = _under(asked, layout, budget, allowance)
            if isinstance(verdict, Proved):
                return LayoutDiffers(layout.note)
            if not accepted:
                verdicts.append(verdict)
    return next((verdict for verdict in verdicts if not isinstance(verdict, Refuted)), verdicts[0])


def _under(asked: Question, layout: Layout, budget: Budget, allowance: Allowance) -> Proved | Refuted | Unknown:
    """The verdict in one layout."""
    evidence = _evidence(asked, layout, budget.points, allowance)
    seen = _Seen()
    for found in evidence:
        if isinstance(found, Difference):
            return refutation(asked, found)
        seen.note(found)
        if seen.agreeing == ENOUGH:
            break
    verdict = _attempt(asked, layout, budget, seen)
    if isinstance(verdict, Unknown):
        for found in evidence:
            if isinstance(found, Difference):
                return refutation(asked, found)
    return verdict


class _Seen:
    """What the points said so far."""

    def __init__(self) -> None:
        self.points = 0
        self.agreeing = 0
        self.gap: Gap | None = None

    def note(self, found: Comparison) -> None:
        self.points += 1
        self.agreeing += isinstance(found, Agreement)
        self.gap = found if isinstance(found, Gap) else self.gap


def _evidence(asked: Question, layout: Layout, count: int, allowance: Allowance) -> Iterator[Comparison]:
    sides = Sides(asked.truth, asked.claim, layout.axes, layout.diagonal)
    for point in points(asked.names, asked.shapes, asked.assumptions, count):
        yield compare(sides, point, asked.shapes, asked.varying, asked.letters, allowance, asked.apart)


def _attempt(asked: Question, layout: Layout, budget: Budget, seen: _Seen) -> Proved | Refuted | Unknown:
    """The proof, with the reason where there is none."""
    if not seen.points:
        return Unknown("no point was found at which the assumptions hold")
    try:
        proof = Proof(asked, layout, budget.work).run()
    except NeverDefined as reason:
        if seen.gap is not None:
            return refutation(asked, seen.gap)
        return Unknown(str(reason), seen.agreeing)
    except (NoProof, Unsupported, Undefined) as reason:
        return Unknown(str(reason), seen.agreeing)
    if seen.agreeing:
        return proof
    return Unknown("no point was found at which both sides are defined")


def refutation(asked: Question, found: Difference | Gap) -> Refuted:
    """A difference at a point as the counterexample to show."""
    point = found.point
    values, functions = point_text(point, asked.names.values, found.letters)
    entry = tuple(place + 1 for place in found.entry)
    return Refuted(dict(point.sizes), values, entry, found.expected, found.claimed, functions)

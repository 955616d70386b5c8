"""The points at which candidates are compared, and exact agreement as the kernel sees it.

Method: a few points of the fixed sequence that lie inside the domain and where both sides have a value.
Candidates are trees as written, with names of definitions; what a name or a standing derivative means is
looked up once. Agreement of balls at all points makes a candidate worth proving, no more.

Limits: a statement whose domain holds none of the first points has no ground, and so no diagnosis.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from flint import arb

from derivcheck.claim import form
from derivcheck.diagnosis.case import Case
from derivcheck.expression import Apply, At, Derivative, Expression, Symbol
from derivcheck.kernel import balls
from derivcheck.kernel.balls import Evaluator, Unclear, precision
from derivcheck.kernel.differentiate import NoRule, expand_derivatives, instantiate
from derivcheck.kernel.domain import requirements
from derivcheck.kernel.field import Budget
from derivcheck.kernel.prove import Proof, Region, prove
from derivcheck.kernel.question import Question
from derivcheck.kernel.search import Search

BITS = 128
WANTED = 4
MOST_ZEROS = 8
TRIED = 120
PROOF_BUDGET = 3_000_000


class Values(Evaluator):
    """Values at one point of trees as written; `meaning` closes names and derivatives over the graph."""

    def __init__(self, values: Mapping[str, arb], meaning: Callable[[Expression], Expression]) -> None:
        super().__init__({})
        self.values.update(values)
        self.meaning = meaning

    def _value(self, node: Expression) -> arb:
        if isinstance(node, Symbol):
            if node.name not in self.values:
                closed = self.meaning(node)
                if closed == node:
                    raise Unclear
                self.values[node.name] = self(closed)
            return self.values[node.name]
        if isinstance(node, Apply | Derivative | At):
            closed = self.meaning(node)
            if closed == node:
                raise Unclear
            return self(closed)
        return super()._value(node)


@dataclass(slots=True)
class Ground:
    """Where candidates are compared."""

    case: Case
    points: list[Values]
    truth: list[arb]
    claimed: list[arb]
    work: int

    def spend(self, amount: int = 1) -> bool:
        """Take work off the limit; false when there is none left."""
        self.work -= amount
        return self.work > 0

    def values(self, tree: Expression) -> list[arb] | None:
        """The tree's value at each point, or None where it has none."""
        try:
            with precision(BITS):
                return [point(tree) for point in self.points]
        except (Unclear, balls.Undefined, NoRule, ZeroDivisionError):
            return None

    def first(self, tree: Expression) -> arb | None:
        """The tree's value at the first point."""
        try:
            with precision(BITS):
                return self.points[0](tree)
        except (Unclear, balls.Undefined, NoRule, ZeroDivisionError):
            return None

    def agrees(self, tree: Expression, wanted: list[arb]) -> bool:
        """Whether the tree has the wanted values at all points."""
        first = self.first(tree)
        if first is None or not first.overlaps(wanted[0]):
            return False
        found = self.values(tree)
        return found is not None and same(found, wanted)

    def proves(self, left: Expression, right: Expression) -> bool:
        """Whether the kernel proves two trees as written equal on the domain of the case."""
        if not self.spend(50):
            return False
        left, right = form((left, right), self.case.setting, self.case.form.keep).sides
        known = self.case.form.region
        needed = (*requirements(left), *requirements(right))
        region = Region(known.assumptions, tuple(dict.fromkeys((*known.natural, *needed))))
        return isinstance(prove(left, right, region, Budget(PROOF_BUDGET)), Proof)


def same(left: list[arb], right: list[arb]) -> bool:
    """Whether the values agree at every point."""
    return all(a.overlaps(b) for a, b in zip(left, right, strict=True))


def ground_of(case: Case, work: int) -> Ground | None:
    """The ground of a case, or None when no point shows both sides."""
    try:
        search = Search(Question(case.form.sides[0], case.form.sides[1], case.form.region, case.setting.kinds))
    except (NoRule, KeyError):
        return None
    found = _chosen(_rows(case, search))
    truth, claimed = [row[1] for row in found], [row[2] for row in found]
    return None if same(truth, claimed) else Ground(case, [row[0] for row in found], truth, claimed, work)


Row = tuple[Values, arb, arb]


def _rows(case: Case, search: Search) -> Iterator[Row]:
    """Points of the domain, each with the true and the claimed value."""
    meaning = _meaning(case, search)
    for inside in search.evaluators(TRIED, BITS):
        values = Values(inside.values, meaning)
        try:
            with precision(BITS):
                truth, claimed = values(search.truth), values(search.claimed)
        except (Unclear, balls.Undefined):
            continue
        yield values, truth, claimed


def _chosen(rows: Iterator[Row]) -> list[Row]:
    """The first points where neither side vanishes, since zeros tell little; the others only where these do not do."""
    telling: list[Row] = []
    zeros: list[Row] = []
    for row in rows:
        (zeros if row[1].contains(0) or row[2].contains(0) else telling).append(row)
        if len(telling) == WANTED or len(zeros) == MOST_ZEROS:
            break
    if all(truth.overlaps(claimed) for _, truth, claimed in telling):
        return [*zeros, *telling][:WANTED]
    return [*telling, *zeros][:WANTED]


def _meaning(case: Case, search: Search) -> Callable[[Expression], Expression]:
    known: dict[Expression, Expression] = {}

    def meaning(node: Expression) -> Expression:
        if node not in known:
            closed = form((node,), case.setting, case.form.keep).sides[0]
            closed = expand_derivatives(closed)
            known[node] = instantiate(closed, search.instances) if search.instances else closed
        return known[node]

    return meaning

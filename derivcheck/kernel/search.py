"""Looks at both sides of an equality at points of the domain: for a witness, and for a counterexample.

Only disjoint enclosures at an exact point whose membership in the domain is certain refute. Unknown functions
become polynomials, as long as these can stand for all functions that meet the assumptions.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import chain, islice

from flint import arb

from derivcheck.expression import (
    Condition,
    Derivative,
    Expression,
    Logical,
    Pow,
    Reduction,
    Relation,
    children,
    symbols,
    walk,
)
from derivcheck.kernel import balls
from derivcheck.kernel.balls import Evaluator, Unclear, precision
from derivcheck.kernel.differentiate import expand_derivatives, instantiate
from derivcheck.kernel.instances import extend_around, instances
from derivcheck.kernel.linear import solution
from derivcheck.kernel.points import REAL, allows, curve_points, points, power_points, simple_points
from derivcheck.kernel.prove import stated_bounds
from derivcheck.kernel.question import Outcome, Question, Refuted, Undecided, Witness
from derivcheck.kernel.values import cost, text_of, value_at, with_exact_values

DEEP_POINTS = 400
NICE_POINTS = 30
EASY = 6
LADDER = (64, 128, 320, 1024, 4096)


class Search:
    """Looks at both sides at points of the domain."""

    def __init__(self, question: Question) -> None:
        self.question = question
        self.instances = instances((question.truth, question.claimed))
        self.witness: Witness | None = None
        self.agreed = 0
        self.sides = expand_derivatives(question.truth), expand_derivatives(question.claimed)
        self.truth, self.claimed = map(self._prepare, self.sides)
        self.extends = extend_around(question.region.assumptions, self.sides)
        self.shown = symbols(self.truth) | symbols(self.claimed)
        self.names = sorted(_variables(question, self.shown))
        natural = [item for item in question.region.natural if not item.soft]
        self.conditions = [
            (tuple(map(self._prepared, item.guards)), self._condition(item.condition)) for item in natural
        ]
        soft = any(item.soft and not item.guards for item in question.region.natural)
        self.thorough = soft or (bool(question.kinds) and any(map(_has_whole_power, self.sides)))
        self.assumptions = [self._prepared(item) for item in question.region.assumptions]
        self.bounds = stated_bounds(question.region)
        self.solved = self._solve()
        self.curve = [] if self.solved else self._curve()

    def _prepare(self, tree: Expression) -> Expression:
        tree = expand_derivatives(tree)
        return instantiate(tree, self.instances) if self.instances else tree

    def _prepared(self, condition: Condition) -> Condition:
        if isinstance(condition, Logical):
            return Logical(condition.operator, tuple(map(self._prepared, condition.operands)))
        return self._condition(condition)

    def _condition(self, condition: Relation) -> Relation:
        return Relation(condition.operator, self._prepare(condition.left), self._prepare(condition.right))

    def run(self, count: int, enough: int, ladder: tuple[int, ...]) -> Refuted | None:
        """Look at up to `count` points until `enough` of them agree."""
        agreed = 0
        for point in self._sequence(count):
            outcome = self._compare(point, ladder)
            if isinstance(outcome, Refuted):
                return with_exact_values(self._simpler(outcome, ladder), (self.truth, self.claimed))
            agreed += outcome
            if agreed >= enough and not self.thorough:
                break
        self.agreed = max(self.agreed, agreed)
        return None

    def _curve(self) -> list[Expression]:
        """Stated equations, to be met by exact arithmetic: balls cannot show that a value is zero."""
        equations = [item for item in self.assumptions if isinstance(item, Relation) and item.operator == "="]
        for item in equations:
            self.assumptions.remove(item)
        return [item.left - item.right for item in equations]

    def _on_curve(self, point: Mapping[str, Fraction]) -> bool:
        return all(value_at(gap, point) == 0 for gap in self.curve)

    def _sequence(self, count: int) -> Iterator[dict[str, Fraction]]:
        """Where to look: on the curve that an equation states, else at simple points of the box."""
        if self.curve:
            names = sorted(frozenset().union(*map(symbols, self.curve)))
            others = [name for name in self.names if name not in names]
            return islice(filter(self._allowed, curve_points(names, others, self._on_curve)), count)
        sequence = points(self.names, self.question.kinds, self.bounds, count)
        return chain(sequence, power_points(self.names, self.question.kinds)) if self.thorough else sequence

    def _allowed(self, point: Mapping[str, Fraction]) -> bool:
        """Whether each variable takes a value of its kind."""
        return all(allows(self.question.kinds.get(name, REAL), value) for name, value in point.items())

    def _solve(self) -> dict[str, Expression]:
        """A variable that one stated equation gives, by values that need not be rational; it then holds by itself."""
        for item in tuple(self.assumptions):
            if isinstance(item, Relation) and item.operator == "=":
                gap = item.left - item.right
                if value_at(gap, dict.fromkeys(symbols(gap), Fraction(1))) is not None:
                    continue
                found = solution(gap, frozenset(self.question.kinds))
                if found is not None:
                    self.assumptions.remove(item)
                    return dict([found])
        return {}

    def _simpler(self, found: Refuted, ladder: tuple[int, ...]) -> Refuted:
        """A refutation with rational values at a point that is easy to redo by hand, if there is one."""
        best = found
        if self.curve:
            return found
        for point in simple_points(self.names, NICE_POINTS):
            if cost(best.witness) <= EASY:
                break
            if any(kind.name != "real" for kind in self.question.kinds.values()):
                break
            outcome = self._compare(point, ladder[:1])
            if isinstance(outcome, Refuted) and cost(outcome.witness) < cost(best.witness):
                best = outcome
        return best

    def _compare(self, point: dict[str, Fraction], ladder: tuple[int, ...]) -> Refuted | bool:
        """Whether the sides agree at a point of the domain, or the refutation it gives."""
        seen = False
        for bits in ladder:
            with precision(bits):
                values = self._values(point)
            if values is None:
                if bits == ladder[0] and len(ladder) > 1:
                    continue
                return seen
            truth, claimed = values
            if not truth.overlaps(claimed):
                return Refuted(self._record(point, truth, claimed)) if self.extends else seen
            if self.witness is None:
                self.witness = self._record(point, truth, claimed)
            seen = True
        return seen

    def differs_at(self, point: dict[str, Fraction], bits: int) -> bool:
        """Whether the sides certainly differ at a point of the domain, or only the claimed side is undefined there."""
        return self._allowed(point) and self._on_curve(point) and isinstance(self._compare(point, (bits,)), Refuted)

    def meets(self, conditions: tuple[Relation, ...]) -> bool:
        """Whether some point of the domain where both sides exist satisfies the conditions."""
        if not conditions:
            return True
        wanted = [self._condition(item) for item in conditions]
        known = (self.witness.full_point,) if self.witness else ()
        for point in chain(known, self._sequence(DEEP_POINTS)):
            for bits in LADDER[:3]:
                with precision(bits):
                    if self._values(point, wanted) is not None:
                        return True
        return False

    def _values(self, point: dict[str, Fraction], wanted: Sequence[Relation] = ()) -> tuple[arb, arb] | None:
        try:
            evaluator = self._evaluator(point)
            if not self._inside(evaluator) or not all(map(evaluator.holds, wanted)):
                return None
            return evaluator(self.truth), evaluator(self.claimed)
        except (Unclear, balls.Undefined):
            return None

    def _evaluator(self, point: Mapping[str, Fraction]) -> Evaluator:
        evaluator = Evaluator({name: value for name, value in point.items() if name not in self.solved})
        for name, value in self.solved.items():
            evaluator.values[name] = evaluator(value)
        return evaluator

    def evaluators(self, count: int, bits: int) -> Iterator[Evaluator]:
        """Evaluators at those of the first points that certainly lie in the domain."""
        for point in self._sequence(count):
            with precision(bits):
                try:
                    evaluator = self._evaluator(point)
                    if not self._inside(evaluator):
                        continue
                except (Unclear, balls.Undefined):
                    continue
            yield evaluator

    def _inside(self, evaluator: Evaluator) -> bool:
        """Whether the point certainly lies in the domain."""
        return all(evaluator.holds(item) for item in self.assumptions) and all(
            not all(map(evaluator.holds, guards)) or evaluator.holds(item) for guards, item in self.conditions
        )

    def _record(self, point: dict[str, Fraction], truth: arb | None, claimed: arb | None) -> Witness:
        shown = {name: value for name, value in point.items() if name in self.shown and name not in self.solved}
        bodies = {name: body for name, (_, body) in self.instances.items()}
        return Witness(
            shown,
            text_of(self.truth, point, truth),
            text_of(self.claimed, point, claimed),
            bodies,
            point,
        )

    def undefined(self) -> Outcome | None:
        """A point around which the claimed side is undefined while the truth is defined; not sought on curves.

        Variables that take single values stay there.
        """
        if self.curve:
            return None
        for point in points(self.names, self.question.kinds, self.bounds, DEEP_POINTS):
            with precision(64):
                try:
                    if not self._inside(self._evaluator(point)):
                        continue
                    around = self._evaluator(point)
                    for name in around.values.keys() - self.question.kinds.keys():
                        around.values[name] += arb(0, arb(2) ** -20)
                    around(self.truth)
                except (Unclear, balls.Undefined):
                    continue
                if self._claims_nothing(self._evaluator(point)) and self._claims_nothing(around):
                    if any(isinstance(node, Derivative) for node in walk(self.question.truth)):
                        return Undecided("equal where both are defined, but the claimed side is undefined in places")
                    return Refuted(self._record(point, self._evaluator(point)(self.truth), None))
        return None

    def _claims_nothing(self, evaluator: Evaluator) -> bool:
        """Whether the claimed side is certainly undefined."""
        try:
            evaluator(self.claimed)
        except balls.Undefined:
            return True
        except Unclear:
            return False
        return False


def _has_whole_power(tree: Expression) -> bool:
    """Whether a power with a whole exponent is in a tree: its sign may show at few points only."""
    return any(isinstance(node, Pow) and node.whole is not None for node in walk(tree))


def _variables(question: Question, shown: frozenset[str]) -> frozenset[str]:
    """The free variables of both sides and of the region."""
    bound = {
        node.index.name
        for tree in (question.truth, question.claimed)
        for node in walk(tree)
        if isinstance(node, Reduction)
    }
    names = shown
    for item in question.region.natural:
        names |= symbols(item.condition.left) | symbols(item.condition.right)
    for condition in question.region.assumptions:
        for child in children(condition):  # type: ignore[arg-type]
            names |= symbols(child)
    return names - bound

"""The verdict on one equality: proved, refuted, or neither, with the evidence.

Order of work: find a point of the domain where both sides exist and compare enclosures there; prove;
check that the claimed side is defined on the whole domain; then search longer for a counterexample, with
rising precision. Only disjoint enclosures at a point whose membership in the domain is certain refute, and
only a polynomial identity proves. What follows from neither is undecided.

Points where a case such as `x = 0` is chosen are single points that generic reasoning passes over; a
statement that depends on them stays undecided.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import chain, islice

from flint import arb

from derivcheck.expression import (
    ZERO,
    Add,
    Apply,
    Condition,
    Derivative,
    Expression,
    Logical,
    Number,
    Reduction,
    Relation,
    Symbol,
    children,
    substitute,
    symbols,
    walk,
)
from derivcheck.kernel import balls
from derivcheck.kernel.balls import Evaluator, Unclear, precision, rational_value
from derivcheck.kernel.differentiate import NoRule, expand_derivatives, instantiate
from derivcheck.kernel.domain import Requirement, condition_at, requirements
from derivcheck.kernel.exclusions import NotCovered, exclusions, is_thin
from derivcheck.kernel.field import Budget
from derivcheck.kernel.points import REAL, Kind, curve_points, points, power_points, simple_points
from derivcheck.kernel.prove import (
    NoProof,
    Proof,
    Region,
    exact_value,
    prove,
    stated_bounds,
)
from derivcheck.kernel.requirements import Status, status_of

QUICK_POINTS = 60
DEEP_POINTS = 400
ENOUGH = 2
NICE_POINTS = 30
EASY = 6
EXACT_NODES = 80
PARAMETERS = ("u", "v", "w", "p", "q", "r")
LADDER = (64, 128, 320, 1024, 4096)


@dataclass(frozen=True, slots=True)
class Question:
    """Is `claimed` equal to `truth` on the region? `kinds` says what each variable ranges over."""

    truth: Expression
    claimed: Expression
    region: Region
    kinds: Mapping[str, Kind] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Witness:
    """A point of the domain with the balls of both sides as text; None where a side is undefined."""

    point: dict[str, Fraction]
    truth: str | None
    claimed: str | None
    functions: dict[str, Expression] = field(default_factory=dict)
    full_point: dict[str, Fraction] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Proved:
    proof: Proof
    conditions: tuple[Relation, ...]
    witness: Witness


@dataclass(frozen=True, slots=True)
class Refuted:
    witness: Witness


@dataclass(frozen=True, slots=True)
class Undecided:
    """`seen` says what the search saw, `agreed` at how many points the sides agreed."""

    reason: str
    agreed: int = 0
    seen: str = ""


@dataclass(frozen=True, slots=True)
class Empty:
    """No point satisfies the assumptions and the definitions; `because` is the condition that fails."""

    because: str


Outcome = Proved | Refuted | Undecided | Empty


def decide(question: Question, budget: Budget) -> Outcome:
    """The verdict within a budget of polynomial work."""
    fixed = _whole_variable(question)
    if fixed:
        return Empty(f"{fixed} takes single values only, so there is no derivative by it")
    outcome = _decide(question, budget)
    few = {name for name, kind in question.kinds.items() if kind.values}
    if few and isinstance(outcome, Undecided):
        return _case_by_case(question, budget) or outcome
    conditions = outcome.conditions if few and isinstance(outcome, Proved) else ()
    if any(symbols(item.left - item.right) & few for item in conditions):
        return _case_by_case(question, budget) or Undecided("a condition speaks of a variable that takes a few values")
    return outcome


def _case_by_case(question: Question, budget: Budget) -> Outcome | None:
    """The verdict for variables that take a few values only, by going through them; None if a case is open."""
    name, kind = next((name, kind) for name, kind in question.kinds.items() if kind.values)
    rest = {other: kind for other, kind in question.kinds.items() if other != name}
    outcomes = []
    for value in kind.values:
        outcome = decide(_with_value(question, name, value, rest), budget)
        if isinstance(outcome, Refuted):
            seen = outcome.witness
            point, full = ({**place, name: value} for place in (seen.point, seen.full_point))
            return Refuted(replace(seen, point=point, full_point=full))
        outcomes.append(outcome)
    proved = [outcome for outcome in outcomes if isinstance(outcome, Proved)]
    if len(proved) != len(kind.values) or not proved:
        return None
    conditions = tuple(dict.fromkeys(item for outcome in proved for item in outcome.conditions))
    return Proved(proved[0].proof, conditions, proved[0].witness)


def _with_value(question: Question, name: str, value: Fraction, kinds: Mapping[str, Kind]) -> Question:
    bindings: dict[Expression, Expression] = {Symbol(name): Number(value)}

    natural = tuple(item.at(bindings) for item in question.region.natural)
    region = Region(tuple(condition_at(item, bindings) for item in question.region.assumptions), natural)
    truth, claimed = (substitute(expand_derivatives(side), bindings) for side in (question.truth, question.claimed))
    return Question(truth, claimed, region, kinds)


def _decide(question: Question, budget: Budget) -> Outcome:
    try:
        search = Search(question)
    except NoRule as missing:
        return Undecided(f"no derivative rule for {missing}")
    found = search.run(QUICK_POINTS, ENOUGH, LADDER[:1])
    if isinstance(found, Refuted):
        return found
    if not search.witness and _certainly_empty(question, budget):
        return Empty("no real point satisfies the conditions")
    proof = prove(question.truth, question.claimed, proof_region(question), budget)
    if isinstance(proof, NoProof) and proof.reason == "undefined" and not search.witness:
        return Empty("an expression is undefined everywhere")
    if isinstance(proof, Proof):
        return _proved(question, proof, search, budget)
    found = search.run(DEEP_POINTS, 4 * ENOUGH, LADDER)
    if isinstance(found, Refuted):
        return found
    if not search.witness:
        return Undecided("no point was found where both sides are defined")
    return Undecided(proof.reason, search.agreed)


def _proved(question: Question, proof: Proof, search: Search, budget: Budget) -> Outcome:
    if not search.witness:
        search.run(DEEP_POINTS, 1, LADDER[:3])
    if not search.witness:
        return Undecided("no point was found where both sides are defined")
    if _powers_of_negatives(question, budget):
        return Undecided("a variable power of a negative number", search.agreed)
    missing = missing_requirements(question)
    conditions = exclusions(search.sides, missing, proof, question.region, budget)
    if isinstance(conditions, NotCovered):
        found = search.undefined() if conditions.undefined is not None else None
        return found or Undecided(conditions.reason, search.agreed)
    if not search.meets(conditions):
        return Undecided("no point was found where the conditions hold", search.agreed)
    return Proved(proof, conditions, search.witness)


def proof_region(question: Question) -> Region:
    """Where both sides are defined: equality is proved there, and that this is all of the region apart."""
    return Region(question.region.assumptions, (*question.region.natural, *missing_requirements(question)))


def _powers_of_negatives(question: Question, budget: Budget) -> bool:
    """Whether a base with a variable exponent is certainly not positive: its powers are no exponentials."""
    natural = question.region.natural
    hard = Region(question.region.assumptions, tuple(item for item in natural if not item.soft))
    soft = [item for item in natural if item.soft and not item.guards]
    return any(status_of(item, hard, budget) is Status.FAILS for item in soft)


def missing_requirements(question: Question) -> tuple[Requirement, ...]:
    """What the claimed side needs beyond the region."""
    given = set(question.region.natural)
    return tuple(item for item in requirements(question.claimed) if item not in given)


def _whole_variable(question: Question) -> str | None:
    """A variable of a derivative that is declared to be an integer or one of some values."""
    for node in (*walk(question.truth), *walk(question.claimed)):
        if isinstance(node, Derivative):
            for variable, _ in node.variables:
                if isinstance(variable, Symbol) and question.kinds.get(variable.name, REAL) != REAL:
                    return variable.name
    return None


def _certainly_empty(question: Question, budget: Budget) -> bool:
    """Whether some condition of the region certainly fails everywhere on the rest of it."""
    for low, high, strict in stated_bounds(question.region).values():
        if low is not None and high is not None and (low > high or (low == high and strict)):
            return True
    before: tuple[Requirement, ...] = ()
    for item in question.region.natural:
        if not item.guards:
            rest = Region(question.region.assumptions, before)
            if status_of(item, rest, budget) is Status.FAILS and (not item.kink or is_thin(item, rest, budget)):
                return True
            before = (*before, item)
    return False


class Search:
    """Looks at both sides at points of the domain."""

    def __init__(self, question: Question) -> None:
        self.question = question
        self.instances = _instances(question)
        self.witness: Witness | None = None
        self.agreed = 0
        self.sides = expand_derivatives(question.truth), expand_derivatives(question.claimed)
        self.truth, self.claimed = map(self._prepare, self.sides)
        self.extends = _extends(question.region.assumptions, self.sides)
        self.shown = symbols(self.truth) | symbols(self.claimed)
        self.names = sorted(_variables(question, self.shown))
        natural = [item for item in question.region.natural if not item.soft]
        self.conditions = [
            (tuple(map(self._prepared, item.guards)), self._condition(item.condition)) for item in natural
        ]
        self.soft = any(item.soft and not item.guards for item in question.region.natural)
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
                return self._exact(self._simpler(outcome, ladder))
            agreed += outcome
            if agreed >= enough and not self.soft:
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
        return all(_value_at(gap, point) == 0 for gap in self.curve)

    def _sequence(self, count: int) -> Iterator[dict[str, Fraction]]:
        """Where to look: on the curve that an equation states, else at simple points of the box."""
        if self.curve:
            names = sorted(frozenset().union(*map(symbols, self.curve)))
            others = [name for name in self.names if name not in names]
            return islice(curve_points(names, others, self._on_curve), count)
        sequence = points(self.names, self.question.kinds, self.bounds, count)
        return chain(sequence, power_points(self.names, self.question.kinds)) if self.soft else sequence

    def _solve(self) -> dict[str, Expression]:
        """A variable that one stated equation gives, by values that need not be rational; it then holds by itself."""
        for item in tuple(self.assumptions):
            if isinstance(item, Relation) and item.operator == "=":
                gap = item.left - item.right
                if _value_at(gap, dict.fromkeys(symbols(gap), Fraction(1))) is not None:
                    continue
                for name in sorted(symbols(gap)):
                    slope = rational_value(expand_derivatives(Derivative(gap, ((Symbol(name), 1),))))
                    if slope:
                        self.assumptions.remove(item)
                        return {name: substitute(gap, {Symbol(name): ZERO}) / Number(-slope)}
        return {}

    def _simpler(self, found: Refuted, ladder: tuple[int, ...]) -> Refuted:
        """A refutation with rational values at a point that is easy to redo by hand, if there is one."""
        best = found
        if self.curve:
            return found
        for point in simple_points(self.names, NICE_POINTS):
            if _cost(best.witness) <= EASY:
                break
            if any(kind.name != "real" for kind in self.question.kinds.values()):
                break
            outcome = self._compare(point, ladder[:1])
            if isinstance(outcome, Refuted) and _cost(outcome.witness) < _cost(best.witness):
                best = outcome
        return best

    def _exact(self, found: Refuted) -> Refuted:
        """The refutation with values as rational numbers where the normal form shows that they are."""
        seen, point = found.witness, found.witness.full_point
        numbers: dict[Expression, Expression] = {Symbol(name): Number(value) for name, value in point.items()}
        texts = []
        for text, tree in ((seen.truth, self.truth), (seen.claimed, self.claimed)):
            if text is not None and not _is_rational(text) and is_short(tree, EXACT_NODES):
                value = exact_value(substitute(tree, numbers))
                text = text if value is None or len(str(value)) > 12 else str(value)
            texts.append(text)
        return Refuted(replace(seen, truth=texts[0], claimed=texts[1]))

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
        return self._on_curve(point) and isinstance(self._compare(point, (bits,)), Refuted)

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
            if not self.inside(evaluator) or not all(map(evaluator.holds, wanted)):
                return None
            return evaluator(self.truth), evaluator(self.claimed)
        except (Unclear, balls.Undefined):
            return None

    def _evaluator(self, point: Mapping[str, Fraction]) -> Evaluator:
        evaluator = Evaluator({name: value for name, value in point.items() if name not in self.solved})
        for name, value in self.solved.items():
            evaluator.values[name] = evaluator(value)
        return evaluator

    def inside(self, evaluator: Evaluator) -> bool:
        """Whether the point certainly lies in the domain."""
        return all(evaluator.holds(item) for item in self.assumptions) and all(
            not all(map(evaluator.holds, guards)) or evaluator.holds(item) for guards, item in self.conditions
        )

    def _record(self, point: dict[str, Fraction], truth: arb | None, claimed: arb | None) -> Witness:
        shown = {name: value for name, value in point.items() if name in self.shown and name not in self.solved}
        bodies = {name: body for name, (_, body) in self.instances.items()}
        return Witness(
            shown,
            _exact_text(self.truth, point) or _text(truth),
            _exact_text(self.claimed, point) or _text(claimed),
            bodies,
            point,
        )

    def undefined(self) -> Outcome | None:
        """A point around which the claimed side is undefined while the truth is defined; not sought on curves."""
        if self.curve:
            return None
        for point in points(self.names, self.question.kinds, self.bounds, DEEP_POINTS):
            with precision(64):
                try:
                    if not self.inside(self._evaluator(point)):
                        continue
                    around = self._evaluator(point)
                    for name, value in around.values.items():
                        around.values[name] = value + arb(0, arb(2) ** -20)
                    truth = around(self.truth)
                except (Unclear, balls.Undefined):
                    continue
                try:
                    around(self.claimed)
                except balls.Undefined:
                    if any(isinstance(node, Derivative) for node in walk(self.question.truth)):
                        return Undecided("equal where both are defined, but the claimed side is undefined in places")
                    return Refuted(self._record(point, truth, None))
                except Unclear:
                    continue
        return None


def _is_rational(text: str) -> bool:
    return "." not in text and "e" not in text


def is_short(tree: Expression, limit: int) -> bool:
    """Whether a tree has at most that many nodes."""
    return sum(1 for _ in islice(walk(tree), limit + 1)) <= limit


def _cost(witness: Witness) -> int:
    """How hard a point is to redo by hand: long numbers and values that are not rational."""
    values = (witness.truth or "", witness.claimed or "")
    inexact = sum(not _is_rational(value) for value in values)
    return 10 * inexact + sum(len(str(value)) for value in witness.point.values()) + sum(map(len, values))


def _extends(assumptions: tuple[Condition, ...], sides: tuple[Expression, ...]) -> bool:
    """Whether unknown functions that meet the assumptions at one point can do so around it.

    `g'(x) = g(x)` says something about g'' that a value of g' at x does not show, and `g(x) > 0` about g(2x).
    """
    used = [node for side in sides for node in walk(side) if isinstance(node, Apply)]
    for condition in assumptions:
        stated = [node for node in walk(condition) if isinstance(node, Apply)]  # type: ignore[arg-type]
        equation = isinstance(condition, Relation) and condition.operator == "="
        for node in used:
            same = [item for item in stated if item.name == node.name]
            if same and all(item.arguments != node.arguments for item in same):
                return False
            if same and equation and sum(node.orders) > max(sum(item.orders) for item in same):
                return False
    return True


def _value_at(tree: Expression, point: Mapping[str, Fraction]) -> Fraction | None:
    """The exact value of a rational expression at a point."""
    return rational_value(substitute(tree, {Symbol(name): Number(value) for name, value in point.items()}))


def _exact_text(tree: Expression, point: Mapping[str, Fraction]) -> str | None:
    """The value as a rational number, where it is one by the normal form and the number is short."""
    value = _value_at(tree, point)
    text = str(value)
    return text if value is not None and len(text) <= 12 else None


def _text(value: arb | None) -> str | None:
    """A ball as a short decimal."""
    return None if value is None else str(value.str(8, radius=False))


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


def _order(tree: Expression) -> int:
    """A bound for the order to which unknown functions are differentiated in a tree."""
    orders = [sum(node.orders) for node in walk(tree) if isinstance(node, Apply)]
    taken = [order for node in walk(tree) if isinstance(node, Derivative) for _, order in node.variables]
    return max(orders, default=0) + sum(taken)


def _instances(question: Question) -> dict[str, tuple[tuple[Symbol, ...], Expression]]:
    """A concrete function for each unknown one: a polynomial whose highest derivative in use still varies."""
    arities = {
        node.name: len(node.arguments)
        for tree in (question.truth, question.claimed)
        for node in walk(tree)
        if isinstance(node, Apply)
    }
    highest = max((_order(question.truth), _order(question.claimed)))
    degree = 2 if highest < 2 else highest + 2
    result: dict[str, tuple[tuple[Symbol, ...], Expression]] = {}
    for k, (name, arity) in enumerate(sorted(arities.items())):
        arguments = tuple(Symbol(name) for name in PARAMETERS[:arity])
        terms: list[Expression] = [Number(Fraction(k + 2))]
        for j, argument in enumerate(arguments):
            terms += [(k + j + 2) * argument, *(argument**power / (k + power) for power in range(2, degree + 1))]
        if arity > 1:
            terms.append(arguments[0] * arguments[1])
        result[name] = (arguments, Add(tuple(terms)))
    return result

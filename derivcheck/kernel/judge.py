"""The verdict on one equality: proved, refuted, or neither, with the evidence.

Order of work: find a point of the domain where both sides exist and compare enclosures there; prove;
check that the claimed side is defined on the whole domain; then search longer for a counterexample, with
rising precision. Only disjoint enclosures at a point whose membership in the domain is certain refute, and
only a polynomial identity proves. What follows from neither is undecided.

Generic reasoning passes over points where a case such as `x = 0` is chosen: the question is asked again there.
Where a derivative depends on such a case it stays undecided.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from derivcheck.expression import Derivative, Expression, Number, Relation, Symbol, substitute, symbols, walk
from derivcheck.kernel.differentiate import NoRule, expand_derivatives
from derivcheck.kernel.domain import Requirement, condition_at, requirements
from derivcheck.kernel.exclusions import NotCovered, exclusions, is_thin
from derivcheck.kernel.field import Budget
from derivcheck.kernel.linear import solution
from derivcheck.kernel.points import REAL, Kind
from derivcheck.kernel.prove import NoProof, Proof, Region, conjuncts, prove, stated_bounds
from derivcheck.kernel.question import Empty, Outcome, Proved, Question, Refuted, Undecided
from derivcheck.kernel.requirements import Status, status_of
from derivcheck.kernel.search import DEEP_POINTS, LADDER, Search
from derivcheck.kernel.values import value_at

QUICK_POINTS = 60
ENOUGH = 2


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
        outcome = decide(_put(question, {Symbol(name): Number(value)}, rest), budget)
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


def _put(question: Question, values: dict[Expression, Expression], kinds: Mapping[str, Kind]) -> Question:
    """The question with values in place of names."""
    region = Region(
        tuple(condition_at(item, values) for item in question.region.assumptions),
        tuple(item.at(values) for item in question.region.natural),
    )
    truth, claimed = (substitute(expand_derivatives(side), values) for side in (question.truth, question.claimed))
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
    if isinstance(conditions, NotCovered) and conditions.at:
        against = _at_single_points(question, conditions.at, search, budget)
        if against is not None:
            return against
        settled = frozenset(conditions.at)
        conditions = exclusions(search.sides, missing, proof, question.region, budget, settled)
    if isinstance(conditions, NotCovered):
        found = search.undefined() if conditions.undefined is not None else None
        return found or Undecided(conditions.reason, search.agreed)
    if not search.meets(conditions):
        return Undecided("no point was found where the conditions hold", search.agreed)
    return Proved(proof, conditions, search.witness)


def _at_single_points(
    question: Question, equations: Sequence[Relation], search: Search, budget: Budget
) -> Outcome | None:
    """What speaks against equality where one of the equations holds; None if it is proved there too."""
    outcomes = [_where(question, equation, budget) for equation in equations]
    refuted = next((item for item in outcomes if isinstance(item, Refuted)), None)
    if refuted is not None or not any(outcomes):
        return refuted
    found = search.run(DEEP_POINTS, DEEP_POINTS, LADDER[:1])
    return found or Undecided("equal but for single points, which a case of its own decides", search.agreed)


def _where(question: Question, equation: Relation, budget: Budget) -> Outcome | None:
    """What speaks against equality where an equation such as `x = 0` holds; None if it is proved there too."""
    unclear = Undecided("equal but for single points, which a case of its own decides")
    solved = solution(equation.left - equation.right, frozenset(question.kinds))
    derived = any(isinstance(node, Derivative) for node in (*walk(question.truth), *walk(question.claimed)))
    if solved is None or derived:
        return unclear
    name, value = solved
    there = _put(question, {Symbol(name): value}, question.kinds)
    if _certainly_empty(there, budget):
        return None
    outcome = decide(there, budget)
    if isinstance(outcome, Refuted):
        seen = outcome.witness
        number = value_at(value, seen.full_point)
        if number is None:
            return unclear
        point, full = ({**place, name: number} for place in (seen.point, seen.full_point))
        return Refuted(replace(seen, point=point, full_point=full))
    return None if isinstance(outcome, Proved) and not outcome.conditions else unclear


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
    stated = (item for condition in question.region.assumptions for item in conjuncts(condition))
    if any(not symbols(item.left - item.right) and _fails(item, budget) for item in stated):
        return True
    before: tuple[Requirement, ...] = ()
    for item in question.region.natural:
        if not item.guards:
            rest = Region(question.region.assumptions, before)
            if status_of(item, rest, budget) is Status.FAILS and (not item.kink or is_thin(item, rest, budget)):
                return True
            before = (*before, item)
    return False


def _fails(constant: Relation, budget: Budget) -> bool:
    return status_of(Requirement(constant), Region(), budget) is Status.FAILS

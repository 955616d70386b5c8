"""Proofs that two trees are equal on a domain.

Method: both sides become ratios over one differential field (`normal_form`); if their difference is the
zero polynomial after the relations, they are equal at generic points of the domain. A run that wants finer
generators starts again with a better plan. Where the difference is not zero and signs are open, the domain
is cut by the sign of one polynomial and both cells are proved separately.

Limits: a non-zero difference is no refutation. Cells that cannot be shown empty must be proved too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from derivcheck.expression import Add, Condition, Expression, Neg, Relation, Symbol, symbols
from derivcheck.kernel.algebraic import coefficients_vanish, is_zero_constant
from derivcheck.kernel.balls import rational_value
from derivcheck.kernel.domain import Requirement
from derivcheck.kernel.elementary import Elementary
from derivcheck.kernel.field import Budget, Exhausted, Field, Ratio, Undefined
from derivcheck.kernel.normal_form import Normaliser
from derivcheck.kernel.plan import Plan, Restart, Unsupported
from derivcheck.kernel.signs import Interval, Signs

MAX_RESTARTS = 40
MAX_CELLS = 64
MAX_SIZE = 200
SMALL = 50_000
FLIPPED: Mapping[str, str] = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "!=": "!="}


@dataclass(frozen=True, slots=True)
class Region:
    """Where a statement is judged: the assumptions, and what the definitions need."""

    assumptions: tuple[Condition, ...] = ()
    natural: tuple[Requirement, ...] = ()


@dataclass(frozen=True, slots=True)
class Proof:
    """The plans of the runs that found zero, one per cell, and the relations they used."""

    plans: tuple[Plan, ...]
    relations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NoProof:
    """Why there is none: `no certificate`, `time`, `outside the grammar`, `undefined`."""

    reason: str


class Run:
    """One workspace under one plan, the region's facts taken in."""

    def __init__(self, region: Region, plan: Plan, budget: Budget) -> None:
        self.field = Field(plan.size, budget)
        self.signs = Signs(self.field)
        self.elementary = Elementary(self.field, self.signs, plan, stated_bounds(region))
        self.normal = Normaliser(self.elementary)
        self.equations: list[Ratio] = []
        for condition in region.assumptions:
            for relation in conjuncts(condition):
                self.assume(relation, stated=True)
        for requirement in region.natural:
            if not requirement.guards:
                self.assume(requirement.condition, stated=False)

    def assume(self, relation: Relation, stated: bool) -> None:
        """Take a relation as given; only a stated equation may be used to rewrite."""
        try:
            gap = self.normal(relation.left - relation.right)
        except (Unsupported, Undefined):
            return
        if relation.operator in (">", ">=", "<", "<="):
            poly = gap.num
            for name, exponent in gap.den:
                if exponent % 2:
                    poly = self.field.times(poly, self.field.factors[name])
            if not poly.is_constant():
                self.signs.assume(poly if relation.operator[0] == ">" else -poly, len(relation.operator) == 1)
        elif relation.operator == "=" and stated:
            self.equations.append(gap)
        elif relation.operator == "!=" and not gap.num.is_constant():
            self.signs.strict_facts.append(gap.num)

    @property
    def plan(self) -> Plan:
        """The plan as it stands, with the choices made on the way."""
        return self.elementary.plan

    def vanishes(self, difference: Ratio) -> bool:
        """Whether the difference is zero, by the relations, the stated equations or exact constants."""
        num = self.field.reduce(difference.num)
        if self.equations:
            num = self.field.cancel(Ratio(num, difference.den)).num
        for equation in self.equations:
            if not num.is_zero() and not equation.num.is_constant():
                num = num % equation.num
        return bool(num.is_zero()) or coefficients_vanish(self.field, num)

    def vanishes_on_part(self, value: Ratio) -> bool:
        """Whether a value is zero on a part of what a stated equation describes: x where x (x - 1) = 0."""
        parts = [part for equation in self.equations for part, _ in self.field.factor(equation.num)[1]]
        return any((value.num % part).is_zero() for part in parts)


def stated_bounds(region: Region) -> dict[str, Interval]:
    """Bounds of single variables that the region states as such: `0 < a`, `x < 1`; whether all are strict."""
    found: dict[str, Interval] = {}
    stated = [item for condition in region.assumptions for item in conjuncts(condition)]
    stated += [item.condition for item in region.natural if not item.guards]
    for relation in stated:
        left, right, operator = relation.left, relation.right, relation.operator
        if isinstance(right, Symbol) and not isinstance(left, Symbol):
            left, right, operator = right, left, FLIPPED[operator]
        value = rational_value(right)
        if not isinstance(left, Symbol) or value is None or operator not in ("<", "<=", ">", ">="):
            continue
        low, high, strict = found.get(left.name, (None, None, True))
        if operator[0] == ">":
            low = value if low is None else max(low, value)
        else:
            high = value if high is None else min(high, value)
        found[left.name] = (low, high, strict and len(operator) == 1)
    return found


def conjuncts(condition: Condition) -> tuple[Relation, ...]:
    """The relations that a condition states as such; those under `or` and `not` are left out."""
    if isinstance(condition, Relation):
        return (condition,)
    if condition.operator == "and":
        return tuple(item for operand in condition.operands for item in conjuncts(operand))
    return ()


def started(region: Region, trees: tuple[Expression, ...], plan: Plan, budget: Budget) -> tuple[Run, list[Ratio]]:
    """A run with the trees normalised, after as many new plans as it takes."""
    for _ in range(MAX_RESTARTS):
        try:
            run = Run(region, plan, budget)
            return run, [run.normal(tree) for tree in trees]
        except Restart as better:
            plan = better.plan
        except Exhausted as limit:
            if str(limit) != "generators" or plan.size > MAX_SIZE:
                raise
            plan = plan.doubled()
    raise Exhausted("restarts")


def prove(truth: Expression, claimed: Expression, region: Region, budget: Budget) -> Proof | NoProof:
    """A proof that truth = claimed at generic points of the region, or why there is none."""
    if not symbols(truth) | symbols(claimed) and is_zero_constant(Add((truth, Neg(claimed)))):
        return Proof((Plan(),), ("separation bound",))
    pending, plans, used = [Plan(size=size_for(truth, claimed))], [], set()
    try:
        while pending:
            run, (left, right) = started(region, (truth, claimed), pending.pop(), budget)
            used |= run.elementary.relations
            if run.vanishes(run.field.sub(left, right)):
                plans.append(run.plan)
                continue
            open_signs = run.elementary.unresolved
            if not open_signs or len(plans) + len(pending) > MAX_CELLS:
                return NoProof("no certificate")
            pending += [run.plan.with_cell(open_signs[0], -1), run.plan.with_cell(open_signs[0], 1)]
    except Exhausted as limit:
        return NoProof("time" if str(limit) == "time" else "no certificate")
    except Unsupported as problem:
        return NoProof(f"outside the grammar: {problem}")
    except Undefined:
        return NoProof("undefined")
    return Proof(tuple(plans), tuple(sorted(used)))


def recheck(truth: Expression, claimed: Expression, region: Region, proof: Proof, budget: Budget) -> bool:
    """Whether a stored proof holds: each plan gives zero, and the cells cover the region."""
    try:
        for plan in proof.plans:
            run, (left, right) = started(region, (truth, claimed), plan, budget)
            if run.plan != plan or not run.vanishes(run.field.sub(left, right)):
                return False
    except (Exhausted, Unsupported, Undefined):
        return False
    return covers([plan.cells for plan in proof.plans])


def covers(cells: list[Mapping[str, int]]) -> bool:
    """Whether sign cells leave no combination out."""
    if not cells:
        return False
    if any(not cell for cell in cells):
        return True
    name = next(iter(cells[0]))
    halves = [[_without(cell, name) for cell in cells if cell.get(name, sign) == sign] for sign in (1, -1)]
    return all(covers(half) for half in halves)


def _without(cell: Mapping[str, int], name: str) -> Mapping[str, int]:
    return {key: sign for key, sign in cell.items() if key != name}


def sign_of(tree: Expression, region: Region, budget: Budget) -> int | None:
    """The sign of a tree at generic points of the region; 0 when it is identically zero; None if not known."""
    try:
        run, (value,) = started(region, (tree,), Plan(size=size_for(tree)), budget)
    except (Exhausted, Unsupported, Undefined):
        return None
    if run.vanishes(value):
        return 0
    sign = run.elementary.sign(value) if not run.elementary.unresolved else None
    if sign is None or not sign.num.is_constant():
        return None
    return 1 if Fraction(str(sign.num.leading_coefficient())) > 0 else -1


def exact_value(tree: Expression) -> Fraction | None:
    """The rational number that a constant tree is, where the normal form shows it."""
    try:
        _, (value,) = started(Region(), (tree,), Plan(size=16), Budget(SMALL))
    except (Exhausted, Unsupported, Undefined):
        return None
    if value.den or not value.num.is_constant():
        return None
    return Fraction(0) if value.num.is_zero() else Fraction(str(value.num.leading_coefficient()))


def size_for(*trees: Expression) -> int:
    """How many generators to begin with."""
    names = frozenset().union(*(symbols(tree) for tree in trees))
    return 16 + 2 * len(names)

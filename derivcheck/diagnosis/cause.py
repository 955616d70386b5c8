"""The order in which causes are looked for.

A line with standing derivatives is differentiated with mistakes, a line without is rewritten with mistakes, the
line before comes first, and the right derivative rewritten wrongly comes last. A cause is what the kernel has
confirmed; there may be none.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flint import arb

from derivcheck.diagnosis.at_point import search_at_point
from derivcheck.diagnosis.buggy_rules import by_id
from derivcheck.diagnosis.deriving import carried_out, replay
from derivcheck.diagnosis.edits import rational
from derivcheck.diagnosis.ground import BITS, Ground
from derivcheck.diagnosis.implicit import search_implicit
from derivcheck.diagnosis.repair import Repair
from derivcheck.diagnosis.rewriting import Rewritten, search_rewriting
from derivcheck.diagnosis.rule import BuggyRule, Slip, Taking
from derivcheck.diagnosis.search import Found, Search
from derivcheck.diagnosis.sites import Task, task_of
from derivcheck.engine.textbook import Textbook
from derivcheck.engine.tidy import size, tidy
from derivcheck.expression import Div, Expression, Number, Relation
from derivcheck.kernel.balls import precision

LARGE = 80


@dataclass(frozen=True, slots=True)
class Made:
    """One confirmed mistake: the rule, the node it was made at, and how derivatives are taken there."""

    rule: BuggyRule
    node: Expression
    slip: Slip
    taking: Taking | None


@dataclass(frozen=True, slots=True)
class Cause:
    """The mistakes that together give the claim, and the wrong derivation line by line."""

    made: tuple[Made, ...]
    lines: tuple[Expression | Relation, ...]


def find_cause(ground: Ground) -> Cause | None:
    """The likeliest confirmed cause."""
    case = ground.case
    graph = case.setting.graph
    others = case.others or dict(graph.definitions)
    truth = task_of(case.truth, graph)
    if case.previous is None:
        solved = search_implicit(ground) or search_at_point(ground)
        if solved is not None:
            return Cause((Made(solved.rule, solved.node, solved.slip, solved.taking),), solved.lines)
        if not truth.roots:
            return _rewriting(truth.source, ground)
        search = Search(truth, ground, ground.truth, others)
        one = _cause_of(search.one_rule(), truth, others) or _late_slip(truth, ground)
        return one or _cause_of(search.rare_rule() or search.two_rules(), truth, others)
    before = ground.values(case.previous)
    if before is None:
        return None
    line = task_of(case.previous, graph)
    found = _deriving(line, ground, before, others) if line.roots else None
    found = found or _rewriting(case.previous, ground)
    if found is None and truth.roots and case.previous_right:
        found = _deriving(truth, ground, ground.truth, others)
    return found


def _deriving(task: Task, ground: Ground, start: list[arb], others: Mapping[str, Expression]) -> Cause | None:
    search = Search(task, ground, start, others)
    return _cause_of(search.one_rule() or search.rare_rule() or search.two_rules(), task, others)


def _cause_of(found: Found | None, task: Task, others: Mapping[str, Expression]) -> Cause | None:
    if found is None:
        return None
    items = zip(found.candidate.choices, found.candidate.sites, found.candidate.slips, strict=True)
    made = tuple(
        Made(choice.rule, site.node, slip, Taking(site.root.textbook, site.root.textbook, others))
        for choice, site, slip in items
    )  # fmt: skip
    return Cause(made, tuple(replay(task, found.candidate.choices, others)))


def _rewriting(line: Expression, ground: Ground) -> Cause | None:
    found = search_rewriting(line, ground)
    return None if found is None else _rewritten(found, (line,))


def _rewritten(found: Rewritten, before: tuple[Expression, ...]) -> Cause:
    return Cause((Made(found.rule, found.node, found.slip, None),), (*before, found.result))


def _late_slip(task: Task, ground: Ground) -> Cause | None:
    """A mistake in rewriting after the derivative was right."""
    if sum(size(root.operand) for root in task.roots.values()) > LARGE:
        return None
    carried = carried_out(task, (), {})
    right = tidy(carried)
    found = search_rewriting(right, ground) or search_rewriting(carried, ground)
    return None if found is None else _rewritten(found, (task.source, right))


def named_by_comparison(ground: Ground, repair: Repair | None) -> Cause | None:
    """The mistakes that no rule produces: seen from what differs, and confirmed by that."""
    case = ground.case
    task = task_of(case.truth, case.setting.graph)
    root = next(iter(task.roots.values()), None)
    if case.previous is None and root is not None and task.source is root.node:
        order = sum(order for _, order in root.node.variables)
        if order >= 3 and _is_multiple(task, ground):
            return _plain("higher-order-slip", root.node, root.textbook)
        operand = root.textbook.body(root.operand) or root.operand
        if order == 1 and isinstance(operand, Div) and _same_denominator(operand, root.textbook, ground):
            return _plain("quotient-numerator-wrong", operand, root.textbook)
        return None
    if repair is not None and repair.kind == "number" and not task.roots:
        return _plain("alg-arith", repair.node, None)
    return None


def _plain(id: str, node: Expression, textbook: Textbook | None) -> Cause:
    taking = None if textbook is None else Taking(textbook, textbook)
    return Cause((Made(by_id()[id], node, Slip(node), taking),), ())


def _is_multiple(task: Task, ground: Ground) -> bool:
    """Whether the claim is a number times the truth, as the kernel sees it."""
    with precision(BITS):
        if any(value.contains(0) for value in ground.truth):
            return False
        ratio = rational([c / t for c, t in zip(ground.claimed, ground.truth, strict=True)])
    return ratio is not None and ground.proves(Number(ratio) * task.source, ground.case.claimed)


def _same_denominator(operand: Div, textbook: Textbook, ground: Ground) -> bool:
    claimed = ground.case.claimed
    if not isinstance(claimed, Div) or not textbook.varies(operand.denominator):
        return False
    square = operand.denominator**2
    values = ground.values(square)
    return (
        values is not None and ground.agrees(claimed.denominator, values) and ground.proves(claimed.denominator, square)
    )

"""Mistakes made while an equation is differentiated to get dy/dx.

Method: the equation is differentiated with a mistake at one node, y' being an unknown; what comes out is
linear in y' and is solved for it. Each outcome is compared with the claim by value, the likeliest is proved.

Limits: one equation between one dependent name and its variable, first derivatives.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from derivcheck.diagnosis.buggy_rules import deriving_rules
from derivcheck.diagnosis.deriving import Choice, Deriving
from derivcheck.diagnosis.ground import Ground
from derivcheck.diagnosis.looks import unlikeness
from derivcheck.diagnosis.rule import BuggyRule, Slip, Taking
from derivcheck.engine.textbook import Textbook
from derivcheck.engine.tidy import tidy
from derivcheck.expression import (
    ZERO,
    Apply,
    Derivative,
    Expression,
    Relation,
    Symbol,
    divide,
    negate,
    substitute,
    symbols,
)
from derivcheck.kernel.differentiate import NoRule, derivative

PROOFS = 5
Line = Expression | Relation


@dataclass(frozen=True, slots=True)
class Solved:
    """A confirmed mistake in differentiating the equation, with the lines it leads through."""

    rule: BuggyRule
    node: Expression
    slip: Slip
    taking: Taking
    lines: tuple[Line, ...]
    result: Expression


def search_implicit(ground: Ground) -> Solved | None:
    """The likeliest mistake in differentiating the stated equation that gives the claim."""
    found = _equation(ground)
    if found is None:
        return None
    relation, name, textbook = found
    gap = relation.left - relation.right
    slope = Apply(name, (textbook.variable,), (1,))
    hits = []
    for order, (rule, node, slip, taking, line) in enumerate(with_every_mistake(gap, textbook)):
        if not ground.spend():
            break
        result = _solved(line, slope)
        if result is not None and ground.agrees(result, ground.claimed):
            rank = (rule.rank + slip.rank, unlikeness(result, ground.case.claimed), order)
            hits.append((rank, Solved(rule, node, slip, taking, _lines(gap, line, result), result)))
    for _, hit in sorted(hits, key=lambda item: item[0])[:PROOFS]:
        if ground.proves(hit.result, ground.case.claimed):
            return hit
    return None


def _lines(gap: Expression, line: Expression, result: Expression) -> tuple[Line, ...]:
    return Relation("=", gap, ZERO), Relation("=", tidy(line), ZERO), result


def _equation(ground: Ground) -> tuple[Relation, str, Textbook] | None:
    """The equation behind a claim about dy/dx, the dependent name, and differentiation by x."""
    graph, truth = ground.case.setting.graph, ground.case.truth
    match truth:
        case Derivative(Symbol(name), ((Symbol() as variable, 1),)) | Apply(name, (Symbol() as variable,), (1,)):
            if graph.depends.get(name) == (variable.name,) and graph.equations:
                return graph.equations[0], name, Textbook(variable, graph)
    return None


def with_every_mistake(
    gap: Expression, textbook: Textbook
) -> Iterator[tuple[BuggyRule, Expression, Slip, Taking, Expression]]:
    """A tree differentiated with every mistake at every node."""
    taking = Taking(textbook, textbook)
    stack, seen = [gap], set()
    while stack:
        node = stack.pop()
        if id(node) in seen or not textbook.varies(node):
            continue
        seen.add(id(node))
        stack.extend(textbook.parts(node))
        for rule in deriving_rules():
            try:
                slips = list(rule.derive(node, taking)) if rule.derive else []
                for index, slip in enumerate(slips):
                    choice = Choice(rule, index, (id(node),))
                    yield rule, node, slip, taking, Deriving(textbook, {id(node): choice}, {})(gap)
            except NoRule:
                continue


def _solved(line: Expression, slope: Expression) -> Expression | None:
    """y' from a line that is linear in it and says that it is zero."""
    letter = Symbol("#slope")
    opened = substitute(line, {slope: letter})
    try:
        factor = derivative(opened, ((letter, 1),))
    except NoRule:
        return None
    if factor == ZERO or letter.name in symbols(factor):
        return None
    return tidy(negate(divide(substitute(opened, {letter: ZERO}), factor)))

"""Mistakes in a derivative that is taken at a point: f'(2), dL/da at a = 1/2.

Method: the derivative is taken with a mistake at one node and evaluated at the point; each outcome is compared
with the claim by value, the likeliest is proved. At a point many mistakes give the same number, so
only the likelier ones are named, and none where it is zero.

Limits: first derivatives, one mistake; a mistake in the evaluation itself is not looked for.
"""

from __future__ import annotations

from collections.abc import Iterator

from derivcheck.diagnosis.buggy_rules import deriving_rules
from derivcheck.diagnosis.ground import Ground
from derivcheck.diagnosis.implicit import PROOFS, Solved, with_every_mistake
from derivcheck.diagnosis.looks import unlikeness
from derivcheck.diagnosis.rule import BuggyRule, Slip, Taking
from derivcheck.engine.textbook import Textbook
from derivcheck.engine.tidy import tidy
from derivcheck.expression import ZERO, Apply, At, Derivative, Expression, Symbol
from derivcheck.kernel.differentiate import NoRule

LIKELY = 4

Bindings = tuple[tuple[Symbol, Expression], ...]


def search_at_point(ground: Ground) -> Solved | None:
    """The likeliest mistake in a derivative at a point that gives the claim."""
    found = _taken(ground)
    if found is None or ground.case.claimed == ZERO:
        return None
    node, bindings = found
    hits = []
    for order, (rule, place, slip, taking, line) in enumerate(_mistaken(node, ground)):
        if not ground.spend():
            break
        result = At(line, bindings)
        if rule.rank + slip.rank <= LIKELY and ground.agrees(result, ground.claimed):
            rank = (rule.rank + slip.rank, unlikeness(line, ground.case.claimed), order)
            lines = (At(node, bindings), At(tidy(line), bindings), ground.case.claimed)
            hits.append((rank, Solved(rule, place, slip, taking, lines, result)))
    for _, hit in sorted(hits, key=lambda item: item[0])[:PROOFS]:
        if ground.proves(hit.result, ground.case.claimed):
            return hit
    return None


def _taken(ground: Ground) -> tuple[Derivative, Bindings] | None:
    """The derivative and the point it is taken at."""
    graph = ground.case.setting.graph
    match ground.case.truth:
        case At(Derivative(_, ((Symbol(), 1),)) as node, bindings):
            return node, bindings
        case Apply(name, arguments, orders) if sum(orders) == 1 and name in graph.functions:
            names, body = graph.functions[name]
            return Derivative(body, ((names[orders.index(1)], 1),)), tuple(zip(names, arguments, strict=True))
    return None


def _mistaken(node: Derivative, ground: Ground) -> Iterator[tuple[BuggyRule, Expression, Slip, Taking, Expression]]:
    """The derivative with every mistake at every node, itself included."""
    graph = ground.case.setting.graph
    ((variable, _),) = node.variables
    assert isinstance(variable, Symbol)
    textbook = Textbook(variable, graph)
    taking = Taking(textbook, textbook, ground.case.others or dict(graph.definitions))
    operand = textbook.body(node.operand) or node.operand
    yield from with_every_mistake(operand, textbook)
    for rule in deriving_rules():
        try:
            for slip in rule.derive(node, taking) if rule.derive else ():
                yield rule, node, slip, taking, slip.result
        except NoRule:
            continue

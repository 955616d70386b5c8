"""Which known mistake in rewriting turns one line into the next.

Method: every rule of rewriting at every node of the line before, the outcome compared with the claim by value, the
likeliest one proved. Values of parts that stay are known already, so a candidate costs what it changes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from derivcheck.diagnosis.buggy_rules import transforming_rules
from derivcheck.diagnosis.ground import Ground
from derivcheck.diagnosis.looks import unlikeness
from derivcheck.diagnosis.rule import BuggyRule, Slip, Taking
from derivcheck.engine.textbook import Textbook
from derivcheck.expression import Derivative, Expression, Symbol, children, map_children
from derivcheck.kernel.differentiate import NoRule

PROOFS = 5
NO_VARIABLE = Symbol("#none")


@dataclass(frozen=True, slots=True)
class Rewritten:
    """A confirmed mistake in rewriting: the node it was made at, and the line it gives."""

    rule: BuggyRule
    node: Expression
    slip: Slip
    result: Expression


def search_rewriting(line: Expression, ground: Ground) -> Rewritten | None:
    """The likeliest mistake that turns the line into the claim, confirmed by the kernel."""
    taking = Taking(Textbook(NO_VARIABLE, ground.case.setting.graph), lambda part: part)
    hits: list[tuple[tuple[int, int, int], Rewritten]] = []
    for rule, node, slip, result in _candidates(line, taking):
        if not ground.spend():
            break
        if ground.agrees(result, ground.claimed):
            order = (rule.rank + slip.rank, unlikeness(result, ground.case.claimed), len(hits))
            hits.append((order, Rewritten(rule, node, slip, result)))
    for _, hit in sorted(hits, key=lambda item: item[0])[:PROOFS]:
        if ground.proves(hit.result, ground.case.claimed):
            return hit
    return None


def _candidates(line: Expression, taking: Taking) -> Iterator[tuple[BuggyRule, Expression, Slip, Expression]]:
    for path in paths(line):
        node = path[-1]
        for rule in transforming_rules():
            try:
                slips = list(rule.transform(node, taking)) if rule.transform else []
            except NoRule:
                continue
            for slip in slips:
                yield rule, node, slip, replaced(path, slip.result)


def paths(tree: Expression) -> Iterator[tuple[Expression, ...]]:
    """The way from the root to each node, parents first; what stands under a derivative is left alone."""
    stack: list[tuple[Expression, ...]] = [(tree,)]
    while stack:
        path = stack.pop()
        yield path
        if not isinstance(path[-1], Derivative):
            stack.extend((*path, child) for child in reversed(list(children(path[-1]))))


def replaced(path: tuple[Expression, ...], new: Expression) -> Expression:
    """The tree with the last node of the path replaced."""
    for old, parent in zip(path[:0:-1], path[-2::-1], strict=True):
        new = _with_child(parent, old, new)
    return new


def _with_child(parent: Expression, old: Expression, new: Expression) -> Expression:
    return map_children(parent, lambda child: new if child is old else child)

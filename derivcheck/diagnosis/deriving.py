"""The one differentiator: right rules everywhere but where a mistake was chosen.

Method: `Deriving` takes derivatives by the textbook; at the nodes named in `slips` it writes what the chosen
mistake writes. Carried out at once it gives the wrong expression, carried out line by line the replay.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import islice

from derivcheck.diagnosis.rule import BuggyRule, Slip, Taking
from derivcheck.diagnosis.sites import Root, Task
from derivcheck.engine.textbook import Textbook
from derivcheck.engine.tidy import size, tidy
from derivcheck.expression import ONE, ZERO, Derivative, Expression, map_children


@dataclass(frozen=True, slots=True)
class Choice:
    """A mistake chosen at some nodes: the `index`-th thing the rule writes there."""

    rule: BuggyRule
    index: int
    nodes: tuple[int, ...]


class Deriving:
    """Derivatives under one root with mistakes at some nodes."""

    def __init__(self, textbook: Textbook, slips: Mapping[int, Choice], others: Mapping[str, Expression]) -> None:
        self.textbook, self.slips, self.others = textbook, slips, others
        self.memo: dict[int, tuple[Expression, Expression]] = {}

    def __call__(self, node: Expression) -> Expression:
        """The derivative, carried out."""
        known = self.memo.get(id(node))
        if known is None:
            known = (node, self.step(node, self))
            self.memo[id(node)] = known
        return known[1]

    def step(self, node: Expression, inner: Callable[[Expression], Expression]) -> Expression:
        """One rule, right or wrong."""
        choice = self.slips.get(id(node))
        taking = Taking(self.textbook, inner, self.others)
        if choice is not None:
            slip = chosen(choice, node, taking)
            if slip is not None:
                return slip.result
        return self.textbook.rule(node, taking)


def chosen(choice: Choice, node: Expression, taking: Taking) -> Slip | None:
    """What the chosen mistake writes at a node."""
    derive = choice.rule.derive
    return next(islice(derive(node, taking), choice.index, None), None) if derive else None


def carried_out(task: Task, choices: tuple[Choice, ...], others: Mapping[str, Expression]) -> Expression:
    """The source with its derivatives taken, mistakes included."""
    slips = {node: choice for choice in choices for node in choice.nodes}
    done = {
        key: _root_derivative(root, Deriving(root.textbook, slips, others)) for key, root in task.roots.items()
    }  # fmt: skip
    return _with(task.source, done)


def _root_derivative(root: Root, deriving: Deriving) -> Expression:
    choice = deriving.slips.get(id(root.node))
    if choice is not None:
        slip = chosen(choice, root.node, Taking(deriving.textbook, deriving, deriving.others))
        if slip is not None:
            return slip.result
    return root.node if root.opaque else deriving(root.operand)


def _with(tree: Expression, done: Mapping[int, Expression]) -> Expression:
    if id(tree) in done:
        return done[id(tree)]
    return map_children(tree, lambda child: _with(child, done))


MAX_LINES = 12
LARGE = 150


def replay(task: Task, choices: tuple[Choice, ...], others: Mapping[str, Expression]) -> list[Expression]:
    """The wrong derivation line by line: each line carries out the outermost standing derivatives of the one before.

    A derivation too long to be read has its first and last line only.
    """
    if sum(size(root.operand) for root in task.roots.values()) > LARGE:
        return _shown([task.source, carried_out(task, choices, others)])
    slips = {node: choice for choice in choices for node in choice.nodes}
    pending: dict[int, tuple[Derivative, Deriving]] = {}
    made: dict[int, Expression] = {}
    for key, root in task.roots.items():
        deriving = Deriving(root.textbook, slips, others)
        if key in slips or root.opaque:
            made[key] = _root_derivative(root, deriving)
        else:
            pending[key] = (Derivative(root.operand, ((root.textbook.variable, 1),)), deriving)
    current = _with(task.source, {**made, **{key: node for key, (node, _) in pending.items()}})
    standing = {id(node): (node, deriving) for node, deriving in pending.values()}
    lines = [current]
    while standing and len(lines) < MAX_LINES:
        current, standing = _next(current, standing)
        lines.append(current)
    if standing:
        lines.append(carried_out(task, choices, others))
    return _shown(lines)


def _next(
    line: Expression, standing: Mapping[int, tuple[Derivative, Deriving]]
) -> tuple[Expression, dict[int, tuple[Derivative, Deriving]]]:
    left: dict[int, tuple[Derivative, Deriving]] = {}
    done: dict[int, Expression] = {}
    for key, (node, deriving) in standing.items():

        def later(part: Expression, deriving: Deriving = deriving) -> Expression:
            if part == deriving.textbook.variable:
                return ONE
            if not deriving.textbook.varies(part):
                return ZERO
            kept = Derivative(part, ((deriving.textbook.variable, 1),))
            left[id(kept)] = (kept, deriving)
            return kept

        done[key] = deriving.step(node.operand, later)
    return _with(line, done), left


def _shown(lines: list[Expression]) -> list[Expression]:
    """The lines tidied, each once."""
    shown: list[Expression] = []
    for line in map(tidy, lines):
        if not shown or line != shown[-1]:
            shown.append(line)
    return shown

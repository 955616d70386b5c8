"""What may be missing as a factor or a term: the pieces of the true derivative."""

from __future__ import annotations

from derivcheck.diagnosis.composite import composites
from derivcheck.diagnosis.ground import Ground
from derivcheck.diagnosis.rule import Taking
from derivcheck.diagnosis.sites import Task
from derivcheck.engine.tidy import size, tidy
from derivcheck.expression import MINUS_ONE, ONE, ZERO, Call, Constant, Expression, Number, Pow, Symbol, call, walk

LARGEST = 40
WIDEST = 60


def pool_of(task: Task, ground: Ground) -> list[Expression]:
    """Letters, inner derivatives, bases of exponentials and logarithms, simplest first."""
    found: dict[Expression, None] = {}
    bodies = ground.case.setting.graph.definitions.values()
    for tree in (ground.case.claimed, *(root.operand for root in task.roots.values()), *bodies):
        found.update(dict.fromkeys(node for node in walk(tree) if isinstance(node, Symbol)))
    for root in task.roots.values():
        taking = Taking(root.textbook, root.textbook)
        for node in _seen(root.operand, taking):
            for item in composites(node, taking):
                found[taking.whole(item.inner)] = None
            if isinstance(node, Pow) and not taking.varies(node.base) and node.base != Constant("e"):
                found[call("log", node.base)] = None
            if isinstance(node, Call) and node.name == "log" and len(node.arguments) == 2:
                found[call("log", node.arguments[1])] = None
            body = taking.textbook.body(node)
            if body is not None:
                found[taking.whole(body)] = None
    kept = [tidy(item) for item in found if size(item) <= WIDEST]
    kept = [item for item in dict.fromkeys(kept) if item not in (ZERO, ONE, MINUS_ONE) and not isinstance(item, Number)]
    return sorted(kept, key=size)[:LARGEST]


def _seen(operand: Expression, taking: Taking) -> list[Expression]:
    """The nodes of the operand and of the definitions that it goes through."""
    order: dict[int, Expression] = {}
    stack = [operand]
    while stack:
        node = stack.pop()
        if id(node) not in order and taking.varies(node):
            order[id(node)] = node
            stack.extend(taking.textbook.parts(node))
    return list(order.values())

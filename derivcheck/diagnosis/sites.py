"""Where a mistake can be made: the nodes of what is differentiated, and how much each counts in the end.

Method: the derivative of a tree is linear in the derivative of every subtree, with a weight that the sound
rules above it give: what a mistake at one node changes in the whole is (wrong - right) * weight. Weights are values
at the points of the ground; a subtree that is reached in several ways, such as a definition, collects them.
Equal subtrees form a further site together: a link forgotten is mostly forgotten everywhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from flint import arb

from derivcheck.diagnosis.ground import BITS, Ground
from derivcheck.engine.textbook import Textbook, inlined
from derivcheck.engine.tidy import tidy
from derivcheck.expression import (
    ONE,
    ZERO,
    Add,
    At,
    Derivative,
    Expression,
    Symbol,
    children,
    map_children,
    substitute,
)
from derivcheck.graph import Graph
from derivcheck.kernel.balls import precision
from derivcheck.kernel.differentiate import NoRule, derivative

MAX_SITES = 3000


@dataclass(slots=True)
class Task:
    """A value whose derivatives are to be carried out; `roots` are the derivatives that stand in it, of first order."""

    source: Expression
    roots: dict[int, Root]


@dataclass(frozen=True, slots=True)
class Root:
    """A standing derivative: what it is of, by what, and the node of the source it is.

    An `opaque` one is not taken by rules: dy/dx along a curve, or through an equation.
    """

    node: Derivative
    operand: Expression
    textbook: Textbook
    opaque: bool = False


@dataclass(frozen=True, slots=True)
class Site:
    """A node under a root, with its weight and its derivative's value at each point."""

    root: Root
    node: Expression
    weight: list[arb]
    derivative: list[arb]
    depth: int
    alike: tuple[int, ...]


def task_of(source: Expression, graph: Graph) -> Task:
    """The value as written, every standing derivative made one of first order."""
    source = inlined(source, graph)
    roots: dict[int, Root] = {}
    for node in _standing(source):
        root = _root(node, graph)
        if root is not None:
            roots[id(node)] = root
    return Task(source, roots)


def _standing(tree: Expression) -> Iterator[Derivative]:
    """The derivatives of a value that stand in no other."""
    stack = [tree]
    while stack:
        top = stack.pop()
        if isinstance(top, Derivative):
            yield top
        elif not isinstance(top, At):
            stack.extend(reversed(list(children(top))))


def _root(node: Derivative, graph: Graph) -> Root | None:
    """The last derivative taken, the earlier ones carried out."""
    if node.direct or not all(isinstance(variable, Symbol) for variable, _ in node.variables):
        return None
    single = [variable for variable, order in node.variables for _ in range(order)]
    operand = node.operand
    if _by_other_means(node, graph):
        return Root(node, operand, Textbook(single[-1], graph), opaque=True)  # type: ignore[arg-type]
    try:
        for variable in single[:-1]:
            operand = tidy(Textbook(variable, graph)(operand))  # type: ignore[arg-type]
        textbook = Textbook(single[-1], graph)  # type: ignore[arg-type]
        textbook(operand)
    except NoRule:
        return None
    return Root(node, operand, textbook)


def _by_other_means(node: Derivative, graph: Graph) -> bool:
    """Whether the derivative is that of a parametric curve or of an equation."""
    names = [variable.name for variable, _ in node.variables if isinstance(variable, Symbol)]
    if not isinstance(node.operand, Symbol):
        return False
    reached = graph.reaches(node.operand.name)
    if graph.equations and node.operand.name in graph.depends:
        return True
    return any(name in graph.definitions and name not in reached for name in names)


def sites(task: Task, ground: Ground) -> list[Site]:
    """Every node under every root, parents first, then the groups of equal ones."""
    found: list[Site] = []
    for root in task.roots.values():
        weight = ground.values(_partial(task.source, root.node))
        if weight is None:
            continue
        if not root.opaque:
            found += _below(root, weight, ground)
        value = ground.values(root.node)
        if value is not None:
            found.append(Site(root, root.node, weight, value, 0, (id(root.node),)))
    return [*found, *_groups(found)]


def _partial(source: Expression, node: Derivative) -> Expression:
    """How the source depends on one of its derivatives."""
    letter = Symbol("#derivative")
    opened = _replaced(source, node, letter)
    return substitute(derivative(opened, ((letter, 1),)), {letter: node})


def _replaced(tree: Expression, node: Expression, other: Expression) -> Expression:
    return other if tree is node else map_children(tree, lambda child: _replaced(child, node, other))


def _below(root: Root, weight: list[arb], ground: Ground) -> list[Site]:
    """The sites of one root; each node after all that it is a part of."""
    weights: dict[int, list[arb]] = {id(root.operand): weight}
    depths: dict[int, int] = {id(root.operand): 0}
    found: list[Site] = []
    for node in _parents_first(root.operand, root.textbook):
        own = weights[id(node)]
        value = ground.values(root.textbook(node))
        if value is None:
            continue
        found.append(Site(root, node, own, value, depths[id(node)], (id(node),)))
        for part in root.textbook.parts(node):
            if part == root.textbook.variable:
                continue
            share = ground.values(_share(node, part, root.textbook))
            if share is None:
                continue
            depths[id(part)] = depths[id(node)] + 1
            with precision(BITS):
                step = [a * b for a, b in zip(own, share, strict=True)]
                before = weights.get(id(part))
                weights[id(part)] = step if before is None else [a + b for a, b in zip(before, step, strict=True)]
        if len(found) > MAX_SITES:
            break
    return [site for site in found if id(site.node) in weights]


def _share(node: Expression, part: Expression, textbook: Textbook) -> Expression:
    """How much the derivative of a part counts in that of the node."""
    if isinstance(node, Add):
        return ONE
    return textbook.rule(node, lambda child: ONE if child is part else ZERO)


def _parents_first(root: Expression, textbook: Textbook) -> list[Expression]:
    order: list[Expression] = []
    seen: set[int] = set()
    stack: list[tuple[Expression, bool]] = [(root, False)]
    while stack:
        node, done = stack.pop()
        if done:
            order.append(node)
        elif id(node) not in seen:
            seen.add(id(node))
            stack.append((node, True))
            stack.extend((part, False) for part in textbook.parts(node) if part != textbook.variable)
    return order[::-1]


def _groups(found: list[Site]) -> Iterator[Site]:
    """Equal subtrees taken together."""
    classes: dict[tuple[Expression, int], list[Site]] = {}
    for site in found:
        if not isinstance(site.node, Derivative):
            classes.setdefault((site.node, id(site.root)), []).append(site)
    for members in classes.values():
        if len(members) > 1:
            with precision(BITS):
                total = members[0].weight
                for other in members[1:]:
                    total = [a + b for a, b in zip(total, other.weight, strict=True)]
            yield replace(members[0], weight=total, alike=tuple(id(item.node) for item in members))

"""A statement with arrays as it would be if an earlier wrong line were true.

Method: where the wrong line claims a value for a derivative, that value takes its place; a higher derivative is the
derivative of the value. Through a name of the graph the claim is carried on by the chain rule: with dL/dz claimed as
G, the derivative of L by what z is made of is the one of G : z, G held, and of L with z held.

Limits: first derivatives of names; a wrong line about anything else counts only where it stands as it is.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from derivcheck.assumption import ArrayShape
from derivcheck.claim import Setting
from derivcheck.expression import (
    Add,
    At,
    Derivative,
    Entry,
    Expression,
    Frobenius,
    MatMul,
    Mul,
    Symbol,
    is_leaf,
    map_children,
    substitute,
    symbols,
)
from derivcheck.indexed_claim import context_of
from derivcheck.kernel.indexed.question import declared_shapes
from derivcheck.shapes import ShapeError, Shapes, chain_of
from derivcheck.shapes.sizes import size_formula

CLAIMED, HELD = "claimed ", "held "


@dataclass(frozen=True, slots=True)
class Mistake:
    """What the wrong step `step` says: `head` has the value `side`."""

    head: Expression
    side: Expression
    step: str


def as_if(tree: Expression, mistake: Mistake, setting: Setting) -> tuple[Expression, Setting] | None:
    """The tree and its setting with the mistake in it; None where it makes no difference."""
    if is_leaf(mistake.head):
        return None
    pretend = _Pretending(mistake, setting)
    changed = pretend(tree)
    bodies = {name: pretend(body) for name, body in setting.graph.definitions.items()}
    if changed == tree and bodies == setting.graph.definitions:
        return None
    graph = replace(setting.graph, definitions=bodies)
    return changed, replace(setting, graph=graph, assumptions=(*setting.assumptions, *pretend.held))


class _Pretending:
    """Puts what was claimed in place of the truth; `held` are the shapes of names that are held on the way."""

    def __init__(self, mistake: Mistake, setting: Setting) -> None:
        self.head, self.side = mistake.head, mistake.side
        self.setting = setting
        self.held: list[ArrayShape] = []

    def __call__(self, node: Expression) -> Expression:
        if node == self.head:
            return self.side
        match node:
            case Mul(factors) | MatMul(factors) if (links := chain_of(factors)) is not None:
                whole = Derivative(links[0].operand, links[-1].variables)
                changed = self(whole)
                return node if changed == whole else changed
            case Derivative():
                return self._derivative(node)
        return map_children(node, self)

    def _derivative(self, node: Derivative) -> Expression:
        head = self.head
        if not isinstance(head, Derivative) or head.operand != node.operand or len(head.variables) != 1:
            return node
        (claimed, order), (variable, times) = head.variables[0], node.variables[0]
        if order != 1:
            return node
        side = self._renamed(claimed, variable)
        if side is not None:
            rest = (((variable, times - 1),) if times > 1 else ()) + node.variables[1:]
            return Derivative(side, rest) if rest else side
        if isinstance(claimed, Symbol) and node.variables == ((variable, 1),):
            return self._carried(node, claimed, variable)
        return node

    def _renamed(self, claimed: Expression, variable: Expression) -> Expression | None:
        """What was claimed of one variable, said of another that differs in its index letters only."""
        if claimed == variable:
            return self.side
        match claimed, variable:
            case Entry(array, old), Entry(other, new) if array == other and len(set(old)) == len(old):
                if all(isinstance(index, Symbol) for index in (*old, *new)):
                    return substitute(self.side, dict(zip(old, new, strict=True)))
        return None

    def _carried(self, node: Derivative, claimed: Symbol, variable: Expression) -> Expression:
        """The derivative by what the name is made of."""
        graph = self.setting.graph
        base = variable.array if isinstance(variable, Entry) else variable
        name = base.name if isinstance(base, Symbol) else ""
        if claimed.name not in graph.definitions or name == claimed.name or not self._leads(claimed, name, ""):
            return node
        gradient, kept = Symbol(CLAIMED + claimed.name), Symbol(HELD + claimed.name)
        shape = self._shape(claimed, (gradient, kept))
        joined = Frobenius(gradient, claimed) if shape else Mul((gradient, claimed))
        through = At(replace(node, operand=joined), ((gradient, self.side),))
        if not self._leads(node.operand, name, claimed.name):
            return through
        beside = substitute(graph.close(node.operand, frozenset({claimed.name})), {claimed: kept})
        if self._leads(beside, claimed.name, ""):
            return node
        return Add((through, At(replace(node, operand=beside), ((kept, claimed),))))

    def _leads(self, tree: Expression, name: str, around: str) -> bool:
        """Whether a formula leads to a name without passing through another one."""
        bodies = {**self.setting.graph.definitions, **{key: body for key, (_, body) in self.setting.indexed.items()}}
        seen, stack = set(), list(symbols(tree))
        while stack:
            top = stack.pop()
            if top not in seen and top != around:
                seen.add(top)
                stack.extend(symbols(bodies[top]) if top in bodies else ())
        return name in seen

    def _shape(self, name: Symbol, held: tuple[Symbol, ...]) -> bool:
        """Whether the name is an array; if so the names held for it are arrays of its shape."""
        context = context_of(self.setting)
        shapes: Shapes = declared_shapes((name,), context)
        try:
            sizes = shapes.of(name).sizes
        except ShapeError:
            return False
        if sizes:
            self.held.append(ArrayShape(held, tuple(map(size_formula, sizes))))
        return bool(sizes)

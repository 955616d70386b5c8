"""A standing derivative or differential, and what becomes of it when a mistake is made below it.

Method: a mistake at a node is a wrong tangent. The node is replaced by its value, held, plus what the mistake takes
for the change of the node; the variable is held by another name that stands for its value. Differentiating the
changed body is then the wrong derivation, for every size, and the index kernel can compare it with the claim.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from derivcheck.diagnosis.arrays.ground import HELD, Ground
from derivcheck.diagnosis.arrays.trees import fresh, paths, replaced
from derivcheck.expression import (
    ONE,
    Add,
    At,
    Call,
    Derivative,
    Differential,
    Div,
    Entry,
    Expression,
    Hadamard,
    MatMul,
    Mul,
    Neg,
    Pow,
    Reduction,
    Symbol,
    Transpose,
    children,
    map_children,
    negate,
    substitute,
    symbols,
    walk,
)
from derivcheck.functions import by_name
from derivcheck.shapes import Size, chain_of
from derivcheck.shapes.sizes import size_formula

MAX_NODES = 160
LETTERS = "klhrstpqv"


@dataclass(frozen=True, slots=True)
class Root:
    """`node` stands in the truth; `body` is its operand with the definitions put in that lead to the variables.

    `names` are the variables, `origin` says which definition a part of the body came from.
    """

    node: Derivative | Differential
    body: Expression
    names: frozenset[str]
    origin: Mapping[int, str]
    ground: Ground

    @property
    def variable(self) -> Expression:
        """What is differentiated by."""
        if isinstance(self.node, Derivative):
            return self.node.variables[0][0]
        return Symbol(min(self.names))

    @property
    def letters(self) -> tuple[str, ...]:
        """The index letters of the variable."""
        if isinstance(self.variable, Entry):
            return tuple(index.name for index in self.variable.indices if isinstance(index, Symbol))
        return ()

    def named(self, node: Expression) -> Expression:
        """The part as the author calls it: by the name of its definition, if it has one."""
        name = self.origin.get(id(node))
        return node if name is None or node is self.body else Symbol(name)

    def varies(self, tree: Expression) -> bool:
        """Whether a part depends on a variable."""
        return bool(symbols(tree) & self.names)

    def paths(self) -> Iterator[tuple[Expression, ...]]:
        """The ways to the nodes of the body that vary."""
        return (path for path in paths(self.body) if self.varies(path[-1]))

    def of(self, body: Expression) -> Expression:
        """The same derivative of another body."""
        return replace(self.node, operand=body, span=None)

    def at(self, node: Expression, new: Expression) -> Expression:
        """The same derivative with a part of the body replaced."""
        return self.bound(self.of(replaced(self.body, node, new)))

    def held(self, tree: Expression) -> Expression:
        """The value of a part, which does not vary."""
        return fresh(substitute(tree, {Symbol(name): Symbol(HELD + name) for name in self.names}))

    def change(self, tree: Expression) -> Expression:
        """The part less its value."""
        return Add((tree, negate(self.held(tree))))

    def tangent(self, node: Expression, change: Expression) -> Expression:
        """The derivative in which this is taken for the change of a node."""
        return self.at(node, Add((self.held(node), change)))

    def frozen(self, *nodes: Expression) -> Expression:
        """The derivative in which these nodes are taken for constants."""
        body = self.body
        for node in nodes:
            body = replaced(body, node, self.held(node))
        return self.bound(self.of(body))

    def bound(self, tree: Expression) -> Expression:
        """The tree with the held names set to their values."""
        used = sorted(name for name in self.names if HELD + name in symbols(tree))
        return At(tree, tuple((Symbol(HELD + name), Symbol(name)) for name in used)) if used else tree


def roots_of(tree: Expression, ground: Ground) -> Iterator[tuple[Root, Expression]]:
    """Each standing derivative of a side, with the side that has a chain of derivatives taken as one."""
    side = _joined(tree)
    for node in walk(side):
        if isinstance(node, Derivative | Differential) and not _inside(side, node):
            root = _root(node, ground)
            if root is not None:
                yield root, side


def _joined(tree: Expression) -> Expression:
    """The side with `dL/da da/dz` as dL/dz, its outer order kept."""
    match tree:
        case Mul(factors) | MatMul(factors):
            links = chain_of(factors)
            if links is not None:
                return Derivative(links[0].operand, links[-1].variables)
    return map_children(tree, _joined)


def _inside(side: Expression, node: Expression) -> bool:
    """Whether a derivative stands inside another one."""
    above = next(path[:-1] for path in paths(side) if path[-1] is node)
    return any(isinstance(item, Derivative | Differential) for item in above)


def _root(node: Derivative | Differential, ground: Ground) -> Root | None:
    if isinstance(node, Derivative):
        names = frozenset(
            variable.array.name if isinstance(variable, Entry) else variable.name
            for variable, _ in node.variables
            if isinstance(variable, Symbol | Entry)
        )
    else:
        names = ground.varying
    opening = _Opening(ground, names)
    body = opening(node.operand)
    if not names or sum(1 for _ in walk(body)) > MAX_NODES:
        return None
    return Root(node, body, names, opening.origin, ground)


class _Opening:
    """Puts definitions in that lead to the variables, and remembers which part came from which."""

    def __init__(self, ground: Ground, names: frozenset[str]) -> None:
        self.ground, self.names = ground, names
        self.setting = ground.case.setting
        self.origin: dict[int, str] = {}
        self.taken = ground.shapes.size_names | ground.shapes.definitions.keys() | ground.shapes.arrays.keys()
        self.taken |= ground.letters.keys() | symbols(ground.truth)
        self.letter = 0

    def __call__(self, tree: Expression) -> Expression:
        match tree:
            case Symbol(name) if self._leads(name):
                return self._named(name, self(self.ground.shapes.definitions[name].body))
            case Entry(array, indices) if self._leads(array.name):
                return self._entry(tree, array.name, indices)
        return replace(map_children(tree, self))

    def _named(self, name: str, body: Expression) -> Expression:
        self.origin[id(body)] = name
        return body

    def _leads(self, name: str) -> bool:
        """Whether a name is defined and its definition leads to a variable."""
        definitions = self.ground.shapes.definitions
        if name in self.names or name not in definitions or definitions[name].parameters:
            return False
        seen, stack = set(), [name]
        while stack:
            top = stack.pop()
            if top in self.names:
                return True
            if top not in seen and top in definitions:
                seen.add(top)
                stack.extend(symbols(definitions[top].body))
        return False

    def _entry(self, node: Expression, name: str, indices: tuple[Expression, ...]) -> Expression:
        definition = self.ground.shapes.definitions[name]
        count = len(definition.indices)
        inner = substitute(definition.body, dict(zip(map(Symbol, definition.indices), indices, strict=False)))
        rest = indices[count:]
        part = self._part(inner, rest) if rest else inner
        return replace(node) if part is None else self._named(name, self(part))

    def _fresh_letter(self) -> Symbol:
        """A letter for a sum that no name of the file takes."""
        self.letter += 1
        free = [letter for letter in LETTERS if letter not in self.taken]
        return Symbol(free[self.letter - 1] if self.letter <= len(free) else f"k{self.letter}")

    def _part(self, tree: Expression, places: tuple[Expression, ...]) -> Expression | None:
        """The entry of a formula at a place, None where there is no short way to write it."""
        shape = self.ground.shape(tree)
        if shape is None or shape.rank > len(places):
            return None
        if not shape.rank:
            return tree
        here = places[len(places) - shape.rank :]
        match tree:
            case Symbol():
                return Entry(tree, here)
            case Call("softmax", (inner,)) if shape.rank == 1:
                return self._softmax(inner, here)
            case Call(name, (inner,)) if by_name(name).elementwise:
                part = self._part(inner, here)
                return None if part is None else Call(name, (part,))
            case Add() | Mul() | Hadamard() | Neg() | Div() | Pow():
                return self._by_parts(tree, here)
            case Transpose(operand) if shape.rank == 2:
                return self._part(operand, here[::-1])
            case MatMul((left, right)):
                return self._product(left, right, here)
        return None

    def _softmax(self, inner: Expression, here: tuple[Expression, ...]) -> Expression | None:
        letter = self._fresh_letter()
        top, other = self._part(inner, here), self._part(inner, (letter,))
        shape = self.ground.shape(inner)
        if top is None or other is None or shape is None:
            return None
        below = self._sum(letter, Call("exp", (other,)), shape.sizes[0])
        return Div(Call("exp", (top,)), below)

    def _product(self, left: Expression, right: Expression, here: tuple[Expression, ...]) -> Expression | None:
        first, second = self.ground.shape(left), self.ground.shape(right)
        if first is None or second is None or first.rank != 2 or not second.rank or first.square or second.square:
            return None
        letter = self._fresh_letter()
        parts = self._part(left, (here[0], letter)), self._part(right, (letter, *here[1:]))
        if parts[0] is None or parts[1] is None:
            return None
        return self._sum(letter, Mul((parts[0], parts[1])), first.sizes[1])

    def _sum(self, letter: Symbol, body: Expression, size: Size) -> Reduction:
        return Reduction("sum", body, letter, ONE, size_formula(size))

    def _by_parts(self, tree: Expression, here: tuple[Expression, ...]) -> Expression | None:
        parts = {id(child): self._part(child, here) for child in children(tree)}
        if any(part is None for part in parts.values()):
            return None
        made = map_children(tree, lambda child: parts[id(child)] or child)
        return Mul(made.factors) if isinstance(made, Hadamard) else made

"""Writes a derivative down the way a teacher would, line by line, each line with its reason.

Method: where the result depends on the variable along one chain of definitions, each link is derived by itself
and the links are multiplied; where there are several paths, the derivatives of the intermediate names are found
first and put in. Inside a formula linear rules and table entries are carried out at once, and product, quotient and
chain rules leave inner derivatives standing for the next line. The last line is the shortest form found. Every
line is proved by the kernel before it is written; one that is not is left out.

Limits: derivatives of named or written-out expressions by one variable, of any order; no equations and no sums.
"""

from __future__ import annotations

from dataclasses import dataclass

from derivcheck.claim import Setting, form, free_names
from derivcheck.engine.carrying import Carrying
from derivcheck.engine.expected import expected_form
from derivcheck.engine.textbook import Textbook, inlined
from derivcheck.engine.tidy import displayed, tidy
from derivcheck.expression import (
    Apply,
    At,
    Derivative,
    Div,
    Expression,
    Symbol,
    multiply,
    substitute,
    walk,
)
from derivcheck.kernel.differentiate import NoRule
from derivcheck.kernel.domain import requirements
from derivcheck.kernel.field import Budget
from derivcheck.kernel.prove import Proof, Region, prove

BUDGET = 3_000_000
MAX_LINES = 10


@dataclass(frozen=True, slots=True)
class Line:
    """One side of a chain and why it follows; a line with a `head` begins a new chain."""

    head: Expression | None
    side: Expression
    because: str


@dataclass(frozen=True, slots=True)
class Solution:
    """The lines of a derivation and what it ends in."""

    lines: tuple[Line, ...]
    target: Expression
    result: Expression


class Unsolvable(Exception):
    """Why no derivation can be written; a sentence."""


def solve(target: Expression, setting: Setting) -> Solution:
    """The derivation of a derivative, in teaching steps."""
    derivative = inlined(target, setting.graph)
    if isinstance(target, At) or (isinstance(target, Apply) and not isinstance(derivative, Derivative)):
        raise Unsolvable("a derivative at a point is not written out: ask for the derivative, then put the value in")
    if not isinstance(derivative, Derivative):
        raise Unsolvable("this is not a derivative")
    single = [variable for variable, order in derivative.variables for _ in range(order)]
    if not all(isinstance(variable, Symbol) for variable in single):
        raise Unsolvable("derivatives by entries of arrays are not written out yet")
    try:
        return _Solving(setting, target, derivative.operand, single).solution()  # type: ignore[arg-type]
    except NoRule as missing:
        raise Unsolvable(f"there is no derivative rule for {missing}") from None


class _Solving:
    """Writes one derivation; `lines` grows."""

    def __init__(self, setting: Setting, target: Expression, operand: Expression, variables: list[Symbol]) -> None:
        self.setting, self.target, self.operand, self.variables = setting, target, operand, variables
        self.lines: list[Line] = []
        self.known: dict[Expression, Expression] = {}

    def solution(self) -> Solution:
        result = self._first(self.variables[0], self.target if len(self.variables) == 1 else None)
        for count in range(2, len(self.variables) + 1):
            result = self._again(result, self.variables[:count])
        return Solution(tuple(self.lines), self.target, result)

    def _first(self, variable: Symbol, head: Expression | None) -> Expression:
        """The first derivative, along a chain or over all paths."""
        head = head or self._head([variable])
        if self._parameter(variable) is not None:
            return self._along_a_curve(head, variable)
        if isinstance(self.operand, Symbol) and self.setting.graph.equations:
            return self._through_equation(head, self.operand, variable)
        chain = self._chain(variable)
        if chain and len(chain) > 1:
            return self._by_links(chain, variable, head)
        for name in self._inner_names(variable):
            inner = Derivative(name, ((variable, 1),))
            self.known[inner] = self._derived(inner, name, variable)
        return self._derived(head, self.operand, variable)

    def _head(self, variables: list[Symbol]) -> Expression:
        """The derivative by these variables, in the words of the target."""
        if len(variables) == len(self.variables):
            return self.target
        if isinstance(self.target, Apply):
            return Apply(self.target.name, self.target.arguments, (len(variables),))
        if len(set(variables)) == 1:
            return Derivative(self.operand, ((variables[0], len(variables)),))
        return Derivative(self.operand, tuple((variable, 1) for variable in variables))

    def _parameter(self, variable: Symbol) -> Symbol | None:
        """The parameter of the curve, where the variable is given by one and the operand does not depend on it."""
        graph = self.setting.graph
        if variable.name not in graph.definitions or not isinstance(self.operand, Symbol):
            return None
        if variable.name in graph.reaches(self.operand.name):
            return None
        common = graph.reaches(self.operand.name) & graph.reaches(variable.name)
        free = common - graph.definitions.keys()
        return Symbol(free.pop()) if len(free) == 1 else None  # type: ignore[attr-defined]

    def _along_a_curve(self, head: Expression, variable: Symbol) -> Expression:
        """dy/dx from dy/dt and dx/dt."""
        parameter = self._parameter(variable)
        assert parameter is not None and isinstance(self.operand, Symbol)
        above, below = (Derivative(name, ((parameter, 1),)) for name in (self.operand, variable))
        values = [self._derived(part, part.operand, parameter) for part in (above, below)]
        self._write(head, Div(above, below), "both depend on the parameter", first=True)
        self._write(head, Div(*values), "put in what was found above")
        return self._shortest(head)

    def _through_equation(self, head: Expression, name: Symbol, variable: Symbol) -> Expression:
        """The equation differentiated and solved for the derivative."""
        relation = self.setting.graph.equations[0]
        textbook = Textbook(variable, self.setting.graph)
        slope = Apply(name.name, (variable,), (1,))
        standing = Derivative(name, ((variable, 1),))
        line = [
            displayed(substitute(tidy(textbook(side)), {slope: standing})) for side in (relation.left, relation.right)
        ]
        if self._proved(*line):
            self.lines.append(Line(line[0], line[1], "both sides of the equation are differentiated"))
        self.lines.append(Line(head, head, ""))
        return self._shortest(head, "solved for the derivative")

    def _chain(self, variable: Symbol) -> list[Symbol]:
        """The names from the operand to the variable, when each leads to one next only."""
        names: list[Symbol] = []
        current = self.operand
        textbook = Textbook(variable, self.setting.graph)
        while isinstance(current, Symbol) and current != variable:
            body = textbook.body(current)
            if body is None:
                return []
            names.append(current)
            leading = {node for node in walk(body) if isinstance(node, Symbol) and textbook.varies(node)}
            if len(leading) != 1:
                return []
            current = leading.pop()
        return names

    def _inner_names(self, variable: Symbol) -> list[Symbol]:
        """The intermediate names, those that are nearer to the variable first."""
        textbook = Textbook(variable, self.setting.graph)
        order: dict[Symbol, None] = {}

        def visit(tree: Expression) -> None:
            for node in walk(tree):
                if isinstance(node, Symbol) and node != variable and node not in order and textbook.varies(node):
                    body = textbook.body(node)
                    if body is not None:
                        visit(body)
                        order[node] = None

        visit(textbook.body(self.operand) or self.operand)
        return list(order)

    def _by_links(self, chain: list[Symbol], variable: Symbol, head: Expression) -> Expression:
        links: list[Expression] = []
        values: list[Expression] = []
        for name, inner in zip(chain, [*chain[1:], variable], strict=True):
            link = Derivative(name, ((inner, 1),))
            links.append(link)
            values.append(self._derived(link, name, inner))
        self._write(head, multiply(*links), "chain rule", first=True)
        self._write(head, multiply(*values), "the derivatives of the links", tidied=False)
        return self._shortest(head)

    def _derived(self, head: Expression, operand: Expression, variable: Symbol) -> Expression:
        """The derivative of one expression, line by line; its shortest form."""
        textbook = Textbook(variable, self.setting.graph)
        body = textbook.body(operand) if isinstance(operand, Symbol) else None
        carrying = Carrying(textbook)
        start = Derivative(body or operand, ((variable, 1),))
        state, because = carrying.advance(start)
        self._write(head, state, because, first=True)
        for _ in range(MAX_LINES):
            if not carrying.standing(state):
                break
            state, because = carrying.advance(state)
            self._write(head, state, because)
        if any(node in self.known for node in walk(state)):
            self._write(head, substitute(state, dict(self.known)), "put in what was found above")
        return self._shortest(head)

    def _again(self, result: Expression, variables: list[Symbol]) -> Expression:
        """One more derivative of what was found."""
        head = self._head(variables)
        textbook = Textbook(variables[-1], self.setting.graph)
        for name in self._inner_names(variables[-1]):
            inner = Derivative(name, ((variables[-1], 1),))
            if inner not in self.known and any(node == name for node in walk(result)):
                self.known[inner] = self._derived(inner, name, variables[-1])
        carrying = Carrying(textbook)
        state: Expression = Derivative(result, ((variables[-1], 1),))
        self._write(head, state, "the derivative of the result before", first=True)
        for _ in range(MAX_LINES):
            state, because = carrying.advance(state)
            self._write(head, state, because)
            if not carrying.standing(state):
                break
        if any(node in self.known for node in walk(state)):
            self._write(head, substitute(state, dict(self.known)), "put in what was found above")
        return self._shortest(head)

    def _write(
        self, head: Expression, side: Expression, because: str, first: bool = False, tidied: bool = True
    ) -> None:
        """One more line, if it is proved and says something new."""
        shown = displayed(tidy(side) if tidied else side)
        begins = first or not self.lines
        previous = None if begins else self.lines[-1].side
        if shown in (previous, head) or not self._proved(head, shown):
            if begins:
                self.lines.append(Line(head, head, ""))
            return
        if not begins and self.lines[-1].side == head:
            self.lines[-1] = Line(head, shown, because)
        else:
            self.lines.append(Line(head if begins else None, shown, because))

    def _shortest(self, head: Expression, because: str = "simplified") -> Expression:
        """The shortest proved form as the last line of the chain."""
        graph = self.setting.graph
        keep = free_names((head, self.lines[-1].side), graph)
        where = form((head, self.lines[-1].side), self.setting, keep)
        names = {graph.close(Symbol(name), keep): Symbol(name) for name in graph.definitions if name not in keep}
        names = {body: name for body, name in names.items() if not isinstance(body, Symbol)}
        found = expected_form(
            where.sides[0], where.region, names, lambda tree: graph.close(tree, keep), lambda tree: ()
        )  # fmt: skip
        last = self.lines[-1].side
        if found is not None and (last == head or found != last):
            self._write(head, found, because)
            last = self.lines[-1].side
        if last == head:
            raise Unsolvable("no line of the derivation could be proved")
        return last

    def _proved(self, head: Expression, side: Expression) -> bool:
        keep = free_names((head, side), self.setting.graph)
        where = form((head, side), self.setting, keep)
        needed = (*where.region.natural, *requirements(where.sides[1]))
        region = Region(where.region.assumptions, tuple(dict.fromkeys(needed)))
        return isinstance(prove(where.sides[0], where.sides[1], region, Budget(BUDGET)), Proof)

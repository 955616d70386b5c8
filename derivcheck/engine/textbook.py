"""The derivative as a textbook takes it: one rule at a time over the author's own tree.

Method: `rule` gives the derivative of a node in terms of the derivatives of its parts, which it asks from
the caller. The caller may carry them out at once, leave them standing as `d/dx u` for the next line of a
derivation, or give something else for one of them. Definitions of the graph are gone through like inner
functions.

Limits: one variable at a time; kinks are passed over, the kernel sees to them.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import zip_longest

from derivcheck.engine.tidy import tidy
from derivcheck.expression import (
    ONE,
    ZERO,
    Add,
    Apply,
    Call,
    Constant,
    Derivative,
    Div,
    Expression,
    Mul,
    Neg,
    Number,
    Piecewise,
    Pow,
    Reduction,
    Symbol,
    add,
    call,
    divide,
    map_children,
    multiply,
    negate,
    power,
    substitute,
    walk,
)
from derivcheck.functions import by_name
from derivcheck.graph import Graph
from derivcheck.kernel.differentiate import NoRule, as_pieces

Inner = Callable[[Expression], Expression]


TABLES = {
    "derivatives of the circular functions": frozenset({"sin", "cos", "tan", "cot", "sec", "csc"}),
    "derivatives of the inverse functions": frozenset({"asin", "acos", "atan", "asinh", "atanh"}),
    "derivatives of the hyperbolic functions": frozenset({"sinh", "cosh"}),
    "derivative of tanh": frozenset({"tanh"}),
    "derivative of the sigmoid": frozenset({"sigmoid"}),
    "exponential rule": frozenset({"exp"}),
    "logarithm rule": frozenset({"log"}),
    "derivative by cases": frozenset({"abs", "sign", "relu", "leaky_relu", "max", "min"}),
}


class Textbook:
    """Rules of differentiation by one variable over a graph of definitions."""

    def __init__(self, variable: Symbol, graph: Graph) -> None:
        self.variable, self.graph = variable, graph
        self._varies: dict[int, tuple[Expression, bool]] = {}
        self._bodies: dict[int, tuple[Expression, Expression | None]] = {}
        self._derived: dict[int, tuple[Expression, Expression]] = {}
        self._tidied: dict[int, tuple[Expression, Expression]] = {}

    def __call__(self, node: Expression) -> Expression:
        """The whole derivative, every rule carried out."""
        known = self._derived.get(id(node))
        if known is None:
            known = (node, self.rule(node, self))
            self._derived[id(node)] = known
        return known[1]

    def tidied(self, node: Expression) -> Expression:
        """The whole derivative, cleaned up."""
        known = self._tidied.get(id(node))
        if known is None:
            known = (node, tidy(self(node)))
            self._tidied[id(node)] = known
        return known[1]

    def varies(self, node: Expression) -> bool:
        """Whether the node depends on the variable, directly or through definitions."""
        known = self._varies.get(id(node))
        if known is None:
            known = (node, any(self._reaches(item) for item in walk(node)))
            self._varies[id(node)] = known
        return known[1]

    def _reaches(self, leaf: Expression) -> bool:
        if leaf == self.variable:
            return True
        if isinstance(leaf, Symbol):
            return self.variable.name in self.graph.reaches(leaf.name)
        if isinstance(leaf, Apply) and leaf.name in self.graph.functions:
            names, body = self.graph.functions[leaf.name]
            free = {item.name for item in walk(body) if isinstance(item, Symbol)} - {item.name for item in names}
            return any(self.variable.name in self.graph.reaches(name) for name in free)
        return False

    def body(self, node: Expression) -> Expression | None:
        """What a defined name, or a value of a defined function, stands for."""
        known = self._bodies.get(id(node))
        if known is None:
            known = (node, self._unfold(node))
            self._bodies[id(node)] = known
        return known[1]

    def _unfold(self, node: Expression) -> Expression | None:
        if isinstance(node, Symbol) and node != self.variable:
            return self.graph.definitions.get(node.name)
        if isinstance(node, Apply) and node.name in self.graph.functions and not any(node.orders):
            names, body = self.graph.functions[node.name]
            if len(names) == len(node.arguments):
                return substitute(body, dict(zip(names, node.arguments, strict=True)))
        if isinstance(node, Call):
            return self._meaning(node.name, node.arguments)
        return None

    def _meaning(self, name: str, arguments: tuple[Expression, ...]) -> Expression | None:
        """What a function without a rule of its own is made of; None where it has a rule."""
        if name in ("max", "min"):
            return as_pieces(name, arguments)
        row = by_name(name)
        rules = row.derivatives
        if all(k < len(rules) and rules[k] is not None for k, u in enumerate(arguments) if self.varies(u)):
            return None
        return row.definition(*arguments) if row.definition else None

    def parts(self, node: Expression) -> tuple[Expression, ...]:
        """The subtrees whose derivatives the rule for the node asks for."""
        asked: list[Expression] = []

        def ask(child: Expression) -> Expression:
            asked.append(child)
            return ONE

        self.rule(node, ask)
        return tuple({id(item): item for item in asked}.values())

    def rule_name(self, node: Expression) -> str:
        """The rule that the derivative of a node begins with."""
        if not self.varies(node):
            return "constant rule"
        match node:
            case Symbol() if node == self.variable:
                return "derivative of a linear term"
            case Add():
                return "sum rule"
            case Mul(factors) if sum(map(self.varies, factors)) > 1:
                return "product rule"
            case Div(numerator, denominator) if denominator == self.variable and not self.varies(numerator):
                return "power rule"
            case Div(numerator, denominator) if self.varies(denominator):
                return "quotient rule" if self.varies(numerator) else "chain rule"
            case Neg() | Mul() | Div():
                return "constant factor rule"
            case Pow(base, exponent) if self.varies(exponent):
                return "logarithmic differentiation" if self.varies(base) else "exponential rule"
            case Pow(base, _) if base == self.variable:
                return "power rule"
            case Piecewise():
                return "derivative by cases"
            case Call(name, arguments) if arguments[0] == self.variable:
                return next((law for law, names in TABLES.items() if name in names), "differentiation")
        return "chain rule"

    def rule(self, node: Expression, d: Inner) -> Expression:
        """The derivative of the node, `d` giving those of its parts that vary."""
        if node == self.variable:
            return ONE
        if not self.varies(node):
            return ZERO
        match node:
            case Add(terms):
                return add(*(d(term) for term in terms if self.varies(term)))
            case Neg(operand):
                return negate(d(operand))
            case Mul(factors):
                return self._product(factors, d)
            case Div(numerator, denominator):
                return self._quotient(numerator, denominator, d)
            case Pow(base, exponent):
                return self._power(node, base, exponent, d)
            case Call(name, arguments):
                return self._call(node, name, arguments, d)
            case Symbol() | Apply():
                return self._named(node, d)
            case Piecewise(pieces):
                return Piecewise(tuple((d(value), condition) for value, condition in pieces))
            case Reduction("sum", body, index, lower, upper) if index != self.variable:
                return Reduction("sum", d(body), index, lower, upper)
        raise NoRule(type(node).__name__)

    def _product(self, factors: tuple[Expression, ...], d: Inner) -> Expression:
        varying = (k for k, factor in enumerate(factors) if self.varies(factor))
        return add(*(multiply(*factors[:k], d(factors[k]), *factors[k + 1 :]) for k in varying))

    def _quotient(self, numerator: Expression, denominator: Expression, d: Inner) -> Expression:
        if not self.varies(denominator):
            return divide(d(numerator), denominator)
        if not self.varies(numerator):
            return negate(divide(multiply(numerator, d(denominator)), power(denominator, 2)))
        return divide(d(numerator) * denominator - numerator * d(denominator), power(denominator, 2))

    def _power(self, node: Expression, base: Expression, exponent: Expression, d: Inner) -> Expression:
        if not self.varies(exponent):
            lower = Number(exponent.value - 1) if isinstance(exponent, Number) else exponent - 1
            return multiply(exponent, power(base, lower), d(base))
        if base == Constant("e"):
            return multiply(node, d(exponent))
        if not self.varies(base):
            return multiply(node, call("log", base), d(exponent))
        return multiply(node, d(exponent) * call("log", base) + divide(exponent * d(base), base))

    def _call(self, node: Expression, name: str, arguments: tuple[Expression, ...], d: Inner) -> Expression:
        body = self.body(node)
        if body is not None:
            return d(body)
        terms: list[Expression] = []
        for k, (rule, argument) in enumerate(zip_longest(by_name(name).derivatives, arguments)):
            if argument is not None and self.varies(argument):
                if rule is None:
                    raise NoRule(f"{name} by argument {k + 1}")
                terms.append(multiply(rule(*arguments), d(argument)))
        return add(*terms)

    def _named(self, node: Symbol | Apply, d: Inner) -> Expression:
        body = self.body(node)
        if body is not None:
            return d(body)
        if isinstance(node, Symbol):
            on = self.graph.depends.get(node.name, ())
            if self.variable.name not in on:
                raise NoRule(node.name)
            arguments = tuple(map(Symbol, on))
            return Apply(node.name, arguments, tuple(int(item == self.variable.name) for item in on))
        return add(*(
            multiply(Apply(node.name, node.arguments, _raised(node.orders, k)), d(argument))
            for k, argument in enumerate(node.arguments) if self.varies(argument)
        ))  # fmt: skip


def _raised(orders: tuple[int, ...], k: int) -> tuple[int, ...]:
    return (*orders[:k], orders[k] + 1, *orders[k + 1 :])


def inlined(tree: Expression, graph: Graph) -> Expression:
    """The tree with `f'(u)` of a defined function written as the derivative of its body."""
    if isinstance(tree, Derivative):
        return tree
    if isinstance(tree, Apply) and any(tree.orders) and tree.name in graph.functions:
        names, body = graph.functions[tree.name]
        orders = dict(zip(names, tree.orders, strict=True))
        if all(isinstance(item, Symbol) for item in tree.arguments) and len(set(tree.arguments)) == len(names):
            renamed = dict(zip(names, tree.arguments, strict=True))
            variables = tuple((renamed[name], order) for name, order in orders.items() if order)
            return Derivative(substitute(body, renamed), variables, span=tree.span)
        return tree
    return map_children(tree, lambda child: inlined(child, graph))

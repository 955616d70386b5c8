"""The derivative of a tree, as a tree: the textbook rules, one `case` each.

Method: sum, product, quotient, power and chain rule over the author's own tree, with the function table's
derivative rules; a function without a rule is replaced by its definition. Subtrees are shared, not copied,
and each is differentiated once, so the result is a graph of modest size. The kernel's normal form has a
derivation of its own; this one feeds the balls, and the two must agree.

Limits: kinks are left to the domain conditions of the row (`smooth`); an argument without a rule (the
order of a Bessel function) raises `NoRule` when it depends on the variable. Sums with symbolic bounds are
differentiated term by term.
"""

from __future__ import annotations

from derivcheck.expression import (
    ONE,
    ZERO,
    Add,
    Apply,
    At,
    Call,
    Condition,
    Constant,
    Derivative,
    Div,
    Expression,
    Logical,
    Mul,
    Neg,
    Number,
    Piecewise,
    Pow,
    Reduction,
    Relation,
    Symbol,
    add,
    call,
    children,
    divide,
    map_children,
    multiply,
    negate,
    power,
    substitute,
    walk,
)
from derivcheck.functions import by_name

UNKNOWN = Constant("unknown")


class NoRule(Exception):
    """There is no derivative rule for something that depends on the variable."""


class Differentiator:
    """Derivatives by one variable, each subtree once."""

    def __init__(self, variable: Symbol) -> None:
        self.variable = variable
        self.memo: dict[int, tuple[Expression, Expression]] = {}
        self.depends: dict[int, tuple[Expression, bool]] = {}

    def __call__(self, node: Expression) -> Expression:
        known = self.memo.get(id(node))
        if known is None:
            known = (node, self._derive(node) if self.varies(node) else ZERO)
            self.memo[id(node)] = known
        return known[1]

    def varies(self, node: Expression) -> bool:
        """Whether the variable occurs below the node."""
        known = self.depends.get(id(node))
        if known is None:
            known = (node, node == self.variable or any(map(self.varies, children(node))))
            self.depends[id(node)] = known
        return known[1]

    def _derive(self, node: Expression) -> Expression:
        match node:
            case Symbol():
                return ONE
            case Add(terms):
                return add(*map(self, terms))
            case Neg(operand):
                return negate(self(operand))
            case Mul(factors):
                return add(*(self._one_factor(factors, k) for k in range(len(factors))))
            case Div(numerator, denominator):
                return self._quotient(numerator, denominator)
            case Pow():
                return self._power(node)
            case Call(name, arguments):
                return self._call(name, arguments)
            case Apply(name, arguments, orders):
                return add(*(self._unknown(name, arguments, orders, k) for k in range(len(arguments))))
            case Piecewise(pieces):
                inner: tuple[tuple[Expression, Condition | None], ...]
                inner = tuple((self(value), condition) for value, condition in pieces)
                return Piecewise(_single_points(pieces) + inner)
            case Reduction("sum", body, index, lower, upper):
                fixed = not any(bound is not None and self.varies(bound) for bound in (lower, upper))
                if index != self.variable and fixed:
                    return Reduction("sum", self(body), index, lower, upper)
        raise NoRule(type(node).__name__)

    def _one_factor(self, factors: tuple[Expression, ...], k: int) -> Expression:
        return multiply(*factors[:k], self(factors[k]), *factors[k + 1 :])

    def _quotient(self, numerator: Expression, denominator: Expression) -> Expression:
        if not self.varies(denominator):
            return divide(self(numerator), denominator)
        top = self(numerator) * denominator - numerator * self(denominator)
        return divide(top, power(denominator, 2))

    def _power(self, node: Pow) -> Expression:
        base, exponent = node.base, node.exponent
        if not self.varies(exponent):
            if isinstance(exponent, Number):
                return multiply(exponent, power(base, exponent.value - 1), self(base))
            whole = None if node.whole is None else max(-1, node.whole - 1)
            return multiply(exponent, Pow(base, exponent - 1, whole), self(base))
        if base == Constant("e"):
            return multiply(node, self(exponent))
        return multiply(node, self(exponent) * call("log", base) + divide(exponent * self(base), base))

    def _call(self, name: str, arguments: tuple[Expression, ...]) -> Expression:
        if name in ("max", "min"):
            return self(as_pieces(name, arguments))
        row = by_name(name)
        rules = row.derivatives
        if any(self.varies(u) and (k >= len(rules) or rules[k] is None) for k, u in enumerate(arguments)):
            if row.definition is None:
                raise NoRule(name)
            return self(row.definition(*arguments))
        terms = []
        for rule, argument in zip(rules, arguments, strict=False):
            if rule is not None and self.varies(argument):
                terms.append(multiply(rule(*arguments), self(argument)))
        return add(*terms)

    def _unknown(self, name: str, arguments: tuple[Expression, ...], orders: tuple[int, ...], k: int) -> Expression:
        raised = (*orders[:k], orders[k] + 1, *orders[k + 1 :])
        return multiply(Apply(name, arguments, raised), self(arguments[k]))


def _single_points(
    pieces: tuple[tuple[Expression, Condition | None], ...],
) -> tuple[tuple[Expression, Condition | None], ...]:
    """Where a case is chosen by an equation (`x = 0`), its own derivative says nothing."""
    equations: dict[Condition, None] = {}
    for _, condition in pieces:
        stack = [] if condition is None else [condition]
        while stack:
            top = stack.pop()
            if isinstance(top, Logical):
                stack += top.operands
            elif top.operator in ("=", "!="):
                equations[Relation("=", top.left, top.right)] = None
    return tuple((UNKNOWN, equation) for equation in equations)


def as_pieces(name: str, arguments: tuple[Expression, ...]) -> Expression:
    """max and min of several arguments as cases on which is the largest or smallest."""
    operator = ">=" if name == "max" else "<="
    best = arguments[0]
    for other in arguments[1:]:
        best = Piecewise(((best, Relation(operator, best, other)), (other, None)))
    return best


def derivative(operand: Expression, variables: tuple[tuple[Expression, int], ...]) -> Expression:
    """The mixed derivative by each variable, `order` times. The operand must hold no derivative itself."""
    for variable, order in variables:
        if not isinstance(variable, Symbol):
            raise NoRule("the variable of a derivative must be a name")
        for _ in range(order):
            operand = Differentiator(variable)(operand)
    return operand


def expand_derivatives(node: Expression) -> Expression:
    """The tree with every derivative carried out and every evaluation made, innermost first."""
    if not any(isinstance(item, Derivative | At) for item in walk(node)):
        return node
    node = map_children(node, expand_derivatives)
    match node:
        case Derivative(operand, variables):
            return derivative(operand, variables)
        case At(operand, bindings):
            return substitute(operand, dict(bindings))
    return node


def instantiate(node: Expression, instances: dict[str, tuple[tuple[Symbol, ...], Expression]]) -> Expression:
    """Replace unknown functions by concrete ones: name -> (arguments, body)."""
    node = map_children(node, lambda child: instantiate(child, instances))
    if not isinstance(node, Apply) or node.name not in instances:
        return node
    names, body = instances[node.name]
    variables = tuple((name, order) for name, order in zip(names, node.orders, strict=True) if order)
    return substitute(derivative(body, variables), dict(zip(names, node.arguments, strict=True)))

"""Where an expression is defined, and where it is differentiable, as a list of conditions.

Method: every node contributes what its value needs: a denominator is not zero, a logarithm's argument is
positive, an even root's argument is not negative. Under a derivative the function table's `smooth`
conditions are added, and a radicand must be positive. A condition inside a case holds only where that case
is chosen; it carries the case's condition as a guard. Conditions on numbers alone are decided at once by
whoever evaluates them.

Borders are points where a discontinuous function jumps (sign, floor, cases): equality proved beside them
does not carry over to them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import combinations
from math import floor

from derivcheck.expression import (
    ONE,
    PI,
    ZERO,
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
    call,
    children,
    substitute,
    walk,
)
from derivcheck.functions import by_name
from derivcheck.kernel.balls import rational_value
from derivcheck.kernel.differentiate import expand_derivatives
from derivcheck.kernel.whole import odd_monomials

MAX_TERMS = 300
NEVER = Relation("<", ONE, ZERO)
OPPOSITE: Mapping[str, str] = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "=": "!=", "!=": "="}


@dataclass(frozen=True, slots=True)
class Requirement:
    """A condition that must hold wherever its guards do.

    `soft`: the positive base of a power with a variable exponent, which single whole values of it do not need.
    `kink`: needed for the derivative by the rules, not for the value; a function may be smooth without it.
    """

    condition: Relation
    guards: tuple[Condition, ...] = ()
    soft: bool = False
    kink: bool = field(default=False, compare=False)

    def at(self, bindings: Mapping[Expression, Expression]) -> Requirement:
        """The same demand with values put in for names."""
        condition = condition_at(self.condition, bindings)
        assert isinstance(condition, Relation)
        return replace(self, condition=condition, guards=tuple(condition_at(item, bindings) for item in self.guards))


def condition_at(condition: Condition, bindings: Mapping[Expression, Expression]) -> Condition:
    """A condition with values put in for names."""
    if isinstance(condition, Logical):
        return Logical(condition.operator, tuple(condition_at(item, bindings) for item in condition.operands))
    left, right = (substitute(expand_derivatives(side), bindings) for side in (condition.left, condition.right))
    return Relation(condition.operator, left, right)


def negated(condition: Condition) -> Condition:
    """The opposite of a condition."""
    if isinstance(condition, Logical):
        return condition.operands[0] if condition.operator == "not" else Logical("not", (condition,))
    return Relation(OPPOSITE[condition.operator], condition.left, condition.right)


def requirements(node: Expression, smooth: bool = False) -> tuple[Requirement, ...]:
    """What the value of the tree needs, and its derivative when `smooth`; duplicates once, in reading order."""
    return tuple(dict.fromkeys(_collect(node, (), smooth)))


def derivative_requirements(node: Expression) -> Iterator[Requirement]:
    """What the derivatives inside a tree need to exist."""
    match node:
        case Derivative(operand, _):
            yield from requirements(operand, True)
        case At(operand, bindings):
            values: dict[Expression, Expression] = dict(bindings)
            for value in values.values():
                yield from derivative_requirements(value)
            yield from (item.at(values) for item in derivative_requirements(operand))
        case _:
            for child in children(node):
                yield from derivative_requirements(child)


def _collect(node: Expression, guards: tuple[Condition, ...], smooth: bool) -> Iterator[Requirement]:
    match node:
        case Piecewise():
            yield from _cases(node, guards, smooth)
            return
        case At(operand, bindings):
            values: dict[Expression, Expression] = dict(bindings)
            for value in values.values():
                yield from _collect(value, guards, smooth)
            yield from (item.at(values) for item in _collect(operand, guards, smooth))
            return
        case Reduction():
            yield from _terms(node, guards, smooth)
            return
    inner = smooth or isinstance(node, Derivative)
    for child in children(node):
        yield from _collect(child, guards, inner)
    match node:
        case Div(_, denominator) if not rational_value(denominator):
            yield from _demand(Relation("!=", denominator, ZERO), guards)
        case Pow():
            yield from _power(node, guards, smooth)
        case Call(name, arguments):
            yield from _function(name, arguments, guards, smooth)
        case Constant("oo"):
            yield Requirement(NEVER, guards)


def _demand(condition: Condition, guards: tuple[Condition, ...]) -> Iterator[Requirement]:
    """A condition in simpler parts; of `A or B`, B where A fails."""
    if isinstance(condition, Relation):
        yield from _collect(condition.left, guards, False)
        yield from (Requirement(part, guards) for part in simplified(condition))
    elif condition.operator == "and":
        for part in condition.operands:
            yield from _demand(part, guards)
    elif condition.operator == "or":
        *others, last = condition.operands
        yield from _demand(last, (*guards, *map(negated, others)))


def _terms(node: Reduction, guards: tuple[Condition, ...], smooth: bool) -> Iterator[Requirement]:
    """What every term needs; symbolic bounds must not run backwards, and hide what depends on the index."""
    if node.lower is None or node.upper is None:
        return
    yield from _collect(node.lower, guards, smooth)
    yield from _collect(node.upper, guards, smooth)
    found = dict.fromkeys(_collect(node.body, guards, smooth))
    apart = [item for item in found if node.index not in _leaves(item)]
    low, high = rational_value(node.lower), rational_value(node.upper)
    if low is None or high is None:
        yield Requirement(Relation(">=", node.upper - node.lower + 1, ZERO), guards)
        yield from apart
        return
    for k in range(floor(low), floor(min(high, low + MAX_TERMS)) + 1):
        yield from (item.at({node.index: Number(Fraction(k))}) for item in found)


def _leaves(item: Requirement) -> set[Expression]:
    sides = (side for condition in (item.condition, *item.guards) for side in _sides(condition))
    return {leaf for side in sides for leaf in walk(side)}


def simplified(condition: Relation) -> tuple[Relation, ...]:
    """The same demand in simpler parts: `a (1 - a) != 0` by its factors, `|u| > 0` as `u != 0`."""
    left, operator = condition.left, condition.operator
    value = rational_value(left)
    if condition.right == ZERO and value is not None and (value > 0 or (value == 0 and operator == ">=")):
        return ()
    if condition.right == ZERO and operator == ">=" and _never_negative(left):
        return ()
    if condition.right != ZERO or operator not in (">", "!="):
        return (condition,)
    apart = operator == "!="
    match left:
        case Call("abs", (inner,)):
            return simplified(Relation("!=", inner, ZERO))
        case Pow(base, Number(value)) if value > 0 and (apart or (value.denominator == 1 and value % 2 == 0)):
            return simplified(Relation("!=", base, ZERO))
        case Pow(base, exponent, None) if rational_value(exponent) is None and rational_value(base) is None:
            return ()
        case Pow(base, exponent, int(whole)) if whole and (apart or not odd_monomials(exponent)):
            return simplified(Relation("!=", base, ZERO))
        case Call("sqrt", (inner,)) if apart:
            return simplified(Relation("!=", inner, ZERO))
        case Neg(inner) if apart:
            return simplified(Relation("!=", inner, ZERO))
        case Mul(factors) if apart:
            parts = [part for factor in factors for part in simplified(Relation("!=", factor, ZERO))]
            return tuple(part for part in parts if not rational_value(part.left))
        case Div(numerator, _) if apart:
            return simplified(Relation("!=", numerator, ZERO))
        case Call("exp", _):
            return ()
    return (condition,)


def _never_negative(node: Expression) -> bool:
    match node:
        case Call("abs" | "exp" | "sqrt" | "cosh", _):
            return True
        case Pow(_, exponent):
            value = rational_value(exponent)
            return value is not None and (value.numerator % 2 == 0 or value.denominator % 2 == 0)
    return False


def _cases(node: Piecewise, guards: tuple[Condition, ...], smooth: bool) -> Iterator[Requirement]:
    before = guards
    for value, condition in node.pieces:
        if condition is None:
            yield from _collect(value, before, smooth)
            break
        yield from _decided(condition, before)
        yield from _collect(value, (*before, condition), smooth)
        before = (*before, negated(condition))
    if smooth:
        sharp = (item for _, condition in node.pieces if condition is not None for item in relations(condition))
        for item in sharp:
            if item.operator not in ("=", "!="):
                yield Requirement(Relation("!=", item.left, item.right), guards, kink=True)


def _decided(condition: Condition, guards: tuple[Condition, ...]) -> Iterator[Requirement]:
    """What it takes for a condition to be true or false, read from left to right."""
    if isinstance(condition, Relation):
        yield from _collect(condition.left, guards, False)
        yield from _collect(condition.right, guards, False)
        return
    for operand in condition.operands:
        yield from _decided(operand, guards)
        guards = (*guards, operand if condition.operator == "and" else negated(operand))


def _power(node: Pow, guards: tuple[Condition, ...], smooth: bool) -> Iterator[Requirement]:
    base, value, known = node.base, rational_value(node.exponent), rational_value(node.base)
    if base == Constant("e") or (known is not None and known > 0):
        return
    if value is None:
        if node.whole is None:
            yield from (replace(item, soft=True) for item in _demand(Relation(">", base, ZERO), guards))
        elif node.whole < 0:
            yield from _demand(Relation("!=", base, ZERO), guards)
        return
    even = value.denominator % 2 == 0
    if value < 0 and not (known and not even):
        yield from _demand(Relation(">" if even else "!=", base, ZERO), guards)
    elif even:
        yield from _demand(Relation(">=", base, ZERO), guards)
    if smooth and known is None and value >= 0 and (even or (value.denominator > 1 and value < 1)):
        for part in simplified(Relation(">" if even else "!=", base, ZERO)):
            yield Requirement(part, guards, kink=True)


def _function(
    name: str, arguments: tuple[Expression, ...], guards: tuple[Condition, ...], smooth: bool
) -> Iterator[Requirement]:
    row = by_name(name)
    if row.domain is not None:
        for condition in row.domain(*arguments):
            yield from _demand(condition, guards)
    elif row.definition is not None:
        names = tuple(Symbol(f"#{k}") for k in range(len(arguments)))
        values: dict[Expression, Expression] = dict(zip(names, arguments, strict=True))
        for item in _collect(row.definition(*names), guards, smooth and row.smooth is None):
            inside = item.at(values)
            yield from (replace(inside, condition=part) for part in simplified(inside.condition))
    if smooth:
        sharp = row.smooth(*arguments) if row.smooth else ()
        if name in ("max", "min"):
            sharp = tuple(Relation("!=", a, b) for a, b in combinations(dict.fromkeys(arguments), 2))
        for condition in sharp:
            yield from (replace(item, kink=True) for item in _demand(condition, guards))


def _sides(condition: Condition) -> Iterator[Expression]:
    if isinstance(condition, Relation):
        yield from (condition.left, condition.right)
    else:
        for operand in condition.operands:
            yield from _sides(operand)


def relations(condition: Condition) -> Iterator[Relation]:
    """The comparisons inside a condition."""
    if isinstance(condition, Relation):
        yield condition
    else:
        for operand in condition.operands:
            yield from relations(operand)


def _borders_of(node: Expression) -> Iterator[Relation]:
    match node:
        case Piecewise(pieces):
            for _, condition in pieces:
                if condition is not None:
                    yield from (Relation("!=", item.left, item.right) for item in relations(condition))
        case Call("sign" | "Heaviside", (argument,)):
            yield Relation("!=", argument, ZERO)
        case Call("floor" | "ceiling", (argument,)):
            yield Relation("!=", call("sin", PI * argument), ZERO)


def borders(node: Expression) -> tuple[Relation, ...]:
    """Where discontinuous functions of the tree may jump; derivatives and evaluations carried out before."""
    found: dict[Relation, None] = {}
    stack = [node]
    while stack:
        top = stack.pop()
        if isinstance(top, Reduction):
            stack += _bodies(top)
            continue
        found.update(dict.fromkeys(_borders_of(top)))
        stack.extend(children(top))
    return tuple(found)


def _bodies(node: Reduction) -> list[Expression]:
    """The terms of a sum with numbers for bounds, the body itself otherwise."""
    if node.lower is None or node.upper is None:
        return [node.body]
    low, high = rational_value(node.lower), rational_value(node.upper)
    if low is None or high is None:
        return [node.body]
    places = range(floor(low), floor(min(high, low + MAX_TERMS)) + 1)
    return [substitute(node.body, {node.index: Number(Fraction(k))}) for k in places]


def isolated_cases(node: Expression) -> tuple[tuple[Relation, ...], ...]:
    """The conditions of cases with an equation (`x = 0`), which may be chosen at single points only.

    Each is a conjunction of relations; generic reasoning passes over such points.
    """
    found: list[tuple[Relation, ...]] = []
    stack = [node]
    while stack:
        top = stack.pop()
        if isinstance(top, Piecewise):
            for _, condition in top.pieces:
                if condition is not None and any(item.operator in ("=", "!=") for item in relations(condition)):
                    found.append(tuple(relations(condition)))
        stack.extend(children(top))
    return tuple(dict.fromkeys(found))

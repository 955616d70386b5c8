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

from collections.abc import Iterator
from dataclasses import dataclass

from derivcheck.expression import (
    ONE,
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
    call,
    children,
    substitute,
)
from derivcheck.functions import by_name
from derivcheck.kernel.balls import rational_value
from derivcheck.kernel.differentiate import expand_derivatives

JUMPS = frozenset({"sign", "Heaviside"})


@dataclass(frozen=True, slots=True)
class Requirement:
    """A condition that must hold wherever its guards do.

    `soft`: the positive base of a power with a variable exponent, which a whole exponent does not need.
    """

    condition: Relation
    guards: tuple[Condition, ...] = ()
    soft: bool = False


def requirements(node: Expression, smooth: bool = False) -> tuple[Requirement, ...]:
    """What the value of the tree needs, and its derivative when `smooth`; duplicates once, in reading order."""
    return tuple(dict.fromkeys(_collect(node, (), smooth)))


def _collect(node: Expression, guards: tuple[Condition, ...], smooth: bool) -> Iterator[Requirement]:
    if isinstance(node, Piecewise):
        yield from _cases(node, guards, smooth)
        return
    if isinstance(node, At):
        yield from _evaluated(node, guards, smooth)
        return
    inner = smooth or isinstance(node, Derivative)
    if not isinstance(node, Reduction):
        for child in children(node):
            yield from _collect(child, guards, inner)
    soft = isinstance(node, Pow) and rational_value(node.exponent) is None
    for condition in _own(node, smooth):
        if isinstance(condition, Relation):
            yield from _collect(condition.left, guards, False)
            yield from (Requirement(part, guards, soft) for part in simplified(condition))
        elif condition.operator == "and":
            yield from (Requirement(part, guards) for part in condition.operands if isinstance(part, Relation))


def _evaluated(node: At, guards: tuple[Condition, ...], smooth: bool) -> Iterator[Requirement]:
    """What the operand needs, at the point where it is evaluated."""
    bindings: dict[Expression, Expression] = dict(node.bindings)
    for value in bindings.values():
        yield from _collect(value, guards, smooth)
    for item in _collect(node.operand, guards, smooth):
        left, right = (
            substitute(expand_derivatives(side), bindings) for side in (item.condition.left, item.condition.right)
        )
        inside = tuple(_condition_at(guard, bindings) for guard in item.guards)
        yield Requirement(Relation(item.condition.operator, left, right), inside, item.soft)


def _condition_at(condition: Condition, bindings: dict[Expression, Expression]) -> Condition:
    if isinstance(condition, Logical):
        return Logical(condition.operator, tuple(_condition_at(item, bindings) for item in condition.operands))
    left, right = (substitute(expand_derivatives(side), bindings) for side in (condition.left, condition.right))
    return Relation(condition.operator, left, right)


def simplified(condition: Relation) -> tuple[Relation, ...]:
    """The same demand in simpler parts: `a (1 - a) != 0` by its factors, `|u| > 0` as `u != 0`."""
    left, operator = condition.left, condition.operator
    if condition.right != ZERO or operator not in (">", "!="):
        return (condition,)
    apart = operator == "!="
    match left:
        case Call("abs", (inner,)):
            return simplified(Relation("!=", inner, ZERO))
        case Pow(base, Number(value)) if value > 0 and (apart or (value.denominator == 1 and value % 2 == 0)):
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


def _cases(node: Piecewise, guards: tuple[Condition, ...], smooth: bool) -> Iterator[Requirement]:
    before: tuple[Condition, ...] = ()
    for value, condition in node.pieces:
        if condition is not None:
            for side in _sides(condition):
                yield from _collect(side, guards, False)
        chosen = before if condition is None else (*before, condition)
        yield from _collect(value, (*guards, *chosen), smooth)
        if condition is not None:
            before = (*before, Logical("not", (condition,)))
    if smooth:
        sharp = (item for _, condition in node.pieces if condition is not None for item in relations(condition))
        for item in sharp:
            if item.operator not in ("=", "!="):
                yield Requirement(Relation("!=", item.left, item.right), guards)


def _own(node: Expression, smooth: bool) -> tuple[Condition, ...]:
    match node:
        case Div(_, denominator):
            return () if rational_value(denominator) else (Relation("!=", denominator, ZERO),)
        case Pow(base, exponent):
            return _power(base, exponent, smooth)
        case Call(name, arguments):
            return _function(name, arguments, smooth)
        case Constant("oo"):
            return (Relation("<", ONE, ZERO),)
    return ()


def _power(base: Expression, exponent: Expression, smooth: bool) -> tuple[Condition, ...]:
    if base == Constant("e"):
        return ()
    value = rational_value(exponent)
    known = rational_value(base)
    if value is None:
        return () if known is not None and known > 0 else (Relation(">", base, ZERO),)
    even = value.denominator % 2 == 0
    if known is not None and (known > 0 or (known < 0 and not even)):
        return ()
    if value < 0 or (smooth and value.denominator > 1 and value < 1):
        return (Relation(">" if even else "!=", base, ZERO),)
    return (Relation(">=", base, ZERO),) if even else ()


def _function(name: str, arguments: tuple[Expression, ...], smooth: bool) -> tuple[Condition, ...]:
    row = by_name(name)
    found: list[Condition] = list(row.domain(*arguments)) if row.domain else []
    if smooth and row.smooth:
        found += row.smooth(*arguments)
    if name == "gamma" and _is_pole(arguments[0]):
        found.append(Relation("<", ONE, ZERO))
    if smooth and name in ("max", "min"):
        found += [Relation("!=", a, b) for k, a in enumerate(arguments) for b in arguments[k + 1 :]]
    if row.domain is None and row.definition is not None:
        inner = row.definition(*arguments)
        found += [item.condition for item in requirements(inner, smooth and row.smooth is None)]
    return tuple(found)


def _is_pole(argument: Expression) -> bool:
    value = rational_value(argument)
    return value is not None and value <= 0 and value.denominator == 1


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
    if isinstance(node, Piecewise):
        for _, condition in node.pieces:
            if condition is not None:
                yield from (Relation("!=", item.left, item.right) for item in relations(condition))
    if isinstance(node, Call) and node.name in JUMPS:
        yield Relation("!=", node.arguments[0], ZERO)
    if isinstance(node, Call) and node.name in ("floor", "ceiling"):
        yield Relation("!=", call("sin", Constant("pi") * node.arguments[0]), ZERO)


def borders(node: Expression) -> tuple[Relation, ...]:
    """Where discontinuous functions of the tree may jump."""
    found: dict[Relation, None] = {}
    stack = [node]
    while stack:
        top = stack.pop()
        found.update(dict.fromkeys(_borders_of(top)))
        stack.extend(children(top))
    return tuple(found)


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

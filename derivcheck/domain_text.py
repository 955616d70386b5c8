"""A domain as short text: `0 < a < 1`, `x != 0`, `1 - x^2 > 0`.

Conditions that are linear in one variable are solved for it and merged into one interval per variable;
all others are printed as they stand.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from derivcheck.expression import (
    Add,
    Condition,
    Div,
    Expression,
    Logical,
    Mul,
    Neg,
    Number,
    Relation,
    Symbol,
)
from derivcheck.kernel.balls import rational_value
from derivcheck.kernel.differentiate import expand_derivatives
from derivcheck.notation.printing import print_plain

Linear = tuple[str, Fraction, Fraction]
_FLIPPED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "!=": "!="}


def linear(tree: Expression) -> Linear | None:
    """(name, slope, constant) of a tree that is linear in one symbol."""
    match tree:
        case Symbol(name):
            return name, Fraction(1), Fraction(0)
        case Number(value):
            return "", Fraction(0), value
        case Neg(operand):
            return _scaled(linear(operand), Fraction(-1))
        case Add(terms):
            total: Linear | None = ("", Fraction(0), Fraction(0))
            for term in terms:
                total = _sum(total, linear(term))
            return total
        case Mul((first, second)):
            factor, other = rational_value(first), second
            if factor is None:
                factor, other = rational_value(second), first
            return None if factor is None else _scaled(linear(other), factor)
        case Div(numerator, denominator):
            below = rational_value(denominator)
            return None if not below else _scaled(linear(numerator), 1 / below)
    return None


def _scaled(value: Linear | None, factor: Fraction) -> Linear | None:
    return None if value is None else (value[0], value[1] * factor, value[2] * factor)


def _sum(left: Linear | None, right: Linear | None) -> Linear | None:
    if left is None or right is None or (left[0] and right[0] and left[0] != right[0]):
        return None
    return left[0] or right[0], left[1] + right[1], left[2] + right[2]


def domain_text(conditions: Iterable[Condition]) -> tuple[str, ...]:
    """The conditions as texts, intervals first, each once."""
    lows: dict[str, tuple[Fraction, str]] = {}
    highs: dict[str, tuple[Fraction, str]] = {}
    order: dict[str, None] = {}
    others: dict[str, None] = {}
    for condition in conditions:
        bound = _bound(condition)
        if bound is None:
            others[_condition_text(condition)] = None
            continue
        name, operator, value = bound
        order[name] = None
        if operator in (">", ">="):
            lows[name] = max(
                lows.get(name, (value, operator)), (value, operator), key=lambda item: (item[0], item[1] == ">")
            )
        else:
            highs[name] = min(
                highs.get(name, (value, operator)), (value, operator), key=lambda item: (item[0], item[1] == "<=")
            )
    intervals = [_interval(name, lows.get(name), highs.get(name)) for name in order]
    excluded = [text for text in others if not _inside(text, lows, highs)]
    return (*intervals, *excluded)


def _inside(text: str, lows: dict[str, tuple[Fraction, str]], highs: dict[str, tuple[Fraction, str]]) -> bool:
    """Whether `a != 0` says nothing because an interval already leaves the value out."""
    name, separator, value = text.partition(" != ")
    if not separator or not value.lstrip("-").replace("/", "").isdigit():
        return False
    number = Fraction(value)
    low, high = lows.get(name), highs.get(name)
    below = low is not None and (number < low[0] or (number == low[0] and low[1] == ">"))
    return below or (high is not None and (number > high[0] or (number == high[0] and high[1] == "<")))


def _bound(condition: Condition) -> tuple[str, str, Fraction] | None:
    """A comparison that bounds one variable."""
    if not isinstance(condition, Relation) or condition.operator in ("=", "!="):
        return None
    found = linear(condition.left - condition.right)
    if found is None or not found[1]:
        return None
    name, slope, constant = found
    return name, condition.operator if slope > 0 else _FLIPPED[condition.operator], -constant / slope


def _interval(name: str, low: tuple[Fraction, str] | None, high: tuple[Fraction, str] | None) -> str:
    if low is None:
        assert high is not None
        return f"{name} {high[1]} {high[0]}"
    if high is None:
        return f"{name} {low[1]} {low[0]}"
    return f"{low[0]} {_FLIPPED[low[1]]} {name} {high[1]} {high[0]}"


def _condition_text(condition: Condition) -> str:
    if isinstance(condition, Logical):
        if condition.operator == "not":
            return f"not ({_condition_text(condition.operands[0])})"
        return f" {condition.operator} ".join(map(_condition_text, condition.operands))
    found = linear(condition.left - condition.right)
    if found is not None and found[1]:
        return f"{found[0]} {condition.operator} {-found[2] / found[1]}"
    if rational_value(condition.right) == 0 and condition.operator == "!=" and isinstance(condition.left, Div):
        return _condition_text(Relation("!=", condition.left.numerator, Number(Fraction(0))))
    left, right = (print_plain(expand_derivatives(side)) for side in (condition.left, condition.right))
    return f"{left} {condition.operator} {right}"

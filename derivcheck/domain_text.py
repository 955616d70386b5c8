"""A domain as short text: `0 < a < 1`, `x != 0`, `1 - x^2 > 0`.

Conditions that are linear in one variable are solved for it and merged into one interval per variable;
all others are printed as they stand.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from math import isqrt

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
    symbols,
)
from derivcheck.kernel.balls import rational_value
from derivcheck.kernel.differentiate import expand_derivatives
from derivcheck.kernel.domain import simplified
from derivcheck.kernel.plan import Unsupported
from derivcheck.kernel.sums import coefficients
from derivcheck.notation.printing import print_plain

Linear = tuple[str, Fraction, Fraction]
Ends = dict[str, tuple[Fraction, str]]
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
    lows: Ends = {}
    highs: Ends = {}
    order: dict[str, None] = {}
    others: dict[str, None] = {}
    for condition in (part for item in conditions for part in _parts(item)):
        bounds = _bounds(condition)
        if not bounds:
            others[_condition_text(condition)] = None
        for name, operator, value in bounds:
            order[name] = None
            _narrow(lows, highs, name, operator, value)
    intervals = [_interval(name, lows.get(name), highs.get(name)) for name in order]
    excluded = [text for text in others if not _inside(text, lows, highs)]
    return (*intervals, *excluded)


def _parts(condition: Condition) -> tuple[Condition, ...]:
    """The condition with derivatives carried out, in its simplest parts."""
    if not isinstance(condition, Relation):
        return (condition,)
    left, right = (expand_derivatives(side) for side in (condition.left, condition.right))
    return simplified(Relation(condition.operator, left, right))


def _inside(text: str, lows: dict[str, tuple[Fraction, str]], highs: dict[str, tuple[Fraction, str]]) -> bool:
    """Whether `a != 0` says nothing because an interval already leaves the value out."""
    name, separator, value = text.partition(" != ")
    if not separator or not value.lstrip("-").replace("/", "").isdigit():
        return False
    number = Fraction(value)
    low, high = lows.get(name), highs.get(name)
    below = low is not None and (number < low[0] or (number == low[0] and low[1] == ">"))
    return below or (high is not None and (number > high[0] or (number == high[0] and high[1] == "<")))


def _narrow(lows: Ends, highs: Ends, name: str, operator: str, value: Fraction) -> None:
    """Take in one more bound; of equal ones the strict one counts."""
    if operator in (">", ">="):
        known = lows.get(name, (value, operator))
        lows[name] = max(known, (value, operator), key=lambda end: (end[0], end[1] == ">"))
    else:
        known = highs.get(name, (value, operator))
        highs[name] = min(known, (value, operator), key=lambda end: (end[0], end[1] == "<="))


def _bounds(condition: Condition) -> list[tuple[str, str, Fraction]]:
    """What a comparison says as bounds of one variable: one for a linear one, two for (x - a)(b - x) > 0."""
    if not isinstance(condition, Relation) or condition.operator in ("=", "!="):
        return []
    found = linear(condition.left - condition.right)
    if found is not None and found[1]:
        name, slope, constant = found
        return [(name, condition.operator if slope > 0 else _FLIPPED[condition.operator], -constant / slope)]
    return _between(condition)


def _between(condition: Relation) -> list[tuple[str, str, Fraction]]:
    gap = condition.left - condition.right
    names = symbols(gap)
    if len(names) != 1:
        return []
    (name,) = names
    try:
        values = [rational_value(item) for item in coefficients(gap, Symbol(name))]
    except Unsupported:
        return []
    if len(values) != 3 or any(value is None for value in values):
        return []
    c, b, a = (value or Fraction(0) for value in values)
    operator = condition.operator
    if (a > 0) is (operator[0] == ">") or not a:
        return []
    root = _square_root(b * b - 4 * a * c)
    if not root:
        return []
    low, high = sorted(((-b - root) / (2 * a), (-b + root) / (2 * a)))
    equal = "=" if operator.endswith("=") else ""
    return [(name, ">" + equal, low), (name, "<" + equal, high)]


def _square_root(value: Fraction) -> Fraction | None:
    """The rational square root of a square."""
    if value < 0:
        return None
    root = Fraction(isqrt(value.numerator), isqrt(value.denominator))
    return root if root * root == value else None


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
    left, right = print_plain(condition.left), print_plain(condition.right)
    return f"{left} {condition.operator} {right}"

"""The value of a tree at a point, by mpmath: a second opinion that shares no code with the kernel.

Real values, principal even roots, real odd roots. A derivative is a difference quotient, taken as such only
where both one-sided quotients agree. Two sides differ when their difference stays the same at twice the
number of digits, and at two thousand digits as well, and is not as small as the step;
so neither rounding nor the step of a quotient can pass for a difference.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

from mpmath import mp, mpf

from derivcheck.expression import (
    Add,
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
)

DIGITS = (50, 100)
MANY = 2000
LARGE = mpf(2000)
POINT = Mapping[str, Any]


class Undefined(Exception):
    """There is no real value."""


class Unknown(Exception):
    """The oracle does not tell: too large, too near to a border, or no function it has."""


def value(node: Expression, point: POINT) -> Any:
    """The value at the present precision."""
    match node:
        case Number(number):
            return mpf(number.numerator) / number.denominator
        case Symbol(name):
            return point[name]
        case Constant("pi"):
            return +mp.pi
        case Constant("e"):
            return +mp.e
        case Add(terms):
            return sum((value(term, point) for term in terms), mpf(0))
        case Neg(operand):
            return -value(operand, point)
        case Mul(factors):
            product = mpf(1)
            for factor in factors:
                product *= value(factor, point)
            return product
        case Div(numerator, denominator):
            top, bottom = value(numerator, point), value(denominator, point)
            if bottom == 0:
                raise Undefined
            return top / bottom
        case Pow(base, exponent):
            return _power(base, exponent, point)
        case Call(name, arguments):
            return FUNCTIONS[name](*(value(item, point) for item in arguments))
        case Piecewise(pieces):
            for inner, condition in pieces:
                if condition is None or holds(condition, point):
                    return value(inner, point)
            raise Undefined
        case Reduction(kind, body, index, Number(low), Number(high)):
            terms = [value(body, {**point, index.name: mpf(k)}) for k in range(int(low), int(high) + 1)]
            return sum(terms, mpf(0)) if kind == "sum" else mp.fprod(terms)
        case Derivative(operand, ((Symbol(name), order),)):
            return _quotient(lambda at: value(operand, at), name, order, point)
        case At(operand, bindings):
            return value(operand, {**point, **{name.name: value(item, point) for name, item in bindings}})
    raise Unknown


def holds(condition: Condition, point: POINT) -> bool:
    """Whether a condition is true at the point; `Unknown` where a comparison is a tie by rounding only."""
    if isinstance(condition, Logical):
        parts = (holds(item, point) for item in condition.operands)
        match condition.operator:
            case "not":
                return not next(parts)
            case "and":
                return all(parts)
        return any(parts)
    left, right = value(condition.left, point), value(condition.right, point)
    gap = left - right
    if gap != 0 and abs(gap) < mpf(10) ** (10 - mp.dps) * (1 + abs(left)):
        raise Unknown
    return {
        "=": gap == 0, "!=": gap != 0, "<": gap < 0, "<=": gap <= 0, ">": gap > 0, ">=": gap >= 0,
    }[condition.operator]  # fmt: skip


def _exponent(node: Expression) -> Fraction | None:
    match node:
        case Number(number):
            return number
        case Neg(operand):
            inner = _exponent(operand)
            return None if inner is None else -inner
        case Div(numerator, denominator):
            top, bottom = _exponent(numerator), _exponent(denominator)
            return None if top is None or not bottom else top / bottom
    return None


def _power(base: Expression, exponent: Expression, point: POINT) -> Any:
    bottom, rational = value(base, point), _exponent(exponent)
    top = value(exponent, point)
    if rational is None and top == mp.nint(top):
        rational = Fraction(int(top))
    if bottom == 0:
        if rational == 0 or top == 0:
            raise Unknown
        if top < 0:
            raise Undefined
        return mpf(0)
    if abs(top * mp.log(abs(bottom))) > LARGE:
        raise Unknown
    if rational is not None and rational.denominator == 1:
        return bottom ** int(rational)
    if bottom > 0:
        return mp.exp(top * mp.log(bottom))
    if rational is None:
        raise Unknown
    if rational.denominator % 2 == 0:
        raise Undefined
    size = mp.exp(top * mp.log(-bottom))
    return -size if rational.numerator % 2 else size


def _quotient(function: Callable[[POINT], Any], name: str, order: int, point: POINT) -> Any:
    """A symmetric quotient; both sides must exist and agree."""
    if order > 1:
        return _quotient(lambda at: _quotient(function, name, order - 1, at), name, 1, point)
    if order == 0:
        return function(point)
    step = mpf(10) ** (-mp.dps // 3)
    try:
        here, *around = (function({**point, name: point[name] + k * step}) for k in (0, -2, -1, 1, 2))
    except Undefined:
        raise Unknown from None
    left, right = (here - around[1]) / step, (around[2] - here) / step
    if abs(left - right) > mpf(10) ** (-mp.dps // 6) * (1 + abs(left)):
        raise Unknown
    return (8 * (around[2] - around[1]) - (around[3] - around[0])) / (12 * step)


def _real(function: Callable[..., Any], allowed: Callable[..., bool] = lambda *_: True) -> Callable[..., Any]:
    def rule(*arguments: Any) -> Any:
        if any(abs(item) > LARGE for item in arguments):
            raise Unknown
        if not allowed(*arguments):
            raise Undefined
        return function(*arguments)

    return rule


def _apart(function: Callable[[Any], Any], below: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def rule(u: Any) -> Any:
        bottom = below(u)
        if bottom == 0:
            raise Undefined
        if abs(bottom) < mpf(10) ** (10 - mp.dps):
            raise Unknown
        return function(u) / bottom

    return rule


def _step(function: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def rule(u: Any) -> Any:
        if u != mp.nint(u) and abs(u - mp.nint(u)) < mpf(10) ** (10 - mp.dps):
            raise Unknown
        return mpf(function(u))

    return rule


def _sign(u: Any) -> Any:
    if u != 0 and abs(u) < mpf(10) ** (10 - mp.dps):
        raise Unknown
    return mp.sign(u)


def _angle(y: Any, x: Any) -> Any:
    if y == 0 and x == 0:
        raise Undefined
    if abs(y) < mpf(10) ** (10 - mp.dps) and x <= 0 and y != 0:
        raise Unknown
    return mp.atan2(y, x)


def _sigmoid(u: Any) -> Any:
    return 1 / (1 + mp.exp(-u))


FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    "exp": _real(mp.exp), "sin": _real(mp.sin), "cos": _real(mp.cos), "sinh": _real(mp.sinh), "cosh": _real(mp.cosh),
    "tanh": _real(mp.tanh), "sech": _real(mp.sech), "atan": _real(mp.atan), "asinh": _real(mp.asinh),
    "acot": _real(lambda u: mp.pi / 2 - mp.atan(u)), "erf": _real(mp.erf), "erfc": _real(mp.erfc),
    "tan": _apart(_real(mp.sin), _real(mp.cos)), "cot": _apart(_real(mp.cos), _real(mp.sin)),
    "sec": _apart(lambda u: 1, _real(mp.cos)), "csc": _apart(lambda u: 1, _real(mp.sin)),
    "coth": _apart(_real(mp.cosh), _real(mp.sinh)), "csch": _apart(lambda u: 1, _real(mp.sinh)),
    "log": _real(lambda u, b=mp.e: mp.log(u) / mp.log(b), lambda u, b=2: u > 0 and b > 0 and b != 1),
    "sqrt": _real(mp.sqrt, lambda u: u >= 0), "cbrt": _real(lambda u: mp.sign(u) * mp.cbrt(abs(u))),
    "asin": _real(mp.asin, lambda u: abs(u) <= 1), "acos": _real(mp.acos, lambda u: abs(u) <= 1),
    "asec": _real(lambda u: mp.acos(1 / u), lambda u: abs(u) >= 1),
    "acsc": _real(lambda u: mp.asin(1 / u), lambda u: abs(u) >= 1),
    "acosh": _real(mp.acosh, lambda u: u >= 1), "atanh": _real(mp.atanh, lambda u: abs(u) < 1),
    "acoth": _real(mp.acoth, lambda u: abs(u) > 1), "asech": _real(mp.asech, lambda u: 0 < u <= 1),
    "acsch": _real(mp.acsch, lambda u: u != 0),
    "abs": abs, "sign": _sign, "max": max, "min": min, "floor": _step(mp.floor), "ceiling": _step(mp.ceil),
    "sigmoid": _real(_sigmoid), "softplus": _real(lambda u: mp.log(1 + mp.exp(u))),
    "silu": _real(lambda u: u * _sigmoid(u)),
    "logit": _real(lambda u: mp.log(u / (1 - u)), lambda u: 0 < u < 1), "relu": lambda u: max(u, mpf(0)),
    "leaky_relu": lambda u: u if u > 0 else u / 100, "elu": _real(lambda u: u if u > 0 else mp.exp(u) - 1),
    "softsign": lambda u: u / (1 + abs(u)), "logsigmoid": _real(lambda u: -mp.log(1 + mp.exp(-u))),
    "gelu": _real(lambda u: u * mp.ncdf(u)), "Phi": _real(mp.ncdf), "normal_density": _real(mp.npdf),
    "gamma": _real(mp.gamma, lambda u: u > 0 or u != mp.nint(u)),
    "digamma": _real(mp.digamma, lambda u: u > 0 or u != mp.nint(u)), "loggamma": _real(mp.loggamma, lambda u: u > 0),
    "factorial": _real(mp.factorial, lambda u: u >= 0 or u != mp.nint(u)),
    "Heaviside": _real(lambda u: (1 + _sign(u)) / 2, lambda u: u != 0), "atan2": _angle,
    "erfi": _real(mp.erfi), "Si": _real(mp.si), "Ei": _real(mp.ei, lambda u: u != 0),
    "Ci": _real(mp.ci, lambda u: u > 0), "li": _real(mp.li, lambda u: u > 0 and u != 1),
    "trigamma": _real(lambda u: mp.psi(1, u), lambda u: u > 0 or u != mp.nint(u)),
    "lambertw": _real(lambda u: mp.lambertw(u).real, lambda u: u * mp.e + 1 > 0),
}  # fmt: skip


def evaluated(node: Expression, point: Mapping[str, Fraction], digits: int) -> Any | None:
    """The value at an exact point with so many digits, None where there is none."""
    with mp.workdps(digits):
        exact = {name: mpf(item.numerator) / item.denominator for name, item in point.items()}
        try:
            found = value(node, exact)
        except Undefined:
            return None
        if not mp.isfinite(found):
            raise Unknown
        return found


def differ(truth: Expression, claimed: Expression, point: Mapping[str, Fraction]) -> bool:
    """Whether the truth certainly has a value at the point and the claimed side another one or none."""
    return _differ(truth, claimed, point, DIGITS) and _differ(truth, claimed, point, (DIGITS[1], MANY))


def _differ(truth: Expression, claimed: Expression, point: Mapping[str, Fraction], digits: tuple[int, int]) -> bool:
    try:
        pairs = [(evaluated(truth, point, count), evaluated(claimed, point, count)) for count in digits]
    except (Unknown, KeyError, OverflowError, ValueError, ZeroDivisionError):
        return False
    if any(left is None for left, _ in pairs):
        return False
    with mp.workdps(digits[1]):
        if any(right is None for _, right in pairs):
            (rough, _), (fine, _) = pairs
            return all(right is None for _, right in pairs) and bool(abs(rough - fine) <= abs(fine) / 10**4)
        rough, fine = (abs(left - right) for left, right in pairs)
        return bool(fine > mpf(10) ** (-digits[1] // 2) and abs(rough - fine) < fine / 10**4)


def certainly(condition: Relation, point: Mapping[str, Fraction]) -> bool | None:
    """Whether a condition holds at an exact point; None where the oracle does not tell."""
    with mp.workdps(DIGITS[0]):
        exact = {name: mpf(item.numerator) / item.denominator for name, item in point.items()}
        try:
            return holds(condition, exact)
        except (Undefined, Unknown, KeyError, OverflowError, ValueError, ZeroDivisionError):
            return None

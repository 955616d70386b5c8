"""Rigorous values of a tree at an exact point, in Arb balls.

Method: every node is evaluated in ball arithmetic at the working precision. A function is applied only
where its argument certainly lies in its domain: an argument certainly outside raises `Undefined`, one that
the ball cannot decide raises `Unclear` (more precision may help). Agreement of balls proves nothing;
disjoint balls prove a difference.

Limits: `nan` from Arb means "no information" and becomes `Unclear`. Odd roots of negative numbers are the
real ones. Unknown functions must have been replaced by instances before.

Source: F. Johansson, Arb: efficient arbitrary-precision midpoint-radius interval arithmetic, 2017.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from fractions import Fraction

from flint import acb, arb, ctx, fmpq

from derivcheck.expression import (
    Add,
    Call,
    Condition,
    Constant,
    Div,
    Expression,
    Logical,
    Mul,
    Neg,
    Number,
    Piecewise,
    Pow,
    Reduction,
    Symbol,
    substitute,
)
from derivcheck.functions import by_name

MAX_TERMS = 2000
MAX_POWER = 1 << 20
MAX_STEPS = 200


class Undefined(Exception):
    """The expression certainly has no real value at the point."""


class Unclear(Exception):
    """The balls do not tell; higher precision may, or the function has no ball evaluation."""


@contextmanager
def precision(bits: int) -> Iterator[None]:
    """Set the working precision, which is global in python-flint, and put it back."""
    before = ctx.prec
    ctx.prec = bits
    try:
        yield
    finally:
        ctx.prec = before


def exact(value: Fraction) -> arb:
    """The ball of an exact rational."""
    return arb(fmpq(value.numerator, value.denominator))


Environment = Mapping[str, arb]


class Evaluator:
    """Values of trees that share subtrees, at one point and one precision."""

    def __init__(self, point: Mapping[str, Fraction]) -> None:
        self.values: dict[str, arb] = {name: exact(value) for name, value in point.items()}
        self.memo: dict[int, tuple[Expression, arb]] = {}

    def __call__(self, node: Expression) -> arb:
        known = self.memo.get(id(node))
        if known is not None:
            return known[1]
        value = self._value(node)
        if not value.is_finite():
            raise Unclear
        self.memo[id(node)] = (node, value)
        return value

    def _value(self, node: Expression) -> arb:
        match node:
            case Number(value):
                return exact(value)
            case Symbol(name):
                if name not in self.values:
                    raise Unclear
                return self.values[name]
            case Constant(name):
                return _constant(name)
            case Add(terms):
                total = self(terms[0])
                for term in terms[1:]:
                    total = total + self(term)
                return total
            case Neg(operand):
                return -self(operand)
            case Mul(factors):
                product = self(factors[0])
                for factor in factors[1:]:
                    product = product * self(factor)
                return product
            case Div(numerator, denominator):
                return self(numerator) / nonzero(self(denominator))
            case Pow():
                return self._power(node)
            case Call(name, arguments):
                return self._call(name, arguments)
            case Piecewise(pieces):
                for piece, condition in pieces:
                    if condition is None or self.holds(condition):
                        return self(piece)
                raise Undefined
            case Reduction():
                return self._reduction(node)
        raise Unclear

    def _power(self, node: Pow) -> arb:
        base, exponent = node.base, node.exponent
        rational = rational_value(exponent)
        if base == Constant("e"):
            return self(exponent).exp()
        bottom = self(base)
        if rational is None and node.whole is not None:
            rational = _whole_value(self(exponent))
        if rational is None and not bottom > 0:
            rational = _exact_value(self(exponent))
        if rational is None:
            return (self(exponent) * positive(bottom).log()).exp()
        if abs(rational.numerator) > MAX_POWER or rational.denominator > 1000:
            raise Unclear
        if rational < 0:
            bottom = nonzero(bottom)
        if rational.denominator == 1:
            return bottom**rational.numerator
        if bottom.is_zero():
            return arb(0)
        if rational.denominator % 2 == 0:
            return (
                (exact(rational) * positive(bottom).log()).exp() if not bottom.contains(0) else _root(bottom, rational)
            )
        if bottom > 0:
            return _root(bottom, rational)
        if bottom < 0:
            sign = -1 if rational.numerator % 2 else 1
            return sign * _root(-bottom, rational)
        raise Unclear

    def _call(self, name: str, arguments: tuple[Expression, ...]) -> arb:
        rule = BALL_RULES.get(name)
        if rule is not None:
            return rule(*map(self, arguments))
        row = by_name(name)
        if row.definition is None:
            raise Unclear
        return self(row.definition(*arguments))

    def _reduction(self, node: Reduction) -> arb:
        if node.lower is None or node.upper is None:
            raise Unclear
        low, high = self(node.lower).unique_fmpz(), self(node.upper).unique_fmpz()
        if low is None or high is None or high - low > MAX_TERMS:
            raise Unclear
        total = arb(0 if node.kind == "sum" else 1)
        for k in range(int(low), int(high) + 1):
            value = self(substitute(node.body, {node.index: Number(Fraction(k))}))
            total = total + value if node.kind == "sum" else total * value
        return total

    def holds(self, condition: Condition) -> bool:
        """Whether a condition certainly holds or certainly fails; `Unclear` otherwise."""
        if isinstance(condition, Logical):
            return self._logical(condition)
        left, right = self(condition.left), self(condition.right)
        gap = left - right
        match condition.operator:
            case "<" | ">=":
                answer = True if gap < 0 else False if gap >= 0 else None
                flip = condition.operator == ">="
            case ">" | "<=":
                answer = True if gap > 0 else False if gap <= 0 else None
                flip = condition.operator == "<="
            case _:
                answer = True if gap.is_zero() else False if not gap.contains(0) else None
                flip = condition.operator == "!="
        if answer is None:
            raise Unclear
        return answer is not flip

    def _logical(self, condition: Logical) -> bool:
        if condition.operator == "not":
            return not self.holds(condition.operands[0])
        decisive = condition.operator == "or"
        unclear = False
        for operand in condition.operands:
            try:
                if self.holds(operand) is decisive:
                    return decisive
            except Unclear:
                unclear = True
        if unclear:
            raise Unclear
        return not decisive


def decimal(ball: arb, digits: int) -> str:
    """A value to so many digits; one that cannot be told from zero is written as zeros, not as 0e-18."""
    tiny = ball.contains(0) and ball.rad() < 10.0 ** -(digits + 1)
    return f"{0:.{digits - 1}f}" if tiny else str(ball.str(digits, radius=False))


def rational_value(node: Expression) -> Fraction | None:
    """The exact value of a tree of numbers with + - * / and small integer powers, or None."""
    match node:
        case Number(value):
            return value
        case Neg(operand):
            inner = rational_value(operand)
            return None if inner is None else -inner
        case Add(parts) | Mul(parts):
            total = Fraction(0 if isinstance(node, Add) else 1)
            for part in parts:
                single = rational_value(part)
                if single is None:
                    return None
                total = total + single if isinstance(node, Add) else total * single
            return total
        case Div(numerator, denominator):
            top, bottom = rational_value(numerator), rational_value(denominator)
            return None if top is None or not bottom else top / bottom
        case Pow(base, exponent):
            bottom, top = rational_value(base), rational_value(exponent)
            if bottom is None or top is None or top.denominator != 1 or abs(top) > 64 or (bottom == 0 and top < 0):
                return None
            return Fraction(bottom ** int(top))
    return None


def _exact_value(value: arb) -> Fraction | None:
    """The rational that an exact ball of moderate size is."""
    if not value.is_exact():
        return None
    mantissa, exponent = value.man_exp()
    if abs(int(exponent)) > 20 or abs(int(mantissa)) > MAX_POWER:
        return None
    return Fraction(int(mantissa)) * Fraction(2) ** int(exponent)


def _whole_value(value: arb) -> Fraction:
    """The whole number in a ball."""
    whole = value.unique_fmpz()
    if whole is None:
        raise Unclear
    return Fraction(int(whole))


def _constant(name: str) -> arb:
    if name == "pi":
        return arb.pi()
    if name == "e":
        return arb.const_e()
    if name == "oo":
        raise Undefined
    raise Unclear


def positive(value: arb) -> arb:
    """The ball, when it certainly holds positive numbers only."""
    if value > 0:
        return value
    if value <= 0:
        raise Undefined
    raise Unclear


def nonzero(value: arb) -> arb:
    """The ball, when it certainly excludes zero."""
    if value.is_zero():
        raise Undefined
    if value.contains(0):
        raise Unclear
    return value


def _nonnegative(value: arb) -> arb:
    if value >= 0:
        return value
    if value < 0:
        raise Undefined
    raise Unclear


def _root(value: arb, exponent: Fraction) -> arb:
    return _nonnegative(value).root(exponent.denominator) ** exponent.numerator


def _within(rule: Callable[[arb], arb]) -> Callable[[arb], arb]:
    def checked(value: arb) -> arb:
        _nonnegative(1 - value * value)
        return rule(value)

    return checked


def _log(value: arb, base: arb | None = None) -> arb:
    top = positive(value).log()
    return top if base is None else top / nonzero(positive(base).log())


def _sign(value: arb) -> arb:
    return arb(1) if value > 0 else arb(-1) if value < 0 else arb(0) if value.is_zero() else _give_up()


def _give_up() -> arb:
    raise Unclear


def _extreme(larger: bool) -> Callable[..., arb]:
    def rule(*values: arb) -> arb:
        best = values[0]
        for value in values[1:]:
            best = best.max(value) if larger else best.min(value)
        return best

    return rule


def _floor(value: arb) -> arb:
    whole = value.floor()
    return whole if whole.unique_fmpz() is not None else _give_up()


def _off_poles(rule: Callable[[arb], arb]) -> Callable[[arb], arb]:
    """Gamma functions: real arguments that are not zero or a negative integer."""

    def checked(value: arb) -> arb:
        if not value > 0:
            whole = value.unique_fmpz()
            if whole is not None and value.is_exact():
                raise Undefined
            if value.contains_integer():
                raise Unclear
        return rule(value)

    return checked


def _polygamma(order: arb, value: arb) -> arb:
    n = order.unique_fmpz()
    if n is None or n < 0 or n > 50:
        raise Unclear
    if n == 0:
        return _off_poles(arb.digamma)(value)
    return _off_poles(lambda u: _hurwitz(int(n), u))(value)


def _hurwitz(n: int, value: arb) -> arb:
    """psi_n for n >= 1 as a Hurwitz zeta function, a negative argument shifted by psi_n's recurrence (DLMF 5.15.5)."""
    steps = max(0, 1 - int(value.floor().lower().unique_fmpz() or 0))
    if steps > MAX_STEPS:
        raise Unclear
    total = arb(n + 1).zeta(value + steps) + sum((1 / (value + k) ** (n + 1) for k in range(steps)), arb(0))
    return (1 if n % 2 else -1) * arb.fac_ui(n) * total


def _right_half(rule: Callable[..., arb]) -> Callable[[arb, arb], arb]:
    return lambda order, value: rule(positive(value), order)


def _bessel(rule: Callable[..., arb]) -> Callable[[arb, arb], arb]:
    def checked(order: arb, value: arb) -> arb:
        if order.unique_fmpz() is None:
            positive(value)
        return rule(value, order)

    return checked


def _lambert(value: arb) -> arb:
    positive(value * arb.const_e() + 1)
    return value.lambertw()


def _elliptic(
    complete: Callable[[acb], acb] | None, incomplete: Callable[[acb, acb], acb] | None
) -> Callable[..., arb]:
    """Elliptic integrals by the parameter m; the value is real where m (sin phi)^2 < 1."""

    def rule(*values: arb) -> arb:
        if len(values) == 1 and complete is not None:
            positive(1 - values[0])
            return complete(acb(values[0])).real
        if len(values) == 2 and incomplete is not None:
            positive(1 - values[1] * values[0].sin() ** 2)
            return incomplete(acb(values[0]), acb(values[1])).real
        raise Unclear

    return rule


BALL_RULES: Mapping[str, Callable[..., arb]] = {
    "exp": arb.exp, "log": _log, "sqrt": lambda u: _nonnegative(u).sqrt(),
    "sin": arb.sin, "cos": arb.cos,
    "tan": lambda u: u.sin() / nonzero(u.cos()), "cot": lambda u: u.cos() / nonzero(u.sin()),
    "sinh": arb.sinh, "cosh": arb.cosh, "tanh": arb.tanh, "atan": arb.atan, "asinh": arb.asinh,
    "asin": _within(arb.asin), "acos": _within(arb.acos),
    "atanh": lambda u: (positive(1 - u * u), u.atanh())[1], "acosh": lambda u: (_nonnegative(u - 1), u.acosh())[1],
    "abs": abs, "sign": _sign, "max": _extreme(True), "min": _extreme(False), "floor": _floor,
    "ceiling": lambda u: -_floor(-u), "Heaviside": lambda u: (nonzero(u), (1 + _sign(u)) / 2)[1],
    "atan2": lambda y, x: arb.atan2(y, x) if not (y.contains(0) and not x > 0) else _give_up(),
    "erf": arb.erf, "erfc": arb.erfc, "erfi": arb.erfi, "erfinv": lambda u: (positive(1 - u * u), u.erfinv())[1],
    "gamma": _off_poles(arb.gamma), "loggamma": lambda u: positive(u).lgamma(), "polygamma": _polygamma,
    "besselj": _bessel(arb.bessel_j), "besseli": _bessel(arb.bessel_i), "bessely": _right_half(arb.bessel_y),
    "besselk": _right_half(arb.bessel_k), "airyai": arb.airy_ai, "airybi": arb.airy_bi,
    "airyaiprime": lambda u: u.airy_ai(derivative=1), "airybiprime": lambda u: u.airy_bi(derivative=1),
    "expint": lambda n, u: positive(u).expint(n), "Ei": lambda u: nonzero(u).ei(), "Si": arb.si,
    "Ci": lambda u: positive(u).ci(), "li": lambda u: (nonzero(u - 1), positive(u).li())[1],
    "elliptic_k": _elliptic(acb.elliptic_k, None), "elliptic_e": _elliptic(acb.elliptic_e, acb.elliptic_e_inc),
    "elliptic_f": _elliptic(None, acb.elliptic_f), "fresnels": arb.fresnel_s, "fresnelc": arb.fresnel_c,
    "lambertw": _lambert,
}  # fmt: skip

"""Mistakes with powers, roots, reciprocals, exponentials and logarithms."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from derivcheck.diagnosis.rule import BuggyRule, Example, Slip, Taking
from derivcheck.diagnosis.shapes import exponential
from derivcheck.expression import (
    ONE,
    Add,
    Call,
    Constant,
    Div,
    Expression,
    Mul,
    Number,
    Pow,
    as_expression,
    call,
    divide,
    multiply,
    negate,
    power,
)
from derivcheck.kernel.balls import rational_value

HALF = Fraction(1, 2)


@dataclass(frozen=True, slots=True)
class Power:
    """factor * base^exponent with a constant factor and exponent and a varying base."""

    factor: Expression
    base: Expression
    exponent: Expression

    def raised(self, change: int | Fraction) -> Expression:
        """factor * base^(exponent + change), as a root or fraction where one was written."""
        value = rational_value(self.exponent)
        if value is None:
            return self.factor * power(self.base, self.exponent + change)
        return self.factor * plain_power(self.base, value + change)


def plain_power(base: Expression, exponent: Fraction) -> Expression:
    """base^exponent as people write it: fractions for negative exponents, a root for one half."""
    if exponent < 0:
        return divide(1, plain_power(base, -exponent))
    return call("sqrt", base) if exponent == HALF else power(base, Number(exponent))


def powers(node: Expression, d: Taking) -> Iterator[Power]:
    """The node as a constant power of something, however it is written."""
    match node:
        case Pow(base, exponent) if d.varies(base) and not d.varies(exponent):
            yield Power(ONE, base, exponent)
        case Call("sqrt", (base,)) if d.varies(base):
            yield Power(ONE, base, Number(HALF))
        case Div(numerator, denominator) if not d.varies(numerator) and d.varies(denominator):
            inner = list(powers(denominator, d)) or [Power(ONE, denominator, ONE)]
            for item in inner:
                if item.factor == ONE:
                    yield Power(numerator, item.base, negative(item.exponent))


def negative(exponent: Expression) -> Expression:
    """The exponent with the other sign."""
    value = rational_value(exponent)
    return negate(exponent) if value is None else Number(-value)


def _value(item: Power) -> Fraction:
    found = rational_value(item.exponent)
    return Fraction(0) if found is None else found


def _not_decremented(node: Expression, d: Taking) -> Iterator[Slip]:
    for item in powers(node, d):
        yield Slip(item.exponent * item.raised(0) * d(item.base), {"base": item.base, "exponent": item.exponent})


def _coefficient_dropped(node: Expression, d: Taking) -> Iterator[Slip]:
    for item in powers(node, d):
        value = _value(item)
        if value not in (-1, HALF) and not (value == 2 and item.base != d.variable):
            yield Slip(item.raised(-1) * d(item.base), {"base": item.base, "exponent": item.exponent})


def _two_dropped(node: Expression, d: Taking) -> Iterator[Slip]:
    for item in powers(node, d):
        if _value(item) == 2 and item.base != d.variable:
            yield Slip(item.raised(-1) * d(item.base), {"base": item.base, "exponent": item.exponent})


def _negative_exponent(node: Expression, d: Taking) -> Iterator[Slip]:
    for item in powers(node, d):
        if _value(item) < 0:
            yield Slip(item.exponent * item.raised(1) * d(item.base), {"base": item.base, "exponent": item.exponent})


def _fractional_exponent(node: Expression, d: Taking) -> Iterator[Slip]:
    for item in powers(node, d):
        value = _value(item)
        if value.denominator > 1:
            words = {"base": item.base, "exponent": item.exponent}
            for change in (Fraction(-2), -2 * value - 1, 1 - 2 * value, Fraction(1), -value - 1, -value):
                if change not in (-1, 0):
                    yield Slip(item.exponent * item.raised(change) * d(item.base), words)


def _half_missing(node: Expression, d: Taking) -> Iterator[Slip]:
    for item in powers(node, d):
        if abs(_value(item)) == HALF:
            sign = -1 if _value(item) < 0 else 1
            yield Slip(sign * item.raised(-1) * d(item.base), {"base": item.base})


def _sqrt_sign(node: Expression, d: Taking) -> Iterator[Slip]:
    for item in powers(node, d):
        if _value(item) == HALF:
            yield Slip(negate(d.sound(node)), {"base": item.base})


def _reciprocal_sign(node: Expression, d: Taking) -> Iterator[Slip]:
    for item in powers(node, d):
        if _value(item) < 0:
            words = {"base": item.base, "exponent": item.exponent}
            yield Slip(negative(item.exponent) * item.raised(-1) * d(item.base), words)
            if _value(item) == -1:
                yield Slip(divide(item.factor, d(item.base)), words)


def _exponentials(node: Expression, d: Taking) -> Iterator[tuple[Expression, Expression]]:
    """(base, exponent) of a constant to a varying power."""
    exponent = exponential(node)
    if exponent is not None and d.varies(exponent):
        yield Constant("e"), exponent
    elif isinstance(node, Pow) and d.varies(node.exponent) and not d.varies(node.base):
        yield node.base, node.exponent


def _raise(base: Expression, exponent: Expression) -> Expression:
    return call("exp", exponent) if base == Constant("e") else power(base, exponent)


def _power_rule_on_exponential(node: Expression, d: Taking) -> Iterator[Slip]:
    for base, u in _exponentials(node, d):
        words = {"base": base, "exponent": u}
        for lower in (u - 1, u):
            yield Slip(u * _raise(base, lower) * d(u), words)
            if u != d.variable:
                yield Slip(u * _raise(base, lower), words)


def _both_vary(node: Expression, d: Taking) -> Iterator[tuple[Expression, Expression]]:
    if isinstance(node, Pow) and d.varies(node.base) and d.varies(node.exponent):
        yield node.base, node.exponent


def _power_rule_on_variable(node: Expression, d: Taking) -> Iterator[Slip]:
    for base, exponent in _both_vary(node, d):
        lowered = exponent * power(base, exponent - 1)
        yield Slip(lowered * d(base), {"base": base, "exponent": exponent})
        if base != d.variable:
            yield Slip(lowered, {"base": base, "exponent": exponent})


def _exp_rule_on_variable(node: Expression, d: Taking) -> Iterator[Slip]:
    for base, exponent in _both_vary(node, d):
        yield Slip(node * call("log", base) * d(exponent), {"base": base, "exponent": exponent})


def _ln_missing(node: Expression, d: Taking) -> Iterator[Slip]:
    for base, u in _exponentials(node, d):
        if base != Constant("e"):
            yield Slip(node * d(u), {"base": base, "exponent": u})


def _wrong_log_argument(node: Expression, d: Taking) -> Iterator[Slip]:
    for base, u in _exponentials(node, d):
        if base != Constant("e"):
            yield Slip(node * call("log", u) * d(u), {"base": base, "exponent": u})


def _exp_wrong(node: Expression, d: Taking) -> Iterator[Slip]:
    for base, u in _exponentials(node, d):
        if base == Constant("e"):
            yield Slip(u * d(u), {"exponent": u})
            if u != d.variable:
                yield Slip(u, {"exponent": u})


def _log_base(node: Expression, d: Taking) -> Iterator[Slip]:
    match node:
        case Call("log", (u, base)) if d.varies(u) and not d.varies(base):
            yield Slip(divide(d(u), u), {"argument": u})
        case Div(Call("log", (u,)), Call("log", (base,))) if d.varies(u) and not d.varies(base):
            yield Slip(divide(d(u), u), {"argument": u})
        case Call("log", (u,)) if d.varies(u):
            yield Slip(divide(d(u), u * call("log", as_expression(10))), {"argument": u})


def _log_inverted(node: Expression, d: Taking) -> Iterator[Slip]:
    if isinstance(node, Call) and node.name == "log" and len(node.arguments) == 1 and d.varies(node.arguments[0]):
        u = node.arguments[0]
        yield Slip(divide(u, d(u)), {"argument": u})


def _constant_log(node: Expression, d: Taking) -> Iterator[Slip]:
    parts = node.terms if isinstance(node, Add) else node.factors if isinstance(node, Mul) else ()
    for part in parts:
        if isinstance(part, Call) and part.name == "log" and not d.varies(part):
            rest = [other for other in parts if other is not part] if isinstance(node, Mul) else []
            yield Slip(d.sound(node) + multiply(*rest) / part.arguments[0], {"log": part})
    match node:
        case Div(Call("log", (u,)), Call("log", (base,))) if d.varies(u) and not d.varies(base):
            yield Slip(divide(d(u) / u, divide(1, base)), {"log": node.denominator})


RULES = (
    BuggyRule(
        "power-exponent-not-decremented", "power rule", derive=_not_decremented, rank=2,
        examples=(
            Example("d/dx x^3 = 3x^3", "d/dx x^3 = 3x^2"),
            Example("d/dx (x^2 + 1)^4 = 8x(x^2 + 1)^4", "d/dx (x^2 + 1)^4 = 8x(x^2 + 1)^3"),
        ),
    ),
    BuggyRule(
        "power-coefficient-dropped", "power rule", derive=_coefficient_dropped, rank=2,
        examples=(Example("d/dx x^5 = x^4", "d/dx x^5 = 5x^4"),),
    ),
    BuggyRule(
        "factor-two-dropped", "power rule", derive=_two_dropped, rank=2,
        examples=(
            Example("d/dw (w x - y)^2 = x(w x - y)", "d/dw (w x - y)^2 = 2x(w x - y)"),
            Example("d/dx sin(x)^2 = sin(x) cos(x)", "d/dx sin(x)^2 = 2sin(x) cos(x)"),
        ),
    ),
    BuggyRule(
        "power-negative-exponent", "power rule", derive=_negative_exponent, rank=3,
        examples=(Example("d/dx x^(-3) = -3x^(-2)", "d/dx x^(-3) = -3x^(-4)"),),
    ),
    BuggyRule(
        "power-fractional-exponent", "power rule", derive=_fractional_exponent, rank=3,
        examples=(
            Example("d/dx x^(1/2) = 1/2 x^(-3/2)", "d/dx x^(1/2) = 1/2 x^(-1/2)", assume=("x > 0",)),
            Example("d/dx x^(2/3) = 2/3 x^(1/3)", "d/dx x^(2/3) = 2/3 x^(-1/3)", assume=("x > 0",)),
        ),
    ),
    BuggyRule(
        "sqrt-half-missing", "power rule", derive=_half_missing, rank=2,
        examples=(Example("d/dx sqrt(x^2 + 1) = 2x/sqrt(x^2 + 1)", "d/dx sqrt(x^2 + 1) = x/sqrt(x^2 + 1)"),),
    ),
    BuggyRule(
        "sqrt-sign", "power rule", derive=_sqrt_sign, rank=5,
        examples=(Example("d/dx sqrt(x) = -1/(2sqrt(x))", "d/dx sqrt(x) = 1/(2sqrt(x))"),),
    ),
    BuggyRule(
        "reciprocal-sign", "power rule", derive=_reciprocal_sign, rank=2,
        examples=(
            Example("d/dx (1/x) = 1/x^2", "d/dx (1/x) = -1/x^2"),
            Example("d/dt (1/(t^2 + 1)) = 1/(2t)", "d/dt (1/(t^2 + 1)) = -2t/(t^2 + 1)^2"),
        ),
    ),
    BuggyRule(
        "power-rule-on-exponential", "exponential rule", derive=_power_rule_on_exponential, rank=2,
        examples=(
            Example("d/dx 2^x = x 2^(x-1)", "d/dx 2^x = 2^x log(2)"),
            Example("d/dx e^(3x) = 3x e^(3x)", "d/dx e^(3x) = 3e^(3x)"),
        ),
    ),
    BuggyRule(
        "power-rule-on-variable-exponent", "logarithmic differentiation", derive=_power_rule_on_variable, rank=1,
        examples=(
            Example("d/dx x^(2x) = 2x x^(2x-1)", "d/dx x^(2x) = x^(2x) (2log(x) + 2)", assume=("x > 0",)),
        ),
    ),
    BuggyRule(
        "exp-rule-on-variable-base", "logarithmic differentiation", derive=_exp_rule_on_variable, rank=2,
        examples=(Example("d/dx x^x = x^x log(x)", "d/dx x^x = x^x (log(x) + 1)", assume=("x > 0",)),),
    ),
    BuggyRule(
        "exp-base-ln-missing", "exponential rule", derive=_ln_missing, rank=1,
        examples=(
            Example("d/dx 3^x = 3^x", "d/dx 3^x = 3^x log(3)"),
            Example("d/dx 2^(x^2) = 2x 2^(x^2)", "d/dx 2^(x^2) = 2x 2^(x^2) log(2)"),
        ),
    ),
    BuggyRule(
        "exp-wrong-log-argument", "exponential rule", derive=_wrong_log_argument, rank=4,
        examples=(
            Example("d/dy b^y = b^y log(y)", "d/dy b^y = b^y log(b)", assume=("b > 0", "y > 0")),
        ),
    ),
    BuggyRule(
        "exp-derivative-wrong", "exponential rule", derive=_exp_wrong, rank=4,
        examples=(Example("d/dx exp(x) = x", "d/dx exp(x) = exp(x)"),),
    ),
    BuggyRule(
        "log-base-missing", "logarithm rule", derive=_log_base, rank=3,
        examples=(
            Example("d/dx log10(x) = 1/x", "d/dx log10(x) = 1/(x log(10))", assume=("x > 0",)),
            Example("d/dx log(x) = 1/(x log(10))", "d/dx log(x) = 1/x", assume=("x > 0",)),
        ),
    ),
    BuggyRule(
        "log-derivative-inverted", "logarithm rule", derive=_log_inverted, rank=4,
        examples=(Example("d/dx log(x^2 + 1) = (x^2 + 1)/(2x)", "d/dx log(x^2 + 1) = 2x/(x^2 + 1)"),),
    ),
    BuggyRule(
        "const-log-differentiated", "constant rule", derive=_constant_log, rank=3,
        examples=(Example("d/dx (x^2 + log(5)) = 2x + 1/5", "d/dx (x^2 + log(5)) = 2x"),),
    ),
)  # fmt: skip

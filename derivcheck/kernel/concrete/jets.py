"""Numbers that carry derivatives: balls or exact rationals with nilpotent parts.

A jet is a polynomial in infinitesimals e1, e2, ... with e*e = 0; the coefficient of e1*e2 is a mixed second
derivative. Functions are applied through their Taylor series, which Arb computes from the function itself
(`arb_series`), not from a table of derivatives: this is what makes a value here a second opinion.

Limits: functions without a series in python-flint give `Unclear`. `step`, `abs`, `max` are decided by the
value; at a kink they are `Unclear`.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from flint import arb, arb_series, fmpq

from derivcheck.kernel.balls import Unclear, Undefined, nonzero

Parts = dict[int, Any]


class Jet:
    """Coefficients by the set of infinitesimals, a bit mask; numbers are `fmpq` or `arb`."""

    __slots__ = ("parts",)

    def __init__(self, parts: Parts) -> None:
        self.parts = parts

    @property
    def value(self) -> Any:
        """The number without its infinitesimal part."""
        return self.parts.get(0, fmpq(0))

    def __add__(self, other: Jet) -> Jet:
        parts = dict(self.parts)
        for mask, value in other.parts.items():
            parts[mask] = parts[mask] + value if mask in parts else value
        return Jet(parts)

    def __neg__(self) -> Jet:
        return Jet({mask: -value for mask, value in self.parts.items()})

    def __sub__(self, other: Jet) -> Jet:
        return self + -other

    def __mul__(self, other: Jet) -> Jet:
        parts: Parts = {}
        for left, a in self.parts.items():
            for right, b in other.parts.items():
                if not left & right:
                    product = a * b
                    mask = left | right
                    parts[mask] = parts[mask] + product if mask in parts else product
        return Jet(parts)

    def __truediv__(self, other: Jet) -> Jet:
        return self * other.inverse()

    def inverse(self) -> Jet:
        """One over the jet."""
        value = self.value
        if isinstance(value, fmpq):
            if not value:
                raise Undefined
            value = 1 / value
        else:
            value = 1 / nonzero(value)
        coefficients = [value]
        for _ in range(self.depth()):
            coefficients.append(-coefficients[-1] * value)
        return self.composed(coefficients)

    def depth(self) -> int:
        """How many infinitesimals it carries."""
        together = 0
        for mask in self.parts:
            together |= mask
        return together.bit_count()

    def composed(self, coefficients: list[Any]) -> Jet:
        """The Taylor polynomial with these coefficients at the value, of the infinitesimal part."""
        small = Jet({mask: value for mask, value in self.parts.items() if mask})
        result = Jet({0: coefficients[-1]})
        for coefficient in reversed(coefficients[:-1]):
            result = result * small + Jet({0: coefficient})
        return result

    def part(self, bit: int) -> Jet:
        """The derivative along one infinitesimal."""
        return Jet({mask & ~bit: value for mask, value in self.parts.items() if mask & bit})


def rational(value: Fraction | int) -> Jet:
    """A constant."""
    return Jet({0: fmpq(Fraction(value).numerator, Fraction(value).denominator)})


ZERO, ONE = rational(0), rational(1)


def ball(value: Any) -> arb:
    """The ball of a number."""
    return value if isinstance(value, arb) else arb(value)


def sign(jet: Jet) -> int:
    """The certain sign of the value; `Unclear` where there is none."""
    value = jet.value
    if value > 0:
        return 1
    if value < 0:
        return -1
    raise Unclear


def power(base: Jet, exponent: Fraction) -> Jet:
    """A jet to a rational power; the real root where the denominator is odd."""
    if exponent.denominator == 1:
        whole = int(exponent)
        if abs(whole) > 64:
            raise Unclear
        result = ONE
        for _ in range(abs(whole)):
            result = result * base
        return result if whole >= 0 else result.inverse()
    value = ball(base.value)
    if exponent.denominator % 2 == 1 and value < 0:
        root = power(-base, exponent)
        return -root if exponent.numerator % 2 else root
    if not base.depth() and isinstance(base.value, fmpq) and base.value == 0 and exponent > 0:
        return ZERO
    logarithm = series(base, arb_series.log, positive)
    return series(logarithm * rational(exponent), arb_series.exp)


def series(jet: Jet, function: Callable[[arb_series], arb_series], check: Callable[[arb], arb] | None = None) -> Jet:
    """An analytic function of a jet, by its series at the value."""
    value = ball(jet.value)
    if check is not None:
        check(value)
    length = jet.depth() + 1
    coefficients = function(arb_series([value, 1], length)).coeffs()
    coefficients += [arb(0)] * (length - len(coefficients))
    if not all(item.is_finite() for item in coefficients):
        raise Unclear
    return jet.composed(coefficients[:length])


class Outside(Undefined):
    """A value that lies outside a function's domain with room: so do the values near it."""


def positive(value: arb) -> arb:
    """The ball, when it certainly holds positive numbers only."""
    if value > 0:
        return value
    if value < 0:
        raise Outside
    if value == 0:
        raise Undefined
    raise Unclear


def _inside(value: arb) -> arb:
    return positive(1 - value * value)


FUNCTIONS: dict[str, Callable[[Jet], Jet]] = {
    "exp": lambda u: series(u, arb_series.exp),
    "log": lambda u: series(u, arb_series.log, positive),
    "sqrt": lambda u: power(u, Fraction(1, 2)),
    "sin": lambda u: series(u, arb_series.sin),
    "cos": lambda u: series(u, arb_series.cos),
    "atan": lambda u: series(u, arb_series.atan),
    "asin": lambda u: series(u, arb_series.asin, _inside),
    "erf": lambda u: series(u, arb_series.erf),
    "erfi": lambda u: series(u, arb_series.erfi),
    "gamma": lambda u: series(u, arb_series.gamma, positive),
    "loggamma": lambda u: series(u, arb_series.lgamma, positive),
    "abs": lambda u: u if sign(u) > 0 else -u,
    "sign": lambda u: rational(sign(u)),
    "Heaviside": lambda u: ONE if sign(u) > 0 else ZERO,
}

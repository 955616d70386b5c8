"""Signs of polynomials in the generators, from what is assumed. An answer is a proof, None is "not known".

Method, cheapest first: all terms have the same sign; a stated fact, or a fact times something of known
sign; shifting every bounded generator to a positive one (x = lo + w, or x = (lo + hi w)/(1 + w)) and
looking at the coefficients again; a fact plus terms of one sign; for one generator, isolating the roots.
A sign holds at every point of the region, but not strictly: 1 says "not negative", a square counts as 1.

Source: the substitution is the one behind Bernstein and Descartes bounds (Vincent's theorem).
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from flint import fmpq, fmpq_poly

from derivcheck.kernel.field import Field, Generator, Poly, Ratio

Bound = Fraction | None
Interval = tuple[Bound, Bound, bool]
MAX_TERMS = 120


@dataclass(slots=True)
class Signs:
    """What is known: positive polynomials, the sign and the bounds of single generators."""

    field: Field
    facts: list[Poly] = dataclasses.field(default_factory=list)
    strict_facts: list[Poly] = dataclasses.field(default_factory=list)
    strict_names: set[str] = dataclasses.field(default_factory=set)
    loose_names: set[str] = dataclasses.field(default_factory=set)
    products: list[tuple[tuple[Poly, ...], int]] = dataclasses.field(default_factory=list)
    known: dict[str, int] = dataclasses.field(default_factory=dict)
    bounds: dict[str, tuple[Bound, Bound]] = dataclasses.field(default_factory=dict)

    def assume(self, poly: Poly, strict: bool = True) -> None:
        """Take poly > 0 as given, or poly >= 0 when not strict.

        A factor of known sign is dropped only where it cannot be zero: x^2 (x - 1) >= 0 holds at x = 0 too.
        """
        rest: list[Poly] = []
        if strict:
            self.strict_facts.append(poly)
        content, parts = self.field.factor(self.field.reduce(poly))
        sign = 1 if content > 0 else -1
        for part, exponent in parts:
            known = self.sign(part) if exponent % 2 else 1
            if known and (strict or self._factor_never_zero(part)):
                sign *= known
            else:
                rest.append(part if exponent % 2 else part**2)
        if not rest:
            return
        if len(rest) > 1 and strict:
            self.products.append((tuple(rest), sign))
        product = rest[0] * sign
        for part in rest[1:]:
            product = product * part
        self.facts.append(product)
        self._bound(product, strict)
        self._bound_between(rest, product, strict)

    def _bound_between(self, parts: list[Poly], product: Poly, strict: bool) -> None:
        """Bounds from (x - a)(b - x) > 0, where a and b are rational."""
        generators = list(self.field.used(product))
        if len(parts) != 2 or len(generators) != 1 or product.total_degree() != 2:
            return
        if product.leading_coefficient() > 0:
            return
        roots = sorted(self._root(part, generators[0]) for part in parts)
        self.bound(generators[0], roots[0], roots[1], strict)

    def _root(self, part: Poly, generator: Generator) -> Fraction:
        """The root of a polynomial that is linear in its one generator."""
        slope = part.derivative(generator.place).leading_coefficient()
        rest = part - generator.poly * slope
        return Fraction(0) if rest.is_zero() else -Fraction(str(rest.leading_coefficient())) / Fraction(str(slope))

    def never_zero(self, poly: Poly) -> bool:
        """Whether the polynomial vanishes nowhere in the region, not only not at generic points."""
        if poly.is_zero():
            return False
        _, parts = self.field.factor(self.field.reduce(poly))
        return all(self._factor_never_zero(part) for part, _ in parts)

    def _factor_never_zero(self, part: Poly) -> bool:
        if any(self.field.quotient(fact, part) is not None for fact in self.strict_facts):
            return True
        if self._by_terms(part) is not None and self._has_strict_term(part):
            return True
        shifted = self._shifted(part)
        if shifted is None or any(g.name in self.loose_names for g in self.field.used(part)):
            return False
        names = {g.name for g in self.field.used(part) if g.name in self.bounds}
        known, strict = dict(self.known), set(self.strict_names)
        self.known.update(dict.fromkeys(names, 1))
        answer = self._by_terms(shifted) is not None and self._has_strict_term(shifted)
        self.known, self.strict_names = known, strict
        return answer

    def _has_strict_term(self, poly: Poly) -> bool:
        generators = list(self.field.used(poly))
        return any(
            all(g.name in self.strict_names for g in generators if exponents[g.place] > 0)
            for exponents in poly.monoms()
        )

    def _bound(self, fact: Poly, strict: bool) -> None:
        generators = list(self.field.used(fact))
        if len(generators) != 1 or fact.total_degree() != 1:
            return
        generator = generators[0]
        slope = Fraction(str(fact.derivative(generator.place).leading_coefficient()))
        rest = fact - generator.poly * fmpq(slope.numerator, slope.denominator)
        root = -(Fraction(str(rest.leading_coefficient())) if not rest.is_zero() else Fraction(0)) / slope
        self.bound(generator, root if slope > 0 else None, root if slope < 0 else None, strict)

    def bound(self, generator: Generator, low: Bound, high: Bound, strict: bool = True) -> None:
        """Take low < generator < high as given, None being no bound; low <= generator <= high when not strict."""
        apart = (low is not None and low >= 0) or (high is not None and high <= 0)
        old_low, old_high = self.bounds.get(generator.name, (None, None))
        low = old_low if low is None else low if old_low is None else max(low, old_low)
        high = old_high if high is None else high if old_high is None else min(high, old_high)
        if low is None and high is None:
            return
        self.bounds[generator.name] = (low, high)
        if not strict:
            self.loose_names.add(generator.name)
        if low is not None and low >= 0:
            self.known[generator.name] = 1
        if high is not None and high <= 0:
            self.known[generator.name] = -1
        if (low is not None and low > 0) or (high is not None and high < 0) or (strict and apart):
            self.strict_names.add(generator.name)

    def of(self, value: Ratio) -> int | None:
        """The sign of a ratio at generic points."""
        sign = self.sign(value.num)
        for name, exponent in value.den:
            if exponent % 2 and sign:
                part = self.sign(self.field.factors[name])
                sign = sign * part if part else None
        return sign

    def sign(self, poly: Poly) -> int | None:
        """The sign of a polynomial at generic points, or None."""
        if poly.is_zero():
            return None
        answer = self._by_terms(poly)
        if answer is None and len(poly) <= MAX_TERMS:
            answer = self._by_factors(poly) or self._by_bounds(poly) or self._by_facts(poly) or self._by_roots(poly)
        return answer if answer is not None else self._by_parts(poly)

    def _by_parts(self, poly: Poly) -> int | None:
        """The product of the signs of the factors, a square being not negative."""
        if len(poly) < 3:
            return None
        content, parts = self.field.factor(poly)
        if all(exponent == 1 for _, exponent in parts):
            return None
        sign: int | None = 1 if content > 0 else -1
        for part, exponent in parts:
            if exponent % 2 and sign is not None:
                own = self.sign(part)
                sign = own and sign * own
        return sign

    def _by_terms(self, poly: Poly) -> int | None:
        seen = 0
        generators = list(self.field.used(poly))
        for exponents, coefficient in poly.terms():
            sign = 1 if coefficient > 0 else -1
            for generator in generators:
                if exponents[generator.place] % 2:
                    sign *= self.known.get(generator.name, 0)
            if sign == 0 or sign == -seen:
                return None
            seen = sign
        return seen

    def _by_factors(self, poly: Poly) -> int | None:
        for fact in self.facts:
            quotient = self.field.quotient(poly, fact)
            if quotient is not None:
                return self._by_terms(quotient) or (self.sign(quotient) if len(quotient) < len(poly) else None)
        return None

    def _by_facts(self, poly: Poly) -> int | None:
        """poly = c * fact + rest with c > 0 and rest > 0 term by term, for either sign of poly."""
        for fact in self.facts:
            leads = dict(fact.terms())
            for exponents, coefficient in poly.terms():
                if exponents in leads:
                    scale = coefficient / leads[exponents]
                    rest = poly - fact * scale
                    sign = 1 if scale > 0 else -1
                    if rest.is_zero() or self._by_terms(rest) == sign or self._by_bounds(rest) == sign:
                        return sign
        return None

    def _by_bounds(self, poly: Poly) -> int | None:
        shifted = self._shifted(poly)
        if shifted is None:
            return None
        before = dict(self.known)
        self.known.update({g.name: 1 for g in self.field.used(poly) if g.name in self.bounds})
        answer = self._by_terms(shifted)
        self.known = before
        return answer

    def _shifted(self, poly: Poly) -> Poly | None:
        """The numerator after every bounded generator is written by a positive one; None if none is bounded."""
        shifted = poly
        degrees = poly.degrees()
        moved = False
        for generator in list(self.field.used(poly)):
            low, high = self.bounds.get(generator.name, (None, None))
            if (low is None and high is None) or (low == 0 and high is None):
                continue
            shifted = self._shift(shifted, generator, degrees[generator.place], low, high)
            moved = True
            if len(shifted) > MAX_TERMS:
                return None
        return shifted if moved else None

    def _shift(self, poly: Poly, generator: Generator, degree: int, low: Bound, high: Bound) -> Poly:
        """The numerator after generator = lo + w, hi - w or (lo + hi w)/(1 + w), with w in its place."""
        w, one = generator.poly, self.field.ctx.constant(1)
        if low is not None and high is not None:
            top, bottom = one * _exact(low) + w * _exact(high), one + w
        elif low is not None:
            top, bottom = one * _exact(low) + w, one
        else:
            top, bottom = one * _exact(high or Fraction(0)) - w, one
        by_power: dict[int, Poly] = {}
        for exponents, coefficient in poly.terms():
            k = exponents[generator.place]
            rest = tuple(0 if place == generator.place else e for place, e in enumerate(exponents))
            by_power[k] = by_power.get(k, one * 0) + self.field.ctx.from_dict({rest: coefficient})
        total = one * 0
        for k, part in by_power.items():
            total = total + part * top**k * bottom ** (degree - k)
        return total

    def _by_roots(self, poly: Poly) -> int | None:
        generators = list(self.field.used(poly))
        if len(generators) != 1 or poly.total_degree() > 40:
            return None
        place = generators[0].place
        low, high = self.bounds.get(generators[0].name, (None, None))
        coefficients = [fmpq(0)] * (poly.total_degree() + 1)
        for exponents, coefficient in poly.terms():
            coefficients[exponents[place]] = coefficient
        line = fmpq_poly(coefficients)
        roots: list[Any] = line.numer().complex_roots()
        inside = [root for root, _ in roots if _may_lie(root, low, high)]
        if inside:
            return None
        at = _between(low, high)
        return 1 if line(_exact(at)) > 0 else -1


def _exact(value: Fraction) -> fmpq:
    return fmpq(value.numerator, value.denominator)


def _between(low: Bound, high: Bound) -> Fraction:
    if low is None:
        return Fraction(0) if high is None else high - 1
    return low + 1 if high is None else (low + high) / 2


def _may_lie(root: Any, low: Bound, high: Bound) -> bool:
    """Whether an isolated root may lie strictly inside the bounds; a double root at the bound does not count."""
    real, imaginary = root.real, root.imag
    if not imaginary.contains(0):
        return False
    if low is not None and (real < _exact(low) or (real.contains(_exact(low)) and _at(root, low))):
        return False
    return not (high is not None and (real > _exact(high) or (real.contains(_exact(high)) and _at(root, high))))


def _at(root: Any, value: Fraction) -> bool:
    return bool(root.real.is_exact())

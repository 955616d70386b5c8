"""A differential field of rational functions over named generators, in exact arithmetic.

Method: a value is a polynomial over the rationals (python-flint) above a product of powers of known
factors, which stay factored, so that sums need no polynomial gcd. Each generator stands for a real
function (a symbol, exp(u), log|p|, a root, a sign ...) and may carry an algebraic relation, rho^n = r with
r over older generators: newer generators come first in the lexicographic order, so the remainder by
rho^n - r rewrites exactly the high powers. A derivation is given by the derivative of each generator.

A zero numerator, after the relations, proves that the value is zero wherever it is defined. A numerator
that is not zero proves nothing: generators may depend on each other in ways the relations do not say.

Limits: the number of generators is fixed when the field is made, and the work (products of numbers of
terms) is bounded; `Exhausted` says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from flint import Ordering, fmpq, fmpq_mpoly_ctx
from flint.utils.flint_exceptions import DomainError

Poly = Any  # fmpq_mpoly; python-flint has no type information for its arithmetic
MAX_FACTORED_TERMS = 60
MAX_CANCELLED_TERMS = 400
MAX_RATIONALISED_TERMS = 16


class Exhausted(Exception):
    """The field ran out of generators or the work budget; nothing is known about the claim."""


class Undefined(Exception):
    """A denominator is identically zero."""


@dataclass(frozen=True, slots=True)
class Ratio:
    """A polynomial over a product of powers of factors, the factors by their key in the field."""

    num: Poly
    den: tuple[tuple[str, int], ...] = ()


@dataclass(slots=True)
class Generator:
    """One generator: what it stands for, its degree when it is algebraic, and the polynomial rho^n - r."""

    name: str
    place: int
    poly: Poly
    derive: Callable[[str], Ratio]
    relation: Poly | None = None
    degree: int = 0
    meaning: tuple[Any, ...] = ()


@dataclass(slots=True)
class Budget:
    """Units of polynomial work left, about ten million a second."""

    left: int

    def spend(self, amount: int) -> None:
        """Take the amount off, or stop."""
        self.left -= amount
        if self.left < 0:
            raise Exhausted("time")


@dataclass(slots=True)
class Field:
    """A workspace for one proof attempt."""

    size: int
    budget: Budget
    generators: list[Generator] = field(default_factory=list)
    by_name: dict[str, Generator] = field(default_factory=dict)
    factors: dict[str, Poly] = field(default_factory=dict)
    algebraic: list[Generator] = field(default_factory=list)
    derived: dict[tuple[str, str], Ratio] = field(default_factory=dict)
    ctx: Any = None

    def __post_init__(self) -> None:
        self.ctx = fmpq_mpoly_ctx.get(tuple(f"g{k}" for k in range(self.size)), Ordering.lex)

    def constant(self, value: Fraction | int) -> Ratio:
        """The ratio of a rational number."""
        exact = Fraction(value)
        return Ratio(self.ctx.constant(fmpq(exact.numerator, exact.denominator)))

    def generator(self, name: str, derive: Callable[[str], Ratio], meaning: tuple[Any, ...] = ()) -> Generator:
        """A new generator; newer ones come first in the order."""
        place = self.size - 1 - len(self.generators)
        if place < 0:
            raise Exhausted("generators")
        made = Generator(name, place, self.ctx.gen(place), derive, meaning=meaning)
        self.generators.append(made)
        self.by_name[name] = made
        return made

    def relate(self, generator: Generator, degree: int, value: Poly) -> None:
        """State rho^degree = value, where value holds older generators only."""
        generator.relation = generator.poly**degree - value
        generator.degree = degree
        self.algebraic.insert(0, generator)

    def reduce(self, poly: Poly) -> Poly:
        """The polynomial with every high power of an algebraic generator rewritten."""
        if not self.algebraic or poly.is_constant():
            return poly
        degrees = poly.degrees()
        for generator in self.algebraic:
            if degrees[generator.place] >= generator.degree:
                self.budget.spend(len(poly) * degrees[generator.place])
                poly = poly % generator.relation
                degrees = poly.degrees()
        return poly

    def used(self, poly: Poly) -> Iterator[Generator]:
        """The generators that occur in a polynomial."""
        degrees = poly.degrees()
        return (generator for generator in self.generators if degrees[generator.place] > 0)

    def key(self, poly: Poly) -> str:
        """The name under which a factor is known."""
        name = str(poly)
        self.factors.setdefault(name, poly)
        return name

    def times(self, left: Poly, right: Poly) -> Poly:
        """A product of polynomials, with the relations applied."""
        self.budget.spend(len(left) * len(right) + 8)
        return self.reduce(left * right)

    def mul(self, left: Ratio, right: Ratio) -> Ratio:
        """The product, with factors that divide the numerator cancelled when that is cheap."""
        num = self.times(left.num, right.num)
        if not left.den and not right.den:
            return Ratio(num)
        return self.cancel(Ratio(num, _merge(left.den, right.den)))

    def add(self, left: Ratio, right: Ratio) -> Ratio:
        """The sum over the least common multiple of the denominators."""
        if left.den == right.den:
            return Ratio(left.num + right.num, left.den)
        powers = dict(left.den)
        for name, exponent in right.den:
            powers[name] = max(exponent, powers.get(name, 0))
        num = self._lift(left, powers) + self._lift(right, powers)
        return Ratio(self.reduce(num), tuple(sorted(powers.items())))

    def total(self, terms: list[Ratio]) -> Ratio:
        """The sum of many, over one common denominator."""
        powers: dict[str, int] = {}
        for term in terms:
            for name, exponent in term.den:
                powers[name] = max(exponent, powers.get(name, 0))
        num = self.ctx.constant(0)
        for term in terms:
            num = num + self._lift(term, powers)
        return Ratio(self.reduce(num), tuple(sorted(powers.items())))

    def _lift(self, value: Ratio, powers: dict[str, int]) -> Poly:
        num, own = value.num, dict(value.den)
        for name, exponent in powers.items():
            missing = exponent - own.get(name, 0)
            if missing:
                num = self.times(num, self.factors[name] ** missing)
        return num

    def neg(self, value: Ratio) -> Ratio:
        return Ratio(-value.num, value.den)

    def sub(self, left: Ratio, right: Ratio) -> Ratio:
        return self.add(left, self.neg(right))

    def scale(self, value: Ratio, factor: Fraction) -> Ratio:
        return Ratio(value.num * fmpq(factor.numerator, factor.denominator), value.den)

    def inv(self, value: Ratio) -> Ratio:
        """The reciprocal; an identically zero denominator is `Undefined`."""
        num = self.reduce(value.num)
        if num.is_zero():
            raise Undefined
        content, parts = self.factor(num)
        top = self.ctx.constant(1 / content)
        for name, exponent in value.den:
            top = self.times(top, self.factors[name] ** exponent)
        result = self.constant(1)
        below: dict[str, int] = {}
        for part, exponent in parts:
            algebraic = self._algebraic(part)
            if algebraic is None:
                below[self.key(part)] = exponent
            else:
                result = self.mul(result, self._rationalised(algebraic, exponent))
        whole = Ratio(top, tuple(sorted(below.items())))
        return self.cancel(whole if not result.den and result.num.is_one() else self.mul(whole, result))

    def _algebraic(self, part: Poly) -> Generator | None:
        """The algebraic generator that a factor is, if it is one of a short radicand."""
        if not self.algebraic or len(part) != 1:
            return None
        short = (item for item in self.algebraic if item.relation and len(item.relation) <= MAX_RATIONALISED_TERMS)
        return next((generator for generator in short if generator.poly == part), None)

    def _rationalised(self, generator: Generator, exponent: int) -> Ratio:
        """1 / rho^e without rho below: rho^(k n - e) / value^k where rho^n = value."""
        count = -(-exponent // generator.degree)
        value = generator.poly**generator.degree - generator.relation
        top = generator.poly ** (count * generator.degree - exponent)
        return self.mul(Ratio(self.reduce(top)), self.power(self.inv(Ratio(value)), count))

    def power(self, value: Ratio, exponent: int) -> Ratio:
        """An integer power by repeated squaring, with the relations applied on the way."""
        if exponent < 0:
            return self.power(self.inv(value), -exponent)
        num = self.ctx.constant(1)
        square, left = value.num, exponent
        while left:
            if left & 1:
                num = self.times(num, square)
            left >>= 1
            if left:
                square = self.times(square, square)
        return Ratio(num, tuple((name, count * exponent) for name, count in value.den) if exponent else ())

    def factor(self, poly: Poly) -> tuple[fmpq, list[tuple[Poly, int]]]:
        """Content and monic factors; large polynomials only lose their monomial content."""
        if poly.is_constant():
            return poly.leading_coefficient(), []
        if len(poly) == 1:
            exponents = poly.monoms()[0]
            pairs = [(self.ctx.gen(place), int(count)) for place, count in enumerate(exponents) if count]
            return poly.leading_coefficient(), pairs
        if len(poly) <= MAX_FACTORED_TERMS and poly.total_degree() > 1:
            self.budget.spend(500 + 20 * len(poly) * poly.total_degree())
            content, pairs = poly.factor()
        elif poly.total_degree() > 1:
            shared = poly.term_content()
            content, pairs = self.factor(shared / shared.leading_coefficient()) if not shared.is_constant() else (1, [])
            pairs = [*pairs, (poly / shared if not shared.is_constant() else poly, 1)]
        else:
            content, pairs = fmpq(1), [(poly, 1)]
        monic = []
        for part, count in pairs:
            lead = part.leading_coefficient()
            content = content * lead ** int(count)
            monic.append((part / lead if lead != 1 else part, int(count)))
        return content, monic

    def cancel(self, value: Ratio) -> Ratio:
        """Divide out every denominator factor that divides the numerator."""
        if not value.den or len(value.num) > MAX_CANCELLED_TERMS:
            return value
        num, kept = value.num, []
        if num.is_zero():
            return Ratio(num)
        for name, exponent in value.den:
            part = self.factors[name]
            while exponent:
                quotient = self.quotient(num, part)
                if quotient is None:
                    break
                num, exponent = quotient, exponent - 1
            if exponent:
                kept.append((name, exponent))
        return Ratio(num, tuple(kept))

    def quotient(self, num: Poly, part: Poly) -> Poly | None:
        if len(part) > len(num) * 4 + 4 or any(b > a for a, b in zip(num.degrees(), part.degrees(), strict=True)):
            return None
        self.budget.spend(len(num) + len(part))
        try:
            return num / part
        except DomainError:
            return None

    def derive(self, value: Ratio, name: str) -> Ratio:
        """The derivative by the variable of that name."""
        result = self._with(self.derive_poly(value.num, name), value.den)
        for key, exponent in value.den:
            slope = self.derive_poly(self.factors[key], name)
            if not slope.num.is_zero():
                part = Ratio(self.times(slope.num, value.num) * -exponent, slope.den)
                result = self.add(result, self._with(part, _merge(value.den, ((key, 1),))))
        return self.cancel(result)

    def _with(self, value: Ratio, den: tuple[tuple[str, int], ...]) -> Ratio:
        return Ratio(value.num, _merge(value.den, den))

    def derive_poly(self, poly: Poly, name: str) -> Ratio:
        """The derivative of a polynomial in the generators."""
        terms = []
        for generator in self.used(poly):
            slope = self.slope(generator, name)
            if not slope.num.is_zero():
                part = poly.derivative(generator.place)
                terms.append(Ratio(self.times(part, slope.num), slope.den))
        return self.total(terms) if terms else self.constant(0)

    def slope(self, generator: Generator, name: str) -> Ratio:
        """The derivative of a generator, worked out once."""
        known = self.derived.get((generator.name, name))
        if known is None:
            known = generator.derive(name)
            self.derived[generator.name, name] = known
        return known

    def is_zero(self, value: Ratio) -> bool:
        """Whether the numerator vanishes by the relations."""
        return bool(self.reduce(value.num).is_zero())

    def text(self, poly: Poly) -> str:
        """A description that does not depend on the numbering of generators."""
        parts = []
        for exponents, coefficient in poly.terms():
            names = [f"{g.name}^{exponents[g.place]}" for g in self.generators if exponents[g.place]]
            parts.append(f"{coefficient}*" + "*".join(sorted(names)))
        return " + ".join(sorted(parts))

    def ratio_text(self, value: Ratio) -> str:
        """The same for a ratio."""
        den = sorted(f"({self.text(self.factors[name])})^{exponent}" for name, exponent in value.den)
        return self.text(value.num) + ("/" + "/".join(den) if den else "")


def _merge(left: tuple[tuple[str, int], ...], right: tuple[tuple[str, int], ...]) -> tuple[tuple[str, int], ...]:
    if not left or not right:
        return left or right
    powers = dict(left)
    for name, exponent in right:
        powers[name] = powers.get(name, 0) + exponent
    return tuple(sorted(powers.items()))

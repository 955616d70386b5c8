"""exp, log, powers, roots, signs, sine and cosine of ratios, as generators of the field.

Method. An exponent is split into rational multiples of keys (its monomials), and exp(c key) is a power of
one generator per key, so exp(u + v) = exp(u) exp(v) needs no rule. log|p| exists for irreducible p only:
log of a ratio is the sum over its factors. |p|^(1/n) is a generator with rho^n = sign(p) p; a symbol or an
exponential under a root is parametrised by its root, which keeps the field rational. sign(p) is a
generator with square one unless the sign is known. Sine and cosine are rational in the tangent of half
the unit angle. b^e = exp(e log b).

Why it is sound: every rewriting is an identity of real functions wherever the left side is defined and no
factor that it introduces is zero, and those zeros are a closed set without interior; equality carries over
to them by continuity where both sides are defined (discontinuous functions report their borders).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from math import comb, gcd, lcm
from typing import Any

from flint import fmpq, fmpz

from derivcheck.kernel.below import below
from derivcheck.kernel.field import Exhausted, Field, Generator, Poly, Ratio
from derivcheck.kernel.plan import Plan, Restart
from derivcheck.kernel.signs import Interval, Signs

MAX_MULTIPLE = 40
MAX_POWER = 60
MAX_FACTORED_BITS = 96


class Elementary:
    """The elementary functions over one field, under one plan."""

    def __init__(self, field: Field, signs: Signs, plan: Plan, bounds: Mapping[str, Interval]) -> None:
        self.field, self.signs, self.plan, self.bounds = field, signs, plan, bounds
        self.unresolved: list[str] = []
        self.relations: set[str] = set()

    def _no_slope(self, by: str) -> Ratio:
        """The derivative of a constant, and of a sign."""
        return self.field.constant(0)

    def symbol(self, name: str) -> Ratio:
        """A variable; written as sign * root^n where the plan takes roots of it."""
        degree = self.plan.degrees.get(name, 1)
        generator = self.field.by_name.get(name if degree == 1 else f"root({name},{degree})")
        if generator is None:
            generator = self._new_symbol(name, degree)
        value = Ratio(generator.poly**degree)
        return value if degree == 1 else self.field.mul(self.symbol_sign(name), value)

    def _new_symbol(self, name: str, degree: int) -> Generator:
        field = self.field
        if degree == 1:
            slope = field.constant(1), field.constant(0)
            made = field.generator(name, lambda by: slope[0] if by == name else slope[1], ("symbol", name))
            self.signs.bound(made, *self.bounds.get(name, (None, None, True)))
            return made
        root = f"root({name},{degree})"

        def derive(by: str) -> Ratio:
            if by != name:
                return field.constant(0)
            rho = field.by_name[root]
            value = field.mul(self.symbol_sign(name), field.inv(Ratio(rho.poly ** (degree - 1))))
            return field.scale(value, Fraction(1, degree))

        made = field.generator(root, derive, ("symbol-root", name, degree))
        self.signs.bound(made, *self._root_bounds(name))
        return made

    def _root_bounds(self, name: str) -> Interval:
        """Bounds of the root of |x|, where those of x are 0, 1 or -1."""
        low, high, strict = self.bounds.get(name, (None, None, False))
        if high is not None and high <= 0:
            low, high = -high, None if low is None else -low
        below = Fraction(1) if low is not None and low >= 1 else Fraction(0)
        return below, Fraction(1) if high == 1 else None, strict and low is not None and low >= 0

    def symbol_sign(self, name: str) -> Ratio:
        """The sign of a variable that is written by its root."""
        low, high, _ = self.bounds.get(name, (None, None, True))
        if low is not None and low >= 0:
            return self.field.constant(1)
        if high is not None and high <= 0:
            return self.field.constant(-1)
        return self._sign_generator(name, None)

    def power_of_generator(self, generator: Generator, exponent: Fraction) -> Ratio:
        """A rational power of the absolute value of a generator, by the finer unit or root it needs."""
        kind = generator.meaning[0] if generator.meaning else ""
        if exponent.denominator == 1:
            return self._signed_power(generator.poly, int(exponent))
        if kind == "exp":
            key = generator.meaning[1]
            raise Restart(self.plan.with_unit(key, self.plan.units[key] / exponent.denominator))
        if kind == "symbol":
            raise Restart(self.plan.with_degree(generator.name, exponent.denominator))
        if kind == "symbol-root":
            name, degree = generator.meaning[1:]
            raise Restart(self.plan.with_degree(name, degree * exponent.denominator))
        if kind == "root":
            base, degree = generator.meaning[1:3]
            return self.absolute_power(base, exponent / degree)
        if kind == "sign":
            return self.field.constant(1)
        return self._root_power(generator.poly, exponent)

    def _signed_power(self, poly: Poly, exponent: int) -> Ratio:
        """|poly|^exponent for an integer."""
        value = self.field.power(Ratio(poly), exponent)
        return value if exponent % 2 == 0 else self.field.mul(self.sign_of_poly(poly), value)

    def absolute_power(self, poly: Poly, exponent: Fraction) -> Ratio:
        """|poly|^exponent for a monic irreducible polynomial."""
        if len(poly) == 1 and poly.total_degree() == 1:
            return self.power_of_generator(next(self.field.used(poly)), exponent)
        if exponent.denominator == 1:
            return self._signed_power(poly, int(exponent))
        return self._root_power(poly, exponent)

    def _root_power(self, poly: Poly, exponent: Fraction) -> Ratio:
        key = self.field.text(poly)
        if exponent.denominator == 1:
            return self._signed_power(poly, int(exponent))
        degree = self._degree(key, exponent.denominator)
        name = f"root({key},{degree})"
        generator = self.field.by_name.get(name)
        if generator is None:
            twin = self._twin(poly, degree)
            if twin is not None:
                return self.field.power(twin, int(exponent * degree))
            generator = self._new_root(name, poly, degree)
        return self.field.power(Ratio(generator.poly), int(exponent * degree))

    def _degree(self, key: str, wanted: int) -> int:
        """The degree of the root of a base: chosen at first sight, a finer one by starting again."""
        degree = self.plan.degrees.get(key)
        if degree is None:
            degree = wanted
            self.plan = self.plan.with_degree(key, degree)
        elif degree % wanted:
            raise Restart(self.plan.with_degree(key, lcm(degree, wanted)))
        return degree

    def _new_root(self, name: str, poly: Poly, degree: int) -> Generator:
        field = self.field

        def derive(by: str) -> Ratio:
            slope = field.derive_poly(poly, by)
            own = field.by_name[name].poly
            return field.scale(field.mul(field.mul(slope, Ratio(own)), field.inv(Ratio(poly))), Fraction(1, degree))

        value = field.mul(self.sign_of_poly(poly), Ratio(poly)).num
        made = field.generator(name, derive, ("root", poly, degree))
        self.signs.known[name] = 1
        if self.signs.never_zero(poly):
            self.signs.strict_names.add(name)
        field.relate(made, degree, value)
        self.relations.add(f"root^{degree} = |radicand|")
        return made

    def _twin(self, poly: Poly, degree: int) -> Ratio | None:
        """sqrt|p| as sqrt|p q| / sqrt|q| for a root in use, where p q is a square by the relations."""
        if degree != 2:
            return None
        for other in list(self.field.algebraic):
            if other.meaning[0] != "root" or other.degree != 2:
                continue
            product = self.field.reduce(poly * other.meaning[1])
            content, parts = self.field.factor(product) if not product.is_zero() else (fmpq(0), [(poly, 1)])
            if all(count % 2 == 0 for _, count in parts):
                value = self.rational_power(_fraction(abs(content)), Fraction(1, 2))
                for part, count in parts:
                    value = self.field.mul(value, self._signed_power(part, count // 2))
                self.relations.add("sqrt(p) sqrt(q) = sqrt(p q)")
                return self.field.mul(value, self.field.inv(Ratio(other.poly)))
        return None

    def rational_power(self, value: Fraction, exponent: Fraction) -> Ratio:
        """A rational power of a positive rational number, by the roots of its primes."""
        result = self.field.constant(1)
        for prime, count in _prime_powers(value):
            power = exponent * count
            whole = power.numerator // power.denominator
            if abs(whole) > 4096:
                raise Exhausted("numbers")
            result = self.field.scale(result, Fraction(prime) ** whole)
            if power != whole:
                result = self.field.mul(result, self._prime_root(prime, power - whole))
        return result

    def _prime_root(self, prime: int, exponent: Fraction) -> Ratio:
        key = f"#{prime}"
        degree = self._degree(key, exponent.denominator)
        name = f"root({prime},{degree})"
        generator = self.field.by_name.get(name)
        if generator is None:
            base = self.field.ctx.constant(prime)
            generator = self.field.generator(name, self._no_slope, ("prime-root", base, degree))
            self.signs.known[name] = 1
            self.signs.strict_names.add(name)
            self.field.relate(generator, degree, base)
        return self.field.power(Ratio(generator.poly), int(exponent * degree))

    def power(self, base: Ratio, exponent: Fraction) -> Ratio:
        """A rational power of a ratio: principal for even denominators, real for odd ones."""
        field = self.field
        if exponent.denominator == 1 and abs(exponent) <= MAX_POWER:
            return field.power(base, int(exponent))
        content, parts = self.factors(base)
        if not content:
            if exponent > 0:
                return field.constant(0)
            return field.inv(base)
        result = self.rational_power(_fraction(abs(content)), exponent)
        for part, count in parts:
            result = field.mul(result, self._factor_power(part, count * exponent))
        if exponent.denominator % 2 and exponent.numerator % 2:
            result = field.mul(result, self.sign(base))
        return result

    def _factor_power(self, part: Poly, exponent: Fraction) -> Ratio:
        if abs(exponent) <= MAX_POWER:
            return self.absolute_power(part, exponent)
        return self.exp(self.field.scale(self.log_of_poly(part), exponent))

    def factors(self, value: Ratio) -> tuple[fmpq, list[tuple[Poly, int]]]:
        """Content and monic irreducible factors with integer exponents, denominators negative."""
        value = self.field.cancel(Ratio(self.field.reduce(value.num), value.den))
        if value.num.is_zero():
            return fmpq(0), []
        content, parts = self.field.factor(value.num)
        counts: dict[str, int] = {}
        for part, count in parts:
            key = self.field.key(part)
            counts[key] = counts.get(key, 0) + count
        for name, count in value.den:
            counts[name] = counts.get(name, 0) - count
        return content, [(self.field.factors[name], count) for name, count in counts.items() if count]

    def sign(self, value: Ratio) -> Ratio:
        """The sign as a constant where it is known, else a product of sign generators."""
        known = self.signs.of(value)
        if known is not None and not self._may_vanish_in_a_cell(value.num):
            return self.field.constant(known)
        content, parts = self.factors(value)
        result = self.field.constant((content > 0) - (content < 0))
        for part, count in parts:
            if count % 2:
                result = self.field.mul(result, self.sign_of_poly(part))
        return result

    def sign_of_poly(self, poly: Poly) -> Ratio:
        """The sign of a monic irreducible polynomial."""
        if self._may_vanish_in_a_cell(poly):
            return Ratio(self._sign_in_cells(self.field.text(poly), poly).poly)
        known = self.signs.sign(poly)
        if known is not None:
            return self.field.constant(known)
        return self._sign_by_products(poly) or self._sign_generator(self.field.text(poly), poly)

    def _may_vanish_in_a_cell(self, poly: Poly) -> bool:
        """Whether the polynomial speaks of a sign still open, so that it may be zero for one of its values: s - 1."""
        if not self.unresolved or self.signs.never_zero(poly):
            return False
        used = list(self.field.used(poly))
        if len(used) == len(poly) == 1 and used[0].meaning and used[0].meaning[0] == "sign":
            return False
        return any(item.meaning and item.meaning[0] == "sign" for item in below(self.field, poly, set()))

    def _sign_in_cells(self, key: str, poly: Poly) -> Generator:
        """A stand-in, without s^2 = 1, until the signs inside are chosen."""
        name = f"sign({key})"
        return self.field.by_name.get(name) or self.field.generator(name, self._no_slope, ("sign-in-cells", poly))

    def _sign_by_products(self, poly: Poly) -> Ratio | None:
        """The sign from a stated product p q r > 0, once the signs of the others are in use."""
        for parts, sign in self.signs.products:
            if poly not in parts:
                continue
            result = self.field.constant(sign)
            for part in parts:
                if part != poly:
                    known = self.signs.sign(part)
                    generator = self.field.by_name.get(f"sign({self.field.text(part)})")
                    if known is None and generator is None:
                        break
                    result = self.field.mul(
                        result, Ratio(generator.poly) if generator else self.field.constant(known or 1)
                    )
            else:
                return result
        return None

    def _sign_generator(self, key: str, poly: Poly | None) -> Ratio:
        name = f"sign({key})"
        generator = self.field.by_name.get(name)
        if generator is not None:
            return Ratio(generator.poly)
        cell = self.plan.cells.get(key)
        if cell is not None:
            if poly is not None:
                self.signs.assume(poly * cell)
            return self.field.constant(cell)
        generator = self.field.generator(name, self._no_slope, ("sign", poly))
        self.field.relate(generator, 2, self.field.ctx.constant(1))
        self.unresolved.append(key)
        return Ratio(generator.poly)

    def parity(self, names: Iterable[str]) -> Ratio:
        """(-1)^(n m ...) by the parities of the names, s and t: (1 + s + t - s t)/2 is -1 where both are."""
        field = self.field
        result = field.constant(-1)
        for name in sorted(names):
            other = self._sign_generator(f"parity({name})", None)
            total = field.total([field.constant(1), result, other, field.neg(field.mul(result, other))])
            result = field.scale(total, Fraction(1, 2))
        return result

    def log(self, value: Ratio) -> Ratio:
        """log|value| as the sum over its factors."""
        content, parts = self.factors(value)
        if not content:
            raise Exhausted("log of zero")
        terms = [self._log_of_rational(_fraction(abs(content)))]
        if len(parts) > 1:
            self.relations.add("log|p q| = log|p| + log|q|")
        terms += [self.field.scale(self.log_of_poly(part), Fraction(count)) for part, count in parts]
        return self.field.total(terms)

    def _log_of_rational(self, value: Fraction) -> Ratio:
        terms = [self.field.constant(0)]
        for prime, count in _prime_powers(value):
            name = f"log({prime})"
            generator = self.field.by_name.get(name)
            if generator is None:
                generator = self.field.generator(name, self._no_slope, ("log-prime", prime))
                self.signs.known[name] = 1
                self.signs.strict_names.add(name)
            terms.append(self.field.scale(Ratio(generator.poly), Fraction(count)))
        return self.field.total(terms)

    def log_of_poly(self, poly: Poly) -> Ratio:
        """log|p| of a monic irreducible polynomial, through the meaning of a single generator."""
        if len(poly) == 1:
            generator = next(self.field.used(poly))
            kind = generator.meaning[0] if generator.meaning else ""
            if kind == "exp":
                return self.field.scale(generator.meaning[2], self.plan.units[generator.meaning[1]])
            if kind == "sign":
                return self.field.constant(0)
            if kind == "prime-root":
                value = self._log_of_rational(_fraction(generator.meaning[1].leading_coefficient()))
                return self.field.scale(value, Fraction(1, generator.meaning[2]))
            if kind == "root":
                return self.field.scale(self.log_of_poly(generator.meaning[1]), Fraction(1, generator.meaning[2]))
        return Ratio(self._log_generator(poly).poly)

    def _log_generator(self, poly: Poly) -> Generator:
        name = f"log({self.field.text(poly)})"
        generator = self.field.by_name.get(name)
        if generator is None:
            field = self.field

            def derive(by: str) -> Ratio:
                return field.mul(field.derive_poly(poly, by), field.inv(Ratio(poly)))

            generator = field.generator(name, derive, ("log", poly))
            above = self.signs.sign(poly - 1)
            if above is not None and self.signs.sign(poly) == 1:
                self.signs.known[name] = above
        return generator

    def pieces(self, value: Ratio) -> list[tuple[Fraction, str, Ratio]]:
        """The value as rational multiples of keys: monomials, and one proper fraction."""
        value = self.field.cancel(Ratio(self.field.reduce(value.num), value.den))
        one = self.field.ctx.constant(1)
        den = one
        for name, count in value.den:
            den = den * self.field.factors[name] ** count
        whole, rest = (value.num, one * 0) if not value.den else divmod(value.num, den)
        result = []
        for exponents, coefficient in whole.terms():
            key = Ratio(self.field.ctx.from_dict({exponents: fmpq(1)}))
            result.append((_fraction(coefficient), self.field.text(key.num), key))
        if not rest.is_zero():
            lead = rest.leading_coefficient()
            proper = self.field.cancel(Ratio(rest / lead, value.den))
            result.append((_fraction(lead), self.field.ratio_text(proper), proper))
        return result

    def exp(self, value: Ratio) -> Ratio:
        """exp of a ratio: a product of powers of one generator for each key."""
        result = self.field.constant(1)
        for coefficient, text, key in self.pieces(value):
            result = self.field.mul(result, self._exp_piece(coefficient, text, key))
        return result

    def _exp_piece(self, coefficient: Fraction, text: str, key: Ratio) -> Ratio:
        log = self._single_log(key)
        if log is not None and coefficient.denominator <= MAX_POWER and abs(coefficient) <= MAX_POWER:
            if log[0] == "log-prime":
                return self.rational_power(Fraction(int(log[1])), coefficient)
            return self.absolute_power(log[1], coefficient)
        if log is not None and log[0] == "log":
            near = coefficient - self.plan.units.get(f"exp {text}", coefficient)
            if near and near.denominator == 1 and abs(near) <= MAX_POWER:
                reference = self._exp_piece(coefficient - near, text, key)
                return self.field.mul(reference, self.absolute_power(log[1], near))
        count = self._multiple(f"exp {text}", coefficient)
        name = f"exp({self.plan.units[f'exp {text}']}*{text})"
        generator = self.field.by_name.get(name) or self._new_exp(name, f"exp {text}", key)
        return self.field.power(Ratio(generator.poly), count)

    def _single_log(self, key: Ratio) -> tuple[str, Any] | None:
        if key.den or key.num.total_degree() != 1:
            return None
        meaning = next(self.field.used(key.num)).meaning
        return (meaning[0], meaning[1]) if meaning and meaning[0] in ("log", "log-prime") else None

    def _multiple(self, key: str, coefficient: Fraction) -> int:
        """How many units of the key this is; a finer unit is chosen by starting again."""
        unit = self.plan.units.get(key)
        if unit is None:
            unit = abs(coefficient)
            self.plan = self.plan.with_unit(key, unit)
        count = coefficient / unit
        if count.denominator != 1:
            common = Fraction(gcd(unit.numerator * coefficient.denominator, coefficient.numerator * unit.denominator),
                              unit.denominator * coefficient.denominator)  # fmt: skip
            raise Restart(self.plan.with_unit(key, common))
        if abs(count) > 10 * MAX_MULTIPLE:
            raise Exhausted("exponents")
        return int(count)

    def _new_exp(self, name: str, unit_key: str, key: Ratio) -> Generator:
        field, unit = self.field, self.plan.units[unit_key]

        def derive(by: str) -> Ratio:
            slope = field.scale(field.derive(key, by), unit)
            return field.mul(slope, Ratio(field.by_name[name].poly))

        made = field.generator(name, derive, ("exp", unit_key, key))
        self.signs.known[name] = 1
        self.signs.strict_names.add(name)
        sign = self.signs.of(key)
        if sign is not None:
            self.signs.bound(made, Fraction(1) if sign > 0 else Fraction(0), None if sign > 0 else Fraction(1), False)
        return made

    def cosine_sine(self, value: Ratio) -> tuple[Ratio, Ratio]:
        """cos and sin of a ratio, rational in the tangents of half the unit angles."""
        cosine, sine = self.field.constant(1), self.field.constant(0)
        for coefficient, text, key in self.pieces(value):
            other = self._angle(coefficient, text, key)
            cosine, sine = (
                self.field.sub(self.field.mul(cosine, other[0]), self.field.mul(sine, other[1])),
                self.field.add(self.field.mul(sine, other[0]), self.field.mul(cosine, other[1])),
            )
        return cosine, sine

    def _angle(self, coefficient: Fraction, text: str, key: Ratio) -> tuple[Ratio, Ratio]:
        if text == "1*#pi^1":
            exact = self._turn(coefficient)
            if exact is not None:
                return exact
        inverse = self._inverse_angle(coefficient, key)
        if inverse is not None:
            return inverse
        count = self._multiple(f"angle {text}", coefficient)
        if abs(count) > MAX_MULTIPLE:
            raise Exhausted("angles")
        generator = self._half_tangent(text, key)
        t, one = generator.poly, self.field.ctx.constant(1)
        real, imaginary = one * 0, one * 0
        for k in range(2 * abs(count) + 1):
            term = comb(2 * abs(count), k) * t**k * (-1 if k % 4 > 1 else 1)
            real, imaginary = (real + term, imaginary) if k % 2 == 0 else (real, imaginary + term)
        den = ((self.field.key(1 + t**2), abs(count)),) if count else ()
        self.relations.add("sin, cos by the tangent of half the angle")
        return Ratio(real, den), Ratio(imaginary if count > 0 else -imaginary, den)

    def _inverse_angle(self, coefficient: Fraction, key: Ratio) -> tuple[Ratio, Ratio] | None:
        """cos and sin of n asin(u) and n atan(u), from cos asin(u) = sqrt(1 - u^2) and the like."""
        if key.den or key.num.total_degree() != 1 or coefficient.denominator != 1 or abs(coefficient) > MAX_MULTIPLE:
            return None
        meaning = next(self.field.used(key.num)).meaning
        if not meaning or meaning[0] != "opaque" or meaning[1] not in ("asin", "atan"):
            return None
        field, u = self.field, meaning[2][0]
        one = field.constant(1)
        if meaning[1] == "asin":
            single = self.power(field.sub(one, field.mul(u, u)), Fraction(1, 2)), u
        else:
            length = self.power(field.add(one, field.mul(u, u)), Fraction(-1, 2))
            single = length, field.mul(u, length)
        cosine, sine = one, field.constant(0)
        for _ in range(abs(int(coefficient))):
            cosine, sine = (
                field.sub(field.mul(cosine, single[0]), field.mul(sine, single[1])),
                field.add(field.mul(sine, single[0]), field.mul(cosine, single[1])),
            )
        return cosine, sine if coefficient > 0 else field.neg(sine)

    def _half_tangent(self, text: str, key: Ratio) -> Generator:
        unit = self.plan.units[f"angle {text}"]
        name = f"tan({unit}/2*{text})"
        generator = self.field.by_name.get(name)
        if generator is None:
            field = self.field

            def derive(by: str) -> Ratio:
                slope = field.scale(field.derive(key, by), unit / 2)
                return field.mul(slope, Ratio(1 + field.by_name[name].poly ** 2))

            generator = field.generator(name, derive, ("half-tangent", key))
            self._bound_tangent(generator, key, unit / 2)
        return generator

    def _bound_tangent(self, generator: Generator, key: Ratio, factor: Fraction) -> None:
        """Bounds of tan(factor * symbol) from those of the symbol, where the angle stays below a quarter turn."""
        if key.den or len(key.num) != 1 or key.num.total_degree() != 1:
            return
        name = next(self.field.used(key.num)).name
        low, high = self.signs.bounds.get(name, (None, None))
        if low is None or high is None or low * factor < Fraction(-3, 2) or high * factor > Fraction(3, 2):
            return
        small = Fraction(3, 4)  # tan(3/4) < 1
        self.signs.bound(
            generator,
            Fraction(0) if low >= 0 else Fraction(-1) if low * factor >= -small else None,
            Fraction(0) if high <= 0 else Fraction(1) if high * factor <= small else None,
            name not in self.signs.loose_names,
        )

    def _turn(self, turns: Fraction) -> tuple[Ratio, Ratio] | None:
        """cos and sin of turns * pi for the angles with square roots of 2, 3 and 5 only."""
        turns %= 2
        if turns >= 1:
            inner = self._turn(turns - 1)
            return None if inner is None else (self.field.neg(inner[0]), self.field.neg(inner[1]))
        if turns > Fraction(1, 2):
            inner = self._turn(1 - turns)
            return None if inner is None else (self.field.neg(inner[0]), inner[1])
        half = Fraction(1, 2)
        table: dict[Fraction, tuple[tuple[Fraction, int], tuple[Fraction, int]]] = {
            Fraction(0): ((Fraction(1), 1), (Fraction(0), 1)),
            Fraction(1, 6): ((half, 3), (half, 1)),
            Fraction(1, 4): ((half, 2), (half, 2)),
            Fraction(1, 3): ((half, 1), (half, 3)),
            half: ((Fraction(0), 1), (Fraction(1), 1)),
        }
        found = table.get(turns)
        if found is None:
            return None
        cosine, sine = (self.field.scale(self.rational_power(Fraction(root), half), factor) for factor, root in found)
        return cosine, sine


def _fraction(value: fmpq) -> Fraction:
    exact = fmpq(value)
    return Fraction(int(exact.p), int(exact.q))


def _prime_powers(value: Fraction) -> list[tuple[int, int]]:
    """The factorisation of a positive rational; a part too large to factor counts as one prime."""
    result = []
    for number, side in ((value.numerator, 1), (value.denominator, -1)):
        if number.bit_length() > MAX_FACTORED_BITS:
            result.append((number, side))
        elif number != 1:
            result += [(int(prime), side * int(count)) for prime, count in fmpz(number).factor()]
    return result

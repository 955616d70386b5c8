"""A tree as a ratio in the differential field: one `case` for each kind of node.

Method: elementary functions go through `Elementary`, abbreviations through their definition, other
functions become generators that know their derivative rule. Bessel orders, gamma arguments and polygamma
arguments are shifted to a normal position by their recurrences (DLMF 10.6.1, 10.29.1, 5.5.1, 5.15.5). A
derivative is taken in the field, so that it shares nothing with the tree derivative that feeds the balls.

Limits: conditions are dealt with elsewhere (`domain`); here every identity is meant at generic points.
"""

from __future__ import annotations

from fractions import Fraction
from math import factorial

from derivcheck.expression import (
    Add,
    Apply,
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
    substitute,
)
from derivcheck.functions import by_name
from derivcheck.kernel.arctangents import by_primes
from derivcheck.kernel.balls import rational_value
from derivcheck.kernel.differentiate import expand_derivatives
from derivcheck.kernel.elementary import Elementary
from derivcheck.kernel.field import Exhausted, Field, Generator, Ratio, Undefined
from derivcheck.kernel.plan import Unsupported
from derivcheck.kernel.sums import closed_form
from derivcheck.kernel.whole import odd_monomials

MAX_TERMS = 300
MAX_SHIFT = 30
ODD = frozenset({"atan", "asin", "erf", "erfi", "erfinv", "Si", "fresnels", "fresnelc"})


class Normaliser:
    """Turns trees into ratios over one field."""

    def __init__(self, elementary: Elementary) -> None:
        self.elementary = elementary
        self.field: Field = elementary.field
        self.memo: dict[int, tuple[Expression, Ratio]] = {}
        self.bindings: dict[str, Ratio] = {}

    def __call__(self, node: Expression) -> Ratio:
        known = self.memo.get(id(node))
        if known is None:
            known = (node, self._ratio(node))
            self.memo[id(node)] = known
        return known[1]

    def _ratio(self, node: Expression) -> Ratio:
        field = self.field
        match node:
            case Number(value):
                return field.constant(value)
            case Symbol(name):
                return self.bindings[name] if name in self.bindings else self.elementary.symbol(name)
            case Constant(name):
                return self._constant(name)
            case Add(terms):
                return field.total([self(term) for term in terms])
            case Neg(operand):
                return field.neg(self(operand))
            case Mul(factors):
                return self._product(factors)
            case Div(numerator, denominator):
                return field.mul(self(numerator), field.inv(self(denominator)))
            case Pow():
                return self._power(node)
            case Call(name, arguments):
                return self._call(name, arguments)
            case Apply(name, arguments, orders):
                return self._unknown(name, [field.cancel(self(u)) for u in arguments], orders)
            case Derivative(operand, variables):
                return self._derivative(operand, variables)
            case At():
                return self(expand_derivatives(node))
            case Piecewise(pieces):
                return self._piecewise(pieces)
            case Reduction():
                return self._reduction(node)
        raise Unsupported(type(node).__name__)

    def _constant(self, name: str) -> Ratio:
        if name == "e":
            return self.elementary.exp(self.field.constant(1))
        if name != "pi":
            raise Unsupported(name)
        return self.pi()

    def pi(self) -> Ratio:
        """The number pi, a generator of its own."""
        generator = self.field.by_name.get("#pi")
        if generator is None:
            zero = self.field.constant(0)
            generator = self.field.generator("#pi", lambda by: zero, ("constant", "pi"))
            self.elementary.signs.bound(generator, Fraction(3), Fraction(4))
        return Ratio(generator.poly)

    def _product(self, factors: tuple[Expression, ...]) -> Ratio:
        result = self(factors[0])
        for factor in factors[1:]:
            result = self.field.mul(result, self(factor))
        return result

    def _power(self, node: Pow) -> Ratio:
        base, exponent = node.base, node.exponent
        rational = rational_value(exponent)
        if base == Constant("e"):
            return self.elementary.exp(self(exponent))
        if rational is None:
            top = self(exponent)
            if top.num.is_constant() and not top.den:
                value = top.num.leading_coefficient() if not top.num.is_zero() else 0
                rational = Fraction(str(value))
            elif node.whole is not None:
                return self._whole_power(self(base), top, node)
            else:
                return self.elementary.exp(self.field.mul(top, self.elementary.log(self(base))))
        return self.elementary.power(self(base), rational)

    def _whole_power(self, base: Ratio, top: Ratio, node: Pow) -> Ratio:
        """b^n = |b|^n sign(b)^n; (-1)^n is a product of signs, one for each monomial of n."""
        field, elementary = self.field, self.elementary
        if field.is_zero(base) and node.whole and node.whole > 0:
            return field.constant(0)
        size = elementary.exp(field.mul(top, elementary.log(base)))
        sign = elementary.sign(base)
        if sign.num.is_one():
            return size
        odd, one = field.constant(1), field.constant(1)
        for names in odd_monomials(node.exponent):
            odd = field.mul(odd, elementary.parity(names))
        above, beneath = field.add(one, sign), field.mul(field.sub(one, sign), odd)
        return field.mul(field.scale(field.add(above, beneath), Fraction(1, 2)), size)

    def _derivative(self, operand: Expression, variables: tuple[tuple[Expression, int], ...]) -> Ratio:
        value = self(operand)
        for variable, order in variables:
            if not isinstance(variable, Symbol) or variable.name in self.bindings:
                raise Unsupported("derivative by something that is not a variable")
            self.elementary.symbol(variable.name)
            for _ in range(order):
                value = self.field.derive(value, variable.name)
        return value

    def _call(self, name: str, arguments: tuple[Expression, ...]) -> Ratio:
        elementary, field = self.elementary, self.field
        values = [self(u) for u in arguments]
        match name:
            case "exp":
                return elementary.exp(values[0])
            case "log":
                logs = [elementary.log(value) for value in values]
                return logs[0] if len(logs) == 1 else field.mul(logs[0], field.inv(logs[1]))
            case "sqrt":
                return elementary.power(values[0], Fraction(1, 2))
            case "cos" | "sin":
                return elementary.cosine_sine(values[0])[0 if name == "cos" else 1]
            case "abs":
                return field.mul(elementary.sign(values[0]), values[0])
            case "sign":
                return elementary.sign(values[0])
            case "Heaviside":
                return self._indicator(values[0])
            case "max" | "min":
                return self._extreme(values, 1 if name == "max" else -1)
            case "ceiling":
                return field.add(self.opaque("floor", values), field.constant(1))
        row = by_name(name)
        if name in RECURRENCES:
            return RECURRENCES[name](self, name, values)
        if row.definition is not None:
            return self(row.definition(*arguments))
        return self.opaque(name, values)

    def _extreme(self, values: list[Ratio], direction: int) -> Ratio:
        best = values[0]
        for value in values[1:]:
            gap = self.field.sub(best, value)
            size = self.field.mul(self.elementary.sign(gap), gap)
            both = self.field.add(best, value)
            best = self.field.scale(self.field.add(both, self.field.scale(size, Fraction(direction))), Fraction(1, 2))
        return best

    def _indicator(self, value: Ratio) -> Ratio:
        """One where the value is positive, zero where it is negative."""
        one = self.field.constant(1)
        return self.field.scale(self.field.add(one, self.elementary.sign(value)), Fraction(1, 2))

    def condition(self, condition: Condition) -> Ratio:
        """The indicator of a condition at generic points."""
        field = self.field
        if isinstance(condition, Logical):
            parts = [self.condition(operand) for operand in condition.operands]
            one = field.constant(1)
            if condition.operator == "not":
                return field.sub(one, parts[0])
            if condition.operator == "and":
                result = parts[0]
                for part in parts[1:]:
                    result = field.mul(result, part)
                return result
            missing = field.sub(one, parts[0])
            for part in parts[1:]:
                missing = field.mul(missing, field.sub(one, part))
            return field.sub(one, missing)
        return self._relation(condition)

    def _relation(self, condition: Relation) -> Ratio:
        gap = self.field.sub(self(condition.left), self(condition.right))
        if self.field.is_zero(gap):
            return self.field.constant(1 if condition.operator in ("=", "<=", ">=") else 0)
        if condition.operator in ("=", "!="):
            if self.elementary.unresolved:
                return self._open_equation(condition.operator, gap)
            return self.field.constant(0 if condition.operator == "=" else 1)
        return self._indicator(gap if condition.operator in (">", ">=") else self.field.neg(gap))

    def _open_equation(self, operator: str, gap: Ratio) -> Ratio:
        """An equation that may hold in a whole cell (`y = min(x, y)`): unknown until the signs are chosen."""
        zero = self.field.constant(0)
        key = f"equal({self.field.ratio_text(gap)})"
        generator = self.field.by_name.get(key) or self.field.generator(key, lambda by: zero, ("equation",))
        value = Ratio(generator.poly)
        return value if operator == "=" else self.field.sub(self.field.constant(1), value)

    def _piecewise(self, pieces: tuple[tuple[Expression, Condition | None], ...]) -> Ratio:
        field = self.field
        left, terms = field.constant(1), []
        for value, condition in pieces:
            here = left if condition is None else field.mul(left, self.condition(condition))
            if not field.is_zero(here):
                terms.append(field.mul(here, self(value)))
            if condition is None:
                return field.total(terms) if terms else field.constant(0)
            left = field.sub(left, here)
        if not field.is_zero(left):
            raise Unsupported("cases that do not cover everything")
        return field.total(terms)

    def opaque(self, name: str, values: list[Ratio]) -> Ratio:
        """A function known by its derivative rule only."""
        field = self.field
        values = [field.cancel(Ratio(field.reduce(value.num), value.den)) for value in values]
        if name in ODD and not values[0].num.is_zero() and values[0].num.leading_coefficient() < 0:
            return field.neg(self.opaque(name, [field.neg(values[0])]))
        if name in ODD and values[0].num.is_zero():
            return field.constant(0)
        if name == "atan" and values[0].num.is_constant():
            exact = self._arctangent(values[0])
            if exact is not None:
                return exact
        key = f"{name}({', '.join(field.ratio_text(value) for value in values)})"
        generator = field.by_name.get(key)
        if generator is None:
            generator = self._new_opaque(key, name, values)
        return Ratio(generator.poly)

    def _arctangent(self, value: Ratio) -> Ratio | None:
        """atan(c/p) = sign(c/p) pi/2 - atan(p/c), and of a rational number by those of the basis and pi/4."""
        field = self.field
        if value.den:
            quarter = field.scale(field.mul(self.elementary.sign(value), self.pi()), Fraction(1, 2))
            return field.sub(quarter, self.opaque("atan", [field.inv(value)]))
        found = by_primes(Fraction(str(value.num.leading_coefficient())))
        if found is None:
            return None
        parts, quarters = found
        terms = [self.field.scale(self.pi(), Fraction(quarters, 4))]
        for part, count in parts.items():
            key = f"atan({part})"
            generator = self.field.by_name.get(key) or self._new_opaque(key, "atan", [self.field.constant(part)])
            terms.append(self.field.scale(Ratio(generator.poly), Fraction(count)))
        return self.field.total(terms)

    def _new_opaque(self, key: str, name: str, values: list[Ratio]) -> Generator:
        field = self.field
        rules = by_name(name).derivatives

        def derive(by: str) -> Ratio:
            total = field.constant(0)
            for k, value in enumerate(values):
                slope = field.derive(value, by)
                if not slope.num.is_zero():
                    if k >= len(rules) or rules[k] is None:
                        raise Unsupported(f"the derivative of {name} by its argument {k + 1}")
                    total = field.add(total, field.mul(self._apply_rule(rules[k], values), slope))
            return total

        generator = field.generator(key, derive, ("opaque", name, tuple(values)))
        if name == "atan" or name in ("asin", "erf", "erfi", "erfinv"):
            sign = self.elementary.signs.of(values[0])
            if sign is not None:
                self.elementary.signs.known[key] = sign
        return generator

    def _apply_rule(self, rule: object, values: list[Ratio]) -> Ratio:
        """The value of a row's rule, its arguments bound to ratios."""
        names = [Symbol(f"#{k}") for k in range(len(values))]
        inner = Normaliser(self.elementary)
        inner.bindings = {name.name: value for name, value in zip(names, values, strict=True)}
        return inner(rule(*names))  # type: ignore[operator]

    def _unknown(self, name: str, values: list[Ratio], orders: tuple[int, ...]) -> Ratio:
        field = self.field
        key = f"{name}{list(orders)}({', '.join(field.ratio_text(value) for value in values)})"
        generator = field.by_name.get(key)
        if generator is None:

            def derive(by: str) -> Ratio:
                terms = [field.constant(0)]
                for k, value in enumerate(values):
                    raised = (*orders[:k], orders[k] + 1, *orders[k + 1 :])
                    slope = field.derive(value, by)
                    if not slope.num.is_zero():
                        terms.append(field.mul(self._unknown(name, values, raised), slope))
                return field.total(terms)

            generator = field.generator(key, derive, ("unknown", name))
        return Ratio(generator.poly)

    def _reduction(self, node: Reduction) -> Ratio:
        if node.lower is None or node.upper is None:
            raise Unsupported("a sum without bounds")
        low, high = rational_value(node.lower), rational_value(node.upper)
        if low is None or high is None or low.denominator != 1 or high.denominator != 1:
            return self(closed_form(node))
        if high - low > MAX_TERMS:
            raise Exhausted("terms")
        values = [
            self(substitute(node.body, {node.index: Number(Fraction(k))})) for k in range(int(low), int(high) + 1)
        ]
        if node.kind == "sum":
            return self.field.total([self.field.constant(0), *values])
        result = self.field.constant(1)
        for value in values:
            result = self.field.mul(result, value)
        return result

    def integer_part(self, value: Ratio) -> int:
        """The integer in the constant term of a polynomial value; 0 for a fraction."""
        if value.den:
            return 0
        zero = (0,) * self.field.size
        constant = dict(value.num.terms()).get(zero)
        return 0 if constant is None else Fraction(str(constant)).__floor__()


def _cylinder(normal: Normaliser, name: str, values: list[Ratio]) -> Ratio:
    """Bessel functions by two neighbouring orders: C(n+1) + C(n-1) = (2n/z) C(n) for J and Y, and

    C(n-1) - C(n+1) = (2n/z) C(n) for I, its negative for K.
    """
    field = normal.field
    order, z = field.cancel(values[0]), values[1]
    whole = normal.integer_part(order)
    plain = field.is_zero(field.sub(order, field.constant(whole)))
    if plain and whole < 0:
        sign = (-1) ** whole if name in ("besselj", "bessely") else 1
        return field.scale(_cylinder(normal, name, [field.constant(-whole), z]), Fraction(sign))
    if whole in (0, 1) or abs(whole) > MAX_SHIFT:
        return normal.opaque(name, [order, z])
    step = 1 if whole > 1 else -1
    near = field.sub(order, field.constant(step))
    far = field.sub(order, field.constant(2 * step))
    slope = field.mul(field.scale(near, Fraction(2)), field.inv(z))
    first, second = _cylinder(normal, name, [near, z]), _cylinder(normal, name, [far, z])
    product = field.mul(slope, first)
    if name in ("besselj", "bessely"):
        return field.sub(product, second)
    return field.add(second, product if (name == "besselk") is (step == 1) else field.neg(product))


def _gamma(normal: Normaliser, name: str, values: list[Ratio]) -> Ratio:
    """Gamma with its argument shifted so that the constant term lies in [0, 1), or at 1 when it is whole."""
    field, u = normal.field, normal.field.cancel(values[0])
    whole = normal.integer_part(u)
    rest = field.sub(u, field.constant(whole))
    if field.is_zero(rest):
        if whole < 1:
            raise Undefined
        if whole > 200:
            raise Exhausted("numbers")
        return field.constant(factorial(whole - 1))
    if abs(whole) > MAX_SHIFT:
        return normal.opaque(name, [u])
    result = normal.opaque(name, [rest])
    for k in range(abs(whole)):
        factor = field.add(rest, field.constant(k if whole > 0 else -k - 1))
        result = field.mul(result, factor if whole > 0 else field.inv(factor))
    return result


def _polygamma(normal: Normaliser, name: str, values: list[Ratio]) -> Ratio:
    """psi_n(u + 1) = psi_n(u) + (-1)^n n! / u^(n+1), for a whole number n."""
    field, u = normal.field, normal.field.cancel(values[1])
    whole = normal.integer_part(u)
    rest = field.sub(u, field.constant(whole))
    order = normal.integer_part(values[0])
    if not field.is_zero(field.sub(values[0], field.constant(order))) or field.is_zero(rest) or abs(whole) > MAX_SHIFT:
        return normal.opaque(name, [values[0], u])
    terms = [normal.opaque(name, [values[0], rest])]
    for k in range(abs(whole)):
        factor = field.add(rest, field.constant(k if whole > 0 else -k - 1))
        part = field.scale(field.power(field.inv(factor), order + 1), Fraction((-1) ** order * factorial(order)))
        terms.append(part if whole > 0 else field.neg(part))
    return field.total(terms)


RECURRENCES = {
    "besselj": _cylinder,
    "bessely": _cylinder,
    "besseli": _cylinder,
    "besselk": _cylinder,
    "gamma": _gamma,
    "polygamma": _polygamma,
}

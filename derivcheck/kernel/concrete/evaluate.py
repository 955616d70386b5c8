"""Values of formulas over arrays at one point: concrete sizes, exact entries.

Shares nothing with the index normal form but the tree. A derivative perturbs one entry of the variable by an
infinitesimal and evaluates the operand again; by a name of the graph, that name's value is perturbed and
what it is made of stays.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import pairwise
from math import prod

from flint import arb, fmpq

from derivcheck.expression import (
    Add,
    Apply,
    At,
    Call,
    Condition,
    Constant,
    Derivative,
    Differential,
    Div,
    Entry,
    Expression,
    Frobenius,
    Hadamard,
    Logical,
    MatMul,
    Mul,
    Neg,
    Number,
    Piecewise,
    Pow,
    Reduction,
    Symbol,
    Transpose,
    symbols,
)
from derivcheck.functions import by_name
from derivcheck.kernel.balls import Unclear, Undefined, rational_value
from derivcheck.kernel.concrete.arrays import (
    IDENTITY,
    Array,
    Misfit,
    built,
    elementwise,
    eliminated,
    matrix_product,
    places,
    scalar,
    total,
    transposed,
)
from derivcheck.kernel.concrete.calls import CONSTANT_ARRAYS, called, constant_array
from derivcheck.kernel.concrete.jets import FUNCTIONS, ONE, ZERO, Jet, power, rational, sign
from derivcheck.shapes import Definition, Range, Shapes, Size, chain_of

DEFAULT_WORK = 100_000


class Exhausted(Unclear):
    """Too much work; more precision would not help."""


class Allowance:
    """Work left for all points of one statement, counted in entries computed."""

    def __init__(self, work: int) -> None:
        self.work = work

    def spend(self, amount: int) -> None:
        """Take from what is left."""
        self.work -= amount
        if self.work < 0:
            raise Exhausted


@dataclass(frozen=True, slots=True)
class Point:
    """Sizes, exact values of numbers and arrays, differentials, and the polynomial each unknown function is."""

    sizes: Mapping[str, int]
    values: Mapping[str, Array]
    differentials: Mapping[str, Array] = field(default_factory=dict)
    functions: Mapping[str, tuple[Fraction, ...]] = field(default_factory=dict)

    def size(self, size: Size) -> int:
        """A size as a number."""
        return sum(coefficient * prod(self.sizes[name] for name in names) for names, coefficient in size)


@dataclass(frozen=True, slots=True)
class Scope:
    """Index letters with their values, and names whose value is not that of the point."""

    letters: Mapping[str, int] = field(default_factory=dict)
    values: Mapping[str, Array] = field(default_factory=dict)


class Evaluator:
    """Values at one point. `bits` counts the infinitesimals in use."""

    def __init__(
        self,
        point: Point,
        shapes: Shapes,
        varying: frozenset[str] = frozenset(),
        allowance: Allowance | None = None,
    ) -> None:
        self.point, self.shapes, self.varying = point, shapes, varying
        self.allowance = allowance or Allowance(DEFAULT_WORK)
        self.bits = 0
        self._known: dict[tuple[str, int], tuple[object, Array]] = {}

    def __call__(self, node: Expression, scope: Scope) -> Array:
        """The value of a formula."""
        value = self._value(node, scope)
        self.allowance.spend(1 + len(value.entries))
        return value

    def _value(self, node: Expression, scope: Scope) -> Array:
        match node:
            case Number(value):
                return scalar(rational(value))
            case Constant(name):
                if name == "oo":
                    raise Unclear
                return scalar(Jet({0: arb.pi() if name == "pi" else arb.const_e()}))
            case Symbol(name):
                return self._named(name, (), scope)
            case Entry(array, indices):
                return self._named(array.name, tuple(self._index(index, scope) for index in indices), scope)
            case Add(terms):
                return elementwise(lambda *jets: total(jets), *(self(term, scope) for term in terms))
            case Neg(operand):
                return elementwise(Jet.__neg__, self(operand, scope))
            case Mul(factors) | MatMul(factors) if (links := chain_of(factors)) is not None:
                return self._chain(links, scope)
            case Mul(factors) | Hadamard(factors):
                return elementwise(_product, *(self(factor, scope) for factor in factors))
            case Div(numerator, denominator):
                return elementwise(Jet.__truediv__, self(numerator, scope), self(denominator, scope))
            case Pow(base, exponent):
                return self._power(base, exponent, scope)
            case MatMul(factors):
                result = self(factors[0], scope)
                for factor in factors[1:]:
                    result = matrix_product(result, self(factor, scope))
                return result
            case Frobenius(left, right):
                first, second = self(left, scope), self(right, scope)
                if first.sizes != second.sizes:
                    raise Misfit
                return scalar(total(a * b for a, b in zip(first.entries, second.entries, strict=True)))
            case Transpose(operand):
                return transposed(self(operand, scope))
            case Reduction():
                return self._reduction(node, scope)
            case Piecewise(pieces):
                return self._pieces(pieces, scope)
            case Call(name, arguments):
                return self._call(name, arguments, scope)
            case Apply(name, arguments, orders):
                return self._apply(name, arguments, orders, scope)
            case Derivative():
                return self._derivative(node, scope)
            case Differential(operand):
                return self._differential(operand, scope)
            case At(operand, bindings):
                return self(operand, replace(scope, values={**scope.values, **self._bindings(bindings, scope)}))

    def _bindings(self, bindings: tuple[tuple[Symbol, Expression], ...], scope: Scope) -> dict[str, Array]:
        return {name.name: self(value, scope) for name, value in bindings}

    def _named(self, name: str, indices: tuple[int, ...], scope: Scope) -> Array:
        if name in scope.letters and not indices:
            return scalar(rational(scope.letters[name]))
        value = self._whole(name, indices, scope)
        if value is None:
            definition = self.shapes.definitions[name]
            if not definition.indices and not self._free(scope):
                return _entry(self._defined(name, definition, scope), indices)
            own, rest = indices[: len(definition.indices)], indices[len(definition.indices) :]
            letters = {**self._free(scope), **dict(zip(definition.indices, own, strict=False))}
            if len(own) == len(definition.indices):
                inner = self(definition.body, Scope(letters, scope.values))
                return _entry(inner, rest)
            value = self._stacked(definition, scope)
        return _entry(value, indices)

    def _defined(self, name: str, definition: Definition, scope: Scope) -> Array:
        """A definition without indices, computed once for the same values of other names."""
        key = (name, id(scope.values))
        if key not in self._known:
            self._known[key] = (scope.values, self(definition.body, Scope(values=scope.values)))
        return self._known[key][1]

    def _whole(self, name: str, indices: tuple[int, ...], scope: Scope) -> Array | None:
        if name in scope.values:
            return scope.values[name]
        if name in self.shapes.definitions:
            return None
        if name in self.point.values:
            return self.point.values[name]
        if name in self.point.sizes:
            return scalar(rational(self.point.sizes[name]))
        raise Unclear

    def _free(self, scope: Scope) -> dict[str, int]:
        return {letter: value for letter, value in scope.letters.items() if letter in self.shapes.indices}

    def _stacked(self, definition: Definition, scope: Scope) -> Array:
        """An indexed definition as a whole array."""
        ranges = [self.shapes.range_of(letter, definition.body) for letter in definition.indices]
        sizes = tuple(self.point.size(item.upper) for item in ranges)
        parts = []
        for place in places(sizes):
            letters = dict(zip(definition.indices, (k + 1 for k in place), strict=True))
            parts.append(self(definition.body, Scope({**self._free(scope), **letters}, scope.values)))
        return Array(sizes + parts[0].sizes, tuple(jet for part in parts for jet in part.entries))

    def _index(self, node: Expression, scope: Scope) -> int:
        match node:
            case Number(value) if value.denominator == 1:
                return int(value)
            case Symbol(name) if name in scope.letters:
                return scope.letters[name]
            case Symbol(name) if name in self.point.sizes:
                return self.point.sizes[name]
            case Add(terms):
                return sum(self._index(term, scope) for term in terms)
            case Neg(operand):
                return -self._index(operand, scope)
        raise Unclear

    def _power(self, base: Expression, exponent: Expression, scope: Scope) -> Array:
        value = rational_value(exponent)
        if value == 2 and isinstance(base, Call) and base.name == "norm" and len(base.arguments) == 1:
            return scalar(total(jet * jet for jet in self(base.arguments[0], scope).entries))
        bottom = self(base, scope)
        if value == -1 and len(bottom.sizes) == 2 and bottom.sizes[0] == bottom.sizes[1]:
            return eliminated(bottom)[1]
        if value is not None:
            return elementwise(lambda jet: power(jet, value), bottom)
        top = self(exponent, scope)
        if base == Constant("e"):
            return elementwise(FUNCTIONS["exp"], top)
        if symbols(exponent) and symbols(exponent) <= self.shapes.whole | scope.letters.keys():
            return elementwise(_whole_power, bottom, top)
        return elementwise(lambda u, v: FUNCTIONS["exp"](v * FUNCTIONS["log"](u)), bottom, top)

    def _reduction(self, node: Reduction, scope: Scope) -> Array:
        if node.lower is None or node.upper is None:
            over = self.shapes.range_of(node.index.name, node.body)
            low, high = over.lower, self.point.size(over.upper)
        else:
            low, high = self._index(node.lower, scope), self._index(node.upper, scope)
        values = [
            self(node.body, replace(scope, letters={**scope.letters, node.index.name: k})) for k in range(low, high + 1)
        ]
        if not values:
            return scalar(ZERO if node.kind == "sum" else ONE)
        return elementwise((lambda *jets: total(jets)) if node.kind == "sum" else _product, *values)

    def _pieces(self, pieces: tuple[tuple[Expression, Condition | None], ...], scope: Scope) -> Array:
        tests = [scalar(ONE) if condition is None else self._truth(condition, scope) for _, condition in pieces]
        first = next((k for k, test in enumerate(tests) if not test.sizes and test.entries[0] is ONE), len(tests))
        values = [self._piece(value, scope, needed=k == first) for k, (value, _) in enumerate(pieces)]
        if all(not test.sizes for test in tests[: first + 1]):
            if first == len(tests):
                raise Unclear
            known = [value for value in values if value is not None]
            place = sum(value is not None for value in values[:first])
            return elementwise(lambda *jets: jets[place], *known)
        if None in values:
            raise Unclear

        def chosen(*jets: Jet) -> Jet:
            own, found = jets[: len(pieces)], jets[len(pieces) :]
            for test, value in zip(own, found, strict=True):
                if test is ONE:
                    return value
            raise Unclear

        return elementwise(chosen, *tests, *(value for value in values if value is not None))

    def _piece(self, value: Expression, scope: Scope, needed: bool) -> Array | None:
        """The value of a case; one that is not chosen may be undefined."""
        try:
            return self(value, scope)
        except Undefined:
            if needed:
                raise
            return None

    def holds(self, condition: Condition, scope: Scope) -> bool:
        """Whether a condition certainly holds in every entry; `Unclear` where the balls cannot tell."""
        return all(jet is ONE for jet in self._truth(condition, scope).entries)

    def _truth(self, condition: Condition, scope: Scope) -> Array:
        """One or zero in each entry."""
        if isinstance(condition, Logical):
            parts = [self._truth(operand, scope) for operand in condition.operands]
            match condition.operator:
                case "not":
                    return elementwise(lambda jet: ZERO if jet is ONE else ONE, parts[0])
                case "and":
                    return elementwise(lambda *jets: ONE if all(jet is ONE for jet in jets) else ZERO, *parts)
            return elementwise(lambda *jets: ONE if any(jet is ONE for jet in jets) else ZERO, *parts)
        left, right = self(condition.left, scope), self(condition.right, scope)
        return elementwise(lambda a, b: _compared(condition.operator, a - b), left, right)

    def _call(self, name: str, arguments: tuple[Expression, ...], scope: Scope) -> Array:
        if name in CONSTANT_ARRAYS:
            return constant_array(name, tuple(self._index(argument, scope) for argument in arguments))
        if name in ("delta", "iverson"):
            first, last = (self._index(arguments[k], scope) for k in (0, -1))
            return scalar(ONE if first == last else ZERO)
        if name == "entry":
            return _entry(self(arguments[0], scope), tuple(self._index(place, scope) for place in arguments[1:]))
        values = [self(argument, scope) for argument in arguments]
        known = called(name, values)
        if known is not None:
            return known
        row = by_name(name)
        if row.definition is None or not row.elementwise:
            raise Unclear
        names = [Symbol(f"argument {place}") for place in range(len(values))]
        bound = {symbol.name: value for symbol, value in zip(names, values, strict=True)}
        return self(row.definition(*names), Scope(values=bound))

    def _apply(self, name: str, arguments: tuple[Expression, ...], orders: tuple[int, ...], scope: Scope) -> Array:
        values = [self(argument, scope) for argument in arguments]
        coefficients = self.point.functions.get(name)
        if coefficients is None or len(values) != 1:
            raise Unclear
        for _ in range(orders[0]):
            coefficients = tuple(k * value for k, value in enumerate(coefficients))[1:]
        return elementwise(lambda jet: _polynomial(coefficients, jet), values[0])

    def _derivative(self, node: Derivative, scope: Scope) -> Array:
        if node.direct:
            scope = self._with_definitions_held(node, scope)
        by = [variable for variable, order in node.variables for _ in range(order)]
        return self._slopes(node.operand, by, scope)

    def _with_definitions_held(self, node: Derivative, scope: Scope) -> Scope:
        operand = node.operand.array if isinstance(node.operand, Entry) else node.operand
        own = operand.name if isinstance(operand, Symbol) else ""
        held = {
            name: self._named(name, (), scope)
            for name, definition in self.shapes.definitions.items()
            if name != own and not definition.parameters
        }
        return replace(scope, values={**held, **scope.values})

    def _slopes(self, operand: Expression, by: list[Expression], scope: Scope) -> Array:
        """The derivative by the last variable of the derivative by those before it."""
        if not by:
            value = self(operand, scope)
            return value if value is IDENTITY or len(value.entries) > 1 else scalar(value.entries[0])
        *before, variable = by
        name = variable.name if isinstance(variable, Symbol) else variable.array.name  # type: ignore[union-attr]
        fixed = tuple(self._index(k, scope) - 1 for k in variable.indices) if isinstance(variable, Entry) else ()
        value = self._named(name, (), replace(scope, letters={}))
        own = value.sizes[len(fixed) :]
        bit = 1 << self.bits
        self.bits += 1
        slopes = []
        for place in places(own):
            moved = _perturbed(value, (*fixed, *place), bit)
            result = self._slopes(operand, before, replace(scope, values={**scope.values, name: moved}))
            slopes.append(result)
        self.bits -= 1
        sizes = slopes[0].sizes
        return built(
            (*sizes, *own),
            lambda place: slopes[_offset(place[len(sizes) :], own)].at(place[: len(sizes)]).part(bit),
        )

    def _differential(self, operand: Expression, scope: Scope) -> Array:
        """The change along the differentials of the names that vary, all at once."""
        bit = 1 << self.bits
        self.bits += 1
        moved = {}
        for name in self.varying:
            change = self.point.differentials[name]
            value = self._named(name, (), replace(scope, letters={}))
            moved[name] = elementwise(lambda u, d: u + d * Jet({bit: fmpq(1)}), value, change)
        result = self(operand, replace(scope, values={**scope.values, **moved}))
        self.bits -= 1
        return elementwise(lambda jet: jet.part(bit), result)

    def _chain(self, links: tuple[Derivative, ...], scope: Scope) -> Array:
        """Derivatives multiplied along the variables that join them."""
        result = self(links[0], scope)
        for before, link in pairwise(links):
            joint = len(self.shapes.of(before.variables[0][0]).sizes)
            result = _contracted(result, self(link, scope), joint)
        return result

    def define_all(self) -> None:
        """Compute every definition of the file; raises where one is not defined at the point."""
        for name, definition in self.shapes.definitions.items():
            if not definition.parameters:
                self._named(name, (), Scope())

    def ranges(self, letters: Mapping[str, Range]) -> dict[str, range]:
        """The values of free index letters."""
        return {letter: range(item.lower, self.point.size(item.upper) + 1) for letter, item in letters.items()}


def _whole_power(base: Jet, exponent: Jet) -> Jet:
    """A power whose exponent is made of whole numbers: (−1)^n has a value, (−1)^(n/2) tells nothing."""
    value = exponent.value
    if isinstance(value, fmpq) and value.q == 1:
        return power(base, Fraction(int(value.p)))
    if sign(base) < 0:
        raise Unclear
    return FUNCTIONS["exp"](exponent * FUNCTIONS["log"](base))


def _product(*jets: Jet) -> Jet:
    result = ONE
    for jet in jets:
        result = result * jet
    return result


def _entry(array: Array, indices: tuple[int, ...]) -> Array:
    """The part of an array at leading 1-based indices."""
    if not indices:
        return array
    if any(not 1 <= index <= size for index, size in zip(indices, array.sizes, strict=False)):
        raise Misfit
    rest = array.sizes[len(indices) :]
    start = tuple(index - 1 for index in indices)
    return built(rest, lambda place: array.at((*start, *place)))


def _offset(place: tuple[int, ...], sizes: tuple[int, ...]) -> int:
    offset = 0
    for index, size in zip(place, sizes, strict=True):
        offset = offset * size + index
    return offset


def _perturbed(array: Array, place: tuple[int, ...], bit: int) -> Array:
    offset = _offset(place, array.sizes)
    entries = list(array.entries)
    entries[offset] = entries[offset] + Jet({bit: fmpq(1)})
    return Array(array.sizes, tuple(entries), array.row)


def _contracted(left: Array, right: Array, joint: int) -> Array:
    """The sum over the last axes of one array and the first of the other."""
    outer, inner = left.sizes[: len(left.sizes) - joint], right.sizes[:joint]
    return built(
        outer + right.sizes[joint:],
        lambda place: total(
            left.at((*place[: len(outer)], *shared)) * right.at((*shared, *place[len(outer) :]))
            for shared in places(inner)
        ),
    )


def _compared(operator: str, gap: Jet) -> Jet:
    if operator in ("=", "!="):
        if not isinstance(gap.value, fmpq) or (gap.value == 0 and gap.depth()):
            raise Unclear
        return ONE if (gap.value == 0) is (operator == "=") else ZERO
    if isinstance(gap.value, fmpq) and gap.value == 0 and not gap.depth():
        return ONE if operator in ("<=", ">=") else ZERO
    return ONE if (sign(gap) > 0) is (operator in (">", ">=")) else ZERO


def _polynomial(coefficients: tuple[Fraction, ...], jet: Jet) -> Jet:
    result = ZERO
    for coefficient in reversed(coefficients):
        result = result * jet + rational(coefficient)
    return result

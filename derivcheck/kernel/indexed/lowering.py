"""From formulas over arrays to the term of their general entry.

Method: `entry(node, indices, scope)` is the entry of a formula at the indices; a matrix product becomes a
sum, a transpose exchanges indices, a function acts on the entry. A definition is opened where it is used,
unless it is *held*: a derivative by a name of the graph holds that name, derives, and opens it afterwards.

Limits: index arithmetic, products over symbolic ranges and functions without a derivative rule are refused.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import count

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
)
from derivcheck.functions import by_name
from derivcheck.kernel.balls import rational_value
from derivcheck.kernel.indexed.atoms import BOUND, CONSTANT, Index, Unsupported
from derivcheck.kernel.indexed.conditions import Requirement
from derivcheck.kernel.indexed.term import (
    NIL,
    UNITY,
    Calculus,
    Delta,
    Determinant,
    Function,
    Inverse,
    Num,
    Product,
    Term,
    Var,
    negative,
    plus,
    power,
    replaced,
    times,
    total,
)
from derivcheck.shapes import (
    ONE_SIZE,
    Range,
    Shape,
    ShapeError,
    Shapes,
    Size,
    chain_of,
    multiplied,
    size_of,
)

MAX_FACTORS = 8

Indices = tuple[Index, ...]
Entries = Callable[[Indices], Term]


@dataclass(frozen=True, slots=True)
class Scope:
    """What names mean at a place: index letters, names bound to entries, definitions held as variables."""

    letters: Mapping[str, Index] = field(default_factory=dict)
    bindings: Mapping[str, Entries] = field(default_factory=dict)
    held: frozenset[str] = frozenset()


class Lowering:
    """Terms of the formulas of one statement.

    `free` are its free index letters, `varying` the names that `d` in a differential does not hold constant.
    """

    def __init__(self, shapes: Shapes, free: Mapping[str, Index], varying: frozenset[str] = frozenset()) -> None:
        self.shapes = shapes
        self.outer = Scope(letters=free)
        self.varying = varying
        self.derived: list[Term] = []
        self._sources: dict[int, tuple[Term, Expression]] = {}
        self._names = count(1_000_000)

    def fresh(self, over: Range | None) -> Index:
        """A bound index used nowhere else."""
        return Index(BOUND, next(self._names), over)

    def along(self, size: Size) -> Index:
        """A bound index that runs over a dimension."""
        return self.fresh(Range(1, size))

    def entry(self, node: Expression, indices: Indices, scope: Scope | None = None) -> Term:
        """The entry of a formula; surplus leading indices are those a smaller array is broadcast along."""
        scope = scope or self.outer
        shape = self.shapes.of(node)
        indices = indices[len(indices) - shape.rank :]
        if ONE_SIZE in shape.sizes:
            indices = tuple(
                Index(CONSTANT, 1) if size == ONE_SIZE else index
                for size, index in zip(shape.sizes, indices, strict=True)
            )
        term = self._entry(node, indices, scope)
        self._sources.setdefault(id(term), (term, node))
        return term

    def source(self, term: Term) -> Expression | None:
        """The part of a formula that a term came from."""
        known = self._sources.get(id(term))
        return known[1] if known else None

    def _entry(self, node: Expression, indices: Indices, scope: Scope) -> Term:
        match node:
            case Number(value):
                return Num(value)
            case Constant(name):
                return self._constant(name)
            case Symbol(name):
                return self._named(name, indices, scope)
            case Entry(array, places):
                own = tuple(self._index(place, scope) for place in places)
                return self._named(array.name, own + indices, scope)
            case Add(terms):
                return plus(*(self.entry(term, indices, scope) for term in terms))
            case Neg(operand):
                return negative(self.entry(operand, indices, scope))
            case Mul(factors) | Hadamard(factors):
                if (links := chain_of(factors)) is not None:
                    return self._chain(links, indices, scope)
                return times(*(self.entry(factor, indices, scope) for factor in factors))
            case Div(numerator, denominator):
                below = self.entry(denominator, indices, scope)
                return times(self.entry(numerator, indices, scope), power(below, -1))
            case Pow(base, exponent):
                return self._power(base, exponent, indices, scope)
            case Transpose(operand):
                return self.entry(operand, indices[::-1], scope)
            case MatMul(factors):
                if (links := chain_of(factors)) is not None:
                    return self._chain(links, indices, scope)
                return self._product(factors, scope)(indices)
            case Frobenius(left, right):
                sizes = self.shapes.of(left).sizes
                return self._over(sizes, lambda own: times(self.entry(left, own, scope), self.entry(right, own, scope)))
            case Reduction():
                return self._reduction(node, indices, scope)
            case Piecewise(pieces):
                return self._pieces(pieces, indices, scope)
            case Call(name, arguments):
                return self._call(name, arguments, indices, scope)
            case Apply(name, arguments, orders):
                return Function(name, tuple(self.entry(argument, indices, scope) for argument in arguments), orders)
            case Derivative():
                return self._derivative(node, indices, scope)
            case Differential(operand):
                return self._differential(operand, indices, scope)
            case At(operand, bindings):
                return self._at(operand, bindings, indices, scope)

    def _constant(self, name: str) -> Term:
        if name == "e":
            return Function("exp", (UNITY,))
        if name == "pi":
            return Var("pi constant")
        raise Unsupported("infinity is not a number")

    def named(self, name: str, indices: Indices) -> Term:
        """The entry of a name of the file."""
        return self._named(name, indices, self.outer)

    def _named(self, name: str, indices: Indices, scope: Scope) -> Term:
        if name in scope.bindings:
            return scope.bindings[name](indices)
        if name in scope.letters and not indices:
            raise Unsupported(f"the index {name} as a number")
        definition = self.shapes.definitions.get(name)
        if definition is None or name in scope.held:
            return Var(name, indices)
        letters = {**self.outer.letters, **dict(zip(definition.indices, indices, strict=False))}
        inner = Scope(letters, scope.bindings, scope.held)
        return self.entry(definition.body, indices[len(definition.indices) :], inner)

    def _index(self, place: Expression, scope: Scope) -> Index:
        """An index as written; that it stays in its range is checked before (`check_indices`)."""
        match place:
            case Number(value) if value.denominator == 1:
                return Index(CONSTANT, int(value))
            case Symbol(name) if name in scope.letters:
                return scope.letters[name]
            case Symbol(name):
                raise ShapeError(f"nothing says over what the index {name} runs", place.span)
        raise Unsupported("arithmetic with indices")

    def _over(self, sizes: tuple[Size, ...], body: Entries) -> Term:
        """The sum of a body over all entries of an array of these sizes."""
        own = tuple(map(self.along, sizes))
        term = body(own)
        for index in reversed(own):
            term = total(index, term)
        return term

    def _product(self, factors: tuple[Expression, ...], scope: Scope) -> Entries:
        def of(node: Expression) -> Entries:
            return lambda own: self.entry(node, own, scope)

        shape, result = self.shapes.of(factors[0]), of(factors[0])
        for factor in factors[1:]:
            other = self.shapes.of(factor)
            result = self._times_matrix(result, shape, of(factor), other)
            shape = multiplied(shape, other) or shape
        return result

    def _times_matrix(self, left: Entries, first: Shape, right: Entries, second: Shape) -> Entries:
        """The product of two factors whose shapes are known to fit."""
        if first.square or second.square:
            return right if first.square else left
        if not first.rank or not second.rank:
            return lambda own: times(left(own[: first.rank]), right(own[len(own) - second.rank :]))
        if first.rank == second.rank == 1 and second.row:
            return lambda own: times(left(own[:1]), right(own[1:]))
        if first.rank == 1 and second.rank == 2 and first.sizes[0] != second.sizes[0]:
            return lambda own: times(left(own[:1]), right((Index(CONSTANT, 1), *own[1:])))
        if second.row:
            return lambda own: times(left((own[0], Index(CONSTANT, 1))), right(own[1:]))
        outer = first.rank - 1

        def contracted(own: Indices) -> Term:
            k = self.along(second.sizes[0])
            return total(k, times(left((*own[:outer], k)), right((k, *own[outer:]))))

        return contracted

    def _chain(self, links: tuple[Derivative, ...], indices: Indices, scope: Scope) -> Term:
        """The chain rule: derivatives multiplied along the variables that join them, in whatever layout."""
        inner = [self.shapes.of(link.variables[0][0]).sizes for link in links[:-1]]
        above = self.shapes.of(links[0].operand).rank

        def joined(place: int, left: Indices) -> Term:
            if place == len(links) - 1:
                return self.entry(links[place], left + indices[above:], scope)
            return self._over(
                inner[place],
                lambda own: times(self.entry(links[place], left + own, scope), joined(place + 1, own)),
            )

        return joined(0, indices[:above])

    def _power(self, base: Expression, exponent: Expression, indices: Indices, scope: Scope) -> Term:
        shape = self.shapes.of(base)
        value = rational_value(exponent)
        if value is not None and isinstance(base, Call) and base.name == "norm" and value % 2 == 0:
            return power(self._sum_of_squares(base, scope), value / 2)
        if value == -1 and shape.rank == 2 and shape.sizes[0] == shape.sizes[1]:
            return self._inverse(base, indices, scope)
        if value is not None:
            return power(self.entry(base, indices, scope), value)
        if base == Constant("e"):
            return Function("exp", (self.entry(exponent, indices, scope),))
        logarithm = Function("log", (self.entry(base, indices, scope),))
        return Function("exp", (times(self.entry(exponent, indices, scope), logarithm),))

    def _reduction(self, node: Reduction, indices: Indices, scope: Scope) -> Term:
        over = self._range(node)
        index = self.fresh(over)
        body = self._body(node, index, indices, scope)
        if node.kind == "sum":
            return total(index, body)
        if over.extent is not None and over.extent <= MAX_FACTORS:
            places = (Index(CONSTANT, over.lower + k) for k in range(over.extent))
            return times(*(self._body(node, place, indices, scope) for place in places))
        return Product(index, body)

    def _body(self, node: Reduction, index: Index, indices: Indices, scope: Scope) -> Term:
        return self.entry(node.body, indices, replace(scope, letters={**scope.letters, node.index.name: index}))

    def _range(self, node: Reduction) -> Range:
        if node.upper is None or node.lower is None:
            return self.shapes.range_of(node.index.name, node.body)
        if not isinstance(node.lower, Number) or node.lower.value.denominator != 1:
            raise Unsupported("a sum that starts at a symbolic place")
        return Range(int(node.lower.value), size_of(node.upper))

    def _pieces(self, pieces: tuple[tuple[Expression, Condition | None], ...], indices: Indices, scope: Scope) -> Term:
        """The sum of each value where its condition is the first to hold."""
        terms: list[Term] = []
        rest: Term = UNITY
        for value, condition in pieces:
            here = UNITY if condition is None else self.indicator(condition, indices, scope)
            terms.append(times(rest, here, self.entry(value, indices, scope)))
            rest = times(rest, _complement(here))
        return plus(*terms)

    def indicator(self, condition: Condition, indices: Indices, scope: Scope) -> Term:
        """One where the condition holds, else zero."""
        if isinstance(condition, Logical):
            parts = [self.indicator(operand, indices, scope) for operand in condition.operands]
            if condition.operator == "not":
                return _complement(parts[0])
            if condition.operator == "and":
                return times(*parts)
            return _complement(times(*map(_complement, parts)))
        left, right = condition.left, condition.right
        if condition.operator in ("=", "!="):
            equal = self._delta(left, right, scope)
            return equal if condition.operator == "=" else _complement(equal)
        above, below = (left, right) if condition.operator in (">", ">=") else (right, left)
        return _step(plus(self.entry(above, indices, scope), negative(self.entry(below, indices, scope))))

    def _delta(self, left: Expression, right: Expression, scope: Scope) -> Term:
        places = []
        for place in (left, right):
            if isinstance(place, Symbol) and place.name in scope.letters:
                places.append(scope.letters[place.name])
            elif isinstance(place, Number) and place.value.denominator == 1 and place.value >= 1:
                places.append(Index(CONSTANT, int(place.value)))
            else:
                raise Unsupported("a comparison for equality of what are not indices")
        return Delta(places[0], places[1])

    def _call(self, name: str, arguments: tuple[Expression, ...], indices: Indices, scope: Scope) -> Term:
        first = arguments[0] if arguments else None
        shape = self.shapes.of(first) if first is not None else Shape()

        def of(own: Indices, node: Expression | None = first) -> Term:
            return self.entry(node, own, scope) if node is not None else NIL

        match name:
            case "sum":
                return self._over(shape.sizes, of)
            case "mean":
                return times(self._over(shape.sizes, of), *(power(self.size(size), -1) for size in shape.sizes))
            case "prod":
                own = tuple(map(self.along, shape.sizes))
                term = of(own)
                for index in reversed(own):
                    term = Product(index, term)
                return term
            case "sum0":
                return self._over(shape.sizes[:1], lambda own: of((*own, *indices)))
            case "sum1":
                return self._over(shape.sizes[1:], lambda own: of((*indices, *own)))
            case "norm":
                return self._norm(Call(name, arguments), scope)
            case "tr":
                return self._over(shape.sizes[:1], lambda own: of(own * 2))
            case "dot":
                return self._over(shape.sizes, lambda own: times(of(own), of(own, arguments[1])))
            case "outer":
                return times(of(indices[:1]), of(indices[1:], arguments[1]))
            case "diag":
                return of(indices * 2) if shape.rank == 2 else times(Delta(*indices), of(indices[:1]))
            case "ones":
                return UNITY
            case "zeros":
                return NIL
            case "eye":
                return Delta(*indices)
            case "delta":
                return self._delta(arguments[0], arguments[1], scope)
            case "iverson":
                return self._delta(arguments[0], arguments[-1], scope)
            case "inv" | "det" if first is not None:
                return self._inverse(first, indices, scope) if name == "inv" else self._determinant(first, scope)
            case "softmax":
                sums = self._over(shape.sizes[-1:], lambda own: _exp(of((*indices[:-1], *own))))
                return times(_exp(of(indices)), power(sums, -1))
            case "logsumexp" | "log_softmax":
                kept = indices if name == "logsumexp" else indices[:-1]
                sums = self._over(shape.sizes[-1:], lambda own: _exp(of((*kept, *own))))
                logarithm = Function("log", (sums,))
                return logarithm if name == "logsumexp" else plus(of(indices), negative(logarithm))
        return self.function(name, tuple(self.entry(argument, indices, scope) for argument in arguments))

    def size(self, size: Size) -> Term:
        """A size as a number in a formula."""
        return plus(*(times(Num(Fraction(value)), *map(Var, names)) for names, value in size))

    def _norm(self, node: Call, scope: Scope) -> Term:
        first, sizes = node.arguments[0], self.shapes.of(node.arguments[0]).sizes
        if len(node.arguments) > 1 and rational_value(node.arguments[1]) == 1:
            return self._over(sizes, lambda own: self.function("abs", (self.entry(first, own, scope),)))
        return power(self._sum_of_squares(node, scope), Fraction(1, 2))

    def _sum_of_squares(self, node: Call, scope: Scope) -> Term:
        """The square of a second norm."""
        if len(node.arguments) > 1 and rational_value(node.arguments[1]) != 2:
            raise Unsupported("a norm other than the first or second")
        first, sizes = node.arguments[0], self.shapes.of(node.arguments[0]).sizes
        term = self._over(sizes, lambda own: power(self.entry(first, own, scope), 2))
        self._sources[id(term)] = (term, node)
        return term

    def _inverse(self, matrix: Expression, indices: Indices, scope: Scope) -> Term:
        match matrix:
            case Transpose(operand):
                return self._inverse(operand, indices[::-1], scope)
            case Call("inv", (operand,)):
                return self.entry(operand, indices, scope)
            case Neg(operand):
                return negative(self._inverse(operand, indices, scope))
            case MatMul(factors) if self._all_square(factors):
                inverses = tuple(Call("inv", (factor,)) for factor in reversed(factors))
                return self.entry(MatMul(inverses), indices, scope)
        row, column = self.along(self.shapes.of(matrix).sizes[0]), self.along(self.shapes.of(matrix).sizes[0])
        return Inverse(row, column, self.entry(matrix, (row, column), scope), indices[0], indices[1])

    def _determinant(self, matrix: Expression, scope: Scope) -> Term:
        match matrix:
            case Transpose(operand):
                return self._determinant(operand, scope)
            case Call("inv", (operand,)):
                return power(self._determinant(operand, scope), -1)
            case MatMul(factors) if self._all_square(factors):
                return times(*(self._determinant(factor, scope) for factor in factors))
        row, column = self.along(self.shapes.of(matrix).sizes[0]), self.along(self.shapes.of(matrix).sizes[0])
        return Determinant(row, column, self.entry(matrix, (row, column), scope))

    def _all_square(self, factors: tuple[Expression, ...]) -> bool:
        shapes = [self.shapes.of(factor).sizes for factor in factors]
        return all(len(sizes) == 2 and sizes[0] == sizes[1] for sizes in shapes)

    def function(self, name: str, arguments: tuple[Term, ...]) -> Term:
        """A function of numbers from the table; abbreviations are expanded, kinks become steps."""
        match name, arguments:
            case "exp", (u,):
                return _exp(u)
            case "sqrt", (u,):
                return power(u, Fraction(1, 2))
            case "log", (u, base):
                return times(Function("log", (u,)), power(Function("log", (base,)), -1))
            case "abs", (u,):
                return times(u, _sign(u))
            case "sign", (u,):
                return _sign(u)
            case "Heaviside", (u,):
                return _step(u)
            case (("max" | "min"), (u, *rest)):
                for v in rest:
                    gap = plus(u, negative(v))
                    chosen = _step(gap) if name == "max" else _complement(_step(gap))
                    u = plus(v, times(gap, chosen))
                return u
        row = by_name(name)
        if not row.elementwise or name in ("floor", "ceiling"):
            raise Unsupported(f"the function {name}")
        if row.definition is not None:
            return self._ruled(row.definition, arguments)
        return Function(name, arguments)

    def _ruled(self, rule: Callable[..., Expression], arguments: tuple[Term, ...]) -> Term:
        """A rule of the function table at terms."""
        names = [Symbol(f"argument {place}") for place in range(len(arguments))]
        return self.entry(rule(*names), (), Scope(bindings=_bound(names, arguments)))

    def rule(self, term: Function, place: int) -> Term:
        """The derivative of a function by one of its arguments."""
        if term.orders is not None:
            raised = tuple(order + (k == place) for k, order in enumerate(term.orders))
            return Function(term.name, term.arguments, raised)
        if term.name == "step":
            return NIL
        rules = by_name(term.name).derivatives
        rule = rules[place] if place < len(rules) else None
        if rule is None:
            raise Unsupported(f"the derivative of {term.name}")
        return self._ruled(rule, term.arguments)

    def table(self, term: Function, smooth: bool) -> list[Requirement]:
        """What a function of the table needs of its arguments, to be defined or to be differentiable."""
        row = by_name(term.name)
        names = [Symbol(f"argument {place}") for place in range(len(term.arguments))]
        bound = _bound(names, term.arguments)
        found = []
        for rule in (row.domain, row.smooth if smooth else None):
            for condition in rule(*names) if rule else ():
                if isinstance(condition, Logical) or condition.operator not in (">", ">=", "<", "<=", "!="):
                    raise Unsupported(f"the domain of {term.name}")
                above, below = condition.left, condition.right
                if condition.operator[0] == "<":
                    above, below = below, above
                gap = self.entry(above - below, (), Scope(bindings=bound))
                found.append(Requirement(condition.operator.replace("<", ">"), gap))
        return found

    def _calculus(self, slope: Callable[[Var], Term]) -> Calculus:
        return Calculus(slope, self.rule, lambda index: self.fresh(index.range))

    def _derivative(self, node: Derivative, indices: Indices, scope: Scope) -> Term:
        operand_rank = self.shapes.of_operand(node.operand).rank
        by = [variable for variable, order in node.variables for _ in range(order)]
        names = {_name_of(variable) for variable in by}
        held = scope.held | (names & set(self.shapes.definitions))
        if node.direct:
            held |= set(self.shapes.definitions) - {_name_of(node.operand)}
        own = indices[:operand_rank] or (Index(CONSTANT, 1),) * self.shapes.of(node.operand).rank
        term = self.entry(node.operand, own, replace(scope, held=frozenset(held)))
        opening = frozenset(held) - scope.held
        rest = indices[operand_rank:]
        for variable in by:
            rank = self.shapes.of(variable).rank
            place = self._places(variable, scope) + rest[:rank]
            rest = rest[rank:]
            self.derived.append(self._opened(term, opening, scope))
            term = self._calculus(_slope(_name_of(variable), place)).derivative(term)
        return self._opened(term, opening, scope)

    def _places(self, variable: Expression, scope: Scope) -> Indices:
        if not isinstance(variable, Entry):
            return ()
        return tuple(self._index(place, scope) for place in variable.indices)

    def _opened(self, term: Term, names: frozenset[str], scope: Scope) -> Term:
        """The term with held definitions opened."""
        if not names:
            return term
        return replaced(term, lambda item: self._named(item.name, item.indices, scope) if item.name in names else None)

    def _differential(self, operand: Expression, indices: Indices, scope: Scope) -> Term:
        term = self.entry(operand, indices, scope)
        self.derived.append(term)
        return self._calculus(
            lambda item: Var(f"d {item.name}", item.indices) if item.name in self.varying else NIL
        ).derivative(term)

    def _at(
        self, operand: Expression, bindings: tuple[tuple[Symbol, Expression], ...], indices: Indices, scope: Scope
    ) -> Term:
        values = {name.name: value for name, value in bindings}
        held = scope.held | (values.keys() & self.shapes.definitions.keys())
        term = self.entry(operand, indices, replace(scope, held=frozenset(held)))

        def value(item: Var) -> Term | None:
            return self.entry(values[item.name], item.indices, scope) if item.name in values else None

        return replaced(term, value)


def _bound(names: Iterable[Symbol], values: Iterable[Term]) -> dict[str, Entries]:
    """Names that stand for numbers."""
    return {name.name: _always(value) for name, value in zip(names, values, strict=True)}


def _always(value: Term) -> Entries:
    return lambda own: value


def _slope(name: str, indices: Indices) -> Callable[[Var], Term]:
    """The derivative of an entry by the entry of that name at the indices."""

    def slope(item: Var) -> Term:
        if item.name != name:
            return NIL
        return times(*(Delta(left, right) for left, right in zip(item.indices, indices, strict=True)))

    return slope


def _name_of(variable: Expression) -> str:
    match variable:
        case Symbol(name) | Entry(Symbol(name)):
            return name
    raise Unsupported("a derivative by something that is not a name or an entry")


def _exp(argument: Term) -> Term:
    return Function("exp", (argument,))


def _step(argument: Term) -> Term:
    return Function("step", (argument,))


def _sign(argument: Term) -> Term:
    return plus(times(Num(Fraction(2)), _step(argument)), negative(UNITY))


def _complement(term: Term) -> Term:
    return plus(UNITY, negative(term))

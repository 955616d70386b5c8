"""From formulas over arrays to the term of their general entry.

Method: `entry(node, indices, scope)` is the entry of a formula at the indices; a matrix product becomes a
sum, a transpose exchanges indices, a function acts on the entry. A definition is opened where it is used,
unless it is *held*: a derivative by a name of the graph holds that name, derives, and opens it afterwards.

Limits: index arithmetic, indices as numbers and functions without a derivative rule are refused.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from itertools import count

from derivcheck.expression import (
    Add,
    Apply,
    At,
    Call,
    Constant,
    Derivative,
    Differential,
    Div,
    Entry,
    Expression,
    Frobenius,
    Hadamard,
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
from derivcheck.kernel.balls import rational_value
from derivcheck.kernel.indexed.array_calls import ArrayCalls
from derivcheck.kernel.indexed.atoms import BOUND, CONSTANT, Index, Unsupported
from derivcheck.kernel.indexed.indicators import Indicators
from derivcheck.kernel.indexed.table import Table
from derivcheck.kernel.indexed.term import (
    NIL,
    UNITY,
    Calculus,
    Delta,
    Function,
    Num,
    Power,
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
    bound_of,
    chain_of,
    multiplied,
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
        self.table = Table(self._rule)
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
        self.remember(term, node)
        return term

    def remember(self, term: Term, node: Expression) -> None:
        """Note the part of the formula that a term came from first."""
        self._sources.setdefault(id(term), (term, node))

    def _rule(self, rule: Expression, values: dict[str, Term]) -> Term:
        """A rule of the function table, its arguments put in."""
        return self.entry(rule, (), Scope(bindings={name: _always(value) for name, value in values.items()}))

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
                return self._indicators(indices, scope).of_pieces(pieces)
            case Call("delta" | "iverson", arguments):
                return self._delta(arguments[0], arguments[-1], scope)
            case Call("entry", (array, *places)):
                return self.entry(array, (*(self._index(place, scope) for place in places), *indices), scope)
            case Call():
                return self._call(node, indices, scope)
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
            case Symbol(name) if name in self.shapes.size_names:
                raise Unsupported("the last index of a range")
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
            root = self._call(base, (), scope)
            return power(root.base, value / 2) if isinstance(root, Power) else power(root, value)
        if value == -1 and shape.rank == 2 and shape.sizes[0] == shape.sizes[1]:
            return self._call(Call("inv", (base,)), indices, scope)
        if value is not None:
            return power(self.entry(base, indices, scope), value)
        if base == Constant("e"):
            return Function("exp", (self.entry(exponent, indices, scope),))
        if self.shapes.whole & symbols(exponent):
            raise Unsupported("a power with a whole number that is not given")
        logarithm = Function("log", (self.entry(base, indices, scope),))
        return Function("exp", (times(self.entry(exponent, indices, scope), logarithm),))

    def _reduction(self, node: Reduction, indices: Indices, scope: Scope) -> Term:
        over = self._range(node, scope)
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

    def _range(self, node: Reduction, scope: Scope) -> Range:
        if node.upper is None or node.lower is None:
            return self.shapes.range_of(node.index.name, node.body)
        size = bound_of(node.upper)
        if size is None or not isinstance(node.lower, Number) or node.lower.value.denominator != 1:
            raise Unsupported("a sum with bounds other than whole numbers and sizes")
        if symbols(node.upper) & scope.letters.keys():
            raise Unsupported("a sum whose bound depends on another index")
        return Range(int(node.lower.value), size)

    def _indicators(self, indices: Indices, scope: Scope) -> Indicators:
        return Indicators(
            lambda node: self.entry(node, indices, scope), lambda left, right: self._delta(left, right, scope)
        )

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

    def _call(self, node: Call, indices: Indices, scope: Scope) -> Term:
        def at(argument: Expression, own: Indices) -> Term:
            return self.entry(argument, own, scope)

        arrays = ArrayCalls(self.shapes, at, self.along, self.remember)
        term = arrays.entry(node, indices)
        if term is None:
            return self.table.function(node.name, tuple(at(argument, indices) for argument in node.arguments))
        return term

    def _calculus(self, slope: Callable[[Var], Term]) -> Calculus:
        return Calculus(slope, self.table.rule, lambda index: self.fresh(index.range))

    def _derivative(self, node: Derivative, indices: Indices, scope: Scope) -> Term:
        operand_rank = self.shapes.of_operand(node.operand).rank
        by = [variable for variable, order in node.variables for _ in range(order)]
        names = {_name_of(variable) for variable in by}
        held = scope.held | (names & set(self.shapes.definitions))
        if node.direct:
            held |= set(self.shapes.definitions) - {_name_of(node.operand)}
        own = indices[:operand_rank] or (Index(CONSTANT, 1),) * self.shapes.of(node.operand).rank
        start = len(self.derived)
        term = self.entry(node.operand, own, replace(scope, held=frozenset(held)))
        opening = frozenset(held) - scope.held
        rest = indices[operand_rank:]
        for variable in by:
            rank = self.shapes.of(variable).rank
            place = self._places(variable, scope) + rest[:rank]
            rest = rest[rank:]
            self.derived.append(term)
            term = self._calculus(_slope(_name_of(variable), place)).derivative(term)
        self.derived[start:] = [self._opened(item, opening, scope) for item in self.derived[start:]]
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
        start = len(self.derived)
        term = self.entry(operand, indices, replace(scope, held=frozenset(held)))

        def value(item: Var) -> Term | None:
            return self.entry(values[item.name], item.indices, scope) if item.name in values else None

        self.derived[start:] = [replaced(item, value) for item in self.derived[start:]]
        return replaced(term, value)


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

"""Kinds and shapes: which formula is a number, a vector, a matrix, and over what its indices run.

Method: sizes are polynomials in size names (`m`, `3`, `n + 1`), compared by their normal form. A vector
is one-dimensional; transposing it gives a row, which only the matrix product and the final comparison
tell from a vector. `Shapes.of` infers the shape of every node bottom-up, by the rules of matrix books:
arithmetic and functions act entry by entry, numbers broadcast, a vector broadcasts along the last axis
of a matrix. What does not fit raises `ShapeError`, which names both shapes, the place and, where a
transpose mends it, the repair.

Limits: ranges that depend on another index and index arithmetic (`x_{i+1}`) are refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise
from typing import NamedTuple, TypeAlias

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
    Span,
    Symbol,
    Transpose,
    children,
    map_children,
    substitute,
    symbols,
    walk,
)

Size: TypeAlias = tuple[tuple[tuple[str, ...], int], ...]
"""A polynomial in size names: sorted pairs of a sorted monomial and its coefficient."""

ONE_SIZE: Size = (((), 1),)


class Range(NamedTuple):
    """The whole numbers `lower..upper`, where every size is at least 1."""

    lower: int
    upper: Size

    @property
    def extent(self) -> int | None:
        """How many numbers it holds, when that is a number."""
        upper = size_value(self.upper)
        return None if upper is None else max(0, upper - self.lower + 1)

    def within(self, size: Size) -> bool:
        """Whether it lies in `1..size`, whatever the sizes are."""
        room: dict[tuple[str, ...], int] = dict(size)
        for names, value in self.upper:
            room[names] = room.get(names, 0) - value
        fits = all(value >= 0 for names, value in room.items() if names) and sum(room.values()) >= 0
        return self.lower >= 1 and fits

    @property
    def least(self) -> int | None:
        """The least of `upper - lower + 1` for all sizes, None where it has none or nothing is known."""
        if any(names and value < 0 for names, value in self.upper):
            return None
        return sum(value for _, value in self.upper) - self.lower + 1

    @property
    def never_empty(self) -> bool:
        return self.least is not None and self.least >= 1


@dataclass(frozen=True, slots=True)
class Shape:
    """The sizes of an array; `row` marks a vector lying down, `square` an identity of any size."""

    sizes: tuple[Size, ...] = ()
    row: bool = False
    square: bool = False

    @property
    def rank(self) -> int:
        return 2 if self.square else len(self.sizes)

    def __str__(self) -> str:
        if self.square:
            return "an identity matrix"
        names = [size_text(size) for size in self.sizes]
        match names:
            case []:
                return "a number"
            case [one]:
                return f"a row of {one} entries" if self.row else f"a vector of {one} entries"
            case [_, _]:
                return f"a {names[0]}×{names[1]} matrix"
        return f"an array {'×'.join(names)}"


SCALAR = Shape()
IDENTITY = Shape(square=True)


class ShapeError(Exception):
    """Shapes that do not fit; a mistake in the formula, made a value by whoever asks for the shape.

    `mended` is the part of the formula at `span` as it would fit.
    """

    def __init__(
        self, message: str, span: Span | None = None, suggestion: str = "", mended: Expression | None = None
    ) -> None:
        super().__init__(message)
        self.message = message
        self.span = span
        self.suggestion = suggestion
        self.mended = mended


@dataclass(frozen=True, slots=True)
class Definition:
    """What a name of the file stands for: `z_i: ...` has the index `i`, `f(x): ...` the parameter `x`."""

    body: Expression
    indices: tuple[str, ...] = ()
    parameters: tuple[str, ...] = ()


def size_of(node: Expression) -> Size:
    """The size a bound or a declaration names."""
    terms = _polynomial(node)
    if terms is None:
        raise ShapeError("a size must be a whole number or a name such as m, n, n + 1", node.span)
    return tuple(sorted((name, value) for name, value in terms.items() if value))


def _polynomial(node: Expression) -> dict[tuple[str, ...], int] | None:
    match node:
        case Number(value):
            return {(): int(value)} if value.denominator == 1 else None
        case Symbol(name):
            return {(name,): 1}
        case Neg(operand):
            inner = _polynomial(operand)
            return None if inner is None else {key: -value for key, value in inner.items()}
        case Add(terms):
            total: dict[tuple[str, ...], int] = {}
            for part in map(_polynomial, terms):
                if part is None:
                    return None
                for key, coefficient in part.items():
                    total[key] = total.get(key, 0) + coefficient
            return total
        case Mul(factors):
            product: dict[tuple[str, ...], int] | None = {(): 1}
            for factor in map(_polynomial, factors):
                if factor is None or product is None or len(factor) != 1:
                    return None
                ((key, coefficient),) = factor.items()
                product = {tuple(sorted((*old, *key))): c * coefficient for old, c in product.items()}
            return product
    return None


def size_value(size: Size) -> int | None:
    """The number a size is, or None when it has a name in it."""
    if not size:
        return 0
    return size[0][1] if len(size) == 1 and not size[0][0] else None


def size_text(size: Size) -> str:
    """A size as people write it."""
    parts = ["*".join((str(value), *names) if value != 1 or not names else names) for names, value in reversed(size)]
    return " + ".join(parts).replace("+ -", "- ") or "0"


@dataclass(slots=True)
class Shapes:
    """Shapes of all formulas of one statement.

    arrays       declared shapes by name; a name that is neither here nor defined is a number
    definitions  the graph of the file
    indices      ranges of free index letters
    bounds       upper bounds of sums, whose names are sizes too
    """

    arrays: Mapping[str, Shape]
    definitions: Mapping[str, Definition] = field(default_factory=dict)
    indices: Mapping[str, Range] = field(default_factory=dict)
    bounds: tuple[Size, ...] = ()
    _known: dict[int, tuple[Expression, Shape]] = field(default_factory=dict, init=False, repr=False, compare=False)

    def of(self, node: Expression) -> Shape:
        """The shape of a formula."""
        known = self._known.get(id(node))
        if known is None:
            known = (node, self._infer(node))
            self._known[id(node)] = known
        return known[1]

    def _infer(self, node: Expression) -> Shape:
        match node:
            case Number() | Constant():
                return SCALAR
            case Symbol(name):
                return self.of_name(name)
            case Entry(array, indices):
                whole = self.of_name(array.name)
                if not whole.rank:
                    suggestion = f"declare its sizes, such as {array.name} ∈ R^{'(m×n)' if len(indices) > 1 else 'n'}"
                    raise ShapeError(f"nothing says over what the indices of {array.name} run", node.span, suggestion)
                if len(indices) > whole.rank:
                    raise ShapeError(
                        f"{array.name} is {whole} and takes {whole.rank} indices, here it has {len(indices)}", node.span
                    )
                return Shape(whole.sizes[len(indices) :])
            case Mul(factors) | MatMul(factors) if (links := chain_of(factors)) is not None:
                return Shape(self.of(links[0].operand).sizes + self.of(links[-1].variables[0][0]).sizes)
            case Add(terms):
                return self._broadcast(terms, "a sum")
            case Mul(factors) | Hadamard(factors):
                return self._broadcast(factors, "an entry by entry product")
            case Div(numerator, denominator):
                return self._broadcast((numerator, denominator), "an entry by entry quotient")
            case Pow(base, exponent):
                return self._broadcast((base, exponent))
            case Neg(operand) | Differential(operand) | At(operand):
                return self.of(operand)
            case Transpose(operand):
                return transposed(self.of(operand))
            case MatMul(factors):
                return self._product(factors)
            case Frobenius(left, right):
                self._same(left, right)
                return SCALAR
            case Reduction(_, body):
                return self.of(body)
            case Piecewise(pieces):
                tests = [side for _, test in pieces if test is not None for side in _compared(test)]
                return self._broadcast([*(value for value, _ in pieces), *tests])
            case Apply(_, arguments):
                return self._broadcast(arguments)
            case Derivative(operand, variables):
                return self._derivative(operand, variables)
            case Call(name, arguments):
                return self._call(node, name, arguments)

    @property
    def size_names(self) -> frozenset[str]:
        """The names that occur in sizes; they are whole numbers from 1 on."""
        sizes = [size for shape in self.arrays.values() for size in shape.sizes]
        sizes.extend(item.upper for item in self.indices.values())
        sizes.extend(self.bounds)
        return frozenset(name for size in sizes for names, _ in size for name in names)

    def of_name(self, name: str) -> Shape:
        """The shape of a declared or defined name."""
        definition = self.definitions.get(name)
        if definition is None:
            return self.arrays.get(name, SCALAR)
        ranges = tuple(self.range_of(letter, definition.body).upper for letter in definition.indices)
        return Shape((*ranges, *self.of(definition.body).sizes))

    def of_operand(self, operand: Expression) -> Shape:
        """The shape of what is derived: a 1×1 matrix such as `w^T x` of two columns is a number."""
        shape = self.of(operand)
        return SCALAR if all(size == ONE_SIZE for size in shape.sizes) and not shape.square else shape

    def range_of(self, letter: str, body: Expression) -> Range:
        """Over what an index letter runs: as declared, else as the arrays it indexes below `body` say."""
        if letter in self.indices:
            return self.indices[letter]
        found = set(self._slots(letter, body))
        if len(found) == 1:
            return Range(1, found.pop())
        if found:
            sizes = " and ".join(sorted(f"1..{size_text(size)}" for size in found))
            raise ShapeError(f"the index {letter} runs over {sizes}", body.span)
        raise ShapeError(f"nothing says over what the index {letter} runs", body.span, f"declare {letter} ∈ 1..n")

    def _slots(self, letter: str, body: Expression) -> Iterable[Size]:
        for node in walk(body):
            if isinstance(node, Entry):
                for place, index in enumerate(node.indices):
                    if isinstance(index, Symbol) and index.name == letter:
                        sizes = self.of_name(node.array.name).sizes
                        if place < len(sizes):
                            yield sizes[place]

    def _broadcast(self, terms: Iterable[Expression], action: str = "an entry by entry operation") -> Shape:
        joined, source = SCALAR, None
        for term in terms:
            shape = self.of(term)
            both = entrywise(joined, shape)
            if both is None:
                raise _mismatch(action, source or term, joined, term, shape)
            source = term if both != joined else source
            joined = both
        return joined

    def resolved(self, node: Expression) -> Expression:
        """The tree with defined functions put in, `a_j` an entry, and `*` that fits only as matrices made `@`.

        Juxtaposition such as `a^T X b` may have been read as `*`; entry by entry wins where it has a meaning.
        """
        node = map_children(node, self.resolved)
        match node:
            case Symbol(name) if "_" in name:
                return self._as_entry(node)
            case Mul(factors) if chain_of(factors) is None:
                return self._as_matrices(node)
            case Apply(name, arguments, orders) if name in self.definitions:
                return self.resolved(_called(self.definitions[name], arguments, orders, node))
        return node

    def _as_entry(self, node: Symbol) -> Expression:
        """`a_j` as an entry of the array a, where j was not known as an index when it was read."""
        name, _, places = node.name.rpartition("_")
        shape = self.arrays.get(name)
        if shape is None or node.name in self.arrays or node.name in self.definitions or len(places) != shape.rank:
            return node
        indices = [Number(Fraction(place)) if place.isdigit() else Symbol(place) for place in places]
        return Entry(Symbol(name), tuple(indices), span=node.span)

    def _as_matrices(self, node: Mul) -> Expression:
        factors = [node.factors[0]]
        for factor in node.factors[1:]:
            last = factors[-1]
            first, second = self.of(last), self.of(factor)
            if entrywise(first, second) is None and multiplied(first, second) is not None:
                factors[-1] = MatMul((last, factor), span=last.span.cover(factor.span) if last.span else None)
            else:
                factors.append(factor)
        if len(factors) == len(node.factors):
            return node
        return factors[0] if len(factors) == 1 else Mul(tuple(factors), span=node.span)

    def _same(self, left: Expression, right: Expression) -> None:
        first, second = self.of(left), self.of(right)
        if first.sizes != second.sizes:
            raise _mismatch("the product A : B", left, first, right, second)

    def _product(self, factors: tuple[Expression, ...]) -> Shape:
        shape = self.of(factors[0])
        for previous, factor in pairwise(factors):
            other = self.of(factor)
            joined = multiplied(shape, other)
            if joined is None:
                raise _mismatch("a matrix product", previous, shape, factor, other)
            shape = joined
        return shape

    def _derivative(self, operand: Expression, variables: tuple[tuple[Expression, int], ...]) -> Shape:
        sizes = self.of_operand(operand).sizes
        for variable, order in variables:
            sizes = sizes + self.of(variable).sizes * order
        return Shape(sizes)

    def _call(self, node: Expression, name: str, arguments: tuple[Expression, ...]) -> Shape:
        shapes = [self.of(argument) for argument in arguments]
        first = shapes[0] if shapes else SCALAR
        match name:
            case "sum" | "mean" | "norm" | "prod" | "delta" | "iverson":
                return SCALAR
            case "tr" | "det":
                self._must_be_square(name, arguments[0], first)
                return SCALAR
            case "dot":
                self._same(arguments[0], arguments[1])
                return SCALAR
            case "inv":
                self._must_be_square(name, arguments[0], first)
                return first
            case "sum0" | "sum1":
                if first.rank != 2:
                    raise ShapeError(f"{name} needs a matrix, this is {first}", arguments[0].span)
                return Shape((first.sizes[1 if name == "sum0" else 0],))
            case "logsumexp":
                return Shape(first.sizes[:-1])
            case "softmax" | "log_softmax":
                return first
            case "diag":
                if first.rank not in (1, 2):
                    raise ShapeError(f"diag needs a vector or a square matrix, this is {first}", arguments[0].span)
                if first.rank == 2:
                    self._must_be_square(name, arguments[0], first)
                return Shape((first.sizes[0],)) if first.rank == 2 else Shape(first.sizes * 2)
            case "outer":
                if any(shape.rank != 1 for shape in shapes):
                    raise ShapeError(f"outer needs two vectors, these are {first} and {shapes[1]}", node.span)
                return Shape((first.sizes[0], shapes[1].sizes[0]))
            case "ones" | "zeros":
                return Shape(tuple(size_of(argument) for argument in arguments))
            case "eye":
                return Shape((size_of(arguments[0]),) * 2) if arguments else IDENTITY
            case "vec":
                raise ShapeError("vec is not supported here", node.span)
        return self._broadcast(arguments)

    def _must_be_square(self, name: str, argument: Expression, shape: Shape) -> None:
        if not shape.square and (shape.rank != 2 or shape.sizes[0] != shape.sizes[1]):
            raise ShapeError(f"{name} needs a square matrix, this is {shape}", argument.span)


def transposed(shape: Shape) -> Shape:
    """The shape of the transpose; a vector becomes a row and a row a vector."""
    return Shape(shape.sizes[::-1], row=shape.rank == 1 and not shape.row, square=shape.square)


def multiplied(left: Shape, right: Shape) -> Shape | None:
    """The shape of a matrix product, None where the inner sizes differ."""
    if left.square or right.rank == 0:
        return right if left.square and right.rank else left
    if right.square or left.rank == 0:
        return left if right.square else right
    if left.rank > 2 or right.rank > 2:
        return None
    if left.rank == 1 and right.rank == 1 and right.row:
        return None if left.row else Shape((left.sizes[0], right.sizes[0]))
    if right.rank == 2 and left.rank == 1 and not left.row and left.sizes[0] != right.sizes[0]:
        return Shape((left.sizes[0], right.sizes[1])) if right.sizes[0] == ONE_SIZE else None
    if right.row:
        return Shape((left.sizes[0], right.sizes[0])) if left.sizes[1] == ONE_SIZE else None
    if left.sizes[-1] != right.sizes[0]:
        return None
    sizes = left.sizes[:-1] + right.sizes[1:]
    return Shape(sizes, row=len(sizes) == 1 and left.rank == 1 and left.row)


def entrywise(left: Shape, right: Shape) -> Shape | None:
    """The shape of an entry by entry operation: equal, or one continues the other on the last axes."""
    if left == right or not right.rank:
        return left
    if not left.rank:
        return right
    if left.square or right.square:
        other = right if left.square else left
        return other if other.rank == 2 and other.sizes[0] == other.sizes[1] else None
    if left.rank == right.rank == 1 and left.row is not right.row:
        return None
    wide, narrow = (left, right) if left.rank >= right.rank else (right, left)
    outer = wide.rank - narrow.rank
    joined = []
    for first, second in zip(wide.sizes[outer:], narrow.sizes, strict=True):
        if first != second and ONE_SIZE not in (first, second):
            return None
        joined.append(second if first == ONE_SIZE else first)
    return Shape((*wide.sizes[:outer], *joined), row=wide.row)


def _mismatch(action: str, left: Expression, first: Shape, right: Expression, second: Shape) -> ShapeError:
    span = left.span.cover(right.span) if left.span else right.span
    message = f"{action} of {first} and {second} is not defined"
    return ShapeError(message, span, mended=_mended(action, left, first, right, second))


def _mended(action: str, left: Expression, first: Shape, right: Expression, second: Shape) -> Expression | None:
    """The operation with the one transpose, or in the one order, in which the shapes fit."""
    if action == "a matrix product":
        if first.rank == 2 and multiplied(transposed(first), second) is not None:
            return MatMul((_turned(left), right))
        if second.rank == 2 and multiplied(first, transposed(second)) is not None:
            return MatMul((left, _turned(right)))
        return MatMul((right, left)) if multiplied(second, first) is not None else None
    if action == "an entry by entry product" and multiplied(first, second) is not None:
        return MatMul((left, right))
    return _turned(right) if entrywise(first, transposed(second)) is not None else None


def _turned(node: Expression) -> Expression:
    """The transpose; of a product of numbers and a matrix, that of the matrix."""
    match node:
        case Transpose(operand):
            return operand
        case Mul((*others, Symbol() as matrix)):
            return Mul((*others, Transpose(matrix)))
    return Transpose(node)


def _compared(condition: Condition) -> Iterator[Expression]:
    """The sides of the comparisons in a condition."""
    if isinstance(condition, Logical):
        for operand in condition.operands:
            yield from _compared(operand)
    else:
        yield condition.left
        yield condition.right


def check_indices(trees: Iterable[Expression], shapes: Shapes) -> None:
    """See to it that every index stays in the range of its place."""
    for tree in trees:
        for entry, bounds in _entries(tree, shapes.indices):
            for index, size in zip(entry.indices, shapes.of_name(entry.array.name).sizes, strict=False):
                shown = f"1..{size_text(size)}"
                extent = size_value(size)
                if isinstance(index, Number) and (index.value < 1 or (extent is not None and index.value > extent)):
                    raise ShapeError(f"the index {index.value} is outside {shown}", index.span)
                if isinstance(index, Symbol) and index.name in bounds and not bounds[index.name].within(size):
                    over = bounds[index.name]
                    message = (
                        f"{index.name} runs over {over.lower}..{size_text(over.upper)}, but this place takes {shown}"
                    )
                    raise ShapeError(message, index.span)


def inferred_arrays(trees: Iterable[Expression], shapes: Shapes) -> dict[str, Shape]:
    """Shapes of undeclared names that carry indices, where the sums over those indices say it."""
    places: dict[tuple[str, int], set[Size]] = {}
    ranks: dict[str, set[int]] = {}
    for tree in trees:
        for entry, bounds in _entries(tree, shapes.indices):
            name = entry.array.name
            if name in shapes.arrays or name in shapes.definitions:
                continue
            ranks.setdefault(name, set()).add(len(entry.indices))
            for place, index in enumerate(entry.indices):
                known = places.setdefault((name, place), set())
                if isinstance(index, Symbol) and index.name in bounds:
                    known.add(bounds[index.name].upper)
    found = {}
    for name, counts in ranks.items():
        sizes = [places[name, place] for place in range(max(counts))]
        if len(counts) == 1 and all(len(known) == 1 for known in sizes):
            found[name] = Shape(tuple(next(iter(known)) for known in sizes))
    return found


def _entries(node: Expression, bounds: Mapping[str, Range]) -> Iterator[tuple[Entry, Mapping[str, Range]]]:
    """All entries below a node with the ranges of the index letters in scope."""
    match node:
        case Entry():
            yield node, bounds
        case Reduction(_, body, index, Number(lower), upper) if upper is not None:
            yield from _entries(body, {**bounds, index.name: Range(int(lower), size_of(upper))})
        case Reduction(_, body, index):
            yield from _entries(body, {name: over for name, over in bounds.items() if name != index.name})
        case _:
            for child in children(node):
                yield from _entries(child, bounds)


def index_letters(node: Expression) -> frozenset[str]:
    """Letters that stand free in index places of entries, deltas and brackets below the node."""
    match node:
        case Reduction(_, body, index):
            return index_letters(body) - {index.name}
        case Entry(_, indices) | Call("delta", indices):
            return frozenset(name.name for item in indices for name in walk(item) if isinstance(name, Symbol))
    return frozenset().union(*map(index_letters, children(node)))


def _called(
    definition: Definition, arguments: tuple[Expression, ...], orders: tuple[int, ...], node: Expression
) -> Expression:
    """The body of a defined function at its arguments; with primes, its derivative there."""
    names = tuple(map(Symbol, definition.parameters))
    bound = {item.index.name for item in walk(definition.body) if isinstance(item, Reduction)}
    if any(bound & symbols(argument) for argument in arguments):
        raise ShapeError("an argument uses an index letter that the function sums over", node.span, "rename the letter")
    if any(orders):
        derived = tuple((name, order) for name, order in zip(names, orders, strict=True) if order)
        return At(Derivative(definition.body, derived), tuple(zip(names, arguments, strict=True)), span=node.span)
    return substitute(definition.body, dict(zip(names, arguments, strict=True)))


def chain_of(factors: tuple[Expression, ...]) -> tuple[Derivative, ...] | None:
    """The factors as the chain rule joins them, `dL/da da/dz dz/dw`, whichever end they start from.

    None unless each is a first derivative of a name by a name and each variable is the next operand.
    """
    links: list[Derivative] = []
    for factor in factors:
        match factor:
            case Derivative(Symbol(), ((Symbol(), 1),)):
                links.append(factor)
            case _:
                return None
    for order in (links, links[::-1]):
        if all(first.variables[0][0] == then.operand for first, then in pairwise(order)):
            return tuple(order) if len(order) > 1 else None
    return None

"""The shape of every node of a formula, bottom-up.

Arithmetic and functions act entry by entry, numbers broadcast, a vector broadcasts along the last axis of a
matrix, as in matrix books and numerical programs alike.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise

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
    compared,
    map_children,
    substitute,
    symbols,
    walk,
)
from derivcheck.shapes.identities import with_sizes
from derivcheck.shapes.letters import chain_of, compared_with
from derivcheck.shapes.powers import matrix_power
from derivcheck.shapes.shape import IDENTITY, SCALAR, Shape, entrywise, mismatch, multiplied, transposed
from derivcheck.shapes.sizes import ONE_SIZE, Range, ShapeError, Size, bound_of, size_names, size_of, size_text


@dataclass(frozen=True, slots=True)
class Definition:
    """What a name of the file stands for: `z_i: ...` has the index `i`, `f(x): ...` the parameter `x`."""

    body: Expression
    indices: tuple[str, ...] = ()
    parameters: tuple[str, ...] = ()


@dataclass(slots=True)
class Shapes:
    """Shapes of all formulas of one statement.

    arrays       declared shapes by name; a name that is neither here nor defined is a number
    definitions  the graph of the file
    indices      ranges of free index letters
    bounds       upper bounds of sums, whose names are sizes too
    integers     names declared to be whole numbers
    at_least     what is known of sizes beyond that they are at least 1: A_12 needs two columns
    """

    arrays: Mapping[str, Shape]
    definitions: Mapping[str, Definition] = field(default_factory=dict)
    indices: Mapping[str, Range] = field(default_factory=dict)
    bounds: tuple[Size, ...] = ()
    integers: frozenset[str] = frozenset()
    at_least: Mapping[str, int] = field(default_factory=dict)
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
                tests = [side for _, test in pieces if test is not None for side in compared(test)]
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
        return size_names((*sizes, *(item.upper for item in self.indices.values()), *self.bounds))

    @property
    def whole(self) -> frozenset[str]:
        """Names of whole numbers, sizes among them."""
        return self.integers | self.size_names

    def reaches(self, over: Range, value: int) -> bool:
        """Whether a range surely holds a number."""
        if over.extent is not None:
            return over.lower <= value < over.lower + over.extent
        names = over.upper[0][0] if len(over.upper) == 1 and over.upper[0][1] == 1 else ()
        bound = self.at_least.get(names[0], 1) if len(names) == 1 else 1
        return over.lower <= value <= bound and (value > 1 or over.never_empty)

    def of_name(self, name: str) -> Shape:
        """The shape of a declared or defined name."""
        definition = self.definitions.get(name)
        if definition is None:
            return self.arrays.get(name, SCALAR)
        ranges = tuple(self.range_of(letter, definition.body).upper for letter in definition.indices)
        return Shape((*ranges, *self.of(definition.body).sizes))

    def reached(self, tree: Expression) -> frozenset[str]:
        """All names that a formula leads to through definitions, its own included."""
        found: set[str] = set()
        stack = list(symbols(tree))
        while stack:
            name = stack.pop()
            if name not in found:
                found.add(name)
                stack.extend(symbols(self.definitions[name].body) if name in self.definitions else ())
        return frozenset(found)

    def of_operand(self, operand: Expression) -> Shape:
        """The shape of what is derived: a 1×1 matrix such as `w^T x` of two columns is a number."""
        shape = self.of(operand)
        return SCALAR if all(size == ONE_SIZE for size in shape.sizes) and not shape.square else shape

    def range_of(self, letter: str, body: Expression) -> Range:
        """Over what an index letter runs: as declared, else as the arrays it indexes below `body` say."""
        if letter in self.indices:
            return self.indices[letter]
        found = set(self._slots(letter, body)) or set(self._partners(letter, body))
        if len(found) == 1:
            return Range(1, found.pop())
        if found:
            sizes = " and ".join(sorted(f"1..{size_text(size)}" for size in found))
            raise ShapeError(f"the index {letter} runs over {sizes}", body.span)
        raise ShapeError(f"nothing says over what the index {letter} runs", body.span, f"declare {letter} ∈ 1..n")

    def _slots(self, letter: str, body: Expression) -> Iterable[Size]:
        for node in walk(body):
            match node:
                case Entry(array, indices) | Call("entry", (array, *indices)) if Symbol(letter) in indices:
                    sizes = self.of(array).sizes
                    yield from (size for size, index in zip(sizes, indices, strict=False) if index == Symbol(letter))

    def _partners(self, letter: str, body: Expression) -> Iterable[Size]:
        """Ranges of the letters that a condition or a delta compares with this one."""
        for other in compared_with(letter, body):
            if other in self.indices:
                yield self.indices[other].upper
            yield from self._slots(other, body)
        for node in walk(body):
            if isinstance(node, Reduction) and letter in compared_with(node.index.name, node.body):
                size = bound_of(node.upper)
                if size is not None:
                    yield size

    def _broadcast(self, terms: Iterable[Expression], action: str = "an entry by entry operation") -> Shape:
        joined, source = SCALAR, None
        for term in terms:
            shape = self.of(term)
            both = entrywise(joined, shape)
            if both is None:
                raise mismatch(action, source or term, joined, term, shape)
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
                return with_sizes(self._as_matrices(node), self.of)
            case Add() | Hadamard() | Div() | MatMul() | Frobenius():
                return with_sizes(node, self.of)
            case Pow(base, exponent) if self.is_square(base):
                return matrix_power(base, exponent, self.of(base).sizes[0], node.span)
            case Apply(name, arguments, orders) if name in self.definitions:
                return self.resolved(_called(self.definitions[name], arguments, orders, node))
        return node

    def is_square(self, node: Expression) -> bool:
        """Whether a formula is a matrix with as many rows as columns, of a size that is known."""
        sizes = self.of(node).sizes
        return len(sizes) == 2 and sizes[0] == sizes[1]

    def _as_entry(self, node: Symbol) -> Expression:
        """`a_j` as an entry of the array a, where j was not known as an index when it was read."""
        stem, caret, upper = node.name.partition("^")
        name, _, places = stem.rpartition("_")
        name += caret + upper
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
        both = entrywise(first, second) if first.square is not second.square else None
        if first.sizes != second.sizes and both is None:
            raise mismatch("the product A : B", left, first, right, second)

    def _product(self, factors: tuple[Expression, ...]) -> Shape:
        shape = self.of(factors[0])
        for previous, factor in pairwise(factors):
            other = self.of(factor)
            joined = multiplied(shape, other)
            if joined is None:
                raise mismatch("a matrix product", previous, shape, factor, other)
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
            case "tr" | "det" | "sum" | "mean" | "norm" | "prod" | "sum0" | "sum1" | "entry" if first.square:
                raise ShapeError("nothing says how large this identity matrix is", arguments[0].span, "write eye(n)")
            case "norm" if len(arguments) == 2 and first.rank == 2:
                raise ShapeError("operator norms of matrices are not read", node.span, "write norm(A) for Frobenius's")
            case "sum" | "mean" | "norm" | "prod" | "delta" | "iverson":
                return SCALAR
            case "entry":
                return Shape(first.sizes[len(arguments) - 1 :])
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

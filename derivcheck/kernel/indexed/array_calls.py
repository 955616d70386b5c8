"""Functions of arrays by name: sums, traces, norms, inverses, softmax, as terms of their general entry."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from derivcheck.expression import Call, Expression, MatMul, Neg, Transpose
from derivcheck.kernel.balls import rational_value
from derivcheck.kernel.indexed.atoms import Index, Unsupported
from derivcheck.kernel.indexed.table import absolute
from derivcheck.kernel.indexed.term import (
    NIL,
    UNITY,
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
    times,
    total,
)
from derivcheck.shapes import Shapes, Size

Indices = tuple[Index, ...]


@dataclass(frozen=True, slots=True)
class ArrayCalls:
    """Entries of calls.

    at        the entry of an argument
    along     a new bound index along a dimension
    remember  notes which part of the formula a term came from
    """

    shapes: Shapes
    at: Callable[[Expression, Indices], Term]
    along: Callable[[Size], Index]
    remember: Callable[[Term, Expression], None]

    def entry(self, node: Call, indices: Indices) -> Term | None:
        """The entry of a call, None for a function that acts entry by entry."""
        match node.name, node.arguments:
            case "ones", _:
                return UNITY
            case "zeros", _:
                return NIL
            case "eye", _:
                return Delta(*indices)
            case "outer", (left, right):
                return times(self.at(left, indices[:1]), self.at(right, indices[1:]))
            case "dot", (left, right):
                sizes = self.shapes.of(left).sizes
                return self.over(sizes, lambda own: times(self.at(left, own), self.at(right, own)))
            case "norm", (argument, *order):
                return self._norm(node, argument, rational_value(order[0]) if order else Fraction(2))
            case name, (argument,):
                return self._of_one(name, argument, indices)
        return None

    def _of_one(self, name: str, argument: Expression, indices: Indices) -> Term | None:
        shape = self.shapes.of(argument)

        def of(own: Indices) -> Term:
            return self.at(argument, own)

        match name:
            case "sum":
                return self.over(shape.sizes, of)
            case "mean":
                return times(self.over(shape.sizes, of), *(power(size_term(size), -1) for size in shape.sizes))
            case "prod":
                return self.over(shape.sizes, of, Product)
            case "sum0":
                return self.over(shape.sizes[:1], lambda own: of((*own, *indices)))
            case "sum1":
                return self.over(shape.sizes[1:], lambda own: of((*indices, *own)))
            case "tr":
                return self.over(shape.sizes[:1], lambda own: of(own * 2))
            case "diag":
                return of(indices * 2) if shape.rank == 2 else times(Delta(*indices), of(indices[:1]))
            case "inv":
                return self._inverse(argument, indices)
            case "det":
                return self._determinant(argument)
            case "softmax" | "logsumexp" | "log_softmax":
                return self._softmax(name, argument, indices)
        return None

    def over(
        self,
        sizes: tuple[Size, ...],
        body: Callable[[Indices], Term],
        joined: Callable[[Index, Term], Term] = total,
    ) -> Term:
        """The sum (or product) of a body over all entries of an array of these sizes."""
        own = tuple(map(self.along, sizes))
        term = body(own)
        for index in reversed(own):
            term = joined(index, term)
        return term

    def _norm(self, node: Call, argument: Expression, order: Fraction | None) -> Term:
        sizes = self.shapes.of(argument).sizes
        if order == 1:
            return self.over(sizes, lambda own: absolute(self.at(argument, own)))
        if order != 2:
            raise Unsupported("a norm other than the first or second")
        squares = self.over(sizes, lambda own: power(self.at(argument, own), 2))
        self.remember(squares, node)
        return power(squares, Fraction(1, 2))

    def _softmax(self, name: str, argument: Expression, indices: Indices) -> Term:
        """exp of the entry over the sum of exp along the last axis, or the logarithm of either."""
        kept = indices if name == "logsumexp" else indices[:-1]
        last = self.shapes.of(argument).sizes[-1:]
        sums = self.over(last, lambda own: Function("exp", (self.at(argument, (*kept, *own)),)))
        if name == "softmax":
            return times(Function("exp", (self.at(argument, indices),)), power(sums, -1))
        logarithm = Function("log", (sums,))
        return logarithm if name == "logsumexp" else plus(self.at(argument, indices), negative(logarithm))

    def _inverse(self, matrix: Expression, indices: Indices) -> Term:
        match matrix:
            case Transpose(operand):
                return self._inverse(operand, indices[::-1])
            case Call("inv", (operand,)):
                return self.at(operand, indices)
            case Neg(operand):
                return negative(self._inverse(operand, indices))
            case MatMul(factors) if self._all_square(factors):
                inverses = tuple(Call("inv", (factor,)) for factor in reversed(factors))
                return self.at(MatMul(inverses), indices)
        row, column = (self.along(self.shapes.of(matrix).sizes[0]) for _ in range(2))
        return Inverse(row, column, self.at(matrix, (row, column)), indices[0], indices[1])

    def _determinant(self, matrix: Expression) -> Term:
        match matrix:
            case Transpose(operand):
                return self._determinant(operand)
            case Call("inv", (operand,)):
                return power(self._determinant(operand), -1)
            case MatMul(factors) if self._all_square(factors):
                return times(*map(self._determinant, factors))
        row, column = (self.along(self.shapes.of(matrix).sizes[0]) for _ in range(2))
        return Determinant(row, column, self.at(matrix, (row, column)))

    def _all_square(self, factors: tuple[Expression, ...]) -> bool:
        shapes = [self.shapes.of(factor).sizes for factor in factors]
        return all(len(sizes) == 2 and sizes[0] == sizes[1] for sizes in shapes)


def size_term(size: Size) -> Term:
    """A size as a number in a formula."""
    return plus(*(times(Num(Fraction(value)), *map(Var, names)) for names, value in size))

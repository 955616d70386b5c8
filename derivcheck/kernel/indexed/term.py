"""One entry of a formula as a tree of numbers, entries, sums and functions, and its derivative.

What `lowering` makes of arrays and `normal` brings to normal form. Everything is a number here: an array is
the term of its general entry. Bound indices have names used nowhere else, so nothing can be captured.

The derivative is the calculus of the textbook, term by term: an entry of the variable gives deltas, sums
commute with it, products, powers and functions follow their rules, that of |u| = (u^2)^(1/2) is the sign of
u; d(M^-1) = -M^-1 dM M^-1 and d det M = det M tr(M^-1 dM) (Jacobi) are axioms.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TypeAlias

from derivcheck.kernel.indexed.atoms import Index


@dataclass(frozen=True, slots=True, eq=False)
class Num:
    value: Fraction


@dataclass(frozen=True, slots=True, eq=False)
class Var:
    """A number by name, or an entry of an array."""

    name: str
    indices: tuple[Index, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Delta:
    left: Index
    right: Index


@dataclass(frozen=True, slots=True, eq=False)
class Plus:
    terms: tuple[Term, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Times:
    factors: tuple[Term, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Power:
    base: Term
    exponent: Fraction


@dataclass(frozen=True, slots=True, eq=False)
class Function:
    """A function of the table by name, or one of the file: then `orders` says how often it was derived."""

    name: str
    arguments: tuple[Term, ...]
    orders: tuple[int, ...] | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Total:
    """A sum over a bound index."""

    index: Index
    body: Term


@dataclass(frozen=True, slots=True, eq=False)
class Product:
    """A product over a bound index."""

    index: Index
    body: Term


@dataclass(frozen=True, slots=True, eq=False)
class Inverse:
    """The entry (i, j) of the inverse of the matrix whose entry (row, column) is `body`.

    `cofactor`: it stands beside the determinant, in the derivative of one, which exists for every matrix.
    """

    row: Index
    column: Index
    body: Term
    i: Index
    j: Index
    cofactor: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Determinant:
    row: Index
    column: Index
    body: Term


Term: TypeAlias = Num | Var | Delta | Plus | Times | Power | Function | Total | Product | Inverse | Determinant

NIL = Num(Fraction(0))
UNITY = Num(Fraction(1))


def plus(*terms: Term) -> Term:
    """A sum without zeros."""
    kept = tuple(term for term in terms if term is not NIL)
    return NIL if not kept else kept[0] if len(kept) == 1 else Plus(kept)


def times(*factors: Term) -> Term:
    """A product without ones; zero when a factor is."""
    if any(factor is NIL for factor in factors):
        return NIL
    kept = tuple(factor for factor in factors if factor is not UNITY)
    return UNITY if not kept else kept[0] if len(kept) == 1 else Times(kept)


def power(base: Term, exponent: Fraction | int) -> Term:
    """A power with a rational exponent."""
    return base if exponent == 1 else UNITY if exponent == 0 else Power(base, Fraction(exponent))


def negative(term: Term) -> Term:
    """The term with the other sign."""
    return times(Num(Fraction(-1)), term)


def total(index: Index, body: Term) -> Term:
    """A sum over an index."""
    return NIL if body is NIL else Total(index, body)


def step(argument: Term) -> Term:
    """1 where the argument is positive, 0 where it is negative."""
    return Function("step", (argument,))


def sign(argument: Term) -> Term:
    """1 or -1 as the argument is positive or negative."""
    return plus(times(Num(Fraction(2)), step(argument)), negative(UNITY))


def rebuilt(term: Term, change: Callable[[Term], Term]) -> Term:
    """The term with `change` applied to what it is made of."""
    match term:
        case Plus(terms):
            return plus(*map(change, terms))
        case Times(factors):
            return times(*map(change, factors))
        case Power(base, exponent):
            return Power(change(base), exponent)
        case Function(name, arguments, orders):
            return Function(name, tuple(map(change, arguments)), orders)
        case Total(index, body):
            return total(index, change(body))
        case Product(index, body):
            return Product(index, change(body))
        case Inverse(row, column, body, i, j, cofactor):
            return Inverse(row, column, change(body), i, j, cofactor)
        case Determinant(row, column, body):
            return Determinant(row, column, change(body))
    return term


def renamed(term: Term, names: dict[Index, Index]) -> Term:
    """The term with free indices replaced."""

    def new(index: Index) -> Index:
        return names.get(index, index)

    match term:
        case Var(name, indices):
            return Var(name, tuple(map(new, indices)))
        case Delta(left, right):
            return Delta(new(left), new(right))
        case Inverse(row, column, body, i, j, cofactor):
            return Inverse(row, column, renamed(body, names), new(i), new(j), cofactor)
    return rebuilt(term, lambda part: renamed(part, names))


def replaced(term: Term, value: Callable[[Var], Term | None]) -> Term:
    """The term with entries replaced where `value` gives a term."""
    if isinstance(term, Var):
        return value(term) or term
    return rebuilt(term, lambda part: replaced(part, value))


@dataclass(frozen=True, slots=True)
class Calculus:
    """What a derivative needs to know.

    slope  the derivative of an entry
    rule   the derivative of a function of the table by its k-th argument, at the arguments
    fresh  a bound index used nowhere else, with the range of the one given
    """

    slope: Callable[[Var], Term]
    rule: Callable[[Function, int], Term]
    fresh: Callable[[Index], Index]

    def derivative(self, term: Term) -> Term:
        """The derivative of a term."""
        match term:
            case Var():
                return self.slope(term)
            case Plus(terms):
                return plus(*map(self.derivative, terms))
            case Times(factors):
                return plus(*(self._one_factor(factors, place) for place in range(len(factors))))
            case Power(Power(base, Fraction(numerator=2, denominator=1)), Fraction(numerator=1, denominator=2)):
                return times(sign(base), self.derivative(base))
            case Power(base, exponent):
                return times(Num(exponent), power(base, exponent - 1), self.derivative(base))
            case Function(_, arguments):
                return plus(*(self._one_argument(term, place) for place in range(len(arguments))))
            case Total(index, body):
                return total(index, self.derivative(body))
            case Product(index, body):
                inner = self.derivative(body)
                return times(term, total(index, times(inner, power(body, -1)))) if inner is not NIL else NIL
            case Inverse():
                return self._inverse(term)
            case Determinant():
                return self._determinant(term)
        return NIL

    def _one_factor(self, factors: tuple[Term, ...], place: int) -> Term:
        return times(self.derivative(factors[place]), *factors[:place], *factors[place + 1 :])

    def _one_argument(self, term: Function, place: int) -> Term:
        inner = self.derivative(term.arguments[place])
        return NIL if inner is NIL else times(self.rule(term, place), inner)

    def _inverse(self, term: Inverse) -> Term:
        inner = self.derivative(term.body)
        if inner is NIL:
            return NIL
        p, q = self.fresh(term.row), self.fresh(term.column)
        left = replace(term, j=p)
        right = replace(term, i=q)
        middle = renamed(inner, {term.row: p, term.column: q})
        return negative(total(p, total(q, times(left, middle, right))))

    def _determinant(self, term: Determinant) -> Term:
        inner = self.derivative(term.body)
        if inner is NIL:
            return NIL
        p, q = self.fresh(term.row), self.fresh(term.column)
        inverse = Inverse(term.row, term.column, term.body, q, p, cofactor=True)
        return times(term, total(p, total(q, times(inverse, renamed(inner, {term.row: p, term.column: q})))))

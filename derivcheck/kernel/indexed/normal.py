"""From terms to the index normal form, each subterm once."""

from __future__ import annotations

from derivcheck.kernel.indexed.algebra import Algebra
from derivcheck.kernel.indexed.atoms import Form, Index, Unsupported, number
from derivcheck.kernel.indexed.matrices import determinant, inverse
from derivcheck.kernel.indexed.term import (
    Delta,
    Determinant,
    Function,
    Inverse,
    Num,
    Plus,
    Power,
    Product,
    Term,
    Times,
    Total,
    Var,
)


class Normal:
    """The normal forms of terms that share subterms."""

    def __init__(self, algebra: Algebra) -> None:
        self.algebra = algebra
        self._known: dict[int, tuple[Term, Form]] = {}

    def __call__(self, term: Term) -> Form:
        known = self._known.get(id(term))
        if known is None:
            known = (term, self._form(term))
            self._known[id(term)] = known
        return known[1]

    def _form(self, term: Term) -> Form:
        algebra = self.algebra
        match term:
            case Num(value):
                return number(value)
            case Var(name, indices):
                return algebra.symbol(name, indices)
            case Delta(left, right):
                return algebra.delta(left, right)
            case Plus(terms):
                return algebra.plus(*map(self, terms))
            case Times(factors):
                return algebra.times(*map(self, factors))
            case Power(base, exponent):
                whole = int(exponent) if exponent.denominator == 1 else exponent
                return algebra.power(self(base), whole)
            case Function(name, arguments, orders):
                label = name if orders is None else f"{name}'{','.join(map(str, orders))}"
                return algebra.apply(label, [self(argument) for argument in arguments])
            case Total(index, body):
                return algebra.total(self(body), [index])
            case Product(index, body):
                return self._product(index, self(body))
            case Inverse(row, column, body, i, j):
                return inverse(algebra, self(body), row, column, i, j)
            case Determinant(row, column, body):
                return determinant(algebra, self(body), row, column)

    def _product(self, index: Index, body: Form) -> Form:
        """A product over a range, as exp of the sum of logarithms, where every factor is known to be positive."""
        if self.algebra.sign(body) != 1:
            raise Unsupported("a product over a range of factors that may be negative")
        return self.algebra.apply("exp", [self.algebra.total(self.algebra.apply("log", [body]), [index])])

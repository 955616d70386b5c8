"""What a term needs in order to be defined, collected before anything is rewritten.

Each requirement speaks of one subterm: a denominator is not zero, a logarithm's argument is positive, the
determinant of a matrix to be inverted is not zero. Under a sum it is meant for every value of the bound
index. A step needs an argument that is not zero, because its value there depends on who defines it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

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


@dataclass(frozen=True, slots=True)
class Requirement:
    """`term` is `operator` (`>`, `>=`, `!=`) zero, for all values of its bound indices.

    At a `jump` the formula has a value all the same; only which one depends on who defines it.
    """

    operator: str
    term: Term
    jump: bool = False


Table = Callable[[Function, bool], Iterable[Requirement]]


def requirements(terms: Iterable[Term], table: Table, smooth: bool = False) -> Iterator[Requirement]:
    """The requirements of terms, each subterm once; with `smooth` also those of being differentiable.

    `table` gives the requirements of a function of the table at its arguments.
    """
    seen: set[int] = set()
    stack = list(terms)
    while stack:
        term = stack.pop()
        if id(term) not in seen:
            seen.add(id(term))
            yield from _own(term, table, smooth)
            stack.extend(_parts(term))


def _own(term: Term, table: Table, smooth: bool) -> Iterator[Requirement]:
    match term:
        case Power(base, exponent):
            # An odd root may have a negative base; the algebra refuses one that is not known to be positive.
            if exponent.denominator % 2 == 0:
                yield from _weakened(Requirement(">" if smooth or exponent < 0 else ">=", base))
            elif exponent < 0 or (smooth and exponent.denominator > 1):
                yield Requirement("!=", _base(base))
        case Inverse(row, column, body, cofactor=False):
            yield Requirement("!=", Determinant(row, column, body))
        case Function("step", (argument,), None):
            yield Requirement("!=", argument, jump=True)
        case Function(orders=None):
            for requirement in table(term, smooth):
                yield from _weakened(requirement)


def _weakened(requirement: Requirement) -> Iterator[Requirement]:
    """The same of a term that is visibly not negative: that it is not 0, or nothing."""
    if requirement.operator == "!=" or not _is_nonnegative(requirement.term):
        yield requirement
    elif requirement.operator == ">":
        yield Requirement("!=", _base(requirement.term))


def _base(term: Term) -> Term:
    """What is 0 where a power is."""
    return _base(term.base) if isinstance(term, Power) else term


def _is_nonnegative(term: Term) -> bool:
    """Whether a term is visibly not negative: sums of even powers and of even roots."""
    match term:
        case Power(_, exponent):
            return exponent.denominator % 2 == 0 or exponent % 2 == 0
        case Total(_, body):
            return _is_nonnegative(body)
        case Plus(terms):
            return all(map(_is_nonnegative, terms))
        case Num(value):
            return value >= 0
    return False


def _parts(term: Term) -> tuple[Term, ...]:
    match term:
        case Plus(terms) | Times(terms) | Function(_, terms):
            return terms
        case Power(inner) | Total(_, inner) | Product(_, inner) | Inverse(body=inner) | Determinant(body=inner):
            return (inner,)
        case Num() | Var() | Delta():
            return ()

"""What a term needs in order to be defined, collected before anything is rewritten.

Each condition speaks of one subterm: a denominator is not zero, a logarithm's argument is positive, a
matrix to be inverted has a determinant that is not zero. Under a sum it is meant for every value of the
bound index.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from derivcheck.expression import Condition, Logical
from derivcheck.functions import by_name
from derivcheck.kernel.indexed.term import (
    Delta,
    Determinant,
    Function,
    Inverse,
    Num,
    Plus,
    Power,
    Term,
    Times,
    Total,
    Var,
)

Lowered = Callable[[Condition, Function], tuple[str, Term]]


@dataclass(frozen=True, slots=True)
class Requirement:
    """`term` is `operator` (one of `>`, `>=`, `!=`) zero, for all values of its bound indices."""

    operator: str
    term: Term


def requirements(terms: Iterable[Term], lowered: Lowered, smooth: bool = False) -> Iterator[Requirement]:
    """The requirements of terms, each subterm once; with `smooth` also those of being differentiable.

    `lowered` turns a condition of the function table at a function's arguments into a requirement.
    """
    seen: set[int] = set()
    stack = list(terms)
    while stack:
        term = stack.pop()
        if id(term) in seen:
            continue
        seen.add(id(term))
        yield from _own(term, lowered, smooth)
        stack.extend(_parts(term))


def _own(term: Term, lowered: Lowered, smooth: bool) -> Iterator[Requirement]:
    match term:
        case Power(base, exponent):
            # An odd root may have a negative base; the algebra refuses one that is not known to be positive.
            if exponent.denominator % 2 == 0:
                yield Requirement(">" if smooth or exponent < 0 else ">=", base)
            elif exponent < 0 or (smooth and exponent.denominator > 1):
                yield Requirement("!=", base)
        case Inverse(row, column, body):
            yield Requirement("!=", Determinant(row, column, body))
        case Function("step", (argument,), None):
            yield Requirement("!=", argument)
        case Function(name, arguments, None):
            row_ = by_name(name)
            for rules in (row_.domain, row_.smooth if smooth else None):
                for condition in rules(*_placeholders(len(arguments))) if rules else ():
                    yield Requirement(*lowered(condition, term))


def _parts(term: Term) -> tuple[Term, ...]:
    match term:
        case Plus(terms) | Times(terms) | Function(_, terms):
            return terms
        case Power(inner) | Total(_, inner) | Inverse(body=inner) | Determinant(body=inner):
            return (inner,)
        case Num() | Var() | Delta():
            return ()

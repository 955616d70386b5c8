"""The values of the index normal form: indices, heads, atoms, monomials, forms.

A *form* is a rational combination of monomials. A *monomial* is a product of powers of atoms. An *atom* is
a head with index arguments: an entry `x[i,j]`, a delta, a sum over bound indices, a function of a form.
Whatever has an inside (a sum, `exp` of a form) keeps it closed over its own indices: the head holds the
inside with numbered parameters, the atom says which indices stand for them. So no inside can capture an
index, two atoms are equal exactly when head and arguments are, and renaming an index never looks inside.

`symmetries` lists the orders of a head's arguments that mean the same (`S[i,j]` and `S[j,i]` of a
symmetric S, `sum(k, x[i,k]*x[j,k])`); an atom's arguments are the least of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple, TypeAlias

from derivcheck.shapes import Range, size_text

CONSTANT, FREE, PARAMETER, BOUND = range(4)


class Unsupported(Exception):
    """Something the index normal form has no meaning for; the verdict is `Unknown`."""


class Undefined(Exception):
    """A division by what is identically zero, a logarithm of a negative number."""


class Index(NamedTuple):
    """An index: a number, a free letter, a parameter of a head or a bound index of a sum."""

    kind: int
    name: int | str
    range: Range | None = None

    def __str__(self) -> str:
        mark = ("", "", "?", "#")[self.kind]
        return f"{mark}{self.name}"


@dataclass(frozen=True, slots=True, eq=False)
class Head:
    """What an atom is without its indices. `key` is canonical text; it alone decides equality and order.

    kind      symbol, delta, prime, sum, base, function, inverse, determinant
    name      of a symbol or function
    inside    forms over parameters (one for a base or a matrix, one per argument of a function); the
              parameters 0 and 1 of a matrix are its row and column
    factors   the product under a sum, over parameters and the bound indices 0, 1, ...
    ranges    the ranges of those bound indices
    """

    key: str
    kind: str
    name: str = ""
    inside: tuple[Form, ...] = ()
    factors: Monomial = ()
    ranges: tuple[Range, ...] = ()
    symmetries: tuple[tuple[int, ...], ...] = ()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Head) and self.key == other.key

    def __lt__(self, other: Head) -> bool:
        return self.key < other.key

    def __hash__(self) -> int:
        return hash(self.key)


class Atom(NamedTuple):
    head: Head
    indices: tuple[Index, ...] = ()

    def __str__(self) -> str:
        return f"{self.head.key}[{','.join(map(str, self.indices))}]" if self.indices else self.head.key


Exponent: TypeAlias = int | Fraction
Monomial: TypeAlias = tuple[tuple[Atom, Exponent], ...]
Form: TypeAlias = Mapping[Monomial, Fraction]
Powers: TypeAlias = dict[Atom, Exponent]
Part: TypeAlias = tuple[Form, Exponent]

UNIT: Monomial = ()
ZERO_FORM: Form = {}
ONE_FORM: Form = {UNIT: Fraction(1)}
DELTA = Head("delta", "delta", symmetries=((0, 1), (1, 0)))


def atom(head: Head, indices: tuple[Index, ...]) -> Atom:
    """The atom with its arguments in the least of their equivalent orders."""
    if len(head.symmetries) > 1:
        indices = min(tuple(indices[place] for place in order) for order in head.symmetries)
    return Atom(head, indices)


def number(value: Fraction | int) -> Form:
    """The form of a rational number."""
    return {UNIT: Fraction(value)} if value else ZERO_FORM


def of_atom(item: Atom, exponent: Exponent = 1) -> Form:
    """The form of one atom; the caller sees to exponents that need a rule."""
    return {((item, exponent),): Fraction(1)}


def monomial_text(monomial: Monomial) -> str:
    """Canonical text of a product."""
    return "*".join(f"{item}^{power}" if power != 1 else str(item) for item, power in monomial) or "1"


def form_text(form: Form) -> str:
    """Canonical text of a form."""
    return " + ".join(f"{form[monomial]}*{monomial_text(monomial)}" for monomial in sorted(form)) or "0"


def range_text(item: Range) -> str:
    """Canonical text of a range."""
    return f"{item.lower}..{size_text(item.upper)}"


def symbol_head(name: str, symmetric: bool = False) -> Head:
    """The head of a number or an array by name."""
    key = name if name.isidentifier() else repr(name)
    return Head(key, "symbol", name, symmetries=((0, 1), (1, 0)) if symmetric else ())


def indices_of(form: Form) -> frozenset[Index]:
    """All index arguments in a form; those inside heads are closed."""
    return frozenset(index for monomial in form for item, _ in monomial for index in item.indices)

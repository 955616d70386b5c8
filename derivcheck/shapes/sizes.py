"""Sizes of arrays and ranges of indices: polynomials in names such as m and n, compared by normal form."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import NamedTuple, TypeAlias

from derivcheck.expression import Add, Expression, Mul, Neg, Number, Span, Symbol

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

    def may_hold(self, value: int) -> bool:
        """Whether a number lies in it for some sizes."""
        upper = size_value(self.upper)
        return value >= self.lower and (upper is None or value <= upper)

    @property
    def never_empty(self) -> bool:
        return self.least is not None and self.least >= 1


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


def size_of(node: Expression) -> Size:
    """The size a declaration names."""
    size = bound_of(node)
    if size is None:
        raise ShapeError("a size must be a whole number or a name such as m, n, n + 1", node.span)
    return size


def bound_of(node: Expression | None) -> Size | None:
    """The size that the upper bound of a sum names, None where it is something else."""
    terms = _polynomial(node) if node is not None else None
    return None if terms is None else tuple(sorted((name, value) for name, value in terms.items() if value))


def size_names(sizes: Iterable[Size]) -> frozenset[str]:
    """The names that occur in sizes."""
    return frozenset(name for size in sizes for names, _ in size for name in names)


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


def size_formula(size: Size) -> Expression:
    """A size as a formula."""
    terms: list[Expression] = []
    for names, coefficient in size:
        factors: list[Expression] = [Symbol(name) for name in names]
        if coefficient != 1 or not factors:
            factors.insert(0, Number(Fraction(coefficient)))
        terms.append(factors[0] if len(factors) == 1 else Mul(tuple(factors)))
    return terms[0] if len(terms) == 1 else Add(tuple(terms))

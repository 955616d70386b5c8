"""Powers whose exponents take whole values only: `x^n` with n ∈ N has a value for every x.

Method: an exponent that is a polynomial with whole coefficients in whole names is whole; how low it goes
follows from the ranges of the names. (-1)^n depends on n modulo 2, where a power of a name is the name.

Limits: n(n + 1)/2 is not seen to be whole; such a power needs a positive base like any other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from math import ceil, floor

from derivcheck.expression import Add, Expression, Mul, Neg, Number, Pow, Reduction, Symbol, map_children, walk
from derivcheck.kernel.balls import rational_value
from derivcheck.kernel.points import Kind
from derivcheck.kernel.signs import Interval

Range = tuple[int | None, int | None]
Monomials = frozenset[frozenset[str]]


def ranges(kinds: Mapping[str, Kind], bounds: Mapping[str, Interval]) -> dict[str, Range]:
    """The least and the largest value of each whole name; None where there is none."""
    found: dict[str, Range] = {}
    for name, kind in kinds.items():
        low, high, _ = bounds.get(name, (None, None, True))
        if kind.values and all(value.denominator == 1 for value in kind.values):
            found[name] = int(min(kind.values)), int(max(kind.values))
        elif kind.name in ("natural", "integer"):
            least = None if low is None else ceil(low)
            found[name] = max(1, least or 1) if kind.name == "natural" else least, None if high is None else floor(high)
    return found


def with_whole_powers(node: Expression, known: Mapping[str, Range]) -> Expression:
    """The tree, where every power whose exponent takes whole values only says so."""
    if not known and not any(isinstance(item, Reduction) for item in walk(node)):
        return node
    if isinstance(node, Reduction):
        low = None if node.lower is None else rational_value(node.lower)
        inner = {**known, node.index.name: (None if low is None else ceil(low), None)}
        return replace(node, body=with_whole_powers(node.body, inner))
    node = map_children(node, lambda child: with_whole_powers(child, known))
    if isinstance(node, Pow) and rational_value(node.exponent) is None:
        found = _range(node.exponent, known)
        return node if found is None else replace(node, whole=-1 if found[0] is None else max(-1, found[0]))
    return node


def _range(node: Expression, known: Mapping[str, Range]) -> Range | None:
    """Bounds of a whole-valued tree; None where it may take other values."""
    match node:
        case Number(value) if value.denominator == 1:
            return int(value), int(value)
        case Symbol(name):
            return known.get(name)
        case Neg(operand):
            return _times((-1, -1), _range(operand, known))
        case Add(terms):
            total: Range | None = (0, 0)
            for term in terms:
                total = _plus(total, _range(term, known))
            return total
        case Mul(factors):
            product: Range | None = (1, 1)
            for factor in factors:
                product = _times(product, _range(factor, known))
            return product
        case Pow(base, Number(value)) if value.denominator == 1 and value > 0:
            inner = _range(base, known)
            positive = inner is not None and inner[0] is not None and inner[0] >= 0
            if inner is None:
                return None
            return (inner[0] if positive else 0 if value % 2 == 0 else None), None
    return None


def _plus(left: Range | None, right: Range | None) -> Range | None:
    if left is None or right is None:
        return None
    low, high = (None if a is None or b is None else a + b for a, b in zip(left, right, strict=True))
    return low, high


def _times(left: Range | None, right: Range | None) -> Range | None:
    if left is None or right is None:
        return None
    if left[0] is None or left[0] != left[1]:
        left, right = right, left
    if left[0] is not None and left[0] == left[1]:
        low, high = right if left[0] >= 0 else right[::-1]
        factor = left[0]
        return None if low is None else factor * low, None if high is None else factor * high
    if left[0] is not None and right[0] is not None and left[0] >= 0 and right[0] >= 0:
        return left[0] * right[0], None
    return None, None


def odd_monomials(node: Expression) -> Monomials:
    """The monomials of a whole-valued polynomial that count modulo 2; the empty one is 1."""
    match node:
        case Number(value):
            return frozenset([frozenset[str]()]) if value % 2 else frozenset()
        case Symbol(name):
            return frozenset([frozenset([name])])
        case Neg(operand) | Pow(operand, _):
            return odd_monomials(operand)
        case Add(terms):
            total: Monomials = frozenset()
            for term in terms:
                total ^= odd_monomials(term)
            return total
        case Mul(factors):
            product: Monomials = frozenset([frozenset[str]()])
            for factor in factors:
                pairs = [a | b for a in product for b in odd_monomials(factor)]
                product = frozenset(item for item in pairs if pairs.count(item) % 2)
            return product
    raise ValueError(f"{type(node).__name__} in a whole exponent")

"""Whether a form is zero: the difference of two sides, brought to common denominators.

Outside sums the denominators are multiplied out. Under a sum they cannot be, but a sum is zero when it is
zero with every denominator replaced by an unknown weight: each product under a sum is expanded to the same
powers of the denominators at each of its indices, `1/(1+e[i])` standing beside `(1+e[k])/(1+e[k])`. What is
left are polynomials over the same weights, and those are compared by their normal form.

Where an inverse is left at a free index, the form is multiplied by the matrix itself: `inv(A + U V) = ...` is
proved by multiplying out.

Everything here is an identity wherever the denominators are not zero, so an empty result is a proof; a
result that is not empty proves nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import permutations

from derivcheck.kernel.indexed.algebra import Algebra
from derivcheck.kernel.indexed.atoms import (
    FREE,
    PARAMETER,
    Atom,
    Exponent,
    Form,
    Head,
    Index,
    Monomial,
    atom,
    indices_of,
    of_atom,
    symbol_head,
)
from derivcheck.kernel.indexed.powers import cleared
from derivcheck.shapes import Range

ROUNDS = 6

Slots = tuple[Range | None, ...]


def vanishes(algebra: Algebra, form: Form) -> bool:
    """Whether the form is found to be zero for all sizes."""
    for level in range(ROUNDS):
        _, form = cleared(algebra, form)
        if not form:
            return True
        denominators = _denominators(form)
        if denominators:
            free = indices_of(form)
            form = algebra.plus(*(_weighted(algebra, item, free, denominators, level) for item in form.items()))
            continue
        multiplied = _times_a_matrix(algebra, form)
        if multiplied is None:
            return False
        form = multiplied
    return not form


def _denominators(form: Form) -> dict[Head, tuple[int, Slots]]:
    """Heads under sums whose powers are not whole and positive: the largest power below, and their ranges."""
    found: dict[Head, tuple[int, Slots]] = {}
    for monomial in form:
        for item, _ in monomial:
            if item.head.kind != "sum":
                continue
            for factor, power in item.head.factors:
                if factor.head.kind in ("base", "sum") and (power < 0 or power != int(power)):
                    depth = max(0, -power.__floor__())
                    ranges = tuple(index.range for index in factor.indices)
                    found[factor.head] = (max(depth, found.get(factor.head, (0, ()))[0]), ranges)
    return found


def _weighted(
    algebra: Algebra,
    term: tuple[Monomial, Fraction],
    free: frozenset[Index],
    denominators: dict[Head, tuple[int, Slots]],
    level: int,
) -> Form:
    """The term with the same powers of every denominator, which are then hidden in opaque weights.

    `free` are the indices of all terms: a denominator at one of them stands beside each term.
    """
    monomial, coefficient = term
    powers, bound = _flattened(algebra, monomial)
    for _, ranges in denominators.values():
        bound.extend(_counted(algebra, ranges, powers, bound))
    indices = {index for item in powers for index in item.indices} | free | set(bound)
    numerators: list[Form] = []
    for head, (depth, ranges) in denominators.items():
        weight = symbol_head(f"weight {level} {head.key}")
        weight = Head(weight.key, "symbol", weight.name, symmetries=head.symmetries)
        for place in _places(head, ranges, indices, set(bound)):
            present = powers.pop(place, 0)
            numerators.append(of_atom(atom(weight, place.indices)))
            numerators.append(_raised(algebra, place, present + depth))
    return algebra.total(algebra.times(algebra.product(powers.items(), coefficient), *numerators), bound)


def _counted(algebra: Algebra, ranges: Slots, powers: dict[Atom, Exponent], bound: list[Index]) -> list[Index]:
    """A factor n as the sum of 1 over 1..n, where a denominator has that range and the product does not."""
    if len(ranges) != 1 or ranges[0] is None or any(index.range == ranges[0] for index in bound):
        return []
    index = algebra.fresh(ranges[0])
    ((monomial, value), *others) = algebra.extent(index).items()
    if others or value != 1 or len(monomial) != 1 or powers.get(monomial[0][0], 0) < 1:
        return []
    powers[monomial[0][0]] -= 1
    return [index]


def _times_a_matrix(algebra: Algebra, form: Form) -> Form | None:
    """The form multiplied by a matrix whose inverse it holds at one of its free indices.

    A product with an invertible matrix is zero exactly when the other factor is.
    """
    for monomial in sorted(form):
        for item, _ in monomial:
            for inverse, place in _inverses(item):
                index = inverse.indices[place]
                if index.kind == FREE and index.range is not None:
                    bound, new = algebra.fresh(index.range), Index(FREE, f"{index.name}'", index.range)
                    ends = (new, bound) if place == 0 else (bound, new)
                    matrix = algebra.opened(inverse.head.inside[0], (*ends, *inverse.indices[2:]))
                    moved = algebra.substituted(form, {index: bound})
                    return algebra.total(algebra.times(matrix, moved), [bound])
    return None


def _inverses(item: Atom) -> Iterator[tuple[Atom, int]]:
    """The inverses in a product or under its sum, at each of their two indices."""
    factors = [item]
    if item.head.kind == "sum":
        factors = [
            Atom(factor.head, tuple(item.indices[int(k.name)] if k.kind == PARAMETER else k for k in factor.indices))
            for factor, _ in item.head.factors
        ]
    for factor in factors:
        if factor.head.kind == "inverse":
            yield factor, 0
            yield factor, 1


def _flattened(algebra: Algebra, monomial: Monomial) -> tuple[dict[Atom, Exponent], list[Index]]:
    """A product with its sums opened to the innermost, and the indices they bind."""
    powers: dict[Atom, Exponent] = {}
    bound: list[Index] = []
    for item, power in monomial:
        if item.head.kind == "sum" and power > 0 and power == int(power):
            for _ in range(int(power)):
                opened, names = algebra.joined({item: 1}, [], always=True)
                bound.extend(names)
                for factor, exponent in opened.items():
                    powers[factor] = powers.get(factor, 0) + exponent
        else:
            powers[item] = powers.get(item, 0) + power
    return powers, bound


def _places(head: Head, ranges: Slots, indices: set[Index], bound: set[Index]) -> Iterator[Atom]:
    """The atoms of a head at all choices of different indices in its ranges, at least one of them bound."""
    seen: set[Atom] = set()
    for choice in permutations(sorted(indices), len(ranges)):
        if bound.isdisjoint(choice) or any(index.range != over for index, over in zip(choice, ranges, strict=True)):
            continue
        place = atom(head, choice)
        if place not in seen:
            seen.add(place)
            yield place


def _raised(algebra: Algebra, place: Atom, power: Exponent) -> Form:
    """A power that is not negative; a sum head opens by itself when it meets its sum."""
    if place.head.kind == "base":
        return algebra.product([(place, power)])
    whole = power.__floor__()
    return algebra.times(*[of_atom(place)] * whole, algebra.product([(place, power - whole)]))

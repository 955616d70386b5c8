"""Rewriting products under a sum by facts: `sum(k, y[i,k]) = 1`, `sum(k, inv(M)[i,k]*M[k,j]) = delta(i,j)`.

A rule is a product over bound indices with the form it equals. It applies where the product occurs as part
of a larger one and its bound indices occur nowhere else in it. The rules of an inverse are made where one is
met: the entries of M may be a sum of products (A + X^T C X), and then its longest product is what is
rewritten, by M^-1 M = I solved for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from derivcheck.kernel.indexed.algebra import Algebra, Rewritten
from derivcheck.kernel.indexed.atoms import (
    CONSTANT,
    PARAMETER,
    Atom,
    Exponent,
    Form,
    Index,
    Monomial,
    Powers,
    atom,
    indices_of,
    monomial_text,
    of_atom,
)

Images = dict[Index, Index]


@dataclass(frozen=True, slots=True)
class Rule:
    """The product of `factors` summed over `bound` equals `value()`.

    Indices of kind parameter stand for any index; `origin` names the fact, for the report. The value is
    computed when the rule applies, since an inverse may occur in its own rule.
    """

    factors: Monomial
    bound: tuple[Index, ...]
    value: Callable[[], Form]
    origin: str


def apply_rule(algebra: Algebra, rule: Rule, powers: Powers, bound: Sequence[Index], known: Images) -> Rewritten | None:
    """The product with one occurrence of the rule replaced, and what is still summed over."""
    pattern = [(item, power) for item, power in rule.factors]
    for images, left in _matches(pattern, dict(powers), {**known}, set(bound), set(rule.bound)):
        gone = {images[index] for index in rule.bound}
        wild = {image for index, image in images.items() if index not in rule.bound}
        if len(gone) < len(rule.bound) or gone & wild:
            continue
        if any(index in gone for item in left for index in item.indices):
            continue
        value = algebra.substituted(rule.value(), images)
        return algebra.times(algebra.product(left.items()), value), [index for index in bound if index not in gone]
    return None


def _matches(
    pattern: list[tuple[Atom, Exponent]], powers: Powers, images: Images, bound: set[Index], inner: set[Index]
) -> Iterator[tuple[Images, Powers]]:
    """Ways to find the pattern among the factors: what its indices stand for, and the factors left."""
    if not pattern:
        yield images, powers
        return
    (wanted, exponent), rest = pattern[0], pattern[1:]
    for item, power in powers.items():
        if item.head != wanted.head:
            continue
        if power != exponent and not (_whole(power) and _whole(exponent) and power > exponent):
            continue
        left = {other: p for other, p in powers.items() if other != item}
        if power != exponent:
            left[item] = power - exponent
        orders = wanted.head.symmetries or (tuple(range(len(wanted.indices))),)
        for order in orders:
            extended = _unified(wanted.indices, tuple(item.indices[k] for k in order), images, bound, inner)
            if extended is not None:
                yield from _matches(rest, left, extended, bound, inner)


def _whole(power: Exponent) -> bool:
    return power == int(power) and power > 0


def _unified(
    wanted: tuple[Index, ...], found: tuple[Index, ...], images: Images, bound: set[Index], inner: set[Index]
) -> Images | None:
    images = dict(images)
    for pattern, index in zip(wanted, found, strict=True):
        if pattern in inner:
            if index not in bound or index.range != pattern.range:
                return None
        elif pattern.kind != PARAMETER:
            if pattern != index:
                return None
            continue
        elif index.kind != CONSTANT and index.range != pattern.range:
            return None
        if images.setdefault(pattern, index) != index:
            return None
    return images


def inverse_rules(algebra: Algebra, powers: Powers, bound: Sequence[Index]) -> Iterator[tuple[Rule, Images]]:
    """M^-1 M = I and M M^-1 = I for each inverse in the product, at each of its bound indices."""
    for item, power in powers.items():
        if item.head.kind != "inverse" or not _whole(power):
            continue
        for place in (0, 1):
            k, other = item.indices[place], item.indices[1 - place]
            if k in bound and k != other:
                rule = _inverse_rule(algebra, item, place, Index(PARAMETER, algebra.fresh(k.range).name, k.range))
                if rule is not None:
                    yield rule, {k: k}


def _inverse_rule(algebra: Algebra, item: Atom, place: int, wild: Index) -> Rule | None:
    """Solve sum(k, M^-1[p,k] M[k,w]) = delta(p,w) for the longest product in M."""
    k, other = item.indices[place], item.indices[1 - place]
    ends = (wild, k) if place == 0 else (k, wild)
    matrix = algebra.opened(item.head.inside[0], (*ends, *item.indices[2:]))
    best: tuple[int, str, Powers, list[Index], Monomial] | None = None
    for monomial in matrix:
        factors, inner = _opened_product(algebra, monomial)
        linked = all(any(index in (*ends, *inner) for index in factor.indices) for factor in factors)
        plain = all(factor.head.kind != "delta" and _whole(power) for factor, power in factors.items())
        size = sum(int(power) for power in factors.values()) if plain else 0
        if linked and plain and (best is None or (size, monomial_text(monomial)) > best[:2]):
            best = (size, monomial_text(monomial), factors, inner, monomial)
    if best is None:
        return None
    _, _, factors, inner, lead = best
    coefficient = matrix[lead]
    fresh = algebra.fresh(k.range)
    rest = algebra.substituted({key: value for key, value in matrix.items() if key != lead}, {k: fresh})
    inverse_indices = (fresh, other) if place == 0 else (other, fresh)
    inverse = of_atom(atom(item.head, (*inverse_indices, *item.indices[2:])))

    def value() -> Form:
        others = algebra.total(algebra.times(inverse, rest), [fresh])
        return algebra.scaled(algebra.plus(algebra.delta(other, wild), algebra.scaled(others, -1)), 1 / coefficient)

    return Rule(tuple(sorted({**factors, item: 1}.items())), (k, *inner), value, "")


def _opened_product(algebra: Algebra, monomial: Monomial) -> tuple[Powers, list[Index]]:
    """The factors of a product with its sums opened, and the indices they bind."""
    return algebra.joined(dict(monomial), [], always=True)


def sum_rule(algebra: Algebra, form: Form, origin: str) -> Rule | None:
    """The equation `form = 0` solved for its longest sum; its parameters stand for any index."""
    alone = [
        monomial
        for monomial in form
        if len(monomial) == 1 and monomial[0][1] == 1 and monomial[0][0].head.kind == "sum"
    ]
    if not alone:
        return None
    lead = max(alone, key=lambda monomial: (len(monomial[0][0].head.factors), monomial_text(monomial)))
    rest = {monomial: value for monomial, value in form.items() if monomial != lead}
    factors, bound = algebra.joined(dict(lead), [], always=True)
    if indices_of(rest) - indices_of({lead: Fraction(1)}):
        return None
    value = algebra.scaled(rest, -1 / form[lead])
    return Rule(tuple(sorted(factors.items())), tuple(bound), lambda: value, origin)

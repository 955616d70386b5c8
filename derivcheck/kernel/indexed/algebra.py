"""Arithmetic of the index normal form.

Every operation returns the normal form of its result, and every rewrite is an identity for all sizes and
all indices in their ranges wherever both sides are defined; so two formulas with one form are equal for
every size. Sums are pulled apart into connected components, deltas contracted, bases of other than whole
positive powers factored into irreducible polynomials over the atoms, so that denominators meet.

What keeps it sound:
- a delta never carries a negative power, and nothing that holds one is divided by;
- (a^b)^c becomes a^(bc) only for a positive a or a whole c, a logarithm splits only over factors known to
  be positive;
- a delta is contracted with the bound index only where both have the same range or the other is a number
  that surely lies in it;
- cancelling needs no side condition here, because the conditions of a formula are collected from the
  formula itself before anything is rewritten (`conditions.py`).

Limits: sums over different denominators that share a bound index are told equal only by `zero.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import count

from derivcheck.kernel.indexed.atoms import (
    BOUND,
    CONSTANT,
    DELTA,
    FREE,
    ONE_FORM,
    PARAMETER,
    UNIT,
    ZERO_FORM,
    Atom,
    Exponent,
    Form,
    Head,
    Index,
    Monomial,
    Powers,
    Unsupported,
    atom,
    form_text,
    indices_of,
    monomial_text,
    number,
    of_atom,
    range_text,
    symbol_head,
)
from derivcheck.kernel.indexed.canonical import canonical_sum, closed, relabelled, relabelled_form
from derivcheck.kernel.indexed.functions import apply_function
from derivcheck.kernel.indexed.matrices import determinant, inverse, is_small
from derivcheck.kernel.indexed.powers import raised
from derivcheck.kernel.indexed.signs import sign
from derivcheck.shapes import Range

MAX_WORK = 5_000
MAX_UNROLLED = 8

Rewritten = tuple[Form, list[Index]]


def _no_sign(item: Atom) -> int:
    return 0


def _is_first(over: Range, value: int) -> bool:
    """Whether a range surely holds a number, where nothing is known of sizes but that they are at least 1."""
    return value == over.lower == 1 and over.never_empty


def _no_rewrite(algebra: Algebra, powers: Powers, bound: list[Index]) -> Rewritten | None:
    return None


@dataclass(frozen=True, slots=True)
class Structures:
    """Names of arrays by what is known of all their entries: S_ij = S_ji, S_ij = -S_ji, D_ij = 0, y_i^2 = y_i."""

    symmetric: frozenset[str] = frozenset()
    antisymmetric: frozenset[str] = frozenset()
    diagonal: frozenset[str] = frozenset()
    zero_or_one: frozenset[str] = frozenset()


NO_STRUCTURES = Structures()


class Algebra:
    """The operations, under the facts of one statement.

    `sign_of` tells the sign of an atom where the facts do; `rewrite` applies a fact to a product under a
    sum and returns the new product and what is still summed over; `apart` are free letters that differ;
    `reaches` tells whether a number surely lies in a range.
    """

    def __init__(
        self,
        sign_of: Callable[[Atom], int] = _no_sign,
        rewrite: Callable[[Algebra, Powers, list[Index]], Rewritten | None] = _no_rewrite,
        structures: Structures = NO_STRUCTURES,
        work: int = MAX_WORK,
        apart: frozenset[tuple[str, str]] = frozenset(),
        reaches: Callable[[Range, int], bool] = _is_first,
    ) -> None:
        self.sign_of = sign_of
        self.rewrite = rewrite
        self.structures = structures
        self.work, self.apart, self.reaches = work, apart, reaches
        self._names = count(1000)

    def spend(self, amount: int = 1) -> None:
        """Count work; a statement that needs too much is left undecided."""
        self.work -= amount
        if self.work < 0:
            raise Unsupported("it needs more work than allowed")

    def fresh(self, over: Range | None) -> Index:
        """A bound index used nowhere else."""
        return Index(BOUND, next(self._names), over)

    def symbol(self, name: str, indices: tuple[Index, ...] = ()) -> Form:
        """A number by name, or an entry of an array."""
        structures = self.structures
        if name in structures.diagonal and indices[0] != indices[1]:
            return self.times(self.delta(*indices), self.symbol(name, indices[:1] * 2))
        entry = of_atom(atom(symbol_head(name, name in structures.symmetric), indices))
        if name not in structures.antisymmetric:
            return entry
        turned = of_atom(atom(symbol_head(name), indices[::-1]))
        return self.scaled(self.plus(entry, self.scaled(turned, -1)), Fraction(1, 2))

    def delta(self, left: Index, right: Index) -> Form:
        """One where the indices are equal, else zero."""
        if left == right:
            return ONE_FORM
        if left.kind == right.kind == CONSTANT or self._are_apart(left, right):
            return ZERO_FORM
        ranges = {index.range for index in (left, right) if index.kind != CONSTANT}
        if len(ranges) > 1 or None in ranges:
            raise Unsupported("a delta between indices of different ranges")
        numbers = [int(index.name) for index in (left, right) if index.kind == CONSTANT]
        if any(over is not None and not over.may_hold(number) for number in numbers for over in ranges):
            return ZERO_FORM
        return of_atom(atom(DELTA, (left, right)))

    def meets(self, bound: Index, other: Index) -> bool:
        """Whether every value of `other` is a value of the bound index."""
        if other.kind == CONSTANT:
            return bound.range is not None and self.reaches(bound.range, int(other.name))
        return other.range == bound.range

    def _are_apart(self, left: Index, right: Index) -> bool:
        """Whether two free letters are assumed to differ."""
        both = left.kind == right.kind == FREE
        return both and any({left.name, right.name} == set(pair) for pair in self.apart)

    def plus(self, *forms: Form) -> Form:
        """The sum of forms."""
        total: dict[Monomial, Fraction] = {}
        for form in forms:
            for monomial, coefficient in form.items():
                value = total.get(monomial, 0) + coefficient
                if value:
                    total[monomial] = value
                else:
                    del total[monomial]
        return total

    def scaled(self, form: Form, factor: Fraction | int) -> Form:
        """A form times a rational number."""
        return {monomial: value * factor for monomial, value in form.items()} if factor else ZERO_FORM

    def times(self, *forms: Form) -> Form:
        """The product of forms."""
        product: Form = ONE_FORM
        for form in forms:
            if len(product) == 1 and product.get(UNIT) == 1:
                product = form
                continue
            self.spend(len(product) * len(form))
            pairs = ((left, right, a * b) for left, a in product.items() for right, b in form.items())
            product = self.plus(*(self.product((*left, *right), value) for left, right, value in pairs))
        return product

    def product(self, powers: Iterable[tuple[Atom, Exponent]], coefficient: Fraction | int = 1) -> Form:
        """A product of powers of atoms, each special one brought to its normal form."""
        merged: Powers = {}
        for item, power in powers:
            merged[item] = merged.get(item, 0) + power
        merged = {item: power for item, power in merged.items() if power}
        for item, power in merged.items():
            if item.head.kind == "delta":
                replaced = self._settled_delta(item, power, merged)
            else:
                replaced = self._settled_power(item, power)
                if replaced is not None:
                    others = [(other, p) for other, p in merged.items() if other != item]
                    replaced = self.times(replaced, self.product(others))
            if replaced is not None:
                return self.scaled(replaced, coefficient)
        return {tuple(sorted(merged.items())): Fraction(coefficient)}

    def _settled_delta(self, item: Atom, power: Exponent, merged: Powers) -> Form | None:
        """The product with a first power of the delta, its second index gone from the other factors."""
        if power < 0 or power != int(power):
            raise Unsupported("a division by a delta")
        kept, gone = item.indices
        rename = self.meets(gone, kept) or kept.kind != CONSTANT
        touched = [other for other in merged if rename and other != item and gone in other.indices]
        if power == 1 and not touched:
            return None
        rest = [(other, p) for other, p in merged.items() if other != item and other not in touched]
        renamed = [self.substituted({((other, merged[other]),): Fraction(1)}, {gone: kept}) for other in touched]
        return self.times(self.product(rest), *renamed, of_atom(item))

    def _settled_power(self, item: Atom, power: Exponent) -> Form | None:
        """What a power of a special atom is replaced by, None when it may stay."""
        head, whole = item.head, power.__floor__()
        left_over = of_atom(item, power - whole) if power != whole else ONE_FORM
        if head.kind == "base" and power >= 1:
            return self.times(*[self.opened(head.inside[0], item.indices)] * whole, left_over)
        if head.kind == "prime" and not 0 < power < 1:
            return self.scaled(left_over, Fraction(int(head.name)) ** whole)
        if head.kind == "symbol" and head.name in self.structures.zero_or_one and power > 1:
            return of_atom(item)
        if head.name == "step" and head.kind == "function" and power != 1:
            if power < 0:
                raise Unsupported("a division by a step")
            return of_atom(item)
        if head.name == "cos" and head.kind == "function" and power >= 2:
            sine = self.apply("sin", [self.opened(head.inside[0], item.indices)])
            rest = of_atom(item, power - 2) if power != 2 else ONE_FORM
            return self.times(self.plus(ONE_FORM, self.scaled(self.times(sine, sine), -1)), rest)
        return None

    def substituted(self, form: Form, names: Mapping[Index, Index]) -> Form:
        """The form with indices replaced; insides are opened only where arguments come to coincide."""
        parts: list[Form] = []
        for monomial, coefficient in form.items():
            plain: list[tuple[Atom, Exponent]] = []
            reopened: list[Form] = []
            for item, power in monomial:
                if not any(index in names for index in item.indices):
                    plain.append((item, power))
                    continue
                indices = tuple(names.get(index, index) for index in item.indices)
                if item.head.kind == "delta":
                    reopened.append(self.delta(*indices))
                elif _must_open(item.head, indices):
                    reopened.append(self.power(self.value(item.head, indices), power))
                else:
                    plain.append((atom(item.head, indices), power))
            parts.append(self.times(self.product(plain, coefficient), *reopened))
        return self.plus(*parts)

    def opened(self, form: Form, indices: Sequence[Index]) -> Form:
        """An inside with its parameters replaced by the arguments."""
        parameters = {index for index in indices_of(form) if index.kind == PARAMETER}
        return self.substituted(form, {index: indices[int(index.name)] for index in parameters})

    def value(self, head: Head, indices: tuple[Index, ...]) -> Form:
        """The meaning of a head at its arguments, computed anew."""
        if head.kind == "sum":
            names = {Index(BOUND, place, over): self.fresh(over) for place, over in enumerate(head.ranges)}
            factors = self.opened({relabelled(head.factors, names): Fraction(1)}, indices)
            return self.total(factors, list(names.values()))
        if head.kind in ("inverse", "determinant"):
            return self._matrix_value(head, indices)
        insides = [self.opened(inside, indices) for inside in head.inside]
        return insides[0] if head.kind == "base" else self.apply(head.name, insides)

    def _matrix_value(self, head: Head, indices: tuple[Index, ...]) -> Form:
        row, column = (self.fresh(over) for over in head.ranges)
        outer = indices[2:] if head.kind == "inverse" else indices
        inside = self.opened(head.inside[0], (row, column, *outer))
        if head.kind == "determinant":
            return determinant(self, inside, row, column)
        return inverse(self, inside, row, column, indices[0], indices[1])

    def total(self, form: Form, bound: list[Index]) -> Form:
        """The sum of a form over bound indices."""
        for index in bound:
            over, rest = index.range, [other for other in bound if other != index]
            if over is not None and over.extent is not None and over.extent <= MAX_UNROLLED:
                return self.total(self._unrolled(form, index, over.lower, over.extent), rest)
            if over is not None and over.lower > 1 and over.least is not None and over.least >= 0:
                whole = self.fresh(Range(1, over.upper))
                missing = self.scaled(self._unrolled(form, index, 1, over.lower - 1), -1)
                full = self.total(self.substituted(form, {index: whole}), [whole, *rest])
                return self.plus(full, self.total(missing, rest))
        return self.plus(*(self._summed(dict(monomial), bound, value) for monomial, value in form.items()))

    def _unrolled(self, form: Form, index: Index, first: int, count: int) -> Form:
        values = (Index(CONSTANT, first + k) for k in range(count))
        return self.plus(*(self.substituted(form, {index: value}) for value in values))

    def _summed(self, powers: Powers, bound: list[Index], coefficient: Fraction) -> Form:
        """The sum of one product: inner sums joined, deltas contracted, facts applied, components closed."""
        self.spend()
        powers, bound = self.joined(powers, bound)
        for item, power in powers.items():
            if item.head.kind == "delta" and power == 1:
                for index, other in (item.indices, item.indices[::-1]):
                    if index in bound and self.meets(index, other):
                        rest = {tuple(sorted(pair for pair in powers.items() if pair[0] != item)): coefficient}
                        left = [name for name in bound if name != index]
                        return self.total(self.substituted(rest, {index: other}), left)
        rewritten = self.rewrite(self, powers, bound)
        if rewritten is not None:
            return self.scaled(self.total(*rewritten), coefficient)
        used = {index for item in powers for index in item.indices}
        factors = [(item, power) for item, power in powers.items() if not used_in(item, bound)]
        result = [self.product(factors, coefficient), *(self.extent(index) for index in bound if index not in used)]
        for component, names in _components(powers, [index for index in bound if index in used]):
            result.append(of_atom(self._sum_atom(component, names)))
        return self.times(*result)

    def joined(self, powers: Powers, bound: list[Index], always: bool = False) -> tuple[Powers, list[Index]]:
        """Whole powers of inner sums that depend on a bound index (or all) opened into the one product."""
        joined: Powers = {}
        names = list(bound)
        for item, power in powers.items():
            opens = item.head.kind == "sum" and power > 0 and power == int(power) and (always or used_in(item, bound))
            if not opens:
                joined[item] = joined.get(item, 0) + power
                continue
            for _ in range(int(power)):
                inner = {Index(BOUND, k, over): self.fresh(over) for k, over in enumerate(item.head.ranges)}
                names.extend(inner.values())
                parameters = {
                    index: item.indices[int(index.name)]
                    for factor, _ in item.head.factors
                    for index in factor.indices
                    if index.kind == PARAMETER
                }
                for factor, exponent in relabelled(item.head.factors, {**inner, **parameters}):
                    joined[factor] = joined.get(factor, 0) + exponent
        return {item: power for item, power in joined.items() if power}, names

    def extent(self, index: Index) -> Form:
        """How many values a bound index takes."""
        if index.range is None:
            raise Unsupported("a sum without a range")
        if index.range.least is None or index.range.least < 0:
            raise Unsupported("a sum whose bounds may cross")
        upper = (
            self.scaled(self.times(*(self.symbol(name) for name in names)), value) for names, value in index.range.upper
        )
        return self.plus(*upper, number(1 - index.range.lower))

    def _sum_atom(self, factors: Powers, bound: list[Index]) -> Atom:
        product = tuple(sorted(factors.items()))
        tokens = {index for item in factors for index in item.indices} - set(bound)

        def render(names: dict[Index, Index]) -> tuple[str, tuple[Monomial, tuple[Index, ...]]]:
            canonical, order = canonical_sum(relabelled(product, names), bound)
            ranges = ",".join(range_text(index.range) for index in order if index.range)
            return f"sum({ranges}; {monomial_text(canonical)})", (canonical, order)

        key, (canonical, order), arguments, symmetries = closed([{product: Fraction(1)}], tokens, render)
        ranges = tuple(index.range for index in order if index.range)
        return atom(Head(key, "sum", factors=canonical, ranges=ranges, symmetries=symmetries), arguments)

    def closed_atom(self, kind: str, name: str, insides: Sequence[Form]) -> Atom:
        """The atom of a base or a function of forms."""
        tokens = {index for inside in insides for index in indices_of(inside)}

        def render(names: dict[Index, Index]) -> tuple[str, tuple[Form, ...]]:
            renamed = tuple(relabelled_form(inside, names) for inside in insides)
            return f"{name or kind}({'; '.join(map(form_text, renamed))})", renamed

        key, renamed, arguments, symmetries = closed(insides, tokens, render)
        return atom(Head(key, kind, name, inside=renamed, symmetries=symmetries), arguments)

    def apply(self, name: str, arguments: Sequence[Form]) -> Form:
        """A function of forms."""
        return apply_function(self, name, arguments)

    def power(self, form: Form, exponent: Exponent) -> Form:
        """A form to a rational power."""
        return raised(self, form, exponent)

    def sign(self, form: Form) -> int:
        """1 or -1 where a form is known to be positive or negative throughout, else 0."""
        return sign(self, form)


def _must_open(head: Head, indices: tuple[Index, ...]) -> bool:
    """Whether arguments coincide, so that the inside has to be looked at again."""
    if head.kind in ("symbol", "prime"):
        return False
    if head.kind == "inverse" and is_small(head.ranges[0]) and indices[0].kind == indices[1].kind == CONSTANT:
        return True
    inner = indices[2:] if head.kind == "inverse" else indices
    return len(set(inner)) < len(inner) or sum(index.kind == CONSTANT for index in inner) > 1


def used_in(item: Atom, bound: Iterable[Index]) -> bool:
    """Whether an atom depends on one of the bound indices."""
    return any(index in bound for index in item.indices)


def _components(powers: Powers, bound: list[Index]) -> list[tuple[Powers, list[Index]]]:
    """The factors that depend on bound indices, grouped by the bound indices they share."""
    groups: list[tuple[Powers, set[Index]]] = []
    for item, power in powers.items():
        names = {index for index in item.indices if index in bound}
        if not names:
            continue
        merged: Powers = {item: power}
        apart = []
        for factors, group in groups:
            if group & names:
                merged.update(factors)
                names |= group
            else:
                apart.append((factors, group))
        groups = [*apart, (merged, names)]
    return [(factors, [index for index in bound if index in names]) for factors, names in groups]

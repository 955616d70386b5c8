"""Arithmetic of the index normal form.

Every operation returns the normal form of its result, and every rewrite is an identity for all sizes and
all indices in their ranges wherever both sides are defined; so two formulas with one form are equal for
every size. Sums are pulled apart into connected components, deltas contracted, bases of other than whole
positive powers factored into irreducible polynomials over the atoms, so that denominators meet.

What keeps it sound:
- a delta never carries a negative power, and nothing that holds one is divided by;
- (a^b)^c becomes a^(bc) only for a positive a or a whole c, a logarithm splits only over factors known to
  be positive;
- a delta is contracted with the bound index only where their ranges are the same or the other is 1;
- cancelling needs no side condition here, because the conditions of a formula are collected from the
  formula itself before anything is rewritten (`conditions.py`).

Limits: sums over different denominators that share a bound index are told equal only by `zero.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from itertools import count
from math import gcd, lcm

from derivcheck.kernel.indexed.atoms import (
    BOUND,
    CONSTANT,
    DELTA,
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
    Undefined,
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
from derivcheck.kernel.indexed.canonical import canonical_sum, closed, relabelled
from derivcheck.kernel.indexed.factors import irreducible_factors, prime_powers
from derivcheck.kernel.indexed.functions import apply_function
from derivcheck.shapes import Range

MAX_WORK = 5_000
MAX_UNROLLED = 8

Powers = dict[Atom, Exponent]
Rewritten = tuple[Form, list[Index]]
Part = tuple[Form, Exponent]


def _no_sign(item: Atom) -> int:
    return 0


def _no_rewrite(algebra: Algebra, powers: Powers, bound: list[Index]) -> Rewritten | None:
    return None


class Algebra:
    """The operations, under the facts of one statement.

    `sign_of` tells the sign of an atom where the facts do; `rewrite` applies a fact to a product under a
    sum and returns the new product and what is still summed over.
    """

    def __init__(
        self,
        sign_of: Callable[[Atom], int] = _no_sign,
        rewrite: Callable[[Algebra, Powers, list[Index]], Rewritten | None] = _no_rewrite,
        symmetric: frozenset[str] = frozenset(),
        diagonal: frozenset[str] = frozenset(),
        work: int = MAX_WORK,
    ) -> None:
        self.sign_of = sign_of
        self.rewrite = rewrite
        self.symmetric, self.diagonal = symmetric, diagonal
        self.work = work
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
        if name in self.diagonal and indices[0] != indices[1]:
            return self.times(self.delta(*indices), self.symbol(name, indices[:1] * 2))
        return of_atom(atom(symbol_head(name, name in self.symmetric), indices))

    def delta(self, left: Index, right: Index) -> Form:
        """One where the indices are equal, else zero."""
        if left == right:
            return ONE_FORM
        if left.kind == right.kind == CONSTANT:
            return ZERO_FORM
        ranges = {index.range for index in (left, right) if index.kind != CONSTANT}
        with_number = CONSTANT in (left.kind, right.kind)
        if len(ranges) > 1 or (with_number and any(item is None or item.lower != 1 for item in ranges)):
            raise Unsupported("a delta between indices of different ranges")
        return of_atom(atom(DELTA, (left, right)))

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
        rename = kept.kind != CONSTANT or kept.name == 1
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
            return self.determinant(inside, row, column)
        return self.inverse(inside, row, column, indices[0], indices[1])

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
                    if index in bound and _meets(index, other):
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
            renamed = tuple(_relabelled_form(inside, names) for inside in insides)
            return f"{name or kind}({'; '.join(map(form_text, renamed))})", renamed

        key, renamed, arguments, symmetries = closed(insides, tokens, render)
        return atom(Head(key, kind, name, inside=renamed, symmetries=symmetries), arguments)

    def apply(self, name: str, arguments: Sequence[Form]) -> Form:
        """A function of forms."""
        return apply_function(self, name, arguments)

    def cleared(self, form: Form) -> tuple[Powers, Form]:
        """Common powers of atoms, and the rest: a form in which no atom outside a sum has a negative power."""
        content: Powers = {}
        while form:
            least: Powers = {}
            for item in {item for monomial in form for item, _ in monomial}:
                least[item] = min(dict(monomial).get(item, 0) for monomial in form)
            least = {item: power for item, power in least.items() if power}
            if not least:
                break
            for item, power in least.items():
                content[item] = content.get(item, 0) + power
            self.spend(len(form))
            inverse = [(item, -power) for item, power in least.items()]
            form = self.plus(*(self.product((*monomial, *inverse), value) for monomial, value in form.items()))
        return {item: power for item, power in content.items() if power}, form

    def parts(self, form: Form) -> tuple[Fraction, list[Part]]:
        """A form as a number times powers of atoms and of irreducible polynomials over atoms.

        The number is zero where clearing denominators shows that the form is.
        """
        content, rest = self.cleared(form)
        if not rest:
            return Fraction(0), []
        parts: list[Part] = [(of_atom(item), power) for item, power in content.items()]
        if any(item.head.kind == "delta" for item in content):
            raise Unsupported("a division by a delta")
        constant, factors = irreducible_factors(rest)
        for factor, power in factors:
            positive = self.sign(factor) or (1 if form_text(factor) < form_text(self.scaled(factor, -1)) else -1)
            constant *= Fraction(positive) ** power
            parts.append((self.scaled(factor, positive), power))
        return constant, parts

    def power(self, form: Form, exponent: Exponent) -> Form:
        """A form to a rational power."""
        if exponent == 1:
            return form
        if not exponent:
            return ONE_FORM
        if not form:
            if exponent < 0:
                raise Undefined("a division by zero")
            return ZERO_FORM
        if exponent == int(exponent):
            exponent = int(exponent)
            if len(form) == 1:
                ((monomial, value),) = form.items()
                return self.product(((item, power * exponent) for item, power in monomial), value**exponent)
            if exponent > 0:
                return self.times(*[form] * exponent)
        constant, parts = self.parts(form)
        if not constant:
            return self.power(ZERO_FORM, exponent)
        if exponent == int(exponent):
            powers = [self._part_power(factor, power * exponent) for factor, power in parts]
            return self.scaled(self.times(*powers), constant ** int(exponent))
        if Fraction(exponent).denominator % 2 == 1 and self.sign(form) <= 0:
            raise Unsupported("an odd root of what may be negative")
        known = [(factor, power) for factor, power in parts if self.sign(factor) == 1]
        powers = [self._part_power(factor, power * exponent) for factor, power in known]
        rest = [part for part in parts if part not in known]
        if not rest and constant < 0:
            raise Undefined("a root of a negative number")
        if len(rest) == 1 and rest[0][1] % 2 != 0 and constant > 0:
            powers.append(self._part_power(rest[0][0], rest[0][1] * exponent))
        elif rest:
            sign = 1 if constant > 0 else -1
            whole = self.scaled(self.times(*(self._part_power(factor, power) for factor, power in rest)), sign)
            powers.append(of_atom(self.closed_atom("base", "", [whole]), exponent))
        return self.times(self._root(abs(constant), exponent), *powers)

    def _part_power(self, factor: Form, exponent: Exponent) -> Form:
        """A power of an atom or of an irreducible polynomial."""
        if exponent == int(exponent):
            exponent = int(exponent)
            if exponent > 0:
                return self.times(*[factor] * exponent)
        if len(factor) == 1:
            ((monomial, value),) = factor.items()
            if value == 1 and len(monomial) == 1 and monomial[0][1] == 1:
                return self.product([(monomial[0][0], exponent)])
        if any(item.head.kind == "delta" for monomial in factor for item, _ in monomial):
            raise Unsupported("a division by a delta")
        return self.product([(self.closed_atom("base", "", [factor]), exponent)])

    def _root(self, value: Fraction, exponent: Exponent) -> Form:
        powers = [(atom(Head(f"prime({p})", "prime", str(p)), ()), k * exponent) for p, k in prime_powers(value)]
        return self.product(powers)

    def sign(self, form: Form) -> int:
        """1 or -1 where a form is positive or negative throughout, as far as terms and facts tell; else 0."""
        for sign in (1, -1):
            signs = [sign * self._monomial_sign(dict(monomial), value) for monomial, value in form.items()]
            if signs and all(one > 0 for one in signs) and 2 in signs:
                return sign
        if len(form) > 1:
            for sign in (1, -1):
                known = self.sign_of(self.closed_atom("base", "", [self.scaled(form, sign)]))
                if abs(known) == 2:
                    return known // 2 * sign
        return 0

    def nonnegative(self, form: Form) -> bool:
        """Whether a form is nowhere negative, as far as terms and facts tell."""
        terms = (self._monomial_sign(dict(monomial), value) for monomial, value in form.items())
        return all(one > 0 for one in terms) or self.sign(form) == 1

    def _monomial_sign(self, powers: Powers, value: Fraction) -> int:
        """2 positive, 1 not negative, 0 unknown, and the same with a minus sign."""
        sign = 2 if value > 0 else -2
        for item, power in powers.items():
            one = self._atom_sign(item)
            if abs(one) < 2 and (power != int(power) or power % 2 == 0):
                one = 2 if power < 0 else 1
            elif one < 0 and power % 2 == 0:
                one = 2
            sign = (1 if sign * one > 0 else -1) * min(abs(sign), abs(one)) if one else 0
            if not sign:
                return 0
        return sign

    def _atom_sign(self, item: Atom) -> int:
        head = item.head
        if head.kind == "prime" or (head.kind == "function" and head.name == "exp"):
            return 2
        known = self.sign_of(item)
        if not known and head.kind == "sum":
            known = self._monomial_sign(dict(head.factors), Fraction(1))
            return known if all(over.never_empty for over in head.ranges) else min(1, max(-1, known))
        if not known and head.kind == "base":
            return 2 * self.sign(head.inside[0])
        if not known and head.kind == "function" and head.name in ("step", "delta"):
            return 1
        return known

    def inverse(self, matrix: Form, row: Index, column: Index, i: Index, j: Index) -> Form:
        """The entry (i, j) of the inverse of the matrix with these entries in (row, column)."""
        if not matrix:
            raise Undefined("the inverse of a zero matrix")
        content, rest = self._scalar_content(matrix, row, column)
        if len(rest) == 1 and (diagonal := self._diagonal(rest, row, column)) is not None:
            entry = self.substituted(self.power(diagonal, -1), {row: i})
            return self.times(self.power(content, -1), entry, self.delta(i, j))
        key, inside, outer, flipped, symmetric = self._closed_matrix(rest, row, column)
        arguments = ((j, i) if flipped else (i, j)) + outer
        keep = tuple(range(2, len(arguments)))
        symmetries = ((0, 1, *keep), (1, 0, *keep)) if symmetric else ()
        over = tuple(index.range for index in (row, column) if index.range)
        head = Head(f"inverse({key})", "inverse", inside=(inside,), ranges=over, symmetries=symmetries)
        return self.times(self.power(content, -1), of_atom(atom(head, arguments)))

    def determinant(self, matrix: Form, row: Index, column: Index) -> Form:
        """The determinant of the matrix with these entries in (row, column)."""
        if not matrix:
            return ZERO_FORM
        if matrix == self.delta(row, column):
            return ONE_FORM
        key, inside, outer, _, _ = self._closed_matrix(matrix, row, column)
        over = tuple(index.range for index in (row, column) if index.range)
        return of_atom(Atom(Head(f"det({key})", "determinant", inside=(inside,), ranges=over), outer))

    def _scalar_content(self, matrix: Form, row: Index, column: Index) -> tuple[Form, Form]:
        """Factors that do not depend on row or column, and the matrix without them."""
        common = {
            item: min(dict(monomial).get(item, 0) for monomial in matrix)
            for item in {item for monomial in matrix for item, _ in monomial}
            if row not in item.indices and column not in item.indices
        }
        values = matrix.values()
        shared = Fraction(gcd(*(value.numerator for value in values)), lcm(*(value.denominator for value in values)))
        content = self.product(common.items(), shared)
        return content, self.times(matrix, self.power(content, -1))

    def _diagonal(self, matrix: Form, row: Index, column: Index) -> Form | None:
        delta = next(iter(self.delta(row, column)))[0]
        ((monomial, value),) = matrix.items()
        if delta not in monomial:
            return None
        rest = self.product((pair for pair in monomial if pair != delta), value)
        return self.substituted(rest, {column: row})

    def _closed_matrix(
        self, matrix: Form, row: Index, column: Index
    ) -> tuple[str, Form, tuple[Index, ...], bool, bool]:
        """Key and inside of a matrix or its transpose, whichever is less; and whether it is symmetric."""
        tokens = indices_of(matrix) - {row, column}

        def rendered(first: Index, second: Index) -> tuple[str, Form, tuple[Index, ...]]:
            ends = {first: Index(PARAMETER, 0, first.range), second: Index(PARAMETER, 1, second.range)}

            def render(names: dict[Index, Index]) -> tuple[str, Form]:
                moved = {old: Index(PARAMETER, int(new.name) + 2, new.range) for old, new in names.items()}
                inside = _relabelled_form(matrix, {**moved, **ends})
                return form_text(inside), inside

            key, inside, order, _ = closed([matrix], tokens, render)
            return key, inside, order

        straight, turned = rendered(row, column), rendered(column, row)
        best = min(straight, turned, key=lambda item: item[0])
        return *best, best is turned, straight[::2] == turned[::2]


def _must_open(head: Head, indices: tuple[Index, ...]) -> bool:
    """Whether arguments coincide, so that the inside has to be looked at again."""
    if head.kind in ("symbol", "prime"):
        return False
    inner = indices[2:] if head.kind == "inverse" else indices
    return len(set(inner)) < len(inner) or sum(index.kind == CONSTANT for index in inner) > 1


def _meets(bound: Index, other: Index) -> bool:
    """Whether every value of `other` is a value of the bound index."""
    if other.kind == CONSTANT:
        return other.name == 1 and bound.range is not None and bound.range.lower == 1 and bound.range.never_empty
    return other.range == bound.range


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


def _relabelled_form(form: Form, names: dict[Index, Index]) -> Form:
    return {relabelled(monomial, names): value for monomial, value in form.items()}

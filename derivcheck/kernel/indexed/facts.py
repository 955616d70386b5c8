"""What the file assumes, and where a formula is defined, as facts for the algebra.

Three kinds: signs of atoms (`0 < a_i < 1`, positive sizes), rules for products under sums
(`sum(k=1..c, y_k) = 1`, Q orthogonal), what all entries of an array have in common (symmetric, 0 or 1). A
fact with an index letter holds for every value of it. Facts that were used are remembered, for the report.

Limits: an assumption that gives neither a sign nor a rule is not used in proofs; it still restricts the
points at which a statement is refuted.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import count

from derivcheck.assumption import ArrayShape, Assumption, Holds, IndexRange, OneOf, Property
from derivcheck.expression import Condition, Logical
from derivcheck.kernel.balls import rational_value
from derivcheck.kernel.indexed.algebra import Algebra, Rewritten, Structures
from derivcheck.kernel.indexed.atoms import (
    BOUND,
    CONSTANT,
    PARAMETER,
    Atom,
    Form,
    Index,
    Powers,
    Undefined,
    Unsupported,
    number,
)
from derivcheck.kernel.indexed.conditions import Requirement
from derivcheck.kernel.indexed.lowering import Lowering
from derivcheck.kernel.indexed.matrices import determinant
from derivcheck.kernel.indexed.normal import Normal
from derivcheck.kernel.indexed.powers import factored
from derivcheck.kernel.indexed.rewriting import Rule, apply_rule, inverse_rules, sum_rule
from derivcheck.kernel.indexed.signs import nonnegative
from derivcheck.notation.printing import print_plain
from derivcheck.shapes import Range, ShapeError, Shapes, index_letters

SYMMETRIC = frozenset({"symmetric", "positive definite", "positive semidefinite", "negative definite"})
STRUCTURES = (SYMMETRIC, frozenset({"antisymmetric"}), frozenset({"diagonal"}), frozenset({"one-hot"}))
STRENGTHS = {">": 2, ">=": 1, "<": -2, "<=": -1}
WORDS = {"positive": 2, "non-negative": 1, "negative": -2, "one-hot": 1}

Pattern = tuple[Index | Range, ...]
"""The indices of a fact about an atom; a range stands for all its values."""


class Facts:
    """The facts of one statement, and the algebra that uses them.

    `curved`: an equation restricts the points to more than a flat piece of space, which may be in parts.
    """

    def __init__(
        self,
        assumptions: Iterable[Assumption],
        shapes: Shapes,
        work: int,
        apart: frozenset[tuple[str, str]] = frozenset(),
    ) -> None:
        assumptions = tuple(assumptions)
        self.shapes = shapes
        self.used: set[str] = set()
        self._signs: dict[str, list[tuple[Pattern, int, str]]] = {}
        self._nonzero: dict[str, list[tuple[Pattern, str]]] = {}
        self._rules: list[Rule] = []
        self._letters = count(1)
        self.curved = False
        symmetric, antisymmetric, diagonal, one_hot = (_names_with(assumptions, words) for words in STRUCTURES)
        bits = {**one_hot, **_bits(assumptions)}
        self._structures = {**symmetric, **antisymmetric, **diagonal, **bits}
        structures = Structures(*map(frozenset, (symmetric, antisymmetric, diagonal, bits)))
        self.algebra = Algebra(self.sign_of, self.rewrite, structures, work, apart, shapes.reaches)
        for item in assumptions:
            self._take(item)

    def sign_of(self, item: Atom) -> int:
        """2, 1, -1, -2 as the atom is positive, not negative, not positive, negative; 0 where nothing says."""
        if item.head.kind == "symbol" and item.head.name in self.shapes.size_names:
            return 2
        if item.head.kind == "symbol" and item.head.name == "pi constant":
            return 2
        best = 0
        for pattern, strength, origin in self._signs.get(item.head.key, ()):
            if abs(strength) > abs(best) and self._fits(pattern, item):
                best, source = strength, origin
        if best and source:
            self.used.add(source)
        return best

    def sign(self, form: Form) -> int:
        """2 where a form is known to be positive, 1 where it is known not to be negative, else 0."""
        if self.algebra.sign(form) == 1:
            return 2
        if nonnegative(self.algebra, form):
            return 1
        constant, parts = factored(self.algebra, form)
        if not constant:
            return 1
        sign = 2 if constant > 0 else -2
        for factor, power in parts:
            known = self._factor_sign(factor)
            if power % 2 == 0:
                known = 2 if abs(known) == 2 else 1
            sign = (1 if sign * known > 0 else -1) * min(abs(sign), abs(known)) if known else 0
        return max(0, sign)

    def _factor_sign(self, factor: Form) -> int:
        sign = 2 * self.algebra.sign(factor)
        if sign:
            return sign
        return 1 if nonnegative(self.algebra, factor) else self.sign_of(self._atom_of(factor))

    def never_zero(self, form: Form) -> list[Form]:
        """The factors of a form that are not known to be different from zero."""
        constant, parts = factored(self.algebra, form)
        if not constant:
            return [form]
        return [factor for factor, _ in parts if not self._is_nonzero(factor)]

    def _is_nonzero(self, factor: Form) -> bool:
        if self.algebra.sign(factor):
            return True
        item = self._atom_of(factor)
        if item.head.kind == "base" and len(factor) == 1:
            return not self.never_zero(self.algebra.opened(item.head.inside[0], item.indices))
        for one in (item, self._atom_of(self.algebra.scaled(factor, -1))):
            for pattern, origin in self._nonzero.get(one.head.key, ()):
                if self._fits(pattern, one):
                    self.used.add(origin)
                    return True
        return False

    def rewrite(self, algebra: Algebra, powers: Powers, bound: list[Index]) -> Rewritten | None:
        """The first fact that applies to a product under a sum."""
        for rule in self._rules:
            result = apply_rule(algebra, rule, powers, bound, {})
            if result is not None:
                self.used.add(rule.origin)
                return result
        for rule, images in inverse_rules(algebra, powers, bound):
            result = apply_rule(algebra, rule, powers, bound, images)
            if result is not None:
                return result
        return None

    def used_for(self, names: Iterable[str]) -> tuple[str, ...]:
        """Texts of the facts used in a statement about these names."""
        structures = {text for name, text in self._structures.items() if name in set(names)}
        return tuple(sorted((self.used | structures) - {""}))

    def assume(self, requirement: Requirement, form: Form, origin: str = "") -> None:
        """Take a requirement of the truth as a fact."""
        if requirement.operator == "!=":
            self._record_nonzero(form, origin)
        else:
            self._record_sign(form, STRENGTHS[requirement.operator], origin)

    def _take(self, item: Assumption) -> None:
        try:
            match item:
                case Holds(conditions):
                    for condition in conditions:
                        self._condition(condition)
                case Property(names, words):
                    for name in names:
                        for word in words:
                            self._property(name.name, word)
                case ArrayShape() | IndexRange():
                    pass
        except (Unsupported, Undefined, ShapeError):
            # A fact that cannot be used proves nothing; the points are still checked against it.
            return

    def _condition(self, condition: Condition) -> None:
        if isinstance(condition, Logical):
            if condition.operator == "and":
                for operand in condition.operands:
                    self._condition(operand)
            return
        letters = {
            letter: self._any(self.shapes.range_of(letter, condition))  # type: ignore[arg-type]
            for letter in index_letters(condition) - self.shapes.size_names  # type: ignore[arg-type]
        }
        difference = condition.left - condition.right
        place = tuple(self._any(Range(1, size)) for size in self.shapes.of(difference).sizes)
        form = Normal(self.algebra)(Lowering(self.shapes, letters).entry(difference, place))
        origin = print_plain(condition)
        if condition.operator == "=":
            self.curved |= not _is_flat(form)
            rule = sum_rule(self.algebra, form, origin)
            if rule is not None:
                self._rules.append(rule)
        elif condition.operator == "!=":
            self._record_nonzero(form, origin)
        else:
            self._record_sign(form, STRENGTHS[condition.operator], origin)

    def _property(self, name: str, word: str) -> None:
        algebra, origin = self.algebra, f"{name} {word}"
        ranges = [Range(1, size) for size in self.shapes.of_name(name).sizes]
        indices = tuple(map(self._any, ranges))
        entry = algebra.symbol(name, indices)
        if word in WORDS:
            self._record_sign(entry, WORDS[word], origin)
        if word == "nonzero":
            self._record_nonzero(entry, origin)
        if word in ("last axis sums to 1", "one-hot") and indices:
            k = algebra.fresh(ranges[-1])
            (factors,) = algebra.symbol(name, (*indices[:-1], k))
            self._rules.append(Rule(factors, (k,), lambda: number(1), origin))
        if word == "orthogonal" and len(indices) == 2:
            self.curved = True
            k, j = algebra.fresh(ranges[0]), self._any(ranges[0])
            for pair in (((k, indices[0]), (k, j)), ((indices[0], k), (j, k))):
                (factors,) = algebra.times(*(algebra.symbol(name, places) for places in pair))
                self._rules.append(Rule(factors, (k,), lambda: algebra.delta(indices[0], j), origin))
        if word in ("invertible", "positive definite", "orthogonal", "negative definite") and len(indices) == 2:
            value = determinant(algebra, entry, indices[0], indices[1])
            if word == "positive definite":
                self._record_sign(value, 2, origin)
            else:
                self._record_nonzero(value, origin)

    def _any(self, over: Range) -> Index:
        """An index that stands for every value in a range."""
        return Index(PARAMETER, next(self._letters) * 1_000_000, over)

    def _fits(self, pattern: Pattern, item: Atom) -> bool:
        """Whether a fact speaks of an atom. A number as index lies in the whole range of its place, if in any."""
        sizes = self.shapes.of_name(item.head.name).sizes if item.head.kind == "symbol" else ()
        for place, (wanted, index) in enumerate(zip(pattern, item.indices, strict=True)):
            whole = place < len(sizes) and wanted == Range(1, sizes[place])
            if wanted != index and wanted != index.range and not (whole and index.kind == CONSTANT):
                return False
        return True

    def _atom_of(self, factor: Form) -> Atom:
        if len(factor) == 1:
            ((monomial, value),) = factor.items()
            if value == 1 and len(monomial) == 1 and monomial[0][1] == 1:
                return monomial[0][0]
        return self.algebra.closed_atom("base", "", [factor])

    def _record_sign(self, form: Form, strength: int, origin: str) -> None:
        """A form has a sign: where only one odd factor's sign is unknown, that factor has one."""
        constant, parts = factored(self.algebra, form)
        unknown = []
        for factor, power in parts:
            sign = self.algebra.sign(factor)
            if sign < 0 and power % 2 != 0:
                constant = -constant
            if not sign:
                unknown.append((factor, power))
        if abs(strength) == 2:
            for factor, _ in unknown:
                self._record_nonzero(factor, origin)
        odd = [(factor, power) for factor, power in unknown if power % 2 != 0]
        if len(odd) == 1 and len(unknown) == 1:
            item = self._atom_of(odd[0][0])
            pattern = _pattern(item)
            if pattern is not None:
                value = strength if constant > 0 else -strength
                self._signs.setdefault(item.head.key, []).append((pattern, value, origin))

    def _record_nonzero(self, form: Form, origin: str) -> None:
        _, parts = factored(self.algebra, form)
        for factor, _ in parts:
            item = self._atom_of(factor)
            pattern = _pattern(item)
            if pattern is not None:
                self._nonzero.setdefault(item.head.key, []).append((pattern, origin))


def _names_with(assumptions: Iterable[Assumption], words: frozenset[str]) -> dict[str, str]:
    """Names that have one of the properties, with the text that says so."""
    return {
        name.name: f"{name.name} {word}"
        for item in assumptions
        if isinstance(item, Property)
        for name in item.names
        for word in item.words
        if word in words
    }


def _bits(assumptions: Iterable[Assumption]) -> dict[str, str]:
    """Names whose entries are 0 or 1, with the text that says so."""
    return {
        name.name: f"{name.name} in {{0, 1}}"
        for item in assumptions
        if isinstance(item, OneOf) and {rational_value(value) for value in item.values} <= {0, 1}
        for name in item.names
    }


def _is_flat(form: Form) -> bool:
    """Whether a form is affine in entries and sums of entries."""
    for monomial in form:
        entries = [(item, power) for item, power in monomial if item.head.kind != "symbol" or item.indices]
        plain = all(power == 1 and item.head.kind in ("symbol", "sum") for item, power in entries)
        sums = all(len(item.head.factors) <= 1 for item, _ in entries)
        if len(entries) > 1 or not plain or not sums or any(power != 1 for _, power in monomial):
            return False
    return True


def _pattern(item: Atom) -> Pattern | None:
    """What a fact about an atom says of its indices; None where it speaks of equal ones only."""
    anything = [index for index in item.indices if index.kind in (BOUND, PARAMETER)]
    if len(set(anything)) < len(anything):
        return None
    return tuple(index.range if index in anything and index.range else index for index in item.indices)

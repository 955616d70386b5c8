"""The proof of an equality for all sizes.

An empty difference of normal forms (`zero.py`) says that the sides are equal wherever both are defined. The
truth's own requirements are its natural domain and serve as facts. Each requirement of the claim must then
be known from the facts, or fail on a thin set only, which becomes a condition.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import product
from math import prod

from derivcheck.assumption import Member, OneOf, Property
from derivcheck.expression import Call, Derivative, Entry, Expression, Piecewise, Symbol, walk
from derivcheck.kernel.indexed.atoms import CONSTANT, FREE, Form, Index, Undefined, form_text
from derivcheck.kernel.indexed.conditions import Requirement, requirements
from derivcheck.kernel.indexed.facts import Facts
from derivcheck.kernel.indexed.layouts import Layout, is_zero
from derivcheck.kernel.indexed.lowering import Lowering
from derivcheck.kernel.indexed.normal import Normal
from derivcheck.kernel.indexed.powers import factored
from derivcheck.kernel.indexed.question import Question
from derivcheck.kernel.indexed.reading import Steps, form_formula, is_thin
from derivcheck.kernel.indexed.result import Proved
from derivcheck.kernel.indexed.term import NIL, Delta, Determinant, Term, times
from derivcheck.kernel.indexed.zero import vanishes
from derivcheck.notation.examples import shown
from derivcheck.notation.printing import print_plain
from derivcheck.shapes import ONE_SIZE, Range, Shape

MAX_PLACES = 16
STRUCTURES = ("symmetric", "positive definite", "positive semidefinite", "orthogonal", "diagonal", "antisymmetric")


class NoProof(Exception):
    """Why there is none."""


class NeverDefined(Exception):
    """The claim is defined nowhere."""


@dataclass(frozen=True, slots=True)
class _Side:
    """The general entry of a side, and the operands of its derivatives."""

    term: Term
    derived: tuple[Term, ...]

    def requirements(self, lowering: Lowering) -> list[Requirement]:
        """What the side needs to be defined."""
        found = list(requirements((self.term, *self.derived), lowering.table.requirements))
        return found + list(requirements(self.derived, lowering.table.requirements, smooth=True))


class Proof:
    """One attempt; `work` bounds the steps of the algebra."""

    def __init__(self, question: Question, layout: Layout, work: int) -> None:
        self.question, self.layout = question, layout
        self.facts = Facts(question.assumptions, question.shapes, work, question.apart)
        free = {letter: Index(FREE, letter, over) for letter, over in question.letters.items()}
        self.lowering = Lowering(question.shapes, free, question.varying)
        self.steps = Steps(_whole_names(question), question.shapes.size_names)
        self.cases = any(isinstance(node, Piecewise) for tree in _truths(question) for node in walk(tree))

    def run(self) -> Proved:
        """The proof; raises NoProof, NeverDefined, or what the algebra cannot do."""
        found = [self._at(place) for place in self._places()]
        domain = dict.fromkeys(text for one in found for text in one.domain)
        conditions = dict.fromkeys(text for one in found for text in one.conditions)
        used = self.facts.used_for(self.question.names.values)
        domain |= dict.fromkeys(f"{name} >= {value}" for name, value in self.question.shapes.at_least.items())
        domain |= dict.fromkeys(f"{first} != {second}" for first, second in sorted(self.question.apart))
        return Proved(used, tuple(domain), tuple(conditions), tuple(self._notes()), found[0].transcript)

    def _places(self) -> list[tuple[Index, ...]]:
        """The general place of an entry; where the sizes are small numbers, each place."""
        left, right = (self.question.shapes.of(side) for side in (self.question.truth, self.question.claim))
        ranges = [Range(1, size) for size in (left if left.sizes else right).sizes if size != ONE_SIZE]
        count = prod(over.extent or MAX_PLACES + 1 for over in ranges)
        if count > MAX_PLACES:
            return [tuple(Index(FREE, f"entry {k}", over) for k, over in enumerate(ranges))]
        values = ([Index(CONSTANT, k + 1) for k in range(over.extent or 0)] for over in ranges)
        return list(product(*values))

    def _at(self, place: tuple[Index, ...]) -> Proved:
        """The proof for one place."""
        truth, claim = self._sides(place)
        domain = list(self._natural(truth.requirements(self.lowering)))
        normal = Normal(self.facts.algebra)
        left = normal(truth.term)
        try:
            right = normal(claim.term)
        except Undefined as reason:
            raise NeverDefined(str(reason)) from None
        difference = self.facts.algebra.plus(left, self.facts.algebra.scaled(right, -1))
        if not vanishes(self.facts.algebra, difference):
            raise NoProof("no certificate")
        needed = claim.requirements(self.lowering)
        if not all(self._holds(item.operator, normal(item.term)) for item in needed):
            domain += self._natural(self._of_definitions())
        conditions = tuple(self._conditions(needed, normal))
        transcript = (f"left = {form_text(left)}", f"right = {form_text(right)}")
        return Proved(domain=tuple(domain), conditions=conditions, transcript=transcript)

    def _sides(self, place: tuple[Index, ...]) -> tuple[_Side, _Side]:
        question, layout = self.question, self.layout
        left, right = question.shapes.of(question.truth), question.shapes.of(question.claim)
        truth = self._side(question.truth, left, place)
        if layout.diagonal:
            claim = self._side(question.claim, right, place[:1])
            return truth, _Side(times(Delta(*place), claim.term), claim.derived)
        if is_zero(question.claim):
            return truth, _Side(NIL, ())
        return truth, self._side(question.claim, right, tuple(place[axis] for axis in layout.axes))

    def _side(self, node: Expression, shape: Shape, place: tuple[Index, ...]) -> _Side:
        """The entry of a side at the places of its sizes other than 1."""
        rest = iter(place)
        indices = tuple(Index(CONSTANT, 1) if size == ONE_SIZE else next(rest) for size in shape.sizes)
        term = self.lowering.entry(node, indices or place)
        derived, self.lowering.derived = tuple(self.lowering.derived), []
        return _Side(term, derived)

    def _of_definitions(self) -> Iterator[Requirement]:
        """What the definitions of the file need, whether the statement uses them or not."""
        for name, definition in self.question.shapes.definitions.items():
            if not definition.parameters:
                sizes = self.question.shapes.of_name(name).sizes
                place = tuple(self.lowering.along(size) for size in sizes)
                term = self.lowering.named(name, place)
                yield from requirements((term,), self.lowering.table.requirements)

    def _natural(self, natural: Iterable[Requirement]) -> Iterator[str]:
        """Take the truth's requirements as facts; those that say something new, as text."""
        normal = Normal(self.facts.algebra)
        seen: set[str] = set()
        for requirement in natural:
            form = normal(requirement.term)
            if not self._holds(requirement.operator, form):
                text = self._text(requirement, form)
                if requirement.jump and not self._is_thin(form):
                    raise NoProof(f"a case at the border, where {text} fails")
                if self.cases and requirement.operator != "!=":
                    raise NoProof(f"a case may need {text} where it is not chosen")
                self.facts.assume(requirement, form)
                if text not in seen:
                    seen.add(text)
                    yield text

    def _holds(self, operator: str, form: Form) -> bool:
        if operator == "!=":
            return not self.facts.never_zero(form)
        return self.facts.sign(form) >= (2 if operator == ">" else 1)

    def _conditions(self, needed: Iterable[Requirement], normal: Normal) -> Iterator[str]:
        """Thin sets on which the claim is not defined; NoProof where that may be more."""
        for requirement in needed:
            form = normal(requirement.term)
            if self._holds(requirement.operator, form):
                continue
            if requirement.operator == "!=" and not factored(self.facts.algebra, form)[0]:
                raise NeverDefined("a division by zero")
            text = self._text(requirement, form)
            if requirement.operator != "!=" or not self._is_thin(form) or self.facts.curved:
                raise NoProof(f"the claim needs {text}")
            yield text

    def _is_thin(self, form: Form) -> bool:
        """Whether a form is zero on a thin set only, for each value of the names that move in steps."""
        return all(is_thin(factor, self.steps) for factor in self.facts.never_zero(form))

    def _text(self, requirement: Requirement, form: Form) -> str:
        """A requirement in the author's own words where it speaks of a part of the formula."""
        term = requirement.term
        source = self.lowering.source(term.body if isinstance(term, Determinant) else term)
        if source is None or any(isinstance(node, Symbol) and " " in node.name for node in walk(source)):
            return f"{form_formula(form)} {requirement.operator} 0"
        if isinstance(term, Determinant):
            return f"{print_plain(Call('det', (source,)))} {requirement.operator} 0"
        rank = self.question.shapes.of(source).rank
        if rank and isinstance(source, Symbol):
            source = Entry(source, tuple(map(Symbol, "ijkl"[:rank])))
        each = " in each entry" if rank and not isinstance(source, Entry) else ""
        return f"{print_plain(source)} {requirement.operator} 0{each}"

    def _notes(self) -> Iterator[str]:
        if self.layout.note:
            yield self.layout.note
        if self.question.varying:
            held = sorted(set(self.question.names.values) - self.question.varying)
            yield from (f"{name} is held constant: d{name} does not occur" for name in held)
        for name, shape in self.question.inferred.items():
            yield f"{shown(name)} is read as {shape}"
        for node in (self.question.truth, self.question.claim):
            for variable, _ in node.variables if isinstance(node, Derivative) else ():
                yield from self._structure(variable)

    def _structure(self, variable: Expression) -> Iterator[str]:
        """A derivative by a matrix with structure treats its entries as independent; say so."""
        for item in self.question.assumptions:
            if isinstance(item, Property) and variable in item.names:
                for word in item.words:
                    if word in STRUCTURES and isinstance(variable, Symbol):
                        yield f"the entries of {variable.name} are varied independently, although it is {word}"


def _whole_names(question: Question) -> frozenset[str]:
    """Names whose values stand apart: declared members of a finite set, whole numbers, one-hot arrays."""
    found = set(question.shapes.integers)
    for item in question.assumptions:
        match item:
            case OneOf(names) | Member(names, "N" | "Z"):
                found.update(name.name for name in names)
            case Property(names, words) if {"one-hot", "integer", "natural"} & set(words):
                found.update(name.name for name in names)
    return frozenset(found)


def _truths(question: Question) -> Iterator[Expression]:
    """The truth and the definitions it may be made of."""
    yield question.truth
    yield from (item.body for item in question.shapes.definitions.values())

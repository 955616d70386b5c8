"""The verdict on an equality with indices, vectors or matrices: for all sizes, or at concrete ones.

Order of work: shapes; a counterexample at concrete sizes, all different; the proof. A proof is an empty
difference of normal forms (`zero.py`), together with a point where both sides are defined, and with every
requirement of the claim either known from the facts and the truth, or a thin set that becomes a condition.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from derivcheck.assumption import ArrayShape, Assumption, Holds, IndexRange
from derivcheck.expression import (
    Apply,
    Call,
    Derivative,
    Differential,
    Entry,
    Expression,
    Frobenius,
    Hadamard,
    MatMul,
    Number,
    Reduction,
    Symbol,
    Transpose,
    walk,
)
from derivcheck.functions import by_name
from derivcheck.kernel.concrete.compare import Agreement, Difference, Sides, compare, function_text, point_text
from derivcheck.kernel.concrete.points import Names, names_of, points
from derivcheck.kernel.indexed.atoms import FREE, Form, Index, Undefined, Unsupported, form_text
from derivcheck.kernel.indexed.conditions import requirements
from derivcheck.kernel.indexed.facts import Facts
from derivcheck.kernel.indexed.lowering import Lowering
from derivcheck.kernel.indexed.normal import Normal
from derivcheck.kernel.indexed.reading import condition_text, is_thin
from derivcheck.kernel.indexed.result import (
    Budget,
    Context,
    LayoutDiffers,
    Proved,
    Refuted,
    Result,
    ShapeMismatch,
    Unknown,
)
from derivcheck.kernel.indexed.term import NIL, Delta, Term, times
from derivcheck.kernel.indexed.zero import vanishes
from derivcheck.shapes import Range, Shape, ShapeError, Shapes, index_letters, size_of

ENOUGH = 2


@dataclass(frozen=True, slots=True)
class Layout:
    """One way to compare a claim with a derivative: the truth's axes in the claim's order."""

    axes: tuple[int, ...]
    accepted: bool
    note: str = ""
    diagonal: bool = False


def is_indexed(trees: Iterable[Expression], context: Context) -> bool:
    """Whether statements about these trees need this kernel rather than the one for numbers."""
    shapes = _shapes(tuple(trees), context)
    return any(_needs_indices(node, shapes) for tree in trees for node in walk(tree))


def _needs_indices(node: Expression, shapes: Shapes) -> bool:
    match node:
        case MatMul() | Hadamard() | Frobenius() | Transpose() | Entry():
            return True
        case Reduction(_, _, _, lower, upper):
            return not (isinstance(lower, Number) and isinstance(upper, Number))
        case Call(name):
            return not by_name(name).elementwise
        case Symbol(name):
            definition = shapes.definitions.get(name)
            if definition is None:
                return name in shapes.arrays
            return any(_needs_indices(inner, shapes) for inner in walk(definition.body))
    return False


def judge(left: Expression, right: Expression, context: Context, budget: Budget = Budget()) -> Result:
    """Whether the claim on the right equals the truth on the left."""
    try:
        return _Question(left, right, context, budget).answer()
    except ShapeError as error:
        return ShapeMismatch(error.message, error.span, error.suggestion)


class _Question:
    """One statement under judgement."""

    def __init__(self, left: Expression, right: Expression, context: Context, budget: Budget) -> None:
        self.context, self.budget = context, budget
        shapes = _shapes((left, right), context)
        self.left, self.right = shapes.resolved(left), shapes.resolved(right)
        definitions = {
            name: replace(item, body=shapes.resolved(item.body)) for name, item in context.definitions.items()
        }
        self.shapes = replace(shapes, definitions=definitions)
        letters = index_letters(left) | index_letters(right)
        self.letters = {
            letter: self.shapes.range_of(letter, MatMul((left, right)))
            for letter in sorted(letters)
            if letter not in self.shapes.size_names
        }
        self.shapes = replace(self.shapes, indices={**self.shapes.indices, **self.letters})
        self.varying = self._varying()
        self.names = Names(
            names_of(self._trees(), self.shapes), tuple(sorted(self.varying)), tuple(sorted(self._unknown()))
        )

    def answer(self) -> Result:
        layouts = self._layouts()
        refutations: list[Refuted] = []
        best: Result = Unknown("no certificate")
        for layout in layouts:
            verdict = self._under(layout)
            if isinstance(verdict, Proved):
                if layout.accepted:
                    return verdict
                return LayoutDiffers(layout.note)
            if isinstance(verdict, Refuted):
                refutations.append(verdict)
            else:
                best = verdict
        return refutations[0] if len(refutations) == len(layouts) else best

    def _trees(self) -> list[Expression]:
        assumed = [
            condition  # type: ignore[misc]
            for item in self.context.assumptions
            if isinstance(item, Holds)
            for condition in item.conditions
        ]
        return [self.left, self.right, *assumed]  # type: ignore[list-item]

    def _varying(self) -> frozenset[str]:
        """The independent names that a differential of the statement moves."""
        if self.context.varying is not None:
            return self.context.varying
        for side in (self.right, self.left):
            inner = [node.operand for node in walk(side) if isinstance(node, Differential)]
            if inner:
                return frozenset(names_of(inner, self.shapes))
        return frozenset()

    def _unknown(self) -> set[str]:
        trees = [*self._trees(), *(definition.body for definition in self.shapes.definitions.values())]
        found = {node.name for tree in trees for node in walk(tree) if isinstance(node, Apply)}
        return found - set(self.shapes.definitions)

    def _layouts(self) -> list[Layout]:
        """The ways in which the shapes of the two sides can be compared, the first the plain one."""
        first, second = self.shapes.of(self.left), self.shapes.of(self.right)
        rank = first.rank
        plain = tuple(range(rank))
        derivative = next((side for side in (self.left, self.right) if isinstance(side, Derivative)), None)
        if _is_zero(self.right) or first.sizes == second.sizes or first.square or second.square:
            found = [Layout(plain, True)]
        else:
            found = []
        if first.row is not second.row and found and rank == 1 and derivative is None:
            found = []
        if derivative is not None and rank == 2 and second.rank == 2:
            jacobian = self.shapes.of(derivative.operand).rank == 1
            turned = Shape(first.sizes[::-1])
            if turned.sizes == second.sizes:
                found.append(Layout((1, 0), jacobian, "the claim is the transpose of the derivative"))
            found = [_declared(layout, self.context.layout, jacobian) for layout in found]
        if derivative is not None and rank == 2 and second.rank == 1 and first.sizes == second.sizes * 2:
            found.append(Layout(plain, True, "read as the diagonal of the Jacobian matrix", diagonal=True))
        if not found:
            raise ShapeError(
                f"the left side is {first}, the right side is {second}", self.right.span, _mending(first, second)
            )
        return found

    def _under(self, layout: Layout) -> Result:
        """The verdict in one layout."""
        sides = Sides(self.left, self.right, layout.axes, layout.diagonal)
        agreeing = 0
        for point in points(self.names, self.shapes, self.context.assumptions, self.budget.points):
            found = compare(sides, point, self.shapes, self.varying, self.letters)
            if isinstance(found, Difference):
                return self._refuted(found)
            if isinstance(found, Agreement):
                agreeing += 1
                if agreeing == ENOUGH:
                    break
        try:
            return self._proved(layout, agreeing)
        except Unsupported as reason:
            return Unknown(str(reason), agreeing)
        except Undefined as reason:
            return Unknown(str(reason), agreeing)

    def _refuted(self, found: Difference) -> Refuted:
        point = found.point
        return Refuted(
            dict(point.sizes),
            point_text(point, self.names.values, found.place),
            tuple(place + 1 for place in found.entry),
            found.expected,
            found.claimed,
            {name: function_text(values) for name, values in point.functions.items()},
        )

    def _proved(self, layout: Layout, agreeing: int) -> Result:
        facts = Facts(self.context.assumptions, self.shapes, self.budget.work)
        free = {letter: Index(FREE, letter, over) for letter, over in self.letters.items()}
        lowering = Lowering(self.shapes, free, self.varying)
        truth, claim, derived = self._terms(lowering, layout)
        natural = list(requirements([truth, *derived[0]], lowering.table))
        natural += requirements(derived[0], lowering.table, smooth=True)
        normal = Normal(facts.algebra)
        for requirement in natural:
            facts.assume(requirement, normal(requirement.term))
        normal = Normal(facts.algebra)
        left, right = normal(truth), normal(claim)
        difference = facts.algebra.plus(left, facts.algebra.scaled(right, -1))
        if not vanishes(facts.algebra, difference):
            return Unknown("no certificate", agreeing)
        if not agreeing:
            return Unknown("no point was found where the assumptions hold and both sides are defined")
        conditions: list[str] = []
        needed = list(requirements([claim, *derived[1]], lowering.table))
        needed += requirements(derived[1], lowering.table, smooth=True)
        for requirement in needed:
            missing = self._missing(facts, requirement.operator, normal(requirement.term))
            if missing is None:
                return Unknown(
                    f"the claim needs {condition_text(normal(requirement.term), requirement.operator)}", agreeing
                )
            conditions.extend(missing)
        names = self.names.values
        notes = tuple(filter(None, (layout.note, *self._notes())))
        transcript = (f"left = {form_text(left)}", f"right = {form_text(right)}")
        return Proved(facts.used_for(names), tuple(dict.fromkeys(conditions)), notes, transcript)

    def _terms(self, lowering: Lowering, layout: Layout) -> tuple[Term, Term, tuple[list[Term], list[Term]]]:
        """The general entry of both sides, and the operands of the derivatives in each."""
        shape = self.shapes.of(self.left)
        sizes = shape.sizes or self.shapes.of(self.right).sizes
        place = tuple(Index(FREE, f"entry {k}", Range(1, size)) for k, size in enumerate(sizes))
        truth = lowering.entry(self.left, place)
        first = lowering.derived
        lowering.derived = []
        if layout.diagonal:
            claim = times(Delta(*place), lowering.entry(self.right, place[:1]))
        elif _is_zero(self.right):
            claim = NIL
        else:
            claim = lowering.entry(self.right, tuple(place[axis] for axis in layout.axes))
        return truth, claim, (first, lowering.derived)

    def _missing(self, facts: Facts, operator: str, form: Form) -> list[str] | None:
        """Thin sets on which a requirement of the claim fails; None where it may fail on more."""
        if operator != "!=":
            return [] if facts.sign(form) >= (2 if operator == ">" else 1) else None
        if not form:
            raise Undefined("a division by zero")
        left = facts.never_zero(form)
        if left and (facts.curved or not all(is_thin(facts.algebra, factor) for factor in left)):
            return None
        return [condition_text(factor, "!=") for factor in left]

    def _notes(self) -> Iterator[str]:
        for node in (self.left, self.right):
            if isinstance(node, Derivative):
                for variable, _ in node.variables:
                    name = variable.name if isinstance(variable, Symbol) else ""
                    word = self._structure(name)
                    if word:
                        yield f"the entries of {name} are varied independently, although {name} is {word}"
        if self.varying:
            held = sorted(set(self.names.values) - self.varying)
            if held:
                yield f"held constant: {', '.join(held)}"

    def _structure(self, name: str) -> str:
        from derivcheck.assumption import Property

        for item in self.context.assumptions:
            if isinstance(item, Property) and any(symbol.name == name for symbol in item.names):
                for word in item.words:
                    if word in ("symmetric", "positive definite", "orthogonal", "diagonal", "antisymmetric"):
                        return word
        return ""


def _declared(layout: Layout, declared: str, jacobian: bool) -> Layout:
    """Whether the declared layout accepts this one; undeclared, a Jacobian may stand either way."""
    turned = layout.axes == (1, 0)
    if declared == "gradient":
        accepted = jacobian or not turned
        note = (
            layout.note and f"{layout.note}; a gradient has the shape of its variable" if not jacobian else layout.note
        )
        return replace(layout, accepted=accepted, note=note)
    wanted = (declared == "numerator") is not jacobian
    note = "" if turned is wanted else f"the claim is not in the declared {declared} layout, it is its transpose"
    return replace(layout, accepted=turned is wanted, note=note)


def _is_zero(node: Expression) -> bool:
    return isinstance(node, Number) and not node.value


def _mending(first: Shape, second: Shape) -> str:
    if first.sizes == second.sizes[::-1]:
        return "transpose the right side"
    return ""


def _shapes(trees: tuple[Expression, ...], context: Context) -> Shapes:
    """Shapes as declared, by assumptions and by the caller, and the sizes that bounds of sums name."""
    arrays: dict[str, Shape] = {name: _shape(sizes) for name, sizes in context.shapes.items()}
    indices: dict[str, Range] = {}
    for item in context.assumptions:
        if isinstance(item, ArrayShape):
            arrays.update({name.name: _shape(item.shape) for name in item.names})
        if isinstance(item, IndexRange):
            lower = int(item.lower.value) if isinstance(item.lower, Number) else 1
            indices.update({name.name: Range(lower, size_of(item.upper)) for name in item.names})
    everything: list[Expression] = [*trees, *(definition.body for definition in context.definitions.values())]
    everything.extend(_conditions(context.assumptions))
    bounds = tuple(
        size_of(node.upper)
        for tree in everything
        for node in walk(tree)
        if isinstance(node, Reduction) and node.upper is not None
    )
    return Shapes(arrays, context.definitions, indices, bounds)


def _conditions(assumptions: Iterable[Assumption]) -> Iterator[Expression]:
    for item in assumptions:
        if isinstance(item, Holds):
            yield from item.conditions  # type: ignore[misc]


def _shape(sizes: tuple[Expression, ...]) -> Shape:
    return Shape(tuple(map(size_of, sizes)))

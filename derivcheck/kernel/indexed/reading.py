"""Forms for people, and what is known about where a form is zero."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import count

from derivcheck.expression import (
    PI,
    Call,
    Entry,
    Expression,
    Number,
    Reduction,
    Symbol,
    add,
    divide,
    multiply,
    negate,
    power,
)
from derivcheck.kernel.indexed.algebra import Algebra
from derivcheck.kernel.indexed.atoms import CONSTANT, FREE, PARAMETER, Atom, Exponent, Form, Head, Index, Monomial
from derivcheck.notation.printing import print_plain
from derivcheck.shapes import Size

ANALYTIC = frozenset({"exp", "sin", "cos", "atan", "erf"})


@dataclass(frozen=True, slots=True)
class Steps:
    """Names that move in steps: `whole` ones such as y ∈ {0, 1} and k ∈ Z, and `sizes`, which are positive."""

    whole: frozenset[str] = frozenset()
    sizes: frozenset[str] = frozenset()


def is_thin(form: Form, steps: Steps = Steps()) -> bool:
    """Whether the zeros of a form that is not zero everywhere have no interior.

    So it is for functions that are analytic on a connected domain: polynomials, exp and the like of them,
    logarithms and roots of what is positive throughout or affine. For each value of the names that move in steps,
    something else in the form has to vary.
    """
    return _all_analytic(form) and _varies(form, steps)


def _all_analytic(form: Form) -> bool:
    return all(_is_analytic(item, exponent) for monomial in form for item, exponent in monomial)


def _varies(form: Form, steps: Steps) -> bool:
    """Whether a form is not constant whatever the names that move in steps are.

    Some product of other names stands in one monomial alone, with no factor beside it but sizes.
    """
    found: dict[Monomial, list[bool]] = {}
    for monomial in form:
        free = tuple(pair for pair in monomial if not _names(pair[0].head) & (steps.whole | steps.sizes))
        rest = [item.head for item, _ in monomial if (item, _) not in free]
        positive = all(head.kind == "symbol" and head.name in steps.sizes for head in rest)
        found.setdefault(free, []).append(positive)
    return any(places == [True] for free, places in found.items() if any(_names(item.head) for item, _ in free))


def _names(head: Head) -> frozenset[str]:
    """The names in an atom, those inside included."""
    if head.kind == "symbol":
        return frozenset({head.name}) - {"pi constant"}
    inner = [item.head for form in head.inside for monomial in form for item, _ in monomial]
    inner += [item.head for item, _ in head.factors]
    crossing = (over.upper for over in head.ranges if not over.never_empty)
    sizes = frozenset(name for size in crossing for names, _ in size for name in names)
    return sizes.union(*map(_names, inner))


def _is_analytic(item: Atom, exponent: Exponent) -> bool:
    head = item.head
    whole = exponent == int(exponent)
    inside = all(map(_all_analytic, head.inside)) and all(_is_analytic(*factor) for factor in head.factors)
    match head.kind:
        case "symbol" | "prime":
            return True
        case "sum":
            return inside and (whole or _one_piece({((item, 1),): Fraction(1)}))
        case "base":
            return inside and (whole or _one_piece(head.inside[0]))
        case "function":
            return inside and whole and (head.name in ANALYTIC or (head.name == "log" and _one_piece(head.inside[0])))
        case "inverse" | "determinant":
            return whole and _all_analytic(_without_deltas(head.inside[0]))
    return False


def _without_deltas(matrix: Form) -> Form:
    """The entries of a matrix with those of identities, which are constants, left out."""
    return {
        tuple(pair for pair in monomial if pair[0].head.kind != "delta"): value for monomial, value in matrix.items()
    }


def _one_piece(form: Form) -> bool:
    """Whether the set where the form is positive is connected: all of space, or a half of it."""
    affine = all(
        len(monomial) <= 1 and all(item.head.kind == "symbol" and exponent == 1 for item, exponent in monomial)
        for monomial in form
    )
    return affine or Algebra().sign(form) == 1


def form_formula(form: Form) -> str:
    """A form as a formula people can read; an inverse or a composite determinant by its matrix's entries."""
    return print_plain(_Formula().tree(form, {}))


class _Formula:
    """Letters for indices while one form is turned into a tree."""

    def __init__(self) -> None:
        self.letters: Iterator[str] = (letter if not k else f"{letter}{k}" for k in count() for letter in "ijklpq")

    def tree(self, form: Form, names: dict[Index, str]) -> Expression:
        """The tree of a form; `names` says what the parameters and bound indices around it are called."""
        terms = []
        for monomial, value in sorted(form.items()):
            product = self._product(monomial, abs(value), names)
            terms.append(negate(product) if value < 0 else product)
        return add(*terms)

    def _product(self, monomial: Monomial, value: Fraction, names: dict[Index, str]) -> Expression:
        above = [self._power(item, exponent, names) for item, exponent in monomial if exponent > 0]
        below = [self._power(item, -exponent, names) for item, exponent in monomial if exponent < 0]
        top = multiply(*above) if value.numerator == 1 and above else multiply(value.numerator, *above)
        return divide(top, multiply(*([value.denominator] if value.denominator > 1 else []), *below))

    def _power(self, item: Atom, exponent: Exponent, names: dict[Index, str]) -> Expression:
        return power(self._atom(item, names), Fraction(exponent))

    def _index(self, index: Index, names: dict[Index, str]) -> Expression:
        if index.kind == CONSTANT:
            return Number(Fraction(int(index.name)))
        if index.kind == FREE and str(index.name).isalpha():
            return Symbol(str(index.name))
        if index not in names:
            names[index] = next(self.letters)
        return Symbol(names[index])

    def _atom(self, item: Atom, names: dict[Index, str]) -> Expression:
        head = item.head
        places = tuple(self._index(index, names) for index in item.indices)
        inner: dict[Index, str] = {}
        for known in head.inside:
            inner.update(self._arguments(known, places))
        match head.kind:
            case "symbol" if head.name == "pi constant":
                return PI
            case "symbol":
                return Entry(Symbol(head.name), places) if places else Symbol(head.name)
            case "delta":
                return Call("delta", places)
            case "prime":
                return Number(Fraction(head.name))
            case "base":
                return self.tree(head.inside[0], inner)
            case "function":
                return Call(head.name, tuple(self.tree(known, dict(inner)) for known in head.inside))
            case "sum":
                return self._sum(item, places)
        matrix = head.inside[0]
        plain = _plain_matrix(matrix)
        name = Symbol(plain) if plain else self.tree(matrix, {})
        whole: Expression = Call("det" if head.kind == "determinant" else "inv", (name,))
        return whole

    def _arguments(self, form: Form, places: tuple[Expression, ...]) -> dict[Index, str]:
        """What the parameters of an inside are called."""
        found = {index for monomial in form for item, _ in monomial for index in item.indices}
        return {
            index: print_plain(places[int(index.name)])
            for index in found
            if index.kind == PARAMETER and int(index.name) < len(places)
        }

    def _sum(self, item: Atom, places: tuple[Expression, ...]) -> Expression:
        product: Form = {item.head.factors: Fraction(1)}
        names = self._arguments(product, places)
        bound = sorted({index for factor, _ in item.head.factors for index in factor.indices} - names.keys())
        for index in bound:
            names[index] = next(self.letters)
        body = self.tree(product, dict(names))
        for index in reversed(bound):
            if index.range is not None:
                lower = Number(Fraction(index.range.lower))
                body = Reduction("sum", body, Symbol(names[index]), lower, _size(index.range.upper))
        return body


def _size(size: Size) -> Expression:
    return add(*(multiply(value, *map(Symbol, names)) for names, value in size))


def _plain_matrix(form: Form) -> str:
    """The name of a matrix that is one, else empty."""
    ((monomial, value),) = form.items() if len(form) == 1 else (((), Fraction(0)),)
    if value == 1 and len(monomial) == 1 and monomial[0][1] == 1 and monomial[0][0].head.kind == "symbol":
        return monomial[0][0].head.name
    return ""

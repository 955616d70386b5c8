"""The index normal form: canonical names, and operations that keep the value."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import permutations, product
from math import exp, isclose, log

import pytest

from derivcheck.kernel.indexed.algebra import Algebra, Structures
from derivcheck.kernel.indexed.atoms import BOUND, CONSTANT, FREE, PARAMETER, Atom, Form, Index, form_text
from derivcheck.kernel.indexed.powers import factored, raised
from derivcheck.kernel.indexed.zero import vanishes
from derivcheck.shapes import Range, Size

N: Size = ((("n",), 1),)
M: Size = ((("m",), 1),)
SIZES = {N: 3, M: 2}
OVER_N, OVER_M = Range(1, N), Range(1, M)


def bound(name: int, over: Range = OVER_N) -> Index:
    return Index(BOUND, 5_000_000 + name, over)


def cycle(algebra: Algebra, order: list[int]) -> Form:
    """tr(X^k) with its bound indices in some order."""
    names = [bound(k) for k in order]
    factors = [algebra.symbol("X", (names[k], names[(k + 1) % len(names)])) for k in range(len(names))]
    return algebra.total(algebra.times(*factors), names)


def test_bound_names_do_not_matter() -> None:
    for order in permutations(range(4)):
        assert cycle(Algebra(), list(order)) == cycle(Algebra(), [0, 1, 2, 3])


def test_a_long_cycle_in_any_order() -> None:
    """tr(X^8) has eight indices that look alike and eight symmetries, not 40,320 leaves."""
    first = cycle(Algebra(), list(range(8)))
    generator = random.Random(1)
    for _ in range(3):
        order = list(range(8))
        generator.shuffle(order)
        assert cycle(Algebra(), order) == first


def test_equal_factors_are_one_term() -> None:
    """Eight equal factors under one sum are told apart by nothing, and need no more than a few refinements."""
    algebra = Algebra()
    i, names = bound(0), [bound(k) for k in range(1, 9)]
    factors = [algebra.symbol("X", (i, name)) for name in names]
    assert len(algebra.total(algebra.times(*factors), [i, *names])) == 1


def test_different_graphs_stay_different() -> None:
    """Two triangles are not a hexagon, though every index sees the same from its place."""
    algebra = Algebra(structures=Structures(symmetric=frozenset({"X"})))
    triangles = algebra.times(cycle(algebra, [0, 1, 2]), cycle(algebra, [3, 4, 5]))
    assert triangles != cycle(algebra, list(range(6)))


def test_two_sums_over_one_index_are_not_one_sum() -> None:
    algebra = Algebra()
    k = bound(1)
    single = algebra.total(algebra.symbol("a", (k,)), [k])
    squares = algebra.total(algebra.times(algebra.symbol("a", (k,)), algebra.symbol("a", (k,))), [k])
    assert algebra.times(single, single) != squares


def test_symmetric_arguments_are_found() -> None:
    """sum(k, x[i,k]*x[j,k]) is symmetric in i and j; sum(k, x[i,k]*z[j,k]) is not."""
    algebra = Algebra()
    i, j, k = Index(FREE, "i", OVER_M), Index(FREE, "j", OVER_M), bound(1)

    def gram(left: str, right: str, first: Index, second: Index) -> Form:
        return algebra.total(algebra.times(algebra.symbol(left, (first, k)), algebra.symbol(right, (second, k))), [k])

    assert gram("x", "x", i, j) == gram("x", "x", j, i)
    assert gram("x", "z", i, j) != gram("x", "z", j, i)
    assert algebra.apply("exp", [gram("x", "x", i, j)]) == algebra.apply("exp", [gram("x", "x", j, i)])


def test_coinciding_arguments_open_the_inside() -> None:
    """exp(x[i] + x[j]) at j = i is exp(2 x[i])."""
    algebra = Algebra()
    i, j = Index(FREE, "i", OVER_N), Index(FREE, "j", OVER_N)
    both = algebra.apply("exp", [algebra.plus(algebra.symbol("x", (i,)), algebra.delta(i, j))])
    met = algebra.substituted(both, {j: i})
    assert met == algebra.apply("exp", [algebra.plus(algebra.symbol("x", (i,)), {(): Fraction(1)})])


class Values:
    """Numbers for atoms: entries from a table, insides computed."""

    def __init__(self, seed: int) -> None:
        self.generator = random.Random(seed)
        self.entries: dict[tuple[str, tuple[int, ...]], float] = {("n", ()): 3.0, ("m", ()): 2.0}

    def of(self, form: Form, at: dict[Index, int]) -> float:
        return sum(
            float(value) * self._product([(self.atom(item, at), power) for item, power in monomial])
            for monomial, value in form.items()
        )

    def _product(self, powers: list[tuple[float, int | Fraction]]) -> float:
        result = 1.0
        for value, power in powers:
            result *= value ** float(power)
        return result

    def atom(self, item: Atom, at: dict[Index, int]) -> float:
        head = item.head
        places = tuple(int(index.name) if index.kind == CONSTANT else at[index] for index in item.indices)
        if head.kind == "symbol":
            return self.entries.setdefault((head.name, places), 0.3 + self.generator.random())
        if head.kind == "delta":
            return float(places[0] == places[1])
        if head.kind == "prime":
            return float(head.name)
        if head.kind == "sum":
            return sum(
                self._product([(self.atom(factor, inner), power) for factor, power in head.factors])
                for inner in self._inner(head.factors, head.ranges, places)
            )
        insides = [self.of(form, self._arguments(form, places)) for form in head.inside]
        functions = {"exp": exp, "log": log, "step": lambda value: float(value > 0)}
        return insides[0] if head.kind == "base" else functions[head.name](insides[0])

    def _arguments(self, form: Form, places: tuple[int, ...]) -> dict[Index, int]:
        return self._named((item for monomial in form for item, _ in monomial), places)

    def _named(self, items: Iterator[Atom], places: tuple[int, ...]) -> dict[Index, int]:
        found = {index for item in items for index in item.indices}
        return {index: places[int(index.name)] for index in found if index.kind == PARAMETER}

    def _inner(
        self, factors: tuple[tuple[Atom, int | Fraction], ...], ranges: tuple[Range, ...], places: tuple[int, ...]
    ) -> Iterator[dict[Index, int]]:
        outer = self._named((item for item, _ in factors), places)
        for choice in product(*(range(over.lower, SIZES[over.upper] + 1) for over in ranges)):
            names = {Index(BOUND, k, over): value for k, (over, value) in enumerate(zip(ranges, choice, strict=True))}
            yield {**outer, **names}


def random_form(generator: random.Random, algebra: Algebra, depth: int, free: list[Index]) -> Form:
    """A form built by the operations of the algebra, positive at all values of positive entries."""
    kind = generator.choice(["entry", "entry", "plus", "times", "sum", "exp", "quotient", "root", "log"])
    if depth == 0 or kind == "entry":
        index = generator.choice(free)
        name = generator.choice("ab") + ("m" if index.range == OVER_M else "n")
        return algebra.symbol(name, (index,))

    def inner(more: list[Index] | None = None) -> Form:
        return random_form(generator, algebra, depth - 1, free + (more or []))

    match kind:
        case "plus":
            return algebra.plus(inner(), inner(), {(): Fraction(1, 2)})
        case "times":
            return algebra.times(inner(), inner())
        case "sum":
            index = algebra.fresh(generator.choice((OVER_N, OVER_M)))
            return algebra.total(inner([index]), [index])
        case "exp":
            return algebra.apply("exp", [algebra.scaled(algebra.apply("log", [inner()]), Fraction(1, 2))])
        case "quotient":
            return algebra.times(inner(), raised(algebra, algebra.plus(inner(), {(): Fraction(1)}), -1))
        case "log":
            return algebra.apply("log", [algebra.plus(inner(), {(): Fraction(2)})])
    return raised(algebra, inner(), Fraction(1, 2))


@pytest.mark.parametrize("seed", range(60))
def test_operations_keep_the_value(seed: int) -> None:
    """What an operation returns has the value that the operation has on values."""
    generator = random.Random(seed)
    algebra = Algebra()
    free = [Index(FREE, "i", OVER_N), Index(FREE, "j", OVER_N), Index(FREE, "k", OVER_M)]
    at = {free[0]: 1, free[1]: 3, free[2]: 2}
    left = random_form(generator, algebra, 3, free)
    right = random_form(generator, algebra, 2, free)
    values = Values(seed)
    a, b = values.of(left, at), values.of(right, at)
    checks: list[tuple[Callable[[], Form], float]] = [
        (lambda: algebra.plus(left, right), a + b),
        (lambda: algebra.times(left, right), a * b),
        (lambda: raised(algebra, left, 3), a**3),
        (lambda: raised(algebra, algebra.plus(left, right), -2), (a + b) ** -2),
        (lambda: raised(algebra, algebra.plus(left, right), Fraction(-3, 2)), (a + b) ** -1.5),
        (lambda: algebra.apply("log", [algebra.times(left, left, right)]), log(a * a * b)),
        (lambda: algebra.apply("exp", [algebra.apply("log", [left])]), a),
    ]
    for form, value in checks:
        assert isclose(values.of(form(), at), value, rel_tol=1e-7), form_text(form())
    constant, parts = factored(algebra, algebra.plus(left, right))
    joined = algebra.scaled(algebra.times(*(raised(algebra, part, power) for part, power in parts)), constant)
    assert isclose(values.of(joined, at), a + b, rel_tol=1e-7)
    index = Index(FREE, "i", OVER_N)
    moved = algebra.substituted(left, {index: free[1]})
    assert isclose(values.of(moved, at), values.of(left, {**at, index: 3}), rel_tol=1e-7)
    whole = algebra.total(left, [index])
    assert isclose(values.of(whole, at), sum(values.of(left, {**at, index: k}) for k in (1, 2, 3)), rel_tol=1e-7)


def test_denominators_under_one_sum_meet() -> None:
    """sum 1/((1+x)(2+x)) against partial fractions, each denominator different from the others."""
    algebra = Algebra()
    k = bound(1)
    x = algebra.symbol("x", (k,))
    first, second = (algebra.plus({(): Fraction(c)}, x) for c in (1, 2))
    joint = algebra.total(raised(algebra, algebra.times(first, second), -1), [k])
    apart = algebra.plus(
        algebra.total(raised(algebra, first, -1), [k]),
        algebra.scaled(algebra.total(raised(algebra, second, -1), [k]), -1),
    )
    assert vanishes(algebra, algebra.plus(joint, algebra.scaled(apart, -1)))
    assert not vanishes(algebra, algebra.plus(joint, apart))

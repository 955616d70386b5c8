"""What repairs may put in: arrays, letters, slopes of activations, and numbers that may be missing as factors."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice

from flint import arb

from derivcheck.diagnosis.arrays.ground import BITS, Ground, Values
from derivcheck.diagnosis.arrays.trees import elementwise, letters_in
from derivcheck.diagnosis.edits import rational
from derivcheck.expression import (
    ONE,
    Add,
    Call,
    Derivative,
    Differential,
    Expression,
    Hadamard,
    Pow,
    Symbol,
    Transpose,
    add,
    call,
    divide,
    is_leaf,
    negate,
    symbols,
    walk,
)
from derivcheck.kernel.balls import precision
from derivcheck.kernel.concrete.jets import ball

SMALL = 24
MAX_PARTS = 12
WAYS = 3
UNSUITABLE = (Derivative, Differential, Pow, Add, Transpose)


@dataclass(frozen=True, slots=True)
class Factor:
    """A number of the statement with its value at each spot."""

    tree: Expression
    values: tuple[arb, ...]


@dataclass(frozen=True, slots=True)
class Supply:
    """`letters` are free in the truth, `own` in the claim alone or bound there."""

    names: tuple[Symbol, ...]
    letters: tuple[str, ...]
    own: tuple[str, ...]
    slopes: tuple[Expression, ...]
    factors: tuple[Factor, ...]


def supply_of(ground: Ground) -> Supply:
    """What is taken from the truth and the claim."""
    names = ground.reached(ground.truth) | ground.reached(ground.claimed) | set(ground.shapes.definitions)
    arrays = [Symbol(name) for name in sorted(names) if (shape := ground.shape(Symbol(name))) and shape.rank]
    letters = [letter for letter in ground.letters if letter in symbols(ground.truth)]
    own = [letter for letter in ground.letters if letter not in letters]
    bound = sorted(letters_in(ground.claimed) - ground.letters.keys())
    factors = tuple(_valued(ground, dict.fromkeys(_factors(ground))))
    return Supply(tuple(arrays), tuple(letters), (*own, *bound), tuple(_slopes(ground)), factors)


def _slopes(ground: Ground) -> Iterator[Expression]:
    """The derivatives of the activations that the file defines, in terms of their values, and factors of them."""
    for name, definition in ground.shapes.definitions.items():
        body, value = definition.body, Symbol(name)
        if elementwise(body) and isinstance(body, Call):
            rest = add(ONE, negate(value))
            if body.name == "sigmoid":
                yield from (Hadamard((value, rest)), rest, value)
            if body.name == "tanh":
                yield add(ONE, negate(Hadamard((value, value))))


def _factors(ground: Ground) -> Iterator[Expression]:
    """One, the sizes and numbers of the statement, their reciprocals and quotients, parts of the truth."""
    yield ONE
    sizes: list[Expression] = [Symbol(name) for name in sorted(ground.shapes.size_names)]
    closed = ground.reached(ground.truth) | ground.reached(ground.claimed)
    known = ground.shapes.size_names | ground.letters.keys() | letters_in(ground.claimed) | letters_in(ground.truth)
    numbers: list[Expression] = [Symbol(name) for name in sorted(closed - known) if _is_number(Symbol(name), ground)]
    for item in (*sizes, *numbers):
        yield from (item, divide(1, item))
    for number in numbers:
        for size in sizes:
            yield from (divide(number, size), divide(size, number))
    for item in sizes:
        yield divide(1, call("sqrt", item))
    for part in islice(_scalar_parts(ground), MAX_PARTS):
        yield from (part, divide(1, part))


def _is_number(name: Symbol, ground: Ground) -> bool:
    shape = ground.shape(name)
    return shape is not None and not shape.rank and name.name not in ground.shapes.arrays


def _scalar_parts(ground: Ground) -> Iterator[Expression]:
    """Parts of the truth that are numbers: norms, inner products, determinants."""
    closed = ground.shapes.resolved(ground.case.setting.graph.close(ground.truth))
    bound = letters_in(closed) | ground.letters.keys()
    for node in dict.fromkeys(walk(closed)):
        if not symbols(node) or is_leaf(node) or isinstance(node, UNSUITABLE):
            continue
        if any(isinstance(item, Derivative | Differential) for item in walk(node)) or symbols(node) & bound:
            continue
        shape = ground.shape(node)
        if shape is not None and not shape.rank:
            yield node


def _valued(ground: Ground, factors: dict[Expression, None]) -> Iterator[Factor]:
    for tree in factors:
        numbers = (arb(1),) * len(ground.spots) if tree == ONE else _numbers(ground.values(tree))
        if numbers is not None and not any(item.contains(0) for item in numbers):
            yield Factor(tree, numbers)


def _numbers(values: Values | None) -> tuple[arb, ...] | None:
    if values is None or any(array.sizes for array in values):
        return None
    return tuple(ball(array.entries[0].value) for array in values)


def recognised(supply: Supply, values: list[arb | None] | None) -> list[tuple[Fraction, Expression]]:
    """The number at each spot as a small rational times one of the factors, the simplest ways first."""
    found = []
    for factor in supply.factors if values is not None else ():
        with precision(BITS):
            pairs = zip(values or (), factor.values, strict=True)
            value = rational([one / other for one, other in pairs if one is not None])
        if value and abs(value.numerator) <= SMALL and value.denominator <= SMALL:
            found.append((value, factor.tree))
    return sorted(found, key=lambda item: abs(item[0].numerator) * item[0].denominator)[:WAYS]

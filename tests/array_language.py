"""A small language of sums, vectors and matrices with values of its own, to hold the verdicts on arrays against.

A formula is a tuple of its kind and parts. It has one value, exact, at concrete sizes, and many texts: a product may
be written with or without signs, as the transpose of a product, as a sum over indices. Nothing here is
shared with the program. Values are polynomials in a nilpotent number, so that a derivative is exact too.

Limits: numbers, products, sums and absolute values; no other functions, no division, no inverse.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from random import Random
from typing import Any

Formula = tuple[Any, ...]
SHAPES = {"x": "n", "y": "n", "u": "m", "A": "nn", "B": "nn", "X": "mn", "c": "", "a": ""}
DECLARED = ("x, y ∈ R^n", "u ∈ R^m", "A, B ∈ R^(n×n)", "X ∈ R^(m×n)", "c, a ∈ R")
SIZES = ((2, 3), (3, 2), (1, 2), (2, 1))
LETTERS = "ijklpqst"
STYLES = ("plain", "unicode", "latex")


@dataclass(frozen=True)
class Dual:
    """A number and its change; the change of a change is nothing."""

    value: Fraction
    change: Fraction = Fraction(0)

    def __add__(self, other: Dual) -> Dual:
        return Dual(self.value + other.value, self.change + other.change)

    def __mul__(self, other: Dual) -> Dual:
        return Dual(self.value * other.value, self.value * other.change + self.change * other.value)


@dataclass(frozen=True)
class World:
    """Concrete sizes, and the entries of every name by their places."""

    sizes: dict[str, int]
    entries: dict[str, dict[tuple[int, ...], Dual]]


def world(generator: Random, n: int, m: int) -> World:
    """Small fractions of either sign in every entry."""
    sizes = {"n": n, "m": m}
    return World(
        sizes,
        {
            name: {
                place: Dual(Fraction(generator.choice((-1, 1)) * generator.randint(1, 40), generator.randint(11, 23)))
                for place in product(*(range(1, sizes[size] + 1) for size in shape))
            }
            for name, shape in SHAPES.items()
        },
    )


def shape(node: Formula) -> str:
    """The sizes of a formula by their names: empty for a number."""
    match node:
        case ("name", name):
            return SHAPES[name]
        case ("plus" | "had", left, _):
            return shape(left)
        case ("scaled", _, array):
            return shape(array)
        case ("product", left, right):
            return shape(left)[:-1] + shape(right)[1:]
        case ("outer", left, right):
            return shape(left) + shape(right)
        case ("transposed", array):
            return shape(array)[::-1]
        case ("power", array, _):
            return shape(array)
    return ""


def entry(node: Formula, place: tuple[int, ...], at: World, letters: dict[str, int]) -> Dual:
    """The value of the entry of a formula at a place."""
    match node:
        case ("number", value):
            return Dual(Fraction(value))
        case ("name", name):
            return at.entries[name][place]
        case ("entry", name, *indices):
            return at.entries[name][tuple(letters.get(index, index) for index in indices)]
        case ("delta", left, right):
            return Dual(Fraction(letters.get(left, left) == letters.get(right, right)))
        case ("plus", left, right):
            return entry(left, place, at, letters) + entry(right, place, at, letters)
        case ("times" | "had", left, right):
            return entry(left, place, at, letters) * entry(right, place, at, letters)
        case ("scaled", number, array):
            return entry(number, (), at, letters) * entry(array, place, at, letters)
        case ("transposed", array):
            return entry(array, place[::-1], at, letters)
        case ("outer", left, right):
            return entry(left, place[:1], at, letters) * entry(right, place[1:], at, letters)
        case ("product", left, right):
            cut = len(shape(left)) - 1
            middle = range(1, at.sizes[shape(right)[0]] + 1)
            parts = (((*place[:cut], k), (k, *place[cut:])) for k in middle)
            return total(entry(left, one, at, letters) * entry(right, two, at, letters) for one, two in parts)
        case ("power", array, exponent):
            repeated = array
            for _ in range(exponent - 1):
                repeated = ("product", repeated, array)
            return entry(repeated, place, at, letters)
        case ("component", array, *indices):
            return entry(array, tuple(letters[index] for index in indices), at, letters)
        case ("absolute", number):
            value = entry(number, (), at, letters)
            return value if value.value > 0 else value * Dual(Fraction(-1))
        case ("without", letter, size, other, body):
            others = (k for k in range(1, at.sizes[size] + 1) if k != letters[other])
            return total(entry(body, (), at, {**letters, letter: k}) for k in others)
        case ("trace", array):
            return total(entry(array, (k, k), at, letters) for k in range(1, at.sizes[shape(array)[0]] + 1))
        case ("sum", letter, size, body):
            return total(entry(body, (), at, {**letters, letter: k}) for k in range(1, at.sizes[size] + 1))
        case ("slope", operand, name, *indices):
            moved = tuple(letters.get(index, index) for index in indices)
            entries = {**at.entries[name], moved: Dual(at.entries[name][moved].value, Fraction(1))}
            changed = World(at.sizes, {**at.entries, name: entries})
            return Dual(entry(operand, (), changed, letters).change)
    raise AssertionError(node)


def total(duals: Iterator[Dual]) -> Dual:
    result = Dual(Fraction(0))
    for dual in duals:
        result = result + dual
    return result


def equal(left: Formula, right: Formula, free: dict[str, str], seed: int) -> bool:
    """Whether two formulas agree in every entry, for all values of their free letters, at a few sizes."""
    for turn, (n, m) in enumerate(SIZES * 3):
        at = world(Random(1000 * seed + turn), n, m)
        for values in product(*(range(1, at.sizes[size] + 1) for size in free.values())):
            letters = dict(zip(free, values, strict=True))
            for place in product(*(range(1, at.sizes[size] + 1) for size in shape(left))):
                if entry(left, place, at, letters) != entry(right, place, at, letters):
                    return False
    return True


class Author:
    """Makes up formulas and writes them down, each time in another way."""

    def __init__(self, generator: Random) -> None:
        self.random = generator
        self.style = generator.choice(STYLES)

    # What to say.

    def formula(self, wanted: str, depth: int) -> Formula:
        """A formula of a shape, by its sizes."""
        if depth <= 0:
            names: list[Formula] = [("name", name) for name, own in SHAPES.items() if own == wanted]
            others: dict[str, Formula] = {
                "nm": ("transposed", ("name", "X")),
                "mm": ("outer", ("name", "u"), ("name", "u")),
            }
            return self.random.choice(names) if names else others[wanted]
        less = depth - 1
        size = self.random.choice("nnm")
        ways = [
            lambda: ("plus", self.formula(wanted, less), self.formula(wanted, less)),
            lambda: ("scaled", self.number(less), self.formula(wanted, less)) if wanted else self.number(less),
            lambda: ("product", self.formula(wanted[:1] + size, less), self.formula(size + wanted[1:], less)),
            lambda: ("product", self.formula(wanted[:1] + "n", less), self.formula("n" + wanted[1:], less)),
        ]
        if len(wanted) == 2:
            ways += [
                lambda: ("transposed", self.formula(wanted[::-1], less)),
                lambda: ("outer", self.formula(wanted[0], less), self.formula(wanted[1], less)),
            ]
        if wanted == "nn":
            ways += [lambda: ("power", self.formula("nn", less), self.random.choice((2, 3)))]
        if not wanted:
            ways = [ways[0], ways[1], lambda: ("product", self.formula(size, less), self.formula(size, less))]
            ways += [lambda: ("trace", self.formula("nn", less)), lambda: ("absolute", self.number(less))]
        elif len(wanted) == 1:
            ways += [lambda: ("had", self.formula(wanted, less), self.formula(wanted, less))]
        return self.random.choice(ways)()

    def number(self, depth: int) -> Formula:
        """A number: by itself, a name, or one made of arrays."""
        if depth > 0 and self.random.random() < 0.4:
            return self.formula("", depth)
        return self.random.choice((("number", 2), ("number", 3), ("name", "c"), ("name", "a")))

    def indexed(self, depth: int, free: dict[str, str]) -> Formula:
        """A number made of entries at letters."""
        if depth <= 0:
            return self.entry(free)
        left, right = (lambda: self.indexed(depth - 1, free)), (lambda: self.indexed(depth - 1, free))
        kind = self.random.choice(("plus", "times", "sum", "sum", "without"))
        if kind in ("plus", "times"):
            return (kind, left(), right())
        letter = self.random.choice([one for one in LETTERS if one not in free])
        if kind == "without" and free:
            other = self.random.choice(list(free))
            return ("without", letter, free[other], other, self.indexed(depth - 1, {**free, letter: free[other]}))
        size = self.random.choice("nnm")
        return ("sum", letter, size, self.indexed(depth - 1, {**free, letter: size}))

    def entry(self, free: dict[str, str]) -> Formula:
        """An entry at letters in reach, else a number."""
        names = [name for name, own in SHAPES.items() if own and set(own) <= set(free.values())]
        if not names or self.random.random() < 0.1:
            return self.number(0)
        name = self.random.choice(names)
        if self.random.random() < 0.2:
            letters = self.random.sample(list(free), min(len(free), self.random.choice((1, 2))))
            return ("component", self.formula("".join(free[letter] for letter in letters), 1), *letters)
        places = (self.random.choice([one for one, size in free.items() if size == own]) for own in SHAPES[name])
        return ("entry", name, *places)

    def damaged(self, node: Formula) -> Formula:
        """The formula with a slip somewhere: a name, a sign, a transpose, an index, an order."""
        parts = list(inner(node))
        for _ in range(20):
            path, part = self.random.choice(parts)
            new = self._slip(part)
            if new is not None and new != part:
                return put(node, path, new)
        return node

    def _slip(self, part: Formula) -> Formula | None:
        match part:
            case ("name", name):
                same = [other for other, own in SHAPES.items() if own == SHAPES[name]]
                return ("name", self.random.choice(same))
            case ("number", value):
                return ("number", value + 1)
            case ("entry", name, first, second):
                return ("entry", name, second, first) if len(set(SHAPES[name])) == 1 else None
            case ("delta", _, _):
                return ("number", 1)
            case ("product", left, right) if shape(left) == shape(right) == "nn":
                return ("product", right, left)
            case ("power", array, exponent):
                return ("power", array, 5 - exponent)
            case ("component", array, first, second) if len(set(shape(array))) == 1:
                return ("component", array, second, first)
            case ("absolute", number):
                return number
            case ("without", letter, size, _, body):
                return ("sum", letter, size, body)
            case ("transposed", array) if shape(array) in ("nn", "mm"):
                return array
            case ("plus" | "times", left, _):
                return left if self.random.random() < 0.5 else ("plus", part, part)
            case ("scaled", _, array):
                return array
            case ("outer", left, right) if shape(left) == shape(right):
                return ("outer", right, left)
        return None

    # How to say it.

    def text(self, node: Formula) -> str:
        """The formula as one of its texts."""
        return self.random.choice(list(self._texts(node)))

    def _texts(self, node: Formula) -> Iterator[str]:
        match node:
            case ("number", value):
                yield str(value)
            case ("name", name):
                yield name
            case ("entry", name, *indices):
                yield from self._entries(name, [str(index) for index in indices])
            case ("delta", left, right):
                yield f"[{left} = {right}]"
                yield rf"\delta_{{{left} {right}}}" if self.style == "latex" else f"δ_{left}{right}"
            case ("plus", left, right):
                yield f"{self.text(left)} + {self.term(right)}"
                yield f"{self.term(right)} + {self.text(left)}"
            case ("times", left, right):
                yield f"{self.part(left)} {self.dot} {self.part(right)}"
                yield f"{self.part(right)} * {self.part(left)}"
            case ("had", left, right):
                yield f"{self.part(left)} ⊙ {self.part(right)}"
            case ("scaled", number, array):
                yield f"{self.part(number)} {self.part(array)}"
                yield f"{self.part(array)} {self.dot} {self.part(number)}"
                if array[0] == "product" and len(shape(array[1])) == 2:
                    for sign in (" ", f" {self.dot} ", " @ "):
                        yield f"{self.part(array[1])}{sign}{self.part(number)}{sign}{self.part(array[2])}"
            case ("transposed", array):
                yield self.turned(array)
            case ("outer", left, right):
                yield f"{self.part(left)} {self.turned(right)}"
                yield f"({self.part(right)} {self.turned(left)}){self.mark}"
            case ("product", left, right) if len(shape(left)) == 1:
                yield f"{self.turned(left)} {self.part(right)}"
                if len(shape(right)) == 1:
                    yield f"{self.part(right)} {self.dot} {self.part(left)}"
                    yield f"tr({self.part(left)} {self.turned(right)})"
            case ("product", left, right):
                yield f"{self.part(left)} {self.part(right)}"
                yield f"{self.part(left)} @ {self.part(right)}"
                yield f"({self.turned(right)} {self.turned(left)}){self.mark}"
            case ("power", array, exponent):
                raised = f"^{{{exponent}}}" if self.style == "latex" else "²³"[exponent - 2]
                yield f"{self.part(array)}{raised}"
                yield f"{self.part(array)}^{exponent}"
            case ("component", array, *indices):
                yield f"({self.text(array)})_{{{''.join(indices)}}}"
                yield f"({self.text(array)})_{{{','.join(indices)}}}"
                if self.style != "latex":
                    yield f"({self.text(array)})_{''.join(indices)}"
            case ("absolute", number):
                yield f"abs({self.text(number)})"
                yield f"sqrt(({self.text(number)})^2)"
            case ("without", letter, _, other, body):
                sign = rf"\sum_{{{letter} \neq {other}}}" if self.style == "latex" else f"Σ_{{{letter}≠{other}}}"
                yield f"{sign} ({self.text(body)})"
            case ("trace", array):
                yield f"tr({self.text(array)})"
                yield f"tr({self.turned(array)})"
            case ("sum", letter, size, body):
                yield f"{self._sum(letter, size)} {self.part(body)}"
                yield f"{self._sum(letter, size)} ({self.text(body)})"
            case ("slope", operand, name, *indices):
                below = self.text(("entry", name, *indices)) if indices else name
                yield (
                    rf"\frac{{d}}{{d{below}}}({self.text(operand)})"
                    if self.style == "latex"
                    else (f"d/d{below} ({self.text(operand)})")
                )

    def _entries(self, name: str, indices: list[str]) -> Iterator[str]:
        yield f"{name}_{{{' '.join(indices)}}}" if self.style == "latex" else f"{name}_{''.join(indices)}"
        yield f"{name}_{{{','.join(indices)}}}"
        yield f"{name}[{','.join(indices)}]"

    def _sum(self, letter: str, size: str) -> str:
        return rf"\sum_{{{letter}=1}}^{size}" if self.style == "latex" else f"Σ_{{{letter}=1}}^{size}"

    @property
    def dot(self) -> str:
        return r"\cdot" if self.style == "latex" else "·"

    @property
    def mark(self) -> str:
        return self.random.choice(("^T", r"^\top", "^{T}")) if self.style == "latex" else "ᵀ"

    def part(self, node: Formula) -> str:
        """The text as a factor."""
        plain = node[0] in ("number", "name", "entry")
        return self.text(node) if plain else f"({self.text(node)})"

    def term(self, node: Formula) -> str:
        """The text as a term that follows another."""
        return f"({self.text(node)})" if node[0] in ("plus", "sum") else self.text(node)

    def turned(self, node: Formula) -> str:
        """The transpose."""
        return self.part(node) + self.mark


def inner(node: Formula, path: tuple[int, ...] = ()) -> Iterator[tuple[tuple[int, ...], Formula]]:
    """The formula and what it is made of, with the way there."""
    yield path, node
    for place, part in enumerate(node):
        if isinstance(part, tuple):
            yield from inner(part, (*path, place))


def put(node: Formula, path: tuple[int, ...], new: Formula) -> Formula:
    """The formula with the part at the end of the way replaced."""
    if not path:
        return new
    place = path[0]
    return (*node[:place], put(node[place], path[1:], new), *node[place + 1 :])


def slope(node: Formula, name: str, indices: tuple[str, ...]) -> Formula:
    """The derivative of a number made of entries by one entry, by the rules of sums and products."""
    match node:
        case ("entry", own, *places) if own == name:
            result: Formula = ("number", 1)
            for left, right in zip(places, indices, strict=True):
                result = ("times", result, ("delta", left, right))
            return result
        case ("plus", left, right):
            return ("plus", slope(left, name, indices), slope(right, name, indices))
        case ("times", left, right):
            return ("plus", ("times", slope(left, name, indices), right), ("times", left, slope(right, name, indices)))
        case ("sum", letter, size, body):
            return ("sum", letter, size, slope(body, name, indices))
        case ("without", letter, size, other, body):
            return ("without", letter, size, other, slope(body, name, indices))
    return ("number", 0)

"""Functions of arrays by name, at concrete sizes."""

from __future__ import annotations

from fractions import Fraction

from flint import fmpq

from derivcheck.kernel.balls import Unclear, Undefined
from derivcheck.kernel.concrete.arrays import (
    IDENTITY,
    Array,
    Misfit,
    built,
    elementwise,
    eliminated,
    identity,
    scalar,
    total,
)
from derivcheck.kernel.concrete.jets import FUNCTIONS, ONE, ZERO, Jet, power, rational, sign

MAX_WRITTEN_OUT = 4
CONSTANT_ARRAYS = frozenset({"ones", "zeros", "eye"})


def constant_array(name: str, sizes: tuple[int, ...]) -> Array:
    """Ones, zeros, an identity matrix."""
    if name == "eye":
        return identity(sizes[0]) if sizes else IDENTITY
    return built(sizes, lambda place: ONE if name == "ones" else ZERO)


def called(name: str, values: list[Array]) -> Array | None:
    """The value of a function, None for an abbreviation of others."""
    first = values[0]
    match name:
        case "sum":
            return scalar(total(first.entries))
        case "mean":
            return scalar(total(first.entries) * rational(Fraction(1, len(first.entries))))
        case "prod":
            return scalar(_product(first.entries))
        case "sum0" | "sum1":
            return _axis_sum(first, 0 if name == "sum0" else 1)
        case "norm":
            return scalar(_norm(first, values[1:]))
        case "tr":
            return scalar(total(first.at((k, k)) for k in range(_square(first))))
        case "det":
            return scalar(_determinant(first))
        case "inv":
            return first if first is IDENTITY else eliminated(first)[1]
        case "dot":
            return scalar(total(a * b for a, b in zip(first.entries, values[1].entries, strict=True)))
        case "outer":
            other = values[1]
            sizes = (first.sizes[0], other.sizes[0])
            return built(sizes, lambda place: first.entries[place[0]] * other.entries[place[1]])
        case "diag":
            return _diagonal(first)
        case "softmax" | "logsumexp" | "log_softmax":
            return _softmax(name, first)
        case "max" | "min":
            return elementwise(lambda *jets: _extreme(name, jets), *values)
        case "log" if len(values) == 2:
            return elementwise(lambda u, b: FUNCTIONS["log"](u) / FUNCTIONS["log"](b), *values)
    return elementwise(FUNCTIONS[name], first) if name in FUNCTIONS and len(values) == 1 else None


def _product(jets: tuple[Jet, ...]) -> Jet:
    result = ONE
    for jet in jets:
        result = result * jet
    return result


def _axis_sum(array: Array, axis: int) -> Array:
    if len(array.sizes) != 2:
        raise Misfit
    kept, gone = array.sizes[1 - axis], array.sizes[axis]
    return built(
        (kept,), lambda place: total(array.at((k, place[0]) if axis == 0 else (place[0], k)) for k in range(gone))
    )


def _norm(array: Array, order: list[Array]) -> Jet:
    which = order[0].entries[0].value if order else fmpq(2)
    if which == 2:
        return power(total(jet * jet for jet in array.entries), Fraction(1, 2))
    if which == 1:
        return total(FUNCTIONS["abs"](jet) for jet in array.entries)
    raise Unclear


def _square(array: Array) -> int:
    if len(array.sizes) != 2 or array.sizes[0] != array.sizes[1]:
        raise Misfit
    return array.sizes[0]


def _determinant(array: Array) -> Jet:
    """The determinant: of a small matrix along its first row, without division, else by elimination."""
    n = _square(array)
    if n > MAX_WRITTEN_OUT:
        try:
            return eliminated(array)[0]
        except Undefined:
            raise Unclear from None
    if n == 1:
        return array.entries[0]
    minors = []
    for column in range(n):
        kept = [k for k in range(n) if k != column]
        minor = built((n - 1, n - 1), lambda place, kept=kept: array.at((place[0] + 1, kept[place[1]])))  # type: ignore[misc]
        term = array.at((0, column)) * _determinant(minor)
        minors.append(-term if column % 2 else term)
    return total(minors)


def _diagonal(array: Array) -> Array:
    if len(array.sizes) == 2:
        return built((_square(array),), lambda place: array.at(place * 2))
    if len(array.sizes) != 1:
        raise Misfit
    return built(array.sizes * 2, lambda place: array.entries[place[0]] if place[0] == place[1] else ZERO)


def _softmax(name: str, array: Array) -> Array:
    if not array.sizes:
        raise Misfit
    exponentials = elementwise(FUNCTIONS["exp"], array)
    last = array.sizes[-1]
    sums = built(array.sizes[:-1], lambda place: total(exponentials.at((*place, k)) for k in range(last)))
    logarithms = elementwise(FUNCTIONS["log"], sums)
    if name == "logsumexp":
        return logarithms
    if name == "softmax":
        return built(array.sizes, lambda place: exponentials.at(place) / sums.at(place[:-1]), array.row)
    return built(array.sizes, lambda place: array.at(place) - logarithms.at(place[:-1]), array.row)


def _extreme(name: str, jets: tuple[Jet, ...]) -> Jet:
    best = jets[0]
    for jet in jets[1:]:
        if (sign(jet - best) > 0) is (name == "max"):
            best = jet
    return best

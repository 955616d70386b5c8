"""What each part of an expression would have to be for the whole to have given values.

Method: from the root down, the operation of each node is inverted for each of its parts, the other parts as
they are: in a + b the part a needs the whole less b. Where the inverse is not unique the part keeps no need.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flint import arb

from derivcheck.diagnosis.ground import BITS, Ground
from derivcheck.expression import Add, Call, Constant, Derivative, Div, Expression, Mul, Neg, Pow, children
from derivcheck.kernel.balls import precision, rational_value


@dataclass(frozen=True, slots=True)
class Place:
    """A node of the claim on its path from the root, its values, and the values it would need."""

    path: tuple[Expression, ...]
    have: list[arb]
    need: list[arb] | None
    above: Place | None

    @property
    def node(self) -> Expression:
        return self.path[-1]

    @property
    def parent(self) -> Expression | None:
        return self.path[-2] if len(self.path) > 1 else None

    def invertible(self) -> Place | None:
        """The nearest place above whose need is known."""
        place = self.above
        while place is not None and place.need is None:
            place = place.above
        return place


def places(root: Expression, ground: Ground, wanted: list[arb]) -> Iterator[Place]:
    """Every node with its need, parents first; nothing under derivatives."""
    have = ground.values(root)
    if have is None:
        return
    stack = [Place((root,), have, wanted, None)]
    while stack:
        place = stack.pop()
        yield place
        if isinstance(place.node, Derivative):
            continue
        below = []
        for part in children(place.node):
            value = ground.values(part)
            if value is not None:
                need = None if place.need is None else _need(place, part, value, ground)
                below.append(Place((*place.path, part), value, need, place))
        stack.extend(reversed(below))


def _need(place: Place, part: Expression, have: list[arb], ground: Ground) -> list[arb] | None:
    """What a part needs so that the node has what it needs."""
    assert place.need is not None
    with precision(BITS):
        try:
            found = _inverse(place.node, part, place.need, have, place.have, ground)
        except ZeroDivisionError:
            return None
    return found if found is not None and all(value.is_finite() for value in found) else None


def _inverse(
    node: Expression, part: Expression, need: list[arb], have: list[arb], whole: list[arb], ground: Ground
) -> list[arb] | None:
    match node:
        case Neg():
            return [-value for value in need]
        case Add():
            return [n - (w - h) for n, w, h in zip(need, whole, have, strict=True)]
        case Mul():
            return [n / (w / h) for n, w, h in zip(need, whole, have, strict=True)]
        case Div(numerator, _):
            if part is numerator:
                return [n / (w / h) for n, w, h in zip(need, whole, have, strict=True)]
            return [w * h / n for n, w, h in zip(need, whole, have, strict=True)]
        case Pow(base, exponent):
            return _inverse_power(base, exponent, part, need, ground)
        case Call("exp", _):
            return [value.log() for value in need]
        case Call("log", (_,)):
            return [value.exp() for value in need]
        case Call("sqrt", _):
            return [value * value for value in need] if all(value >= 0 for value in need) else None
    return None


def _inverse_power(
    base: Expression, exponent: Expression, part: Expression, need: list[arb], ground: Ground
) -> list[arb] | None:
    if part is exponent:
        bases = ground.values(base)
        if base == Constant("e"):
            return [value.log() for value in need]
        if bases is None or not all(value > 0 for value in (*bases, *need)):
            return None
        return [n.log() / b.log() for n, b in zip(need, bases, strict=True)]
    value = rational_value(exponent)
    if value is None or not value or not all(item > 0 for item in need):
        return None
    found = ground.values(base)
    if found is None or not all(item > 0 for item in found):
        return None
    return [(item.log() * value.denominator / value.numerator).exp() for item in need]

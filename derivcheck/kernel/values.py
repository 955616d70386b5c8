"""The values of both sides at one point, as a person reads them: rational numbers where they are rational.

Method: exact arithmetic, else the normal form of the tree with the numbers put in, else a short decimal.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from itertools import islice

from flint import arb

from derivcheck.expression import Expression, Number, Symbol, substitute, walk
from derivcheck.kernel.balls import decimal, rational_value
from derivcheck.kernel.prove import exact_value
from derivcheck.kernel.question import Refuted, Witness

LONG = 12
EXACT_NODES = 80


def value_at(tree: Expression, point: Mapping[str, Fraction]) -> Fraction | None:
    """The exact value of a rational expression at a point."""
    return rational_value(substitute(tree, _numbers(point)))


def _numbers(point: Mapping[str, Fraction]) -> dict[Expression, Expression]:
    return {Symbol(name): Number(value) for name, value in point.items()}


def text_of(tree: Expression, point: Mapping[str, Fraction], ball: arb | None) -> str | None:
    """The value as a rational number, where it is one by exact arithmetic and short; else the ball as a decimal."""
    value = value_at(tree, point)
    if value is not None and len(str(value)) <= LONG:
        return str(value)
    return None if ball is None else decimal(ball, 8)


def with_exact_values(found: Refuted, sides: tuple[Expression, Expression]) -> Refuted:
    """The refutation with values as rational numbers where the normal form shows that they are."""
    seen = found.witness
    numbers = _numbers(seen.full_point)
    texts = []
    for text, tree in zip((seen.truth, seen.claimed), sides, strict=True):
        if text is not None and not _is_rational(text) and _is_short(tree):
            value = exact_value(substitute(tree, numbers))
            text = text if value is None or len(str(value)) > LONG else str(value)
        texts.append(text)
    return Refuted(replace(seen, truth=texts[0], claimed=texts[1]))


def cost(witness: Witness) -> int:
    """How hard a point is to redo by hand: long numbers and values that are not rational."""
    values = (witness.truth or "", witness.claimed or "")
    inexact = sum(not _is_rational(value) for value in values)
    return 10 * inexact + sum(len(str(value)) for value in witness.point.values()) + sum(map(len, values))


def _is_rational(text: str) -> bool:
    return "." not in text and "e" not in text


def _is_short(tree: Expression) -> bool:
    return sum(1 for _ in islice(walk(tree), EXACT_NODES + 1)) <= EXACT_NODES

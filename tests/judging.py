"""Judges a claim given as trees through the public function, and holds the verdict against the oracle."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

from mpmath import mpf

import derivcheck
from derivcheck.expression import Expression, Relation, symbols
from derivcheck.notation.printing import print_plain
from derivcheck.verdict import StepResult, Verdict
from tests.oracle import Unknown, certainly, differ, evaluated
from tests.strategies import VALUES

_COMPARISON = re.compile(r"(<=|>=|!=|<|>|=)")


def claim(truth: Expression, claimed: Expression) -> str:
    return f"{print_plain(truth)} = {print_plain(claimed)}"


def judged(truth: Expression, claimed: Expression, assume: Sequence[str] = ()) -> StepResult:
    """The verdict, after the checks that hold for every verdict."""
    result = derivcheck.check(claim(truth, claimed), assume=assume, timeout=20)
    assert_sound(result, truth, claimed, assume)
    return result


def assert_sound(result: StepResult, truth: Expression, claimed: Expression, assume: Sequence[str] = ()) -> None:
    """A refutation names a point where the sides differ; what is proved differs nowhere."""
    assert not result.fault or result.verdict is not Verdict.UNDECIDED, result
    if result.verdict is Verdict.WRONG and result.counterexample is not None:
        point = {name: Fraction(value) for name, value in result.counterexample.point.items()}
        assert not agree(truth, claimed, point), (result.claim, result.counterexample)
    if result.verdict is Verdict.PROVED:
        stated = (*assume, *result.domain, *result.conditions)
        for point in points(sorted(symbols(truth) | symbols(claimed))):
            if differ(truth, claimed, point):
                assert not all(holds_text(text, point) for text in stated), (result.claim, point, stated)


def agree(truth: Expression, claimed: Expression, point: Mapping[str, Fraction]) -> bool:
    """Whether the oracle sees the same value on both sides, or none of the truth."""
    try:
        left, right = (evaluated(side, point, 600) for side in (truth, claimed))
    except (Unknown, KeyError, OverflowError, ValueError, ZeroDivisionError):
        return False
    if left is None or right is None:
        return left is None
    return bool(abs(left - right) < mpf(10) ** -150 * (1 + abs(left)))


def points(names: Sequence[str]) -> Iterator[dict[str, Fraction]]:
    """Points at every scale; several variables run through them at different speeds."""
    count = len(VALUES)
    for k in range(count):
        yield {name: VALUES[(k * (1, 7, 11, 13)[place % 4] + 5 * place) % count] for place, name in enumerate(names)}


def holds_text(text: str, point: Mapping[str, Fraction]) -> bool:
    """Whether a printed condition may hold at a point; what the oracle cannot tell counts as not."""
    if " or " in text:
        return any(holds_text(part, point) for part in text.split(" or "))
    parts = _COMPARISON.split(text)
    try:
        sides = [side_of(part) for part in parts[::2]]
    except derivcheck.ReadingError:
        return False
    return all(
        certainly(Relation(operator, left, right), point) is True
        for left, operator, right in zip(sides[:-1], parts[1::2], sides[1:], strict=True)
    )


def side_of(text: str) -> Expression:
    return derivcheck.read(text.strip(), functions=["g"]).value.sides[0]

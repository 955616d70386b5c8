"""Statements about arrays, written in many ways: a false one is never proved, a true one never wrong.

The truth comes from `array_language`, which evaluates the formula and not its text. DERIVCHECK_FUZZ=100 runs
a hundred times as many.
"""

from __future__ import annotations

import os
from collections import Counter
from random import Random

import pytest

import derivcheck
from derivcheck.verdict import Verdict
from tests.array_language import DECLARED, LETTERS, SHAPES, Author, Formula, equal, slope

TIMES = int(os.environ.get("DERIVCHECK_FUZZ", "1"))
STATEMENTS = 60


def verdict(author: Author, left: Formula, right: Formula, free: dict[str, str], seed: int) -> tuple[bool, Verdict]:
    """Whether the statement is true, and what was said of it."""
    text = f"{author.text(left)} = {author.text(right)}"
    ranges = [f"{letter} ∈ 1..{size}" for letter, size in free.items()]
    result = derivcheck.check(text, assume=[*DECLARED, *ranges], timeout=20)
    true = equal(left, right, free, seed)
    assert not result.fault, text
    assert result.verdict is not (Verdict.WRONG if true else Verdict.PROVED), (text, result.counterexample)
    return true, result.verdict


def tally(judged: list[tuple[bool, Verdict]]) -> None:
    """Most statements are decided, so that the tests above have something to say."""
    counts = Counter(judged)
    assert counts[True, Verdict.PROVED] > 0.8 * sum(true for true, _ in judged) > 0
    assert counts[False, Verdict.WRONG] > 0.8 * sum(not true for true, _ in judged) > 0


@pytest.mark.parametrize("part", range(2))
def test_products(part: int) -> None:
    judged = []
    for seed in range(part * STATEMENTS * TIMES, (part + 1) * STATEMENTS * TIMES):
        author = Author(Random(seed))
        left = author.formula(author.random.choice(("", "", "n", "m", "nn", "mn")), 3)
        right = author.damaged(left) if seed % 2 else left
        judged.append(verdict(author, left, right, {}, seed))
    tally(judged)


def test_sums() -> None:
    judged = []
    for seed in range(STATEMENTS * TIMES):
        author = Author(Random(seed))
        free = dict(zip(author.random.sample(LETTERS, 2), "nm", strict=True))
        left = author.indexed(3, free)
        right = author.damaged(left) if seed % 2 else left
        judged.append(verdict(author, left, right, free, seed))
    tally(judged)


def test_derivatives_by_entries() -> None:
    judged = []
    for seed in range(STATEMENTS * TIMES):
        author = Author(Random(seed))
        name = author.random.choice([name for name, shape in SHAPES.items() if shape])
        letters = tuple(author.random.sample(LETTERS, len(SHAPES[name])))
        free = dict(zip(letters, SHAPES[name], strict=True))
        operand = author.indexed(3, free)
        right = slope(operand, name, letters)
        right = author.damaged(right) if seed % 2 else right
        judged.append(verdict(author, ("slope", operand, name, *letters), right, free, seed))
    tally(judged)

"""Derivations with their formulas read: a mistake costs its own formula, and is found at its place in the file."""

from __future__ import annotations

import subprocess
import sys
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from derivcheck.assumption import Holds, UnknownFunction
from derivcheck.derivation import Derivation, read_claim, read_derivation
from derivcheck.expression import Symbol
from derivcheck.finding import Finding
from derivcheck.source import Source

LOGISTIC = """\
title: Logistic loss
given:
  z: w x + b
  a: σ(z)
  f(u): u^2
assume:
  - 0 < b < 1
  - g: R → R
steps:
  - da/dz = a(1−a)
          = a − a^2
  - claim: f'(3) = 6
    id: second
    points: 2
goal: da/dw = a(1−a) x
"""


def read(text: str) -> Derivation:
    return read_derivation(Source("file.yaml", text))


def underlined(derivation: Derivation, finding: Finding | None) -> str:
    assert finding is not None
    assert finding.span is not None
    return derivation.source.text[finding.span.start : finding.span.end]


def test_a_whole_file() -> None:
    derivation = read(LOGISTIC)
    assert not derivation.findings
    assert [(item.name, item.arguments) for item in derivation.definitions] == [("z", ()), ("a", ()), ("f", ("u",))]
    assert [type(item.value) for item in derivation.assumptions] == [Holds, UnknownFunction]
    first, second = derivation.steps
    assert first.statements is not None
    assert len(first.statements[0].sides) == 3
    assert first.text.text == "da/dz = a(1−a) = a − a^2"
    assert (first.id, second.id, second.points) == ("1", "second", Fraction(2))
    assert derivation.goal is not None
    assert derivation.goal.statement is not None
    assert {"w", "x", "b", "z", "a"} <= derivation.declarations.symbols
    assert {"f", "g"} <= derivation.declarations.functions


def test_an_unreadable_step_keeps_its_place() -> None:
    derivation = read("steps:\n  - a = a\n  - a = * b\n  - claim: >\n      a =\n      a + / c\n  - a + a = 2 a\n")
    assert [step.statements is None for step in derivation.steps] == [False, True, True, False]
    assert [step.text.text for step in derivation.steps[1:3]] == ["a = * b", "a = a + / c"]
    assert underlined(derivation, derivation.steps[1].error) == "*"
    assert underlined(derivation, derivation.steps[2].error) == "/"
    assert not derivation.findings


def test_everything_unreadable_is_said_once() -> None:
    derivation = read(
        "given:\n  z: w x +\n  3: x\n  y: 2\n  q: |q|\nassume:\n  - )\n  - y > 0\n"
        "steps:\n  - x = ]\n  - z = z\ngoal: x = ]\n"
    )
    assert derivation.unreadable == {"z", "q"}
    assert not derivation.all_assumed
    assert [item.name for item in derivation.definitions] == ["y"]
    lines = [derivation.source.line_column(item.span.start)[0] for item in derivation.findings if item.span]
    assert lines == [2, 3, 5, 7, 12]
    assert derivation.goal is not None
    assert derivation.goal.statement is None


def test_equal_names_in_different_spelling() -> None:
    derivation = read("given:\n  ŷ: x\n  y_hat: 2 x\nsteps:\n  - x = x\n")
    assert [item.id for item in derivation.findings] == ["duplicate-definition"]


def test_a_step_may_introduce_a_name() -> None:
    derivation = read("steps:\n  - loss = (a − y)^2\n  - dloss/da = 2(a − y)\n  - h(u) = u^2\n  - h'(2) = 4\n")
    assert [step.error for step in derivation.steps] == [None] * 4
    assert derivation.steps[0].statements is not None
    assert derivation.steps[0].statements[0].sides[0] == Symbol("loss")


def test_a_name_whose_introduction_cannot_be_read_has_no_meaning() -> None:
    derivation = read("steps:\n  - loss = (a − y)^)\n  - p = * 2\n  - q: r = 1\n  - dloss/da = 2(a − y)\n")
    assert derivation.unreadable == {"loss", "p"}
    assert derivation.steps[3].error is None


def test_a_block_of_statements() -> None:
    derivation = read("steps:\n  - |\n    \\begin{align}\n    a &= b \\\\\n    c &= d\n    \\end{align}\n")
    assert derivation.steps[0].statements is not None
    assert len(derivation.steps[0].statements) == 2


def test_options_reach_the_formulas() -> None:
    derivation = read("notation:\n  strict: true\n  log_base: 10\nsteps:\n  - c(1 − b) = c − b c\n")
    assert derivation.declarations.log_base == "10"
    assert derivation.steps[0].error is not None


@pytest.mark.parametrize("character", ["\\u200b", "\\u0662", "\\u202e", "\\0", "\\x1b"])
def test_invisible_and_foreign_characters_are_named(character: str) -> None:
    derivation = read(f'steps:\n  - "x = 2{character}x"\n')
    error = derivation.steps[0].error
    assert error is not None
    assert "U+" in error.message
    assert underlined(derivation, error) == "\\"


def test_a_claim_without_a_file() -> None:
    derivation = read_claim("dz/dx = 2 x", {"z": "x^2", "y": "* x"}, ["x > 0"])
    assert derivation.steps[0].statements is not None
    assert [item.name for item in derivation.definitions] == ["z"]
    assert underlined(derivation, derivation.findings[0]) == "*"
    assert len(derivation.assumptions) == 1


@pytest.mark.parametrize("claim", ["", " ", "=", "\0", "\ud800", "x" * 5_000, "(" * 3_000])
def test_hopeless_claims(claim: str) -> None:
    step = read_claim(claim, {claim: claim}, [claim]).steps[0]
    assert step.statements is None
    assert step.error is not None


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.sampled_from([*"xyzdfLσ∂0123 =+-*/^()[]{}|,.'_&:!\\\n", "\\frac", "sum(", "\\u0301"]), max_size=25).map(
        "".join
    )
)
def test_no_formula_breaks_the_reader(text: str) -> None:
    written = "'" + text.replace("'", "''") + "'"
    derivation = read(f"given:\n  z: {written}\nassume:\n  - {written}\nsteps:\n  - {written}\n  - x = x\n")
    assert len(derivation.steps) == 2
    assert derivation.steps[0].statements is not None or derivation.steps[0].error is not None


def test_reading_does_not_load_sympy() -> None:
    code = "import sys, derivcheck.derivation; sys.exit('sympy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0

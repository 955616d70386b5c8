"""What holds for every tree and every text: printing reads back, only reading errors, bounded time."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from notation_trees import DECLARATIONS, matrices, scalars
from reading_cases import FOLDER, rows
from test_notation import check_spans

from derivcheck.expression import Expression
from derivcheck.finding import ReadingError
from derivcheck.notation import (
    declare,
    parse_assumptions,
    parse_definition_head,
    parse_expression,
    parse_statements,
    print_latex,
    print_plain,
    print_unicode,
)
from derivcheck.statement import Declarations

FORMULAS = [row.formula for row in rows()]
FRAGMENTS = (FOLDER / "fragments.txt").read_text(encoding="utf-8").split()
DECLARED = st.sampled_from(
    [
        Declarations(),
        DECLARATIONS,
        Declarations(dialect="latex", gradient_of="L"),
        Declarations(open_words=True, differentials=True, implicit_multiplication="tight", depends={"y": ("x",)}),
    ]
)
QUICK = settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
PRINTERS = [(print_plain, "auto"), (print_unicode, "auto"), (print_latex, "latex")]


@pytest.mark.parametrize("printer, dialect", PRINTERS)
@given(tree=st.one_of(scalars, matrices))
@QUICK
def test_tree_prints_and_reads_back(printer, dialect: str, tree: Expression) -> None:
    shown = printer(tree, DECLARATIONS)
    assume(len(shown) < 4000)
    assert parse_expression(shown, replace(DECLARATIONS, dialect=dialect)).value == tree, shown


def _read(text: str, declarations: Declarations) -> None:
    """Whatever the text, a value with sound spans or a ReadingError inside the text."""
    try:
        reading = parse_statements(text, declarations)
    except ReadingError as error:
        assert 0 <= error.span.start <= error.span.end <= len(text)
    else:
        for statement in reading.value:
            for side in statement.sides:
                check_spans(side, text)
        for note in (*reading.notes, *reading.warnings):
            assert note.span is not None and 0 <= note.span.start <= note.span.end <= len(text)


@given(pieces=st.lists(st.one_of(st.sampled_from(FRAGMENTS), st.text(max_size=3)), max_size=20), declarations=DECLARED)
@QUICK
def test_any_text_gives_a_value_or_a_reading_error(pieces: list[str], declarations: Declarations) -> None:
    _read("".join(pieces), declarations)
    _read(" ".join(pieces), declarations)


@given(formula=st.sampled_from(FORMULAS), data=st.data(), declarations=DECLARED)
@QUICK
def test_mutated_formulas_give_a_value_or_a_reading_error(
    formula: str, data: st.DataObject, declarations: Declarations
) -> None:
    place = data.draw(st.integers(0, len(formula)))
    cut = data.draw(st.integers(0, 4))
    piece = data.draw(st.sampled_from(["", *FRAGMENTS]))
    _read(formula[:place] + piece + formula[place + cut :], declarations)


@given(
    text=st.one_of(
        st.text(max_size=30),
        st.lists(st.sampled_from([*FRAGMENTS, "∈", "R", "R^n", "symmetric", "depends on", ">", ","]), max_size=8).map(
            " ".join
        ),
    )
)
@QUICK
def test_assumptions_and_heads_give_a_value_or_a_reading_error(text: str) -> None:
    for read in (lambda: parse_assumptions(text, Declarations()), lambda: parse_definition_head(text)):
        try:
            read()
        except ReadingError as error:
            assert 0 <= error.span.start <= error.span.end <= len(text)
    declare([(text, text)], [text])


HOSTILE = {
    "signs": "-" * 3000 + "x",
    "brackets": "(" * 5000,
    "closed brackets": "(" * 1900 + "x" + ")" * 1900,
    "powers": "x" + "**2" * 900,
    "tower": "9**9**9**9",
    "tower in brackets": "(9**9)**(9**9)",
    "calls": "sin(" * 900,
    "runs": "sin " * 900 + "x",
    "quotients": "x" + "/x" * 1900,
    "primes": "y" + "'" * 3000,
    "marks": "x" + "!" * 3000,
    "bars": "|" * 3000,
    "paired bars": "|x" * 1500,
    "letters": "x" * 3900,
    "d": "d" * 3000,
    "digits": "9" * 3000,
    "exponent": "1e999999999",
    "factorial": "(10**9)!",
    "big power": "2**99999",
    "negative power": "2**-99999",
    "sums": "\\sum_i " * 500 + "x_i",
    "sums of sums": "+".join(["\\sum_i \\sum_j x_i y_j"] * 150),
    "fractions": "\\frac{" * 600,
    "derivatives": "d/dx " * 700 + "x",
    "derivatives in derivatives": "d(" * 40 + "x" + "/dx)" * 40,
    "braces": "{" * 1500 + "x" + "}" * 1500,
    "accents": "\\hat " * 700 + "x",
    "superscripts": "x" + "²" * 3000,
    "marks above": "x" + "\u0302" * 3000,
    "conditions": "Piecewise((1, " + "(" * 1500 + "x" + ")" * 1500 + "<1))",
    "evaluations": "x" + "|_{x=1}" * 500,
    "rows": "a\\\\" * 1300,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_text_is_answered_at_once(text: str) -> None:
    for declarations in (Declarations(), DECLARATIONS):
        _read(text, declarations)


@pytest.mark.parametrize(
    "text, id",
    [
        ("x" * 4001, "formula-too-long"),
        ("(" * 65 + "x" + ")" * 65, "nested-too-deeply"),
        ("x" + "/x" * 101, "nested-too-deeply"),
        ("1" * 51, "number-too-long"),
        ("2**4097", "number-too-large"),
        ("101!", "number-too-large"),
    ],
)
def test_limits(text: str, id: str) -> None:
    with pytest.raises(ReadingError) as caught:
        parse_statements(text, Declarations())
    assert caught.value.id == id


@pytest.mark.parametrize(
    "text", ["(" * 60 + "x" + ")" * 60, "x/" * 90 + "x", "1" * 50, "2**2000", "100!", "(x - a)**6001"]
)
def test_within_the_limits(text: str) -> None:
    parse_statements(text, Declarations())

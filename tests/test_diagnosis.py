"""The diagnosis of whole claims: which mistake, where, what mends it, and what it may say at which level."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from derivcheck.checker import setting_of
from derivcheck.derivation import read_claim, read_derivation
from derivcheck.diagnosis.case import Case, Diagnosed
from derivcheck.diagnosis.cause import find_cause
from derivcheck.diagnosis.diagnose import diagnose
from derivcheck.diagnosis.ground import ground_of
from derivcheck.diagnosis.hand import balanced
from derivcheck.diagnosis.why import why_right
from derivcheck.diagnosis.wording import known, languages
from derivcheck.expression import Relation, Span
from derivcheck.source import Source
from tests.diagnosing import case_of, cases_of, is_proved

Given = Mapping[str, str]
LOSS = {"z": "w x + b", "a": "σ(z)", "L": "−(y log(a) + (1−y) log(1−a))"}
PENALISED = {"p": "σ(w x)", "J": "−(y log(p) + (1−y) log(1−p)) + lam/2 w^2"}
SQUARED = {"o": "σ(w x)", "E": "(t-o)^2"}
CURVE = ("y depends on x", "x^2 + x y + y^3 = 0")

# claim, definitions, assumptions, the mistake, the part to point at
MISTAKES: list[tuple[str, Given, tuple[str, ...], str, str]] = [
    ("d/dx (x^2 + sin(4x)) = 2x + cos(4x)", {}, (), "chain-inner-dropped", "cos(4x)"),
    ("d/dx exp(-x^2) = exp(-x^2)", {}, (), "chain-inner-dropped", "exp(-x^2)"),
    ("d/dx exp(-x) = exp(-x)", {}, (), "chain-inner-sign-dropped", "exp(-x)"),
    ("d/dx (x + sqrt(4-x)) = 1 + 1/(2sqrt(4-x))", {}, ("0<x<1",), "chain-inner-sign-dropped", "1/(2sqrt(4-x))"),
    ("d/dx log(sin(x)) = 1/cos(x)", {}, ("0<x<1",), "chain-inner-substituted", "cos(x)"),
    ("d/dx (x^4 cos(x)) = -x^4 sin(x)", {}, (), "product-term-missing", "-x^4 sin(x)"),
    ("d/dt (t log(t)) = 1/t", {}, ("t>0",), "product-of-derivatives", "1/t"),
    ("d/dx ((x^2+1)/(x-1)) = (x^2+1 - 2x(x-1))/(x-1)^2", {}, (), "quotient-sign-order", "(x^2+1 - 2x(x-1))/(x-1)^2"),
    ("d/dx ((x^2+1)/(x-1)) = 2x", {}, (), "quotient-of-derivatives", "2x"),
    ("d/dx (x^5 + 2x^3) = 5x^4 + 2x^2", {}, (), "power-coefficient-dropped", "2"),
    ("d/dx x^6 = 6x^6", {}, (), "power-exponent-not-decremented", "6"),
    ("d/dx (3/x) = 3/x^2", {}, (), "reciprocal-sign", "3/x^2"),
    ("d/dx 5^x = x 5^(x-1)", {}, (), "power-rule-on-exponential", "x 5^(x-1)"),
    ("d/dx 10^(2x) = 2 10^(2x)", {}, (), "exp-base-ln-missing", "2 10^(2x)"),
    ("d/dx (x^2 + c^2) = 2x + 2c", {}, (), "const-as-variable", "+ 2c"),
    ("d/dx (a x^2 + b x + c) = 2a x + b + c", {}, (), "const-derivative-kept", "+ c"),
    ("d/dx sin(x) = -cos(x)", {}, (), "trig-sign", "-cos(x)"),
    ("d/dx asin(x) = 1/sqrt(1+x^2)", {}, (), "trig-inverse-formula", "x^2"),
    ("d/dx cosh(2x) = -2sinh(2x)", {}, (), "trig-hyperbolic-mixup", "-2sinh(2x)"),
    ("dL/da = −y/a − (1−y)/(1−a)", LOSS, (), "chain-inner-sign-dropped", "− (1−y)/(1−a)"),
    ("dL/dw = (y − a) x", LOSS, (), "residual-sign-flipped", "(y − a) x"),
    ("dL/dw = a − y", LOSS, (), "feature-factor-missing", "a − y"),
    ("dL/db = (a − y) x", LOSS, (), "differentiated-wrong-variable", "x"),
    ("dJ/dw = (p − y) x", PENALISED, ("lam>0",), "regulariser-missing", "(p − y) x"),
    ("dJ/dw = (p − y) x - lam w", PENALISED, ("lam>0",), "regulariser-sign", "- lam w"),
    ("dE/dw = (o - t) o (1-o) x", SQUARED, (), "factor-two-dropped", "(o - t) o (1-o) x"),
    ("dy/dx = -(2x+y)/(3y^2)", {}, CURVE, "implicit-product-term-missing", "-(2x+y)/(3y^2)"),
    ("d^2/dx^2 exp(x^2) = 4x^2 exp(x^2)", {}, (), "second-derivative-chain-term", "4x^2 exp(x^2)"),
    ("d/dx x^2 = x^3/3", {}, (), "integrate-instead", "x^3/3"),
    ("a - (b - c) = a - b - c", {}, (), "alg-sign-distribution", "- c"),
    ("(x^2 + x)/x = x^2 + 1", {}, (), "alg-illegal-cancel", "x^2"),
    ("log(x/y) = log(x)/log(y)", {}, ("x>0", "y>1"), "alg-log-sum", "log(x)/log(y)"),
    ("x^3 x^4 = x^12", {}, (), "alg-exponent-rule", "12"),
    ("5x - 2x = 2x", {}, (), "alg-arith", "2"),
    ("d/dx (x - (x^2 + 3x)) = 1 - 2x + 3", {}, (), "alg-sign-distribution", "3"),
    (r"\frac{d}{dx} \left(x^2 e^{3x}\right) = 2x e^{3x} + x^2 e^{3x}", {}, (), "chain-inner-dropped", "x^2 e^{3x}"),
]  # fmt: skip


def explained(claim: str, given: Given | None = None, assume: tuple[str, ...] = ()) -> Diagnosed:
    found = diagnose(case_of(claim, given, assume))
    assert found is not None
    return found


def pointed(claim: str, found: Diagnosed) -> str:
    assert found.span is not None
    return claim[found.span.start : found.span.end]


@pytest.mark.parametrize(("claim", "given", "assume", "mistake", "guilty"), MISTAKES)
def test_mistake_and_place(claim: str, given: Given, assume: tuple[str, ...], mistake: str, guilty: str) -> None:
    found = explained(claim, given, assume)
    assert found.rule == mistake and found.confirmed
    assert pointed(claim, found) == guilty


@pytest.mark.parametrize(("claim", "given", "assume", "mistake", "guilty"), MISTAKES)
def test_repaired_side_is_proved(claim: str, given: Given, assume: tuple[str, ...], mistake: str, guilty: str) -> None:
    found = explained(claim, given, assume)
    truth = claim[: claim.rindex("=")]
    assert is_proved(f"{truth} = {found.expected}", given, assume)


@pytest.mark.parametrize(("claim", "given", "assume", "mistake", "guilty"), MISTAKES)
def test_replay_ends_in_the_claim(claim: str, given: Given, assume: tuple[str, ...], mistake: str, guilty: str) -> None:
    ground = ground_of(case_of(claim, given, assume), 12_000)
    assert ground is not None
    cause = find_cause(ground)
    if cause is None or len(cause.lines) < 2:
        return
    last = cause.lines[-1]
    assert not isinstance(last, Relation)
    assert ground.agrees(last, ground.claimed)
    assert not ground.agrees(last, ground.truth)


def test_levels_say_more_and_more() -> None:
    found = explained("d/da (y log(a) + (1-y) log(1-a)) = y/a + (1-y)/(1-a)")
    place, name, question, principle, answer = found.levels
    assert place == "The second term has the wrong sign; the others agree."
    assert name == "It looks as if the inner derivative lost its minus sign."
    assert "d/da (1-a)" in question
    assert "u = 1-a" in principle
    assert "= -1" in answer and "-(1-y)/(1-a)" in answer
    assert "-1" not in question + principle


def test_wrong_derivation_line_by_line() -> None:
    found = explained("d/dx (x^2 + sin(4x)) = 2x + cos(4x)")
    assert found.replay[-1] == "2x + cos(4x)"
    assert any("d/dx" in line for line in found.replay[:-1])


def test_consequence_for_the_gradient_upstream() -> None:
    found = explained("dL/da = −y/a − (1−y)/(1−a)", LOSS, ("0 <= y <= 1",))
    assert found.consequences == (
        "with the slip dL/dz = 2y a − a − y, which is never positive: "
        "gradient descent would push z up for every example",
    )


def test_nothing_is_named_where_nothing_is_confirmed() -> None:
    found = explained("d/dx (x^2 + 3x) = 2x + 17cos(x)")
    assert found.rule == "" and not found.confirmed
    assert found.as_diagnosis().message == ""
    assert found.levels[0] == "The second term is not right; the others agree."
    assert found.expected == "2x + 3"


def test_two_mistakes_in_one_line() -> None:
    claim = "d/dx (sin(3x) + x^2 cos(x)) = cos(3x) - 2x sin(x)"
    ground = ground_of(case_of(claim), 12_000)
    assert ground is not None
    cause = find_cause(ground)
    assert cause is not None
    assert {made.rule.id for made in cause.made} == {"chain-inner-dropped", "product-of-derivatives"}


def test_a_line_is_explained_by_the_line_before() -> None:
    text = """
given:
  L: −(y log(a) + (1−y) log(1−a))
steps:
  - dL/da = −y/a + (1−y)/(1−a)
  - = (−y(1−a) + a(1−y))/(a(1−a))
  - = (−y + a y + a + a y)/(a(1−a))
"""
    (case,) = cases_of(read_derivation(Source("lines.yaml", text)))
    found = diagnose(case)
    assert found is not None
    assert found.label == "wrong sign"
    assert pointed(case.text, found) == "a y" and found.fix == "−a y"
    assert found.expected == "(−y + a y + a − a y)/(a(1−a))"


def test_new_mistake_on_a_wrong_line_is_found_against_that_line() -> None:
    case = case_of("d/dx (x - (x^2 + 3)) = 1 + 2x")
    carried = Case(
        "= 2x - 1 + 2x", case.truth, case_of("d/dx x = 2x - 1").claimed, case.setting, case.form, case.claimed, False
    )  # fmt: skip
    assert diagnose(carried) is not None


@pytest.mark.parametrize("language", languages())
def test_every_language_answers(language: str) -> None:
    case = case_of("d/dx sin(3x) = cos(3x)")
    found = diagnose(case, language=language)
    assert found is not None and found.rule == "chain-inner-dropped"
    assert all(found.levels)


def test_language_names() -> None:
    assert known("de_AT.UTF-8") == "de" and known("en") == "en" and known("xx") == "en"


def test_same_case_same_words() -> None:
    first, second = (explained("dL/dw = a − y", LOSS) for _ in range(2))
    assert first == second


def test_little_work_is_still_an_answer() -> None:
    found = diagnose(case_of("d/dx (x^2 sin(x)) = 2x cos(x)"), work_limit=20)
    assert found is None or not found.confirmed


def test_balanced_spans() -> None:
    text = "a(1−a)/(b(c))"
    assert balanced(text, Span(0, 5)) == Span(0, 6)
    assert balanced(text, Span(8, 11)) == Span(8, 12)
    assert balanced(text, Span(9, 12)) == Span(7, 12) or balanced(text, Span(9, 12)).end == 12


def test_right_claims_have_no_case() -> None:
    for claim in ("d/dx sin(3x) = 3cos(3x)", "dL/dw = (a − y) x"):
        assert list(cases_of(read_claim(claim, LOSS))) == []


def test_place_of_each_line_is_inside_it() -> None:
    for claim, given, assume, *_ in MISTAKES:
        found = explained(claim, given, assume)
        assert found.span is not None and 0 <= found.span.start < found.span.end <= len(claim)


def test_why_a_right_line_is_right() -> None:
    claim = "d/dx sin(3x) = 3cos(3x)"
    derivation = read_claim(claim, {})
    (step,) = derivation.steps
    assert step.statements is not None
    left, right = step.statements[0].sides
    assert why_right(claim, left, right, setting_of(derivation)) == "d/dx (sin(u)) = cos(u)*du/dx with u = 3x"


def test_text_is_copied_only_where_it_stands_for_itself() -> None:
    found = explained(r"\frac{d}{dx} \sqrt{1 + \sin^2 x} = \frac{2 \sin x \cos x}{\sqrt{1 + \sin^2 x}}")
    assert found.rule == "sqrt-half-missing"
    assert r"\sin\left(x\right) \cdot \cos\left(x\right)" in found.levels[4] or r"\sin x" in found.levels[4]


def test_a_side_that_is_right_where_it_is_defined() -> None:
    found = explained("log(x^2) = 2log(x)")
    assert not found.confirmed and found.fix == "" and found.label == "not defined everywhere"
    assert "x > 0" in found.levels[4] and not any("x > 0" in text for text in found.levels[:4])
    assert explained("log(x^2) = 3log(x)", None, ("x > 0",)).label != "not defined everywhere"


def test_a_derivative_at_a_point_is_explained() -> None:
    found = explained("f'(1) = 27", {"f(x)": "(2x + 1)^3"})
    assert found.rule == "chain-inner-dropped" and found.replay[-1] == "27"
    assert explained("f'(1) = 0", {"f(x)": "(2x + 1)^3"}).rule == "alg-arith"


def test_conditions_are_repaired() -> None:
    found = explained("d/dx relu(x) = [x < 0]")
    assert found.rule == "relu-branch-swapped" and found.expected == "[x > 0]" and found.fix == "x > 0"


def test_an_exponent_is_repaired_to_what_is_needed() -> None:
    found = explained("d/dt (t/(t^2 + 1)) = (1 - t^2)/(t^2 + 1)")
    assert (found.rule, found.expected) == ("quotient-no-square", "(1 - t^2)/(t^2 + 1)^2")
    found = explained("d/dx (x^3 + sin(3x)) = 3x^2 - 3cos(3x)")
    assert (found.rule, found.fix, found.expected) == ("trig-sign", "+ 3cos(3x)", "3x^2 + 3cos(3x)")


def test_the_link_that_is_missing_is_the_one_that_is_named() -> None:
    given = {"h": "w x", "z": "v h", "L": "(z - y)^2"}
    found = explained("dL/dw = 2(z - y) x", given)
    assert found.rule == "chain-link-missing" and "dz/dh = v" in found.levels[4]


def test_a_mistake_made_twice_is_said_to_be() -> None:
    found = explained("d/dx (sin(2x) + cos(3x)) = cos(2x) - sin(3x)")
    assert found.rule == "chain-inner-dropped" and "at 2 places" in found.levels[1]


def test_an_exponent_is_written_as_the_one_it_replaces() -> None:
    assert explained("d/dx (x³/3) = x³").fix == "²"
    assert explained("d/dx (x^3/3) = x^3").fix == "2"

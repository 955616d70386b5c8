"""Values are shown in the signs and names of the file they belong to, or as they are."""

from __future__ import annotations

import unicodedata

import pytest
import report_values as values
from hypothesis import given, settings
from hypothesis import strategies as st

from derivcheck.report.dialect import Dialect, as_written
from derivcheck.source import Source
from derivcheck.verdict import Counterexample, FileReport, StepResult, Verdict

SIGNS = "J = −log ŷ + θ² − λ; σ(z), arctan(x), ln(x), Φ(x), a^[1], h₀, ϵ, ẑ"


def unicode(formulas: str = SIGNS) -> Dialect:
    return Dialect(formulas, unicodedata.normalize("NFC", formulas))


@pytest.mark.parametrize(
    ("plain", "shown"),
    [
        ("y_hat", "ŷ"),
        ("(y - y_hat)/(y_hat*(1 - y_hat))", "(y−ŷ)/(ŷ(1−ŷ))"),
        ("theta_1*x + lambda*w", "θ_1 x + λ w"),
        ("2*h_0*theta", "2 h₀ θ"),
        ("-2*e^(-x^2)*x", "−2 e^(−x²) x"),
        ("1/2", "1/2"),
        ("x^10/3", "x¹⁰/3"),
        ("2*3*x", "2 · 3x"),
        ("sigmoid(w*x + b)", "σ(w x + b)"),
        ("atan(x) + log(x)", "arctan(x) + log(x)"),
        ("Phi(x)*x", "Φ(x) x"),
        ("a^{[1]}*2", "a^[1] · 2"),
        ("f''(x)*g(x) + 2*f'(x)*g'(x)", "f''(x) g(x) + 2 f'(x) g'(x)"),
        ("f(x)*(1 + x)", "f(x) · (1+x)"),
        ("h_1*(1 - h_1^2)", "h_1 (1 − h_1²)"),
        ("dy/dt*2", "dy/dt · 2"),
        ("sum(i=1..m, x[i]^2)", "∑_{i=1}^{m} x_i²"),
        ("abs(x)*sqrt(y)", "|x| · sqrt(y)"),
        ("sin(x", "sin(x"),
        ("2 x", "2 x"),
        ("no formula, really", "no formula, really"),
    ],
)
def test_a_value_in_signs(plain: str, shown: str) -> None:
    assert unicode().value(plain) == shown


@pytest.mark.parametrize(
    ("formulas", "plain", "shown"),
    [
        ("z = w*x", "w*(x + 2*y_hat)^2", "w*(x + 2*y_hat)^2"),
        ("z = w*x**2", "x^2*log(x)", "x**2*log(x)"),
        ("z = w x, arcsin(x)", "asin(x)*2*pi", "arcsin(x)*2 pi"),
        ("z = w x", "2*x*(x - 1)^2", "2x(x - 1)^2"),
        ("z = \\theta \\hat y", "theta*y_hat", "θ ŷ"),
        ("z = ln x − 1", "log(x)", "ln(x)"),
        ("z = √2", "sqrt(y)*sqrt(1 - x)", "√y · √(1 − x)"),
        ("z = \\sqrt{x}", "2*sqrt(x)", "2 · √x"),
        ("z = 2 theta − lambda_1", "theta/lambda_1", "theta/lambda_1"),
        ("dL/dtheta − 1", "theta", "theta"),
    ],
)
def test_a_value_as_the_author_writes(formulas: str, plain: str, shown: str) -> None:
    assert unicode(formulas).value(plain) == shown


@pytest.mark.parametrize(
    ("plain", "shown"),
    [
        ((), ()),
        (("epsilon > 0", "a != 1/2"), ("ϵ > 0", "a ≠ 1/2")),
        (("t > 0", "r > 0", "t < 2*pi"), ("0 < t < 2π", "r > 0")),
        (("t < 1", "t >= -1"), ("−1 ≤ t < 1",)),
        (("0 != 1 - y*s",), ("y s ≠ 1",)),
        (("1 - x^2 >= 0", "1 - x^2 > 0"), ("x² < 1",)),
        (("x != 0", "x > 0"), ("x > 0",)),
        (("x > y", "x < 2"), ("x > y", "x < 2")),
        (("y*e^y = x",), ("y e^y = x",)),
        (("x > 0 or y > 0", "a != 1"), ("x > 0 or y > 0", "a ≠ 1")),
        (("p̂ != 1/2",), ("p̂ ≠ 1/2",)),
        (("[x <= 1",), ("[x ≤ 1",)),
    ],
)
def test_conditions_are_tidied(plain: tuple[str, ...], shown: tuple[str, ...]) -> None:
    assert unicode().conditions(plain) == shown


def test_conditions_of_an_ascii_file() -> None:
    assert unicode("a = b").conditions(("t > 0", "t < 2*pi", "a != 1")) == ("0 < t < 2 pi", "a != 1")
    assert unicode("a = b").number("-1/2") == "-1/2"


def test_a_file_as_its_author_writes_it() -> None:
    seen = Counterexample({"y_hat": "-1/2", "t": "0"}, "-2", "undefined", {"g": "2 + u*v^2", "h": "3"})
    step = StepResult(
        "1", "dJ/dŷ = 2", Verdict.WRONG, domain=("0 < y_hat < 1",), conditions=("y_hat != 1/2",), expected="y_hat^2",
        counterexample=seen,
    )  # fmt: skip
    file = FileReport(
        "f", "", Source("f", "J: ŷ^3"), Verdict.WRONG, steps=(step,), domain=("0 < y_hat < 1",), symbols=("y_hat",)
    )
    (shown,) = as_written(file).steps
    assert (shown.domain, shown.conditions, shown.expected) == (("0 < ŷ < 1",), ("ŷ ≠ 1/2",), "ŷ²")
    assert shown.counterexample == Counterexample(
        {"ŷ": "−1/2", "t": "0"}, "−2", "undefined", {"g(u, v)": "2 + u v²", "h(u)": "3"}
    )
    assert as_written(file).domain == ("0 < ŷ < 1",) and as_written(file).symbols == ("ŷ",)
    assert step.expected == "y_hat^2", "the values themselves stay as they are"


def test_what_is_written_by_hand_stays() -> None:
    for file in (values.FLAWED, values.TAUGHT):
        for step, shown in zip(file.steps, as_written(file).steps, strict=True):
            assert (step.expected, step.counterexample, step.domain) == (
                shown.expected, shown.counterexample, shown.domain,
            )  # fmt: skip


@settings(deadline=None, max_examples=150)
@given(st.text(st.sampled_from("xyf_hat12^*/+-()[]{}=<>!', eπ\\σ|"), max_size=24))
def test_no_text_breaks_it(text: str) -> None:
    for formulas in (SIGNS, "z = w*x", "z = w x"):
        dialect = unicode(formulas)
        assert isinstance(dialect.value(text), str)
        assert all(isinstance(item, str) for item in dialect.conditions((text, "x > 0")))

"""`solve` writes derivations that `verify` proves, goal included."""

import pytest

import derivcheck
from derivcheck.engine.solve import Unsolvable
from derivcheck.solving import solution_text

LOGISTIC = {"z": "w x + b", "a": "σ(z)", "L": "−(y log(a) + (1−y) log(1−a))"}


@pytest.mark.parametrize(
    ("target", "given", "assume"),
    [
        ("dL/dw", LOGISTIC, ()),
        ("dL/da", LOGISTIC, ()),
        ("d/dx x^2 sin(3x)", {}, ()),
        ("d/dx log(x^2 + 1)/x", {}, ()),
        ("f''(x)", {"f(x)": "x e^(-x^2)"}, ()),
        ("dy/dx", {"x": "cos t", "y": "sin t"}, ()),
        ("dy/dx", {}, ("x^2 + y^2 = 25", "y depends on x")),
        ("d/dx g(x^2)", {}, ("g: R → R",)),
        ("dE/dw", {"h": "w x", "o": "w h", "E": "(o − y)^2/2"}, ()),
    ],
)
def test_every_line_is_proved(target: str, given: dict[str, str], assume: tuple[str, ...]) -> None:
    text = solution_text(target, given, assume)
    (file,) = derivcheck.verify(text=text).files
    assert not file.findings
    assert file.steps
    assert {step.verdict for step in file.steps} == {"proved"}, text
    assert file.goal is not None
    assert file.goal.status == "reached"


@pytest.mark.parametrize(
    ("target", "given", "assume", "reason"),
    [
        ("f'(2)", {"f(x)": "x^2"}, (), "at a point"),
        ("dJ/dw", {"J": "‖X w‖²"}, ("X ∈ R^(m×n)", "w ∈ R^n"), "vectors, matrices or sums"),
        ("dJ/dw_j", {"J": "Σ_{k=1}^n w_k²"}, ("w ∈ R^n",), "vectors, matrices or sums"),
    ],
)
def test_what_is_not_written_out_is_said(
    target: str, given: dict[str, str], assume: tuple[str, ...], reason: str
) -> None:
    with pytest.raises(Unsolvable, match=reason):
        solution_text(target, given, assume)


@pytest.mark.parametrize("target", ["x + 1", "d/dx", "dL/dq q"])
def test_what_is_no_derivative_is_said_in_a_sentence(target: str) -> None:
    with pytest.raises(Unsolvable):
        solution_text(target, LOGISTIC, ())

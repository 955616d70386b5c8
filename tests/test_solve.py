"""A derivative written out line by line is proved line by line, and reaches its goal."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from derivcheck.checker import setting_of
from derivcheck.derivation import read_claim, read_derivation
from derivcheck.engine.derivation_text import derivation_text, scalar
from derivcheck.engine.solve import Unsolvable, solve
from derivcheck.source import Source
from derivcheck.verdict import Verdict
from tests.diagnosing import verdicts_of

LOSS = {"z": "w x + b", "a": "σ(z)", "L": "−(y log(a) + (1−y) log(1−a))"}
TARGETS: list[tuple[str, Mapping[str, str], tuple[str, ...], str]] = [
    ("dL/dw", LOSS, ("0 <= y <= 1",), "dL/dw = x(a−y)"),
    ("dL/db", LOSS, (), "dL/db = a − y"),
    ("d/dx (x^2 sin(3x))", {}, (), "d/dx (x² sin(3x)) = 2x sin(3x) + 3x² cos(3x)"),
    ("d/dx (sin(x)/(x^2+1))", {}, (), ""),
    ("d/dx sqrt(1+exp(x^2))", {}, (), ""),
    ("dL/dw", {"h1": "tanh(w x)", "h2": "tanh(w h1)", "L": "1/2 (h2-y)^2"}, (), ""),
    ("f''(x)", {"f(x)": "exp(-x^2)"}, (), ""),
    ("d^2/dx^2 (x^3 log(x))", {}, ("x > 0",), ""),
    ("d/dx x^x", {}, ("x > 0",), ""),
    ("dp/dx", {"p": "f(x) g(x)"}, ("f: R -> R", "g: R -> R"), ""),
    ("dy/dx", {}, ("y depends on x", "x^2 + y^2 = 25"), "dy/dx = −x/y"),
    ("dy/dx", {"x": "t^2 + t", "y": "t^3"}, (), "dy/dx = 3t²/(2t+1)"),
    ("d/dx relu(3x)", {}, (), ""),
]


@pytest.mark.parametrize(("target", "given", "assume", "goal"), TARGETS)
def test_every_line_is_proved(target: str, given: Mapping[str, str], assume: tuple[str, ...], goal: str) -> None:
    derivation = read_claim(f"{target} = 0", given, assume)
    (step,) = derivation.steps
    assert step.statements is not None and not derivation.findings
    solution = solve(step.statements[0].sides[0], setting_of(derivation))
    text = derivation_text(f"The derivative {target}", given, assume, solution, derivation.declarations)
    assert goal in text
    written = read_derivation(Source("solution.yaml", text))
    assert not written.findings
    assert set(verdicts_of(written)) == {Verdict.PROVED}


def test_what_is_no_derivative_has_no_derivation() -> None:
    derivation = read_claim("x + 1 = 0", {})
    (step,) = derivation.steps
    assert step.statements is not None
    with pytest.raises(Unsolvable):
        solve(step.statements[0].sides[0], setting_of(derivation))


def test_scalars_that_yaml_would_misread_are_quoted() -> None:
    assert scalar("f: R -> R") == "'f: R -> R'"
    assert scalar("[x]") == "'[x]'"
    assert scalar("f'(x) = 2x") == "f'(x) = 2x"

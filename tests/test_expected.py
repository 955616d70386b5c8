"""The true value shown for a wrong step: tidy, in the author's names, and equal to the truth."""

import pytest

import derivcheck

GRAPH = {"z": "w x + b", "a": "σ(z)", "L": "-(y log(a) + (1-y) log(1-a))"}


@pytest.mark.parametrize(
    ("claim", "given", "expected"),
    [
        ("d/dx (x^2+1)^5 = 1", {}, "10*x*(x^2 + 1)^4"),
        ("d/dx ((x+1)/(x-1)) = 1", {}, "-2/(x - 1)^2"),
        ("d/dx (x log x - x) = 0", {}, "log x"),
        ("d/dx e^(-x^2) = 1", {}, "-2*x*e^(-x^2)"),
        ("dL/dz = y - a", GRAPH, "a - y"),
        ("da/dz = a", GRAPH, "a*(1 - a)"),
        ("dL/dw = a - y", GRAPH, "x*(a - y)"),
    ],
)
def test_expected(claim: str, given: dict[str, str], expected: str) -> None:
    step = derivcheck.check(claim, given=given)
    assert step.verdict == "wrong"
    assert step.expected == expected
    left = claim.partition("=")[0]
    assert derivcheck.check(f"{left} = {expected}", given=given).verdict == "proved"

"""Claims with sums, indices, vectors and matrices get their verdict, for all sizes."""

from __future__ import annotations

import time
from typing import Any

import pytest

from derivcheck.kernel.concrete.compare import Agreement, Difference, Gap, Sides, compare
from derivcheck.kernel.concrete.points import points
from derivcheck.kernel.indexed import LayoutDiffers, Proved, Refuted, ShapeMismatch, Unknown, is_indexed
from derivcheck.kernel.indexed.layouts import layouts
from derivcheck.kernel.indexed.proof import Proof
from derivcheck.kernel.indexed.question import question
from tests.indexed_reading import cases, read

CASES = cases()
PROVED = [case for case in CASES if case["verdict"] == "Proved"]


def name_of(case: dict[str, Any]) -> str:
    return case["claim"][:70]


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_verdict(case: dict[str, Any]) -> None:
    verdict = read(case["claim"], case.get("assume", ()), case.get("given")).judge()
    assert type(verdict).__name__ == case["verdict"], verdict
    if isinstance(verdict, Proved):
        assert case["true"]
        assert list(verdict.conditions) == case.get("conditions", [])
    if isinstance(verdict, Refuted):
        assert not case["true"]


@pytest.mark.parametrize("case", PROVED, ids=name_of)
def test_second_opinion(case: dict[str, Any]) -> None:
    """What is proved for all sizes holds, entry by entry, at points the verdict did not look at."""
    claim = read(case["claim"], case.get("assume", ()), case.get("given"))
    asked = question(claim.left, claim.right, claim.context)
    way = next(way for way in layouts(asked) if _is_proved(asked, way))
    sides = Sides(asked.truth, asked.claim, way.axes, way.diagonal)
    found = [
        compare(sides, point, asked.shapes, asked.varying, asked.letters)
        for point in list(points(asked.names, asked.shapes, asked.assumptions, 7))[2:]
    ]
    assert not any(isinstance(one, Difference) for one in found), found
    assert any(isinstance(one, Agreement) for one in found)
    assert "conditions" in case or not any(isinstance(one, Gap) for one in found)


def _is_proved(asked: Any, way: Any) -> bool:
    try:
        return isinstance(Proof(asked, way, 5_000).run(), Proved)
    except Exception:
        return False


def test_true_claims_without_a_proof_are_known() -> None:
    """A true claim that is not proved is listed here; when one starts to be proved, it leaves the list."""
    assert [case["claim"] for case in CASES if case["true"] and case["verdict"] != "Proved"] == []


def test_false_claims_that_are_not_refuted_are_known() -> None:
    """Claims that mean nothing: a division by entries that are zero, assumptions that contradict each other."""
    assert [case["claim"] for case in CASES if not case["true"] and case["verdict"] == "Unknown"] == [
        "2*tr(A @ X)*tr(X)/eye(n) = 2*tr(A @ X)*tr(X)*eye(n)",
        "sum(k=1..n, x_k) = 5",
    ]


@pytest.mark.parametrize(
    ("claim", "assume"),
    [
        ("d/dz (-sum(t*log(softmax(z)))) = softmax(z) - t", ["z in R^n", "t in R^n", "sum(k=1..n, t_k) = 1"]),
        ("d/dr (r @ M @ r) = 2*M @ r", ["r in R^n", "M in R^(n x n)", "M symmetric"]),
        ("norm(P @ r) = norm(r)", ["r in R^n", "P in R^(n x n)", "P orthogonal"]),
        ("sum(i=1..n, log(p_i^2)) = sum(i=1..n, 2*log(p_i))", ["p in R^n", "p_i > 0"]),
        ("norm(r - (u @ r)*u)^2 = r @ r - (u @ r)^2", ["r in R^n", "u in R^n", "u @ u = 1"]),
    ],
)
def test_a_fact_is_needed_and_named(claim: str, assume: list[str]) -> None:
    """What is true only under a fact is proved with it, which the verdict names, and refuted without it."""
    verdict = read(claim, assume).judge()
    assert isinstance(verdict, Proved)
    assert verdict.facts
    assert isinstance(read(claim, assume[:-1]).judge(), Refuted)


def test_without_a_point_nothing_is_proved() -> None:
    """Assumptions that contradict each other prove nothing."""
    assume = ["x in R^n", "sum(k=1..n, x_k) = 1", "sum(k=1..n, x_k) = 3"]
    verdict = read("sum(i=1..n, x_i) = 1", assume).judge()
    assert isinstance(verdict, Unknown)
    assert verdict.reason == "no point was found at which the assumptions hold"


@pytest.mark.parametrize(
    ("claim", "verdict"),
    [
        ("sum(i=1..n, sum(j=1..i, r_j)) = sum(j=1..n, (n - j + 1)*r_j)", Unknown),
        ("sum(i=1..n, sum(j=1..i, r_j)) = n*sum(j=1..n, r_j)", Refuted),
        ("sum(i=1..n-1, r_i) + r_n = sum(i=1..n, r_i)", Unknown),
        ("sum(i=1..n, t^i) = sum(i=1..n, t^i)*1", Unknown),
        ("sum(i=1..n, r_i^n) = sum(i=1..n, r_i*r_i^(n-1))", Unknown),
    ],
)
def test_what_is_not_supported_is_never_proved(claim: str, verdict: type) -> None:
    """Ranges that depend on an index, indices as numbers, powers with whole numbers by name."""
    assert isinstance(read(claim, ["r in R^n", "t in R"]).judge(), verdict)


def test_counterexample_is_small_and_complete() -> None:
    verdict = read("d/dr (r @ M @ r) = M @ r", ["r in R^n", "M in R^(n x n)"]).judge()
    assert isinstance(verdict, Refuted)
    assert verdict.sizes == {"n": 2}
    assert verdict.point["M"].count("[") == 3
    assert verdict.entry == (1,)
    assert verdict.expected != verdict.claimed


def test_sizes_of_a_counterexample_differ() -> None:
    verdict = read("sum(A @ B) = sum(A)*sum(B)", ["A in R^(m x n)", "B in R^(n x k)"]).judge()
    assert isinstance(verdict, Refuted)
    assert len(set(verdict.sizes.values())) == 3


@pytest.mark.parametrize(
    ("claim", "assume", "message", "suggestion"),
    [
        (
            "d/dr norm(M @ r - t)^2 = 2*M @ (M @ r - t)",
            ["M in R^(m x n)", "r in R^n", "t in R^m"],
            "a matrix product of a m×n matrix and a vector of m entries is not defined",
            "write (2*M.T) @ (M @ r - t)",
        ),
        ("B + A = B", ["A in R^(m x n)", "B in R^(n x m)"], "of a n×m matrix and a m×n matrix", "write A.T"),
        ("tr(A) = 0", ["A in R^(m x n)"], "tr needs a square matrix, this is a m×n matrix", ""),
        ("sum(i=1..m, r_i) = 0", ["r in R^n"], "i runs over 1..m, but this place takes 1..n", ""),
        ("r_4 = 0", ["r in R^3"], "the index 4 is outside 1..3", ""),
        ("r @ M = 0", ["r in R^n", "M in R^(m x n)"], "a vector of n entries and a m×n matrix", "write r @ M.T"),
        (
            "d/dr (r @ r) = r @ r",
            ["r in R^n"],
            "the left side is a vector of n entries, the right side is a number",
            "",
        ),
    ],
)
def test_shape_mismatch(claim: str, assume: list[str], message: str, suggestion: str) -> None:
    """A mismatch names both shapes, the place, and the repair where there is one."""
    verdict = read(claim, assume).judge()
    assert isinstance(verdict, ShapeMismatch), verdict
    assert message in verdict.message
    assert suggestion in verdict.suggestion
    assert verdict.span is not None


@pytest.mark.parametrize(
    ("claim", "layout", "verdict"),
    [
        ("d/dX tr(A @ X) = A.T", "gradient", Proved),
        ("d/dX tr(A @ X) = A", "gradient", LayoutDiffers),
        ("d/dX tr(A @ X) = A", "numerator", Proved),
        ("d/dX tr(A @ X) = A.T", "numerator", LayoutDiffers),
        ("d/dX tr(A @ X) = A.T", "denominator", Proved),
        ("d/dr (A @ r) = A", "gradient", Proved),
        ("d/dr (A @ r) = A.T", "gradient", Proved),
        ("d/dr (A @ r) = A", "numerator", Proved),
        ("d/dr (A @ r) = A.T", "numerator", LayoutDiffers),
        ("d/dr (A @ r) = A.T", "denominator", Proved),
        ("d/dr (A @ r) = A", "denominator", LayoutDiffers),
        ("d/dr (A @ r) = 2*A", "gradient", Refuted),
    ],
)
def test_layout(claim: str, layout: str, verdict: type) -> None:
    """A gradient has the shape of its variable; a Jacobian may stand either way, unless a layout is declared."""
    assert isinstance(read(claim, ["A in R^(n x m)", "X in R^(m x n)", "r in R^m"], layout=layout).judge(), verdict)


def test_wrong_in_the_layout_that_holds_is_wrong() -> None:
    """That the transposed claim is not refuted either does not save it."""
    assume = ["A in R^(n x n)", "X in R^(n x n)", "u in R^n"]
    unsupported = "sum(i=1..n, sum(j=1..i, u_j))"
    claim = f"d/dX tr(A @ X) = A*{unsupported}/{unsupported}"
    assert isinstance(read(claim, assume).judge(), Refuted)
    assert isinstance(read(claim.replace("= A", "= A.T"), assume).judge(), Unknown)


def test_derivative_against_the_direction_of_the_graph() -> None:
    """z is given, a = sigma(z): dz/da asks for an inverse function, and is not zero."""
    given = {"z": "X @ w", "a": "sigma(z)"}
    assert isinstance(read("dz/da = 1/(a*(1 - a))", ["X in R^(m x n)", "w in R^n"], given).judge(), Unknown)


def test_structured_variable_is_said() -> None:
    verdict = read("d/dS tr(A @ S) = A.T", ["A in R^(n x n)", "S in R^(n x n)", "S symmetric"]).judge()
    assert isinstance(verdict, Proved)
    assert verdict.notes == ("the entries of S are varied independently, although it is symmetric",)


def test_shapes_inferred_from_use_are_said() -> None:
    verdict = read("d/da_j (sum(i=1..m, y_i*a_i)) = y_j").judge()
    assert isinstance(verdict, Proved)
    assert set(verdict.notes) == {"a is read as a vector of m entries", "y is read as a vector of m entries"}


def test_natural_domain_is_said() -> None:
    verdict = read("d/dp (sum(log(p))) = 1/p", ["p in R^n"]).judge()
    assert isinstance(verdict, Proved)
    assert verdict.domain == ("p[i] > 0",)
    assert verdict.conditions == ()


def test_definitions_are_defined_on_the_domain() -> None:
    """`log(a)` in a definition means that a is positive, also where a statement does not use it."""
    given = {"L": "sum(log(a))"}
    verdict = read("a = exp(log(a))", ["a in R^n"], given).judge()
    assert isinstance(verdict, Proved)
    assert verdict.domain == ("a[i] > 0",)
    assert isinstance(read("a = exp(log(a))", ["a in R^n"]).judge(), Refuted)


def test_differential_holds_what_has_none_constant() -> None:
    verdict = read("d(A @ X) = A @ dX", ["A in R^(m x n)", "X in R^(n x k)"]).judge()
    assert isinstance(verdict, Proved)
    assert verdict.notes == ("A is held constant: dA does not occur",)
    assert isinstance(read("d(X @ X) = 2*X @ dX", ["X in R^(n x n)"]).judge(), Refuted)


@pytest.mark.parametrize(
    ("claim", "indexed"),
    [
        ("d/dx (x^2) = 2*x", False),
        ("sum(i=1..3, i*t) = 6*t", False),
        ("sum(i=1..n, r_i) = 0", True),
        ("r = r", True),
        ("tr(M) = 0", True),
        ("h = 0", True),
    ],
)
def test_is_indexed(claim: str, indexed: bool) -> None:
    one = read(claim, ["r in R^n", "M in R^(n x n)"], {"h": "M @ r"})
    assert is_indexed((one.left, one.right), one.context) is indexed


@pytest.mark.parametrize(
    ("claim", "assume"),
    [
        ("d/dx norm(x)^2 = 2*x", ["x in R^1000000"]),
        ("sum(i=1..1000000, x_i) = 0", ["x in R^n"]),
        ("sum(x)^1000 = 0", ["x in R^n"]),
        ("(sum(x) + norm(x)^2 + t)^50 = t", ["x in R^n", "t in R"]),
        ("d/dX log(det(X)) = inv(X)", ["X in R^(9 x 9)", "X invertible"]),
    ],
)
def test_large_statements_end_soon(claim: str, assume: list[str]) -> None:
    start = time.process_time()
    assert not isinstance(read(claim, assume).judge(), Proved)
    assert time.process_time() - start < 3


def test_a_number_is_no_size() -> None:
    """`c > 0` says nothing of a size; an entry by number does."""
    verdict = read("c*v_1 + v_3 = v_3 + v_1*c", ["v in R^n", "c > 0"]).judge()
    assert isinstance(verdict, Proved)
    assert verdict.domain == ("n >= 3",)

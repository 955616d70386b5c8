"""Heads, assumptions, what a file declares, and reading from Python."""

from __future__ import annotations

import subprocess
import sys

import pytest

from derivcheck.assumption import ArrayShape, DependsOn, Holds, IndexRange, Member, OneOf, Property, UnknownFunction
from derivcheck.finding import ReadingError
from derivcheck.notation import (
    Head,
    declare,
    parse_assumption,
    parse_assumptions,
    parse_definition_head,
    print_plain,
    read,
)
from derivcheck.statement import Declarations

KNOWN = Declarations(arrays={"M": 2, "Y": 2})


@pytest.mark.parametrize(
    "text, head",
    [
        ("u", ("u", (), ())),
        ("f(t)", ("f", ("t",), ())),
        ("f(t, s)", ("f", ("t", "s"), ())),
        ("u_i", ("u", (), ("i",))),
        ("M_ij", ("M", (), ("i", "j"))),
        ("q_{i,k}", ("q", (), ("i", "k"))),
        ("u_out", ("u_out", (), ())),
        ("a^{[2]}", ("a^[2]", (), ())),
        ("b^(k)", ("b^(k)", (), ())),
        ("du", ("du", (), ())),
        ("dw1", ("dw1", (), ())),
        (r"\hat p_i", ("p_hat", (), ("i",))),
        ("p̂", ("p_hat", (), ())),
        ("σ(t)", ("sigma", ("t",), ())),
        (r"h_\theta(x)", ("h_theta", ("x",), ())),
        ("loss", ("loss", (), ())),
        ("uv", ("uv", (), ())),
        ("λ", ("lambda", (), ())),
        ("S_", ("S_", (), ())),
    ],
)
def test_head(text: str, head: tuple[str, tuple[str, ...], tuple[str, ...]]) -> None:
    assert parse_definition_head(text) == Head(*head)


def test_the_square_of_a_name_is_a_head() -> None:
    assert parse_definition_head("σ²") == parse_definition_head(r"\sigma^{2}") == Head("sigma", squared=True)


@pytest.mark.parametrize(
    "text", ["", "u + v", "u^3", "u^2 + 1", "f(2)", "f()", "f(t", "du/dt", "f'(t)", "u v", "f(t)(s)"]
)
def test_what_is_no_head(text: str) -> None:
    with pytest.raises(ReadingError) as caught:
        parse_definition_head(text)
    assert caught.value.id == "definition-head"


def shown(text: str) -> str:
    """An assumption in one line."""
    match parse_assumption(text, KNOWN).value:
        case Holds(conditions):
            return " ; ".join(map(print_plain, conditions))
        case Member(names, kind):
            return f"{','.join(name.name for name in names)} in {kind}"
        case OneOf(names, values):
            return f"{','.join(name.name for name in names)} one of {','.join(map(print_plain, values))}"
        case IndexRange(names, lower, upper):
            return f"{','.join(name.name for name in names)} from {print_plain(lower)} to {print_plain(upper)}"
        case ArrayShape(names, shape):
            return f"{','.join(name.name for name in names)} of {' x '.join(map(print_plain, shape))}"
        case Property(names, words):
            return f"{','.join(name.name for name in names)} is {', '.join(words)}"
        case UnknownFunction(name, arity):
            return f"{name} takes {arity}"
        case DependsOn(name, on):
            return f"{name} on {','.join(on)}"


@pytest.mark.parametrize(
    "text, meaning",
    [
        ("0 < p < 1", "0 < p ; p < 1"),
        ("p, q > 0", "p > 0 ; q > 0"),
        ("0 <= p, q <= 1", "0 <= p ; p <= 1 ; 0 <= q ; q <= 1"),
        ("p > 0, q < 1", "p > 0 ; q < 1"),
        ("p > 0 and q > 0", "p > 0 ; q > 0"),
        ("p > 1 or p < -1", "p > 1 or p < -1"),
        ("p ≠ 0", "p != 0"),
        ("rate > 0", "rate > 0"),
        ("be > 0", "be > 0"),
        ("e > 0", "e > 0"),
        ("d > 0", "d > 0"),
        ("p^2 + q^2 = 1", "p^2 + q^2 = 1"),
        ("0 < u_i < 1", "0 < u_i ; u_i < 1"),
        ("sum(k=1..c, y_k) = 1", "sum(k=1..c, y[k]) = 1"),
        ("let p > 0", "p > 0"),
        ("p positive", "p > 0"),
        ("p ∈ (0, 1]", "0 < p ; p <= 1"),
        ("p in [0, oo)", "0 <= p"),
        ("p ∈ R_+", "p > 0"),
        ("p ∈ R", "p in R"),
        ("lam in R", "lam in R"),
        ("E ∈ R", "E in R"),
        ("n ∈ N", "n in N"),
        ("n integer", "n in Z"),
        (r"p \in \mathbb{R}", "p in R"),
        ("s ∈ {0, 1}", "s one of 0,1"),
        ("s ∈ {-1, 1}", "s one of -1,1"),
        ("i ∈ 1..n", "i from 1 to n"),
        ("i, j ∈ {1, …, n}", "i,j from 1 to n"),
        ("w ∈ R^n", "w of n"),
        ("w ∈ R^3", "w of 3"),
        ("M ∈ R^(m×n)", "M of m x n"),
        ("M in R^(m x n)", "M of m x n"),
        ("M in R^(mxn)", "M of m x n"),
        (r"M \in \mathbb{R}^{m \times n}", "M of m x n"),
        ("M ∈ ℝᵐˣⁿ", "M of m x n"),
        ("W1 in R^(k x n)", "W1 of k x n"),
        ("M symmetric", "M is symmetric"),
        ("M is symmetric and invertible", "M is symmetric, invertible"),
        ("M symmetric positive definite", "M is symmetric, positive definite"),
        ("Y non-negative, last axis sums to 1", "Y is non-negative, last axis sums to 1"),
        ("M det > 0", "det(M) > 0"),
        ("q: R → R", "q takes 1"),
        ("q: R^2 -> R", "q takes 2"),
        ("q: R × R → R", "q takes 2"),
        ("y depends on x", "y on x"),
        ("y depends on x, t", "y on x,t"),
    ],
)
def test_assumption(text: str, meaning: str) -> None:
    assert shown(text) == meaning


def test_assumption_about_several_names() -> None:
    assert [value.name for value in parse_assumptions("f, g: R → R", KNOWN).value] == ["f", "g"]
    assert [value.name for value in parse_assumptions("u and v depend on x", KNOWN).value] == ["u", "v"]
    with pytest.raises(ReadingError):
        parse_assumption("f, g: R → R", KNOWN)


@pytest.mark.parametrize("text", ["", "p", "p >", "p in", "p ∈ Q", "p ∈", "q: R", "q: S → R", "p ~ N(0, 1)", "2 < 3 <"])
def test_what_is_no_assumption(text: str) -> None:
    with pytest.raises(ReadingError):
        parse_assumption(text, KNOWN)


def test_declarations_of_a_file() -> None:
    declared = declare(
        [("z", "w u + b"), ("p", "σ(z)"), ("J", "−(s log(p) + (1−s) log(1−p))"), ("q(t)", "t^2 rate"), ("dz", "dJ/dz")],
        ["0 <= s <= 1", "lam ∈ R"],
    )
    assert declared.symbols >= {"z", "w", "u", "b", "p", "J", "s", "rate", "lam", "dz", "t"}
    assert declared.functions == {"q"}
    assert declared.parameters == {"q": ("t",)}


def test_declarations_of_arrays_and_indices() -> None:
    declared = declare(
        [("v_i", "w u_i"), ("C", "1/m Σ_i v_i")], ["0 < u_i < 1", "u ∈ R^m", "i ∈ 1..m", "y depends on t", "g: R → R"]
    )
    assert declared.arrays == {"v": 1, "u": 1}
    assert declared.indices == {"i"}
    assert declared.depends["y"] == ("t",)
    assert declared.functions == {"g"}
    assert "m" in declared.symbols and "i" not in declared.symbols


def test_prime_of_a_definition_in_one_variable() -> None:
    assert declare([("y", "3 t^2 + 1")]).depends == {"y": ("t",)}


def test_unreadable_texts_declare_nothing() -> None:
    assert declare([("u +", "1"), ("v", "2 +")], ["p >"]).symbols == {"v"}


def test_read_from_python() -> None:
    reading = read("p(1−p)", symbols=["p"])
    assert reading.text == "p*(1 - p)"
    assert reading.notes == ()
    with pytest.raises(ReadingError) as caught:
        read("p + * q")
    assert (caught.value.span.start, caught.value.span.end) == (4, 5)


@pytest.mark.parametrize(
    "text, options, expected",
    [
        ("t^2 + 1", {}, "t**2 + 1"),
        ("t/2", {}, "t/2"),
        ("e^-t", {}, "exp(-t)"),
        ("dJ/dt", {}, "Derivative(J, t)"),
        ("f'(t)", {"functions": ["f"]}, "Derivative(f(t), t)"),
        ("f'(2t)", {"functions": ["f"]}, "Subs(Derivative(f(u), u), u, 2*t)"),
        ("Σ_{i=1}^n u_i", {"symbols": ["u", "n"], "indices": ["i"]}, "Sum(u[i], (i, 1, n))"),
        ("u = t", {}, "Eq(u, t)"),
        ("u != t", {}, "Ne(u, t)"),
        ("u = t = s", {}, "[u, t, s]"),
        ("= t = s", {}, "[None, t, s]"),
        ("u := t", {}, "[u, t]"),
        (r"\begin{align} u &= t \\ s &= r \end{align}", {}, "[Eq(u, t), Eq(s, r)]"),
        ("max(t, 0)", {}, "Max(0, t)"),
        ("Piecewise((t, t > 0), (0, True))", {}, "Piecewise((t, t > 0), (0, True))"),
    ],
)
def test_sympy_object(text: str, options: dict[str, object], expected: str) -> None:
    assert str(read(text, **options).sympy()) == expected  # type: ignore[arg-type]


def test_reading_does_not_import_sympy() -> None:
    code = (
        "import sys; from derivcheck.notation import read, declare, print_latex\n"
        "read('dL/da = (a-y)/(a(1-a))'); declare([('z', 'w x')], ['0 < a < 1'])\n"
        "assert 'sympy' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)

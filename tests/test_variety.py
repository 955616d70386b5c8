"""Soundness over the whole function table: what the oracle sees violated is never proved, what holds never wrong.

Statements come in plain text, Unicode and LaTeX, with assumptions, through graphs of definitions, with
whole, rational and symbolic exponents, cases and sums. DERIVCHECK_FUZZ=100 runs a hundred times as many.
"""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

import derivcheck
from derivcheck.expression import Apply, Derivative, Expression, Symbol, substitute, symbols
from derivcheck.kernel.differentiate import derivative, instantiate
from derivcheck.notation.latex_printing import print_latex
from derivcheck.notation.printing import print_plain
from derivcheck.notation.unicode_printing import print_unicode
from derivcheck.verdict import StepResult, Verdict
from tests.judging import agree, assert_sound, holds_text, points
from tests.oracle import differ
from tests.strategies import bent, by, damaged, renamed, rewritten
from tests.test_soundness import ASSUMED, examples
from tests.variety import PLAIN, SPECIAL, concrete, varied

PRINTERS = st.sampled_from([print_plain, print_plain, print_unicode, print_latex])
LIMITS = (*ASSUMED, "x > 1", "x < -1", "0 <= x < 1", "y > 0", "x > y", "x < 0 and y < 0", "x^2 > 1")
assumed = st.lists(st.sampled_from(LIMITS), max_size=2, unique=True)


def judged(data: st.DataObject, truth: Expression, claimed: Expression, assume: list[str]) -> StepResult:
    """The verdict on the claim in some notation, after the checks that hold for every verdict."""
    shown = data.draw(PRINTERS)
    result = derivcheck.check(f"{shown(truth)} = {shown(claimed)}", assume=assume, timeout=10)
    assert_sound(result, truth, claimed, assume)
    return result


@examples(80)
@given(st.data())
def test_claim_is_proved_only_where_it_holds(data: st.DataObject) -> None:
    tree = data.draw(varied(("x", "y"), PLAIN, size=4))
    other = data.draw(rewritten(tree) | damaged(tree) | bent(tree))
    judged(data, *data.draw(st.permutations([tree, other])), data.draw(assumed))


@examples(60)
@given(st.data())
def test_rewriting_is_never_wrong(data: st.DataObject) -> None:
    tree = data.draw(varied(("x", "y"), PLAIN, size=4))
    result = judged(data, tree, data.draw(rewritten(tree)), data.draw(assumed))
    assert result.verdict is not Verdict.WRONG, result


@examples(60)
@given(st.data())
def test_slope_is_proved_only_where_it_holds(data: st.DataObject) -> None:
    tree = data.draw(varied(("x", "a"), PLAIN, size=4))
    slope = derivative(tree, ((Symbol("x"), 1),))
    judged(data, by(tree), data.draw(damaged(slope) | bent(slope)), data.draw(assumed))


@examples(60)
@given(st.data())
def test_slope_is_never_wrong(data: st.DataObject) -> None:
    tree = data.draw(varied(("x", "a"), PLAIN, size=4))
    order = data.draw(st.sampled_from([1, 1, 2]))
    variables = ((Symbol("x"), order),)
    claimed = data.draw(rewritten(derivative(tree, variables)))
    result = judged(data, Derivative(tree, variables), claimed, data.draw(assumed))
    assert result.verdict is not Verdict.WRONG, result


@examples(40)
@given(st.data())
def test_slope_through_a_graph(data: st.DataObject) -> None:
    inner = data.draw(varied(("x", "w"), PLAIN, size=3, cases=False))
    outer = data.draw(varied(("a", "x"), PLAIN, size=4))
    order = data.draw(st.sampled_from([1, 1, 2]))
    names = data.draw(st.sampled_from([{}, {"x": "theta", "w": "b_1"}, {"x": "ŷ", "w": "ℓ"}]))
    closed = substitute(outer, {Symbol("a"): inner})
    variables = ((Symbol("x"), order),)
    claimed = derivative(closed, variables)
    good = data.draw(rewritten(claimed))
    given_ = {"a": print_plain(renamed(inner, names)), "L": print_plain(renamed(outer, names))}
    x = names.get("x", "x")
    left = f"dL/d{x}" if order == 1 else f"d^2L/d{x}^2"
    result = derivcheck.check(f"{left} = {print_plain(renamed(good, names))}", given=given_, timeout=10)
    assert result.verdict is not Verdict.WRONG, result
    other = data.draw(damaged(claimed) | bent(claimed))
    result = derivcheck.check(f"{left} = {print_plain(renamed(other, names))}", given=given_, timeout=10)
    if not names:
        assert_sound(result, Derivative(closed, variables), other)


@examples(20)
@given(st.data())
def test_special_functions(data: st.DataObject) -> None:
    tree = data.draw(varied(("x",), (*SPECIAL, "exp", "log", "abs"), size=3, cases=False, symbolic=False))
    slope = derivative(tree, ((Symbol("x"), 1),))
    judged(data, by(tree), data.draw(damaged(slope) | bent(slope)), data.draw(assumed))
    result = judged(data, by(tree), data.draw(rewritten(slope)), [])
    assert result.verdict is not Verdict.WRONG, result


@examples(40)
@given(st.data())
def test_what_is_proved_of_unknown_functions_holds_for_each(data: st.DataObject) -> None:
    body = data.draw(varied(("x", "p"), ("exp", "sin", "abs", "sqrt", "log"), size=4, cases=False))
    at = data.draw(varied(("x",), ("exp", "sin", "abs", "log"), size=2, cases=False))
    tree = substitute(body, {Symbol("p"): Apply("g", (at,), (0,))})
    slope = derivative(tree, ((Symbol("x"), 1),))
    good = derivcheck.check(f"d/dx ({print_plain(tree)}) = {print_plain(slope)}", assume=["g: R → R"], timeout=10)
    assert good.verdict is not Verdict.WRONG, good
    other = data.draw(damaged(slope))
    bad = derivcheck.check(f"d/dx ({print_plain(tree)}) = {print_plain(other)}", assume=["g: R → R"], timeout=10)
    left, right = (instantiate(side, concrete()) for side in (tree, other))
    if bad.verdict is Verdict.PROVED:
        assert_sound(bad, by(left), right)


WHOLE = ("n", "2*n", "n + 1", "n - 1", "-n", "n*m", "n^2", "n + m", "2*n + 1", "3", "2", "0", "-1", "1/2", "n/2")
BASES = ("x", "x^2", "-x", "1/x", "abs(x)", "x - 1", "2*x", "x*y", "x/y", "-1", "-2", "sign(x)", "exp(x)", "sin(x)")
LAWS = (
    ("({a})^({n})*({a})^({m})", "({a})^({n} + {m})"), ("({a})^({n})/({a})^({m})", "({a})^({n} - ({m}))"),
    ("(({a})^({n}))^({m})", "({a})^(({n})*({m}))"), ("({a})^({n})*({b})^({n})", "(({a})*({b}))^({n})"),
    ("1/({a})^({n})", "({a})^(-({n}))"), ("abs(({a})^({n}))", "abs({a})^({n})"), ("(-({a}))^({n})", "({a})^({n})"),
    ("(-({a}))^({n})", "(-1)^({n})*({a})^({n})"), ("sqrt(({a})^({n}))", "({a})^(({n})/2)"),
    ("log(({a})^({n}))", "({n})*log({a})"), ("log(({a})^({n}))", "({n})*log(abs({a}))"),
    ("d/dx ({a})^({n})", "({n})*({a})^({n} - 1)*(d/dx ({a}))"), ("({a})^({n})", "({a})^({m})"),
    ("d/dx ({a})^({n})", "({n})*({a})^({n})*(d/dx ({a}))/({a})"), ("({a})^({n})", "abs({a})^({n})"),
)  # fmt: skip
KINDS = ("n ∈ N", "n ∈ Z", "m ∈ N", "m ∈ Z", "x > 0", "x < 0", "x >= 0", "n >= 2", "n > 0", "y != 0", "n ∈ {1, 2, 3}")


@examples(120)
@given(st.data())
def test_laws_of_powers(data: st.DataObject) -> None:
    parts = {key: data.draw(st.sampled_from(BASES)) for key in "ab"}
    parts |= {key: data.draw(st.sampled_from(WHOLE)) for key in "nm"}
    texts = [side.format(**parts) for side in data.draw(st.sampled_from(LAWS))]
    assume = data.draw(st.lists(st.sampled_from(KINDS), max_size=4, unique=True))
    result = derivcheck.check(" = ".join(texts), assume=assume, timeout=10)
    truth, claimed = (derivcheck.read(text, symbols=["n", "m"]).value.sides[0] for text in texts)
    stated = (*(item for item in assume if "∈" not in item), *result.domain, *result.conditions)
    for point in whole_points(sorted(symbols(truth) | symbols(claimed)), assume):
        if result.verdict is Verdict.PROVED and differ(truth, claimed, point):
            assert not all(holds_text(text, point) for text in stated), (result, point)
    if result.counterexample is not None:
        point = {name: Fraction(value) for name, value in result.counterexample.point.items()}
        assert allowed(point, assume) and not agree(truth, claimed, point), result


def whole_points(names: list[str], assume: list[str]) -> list[dict[str, Fraction]]:
    """Points where declared names take values of their kind."""
    found = []
    for k, point in enumerate(points(names)):
        for name in {"n", "m"} & set(names):
            values = {"N": (1, 2, 3, 4), "Z": (1, 2, -1, 0, -2, 3), "{": (1, 2, 3)}
            kind = next((item[4] for item in assume if item.startswith(f"{name} ∈")), "")
            if kind:
                own = values[kind]
                point[name] = Fraction(own[(k + (name == "m") * (1 + k // len(own))) % len(own)])
        found.append(point)
    return [point for point in found if allowed(point, assume)]


def allowed(point: dict[str, Fraction], assume: list[str]) -> bool:
    """Whether names are whole where they are declared so, and what else is assumed holds."""
    for item in assume:
        name, kind = item[0], item[4:5] if "∈" in item else ""
        value = point.get(name)
        if kind and value is not None and (value.denominator > 1 or (kind in "N{" and value < 1)):
            return False
        if kind == "{" and value is not None and value > 3:
            return False
    return all(holds_text(item, point) for item in assume if "∈" not in item and item[0] in point)

"""A false claim is never proved and a true one never wrong, in whatever notation, order or naming.

Claims are made by rewriting random expressions with identities, or by damaging them a little. Whatever the
verdict, the oracle has the last word: the point of a refutation must show a difference, and nothing proved
may differ at a point that the reported domain and conditions let in. DERIVCHECK_FUZZ=100 runs a hundred
times as many examples.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import derivcheck
from derivcheck.expression import (
    Call,
    Expression,
    Number,
    Reduction,
    Relation,
    Symbol,
    as_expression,
    map_children,
    substitute,
    symbols,
)
from derivcheck.notation.latex_printing import print_latex
from derivcheck.notation.printing import print_plain
from derivcheck.notation.unicode_printing import print_unicode
from derivcheck.verdict import Verdict
from tests.judging import assert_sound, claim, judged
from tests.oracle import differ
from tests.strategies import (
    EVERYWHERE,
    PARTIAL,
    SHARP,
    X,
    bent,
    by,
    damaged,
    expressions,
    renamed,
    rewritten,
    slopes,
)

TIMES = int(os.environ.get("DERIVCHECK_FUZZ", "1"))
ALL = EVERYWHERE + PARTIAL + SHARP
ROOT = Path(__file__).parent.parent


def examples(count: int) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """So many examples, the same ones in every run unless a longer one is asked for."""
    return settings(
        max_examples=count * TIMES, deadline=None, database=None, derandomize=TIMES == 1,
        suppress_health_check=list(HealthCheck), print_blob=False,
    )  # fmt: skip


trees = expressions(("x", "y"), ALL, cases=True)
curves = expressions(("x",), ALL, cases=True)
smooth = expressions(("x", "y"), EVERYWHERE)


@examples(120)
@given(st.data())
def test_identity_is_not_refuted(data: st.DataObject) -> None:
    tree = data.draw(trees)
    result = judged(tree, data.draw(rewritten(tree)))
    assert result.verdict is not Verdict.WRONG


@examples(90)
@given(st.data())
def test_derivative_is_not_refuted(data: st.DataObject) -> None:
    tree = data.draw(curves)
    result = judged(by(tree), data.draw(slopes(tree)))
    assert result.verdict is not Verdict.WRONG


@examples(60)
@given(st.data())
def test_derivative_of_a_smooth_function_is_proved(data: st.DataObject) -> None:
    tree = data.draw(expressions(("x",), ("exp", "sin", "cos", "tanh", "sigmoid"), size=3))
    result = judged(by(tree), data.draw(slopes(tree)))
    assert result.verdict in (Verdict.PROVED, Verdict.INVALID)


@examples(150)
@given(st.data())
def test_damaged_identity_is_proved_only_where_it_holds(data: st.DataObject) -> None:
    tree = data.draw(trees)
    judged(tree, data.draw(damaged(data.draw(rewritten(tree, most=1)))))


@examples(150)
@given(st.data())
def test_damaged_derivative_is_proved_only_where_it_holds(data: st.DataObject) -> None:
    tree = data.draw(curves)
    judged(by(tree), data.draw(damaged(data.draw(slopes(tree)))))


BRANCHED = ("sqrt", "log", "abs", "sign", "cbrt", "asin", "acos", "atan", "tan", "acosh", "exp", "sin", "floor", "relu")


@examples(250)
@given(st.data())
def test_law_that_needs_a_condition_is_proved_only_under_it(data: st.DataObject) -> None:
    tree = data.draw(expressions(("x", "y"), BRANCHED, size=4))
    sides = [tree, data.draw(bent(tree))]
    truth, claimed = data.draw(st.permutations(sides))
    assume = data.draw(st.lists(st.sampled_from(ASSUMED), max_size=2, unique=True))
    judged(truth, claimed, assume)


@examples(80)
@given(st.data())
def test_law_under_a_derivative(data: st.DataObject) -> None:
    tree = data.draw(expressions(("x",), BRANCHED, size=4))
    judged(by(tree), data.draw(bent(data.draw(slopes(tree)))))


ASSUMED = ("x > 0", "x >= 0", "x < 0", "-1 <= x <= 1", "0 < x < 1", "x != 0", "x*(x - 1) >= 0", "x^2*(x - 1) >= 0",
           "x*y > 0", "x*y >= 0", "x >= y", "y >= 0", "x <= 0", "x + y = 1", "x^2 <= 4", "x^2 + y^2 <= 1")  # fmt: skip


@examples(150)
@given(st.data())
def test_assumptions_are_used_for_what_they_say(data: st.DataObject) -> None:
    tree = data.draw(expressions(("x", "y"), ("abs", "sign", "sqrt", "relu", "log", "exp"), size=4, cases=True))
    other = data.draw(rewritten(tree, most=2) | damaged(tree))
    assume = data.draw(st.lists(st.sampled_from(ASSUMED), min_size=1, max_size=3, unique=True))
    judged(tree, other, assume)


@examples(60)
@given(st.data())
def test_sign_is_dropped_only_where_it_is_known(data: st.DataObject) -> None:
    inner = data.draw(expressions(("x", "y"), ("abs", "exp"), size=3))
    assume = data.draw(st.lists(st.sampled_from(ASSUMED), min_size=1, max_size=3, unique=True))
    judged(Call("abs", (inner,)), data.draw(st.sampled_from([inner, -inner])), assume)


@examples(60)
@given(st.data())
def test_whole_exponents_are_not_all_exponents(data: st.DataObject) -> None:
    base = data.draw(st.sampled_from(["x", "x^2", "-x", "1/x", "abs(x)", "x - 1", "2*x"]))
    exponents = st.sampled_from(["n", "2*n", "n + 1", "n/2", "-n", "2*n + 1", "n - 1", "3", "1/2"])
    n, m = data.draw(exponents), data.draw(exponents)
    left = data.draw(st.sampled_from(["({b})^({n})*({b})^({m})", "(({b})^({n}))^({m})", "sqrt(({b})^(2*({n})))"]))
    right = data.draw(st.sampled_from(["({b})^({n} + {m})", "({b})^(({n})*({m}))", "({b})^({n})", "abs({b})^({n})"]))
    assume = data.draw(st.sampled_from([[], ["n ∈ N"], ["n ∈ Z"], ["x > 0"], ["x < 0", "n ∈ N"]]))
    texts = [side.format(b=base, n=n, m=m) for side in (left, right)]
    result = derivcheck.check(" = ".join(texts), assume=assume)
    truth, claimed = (derivcheck.read(text, symbols=["n"]).value.sides[0] for text in texts)
    assert_sound(result, truth, claimed, [item for item in assume if "∈" not in item])


@examples(40)
@given(st.data())
def test_verdict_does_not_depend_on_names(data: st.DataObject) -> None:
    tree = data.draw(smooth)
    other = data.draw(rewritten(tree, most=2) | damaged(tree))
    names = data.draw(st.sampled_from([{"x": "y", "y": "x"}, {"x": "theta", "y": "w_1"}, {"x": "t", "y": "a^[1]"}]))
    first = derivcheck.check(claim(tree, other))
    second = derivcheck.check(claim(renamed(tree, names), renamed(other, names)))
    assert first.verdict is second.verdict


@examples(60)
@given(st.data())
def test_verdict_does_not_depend_on_notation(data: st.DataObject) -> None:
    tree = data.draw(smooth)
    other = data.draw(rewritten(tree, most=2) | damaged(tree))
    first = derivcheck.check(claim(tree, other))
    for printer in (print_unicode, print_latex):
        text = f"{printer(tree)} = {printer(other)}"
        assert derivcheck.check(text).verdict is first.verdict, text


def _turned(tree: Expression) -> Expression:
    """Every sum, product, maximum in the opposite order."""
    inner = tree if isinstance(tree, Relation | Reduction) else map_children(tree, _turned)
    match inner:
        case Call("max" | "min", arguments):
            return Call(inner.name, arguments[::-1])
    terms = getattr(inner, "terms", None) or getattr(inner, "factors", None)
    return type(inner)(terms[::-1]) if terms else inner  # type: ignore[call-arg]


@examples(60)
@given(st.data())
def test_verdict_does_not_depend_on_order(data: st.DataObject) -> None:
    tree = data.draw(expressions(("x", "y"), EVERYWHERE + SHARP, cases=True))
    other = data.draw(rewritten(tree, most=2) | damaged(tree))
    first = derivcheck.check(claim(tree, other))
    for pair in ((_turned(tree), other), (tree, _turned(other))):
        second = derivcheck.check(claim(*pair))
        assert {first.verdict, second.verdict} != {Verdict.PROVED, Verdict.WRONG}


@examples(50)
@given(st.data())
def test_graph_is_direct_substitution(data: st.DataObject) -> None:
    """L is a function of a and b, those of z, z of x and w: d/dx goes through all of them."""
    inner = data.draw(expressions(("x", "w"), ("exp", "sin"), size=3))
    a = data.draw(expressions(("z",), ("sigmoid", "tanh", "exp"), size=2))
    b = data.draw(expressions(("z", "x"), ("sin", "atan"), size=3))
    outer = data.draw(expressions(("a", "b", "x"), ("exp", "tanh"), size=4))
    given_ = {"z": print_plain(inner), "a": print_plain(a), "b": print_plain(b), "L": print_plain(outer)}
    closed = renamed_all(outer, {"a": renamed_all(a, {"z": inner}), "b": renamed_all(b, {"z": inner})})
    claimed = data.draw(slopes(closed))
    result = derivcheck.check(f"dL/dx = {print_plain(claimed)}", given=given_)
    assert result.verdict is not Verdict.WRONG
    assert_sound(result, by(closed), claimed)
    other = data.draw(damaged(claimed))
    assert_sound(derivcheck.check(f"dL/dx = {print_plain(other)}", given=given_), by(closed), other)
    through = derivcheck.check("dL/dx = dL/da * da/dz * dz/dx + dL/db * db/dz * dz/dx", given=given_)
    # A path that L does not take is no zero: L and that node are then a curve with a common parameter.
    if symbols(outer) == {"a", "b"} and symbols(b) == {"z"} and symbols(a) == {"z"}:
        assert through.verdict is not Verdict.WRONG


def renamed_all(tree: Expression, values: dict[str, Expression]) -> Expression:
    return substitute(tree, {Symbol(name): value for name, value in values.items()})


@examples(40)
@given(st.data())
def test_functions_with_arguments_are_what_they_say(data: st.DataObject) -> None:
    body = data.draw(expressions(("x",), ("exp", "sin", "log", "sqrt"), size=3))
    at = data.draw(expressions(("x",), ("exp", "sin"), size=2) | st.sampled_from([1, 2, -1]).map(as_expression))
    given_ = {"f(x)": print_plain(body)}
    closed = renamed_all(body, {"x": at})
    slope = renamed_all(data.draw(slopes(body)), {"x": at})
    result = derivcheck.check(f"f({print_plain(at)}) = {print_plain(closed)}", given=given_)
    assert_sound(result, closed, closed)
    assert result.verdict is not Verdict.WRONG
    first = derivcheck.check(f"f'({print_plain(at)}) = {print_plain(slope)}", given=given_)
    assert first.verdict is not Verdict.WRONG
    if not isinstance(at, Number):
        inner = print_plain(at)
        chain = derivcheck.check(f"d/dx f({inner}) = f'({inner})*({print_plain(by(at))})", given=given_)
        assert chain.verdict is not Verdict.WRONG


@examples(30)
@given(st.data())
def test_unknown_functions_obey_the_chain_rule_only(data: st.DataObject) -> None:
    at = data.draw(expressions(("x",), ("exp", "sin"), size=2))
    inner = print_plain(at)
    good = derivcheck.check(f"d/dx g({inner}) = g'({inner})*({print_plain(by(at))})", assume=["g: R → R"])
    assert good.verdict is Verdict.PROVED
    third = {"x": Fraction(1, 3)}
    if differ(at, X, third) and differ(by(at), as_expression(0), third):
        bad = derivcheck.check(f"d/dx g({inner}) = g'(x)*({print_plain(by(at))})", assume=["g: R → R"])
        assert bad.verdict is not Verdict.PROVED


@examples(25)
@given(st.data())
def test_implicit_and_parametric_derivatives(data: st.DataObject) -> None:
    a, b = (data.draw(st.integers(1, 4)) for _ in "ab")
    circle = [f"{a}*x^2 + {b}*y^2 = {a + b}", "y depends on x"]
    assert derivcheck.check(f"dy/dx = -{a}*x/({b}*y)", assume=circle).verdict is Verdict.PROVED
    assert derivcheck.check(f"dy/dx = {a}*x/({b}*y)", assume=circle).verdict is not Verdict.PROVED
    top, bottom = (data.draw(expressions(("t",), ("exp", "sin"), size=3)) for _ in "ab")
    curve = {"x": print_plain(bottom), "y": print_plain(top)}
    quotient = f"({print_plain(by(top, 't'))})/({print_plain(by(bottom, 't'))})"
    assert derivcheck.check(f"dy/dx = {quotient}", given=curve).verdict is not Verdict.WRONG
    assert derivcheck.check(f"dy/dx = {quotient} + 1", given=curve).verdict is not Verdict.PROVED


@examples(40)
@given(st.data())
def test_first_wrong_link_of_a_chain(data: st.DataObject) -> None:
    """A = B = C = D, where one link is damaged and the later ones rewrite it."""
    tree = data.draw(expressions(("x",), EVERYWHERE, size=4))
    sides, broken = [tree], data.draw(st.integers(0, 3))
    for place in range(3):
        sides.append(data.draw(damaged(sides[-1]) if place == broken else rewritten(sides[-1], most=1)))
    lines = [claim(sides[0], sides[1]), *(f"= {print_plain(side)}" for side in sides[2:])]
    text = "title: t\nsteps:\n" + "".join(f"  - {json.dumps(line)}\n" for line in lines)
    (file,) = derivcheck.verify(text=f"{text}goal: {json.dumps(claim(sides[0], sides[3]))}\n").files
    for step, side in zip(file.steps, sides[1:], strict=True):
        assert_sound(step, sides[0], side)
        assert step.verdict is not Verdict.FOLLOWS or broken < 3
    whole = derivcheck.check(claim(sides[0], sides[3]))
    if file.goal is not None and file.goal.status != "missed":
        assert whole.verdict is not Verdict.WRONG


HASHED = """
import json, sys
import derivcheck
claims = json.loads(sys.stdin.read())
for given, claim in claims:
    step = derivcheck.check(claim, given=given)
    point = step.counterexample and step.counterexample.point
    print(step.verdict, step.domain, step.conditions, point, step.expected, step.reason)
"""


def test_verdicts_do_not_depend_on_the_hash_seed() -> None:
    claims = [
        [{}, "d/dx (sin(x)*exp(y*x)*log(x)) = exp(x*y)*(cos(x)*log(x) + y*sin(x)*log(x) + sin(x)/x)"],
        [{}, "d/dx sqrt(x^2 + y^2) = y/sqrt(x^2 + y^2)"],
        [{}, "max(x, y, 1) = (max(x, y) + 1 + abs(max(x, y) - 1))/2"],
        [{}, "sqrt(1 - x)*sqrt(1 + x) = sqrt(1 - x^2)"],
        [{}, "x/(x*y - x) = 1/(y - 1)"],
        [{"a": "σ(z)", "L": "-(y*log(a) + (1-y)*log(1-a))", "z": "w*x + b"}, "dL/dw = (a - y)*x"],
        [{"a": "σ(z)", "L": "-(y*log(a) + (1-y)*log(1-a))", "z": "w*x + b"}, "dL/dw = (y - a)*x"],
    ]
    outputs = set()
    for seed in ("0", "1", "2024"):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)}
        run = subprocess.run(
            [sys.executable, "-c", HASHED], input=json.dumps(claims), capture_output=True, text=True, env=environment
        )
        assert run.returncode == 0, run.stderr
        outputs.add(run.stdout)
    assert len(outputs) == 1


@pytest.mark.parametrize("name", ["x", "y"])
def test_oracle_sees_a_difference_of_1e_20(name: str) -> None:
    """The oracle must be able to fail."""
    tree = Call("sin", (Symbol(name) ** 2,))
    point = {name: Fraction(1, 3)}
    good = 2 * Symbol(name) * Call("cos", (Symbol(name) ** 2,))
    assert not differ(by(tree, name), good, point)
    assert differ(by(tree, name), good + Fraction(1, 10**20), point)
    assert differ(by(tree, name), X if name == "y" else good * 2, {**point, "x": Fraction(1, 3)})

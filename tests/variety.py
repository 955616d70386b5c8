"""Random expressions over the whole function table, with every kind of power, of case and of condition."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from hypothesis import strategies as st

from derivcheck.expression import (
    Call,
    Condition,
    Div,
    Expression,
    Logical,
    Number,
    Piecewise,
    Pow,
    Reduction,
    Relation,
    Symbol,
    as_expression,
    call,
    symbols,
)
from derivcheck.functions import FUNCTIONS as TABLE
from tests.oracle import FUNCTIONS
from tests.strategies import operators, small

COSTLY = frozenset({
    "elliptic_k", "elliptic_e", "elliptic_f", "besselj", "bessely", "besseli", "besselk", "airyai", "airybi",
    "airyaiprime", "airybiprime", "polygamma", "gamma", "loggamma", "digamma", "trigamma", "factorial", "beta",
    "erfinv", "lambertw", "expint", "Ei", "Si", "Ci", "li", "fresnels", "fresnelc",
})  # fmt: skip
EXTREMES = ("max", "min")
UNARY = tuple(
    sorted(row.name for row in TABLE if 1 in row.arities and row.name in FUNCTIONS and row.name not in EXTREMES)
)
PLAIN = tuple(name for name in UNARY if name not in COSTLY)
SPECIAL = tuple(name for name in UNARY if name in COSTLY)
BINARY = (*EXTREMES, "atan2", "log")
_EXPONENTS = "2 3 4 -1 -2 -3 0 1/2 -1/2 3/2 1/3 -1/3 2/3 4/3 -2/3 1/4 3/4 5/2 6 1/6"
EXPONENTS = tuple(map(Fraction, _EXPONENTS.split()))
BORDERS = (0, 0, 0, 1, -1, Fraction(1, 2), 2)


def varied(
    names: Sequence[str], functions: Sequence[str] = PLAIN, size: int = 5, cases: bool = True, symbolic: bool = True
) -> st.SearchStrategy[Expression]:
    """Trees over some variables with up to `size` leaves."""
    variables = st.sampled_from([Symbol(name) for name in names])
    leaves = variables | variables | small.map(Number)

    def grow(inner: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
        made = [
            st.builds(lambda join, a, b: join(a, b), st.sampled_from(operators), inner, inner),
            st.builds(lambda join, a, b: join(a, b), st.sampled_from(operators), inner, inner),
            st.builds(lambda name, a: Call(name, (a,)), st.sampled_from(functions), inner),
            st.builds(lambda name, a: Call(name, (a,)), st.sampled_from(functions), inner),
            st.builds(lambda a, n: Pow(a, _number(n)), inner, st.sampled_from(EXPONENTS)),
            st.builds(lambda name, a, b: Call(name, (a, b)), st.sampled_from(BINARY), inner, inner),
        ]
        if symbolic:
            made.append(st.builds(Pow, inner, variables | st.builds(Div, variables, st.just(as_expression(2)))))
            made.append(st.builds(Pow, small.map(Number), inner))
        if cases:
            made.append(st.builds(_cases, inner, conditions(inner), inner))
            made.append(st.builds(_sum, inner, variables, st.integers(-1, 3)))
        return st.one_of(made)

    return st.recursive(leaves, grow, max_leaves=size).filter(lambda tree: bool(symbols(tree)))


def conditions(inner: st.SearchStrategy[Expression]) -> st.SearchStrategy[Condition]:
    """A comparison, or two joined by `and` or `or`, or the opposite of one."""
    single = st.builds(
        lambda operator, left, border: Relation(operator, left, as_expression(border)),
        st.sampled_from(["<", "<=", ">", ">=", "=", "!="]), inner, st.sampled_from(BORDERS),
    )  # fmt: skip
    double = st.builds(lambda join, a, b: Logical(join, (a, b)), st.sampled_from(["and", "or"]), single, single)
    return single | single | double


def _number(value: Fraction) -> Expression:
    """An exponent as people write it: 1/2 is a quotient."""
    if value.denominator == 1:
        return Number(value)
    return Div(Number(Fraction(value.numerator)), Number(Fraction(value.denominator)))


def _cases(a: Expression, condition: Condition, b: Expression) -> Expression:
    return Piecewise(((a, condition), (b, None)))


def _sum(body: Expression, variable: Symbol, upper: int) -> Expression:
    k = Symbol("k")
    return Reduction("sum", Pow(body, k) if upper % 2 else k * body, k, as_expression(1), as_expression(upper))


def concrete() -> dict[str, tuple[tuple[Symbol, ...], Expression]]:
    """A smooth function to put in for each unknown one, none of them a polynomial."""
    u = Symbol("u")
    return {
        "f": ((u,), call("sin", 2 * u + 1) + u**2),
        "g": ((u,), call("exp", u / 3) - u**3 / 5),
    }

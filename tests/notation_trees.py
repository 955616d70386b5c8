"""Hypothesis strategies for trees as the reader builds them, and the declarations that go with them."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import strategies as st

from derivcheck.expression import (
    Add,
    Apply,
    At,
    Call,
    Constant,
    Derivative,
    Div,
    Entry,
    Expression,
    Hadamard,
    Logical,
    MatMul,
    Mul,
    Neg,
    Number,
    Piecewise,
    Pow,
    Reduction,
    Relation,
    Symbol,
    Transpose,
)
from derivcheck.functions import FUNCTIONS
from derivcheck.statement import Declarations

SYMBOLS = (
    "x",
    "y",
    "t",
    "theta",
    "lambda",
    "y_hat",
    "x_1",
    "w2",
    "a^[1]",
    "W^(2)",
    "z_hat_out",
    "loss",
    "S_",
    "n",
    "E",
)
ARRAYS = {"A": 2, "B": 2, "u": 1, "v": 1}
DECLARATIONS = Declarations(
    symbols=frozenset(SYMBOLS), functions=frozenset({"f", "g", "net"}), arrays=ARRAYS, indices=frozenset({"i", "j"})
)
_SCALAR_ROWS = tuple(row for row in FUNCTIONS if row.elementwise)

names = st.sampled_from(SYMBOLS).map(Symbol)
numbers = st.one_of(
    st.integers(0, 20).map(lambda value: Number(Fraction(value))),
    st.sampled_from([Fraction(1, 2), Fraction(1, 4), Fraction(3, 8), Fraction(5, 2), Fraction(1, 10**6)]).map(Number),
)
constants = st.sampled_from(["pi", "e"]).map(Constant)
letters = st.sampled_from(["i", "j"]).map(Symbol)
entries = st.one_of(
    st.builds(lambda array, index: Entry(Symbol(array), (index,)), st.sampled_from(["u", "v"]), letters),
    st.builds(lambda row, column: Entry(Symbol("A"), (row, column)), letters, letters),
)
matrices = st.recursive(
    st.sampled_from(["A", "B"]).map(Symbol),
    lambda inner: st.one_of(
        inner.map(Transpose),
        st.lists(inner, min_size=2, max_size=3).map(lambda factors: MatMul(tuple(factors))),
        st.lists(inner, min_size=2, max_size=3).map(lambda factors: Hadamard(tuple(factors))),
        st.lists(inner, min_size=2, max_size=3).map(lambda terms: Add(tuple(terms))),
        inner.map(Neg),
    ),
    max_leaves=5,
)


def _several(inner: st.SearchStrategy[Expression]) -> st.SearchStrategy[tuple[Expression, ...]]:
    return st.lists(inner, min_size=2, max_size=4).map(tuple)


@st.composite
def _calls(draw: st.DrawFn, inner: st.SearchStrategy[Expression]) -> Expression:
    row = draw(st.sampled_from(_SCALAR_ROWS))
    count = draw(st.sampled_from(row.arities))
    arguments = tuple(draw(inner) for _ in range(count))
    if row.name == "factorial" and not isinstance(arguments[0], Symbol):
        return Call("factorial", (Symbol("n"),))
    return Call(row.name, arguments)


def _powers(inner: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
    """Powers whose base is no constant, so that no limit is in the way."""
    return st.builds(Pow, st.one_of(names, _calls(names)), inner)


def _conditions(inner: st.SearchStrategy[Expression]) -> st.SearchStrategy[Relation | Logical]:
    relations = st.builds(Relation, st.sampled_from(["<", "<=", ">", ">=", "=", "!="]), inner, inner)
    return st.one_of(
        relations,
        st.builds(lambda operator, parts: Logical(operator, tuple(parts)), st.sampled_from(["and", "or"]),
                  st.lists(relations, min_size=2, max_size=3)),
        relations.map(lambda relation: Logical("not", (relation,))),
    )  # fmt: skip


def _compound(inner: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
    variables = st.lists(st.tuples(names, st.integers(1, 3)), min_size=1, max_size=2).map(tuple)
    return st.one_of(
        _several(inner).map(Add),
        _several(inner).map(Mul),
        inner.map(Neg),
        st.builds(Div, inner, inner),
        _powers(inner),
        _calls(inner),
        st.builds(lambda name, given: Apply(name, (given,), (0,)), st.sampled_from(["f", "g", "net"]), inner),
        st.builds(lambda given, order: Apply("f", (given,), (order,)), inner, st.integers(1, 5)),
        st.builds(Derivative, st.one_of(names, inner), variables, partial=st.booleans()),
        st.builds(lambda operand, name, value: At(operand, ((name, value),)), inner, names, inner),
        st.builds(Reduction, st.sampled_from(["sum", "product"]), inner, st.just(Symbol("k")), inner, inner),
        st.builds(lambda body: Reduction("sum", body, Symbol("i"), None, None), inner),
        st.builds(lambda value, when, other: Piecewise(((value, when), (other, None))),
                  inner, _conditions(inner), inner),
    )  # fmt: skip


scalars = st.recursive(st.one_of(names, numbers, constants, entries), _compound, max_leaves=12)

"""Random expressions, rewritings that keep their value, and small damages that do not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction

from hypothesis import strategies as st

from derivcheck.expression import (
    PI,
    Add,
    Call,
    Derivative,
    Div,
    Expression,
    Logical,
    Mul,
    Neg,
    Number,
    Piecewise,
    Pow,
    Reduction,
    Relation,
    Symbol,
    as_expression,
    call,
    children,
    map_children,
    substitute,
    symbols,
    walk,
)
from derivcheck.kernel.differentiate import derivative

EVERYWHERE = ("exp", "sin", "cos", "atan", "sinh", "cosh", "tanh", "sigmoid", "softplus", "asinh", "erf")
SHARP = ("abs", "sign", "relu", "elu", "softsign")
PARTIAL = ("log", "sqrt", "cbrt", "tan", "asin", "acos", "atanh", "acosh", "acot", "asec", "coth", "sec", "logit")
VALUES = tuple(
    Fraction(word)
    for word in (
        "0", "1", "-1", "1/2", "-1/2", "2", "-2", "1/3", "-1/3", "3", "-3", "3/4", "-7/5", "9/10", "-9/10", "5", "-5",
        "1/100", "-1/100", "10", "-10", "31", "-31", "47", "-52", "101/100", "-99/100", "1000", "-1000", "1/1000000",
    )
)  # fmt: skip

X, Y = Symbol("x"), Symbol("y")
small = st.sampled_from([Fraction(item) for item in ("1", "2", "3", "-1", "-2", "1/2", "5", "-3/2", "1/3")])
operators: Sequence[Callable[[Expression, Expression], Expression]] = (
    lambda a, b: Add((a, b)),
    lambda a, b: Add((a, Neg(b))),
    lambda a, b: Mul((a, b)),
    lambda a, b: Div(a, b),
)


def expressions(
    names: Sequence[str] = ("x",), functions: Sequence[str] = EVERYWHERE, size: int = 5, cases: bool = False
) -> st.SearchStrategy[Expression]:
    """Trees over some variables with up to `size` leaves."""
    leaves = st.sampled_from([Symbol(name) for name in names]) | st.sampled_from([Symbol(names[0])]) | small.map(Number)

    def grow(inner: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
        made = [
            st.builds(lambda join, a, b: join(a, b), st.sampled_from(operators), inner, inner),
            st.builds(lambda name, a: Call(name, (a,)), st.sampled_from(functions), inner),
            st.builds(lambda a, n: Pow(a, as_expression(n)), inner, st.sampled_from([2, 3, -1, Fraction(1, 3)])),
        ]
        if cases:
            made.append(st.builds(_two_cases, inner, inner, inner, st.sampled_from(["<", "<=", ">", ">="])))
            made.append(st.builds(lambda name, a, b: Call(name, (a, b)), st.sampled_from(["max", "min"]), inner, inner))
        return st.one_of(made)

    return st.recursive(leaves, grow, max_leaves=size).filter(lambda tree: bool(symbols(tree)))


def _two_cases(a: Expression, b: Expression, border: Expression, operator: str) -> Expression:
    return Piecewise(((a, Relation(operator, border, Number(Fraction(0)))), (b, None)))


def _square(u: Expression) -> Expression:
    return Pow(u, Number(Fraction(2)))


Rewriting = Callable[[Expression], Expression | None]


def _double(name: str) -> Rewriting:
    def rule(node: Expression) -> Expression | None:
        match node:
            case Call(found, (u,)) if found == name:
                half = Div(u, as_expression(2))
                sine, cosine = call("sin", half), call("cos", half)
                return 2 * sine * cosine if name == "sin" else Add((_square(cosine), Neg(_square(sine))))
        return None

    return rule


def _function(name: str, meaning: Callable[[Expression], Expression]) -> Rewriting:
    def rule(node: Expression) -> Expression | None:
        match node:
            case Call(found, (u,)) if found == name:
                return meaning(u)
        return None

    return rule


def _commuted(node: Expression) -> Expression | None:
    match node:
        case Add(terms):
            return Add(terms[::-1])
        case Mul(factors):
            return Mul(factors[::-1])
    return None


def _expanded(node: Expression) -> Expression | None:
    match node:
        case Mul((a, Add((b, c)))):
            return Add((Mul((a, b)), Mul((a, c))))
        case Pow(Add((a, b)), Number(value)) if value == 2:
            return Add((_square(a), 2 * a * b, _square(b)))
    return None


def _fraction(node: Expression) -> Expression | None:
    match node:
        case Div(a, b):
            return Mul((a, Pow(b, Neg(as_expression(1)))))
        case Pow(a, Number(value)) if value == -1:
            return Div(as_expression(1), a)
    return None


def _cubed(node: Expression) -> Expression | None:
    match node:
        case Pow(a, Number(value)) if value == 3:
            return Mul((a, a, a))
        case Pow(a, Number(value)) if value == Fraction(1, 3):
            return call("cbrt", a)
    return None


def _ones(node: Expression) -> Expression | None:
    match node:
        case Number(value) if value == 1:
            return Add((_square(call("sin", X)), _square(call("cos", X))))
        case Number(value) if value == 2:
            return Reduction("sum", Div(Symbol("k"), as_expression(3)), Symbol("k"), as_expression(0), as_expression(3))
    return None


def _larger(node: Expression) -> Expression | None:
    match node:
        case Call("max", (a, b)):
            return (a + b + call("abs", a - b)) / 2
        case Call("min", (a, b)):
            return Piecewise(((a, Relation("<", a, b)), (b, None)))
    return None


def _mirrored(name: str, sign: int) -> Rewriting:
    """f(u) = sign f(-u)."""
    return _function(name, lambda u: Neg(call(name, Neg(u))) if sign < 0 else call(name, Neg(u)))


REWRITINGS: Sequence[Rewriting] = (
    _commuted, _expanded, _fraction, _cubed, _ones, _larger, _double("sin"), _double("cos"),
    *(_mirrored(name, -1) for name in ("sin", "atan", "sinh", "tanh", "asinh", "erf", "asin", "cbrt", "sign")),
    *(_mirrored(name, -1) for name in ("tan", "atanh")),
    *(_mirrored(name, 1) for name in ("cos", "cosh", "abs", "sec")),
    _function("tanh", lambda u: call("sinh", u) / call("cosh", u)),
    _function("tanh", lambda u: 2 * call("sigmoid", 2 * u) - 1),
    _function("sinh", lambda u: (call("exp", u) - call("exp", Neg(u))) / 2),
    _function("cosh", lambda u: call("sqrt", 1 + call("sinh", u) ** 2)),
    _function("sigmoid", lambda u: 1 - call("sigmoid", Neg(u))),
    _function("sigmoid", lambda u: call("exp", u) / (1 + call("exp", u))),
    _function("softplus", lambda u: u + call("softplus", Neg(u))),
    _function("exp", lambda u: 1 / call("exp", Neg(u))),
    _function("exp", lambda u: call("cosh", u) + call("sinh", u)),
    _function("asinh", lambda u: call("log", u + call("sqrt", 1 + u**2))),
    _function("abs", lambda u: call("sqrt", u**2)),
    _function("abs", lambda u: call("max", u, Neg(u))),
    _function("abs", lambda u: u * call("sign", u)),
    _function("relu", lambda u: call("max", u, 0)),
    _function("relu", lambda u: (u + call("abs", u)) / 2),
    _function("elu", lambda u: Piecewise(((u, Relation(">", u, as_expression(0))), (call("exp", u) - 1, None)))),
    _function("acos", lambda u: PI / 2 - call("asin", u)),
    _function("acot", lambda u: PI / 2 - call("atan", u)),
    _function("tan", lambda u: call("sin", u) / call("cos", u)),
    _function("sec", lambda u: 1 / call("cos", u)),
    _function("sqrt", lambda u: Pow(u, as_expression(Fraction(1, 2)))),
    _function("log", lambda u: 2 * call("log", call("sqrt", u))),
    _function("log", lambda u: Neg(call("log", 1 / u))),
    _function("logit", lambda u: call("log", u) - call("log", 1 - u)),
    _function("erf", lambda u: 1 - call("erfc", u)),
)  # fmt: skip


def _places(tree: Expression, rules: Sequence[Rewriting]) -> list[tuple[Expression, Expression]]:
    found = []
    for node in dict.fromkeys(walk(tree)):
        for rule in rules:
            other = None if isinstance(node, Relation | Logical) else rule(node)
            if other is not None:
                found.append((node, other))
    return found


@st.composite
def rewritten(draw: st.DrawFn, tree: Expression, most: int = 3) -> Expression:
    """The tree after some rewritings by identities that hold wherever the tree is defined."""
    for _ in range(draw(st.integers(1, most))):
        places = _places(tree, REWRITINGS)
        if not places:
            break
        node, other = draw(st.sampled_from(places))
        tree = _replaced(tree, node, other)
    return tree


def _replaced(tree: Expression, node: Expression, other: Expression) -> Expression:
    if tree == node:
        return other
    if isinstance(tree, Reduction):
        return tree
    if isinstance(tree, Pow):
        return Pow(_replaced(tree.base, node, other), tree.exponent)
    return map_children(tree, lambda child: _replaced(child, node, other))


def _swapped(node: Expression) -> Expression | None:
    match node:
        case Call(name, (u,)):
            other = {"sin": "cos", "cos": "sin", "exp": "sinh", "sinh": "cosh", "cosh": "exp", "tanh": "atan",
                     "atan": "tanh",
                     "log": "sqrt", "sqrt": "cbrt", "cbrt": "sqrt", "abs": "relu", "relu": "abs", "sign": "tanh",
                     "sigmoid": "tanh", "softplus": "relu", "asinh": "atan", "erf": "tanh", "asin": "acos"}  # fmt: skip
            return Call(other[name], (u,)) if name in other else u
    return None


def _off_by_little(node: Expression) -> Expression | None:
    return Add((node, Number(Fraction(1, 10**20)))) if isinstance(node, Symbol) else None


DAMAGES: Sequence[Rewriting] = (
    lambda node: Neg(node) if not isinstance(node, Number) else Number(node.value + 1),
    lambda node: node.operand if isinstance(node, Neg) else None,
    lambda node: Number(-node.value) if isinstance(node, Number) else None,
    lambda node: Pow(node.base, Add((node.exponent, as_expression(1)))) if isinstance(node, Pow) else None,
    lambda node: Mul((as_expression(2), node)) if isinstance(node, Call) else None,
    lambda node: call("abs", node),
    lambda node: call("max", node, as_expression(-30)),
    lambda node: call("min", node, as_expression(Fraction(7, 3))),
    lambda node: Piecewise(((node, Relation(">", X, as_expression(-40))), (2 * node, None))),
    lambda node: Piecewise(
        ((2 * node, Relation("<", call("abs", X - 5), as_expression(Fraction(1, 50)))), (node, None))
    ),
    lambda node: call("sqrt", _square(node)),
    lambda node: call("exp", call("log", node)),
    lambda node: call("sin", call("asin", node)),
    lambda node: call("log", call("exp", node)) if isinstance(node, Symbol) else None,
    lambda node: Div(Mul((node, X)), X),
    lambda node: Div(Mul((node, call("relu", X))), call("relu", X)),
    lambda node: Add((node, Mul((as_expression(Fraction(1, 10**20)), X)))),
    lambda node: Mul((node, Pow(call("sign", X), as_expression(2)))),
    lambda node: Mul((node, call("ceiling", call("sigmoid", X)))),
    lambda node: Add((node, call("floor", call("sigmoid", X)))),
    _swapped,
    _off_by_little,
)


def _inside(outer: str, inner: str) -> Rewriting:
    """outer(inner(u)) = u, which holds on a part of the line only."""

    def rule(node: Expression) -> Expression | None:
        match node:
            case Call(first, (Call(second, (u,)),)) if (first, second) == (outer, inner):
                return u
        return None

    return rule


def _wrapped(outer: str, inner: str) -> Rewriting:
    return lambda node: call(outer, call(inner, node)) if isinstance(node, Symbol | Add | Mul) else None


def _split(name: str) -> Rewriting:
    """f(u v) = f(u) f(v), or f(u) + f(v) for a logarithm; the same for quotients."""

    def rule(node: Expression) -> Expression | None:
        match node:
            case Call(found, (Mul((a, b)),)) if found == name:
                left, right = call(name, a), call(name, b)
                return left + right if name == "log" else left * right
            case Call(found, (Div(a, b),)) if found == name:
                left, right = call(name, a), call(name, b)
                return left - right if name == "log" else left / right
        return None

    return rule


def _joined(name: str) -> Rewriting:
    def rule(node: Expression) -> Expression | None:
        match node:
            case Mul((Call(first, (a,)), Call(second, (b,)))) if first == second == name:
                return call(name, a * b)
            case Add((Call("log", (a,)), Call("log", (b,)))) if name == "log":
                return call("log", a * b)
        return None

    return rule


def _powers(node: Expression) -> Expression | None:
    match node:
        case Call("sqrt", (Pow(a, Number(value)),)):
            return Pow(a, as_expression(value / 2))
        case Pow(Call("sqrt", (a,)), Number(value)):
            return Pow(a, as_expression(value / 2))
        case Call("log", (Pow(a, Number(value)),)):
            return value * call("log", a)
        case Pow(Pow(a, Number(first)), Number(second)):
            return Pow(a, as_expression(first * second))
        case Pow(a, Number(value)) if value.denominator == 1 and value % 2:
            return a * Pow(call("abs", a), as_expression(value - 1))
    return None


_INVERSES = (
    ("exp", "log"), ("log", "exp"), ("sin", "asin"), ("asin", "sin"), ("cos", "acos"), ("acos", "cos"),
    ("tan", "atan"), ("atan", "tan"), ("sinh", "asinh"), ("asinh", "sinh"), ("cosh", "acosh"),
    ("acosh", "cosh"), ("tanh", "atanh"), ("atanh", "tanh"), ("sigmoid", "logit"), ("logit", "sigmoid"),
)  # fmt: skip

CONDITIONAL: Sequence[Rewriting] = (
    *(_inside(*pair) for pair in _INVERSES),
    *(_wrapped(*pair) for pair in _INVERSES),
    *(_split(name) for name in ("sqrt", "log", "abs", "sign", "cbrt")),
    *(_joined(name) for name in ("sqrt", "log", "cbrt", "exp")),
    _powers,
    _function("abs", lambda u: u),
    _function("sign", lambda u: u / call("abs", u)),
    _function("sign", lambda u: call("abs", u) / u),
    _function("sqrt", lambda u: call("sqrt", call("abs", u))),
    _function("log", lambda u: call("log", call("abs", u))),
    _function("log", lambda u: call("log", u**2) / 2),
    _function("relu", lambda u: u * (1 + call("sign", u)) / 2),
    _function("acot", lambda u: call("atan", 1 / u)),
    _function("atan", lambda u: PI / 2 - call("atan", 1 / u)),
    _function("atan", lambda u: call("asin", u / call("sqrt", 1 + u**2))),
    _function("asin", lambda u: call("atan", u / call("sqrt", 1 - u**2))),
    _function("acos", lambda u: call("asin", call("sqrt", 1 - u**2))),
    _function("asec", lambda u: call("atan", call("sqrt", u**2 - 1))),
    _function("acosh", lambda u: call("log", u + call("sqrt", u**2 - 1))),
    _function("cos", lambda u: call("sqrt", 1 - call("sin", u) ** 2)),
    _function("tan", lambda u: call("sin", 2 * u) / (1 + call("cos", 2 * u))),
    _function("tan", lambda u: (1 - call("cos", 2 * u)) / call("sin", 2 * u)),
    _function("sinh", lambda u: call("sqrt", call("cosh", u) ** 2 - 1)),
    lambda node: Piecewise(((node, Relation(">", X, as_expression(0))), (call("abs", node), None))),
    lambda node: Piecewise(((as_expression(0), Relation("=", node, as_expression(0))), (node, None))),
    lambda node: call("floor", node) + call("sign", call("sin", PI * node)) ** 2,
    lambda node: -call("ceiling", -node) if isinstance(node, Call) and node.name == "floor" else None,
)


@st.composite
def bent(draw: st.DrawFn, tree: Expression, most: int = 2) -> Expression:
    """The tree after rewritings that need a condition."""
    for _ in range(draw(st.integers(1, most))):
        places = [item for item in _places(tree, CONDITIONAL) if item[0] != item[1]]
        if not places:
            break
        node, other = draw(st.sampled_from(places))
        tree = _replaced(tree, node, other)
    return tree


@st.composite
def damaged(draw: st.DrawFn, tree: Expression) -> Expression:
    """The tree after one change that may or may not matter."""
    places = [item for item in _places(tree, DAMAGES) if item[0] != item[1]]
    node, other = draw(st.sampled_from(places))
    return _replaced(tree, node, other)


@st.composite
def slopes(draw: st.DrawFn, tree: Expression, name: str = "x") -> Expression:
    """The derivative of a tree by the textbook rules, rewritten."""
    return draw(rewritten(derivative(tree, ((Symbol(name), 1),))))


def by(tree: Expression, name: str = "x") -> Expression:
    """d/dx of a tree, not carried out."""
    return Derivative(tree, ((Symbol(name), 1),))


def renamed(tree: Expression, names: dict[str, str]) -> Expression:
    """The tree with other names for its variables."""
    return substitute(tree, {Symbol(old): Symbol(new) for old, new in names.items()})


def size(tree: Expression) -> int:
    """How many nodes a tree has."""
    return 1 + sum(map(size, children(tree)))

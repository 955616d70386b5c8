"""Exponential, logarithm, roots, circular and hyperbolic functions and their inverses.

Conventions: real arguments and real values; principal branches as in the DLMF, chapter 4, but for `acot`,
which is continuous on the reals with values in (0, pi) as calculus books have it, and odd roots, which
are real for negative arguments. Derivatives: DLMF 4.20 and 4.34.
"""

from __future__ import annotations

from derivcheck.expression import ONE, PI, Condition, Expression, Relation, as_expression, call
from derivcheck.functions.row import Function


def _positive(u: Expression) -> tuple[Condition, ...]:
    return (Relation(">", u, as_expression(0)),)


def _nonnegative(u: Expression) -> tuple[Condition, ...]:
    return (Relation(">=", u, as_expression(0)),)


def _nonzero(u: Expression) -> tuple[Condition, ...]:
    return (Relation("!=", u, as_expression(0)),)


def _within(u: Expression) -> tuple[Condition, ...]:
    return (Relation(">=", 1 - u**2, as_expression(0)),)


def _inside(u: Expression) -> tuple[Condition, ...]:
    return (Relation(">", 1 - u**2, as_expression(0)),)


def _outside(u: Expression) -> tuple[Condition, ...]:
    return (Relation(">", u**2 - 1, as_expression(0)),)


def _beyond(u: Expression) -> tuple[Condition, ...]:
    return (Relation(">=", u**2 - 1, as_expression(0)),)


def _unit(u: Expression) -> tuple[Condition, ...]:
    return (Relation(">", u, as_expression(0)), Relation("<=", u, ONE))


def _unit_open(u: Expression) -> tuple[Condition, ...]:
    return (Relation(">", u, as_expression(0)), Relation("<", u, ONE))


def _log(u: Expression, base: Expression | None = None) -> tuple[Condition, ...]:
    if base is None:
        return _positive(u)
    return (*_positive(u), *_positive(base), Relation("!=", base, ONE))


def _log_by_argument(u: Expression, base: Expression | None = None) -> Expression:
    return 1 / u if base is None else 1 / (u * call("log", base))


def _log_by_base(u: Expression, base: Expression) -> Expression:
    return -call("log", u) / (base * call("log", base) ** 2)


def _exp(u: Expression) -> Expression:
    return call("exp", u)


def _root(u: Expression) -> Expression:
    return call("sqrt", u)


def _sin(u: Expression) -> Expression:
    return call("sin", u)


def _cos(u: Expression) -> Expression:
    return call("cos", u)


ROWS = (
    Function("exp", ("exp",), latex="exp", derivatives=(_exp,), backend="exp", juxtaposed=True),
    Function("log", ("log", "ln"), (1, 2), latex="log", derivatives=(_log_by_argument, _log_by_base),
             domain=_log, backend="log", juxtaposed=True),
    Function("sqrt", ("sqrt",), latex="sqrt", derivatives=(lambda u: 1 / (2 * _root(u)),),
             domain=_nonnegative, smooth=_positive, backend="sqrt", juxtaposed=True),
    Function("cbrt", ("cbrt",), latex="cbrt", definition=lambda u: u ** (ONE / as_expression(3)), backend="cbrt"),
    Function("sin", ("sin",), latex="sin", derivatives=(_cos,), backend="sin", juxtaposed=True),
    Function("cos", ("cos",), latex="cos", derivatives=(lambda u: -_sin(u),), backend="cos", juxtaposed=True),
    Function("tan", ("tan", "tg"), latex="tan", definition=lambda u: _sin(u) / _cos(u),
             derivatives=(lambda u: call("sec", u) ** 2,), backend="tan", juxtaposed=True),
    Function("cot", ("cot", "ctg", "cotan"), latex="cot", definition=lambda u: _cos(u) / _sin(u),
             derivatives=(lambda u: -call("csc", u) ** 2,), backend="cot", juxtaposed=True),
    Function("sec", ("sec",), latex="sec", definition=lambda u: 1 / _cos(u),
             derivatives=(lambda u: call("sec", u) * call("tan", u),), backend="sec", juxtaposed=True),
    Function("csc", ("csc", "cosec"), latex="csc", definition=lambda u: 1 / _sin(u),
             derivatives=(lambda u: -(call("csc", u) * call("cot", u)),), backend="csc", juxtaposed=True),
    Function("asin", ("asin", "arcsin"), latex="arcsin", derivatives=(lambda u: 1 / _root(1 - u**2),),
             domain=_within, smooth=_inside, backend="asin", juxtaposed=True),
    Function("acos", ("acos", "arccos"), latex="arccos", definition=lambda u: PI / 2 - call("asin", u),
             derivatives=(lambda u: -1 / _root(1 - u**2),),
             domain=_within, smooth=_inside, backend="acos", juxtaposed=True),
    Function("atan", ("atan", "arctan", "arctg"), latex="arctan", derivatives=(lambda u: 1 / (1 + u**2),),
             backend="atan", juxtaposed=True),
    Function("acot", ("acot", "arccot"), latex="operatorname{arccot}", definition=lambda u: PI / 2 - call("atan", u),
             derivatives=(lambda u: -1 / (1 + u**2),), backend="acot", juxtaposed=True),
    Function("asec", ("asec", "arcsec"), latex="operatorname{arcsec}", definition=lambda u: call("acos", 1 / u),
             derivatives=(lambda u: 1 / (call("abs", u) * _root(u**2 - 1)),),
             domain=_beyond, smooth=_outside, backend="asec", juxtaposed=True),
    Function("acsc", ("acsc", "arccsc"), latex="operatorname{arccsc}", definition=lambda u: call("asin", 1 / u),
             derivatives=(lambda u: -1 / (call("abs", u) * _root(u**2 - 1)),),
             domain=_beyond, smooth=_outside, backend="acsc", juxtaposed=True),
    Function("atan2", ("atan2", "arctan2"), (2,), latex="operatorname{atan2}",
             derivatives=(lambda y, x: x / (x**2 + y**2), lambda y, x: -y / (x**2 + y**2)),
             domain=lambda y, x: (Relation(">", x**2 + y**2, as_expression(0)),),
             smooth=lambda y, x: (Relation(">", x + _root(x**2 + y**2), as_expression(0)),), backend="atan2"),
    Function("sinh", ("sinh", "sh"), latex="sinh", definition=lambda u: (_exp(u) - _exp(-u)) / 2,
             derivatives=(lambda u: call("cosh", u),), backend="sinh", juxtaposed=True),
    Function("cosh", ("cosh", "ch"), latex="cosh", definition=lambda u: (_exp(u) + _exp(-u)) / 2,
             derivatives=(lambda u: call("sinh", u),), backend="cosh", juxtaposed=True),
    Function("tanh", ("tanh", "th"), latex="tanh", definition=lambda u: (_exp(2 * u) - 1) / (_exp(2 * u) + 1),
             derivatives=(lambda u: 1 - call("tanh", u) ** 2,), backend="tanh", juxtaposed=True),
    Function("coth", ("coth",), latex="coth", definition=lambda u: (_exp(2 * u) + 1) / (_exp(2 * u) - 1),
             derivatives=(lambda u: 1 - call("coth", u) ** 2,), backend="coth", juxtaposed=True),
    Function("sech", ("sech",), latex="operatorname{sech}", definition=lambda u: 2 / (_exp(u) + _exp(-u)),
             derivatives=(lambda u: -(call("sech", u) * call("tanh", u)),), backend="sech", juxtaposed=True),
    Function("csch", ("csch", "cosech"), latex="operatorname{csch}", definition=lambda u: 2 / (_exp(u) - _exp(-u)),
             derivatives=(lambda u: -(call("csch", u) * call("coth", u)),), backend="csch", juxtaposed=True),
    Function("asinh", ("asinh", "arcsinh", "arsinh"), latex="operatorname{arsinh}",
             definition=lambda u: call("log", u + _root(u**2 + 1)),
             derivatives=(lambda u: 1 / _root(u**2 + 1),), backend="asinh", juxtaposed=True),
    Function("acosh", ("acosh", "arccosh", "arcosh"), latex="operatorname{arcosh}",
             definition=lambda u: call("log", u + _root(u - 1) * _root(u + 1)),
             derivatives=(lambda u: 1 / (_root(u - 1) * _root(u + 1)),),
             domain=lambda u: (Relation(">=", u, ONE),), smooth=lambda u: (Relation(">", u, ONE),),
             backend="acosh", juxtaposed=True),
    Function("atanh", ("atanh", "arctanh", "artanh"), latex="operatorname{artanh}",
             definition=lambda u: (call("log", 1 + u) - call("log", 1 - u)) / 2,
             derivatives=(lambda u: 1 / (1 - u**2),), domain=_inside, backend="atanh", juxtaposed=True),
    Function("acoth", ("acoth", "arccoth", "arcoth"), latex="operatorname{arcoth}",
             definition=lambda u: call("log", (u + 1) / (u - 1)) / 2,
             derivatives=(lambda u: 1 / (1 - u**2),), domain=_outside, backend="acoth", juxtaposed=True),
    Function("asech", ("asech", "arcsech", "arsech"), latex="operatorname{arsech}",
             definition=lambda u: call("acosh", 1 / u),
             derivatives=(lambda u: -1 / (u * _root(1 - u**2)),), domain=_unit, smooth=_unit_open,
             backend="asech", juxtaposed=True),
    Function("acsch", ("acsch", "arccsch", "arcsch"), latex="operatorname{arcsch}",
             definition=lambda u: call("asinh", 1 / u),
             derivatives=(lambda u: -1 / (call("abs", u) * _root(u**2 + 1)),), domain=_nonzero,
             backend="acsch", juxtaposed=True),
    Function("abs", ("abs", "Abs", "fabs"), latex="abs", derivatives=(lambda u: call("sign", u),), smooth=_nonzero,
             backend="Abs"),
    Function("sign", ("sign", "sgn"), latex="operatorname{sgn}", derivatives=(lambda u: as_expression(0),),
             smooth=_nonzero, backend="sign"),
    Function("Heaviside", ("Heaviside", "heaviside"), latex="operatorname{H}",
             derivatives=(lambda u: as_expression(0),), domain=_nonzero, smooth=_nonzero, backend="Heaviside"),
    Function("max", ("max", "Max", "maximum"), tuple(range(1, 9)), latex="max", backend="Max"),
    Function("min", ("min", "Min", "minimum"), tuple(range(1, 9)), latex="min", backend="Min"),
    Function("floor", ("floor",), latex="operatorname{floor}", derivatives=(lambda u: as_expression(0),),
             smooth=lambda u: (Relation("!=", call("sin", PI * u), as_expression(0)),), backend="floor"),
    Function("ceiling", ("ceiling", "ceil"), latex="operatorname{ceil}", derivatives=(lambda u: as_expression(0),),
             smooth=lambda u: (Relation("!=", call("sin", PI * u), as_expression(0)),), backend="ceiling"),
)  # fmt: skip

"""Mistakes with circular, hyperbolic and inverse functions."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from derivcheck.diagnosis.rule import BuggyRule, Example, Slip, Taking
from derivcheck.engine.tidy import tidy
from derivcheck.expression import Call, Expression, Number, Pow, call, negate, power
from derivcheck.functions import by_name

Slope = Callable[[Expression], Expression]
CIRCULAR = ("sin", "cos", "tan", "cot", "sec", "csc")
HYPERBOLIC = ("sinh", "cosh", "tanh", "coth", "sech", "csch")
INVERSE = ("asin", "acos", "atan", "acot", "asec", "acsc", "asinh", "acosh", "atanh", "acoth", "asech", "acsch")


def _f(name: str) -> Slope:
    return lambda u: call(name, u)


def _square(name: str, sign: int = 1) -> Slope:
    return lambda u: sign * call(name, u) ** 2


def _both(first: str, second: str, sign: int = 1) -> Slope:
    return lambda u: sign * call(first, u) * call(second, u)


SECANT_KIN: tuple[Slope, ...] = (
    _square("sec"), _square("csc"), _square("tan"), _square("cot"), _square("csc", -1), _square("sec", -1),
    _both("sec", "tan"), _both("csc", "cot"), _both("csc", "cot", -1), _both("sec", "cot"), _both("csc", "tan"),
    _f("sec"), _f("csc"), _f("cot"), _f("tan"), _square("tan", -1), _square("cot", -1),
)  # fmt: skip

INVERSE_KIN: tuple[Slope, ...] = (
    lambda u: 1 / call("sqrt", 1 - u**2), lambda u: -1 / call("sqrt", 1 - u**2),
    lambda u: 1 / (1 + u**2), lambda u: -1 / (1 + u**2),
    lambda u: 1 / call("sqrt", 1 + u**2), lambda u: 1 / call("sqrt", u**2 - 1),
    lambda u: 1 / (1 - u**2), lambda u: 1 / (u**2 - 1),
    lambda u: call("sqrt", 1 - u**2), lambda u: call("sqrt", 1 + u**2),
    lambda u: 1 / (u * call("sqrt", u**2 - 1)), lambda u: 1 / (1 + u), lambda u: 1 / call("sqrt", 1 - u),
)  # fmt: skip

HYPERBOLIC_KIN: Mapping[str, tuple[Slope, ...]] = {
    "sinh": (_f("cos"), lambda u: -call("cosh", u)),
    "cosh": (lambda u: -call("sinh", u), lambda u: -call("sin", u)),
    "tanh": (
        lambda u: 1 + call("tanh", u) ** 2,
        _square("sec"),
        lambda u: 1 / (1 + u**2),
        lambda u: -(call("sech", u) ** 2),
    ),
    "coth": (lambda u: 1 + call("coth", u) ** 2, _square("csch"), _square("csc", -1)),
    "sech": (_both("sech", "tanh"), _both("sec", "tan")),
    "csch": (_both("csch", "coth"), _both("csc", "cot", -1)),
}


def _argument(node: Expression, names: tuple[str, ...], d: Taking) -> Expression | None:
    if isinstance(node, Call) and node.name in names and d.varies(node.arguments[0]):
        return node.arguments[0]
    return None


def _own(node: Expression) -> Expression:
    assert isinstance(node, Call)
    rule = by_name(node.name).derivatives[0]
    assert rule is not None
    return rule(*node.arguments)


def _kin(node: Expression, u: Expression, slopes: tuple[Slope, ...], d: Taking) -> Iterator[Slip]:
    own = tidy(_own(node))
    for slope in slopes:
        written = slope(u)
        if tidy(written) != own:
            yield Slip(written * d(u), {"argument": u, "slope": written})


def _sign(node: Expression, d: Taking) -> Iterator[Slip]:
    u = _argument(node, CIRCULAR, d)
    if u is not None:
        yield Slip(negate(_own(node)) * d(u), {"argument": u})


def _secants(node: Expression, d: Taking) -> Iterator[Slip]:
    u = _argument(node, ("tan", "cot", "sec", "csc"), d)
    if u is not None:
        yield from _kin(node, u, SECANT_KIN, d)


def _inverse(node: Expression, d: Taking) -> Iterator[Slip]:
    u = _argument(node, INVERSE, d)
    if u is None:
        return
    assert isinstance(node, Call)
    yield from _kin(node, u, INVERSE_KIN, d)
    direct = node.name[1:]
    yield Slip(negate(_own(call(direct, u))) / call(direct, u) ** 2 * d(u), {"argument": u, "slope": node})


def _hyperbolic(node: Expression, d: Taking) -> Iterator[Slip]:
    u = _argument(node, HYPERBOLIC, d)
    if u is not None:
        assert isinstance(node, Call)
        yield from _kin(node, u, HYPERBOLIC_KIN[node.name], d)


def _power_misread(node: Expression, d: Taking) -> Iterator[Slip]:
    match node:
        case Pow(Call(name, (u,)) as function, Number(n) as exponent) if name in CIRCULAR + HYPERBOLIC and d.varies(u):
            words = {"function": function, "argument": u, "power": node}
            yield Slip(power(_own(function), exponent) * d(u), words)
            inside = power(u, exponent)
            yield Slip(_own(call(name, inside)) * exponent * power(u, Number(n - 1)) * d(u), words)


RULES = (
    BuggyRule(
        "trig-sign", "derivatives of the circular functions", derive=_sign, rank=1,
        examples=(
            Example("d/dx cos(x) = sin(x)", "d/dx cos(x) = -sin(x)"),
            Example("d/dx (x + sin(x)) = 1 - cos(x)", "d/dx (x + sin(x)) = 1 + cos(x)"),
        ),
    ),
    BuggyRule(
        "trig-sec-csc-mixup", "derivatives of the circular functions", derive=_secants, rank=2,
        examples=(
            Example("d/dx tan(x) = csc(x)^2", "d/dx tan(x) = sec(x)^2", assume=("0 < x < 1",)),
            Example("d/dx sec(2x) = 2tan(2x)^2", "d/dx sec(2x) = 2sec(2x) tan(2x)"),
        ),
    ),
    BuggyRule(
        "trig-inverse-formula", "derivatives of the inverse functions", derive=_inverse, rank=3,
        examples=(
            Example("d/dx atan(x) = 1/sqrt(1 + x^2)", "d/dx atan(x) = 1/(1 + x^2)"),
            Example("d/dx asin(x) = 1/(1 + x^2)", "d/dx asin(x) = 1/sqrt(1 - x^2)"),
        ),
    ),
    BuggyRule(
        "trig-hyperbolic-mixup", "derivatives of the hyperbolic functions", derive=_hyperbolic, rank=3,
        examples=(
            Example("d/dx cosh(x) = -sinh(x)", "d/dx cosh(x) = sinh(x)"),
            Example("d/dx tanh(x) = 1/(1 + x^2)", "d/dx tanh(x) = 1 - tanh(x)^2"),
        ),
    ),
    BuggyRule(
        "trig-power-misread", "chain rule", derive=_power_misread, rank=3,
        examples=(
            Example("d/dx sin(x)^2 = cos(x)^2", "d/dx sin(x)^2 = 2sin(x) cos(x)"),
            Example("d/dx sin(x)^2 = 2x cos(x^2)", "d/dx sin(x)^2 = 2sin(x) cos(x)"),
        ),
    ),
)  # fmt: skip

"""Mistakes with constants, constant factors and with what the variable is."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from derivcheck.diagnosis.rule import BuggyRule, Example, Slip, Taking
from derivcheck.diagnosis.shapes import leading_minus, product, split_product, without
from derivcheck.engine.textbook import Textbook
from derivcheck.engine.tidy import tidy
from derivcheck.expression import (
    ONE,
    ZERO,
    Add,
    Derivative,
    Div,
    Expression,
    Mul,
    Neg,
    Number,
    Pow,
    Symbol,
    divide,
    multiply,
    negate,
    power,
    walk,
)
from derivcheck.kernel.balls import rational_value
from derivcheck.kernel.differentiate import NoRule

COUNTS = ("m", "n", "N", "M")


def own_derivatives(constant: Expression, d: Taking) -> Iterator[Expression]:
    """What a constant gives when it is taken for a variable."""
    names = dict.fromkeys(node for node in walk(constant) if isinstance(node, Symbol))
    for name in names:
        found = tidy(Textbook(name, d.graph)(constant))
        if found != ZERO:
            yield found
    if not names and isinstance(constant, Pow) and isinstance(constant.exponent, Number):
        yield constant.exponent * power(constant.base, Number(constant.exponent.value - 1))


def _constant_terms(node: Expression, d: Taking) -> tuple[Expression, ...]:
    return tuple(term for term in node.terms if not d.varies(term)) if isinstance(node, Add) else ()


def _as_variable(node: Expression, d: Taking) -> Iterator[Slip]:
    for term in _constant_terms(node, d):
        for own in own_derivatives(term, d):
            yield Slip(d.sound(node) + own, {"constant": term})
    constants, varying = split_product(node, d)
    if isinstance(node, Mul) and varying:
        for constant in constants:
            rest = product(without(constants, constant))
            for own in own_derivatives(constant, d):
                yield Slip(d.sound(node) + multiply(rest, own, *varying), {"constant": constant})
                if own != ONE:
                    yield Slip(multiply(rest, own, *map(d, varying)), {"constant": constant})
            if isinstance(constant, Pow) and isinstance(constant.exponent, Number):
                lowered = power(constant.base, Number(constant.exponent.value - 1))
                yield Slip(d.sound(product((rest, lowered, *varying))), {"constant": constant})


def _kept(node: Expression, d: Taking) -> Iterator[Slip]:
    for term in _constant_terms(node, d):
        yield Slip(d.sound(node) + term, {"constant": term})


def _is_half(constant: Expression) -> bool:
    return rational_value(constant) == Fraction(1, 2)


def _is_mean(constant: Expression) -> bool:
    match constant:
        case Div(top, Symbol(name)) if top == ONE:
            return name in COUNTS
    return False


def _factors(node: Expression, d: Taking) -> Iterator[tuple[Expression, Expression]]:
    """Each constant factor of a product or quotient, with the derivative when it is left out."""
    if isinstance(node, Mul):
        constants, varying = split_product(node, d)
        if len(varying) == 0:
            return
        inner = d.sound(product(varying)) if len(varying) > 1 else d(varying[0])
        for constant in constants:
            yield constant, multiply(*without(constants, constant), inner)
            yield from ((part, multiply(left, *without(constants, constant), inner)) for part, left in _parts(constant))
        if len(constants) > 1:
            yield product(constants), inner
    elif isinstance(node, Div) and d.varies(node.numerator) and not d.varies(node.denominator):
        below = node.denominator.factors if isinstance(node.denominator, Mul) else (node.denominator,)
        for constant in below:
            yield divide(ONE, constant), divide(d(node.numerator), product(without(below, constant)))
        if len(below) > 1:
            yield divide(ONE, node.denominator), d(node.numerator)


def _parts(constant: Expression) -> Iterator[tuple[Expression, Expression]]:
    """The factors of a constant fraction, each with what is left without it."""
    if isinstance(constant, Div):
        above = constant.numerator.factors if isinstance(constant.numerator, Mul) else (constant.numerator,)
        below = constant.denominator.factors if isinstance(constant.denominator, Mul) else (constant.denominator,)
        for part in above:
            yield part, divide(product(without(above, part)), constant.denominator)
        for part in below:
            yield divide(ONE, part), divide(constant.numerator, product(without(below, part)))


def _dropped(node: Expression, d: Taking) -> Iterator[Slip]:
    for constant, rest in _factors(node, d):
        if not _is_half(constant) and not _is_mean(constant):
            yield Slip(rest, {"constant": constant})


def _half_dropped(node: Expression, d: Taking) -> Iterator[Slip]:
    for constant, rest in _factors(node, d):
        if _is_half(constant):
            yield Slip(rest, {"constant": constant})


def _mean_dropped(node: Expression, d: Taking) -> Iterator[Slip]:
    for constant, rest in _factors(node, d):
        if _is_mean(constant):
            yield Slip(rest, {"constant": constant})


def _inverted(node: Expression, d: Taking) -> Iterator[Slip]:
    for constant, rest in _factors(node, d):
        yield Slip(divide(rest, constant), {"constant": constant})


def _minus(node: Expression, d: Taking) -> Iterator[Slip]:
    if isinstance(node, Neg):
        yield Slip(d(node.operand), {"operand": node.operand})
    elif isinstance(node, Mul) and any(leading_minus(factor) for factor in split_product(node, d)[0]):
        yield Slip(negate(d.sound(node)), {"operand": tidy(negate(node))})


def _wrong_variable(node: Expression, d: Taking) -> Iterator[Slip]:
    if not isinstance(node, Derivative) or len(node.variables) != 1 or node.variables[0][1] != 1:
        return
    written = {item.name for item in walk(node.operand) if isinstance(item, Symbol)}
    for name in sorted(written.union(*map(d.graph.reaches, written))):
        if name != d.variable.name and Symbol(name) != node.operand:
            try:
                yield Slip(Textbook(Symbol(name), d.graph)(node.operand), {"other": Symbol(name)})
            except NoRule:
                continue


RULES = (
    BuggyRule(
        "const-as-variable", "constant rule", derive=_as_variable, rank=2,
        examples=(
            Example("d/dx (x^2 + 4c) = 2x + 4", "d/dx (x^2 + 4c) = 2x"),
            Example("d/dy (x^3 y^2) = 2x^2 y", "d/dy (x^3 y^2) = 2x^3 y"),
            Example("d/dx (x + pi^2) = 1 + 2pi", "d/dx (x + pi^2) = 1"),
        ),
    ),
    BuggyRule(
        "const-derivative-kept", "constant rule", derive=_kept, rank=3,
        examples=(Example("d/dx (x^2 + 5) = 2x + 5", "d/dx (x^2 + 5) = 2x"),),
    ),
    BuggyRule(
        "const-factor-dropped", "constant factor rule", derive=_dropped, rank=2,
        examples=(
            Example("d/dx (c sin(x)) = cos(x)", "d/dx (c sin(x)) = c cos(x)"),
            Example("d/dt (t^3/(5k)) = 3t^2/5", "d/dt (t^3/(5k)) = 3t^2/(5k)"),
        ),
    ),
    BuggyRule(
        "factor-half-dropped", "constant factor rule", derive=_half_dropped, rank=2,
        examples=(
            Example("d/dw (1/2 (w x - y)^2) = 2x(w x - y)", "d/dw (1/2 (w x - y)^2) = x(w x - y)"),
        ),
    ),
    BuggyRule(
        "factor-mean-dropped", "constant factor rule", derive=_mean_dropped, rank=2,
        examples=(
            Example("d/dw ((w x - y)^2/m) = 2x(w x - y)", "d/dw ((w x - y)^2/m) = 2x(w x - y)/m"),
        ),
    ),
    BuggyRule(
        "const-factor-inverted", "constant factor rule", derive=_inverted, rank=5,
        examples=(Example("d/dx (sin(x)/c) = c cos(x)", "d/dx (sin(x)/c) = cos(x)/c"),),
    ),
    BuggyRule(
        "differentiated-wrong-variable", "partial derivative", derive=_wrong_variable, rank=3,
        examples=(
            Example("d/dy (x^2 y) = 2x y", "d/dy (x^2 y) = x^2"),
            Example("d/db (w x + b) = x", "d/db (w x + b) = 1"),
        ),
    ),
    BuggyRule(
        "minus-not-differentiated", "constant factor rule", derive=_minus, rank=2,
        examples=(
            Example("d/dx (5 - x^3) = 3x^2", "d/dx (5 - x^3) = -3x^2"),
            Example("d/dx (-log(x)) = 1/x", "d/dx (-log(x)) = -1/x", assume=("x > 0",)),
        ),
    ),
)  # fmt: skip

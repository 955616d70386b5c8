"""Mistakes that concern the derivative as a whole: something else was computed, or something else copied."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction

from derivcheck.diagnosis.rule import BuggyRule, Example, Slip, Taking
from derivcheck.diagnosis.shapes import power_parts, terms_of
from derivcheck.engine.textbook import Textbook
from derivcheck.engine.tidy import tidy
from derivcheck.expression import (
    Add,
    Call,
    Derivative,
    Div,
    Expression,
    Mul,
    Neg,
    Number,
    Pow,
    Symbol,
    add,
    call,
    children,
    divide,
    map_children,
    multiply,
    negate,
    power,
    walk,
)
from derivcheck.graph import Graph
from derivcheck.kernel.balls import rational_value
from derivcheck.kernel.differentiate import NoRule

MAX_COPIED = 60


def _operand(node: Expression, d: Taking) -> Expression | None:
    if isinstance(node, Derivative) and len(node.variables) == 1 and node.variables[0][1] == 1:
        return d.textbook.body(node.operand) or node.operand
    return None


def _integrated(node: Expression, d: Taking) -> Iterator[Slip]:
    operand = _operand(node, d)
    if operand is not None:
        parts = [antiderivative(term, d) for term in terms_of(tidy(operand))]
        if all(part is not None for part in parts):
            yield Slip(add(*(part for part in parts if part is not None)), {"operand": operand})


def antiderivative(term: Expression, d: Taking) -> Expression | None:
    """The antiderivative of a constant times x^n, exp, sin or cos of a linear term; None of anything else."""
    if not d.varies(term):
        return term * d.variable
    match term:
        case Neg(operand):
            inner = antiderivative(operand, d)
            return None if inner is None else negate(inner)
        case Mul(factors):
            varying = [factor for factor in factors if d.varies(factor)]
            inner = antiderivative(varying[0], d) if len(varying) == 1 else None
            return None if inner is None else multiply(*(f for f in factors if not d.varies(f)), inner)
        case Div(numerator, denominator) if not d.varies(denominator):
            inner = antiderivative(numerator, d)
            return None if inner is None else divide(inner, denominator)
        case Div(numerator, denominator) if not d.varies(numerator):
            inner = _power_integral(denominator, Fraction(-1), d)
            return None if inner is None else numerator * inner
        case Call(name, (argument,)) if name in _INTEGRALS and not d.varies(d.whole(argument)):
            return divide(_INTEGRALS[name](argument), d.whole(argument))
    return _power_integral(term, Fraction(1), d)


def _power_integral(term: Expression, sign: Fraction, d: Taking) -> Expression | None:
    base, exponent = (term.base, rational_value(term.exponent)) if isinstance(term, Pow) else (term, Fraction(1))
    if exponent is None or base != d.variable:
        return None
    raised = sign * exponent + 1
    return call("log", base) if raised == 0 else divide(power(base, Number(raised)), Number(raised))


_INTEGRALS: dict[str, Callable[[Expression], Expression]] = {
    "sin": lambda u: negate(call("cos", u)),
    "cos": lambda u: call("sin", u),
    "exp": lambda u: call("exp", u),
    "sinh": lambda u: call("cosh", u),
    "cosh": lambda u: call("sinh", u),
}


def _evaluated(node: Expression, d: Taking) -> Iterator[Slip]:
    operand = _operand(node, d)
    if operand is not None and d.varies(operand):
        yield Slip(operand, {"operand": operand})
    elif operand is None and isinstance(node, Derivative):
        yield from _once_too_few(node, d)


def _once_too_few(node: Derivative, d: Taking) -> Iterator[Slip]:
    """A derivative of higher order with one differentiation left out."""
    for k, (variable, order) in enumerate(node.variables):
        left = ((variable, order - 1),) if order > 1 else ()
        lower = Derivative(node.operand, (*node.variables[:k], *left, *node.variables[k + 1 :]))
        try:
            yield Slip(carried(lower, d.graph), {"operand": lower})
        except NoRule:
            continue


def carried(node: Derivative, graph: Graph) -> Expression:
    """A derivative carried out, one variable after the other."""
    result = node.operand
    for variable, order in node.variables:
        for _ in range(order):
            if not isinstance(variable, Symbol):
                raise NoRule
            result = tidy(Textbook(variable, graph)(result))
    return result


def _another(node: Expression, d: Taking) -> Iterator[Slip]:
    if _operand(node, d) is None:
        return
    assert isinstance(node, Derivative)
    for name, other in d.others.items():
        if other != node.operand and d.varies(other):
            yield Slip(d.textbook(other), {"other": name})


def _miscopied_sign(node: Expression, d: Taking) -> Iterator[Slip]:
    yield from _miscopied(node, d, _other_sign)


def _miscopied_exponent(node: Expression, d: Taking) -> Iterator[Slip]:
    yield from _miscopied(node, d, _other_exponent)


def _miscopied(node: Expression, d: Taking, edits: Callable[[Expression], Iterator[Expression]]) -> Iterator[Slip]:
    operand = _operand(node, d)
    if operand is None or sum(1 for _ in walk(operand)) > MAX_COPIED:
        return
    for copy in everywhere(operand, edits):
        try:
            yield Slip(Textbook(d.variable, d.graph)(copy), {"copy": copy})
        except NoRule:
            continue


def everywhere(tree: Expression, edits: Callable[[Expression], Iterator[Expression]]) -> Iterator[Expression]:
    """The tree with one edit at one node, for each edit and node."""
    yield from edits(tree)
    for child in children(tree):
        for edited in everywhere(child, edits):
            yield _with_child(tree, child, edited)


def _with_child(tree: Expression, old: Expression, new: Expression) -> Expression:
    return map_children(tree, lambda child: new if child is old else child)


def _other_sign(node: Expression) -> Iterator[Expression]:
    if isinstance(node, Add):
        for k, term in enumerate(node.terms):
            yield Add((*node.terms[:k], negate(term), *node.terms[k + 1 :]))


def _other_exponent(node: Expression) -> Iterator[Expression]:
    parts = power_parts(node)
    if parts is not None:
        base, value = parts
        yield power(base, Number(value + 1))
        if value != 1:
            yield power(base, Number(value - 1))


def _flipped(node: Expression, d: Taking) -> Iterator[Slip]:
    for edited in _other_sign(node):
        yield Slip(edited, {"term": node})


def _reexponented(node: Expression, d: Taking) -> Iterator[Slip]:
    for edited in _other_exponent(node):
        yield Slip(edited, {"term": node})


FALSE_IDENTITIES: tuple[tuple[str, Callable[[Expression], Expression]], ...] = (
    ("acos", lambda u: call("asin", 1 - u)),
    ("asin", lambda u: 1 / call("sin", u)),
    ("acos", lambda u: 1 / call("cos", u)),
    ("atan", lambda u: 1 / call("tan", u)),
    ("atan", lambda u: call("asin", u) / call("acos", u)),
    ("sec", lambda u: 1 / call("sin", u)),
    ("csc", lambda u: 1 / call("cos", u)),
)


def _false_identities(node: Expression) -> Iterator[Expression]:
    if isinstance(node, Call) and len(node.arguments) == 1:
        (u,) = node.arguments
        for name, instead in FALSE_IDENTITIES:
            if node.name == name:
                yield instead(u)
        if node.name in ("sin", "cos", "tan") and isinstance(u, Mul) and isinstance(u.factors[0], Number):
            yield u.factors[0] * call(node.name, multiply(*u.factors[1:]))
        if isinstance(u, Neg):
            yield negate(call(node.name, u.operand))
            yield call(node.name, u.operand)
        if node.name in ("sin", "cos", "tan") and isinstance(u, Add):
            yield add(*(call(node.name, term) for term in u.terms))


def _identity_used(node: Expression, d: Taking) -> Iterator[Slip]:
    for instead in _false_identities(node):
        try:
            yield Slip(Textbook(d.variable, d.graph)(instead), {"read": instead})
        except NoRule:
            continue


def _identity_written(node: Expression, d: Taking) -> Iterator[Slip]:
    for instead in _false_identities(node):
        yield Slip(instead, {"read": instead})


RULES = (
    BuggyRule(
        "integrate-instead", "differentiation", derive=_integrated, rank=3,
        examples=(
            Example("d/dx (x^2 + 3) = x^3/3 + 3x", "d/dx (x^2 + 3) = 2x"),
            Example("d/dt cos(2t) = sin(2t)/2", "d/dt cos(2t) = -2sin(2t)"),
        ),
    ),
    BuggyRule(
        "evaluate-instead", "differentiation", derive=_evaluated, rank=4,
        examples=(
            Example("d/dx (x^3 + x) = x^3 + x", "d/dx (x^3 + x) = 3x^2 + 1"),
            Example("d²/dx² (x^5 + x) = 5x^4 + 1", "d²/dx² (x^5 + x) = 20x^3"),
            Example("f'(2) = 4", "f'(2) = 5", {"f(x)": "x^2 + x - 2"}),
        ),
    ),
    BuggyRule(
        "derivative-of-another-function", "differentiation", derive=_another, rank=4,
        examples=(
            Example("dF/dx = 2x exp(x^2)", "dF/dx = 3x^2 sin(x) + x^3 cos(x)", {"F": "x^3 sin(x)", "G": "exp(x^2)"}),
        ),
    ),
    BuggyRule(
        "transcription-sign", "copying", derive=_miscopied_sign, transform=_flipped, rank=7,
        examples=(
            Example("d/dx exp(x^3 - x) = (3x^2 + 1) exp(x^3 + x)", "d/dx exp(x^3 - x) = (3x^2 - 1) exp(x^3 - x)"),
            Example("exp(x + 1) + x^2 = exp(x - 1) + x^2", "exp(x + 1) + x^2 = e exp(x) + x^2"),
        ),
    ),
    BuggyRule(
        "transcription-exponent", "copying", derive=_miscopied_exponent, transform=_reexponented, rank=7,
        examples=(
            Example("d/dx exp(x^3 - x) = (2x - 1) exp(x^2 - x)", "d/dx exp(x^3 - x) = (3x^2 - 1) exp(x^3 - x)"),
        ),
    ),
    BuggyRule(
        "identity-misused", "identities", derive=_identity_used, transform=_identity_written, rank=5,
        examples=(
            Example("d/dx sin(3x) = 3cos(x)", "d/dx sin(3x) = 3cos(3x)"),
            Example("x + sin(2x) = x + 2sin(x)", "x + sin(2x) = x + 2sin(x) cos(x)"),
            Example("sigmoid(-z) = -sigmoid(z)", "sigmoid(-z) = 1 - sigmoid(z)"),
        ),
    ),
)  # fmt: skip

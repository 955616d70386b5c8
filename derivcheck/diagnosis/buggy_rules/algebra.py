"""Mistakes in rewriting a line without differentiating."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction

from derivcheck.diagnosis.rule import BuggyRule, Example, Slip, Taking
from derivcheck.diagnosis.shapes import exponential, leading_minus, power_parts, without
from derivcheck.expression import (
    ONE,
    Add,
    Call,
    Constant,
    Div,
    Expression,
    Mul,
    Neg,
    Number,
    Pow,
    add,
    call,
    divide,
    multiply,
    negate,
    power,
    walk,
)


def _terms(node: Expression) -> tuple[Expression, ...]:
    return node.terms if isinstance(node, Add) else (node,)


def _factors(node: Expression) -> tuple[Expression, ...]:
    return node.factors if isinstance(node, Mul) else (node,)


def _sign_distribution(node: Expression, d: Taking) -> Iterator[Slip]:
    match node:
        case Neg(Add((first, *rest))):
            yield Slip(add(negate(first), *rest), {"bracket": node})
            for k in range(len(rest)):
                yield Slip(
                    add(negate(first), *(t if j == k else negate(t) for j, t in enumerate(rest))), {"bracket": node}
                )
        case Neg(Mul(factors)) if any(isinstance(factor, Add) for factor in factors):
            for factor in factors:
                if isinstance(factor, Add):
                    rest_of = without(factors, factor)
                    spread = [multiply(*rest_of, term) for term in factor.terms]
                    yield Slip(add(negate(spread[0]), *spread[1:]), {"bracket": node})
        case Mul(factors):
            for factor in factors:
                if isinstance(factor, Add):
                    rest_of = without(factors, factor)
                    if any(leading_minus(item) for item in rest_of):
                        spread = [multiply(*rest_of, term) for term in factor.terms]
                        yield Slip(add(spread[0], *map(negate, spread[1:])), {"bracket": node})
        case Div(Neg(Add((first, *rest))), below) | Neg(Div(Add((first, *rest)), below)):
            yield Slip(divide(add(negate(first), *rest), below), {"bracket": node})
        case Neg(Pow(Add(terms), exponent)):
            yield Slip(power(add(*map(negate, terms)), exponent), {"bracket": node})
    if isinstance(node, Add) and any(leading_minus(item) for item in walk(node)):
        yield Slip(negate(node), {"bracket": node}, rank=4)


def _double_negative(node: Expression, d: Taking) -> Iterator[Slip]:
    match node:
        case Neg(operand) if leading_minus(operand) or (isinstance(operand, Mul | Div) and _signs(operand) % 2):
            yield Slip(negate(negate(operand)), {"operand": node})
        case Mul() if _signs(node) >= 2:
            yield Slip(negate(node), {"operand": node})
        case Div() if _signs(node) >= 2:
            yield Slip(negate(node), {"operand": node})


def _signs(node: Expression) -> int:
    match node:
        case Mul(factors):
            return sum(leading_minus(factor) for factor in factors)
        case Div(top, bottom):
            return _signs(top) + _signs(bottom)
    return int(leading_minus(node))


def _illegal_cancel(node: Expression, d: Taking) -> Iterator[Slip]:
    if not isinstance(node, Div):
        return
    above, below = _terms(node.numerator), _terms(node.denominator)
    words = {"fraction": node}
    for term in above if len(above) > 1 else ():
        rest = add(*without(above, term))
        for shared in _factors(node.denominator):
            if shared in _factors(term) or shared == term:
                left = _without_one(term, shared)
                lower = multiply(*_without_first(_factors(node.denominator), shared))
                yield Slip(divide(add(left, rest), lower), words)
                yield Slip(divide(rest, lower), words)
        if term == node.denominator:
            yield Slip(rest, words)
            yield Slip(1 + rest, words)
    for term in below if len(below) > 1 else ():
        if term in above and len(above) > 1:
            yield Slip(divide(add(*without_equal(above, term)), add(*without_equal(below, term))), words)
        if term == node.numerator:
            yield Slip(divide(1, add(*without_equal(below, term))), words)
            yield Slip(divide(1, add(1, *without_equal(below, term))), words)
        if node.numerator != term and term in _factors(node.numerator):
            lower = add(*(ONE if other is term else other for other in below))
            yield Slip(divide(_without_one(node.numerator, term), lower), words)
            yield Slip(divide(_without_one(node.numerator, term), add(*without_equal(below, term))), words)


def _without_one(term: Expression, shared: Expression) -> Expression:
    return ONE if term == shared else multiply(*_without_first(_factors(term), shared))


def _without_first(items: tuple[Expression, ...], item: Expression) -> tuple[Expression, ...]:
    place = items.index(item)
    return (*items[:place], *items[place + 1 :])


def without_equal(items: tuple[Expression, ...], item: Expression) -> tuple[Expression, ...]:
    """The items but for the first equal to this one."""
    return _without_first(items, item) if item in items else items


def _fraction_add(node: Expression, d: Taking) -> Iterator[Slip]:
    match node:
        case Add(terms):
            parts = [_fraction(term) for term in terms]
            for i, first in enumerate(parts):
                for j in range(i + 1, len(parts)):
                    second = parts[j]
                    if first[1] == ONE and second[1] == ONE:
                        continue
                    rest = [term for k, term in enumerate(terms) if k not in (i, j)]
                    merged = divide(first[0] + second[0], first[1] + second[1])
                    yield Slip(add(merged, *rest), {"fractions": node})
                    if first[0] == second[0]:
                        yield Slip(add(divide(first[0], first[1] + second[1]), *rest), {"fractions": node})
                    over = first[1] if second[1] == ONE else second[1]
                    if ONE in (first[1], second[1]):
                        yield Slip(add(divide(first[0] + second[0], over), *rest), {"fractions": node})
                    elif first[1] != second[1]:
                        yield Slip(add(divide(first[0] + second[0], first[1] * second[1]), *rest), {"fractions": node})
        case Div(top, Add(terms)):
            yield Slip(add(*(divide(top, term) for term in terms)), {"fractions": node})


def _fraction(term: Expression) -> tuple[Expression, Expression]:
    match term:
        case Div(top, bottom):
            return top, bottom
        case Neg(Div(top, bottom)):
            return negate(top), bottom
    return term, ONE


def _log_sum(node: Expression, d: Taking) -> Iterator[Slip]:
    match node:
        case Call("log", (Add(terms),)):
            yield Slip(add(*(negate(call("log", t.operand)) if isinstance(t, Neg) else call("log", t) for t in terms)),
                       {"log": node})  # fmt: skip
            yield Slip(multiply(*(call("log", t) for t in terms)), {"log": node})
        case Call("log", (Mul(factors),)):
            yield Slip(multiply(*(call("log", f) for f in factors)), {"log": node})
        case Call("log", (Div(top, bottom),)):
            yield Slip(divide(call("log", top), call("log", bottom)), {"log": node})
        case Add((Call("log", (first,)), Call("log", (second,)))):
            yield Slip(call("log", first + second), {"log": node})
        case Add((Call("log", (first,)), Neg(Call("log", (second,))))):
            yield Slip(call("log", first - second), {"log": node})
            yield Slip(divide(call("log", first), call("log", second)), {"log": node})
        case Div(Call("log", (first,)), Call("log", (second,))):
            yield Slip(call("log", first / second), {"log": node})
            yield Slip(call("log", first) - call("log", second), {"log": node})


def _log_coefficient(node: Expression, d: Taking) -> Iterator[Slip]:
    match node:
        case Call("log", (inner,)):
            for base, exponent in _as_power(inner):
                words = {"log": node}
                for wrong in (exponent / 2, Fraction(1), 1 / exponent, -exponent, exponent * 2):
                    if wrong != exponent:
                        yield Slip(Number(wrong) * call("log", base), words)
                yield Slip(power(call("log", base), Number(exponent)), words)
            if isinstance(inner, Pow):
                yield Slip(inner.exponent + call("log", inner.base), {"log": node})
                yield Slip(power(call("log", inner.base), inner.exponent), {"log": node})
        case Pow(Call("log", (inner,)), exponent):
            yield Slip(exponent * call("log", inner), {"log": node})


def _as_power(node: Expression) -> Iterator[tuple[Expression, Fraction]]:
    """(base, exponent) of every way to see a power."""
    parts = power_parts(node)
    if parts is not None and parts[1] not in (0, 1):
        yield parts
    match node:
        case Div(top, bottom) if top == ONE:
            yield bottom, Fraction(-1)
            yield from ((base, -value) for base, value in _as_power(bottom))
        case Call("sqrt", (inner,)):
            yield inner, Fraction(1, 2)
            yield from ((base, value / 2) for base, value in _as_power(inner))


def _exponent_rule(node: Expression, d: Taking) -> Iterator[Slip]:
    words = {"power": node}
    match node:
        case Pow(Pow(base, m), n):
            yield Slip(power(base, m + n), words)
            yield Slip(power(base, power(m, n)), words)
        case Pow(Add(terms), n):
            yield Slip(add(*(power(term, n) for term in terms)), words)
            yield Slip(add(*(_signed(term, lambda part: power(part, n)) for term in terms)), words)
        case Call("sqrt", (Add(terms),)):
            yield Slip(add(*(call("sqrt", term) for term in terms)), words)
        case Mul(factors):
            yield from _products_of_powers(factors, words)
        case Div(Pow(a, m), Pow(b, n)) if a == b:
            yield Slip(power(a, divide(m, n)), words)
    yield from _powers_of_e(node, words)


def _signed(term: Expression, change: Callable[[Expression], Expression]) -> Expression:
    """The term changed without its sign."""
    return negate(change(term.operand)) if isinstance(term, Neg) else change(term)


def _products_of_powers(factors: tuple[Expression, ...], words: Mapping[str, Expression]) -> Iterator[Slip]:
    for i, first in enumerate(factors):
        for second in factors[i + 1 :]:
            rest = without(without(factors, first), second)
            match first, second:
                case (Pow(a, m), Pow(b, n)) if a == b:
                    yield Slip(multiply(power(a, m * n), *rest), words)
            u, v = exponential(first), exponential(second)
            if u is not None and v is not None:
                yield Slip(multiply(call("exp", u * v), *rest), words)


def _powers_of_e(node: Expression, words: Mapping[str, Expression]) -> Iterator[Slip]:
    u = exponential(node)
    if u is None:
        match node:
            case Pow(base, n) if exponential(base) is not None:
                inner = exponential(base)
                assert inner is not None
                yield Slip(call("exp", power(inner, n)), words)
                yield Slip(call("exp", inner + n), words)
        return
    match u:
        case Pow(base, value):
            yield Slip(call("exp", value * base), words)
        case Add(terms):
            yield Slip(add(*(call("exp", term) for term in terms)), words)
        case Mul((first, *rest)):
            yield Slip(multiply(call("exp", first), call("exp", multiply(*rest))), words)
            yield Slip(multiply(first, call("exp", multiply(*rest))), words)


def _negative_exponent(node: Expression, d: Taking) -> Iterator[Slip]:
    parts = power_parts(node)
    if parts is not None and parts[1] < 0 and parts[0] != Constant("e"):
        raised = power(parts[0], Number(-parts[1]))
        yield Slip(raised, {"power": node})
        yield Slip(negate(raised), {"power": node})
    below = power_parts(node.denominator) if isinstance(node, Div) else None
    if below is not None and isinstance(node, Div):
        yield Slip(divide(node.numerator, power(below[0], Number(-below[1]))), {"power": node})


def _parentheses(node: Expression, d: Taking) -> Iterator[Slip]:
    match node:
        case Div(Add(terms), below):
            yield Slip(add(*terms[:-1], divide(terms[-1], below)), {"bracket": node})
        case Div(top, Add((first, *rest))):
            yield Slip(add(divide(top, first), *rest), {"bracket": node})
        case Div(top, Mul((first, *rest))):
            yield Slip(multiply(divide(top, first), *rest), {"bracket": node})
        case Pow(Mul((*first, last)), n):
            yield Slip(multiply(*first, power(last, n)), {"bracket": node})
        case Pow(Neg(inner), value):
            yield Slip(negate(power(inner, value)), {"bracket": node})
    if isinstance(node, Mul):
        for k, factor in enumerate(node.factors):
            if isinstance(factor, Add):
                before, after = node.factors[:k], node.factors[k + 1 :]
                first, *middle = factor.terms
                last = middle.pop()
                yield Slip(add(multiply(*before, first), *middle, multiply(last, *after)), {"bracket": node})
                yield from _half_distributed(node, factor)


def _half_distributed(node: Mul, bracket: Add) -> Iterator[Slip]:
    """One factor multiplied into the first term of the bracket only."""
    others = without(node.factors, bracket)
    first, *rest = bracket.terms
    for factor in others:
        inside = add(multiply(factor, first), *rest)
        yield Slip(multiply(*without(others, factor), inside), {"bracket": node})


def _division(node: Expression, d: Taking) -> Iterator[Slip]:
    if isinstance(node, Div):
        yield Slip(node.numerator * node.denominator, {"fraction": node})
        below = _factors(node.denominator)
        for factor in below if len(below) > 1 else ():
            yield Slip(divide(node.numerator, multiply(*without(below, factor))) * factor, {"fraction": node})


def _factor_lost(node: Expression, d: Taking) -> Iterator[Slip]:
    if isinstance(node, Mul):
        for factor in node.factors:
            yield Slip(multiply(*without(node.factors, factor)), {"factor": factor})
    elif isinstance(node, Div):
        above, below = _factors(node.numerator), _factors(node.denominator)
        for factor in above:
            yield Slip(divide(multiply(*without(above, factor)), node.denominator), {"factor": factor})
        for factor in below:
            yield Slip(divide(node.numerator, multiply(*without(below, factor))), {"factor": factor})


RULES = (
    BuggyRule(
        "alg-sign-distribution", "distributive law", transform=_sign_distribution, rank=1,
        examples=(
            Example("x - (y - 3) = x - y - 3", "x - (y - 3) = x - y + 3"),
            Example("-(p + q)/2 = (-p + q)/2", "-(p + q)/2 = (-p - q)/2"),
            Example("-(x - 1)^2 = (1 - x)^2", "(x - 1)^2 = (1 - x)^2"),
        ),
    ),
    BuggyRule(
        "alg-sign-double-negative", "rules of signs", transform=_double_negative, rank=2,
        examples=(Example("x - (-y) = x - y", "x - (-y) = x + y"),),
    ),
    BuggyRule(
        "alg-illegal-cancel", "cancelling", transform=_illegal_cancel, rank=2,
        examples=(
            Example("(a x + b)/(a x) = b", "(a x + b)/(a x) = 1 + b/(a x)"),
            Example("(x + y)/x = 1 + y", "(x + y)/x = 1 + y/x"),
        ),
    ),
    BuggyRule(
        "alg-fraction-add", "adding fractions", transform=_fraction_add, rank=2,
        examples=(
            Example("a/b + c/d = (a + c)/(b + d)", "a/b + c/d = (a d + b c)/(b d)"),
            Example("1/(x + y) = 1/x + 1/y", "1/(x + y) = (x - y)/(x^2 - y^2)"),
        ),
    ),
    BuggyRule(
        "alg-log-sum", "laws of logarithms", transform=_log_sum, rank=2,
        examples=(
            Example("log(x + y) = log(x) + log(y)", "log(x y) = log(x) + log(y)", assume=("x > 0", "y > 0")),
        ),
    ),
    BuggyRule(
        "alg-log-coefficient", "laws of logarithms", transform=_log_coefficient, rank=2,
        examples=(
            Example("log(s^4)/4 = log(s)/4", "log(s^4)/4 = log(s)", assume=("s > 0",)),
            Example("log(x)^2 = 2log(x)", "log(x^2) = 2log(x)", assume=("x > 0",)),
            Example("log(x^n) = n + log(x)", "log(x^n) = n log(x)", assume=("x > 0",)),
        ),
    ),
    BuggyRule(
        "alg-exponent-rule", "laws of exponents", transform=_exponent_rule, rank=2,
        examples=(
            Example("exp(x^2) = exp(2x)", "exp(x)^2 = exp(2x)"),
            Example("(x + 1)^2 = x^2 + 1", "(x + 1)^2 = x^2 + 2x + 1"),
            Example("x^2 x^3 = x^6", "x^2 x^3 = x^5"),
            Example("x^6/x^2 = x^3", "x^6/x^2 = x^4", assume=("x > 0",)),
            Example("exp(3x) = 3exp(x)", "exp(3x) = exp(x)^3"),
        ),
    ),
    BuggyRule(
        "alg-negative-exponent", "laws of exponents", transform=_negative_exponent, rank=3,
        examples=(Example("3x^(-2) = 3x^2", "3x^(-2) = 3/x^2"),),
    ),
    BuggyRule(
        "alg-parentheses", "order of operations", transform=_parentheses, rank=3,
        examples=(
            Example("(a + b)/c = a + b/c", "(a + b)/c = a/c + b/c"),
            Example("(2x)^2 = 2x^2", "(2x)^2 = 4x^2"),
        ),
    ),
    BuggyRule(
        "alg-division-as-multiplication", "fractions", transform=_division, rank=4,
        examples=(Example("sin(x)/x = x sin(x)", "sin(x)/x = 1/x sin(x)"),),
    ),
    BuggyRule(
        "alg-factor-lost", "rewriting", transform=_factor_lost, rank=5,
        examples=(Example("2x(x + 1) = 2(x + 1)", "2x(x + 1) = 2x^2 + 2x"),),
    ),
    BuggyRule(
        "alg-arith", "arithmetic", rank=8,
        examples=(Example("3x + 4x = 8x", "3x + 4x = 7x"),),
    ),
)  # fmt: skip

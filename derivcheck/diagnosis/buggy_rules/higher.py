"""Mistakes with dependent variables and with derivatives of higher order."""

from __future__ import annotations

from collections.abc import Iterator

from derivcheck.diagnosis.composite import composites
from derivcheck.diagnosis.rule import BuggyRule, Example, Slip, Taking
from derivcheck.diagnosis.shapes import dependent, split_product, terms_of, through_dependent
from derivcheck.engine.textbook import Textbook
from derivcheck.expression import (
    ONE,
    Apply,
    Derivative,
    Expression,
    Mul,
    Symbol,
    add,
    divide,
    multiply,
    substitute,
)
from derivcheck.kernel.differentiate import NoRule


def _dydx_missing(node: Expression, d: Taking) -> Iterator[Slip]:
    if dependent(node, d) and not (isinstance(node, Apply) and any(node.orders)):
        yield Slip(ONE, {"dependent": node})


def _product_term_missing(node: Expression, d: Taking) -> Iterator[Slip]:
    constants, varying = split_product(node, d)
    if not isinstance(node, Mul) or len(varying) < 2:
        return
    for factor in varying:
        if through_dependent(factor, d) and d.graph.depends:
            summands = [
                multiply(*constants, *(d(other) if other is part else other for other in varying))
                for part in varying if part is not factor
            ]  # fmt: skip
            yield Slip(add(*summands), {"dependent": factor})


def _operand(node: Expression, d: Taking) -> Expression | None:
    """What a second derivative is taken of, or nothing."""
    if not isinstance(node, Derivative) or len(node.variables) != 1 or node.variables[0][1] != 2:
        return None
    return d.textbook.body(node.operand) or node.operand


def _second(node: Expression, d: Taking) -> Expression:
    """The true second derivative."""
    return d.textbook(d.whole(node))


def _by_terms(
    node: Expression, d: Taking, wrong: Iterator[tuple[int, Expression]], terms: tuple[Expression, ...]
) -> Iterator[Slip]:
    for place, instead in wrong:
        parts = (instead if k == place else _second(term, d) for k, term in enumerate(terms))
        yield Slip(add(*parts), {"term": terms[place]})


def _cross_term(node: Expression, d: Taking) -> Iterator[Slip]:
    operand = _operand(node, d)
    if operand is None:
        return
    terms = terms_of(operand)

    def wrong() -> Iterator[tuple[int, Expression]]:
        for place, term in enumerate(terms):
            constants, varying = split_product(term, d)
            if len(varying) == 2:
                f, g = varying
                yield place, multiply(*constants, _second(f, d) * g + f * _second(g, d))
                whole = _second(f, d) * g + d.whole(f) * d.whole(g) + f * _second(g, d)
                yield place, multiply(*constants, whole)

    yield from _by_terms(node, d, wrong(), terms)


def _chain_term(node: Expression, d: Taking) -> Iterator[Slip]:
    operand = _operand(node, d)
    if operand is None:
        return
    terms = terms_of(operand)
    letter = Symbol("#u")

    def wrong() -> Iterator[tuple[int, Expression]]:
        for place, term in enumerate(terms):
            for item in composites(term, d):
                try:
                    bend = substitute(Textbook(letter, d.graph)(item.slope(letter)), {letter: item.inner})
                except NoRule:
                    continue
                yield place, bend * d.whole(item.inner) ** 2
                yield place, bend * d.whole(item.inner)

    yield from _by_terms(node, d, wrong(), terms)


def _parametric(node: Expression, d: Taking) -> Iterator[Slip]:
    if _operand(node, d) is None:
        return
    assert isinstance(node, Derivative)
    names = [item for item in (node.operand, d.variable) if isinstance(item, Symbol)]
    bases = [d.graph.reaches(item.name) - d.graph.definitions.keys() for item in names]
    if len(bases) == 2 and bases[0] == bases[1] and len(bases[0]) == 1:
        book = Textbook(Symbol(next(iter(bases[0]))), d.graph)
        top, bottom = (book(book(item)) for item in names)
        yield Slip(divide(top, bottom), {"parameter": book.variable})


RULES = (
    BuggyRule(
        "implicit-dydx-missing", "implicit differentiation", derive=_dydx_missing, rank=1,
        examples=(
            Example("d/dx (x^2 + y^2) = 2x + 2y", "d/dx (x^2 + y^2) = 2x + 2y y'", assume=("y depends on x",)),
        ),
    ),
    BuggyRule(
        "implicit-product-term-missing", "product rule", derive=_product_term_missing, rank=1,
        examples=(
            Example("d/dx (x^3 y) = 3x^2 y", "d/dx (x^3 y) = 3x^2 y + x^3 y'", assume=("y depends on x",)),
        ),
    ),
    BuggyRule(
        "second-derivative-cross-term", "product rule", derive=_cross_term, rank=0,
        examples=(
            Example("d^2/dx^2 (x^2 sin(x)) = 2sin(x) - x^2 sin(x)",
                    "d^2/dx^2 (x^2 sin(x)) = 2sin(x) + 4x cos(x) - x^2 sin(x)"),
        ),
    ),
    BuggyRule(
        "second-derivative-chain-term", "chain rule", derive=_chain_term, rank=0,
        examples=(
            Example("d^2/dx^2 sin(x^2) = -4x^2 sin(x^2)", "d^2/dx^2 sin(x^2) = 2cos(x^2) - 4x^2 sin(x^2)"),
        ),
    ),
    BuggyRule(
        "parametric-second-derivative", "parametric differentiation", derive=_parametric, rank=0,
        examples=(
            Example("d^2y/dx^2 = 6t/2", "d^2y/dx^2 = (6t(2t + 1) - 6t^2)/(2t + 1)^3", {"x": "t^2 + t", "y": "t^3"}),
        ),
    ),
    BuggyRule(
        "higher-order-slip", "repeated differentiation", rank=8,
        examples=(Example("d^3/dx^3 log(x) = 3/x^3", "d^3/dx^3 log(x) = 2/x^3", assume=("x > 0",)),),
    ),
)  # fmt: skip

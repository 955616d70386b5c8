"""Mistakes with several paths: one left out, doubled, or given another's factor."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from derivcheck.diagnosis.rule import BuggyRule, Example, Slip, Taking
from derivcheck.engine.textbook import Textbook
from derivcheck.expression import (
    ZERO,
    Add,
    Call,
    Derivative,
    Div,
    Expression,
    Mul,
    Number,
    Pow,
    Symbol,
    add,
    divide,
    multiply,
    negate,
    walk,
)


def _named_parts(node: Expression, d: Taking) -> list[Symbol]:
    """The defined names that the rule for the node asks for."""
    return [part for part in d.textbook.parts(node) if isinstance(part, Symbol) and d.textbook.body(part) is not None]


def _path_missing(node: Expression, d: Taking) -> Iterator[Slip]:
    if isinstance(node, Symbol) and d.textbook.body(node) is not None:
        yield Slip(ZERO, {"path": node})
    if isinstance(node, Derivative) and isinstance(node.operand, Symbol):
        body = d.textbook.body(node.operand)
        held = {name: item for name, item in d.graph.definitions.items() if name == d.variable.name}
        if body is not None and any(item == d.variable for item in walk(body)):
            direct = Textbook(d.variable, replace(d.graph, definitions=held))(body)
            inner = (item for item in walk(body) if isinstance(item, Symbol) and d.textbook.body(item) is not None)
            yield Slip(direct, {"path": next((item for item in inner if d.varies(item)), node.operand)})


def _path_merged(node: Expression, d: Taking) -> Iterator[Slip]:
    if isinstance(node, Add):
        varying = [term for term in node.terms if d.varies(term)]
        for branch in varying:
            if branch != d.variable and len(varying) > 1:
                others = [d(term) for term in varying if term is not branch]
                yield Slip(multiply(add(1, *others), d(branch)), {"path": branch})


def _path_twice(node: Expression, d: Taking) -> Iterator[Slip]:
    if isinstance(node, Symbol) and d.textbook.body(node) is not None:
        yield Slip(2 * d.sound(node), {"path": node})
    elif isinstance(node, Add):
        varying = [term for term in node.terms if d.varies(term)]
        for term in varying if len(varying) > 1 else ():
            yield Slip(d.sound(node) + d(term), {"path": term})


def _factor_copied(node: Expression, d: Taking) -> Iterator[Slip]:
    named = _named_parts(node, d)
    for wrong in named:
        for copied in named:
            if copied != wrong:
                yield Slip(_with_factor_of(node, wrong, copied, d), {"path": wrong, "other": copied})


def _with_factor_of(node: Expression, wrong: Symbol, copied: Symbol, d: Taking) -> Expression:
    """The derivative of the node with one name's derivative in place of another's."""
    return d.textbook.rule(node, lambda part: d(copied if part == wrong else part))


def penalties(node: Expression, d: Taking) -> Iterator[Expression]:
    """The terms of a sum that penalise the variable: a constant times w^2 or |w|."""
    if not isinstance(node, Add):
        return
    varying = [term for term in node.terms if d.varies(term)]
    for term in varying if len(varying) > 1 else ():
        names = [item for item in walk(term) if isinstance(item, Symbol)]
        direct = all(name == d.variable or not d.varies(name) for name in names)
        if direct and isinstance(term, Mul | Div) and any(_size_of(item, d) for item in walk(term)):
            yield term


def _size_of(node: Expression, d: Taking) -> bool:
    match node:
        case Pow(base, _):
            return base == d.variable
        case Call("abs", (argument,)):
            return argument == d.variable
    return False


def _penalty_missing(node: Expression, d: Taking) -> Iterator[Slip]:
    for term in penalties(node, d):
        assert isinstance(node, Add)
        yield Slip(add(*(d(other) for other in node.terms if other is not term)), {"penalty": term})


def _penalty_sign(node: Expression, d: Taking) -> Iterator[Slip]:
    for term in penalties(node, d):
        assert isinstance(node, Add)
        yield Slip(add(*(negate(d(other)) if other is term else d(other) for other in node.terms)), {"penalty": term})


def _norm(node: Expression, d: Taking) -> Iterator[Slip]:
    match node:
        case Call("sqrt", (Add() as inside,)) if all(_squared(term) for term in inside.terms):
            yield Slip(divide(d(inside), 2), {"norm": node, "inside": inside})
            yield Slip(d(inside), {"norm": node, "inside": inside})


def _squared(node: Expression) -> bool:
    match node:
        case Pow(_, exponent):
            return exponent == Number(Fraction(2))
    return False


RULES = (
    BuggyRule(
        "multivar-path-missing", "sum over all paths", derive=_path_missing, rank=2,
        examples=(
            Example("dF/dt = y", "dF/dt = y + t y cos(t)", {"y": "exp(sin(t))", "F": "t y"}),
            Example("dC/dw = 2w u", "dC/dw = 2w u + w^2 cos(w)", {"u": "sin(w)", "C": "w^2 u"}),
        ),
    ),
    BuggyRule(
        "multivar-path-merged", "sum over all paths", derive=_path_merged, rank=6,
        examples=(
            Example("dR/dx = 4x^3 + 4x^3", "dR/dx = 1 + 4x^3", {"N": "x^4", "R": "x + N"}),
        ),
    ),
    BuggyRule(
        "path-double-counted", "sum over all paths", derive=_path_twice, rank=5,
        examples=(
            Example("dG/dx = 6cos(b) + 2x", "dG/dx = 3cos(b) + 2x", {"b": "3x", "G": "sin(b) + x^2"}),
        ),
    ),
    BuggyRule(
        "path-factor-copied", "sum over all paths", derive=_factor_copied, rank=4,
        examples=(
            Example("dF/dc = 2c + 2c", "dF/dc = 2c + exp(c)", {"p": "c^2", "q": "exp(c)", "F": "p + q"}),
        ),
    ),
    BuggyRule(
        "regulariser-missing", "sum rule", derive=_penalty_missing, rank=2,
        examples=(
            Example("d/dw ((w x - y)^2 + lam w^2) = 2x(w x - y)", "d/dw ((w x - y)^2 + lam w^2) = 2x(w x - y) + 2lam w",
                    assume=("lam > 0",)),
        ),
    ),
    BuggyRule(
        "regulariser-sign", "sum rule", derive=_penalty_sign, rank=3,
        examples=(
            Example("d/dw ((w x - y)^2 + lam/2 w^2) = 2x(w x - y) - lam w",
                    "d/dw ((w x - y)^2 + lam/2 w^2) = 2x(w x - y) + lam w", assume=("lam > 0",)),
        ),
    ),
    BuggyRule(
        "norm-vs-squared-norm", "chain rule", derive=_norm, rank=3,
        examples=(
            Example("d/du sqrt(u^2 + v^2) = u", "d/du sqrt(u^2 + v^2) = u/sqrt(u^2 + v^2)", assume=("v > 0",)),
        ),
    ),
)  # fmt: skip

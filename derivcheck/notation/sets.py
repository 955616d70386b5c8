"""What stands after ∈: number sets, arrays, intervals, lists of values, ranges of an index."""

from __future__ import annotations

import re
from fractions import Fraction

from derivcheck.assumption import ArrayShape, Assumption, Holds, IndexRange, Member, OneOf
from derivcheck.expression import Condition, Constant, Expression, Neg, Number, Relation, Symbol
from derivcheck.notation.parser import Parser

ZERO = Number(Fraction(0))


def set_of(parser: Parser, names: tuple[Symbol, ...]) -> Assumption:
    """What stands after ∈."""
    token = parser.peek()
    if token.kind == "\\{" or (token.kind == "{" and parser.peek(1).kind != "name") or _is_listed(parser):
        return _listed(parser, names)
    if token.kind in ("(", "["):
        return _interval(parser, names)
    kind = _number_set(parser)
    if kind is not None:
        return _numbers(parser, names, kind)
    lower = parser.expression()
    if parser.accept("dots") is None:
        parser.unexpected("a set: R, N, Z, R^n, {0, 1}, (0, 1) or 1..n")
    return IndexRange(names, lower, parser.expression())


def _is_listed(parser: Parser) -> bool:
    return parser.at("{") and parser.peek(2).kind == ","


def _number_set(parser: Parser) -> str | None:
    """R, N or Z, also as \\mathbb{R}."""
    state = parser.position
    braced = parser.accept("{")
    token = parser.peek()
    if token.kind == "name" and token.value in ("R", "N", "Z", "Q", "C"):
        parser.position += 1
        if braced is None or parser.accept("}") is not None:
            if token.value in "QC":
                parser.fail("assumption-set", f"the set {token.value} is not read", token.span, "R, N or Z")
            return token.value
    parser.position = state
    return None


def _numbers(parser: Parser, names: tuple[Symbol, ...], kind: str) -> Assumption:
    token = parser.peek()
    if token.kind in ("_", "^") and _is_sign(parser):
        return _signed(parser, names, kind)
    if kind == "R" and token.kind == "^":
        return ArrayShape(names, _shape(parser))
    return Member(names, kind)


def _is_sign(parser: Parser) -> bool:
    ahead = parser.peek(1)
    if ahead.kind in ("{", "("):
        ahead = parser.peek(2)
    return (
        ahead.kind in ("+", ">", ">=", "-", "<")
        or (ahead.kind in ("num", "sub") and ahead.value == "0")
        or ahead.kind == "*"
    )


def _signed(parser: Parser, names: tuple[Symbol, ...], kind: str) -> Assumption:
    """`R_+`, `R^+`, `R_{>0}`, `R_{>=0}`."""
    parser.take()
    braced = parser.accept("{") or parser.accept("(")
    sign = parser.take()
    relation = {"+": ">", "-": "<", "*": "!=", "num": ">=", "sub": ">="}.get(sign.kind, sign.kind)
    if braced is not None:
        parser.accept("num")
        parser.expect("}" if braced.kind == "{" else ")")
    if kind != "R":
        return Member(names, "N" if kind == "Z" and relation == ">" else kind)
    return Holds(tuple(Relation(relation, name, ZERO, span=name.span) for name in names))


def _shape(parser: Parser) -> tuple[Expression, ...]:
    """`^n`, `^(m×n)`, `^{m \\times n}`, `^(m x n)`."""
    parser.take()
    opening = parser.accept("(") or parser.accept("{")
    if opening is None:
        return (parser.atom(),)
    nested = parser.accept("(") if opening.kind == "{" else None
    closing = ")" if opening.kind == "(" else "}"
    _separate_sizes(parser, ")" if nested else closing)
    sizes = [parser.expression()]
    while parser.accept(",") is not None:
        sizes.append(parser.expression())
    if nested is not None:
        parser.expect(")")
    parser.expect(closing)
    return tuple(sizes)


def _separate_sizes(parser: Parser, closing: str) -> None:
    """Between the brackets `×`, `x` and `*` separate sizes."""
    position = parser.position
    while parser.tokens[position].kind not in (closing, "end"):
        token = parser.tokens[position]
        first = position == parser.position
        if (token.kind == "*" or (token.kind == "name" and token.value == "x")) and not first:
            parser.tokens[position] = token._replace(kind=",", value="")
        elif token.kind == "name" and re.fullmatch(r"[a-zA-Z]x[a-zA-Z]", token.value):
            left, right = token.value[0], token.value[2]
            parser.tokens[position : position + 1] = [
                token._replace(value=left, end=token.start + 1),
                token._replace(kind=",", value="", start=token.start + 1, end=token.start + 2),
                token._replace(value=right, start=token.start + 2),
            ]
            position += 2
        position += 1


def _listed(parser: Parser, names: tuple[Symbol, ...]) -> Assumption:
    """`{0, 1}`, `{1, ..., n}`."""
    parser.take()
    values = [parser.expression()]
    dotted = False
    while not parser.at("\\}") and not parser.at("}"):
        parser.accept(",")
        if parser.accept("dots") is not None:
            dotted = True
            parser.accept(",")
        values.append(parser.expression())
    parser.take()
    if dotted:
        return IndexRange(names, values[0], values[-1])
    return OneOf(names, tuple(values))


def _interval(parser: Parser, names: tuple[Symbol, ...]) -> Assumption:
    """`(0, 1)`, `[0, 1)`, `(0, oo)`."""
    opening = parser.take()
    lower = parser.expression()
    parser.expect(",")
    upper = parser.expression()
    if not (parser.at(")") or parser.at("]")):
        parser.unexpected("the end of the interval")
    closing = parser.take()
    conditions: list[Condition] = []
    for name in names:
        if not _infinite(lower):
            conditions.append(Relation("<" if opening.kind == "(" else "<=", lower, name, span=name.span))
        if not _infinite(upper):
            conditions.append(Relation("<" if closing.kind == ")" else "<=", name, upper, span=name.span))
    return Holds(tuple(conditions)) if conditions else Member(names, "R")


def _infinite(bound: Expression) -> bool:
    inner = bound.operand if isinstance(bound, Neg) else bound
    return isinstance(inner, Constant) and inner.name == "oo"

"""Statements: chains of sides joined by relations, rows of a LaTeX block, labels and punctuation.

A row that starts with a relation or an operator goes on with the row before; any other row starts a new
statement.
"""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import accumulate
from typing import NoReturn, TypeVar

from derivcheck.expression import Add, At, Condition, Derivative, Expression, Piecewise, Span, Symbol, walk
from derivcheck.finding import Finding, ReadingError, ReadingNote
from derivcheck.notation.brackets import balance
from derivcheck.notation.conditions import condition
from derivcheck.notation.differentials import check_differentials
from derivcheck.notation.examples import example_letters
from derivcheck.notation.lexer import Lexer
from derivcheck.notation.limits import check_depth
from derivcheck.notation.parser import Parser
from derivcheck.notation.tokens import INFIX, RELATIONS, Token
from derivcheck.statement import Declarations, Reading, Statement

Value = TypeVar("Value")

_UNKNOWN_FUNCTION = re.compile(r"\b(?:Derivative|diff)\s*\(\s*([A-Za-z][A-Za-z0-9]*)\s*\(")
# `dE/dw` and `dV/dI` show that E and I are variables there, whatever else they stand for.
_CONSTANT_DIFFERENTIATED = re.compile(
    r"(?:\bd|∂|\\partial|\bpartial|\\mathrm\{d\})\s*\{?\s*([eEI])(?:\([a-z, ]*\))?\s*(?:/|\}|[)=\s.]|$)"
)
_LEADING = frozenset({"therefore", "implies", "text", "row"})
_LAYOUT = frozenset({"row", "text", "&", "cases"})
_NOT_EQUALITIES = {
    "approx": "≈ claims no equality", "implies": "⇒ joins statements, not values", "to": "→ claims no equality",
    "in": "∈ belongs under assume",
}  # fmt: skip


def parser_for(text: str, declarations: Declarations, assumption: bool = False) -> Parser:
    """Lexed, with brackets balanced and layout removed; intervals of an assumption may end as they like."""
    if "Derivative" in text or "diff" in text:
        unknown = set(_UNKNOWN_FUNCTION.findall(text)) - declarations.symbols
        if unknown:
            declarations = replace(declarations, functions=declarations.functions | unknown)
    if (differentiated := _CONSTANT_DIFFERENTIATED.findall(text)) != []:
        declarations = replace(declarations, symbols=declarations.symbols | set(differentiated))
    if letters := example_letters((text,), frozenset(declarations.arrays)) - declarations.indices:
        declarations = replace(declarations, indices=declarations.indices | letters)
    lexer = Lexer(text, declarations)
    tokens, warnings = (lexer.run(), []) if assumption else balance(lexer.run(), text)
    parser = Parser(text, _without_layout(tokens, lexer.latex), declarations, lexer.latex)
    parser.notes.extend(lexer.notes)
    parser.warnings.extend(warnings)
    return parser


def _without_layout(tokens: list[Token], latex: bool) -> list[Token]:
    """Drop alignment marks outside cases, labels, outer braces, and rows that go on with the row before."""
    if not _has_layout(tokens, latex):
        return tokens[1:] if tokens[0].kind == "&" and tokens[1].kind == "=" else tokens
    kept: list[Token] = []
    in_cases = 0
    for token in tokens:
        kind = token.kind
        in_cases += (kind == "cases") - (kind == "endcases")
        if kind == "text" or (kind == "&" and latex and not in_cases):
            continue
        kept.append(token)
    kept = _without_outer_braces(kept)
    result: list[Token] = []
    in_cases = 0
    for index, token in enumerate(kept):
        kind = token.kind
        in_cases += (kind == "cases") - (kind == "endcases")
        if kind == "row" and not in_cases:
            following = next((item for item in kept[index + 1 :] if item.kind != "row"), None)
            if following is None or following.kind in INFIX or following.kind in ("end", "-", "}") or not result:
                continue
            if result[-1].kind in INFIX or result[-1].kind in ("row", "-"):
                continue
        elif _ends_row(kept, index):
            continue
        result.append(token)
    while result and result[0].kind in _LEADING:
        result.pop(0)
    return result


def _has_layout(tokens: list[Token], latex: bool) -> bool:
    if tokens[0].kind in _LEADING or tokens[0].kind == "{" or _ends_row(tokens, len(tokens) - 2):
        return True
    return latex and any(token.kind in _LAYOUT for token in tokens)


def _ends_row(tokens: list[Token], index: int) -> bool:
    """A full stop, comma or semicolon with nothing after it."""
    return index > 0 and tokens[index].kind in (".", ",", ";") and tokens[index + 1].kind in ("end", "row")


def _without_outer_braces(tokens: list[Token]) -> list[Token]:
    """`\\eqalign{ ... }` and `\\boxed{ ... }` around everything."""
    for _ in range(8):
        if len(tokens) < 3 or tokens[0].kind != "{" or tokens[-2].kind != "}":
            break
        depths = accumulate((token.kind == "{") - (token.kind == "}") for token in tokens[:-2])
        if min(depths) < 1:
            break
        tokens = [*tokens[1:-2], tokens[-1]]
    return tokens


def parse_statements(text: str, declarations: Declarations) -> Reading[tuple[Statement, ...]]:
    """All chains of a text; a LaTeX block may hold several."""
    parser = parser_for(text, declarations)
    statements: list[Statement] = []
    while True:
        parser.differentials.clear()
        statement = _chain(parser)
        statements.append(statement)
        if parser.accept("row") is None:
            break
    if not parser.at("end"):
        _trailing(parser)
    for statement in statements:
        for side in statement.sides:
            check_depth(side, text)
    return finish(parser, tuple(statements))


def parse_statement(text: str, declarations: Declarations) -> Reading[Statement]:
    """One chain `A = B = C`; a text that starts with `=` continues the statement before."""
    reading = parse_statements(text, declarations)
    if len(reading.value) > 1:
        start = _start_of(reading.value[1])
        raise ReadingError(
            "several-statements", "a second statement starts here", Span(start, len(text)), "one statement",
            "write each statement as a step of its own",
        )  # fmt: skip
    return Reading(reading.value[0], reading.notes, reading.warnings)


def _start_of(statement: Statement) -> int:
    span = statement.sides[0].span
    return span.start if span else 0


def parse_expression(text: str, declarations: Declarations) -> Reading[Expression]:
    """A formula without relations."""
    parser = parser_for(text, declarations)
    node = _side(parser)
    if not parser.at("end"):
        _trailing(parser)
    check_differentials(parser, (node,))
    check_depth(node, text)
    return finish(parser, node)


def finish(parser: Parser, value: Value) -> Reading[Value]:
    """The reading with its notes in order; under `strict` the first guess is an error."""
    ordered = sorted(parser.notes, key=lambda note: (note.span.start, note.span.end))
    notes = tuple({(note.code, note.message): note for note in reversed(ordered)}.values())[::-1]
    if parser.declarations.strict:
        _refuse_guesses(notes, tuple(parser.warnings))
    return Reading(value, notes, tuple(parser.warnings))


def _refuse_guesses(notes: tuple[ReadingNote, ...], warnings: tuple[Finding, ...]) -> None:
    for warning in warnings:
        raise ReadingError(
            warning.id, warning.message, warning.span or Span(0, 0), "an unambiguous formula", warning.help
        )
    for note in notes:
        raise ReadingError(
            note.code, note.message, note.span, "an unambiguous formula", "strict reading allows no guess"
        )


def _chain(parser: Parser) -> Statement:
    continues = parser.at("=")
    if continues:
        parser.take()
    sides = [_side(parser)]
    relations: list[str] = []
    assigns = False
    while True:
        token = parser.peek()
        if token.kind in RELATIONS:
            parser.take()
            relations.append(token.kind)
        elif token.kind == ":=":
            parser.take()
            relations.append("=")
            assigns = True
        else:
            break
        if parser.at("end") or parser.at("row"):
            parser.fail(
                "missing-side", f"nothing stands after `{parser.source(token.span)}`", token.span, "an expression"
            )
        sides.append(_side(parser))
    if parser.peek().kind in _NOT_EQUALITIES:
        token = parser.peek()
        parser.fail("not-an-equality", _NOT_EQUALITIES[token.kind], token.span, "=", "split it into steps that use =")
    if not parser.at("end") and not parser.at("row"):
        _trailing(parser)
    check_differentials(parser, tuple(sides), continues)
    assigns = assigns or _is_update(sides, relations)
    return Statement(tuple(sides), tuple(relations), continues, assigns)


def _side(parser: Parser) -> Expression:
    """One side of a chain, with the point it is taken at: `dL/da at a = 1/2`."""
    start = parser.peek().start
    if parser.peek().kind in ("=", "end") or parser.peek().kind in RELATIONS:
        parser.unexpected("an expression")
    node = parser.expression()
    if parser.at_word("at"):
        parser.take()
        return At(node, parser.bindings(), span=parser.since(start))
    pieces: list[tuple[Expression, Condition | None]] = []
    while parser.at_word("if"):
        parser.take()
        pieces.append((node, condition(parser)))
        if not (parser.at_word("else") or parser.at_word("otherwise")):
            parser.unexpected("`else` and the other value")
        parser.take()
        node = parser.expression()
    return Piecewise((*pieces, (node, None)), span=parser.since(start)) if pieces else node


def _is_update(sides: list[Expression], relations: list[str]) -> bool:
    """`w = w − α dJ/dw`: the same name on both sides and a gradient."""
    if relations != ["="] or not isinstance(sides[0], Symbol) or not isinstance(sides[1], Add):
        return False
    name = sides[0].name
    if sides[1].terms[0] != sides[0]:
        return False
    return any(
        isinstance(node, Derivative) or (isinstance(node, Symbol) and node.name == f"d{name}")
        for term in sides[1].terms[1:]
        for node in walk(term)
    )


def _trailing(parser: Parser) -> NoReturn:
    """The error for what stands after a complete side."""
    token = parser.peek()
    if token.kind == ",":
        parser._comma(token)
    parser.unexpected("an operator or the end")

"""The left side of a definition: `z`, `f(x, y)`, `z_i`, `q_{i,k}`, `a^{[1]}`, `dz`, `ŷ`, `σ²`."""

from __future__ import annotations

import re
from typing import NamedTuple

from derivcheck.expression import Entry, Span, Symbol
from derivcheck.finding import ReadingError
from derivcheck.notation.brackets import balance
from derivcheck.notation.examples import ABOVE
from derivcheck.notation.lexer import Lexer
from derivcheck.notation.names import read_name
from derivcheck.notation.parser import Parser
from derivcheck.notation.words import GREEK_FUNCTIONS
from derivcheck.statement import Declarations

_IDENTIFIER = re.compile(r"\s*([A-Za-z][A-Za-z0-9]*(?:_[A-Za-z0-9]+)*_?)\s*(?:\(([^()]*)\))?\s*")
_LAYER = re.compile(r"\s*([A-Za-z][A-Za-z0-9_]*)\^\(([A-Za-z0-9]+)\)\s*")
_INDEX_LETTERS = frozenset("ijkl")
_EXPECTED = "a name, f(x), or z_i"


class Head(NamedTuple):
    """What a definition defines: `indices` are the letters of an indexed definition.

    `squared` where the square of the name is defined, `σ²`, so that the name is its root.
    """

    name: str
    arguments: tuple[str, ...] = ()
    indices: tuple[str, ...] = ()
    squared: bool = False


def parse_definition_head(text: str, declarations: Declarations | None = None) -> Head:
    """Name, argument names and index letters; a ReadingError when the text is none of these."""
    known = declarations or Declarations()
    indices = _INDEX_LETTERS | known.indices
    simple = _IDENTIFIER.fullmatch(text)
    if simple is not None:
        arguments = _argument_names(text, simple.group(2), simple.start(2))
        return _with_indices(simple.group(1), arguments, indices)
    layer = _LAYER.fullmatch(text)
    if layer is not None:
        return Head(f"{layer.group(1)}^({layer.group(2)})")
    return _by_tokens(text, known, indices)


def _argument_names(text: str, listed: str | None, offset: int) -> tuple[str, ...]:
    if listed is None:
        return ()
    names: list[str] = []
    for part in re.finditer(r"[^,;]+|(?<=[(,;])(?=[,;)])", listed):
        start = offset + part.start()
        try:
            names.append(_by_tokens(part.group(), Declarations(), frozenset()).name)
        except ReadingError as error:
            span = Span(start + error.span.start, start + error.span.end)
            raise ReadingError("definition-head", "an argument is a name", span, "f(x, y)") from None
    if not names:
        raise ReadingError("definition-head", "a function needs an argument", Span(0, len(text)), "f(x)")
    return tuple(names)


def _with_indices(name: str, arguments: tuple[str, ...], indices: frozenset[str]) -> Head:
    base, underscore, last = name.rpartition("_")
    if underscore and last and base and not arguments:
        letters = (last,) if last in indices else tuple(last)
        if all(letter in indices for letter in letters):
            return Head(base, (), letters)
    return Head(name, arguments)


def _by_tokens(text: str, known: Declarations, indices: frozenset[str]) -> Head:
    reading = Declarations(functions=frozenset(GREEK_FUNCTIONS), open_words=True, dialect=known.dialect)
    lexer = Lexer(text, reading)
    tokens, warnings = balance(lexer.run(), text)
    if warnings:
        raise _not_a_head(text)
    parser = Parser(text, tokens, Declarations(indices=indices), lexer.latex)
    prefix = ""
    if parser.at("d") and parser.peek().value == "d" and not parser.peek(1).gap:
        parser.take()
        prefix = "d"
        if parser.at("end"):
            return Head("d")
    token = parser.peek()
    if token.kind in ("const", "word", "func"):
        shown = parser.source(token.span)
        tokens[parser.position] = token._replace(kind="name", value=_spelled(shown, token.value))
    name = read_name(parser)
    if name is None:
        raise _not_a_head(text)
    if isinstance(node := name.node(), Entry):
        letters = tuple(index.name for index in node.indices if isinstance(index, Symbol))
        base = node.array.name.removesuffix(ABOVE)
        if base == node.array.name or letters[0] in known.indices:
            return Head(prefix + node.array.name, (), letters)
        below = f"_{''.join(letters[1:])}" if letters[1:] else ""
        return Head(f"{prefix}{base}{below}^({letters[0]})")
    arguments: tuple[str, ...] = ()
    if parser.at("("):
        arguments = _arguments(parser, text)
    if not arguments and not prefix and _squared(parser):
        return Head(name.canonical, squared=True)
    if not parser.at("end"):
        raise _not_a_head(text)
    return _with_indices(prefix + name.canonical, arguments, indices)


def _squared(parser: Parser) -> bool:
    """Whether a square and nothing else follows."""
    braced = parser.peek(1).kind == "{"
    number, end = (parser.peek(2), parser.peek(4)) if braced else (parser.peek(1), parser.peek(2))
    return parser.at("^") and number.kind == "num" and number.value == "2" and end.kind == "end"


def _spelled(shown: str, value: str) -> str:
    return shown if shown.isascii() and shown.isalnum() else value


def _arguments(parser: Parser, text: str) -> tuple[str, ...]:
    parser.take()
    names: list[str] = []
    while True:
        name = read_name(parser)
        if name is None or name.indices:
            raise _not_a_head(text)
        names.append(name.canonical)
        if parser.accept(",") is None and parser.accept(";") is None:
            break
    parser.expect(")")
    return tuple(names)


def _not_a_head(text: str) -> ReadingError:
    return ReadingError(
        "definition-head", "this is not a name that can be defined", Span(0, len(text)), _EXPECTED,
        "put the name on the left and the formula on the right",
    )  # fmt: skip

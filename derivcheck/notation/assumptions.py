"""What `assume` says, read into the union of `assumption`.

`0 < a < 1`, `a, b > 0`, `y ∈ {0, 1}`, `x ∈ (0, 1]`, `n ∈ N`, `j ∈ 1..n`, `X ∈ R^(m×n)`, `S symmetric`,
`X det > 0`, `g: R → R`, `y depends on x`, equations. Words of more than one letter are names here: an
assumption declares.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import cast

from derivcheck.assumption import (
    ArrayShape,
    Assumption,
    DependsOn,
    Holds,
    IndexRange,
    Member,
    OneOf,
    Property,
    UnknownFunction,
)
from derivcheck.expression import Call, Condition, Expression, Logical, Number, Relation, Span, Symbol
from derivcheck.finding import ReadingError
from derivcheck.functions import by_spelling
from derivcheck.notation.conditions import condition
from derivcheck.notation.limits import check_depth, constant_value
from derivcheck.notation.names import read_name
from derivcheck.notation.parser import Parser
from derivcheck.notation.plain import CONSTANTS, GREEK_NAMES, WORDS
from derivcheck.notation.sets import ZERO, set_of
from derivcheck.notation.statements import finish, parser_for
from derivcheck.notation.tokens import RELATIONS
from derivcheck.notation.words import is_declared
from derivcheck.statement import Declarations, Reading

_PROPERTIES = {
    "symmetric": "symmetric", "invertible": "invertible", "nonsingular": "invertible", "non-singular": "invertible",
    "regular": "invertible", "positive definite": "positive definite", "positive semidefinite": "positive semidefinite",
    "positive semi-definite": "positive semidefinite", "negative definite": "negative definite", "diagonal": "diagonal",
    "orthogonal": "orthogonal", "antisymmetric": "antisymmetric", "skew-symmetric": "antisymmetric", "square": "square",
    "last axis sums to 1": "last axis sums to 1", "sums to 1": "last axis sums to 1", "sum to 1": "last axis sums to 1",
    "rows sum to 1": "last axis sums to 1", "one-hot": "one-hot", "lower triangular": "lower triangular",
    "upper triangular": "upper triangular", "full rank": "full rank", "differentiable": "differentiable",
    "non-negative": "non-negative", "nonnegative": "non-negative", "positive": "positive", "negative": "negative",
    "non-zero": "nonzero", "nonzero": "nonzero", "real": "real", "integer": "integer", "an integer": "integer",
    "natural": "natural", "constant": "constant", "real-valued": "real",
}  # fmt: skip
_WORD = "|".join(sorted(map(re.escape, _PROPERTIES), key=len, reverse=True))
_HAS_PROPERTIES = re.compile(
    rf"(?P<names>.*?\S)\s+(?:(?:is|are)\s+(?:an?\s+)?)?(?P<words>(?:{_WORD})(?:(?:\s*,\s*|\s+and\s+|\s+)(?:{_WORD}))*)\s*\.?\s*",
    re.DOTALL,
)
_EACH_PROPERTY = re.compile(_WORD)
_DETERMINANT = re.compile(r"(?P<name>\S+)\s+det\s*(?P<relation>>=|!=|[<>≥≠])\s*0\s*")
_DEPENDS = re.compile(r"(?P<names>.*?\S)\s+depends?\s+(?:only\s+)?(?:up)?on\s+(?P<on>.*\S)\s*", re.DOTALL)
_MAP = re.compile(
    r"(?P<names>[^:]*[^:\s])\s*:\s*(?P<domain>\S.*?)\s*(?:->|→|⟶|\\to|\\rightarrow)\s*(?P<range>.*\S)\s*", re.DOTALL
)
_REALS = re.compile(
    r"(?:\\mathbb\s*\{?\s*R\s*\}?|\\R|ℝ|R)\s*(?:\^?\s*\{?\(?\s*(?P<power>[0-9]+|[²³⁴⁵])\s*\)?\}?)?\s*(?P<times>(?:(?:×|x|\\times)\s*(?:\\mathbb\s*\{?R\}?|ℝ|R)\s*)*)"
)
_LEADING = re.compile(r"\s*(?:let|assume|suppose|where|with|for)\s+", re.IGNORECASE)
_IDENTIFIER = re.compile(r"(?<![\\A-Za-z0-9_])[A-Za-z][A-Za-z0-9]*(?:_[A-Za-z0-9]+)*_?")
# `e > 0` declares e, and `0 < π < 1` π: no one assumes that of the constants.
_CONSTANT_DECLARED = re.compile(r"\s*(?:[-0-9./]+\s*(?:<=?|≤)\s*)?(?P<letter>[eE]|π|\\?pi)\s*(?:[<>≤≥≠,∈]|!=|in\b)")
_LANGUAGE = frozenset(["in", "and", "or", "not", "is", "are", "depends", "depend", "on", "det", "R", "N", "Z", "x"])
_SIGNS = {"positive": ">", "negative": "<", "non-negative": ">=", "nonzero": "!="}
_MEMBERS = {"real": "R", "integer": "Z", "natural": "N"}


def parse_assumptions(text: str, declarations: Declarations) -> Reading[tuple[Assumption, ...]]:
    """What one line assumes; several values where it says the same of several functions."""
    declarations = replace(declarations, open_words=True, strict=False)
    leading = _LEADING.match(text)
    offset = leading.end() if leading else 0
    shown = " " * offset + text[offset:]
    declarations = with_subjects(shown, declarations)
    special = _special(shown, declarations)
    if special:
        return Reading(special)
    parser = parser_for(shown, declarations, assumption=True)
    value = _statement(parser)
    if not parser.at("end"):
        parser.unexpected("the end of the assumption")
    for node in _expressions(value):
        check_depth(node, text)
    reading = finish(parser, value)
    return Reading((value,), tuple(note for note in reading.notes if note.code != "euler"), reading.warnings)


def parse_assumption(text: str, declarations: Declarations) -> Reading[Assumption]:
    """One assumption; a text that makes several (`f, g: R → R`) is an error."""
    reading = parse_assumptions(text, declarations)
    if len(reading.value) > 1:
        raise ReadingError(
            "several-assumptions", "this says the same of several names", Span(0, len(text)), "one name",
            "write one assumption for each name",
        )  # fmt: skip
    return Reading(reading.value[0], reading.notes, reading.warnings)


def with_subjects(text: str, declarations: Declarations) -> Declarations:
    """The words of an assumption that are no words of the language are names."""
    names = {
        word
        for word in _IDENTIFIER.findall(text)
        if len(word) > 1 and not _is_language(word) and not is_declared(word, declarations)
        and not _is_product(word, declarations) and not re.search(rf"\b{re.escape(word)}\s*\(", text)
    }  # fmt: skip
    constant = _CONSTANT_DECLARED.match(text)
    if constant is not None:
        letter = constant.group("letter")
        names.add(letter if letter in "eE" else "pi")
    return replace(declarations, symbols=declarations.symbols | names) if names else declarations


def _is_language(word: str) -> bool:
    if word in _LANGUAGE or word in WORDS or word in CONSTANTS or word in GREEK_NAMES:
        return True
    if re.fullmatch(r"[a-zA-Z]x[a-zA-Z]", word) or any(word in phrase.split() for phrase in _PROPERTIES):
        return True
    base, _, index = word.partition("_")
    return (len(base) == 1 and len(index) <= 2) or (len(word) > 2 and by_spelling(word) is not None)


def _is_product(word: str, declarations: Declarations) -> bool:
    return len(word) == 2 and all(is_declared(letter, declarations) for letter in word)


def _special(text: str, declarations: Declarations) -> tuple[Assumption, ...]:
    """The forms with words of their own, by their shape."""
    found = _DEPENDS.fullmatch(text)
    if found is not None:
        on = tuple(name.name for name in _names(text, found, "on", declarations))
        return tuple(DependsOn(name.name, on) for name in _names(text, found, "names", declarations))
    found = _MAP.fullmatch(text)
    if found is not None:
        return _map(text, found, declarations)
    found = _DETERMINANT.fullmatch(text)
    if found is not None:
        name = _names(text, found, "name", declarations)[0]
        relation = {"≥": ">=", "≠": "!="}.get(found.group("relation"), found.group("relation"))
        determinant = Call("det", (name,), span=name.span)
        return (Holds((Relation(relation, determinant, ZERO, span=Span(*found.span())),)),)
    found = _HAS_PROPERTIES.fullmatch(text)
    if found is not None:
        words = tuple(_PROPERTIES[word] for word in _EACH_PROPERTY.findall(found.group("words")))
        try:
            names = _names(text, found, "names", declarations)
        except ReadingError:
            return (_of_formula(text, found, words, declarations),)
        return (_property(names, words, declarations),)
    return ()


def _of_formula(text: str, found: re.Match[str], words: tuple[str, ...], declarations: Declarations) -> Assumption:
    """`X^T X invertible`: a property of a formula that is a condition on its determinant."""
    start, end = found.span("names")
    parser = parser_for(" " * start + text[start:end], declarations, assumption=True)
    matrix = parser.expression()
    if not parser.at("end"):
        parser.unexpected("a name or a matrix")
    if words != ("invertible",):
        raise ReadingError(
            "unknown-property", "of a formula only `invertible` is read", Span(*found.span("words")), "a name",
            "give the formula a name under “given”",
        )  # fmt: skip
    return Holds((Relation("!=", Call("det", (matrix,), span=matrix.span), ZERO, span=Span(*found.span())),))


def _property(names: tuple[Symbol, ...], words: tuple[str, ...], declarations: Declarations) -> Assumption:
    """Properties of numbers are conditions; of arrays they stay words."""
    if any(name.name in declarations.arrays for name in names) or len(words) != 1:
        return Property(names, words)
    word = words[0]
    if word in _SIGNS:
        return Holds(tuple(Relation(_SIGNS[word], name, ZERO, span=name.span) for name in names))
    if word in _MEMBERS:
        return Member(names, _MEMBERS[word])
    return Property(names, words)


def _names(text: str, found: re.Match[str], group: str, declarations: Declarations) -> tuple[Symbol, ...]:
    """The names listed in a part of the text, spans in the whole."""
    start, end = found.span(group)
    padded = " " * start + text[start:end]
    parser = parser_for(padded, declarations, assumption=True)
    names = _name_list(parser)
    if not parser.at("end"):
        parser.unexpected("a name")
    return names


def _name_list(parser: Parser) -> tuple[Symbol, ...]:
    names: list[Symbol] = []
    while True:
        token = parser.peek()
        if token.kind in ("func", "const", "applied"):
            shown = parser.source(token.span)
            parser.tokens[parser.position] = token._replace(
                kind="name", value=shown if shown.isascii() and shown.isalnum() else token.value
            )
        name = read_name(parser)
        if name is None:
            parser.unexpected("a name")
        names.append(Symbol(name.canonical, span=name.span))
        word = parser.peek()
        if parser.accept(",") is None:
            if word.kind != "word" or word.value != "and":
                return tuple(names)
            parser.take()


def _map(text: str, found: re.Match[str], declarations: Declarations) -> tuple[Assumption, ...]:
    """`g: R^2 → R`."""
    names = _names(text, found, "names", declarations)
    domain = _REALS.fullmatch(found.group("domain"))
    if domain is None or _REALS.fullmatch(found.group("range")) is None:
        raise ReadingError(
            "assumption-map", "an unknown function maps R or R^n to R", Span(found.start("domain"), found.end("range")),
            "g: R → R",
        )  # fmt: skip
    power = domain.group("power")
    arity = int(power.translate(str.maketrans("²³⁴⁵", "2345"))) if power else 1
    arity += len(re.findall(r"R|ℝ", domain.group("times")))
    if not 1 <= arity <= 16:
        raise ReadingError("assumption-map", "too many arguments", Span(*found.span("domain")), "at most 16")
    return tuple(UnknownFunction(name.name, arity) for name in names)


def _statement(parser: Parser) -> Assumption:
    """Membership, or conditions."""
    position = _membership(parser)
    if position is None:
        return Holds(_conditions(parser))
    names = _name_list(parser)
    if parser.position != position:
        parser.unexpected("∈")
    parser.take()
    return set_of(parser, names)


def _membership(parser: Parser) -> int | None:
    for position, token in enumerate(parser.tokens):
        if token.kind == "in" or (token.kind == "word" and token.value == "in"):
            return position
    return None


def _conditions(parser: Parser) -> tuple[Condition, ...]:
    """Comparisons separated by commas; a list of names shares the comparison."""
    found: list[Condition] = []
    while True:
        shared = _shared(parser)
        if shared:
            found.extend(shared)
        else:
            read = condition(parser)
            if read is None:
                parser.unexpected("a condition")
            found.extend(_flat(read))
        if parser.accept(",") is None and parser.accept(";") is None:
            return tuple(found)


def _flat(read: Condition) -> Iterable[Condition]:
    return read.operands if isinstance(read, Logical) and read.operator == "and" else (read,)


def _shared(parser: Parser) -> list[Condition]:
    """`a, b > 0` and `0 < a, b < 1`: every name of the list; empty when there is no list."""
    state = parser.mark()
    lower: Expression | None = None
    below = ""
    try:
        first = parser.expression()
        if parser.peek().kind in RELATIONS and constant_value(first) is not None:
            lower, below = first, parser.take().kind
            first = parser.expression()
        listed = [first]
        while parser.accept(",") is not None:
            listed.append(parser.expression())
        relation = parser.peek().kind
        names = all(not isinstance(item, Number) for item in listed)
        if len(listed) > 1 and names and relation in RELATIONS:
            parser.take()
            bound = parser.expression()
            if lower is None or constant_value(bound) is not None:
                result: list[Condition] = []
                for item in listed:
                    span = item.span
                    if lower is not None:
                        result.append(Relation(below, lower, item, span=span))
                    result.append(Relation(relation, item, bound, span=span))
                return result
    except ReadingError as error:
        if error.id in ("nested-too-deeply", "number-too-large"):
            raise
    parser.back_to(state)
    return []


def _expressions(value: Assumption) -> Iterable[Expression]:
    if isinstance(value, Holds):
        return cast(tuple[Expression, ...], value.conditions)
    if isinstance(value, OneOf):
        return value.values
    if isinstance(value, IndexRange):
        return value.lower, value.upper
    return value.shape if isinstance(value, ArrayShape) else ()

"""The place in the token stream that every part of the parser shares, with its limits and its notes."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import NoReturn, TypeAlias

from derivcheck.expression import Expression, Span
from derivcheck.finding import Finding, ReadingError, ReadingNote
from derivcheck.notation.tokens import Token
from derivcheck.statement import Declarations

MAX_NESTING = 64

_SHOWN = {
    "end": "the end of the formula", "row": "the end of the row", "\\{": "{", "\\}": "}", "rbar": "|", "lbar": "|",
    "prime": "'", "odot": "⊙", "implies": "⇒", "approx": "≈", "to": "→", "dots": "...", "endcases": "\\end{cases}",
    "rightdot": "\\right.",
}  # fmt: skip


Mark: TypeAlias = tuple[int, int, int, int, int, str]


class _Nested:
    """Leaves the level when its block is left. A class: generators cost three times as much here."""

    __slots__ = ("cursor", "open_sign")

    def __init__(self, cursor: Cursor, brackets: bool) -> None:
        self.cursor = cursor
        self.open_sign = cursor.open_sign
        if brackets:
            cursor.open_sign = ""

    def __enter__(self) -> None:
        pass

    def __exit__(self, *_: object) -> None:
        self.cursor.open_sign = self.open_sign
        self.cursor.depth -= 1


class Cursor(ABC):
    """Tokens, the position in them, and what was noted on the way.

    `open_sign` is the sign that would close the innermost group where opener and closer look alike.
    """

    def __init__(self, text: str, tokens: list[Token], declarations: Declarations, latex: bool) -> None:
        self.text = text
        self.tokens = tokens
        self.declarations = declarations
        self.latex = latex
        self.position = 0
        self.depth = 0
        self.open_sign = ""
        self.bound: dict[str, int] = {}
        self.differentials: list[Span] = []
        self.notes: list[ReadingNote] = []
        self.warnings: list[Finding] = []
        self.has_arrays = bool(declarations.arrays)

    @abstractmethod
    def expression(self) -> Expression:
        """A sum of products."""

    @abstractmethod
    def product(self, operand_of_derivative: bool = False) -> Expression:
        """A product."""

    @abstractmethod
    def power(self) -> Expression:
        """An atom with what follows it: primes, factorial, transpose, exponent."""

    @abstractmethod
    def atom(self) -> Expression:
        """A number, name, call, or anything in brackets."""

    @abstractmethod
    def exponent(self) -> Expression:
        """At `^`: what follows it."""

    @abstractmethod
    def starts_operand(self) -> bool:
        """Whether an operand begins at the cursor."""

    @abstractmethod
    def evaluation(self, node: Expression, start: int) -> Expression:
        """After the bar of `f|_{x=a}`: the point."""

    def mark(self) -> Mark:
        """The state to come back to when a reading turns out wrong."""
        return self.position, len(self.notes), len(self.warnings), len(self.differentials), self.depth, self.open_sign

    def back_to(self, mark: Mark) -> None:
        """Forget everything since the mark."""
        self.position, notes, warnings, differentials, self.depth, self.open_sign = mark
        del self.notes[notes:], self.warnings[warnings:], self.differentials[differentials:]

    def peek(self, ahead: int = 0) -> Token:
        index = self.position + ahead
        return self.tokens[index] if index < len(self.tokens) else self.tokens[-1]

    def at(self, kind: str) -> bool:
        return self.tokens[self.position].kind == kind

    def at_word(self, word: str) -> bool:
        token = self.tokens[self.position]
        return token.kind == "word" and token.value == word

    def take(self) -> Token:
        token = self.tokens[self.position]
        if token.kind != "end":
            self.position += 1
        return token

    def accept(self, kind: str) -> Token | None:
        token = self.tokens[self.position]
        if token.kind != kind:
            return None
        self.position += 1
        return token

    def expect(self, kind: str, why: str = "") -> Token:
        token = self.tokens[self.position]
        if token.kind != kind:
            self.unexpected(why or f"`{_SHOWN.get(kind, kind)}`")
        if kind != "end":
            self.position += 1
        return token

    def since(self, start: int) -> Span:
        """From a text offset to the end of the last token taken."""
        return Span(start, max(start, self.tokens[self.position - 1].end if self.position else start))

    def source(self, span: Span) -> str:
        return self.text[span.start : span.end]

    def note(self, code: str, message: str, span: Span) -> None:
        self.notes.append(ReadingNote(code, message, span))

    def fail(self, id: str, message: str, span: Span, expected: str = "", suggestion: str = "") -> NoReturn:
        raise ReadingError(id, message, span, expected, suggestion)

    def unexpected(self, expected: str) -> NoReturn:
        """The error for a token that cannot stand here."""
        token = self.tokens[self.position]
        span = Span(token.start, max(token.end, token.start))
        if token.kind in ("end", "row"):
            span = self._last_place(token)
            self.fail("unexpected-end", f"the formula ends where {expected} is expected", span, expected)
        if token.kind in ("dots",):
            self.fail("unexpected-token", "dots are not read here", span, expected, "write a sum: sum(i=1..n, ...)")
        shown = self.source(span) or _SHOWN.get(token.kind, token.kind)
        self.fail("unexpected-token", f"`{shown}` cannot stand here", span, expected)

    def _last_place(self, token: Token) -> Span:
        before = self.tokens[self.position - 1] if self.position else token
        return Span(before.start, before.end) if before.end > before.start else Span(token.start, token.end)

    def nested(self, token: Token, brackets: bool = True) -> _Nested:
        """One level deeper; inside brackets a bar, norm or \\left. opened outside does not close."""
        self.deeper(token)
        return _Nested(self, brackets)

    def deeper(self, token: Token) -> None:
        self.depth += 1
        if self.depth > MAX_NESTING:
            self.fail(
                "nested-too-deeply", f"more than {MAX_NESTING} levels of nesting", token.span,
                "fewer brackets, powers and signs inside each other", "give the inner part a name",
            )  # fmt: skip

    def bind(self, name: str) -> None:
        self.bound[name] = self.bound.get(name, 0) + 1

    def release(self, name: str) -> None:
        self.bound[name] -= 1
        if not self.bound[name]:
            del self.bound[name]

    def is_index(self, name: str) -> bool:
        """Whether the letter indexes here: bound by a sum around, or declared."""
        return name in self.bound or name in self.declarations.indices

    def is_symbol(self, name: str) -> bool:
        """Whether the file declares the name as anything."""
        declared = self.declarations
        return name in declared.symbols or name in declared.arrays or name in declared.functions

    def peek_gap(self, token: Token) -> bool:
        """Whether white space stands before or after an operator."""
        return token.gap or self.text[token.end : token.end + 1].isspace()

    def skip_group(self, position: int) -> int:
        """The position after the group that opens at `position`."""
        depth = 0
        openers, closers = ("(", "[", "{", "\\{"), (")", "]", "}", "\\}")
        for index in range(position, len(self.tokens)):
            kind = self.tokens[index].kind
            if kind in openers:
                depth += 1
            elif kind in closers:
                depth -= 1
                if depth <= 0:
                    return index + 1
        return len(self.tokens) - 1

"""What every part of the lexer shares: the text, the place in it, the tokens so far, what was guessed."""

from __future__ import annotations

import re
import unicodedata
from abc import ABC, abstractmethod

from derivcheck.expression import Span
from derivcheck.finding import ReadingError, ReadingNote
from derivcheck.notation.tokens import Token
from derivcheck.notation.unicode import FOLD, LOOK_ALIKES
from derivcheck.statement import Declarations

MAX_CHARACTERS = 4000

_OPENING = re.compile(r"\s*'*\s*(?:\\(?:left|big|Big|bigl|Bigl|bigg|biggl|Bigg)\s*)?[\(\[]")
# What no bracket can follow; the empty string is the end.
_NO_BRACKET = frozenset({"", *")]}+-*/=,^_&|<>"})


def is_latex(text: str, dialect: str) -> bool:
    """Whether TeX's rules hold: one letter after `_`, comments after `%`."""
    return dialect == "latex" or (dialect in ("auto", "") and ("\\" in text or "$" in text))


class Scanner(ABC):
    """One text on its way to tokens."""

    def __init__(self, text: str, declarations: Declarations) -> None:
        if len(text) > MAX_CHARACTERS:
            raise ReadingError(
                "formula-too-long", f"the formula has {len(text)} characters", Span(MAX_CHARACTERS, len(text)),
                f"at most {MAX_CHARACTERS} characters", "give parts of it a name",
            )  # fmt: skip
        self.original = text
        self.text = text if text.isascii() else text.translate(FOLD)
        self.declarations = declarations
        self.latex = is_latex(text, declarations.dialect)
        self.tokens: list[Token] = []
        self.notes: list[ReadingNote] = []
        self.gap = False
        self.position = 0
        self.skips: dict[int, int] = {}

    @abstractmethod
    def tokens_of(self, text: str, declarations: Declarations) -> list[Token]:
        """The tokens of another text."""

    def emit(self, kind: str, value: str, start: int, end: int) -> None:
        self.tokens.append(tuple.__new__(Token, (kind, value, start, end, self.gap)))
        self.gap = False

    def note(self, code: str, message: str, start: int, end: int) -> None:
        self.notes.append(ReadingNote(code, message, Span(start, end)))

    def fail(
        self, id: str, message: str, start: int, end: int, expected: str = "", suggestion: str = ""
    ) -> ReadingError:
        return ReadingError(id, message, Span(start, end), expected, suggestion)

    def bracket_follows(self) -> bool:
        """Whether an opening bracket comes next, after primes perhaps."""
        following = self.text[self.position : self.position + 1]
        return following not in _NO_BRACKET and _OPENING.match(self.text, self.position) is not None

    def unknown_character(self, start: int) -> ReadingError:
        character = self.original[start]
        name = unicodedata.name(character, "no name")
        shown = character if character.isprintable() else "this"
        suggestion = "write it in another way, or spell its name in letters"
        if character in LOOK_ALIKES:
            suggestion = f"type the Latin letter `{LOOK_ALIKES[character]}`"
        elif unicodedata.category(character) in ("Cf", "Cc", "Cs", "Co", "Cn"):
            return self.fail(
                "invisible-character", f"an invisible character stands here: U+{ord(character):04X} {name}", start,
                start + 1, "", "delete it",
            )  # fmt: skip
        elif character.isdigit():
            suggestion = "write digits 0 to 9"
        elif character == "𝔼":
            return self.fail("not-supported", "expectations are not read", start, start + 1, "a formula without it")
        elif character == '"':
            suggestion = "write '' for a second derivative"
        return self.fail(
            "unknown-character", f"the character {shown} (U+{ord(character):04X} {name}) is not part of a formula",
            start, start + 1, "", suggestion,
        )  # fmt: skip

"""Text to tokens: one regular expression, one pass, every token with its place in the author's text.

Characters that stand for one other character (minus signs, mathematical alphabets) are folded one to one,
so offsets stay the author's; raised and lowered runs come out as the text they show between brackets of
zero width. Words are cut here, since the declarations decide how (`word_scanner`).

Limits: 4,000 characters.
"""

from __future__ import annotations

import re
import unicodedata

from derivcheck.notation.command_scanner import CommandScanner
from derivcheck.notation.plain import OPERATORS
from derivcheck.notation.tokens import Token
from derivcheck.notation.unicode import ACCENTS, GREEK_LETTERS, SIGNS, SUBSCRIPTS, SUPERSCRIPTS
from derivcheck.notation.words import is_declared
from derivcheck.statement import Declarations

_RAISED = "".join(SUPERSCRIPTS)
_LOWERED = "".join(SUBSCRIPTS)
_TOKEN = re.compile(
    rf"""\s*(?:
    (?P<one>[()\[\]{{}}+\-/,|@;&](?!=|>))
  | (?P<word>[A-Za-z][A-Za-z0-9]*)
  | (?P<num>(?:[0-9]+(?:\.(?!\.)[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)
  | (?P<sign>\*\*|==|<>|:=|<=|>=|!=|=>|->|\.\.\.?|\.T\b|[-+*/^_()\[\]{{}}=<>,;:!'|@&.\"%~$?\#])
  | (?P<command>\\(?:[A-Za-z]+\*?|.))
  | (?P<raised>[{_RAISED}]+)
  | (?P<lowered>[{_LOWERED}]+)
  | (?P<other>\S)
  | (?P<nothing>$)
    )""",
    re.VERBOSE | re.DOTALL,
)
_COMMENT = re.compile(r"[^\n]*\n?")


class Lexer(CommandScanner):
    """One text on its way to tokens; `notes` collect what was guessed."""

    def run(self) -> list[Token]:
        """All tokens, the last of kind `end`."""
        text, match, tokens = self.text, _TOKEN.match, self.tokens
        size, new_token = len(text), tuple.__new__
        while self.position < size:
            found = match(text, self.position)
            if found is None or (kind := found.lastgroup) is None or kind == "nothing":
                break
            start = found.start(kind)
            if start > self.position:
                self.gap = True
            self.position = found.end()
            if kind == "one":
                sign = text[start]
                tokens.append(new_token(Token, (sign, sign, start, start + 1, self.gap)))
                self.gap = False
                if sign == "}" and self.position in self.skips:
                    self.position = self.skips[self.position]
            elif kind == "word":
                self.word(found.group(kind), start)
            else:
                self.rarer(kind, found.group(kind), start)
        self.emit("end", "", size, size)
        return tokens

    def rarer(self, kind: str, shown: str, start: int) -> None:
        """A token of the kinds that are not tokens as they stand."""
        if kind == "num":
            self.number(shown, start)
        elif kind == "sign":
            self.sign(shown, start)
        elif kind == "command":
            self.command(shown[1:], start)
        elif kind == "raised":
            self.run_of(shown, start, "^", SUPERSCRIPTS)
        elif kind == "lowered":
            self.run_of(shown, start, "_", SUBSCRIPTS)
        else:
            self.other(shown, start)

    def tokens_of(self, text: str, declarations: Declarations) -> list[Token]:
        return Lexer(text, declarations).run()[:-1]

    def number(self, literal: str, start: int) -> None:
        if literal.isdigit():
            self.emit("num", literal, start, self.position)
            return
        mantissa = re.split("[eE]", literal)[0]
        if mantissa != literal:
            if "e" in self.declarations.symbols or "E" in self.declarations.symbols:
                literal, self.position = mantissa, start + len(mantissa)
            else:
                self.note(
                    "scientific-notation", f"`{literal}` is read as a number in powers of ten", start, self.position
                )
        elif literal.endswith(".") and literal != ".":
            # A full stop after a number ends the sentence.
            literal, self.position = literal[:-1], self.position - 1
        self.emit("num", literal, start, self.position)

    def sign(self, sign: str, start: int) -> None:
        end = self.position
        if sign == "_":
            self.emit("_", "", start, end)
            self.subscript()
        elif sign == "'":
            count = 1
            while self.position < len(self.text) and self.text[self.position] == "'":
                self.position += 1
                count += 1
            self.emit("prime", str(count), start, self.position)
        elif sign == "*":
            self.emit("*", "*", start, end)
        elif sign == "%" and self.latex:
            found = _COMMENT.match(self.text, end)
            assert found is not None
            self.position, self.gap = found.end(), True
        elif sign in "~$" and self.latex:
            self.gap = True
        elif sign in '?#%~$"':
            raise self.unknown_character(start)
        elif sign == "^":
            self.emit("^", "", start, end)
            self.transpose_letter()
        elif sign == ".":
            self.emit(".", "", start, end)
        else:
            self.emit(OPERATORS.get(sign, sign), "", start, end)

    def transpose_letter(self) -> None:
        """`w^Tx` is the transpose of w times x where arrays are declared, in any dialect."""
        text, at = self.text, self.position
        if self.declarations.arrays and text.startswith("T", at) and not is_declared("T", self.declarations):
            self.position += 1
            self.emit("top", "T", at, at + 1)

    def run_of(self, run: str, start: int, operator: str, table: dict[str, str]) -> None:
        """A raised or lowered run: the operator, then the text it shows, in brackets of zero width."""
        end = self.position
        shown = "".join(map(table.__getitem__, run))
        if operator == "^" and shown.strip("T") == "":
            for offset in range(len(shown)):
                self.emit("^", "", start + offset, start + offset)
                self.emit("top", "T", start + offset, start + offset + 1)
            return
        self.emit(operator, "", start, start)
        if operator == "_" and shown.isalnum() and shown.isascii():
            self.emit("sub", shown, start, end)
            return
        self.emit("{", "", start, start)
        saved, self.text = self.text, self.text[:start] + shown + self.text[end:]
        self.position = start
        while self.position < end:
            found = _TOKEN.match(self.text, self.position, end)
            if found is None or found.lastgroup is None or found.lastgroup == "nothing":
                break
            kind = found.lastgroup
            at, self.position = found.start(kind), found.end()
            part = found.group(kind)
            if kind == "num":
                self.emit("num", part, at, self.position)
            elif kind == "word":
                for offset, letter in enumerate(part):
                    self.emit("name" if letter != "e" else "const", letter, at + offset, at + offset + 1)
            elif kind in ("one", "sign"):
                self.emit(part, "", at, self.position)
            else:
                self.other(part, at)
        self.text, self.position = saved, end
        self.emit("}", "", end, end)

    def other(self, character: str, start: int) -> None:
        end = self.position
        if character in GREEK_LETTERS:
            self.greek(GREEK_LETTERS[character], start)
        elif character in SIGNS:
            kind, value = SIGNS[character]
            if character == "∂" and self.text[end : end + 1] in ("⁺", "+") and self.text[end : end + 2] != "+ ":
                value, self.position = "partial+", end + 1
            self.emit("prime" if kind == "'" else kind, value, start, self.position)
        elif character in ACCENTS:
            self.emit("mark", ACCENTS[character], start, end)
        else:
            parts = unicodedata.normalize("NFD", character)
            if len(parts) == 2 and parts[1] in ACCENTS and parts[0].isascii():
                self.emit("name", parts[0], start, end)
                self.emit("mark", ACCENTS[parts[1]], start, end)
            else:
                raise self.unknown_character(start)

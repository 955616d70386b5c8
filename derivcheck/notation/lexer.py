"""Text to tokens: one regular expression, one pass, every token with its place in the author's text.

Characters that stand for one other character (minus signs, mathematical alphabets) are folded one to one,
so offsets stay the author's; raised and lowered runs come out as the text they show between brackets of
zero width. Words are cut here, since the declarations decide how (`words`).

Limits: 4,000 characters; 2,000 tokens a text of that length can give are never exceeded by more than the
brackets of zero width.
"""

from __future__ import annotations

import re
import unicodedata

from derivcheck.expression import Span
from derivcheck.finding import Finding, ReadingError, ReadingNote, Severity
from derivcheck.functions import by_spelling
from derivcheck.notation import latex
from derivcheck.notation.plain import CODE_PREFIX, GREEK_NAMES, OPERATORS
from derivcheck.notation.tokens import Token
from derivcheck.notation.unicode import (
    ACCENTS,
    FOLD,
    GREEK_LETTERS,
    LOOK_ALIKES,
    SIGNS,
    SUBSCRIPTS,
    SUPERSCRIPTS,
)
from derivcheck.notation.words import GREEK_FUNCTIONS, is_declared, lookup, nearest, segment
from derivcheck.statement import Declarations

MAX_CHARACTERS = 4000

_RAISED = "".join(SUPERSCRIPTS)
_LOWERED = "".join(SUBSCRIPTS)
_TOKEN = re.compile(
    rf"""
    (?P<space>\s+)
  | (?P<word>(?:{CODE_PREFIX})*[A-Za-z][A-Za-z0-9]*)
  | (?P<num>(?:[0-9]+(?:\.(?!\.)[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)
  | (?P<sign>\*\*|==|<>|:=|<=|>=|!=|=>|->|\.\.\.?|\.T\b|[-+*/^_()\[\]{{}}=<>,;:!'|@&.\"%~$?\#])
  | (?P<command>\\(?:[A-Za-z]+\*?|.))
  | (?P<raised>[{_RAISED}]+)
  | (?P<lowered>[{_LOWERED}]+)
  | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_IDENTIFIER = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:_[A-Za-z0-9]+)*_?")
_SUBSCRIPT = re.compile(r"[0-9]+|[A-Za-z]+[0-9]*")
_GROUP_WORD = re.compile(
    r"\s*\{\s*(?:([A-Za-z0-9]+)|\\(?:text|mathrm|mathit|textrm|mbox|operatorname)\s*\{\s*([A-Za-z0-9]+)\s*\})\s*\}"
)
_ARGUMENT = re.compile(r"\s*\{([^{}]*)\}")
_ENVIRONMENT = re.compile(r"\{([A-Za-z]+\*?)\}(?:\{[^{}]*\}|\[[^\]]*\])*")
_COMMENT = re.compile(r"[^\n]*\n?")
_OPENING = re.compile(r"\s*'*\s*(?:\\(?:left|big|Big|bigl|Bigl|bigg|biggl|Bigg)\s*)?[\(\[]")
_LEIBNIZ = re.compile(r"\s*(?:\^\s*\{?\s*[0-9]\s*\}?|\*\*\s*[0-9]|[¹²³⁴⁵⁶⁷⁸⁹])?\s*/\s*d\s*[^\W\d_]")
_DIRECT = re.compile(r"\s*\^\s*(?:\{\s*\+\s*\}|\+)")
_TEXT_WORDS = {"if": "if", "for": "if", "when": "if", "otherwise": "otherwise", "else": "otherwise", "at": "at", "and": "and",
               "or": "or", "in": "in", "where": "if"}  # fmt: skip
# Signs that are tokens as they stand.
_SINGLE = frozenset("()[]{}+-*/=,|!<>@;:&")
_LATEX_SIGN = re.compile(r"\\|\$|[_^]\{")


def is_latex(text: str, dialect: str) -> bool:
    """Whether TeX's rules hold: one letter after `_`, comments after `%`."""
    return dialect == "latex" or (dialect in ("auto", "") and _LATEX_SIGN.search(text) is not None)


class Lexer:
    """One text on its way to tokens; `notes` and `warnings` collect what was guessed."""

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
        self.warnings: list[Finding] = []
        self.gap = False
        self.position = 0
        self.skips: dict[int, int] = {}

    def run(self) -> list[Token]:
        """All tokens, the last of kind `end`."""
        text, match, tokens = self.text, _TOKEN.match, self.tokens
        size = len(text)
        while self.position < size:
            found = match(text, self.position)
            assert found is not None
            start, self.position = self.position, found.end()
            kind = found.lastgroup
            if kind == "space":
                self.gap = True
                continue
            if kind == "sign" and (sign := text[start]) in _SINGLE and self.position == start + 1:
                tokens.append(Token(sign, sign, start, start + 1, self.gap))
                self.gap = False
                if sign == "}" and self.position in self.skips:
                    self.position = self.skips[self.position]
            elif kind == "word":
                self.word(found.group(), start)
            elif kind == "num":
                self.number(found.group(), start)
            elif kind == "sign":
                self.sign(found.group(), start)
            elif kind == "command":
                self.command(found.group()[1:], start)
            elif kind == "raised":
                self.run_of(found.group(), start, "^", SUPERSCRIPTS)
            elif kind == "lowered":
                self.run_of(found.group(), start, "_", SUBSCRIPTS)
            else:
                self.other(found.group(), start)
        self.emit("end", "", size, size)
        return self.tokens

    def emit(self, kind: str, value: str, start: int, end: int) -> None:
        self.tokens.append(Token(kind, value, start, end, self.gap))
        self.gap = False

    def note(self, code: str, message: str, start: int, end: int) -> None:
        self.notes.append(ReadingNote(code, message, Span(start, end)))

    def fail(
        self, id: str, message: str, start: int, end: int, expected: str = "", suggestion: str = ""
    ) -> ReadingError:
        return ReadingError(id, message, Span(start, end), expected, suggestion)

    def number(self, literal: str, start: int) -> None:
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

    def subscript(self) -> None:
        """The part after `_`: a declared name's own part, one letter in TeX, the whole run otherwise."""
        text, at = self.text, self.position
        group = _GROUP_WORD.match(text, at)
        if group is not None:
            self.position = group.end()
            self.emit("sub", group.group(1) or group.group(2), at, group.end())
            return
        found = _SUBSCRIPT.match(text, at)
        if found is None:
            return
        run = found.group()
        base = self.tokens[-2].value if len(self.tokens) > 1 else ""
        length = self.subscript_length(base, run)
        self.position = at + length
        self.emit("sub", run[:length], at, self.position)

    def subscript_length(self, base: str, run: str) -> int:
        if len(run) == 1 or is_declared(f"{base}_{run}", self.declarations):
            return len(run)
        if self.latex:
            return 1
        if run in ("hat", "bar", "tilde", "dot"):
            return len(run)
        for length in range(len(run) - 1, 0, -1):
            if is_declared(f"{base}_{run[:length]}", self.declarations):
                return length
        return len(run)

    def word(self, word: str, start: int) -> None:
        dot = word.rfind(".") + 1
        if dot:
            word, start = word[dot:], start + dot
        if len(word) == 1 and self.letter(word, start):
            return
        text = self.text
        if text.startswith("_", self.position) or text.startswith("+", self.position):
            if self.whole_identifier(start, word):
                return
        if self.latex and self.tokens and self.tokens[-1].kind == "^" and len(word) > 1:
            # TeX raises one letter.
            self.position = start + 1
            word = word[0]
            self.note("exponent-scope", f"the exponent is `{word}` alone, as TeX reads it", start, start + 1)
            if self.letter(word, start):
                return
        if word in self.declarations.aliases:
            self.alias(word, start)
            return
        called = _OPENING.match(text, self.position) is not None
        pieces = segment(word, self.declarations, called, Span(start, self.position))
        for piece in pieces:
            self.emit(piece.kind, piece.value, start + piece.start, start + piece.end)
        if len(pieces) > 1:
            self.note_split(word, pieces, start)
        elif called and word in GREEK_FUNCTIONS and pieces[0].kind == "func":
            self.note_greek_function(word, start)

    def note_split(self, word: str, pieces: list[object], start: int) -> None:
        values = [self.tokens[index].value for index in range(-len(pieces), 0)]
        kinds = [self.tokens[index].kind for index in range(-len(pieces), 0)]
        if "d" not in kinds:
            self.note("word-split", f"`{word}` is read as {' · '.join(values)}", start, start + len(word))

    def note_greek_function(self, word: str, start: int) -> None:
        name = {"sigma": "the sigmoid", "Phi": "the normal distribution function", "Gamma": "the gamma function"}[word]
        self.note(
            "greek-function", f"`{self.original[start : self.position]}(` is read as {name}", start, self.position
        )

    def letter(self, letter: str, start: int) -> bool:
        """A single letter; False where it needs the long way (an underscore follows, d, a declared function)."""
        following = self.text[self.position : self.position + 1]
        if following == "_" or letter in self.declarations.functions:
            return False
        if letter in self.declarations.aliases:
            return False
        if letter == "d":
            self.letter_d(start)
            return True
        if letter in "eE" and not is_declared(letter, self.declarations):
            self.emit("const", "e", start, start + 1)
            if letter == "E":
                self.note("euler", "`E` is read as Euler's number", start, start + 1)
            return True
        self.emit("name", letter, start, start + 1)
        return True

    def letter_d(self, start: int) -> None:
        """Whether it differentiates is for the parser to see, unless it is an array."""
        array = "d" in self.declarations.arrays or "d" in self.declarations.indices
        kind = "name" if array and not _LEIBNIZ.match(self.text, self.position) else "d"
        self.emit(kind, "d", start, start + 1)

    def whole_identifier(self, start: int, word: str) -> bool:
        """A declared name, alias or function written with underscores, or `dL_dw` and `partial+`."""
        text = self.text
        if word == "partial" and text.startswith("+", self.position):
            self.position += 1
            self.emit("d", "partial+", start, self.position)
            return True
        found = _IDENTIFIER.match(text, start)
        assert found is not None
        name = found.group()
        if name in self.declarations.aliases:
            self.position = found.end()
            self.alias(name, start)
            return True
        for candidate in (name, name.rstrip("_")):
            kind = "applied" if candidate in self.declarations.functions else "name"
            if "_" in candidate and is_declared(candidate, self.declarations):
                self.position = start + len(candidate)
                self.emit(kind, candidate, start, self.position)
                return True
            row = by_spelling(candidate) if "_" in candidate else None
            if row is not None:
                self.position = start + len(candidate)
                self.emit("func", row.name, start, self.position)
                return True
        if len(name) == 2 and name.endswith("_") and not self.latex and _trailing_underscore(text, found.end()):
            self.position = found.end()
            self.emit("name", name, start, self.position)
            return True
        return self.code_derivative(name, start)

    def code_derivative(self, name: str, start: int) -> bool:
        """`dL_dw`, as programs call it."""
        parts = name.split("_d")
        if len(parts) != 2 or not name.startswith("d") or not all(part for part in (parts[0][1:], parts[1])):
            return False
        upper, lower = parts[0][1:], parts[1]
        for part in (upper, lower):
            known = lookup(part.split("_")[0], self.declarations)
            if (known is None or known[0] not in ("name", "applied")) and not is_declared(part, self.declarations):
                return False
        middle = start + len(parts[0])
        self.position = start + len(name)
        self.emit("d", "d", start, start + 1)
        self.part(upper, start + 1)
        self.emit("/", "", middle, middle + 1)
        self.emit("d", "d", middle + 1, middle + 2)
        self.part(lower, middle + 2)
        self.note("code-derivative", f"`{name}` is read as d{upper}/d{lower}", start, self.position)
        return True

    def part(self, name: str, start: int) -> None:
        base, _, rest = name.partition("_")
        if rest and not is_declared(name, self.declarations):
            self.emit("name", base, start, start + len(base))
            self.emit("_", "", start + len(base), start + len(base) + 1)
            self.emit("sub", rest, start + len(base) + 1, start + len(name))
        else:
            self.emit("name", name, start, start + len(name))

    def alias(self, name: str, start: int) -> None:
        """The tokens of what the alias stands for, all at the author's word."""
        from dataclasses import replace

        end = self.position
        rest = {key: value for key, value in self.declarations.aliases.items() if key != name}
        inner = Lexer(self.declarations.aliases[name], replace(self.declarations, aliases=rest, dialect="auto"))
        tokens = inner.run()[:-1]
        self.emit("{", "", start, start)
        for token in tokens:
            self.tokens.append(token._replace(start=start, end=end))
        self.emit("}", "", end, end)

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
            assert found is not None
            at, self.position = self.position, found.end()
            kind = found.lastgroup
            if kind == "num":
                self.emit("num", found.group(), at, self.position)
            elif kind == "word":
                for offset, letter in enumerate(found.group()):
                    self.emit("name" if letter != "e" else "const", letter, at + offset, at + offset + 1)
            elif kind == "sign":
                self.emit(found.group(), "", at, self.position)
            else:
                self.other(found.group(), at)
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

    def greek(self, name: str, start: int) -> None:
        called = _OPENING.match(self.text, self.position) is not None
        declarations = self.declarations
        if name in declarations.functions:
            self.emit("applied", name, start, self.position)
        elif is_declared(name, declarations) or is_declared(f"{name}_", declarations):
            self.emit("name", name, start, self.position)
        elif name == "pi" and not self.text.startswith(("_", "_{"), self.position):
            self.emit("const", "pi", start, self.position)
        elif called and name in GREEK_FUNCTIONS:
            self.emit("func", GREEK_FUNCTIONS[name], start, self.position)
            self.note_greek_function(name, start)
        elif (
            name == "Sigma"
            and self.text[self.position : self.position + 1] in ("_", *SUBSCRIPTS)
            and self.sum_follows()
        ):
            self.emit("sum", "sum", start, self.position)
        elif name == "Pi" and self.text[self.position : self.position + 1] in ("_", *SUBSCRIPTS) and self.sum_follows():
            self.emit("sum", "product", start, self.position)
        elif name == "delta" and called and re.match(r"\s*\(\s*\w+\s*,", self.text[self.position : self.position + 40]):
            self.emit("func", "delta", start, self.position)
        else:
            self.emit("name", name, start, self.position)

    def sum_follows(self) -> bool:
        """Capital sigma with an index below is a sum unless a decorated name is declared."""
        return not any(name.startswith("Sigma_") for name in self.declarations.symbols)

    def unknown_character(self, start: int) -> ReadingError:
        character = self.original[start]
        name = unicodedata.name(character, "no name")
        shown = character if character.isprintable() else "this"
        suggestion = ""
        if character in LOOK_ALIKES:
            suggestion = f"type the Latin letter `{LOOK_ALIKES[character]}`"
        elif unicodedata.category(character) in ("Cf", "Cc", "Cs", "Co", "Cn"):
            return self.fail(
                "invisible-character", f"an invisible character stands here: U+{ord(character):04X} {name}", start, start + 1,
                "", "delete it",
            )  # fmt: skip
        elif character.isdigit():
            suggestion = "write digits 0 to 9"
        elif character == "𝔼":
            return self.fail("not-supported", "expectations are not read", start, start + 1)
        elif character == '"':
            suggestion = "write '' for a second derivative"
        return self.fail(
            "unknown-character", f"the character {shown} (U+{ord(character):04X} {name}) is not part of a formula",
            start, start + 1, "", suggestion,
        )  # fmt: skip

    def command(self, name: str, start: int) -> None:
        end = self.position
        self.latex = True
        if name in latex.COMMANDS:
            kind, value = latex.COMMANDS[name]
            if name == "partial" and (plus := _DIRECT.match(self.text, end)) is not None:
                value, self.position = "partial+", plus.end()
                end = self.position
            if kind == "row":
                skipped = re.compile(r"\s*\[\s*-?[0-9.]+\s*[a-z]+\s*\]").match(self.text, end)
                if skipped is not None:
                    self.position = skipped.end()
            self.emit("prime" if kind == "'" else kind, "1" if kind == "'" else value, start, end)
        elif name in ("left", "right"):
            self.delimiter(name, start)
        elif name == "mathbb":
            self.double_struck(start)
        elif name in ("underbrace", "overbrace"):
            self.braced()
        elif name in latex.SKIPPED:
            self.gap = True
        elif name in latex.TEXTUAL:
            self.textual(name, start)
        elif name in latex.ACCENTS:
            self.emit("accent", latex.ACCENTS[name], start, end)
        elif name in latex.DROPPED_WITH_ARGUMENT or name == "textcolor":
            argument = _ARGUMENT.match(self.text, end)
            self.position, self.gap = (argument.end() if argument else end), True
        elif name in ("begin", "end"):
            self.environment(name, start)
        elif name == "eqalign" or name in ("mathsf", "rm"):
            self.gap = True
        else:
            self.named_command(name, start)

    def named_command(self, name: str, start: int) -> None:
        if name in GREEK_NAMES:
            self.greek(name, start)
            return
        found = lookup(name, self.declarations, called=True)
        if found is None or (found[0] == "name" and not is_declared(name, self.declarations)):
            near = nearest(name, self.declarations)
            raise self.fail(
                "unknown-command", f"the command \\{name} is not known", start, self.position, "",
                f"did you mean `{near}`?" if near else "write it in another way",
            )  # fmt: skip
        self.emit(*found, start, self.position)

    def braced(self) -> None:
        """The label under or over a brace is dropped."""
        depth = 0
        for index in range(self.position, len(self.text)):
            depth += {"{": 1, "}": -1}.get(self.text[index], 0)
            if depth == 0 and self.text[index] == "}":
                label = re.compile(r"\s*[_^]\s*\{[^{}]*\}").match(self.text, index + 1)
                if label is not None:
                    self.skips[index + 1] = label.end()
                return

    def double_struck(self, start: int) -> None:
        """\\mathbb names a set; other letters of it are operators that are not read."""
        argument = re.compile(r"\s*\{?\s*([A-Za-z])").match(self.text, self.position)
        if argument is not None and argument.group(1) in "EPVI":
            what = "expectations" if argument.group(1) == "E" else "these operators"
            raise self.fail(
                "not-supported", f"{what} are not read", start, argument.end(), "an expression without them"
            )
        self.gap = True

    def delimiter(self, side: str, start: int) -> None:
        """\\left and \\right: bars know their side, a dot is an invisible bracket."""
        found = re.compile(r"\s*(\\[A-Za-z]+|\\.|.)").match(self.text, self.position)
        if found is None:
            raise self.fail("missing-operand", f"\\{side} needs a bracket", start, self.position, "a bracket")
        sign, end = found.group(1), found.end()
        table = latex.LEFT if side == "left" else latex.RIGHT
        if sign == ".":
            self.position = end
            self.emit(f"{side}dot", "", start, end)
        elif sign in table:
            self.position = end
            evaluation = side == "right" and re.compile(r"\s*_").match(self.text, end)
            self.emit("evalbar" if evaluation else table[sign], "", start, end)
        else:
            self.gap = self.gap or False

    def textual(self, name: str, start: int) -> None:
        """\\text{...}: a word of the language, a name, or prose that is dropped."""
        argument = _ARGUMENT.match(self.text, self.position)
        if argument is None:
            self.gap = True
            return
        content = argument.group(1)
        word = content.strip()
        inner = start if not word else argument.start(1) + content.index(word)
        if word in _TEXT_WORDS and name not in ("mathrm", "operatorname"):
            self.position = argument.end()
            self.emit("word", _TEXT_WORDS[word], inner, inner + len(word))
        elif word == "T":
            self.position = argument.end()
            self.emit("top", "T", inner, inner + 1)
        elif re.fullmatch(r"[A-Za-z](?:[A-Za-z0-9]|\\?_)*", word):
            self.position = argument.end()
            word = word.replace("\\_", "_")
            called = _OPENING.match(self.text, self.position) is not None
            if word == "d":
                self.emit("d", "d", inner, inner + 1)
                return
            found = lookup(word, self.declarations, called=called or name.startswith("operatorname"))
            if found is None and (self.declarations.open_words or (len(word) == 2 and word.endswith("_"))):
                found = ("name", word)
            if found is None:
                for piece in segment(word, self.declarations, called, Span(inner, inner + len(word))):
                    self.emit(piece.kind, piece.value, inner + piece.start, inner + piece.end)
                return
            self.emit(*found, inner, inner + len(word))
        elif name in ("mathrm", "mathit", "mathsf", "mathnormal", "textbf"):
            self.gap = True
        else:
            self.position, self.gap = argument.end(), True
            self.emit("text", word, start, argument.end())

    def environment(self, side: str, start: int) -> None:
        found = _ENVIRONMENT.match(self.text, self.position)
        if found is None:
            raise self.fail("unknown-environment", f"\\{side} needs the name of an environment", start, self.position)
        self.position = found.end()
        name = found.group(1)
        if name in latex.LAYOUTS:
            self.gap = True
        elif name in ("cases", "dcases", "rcases"):
            self.emit("cases" if side == "begin" else "endcases", "", start, self.position)
        else:
            raise self.fail(
                "unknown-environment", f"the environment {name} is not known", start, self.position,
                "align, aligned, eqalign, split, gather, array or cases",
            )  # fmt: skip


def _trailing_underscore(text: str, end: int) -> bool:
    if text[end:].strip() in ("+", "-"):
        # R_+ of an assumption.
        return False
    return not text[end : end + 1].isalnum() and text[end : end + 1] not in ("{", "(", "\\")


def mended(id: str, message: str, span: Span, help: str) -> Finding:
    """A warning about something repaired."""
    return Finding(id, Severity.WARNING, message, span, help=help)

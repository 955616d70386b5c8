"""Words, letters and subscripts to tokens: where the declarations decide how a run of letters is cut."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from derivcheck.expression import Span
from derivcheck.functions import by_spelling
from derivcheck.notation.plain import CODE_MODULES, GREEK_NAMES
from derivcheck.notation.scanner import Scanner
from derivcheck.notation.unicode import SUBSCRIPTS
from derivcheck.notation.words import GREEK_FUNCTIONS, Piece, is_declared, lookup, segment

_IDENTIFIER = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:_[A-Za-z0-9]+)*_?")
_SUBSCRIPT = re.compile(r"[0-9]+|[A-Za-z]+[0-9]*")
_GROUP_WORD = re.compile(
    r"\s*\{\s*(?:([A-Za-z0-9]+)|\\(?:text|mathrm|mathit|textrm|mbox|operatorname)\s*\{\s*([A-Za-z0-9]+)\s*\})\s*\}"
)
_LEIBNIZ = re.compile(r"\s*(?:\^\s*\{?\s*[0-9]\s*\}?|\*\*\s*[0-9]|[¹²³⁴⁵⁶⁷⁸⁹])?\s*/\s*d\s*[^\W\d_]")
_MEMBER = re.compile(r"\.(?!T\b)[A-Za-z]")
_POINT = re.compile(r"\s+[^\s=<>()]+\s*=")
_BETWEEN = frozenset({"at", "in", "or", "if"})
_DECORATION = re.compile(r"\^\s*\{\s*[\[(]|\^\s*\[|⁽|'|[\u0300-\u036f]")
_TWO_INDICES = re.compile(r"\s*\(\s*\w+\s*,")


class WordScanner(Scanner):
    """Names, functions and words of the language."""

    def word(self, word: str, start: int) -> None:
        if word in CODE_MODULES and _MEMBER.match(self.text, self.position):
            self.position += 1
            return
        if len(word) == 1 and self.letter(word, start):
            return
        text = self.text
        longer = text.startswith("_", self.position) or text.startswith("+", self.position)
        if longer and self.whole_identifier(start, word):
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
        if word in _BETWEEN and not self.stands_between(word):
            for offset, letter in enumerate(word):
                self.emit(*(lookup(letter, self.declarations) or ("name", letter)), start + offset, start + offset + 1)
            self.note("word-split", f"`{word}` is read as {' · '.join(word)}", start, self.position)
            return
        called = self.bracket_follows()
        pieces = segment(word, self.declarations, called, Span(start, self.position))
        for piece in pieces:
            self.emit(piece.kind, piece.value, start + piece.start, start + piece.end)
        if len(pieces) > 1 and pieces[0].kind != "d":
            self.note_split(word, pieces, start)
        elif word in GREEK_NAMES and all(letter in self.declarations.symbols for letter in word):
            if word not in self.declarations.symbols:
                message = f"`{word}` is read as the Greek letter, not as {' · '.join(word)}"
                self.note("greek-name", message, start, self.position)
        elif called and word in GREEK_FUNCTIONS and pieces[0].kind == "func":
            self.note_greek_function(word, start)

    def stands_between(self, word: str) -> bool:
        """Whether a short word is one of the language: white space around, and for `at` a point after it."""
        if is_declared(word, self.declarations):
            return True
        spaced = (self.gap or not self.tokens) and self.text[self.position : self.position + 1] in ("", " ", "\n", "\t")
        return spaced and (word != "at" or _POINT.match(self.text, self.position) is not None)

    def note_split(self, word: str, pieces: Sequence[Piece], start: int) -> None:
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
        named = (array and not _LEIBNIZ.match(self.text, self.position)) or _DECORATION.match(self.text, self.position)
        kind = "name" if named else "d"
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
        end = self.position
        rest = {key: value for key, value in self.declarations.aliases.items() if key != name}
        meant = replace(self.declarations, aliases=rest, dialect="auto")
        self.emit("{", "", start, start)
        for token in self.tokens_of(self.declarations.aliases[name], meant):
            self.tokens.append(token._replace(start=start, end=end))
        self.emit("}", "", end, end)

    def greek(self, name: str, start: int) -> None:
        called = self.bracket_follows()
        declarations = self.declarations
        other = name[3:] if name.startswith("var") else f"var{name}"
        if is_declared(other, declarations) and not is_declared(name, declarations):
            # Unicode has one letter for \phi and \varphi.
            self.note("greek-variant", f"this letter is read as the declared {other}", start, self.position)
            name = other
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
        elif name == "delta" and called and _TWO_INDICES.match(self.text, self.position):
            self.emit("func", "delta", start, self.position)
        else:
            self.emit("name", name, start, self.position)

    def sum_follows(self) -> bool:
        """Capital sigma with an index below is a sum unless a decorated name is declared."""
        return not any(name.startswith("Sigma_") for name in self.declarations.symbols)

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
        if self.latex and length < len(run):
            self.note(
                "subscript-letter", f"the subscript is `{run[:length]}` alone, as TeX reads it", at, self.position
            )
        self.emit("sub", run[:length], at, self.position)

    def subscript_length(self, base: str, run: str) -> int:
        if len(run) == 1 or run.isdigit() or is_declared(f"{base}_{run}", self.declarations):
            return len(run)
        if run in ("hat", "bar", "tilde", "dot"):
            return len(run)
        if self.latex:
            return 1
        for length in range(len(run) - 1, 0, -1):
            if is_declared(f"{base}_{run[:length]}", self.declarations):
                return length
        return len(run)


def _trailing_underscore(text: str, end: int) -> bool:
    """`S_` is a name where nothing stands below; `R_+` is a set."""
    if text[end:].strip() in ("+", "-"):
        return False
    return not text[end : end + 1].isalnum() and text[end : end + 1] not in ("{", "(", "\\")

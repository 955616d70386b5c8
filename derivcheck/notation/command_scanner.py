"""LaTeX commands to tokens: by table, with their arguments where they have a meaning of their own."""

from __future__ import annotations

import re

from derivcheck.expression import Span
from derivcheck.notation import latex
from derivcheck.notation.plain import GREEK_NAMES
from derivcheck.notation.word_scanner import WordScanner
from derivcheck.notation.words import is_declared, lookup, nearest, segment

_ARGUMENT = re.compile(r"\s*\{([^{}]*)\}")
_ENVIRONMENT = re.compile(r"\{([A-Za-z]+\*?)\}(?:\{[^{}]*\}|\[[^\]]*\])*")
_DIRECT = re.compile(r"\s*\^\s*(?:\{\s*\+\s*\}|\+)")
_ROW_DISTANCE = re.compile(r"\s*\[\s*-?[0-9.]+\s*[a-z]+\s*\]")
_LABEL = re.compile(r"\s*[_^]\s*\{[^{}]*\}")
_FIRST_LETTER = re.compile(r"\s*\{?\s*([A-Za-z])")
_DELIMITER = re.compile(r"\s*(\\[A-Za-z]+|\\.|.)")
_LOWERED_NEXT = re.compile(r"\s*_")
_WORD = re.compile(r"[A-Za-z](?:[A-Za-z0-9]|\\?_)*")
_TEXT_WORDS = {
    "if": "if", "for": "if", "when": "if", "where": "if", "otherwise": "otherwise", "else": "otherwise", "at": "at",
    "and": "and", "or": "or", "in": "in",
}  # fmt: skip


class CommandScanner(WordScanner):
    """What stands after a backslash."""

    def command(self, name: str, start: int) -> None:
        end = self.position
        self.latex = True
        if name in latex.COMMANDS:
            kind, value = latex.COMMANDS[name]
            if name == "partial" and (plus := _DIRECT.match(self.text, end)) is not None:
                value, self.position = "partial+", plus.end()
                end = self.position
            if kind == "row":
                skipped = _ROW_DISTANCE.match(self.text, end)
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
                label = _LABEL.match(self.text, index + 1)
                if label is not None:
                    self.skips[index + 1] = label.end()
                return

    def double_struck(self, start: int) -> None:
        """\\mathbb names a set; other letters of it are operators that are not read."""
        argument = _FIRST_LETTER.match(self.text, self.position)
        if argument is not None and argument.group(1) in "EPVI":
            what = "expectations" if argument.group(1) == "E" else "these operators"
            raise self.fail(
                "not-supported", f"{what} are not read", start, argument.end(), "an expression without them"
            )
        self.gap = True

    def delimiter(self, side: str, start: int) -> None:
        """\\left and \\right: bars know their side, a dot is an invisible bracket."""
        found = _DELIMITER.match(self.text, self.position)
        if found is None:
            raise self.fail("missing-operand", f"\\{side} needs a bracket", start, self.position, "a bracket")
        sign, end = found.group(1), found.end()
        table = latex.LEFT if side == "left" else latex.RIGHT
        if sign == ".":
            self.position = end
            self.emit(f"{side}dot", "", start, end)
        elif sign in table:
            self.position = end
            evaluation = side == "right" and _LOWERED_NEXT.match(self.text, end)
            self.emit("evalbar" if evaluation else table[sign], "", start, end)

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
        elif _WORD.fullmatch(word):
            self.position = argument.end()
            word = word.replace("\\_", "_")
            called = self.bracket_follows()
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

"""Values in the dialect of the person who wrote the file: `y_hat` as `ŷ`, `x^2/2` as `x²/2`, `<=` as `≤`.

Purpose: a judged step carries its values as plain text, which is what programs want; a person reads them
in the signs and names of their own file. A file in ASCII stays in ASCII; a LaTeX file is shown in Unicode.
Method: a value's text is read back into a tree and printed again. It is shown as it stands where it cannot
be read, or where reading and printing it plainly does not give the same text.
Limits: one dialect a file, told from its formulas.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from derivcheck.expression import Apply, Call, Constant, Expression, Number, Pow, Symbol
from derivcheck.finding import ReadingError
from derivcheck.functions import by_name, by_spelling
from derivcheck.notation import parse_expression, parse_statement, print_plain
from derivcheck.notation.printing import SUM, Printer, used_names
from derivcheck.notation.unicode import GREEK_LETTERS, SUBSCRIPTS
from derivcheck.notation.unicode_printing import UnicodePrinter
from derivcheck.report.conditions import tidied
from derivcheck.statement import Declarations, Reading, Statement
from derivcheck.verdict import Counterexample, FileReport

Tree = Expression | Statement

# Plain text never leaves a product sign out, so a name before a bracket is a function.
_CALLED = re.compile(r"([A-Za-z]\w*)(?:'*|\^-1)\(")
_ARRAY = re.compile(r"([A-Za-z]\w*)\[([^\]]*)\]")
_WORDS = frozenset({"sum", "product", "Piecewise", "not", "and", "or"})
_RELATIONS = (("!=", "≠"), ("<=", "≤"), (">=", "≥"))
_LOWERED = str.maketrans({plain: low for low, plain in SUBSCRIPTS.items() if plain.isdigit()})
_INDEX = re.compile(r"_(\d+)")
_VARIANTS = str.maketrans("εφμ", "ϵϕµ")
_ACCENTS = ("_hat", "_bar", "_tilde", "_dot")
_GREEK = {name: letter for letter, name in GREEK_LETTERS.items()}
_ARGUMENTS = ("u", "v", "w", "p", "q", "r")
_NO_LETTER = r"(?<![^\W\d_])(?<!\\)"


@dataclass(frozen=True, slots=True)
class Dialect:
    """How one author writes, from the formulas and all else that is known of the file."""

    formulas: str
    text: str

    @property
    def signs(self) -> bool:
        """Not in ASCII."""
        return not self.formulas.isascii() or "\\" in self.formulas

    def value(self, plain: str) -> str:
        """An expression."""
        return self._shown(plain, parse_expression)

    def conditions(self, plain: Sequence[str]) -> tuple[str, ...]:
        """Conditions, tidied together where all of them can be read."""
        try:
            read = [parse_statement(text, _known(text)).value for text in plain]
        except ReadingError:
            read = []
        if [print_plain(item) for item in read] == list(plain):
            return tuple(map(self._printed, tidied(read)))
        return tuple(self._signed(self._shown(text, parse_statement)) for text in plain)

    def number(self, plain: str) -> str:
        """A number, or what stands in its place."""
        return plain.replace("-", "−") if self.signs else plain

    def name(self, name: str) -> str:
        """A symbol."""
        return self._printer(frozenset()).name(name)

    def _shown(self, plain: str, parse: Callable[[str, Declarations], Reading[Tree]]) -> str:
        try:
            tree = parse(plain, _known(plain)).value
        except ReadingError:
            return plain
        return self._printed(tree) if print_plain(tree) == plain else plain

    def _printed(self, tree: Tree) -> str:
        printer = self._printer(used_names(tree))
        shown = printer.statement(tree) if isinstance(tree, Statement) else printer.at_level(tree, SUM)
        return shown.replace("^", "**") if "**" in self.formulas and "^" not in self.formulas else shown

    def _printer(self, names: frozenset[str]) -> Printer:
        if self.signs:
            return _InSigns(self.text, names)
        return (_InStars if "*" in self.formulas else _InAscii)(self.text, names)

    def _signed(self, text: str) -> str:
        for plain, sign in _RELATIONS if self.signs else ():
            text = text.replace(plain, sign)
        return text


class _InSigns(UnicodePrinter):
    """Unicode with the author's names of symbols and functions."""

    def __init__(self, text: str, names: frozenset[str]) -> None:
        super().__init__(None, names)
        self.text = text

    def name(self, name: str) -> str:
        shown = super().name(name)
        lowered = _INDEX.sub(lambda found: found.group(1).translate(_LOWERED), shown)
        spellings = (shown, shown.translate(_VARIANTS), lowered, _without_braces(shown), name)
        return next((item for item in spellings if _occurs(item, self.text)), shown)

    def function(self, name: str, arguments: int = 1) -> str:
        return _author_function(name, super().function(name, arguments), self.text)

    def call(self, name: str, arguments: tuple[Expression, ...]) -> tuple[str, int]:
        if name == "sqrt" and "√" not in self.text and "\\sqrt" not in self.text:
            return Printer.call(self, name, arguments)
        return super().call(name, arguments)

    def between(self, left: Expression, right: Expression, text: str, shown: str) -> str:
        """A space or nothing also where a person understands it and a reader of formulas might not."""
        sign = super().between(left, right, text, shown)
        if sign != self.times or self.declarations.arrays:
            return sign
        if shown[0] == "(":
            return self._before_bracket(left)
        return " " if _stands_free(right) and (isinstance(left, Number) or _stands_free(left)) else sign

    def _before_bracket(self, left: Expression) -> str:
        """`ŷ(1−ŷ)`, `h_1 (1−h_1²)`; a letter that may be a function keeps its dot."""
        accented = isinstance(left, Symbol) and left.name.endswith(_ACCENTS)
        indexed = isinstance(left, Symbol) and "_" in left.name and "^" not in left.name
        return "" if accented else " " if indexed else self.times


class _InAscii(_InSigns):
    """The same in ASCII."""

    plus, minus, negative, times = Printer.plus, Printer.minus, Printer.negative, Printer.times
    relations = Printer.relations
    name, constant, entry, brackets = Printer.name, Printer.constant, Printer.entry, Printer.brackets
    power, call, order, reduction = Printer.power, Printer.call, Printer.order, Printer.reduction
    matrix_product, transpose = Printer.matrix_product, Printer.transpose

    def between(self, left: Expression, right: Expression, text: str, shown: str) -> str:
        """Words stand apart: `2 pi`, but `2x`."""
        sign = super().between(left, right, text, shown)
        return " " if not sign and shown[:2].isalpha() and len(shown) > 1 else sign

    def function(self, name: str, arguments: int = 1) -> str:
        return _author_function(name, name, self.text)


class _InStars(_InAscii):
    """ASCII with every product sign."""

    product, factor = Printer.product, Printer.factor


def _stands_free(node: Expression) -> bool:
    """A name, a power of one, or a call with its brackets: what needs no sign beside another."""
    if isinstance(node, Pow):
        return isinstance(node.base, Symbol | Constant)
    return isinstance(node, Symbol | Apply) or (isinstance(node, Call) and node.name not in ("sqrt", "abs"))


def _author_function(name: str, standard: str, text: str) -> str:
    """The spelling of a function that occurs in the text, else the standard one."""
    try:
        row = by_name(name)
    except KeyError:
        return standard
    letters = [_GREEK[word] for word in (row.latex, *row.spellings) if word in _GREEK]
    return next((item for item in (*letters, *row.spellings) if _occurs(item, text)), standard)


def _occurs(word: str, text: str) -> bool:
    """The word stands in the text, as itself or after the d of a derivative, and not as a LaTeX command."""
    return re.search(rf"{_NO_LETTER}[d∂]?{re.escape(word)}(?![^\W\d_])", text) is not None


def _without_braces(name: str) -> str:
    return name.replace("{", "").replace("}", "")


def _known(plain: str) -> Declarations:
    """What a plain text says about its names by the way they stand."""
    called = {name for name in _CALLED.findall(plain) if by_spelling(name) is None}
    arrays = {name: indices.count(",") + 1 for name, indices in _ARRAY.findall(plain)}
    return Declarations(functions=frozenset(called - _WORDS), arrays=arrays, open_words=True, dialect="plain")


def as_written(file: FileReport) -> FileReport:
    """The file with every value of its steps in the dialect of its author."""
    dialect = _dialect_of(file)
    seen: dict[tuple[str, ...], tuple[str, ...]] = {}

    def conditions(plain: tuple[str, ...]) -> tuple[str, ...]:
        if plain not in seen:
            seen[plain] = dialect.conditions(plain)
        return seen[plain]

    steps = tuple(
        replace(
            step,
            domain=conditions(step.domain),
            conditions=conditions(step.conditions),
            expected=None if step.expected is None else dialect.value(step.expected),
            counterexample=step.counterexample and _witness(step.counterexample, dialect),
        )
        for step in file.steps
    )
    symbols = tuple(map(dialect.name, file.symbols))
    return replace(file, steps=steps, domain=conditions(file.domain), symbols=symbols)


def _dialect_of(file: FileReport) -> Dialect:
    """Formulas decide on the signs; names are looked for in the whole file, so also in its assumptions."""
    formulas = "\n".join([*file.definitions, *(step.claim for step in file.steps)])
    return Dialect(formulas, unicodedata.normalize("NFC", file.source.text if file.source is not None else formulas))


def _witness(seen: Counterexample, dialect: Dialect) -> Counterexample:
    return Counterexample(
        {dialect.name(name): dialect.number(value) for name, value in seen.point.items()},
        dialect.number(seen.expected),
        dialect.number(seen.claimed),
        {f"{name}({_arguments(body)})": dialect.value(body) for name, body in seen.functions.items()},
    )


def _arguments(body: str) -> str:
    """The letters of an unknown function's instance, up to the last one that it uses."""
    used = [index for index, letter in enumerate(_ARGUMENTS) if re.search(rf"\b{letter}\b", body)]
    return ", ".join(_ARGUMENTS[: max(used, default=0) + 1])

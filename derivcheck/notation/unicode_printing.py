"""Unicode: how an author would write it by hand, `a(1−a)`, `y log(a)`, `x²`, `∂L/∂ŷ`, `Σ_{i=1}^{m} x_i²`."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

from derivcheck.expression import (
    ONE,
    Add,
    Call,
    Constant,
    Div,
    Expression,
    Mul,
    Neg,
    Number,
    Pow,
    Reduction,
    Symbol,
)
from derivcheck.notation.leaving_out import left_out
from derivcheck.notation.plain import CONSTANTS
from derivcheck.notation.printing import ATOM, FACTOR, POWER, PRODUCT, SUM, TERM, Printable, Printer, show
from derivcheck.notation.ranks import rank
from derivcheck.notation.unicode import GREEK_LETTERS, SUPERSCRIPTS
from derivcheck.notation.words import GREEK_FUNCTIONS
from derivcheck.statement import Declarations

_GREEK = {name: letter for letter, name in GREEK_LETTERS.items()}
_MARKS = {"hat": "\u0302", "bar": "\u0304", "tilde": "\u0303", "dot": "\u0307", "ddot": "\u0308"}
_RAISE = str.maketrans({plain: raised for raised, plain in SUPERSCRIPTS.items() if plain.isdigit() or plain == "-"})
_ACCENTED = re.compile(r"(?P<letter>[A-Za-z]|[a-zA-Z]{2,}?)(?P<accents>(?:_(?:hat|bar|tilde|dot|ddot))+)(?P<rest>.*)")
_TIGHT = re.compile(r"[^ ()]{1,3} [+−] [^ ()]{1,3}")
_JUXTAPOSED = frozenset({"exp", "log", "sin", "cos", "tan", "sinh", "cosh", "tanh"})


class UnicodePrinter(Printer):
    """Signs and names as in print; products without a sign where that reads back."""

    plus, minus, negative, times = " + ", " − ", "−", " · "
    entrywise = " * "
    relations: Mapping[str, str] = {"=": "=", "!=": "≠", "<": "<", "<=": "≤", ">": ">", ">=": "≥"}

    def __init__(self, declarations: Declarations | None = None, names: frozenset[str] = frozenset()) -> None:
        super().__init__(declarations, names)
        if self.declarations.arrays:
            # A dot between arrays would be the product of rows and columns.
            self.times = self.entrywise

    def constant(self, name: str) -> str:
        return {"pi": "π", "oo": "∞"}.get(name) or super().constant(name)

    def name(self, name: str) -> str:
        base, upper, rest = name.partition("^")
        accented = _ACCENTED.fullmatch(base)
        if accented is not None:
            letter = accented.group("letter")
            shown = _GREEK.get(letter, letter)
            if len(shown) == 1:
                marks = "".join(_MARKS[accent] for accent in accented.group("accents").split("_")[1:])
                base = unicodedata.normalize("NFC", shown + marks) + accented.group("rest")
        else:
            stem, underscore, index = base.partition("_")
            base = _GREEK.get(stem, stem) + underscore + index
        return f"{base}^{{{rest}}}" if upper else base

    def function(self, name: str, arguments: int = 1) -> str:
        return "σ" if name == "sigmoid" and "sigma" not in self.taken else super().function(name, arguments)

    def entry_below(self, array: str, indices: tuple[Expression, ...]) -> str:
        texts = [self.at_level(index, SUM) for index in indices]
        letter = len(texts) == 1 and isinstance(indices[0], Symbol) and len(texts[0]) == 1
        if letter and "^" not in array and f"{array}_{texts[0]}" not in self.taken:
            return f"{self.name(array)}_{texts[0]}"
        return f"{self.name(array)}[{', '.join(texts)}]"

    def brackets(self, text: str) -> str:
        """`(1−a)` is set tight when both sides are short."""
        return f"({text.replace(' ', '')})" if _TIGHT.fullmatch(text) else f"({text})"

    def subtrahend(self, node: Expression, last: bool) -> str:
        text = super().subtrahend(node, last)
        return text if last or not ends_with_sum(node) else self.brackets(text)

    def term(self, terms: tuple[Expression, ...], position: int) -> str:
        item = terms[position]
        text = super().term(terms, position)
        inner = item.operand if isinstance(item, Neg) else item
        if ends_with_sum(inner) and position < len(terms) - 1:
            return self.brackets(text)
        return text

    def product(self, factors: tuple[Expression, ...]) -> str:
        text = self.factor(factors, 0)
        for position in range(1, len(factors)):
            shown = self.factor(factors, position)
            text += self.between(factors[position - 1], factors[position], text, shown) + shown
        return text

    def factor(self, factors: tuple[Expression, ...], position: int) -> str:
        item = factors[position]
        if isinstance(item, Reduction) and position == len(factors) - 1 and position:
            return self.render(item)[0]
        return super().factor(factors, position)

    def between(self, left: Expression, right: Expression, text: str, shown: str) -> str:
        """Nothing, a space or a dot, whichever reads back."""
        if isinstance(right, Reduction) and shown[0] in "∑∏" and text[-1].isalnum() and not self.declarations.arrays:
            return " "
        if (not shown[0].isalpha() and shown[0] != "(") or isinstance(left, Div):
            return self.times
        if self.declarations.arrays and not (self.is_scalar(left) or self.is_scalar(right)):
            return self.times
        if isinstance(left, Number):
            return "" if shown[0] == "(" or is_letter(right) else self.times
        if shown[0] == "(":
            return "" if before_bracket(left) or (text[-1] == ")" and isinstance(left, Add)) else self.times
        if is_letter(left) and (is_letter(right) or (isinstance(right, Call) and right.name in _JUXTAPOSED)):
            return " "
        return self.times

    def power(self, base: Expression, exponent: Expression) -> str:
        below = self.base(base)
        if isinstance(base, Call) and base.name in ("sqrt", "cbrt"):
            below = self.brackets(below)
        raised = _raised(exponent)
        if raised is not None and not below.endswith((*SUPERSCRIPTS, "_")):
            return below + raised
        return f"{below}^{self.exponent(exponent)}"

    def call(self, name: str, arguments: tuple[Expression, ...]) -> tuple[str, int]:
        if name == "abs":
            inner = self.at_level(arguments[0], SUM)
            if "|" not in inner:
                return f"|{inner}|", ATOM
        if name == "norm" and arguments[1:] in ((), (ONE,)):
            inner = self.at_level(arguments[0], SUM)
            if "‖" not in inner and "|" not in inner:
                return f"‖{inner}‖{'_1' if arguments[1:] else ''}", ATOM
        if name == "eye" and not arguments and self.has_matrices() and "I" not in self.taken:
            return "I", ATOM
        if name == "entry":
            below = ",".join(self.at_level(index, SUM) for index in arguments[1:])
            return f"{self.at_level(arguments[0], ATOM)}_{{{below}}}", ATOM
        if name == "inv" and self.is_matrix(arguments[0]):
            return f"{self.at_level(arguments[0], ATOM)}⁻¹", POWER
        if name == "sqrt" and isinstance(arguments[0], Symbol | Number):
            inner, level = self.render(arguments[0])
            if level == ATOM and (inner.isdigit() or len(inner) == 1):
                return f"√{inner}", FACTOR
        if name == "sqrt":
            return f"√({self.at_level(arguments[0], SUM)})", FACTOR
        return super().call(name, arguments)

    def order(self, order: int) -> str:
        return "" if order == 1 else str(order).translate(_RAISE)

    def reduction(self, node: Reduction) -> tuple[str, int]:
        sign = "Σ" if node.kind == "sum" else "∏"
        index, body = self.name(node.index.name), node.body
        if node.lower is None or node.upper is None:
            body, below = left_out(node)
            excluded = "" if below is None else f"≠{self.name(below.name)}"
            head = f"{sign}_{{{index}{excluded}}}"
        else:
            head = f"{sign}_{{{index}={self.at_level(node.lower, SUM)}}}^{{{self.at_level(node.upper, SUM)}}}"
        head = head.replace("Σ_", "∑_")
        inner = self.at_level(body, PRODUCT if isinstance(body, Mul) and not ends_with_sum(body) else FACTOR)
        return f"{head} {inner}", TERM

    def has_matrices(self) -> bool:
        return any(axes > 1 for axes in self.declarations.arrays.values())

    def is_matrix(self, node: Expression) -> bool:
        return isinstance(node, Symbol) and rank(self.declarations.arrays, node) == 2

    def is_scalar(self, node: Expression) -> bool:
        return rank(self.declarations.arrays, node) == 0 and isinstance(node, Number | Constant | Symbol | Pow)

    def matrix_product(self, factors: tuple[Expression, ...]) -> str:
        if not self.stand_side_by_side(factors):
            return super().matrix_product(factors)
        text = self.at_level(factors[0], FACTOR)
        for factor in factors[1:]:
            shown = self.at_level(factor, FACTOR)
            text += shown if shown[0] == "(" and text[-1] in ")ᵀ" else f" {shown}"
        return text

    def transpose(self, operand: Expression) -> str:
        return f"{self.at_level(operand, ATOM)}ᵀ"


def ends_with_sum(node: Expression) -> bool:
    """Whether the last factor is a sum without brackets, which would take in what follows."""
    while isinstance(node, Mul):
        node = node.factors[-1]
    if isinstance(node, Neg):
        return ends_with_sum(node.operand)
    return isinstance(node, Reduction)


def is_letter(node: Expression) -> bool:
    """A letter, or a letter to a whole power: what may stand next to another without a sign."""
    if isinstance(node, Pow):
        return _raised(node.exponent) is not None and is_letter(node.base)
    if isinstance(node, Constant):
        return node.name == "pi"
    if not isinstance(node, Symbol) or node.name in CONSTANTS or node.name in ("d", "T", "delta"):
        return False
    return len(node.name) == 1 or node.name in _GREEK


def before_bracket(node: Expression) -> bool:
    """A letter that no one takes for a function."""
    return (
        isinstance(node, Symbol)
        and is_letter(node)
        and node.name not in ("f", "g", "h")
        and node.name not in GREEK_FUNCTIONS
    )


def _raised(exponent: Expression) -> str | None:
    negative = isinstance(exponent, Neg)
    inner = exponent.operand if isinstance(exponent, Neg) else exponent
    if isinstance(inner, Number) and inner.value.denominator == 1 and 0 <= inner.value < 1000:
        return ("-" * negative + str(inner.value)).translate(_RAISE)
    return None


def print_unicode(value: Printable, declarations: Declarations | None = None) -> str:
    """Unicode as an author writes it; superscripts only for whole numbers."""
    return show(UnicodePrinter, value, declarations)

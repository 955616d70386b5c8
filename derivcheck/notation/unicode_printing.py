"""Unicode: how an author would write it by hand, `a(1−a)`, `y log(a)`, `x²`, `∂L/∂ŷ`, `Σ_{i=1}^{m} x_i²`."""

from __future__ import annotations

import re
import unicodedata

from derivcheck.expression import (
    Add,
    Apply,
    Call,
    Condition,
    Constant,
    Div,
    Entry,
    Expression,
    Hadamard,
    MatMul,
    Mul,
    Neg,
    Number,
    Pow,
    Reduction,
    Symbol,
    symbols,
)
from derivcheck.notation.plain import CONSTANTS
from derivcheck.notation.printing import ATOM, FACTOR, PRODUCT, SUM, TERM, Printer
from derivcheck.notation.unicode import ACCENTS, GREEK_LETTERS, SUPERSCRIPTS
from derivcheck.notation.words import GREEK_FUNCTIONS
from derivcheck.statement import Declarations, Statement

_GREEK = {name: letter for letter, name in GREEK_LETTERS.items()}
_MARKS = {"hat": "\u0302", "bar": "\u0304", "tilde": "\u0303", "dot": "\u0307", "ddot": "\u0308"}
_RAISE = str.maketrans({plain: raised for raised, plain in SUPERSCRIPTS.items() if plain.isdigit() or plain == "-"})
_ACCENTED = re.compile(r"(?P<letter>[A-Za-z]|[a-zA-Z]{2,}?)(?P<accents>(?:_(?:hat|bar|tilde|dot|ddot))+)(?P<rest>.*)")
_JUXTAPOSED = frozenset({"exp", "log", "sin", "cos", "tan", "sinh", "cosh", "tanh"})


class UnicodePrinter(Printer):
    """Signs and names as in print; products without a sign where that reads back."""

    plus, minus, negative, times = " + ", " − ", "−", " · "
    entrywise = " * "
    relations = {"=": "=", "!=": "≠", "<": "<", "<=": "≤", ">": ">", ">=": "≥"}

    def __init__(self, declarations: Declarations | None = None, names: frozenset[str] = frozenset()) -> None:
        super().__init__(declarations)
        self.taken = names | self.declarations.symbols | self.declarations.functions | set(self.declarations.arrays)
        if self.declarations.arrays:
            # A dot between arrays would be the product of rows and columns.
            self.times = self.entrywise

    def constant(self, name: str) -> str:
        return {"pi": "π", "oo": "∞"}.get(name, name)

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

    def function(self, name: str) -> str:
        return "σ" if name == "sigmoid" and "sigma" not in self.taken else name

    def entry(self, array: str, indices: tuple[Expression, ...]) -> str:
        texts = [self.at_level(index, SUM) for index in indices]
        if len(texts) == 1 and isinstance(indices[0], Symbol) and len(texts[0]) == 1 and "^" not in array:
            return f"{self.name(array)}_{texts[0]}"
        return f"{self.name(array)}[{', '.join(texts)}]"

    def sum(self, terms: tuple[Expression, ...]) -> str:
        return super().sum(terms) if len(terms) != 2 or not _short(terms) else super().sum(terms).replace(" ", "")

    def term(self, terms: tuple[Expression, ...], position: int) -> str:
        item = terms[position]
        text = super().term(terms, position)
        inner = item.operand if isinstance(item, Neg) else item
        if _ends_with_sum(inner) and position < len(terms) - 1:
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
        if self.declarations.arrays or shown[0].isdigit() or shown[0] in "[|√Σ∏∂" or isinstance(left, Div | Constant):
            return " " if isinstance(right, Reduction) and shown[0] in "Σ∏" and text[-1].isalnum() else self.times
        if isinstance(right, Div | Constant) or text.endswith(("'", "_", "]")):
            return self.times
        if shown.startswith("("):
            if isinstance(left, Symbol):
                name = left.name
                callable_name = name in ("f", "g", "h", "d", "delta") or name in GREEK_FUNCTIONS or len(name) > 1
                return self.times if callable_name else ""
            return "" if isinstance(left, Number) or (text.endswith(")") and isinstance(left, Add)) else self.times
        if isinstance(left, Number) and isinstance(right, Symbol | Call) and not shown.startswith(("e", "E")):
            return "" if isinstance(right, Symbol) else " "
        if isinstance(left, Symbol | Pow) and isinstance(right, Call) and right.name in _JUXTAPOSED:
            return " " if not (isinstance(left, Symbol) and left.name in ("d",)) else self.times
        if isinstance(left, Symbol) and isinstance(right, Symbol) and _plain_letter(left) and _plain_letter(right):
            return " "
        return self.times

    def power(self, base: Expression, exponent: Expression) -> str:
        below = self.base(base)
        if isinstance(base, Call) and base.name in ("sqrt", "cbrt"):
            below = self.brackets(below)
        raised = _raised(exponent)
        if raised is not None and not below.endswith(tuple(SUPERSCRIPTS)):
            return below + raised
        return f"{below}^{self.exponent(exponent)}"

    def call(self, name: str, arguments: tuple[Expression, ...]) -> tuple[str, int]:
        if name == "abs":
            inner = self.at_level(arguments[0], SUM)
            if "|" not in inner:
                return f"|{inner}|", ATOM
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
        index = self.name(node.index.name)
        if node.lower is None or node.upper is None:
            head = f"{sign}_{{{index}}}"
        else:
            head = f"{sign}_{{{index}={self.at_level(node.lower, SUM)}}}^{{{self.at_level(node.upper, SUM)}}}"
        head = head.replace("Σ_", "∑_")
        body = node.body
        inner = self.at_level(body, PRODUCT if isinstance(body, Mul) and not _ends_with_sum(body) else FACTOR)
        return f"{head} {inner}", TERM

    def matrix_product(self, factors: tuple[Expression, ...]) -> str:
        return " @ ".join(self.at_level(factor, FACTOR) for factor in factors)

    def transpose(self, operand: Expression) -> str:
        return f"{self.at_level(operand, ATOM)}ᵀ"


def _short(terms: tuple[Expression, ...]) -> bool:
    """`1−a` inside brackets is set tight when both sides are a letter or number."""
    return all(isinstance(term.operand if isinstance(term, Neg) else term, Symbol | Number) for term in terms)


def _ends_with_sum(node: Expression) -> bool:
    while isinstance(node, Mul):
        node = node.factors[-1]
    if isinstance(node, Neg):
        return _ends_with_sum(node.operand)
    return isinstance(node, Reduction)


def _plain_letter(node: Symbol) -> bool:
    return len(node.name) == 1 and node.name not in CONSTANTS and node.name not in "dT"


def _raised(exponent: Expression) -> str | None:
    negative = isinstance(exponent, Neg)
    inner = exponent.operand if isinstance(exponent, Neg) else exponent
    if isinstance(inner, Number) and inner.value.denominator == 1 and 0 <= inner.value < 1000:
        return ("-" * negative + str(inner.value)).translate(_RAISE)
    return None


def _names(value: Expression | Condition | Statement) -> frozenset[str]:
    from derivcheck.notation.printing import used_names

    if isinstance(value, Statement):
        return frozenset().union(*map(used_names, value.sides))
    return used_names(value)  # type: ignore[arg-type]


def print_unicode(value: Expression | Condition | Statement, declarations: Declarations | None = None) -> str:
    """Unicode as an author writes it; superscripts only for whole numbers."""
    printer = UnicodePrinter(declarations, _names(value))
    if isinstance(value, Statement):
        return printer.statement(value)
    return printer.at_level(value, SUM)  # type: ignore[arg-type]


__all__ = ["ACCENTS", "Apply", "Entry", "Hadamard", "MatMul", "print_unicode", "symbols"]

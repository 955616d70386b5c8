"""LaTeX that compiles with amsmath and reads back to the same tree."""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction

from derivcheck.expression import (
    ONE,
    Add,
    Call,
    Condition,
    Derivative,
    Differential,
    Div,
    Entry,
    Expression,
    Logical,
    Number,
    Piecewise,
    Reduction,
    Relation,
    Symbol,
)
from derivcheck.functions import by_name, by_spelling
from derivcheck.notation.leaving_out import left_out
from derivcheck.notation.plain import GREEK_NAMES
from derivcheck.notation.printing import (
    ATOM,
    FACTOR,
    POWER,
    PRODUCT,
    SUM,
    TERM,
    Printable,
    Printer,
    decimal_digits,
    show,
)
from derivcheck.notation.unicode_printing import UnicodePrinter, before_bracket, ends_with_sum, is_letter
from derivcheck.statement import Declarations, Statement

_TEX_FUNCTIONS = frozenset(
    [
        "exp",
        "log",
        "sin",
        "cos",
        "tan",
        "cot",
        "sec",
        "csc",
        "arcsin",
        "arccos",
        "arctan",
        "sinh",
        "cosh",
        "tanh",
        "coth",
        "max",
        "min",
        "det",
    ]
)
_TEX_GREEK = GREEK_NAMES - {
    "omicron", "Alpha", "Beta", "Epsilon", "Zeta", "Eta", "Iota", "Kappa", "Mu", "Nu", "Omicron", "Rho", "Tau", "Chi",
}  # fmt: skip
_ACCENTED = re.compile(r"(?P<letter>[A-Za-z0-9]+)(?P<accents>(?:_(?:hat|bar|tilde|dot|ddot))+)(?P<rest>.*)")


class LatexPrinter(UnicodePrinter):
    """Fractions, commands, stretched brackets."""

    plus, minus, negative, times = " + ", " - ", "-", r" \cdot "
    relations: Mapping[str, str] = {"=": "=", "!=": r"\neq", "<": "<", "<=": r"\leq", ">": ">", ">=": r"\geq"}

    entrywise = r" \ast "

    def statement(self, statement: Statement) -> str:
        return super().statement(statement).replace(" := ", r" \leftarrow ")

    def brackets(self, text: str) -> str:
        return rf"\left({text}\right)"

    def number(self, value: Fraction) -> tuple[str, int]:
        if value.denominator != 1 and value > 0 and decimal_digits(value) is None:
            return rf"\frac{{{value.numerator}}}{{{value.denominator}}}", ATOM
        return super().number(value)

    def constant(self, name: str) -> str:
        return {"pi": r"\pi", "oo": r"\infty"}.get(name) or Printer.constant(self, name)

    def name(self, name: str) -> str:
        base, upper, rest = name.partition("^")
        accented = _ACCENTED.fullmatch(base)
        if accented is not None:
            shown = self.stem(accented.group("letter"))
            for accent in accented.group("accents").split("_")[1:]:
                shown = rf"\{accent}{{{shown}}}"
            index = accented.group("rest").removeprefix("_")
        elif base.endswith("_"):
            shown, index = rf"\mathrm{{{base[:-1]}\_}}", ""
        else:
            stem, _, index = base.partition("_")
            shown = self.stem(stem)
        if "_" in index or (index and not index.isalnum()):
            whole = base.replace("_", r"\_")
            shown, index = rf"\mathrm{{{whole}}}", ""
        text = f"{shown}_{{{index}}}" if index else shown
        return f"{text}^{{{rest}}}" if upper else text

    def stem(self, stem: str) -> str:
        if stem in _TEX_GREEK or stem in ("ell", "hbar"):
            return rf"\{stem}"
        return stem if re.fullmatch(r"[A-Za-z][0-9]*", stem) else rf"\mathrm{{{stem}}}"

    def entry_below(self, array: str, indices: tuple[Expression, ...]) -> str:
        texts = ", ".join(self.at_level(index, SUM) for index in indices)
        if f"{array}_{texts}" in self.taken or "^" in array:
            return f"{self.name(array)}[{texts}]"
        if "_" in array.replace("_hat", "").replace("_bar", "").replace("_tilde", "").replace("_dot", ""):
            return f"{self.name(array)}[{texts}]"
        return f"{self.name(array)}_{{{texts}}}"

    def sum(self, terms: tuple[Expression, ...]) -> str:
        return Printer.sum(self, terms)

    def between(self, left: Expression, right: Expression, text: str, shown: str) -> str:
        if shown[0].isdigit() or (self.declarations.arrays and not (self.is_scalar(left) or self.is_scalar(right))):
            return self.times
        if isinstance(right, Reduction) and not isinstance(left, Derivative | Differential):
            return " "
        if shown.startswith(r"\left("):
            return " " if isinstance(left, Number | Div | Add) or before_bracket(left) else self.times
        if not (isinstance(left, Number) or is_letter(left)):
            return self.times
        juxtaposed = is_letter(right) or (isinstance(right, Call) and shown[1:].startswith(tuple(_TEX_FUNCTIONS)))
        return " " if juxtaposed else self.times

    def factor(self, factors: tuple[Expression, ...], position: int) -> str:
        item = factors[position]
        if isinstance(item, Reduction) and position == len(factors) - 1 and position:
            return self.render(item)[0]
        return self.at_level(item, FACTOR)

    def quotient(self, numerator: Expression, denominator: Expression) -> tuple[str, int]:
        top, bottom = self.at_level(numerator, SUM), self.at_level(denominator, SUM)
        if top[0] == "d" and bottom[0] == "d":
            top = self.brackets(top)
        return rf"\frac{{{top}}}{{{bottom}}}", FACTOR

    def power(self, base: Expression, exponent: Expression) -> str:
        return f"{self.at_level(base, ATOM)}^{{{self.exponent(exponent)}}}"

    def exponent(self, exponent: Expression) -> str:
        text = self.at_level(exponent, SUM)
        return self.brackets(text) if text.startswith("[") else text

    def function(self, name: str, arguments: int = 1) -> str:
        if name == "sigmoid" and "sigma" not in self.taken:
            return r"\sigma"
        if name in ("gamma", "Phi") and name.capitalize() not in self.taken:
            return rf"\{name.capitalize()}"
        if name == "log" and arguments == 1 and self.declarations.log_base != "e":
            return r"\ln"
        shown = by_name(name).latex
        if shown in _TEX_FUNCTIONS and by_spelling(shown) is by_name(name):
            return rf"\{shown}"
        bare = re.sub(r"^operatorname\{(.*)\}$", r"\1", shown)
        if by_spelling(bare) is not by_name(name) or len(bare) < 3:
            bare = name
        escaped = bare.replace("_", r"\_")
        return rf"\operatorname{{{escaped}}}"

    def call(self, name: str, arguments: tuple[Expression, ...]) -> tuple[str, int]:
        if name == "abs":
            return rf"\left|{self.at_level(arguments[0], SUM)}\right|", ATOM
        if name == "norm" and arguments[1:] in ((), (ONE,)):
            below = "_{1}" if arguments[1:] else ""
            return rf"\left\lVert {self.at_level(arguments[0], SUM)} \right\rVert{below}", ATOM
        if name == "eye" and not arguments and self.has_matrices() and "I" not in self.taken:
            return "I", ATOM
        if name == "entry":
            below = ",".join(self.at_level(index, SUM) for index in arguments[1:])
            return f"{self.at_level(arguments[0], ATOM)}_{{{below}}}", ATOM
        if name == "inv" and self.is_matrix(arguments[0]):
            return rf"{self.at_level(arguments[0], ATOM)}^{{-1}}", POWER
        if name == "sqrt":
            return rf"\sqrt{{{self.at_level(arguments[0], SUM)}}}", ATOM
        if name == "log" and len(arguments) == 2 and isinstance(arguments[1], Number):
            base = self.at_level(arguments[1], SUM)
            if base.isdigit():
                return rf"\log_{{{base}}}{self.arguments(arguments[:1])}", ATOM
        return self.function(name, len(arguments)) + self.arguments(arguments), ATOM

    def inverse_mark(self) -> str:
        return "^{-1}"

    def derivative(self, node: Derivative) -> tuple[str, int]:
        sign = r"\partial " if node.partial or node.direct else "d"
        order = sum(times for _, times in node.variables)
        above = (r"\partial^{+}" if node.direct else sign.strip()) + self.order(order)
        below = r" \, ".join(self.below(sign, variable, times) for variable, times in node.variables)
        operand = node.operand
        if isinstance(operand, Symbol) and operand.name not in self.declarations.functions:
            tight = sign == "d" and self.stands_after(sign, operand.name)
            return rf"\frac{{{above}{'' if tight else ' '}{self.name(operand.name)}}}{{{below}}}", FACTOR
        return rf"\frac{{{above}}}{{{below}}} {self.brackets(self.at_level(operand, SUM))}", TERM

    def order(self, order: int) -> str:
        return "" if order == 1 else f"^{{{order}}}"

    def below(self, sign: str, variable: Expression, times: int) -> str:
        base = variable.array if isinstance(variable, Entry) else variable
        tight = sign == "d" and isinstance(base, Symbol) and self.stands_after(sign, base.name)
        return f"{sign.strip()}{'' if tight else ' '}{self.at_level(variable, SUM)}{self.order(times)}"

    def evaluation(self, operand: Expression, bindings: tuple[tuple[Symbol, Expression], ...]) -> str:
        point = ", ".join(f"{self.name(name.name)} = {self.at_level(value, SUM)}" for name, value in bindings)
        return rf"\left.{self.at_level(operand, SUM)}\right|_{{{point}}}"

    def differential(self, operand: Expression) -> str:
        if isinstance(operand, Symbol):
            return f"d{'' if self.stands_after('d', operand.name) else ' '}{self.name(operand.name)}"
        return "d" + self.brackets(self.at_level(operand, SUM))

    def reduction(self, node: Reduction) -> tuple[str, int]:
        sign = r"\sum" if node.kind == "sum" else r"\prod"
        index, body = self.name(node.index.name), node.body
        if node.lower is None or node.upper is None:
            body, below = left_out(node)
            excluded = "" if below is None else rf" \neq {self.name(below.name)}"
            head = f"{sign}_{{{index}{excluded}}}"
        else:
            head = f"{sign}_{{{index} = {self.at_level(node.lower, SUM)}}}^{{{self.at_level(node.upper, SUM)}}}"
        wanted = FACTOR if ends_with_sum(body) else PRODUCT
        return f"{head} {self.at_level(body, wanted)}", TERM

    def piecewise(self, node: Piecewise) -> str:
        rows = []
        for value, condition in node.pieces:
            when = r"\text{otherwise}" if condition is None else self.condition(condition)
            rows.append(f"{self.at_level(value, SUM)} & {when}")
        return r"\begin{cases} " + r" \\ ".join(rows) + r" \end{cases}"

    def condition(self, condition: Condition) -> str:
        if isinstance(condition, Relation):
            return super().condition(condition)
        if condition.operator == "not":
            return rf"\neg \left({self.condition(condition.operands[0])}\right)"
        parts = (
            rf"\left({self.condition(part)}\right)" if isinstance(part, Logical) else self.condition(part)
            for part in condition.operands
        )
        return (r" \land " if condition.operator == "and" else r" \lor ").join(parts)

    def matrix_product(self, factors: tuple[Expression, ...]) -> str:
        sign = " " if self.stand_side_by_side(factors) else " @ "
        return sign.join(self.at_level(factor, FACTOR) for factor in factors)

    def hadamard(self, factors: tuple[Expression, ...]) -> str:
        return r" \odot ".join(self.at_level(factor, FACTOR) for factor in factors)

    def transpose(self, operand: Expression) -> str:
        return rf"{self.at_level(operand, ATOM)}^{{\top}}"


def print_latex(value: Printable, declarations: Declarations | None = None) -> str:
    """LaTeX with amsmath."""
    return show(LatexPrinter, value, declarations)

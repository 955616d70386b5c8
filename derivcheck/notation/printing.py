"""Printing a tree so that it reads back to the same tree, in plain text, Unicode and LaTeX.

`Printer` knows precedence and shape; each notation says how its signs, names and calls look. Brackets are
written where the reader needs them: around every sign inside a product, around a derivative that is a
base, around a differential in a quotient.

Limits: what no author can write (a negative number as one node, derivatives of unknown functions by one
of several arguments) prints readably and reads back to an equal value, not to the same node.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction
from typing import TypeAlias, cast

from derivcheck.expression import (
    Add,
    Apply,
    At,
    Call,
    Condition,
    Constant,
    Derivative,
    Differential,
    Div,
    Entry,
    Expression,
    Frobenius,
    Hadamard,
    Logical,
    MatMul,
    Mul,
    Neg,
    Number,
    Piecewise,
    Pow,
    Reduction,
    Relation,
    Symbol,
    Transpose,
    walk,
)
from derivcheck.notation.examples import ABOVE
from derivcheck.notation.plain import GREEK_NAMES
from derivcheck.notation.ranks import is_matrix_product, rank
from derivcheck.statement import Declarations, Statement

Printable: TypeAlias = Expression | Condition | Statement

SUM, TERM, PRODUCT, FACTOR, POWER, ATOM = range(6)
_SIMPLE = re.compile(r"[A-Za-z][0-9]*")
_NAME = re.compile(r"(?P<base>[^_^]+_?(?![a-zA-Z0-9]))?(?P<rest>.*)")


class Printer:
    """How a tree looks; the notations fill in the signs."""

    plus, minus, negative, times, equals = " + ", " - ", "-", "*", " = "
    relations: Mapping[str, str] = {"=": "=", "!=": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">="}

    def __init__(self, declarations: Declarations | None = None, names: frozenset[str] = frozenset()) -> None:
        self.declarations = declarations or Declarations()
        declared = self.declarations
        self.taken = names | declared.symbols | declared.functions | set(declared.arrays)

    def statement(self, statement: Statement) -> str:
        """A chain with its relations; a continued one starts with the sign."""
        text = "= " if statement.continues else ""
        for position, side in enumerate(statement.sides):
            if position:
                sign = (
                    ":=" if statement.assigns and position == 1 else self.relations[statement.relations[position - 1]]
                )
                text += f" {sign} "
            text += self.at_level(side, SUM)
        return text

    def at_level(self, node: Expression, level: int) -> str:
        """The node, in brackets where it binds less tightly than its place."""
        text, own = self.render(node)
        return text if own >= level else self.brackets(text)

    def brackets(self, text: str) -> str:
        return f"({text})"

    def render(self, node: Expression) -> tuple[str, int]:
        """Text and level of a node."""
        match node:
            case Number(value):
                return self.number(value)
            case Constant(name):
                return self.constant(name), ATOM
            case Symbol(name):
                return self.name(name), ATOM
            case Entry(array, indices):
                return self.entry(array.name, indices), ATOM
            case Add(terms):
                return self.sum(terms), SUM
            case Neg(operand):
                return self.negative + self.at_level(operand, TERM), SUM
            case Mul(factors):
                return self.product(factors), PRODUCT
            case Div(numerator, denominator):
                return self.quotient(numerator, denominator)
            case Pow(base, exponent):
                return self.power(base, exponent), POWER
            case _:
                return self.render_call(node)

    def render_call(self, node: Expression) -> tuple[str, int]:
        match node:
            case Call(name, arguments):
                return self.call(name, arguments)
            case Apply():
                return self.apply(node), ATOM
            case Derivative():
                return self.derivative(node)
            case At(operand, bindings):
                return self.evaluation(operand, bindings), ATOM
            case Differential(operand):
                return self.differential(operand), FACTOR
            case Reduction():
                return self.reduction(node)
            case Piecewise():
                return self.piecewise(node), ATOM
            case _:
                return self.render_array(node)

    def render_array(self, node: Expression) -> tuple[str, int]:
        match node:
            case MatMul(factors):
                return self.matrix_product(factors), PRODUCT
            case Hadamard(factors):
                return self.hadamard(factors), PRODUCT
            case Frobenius(left, right):
                return f"{self.at_level(left, PRODUCT)} : {self.at_level(right, PRODUCT)}", TERM
            case Transpose(operand):
                return self.transpose(operand), ATOM
            case Relation() | Logical():
                return self.condition(node), SUM
        raise TypeError(f"not an expression: {node!r}")

    def number(self, value: Fraction) -> tuple[str, int]:
        """An exact decimal where there is one, else a quotient."""
        if value < 0:
            return self.negative + self.number(-value)[0], SUM
        if value.denominator == 1 and value < 10**50:
            return str(value.numerator), ATOM
        digits = decimal_digits(value)
        if digits is None:
            return f"{value.numerator}/{value.denominator}", PRODUCT
        return digits, ATOM

    def constant(self, name: str) -> str:
        return "E" if name == "e" and "e" in self.taken else name

    def sum(self, terms: tuple[Expression, ...]) -> str:
        parts = [self.term(terms, 0)]
        for position in range(1, len(terms)):
            item = terms[position]
            if isinstance(item, Neg):
                parts.append(self.minus + self.subtrahend(item.operand, position == len(terms) - 1))
            else:
                parts.append(self.plus + self.term(terms, position))
        return "".join(parts)

    def subtrahend(self, node: Expression, last: bool) -> str:
        """What stands behind a minus; `last` when nothing follows."""
        return self.at_level(node, TERM)

    def term(self, terms: tuple[Expression, ...], position: int) -> str:
        item = terms[position]
        if position == 0 and isinstance(item, Neg):
            return self.negative + self.at_level(item.operand, TERM)
        return self.at_level(item, TERM)

    def product(self, factors: tuple[Expression, ...]) -> str:
        return self.times.join(self.factor(factors, position) for position in range(len(factors)))

    def factor(self, factors: tuple[Expression, ...], position: int) -> str:
        item = factors[position]
        return self.at_level(item, PRODUCT if position == 0 and isinstance(item, Div) else FACTOR)

    def quotient(self, numerator: Expression, denominator: Expression) -> tuple[str, int]:
        above = PRODUCT if isinstance(numerator, Mul | Div) and not holds_differential(numerator) else FACTOR
        top, bottom = self.at_level(numerator, above), self.at_level(denominator, POWER)
        if top[0] == "d" and bottom.startswith(("d", "(d")):
            top = self.brackets(top)
        return f"{top}/{bottom}", PRODUCT

    def power(self, base: Expression, exponent: Expression) -> str:
        return f"{self.base(base)}^{self.exponent(exponent)}"

    def base(self, base: Expression) -> str:
        return self.at_level(base, ATOM)

    def exponent(self, exponent: Expression) -> str:
        text, level = self.render(exponent)
        plain = level == ATOM and not isinstance(exponent, At) and "^" not in text
        return text if plain else self.brackets(text)

    def name(self, name: str) -> str:
        base, upper, rest = name.partition("^")
        return f"{base}^{{{rest}}}" if upper else base

    def entry(self, array: str, indices: tuple[Expression, ...]) -> str:
        return self.example(array, indices) or self.entry_below(array, indices)

    def example(self, array: str, indices: tuple[Expression, ...]) -> str:
        """`x_{j}^{(i)}`; empty for an array whose indices all stand below."""
        if not array.endswith(ABOVE):
            return ""
        above, *below = (self.at_level(index, SUM) for index in indices)
        lower = f"_{{{','.join(below)}}}" if below else ""
        return f"{self.name(array.removesuffix(ABOVE))}{lower}^{{({above})}}"

    def entry_below(self, array: str, indices: tuple[Expression, ...]) -> str:
        return f"{self.name(array)}[{', '.join(self.at_level(index, SUM) for index in indices)}]"

    def arguments(self, arguments: tuple[Expression, ...]) -> str:
        return self.brackets(", ".join(self.at_level(argument, SUM) for argument in arguments))

    def call(self, name: str, arguments: tuple[Expression, ...]) -> tuple[str, int]:
        return self.function(name, len(arguments)) + self.arguments(arguments), ATOM

    def function(self, name: str, arguments: int = 1) -> str:
        return "ln" if name == "log" and arguments == 1 and self.declarations.log_base != "e" else name

    def apply(self, node: Apply) -> str:
        name, inverse = (node.name[:-3], True) if node.name.endswith("^-1") else (node.name, False)
        order = node.orders[0] if node.orders else 0
        if len(node.orders) > 1 and any(node.orders):
            mark = f"^{{({','.join(map(str, node.orders))})}}"
        else:
            mark = self.inverse_mark() if inverse else "'" * order if order < 4 else f"^{{({order})}}"
        return self.name(name) + mark + self.arguments(node.arguments)

    def inverse_mark(self) -> str:
        return "^-1"

    def derivative(self, node: Derivative) -> tuple[str, int]:
        sign = "∂" if node.partial or node.direct else "d"
        order = sum(times for _, times in node.variables)
        above = f"{'∂⁺' if node.direct else sign}{self.order(order)}"
        below = [self.below(sign, variable, times) for variable, times in node.variables]
        lower = below[0] if len(below) == 1 else f"({' '.join(below)})"
        operand = node.operand
        if isinstance(operand, Symbol) and self.stands_after(sign, operand.name):
            return f"{above}{self.name(operand.name)}/{lower}", FACTOR
        return f"{above}/{lower} {self.brackets(self.at_level(operand, SUM))}", TERM

    def order(self, order: int) -> str:
        return "" if order == 1 else f"^{order}"

    def below(self, sign: str, variable: Expression, times: int) -> str:
        text = self.at_level(variable, SUM)
        base = variable.array if isinstance(variable, Entry) else variable
        if not (isinstance(base, Symbol) and self.stands_after(sign, base.name)):
            text = f"({text})"
        return f"{sign}{text}{self.order(times)}"

    def stands_after(self, sign: str, name: str) -> bool:
        """Whether the reader takes `d` and this name apart again."""
        if sign != "d":
            return True
        base = re.split(r"[_^]", name)[0]
        declared = self.declarations
        if f"d{base}" in declared.symbols or f"d{name}" in declared.symbols or name in declared.functions:
            return False
        if "_d" in name or name.endswith("_"):
            return False
        return bool(_SIMPLE.fullmatch(base)) or base in GREEK_NAMES

    def evaluation(self, operand: Expression, bindings: tuple[tuple[Symbol, Expression], ...]) -> str:
        point = ", ".join(f"{self.name(name.name)} = {self.at_level(value, SUM)}" for name, value in bindings)
        return f"{self.at_level(operand, ATOM)}|_{{{point}}}"

    def differential(self, operand: Expression) -> str:
        if isinstance(operand, Symbol) and self.stands_after("d", operand.name):
            return f"d{self.name(operand.name)}"
        return "d" + self.brackets(self.at_level(operand, SUM))

    def reduction(self, node: Reduction) -> tuple[str, int]:
        index, body = self.name(node.index.name), self.at_level(node.body, SUM)
        if node.lower is None or node.upper is None:
            return f"{node.kind}({index}, {body})", ATOM
        lower, upper = self.at_level(node.lower, SUM), self.at_level(node.upper, SUM)
        return f"{node.kind}({index}={lower}..{upper}, {body})", ATOM

    def piecewise(self, node: Piecewise) -> str:
        pieces = (
            f"({self.at_level(value, SUM)}, {'True' if condition is None else self.condition(condition)})"
            for value, condition in node.pieces
        )
        return f"Piecewise({', '.join(pieces)})"

    def condition(self, condition: Condition) -> str:
        if isinstance(condition, Relation):
            sign = self.relations[condition.operator]
            return f"{self.at_level(condition.left, SUM)} {sign} {self.at_level(condition.right, SUM)}"
        if condition.operator == "not":
            return f"not ({self.condition(condition.operands[0])})"
        parts = (
            f"({self.condition(part)})" if isinstance(part, Logical) else self.condition(part)
            for part in condition.operands
        )
        return f" {condition.operator} ".join(parts)

    def matrix_product(self, factors: tuple[Expression, ...]) -> str:
        return " @ ".join(self.at_level(factor, FACTOR) for factor in factors)

    def stand_side_by_side(self, factors: tuple[Expression, ...]) -> bool:
        """Whether these factors without a sign read back as the matrix product."""
        arrays, left = self.declarations.arrays, factors[0]
        for position, factor in enumerate(factors):
            if not isinstance(factor, Symbol | Transpose | Add) or not rank(arrays, factor):
                return False
            if position and not is_matrix_product(arrays, left, factor):
                return False
            left = MatMul(factors[: position + 1])
        return True

    def hadamard(self, factors: tuple[Expression, ...]) -> str:
        return " ⊙ ".join(self.at_level(factor, FACTOR) for factor in factors)

    def transpose(self, operand: Expression) -> str:
        text = self.at_level(operand, ATOM)
        return f"{self.brackets(text) if isinstance(operand, Number) else text}.T"


def decimal_digits(value: Fraction) -> str | None:
    """The finite decimal of a fraction, None when there is none of readable length."""
    rest, places = value.denominator, 0
    for prime in (2, 5):
        count = 0
        while rest % prime == 0:
            rest //= prime
            count += 1
        places = max(places, count)
    if rest != 1 or places > 400:
        return None
    digits = str(value.numerator * 10**places // value.denominator)
    if places > 40 or len(digits) > 50:
        zeros = 0 if places else len(digits) - len(digits.rstrip("0"))
        return f"{digits[: len(digits) - zeros]}e{zeros - places}"
    digits = digits.rjust(places + 1, "0")
    return f"{digits[:-places]}.{digits[-places:]}"


def holds_differential(node: Expression) -> bool:
    """Whether a differential stands anywhere below."""
    return any(isinstance(item, Differential) for item in walk(node))


def used_names(value: Printable) -> frozenset[str]:
    """Names of symbols and functions below a node or in a statement."""
    roots = value.sides if isinstance(value, Statement) else (value,)
    return frozenset(
        item.name for root in roots for item in walk(cast(Expression, root)) if isinstance(item, Symbol | Apply)
    )


def show(printer: type[Printer], value: Printable, declarations: Declarations | None) -> str:
    """The value as this printer writes it."""
    chosen = printer(declarations, used_names(value))
    if isinstance(value, Statement):
        return chosen.statement(value)
    if isinstance(value, Relation | Logical):
        return chosen.condition(value)
    return chosen.at_level(value, SUM)


def print_plain(value: Printable, declarations: Declarations | None = None) -> str:
    """Plain text with every product sign and bracket that the reader needs."""
    return show(Printer, value, declarations)

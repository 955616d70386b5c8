"""The tree as a SymPy object, built without evaluation where SymPy allows that.

SymPy is imported when the first object is asked for. Names become plain symbols, entries Indexed, unknown
functions undefined ones, operations between arrays functions of a telling name. Limits: this is for
looking at and for handing on; nothing here may be used to judge, since SymPy rewrites even so.
"""

from __future__ import annotations

from typing import Any

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
)
from derivcheck.functions import by_name
from derivcheck.statement import Statement

_RELATIONS = {"=": "Eq", "!=": "Ne", "<": "Lt", "<=": "Le", ">": "Gt", ">=": "Ge"}
_TWO_SIDED = {"log"}


def statement_to_sympy(statement: Statement) -> Any:
    """One side alone, an Eq, a list for a chain (None first when it continues), [target, value] for `:=`."""
    import sympy

    sides = [to_sympy(side) for side in statement.sides]
    if statement.assigns:
        return sides
    if statement.continues:
        return [None, *sides]
    if len(sides) == 1:
        return sides[0]
    if len(sides) == 2:
        return getattr(sympy, _RELATIONS[statement.relations[0]])(*sides, evaluate=False)
    return sides


def to_sympy(node: Expression) -> Any:
    """The SymPy object of an expression."""
    import sympy as sp

    return _Builder(sp).build(node)


class _Builder:
    def __init__(self, sympy: Any) -> None:
        self.sp = sympy

    def build(self, node: Expression) -> Any:
        sp, build = self.sp, self.build
        match node:
            case Number(value):
                return sp.Rational(value.numerator, value.denominator)
            case Symbol(name):
                return sp.Symbol(name)
            case Constant(name):
                return {"pi": sp.pi, "e": sp.E, "oo": sp.oo}[name]
            case Add(terms):
                return sp.Add(*map(build, terms), evaluate=False)
            case Neg(operand):
                return sp.Mul(sp.Integer(-1), build(operand), evaluate=False)
            case Mul(factors):
                return sp.Mul(*map(build, factors), evaluate=False)
            case Div(numerator, denominator):
                return self.quotient(build(numerator), build(denominator))
            case Pow(base, exponent):
                return self.power(build(base), build(exponent))
            case Entry(array, indices):
                return sp.Indexed(sp.IndexedBase(array.name), *map(build, indices))
            case Call(name, arguments):
                return self.call(name, [build(argument) for argument in arguments])
            case Apply(name, arguments, orders):
                return self.apply(name, [build(argument) for argument in arguments], orders)
            case Derivative(operand, variables):
                pairs = [(self.variable(variable), order) for variable, order in variables]
                return sp.Derivative(build(operand), *pairs, evaluate=False)
            case At(operand, bindings):
                names = [build(name) for name, _ in bindings]
                return sp.Subs(build(operand), names, [build(value) for _, value in bindings])
            case Reduction():
                return self.reduction(node)
            case Piecewise(pieces):
                return sp.Piecewise(*((build(value), self.condition(condition)) for value, condition in pieces))
            case _:
                return self.of_arrays(node)

    def variable(self, variable: Expression) -> Any:
        """SymPy takes no derivative by an entry with a number for index; a name of the same look will do."""
        built = self.build(variable)
        return built if built._diff_wrt else self.sp.Symbol(str(built))

    def quotient(self, top: Any, bottom: Any) -> Any:
        sp = self.sp
        if top.is_Integer and bottom.is_Integer and bottom != 0:
            return sp.Rational(top, bottom)
        return sp.Mul(top, sp.Pow(bottom, sp.Integer(-1), evaluate=False), evaluate=False)

    def power(self, base: Any, exponent: Any) -> Any:
        sp = self.sp
        if base is sp.E:
            return sp.exp(exponent, evaluate=False)
        return sp.Pow(base, exponent, evaluate=False)

    def call(self, name: str, arguments: list[Any]) -> Any:
        sp = self.sp
        row = by_name(name)
        if name == "sqrt":
            return sp.Pow(arguments[0], sp.Rational(1, 2), evaluate=False)
        if name == "cbrt":
            return sp.Pow(arguments[0], sp.Rational(1, 3), evaluate=False)
        if name == "log" and len(arguments) == 2:
            below = sp.Pow(sp.log(arguments[1], evaluate=False), -1, evaluate=False)
            return sp.Mul(sp.log(arguments[0], evaluate=False), below, evaluate=False)
        head = getattr(sp, row.backend, None) if row.backend else None
        if head is None:
            return sp.Function(name)(*arguments)
        if name in ("max", "min", "atan2", "Heaviside") or row.backend in ("Max", "Min"):
            return head(*arguments, evaluate=False)
        return head(*arguments, evaluate=False)

    def apply(self, name: str, arguments: list[Any], orders: tuple[int, ...]) -> Any:
        sp = self.sp
        function = sp.Function(name)
        if not any(orders):
            return function(*arguments)
        inner = []
        used = {str(symbol) for argument in arguments for symbol in argument.free_symbols}
        for position, argument in enumerate(arguments):
            letter = "u" if len(arguments) == 1 else f"u_{position}"
            while letter in used:
                letter += "_"
            inner.append(argument if argument.is_Symbol else sp.Symbol(letter))
        pairs = [(letter, order) for letter, order in zip(inner, orders, strict=True) if order]
        value = sp.Derivative(function(*inner), *pairs, evaluate=False)
        moved = [(letter, given) for letter, given in zip(inner, arguments, strict=True) if letter != given]
        if not moved:
            return value
        return sp.Subs(value, [letter for letter, _ in moved], [given for _, given in moved])

    def reduction(self, node: Reduction) -> Any:
        sp = self.sp
        head = sp.Sum if node.kind == "sum" else sp.Product
        index = sp.Symbol(node.index.name)
        body = self.build(node.body)
        if node.lower is None or node.upper is None:
            return sp.Function("IndexSum" if node.kind == "sum" else "IndexProduct")(body, index)
        return head(body, (index, self.build(node.lower), self.build(node.upper)))

    def condition(self, condition: Condition | None) -> Any:
        sp = self.sp
        match condition:
            case None:
                return True
            case Relation(operator, left, right):
                relation = getattr(sp, _RELATIONS[operator])
                return relation(self.build(left), self.build(right))
            case Logical(operator, operands):
                return getattr(sp, operator.capitalize())(*map(self.condition, operands))

    def of_arrays(self, node: Expression) -> Any:
        sp, build = self.sp, self.build
        match node:
            case MatMul(factors):
                return sp.Function("MatProd")(*map(build, factors))
            case Hadamard(factors):
                return sp.Function("Hadamard")(*map(build, factors))
            case Frobenius(left, right):
                return sp.Function("Frob")(build(left), build(right))
            case Transpose(operand):
                return sp.Function("T")(build(operand))
            case Differential(operand):
                return sp.Function("d")(build(operand))
        raise TypeError(f"not an expression: {node!r}")

"""A `d`, `∂` or `∇` that is no fraction: gradients, operators with an index, SymPy's style, differentials.

What is no derivative is a differential, which stands in statements about differentials only, or the
letter d.
"""

from __future__ import annotations

from derivcheck.expression import Add, Apply, Derivative, Differential, Entry, Expression, Symbol, walk
from derivcheck.notation.cursor import Cursor
from derivcheck.notation.derivatives import MAX_ORDER, leibniz, operand_of_operator, with_parameters
from derivcheck.notation.names import read_name
from derivcheck.notation.words import lookup, unknown_word


def derivative(cursor: Cursor) -> Expression:
    """At a `d`, `∂` or `∇`: a derivative, a differential, or the letter d."""
    token = cursor.peek()
    if token.value == "nabla":
        return _gradient(cursor)
    if cursor.peek(1).kind == "_" and token.value.startswith("partial"):
        return _indexed_operator(cursor)
    found = leibniz(cursor)
    if found is not None:
        return found
    if token.value.startswith("partial"):
        cursor.fail(
            "derivative-incomplete", "this ∂ is not part of a derivative", token.span, "∂L/∂w",
            "write ∂L/∂w with both ∂",
        )  # fmt: skip
    return _differential(cursor)


def _gradient(cursor: Cursor) -> Expression:
    """`∇_w L`."""
    sign = cursor.take()
    applied = None if cursor.at("_") else _applied_to_name(cursor, sign.start)
    if applied is not None:
        return applied
    if not cursor.at("_"):
        cursor.fail(
            "gradient-without-variable", "this ∇ does not say by which variable", sign.span, "∇_w", "write ∇_w L"
        )
    variable = _lowered_variable(cursor)
    operator = cursor.since(sign.start)
    operand = operand_of_operator(cursor, operator)
    if isinstance(operand, Symbol) and operand.name in cursor.declarations.functions:
        operand = with_parameters(cursor, operand)
    return Derivative(operand, ((variable, 1),), partial=True, span=cursor.since(sign.start))


def _applied_to_name(cursor: Cursor, start: int) -> Expression | None:
    """`∇J(w)`: the gradient by the one name J is applied to; None and the cursor back for anything else."""
    state = cursor.mark()
    name = read_name(cursor)
    if name is None or name.indices or not cursor.at("("):
        cursor.back_to(state)
        return None
    opening = cursor.take()
    variable = read_name(cursor)
    if variable is None or cursor.accept(")") is None:
        cursor.back_to(state)
        return None
    span = cursor.since(start)
    cursor.note("gradient-variable", f"`{cursor.source(span)}` is the gradient by {variable.canonical}", span)
    operand: Expression = Symbol(name.canonical, span=name.span)
    if name.canonical in cursor.declarations.functions:
        operand = Apply(name.canonical, (variable.node(),), (0,), span=cursor.since(opening.start))
    return Derivative(operand, ((variable.node(), 1),), partial=True, span=span)


def _indexed_operator(cursor: Cursor) -> Expression:
    """`∂_x f`."""
    sign = cursor.take()
    variable = _lowered_variable(cursor)
    operand = operand_of_operator(cursor, cursor.since(sign.start))
    return Derivative(
        operand, ((variable, 1),), partial=True, direct=sign.value == "partial+", span=cursor.since(sign.start)
    )


def _lowered_variable(cursor: Cursor) -> Expression:
    cursor.take()
    token = cursor.peek()
    if token.kind == "sub":
        cursor.position += 1
        known = lookup(token.value, cursor.declarations)
        if known is None or known[0] not in ("name", "const") or token.value[0].isdigit():
            raise unknown_word(token.value, cursor.declarations, token.span)
        return Symbol(token.value, span=token.span)
    name = read_name(cursor)
    if name is None:
        cursor.unexpected("the variable")
    return name.node()


def _differential(cursor: Cursor) -> Expression:
    """`dx`, `d(1 - x)`, `d log x`; `dz` for dL/dz where the file says so; else the letter d."""
    sign = cursor.take()
    following = cursor.peek()
    if "d" in cursor.declarations.symbols or "d" in cursor.declarations.arrays:
        return Symbol("d", span=sign.span)
    adjacent = not following.gap or cursor.latex
    if adjacent and following.kind in ("norm", "lnorm"):
        # d‖v‖² is the differential of the square; d(‖v‖)² would be a square of one.
        with cursor.nested(following, brackets=False):
            operand = cursor.power()
        span = cursor.since(sign.start)
        cursor.differentials.append(span)
        return Differential(operand, span=span)
    if following.kind not in ("name", "applied", "accent", "(", "func", "{", "const", "[") or not (
        adjacent or following.kind == "func"
    ):
        return Symbol("d", span=sign.span)
    state = cursor.mark()
    loss = cursor.declarations.gradient_of
    name = read_name(cursor)
    if name is not None and loss is not None:
        span = cursor.since(sign.start)
        cursor.note("gradient-shorthand", f"`{cursor.source(span)}` is read as d{loss}/d{name.canonical}", span)
        return Derivative(Symbol(loss, span=span), ((name.node(), 1),), span=span)
    cursor.back_to(state)
    with cursor.nested(following, brackets=False):
        operand = cursor.atom()
    span = cursor.since(sign.start)
    cursor.differentials.append(span)
    return Differential(operand, span=span)


def check_differentials(cursor: Cursor, sides: tuple[Expression, ...], continues: bool = False) -> None:
    """A differential stands alone only in a statement about differentials."""
    if not cursor.differentials or cursor.declarations.differentials:
        return
    if (continues or len(sides) > 1) and all(_all_terms_hold_differential(side) for side in sides):
        return
    span = cursor.differentials[0]
    shown = cursor.source(span)
    cursor.fail(
        "lone-differential", f"`{shown}` stands alone and is not declared", span, "a derivative such as dL/dz",
        f"write a derivative such as dL/dz, or define `{shown}` under given, or put `*` after d",
    )  # fmt: skip


def _all_terms_hold_differential(side: Expression) -> bool:
    terms = side.terms if isinstance(side, Add) else (side,)
    return all(_holds_differential(term) for term in terms)


def _holds_differential(node: Expression) -> bool:
    return any(isinstance(item, Differential) for item in walk(node))


def sympy_style(cursor: Cursor) -> Expression:
    """`Derivative(f(x), x)`, `Derivative(f, x, 2)`, `Derivative(f, (x, 2), y)`, `diff(f, x)`."""
    token = cursor.take()
    opening = cursor.expect("(")
    with cursor.nested(opening):
        operand = cursor.expression()
        variables: list[tuple[Expression, int]] = []
        while cursor.accept(",") is not None:
            pair = cursor.accept("(")
            number = cursor.peek()
            if number.kind == "num" and variables and pair is None:
                cursor.position += 1
                if not number.value.isdigit() or not 1 <= int(number.value[:3]) <= MAX_ORDER:
                    cursor.fail("derivative-order", "the order of a derivative is a whole number up to 20", number.span)
                variables[-1] = (variables[-1][0], int(number.value))
                continue
            variable = cursor.atom()
            if not isinstance(variable, Symbol | Entry):
                cursor.fail("derivative-variable", "a derivative is taken by a name", variable.span or token.span)
            order = 1
            if pair is not None:
                cursor.expect(",")
                count = cursor.expect("num", "a number")
                order = int(count.value) if count.value.isdigit() and len(count.value) < 3 else 0
                if not 1 <= order <= MAX_ORDER:
                    cursor.fail("derivative-order", "the order of a derivative is a whole number up to 20", count.span)
                cursor.expect(")")
            variables.append((variable, order))
    cursor.expect(")")
    span = cursor.since(token.start)
    if not variables:
        cursor.fail("derivative-variable", "this derivative names no variable", span, "Derivative(f, x)")
    return Derivative(operand, tuple(variables), span=span)

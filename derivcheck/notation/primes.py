"""Primes on what is no function of the file: `y'`, `L'(a)`, `(u v)'`.

A prime needs to know the variable: from what the file says the name depends on, or from the argument in
brackets after it. Anything else is an error with the fixes.
"""

from __future__ import annotations

from derivcheck.expression import At, Derivative, Expression, Number, Symbol, symbols
from derivcheck.notation.cursor import Cursor
from derivcheck.notation.name import Name
from derivcheck.notation.tokens import Token


def of_name(cursor: Cursor, name: Name) -> Expression:
    """A name with primes at the cursor, with the argument after it if that is what it is."""
    mark = cursor.take()
    order = int(mark.value)
    node = name.node()
    canonical = name.canonical
    variables = cursor.declarations.depends.get(canonical, ())
    if cursor.at("("):
        closing = cursor.skip_group(cursor.position)
        inner = cursor.tokens[cursor.position + 1 : closing - 1]
        single = inner[0] if len(inner) == 1 else None
        if single is not None and single.kind == "name" and (not variables or single.value in variables):
            return _at_name(cursor, name, order, closing)
        if _is_number(inner) and len(variables) == 1:
            return _at_number(cursor, name, order, variables[0])
        if not variables:
            cursor.fail(
                "undeclared-function", f"`{cursor.source(name.span)}` has a prime and is not declared as a function",
                name.span, "a declared function", f"declare `{canonical}: R → R` under assume",
            )  # fmt: skip
    span = cursor.since(name.start)
    if len(variables) != 1:
        cursor.fail(
            "prime-needs-variable", f"`{cursor.source(span)}` does not say by which variable", span, "dy/dx",
            f"write {canonical}^T for the transpose"
            if canonical in cursor.declarations.arrays
            else f"write d{canonical}/dx, or assume `{canonical} depends on x`",
        )  # fmt: skip
    cursor.note("prime-variable", f"`{cursor.source(span)}` is read as the derivative by {variables[0]}", span)
    return Derivative(node, ((Symbol(variables[0], span=span), order),), span=span)


def _is_number(inner: list[Token]) -> bool:
    kinds = [token.kind for token in inner]
    return bool(kinds) and all(kind in ("num", "-", "/", ".") for kind in kinds)


def _at_name(cursor: Cursor, name: Name, order: int, closing: int) -> Expression:
    """`L'(a)`: the derivative by a."""
    opening = cursor.take()
    argument = cursor.atom()
    cursor.position = closing
    span = cursor.since(name.start)
    if not isinstance(argument, Symbol):
        cursor.fail("prime-needs-variable", "the argument of a derivative is a name here", opening.span)
    declared = cursor.is_symbol(name.canonical) or name.canonical in cursor.declarations.depends
    if not declared:
        cursor.fail(
            "undeclared-function", f"`{cursor.source(name.span)}` has a prime and is not declared", name.span,
            "a declared function", f"declare `{name.canonical}: R → R` under assume",
        )  # fmt: skip
    cursor.note("prime-argument", f"`{cursor.source(span)}` is read as the derivative by {argument.name}", span)
    return Derivative(name.node(), ((argument, order),), span=span)


def _at_number(cursor: Cursor, name: Name, order: int, variable: str) -> Expression:
    """`y'(2)` where y depends on x."""
    marked = cursor.since(name.start)
    opening = cursor.take()
    with cursor.nested(opening):
        value = cursor.expression()
    cursor.expect(")")
    span = cursor.since(name.start)
    symbol = Symbol(variable, span=marked)
    cursor.note(
        "prime-argument", f"`{cursor.source(span)}` is read as the derivative by {variable} at that value", span
    )
    return At(Derivative(name.node(), ((symbol, order),), span=marked), ((symbol, value),), span=span)


def dotted(cursor: Cursor, name: Name) -> Expression:
    """`ẋ`, `ẍ`: the derivative by what x depends on, time above all."""
    marks = name.accents.split("_")
    order = sum({"dot": 1, "ddot": 2}.get(mark, 0) for mark in marks)
    name.accents = "".join(f"_{mark}" for mark in marks[1:] if mark not in ("dot", "ddot"))
    declared = cursor.declarations
    variables = declared.depends.get(name.canonical, ("t",) if "t" in declared.symbols else ())
    if len(variables) != 1:
        shown = cursor.source(name.span)
        cursor.fail(
            "prime-needs-variable", f"`{shown}` does not say by which variable", name.span, "dx/dt",
            f"assume `{name.canonical} depends on t`, or write d{name.canonical}/dt",
        )  # fmt: skip
    cursor.note("dot-variable", f"`{cursor.source(name.span)}` is read as the derivative by {variables[0]}", name.span)
    return Derivative(name.node(), ((Symbol(variables[0], span=name.span), order),), span=name.span)


def of_expression(cursor: Cursor, node: Expression, order: int, start: int) -> Expression:
    """`(u v)'`: all names inside that depend on something must depend on the same variable."""
    span = cursor.since(start)
    depends = cursor.declarations.depends
    variables = {variable for name in symbols(node) for variable in depends.get(name, ())}
    if len(variables) != 1 or isinstance(node, Number):
        cursor.fail(
            "prime-needs-variable", f"`{cursor.source(span)}` does not say by which variable", span, "d/dx (...)",
            "write d/dx (...), or assume what the names depend on",
        )  # fmt: skip
    variable = variables.pop()
    cursor.note("prime-variable", f"`{cursor.source(span)}` is read as the derivative by {variable}", span)
    return Derivative(node, ((Symbol(variable, span=span), order),), span=span)

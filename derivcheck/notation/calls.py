"""Functions and their arguments: `sin 2x`, `sin^2 x`, `log_2(x)`, `f''(x)`, `f^{-1}(x)`, `σ'(z)`.

Without brackets the argument is the following run of juxtaposed atoms; it ends at an operator, a function
or a bracket. A power between name and argument belongs to the value, -1 there means the inverse function.
"""

from __future__ import annotations

from fractions import Fraction

from derivcheck.expression import (
    Apply,
    At,
    Call,
    Constant,
    Derivative,
    Div,
    Expression,
    Hadamard,
    Mul,
    Neg,
    Number,
    Pow,
    Span,
    Symbol,
    Transpose,
    symbols,
    walk,
)
from derivcheck.functions import by_name, by_spelling
from derivcheck.notation.arrays import Product
from derivcheck.notation.cursor import Cursor
from derivcheck.notation.limits import constant_value
from derivcheck.notation.tokens import Token
from derivcheck.notation.words import lookup, unknown_word

_RUN_STARTS = frozenset({"num", "name", "const", "frac", "sqrt", "accent", "half", "root"})
_BRACKETS = frozenset({"(", "[", "\\{"})
_MAX_FACTORIAL = 100


def arguments(cursor: Cursor) -> tuple[Expression, ...]:
    """The list in round brackets at the cursor."""
    opening = cursor.take()
    closing = {"(": ")", "[": "]", "\\{": "\\}", "{": "}"}[opening.kind]
    items: list[Expression] = []
    with cursor.nested(opening):
        while not cursor.at(closing):
            items.append(cursor.expression())
            if cursor.accept(",") is None and cursor.accept(";") is None:
                break
    cursor.expect(closing)
    return tuple(items)


def table_call(cursor: Cursor) -> Expression:
    """A function of the table at the cursor, with its modifiers and arguments."""
    token = cursor.take()
    primes = cursor.accept("prime")
    base: Expression | None = None
    exponent: Expression | None = None
    while True:
        if cursor.at("_") and base is None and token.value == "log":
            base = _log_base(cursor)
        elif cursor.at("^") and exponent is None and cursor.peek(1).kind != "top":
            exponent = cursor.exponent()
        else:
            break
    name = token.value
    if exponent is not None and is_minus_one(exponent):
        name, exponent = _inverse(cursor, token, exponent), None
    given = _call_arguments(cursor, token, name)
    if base is None and name == "log" and len(given) == 1:
        base = _file_base(cursor, token)
    if base is not None:
        given = (*given, base)
    check_arity(cursor, name, given, cursor.since(token.start), token)
    span = cursor.since(token.start)
    if name == "factorial":
        check_factorial(cursor, given[0], span)
    value: Expression = Call(name, given, span=span)
    if name == "sigmoid" and exponent is None and primes is None and Symbol("sigma") in walk(given[0]):
        # sigma(1 - sigma): the letter stands alone inside, so it is a letter outside, too.
        cursor.notes[:] = [note for note in cursor.notes if note.span != token.span or note.code != "greek-function"]
        cursor.note("product-not-call", f"`{cursor.source(span)}` is read as sigma times the bracket", token.span)
        return Mul((Symbol("sigma", span=token.span), given[0]), span=span)
    if primes is not None:
        value = _prime_of_table_function(cursor, value, given, int(primes.value), span)
    return value if exponent is None else Pow(value, exponent, span=span)


def is_minus_one(exponent: Expression) -> bool:
    """The exponent that means the inverse function."""
    return isinstance(exponent, Neg) and isinstance(exponent.operand, Number) and exponent.operand.value == 1


def _inverse(cursor: Cursor, token: Token, exponent: Expression) -> str:
    row = by_spelling(f"a{token.value}") or by_spelling(f"{token.value}inv")
    if row is None:
        row = by_name("log") if token.value == "exp" else by_name("exp") if token.value == "log" else None
    span = cursor.since(token.start)
    if row is None:
        cursor.fail(
            "no-inverse", f"`{token.value}` has no named inverse function", span, "", "write 1/f(x) or (f(x))^(-1)"
        )
    cursor.note("inverse-function", f"`{cursor.source(span)}` is read as {row.name}, not as a reciprocal", span)
    return row.name


def _log_base(cursor: Cursor) -> Expression:
    cursor.take()
    token = cursor.peek()
    if token.kind == "sub":
        cursor.position += 1
        if token.value.isdigit():
            return Number(Fraction(int(token.value)), span=token.span)
        known = lookup(token.value, cursor.declarations)
        if known is None or known[0] not in ("name", "const"):
            raise unknown_word(token.value, cursor.declarations, token.span)
        return Constant(known[1], span=token.span) if known[0] == "const" else Symbol(known[1], span=token.span)
    return cursor.atom()


def _file_base(cursor: Cursor, token: Token) -> Expression | None:
    """The base that the file gives to `log`; `ln` is natural whatever it says."""
    base = cursor.declarations.log_base
    if base == "e" or not base.isdigit() or cursor.source(token.span).lstrip("\\") != "log":
        return None
    cursor.note("log-base", f"log is read to base {base}, as the file says", token.span)
    return Number(Fraction(int(base)), span=token.span)


def _call_arguments(cursor: Cursor, token: Token, name: str) -> tuple[Expression, ...]:
    following = cursor.peek()
    if following.kind == "(" or (following.kind in ("\\{", "[") and name in ("max", "min")):
        return arguments(cursor)
    if following.kind in ("[", "\\{", "{"):
        return (cursor.atom(),)
    if following.kind in ("|", "lbar", "lnorm", "norm"):
        return (cursor.atom(),)
    row = by_name(name)
    if not (row.juxtaposed or name in ("tr", "det")) and not (cursor.latex and following.kind in _RUN_STARTS):
        cursor.fail(
            "missing-argument", f"`{cursor.source(token.span)}` needs its argument in brackets", token.span,
            "an argument in brackets", f"{cursor.source(token.span)}(...)",
        )  # fmt: skip
    return (_run(cursor, token),)


def _run(cursor: Cursor, token: Token) -> Expression:
    """The argument of a function written without brackets."""
    first = cursor.peek()
    if first.kind == "-":
        cursor.deeper(first)
        cursor.position += 1
        inner = _run(cursor, token)
        cursor.depth -= 1
        return Neg(inner, span=cursor.since(first.start))
    if first.kind not in _RUN_STARTS and first.kind not in ("func", "applied", "word", "sum", "d"):
        cursor.fail(
            "missing-argument", f"`{cursor.source(token.span)}` has no argument", token.span, "an argument",
            f"{cursor.source(token.span)}(...)",
        )  # fmt: skip
    run = Product(cursor, first.start)
    letters = 0
    with cursor.nested(first, brackets=False):
        run.first(cursor.power())
        if first.kind in _RUN_STARTS:
            letters += first.kind != "num"
            while (following := cursor.peek()).kind in _RUN_STARTS:
                letters += following.kind != "num"
                run.juxtaposed(following, cursor.power())
    if letters > 1:
        span = cursor.since(token.start)
        cursor.note(
            "function-argument",
            f"the argument of `{cursor.source(token.span)}` is {cursor.source(cursor.since(first.start))}",
            span,
        )
    return run.result()


def check_arity(cursor: Cursor, name: str, given: tuple[Expression, ...], span: Span, token: Token) -> None:
    """Refuse a number of arguments that the function does not take."""
    arities = by_name(name).arities
    if len(given) not in arities:
        wanted = " or ".join(map(str, arities[:3]))
        cursor.fail(
            "wrong-number-of-arguments", f"`{cursor.source(token.span)}` takes {wanted}, not {len(given)} arguments",
            span, f"{wanted} arguments",
        )  # fmt: skip


def check_factorial(cursor: Cursor, operand: Expression, span: Span) -> None:
    """Refuse the factorial of a large constant."""
    value = constant_value(operand)
    if value is not None and value > _MAX_FACTORIAL:
        cursor.fail("number-too-large", "this factorial is too large", span, f"at most {_MAX_FACTORIAL}!")


def _prime_of_table_function(
    cursor: Cursor, value: Expression, given: tuple[Expression, ...], order: int, span: Span
) -> Expression:
    """`σ'(z)`: the derivative of the function, at its argument."""
    if len(given) != 1:
        cursor.fail("prime-of-many", "a prime needs a function of one argument", span, "", "write d/dx of it")
    argument = given[0]
    assert isinstance(value, Call)
    if isinstance(argument, Symbol):
        return Derivative(value, ((argument, order),), span=span)
    used = symbols(argument)
    letter = next(letter for letter in ("u", "t", "s", "v", "u_0") if letter not in used)
    inner = Symbol(letter, span=argument.span)
    moved = Call(value.name, (inner,), span=span)
    return At(Derivative(moved, ((inner, order),), span=span), ((inner, argument),), span=span)


def applied(cursor: Cursor, name: str, start: int) -> Expression:
    """A function of the file, just read at the cursor: primes, powers, then its arguments."""
    primes = cursor.accept("prime")
    order = int(primes.value) if primes else 0
    exponent: Expression | None = None
    if cursor.at("^"):
        order_in_brackets = _bracket_order(cursor)
        if order_in_brackets is not None:
            order = order_in_brackets
        elif argument_after_exponent(cursor):
            exponent = cursor.exponent()
    if cursor.at("(") or (cursor.at("{") and cursor.peek(1).kind == "("):
        given = arguments(cursor)
    else:
        return _bare_function(cursor, name, order, start)
    span = cursor.since(start)
    if order and len(given) != 1:
        cursor.fail("prime-of-many", "a prime needs a function of one argument", span, "", "write ∂/∂x of it")
    if exponent is not None and is_minus_one(exponent):
        cursor.note("inverse-function", f"`{name}^-1` is read as the inverse function of {name}", span)
        return Apply(f"{name}^-1", given, (order, *[0] * (len(given) - 1)), span=span)
    orders = (order, *[0] * (len(given) - 1)) if given else ()
    value: Expression = Apply(name, given, orders, span=span)
    if exponent is not None:
        cursor.note("function-power", f"`{cursor.source(span)}` is read as a power of the value of {name}", span)
        value = Pow(value, exponent, span=span)
    return value


def _bracket_order(cursor: Cursor) -> int | None:
    """`f^{(n)}`: the n-th derivative, n a number."""
    kinds = [cursor.peek(ahead).kind for ahead in range(1, 6)]
    if kinds[:4] == ["{", "(", "num", ")"] and kinds[4] == "}":
        number, width = cursor.peek(3), 6
    elif kinds[:3] == ["(", "num", ")"] and kinds[3] == "(":
        number, width = cursor.peek(2), 4
    elif kinds[:2] == ["{", "prime"] and kinds[2] == "}":
        cursor.position += 4
        return int(cursor.peek(-2).value)
    elif kinds[0] == "prime":
        cursor.position += 2
        return int(cursor.peek(-1).value)
    else:
        return None
    if not number.value.isdigit() or int(number.value) > 20:
        cursor.fail("derivative-order", "the order of a derivative is a whole number up to 20", number.span)
    cursor.position += width
    return int(number.value)


def argument_after_exponent(cursor: Cursor) -> bool:
    """Whether `f^2(x)`: an exponent with the argument after it."""
    position = cursor.position + 1
    kind = cursor.tokens[position].kind
    if kind == "{":
        position = cursor.skip_group(position)
    elif kind == "-" and cursor.tokens[position + 1].kind == "num":
        position += 2
    elif kind in ("num", "name"):
        position += 1
    else:
        return False
    return cursor.tokens[position].kind == "("


def _bare_function(cursor: Cursor, name: str, order: int, start: int) -> Expression:
    """`f` or `f'` without arguments: the arguments its definition names."""
    span = cursor.since(start)
    parameters = cursor.declarations.parameters.get(name, ())
    if not order:
        return Symbol(name, span=span)
    if len(parameters) != 1:
        cursor.fail(
            "prime-needs-variable", f"`{cursor.source(span)}` does not say at which argument", span, "an argument",
            f"write {cursor.source(span)}(x)",
        )  # fmt: skip
    cursor.note("prime-argument", f"`{cursor.source(span)}` is read as {cursor.source(span)}({parameters[0]})", span)
    return Apply(name, (Symbol(parameters[0], span=span),), (order,), span=span)


def word_call(cursor: Cursor, token: Token) -> Expression | None:
    """Calls with a meaning of their own: `Rational(1,2)`, `log10(x)`, `root(x, 3)`, `transpose(X)`."""
    word = token.value
    if word in ("log2", "log10"):
        cursor.position += 1
        base = Number(Fraction(2 if word == "log2" else 10), span=token.span)
        exponent = cursor.exponent() if cursor.at("^") else None
        given = _call_arguments(cursor, token._replace(value="log"), "log")
        span = cursor.since(token.start)
        if len(given) != 1:
            cursor.fail("wrong-number-of-arguments", f"`{word}` takes 1, not {len(given)} arguments", span)
        value = Call("log", (given[0], base), span=span)
        return value if exponent is None else Pow(value, exponent, span=span)
    if word not in ("rational", "integer", "root", "transpose", "hadamard"):
        return None
    cursor.position += 1
    if not cursor.at("("):
        cursor.unexpected("an argument in brackets")
    given = arguments(cursor)
    span = cursor.since(token.start)
    wanted = {"integer": (1,), "transpose": (1,), "rational": (1, 2), "root": (2,), "hadamard": (2,)}[word]
    if len(given) not in wanted:
        cursor.fail("wrong-number-of-arguments", f"`{cursor.source(token.span)}` takes {wanted[-1]} arguments", span)
    if word == "transpose":
        return Transpose(given[0], span=span)
    if word == "hadamard":
        return Hadamard(given, span=span)
    if word == "root":
        one = Number(Fraction(1), span=given[1].span)
        return Pow(given[0], Div(one, given[1], span=given[1].span), span=span)
    return given[0] if len(given) == 1 else Div(given[0], given[1], span=span)

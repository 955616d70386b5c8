"""Products, and what they mean between declared vectors and matrices.

`A B` and `A @ B` are matrix products in order, `x·y` of two vectors the inner product, `x*y` entry by
entry. Without declared arrays every product is a product of numbers. A product is collected left to
right: `a/b*c` is (a/b)·c.
"""

from __future__ import annotations

from fractions import Fraction

from derivcheck.expression import (
    ONE,
    Apply,
    Call,
    Div,
    Entry,
    Expression,
    Hadamard,
    MatMul,
    Mul,
    Neg,
    Number,
    Piecewise,
    Pow,
    Span,
    Transpose,
)
from derivcheck.finding import Finding, Severity
from derivcheck.functions import by_name
from derivcheck.notation.cursor import Cursor
from derivcheck.notation.limits import check_power
from derivcheck.notation.printing import print_plain
from derivcheck.notation.ranks import is_matrix_product, rank
from derivcheck.notation.tokens import Token
from derivcheck.shapes import ShapeError, Shapes

_MINUS_ONE = Neg(ONE)
_REPEATED = range(2, 9)


class Product:
    """A product on its way; `slash` remembers a quotient whose end may be doubtful."""

    def __init__(self, cursor: Cursor, start: int) -> None:
        self.cursor = cursor
        self.start = start
        self.factors: list[Expression] = []
        self.kind = "*"
        self.slash: Token | None = None
        self.arrays = cursor.declarations.arrays
        # Whether the last factor is a matrix product put together here, not one in brackets.
        self.joined = False
        # The `·` or `*` between the last array and here, where only numbers follow it.
        self.between = ""
        # Where the last factor ends in the text, its bracket included.
        self.end = start

    def first(self, factor: Expression) -> None:
        """The factor that the product begins with."""
        self.factors = [factor]
        self.end = self.cursor.since(self.start).end

    def operator(self, token: Token, factor: Expression) -> None:
        """`*`, `/`, `@` or `⊙` and the factor after it."""
        if token.kind == "/":
            span = self.cursor.since(self.start)
            self.factors = [Div(self._closed(), factor, span=span)]
            self.kind, self.slash, self.joined, self.end = "*", token, False, span.end
            return
        self.slash = None
        kind = token.kind
        cursor = self.cursor
        if kind == "*" and cursor.has_arrays:
            if self.between != "*":
                self.between = token.value
            if self._joins_over_number(factor):
                return
            if self._with_array(factor):
                if self.between == "·" and self._both_arrays(factor):
                    kind = "@"
                    cursor.note(
                        "dot-product", "· between arrays is read as the product of rows and columns", token.span
                    )
                else:
                    cursor.note("entrywise", f"`{cursor.source(token.span)}` is read entry by entry", token.span)
        self._append(kind, factor)

    def _with_array(self, factor: Expression) -> bool:
        """Whether the factor is an array, and one of those before it too."""
        return rank(self.arrays, factor) > 0 and any(rank(self.arrays, item) for item in self.factors)

    def juxtaposed(self, token: Token, factor: Expression) -> None:
        """The factor that stands next to the one before without a sign."""
        cursor = self.cursor
        previous = self.factors[-1]
        if (
            isinstance(factor, Number)
            and cursor.tokens[cursor.position - 1].kind == "num"
            and isinstance(previous, Number)
        ):
            cursor.fail("two-numbers", "two numbers stand next to each other", token.span, "an operator between them")
        barred = token.kind == "|" or cursor.tokens[cursor.position - 1].kind == "|"
        if barred and not (isinstance(factor, Call) and factor.name == "norm"):
            self._warn_bars(token)
        if self.slash is not None:
            if self._tight(token, factor):
                return
            self.slash = None
        kind = "*"
        if cursor.has_arrays and self.kind == "@" and self._continues(factor):
            kind = "@"
        elif cursor.has_arrays and self._both_arrays(factor):
            kind = self._array_juxtaposition(previous, factor)
        elif cursor.has_arrays and self._joins_over_number(factor):
            return
        self._append(kind, factor)

    def _continues(self, factor: Expression) -> bool:
        """`A @ B C`, `A @ 2 B`: the product goes on from left to right."""
        whole = self._closed()
        numbers = 0 in (rank(self.arrays, whole), rank(self.arrays, factor))
        return numbers or is_matrix_product(self.arrays, whole, factor)

    def _joins_over_number(self, factor: Expression) -> bool:
        """`A λ B`, `A · λ · B`: the number steps aside, and the matrices are multiplied."""
        if self.kind != "*" or not rank(self.arrays, factor) or rank(self.arrays, self.factors[-1]):
            return False
        earlier = next((item for item in reversed(self.factors) if rank(self.arrays, item)), None)
        if earlier is None:
            return False
        if self.between == "*" or not (self.between or is_matrix_product(self.arrays, earlier, factor)):
            shown = self.cursor.source(self.cursor.since(self.start))
            self.cursor.note("entrywise", f"`{shown}` is read entry by entry", self.cursor.since(self.start))
            return False
        self.factors = [item for item in self.factors if item is not earlier]
        parts = earlier.factors if isinstance(earlier, MatMul) and self.joined else (earlier,)
        start = earlier.span.start if earlier.span else self.start
        self.factors.append(MatMul((*parts, factor), span=self.cursor.since(start)))
        self.joined = True
        self.between = ""
        self.end = self.cursor.since(self.start).end
        return True

    def _warn_bars(self, token: Token) -> None:
        """`|a|b|c|`: bars are paired from left to right, which the author should see."""
        cursor = self.cursor
        if any(warning.id == "many-bars" for warning in cursor.warnings):
            return
        if sum(item.kind == "|" for item in cursor.tokens) > 2:
            span = Span(self.start, cursor.since(token.start).end)
            cursor.warnings.append(
                Finding("many-bars", Severity.WARNING, "bars are paired from left to right here", span,
                        help="write abs(...) to be sure")
            )  # fmt: skip

    def _array_juxtaposition(self, previous: Expression, factor: Expression) -> str:
        if not is_matrix_product(self.arrays, previous, factor):
            span = Span(self.start, self.cursor.since(self.start).end)
            self.cursor.note("entrywise", f"`{self.cursor.source(span)}` is read entry by entry", span)
            return "*"
        return "juxtaposed"

    def _both_arrays(self, factor: Expression) -> bool:
        return rank(self.arrays, self.factors[-1]) > 0 and rank(self.arrays, factor) > 0

    def _append(self, kind: str, factor: Expression) -> None:
        if rank(self.arrays, factor):
            self.between = ""
        if kind == "juxtaposed":
            left = self.factors.pop()
            parts = left.factors if isinstance(left, MatMul) and self.joined else (left,)
            start = left.span.start if left.span and self.factors else self.start
            self.factors.append(MatMul((*parts, factor), span=self.cursor.since(start)))
            self.joined = True
        else:
            if kind != self.kind:
                self.factors = [self._closed()]
            self.kind, self.joined = kind, False
            self.factors.append(factor)
        self.end = self.cursor.since(self.start).end

    def _closed(self) -> Expression:
        if len(self.factors) == 1:
            return self.factors[0]
        span = Span(self.start, self.end)
        factors = tuple(self.factors)
        if self.kind == "@":
            return MatMul(factors, span=span)
        if self.kind == "odot":
            return Hadamard(factors, span=span)
        return Mul(factors, span=span)

    def result(self) -> Expression:
        """The whole product; a single factor stays itself."""
        return self._closed()

    def _tight(self, token: Token, factor: Expression) -> bool:
        """`1/2x`: warn, and take the factor into the denominator where the file says so."""
        cursor, slash = self.cursor, self.slash
        assert slash is not None
        if token.kind == "sum":
            return False
        quotient = self.factors[-1]
        if not isinstance(quotient, Div) or len(self.factors) > 1:
            return False
        if cursor.declarations.implicit_multiplication == "tight":
            span = cursor.since(self.start)
            below = quotient.denominator
            parts = below.factors if isinstance(below, Mul) and not _bracketed(cursor, below) else (below,)
            start = below.span.start if below.span else slash.end
            joined = Mul((*parts, factor), span=Span(start, span.end))
            self.factors = [Div(quotient.numerator, joined, span=span)]
            return True
        if token.gap and not cursor.peek_gap(slash):
            return False
        whole = cursor.since(self.start)
        left = cursor.source(Span(self.start, token.start)).strip()
        right = cursor.source(Span(token.start, whole.end))
        upper = cursor.source(Span(self.start, slash.start)).strip()
        lower = cursor.source(Span(slash.end, token.start)).strip()
        cursor.warnings.append(
            Finding(
                "ambiguous-division", Severity.WARNING, f"`{left}{right}` can be read in two ways", whole,
                help=f"Read as ({left})·{right}; write {upper}/({lower}·{right}) for the other.",
            )
        )  # fmt: skip
        return False


def _bracketed(cursor: Cursor, node: Expression) -> bool:
    return node.span is not None and cursor.source(node.span).endswith(")")


def transpose_letter(cursor: Cursor, base: Expression) -> bool:
    """Whether `^T` (or `^{-T}`) after this base transposes."""
    token, braced = cursor.peek(1), False
    if token.kind == "-" and cursor.peek(2).value == "T" and "T" not in cursor.declarations.arrays:
        return not cursor.is_symbol("T") and rank(cursor.declarations.arrays, base) > 0
    if token.kind == "{":
        token, braced = cursor.peek(2), True
    if braced and token.kind == "-":
        token = cursor.peek(3)
        if token.kind == "top":
            return True
    exponent = cursor.is_symbol("T") and "T" not in cursor.declarations.arrays
    if token.kind != "name" or token.value != "T" or exponent:
        return False
    if braced and cursor.peek(3).kind not in ("}",) and cursor.peek(4).kind != "}":
        return False
    return rank(cursor.declarations.arrays, base) > 0


def transposed(cursor: Cursor, base: Expression, start: int) -> Expression:
    """After a base at `^T`, `^\\top`, `^{-T}`."""
    cursor.take()
    braced = cursor.accept("{")
    minus = cursor.accept("-")
    cursor.take()
    if braced:
        cursor.expect("}")
    span = cursor.since(start)
    check_transposed(cursor, base, span)
    if minus is not None:
        base = Call("inv", (base,), span=span)
    return Transpose(base, span=span)


def check_transposed(cursor: Cursor, base: Expression, span: Span) -> None:
    """`A_ij^T` may mean A_ij, a number, or the entry of A^T."""
    if isinstance(base, Entry) and len(base.indices) == 2 and not rank(cursor.declarations.arrays, base):
        name, (row, column) = base.array.name, base.indices
        cursor.fail(
            "transposed-entry", "a transposed entry can mean the entry itself or one of the transpose", span,
            suggestion=f"write {name}[{print_plain(column)},{print_plain(row)}] for the entry of the transpose",
        )  # fmt: skip


def power(cursor: Cursor, base: Expression, exponent: Expression, span: Span) -> Expression:
    """A power. Of a matrix: `**` acts entry by entry as in array programs, `^` is that of matrix books."""
    if cursor.has_arrays and rank(cursor.declarations.arrays, base) == 2:
        if exponent == _MINUS_ONE:
            return Call("inv", (base,), span=span)
        entrywise = _acts_on_entries(base) or "**" in _after(cursor, base, span)
        shown = cursor.source(span)
        if entrywise or _is_oblong(cursor, base):
            cursor.note("entrywise", f"`{shown}` is read entry by entry", span)
        else:
            cursor.note("matrix-power", f"`{shown}` is read as a product of matrices", span)
        if entrywise and isinstance(exponent, Number) and exponent.value in _REPEATED:
            return Hadamard((base,) * int(exponent.value), span=span)
    check_power(base, exponent, span)
    return Pow(base, exponent, span=span)


def _after(cursor: Cursor, base: Expression, span: Span) -> str:
    """The text of a power behind its base."""
    return cursor.source(span)[base.span.end - span.start :] if base.span else ""


def _acts_on_entries(base: Expression) -> bool:
    """Whether a matrix is made entry by entry, so that its power can mean nothing else: `tanh(Z)²`."""
    if isinstance(base, Call):
        return by_name(base.name).elementwise or base.name in ("softmax", "log_softmax")
    return isinstance(base, Apply | Hadamard | Piecewise)


def _is_oblong(cursor: Cursor, base: Expression) -> bool:
    """Whether a matrix is known not to be square, so that it has no powers but those of its entries."""
    try:
        sizes = Shapes(cursor.declarations.shapes).of(base).sizes
    except ShapeError:
        return False
    return len(sizes) == 2 and sizes[0] != sizes[1]


def norm(cursor: Cursor, inner: Expression, span: Span) -> Expression:
    """`‖w‖`, `‖w‖_2`; another index below is not read: ‖A‖_1 and ‖A‖_2 of a matrix are no sums over its entries."""
    if cursor.at("_"):
        below = cursor.peek(1)
        if below.value in ("1", "2") and rank(cursor.declarations.arrays, inner) > 1:
            cursor.fail("not-supported", "operator norms of matrices are not read", below.span, "‖A‖_F")
        if below.kind == "sub" and below.value in ("1", "2", "F"):
            cursor.position += 2
            span = Span(span.start, below.end)
            if below.value == "1":
                return Call("norm", (inner, Number(Fraction(1), span=below.span)), span=span)
        else:
            cursor.fail("not-supported", "only the norms ‖w‖, ‖w‖_1 and ‖A‖_F are read", below.span, "‖w‖")
    name = by_name("norm").name
    return Call(name, (inner,), span=span)

"""The precedence-climbing parser of all notations.

sum      term (+|-) term ...          a leading sign takes the whole term
term     product : product            Frobenius, where arrays are declared
product  factor (* / @ ⊙ or nothing)  left to right
factor   - factor | power
power    postfix ^ exponent           right to left, the exponent may carry a sign
postfix  atom ! ' .T |_{x=a}
"""

from __future__ import annotations

from derivcheck.expression import Add, At, Call, Expression, Frobenius, Neg, Number, Span, Symbol, Transpose
from derivcheck.notation import arrays, calls, components, names, primes
from derivcheck.notation.atoms import Atoms
from derivcheck.notation.tokens import Token

_MOST_MARKS = 8
# After these a product is complete.
_SIDE_ENDS = frozenset({"+", "-", "=", ")", "}", "]", "end", ",", "&", "row"})
_SUFFIXES = frozenset({"!", ".T", "prime", "evalbar", "|", "_"})


class Parser(Atoms):
    """One formula's tokens on their way to a tree."""

    def expression(self) -> Expression:
        first = self.tokens[self.position]
        if first.kind == "-":
            self.position += 1
            term: Expression = Neg(self.frobenius(), span=self.since(first.start))
        else:
            if first.kind == "+":
                self.position += 1
            term = self.frobenius() if self.has_arrays else self.product()
        operator = self.tokens[self.position]
        if operator.kind != "+" and operator.kind != "-":
            return term
        terms = [term]
        while operator.kind == "+" or operator.kind == "-":
            self.position += 1
            term = self.frobenius() if self.has_arrays else self.product()
            terms.append(term if operator.kind == "+" else Neg(term, span=self.since(operator.start)))
            operator = self.tokens[self.position]
        return Add(tuple(terms), span=self.since(first.start))

    def frobenius(self) -> Expression:
        left = self.product()
        if not self.at(":") or not self.has_arrays:
            return left
        first = left.span.start if left.span else 0
        count = 0
        while self.has_arrays and (colon := self.accept(":")) is not None:
            count += 1
            if count > 8:
                self.deeper(colon)
            left = Frobenius(left, self.product(), span=self.since(first))
        return left

    def product(self, operand_of_derivative: bool = False) -> Expression:
        start = self.tokens[self.position].start
        first = self.factor()
        token = self.tokens[self.position]
        if token.kind in _SIDE_ENDS:
            return first
        product = arrays.Product(self, start)
        product.first(first)
        while True:
            token = self.tokens[self.position]
            kind = token.kind
            if kind == "*" or kind == "/" or kind == "@" or kind == "odot":
                if operand_of_derivative and kind == "*" and self._derivative_follows():
                    break
                self.position += 1
                if not self.starts_operand() and not self.at("-") and not self.at("+"):
                    self.unexpected(f"a factor after `{self.source(token.span)}`")
                product.operator(token, self.factor())
            elif self.starts_operand():
                product.juxtaposed(token, self.factor())
            else:
                break
        return product.result()

    def _derivative_follows(self) -> bool:
        ahead = self.peek(1)
        if ahead.kind == "frac":
            return self.peek(2).kind == "{" and self.peek(3).kind == "d"
        return ahead.kind == "d"

    def factor(self) -> Expression:
        token = self.tokens[self.position]
        if token.kind != "-" and token.kind != "+":
            return self.power()
        self.deeper(token)
        self.position += 1
        operand = self.factor()
        self.depth -= 1
        return operand if token.kind == "+" else Neg(operand, span=self.since(token.start))

    def power(self) -> Expression:
        start = self.tokens[self.position].start
        base, raised = self.atom(), False
        if self.tokens[self.position].kind in _SUFFIXES:
            base = self._suffixes(base, start)
        while self.tokens[self.position].kind == "^":
            if self._transpose_follows(base):
                base = arrays.transposed(self, base, start)
                continue
            if raised:
                self.unexpected("an operator; brackets show which power is meant")
            raised = True
            exponent = self.exponent()
            base = arrays.power(self, base, exponent, self.since(start))
            base = self._suffixes(base, start)
        return base

    def _transpose_follows(self, base: Expression) -> bool:
        if isinstance(base, Number) and self.peek(1).value == "T":
            return False
        return self.peek(1).kind == "top" or (
            self.peek(1).kind == "{" and self.peek(2).kind == "top"
        ) or (self.has_arrays and arrays.transpose_letter(self, base))  # fmt: skip

    def exponent(self) -> Expression:
        """What follows `^`: one atom with its sign, or a group."""
        base = self.peek(-1)
        caret = self.take()
        token = self.peek()
        with self.nested(caret, brackets=False):
            if token.kind == "-" or token.kind == "+":
                value = self.factor()
            elif token.kind == "{":
                value = self.atom()
            else:
                if not self.starts_operand() and token.kind != "top":
                    self.unexpected("an exponent")
                if self.latex and token.kind == "num" and len(token.value) > 1:
                    self.note(
                        "exponent-digits", f"the exponent is {token.value}; TeX would raise one digit", token.span
                    )
                value = self._exponent_letter(token) or self.power()
                self._note_scope(base, token)
        return value

    def _exponent_letter(self, token: Token) -> Expression | None:
        """The n of `x^n(1-x)`: the bracket after it is no argument."""
        declared = self.declarations.functions
        if token.kind != "name" or self.peek(1).kind != "(" or token.value in declared or token.value in "fgh":
            return None
        self.position += 1
        return Symbol(token.value, span=token.span)

    def _note_scope(self, base: Token, token: Token) -> None:
        following = self.tokens[self.position]
        if following.kind not in ("name", "func", "applied") or following.gap:
            return
        if token.kind == "name" or (token.kind == "num" and base.kind == "const"):
            span = Span(token.start, self.tokens[self.position - 1].end)
            self.note("exponent-scope", f"the exponent is {self.source(span)} alone", span)

    def _suffixes(self, node: Expression, start: int) -> Expression:
        count = 0
        while True:
            kind = self.tokens[self.position].kind
            if kind == "!":
                token = self.take()
                calls.check_factorial(self, node, self.since(start))
                node = Call("factorial", (node,), span=self.since(start))
            elif kind == ".T":
                token = self.take()
                if isinstance(node, Number):
                    self.fail("unexpected-token", "a number has no transpose", token.span, "an operator")
                arrays.check_transposed(self, node, self.since(start))
                node = Transpose(node, span=self.since(start))
            elif kind == "prime":
                token = self.take()
                node = primes.of_expression(self, node, int(token.value), start)
            elif kind == "_":
                node = components.component(self, node, start)
            elif (kind == "evalbar" and self.open_sign != "evalbar") or (
                kind == "|" and self.tokens[self.position + 1].kind == "_"
            ):
                token = self.take()
                node = self.evaluation(node, start)
            else:
                return node
            count += 1
            if count > _MOST_MARKS:
                self.fail("nested-too-deeply", "too many marks after one another", token.span)

    def evaluation(self, node: Expression, start: int) -> Expression:
        """After the bar of `f|_{x=a}`: the point."""
        self.expect("_")
        opening = self.expect("{", "{x = a}")
        with self.nested(opening):
            bindings = self.bindings()
        self.expect("}")
        return At(node, bindings, span=self.since(start))

    def bindings(self) -> tuple[tuple[Symbol, Expression], ...]:
        """`a = 1/2, y = 0`."""
        found: list[tuple[Symbol, Expression]] = []
        while True:
            name = names.read_name(self)
            if name is None or name.indices:
                self.unexpected("a name and its value, x = a")
            self.expect("=")
            found.append((Symbol(name.canonical, span=name.span), self.expression()))
            if self.accept(",") is None and self.accept(";") is None:
                return tuple(found)

"""Signs that enclose: fractions, roots, bars, norms, floor and ceiling, `\\left. ... \\right|`."""

from __future__ import annotations

from fractions import Fraction

from derivcheck.expression import Call, Div, Expression, Number, Pow
from derivcheck.notation import arrays, derivatives
from derivcheck.notation.cursor import Cursor
from derivcheck.notation.tokens import Token


class Enclosures(Cursor):
    """Operands that enclose an expression in signs of their own."""

    def _left_dot(self, token: Token) -> Expression:
        self.position += 1
        with self.nested(token):
            self.open_sign = "evalbar"
            inner = self.expression()
        if self.accept("evalbar") is not None:
            return self.evaluation(inner, token.start)
        if self.accept("rbar") is None and self.accept("rightdot") is None:
            self.unexpected("\\right|")
        return inner

    def _fraction(self, token: Token) -> Expression:
        """`\\frac{a}{b}`, `\\frac12`."""
        self.position += 1
        found = derivatives.fraction(self)
        if found is not None:
            return found
        top = self._fraction_part()
        bottom = self._fraction_part()
        return Div(top, bottom, span=self.since(token.start))

    def _fraction_part(self) -> Expression:
        token = self.peek()
        if token.kind == "{":
            self.position += 1
            with self.nested(token):
                inner = self.expression()
            self.expect("}")
            return inner
        if token.kind == "num" and len(token.value) > 1 and token.value.isdigit():
            # TeX takes one digit; the rest stays for the next part.
            digit = token._replace(value=token.value[0], end=token.start + 1)
            rest = token._replace(value=token.value[1:], start=token.start + 1, gap=False)
            self.tokens[self.position : self.position + 1] = [digit, rest]
        if not self.starts_operand():
            self.unexpected("a numerator and a denominator in braces")
        with self.nested(token, brackets=False):
            return self.atom()

    def _root(self, token: Token) -> Expression:
        """`\\sqrt{x}`, `\\sqrt[3]{x}`, `√x`, `∛x`."""
        self.position += 1
        degree: Expression | None = None
        if token.kind == "root" and token.value != "2":
            degree = Number(Fraction(token.value), span=token.span)
        bracket = self.peek()
        if token.kind == "sqrt" and bracket.kind == "[":
            self.position += 1
            with self.nested(bracket):
                degree = self.expression()
            self.expect("]")
        if not self.starts_operand():
            self.fail("missing-argument", "this root has no argument", token.span, "an argument", "√(...)")
        with self.nested(token, brackets=False):
            inner = self.atom()
        following = self.peek()
        if token.kind == "root" and following.kind in ("name", "num") and not following.gap:
            self.note("root-scope", f"the root covers {self.source(inner.span or token.span)} alone", token.span)
        span = self.since(token.start)
        if degree is None:
            return Call("sqrt", (inner,), span=span)
        one = Number(Fraction(1), span=degree.span)
        return Pow(inner, Div(one, degree, span=degree.span), span=span)

    def _bars(self, token: Token) -> Expression:
        """`|x|`; two bars at once are a norm where arrays are declared."""
        self.position += 1
        following = self.peek()
        double = token.kind == "|" and self._doubled(following, token)
        if double:
            self.position += 1
        with self.nested(token):
            self.open_sign = token.kind if token.kind == "|" else ""
            inner = self.expression()
        closer = "rbar" if token.kind == "lbar" else "|"
        for _ in range(2 if double else 1):
            if self.accept(closer) is None and not (closer == "rbar" and self.accept("evalbar")):
                self.fail(
                    "unbalanced-bracket", "this bar is never closed", token.span, "a closing |", "add the closing |"
                )
        span = self.since(token.start)
        if double:
            self._below_before_above()
            return arrays.norm(self, inner, span)
        return Call("abs", (inner,), span=span)

    def _doubled(self, following: Token, token: Token) -> bool:
        """`||w||` is a norm: the next bar after the two is doubled as well."""
        if following.kind != "|" or following.start != token.end:
            return False
        for index in range(self.position + 1, len(self.tokens) - 1):
            bar, after = self.tokens[index], self.tokens[index + 1]
            if bar.kind == "|":
                return after.kind == "|" and after.start == bar.end
        return False

    def _norm(self, token: Token) -> Expression:
        self.position += 1
        with self.nested(token):
            self.open_sign = token.kind if token.kind == "norm" else ""
            inner = self.expression()
        if self.accept("rnorm" if token.kind == "lnorm" else "norm") is None:
            self.fail("unbalanced-bracket", "this norm is never closed", token.span, "a closing ‖", "add the closing ‖")
        self._below_before_above()
        return arrays.norm(self, inner, self.since(token.start))

    def _below_before_above(self) -> None:
        """`‖w‖^2_2`: the index below belongs to the norm, whichever of the two is written first."""
        above, number, below, letter = (self.peek(ahead).kind for ahead in range(4))
        if (above, number, below, letter) == ("^", "num", "_", "sub"):
            place = self.position
            self.tokens[place : place + 4] = [*self.tokens[place + 2 : place + 4], *self.tokens[place : place + 2]]

    def _rounded(self, token: Token) -> Expression:
        self.position += 1
        with self.nested(token):
            inner = self.expression()
        self.expect("r" + token.kind[1:])
        return Call("floor" if token.kind == "lfloor" else "ceiling", (inner,), span=self.since(token.start))

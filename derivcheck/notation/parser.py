"""The precedence-climbing parser of all notations.

sum      term (+|-) term ...          a leading sign takes the whole term
term     product : product            Frobenius, where arrays are declared
product  factor (* / @ ⊙ or nothing)  left to right
factor   - factor | power
power    postfix ^ exponent           right to left, the exponent may carry a sign
postfix  atom ! ' .T |_{x=a}
"""

from __future__ import annotations

from fractions import Fraction

from derivcheck.expression import (
    Add,
    At,
    Call,
    Constant,
    Differential,
    Div,
    Expression,
    Frobenius,
    Hadamard,
    MatMul,
    Mul,
    Neg,
    Number,
    Pow,
    Span,
    Symbol,
    Transpose,
)
from derivcheck.notation import arrays, calls, conditions, derivatives, names, primes, reductions
from derivcheck.notation.cursor import Cursor
from derivcheck.notation.limits import number
from derivcheck.notation.plain import RELATION_CALLS
from derivcheck.notation.tokens import Token

_STARTS = frozenset(
    {"num", "name", "const", "func", "applied", "(", "[", "{", "\\{", "d", "frac", "sqrt", "root", "half", "sum", "accent",
     "lbar", "lnorm", "norm", "cases", "leftdot", "lfloor", "lceil"}
)  # fmt: skip
_OPERAND_WORDS = frozenset(
    [
        "sum",
        "Sum",
        "product",
        "Product",
        "derivative",
        "piecewise",
        "rational",
        "integer",
        "log2",
        "log10",
        "root",
        "transpose",
        "hadamard",
    ]
)
_CLOSING = {"(": ")", "[": "]", "{": "}", "\\{": "\\}", "leftdot": "rightdot"}
_DECORATED = frozenset({"_", "^", "mark", "prime", "[", "("})
_UNSUPPORTED = {
    "integral": "integrals are not read", "limit": "limits are not read", "plusminus": "± stands for two formulas",
    "otimes": "⊗ is not read", "oslash": "⊘ is not read", "binom": "binomial coefficients are not read",
    "angle": "angle brackets are not read", "forall": "quantifiers are not read", "degree": "degrees are not read",
}  # fmt: skip


class Parser(Cursor):
    """One formula's tokens on their way to a tree."""

    def starts_operand(self) -> bool:
        """Whether an operand begins at the cursor."""
        token = self.tokens[self.position]
        kind = token.kind
        if kind in _STARTS:
            return kind != "norm" or self.open_sign != "norm"
        if kind == "word":
            return token.value in _OPERAND_WORDS
        return kind == "|" and self.open_sign != "|" and self.tokens[self.position + 1].kind != "_"

    def expression(self) -> Expression:
        first = self.tokens[self.position]
        terms = [self._term()]
        while (kind := self.tokens[self.position].kind) in ("+", "-"):
            operator = self.take()
            term = self.frobenius()
            if kind == "-":
                term = Neg(term, span=self.since(operator.start))
            terms.append(term)
        if len(terms) == 1:
            return terms[0]
        return Add(tuple(terms), span=self.since(first.start))

    def _term(self) -> Expression:
        """The first term of a sum, with its sign."""
        first = self.tokens[self.position]
        if first.kind == "-":
            self.position += 1
            return Neg(self.frobenius(), span=self.since(first.start))
        if first.kind == "+":
            self.position += 1
        return self.frobenius()

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
        product = arrays.Product(self, start)
        product.first(self.factor())
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
        base, raised = self.postfix(), False
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
                value = self.power()
                self._note_scope(base, token)
        return value

    def _note_scope(self, base: Token, token: Token) -> None:
        following = self.tokens[self.position]
        if following.kind not in ("name", "func", "applied") or following.gap:
            return
        if token.kind == "name" or (token.kind == "num" and base.kind == "const"):
            span = Span(token.start, self.tokens[self.position - 1].end)
            self.note("exponent-scope", f"the exponent is {self.source(span)} alone", span)

    def postfix(self) -> Expression:
        start = self.tokens[self.position].start
        return self._suffixes(self.atom(), start)

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
                node = Transpose(node, span=self.since(start))
            elif kind == "prime":
                token = self.take()
                node = primes.of_expression(self, node, int(token.value), start)
            elif (kind == "evalbar" and self.open_sign != "evalbar") or (
                kind == "|" and self.tokens[self.position + 1].kind == "_"
            ):
                token = self.take()
                node = self.evaluation(node, start)
            else:
                return node
            count += 1
            if count > 8:
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

    def atom(self) -> Expression:
        token = self.tokens[self.position]
        kind = token.kind
        if kind == "num":
            self.position += 1
            return Number(number(token.value, token.span), span=token.span)
        if kind == "name" or kind == "accent" or kind == "applied":
            return self._name(token)
        if kind == "const":
            return self._constant(token)
        if kind == "(" or kind == "[" or kind == "\\{":
            return self._group(token)
        if kind == "{":
            return self._brace(token)
        if kind == "func":
            return calls.table_call(self)
        return self._other_atom(token)

    def _other_atom(self, token: Token) -> Expression:
        kind = token.kind
        if kind == "top" and token.value == "T":
            self.position += 1
            return Symbol("T", span=token.span)
        if kind == "d":
            return derivatives.derivative(self)
        if kind == "frac":
            return self._fraction(token)
        if kind == "sqrt" or kind == "root":
            return self._root(token)
        if kind == "sum":
            return reductions.big_sign(self)
        if kind == "|" or kind == "lbar":
            return self._bars(token)
        if kind == "norm" or kind == "lnorm":
            return self._norm(token)
        if kind == "half":
            self.position += 1
            top, _, bottom = token.value.partition("/")
            span = token.span
            return Div(Number(Fraction(top), span=span), Number(Fraction(bottom), span=span), span=span)
        if kind == "cases":
            return conditions.cases(self)
        if kind == "leftdot":
            return self._left_dot(token)
        if kind in ("lfloor", "lceil"):
            return self._rounded(token)
        if kind == "word":
            return self._word(token)
        if kind in _UNSUPPORTED:
            self.fail("not-supported", _UNSUPPORTED[kind], token.span)
        self.unexpected("a number, a name or a bracket")

    def _name(self, token: Token) -> Expression:
        following = self.tokens[self.position + 1]
        if token.kind == "name" and following.kind not in _DECORATED:
            self.position += 1
            if self.bound and "_" in token.value:
                return names.bound_entry(self, token)
            return self._undecorated(token.value, token.span)
        state = self.position
        name = names.read_name(self)
        if name is None:
            self.position = state
            self.unexpected("a name")
        canonical = name.canonical
        if "dot" in name.accents and not self.is_symbol(canonical):
            return primes.dotted(self, name)
        if not name.indices and canonical in self.declarations.functions:
            return calls.applied(self, canonical, name.start)
        if self.at("prime"):
            return primes.of_name(self, name)
        if not name.indices and (
            self.at("(") or (self.at("^") and canonical in "fgh" and calls.argument_after_exponent(self))
        ):
            self._call_or_product(canonical, name.span)
        if canonical == token.value and not name.indices:
            return self._undecorated(canonical, name.span)
        return name.node()

    def _undecorated(self, canonical: str, span: Span) -> Expression:
        declared = self.declarations
        if canonical == "I" and "I" not in declared.symbols and "I" not in declared.arrays and "I" not in self.bound:
            if any(rank > 1 for rank in declared.arrays.values()):
                return Call("eye", (), span=span)
            self.fail(
                "imaginary-unit", "`I` is not declared, and there is no imaginary unit here", span, "a real formula",
                "declare `I` if it is a variable",
            )  # fmt: skip
        if len(canonical) > 2 and canonical[0] == "d" and self._hidden_derivative(canonical):
            return derivatives.derivative(self)
        return Symbol(canonical, span=span)

    def _hidden_derivative(self, canonical: str) -> bool:
        return False

    def _call_or_product(self, canonical: str, span: Span) -> None:
        """`a(1-a)` is a product unless a is a function; `f(` needs a declaration."""
        if self.is_symbol(canonical) or canonical in self.bound or self.is_index(canonical):
            return
        if canonical.partition("_")[0] in ("f", "g", "h"):
            self.fail(
                "undeclared-function", f"`{canonical}` stands before a bracket and is not declared", span,
                "a declared function", f"declare {canonical}, for example `{canonical}: R → R` under assume",
            )  # fmt: skip
        closing = self.skip_group(self.position)
        if self.at("^"):
            return
        shown = self.source(Span(span.start, self.tokens[closing - 1].end))
        self.note("product-not-call", f"`{shown}` is read as {canonical} times the bracket", span)

    def constant(self, name: str, span: Span) -> Constant:
        return Constant(name, span=span)

    def _constant(self, token: Token) -> Expression:
        following = self.tokens[self.position + 1].kind
        if following in ("_", "mark") and token.value != "oo":
            name = names.read_name(self)
            if name is not None:
                return name.node()
        self.position += 1
        return Constant(token.value, span=token.span)

    def _group(self, token: Token) -> Expression:
        if token.kind == "[":
            found = conditions.iverson(self)
            if found is not None:
                return found
        self.position += 1
        with self.nested(token):
            inner = self.expression()
            if self.at(",") or self.at("dots"):
                self._comma(token)
        self.expect(_CLOSING[token.kind])
        return inner

    def _comma(self, opening: Token) -> None:
        comma = self.peek()
        before, after = self.peek(-1), self.peek(1)
        suggestion = "only functions take several arguments"
        if before.kind == "num" and after.kind == "num":
            suggestion = "write 1000 without a comma, and 0.5 with a point"
        self.fail(
            "unexpected-comma", "a comma cannot stand here", comma.span, "an operator or a closing bracket", suggestion
        )

    def _brace(self, token: Token) -> Expression:
        """A TeX group; around a bare name it takes that name's decorations."""
        state = self.position
        if self.peek(1).kind in ("name", "accent", "{", "applied", "const"):
            name = names.read_name(self)
            if name is not None and "dot" in name.accents and not self.is_symbol(name.canonical):
                return primes.dotted(self, name)
            if name is not None and not (name.canonical in self.declarations.functions or self.at("prime")):
                if self.at("("):
                    self._call_or_product(name.canonical, name.span)
                if name.indices or len(name.canonical) > 1 or name.canonical != "I":
                    if name.canonical not in ("e", "E", "pi") or self.is_symbol(name.canonical):
                        return name.node()
            self.position = state
        self.position += 1
        with self.nested(token):
            inner = self.expression()
        self.expect("}")
        return inner

    def _left_dot(self, token: Token) -> Expression:
        self.position += 1
        with self.nested(token):
            self.open_sign = "evalbar"
            inner = self.expression()
        if self.at("evalbar"):
            return inner
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
        return arrays.norm(self, inner, self.since(token.start))

    def _rounded(self, token: Token) -> Expression:
        self.position += 1
        with self.nested(token):
            inner = self.expression()
        self.expect("r" + token.kind[1:])
        return Call("floor" if token.kind == "lfloor" else "ceiling", (inner,), span=self.since(token.start))

    def _word(self, token: Token) -> Expression:
        word = token.value
        if word in ("sum", "Sum", "product", "Product"):
            return reductions.called(self)
        if word == "derivative":
            return derivatives.sympy_style(self)
        if word == "piecewise":
            return conditions.sympy_piecewise(self)
        found = calls.word_call(self, token)
        if found is not None:
            return found
        if word in _UNSUPPORTED:
            self.fail("not-supported", _UNSUPPORTED[word], token.span)
        if word in RELATION_CALLS or word in ("And", "Or", "Not", "and", "or", "not", "true"):
            self.fail(
                "condition-as-value", f"`{self.source(token.span)}` is a condition, not a value", token.span, "a value"
            )
        self.unexpected("a number, a name or a bracket")


__all__ = ["Differential", "Hadamard", "MatMul", "Mul", "Parser"]

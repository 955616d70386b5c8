"""What an operand may be: numbers, names, calls, and everything in brackets."""

from __future__ import annotations

from fractions import Fraction

from derivcheck.expression import Call, Constant, Div, Expression, Number, Span, Symbol
from derivcheck.notation import (
    calls,
    components,
    conditions,
    derivatives,
    differentials,
    names,
    primes,
    reductions,
    subscripts,
)
from derivcheck.notation.enclosures import Enclosures
from derivcheck.notation.limits import number
from derivcheck.notation.plain import RELATION_CALLS
from derivcheck.notation.tokens import Token

_STARTS = frozenset(
    {"num", "name", "const", "func", "applied", "(", "[", "{", "\\{", "d", "frac", "sqrt", "root", "half", "sum",
     "accent", "lbar", "lnorm", "norm", "cases", "leftdot", "lfloor", "lceil"}
)  # fmt: skip
_OPERAND_WORDS = frozenset(
    {"sum", "Sum", "product", "Product", "derivative", "piecewise", "rational", "integer", "log2", "log10", "root",
     "transpose", "hadamard"}
)  # fmt: skip
_DECORATED = frozenset({"_", "^", "mark", "prime", "[", "("})
_CLOSING = {"(": ")", "[": "]", "\\{": "\\}"}
_UNSUPPORTED = {
    "integral": "integrals are not read", "limit": "limits are not read", "plusminus": "± stands for two formulas",
    "otimes": "⊗ is not read", "oslash": "⊘ is not read", "binom": "binomial coefficients are not read",
    "angle": "angle brackets are not read", "forall": "quantifiers are not read", "degree": "degrees are not read",
}  # fmt: skip


class Atoms(Enclosures):
    """Operands by the token they begin with."""

    def starts_operand(self) -> bool:
        """Whether an operand begins at the cursor."""
        token = self.tokens[self.position]
        kind = token.kind
        if kind in _STARTS:
            return kind != "norm" or self.open_sign != "norm"
        if kind == "word":
            return token.value in _OPERAND_WORDS
        return kind == "|" and self.open_sign != "|" and self.tokens[self.position + 1].kind != "_"

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
            return differentials.derivative(self)
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
            self.fail("not-supported", _UNSUPPORTED[kind], token.span, "a formula without it")
        self.unexpected("a number, a name or a bracket")

    def _name(self, token: Token) -> Expression:
        following = self.tokens[self.position + 1]
        if token.kind == "name" and following.kind not in _DECORATED:
            if following.kind == "/" and derivatives.is_hidden(self, self.position + 2):
                return differentials.derivative(self)
            self.position += 1
            if self.bound and "_" in token.value:
                return subscripts.bound_entry(self, token)
            return self._undecorated(token.value, token.span)
        state = self.position
        name = names.read_name(self)
        if name is None:
            self.position = state
            if token.kind == "accent":
                self.fail("accent-over-expression", "this accent stands over no name", token.span, "a name", r"\hat{y}")
            self.unexpected("a name")
        canonical = name.canonical
        if name.base == "delta" and not self.is_symbol("delta"):
            kronecker = components.kronecker(self, name)
            if kronecker is not None and not self.is_symbol(canonical):
                return kronecker
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
            if declared.arrays:
                return Call("eye", (), span=span)
            self.fail(
                "imaginary-unit", "`I` is not declared, and there is no imaginary unit here", span, "a real formula",
                "declare `I` if it is a variable",
            )  # fmt: skip
        return Symbol(canonical, span=span)

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

    def _constant(self, token: Token) -> Expression:
        following = self.tokens[self.position + 1].kind
        if following in ("_", "mark") and token.value != "oo":
            name = names.read_name(self)
            if name is not None:
                return name.node()
        if following == "(" and token.value == "e" and not self.tokens[self.position + 1].gap:
            self._constant_before_bracket(token)
        self.position += 1
        return Constant(token.value, span=token.span)

    def _constant_before_bracket(self, token: Token) -> None:
        """`E(x)` is no power of Euler's number: a function, or an expectation."""
        shown = self.source(token.span)
        if shown == "E":
            self.fail(
                "undeclared-function", "`E` stands before a bracket and is not declared", token.span,
                "a declared function", "declare E, for example `E: R → R` under assume, or write e for Euler's number",
            )  # fmt: skip
        self.note("product-not-call", f"`{shown}(` is read as Euler's number times the bracket", token.span)

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
                if name.indices or name.canonical not in ("e", "E", "pi", "I") or self.is_symbol(name.canonical):
                    return name.node()
            self.position = state
        self.position += 1
        with self.nested(token):
            inner = self.expression()
        self.expect("}")
        return inner

    def _word(self, token: Token) -> Expression:
        word = token.value
        if word in ("sum", "Sum", "product", "Product"):
            return reductions.called(self)
        if word == "derivative":
            return differentials.sympy_style(self)
        if word == "piecewise":
            return conditions.sympy_piecewise(self)
        found = calls.word_call(self, token)
        if found is not None:
            return found
        if word in _UNSUPPORTED:
            self.fail("not-supported", _UNSUPPORTED[word], token.span, "a formula without it")
        if word in RELATION_CALLS or word in ("And", "Or", "Not", "and", "or", "not", "true"):
            self.fail(
                "condition-as-value", f"`{self.source(token.span)}` is a condition, not a value", token.span, "a value"
            )
        self.unexpected("a number, a name or a bracket")

"""One line of a derivation from the one before: which rules a person carries out at once.

Method: linear rules, table entries and derivatives of linear parts are carried out where they stand; product, quotient
and chain rules leave the other inner derivatives standing for the next line. Derivatives of defined names stay: they
have lines of their own.
"""

from __future__ import annotations

from derivcheck.engine.textbook import Textbook
from derivcheck.engine.tidy import displayed, tidy
from derivcheck.expression import (
    ONE,
    ZERO,
    Apply,
    Call,
    Constant,
    Derivative,
    Div,
    Expression,
    Pow,
    Symbol,
    map_children,
    walk,
)
from derivcheck.notation.unicode_printing import print_unicode

LINEAR = frozenset({"sum rule", "constant factor rule"})


class Carrying:
    """Carries standing derivatives a line further."""

    def __init__(self, textbook: Textbook) -> None:
        self.textbook = textbook
        self.used: list[str] = []

    def standing(self, state: Expression) -> bool:
        """Whether a derivative is left that is to be carried out here."""
        return any(self._is_open(node) for node in walk(state))

    def _is_open(self, node: Expression) -> bool:
        if not isinstance(node, Derivative) or node.variables != ((self.textbook.variable, 1),):
            return False
        return not (isinstance(node.operand, Symbol) and self.textbook.body(node.operand) is not None)

    def advance(self, state: Expression) -> tuple[Expression, str]:
        """The next line and the rules it uses."""
        self.used = []
        line = self._advance(state)
        return line, ", ".join(dict.fromkeys(self.used))

    def _advance(self, state: Expression) -> Expression:
        if self._is_open(state):
            assert isinstance(state, Derivative)
            return self._carry(state.operand)
        return map_children(state, self._advance)

    def _carry(self, node: Expression) -> Expression:
        """The derivative of a node, inner derivatives left standing where they are not easy."""
        if node == self.textbook.variable:
            return ONE
        if not self.textbook.varies(node):
            return ZERO
        if isinstance(node, Symbol) and self.textbook.body(node) is not None:
            return Derivative(node, ((self.textbook.variable, 1),))
        name = self.textbook.rule_name(node)
        if name in LINEAR:
            self.used.append(name)
            return self.textbook.rule(node, self._carry)
        self.used.append(self._reason(node, name))
        return self.textbook.rule(node, self._part)

    def _part(self, part: Expression) -> Expression:
        named = isinstance(part, Symbol) and self.textbook.body(part) is not None
        if named or self._is_easy(part):
            return self._carry(part)
        return Derivative(part, ((self.textbook.variable, 1),))

    def _is_easy(self, part: Expression) -> bool:
        """Whether a part is differentiated without a line of its own."""
        if not self.textbook.varies(part) or part == self.textbook.variable:
            return True
        if not self.textbook.varies(tidy(self.textbook(part))) and not any(self._has_body(node) for node in walk(part)):
            return True
        return isinstance(part, Call | Pow) and self._inner(part) == self.textbook.variable

    def _has_body(self, node: Expression) -> bool:
        return isinstance(node, Symbol | Apply) and self.textbook.varies(node) and self.textbook.body(node) is not None

    def _inner(self, node: Expression) -> Expression | None:
        """The one varying part of a function or power."""
        parts = [part for part in self.textbook.parts(node) if self.textbook.varies(part)]
        return parts[0] if len(parts) == 1 else None

    def _reason(self, node: Expression, name: str) -> str:
        inner = self._inner(node)
        if name != "chain rule" or inner is None:
            return name
        if inner == self.textbook.variable:
            return f"derivative of {node.name}" if isinstance(node, Call | Apply) else "power rule"
        if isinstance(node, Call | Pow | Div) and not isinstance(inner, Constant):
            letter = next(Symbol(word) for word in "uvpq" if Symbol(word) not in set(walk(node)))
            return f"chain rule with {letter.name} = {print_unicode(displayed(inner))}"
        return name

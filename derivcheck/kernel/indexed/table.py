"""Functions of numbers from the function table, their derivatives and what they need.

Abbreviations are expanded, and functions with kinks written with the step: |u| = u (2 step(u) - 1),
max(u, v) = v + (u - v) step(u - v).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction

from derivcheck.expression import Expression, Logical, Symbol
from derivcheck.functions import by_name
from derivcheck.kernel.indexed.atoms import Unsupported
from derivcheck.kernel.indexed.conditions import Requirement
from derivcheck.kernel.indexed.term import NIL, UNITY, Function, Term, negative, plus, power, sign, step, times

JUMPS = frozenset({"floor", "ceiling"})


@dataclass(frozen=True, slots=True)
class Table:
    """The table, with `lowered` to make a term of a rule whose arguments are the named terms."""

    lowered: Callable[[Expression, dict[str, Term]], Term]

    def function(self, name: str, arguments: tuple[Term, ...]) -> Term:
        """A function of the table at terms."""
        match name, arguments:
            case "sqrt", (u,):
                return power(u, Fraction(1, 2))
            case "log", (u, base):
                return times(Function("log", (u,)), power(Function("log", (base,)), -1))
            case "abs", (u,):
                return absolute(u)
            case "sign", (u,):
                return sign(u)
            case "Heaviside", (u,):
                return step(u)
            case (("max" | "min"), (u, *rest)):
                for v in rest:
                    gap = plus(u, negative(v))
                    u = plus(v, times(gap, step(gap) if name == "max" else complement(step(gap))))
                return u
        row = by_name(name)
        if not row.elementwise or name in JUMPS:
            raise Unsupported(f"the function {name}")
        if row.definition is not None:
            return self._ruled(row.definition, arguments)
        return Function(name, arguments)

    def rule(self, term: Function, place: int) -> Term:
        """The derivative of a function by one of its arguments."""
        if term.orders is not None:
            raised = tuple(order + (k == place) for k, order in enumerate(term.orders))
            return Function(term.name, term.arguments, raised)
        if term.name == "step":
            return NIL
        rules = by_name(term.name).derivatives
        rule = rules[place] if place < len(rules) else None
        if rule is None:
            raise Unsupported(f"the derivative of {term.name}")
        return self._ruled(rule, term.arguments)

    def requirements(self, term: Function, smooth: bool) -> Iterator[Requirement]:
        """What a function needs of its arguments, to be defined or to be differentiable."""
        row = by_name(term.name)
        names, values = _named(term.arguments)
        for rule in (row.domain, row.smooth if smooth else None):
            for condition in rule(*names) if rule else ():
                if isinstance(condition, Logical) or condition.operator == "=":
                    raise Unsupported(f"the domain of {term.name}")
                above, below = condition.left, condition.right
                if condition.operator[0] == "<":
                    above, below = below, above
                yield Requirement(condition.operator.replace("<", ">"), self.lowered(above - below, values))

    def _ruled(self, rule: Callable[..., Expression], arguments: tuple[Term, ...]) -> Term:
        names, values = _named(arguments)
        return self.lowered(rule(*names), values)


def _named(arguments: tuple[Term, ...]) -> tuple[list[Symbol], dict[str, Term]]:
    """Names for arguments, and what they stand for; no author can write such a name."""
    names = [Symbol(f"argument {place}") for place in range(len(arguments))]
    return names, {name.name: value for name, value in zip(names, arguments, strict=True)}


def absolute(argument: Term) -> Term:
    """The absolute value, as a root, which has a kink where the argument is 0 but a value there."""
    return power(power(argument, 2), Fraction(1, 2))


def complement(term: Term) -> Term:
    """One minus the term."""
    return plus(UNITY, negative(term))

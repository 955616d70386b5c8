"""Where a question is decided: in this process while it is small, in a worker when it may take long.

A question of modest size over elementary functions is bounded by its budget of polynomial work and is
decided here. Special functions, whose ball evaluation can take any time, large questions and those that
used up the small budget go to a worker with a deadline.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from derivcheck.expression import Add, Call, Constant, Div, Expression, Mul, Neg, Number, Pow, Reduction, Symbol, walk
from derivcheck.kernel.field import Budget
from derivcheck.kernel.judge import decide
from derivcheck.kernel.question import Outcome, Question, Undecided
from derivcheck.workers import Failed, Workers

SMALL_BUDGET = 3_000_000
LARGE_BUDGET = 400_000_000
LARGE_TREE = 1500
SHORT = 100
FORM_SECONDS = 1.0
ELEMENTARY = frozenset(
    [
        "exp",
        "log",
        "sqrt",
        "cbrt",
        "sin",
        "cos",
        "tan",
        "cot",
        "sec",
        "csc",
        "asin",
        "acos",
        "atan",
        "acot",
        "asec",
        "acsc",
        "sinh",
        "cosh",
        "tanh",
        "coth",
        "sech",
        "csch",
        "asinh",
        "acosh",
        "atanh",
        "acoth",
        "asech",
        "acsch",
        "abs",
        "sign",
        "max",
        "min",
        "floor",
        "ceiling",
        "Heaviside",
        "sigmoid",
        "softplus",
        "logit",
        "relu",
        "leaky_relu",
        "elu",
        "silu",
        "gelu",
        "Phi",
        "normal_density",
        "softsign",
        "logsigmoid",
        "erf",
        "erfc",
        "erfi",
    ]
)


@dataclass(slots=True)
class Deciding:
    """Decides questions within `timeout` seconds each, with workers for the long ones."""

    workers: Workers
    timeout: float = 5.0

    def __call__(self, question: Question) -> Outcome:
        start = time.monotonic()
        outcome: Outcome = Undecided("time")
        if _is_small(question):
            outcome = decide(question, Budget(SMALL_BUDGET))
        if isinstance(outcome, Undecided) and outcome.reason == "time":
            outcome = self._in_worker(decide_large, question, start)
        if isinstance(outcome, Undecided) and outcome.reason == "no certificate":
            helped = self._in_worker(decide_with_sympy, question, start)
            outcome = outcome if isinstance(helped, Undecided) else helped
        return outcome

    def _in_worker(self, call: Callable[[Question], Outcome], question: Question, start: float) -> Outcome:
        left = self.timeout - (time.monotonic() - start)
        answer = self.workers.run(call, (question,), left) if left > 0 else Failed("time")
        return Undecided(answer.reason) if isinstance(answer, Failed) else answer

    def find_forms(self, tree: Expression) -> tuple[Expression, ...]:
        """SymPy's forms of a tree, found in a worker."""
        answer = self.workers.run(sympy_forms, (tree,), min(self.timeout, FORM_SECONDS))
        return () if isinstance(answer, Failed) else answer


def decide_with_sympy(question: Question) -> Outcome:
    """What a worker does when the kernel alone finds no proof."""
    from derivcheck.engine.bridge import decide_by_bridge

    return decide_by_bridge(question)


def sympy_forms(tree: Expression) -> tuple[Expression, ...]:
    """What a worker does to find the form in which a true value is shown."""
    from derivcheck.engine.sympy_forms import forms

    return forms(tree)


def decide_large(question: Question) -> Outcome:
    """What a worker does."""
    return decide(question, Budget(LARGE_BUDGET))


def _is_small(question: Question) -> bool:
    return all(_is_tame(tree) for tree in (question.truth, question.claimed))


def _is_tame(tree: Expression) -> bool:
    for count, node in enumerate(walk(tree)):
        if count > LARGE_TREE:
            return False
        if isinstance(node, Reduction) and not _is_short(node):
            return False
        if isinstance(node, Call) and node.name not in ELEMENTARY and not all(map(_is_modest, node.arguments)):
            return False
    return True


def _is_short(node: Reduction) -> bool:
    """Whether the bounds are small numbers or names, which the search gives small values."""
    bounds = (node.lower, node.upper)
    return all(isinstance(item, Symbol) or (isinstance(item, Number) and abs(item.value) <= SHORT) for item in bounds)


def _is_modest(tree: Expression) -> bool:
    """Whether the values of an argument stay moderate: a rational expression with small numbers."""
    return all(
        isinstance(node, Symbol | Constant | Add | Neg | Mul | Div)
        or (isinstance(node, Number) and abs(node.value) <= SHORT)
        or (isinstance(node, Pow) and isinstance(node.exponent, Number) and abs(node.exponent.value) <= 4)
        for node in walk(tree)
    )  # fmt: skip

"""Asks the right kernel whether two expressions are equal.

Statements with indices, vectors or matrices go to the index kernel. Others are asked in the free form, with
the names they use as variables; a proof there counts where the definitions take values in its domain, a
counterexample where they can take its values. Else the base form, with all definitions put in, decides.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from derivcheck.claim import Form, Setting, form, free_names
from derivcheck.expression import Expression, Relation
from derivcheck.indexed_claim import IndexedAnswer, needs_indices
from derivcheck.indexed_claim import answer as indexed_answer
from derivcheck.kernel.field import Budget
from derivcheck.kernel.question import Empty, Outcome, Proved, Question, Refuted, Undecided
from derivcheck.kernel.reach import reachable
from derivcheck.kernel.thin import zeros_are_thin
from derivcheck.verdict import Verdict

Decider = Callable[[Question], Outcome]
BUDGET = 200_000
VERDICTS: Mapping[type, Verdict] = {
    Proved: Verdict.PROVED,
    Refuted: Verdict.WRONG,
    Undecided: Verdict.UNDECIDED,
    Empty: Verdict.INVALID,
}


@dataclass(frozen=True, slots=True)
class Answer:
    """The verdict on one equality: from the scalar kernel with the form it was asked in, or from the index kernel."""

    verdict: Verdict
    outcome: Outcome | None = None
    form: Form | None = None
    indexed: IndexedAnswer | None = None


class Asker:
    """Asks one question after the other of a decider."""

    def __init__(self, decider: Decider) -> None:
        self.decider = decider

    def __call__(self, truth: Expression, claimed: Expression, setting: Setting) -> Answer:
        """The verdict on truth = claimed: by the index kernel, or in the free form, or in the base form."""
        if needs_indices((truth, claimed), setting):
            indexed = indexed_answer(truth, claimed, setting)
            return Answer(indexed.verdict, indexed=indexed)
        outcome, where = self._ask_scalar(truth, claimed, setting)
        return Answer(VERDICTS[type(outcome)], outcome, where)

    def _ask_scalar(self, truth: Expression, claimed: Expression, setting: Setting) -> tuple[Outcome, Form]:
        keep = free_names((truth, claimed), setting.graph)
        free = form((truth, claimed), setting, keep)
        outcome = self.decider(free.question(0, 1, setting.kinds))
        if not keep:
            return outcome, free
        base = form((truth, claimed), setting, frozenset())
        if isinstance(outcome, Proved) and self._is_attained(outcome.conditions, base, setting):
            return outcome, free
        settled = self.decider(base.question(0, 1, setting.kinds))
        if isinstance(settled, Refuted) and isinstance(outcome, Refuted):
            point = outcome.witness.point
            if reachable(point, setting.graph.definitions, keep, base.region, setting.kinds):
                return outcome, free
        if isinstance(settled, Undecided) and isinstance(outcome, Undecided):
            return outcome, free
        return settled, base

    def _is_attained(self, conditions: tuple[Relation, ...], base: Form, setting: Setting) -> bool:
        """Whether the definitions take values in the domain of the free form, and the conditions are thin for them."""
        needed = base.attained(conditions, setting)
        return isinstance(self.decider(needed.question(0, 0, setting.kinds)), Proved) and all(
            zeros_are_thin(item.left - item.right, base.region, Budget(BUDGET))
            for item in needed.region.assumptions[len(base.region.assumptions) :]
            if isinstance(item, Relation)
        )

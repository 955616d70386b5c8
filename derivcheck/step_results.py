"""What is reported for a step, from how its links were judged.

A chain counts as its first link that is wrong, invalid or undecided. A wrong link comes with the point that
shows it, the true value and the diagnosis.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from derivcheck.asking import Answer
from derivcheck.claim import Form, Setting
from derivcheck.derivation import Step
from derivcheck.diagnosis.arrays.case import ArrayCase
from derivcheck.diagnosis.arrays.diagnose import Misfit, diagnose_arrays, diagnose_misfit
from derivcheck.diagnosis.case import Case, Diagnosed
from derivcheck.diagnosis.diagnose import diagnose
from derivcheck.diagnosis.why import why_right
from derivcheck.domain_text import domain_text
from derivcheck.engine.expected import Finder, expected_form
from derivcheck.expression import Expression, Span, Symbol, is_leaf
from derivcheck.finding import ReadingNote
from derivcheck.kernel.facts import informative
from derivcheck.kernel.field import Budget
from derivcheck.kernel.prove import Region
from derivcheck.kernel.question import Empty, Proved, Refuted, Undecided, Witness
from derivcheck.notation.printing import print_plain
from derivcheck.refusals import undefined_operand
from derivcheck.statement import Declarations
from derivcheck.verdict import Counterexample, StepResult, Verdict

TEXT_BUDGET = 200_000
MUCH_SHORTER = 0.7


@dataclass(frozen=True, slots=True)
class Side:
    """A side of a chain: its tree, whether it equals the truth, and the step that wrote it."""

    tree: Expression
    right: bool
    step: str


@dataclass(frozen=True, slots=True)
class Link:
    """How one side was judged."""

    answer: Answer
    side: Expression
    follows_from: str | None = None
    cancels: str | None = None
    head: Expression | None = None
    previous: Side | None = None


class Results:
    """Makes the results of one derivation's steps."""

    def __init__(
        self, finder: Finder, language: str, all_assumed: bool, reasons: bool, declarations: Declarations
    ) -> None:
        self.finder, self.language, self.all_assumed, self.reasons = finder, language, all_assumed, reasons
        self.declarations = declarations

    def combine(self, step: Step, links: list[Link], setting: Setting) -> StepResult:
        """One result for the links of a statement: the first wrong, invalid or undecided one, or all proved."""
        for verdict in (Verdict.WRONG, Verdict.INVALID, Verdict.UNDECIDED):
            found = next((link for link in links if link.answer.verdict is verdict), None)
            if found is not None:
                return self._broken(step, found, setting)
        cancels = next((link.cancels for link in links if link.cancels), None)
        readings = tuple(note for link in links for note in _conventions(link))
        result = StepResult(step.id, step.text.text, Verdict.PROVED, cancels=cancels, readings=readings)
        if self.reasons:
            result = replace(result, explanation=self._reasons(step, links, setting))
        last = links[-1].answer
        if last.indexed is not None:
            stated = tuple(dict.fromkeys(item for link in links for item in _indexed_conditions(link)))
            return replace(result, domain=last.indexed.domain, conditions=stated)
        conditions = [
            item for link in links if isinstance(link.answer.outcome, Proved) for item in link.answer.outcome.conditions
        ]
        forms = [link.answer.form for link in links]
        domain = self._domain(*forms, proved=True)
        return replace(result, domain=domain, conditions=domain_text(dict.fromkeys(conditions)))

    def _reasons(self, step: Step, links: list[Link], setting: Setting) -> str:
        """Why each side follows from the one before, as far as a rule can be named."""
        said = []
        for link in links:
            before = link.previous.tree if link.previous else link.head
            if before is not None and link.answer.indexed is None:
                said.append(why_right(step.text.text, before, link.side, setting, self.language))
        return "; ".join(dict.fromkeys(reason for reason in said if reason))

    def _broken(self, step: Step, link: Link, setting: Setting) -> StepResult:
        """The result for a link that is not proved."""
        answer, claim = link.answer, step.text.text
        if answer.verdict is Verdict.WRONG:
            return self._wrong(step, link, setting)
        if answer.indexed is not None:
            result = StepResult(step.id, claim, answer.verdict, reason=answer.indexed.reason)
            if answer.indexed.misfit:
                return self._misfit(result, link, setting)
            return replace(result, link=answer.indexed.span or link.side.span)
        if isinstance(answer.outcome, Undecided):
            domain = self._domain(answer.form)
            reason = _why(answer.outcome)
            return StepResult(step.id, claim, answer.verdict, domain=domain, reason=reason, link=link.side.span)
        because = answer.outcome.because if isinstance(answer.outcome, Empty) else None
        return StepResult(step.id, claim, answer.verdict, reason=because)

    def _wrong(self, step: Step, link: Link, setting: Setting) -> StepResult:
        """The result for a wrong side, unless what speaks against it may not count."""
        answer, claim = link.answer, step.text.text
        if not self.all_assumed:
            reason = "an assumption cannot be read, so the point that speaks against this step may not count"
            return StepResult(step.id, claim, Verdict.UNDECIDED, reason=reason, link=link.side.span)
        loose = undefined_operand(step.statements or (), setting)
        if loose:
            return StepResult(step.id, claim, Verdict.INVALID, reason=loose)
        verdict = Verdict.FOLLOWS if link.follows_from and link.follows_from != step.id else Verdict.WRONG
        follows = link.follows_from if verdict is Verdict.FOLLOWS else None
        result = StepResult(step.id, claim, verdict, link=link.side.span, follows_from=follows)
        if answer.indexed is not None:
            result = replace(result, counterexample=answer.indexed.counterexample)
            return self._indexed(result, link, setting) if verdict is Verdict.WRONG else result
        assert isinstance(answer.outcome, Refuted)
        assert answer.form is not None
        result = replace(
            result, domain=self._domain(answer.form), counterexample=counterexample(answer.outcome.witness)
        )
        if verdict is Verdict.WRONG:
            result = self._explained(result, link, answer.form, setting)
        return replace(result, expected=self._expected(answer.form, result.expected, setting))

    def _indexed(self, result: StepResult, link: Link, setting: Setting) -> StepResult:
        """The result with what the diagnosis of a statement with arrays says."""
        case = self._array_case(result, link, setting)
        return self._with_diagnosis(result, lambda: diagnose_arrays(case, language=self.language))

    def _misfit(self, result: StepResult, link: Link, setting: Setting) -> StepResult:
        """The result for shapes that do not fit, with what mends them."""
        said = link.answer.indexed
        assert said is not None
        case = self._array_case(result, link, setting)
        misfit = Misfit(said.misfit, said.span or link.side.span, said.layout)
        return self._with_diagnosis(result, lambda: diagnose_misfit(case, misfit, language=self.language))

    def _array_case(self, result: StepResult, link: Link, setting: Setting) -> ArrayCase:
        assert link.head is not None
        previous = link.previous
        return ArrayCase(
            result.claim, link.head, link.side, setting, self.declarations,
            previous.tree if previous else None, previous.right if previous else True,
        )  # fmt: skip

    def _explained(self, result: StepResult, link: Link, where: Form, setting: Setting) -> StepResult:
        """The result with what the diagnosis says."""
        assert link.head is not None
        previous = link.previous
        case = Case(
            result.claim, link.head, link.side, setting, where,
            previous.tree if previous else None, previous.right if previous else True,
        )  # fmt: skip
        return self._with_diagnosis(result, lambda: diagnose(case, language=self.language))

    def _with_diagnosis(self, result: StepResult, ask: Callable[[], Diagnosed | None]) -> StepResult:
        """The result with a diagnosis; a fault of the diagnosis does not touch the verdict."""
        try:
            found = ask()
        except Exception:
            if os.environ.get("DERIVCHECK_DEBUG"):
                raise
            return replace(result, fault=True)
        return (
            result
            if found is None
            else replace(result, diagnosis=found.as_diagnosis(), expected=found.expected or None)
        )

    def _expected(self, where: Form, repaired: str | None, setting: Setting) -> str | None:
        """The true value: the author's own side mended, unless the plain form is much shorter."""
        graph = setting.graph
        others = (Symbol(name) for name in graph.definitions if name not in where.keep)
        names = {graph.close(name, where.keep): name for name in others}
        named = {body: name for body, name in names.items() if not is_leaf(body)}
        finder = self.finder if repaired is None else _no_forms
        truth, region = where.sides[0], where.region
        found = expected_form(truth, region, named, lambda tree: graph.close(tree, where.keep), finder)
        text = None if found is None else print_plain(found)
        if text is None or repaired is None:
            return text or repaired
        return text if len(text) < MUCH_SHORTER * len(repaired) else repaired

    def _domain(self, *forms: Form | None, proved: bool = False) -> tuple[str, ...]:
        """What the statement is judged on: every link of a chain adds what its own derivatives need.

        A proof needs the positive base of a power with a variable exponent; a refutation may do without.
        """
        regions = [where.region for where in forms if where is not None]
        assumed = tuple(dict.fromkeys(item for region in regions for item in region.assumptions))
        needed = (item for region in regions for item in region.natural if proved or not item.soft)
        natural = tuple(dict.fromkeys(needed))
        return domain_text((*assumed, *informative(Region(assumed, natural), Budget(TEXT_BUDGET))))


def _no_forms(tree: Expression) -> tuple[Expression, ...]:
    """No help from SymPy, where there is a good form already."""
    return ()


def _indexed_conditions(link: Link) -> tuple[str, ...]:
    return () if link.answer.indexed is None else link.answer.indexed.conditions


def _conventions(link: Link) -> Iterator[ReadingNote]:
    """What the index kernel took for granted about layouts, shapes and held names to prove the link."""
    if link.answer.indexed is not None:
        for message in link.answer.indexed.notes:
            yield ReadingNote("array-convention", message, link.side.span or Span(0, 0))


def counterexample(witness: Witness) -> Counterexample:
    """The witness as text."""
    functions = {name: print_plain(body) for name, body in witness.functions.items()}
    point = {name: str(value) for name, value in witness.point.items()}
    return Counterexample(point, witness.truth or "undefined", witness.claimed or "undefined", functions)


def _why(outcome: Undecided) -> str:
    if outcome.agreed:
        points = "one point that was" if outcome.agreed == 1 else f"{outcome.agreed} points that were"
        return f"{outcome.reason}; the sides agree at {points} tried"
    return outcome.reason

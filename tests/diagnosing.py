"""Wrong sides of claims as cases for the diagnosis."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from derivcheck.checker import setting_of
from derivcheck.derivation import Derivation, read_claim
from derivcheck.diagnosis.case import Case
from derivcheck.expression import Expression
from derivcheck.kernel.field import Budget
from derivcheck.kernel.judge import decide
from derivcheck.kernel.question import Outcome, Proved, Question, Refuted
from derivcheck.steps import StepJudge
from derivcheck.verdict import Verdict

BUDGET = 20_000_000


def decider(question: Question) -> Outcome:
    return decide(question, Budget(BUDGET))


def case_of(claim: str, given: Mapping[str, str] | None = None, assume: tuple[str, ...] = ()) -> Case:
    """The first wrong side of a claim; an error when there is none."""
    return next(cases_of(read_claim(claim, given or {}, assume)))


def cases_of(derivation: Derivation) -> Iterator[Case]:
    """Every wrong scalar side of a derivation, each with the side before it."""
    assert not derivation.findings, derivation.findings
    setting = setting_of(derivation)
    judge = StepJudge(derivation, setting, decider, lambda _: ())
    chain: list[tuple[Expression, bool]] = []
    for step in derivation.steps:
        assert step.statements is not None, step.error
        for statement in step.statements:
            if not statement.continues:
                chain = [(statement.sides[0], True)]
            for side in statement.sides if statement.continues else statement.sides[1:]:
                answer = judge.ask(chain[0][0], side, setting)
                right = not isinstance(answer.outcome, Refuted)
                if not right and answer.form is not None:
                    before = chain[-1] if len(chain) > 1 else (None, True)
                    yield Case(step.text.text, chain[0][0], side, setting, answer.form, *before)
                chain.append((side, right))


def is_proved(claim: str, given: Mapping[str, str] | None = None, assume: tuple[str, ...] = ()) -> bool:
    """Whether every side of a claim is proved."""
    derivation = read_claim(claim, given or {}, assume)
    assert not derivation.findings, derivation.findings
    judge = StepJudge(derivation, setting_of(derivation), decider, lambda _: ())
    (step,) = derivation.steps
    assert step.statements is not None, step.error
    sides = step.statements[0].sides
    answers = [judge.ask(sides[0], side, setting_of(derivation)) for side in sides[1:]]
    return all(isinstance(answer.outcome, Proved) for answer in answers)


def verdicts_of(derivation: Derivation) -> list[Verdict]:
    """The verdict of each step."""
    judge = StepJudge(derivation, setting_of(derivation), decider, lambda _: ())
    return [judge.judge(step).verdict for step in derivation.steps]

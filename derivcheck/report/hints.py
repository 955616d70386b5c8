"""How much help a report gives: everything above the wanted level is taken out of it, before any format sees it.

Levels: 0 where the mistake is, 1 its name, 2 a question, 3 the sound rule, 4 the answer. Below 4 no true value is
left: not the expected side, nor the point where the sides differ, nor a domain that only the truth needs.
What authors write themselves (their claims, goals and notes on right steps) stays.
"""

from __future__ import annotations

from dataclasses import replace

from derivcheck.verdict import Counterexample, Diagnosis, FileReport, Report, StepResult, Verdict

PLACE, NAME, QUESTION, RULE, ANSWER = range(5)
_HELPED = frozenset({Verdict.WRONG, Verdict.FOLLOWS})
_SOMEWHERE = Counterexample({}, "", "")


def redacted(report: Report, hint: int) -> Report:
    """The report with the help of this level and no more."""
    if hint >= ANSWER:
        return report
    return replace(report, files=tuple(_file(file, hint) for file in report.files))


def _file(file: FileReport, hint: int) -> FileReport:
    steps = (_step(step, file, hint) if _is_helped(step) else step for step in file.steps)
    return replace(file, steps=tuple(steps))


def _is_helped(step: StepResult) -> bool:
    """Whether what is said of a step helps with its mistake; so does what mends shapes that do not fit."""
    return step.verdict in _HELPED or (step.verdict is Verdict.INVALID and step.diagnosis is not None)


def _step(step: StepResult, file: FileReport, hint: int) -> StepResult:
    named = hint >= NAME or step.verdict is Verdict.FOLLOWS
    return replace(
        step,
        domain=file.domain,
        conditions=(),
        expected=None,
        counterexample=step.counterexample and _SOMEWHERE,
        diagnosis=step.diagnosis and _diagnosis(step.diagnosis, hint),
        reason=None,
        explanation="",
        note="",
        missed_expectation=step.missed_expectation if named else step.missed_expectation.partition("; found")[0],
    )


def _diagnosis(found: Diagnosis, hint: int) -> Diagnosis:
    """Every field by its level; one that is new is hidden until it is given a level here."""
    named = hint >= NAME
    return Diagnosis(
        rule=found.rule if named else "",
        span=found.span,
        place=found.place,
        label=found.label,
        message=found.message if named else "",
        question=found.question if hint >= QUESTION else "",
        principle=found.principle if hint >= RULE else "",
    )

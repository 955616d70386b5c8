"""What there is to say about a file, in the order of its lines.

Purpose: every format says the same things. A `Problem` is one of them: an id that `explain` knows, a place,
a headline, and the finding or the step it comes from; `judged` marks those that are the verdict itself.
Method: findings of the file come as they are; a wrong, undecided or invalid step is placed under its guilty
part (the diagnosis, else the first broken link, else the whole claim). An invalid step whose own finding is
already there adds nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from derivcheck.expression import Span
from derivcheck.finding import Finding, Severity
from derivcheck.report.outcome import announced, goal_failed
from derivcheck.source import Source
from derivcheck.verdict import Counterexample, FileReport, StepResult, Verdict

_PLAIN_IDS = {
    Verdict.WRONG: "wrong-step",
    Verdict.UNDECIDED: "undecided-step",
    Verdict.INVALID: "invalid-step",
}
_SEVERITIES = {
    Verdict.WRONG: Severity.ERROR,
    Verdict.UNDECIDED: Severity.WARNING,
    Verdict.INVALID: Severity.ERROR,
}


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to say; `span` is a range of `source`, None where there is no place to show."""

    id: str
    severity: Severity
    message: str
    source: Source | None = None
    span: Span | None = None
    label: str = ""
    step: StepResult | None = None
    finding: Finding | None = None
    judged: bool = False

    @property
    def announced(self) -> bool:
        """It is there on purpose."""
        return self.judged and self.step is not None and announced(self.step)


def problems(file: FileReport) -> tuple[Problem, ...]:
    """All there is to say about the file, by place; a missed goal only where no error explains it."""
    found = [_of_finding(finding, file.source) for finding in file.findings]
    for step in file.steps:
        found.extend(_of_step(step, file))
    found.sort(key=lambda problem: problem.span.start if problem.span else -1)
    explained = any(problem.severity is Severity.ERROR for problem in found)
    if file.goal is not None and goal_failed(file) and not explained:
        text = f"no chain of proved steps leads to {file.goal.claim}"
        found.append(Problem("goal-missed", Severity.ERROR, text))
    return tuple(found)


def _of_finding(finding: Finding, source: Source | None) -> Problem:
    span = finding.span if source is not None else None
    return Problem(finding.id, finding.severity, finding.message, source, span, finding.label, finding=finding)


def _of_step(step: StepResult, file: FileReport) -> Iterator[Problem]:
    own = [_of_warning(warning, step, file.source) for warning in step.warnings]
    yield from own
    if step.verdict in _PLAIN_IDS and not (step.verdict is Verdict.INVALID and _said(step, file)):
        yield _of_verdict(step, file.source)
    if step.missed_expectation:
        source, span = _place(step, None, file.source)
        yield Problem("expectation-missed", Severity.ERROR, step.missed_expectation, source, span, step=step)
    if step.cancels:
        source, span = _place(step, step.link, file.source)
        text = f"this takes back the error of step {step.cancels}: two errors cancel"
        yield Problem("errors-cancel", Severity.WARNING, text, source, span, step=step)


def _of_warning(warning: Finding, step: StepResult, source: Source | None) -> Problem:
    place, span = _place(step, warning.span, source)
    return Problem(warning.id, warning.severity, warning.message, place, span, warning.label, finding=warning)


def _of_verdict(step: StepResult, source: Source | None) -> Problem:
    guilty = step.diagnosis.span if step.diagnosis is not None else None
    place, span = _place(step, guilty or step.link, source)
    id = step.diagnosis.rule if step.diagnosis else _PLAIN_IDS[step.verdict]
    label = step.diagnosis.label if step.diagnosis else ""
    return Problem(id, _SEVERITIES[step.verdict], headline(step), place, span, label, step, judged=True)


def _said(step: StepResult, file: FileReport) -> bool:
    """An error already says why: it comes with the step, has its very words, or stands on its lines."""
    if any(warning.severity is Severity.ERROR for warning in step.warnings):
        return True
    errors = [finding for finding in file.findings if finding.severity is Severity.ERROR]
    if any(finding.message == step.reason for finding in errors):
        return True
    if step.location is None or file.source is None:
        return False
    first, last = (
        file.source.line_column(offset)[0] for offset in (step.location.offsets[0], step.location.offsets[-1])
    )
    return any(finding.span and first <= file.source.line_column(finding.span.start)[0] <= last for finding in errors)


def _place(step: StepResult, span: Span | None, source: Source | None) -> tuple[Source, Span]:
    """A range of the claim as a range of the file; of the claim itself where there is no file."""
    inside = span or Span(0, len(step.claim))
    if step.location is None or source is None:
        return Source("", step.claim), inside
    return source, step.location.to_source(inside)


def headline(step: StepResult) -> str:
    """One sentence on a step that is wrong, undecided or invalid."""
    if step.diagnosis is not None and step.diagnosis.message:
        return step.diagnosis.message
    if step.verdict is Verdict.WRONG:
        return difference_words(step.counterexample) if step.counterexample else step.reason or "this is not right"
    if step.verdict is Verdict.UNDECIDED:
        return f"neither proved nor refuted: {step.reason or 'no certificate was found'}"
    return step.reason or "this step cannot be judged"


def difference_words(seen: Counterexample) -> str:
    """`at ŷ = 1/2, y = 0 this is −2 and should be 2`."""
    return f"{point_words(seen)} this is {seen.claimed} and should be {seen.expected}"


def point_words(seen: Counterexample) -> str:
    """`at ŷ = 1/2, y = 0`, with the instance of each unknown function."""
    named = ", ".join(f"{name} = {value}" for name, value in {**seen.point, **seen.functions}.items())
    return f"at {named}" if named else "everywhere"

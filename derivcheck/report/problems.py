"""What there is to say about a file, in the order of its lines.

Purpose: every format says the same things. A `Problem` is one of them: an id that `explain` knows, a place,
a headline, and the finding or the step it comes from; `judged` marks those that are the verdict itself.
Method: findings of the file come as they are; a wrong, undecided or invalid step is placed under its guilty
part (the diagnosis, else the first broken link, else the whole claim). An invalid step whose own finding is
already there adds nothing, and neither does an undecided one that was announced as wrong and says so.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from derivcheck.expression import Span
from derivcheck.finding import Finding, Severity
from derivcheck.report.outcome import announced as announced_step
from derivcheck.report.outcome import as_it_should_be, goal_failed
from derivcheck.report.phrases import Phrases, phrases
from derivcheck.report.undecided import reason_words
from derivcheck.report.witness import witness
from derivcheck.report.words import step_words
from derivcheck.source import Source
from derivcheck.verdict import Diagnosis, FileReport, StepResult, Verdict

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
    """One thing to say; `span` is a range of `source`, None where there is no place to show.

    `witness` are the parts of the sentence on the point that shows it.
    """

    id: str
    severity: Severity
    message: str
    source: Source | None = None
    span: Span | None = None
    label: str = ""
    step: StepResult | None = None
    finding: Finding | None = None
    judged: bool = False
    witness: tuple[str, ...] = ()

    @property
    def announced(self) -> bool:
        """It is there on purpose."""
        return self.judged and self.step is not None and announced_step(self.step)


def problems(file: FileReport, say: Phrases | None = None) -> tuple[Problem, ...]:
    """All there is to say about the file, by place; a missed goal only where nothing else explains it."""
    say = say or phrases()
    found = [_of_finding(finding, file.source) for finding in file.findings]
    for step in file.steps:
        found.extend(_of_step(step, file, say))
    found.sort(key=lambda problem: problem.span.start if problem.span else -1)
    explained = any(problem.severity is Severity.ERROR for problem in found) or not all(
        map(as_it_should_be, file.steps)
    )
    if file.goal is not None and goal_failed(file) and not explained:
        found.append(Problem("goal-missed", Severity.ERROR, say("goal.no-chain", claim=file.goal.claim)))
    return tuple(found)


def _of_finding(finding: Finding, source: Source | None) -> Problem:
    span = finding.span if source is not None else None
    return Problem(finding.id, finding.severity, finding.message, source, span, finding.label, finding=finding)


def _of_step(step: StepResult, file: FileReport, say: Phrases) -> Iterator[Problem]:
    yield from (_of_warning(warning, step, file.source) for warning in step.warnings)
    said = step.verdict is Verdict.INVALID and _said(step, file)
    if step.missed_expectation and not said:
        source, span = _place(step, step.link, file.source)
        text = _missed(step, say)
        yield Problem("expectation-missed", Severity.ERROR, text, source, span, step=step)
    told = said or (bool(step.missed_expectation) and step.verdict is Verdict.UNDECIDED)
    if step.verdict in _PLAIN_IDS and not told:
        yield _of_verdict(step, file, say)
    if step.cancels:
        source, span = _place(step, step.link, file.source)
        text = say("problem.cancels", step=step_words(step.cancels, say))
        yield Problem("errors-cancel", Severity.WARNING, text, source, span, step=step)


def _of_warning(warning: Finding, step: StepResult, source: Source | None) -> Problem:
    place, span = _place(step, warning.span, source)
    return Problem(warning.id, warning.severity, warning.message, place, span, warning.label, finding=warning)


def _missed(step: StepResult, say: Phrases) -> str:
    """What became of a step that was announced as wrong."""
    if step.verdict is Verdict.UNDECIDED:
        return say("problem.announced-undecided", reason=reason_words(step.reason, say))
    if step.verdict is Verdict.WRONG:
        return step.missed_expectation
    return say("problem.announced-otherwise", verdict=say(f"right.{step.verdict}"))


def _of_verdict(step: StepResult, file: FileReport, say: Phrases) -> Problem:
    found = step.diagnosis
    place, span = _place(step, (found and found.span) or step.link, file.source)
    seen = witness(step, file, say)
    return Problem(
        (found and found.rule) or _PLAIN_IDS[step.verdict], _SEVERITIES[step.verdict], _headline(step, seen, say),
        place, span, found.label if found else "", step, judged=True, witness=seen,
    )  # fmt: skip


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


def _headline(step: StepResult, seen: tuple[str, ...], say: Phrases) -> str:
    """One sentence on a step that is wrong, undecided or invalid."""
    found = step.diagnosis
    if found is not None and (found.message or (found.place and not is_whole(found, step))):
        return found.message or found.place
    if step.verdict is Verdict.WRONG:
        return witness_sentence(seen) or step.reason or say("problem.wrong")
    if step.verdict is Verdict.UNDECIDED:
        return say("problem.undecided", reason=reason_words(step.reason, say))
    return step.reason or say("problem.invalid")


def is_whole(found: Diagnosis, step: StepResult) -> bool:
    """The whole judged side is to blame, so that the underline already says where."""
    return found.span is not None and found.span == step.link


def witness_sentence(parts: tuple[str, ...]) -> str:
    """`at ŷ = 1/2, y = 0: step 3 says −2, the derivative is 2`."""
    return ": ".join([*parts[:1], ", ".join(parts[1:])]) if len(parts) > 1 else "".join(parts)

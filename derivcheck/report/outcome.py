"""Whether a run is as it should be: per step, per file, and as an exit status.

An announced mistake (`expect: wrong`) that was found is as it should be, and so is a goal that it keeps from
being reached. Undecided is not: a run fails closed.
"""

from __future__ import annotations

from derivcheck.finding import Severity
from derivcheck.verdict import FileReport, Report, StepResult, Verdict

NOTHING_TO_CHECK = "no-derivation"
_RIGHT = frozenset({Verdict.PROVED, Verdict.STATED, Verdict.FOLLOWS})


def as_it_should_be(step: StepResult) -> bool:
    """The verdict is the announced one, or a good one where nothing was announced."""
    if step.missed_expectation:
        return False
    return bool(step.expect) or step.verdict in _RIGHT


def announced(step: StepResult) -> bool:
    """A mistake that the file shows on purpose and that was found."""
    return bool(step.expect) and not step.missed_expectation and step.verdict not in _RIGHT


def goal_failed(file: FileReport) -> bool:
    """The goal is missed, and no announced mistake explains it."""
    return file.goal is not None and file.goal.status == "missed" and not any(map(announced, file.steps))


def file_as_it_should_be(file: FileReport) -> bool:
    """No error, every step as it should be, the goal not missed."""
    errors = any(finding.severity is Severity.ERROR for finding in file.findings)
    return not errors and not goal_failed(file) and all(map(as_it_should_be, file.steps))


def exit_status(report: Report) -> int:
    """101 after a fault of ours, else 2 where something cannot be read, else 1 where something is not as it should be.

    Else 3 where there was nothing to check, else 0.
    """
    if any(step.fault for file in report.files for step in file.steps):
        return 101
    if any(map(_unreadable, report.files)):
        return 2
    if any(goal_failed(file) or not all(map(as_it_should_be, file.steps)) for file in report.files):
        return 1
    nothing = any(finding.id == NOTHING_TO_CHECK for file in report.files for finding in file.findings)
    return 3 if nothing or not any(file.steps for file in report.files) else 0


def _unreadable(file: FileReport) -> bool:
    invalid = any(step.verdict is Verdict.INVALID and not as_it_should_be(step) for step in file.steps)
    errors = [finding for finding in file.findings if finding.severity is Severity.ERROR]
    return invalid or any(finding.id != NOTHING_TO_CHECK for finding in errors)

"""The words and colours of verdicts, counts and goals."""

from __future__ import annotations

from collections.abc import Iterable

from derivcheck.report.outcome import announced, file_as_it_should_be
from derivcheck.report.phrases import Phrases
from derivcheck.verdict import GoalResult, Report, StepResult, Verdict

STYLES = {
    Verdict.PROVED: "green",
    Verdict.WRONG: "bold red",
    Verdict.FOLLOWS: "cyan",
    Verdict.UNDECIDED: "yellow",
    Verdict.STATED: "dim",
    Verdict.INVALID: "magenta",
}


def step_words(id: str, say: Phrases) -> str:
    """`step 3`, `step “lost sign”`."""
    return say("block.step-named" if " " in id else "block.step", step=id)


def verdict_word(step: StepResult, say: Phrases) -> str:
    """`PROVED`, `FOLLOWS from step 3`, `WRONG, as announced`."""
    if step.verdict is Verdict.FOLLOWS and step.follows_from:
        return say("verdict.follows-from", step=step_words(step.follows_from, say))
    word = say(f"verdict.{step.verdict}")
    return say("verdict.announced", verdict=word) if announced(step) else word


def verdict_style(step: StepResult) -> str:
    """Colour supports the word; an announced mistake is nothing to be alarmed by."""
    return "blue" if announced(step) else STYLES[step.verdict]


def counts(steps: Iterable[StepResult], say: Phrases) -> str:
    """`2 proved, 1 wrong, 1 wrong as announced`; what does not occur is not named."""
    kinds = [f"{step.verdict}{'-announced' if announced(step) else ''}" for step in steps]
    order = [f"{verdict}{suffix}" for verdict in Verdict for suffix in ("", "-announced")]
    named = [say(f"count.{kind}", count=kinds.count(kind)) for kind in order if kind in kinds]
    return ", ".join(named) or say("count.nothing")


def summary_words(report: Report, say: Phrases) -> str:
    """What came out of the whole run."""
    words = counts((step for file in report.files for step in file.steps), say) + "."
    if len(report.files) == 1:
        return words
    bad = sum(not file_as_it_should_be(file) for file in report.files)
    key = "count.derivations-bad" if bad else "count.derivations"
    return say(key, count=len(report.files), bad=bad, steps=words)


def goal_words(goal: GoalResult, say: Phrases) -> str:
    """`Goal reached: dL/dz = a − y`."""
    return say(f"goal.{goal.status}", claim=goal.claim)


def seconds_words(seconds: float, say: Phrases) -> str:
    """`0.4 s`."""
    return say("count.seconds", seconds=f"{seconds:.1f}")

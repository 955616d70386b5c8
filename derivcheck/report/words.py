"""The words and colours of verdicts, counts and goals."""

from __future__ import annotations

from collections.abc import Iterable

from derivcheck.report.outcome import announced
from derivcheck.verdict import GoalResult, StepResult, Verdict

STYLES = {
    Verdict.PROVED: "green",
    Verdict.WRONG: "bold red",
    Verdict.FOLLOWS: "cyan",
    Verdict.UNDECIDED: "yellow",
    Verdict.STATED: "dim",
    Verdict.INVALID: "magenta",
}
_GOALS = {"reached": "Goal reached", "equivalent": "Goal reached in another form", "missed": "Goal missed"}
_RELATIONS = (("!=", "≠"), ("<=", "≤"), (">=", "≥"))


def verdict_word(step: StepResult) -> str:
    """`PROVED`, `FOLLOWS from step 3`, `WRONG, as announced`."""
    word = step.verdict.upper()
    if step.verdict is Verdict.FOLLOWS and step.follows_from:
        return f"{word} from step {step.follows_from}"
    return f"{word}, as announced" if announced(step) else word


def verdict_style(step: StepResult) -> str:
    """Colour supports the word; an announced mistake is nothing to be alarmed by."""
    return "blue" if announced(step) else STYLES[step.verdict]


def counts(steps: Iterable[StepResult]) -> str:
    """`2 proved, 1 wrong, 1 wrong as announced`; what does not occur is not named."""
    kinds = [(step.verdict, announced(step)) for step in steps]
    named = [
        f"{kinds.count((verdict, expected))} {verdict}{' as announced' if expected else ''}"
        for verdict in Verdict
        for expected in (False, True)
        if (verdict, expected) in kinds
    ]
    return ", ".join(named) or "no step was judged"


def goal_words(goal: GoalResult) -> str:
    """`Goal reached: dL/dz = a − y`."""
    return f"{_GOALS[goal.status]}: {goal.claim}"


def conditions_words(conditions: Iterable[str]) -> str:
    """Conditions in one line with the signs of a textbook: `a ≠ 1/2, 0 < b ≤ 1`."""
    text = ", ".join(conditions)
    for plain, sign in _RELATIONS:
        text = text.replace(plain, sign)
    return text


def number_of(count: int, thing: str) -> str:
    """`1 file`, `3 files`."""
    return f"{count} {thing}" if count == 1 else f"{count} {thing}s"


def seconds_words(seconds: float) -> str:
    """`0.4 s`."""
    return f"{seconds:.1f} s"

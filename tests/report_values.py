"""Reports built by hand, for the tests of what is written about them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from derivcheck.expression import Span
from derivcheck.finding import Finding, ReadingNote, Severity
from derivcheck.source import Located, Source
from derivcheck.verdict import Counterexample, Diagnosis, FileReport, GoalResult, Report, StepResult, Verdict

TEXT = """\
title: Cross entropy by hand
given:
  C: −(t log p̂ + (1−t) log(1−p̂))
assume: [0 < p̂ < 1]
steps:
  - dC/dp̂ = −(d/dp̂ t log p̂ + d/dp̂ (1−t) log(1−p̂))
  - "= −(t/p̂ + (1−t)/(1−p̂))"
  - dC/ds = dC/dp̂ · p̂(1−p̂)
  - dC/ds = (p̂−t)/(p̂(1−p̂)
"""
SOURCE = Source("notes/cross-entropy.yaml", TEXT)


def located(claim: str) -> Located:
    return Located.plain(claim, TEXT.index(claim))


def span_of(text: str, part: str) -> Span:
    start = text.index(part)
    return Span(start, start + len(part))


def step(id: str, claim: str, verdict: Verdict, **more: Any) -> StepResult:
    place = located(claim) if claim in TEXT else None
    return StepResult(id, claim, verdict, location=place, domain=("0 < p̂ < 1",), **more)


FIRST = "dC/dp̂ = −(d/dp̂ t log p̂ + d/dp̂ (1−t) log(1−p̂))"
SECOND = "= −(t/p̂ + (1−t)/(1−p̂))"
THIRD = "dC/ds = dC/dp̂ · p̂(1−p̂)"
FOURTH = "dC/ds = (p̂−t)/(p̂(1−p̂)"

DIAGNOSIS = Diagnosis(
    "inner-sign-lost",
    span_of(SECOND, "(1−t)/(1−p̂)"),
    "The inner derivative d/dp̂ (1−p̂) = −1 was left out.",
    question="What is the derivative of 1−p̂?",
    principle="d/dp̂ log(u) = (1/u) · du/dp̂   with u = 1−p̂",
    fix="−(1−t)/(1−p̂)",
    label="this term has the wrong sign",
    consequences=("dC/ds never changes its sign, and descent pushes s up for every example",),
    replay=("d/dp̂ log(1−p̂)", "1/(1−p̂)"),
)
NOTE = ReadingNote("product-not-call", "p̂(1−p̂) is read as the product p̂·(1−p̂)", span_of(THIRD, "p̂(1−p̂)"))
BRACKET = Finding(
    "unbalanced-bracket",
    Severity.ERROR,
    "this bracket is never closed",
    Span(TEXT.rindex("(p̂(1"), TEXT.rindex("p̂(1")),
    "this bracket is never closed",
    "write (p̂−t)/(p̂(1−p̂))",
)

PROVED = step("1", FIRST, Verdict.PROVED, conditions=("p̂ != 1/2",))
WRONG = step(
    "2",
    SECOND,
    Verdict.WRONG,
    diagnosis=DIAGNOSIS,
    expected="−(t/p̂ − (1−t)/(1−p̂))",
    counterexample=Counterexample({"p̂": "1/2", "t": "0"}, "2", "−2"),
    link=Span(2, len(SECOND)),
)
FOLLOWS = step("3", THIRD, Verdict.FOLLOWS, follows_from="2", readings=(NOTE,))
INVALID = step("4", FOURTH, Verdict.INVALID, reason="this bracket is never closed")
UNDECIDED = step("2", SECOND, Verdict.UNDECIDED, reason="no certificate; agrees at 40 points to 50 digits")
ANNOUNCED = replace(WRONG, expect="wrong")
PLAIN = replace(PROVED, conditions=())

DEFINITION = "C = −(t log p̂ + (1−t) log(1−p̂))"


def derivation(*steps: StepResult, **more: Any) -> FileReport:
    verdict = Verdict.WRONG if WRONG in steps else steps[0].verdict if steps else Verdict.INVALID
    values = {"goal": GoalResult("dC/ds = p̂ − t", "reached"), "definitions": (DEFINITION,), "domain": ("0 < p̂ < 1",)}
    return FileReport(SOURCE.path, "Cross entropy by hand", SOURCE, verdict, steps=steps, **{**values, **more})


MISSED = GoalResult("dC/ds = p̂ − t", "missed")
CLEAN = derivation(PLAIN, PLAIN)
NOTED = derivation(PROVED, replace(PLAIN, id="2", readings=(NOTE,)), symbols=("s",))
FLAWED = derivation(PROVED, WRONG, FOLLOWS, INVALID, goal=MISSED, findings=(BRACKET,))
TAUGHT = derivation(PLAIN, ANNOUNCED, FOLLOWS, goal=MISSED)
OPEN = derivation(PLAIN, UNDECIDED)
SHORT_OF_GOAL = derivation(PLAIN, goal=MISSED)
ABSENT = FileReport(
    "nowhere.yaml",
    "",
    None,
    Verdict.INVALID,
    findings=(Finding("file-not-found", Severity.ERROR, "there is no file with this name"),),
)
EMPTY_FOLDER = FileReport(
    "notes",
    "",
    None,
    Verdict.INVALID,
    findings=(Finding("no-derivation", Severity.ERROR, "there is no derivation here"),),
)
CLAIM = FileReport("", "", None, Verdict.WRONG, steps=(replace(WRONG, location=None),))

REPORTS = {
    "clean": Report((CLEAN,), 0.43),
    "noted": Report((NOTED,), 0.43),
    "flawed": Report((FLAWED,), 0.43),
    "taught": Report((TAUGHT,), 0.43),
    "open": Report((OPEN,), 0.43),
    "short-of-goal": Report((SHORT_OF_GOAL,), 0.43),
    "absent": Report((ABSENT,), 0.0),
    "claim": Report((CLAIM,), 0.02),
    "several": Report((CLEAN, NOTED, FLAWED, TAUGHT, ABSENT), 12.0),
    "nothing": Report((), 0.0),
}

"""Verdicts and the evidence they carry; what each promises stands in the README under "What a verdict promises"."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction

from derivcheck.expression import Span
from derivcheck.finding import Finding, ReadingNote
from derivcheck.source import Located, Source


class Verdict(StrEnum):
    PROVED = "proved"
    WRONG = "wrong"
    FOLLOWS = "follows"
    UNDECIDED = "undecided"
    STATED = "stated"
    INVALID = "invalid"


@dataclass(frozen=True, slots=True)
class Counterexample:
    """A point inside the domain and the two values there, as text a person can recompute.

    `expected` is the truth, `claimed` the author's value, "undefined" where there is none.
    `functions` gives the instance chosen for each unknown function.
    """

    point: dict[str, str]
    expected: str
    claimed: str
    functions: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What is known of a wrong step: where it goes wrong, and the mistake that gives exactly the author's expression.

    `span` counts characters of the claim's own text; `rule` and `message` are empty where no mistake is confirmed. The
    texts go with the hint levels: `place` says where, `message` names the mistake, `question` asks, `principle` is the
    sound rule, and `answer`, `fix` (the repaired text of the span), `consequences` and `replay` (the wrong
    derivation line by line) may show what is right.
    """

    rule: str
    span: Span | None
    message: str
    question: str = ""
    principle: str = ""
    fix: str = ""
    label: str = ""
    consequences: tuple[str, ...] = ()
    place: str = ""
    answer: str = ""
    replay: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StepResult:
    """One judged step. `claim` is the author's text as written; spans inside it count its characters.

    `link` is the span of the first broken side of a chain; `cancels` names the earlier wrong step whose
    error this one takes back; `fault` says that the judging itself failed; `missed_expectation` says why
    an `expect:` was not met, empty when it was.
    """

    id: str
    claim: str
    verdict: Verdict
    location: Located | None = None
    domain: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    expected: str | None = None
    counterexample: Counterexample | None = None
    diagnosis: Diagnosis | None = None
    follows_from: str | None = None
    cancels: str | None = None
    link: Span | None = None
    readings: tuple[ReadingNote, ...] = ()
    warnings: tuple[Finding, ...] = ()
    reason: str | None = None
    explanation: str = ""
    because: str = ""
    note: str = ""
    points: Fraction = Fraction(1)
    expect: str = ""
    missed_expectation: str = ""
    seconds: float = 0.0
    fault: bool = False


@dataclass(frozen=True, slots=True)
class GoalResult:
    """`status` is `reached`, `equivalent` or `missed`."""

    claim: str
    status: str


@dataclass(frozen=True, slots=True)
class FileReport:
    """One derivation: `verdict` is the worst of its steps, `definitions` the given lines as written."""

    path: str
    title: str
    source: Source | None
    verdict: Verdict
    goal: GoalResult | None = None
    findings: tuple[Finding, ...] = ()
    steps: tuple[StepResult, ...] = ()
    definitions: tuple[str, ...] = ()
    domain: tuple[str, ...] = ()
    symbols: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    files: tuple[FileReport, ...]
    seconds: float = 0.0

    def count(self, verdict: Verdict) -> int:
        """How many steps of all files have the verdict."""
        return sum(step.verdict is verdict for file in self.files for step in file.steps)

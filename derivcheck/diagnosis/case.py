"""What a diagnosis starts from and what it says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from derivcheck.claim import Form, Setting
from derivcheck.expression import Expression, Span
from derivcheck.verdict import Diagnosis


@dataclass(frozen=True, slots=True)
class Case:
    """One side of a chain that was judged wrong.

    `text` is the claim's text, which the spans of `claimed` count; `truth` is the left side of the chain and
    `previous` the side written just before, if there is one between. `form` is where it was refuted, and
    `others` are definitions whose derivative may have been taken by mistake.
    """

    text: str
    truth: Expression
    claimed: Expression
    setting: Setting
    form: Form
    previous: Expression | None = None
    previous_right: bool = True
    others: Mapping[str, Expression] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Diagnosed:
    """A wrong side explained.

    `rule` is the id of the mistake that gives exactly the author's expression, empty when none is confirmed.
    `levels` are the five texts to be shown one after the other: locate, name, question, rule, answer; only
    the last may show what is right, as do `fix` (the repaired text of `span`), `expected` (the whole right side) and
    `consequences`. `replay` is the wrong derivation line by line.
    """

    rule: str
    span: Span | None
    label: str
    levels: tuple[str, str, str, str, str]
    fix: str = ""
    expected: str = ""
    replay: tuple[str, ...] = ()
    consequences: tuple[str, ...] = ()
    confirmed: bool = False

    def as_diagnosis(self) -> Diagnosis:
        """What a report shows; without a confirmed mistake it names none."""
        place, name, question, principle, answer = self.levels
        return Diagnosis(
            self.rule, self.span, name if self.confirmed else "",
            question=question, principle=principle, fix=self.fix, label=self.label, consequences=self.consequences,
            place=place, answer=answer, replay=self.replay,
        )  # fmt: skip

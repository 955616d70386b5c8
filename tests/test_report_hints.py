"""Below the level of the answer no format shows it, whatever else it shows."""

from __future__ import annotations

import json
from dataclasses import fields, replace

import pytest
import report_values as values

from derivcheck.finding import ReadingNote
from derivcheck.report.formats import FORMATS, render
from derivcheck.report.hints import ANSWER, redacted
from derivcheck.report.options import LANGUAGES, RenderOptions
from derivcheck.verdict import Counterexample, Diagnosis, FileReport, Report, StepResult, Verdict

# What each level lets through; everything not named here is the answer.
TOLD = {"rule": 1, "span": 0, "message": 1, "question": 2, "principle": 3, "label": 0, "place": 0}
LEVELS = {f"{item.name}-of-diagnosis": TOLD.get(item.name, ANSWER) for item in fields(Diagnosis)}
SECRETS = ("expected-side", "7919", "truth-needs-this", "at-this-point", "why-it-is-so", "author-tells-it", "thin-set")


def marked(name: str) -> object:
    text = f"{name}-of-diagnosis"
    return (text,) if name in ("consequences", "replay") else text


DIAGNOSIS = Diagnosis(**{item.name: marked(item.name) for item in fields(Diagnosis) if item.name != "span"}, span=None)  # type: ignore[arg-type]
SEEN = Counterexample({"at-this-point": "7919"}, "7919", "3", {"f(u)": "at-this-point"})
NOTE = ReadingNote("product-not-call", "read as a product", values.NOTE.span)


def report(verdict: Verdict = Verdict.WRONG) -> Report:
    step = StepResult(
        "1", "dL/da = 3", verdict, domain=("a > 0", "truth-needs-this != 0"), conditions=("thin-set != 0",),
        expected="expected-side", counterexample=SEEN, diagnosis=DIAGNOSIS, readings=(NOTE,), reason="why-it-is-so",
        explanation="why-it-is-so", note="author-tells-it", expect="wrong",
        missed_expectation="this step was announced as x; found: rule-of-diagnosis", follows_from="0",
    )  # fmt: skip
    return Report((FileReport("f.yaml", "", None, verdict, steps=(step,), domain=("a > 0",)),))


def everything(report: Report) -> str:
    """All that any format says in any way."""
    shown = (
        render(format, report, RenderOptions(verbosity=verbosity, language=language, replay=True))
        for format in FORMATS
        for verbosity in (-1, 0, 1)
        for language in LANGUAGES
    )
    return "\n".join(shown)


@pytest.mark.parametrize("verdict", [Verdict.WRONG, Verdict.FOLLOWS])
@pytest.mark.parametrize("hint", range(ANSWER))
def test_below_the_answer_nothing_gives_it_away(verdict: Verdict, hint: int) -> None:
    said = everything(redacted(report(verdict), hint))
    for secret in SECRETS:
        assert secret not in said
    for text, level in LEVELS.items():
        assert text not in said or level <= hint
    assert "read as a product" in said


@pytest.mark.parametrize("hint", range(ANSWER + 1))
def test_each_level_says_what_belongs_to_it(hint: int) -> None:
    said = everything(redacted(report(), hint))
    for name, level in TOLD.items():
        asked = name == "question" and hint == ANSWER
        if name != "span" and not asked:
            assert (f"{name}-of-diagnosis" in said) is (level <= hint), name


def test_the_answer_changes_nothing() -> None:
    assert redacted(report(), ANSWER) == report()
    assert "expected-side" in everything(report()) and "7919" in everything(report())


def test_what_is_right_stays_as_it_is() -> None:
    file = values.derivation(replace(values.PROVED, explanation="chain rule", note="well done"), values.UNDECIDED)
    assert redacted(Report((file,)), 0) == Report((file,))


def test_a_hidden_counterexample_keeps_its_keys() -> None:
    step = json.loads(render("json", redacted(report(), 0), RenderOptions()))["files"][0]["steps"][0]
    assert step["counterexample"] == {"point": {}, "expected": None, "claimed": None}
    assert step["diagnosis"] == {"rule": None, "span": None, "message": "place-of-diagnosis"}
    assert step["expected"] is None and step["domain"] == ["a > 0"]


def test_the_point_is_told_without_its_values() -> None:
    full = render("full", redacted(Report((values.FLAWED,)), 2), RenderOptions())
    assert "check    at a point of the domain the two sides differ" in full
    assert "ask      What is the derivative of 1−p̂?" in full and "−2" not in full

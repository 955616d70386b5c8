"""The page MISTAKES.md is what the program writes today, and its examples show what they are examples of."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import derivcheck
from derivcheck.finding import Severity
from derivcheck.handbook import completed, entry, handbook
from derivcheck.report.explanations import Explanation, explanations
from derivcheck.report.markdown import anchor, escaped, fence, paragraphs
from derivcheck.report.problems import problems
from derivcheck.verdict import FileReport, Verdict

ROOT = Path(__file__).parent.parent
PAGES = {"en": "MISTAKES.md"}
FINDINGS = [item for item in explanations().values() if not item.mistake]
VERDICTS = {verdict.value for verdict in Verdict}


def judged(example: str) -> FileReport:
    (file,) = derivcheck.verify(text=completed(example)).files
    return file


def told(file: FileReport) -> set[str]:
    """Everything that the report names, the verdicts and readings of steps too."""
    readings = {note.code for step in file.steps for note in step.readings}
    return {problem.id for problem in problems(file)} | {step.verdict.value for step in file.steps} | readings


@pytest.mark.parametrize("language", PAGES)
def test_the_page_is_fresh(language: str) -> None:
    name = PAGES[language]
    written = (ROOT / name).read_text("utf-8")
    refresh = f"derivcheck explain --all --format markdown --lang {language} > {name}"
    assert written == handbook(language), f"{name} is out of date; write it anew: {refresh}"


@pytest.mark.parametrize("item", [item for item in FINDINGS if item.wrong], ids=lambda item: item.id)
def test_the_wrong_example_has_the_finding(item: Explanation) -> None:
    assert item.id in told(judged(item.wrong))


@pytest.mark.parametrize("item", [item for item in FINDINGS if item.right], ids=lambda item: item.id)
def test_the_right_example_is_in_order(item: Explanation) -> None:
    file = judged(item.right)
    bad = [problem.id for problem in problems(file) if problem.severity is not Severity.NOTE and not problem.announced]
    assert bad == []
    assert item.id in VERDICTS or item.id not in told(file)


def test_every_link_of_the_contents_leads_to_a_heading() -> None:
    page = (ROOT / PAGES["en"]).read_text("utf-8")
    headings = {anchor(line.lstrip("# ")) for line in page.splitlines() if line.startswith("#")}
    links = set(re.findall(r"^ *- \[[^\]]*\]\((#[^)]*)\)", page, re.MULTILINE))
    assert links and links <= headings
    assert {anchor(id) for id in explanations()} <= links


def test_an_entry_stands_on_the_page_as_it_is() -> None:
    item = explanations()["chain-inner-dropped"]
    assert entry(item, "en") in (ROOT / PAGES["en"]).read_text("utf-8")


def test_an_entry_in_another_language() -> None:
    text = entry(explanations("de")["chain-inner-dropped"], "de")
    assert "innere Ableitung" in text and "BEWIESEN" in text and "Probe" in text


def test_markdown_takes_no_text_for_markup() -> None:
    assert escaped("a*b_c <d> [e] #1 $x$ |y|") == r"a\*b\_c \<d\> \[e\] \#1 \$x\$ \|y\|"
    assert escaped("- a") == r"\- a" and escaped("2. a") == r"2\. a" and escaped("x^2 `A^2*b`") == "x^2 `A^2*b`"
    assert paragraphs("one\nline\n\nnext") == "one line\n\nnext"
    assert fence("a ``` b").startswith("````\n") and fence("x", "yaml") == "```yaml\nx\n```"


def test_a_part_of_a_file_is_completed() -> None:
    assert completed("- x = x") == "steps:\n- x = x\n"
    assert completed("steps:\n  - x = x") == "steps:\n  - x = x\n"
    assert completed("given:\n  u: 2x").startswith("given:\n  u: 2x\nsteps:\n")

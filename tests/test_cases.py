"""One behaviour a file: each file under `tests/cases/` says at its top what must come out.

    # what it shows
    # step 2 is wrong: 2x cos(x)      the verdict, and the underlined part of the claim
    # step 3 follows from 2
    # goal is missed
    # finds unknown-key at gaol       a finding that is not a verdict, and the text under its caret
    # exit status 1

Steps that are not named are proved or stated in `proved/`, `refuted/` and `malformed/`. Without a line for it, the
exit status is the usual one of the folder.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import derivcheck
from derivcheck.finding import Severity
from derivcheck.report.outcome import exit_status
from derivcheck.report.problems import Problem, problems
from derivcheck.verdict import FileReport, StepResult

ROOT = Path(__file__).parent / "cases"
USUAL_STATUS = {"proved": 0, "refuted": 1, "undecided": 1, "malformed": 2}
CASES = [path for folder in USUAL_STATUS for path in sorted((ROOT / folder).glob("*.yaml"))]
_STEP = re.compile(r"# step (?P<id>.+?) (?:is (?P<verdict>\w+)(?:: (?P<part>.+))?|follows from (?P<origin>.+))")


def name_of(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


def header(path: Path) -> list[str]:
    lines = path.read_text("utf-8").splitlines()
    return lines[: next(number for number, line in enumerate(lines) if not line.startswith("#"))]


@pytest.mark.parametrize("path", CASES, ids=name_of)
def test_case(path: Path) -> None:
    said = header(path)
    report = derivcheck.verify(path)
    (file,) = report.files
    named = dict(verdict_line(line) for line in said if line.startswith("# step "))
    assert named.keys() <= {step.id for step in file.steps}
    for step in file.steps:
        assert written(step, named.get(step.id, "")) == named.get(step.id, "proved"), step
    found = [problem for problem in problems(file) if not problem.judged and problem.severity is not Severity.NOTE]
    expected = [line.removeprefix("# finds ") for line in said if line.startswith("# finds ")]
    assert [place(problem, line) for problem, line in zip(found, expected, strict=False)] == expected
    assert [problem.id for problem in found[len(expected) :]] == []
    check_goal(file, [line.removeprefix("# goal is ") for line in said if line.startswith("# goal ")])
    statuses = [int(line.removeprefix("# exit status ")) for line in said if line.startswith("# exit ")]
    assert exit_status(report) == (statuses or [USUAL_STATUS[path.parent.name]])[0]


def verdict_line(line: str) -> tuple[str, str]:
    """The step that a line names, and what it must come out as."""
    match = _STEP.fullmatch(line)
    assert match, line
    if match["origin"]:
        return match["id"], f"follows from {match['origin']}"
    return match["id"], match["verdict"] + (f": {match['part']}" if match["part"] else "")


def written(step: StepResult, wanted: str) -> str:
    """The verdict on a step in the words of a header, as precise as `wanted` is."""
    if step.follows_from is not None:
        return f"follows from {step.follows_from}"
    if ": " in wanted and step.link is not None:
        return f"{step.verdict.value}: {step.claim[step.link.start : step.link.end]}"
    return step.verdict.value


def place(problem: Problem, line: str) -> str:
    """A finding in the words of a header, as precise as `line` is."""
    if problem.source is None or problem.span is None or " " not in line:
        return problem.id
    return f"{problem.id} at {problem.source.text[problem.span.start : problem.span.end]}"


def check_goal(file: FileReport, expected: list[str]) -> None:
    statuses = [] if file.goal is None else [file.goal.status]
    assert statuses == expected


@pytest.mark.parametrize("path", [path for path in CASES if path.parent.name == "proved"], ids=name_of)
def test_every_accepted_case_has_a_rejected_neighbour(path: Path) -> None:
    assert (ROOT / "refuted" / path.name).exists()


@pytest.mark.parametrize("path", CASES, ids=name_of)
def test_every_case_says_what_it_shows(path: Path) -> None:
    first, *rest = header(path)
    assert re.match(r"# (?!step |finds |goal is |exit status )\S", first)
    assert all(re.match(r"# (step |finds |goal is |exit status \d)", line) for line in rest)

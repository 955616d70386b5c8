"""Every derivation that comes with the program is as its file says: they are what people learn the format from."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import derivcheck
from derivcheck.finding import Severity
from derivcheck.report.outcome import exit_status
from derivcheck.report.problems import problems
from derivcheck.verdict import Verdict

FOLDER = Path(__file__).parent.parent / "derivations"
FILES = sorted(FOLDER.rglob("*.yaml"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_derivation(path: Path) -> None:
    report = derivcheck.verify(path)
    (file,) = report.files
    announced = any(step.expect for step in file.steps)
    for step in file.steps:
        if step.expect:
            misfit = step.verdict is Verdict.INVALID and step.diagnosis is not None
            assert (step.verdict is Verdict.WRONG or misfit) and not step.missed_expectation, step
        else:
            right = {Verdict.PROVED, Verdict.STATED} | ({Verdict.FOLLOWS} if announced else set())
            assert step.verdict in right, step
    assert file.goal is None or file.goal.status == "reached"
    said = [problem for problem in problems(file) if problem.severity is not Severity.NOTE and not problem.announced]
    assert {problem.id for problem in said} <= {"errors-cancel"}
    assert exit_status(report) == 0


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_file_is_tidy(path: Path) -> None:
    text = path.read_text("utf-8")
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", path.stem)
    assert text.startswith("title: ") and text.endswith("\n") and "\t" not in text
    assert all(len(line) <= 120 and line == line.rstrip() for line in text.splitlines())


def test_the_corpus_is_not_empty() -> None:
    assert len(FILES) >= 40

"""The console examples of the README are run, and must print what the README says (times apart)."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

import derivcheck
from derivcheck.report.outcome import exit_status

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")
BLOCKS = re.findall(r"^```console\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
_SECONDS = re.compile(r" *\b\d+\.\d s$", re.MULTILINE)


def examples() -> list[tuple[str, str]]:
    """Each command with the output that follows it; a `# exit status N` line belongs to neither."""
    return [
        (command, output)
        for block in BLOCKS
        for command, output in re.findall(r"^\$ (derivcheck .*)\n((?:(?!\$ ).*\n)*)", block, re.MULTILINE)
    ]


@pytest.mark.parametrize(("command", "output"), examples())
def test_console_example(command: str, output: str) -> None:
    _, *arguments = shlex.split(command)
    run = subprocess.run(
        [sys.executable, "-m", "derivcheck", *arguments],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        env={"PATH": "", "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"},
        timeout=120,
    )
    assert run.stderr == ""
    assert _timeless(run.stdout) == _timeless(output)


def _timeless(text: str) -> str:
    return _SECONDS.sub("", text).rstrip("\n")


@pytest.mark.parametrize("text", re.findall(r"^```yaml\n(.*?)^```$", README, re.MULTILINE | re.DOTALL))
def test_yaml_example(text: str) -> None:
    report = derivcheck.verify(text=text)
    assert exit_status(report) == 0
    assert report.files[0].findings == ()


def test_links_lead_to_files() -> None:
    targets = re.findall(r"\]\(([^)#]+)\)", README)
    assert targets and all((ROOT / target).exists() for target in targets)


def test_documented_python() -> None:
    step = derivcheck.check("d/dx sin(x^2) = cos(x^2)", assume=["x > 0"])
    assert step.verdict == "wrong" and step.expected == "2*x*cos(x^2)"
    assert step.counterexample is not None and step.counterexample.point == {"x": "1"}
    assert derivcheck.read("a(1−a)").text == "a*(1 - a)"

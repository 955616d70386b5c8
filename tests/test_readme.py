"""The console examples of the README are run, and must print what the README says (times apart)."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

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


def test_every_yaml_example_names_only_known_keys() -> None:
    from derivcheck.readers.derivation_file import read_raw
    from derivcheck.source import Source

    for text in re.findall(r"^```yaml\n(.*?)^```$", README, re.MULTILINE | re.DOTALL):
        assert read_raw(Source("README.md", text)).findings == ()

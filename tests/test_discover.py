"""Which files a person means, and that nothing named is silently skipped."""

from __future__ import annotations

import io
import os
from pathlib import Path

import pytest

from derivcheck.readers.discover import Unreadable, find_derivations, looks_like_derivation
from derivcheck.source import Source

STEPS = "steps:\n  - x = x\n"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def put(name: str, text: str = STEPS) -> None:
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


def outcome(*paths: str) -> list[str]:
    found = find_derivations(paths)
    return [f"{item.path}: {item.finding.id}" if isinstance(item, Unreadable) else item.path for item in found]


def test_a_file() -> None:
    put("a.yaml")
    put("odd.txt")
    assert outcome("a.yaml", "odd.txt") == ["a.yaml", "odd.txt"]


def test_a_directory_is_searched_in_order() -> None:
    put("d/b.yml")
    put("d/a.yaml")
    put("d/sub/C.YAML")
    put("d/other.yaml", "name: x\njobs:\n  steps:\n    - x\n")
    put("d/notes.txt")
    put("d/.hidden/x.yaml")
    assert outcome("d") == ["d/a.yaml", "d/b.yml", "d/sub/C.YAML"]


def test_each_file_once() -> None:
    put("d/a.yaml")
    assert outcome("d/a.yaml", "d", "./d/a.yaml") == ["d/a.yaml"]


def test_absolute_paths_are_shown_relative(folder: Path) -> None:
    put("d/a.yaml")
    assert outcome(str(folder / "d")) == ["d/a.yaml"]


def test_what_is_missing_is_said() -> None:
    put("d/readme.md")
    os.mkfifo("pipe")
    assert outcome("no.yaml", "d", "pipe", "", "a\0b") == [
        "no.yaml: file-not-found",
        "d: no-derivation",
        "pipe: not-a-file",
        ": file-not-found",
        "a\0b: file-not-found",
    ]


def test_unreadable_files_of_a_directory_are_said() -> None:
    Path("d").mkdir()
    Path("d/a.yaml").write_bytes(b"steps: \xff\n")
    Path("d/b.yaml").write_bytes(b"#" * ((1 << 20) + 1))
    assert outcome("d") == ["d/a.yaml: not-utf8", "d/b.yaml: file-too-large"]


def test_strange_names() -> None:
    put("a\n\x1b[31m[red].yaml")
    put("--help.yaml")
    assert outcome("a\n\x1b[31m[red].yaml", "--help.yaml") == ["a\n\x1b[31m[red].yaml", "--help.yaml"]


def test_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.TextIOWrapper(io.BytesIO(STEPS.encode()))
    monkeypatch.setattr("sys.stdin", stream)
    assert find_derivations(["-"]) == (Source("-", STEPS),)


@pytest.mark.parametrize(
    "text",
    [
        STEPS,
        "title: t\rsteps: [a]\r",
        '"steps" : [a]\n',
        '{"title": "t", "steps": ["a = a"]}',
        "given:\n  f: x\nstep: [a]\n",
    ],
)
def test_derivations_are_recognised(text: str) -> None:
    assert looks_like_derivation(text)


@pytest.mark.parametrize("text", ["", "name: x\n", "on: push\njobs:\n  a:\n    steps: []\n", "step: 1\n", "# steps:\n"])
def test_other_files_are_not(text: str) -> None:
    assert not looks_like_derivation(text)

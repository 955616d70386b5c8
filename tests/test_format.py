"""Formatting changes layout and quoting only, and changes nothing the second time."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from derivcheck.readers.derivation_file import RawDerivation, read_raw
from derivcheck.readers.format import format_derivation
from derivcheck.source import Source

CASES = sorted((Path(__file__).parent / "cases" / "files").glob("*.yaml"))

UNTIDY = """\
# top
---
"title":   "Why dz"   # the title

source: 'no'
given:   # definitions
    z:   w x + b
    "L": "x = a: b"


    # before f
    f(x):
         x^2
assume: [0 < a < 1, "y # z"]
steps:
   -   dL/da = −y · 1/a
             = (a−y)   # so
   - {claim: "a = b", points: 2}
   - claim: |
          x = y
            z
     because: >2-   # folded
         two
     id: "one"
   # in between
   - 'a
     b'
goal: "x \\\\cdot y"
# last"""

TIDY = """\
# top
title: Why dz  # the title

source: 'no'
given:  # definitions
  z: w x + b
  L: 'x = a: b'

  # before f
  f(x): x^2
assume:
  - 0 < a < 1
  - 'y # z'
steps:
  - dL/da = −y · 1/a
          = (a−y)  # so
  - claim: a = b
    points: 2
  - claim: |
      x = y
        z
    because: >2-  # folded
        two
    id: one
  # in between
  - 'a
    b'
goal: x \\cdot y
# last
"""


def formatted(text: str) -> str:
    return format_derivation(Source("file.yaml", text))


def values(text: str) -> tuple[object, ...]:
    """Everything a file says, without places."""
    raw: RawDerivation = read_raw(Source("file.yaml", text))
    return (
        (raw.title, raw.source_note, raw.description, raw.notation),
        [(item.name.text, item.formula.text) for item in raw.given],
        [item.text.text for item in raw.assume],
        [(step.id, step.claim.text, step.because, step.points, step.note, bool(step.error)) for step in raw.steps],
        raw.goal and raw.goal.text.text,
        sorted(finding.id for finding in raw.findings),
    )


def test_an_untidy_file() -> None:
    assert formatted(UNTIDY) == TIDY
    assert formatted(UNTIDY.replace("\n", "\r\n")) == TIDY


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_cases_keep_what_they_say(path: Path) -> None:
    text = path.read_text("utf-8")
    assert values(formatted(text)) == values(text)
    assert formatted(formatted(text)) == formatted(text)


def test_a_file_with_errors_stays_as_it_is() -> None:
    text = "steps:\n    -   a:    *b\n"
    assert formatted(text) == text


VALUES = st.text("ab =+:#-'\"\\|>&*[{,}]!%@`σ~0", min_size=1, max_size=12)


def writings(value: str) -> st.SearchStrategy[str]:
    doubled = value.replace("\\", "\\\\").replace('"', '\\"')
    single, lines = "'" + value.replace("'", "''") + "'", value.replace(" ", "\n      ")
    return st.sampled_from([value, single, f'"{doubled}"', f"|\n      {value}", f">-\n      {lines}", lines])


@settings(max_examples=200, deadline=None)
@given(st.lists(VALUES.flatmap(writings), min_size=1, max_size=4), st.sampled_from(["", "  # note", "\n\n # note"]))
def test_any_values_keep_what_they_say(written: list[str], comment: str) -> None:
    text = "steps:\n" + "".join(f"  - {value}{comment}\n" for value in written) + "goal: x = x\n"
    assert values(formatted(text)) == values(text)
    assert formatted(formatted(text)) == formatted(text)

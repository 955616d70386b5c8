"""Files to raw derivations: every slip of YAML is explained, every mistake reported, hostile files are survived."""

from __future__ import annotations

import re
from fractions import Fraction
from importlib.resources import files
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from derivcheck.finding import Finding, Severity
from derivcheck.readers.derivation_file import RawDerivation, read_raw
from derivcheck.readers.slips import looks_like_mathematics
from derivcheck.source import Source, decode

CASES = sorted((Path(__file__).parent / "cases" / "files").glob("*.yaml"))
REPAIRED = {
    "backslash-in-double-quotes", "claim-key-missing", "colon-in-value", "colon-makes-mapping", "comment-cuts-formula",
    "continuation-not-indented", "dash-makes-list", "tab-indentation", "text-after-quote", "unclosed-quote",
    "unquoted-indicator",
}  # fmt: skip


def read(text: str) -> RawDerivation:
    return read_raw(Source("file.yaml", text))


def all_findings(raw: RawDerivation) -> list[Finding]:
    parts = (*raw.given, *raw.assume, *raw.steps, *((raw.goal,) if raw.goal else ()))
    found = [*raw.findings, *(part.error for part in parts if part.error)]
    return sorted(found, key=lambda finding: finding.span.start if finding.span else -1)


def written(source: Source, finding: Finding) -> str:
    if finding.span is None:
        return finding.id
    return "{} {}:{}".format(finding.id, *source.line_column(finding.span.start))


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_case(path: Path) -> None:
    source = decode(path.name, path.read_bytes())
    assert isinstance(source, Source)
    expected = [line.removeprefix("# finds: ") for line in source.text.splitlines() if line.startswith("# finds: ")]
    assert [written(source, finding) for finding in all_findings(read_raw(source))] == expected
    assert expected or source.text.startswith("# clean\n")


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_the_repaired_line_mends_the_file(path: Path) -> None:
    text = path.read_text("utf-8")
    for _ in range(20):
        source = Source(path.name, text)
        slip = next((found for found in all_findings(read_raw(source)) if found.id in REPAIRED), None)
        if slip is None:
            break
        assert slip.span is not None
        number = source.line_column(slip.span.start)[0]
        lines = text.split("\n")
        indentation = re.match(r"\s*", lines[number - 1])
        assert indentation is not None
        depth = "" if slip.help.startswith(" ") else indentation.group()
        repaired = [depth + line for line in slip.help.split("\n")]
        lines[number - 1 : number - 1 + len(repaired)] = repaired
        assert lines != text.split("\n"), slip
        text = "\n".join(lines)
    assert not {found.id for found in all_findings(read(text))} & REPAIRED


def test_the_keys_of_a_file() -> None:
    raw = read(
        "title: t\nsource: s\ndescription: |\n  d\n  e\ngiven:\n  f(x): x^2\n  z_i: i\nassume:\n  - 0 < x < 1\n"
        "steps:\n  - f'(x) = 2 x\n  - claim: f''(x) = 2\n    because: power rule\n    id: second\n    points: 1/2\n"
        "    expect: wrong\n    diagnosis: power-coefficient-dropped\n    note: n\ngoal: f''(x) = 2\n"
        "notation:\n  dialect: plain\n  log_base: 2\n  strict: true\n"
    )
    assert not all_findings(raw)
    assert (raw.title, raw.source_note, raw.description) == ("t", "s", "d\ne")
    assert [(item.name.text, item.formula.text) for item in raw.given] == [("f(x)", "x^2"), ("z_i", "i")]
    assert [item.text.text for item in raw.assume] == ["0 < x < 1"]
    first, second = raw.steps
    assert (first.id, first.claim.text, first.points) == ("1", "f'(x) = 2 x", 1)
    assert (second.id, second.claim.text, second.because) == ("second", "f''(x) = 2", "power rule")
    assert (second.points, second.expect, second.note) == (Fraction(1, 2), "wrong", "n")
    assert second.diagnosis == "power-coefficient-dropped"
    assert raw.goal is not None
    assert raw.goal.text.text == "f''(x) = 2"
    assert raw.notation == {"dialect": "plain", "log_base": "2", "strict": "true"}


def test_the_starter_is_a_clean_file() -> None:
    raw = read((files("derivcheck.report") / "starter.yaml").read_text("utf-8"))
    assert not all_findings(raw)
    assert raw.steps


def test_a_damaged_step_keeps_its_place_and_its_text() -> None:
    raw = read("steps:\n  - a = b\n  - |x| = y\n  - c: d\n  - e = f\n")
    assert [step.claim.text for step in raw.steps] == ["a = b", "|x| = y", "c: d", "e = f"]
    assert [bool(step.error) for step in raw.steps] == [False, True, True, False]
    assert not raw.findings


def test_scalars_stay_text() -> None:
    raw = read("given: {y: no, n: 010}\nsteps: [1:30, 0.10, yes, ~, 1_000, .5, null]\n")
    assert [(item.name.text, item.formula.text) for item in raw.given] == [("y", "no"), ("n", "010")]
    assert [step.claim.text for step in raw.steps] == ["1:30", "0.10", "yes", "~", "1_000", ".5", "null"]


@pytest.mark.parametrize("line_break", ["\n", "\r\n", "\r"])
def test_line_ends_do_not_matter(line_break: str) -> None:
    text = "\ufefftitle: t\nsteps:\n  - a =\n      b\n  - |\n    c = d\n".replace("\n", line_break)
    source = decode("file.yaml", text.encode())
    assert isinstance(source, Source)
    raw = read_raw(source)
    assert [step.claim.text for step in raw.steps] == ["a = b", "c = d"]
    assert source.line_column(raw.steps[1].claim.offsets[0]) == (6, 5)
    assert not raw.findings


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        ("[" * 100_000, "yaml-nesting"),
        ("- " * 100_000, "yaml-nesting"),
        ("{a: " * 100_000, "yaml-nesting"),
        ("steps: [" + "a," * 100_000 + "]", "too-many-values"),
        ("steps:\n" + "  - a = b\n" * 1_500, "too-many-items"),
        ("steps: [a]\ntitle: " + "A" * 900_000, "text-too-long"),
        ("steps:\n  - " + "+ x" * 200_000, "formula-too-long"),
        ("steps: [a]\ntitle: a\0b\n", "control-character"),
        ("steps: [a]\ntitle: \x1b[2J\x9b\n", "control-character"),
        ('steps: ["\\ud800"]\n', "lone-surrogate"),
        ("steps: [a]\ntitle: \ud800\n", "control-character"),
        ("steps:\n" + "  - |x\n" * 5_000, "unquoted-indicator"),
        ("steps:\n" + "  - a\n - b\n" * 3_000, "bad-indentation"),
        ("a: " * 50_000, "colon-in-value"),
        ("'" * 99_999, "unclosed-quote"),
        ('"' + "\\c" * 99_999, "backslash-in-double-quotes"),
        ("steps: &a [*a, *a]\n", "unquoted-indicator"),
        ("!!python/object/apply:os.system [touch x]\n", "unquoted-indicator"),
        ("%YAML 2.0\n---\nsteps: [a]\n", "unquoted-indicator"),
        (f"%YAML 1.{'1' * 5_000}\n---\nsteps: [a]\n", "unquoted-indicator"),
        ("steps:\n  - a = b" + " " * 500_000 + "\n      c\n" + "\t" * 300_000, ""),
        ("steps:\n  - '" + " " * 500_000 + "'\n", "empty-formula"),
        ("steps: [a]\n" + "? " * 30 + "x", "complex-key"),
        ("steps:\n" + "".join(f"  - {{claim: a, k{n}: b}}\n" for n in range(900)), "unknown-key"),
        ("x" * 1_000_000 + ": 1\nsteps: [a]\n", "not-a-derivation"),
        ('"\\ud800": 1\nsteps: [a]\n', "lone-surrogate"),
    ],
    ids=lambda value: repr(value[:20]),
)
def test_hostile_files(text: str, finding: str) -> None:
    found = {item.id for item in all_findings(read(text))}
    assert finding in found or (not finding and not found)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                *"ab:-?#&*!|>%@`'\"{}[], \n\t\r\\=.<~",
                *("\x00", "\x85", "\u2028", "\ufeff", "\ud800", "\\U0011FFFF", "\\x", "|2-\n", "<<: ", "---\n"),
                *("steps:\n", "  - ", "claim: ", "given:\n", "assume:\n", "goal: ", "    "),
            ]
        ),
        max_size=60,
    ).map("".join)
)
def test_no_text_breaks_the_reader(text: str) -> None:
    source = Source("file.yaml", text)
    raw = read_raw(source)
    for finding in all_findings(raw):
        assert finding.span is None or 0 <= finding.span.start <= finding.span.end <= len(text)
        assert finding.severity in Severity
    assert raw.steps or raw.findings
    for step in raw.steps:
        step.claim.text.encode()
        assert len(step.claim.offsets) == len(step.claim.text) + 1
        assert all(0 <= offset <= len(text) for offset in step.claim.offsets)


@pytest.mark.parametrize("comment", ["x + 1", "exp(x)", "x", "dL/da * 2", "\\sigma z", "= 3"])
def test_mathematics_in_a_comment(comment: str) -> None:
    assert looks_like_mathematics(comment)


@pytest.mark.parametrize("comment", [" by the chain rule", " (3)", " 1.", " since d/da log a = 1/a", "!!", " ok"])
def test_words_in_a_comment(comment: str) -> None:
    assert not looks_like_mathematics(comment)

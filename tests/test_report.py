"""What is written about a report: the pictures, the schema, the underline, and that nothing hostile gets through."""

from __future__ import annotations

import json
import os
import re
import unicodedata
from dataclasses import replace
from pathlib import Path

import pytest
import report_values as values
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.text import Text

from derivcheck.expression import Span
from derivcheck.finding import Finding, Severity
from derivcheck.report.document import claim_lines
from derivcheck.report.formats import FORMATS, render
from derivcheck.report.layout import paint, wrap
from derivcheck.report.options import RenderOptions
from derivcheck.report.outcome import exit_status
from derivcheck.report.phrases import phrases
from derivcheck.report.safe_text import visible_text
from derivcheck.report.snippet import snippet
from derivcheck.report.spelling import spell
from derivcheck.report.witness import starts_with_derivative, witness
from derivcheck.source import Located, Source
from derivcheck.verdict import Counterexample, Diagnosis, FileReport, GoalResult, Report, StepResult, Verdict

GOLDEN = Path(__file__).parent / "golden"
PICTURES = [
    ("flawed", RenderOptions()),
    ("flawed", RenderOptions(encoding="ascii")),
    ("taught", RenderOptions()),
    ("noted", RenderOptions()),
    ("several", RenderOptions(width=60)),
]


STEP_KEYS = [
    *("id", "claim", "line", "column", "end_line", "end_column", "verdict", "domain", "conditions", "expected"),
    *("counterexample", "diagnosis", "follows_from", "readings", "reason", "seconds"),
]


def full(name: str, **options: object) -> str:
    return render("full", values.REPORTS[name], RenderOptions(**options))  # type: ignore[arg-type]


@pytest.mark.parametrize(("name", "options"), PICTURES)
def test_picture(name: str, options: RenderOptions) -> None:
    """Regenerate with DERIVCHECK_UPDATE_GOLDEN=1 and review the difference."""
    path = GOLDEN / f"{name}-{options.encoding}-{options.width}.txt"
    drawn = render("full", values.REPORTS[name], options)
    if os.environ.get("DERIVCHECK_UPDATE_GOLDEN"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(drawn, "utf-8")
    assert drawn == path.read_text("utf-8")


def test_a_clean_run_is_two_lines() -> None:
    first, second = full("clean").splitlines()
    assert first == "notes/cross-entropy.yaml   Cross entropy by hand"
    assert second.startswith("2 proved.  Goal reached: dC/ds = p̂ − t") and second.endswith("0.4 s")


def test_a_claim_that_is_right_takes_two_lines_too() -> None:
    file = FileReport("", "", None, Verdict.PROVED, steps=(replace(values.PLAIN, location=None, domain=()),))
    first, second = render("full", Report((file,), 0.02), RenderOptions()).splitlines()
    assert first.split() == [*values.FIRST.split(), "PROVED"] and second.split() == ["1", "proved.", "0.0", "s"]


def test_a_quiet_clean_run_says_nothing() -> None:
    assert full("clean", verbosity=-1) == "" == full("taught", verbosity=-1)
    assert "undecided-step" in full("open", verbosity=-1)
    assert "inner-sign-lost" in full("flawed", verbosity=-1)


def test_verbose_shows_the_document_of_a_clean_file() -> None:
    assert values.DEFINITION in full("clean", verbosity=1)


def test_an_announced_mistake_is_told_calmly() -> None:
    text = full("taught")
    assert "WRONG, as announced" in text and "1 wrong as announced" in text
    assert "[31m" not in render("full", values.REPORTS["taught"], RenderOptions(color=True))


def test_a_wrong_step_shows_what_is_known_about_it() -> None:
    text = full("flawed")
    for part in (
        "true     −(t/p̂ − (1−t)/(1−p̂))",
        "at p̂ = 1/2, t = 0:   step 2 says −2,   the derivative is 2",
    ):
        assert part in text
    for row in ("check", "rule", "fix", "then", "more"):
        assert re.search(rf"^  {row} +\S", text, re.MULTILINE)
    assert not re.search(r"^  (ask|replay) ", text, re.MULTILINE)
    replayed = full("flawed", replay=True)
    assert re.search(r"^  replay   d/dp̂ log\(1−p̂\)\n           = 1/\(1−p̂\)$", replayed, re.MULTILINE)


def test_the_place_is_told_where_the_underline_does_not_say_it() -> None:
    def shown(**more: object) -> str:
        found = replace(values.DIAGNOSIS, place="The second term is wrong.", **more)  # type: ignore[arg-type]
        file = values.derivation(replace(values.WRONG, diagnosis=found))
        return " ".join(render("full", Report((file,)), RenderOptions()).split())

    assert "The second term is wrong. The inner derivative" in shown()
    assert " true " in shown()
    assert "The second term" not in shown(span=values.WRONG.link) and " true " not in shown(span=values.WRONG.link)
    assert "The second term is wrong." in shown(message="")
    assert "The second term" not in shown(message="", span=values.WRONG.link)
    assert " rule " in shown() and " rule " not in shown(message="")


def test_a_fault_of_the_diagnosis_is_told() -> None:
    file = values.derivation(replace(values.WRONG, diagnosis=None, fault=True))
    assert "please report it" in " ".join(render("full", Report((file,)), RenderOptions()).split())


def test_a_wrong_step_without_a_known_mistake_shows_the_point() -> None:
    file = values.derivation(values.PLAIN, replace(values.WRONG, diagnosis=None))
    text = render("full", Report((file,)), RenderOptions())
    assert text.count("step 2 says −2") == 1
    line = render("concise", Report((file,)), RenderOptions())
    assert line.endswith("wrong-step at p̂ = 1/2, t = 0: step 2 says −2, the derivative is 2\n")


@pytest.mark.parametrize(
    ("seen", "words"),
    [
        (Counterexample({"a": "1"}, "2", "undefined"), ("at a = 1", "step 1 is undefined", "the truth is 2")),
        (Counterexample({"a": "1"}, "undefined", "2"), ("at a = 1", "step 1 says 2", "the truth is undefined")),
        (Counterexample({}, "2", "3"), ("everywhere", "step 1 says 3", "the truth is 2")),
        (Counterexample({}, "", ""), ("at a point of the domain the two sides differ",)),
        (
            Counterexample({"x": "0"}, "1", "2", {"f(u)": "u^2"}),
            ("at x = 0, f(u) = u^2", "step 1 says 2", "the truth is 1"),
        ),
    ],
)
def test_witness(seen: Counterexample, words: tuple[str, ...]) -> None:
    step = StepResult("1", "a = b", Verdict.WRONG, counterexample=seen)
    assert witness(step, FileReport("f", "", None, Verdict.WRONG, steps=(step,)), phrases("en")) == words


@pytest.mark.parametrize(
    ("claims", "derivative"),
    [
        (["dJ/dŷ = 2"], True),
        (["d/dx cos(x) = sin(x)"], True),
        (["∂²Y/∂K∂L = 1", "= 2"], True),
        (["f''(x) = 2"], True),
        (["y' = 2"], True),
        (["\\frac{d}{dx} x^2 = x"], True),
        (["\\frac{\\partial L}{\\partial w} = x"], True),
        (["log(1 + x) = log(x)"], False),
        (["x + y' = 2"], False),
        (["dJ/dx = 2", "f(x) = 2"], False),
        (["x = 2", "= 3"], False),
        (["(((", "= 3"], False),
    ],
)
def test_what_the_truth_is_called(claims: list[str], derivative: bool) -> None:
    steps = tuple(StepResult(str(k), claim, Verdict.WRONG) for k, claim in enumerate(claims))
    file = FileReport("f", "", None, Verdict.WRONG, steps=steps)
    assert starts_with_derivative(steps[-1], file) is derivative


def test_an_undecided_step_says_what_was_seen_and_what_to_try_once() -> None:
    one = replace(values.UNDECIDED, reason="no certificate; the sides agree at one point that was tried")
    file = values.derivation(replace(one, id="1"), one, goal=values.MISSED)
    text = " ".join(render("full", Report((file,)), RenderOptions()).split())
    assert text.count("both sides agree at the point that was tried") == 2
    assert text.count("so that each step does one thing") == 1 == text.count("derivcheck explain undecided-step")
    assert "goal-missed" not in text and "Goal missed" in text


def test_an_unknown_reason_is_told_as_it_is() -> None:
    file = values.derivation(replace(values.UNDECIDED, reason="outside the grammar: {x}"))
    text = render("full", Report((file,)), RenderOptions())
    assert "neither proved nor refuted: outside the grammar: {x}" in text and "  try " not in text


@pytest.mark.parametrize("verdict", [Verdict.UNDECIDED, Verdict.WRONG, Verdict.PROVED])
def test_a_step_that_is_not_wrong_as_announced_takes_one_block(verdict: Verdict) -> None:
    step = replace(values.WRONG, verdict=verdict, expect="wrong", missed_expectation="found: another", reason="time")
    text = render("full", Report((values.derivation(step),)), RenderOptions())
    assert len(re.findall(r"\^+", text)) == 1 == text.count("cross-entropy.yaml:7")
    found = json.loads(render("json", Report((values.derivation(step),)), RenderOptions()))["files"][0]["findings"]
    assert [item["id"] for item in found] == ["expectation-missed"]


def test_a_domain_is_told_once_and_only_where_it_is_not_the_file_s() -> None:
    def domain(claim: str, *conditions: str) -> StepResult:
        return StepResult(claim[:2], claim, Verdict.PROVED, domain=("0 < t < 2*pi", *conditions))

    steps = (
        domain("a = b", "r > 0"), domain("= c", "r > 0"), domain("= d", "r > 0", "t != 1"), domain("e = f", "r > 0"),
        replace(domain("= g"), domain=("t > 0", "t < 2*pi")),
    )  # fmt: skip
    file = FileReport("f", "", None, Verdict.PROVED, steps=steps, domain=("t > 0", "t < 2*pi"))
    lines = render("full", Report((file,)), RenderOptions(verbosity=1)).splitlines()
    told = [line.strip() for line in lines if "judged" in line]
    assert told[:3] == ["judged on 0 < t < 2 pi", "judged where also r > 0", "judged where also t != 1"]
    assert told[3:] == ["judged where also r > 0"], "for each chain anew with -v"
    undecided = replace(file, steps=(*steps, replace(steps[0], verdict=Verdict.UNDECIDED)))
    assert render("full", Report((undecided,)), RenderOptions()).count("judged where also r > 0") == 1


def test_verbose_says_of_each_proved_step_why_it_is_right() -> None:
    right = replace(values.PLAIN, explanation="chain rule with u = 1−p̂")
    file = values.derivation(right, replace(right, id="2"))
    assert render("full", Report((file,)), RenderOptions(verbosity=1)).count("chain rule with u = 1−p̂") == 2
    assert "chain rule with" not in render("full", Report((file,)), RenderOptions())


def test_a_long_goal_stands_on_a_line_of_its_own() -> None:
    goal = GoalResult("dC/ds = " + "p̂ + " * 12 + "t", "reached")
    *_, counted, reached = render(
        "full", Report((values.derivation(values.PLAIN, goal=goal),)), RenderOptions()
    ).splitlines()
    assert counted.startswith("1 proved.") and counted.endswith("0.0 s") and reached == f"Goal reached: {goal.claim}"


def test_an_error_inside_an_invalid_step_is_told_once() -> None:
    assert full("flawed").count("unbalanced-bracket") == 2  # the heading and the line with `explain`
    assert "invalid-step" not in full("flawed")
    bare = replace(values.FLAWED, findings=())
    assert "invalid-step" in render("concise", Report((bare,)), RenderOptions())


@pytest.mark.parametrize("name", values.REPORTS)
@pytest.mark.parametrize("width", [40, 60, 80, 100])
@pytest.mark.parametrize("encoding", ["utf-8", "ascii"])
def test_no_line_is_wider_than_the_screen(name: str, width: int, encoding: str) -> None:
    for line in full(name, width=width, encoding=encoding).splitlines():
        assert cell_len(line) <= width
        assert line == line.rstrip()


@pytest.mark.parametrize("name", values.REPORTS)
def test_colour_changes_nothing_but_colour(name: str) -> None:
    colored = full(name, color=True)
    assert re.sub(r"\x1b\[[0-9;]*m", "", colored) == full(name)


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252", "utf-8", "no-such-encoding"])
def test_every_format_stays_in_the_encoding(format: str, encoding: str) -> None:
    text = render(format, values.REPORTS["several"], RenderOptions(encoding=encoding))
    text.encode("ascii" if encoding == "no-such-encoding" else encoding)


def test_concise_is_one_line_for_each_problem() -> None:
    lines = render("concise", values.REPORTS["several"], RenderOptions()).splitlines()
    assert [line.split(" ")[:2] for line in lines] == [
        ["notes/cross-entropy.yaml:7:17:", "inner-sign-lost"],
        ["notes/cross-entropy.yaml:9:20:", "unbalanced-bracket"],
        ["nowhere.yaml:1:1:", "file-not-found"],
    ]


def test_json_has_exactly_the_keys_of_the_schema() -> None:
    value = json.loads(render("json", values.REPORTS["flawed"], RenderOptions()))
    assert list(value) == ["schema_version", "files", "summary"]
    assert value["summary"] == {"proved": 1, "wrong": 1, "follows": 1, "undecided": 0, "stated": 0, "invalid": 1}
    file = value["files"][0]
    assert list(file) == ["path", "title", "verdict", "goal", "findings", "steps"]
    assert file["goal"] == {"claim": "dC/ds = p̂ − t", "status": "missed"}
    assert [finding["id"] for finding in file["findings"]] == ["unbalanced-bracket"]
    for step in file["steps"]:
        assert list(step) == STEP_KEYS
    wrong = file["steps"][1]
    assert wrong["counterexample"] == {"point": {"p̂": "1/2", "t": "0"}, "expected": "2", "claimed": "−2"}
    assert list(wrong["diagnosis"]) == ["rule", "span", "message"]
    start, end = wrong["diagnosis"]["span"]
    assert wrong["claim"][start:end] == "(1−t)/(1−p̂)"
    assert (wrong["line"], wrong["column"]) == (7, 6)
    assert file["steps"][0]["diagnosis"] is None and file["steps"][0]["counterexample"] is None


def test_json_of_a_claim_without_a_file_has_nulls() -> None:
    file = json.loads(render("json", values.REPORTS["claim"], RenderOptions()))["files"][0]
    assert file["path"] is None and file["title"] is None and file["steps"][0]["line"] is None


def test_places_go_through_the_map_of_a_value_to_its_file() -> None:
    text = "steps:\n- 'x''\n   = 2'\n"
    claim = "x' = 2"
    place = Located(claim, (10, 11, 13, 17, 18, 19, 20))
    step = StepResult("1", claim, Verdict.WRONG, location=place, link=Span(5, 6))
    file = FileReport("a.yaml", "", Source("a.yaml", text), Verdict.WRONG, steps=(step,))
    assert render("concise", Report((file,)), RenderOptions()).startswith("a.yaml:3:6: wrong-step")


HOSTILE = "[x] [/red] \x1b[31m\x07\x9b2J\u202e\u2066\ud800\u2028\x00\r\n\t:smile: \ufeff"


def hostile_report(text: str) -> Report:
    source = Source(text, f"steps:\n- {text}")
    place = Located.plain(text, 9)
    diagnosis = Diagnosis(text, Span(0, len(text)), text, text, text, text, text, (text,), text, text, (text,))
    seen = Counterexample({text: text}, text, text, {text: text})
    whole = Span(0, len(text))
    warning = Finding(text, Severity.WARNING, text, whole, text, text, (text,))
    note = replace(values.NOTE, message=text, span=whole)
    more = {"domain": (text,), "conditions": (text,), "expected": text, "readings": (note,), "warnings": (warning,)}
    steps = tuple(
        StepResult(text, text, verdict, location=place, reason=text, diagnosis=found, counterexample=seen, **more)
        for verdict in Verdict
        for found in (diagnosis, None)
    )
    findings = tuple(Finding(text, severity, text, Span(0, 3), text, text, (text,)) for severity in Severity)
    goal = GoalResult(text, "missed")
    file = FileReport(text, text, source, Verdict.WRONG, goal, findings, steps, (text,), (text,), (text,))
    return Report((file, file))


@pytest.mark.parametrize("format", FORMATS)
@settings(max_examples=25, deadline=None)
@given(text=st.one_of(st.just(HOSTILE), st.text(st.characters(categories=None), max_size=12)))
def test_nothing_of_a_user_acts_on_the_terminal(format: str, text: str) -> None:
    for verbosity in (-1, 0, 1):
        shown = render(format, hostile_report(text), RenderOptions(verbosity=verbosity, replay=True))
        bad = [c for c in shown if c != "\n" and unicodedata.category(c) in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}]
        assert not bad
        if format == "json":
            assert json.loads(shown)["files"][0]["steps"][0]["claim"] == text


def test_square_brackets_survive() -> None:
    assert "[x] [/red]" in render("full", hostile_report("[x] [/red]"), RenderOptions(color=True))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\tb\nc\u00a0d", "a b c d"),
        ("\x1b[0m", "<U+001B>[0m"),
        ("a\u200bb\u200ec", "a<U+200B>b<U+200E>c"),
        ("\ud800", "<U+D800>"),
        ("x\u2028y", "x<U+2028>y"),
        ("☺\ufe0f", "☺<U+FE0F>"),
        ("ŷ p̂ σ − ∂", "ŷ p̂ σ − ∂"),
    ],
)
def test_visible_text(text: str, shown: str) -> None:
    assert visible_text(text) == shown


@pytest.mark.parametrize(
    ("text", "ascii_text"),
    [
        ("−", "-"), ("·", "*"), ("σ", "sigma"), ("Σ", "Sigma"), ("ŷ", "y_hat"), ("p̂", "p_hat"), ("²", "^2"),
        ("₁", "_1"), ("½", "1/2"), ("∂", "d"), ("ℝ", "R"), ("≠", "!="), ("Ж", "<U+0416>"), ("∈", "in"), ("ϕ", "phi"),
    ],
)  # fmt: skip
def test_spelling_where_the_encoding_lacks_a_character(text: str, ascii_text: str) -> None:
    assert "".join(map(spell, text)) == ascii_text


def drawn(text: str, span: Span, label: str = "here", **options: object) -> list[str]:
    chosen = RenderOptions(**options)  # type: ignore[arg-type]
    return paint(snippet(Source("a", text), span, label, chosen), chosen).splitlines()


@pytest.mark.parametrize(
    ("line", "part"),
    [
        ("a + b", "b"),
        ("= −(y/ŷ + 1)", "y/ŷ"),
        ("y + p̂ + z", "p̂"),
        ("y + p̂ + z", "z"),
        ("中 + x", "x"),
        ("中 + 文x", "文"),
        ("😀 · b", "b"),
    ],
)
def test_the_underline_is_measured_in_cells(line: str, part: str) -> None:
    shown, below = drawn(line, values.span_of(line, part))
    start = below.index("^")
    assert below.count("^") == cell_len(part)
    before = shown[: shown.index(part, shown.index("│"))]
    assert cell_len(before) == cell_len(below[:start])


def test_tabs_and_escapes_are_underlined_as_they_are_shown() -> None:
    shown, below = drawn("\ta\tb\x1bc", Span(3, 5))
    assert shown.endswith("│     a   b<U+001B>c")
    assert below.endswith("│         ^^^^^^^^^ here")


def test_an_empty_span_is_one_caret_also_behind_the_line() -> None:
    assert drawn("a +", Span(3, 3))[1].endswith("│    ^ here")
    assert drawn("a +\nb", Span(3, 3))[1].endswith("│    ^ here")
    assert drawn("", Span(0, 0))[1].endswith("│ ^ here")


def test_a_span_over_several_lines_underlines_each() -> None:
    lines = drawn("- a = b\n    = c\n- d", Span(2, 15))
    assert [line.split("│ ")[1] for line in lines] == ["- a = b", "  ^^^^^", "    = c", "    ^^^ here"]
    many = drawn("x\n" * 50, Span(0, 100))
    assert len(many) == 11 and many[8].strip().startswith("...")


def test_a_line_wider_than_the_screen_goes_on_below_itself() -> None:
    line = "a + " * 40 + "b"
    lines = drawn(line, values.span_of(line, "b"))
    assert " ".join(row.split("│ ", 1)[1] for row in lines[:-1]) == line
    assert lines[-1].rstrip().endswith("^ here")
    assert len(drawn("x" * 500_000, Span(250_000, 250_001))) < 12


def test_a_label_without_room_stands_below() -> None:
    label = "this is a long label that " * 4
    assert all(cell_len(line) <= 60 for line in drawn("x" * 50, Span(40, 44), label, width=60))


@settings(deadline=None)
@given(st.text(st.sampled_from("ab +=(−)中̂/"), max_size=80), st.integers(8, 30))
def test_wrapping_loses_nothing(text: str, width: int) -> None:
    lines = [line.plain for line in wrap(Text(text), width)]
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert all(cell_len(line) <= width for line in lines)


def test_a_long_chain_is_broken_before_its_equals_signs() -> None:
    lines, column = claim_lines("dL/dw = aaaa · bbbb = (cccc = dddd) + eeee = ffff", 0, 24, "utf-8")
    assert lines == ["dL/dw = aaaa · bbbb", "      = (cccc = dddd)", "        + eeee", "      = ffff"]
    assert claim_lines("= gggg", column, 24, "utf-8") == (["      = gggg"], 6)
    assert claim_lines("p := q", 0, 24, "utf-8") == (["p := q"], 0)


@pytest.mark.parametrize(
    ("files", "status"),
    [
        ([], 3),
        ([values.CLEAN], 0),
        ([values.NOTED], 0),
        ([values.TAUGHT], 0),
        ([values.OPEN], 1),
        ([values.SHORT_OF_GOAL], 1),
        ([values.derivation(values.PLAIN, values.WRONG)], 1),
        ([values.derivation(replace(values.PLAIN, expect="wrong", missed_expectation="it is right"))], 1),
        ([values.FLAWED], 2),
        ([values.derivation(values.INVALID)], 2),
        ([values.ABSENT], 2),
        ([values.EMPTY_FOLDER], 3),
        ([values.EMPTY_FOLDER, values.CLEAN], 3),
        ([values.EMPTY_FOLDER, values.OPEN], 1),
        ([values.ABSENT, values.EMPTY_FOLDER, values.OPEN], 2),
        ([values.derivation()], 3),
    ],
)
def test_exit_status(files: list[FileReport], status: int) -> None:
    assert exit_status(Report(tuple(files))) == status

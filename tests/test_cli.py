"""The command line: streams, exit statuses, files, signals; what stands in the report is tested elsewhere."""

from __future__ import annotations

import io
import json
import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from types import ModuleType

import pytest
import report_values as values

from derivcheck.cli import main
from derivcheck.report.progress import ProgressBar
from derivcheck.report.terminal import preferred_language, terminal_options, wants_ascii, wants_color
from derivcheck.verdict import FileReport, Report, StepResult, Verdict

ROOT = Path(__file__).parent.parent
DERIVATION = "steps:\n  - d/dx x^2 = 2x\n"

Fake = Callable[[str], None]


@pytest.fixture(autouse=True)
def locale(monkeypatch: pytest.MonkeyPatch) -> None:
    """No locale speaks into what is tested."""
    for name in ("LC_ALL", "LC_CTYPE", "LC_MESSAGES", "LANG", "PYTHONIOENCODING", "PYTHONUTF8"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def checker(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """A checker that answers with `report` and keeps what it was asked."""
    fake = ModuleType("derivcheck.checker")
    fake.report = Report((values.CLEAN,), 0.4)
    fake.asked = []

    def verify_sources(sources: Iterable[object], **more: object) -> Report:
        fake.asked.append((list(sources), more))
        return fake.report

    def check_claim(
        claim: str, given: Mapping[str, str], assume: Sequence[str], timeout: float, **more: object
    ) -> StepResult:
        fake.asked.append((claim, dict(given), tuple(assume), timeout))
        return values.CLAIM.steps[0]

    fake.verify_sources = verify_sources
    fake.check_claim = check_claim
    monkeypatch.setitem(sys.modules, "derivcheck.checker", fake)
    return fake


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = Path("a.yaml")
    path.write_text(DERIVATION, "utf-8")
    return path


def run_apart(*arguments: str, **more: object) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **more.pop("env", {})}  # type: ignore[dict-item]
    command = [sys.executable, "-m", "derivcheck", *arguments]
    return subprocess.run(command, env=environment, encoding="utf-8", timeout=60, **{"capture_output": True, **more})  # type: ignore[call-overload,no-any-return]


@pytest.mark.parametrize(
    ("report", "status"),
    [
        (values.REPORTS["clean"], 0),
        (values.REPORTS["taught"], 0),
        (values.REPORTS["open"], 1),
        (values.REPORTS["claim"], 1),
        (values.REPORTS["flawed"], 2),
        (values.REPORTS["nothing"], 3),
    ],
)
def test_exit_status(checker: ModuleType, file: Path, report: Report, status: int) -> None:
    checker.report = report
    assert main(["verify", str(file)]) == status
    assert main(["verify", str(file), "--exit-zero"]) == (0 if status == 1 else status)


def test_options_reach_the_checker(checker: ModuleType, file: Path) -> None:
    assert main(["verify", "--jobs", "3", "--timeout", "0.5", str(file)]) == 0
    (source,), more = checker.asked[0]
    assert source.path == "a.yaml" and source.text == DERIVATION
    assert more["jobs"] == 3 and more["timeout"] == 0.5
    more["progress"](1, 2)


@pytest.mark.parametrize("format", ["full", "concise", "json"])
@pytest.mark.parametrize("where", [[], ["-o", "report.txt"]])
def test_hints_are_cut_before_the_report_is_written(
    checker: ModuleType, file: Path, format: str, where: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    checker.report = values.REPORTS["flawed"]
    for hint, told in (("2", False), ("4", True)):
        assert main(["verify", str(file), "--hint", hint, "-f", format, *where]) == 2
        text = Path("report.txt").read_text("utf-8") if where else capsys.readouterr().out
        assert ("(t/p̂ − (1−t)/(1−p̂))" in text or format == "concise") is (told or format == "concise")
        assert "inner-sign-lost" in text
    assert main(["check", "x = x", "--hint", "0"]) == 1
    assert "inner-sign-lost" not in capsys.readouterr().out


def test_the_wrong_derivation_is_replayed_when_asked_for(
    checker: ModuleType, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    checker.report = values.REPORTS["flawed"]
    for options, told in (([], False), (["--replay"], True), (["--replay", "--hint", "3"], False)):
        main(["verify", str(file), *options])
        assert ("= 1/(1−p̂)" in capsys.readouterr().out) is told


def test_the_report_speaks_the_language_of_the_locale_or_the_one_asked_for(
    checker: ModuleType, file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LANG", "de_AT.UTF-8")
    main(["verify", str(file)])
    assert "2 bewiesen" in capsys.readouterr().out
    main(["verify", "--lang", "en", str(file)])
    assert "2 proved" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("environment", "language", "ascii"),
    [
        ({}, "en", False),
        ({"LANG": "de_DE.UTF-8"}, "de", False),
        ({"LANG": "de_DE.UTF-8", "LC_MESSAGES": "en_GB.UTF-8"}, "en", False),
        ({"LANG": "de_DE.UTF-8", "LC_ALL": "C.UTF-8"}, "en", False),
        ({"LANG": "ja_JP.UTF-8"}, "en", False),
        ({"LANG": "C"}, "en", True),
        ({"LANG": "C", "LC_CTYPE": "C.UTF-8"}, "en", True),
        ({"LANG": "C", "LC_CTYPE": "de_DE.UTF-8"}, "en", False),
        ({"LANG": "de_DE.UTF-8", "LC_ALL": "POSIX"}, "en", True),
        ({"LANG": "C", "PYTHONIOENCODING": "utf-8"}, "en", False),
    ],
)
def test_locale(environment: dict[str, str], language: str, ascii: bool) -> None:
    assert (preferred_language(environment), wants_ascii(environment)) == (language, ascii)


def test_a_known_mistake_is_explained_with_an_example(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "chain-inner-dropped"]) == 0
    out = capsys.readouterr().out
    assert "Instead of" in out and "steps:" in out and "Write" in out


def test_standard_input_has_a_name(checker: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    for options, name in (([], "-"), (["--stdin-filename", "hw.yaml"], "hw.yaml")):
        stream = io.TextIOWrapper(io.BytesIO(DERIVATION.encode()))
        monkeypatch.setattr(sys, "stdin", stream)
        assert main(["verify", "-", *options]) == 0
        (source,), _ = checker.asked[-1]
        assert source.path == name


def test_definitions_and_assumptions_of_a_claim(checker: ModuleType) -> None:
    given = ["--given", "L = a^2", "-g", "f(x): = x = y", "--assume", "0 < a < 1", "-a", "y in R"]
    assert main(["check", "dL/da = 2a", *given]) == 1
    assert checker.asked == [("dL/da = 2a", {"L": "a^2", "f(x)": "x = y"}, ("0 < a < 1", "y in R"), 5.0)]


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["frobnicate"],
        ["verify"],
        ["verify", "a.yaml", "-f", "nonsense"],
        ["verify", "a.yaml", "--jobs", "0"],
        ["verify", "a.yaml", "--timeout", "0"],
        ["verify", "a.yaml", "--timeout", "nan"],
        ["verify", "a.yaml", "--timeout", "inf"],
        ["verify", "a.yaml", "--color", "pink"],
        ["verify", "a.yaml", "--hint", "5"],
        ["verify", "a.yaml", "--lang", "xx"],
        ["check", "x = x", "--given", "x"],
        ["check", "x = x", "--given", "= 1"],
        ["check", "x = x", "--given", "a = 1", "--given", "a = 2"],
        ["explain", "no-such-thing"],
        ["verify", "--\x1b[31m\u202e\ud800"],
    ],
)
def test_a_bad_call_is_told_on_standard_error(
    checker: ModuleType, file: Path, arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    out, err = capsys.readouterr()
    assert out == "" and err.startswith("derivcheck: ") and len(err.splitlines()) <= 2
    assert not any(character in err for character in "\x1b\u202e\ud800")


def test_help_and_version(capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in (["--help"], ["-h"], ["--version"], ["verify", "--help"], ["check", "-h"]):
        assert main(arguments) == 0
        out, err = capsys.readouterr()
        assert out and not err
        assert all(len(line) <= 80 for line in out.splitlines())
    main(["--help"])
    assert "..." not in capsys.readouterr().out.partition("Commands:")[2]


@pytest.mark.parametrize("arguments", [["--version"], ["--help"], ["explain", "proved"], ["explain", "--list"]])
def test_quick_answers_do_without_sympy(arguments: list[str]) -> None:
    heavy = ["sympy", "flint", *(["rich", "yaml"] if arguments[0].startswith("--") else [])]
    code = (
        f"import sys; from derivcheck.cli import main; status = main({arguments});"
        f"sys.exit(status or any(name in sys.modules for name in {heavy}))"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.DEVNULL, timeout=60).returncode == 0


def test_a_report_in_a_file_is_whole_and_keeps_standard_output_free(
    checker: ModuleType, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = Path("report.json")
    out.write_text("old")
    out.chmod(0o640)
    link = Path("link.json")
    link.symlink_to(out)
    assert main(["verify", str(file), "-f", "json", "-o", str(link)]) == 0
    assert json.loads(out.read_text("utf-8"))["schema_version"] == 1
    assert link.is_symlink() and stat.S_IMODE(out.stat().st_mode) == 0o640
    assert sorted(path.name for path in Path().iterdir()) == ["a.yaml", "link.json", "report.json"]
    assert capsys.readouterr() == ("", "")


def test_a_report_that_cannot_be_written_leaves_the_old_one(
    checker: ModuleType, file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    out = Path("report.txt")
    out.write_text("old")
    monkeypatch.setattr(os, "fsync", full)
    assert main(["verify", str(file), "-o", str(out)]) == 2
    assert out.read_text() == "old" and len(list(Path().iterdir())) == 2
    assert capsys.readouterr().err == "derivcheck: cannot write report.txt: No space left on device\n"
    assert main(["verify", str(file), "-o", "missing/report.txt"]) == 2


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_behind_standard_output() -> None:
    with open("/dev/full", "w") as full:
        run = run_apart("explain", "proved", stdout=full, stderr=subprocess.PIPE, capture_output=False)
    assert run.returncode == 2
    assert run.stderr == "derivcheck: cannot write the report: No space left on device\n"


def test_a_reader_that_went_away_is_no_fault() -> None:
    read, write = os.pipe()
    os.close(read)
    run = run_apart("explain", "--list", stdout=write, stderr=subprocess.PIPE, capture_output=False)
    os.close(write)
    assert (run.returncode, run.stderr) == (141, "")


def test_a_fault_of_ours_is_one_line(
    checker: ModuleType, file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object, **__: object) -> Report:
        raise KeyError("secret")

    checker.verify_sources = fail
    assert main(["verify", str(file)]) == 101
    out, err = capsys.readouterr()
    assert out == "" and err.count("\n") == 1 and "KeyError" in err and "Traceback" not in err
    monkeypatch.setenv("DERIVCHECK_DEBUG", "1")
    with pytest.raises(KeyError):
        main(["verify", str(file)])


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_an_end_from_outside_leaves_nothing_half_done(tmp_path: Path, number: signal.Signals, status: int) -> None:
    code = (
        "import signal, sys, time, types\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)  # a job in the background ignores it\n"
        "fake = types.ModuleType('derivcheck.checker')\n"
        "def verify_sources(sources, **more):\n"
        "    open('started', 'w').close(); time.sleep(30)\n"
        "fake.verify_sources = verify_sources\n"
        "sys.modules['derivcheck.checker'] = fake\n"
        "from derivcheck.cli import main\n"
        "sys.exit(main(['verify', 'a.yaml', '-o', 'report.txt']))\n"
    )
    (tmp_path / "a.yaml").write_text(DERIVATION)
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    run = subprocess.Popen([sys.executable, "-c", code], cwd=tmp_path, env=environment, stderr=subprocess.PIPE)
    deadline = time.monotonic() + 30
    while not (tmp_path / "started").exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    run.send_signal(number)
    _, err = run.communicate(timeout=120)
    assert run.returncode == status and b"Traceback" not in err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.yaml", "started"]


def test_the_first_file_is_written_once(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["init"]) == 0
    written = Path("derivation.yaml").read_text("utf-8")
    assert "steps:" in written
    assert main(["init"]) == 2 and main(["init", "missing/a.yaml"]) == 2
    assert Path("derivation.yaml").read_text("utf-8") == written
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("terminal", "environment", "wanted"),
    [
        (True, {}, True),
        (False, {}, False),
        (True, {"NO_COLOR": "1"}, False),
        (True, {"NO_COLOR": ""}, True),
        (True, {"TERM": "dumb"}, False),
        (False, {"FORCE_COLOR": "1"}, True),
        (False, {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
    ],
)
def test_colour(terminal: bool, environment: dict[str, str], wanted: bool) -> None:
    assert wants_color(terminal, environment) is wanted


def test_a_choice_of_colour_decides_and_the_encoding_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "300")
    stream = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    options = terminal_options(stream, "always", 0)
    assert options.color and options.encoding == "ascii" and options.width == 100
    assert not terminal_options(stream, "never", 0).color and not terminal_options(stream, "auto", 0).color


def test_ascii_output_when_the_stream_can_do_no_more(checker: ModuleType) -> None:
    run = run_apart("explain", "undecided", env={"PYTHONIOENCODING": "ascii"})
    assert run.returncode == 0 and run.stdout.isascii() and "alpha" not in run.stdout


def test_the_progress_bar_is_patient_and_stays_off_where_it_is_not_wanted(capsys: pytest.CaptureFixture[str]) -> None:
    now = [0.0]
    with ProgressBar(True, lambda: now[0]) as bar:
        bar.advance(1, 10)
        assert capsys.readouterr().err == ""
        now[0] = 2.0
        bar.advance(2, 10)
    assert "2/10" in capsys.readouterr().err
    with ProgressBar(False, lambda: now[0]) as bar:
        now[0] = 9.0
        bar.advance(3, 10)
    assert capsys.readouterr() == ("", "")


def test_paths_that_are_not_there_are_told_with_the_rest(checker: ModuleType, file: Path) -> None:
    main(["verify", "a.yaml", "b.yaml"])
    items, _ = checker.asked[0]
    assert [item.path for item in items] == ["a.yaml", "b.yaml"]


def test_a_report_of_an_invalid_file_is_written_for_the_others_too(
    checker: ModuleType, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = FileReport("b.yaml", "", None, Verdict.INVALID, findings=values.ABSENT.findings)
    checker.report = Report((values.CLEAN, bad))
    assert main(["verify", "a.yaml", "b.yaml"]) == 2
    out, err = capsys.readouterr()
    assert "2 proved" in out and "file-not-found" in out and err == ""


UNTIDY = "title:   'x'\nsteps:\n    - \"d/dx x^2 = 2x\"\n"
TIDY = "title: x\nsteps:\n  - d/dx x^2 = 2x\n"


def test_fmt_changes_the_layout_or_shows_how(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file.write_text(UNTIDY, "utf-8")
    assert main(["fmt", "--check", str(file)]) == 1
    assert capsys.readouterr() == ("", "would change a.yaml\n")
    assert main(["fmt", "--diff", str(file)]) == 1
    out, _ = capsys.readouterr()
    assert "-title:   'x'" in out and "+title: x" in out and file.read_text("utf-8") == UNTIDY
    assert main(["fmt", str(file), "missing.yaml"]) == 2
    assert file.read_text("utf-8") == TIDY
    assert main(["fmt", "--check", str(file)]) == 0


def test_fmt_of_standard_input(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(UNTIDY.encode())))
    assert main(["fmt", "-"]) == 0
    assert capsys.readouterr() == (TIDY, "")


def test_read_tells_each_guess_and_where_it_cannot_read(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["read", "a(1-a)"]) == 0
    assert "read as" in capsys.readouterr().out
    assert main(["read", "x + )"]) == 2
    out, err = capsys.readouterr()
    assert "^" in out and "derivcheck explain" in out and err == ""

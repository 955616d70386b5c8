"""The command line: arguments in, a report and an exit status out; no mathematics.

Exit status: 0 everything is as it should be, 1 a step is wrong or undecided, 2 a bad option or an unreadable
or invalid file, 3 nothing to check, 101 a fault of ours, 130 and 143 when interrupted or ended from outside.
Standard output holds the report and nothing else. What is costly (SymPy, rich, PyYAML) is imported by the
command that needs it, so that `--version` and `--help` answer at once.
"""

from __future__ import annotations

import errno
import math
import os
import signal
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

import click

from derivcheck.report.formats import FORMATS
from derivcheck.report.options import LANGUAGES
from derivcheck.version import __version__

if TYPE_CHECKING:
    from derivcheck.report.options import RenderOptions
    from derivcheck.verdict import Report

STEP_SECONDS = 5.0
FAULT_OF_OURS = 101
INTERRUPTED = 130
PIPE_CLOSED = 141
ENDED = 143

Command = TypeVar("Command", bound=Callable[..., object])


class CannotDo(click.ClickException):
    """Something about the call or its surroundings, told in one sentence."""

    exit_code = 2


@dataclass(frozen=True, slots=True)
class Output:
    """How and where the report is wanted."""

    format: str
    file: Path | None
    color: str
    quiet: bool
    verbose: bool
    hint: int
    replay: bool
    language: str
    exit_zero: bool

    @property
    def verbosity(self) -> int:
        return self.verbose - self.quiet


def _finite(context: click.Context, parameter: click.Parameter, value: float) -> float:
    if not math.isfinite(value):
        raise click.BadParameter("this is not a number of seconds", context, parameter)
    return value


def _language(context: click.Context, parameter: click.Parameter, value: str | None) -> str:
    from derivcheck.report.terminal import preferred_language

    return value or preferred_language(os.environ)


_LANGUAGE = click.option("--lang", "language", type=click.Choice(LANGUAGES), callback=_language,
                         help="The language of the report; the locale's by default.")  # fmt: skip
_REPORT_OPTIONS = (
    click.option("-f", "--output-format", "--format", "format", type=click.Choice(FORMATS), default="full",
                 help="How the report is written.", show_default=True),
    click.option("-o", "--output-file", "file", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE",
                 help="Write the report to a file, whole or not at all."),
    click.option("--color", type=click.Choice(["auto", "always", "never"]), default="auto",
                 help="Colours; auto looks at the terminal and NO_COLOR.", show_default=True),
    click.option("-q", "--quiet", is_flag=True, help="Only what is not as it should be."),
    click.option("-v", "--verbose", is_flag=True, help="Every derivation in full, with reasons."),
    click.option("--hint", type=click.IntRange(0, 4), default=4, metavar="0..4", show_default=True,
                 help="Help with a wrong step: 0 place, 1 name, 2 question, 3 rule, 4 answer."),
    click.option("--replay", is_flag=True, help="Show the wrong derivation line by line."),
    _LANGUAGE,
    click.option("--timeout", type=click.FloatRange(min=0, min_open=True), default=STEP_SECONDS, metavar="SECONDS",
                 callback=_finite, help="Time for each step.", show_default=True),
    click.option("--exit-zero", is_flag=True, help="Exit with 0 even if a step is wrong or undecided."),
)  # fmt: skip


def report_options(command: Command) -> Command:
    """The options of every command that writes a report."""
    for option in reversed(_REPORT_OPTIONS):
        command = option(command)
    return command


@click.group(no_args_is_help=False, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 80})
@click.version_option(__version__, message="%(prog)s %(version)s")
def cli() -> None:
    """Prove or refute the steps of a derivation and show where it goes wrong.

    Exit status: 0 all is well, 1 a step is wrong or undecided, 2 a bad option or
    an unreadable file, 3 nothing to check, 101 a fault of ours.
    """


@cli.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@click.option("--stdin-filename", default="-", metavar="NAME", help="The name to report for standard input.")
@click.option("-j", "--jobs", type=click.IntRange(min=1), help="Steps judged at the same time.")
@report_options
def verify(paths: tuple[str, ...], stdin_filename: str, jobs: int | None, timeout: float, **wanted: Any) -> int:
    """Judge every step of the derivations in files and folders.

    A folder is searched for derivations; - is standard input.
    """
    from derivcheck.checker import verify_sources
    from derivcheck.readers.discover import STANDARD_INPUT, find_derivations
    from derivcheck.report.progress import ProgressBar

    output = Output(**wanted)
    found = find_derivations(paths)
    sources = [replace(item, path=stdin_filename) if item.path == STANDARD_INPUT else item for item in found]
    with ProgressBar(sys.stderr.isatty() and not output.quiet) as bar:
        report = verify_sources(
            sources, jobs=jobs, timeout=timeout, progress=bar.advance, language=output.language, reasons=output.verbose
        )
    return _deliver(report, output)


@cli.command()
@click.argument("claim")
@click.option("-g", "--given", multiple=True, metavar="'L = ...'", help="A definition; may be repeated.")
@click.option("-a", "--assume", multiple=True, metavar="'0 < a < 1'", help="An assumption; may be repeated.")
@report_options
def check(claim: str, given: tuple[str, ...], assume: tuple[str, ...], timeout: float, **wanted: Any) -> int:
    """Judge one claim.

    For example: derivcheck check 'd/da log(1-a) = -1/(1-a)' --assume '0 < a < 1'
    """
    from derivcheck.checker import check_claim
    from derivcheck.verdict import FileReport, Report

    output = Output(**wanted)
    step = check_claim(claim, _definitions(given), assume, timeout, language=output.language)
    file = FileReport("", "", None, step.verdict, steps=(step,))
    return _deliver(Report((file,), step.seconds), output)


@cli.command()
@click.argument("target", metavar="DERIVATIVE")
@click.option("-g", "--given", multiple=True, metavar="'L = ...'", help="A definition; may be repeated.")
@click.option("-a", "--assume", multiple=True, metavar="'0 < a < 1'", help="An assumption; may be repeated.")
@click.option("--file", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="FILE",
              help="Take definitions and assumptions from a derivation.")  # fmt: skip
def solve(target: str, given: tuple[str, ...], assume: tuple[str, ...], file: Path | None) -> int:
    """Write a derivation in teaching steps.

    The output is a file that verify proves.

    For example: derivcheck solve 'dL/dw' --given 'L = (w x - y)^2'
    """
    from derivcheck.derivation import read_derivation
    from derivcheck.engine.solve import Unsolvable
    from derivcheck.finding import Finding
    from derivcheck.solving import solution_of_file, solution_text
    from derivcheck.source import open_source

    try:
        if file is None:
            text = solution_text(target, _definitions(given), assume)
        else:
            source = open_source(file)
            if isinstance(source, Finding):
                raise CannotDo(source.message)
            text = solution_of_file(target, read_derivation(source))
    except Unsolvable as reason:
        raise CannotDo(str(reason)) from None
    _write_out(text)
    return 0


@cli.command()
@click.argument("id", required=False)
@click.option("--list", "listed", is_flag=True, help="List everything that can be explained.")
@click.option("--all", "everything", is_flag=True, help="Explain everything, as the page MISTAKES.md does.")
@click.option("--format", "format", type=click.Choice(["text", "markdown"]), default="text", show_default=True)
@_LANGUAGE
def explain(id: str | None, listed: bool, everything: bool, format: str, language: str) -> int:
    """Say what a finding or a verdict means and what helps."""
    from derivcheck.report.explanation_page import index, page
    from derivcheck.report.explanations import explanations, nearest

    known = explanations(language)
    options = _stdout_options("auto", 0, language)
    if listed or (id is None and not everything):
        _write_out(index(known, options))
        return 0
    if id is not None and id not in known:
        close = nearest(id, known)
        hint = f"did you mean {close}? " if close else ""
        raise CannotDo(f"there is nothing to explain under {id!r}; {hint}'derivcheck explain --list' names all")
    wanted = list(known.values()) if id is None else [known[id]]
    if format == "markdown":
        from derivcheck.handbook import entry, handbook

        _write_out(handbook(language) if id is None else entry(known[id], language))
        return 0
    if any(item.mistake for item in wanted):
        from derivcheck.report.examples import with_examples

        wanted = [with_examples(item) if item.mistake else item for item in wanted]
    _write_out("\n\n".join(page(item, options) for item in wanted))
    return 0


@cli.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path), default=Path("derivation.yaml"))
def init(file: Path) -> int:
    """Write a first derivation to FILE (derivation.yaml)."""
    from importlib.resources import files

    text = (files("derivcheck.report") / "starter.yaml").read_text("utf-8")
    try:
        with file.open("x", encoding="utf-8") as stream:
            stream.write(text)
    except FileExistsError:
        raise CannotDo(f"{file} is there already and stays as it is; name another file") from None
    except OSError as error:
        raise CannotDo(f"cannot write {file}: {error.strerror}") from None
    _say(f"wrote {file}; now try: derivcheck verify {file}")
    return 0


@cli.command()
@click.argument("formula")
@click.option("--dialect", type=click.Choice(["auto", "plain", "latex"]), default="auto", show_default=True)
@click.option("-s", "--symbol", "symbols", multiple=True, metavar="NAME", help="A declared name; may be repeated.")
@click.option("--function", "functions", multiple=True, metavar="NAME", help="A declared function; may be repeated.")
def read(formula: str, dialect: str, symbols: tuple[str, ...], functions: tuple[str, ...]) -> int:
    """Show how a formula is read."""
    from derivcheck.finding import ReadingError
    from derivcheck.notation.api import read as read_formula
    from derivcheck.report.reading import reading_error, reading_lines

    options = _stdout_options("auto", 0)
    try:
        reading = read_formula(formula, dialect=dialect, symbols=symbols, functions=functions)
    except ReadingError as error:
        _write_out(reading_error(formula, error, options))
        return 2
    _write_out(reading_lines(reading.text, reading.notes, reading.warnings, options))
    return 0


@cli.command()
@click.argument("paths", nargs=-1, required=True, metavar="FILE...")
@click.option("--check", "only_check", is_flag=True, help="Change nothing; exit with 1 if something would change.")
@click.option("--diff", is_flag=True, help="Show what would change, and change nothing.")
def fmt(paths: tuple[str, ...], only_check: bool, diff: bool) -> int:
    """Lay out derivation files; their mathematics stays as it is.

    Indentation, spacing and quotes are rewritten, and nothing else. The text of - goes to standard output.
    """
    from derivcheck.readers.discover import STANDARD_INPUT, find_derivations
    from derivcheck.readers.format import format_derivation
    from derivcheck.report.writing import difference
    from derivcheck.source import Source

    status = 0
    for found in find_derivations(paths):
        if not isinstance(found, Source):
            _say(f"derivcheck: {found.path}: {found.finding.message}")
            status = 2
            continue
        text = format_derivation(found)
        if diff or only_check:
            changed = text != found.text
            status = max(status, int(changed))
            _write_out(difference(found.path, found.text, text, _stdout_options("never", 0)) if diff else "")
            if changed and not diff:
                _say(f"would change {found.path}")
        elif found.path == STANDARD_INPUT:
            _write_out(text)
        elif text != found.text:
            _write_file(Path(found.path), text)
            _say(f"changed {found.path}")
    return status


def _definitions(given: Sequence[str]) -> Mapping[str, str]:
    """`NAME = FORMULA` pairs, each name once."""
    definitions: dict[str, str] = {}
    for item in given:
        name, _, formula = item.partition("=")
        name = name.strip().removesuffix(":").strip()
        if not name or not formula.strip():
            raise click.BadParameter(f"{item!r} is not of the form NAME = FORMULA", param_hint="--given")
        if name in definitions:
            raise click.BadParameter(f"{name!r} is defined twice", param_hint="--given")
        definitions[name] = formula.strip()
    return definitions


def _deliver(report: Report, output: Output) -> int:
    """Write the report where it is wanted; the exit status."""
    from derivcheck.report.formats import render
    from derivcheck.report.hints import redacted
    from derivcheck.report.options import RenderOptions
    from derivcheck.report.outcome import exit_status

    shown = redacted(report, output.hint)
    if output.file is None or str(output.file) == "-":
        options = _stdout_options(output.color, output.verbosity, output.language)
        _write_out(render(output.format, shown, replace(options, replay=output.replay)))
    else:
        options = RenderOptions(
            color=output.color == "always", verbosity=output.verbosity, language=output.language, replay=output.replay
        )
        _write_file(output.file, render(output.format, shown, options))
    status = exit_status(report)
    return 0 if status == 1 and output.exit_zero else status


def _stdout_options(color: str, verbosity: int, language: str = "en") -> RenderOptions:
    from derivcheck.report.terminal import terminal_options

    return terminal_options(sys.stdout, color, verbosity, language)


def _write_out(text: str) -> None:
    from derivcheck.report.writing import write_out

    try:
        write_out(text)
    except OSError as error:
        if error.errno == errno.EPIPE:
            raise click.exceptions.Exit(PIPE_CLOSED) from None
        raise CannotDo(f"cannot write the report: {error.strerror}") from None


def _write_file(path: Path, text: str) -> None:
    from derivcheck.report.writing import write_whole

    try:
        write_whole(path, text)
    except OSError as error:
        raise CannotDo(f"cannot write {path}: {error.strerror}") from None


def _say(text: str) -> None:
    """One line on standard error, safe to show."""
    from derivcheck.report.safe_text import visible_text

    click.echo(visible_text(text, getattr(sys.stderr, "encoding", None) or "utf-8"), err=True)


@contextmanager
def _orderly_end() -> Iterator[None]:
    """A request to end (SIGTERM) unwinds like an exception, so that nothing is left half done."""

    def end(number: int, frame: FrameType | None) -> NoReturn:
        raise SystemExit(ENDED)

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _run(arguments: Sequence[str] | None) -> int:
    try:
        status = cli.main(arguments, prog_name="derivcheck", standalone_mode=False)
    except click.UsageError as error:
        _say(f"derivcheck: {error.format_message()}")
        if error.ctx is not None:
            _say(f"Try '{error.ctx.command_path} --help' for help.")
        return error.exit_code
    except click.ClickException as error:
        _say(f"derivcheck: {error.format_message()}")
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        _say("derivcheck: interrupted")
        return INTERRUPTED
    return status if isinstance(status, int) else 0


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and give its exit status."""
    with _orderly_end():
        try:
            return _run(arguments)
        except Exception as error:
            if os.environ.get("DERIVCHECK_DEBUG") == "1":
                raise
            kind = type(error).__name__
            _say(f"derivcheck: sorry, this is a fault of ours ({kind}); DERIVCHECK_DEBUG=1 shows where it happened")
            return FAULT_OF_OURS

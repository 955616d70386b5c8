"""One line per problem, `file:line:col: id text`, as editors and compilers write it."""

from __future__ import annotations

from derivcheck.finding import Severity
from derivcheck.report.dialect import as_written
from derivcheck.report.options import RenderOptions
from derivcheck.report.phrases import phrases_for
from derivcheck.report.problems import Problem, problems
from derivcheck.report.safe_text import visible_text
from derivcheck.verdict import Report


def render(report: Report, options: RenderOptions) -> str:
    """Every problem of every file; notes only when asked for."""
    lines = [
        _line(problem, file.path)
        for file in map(as_written, report.files)
        for problem in problems(file, phrases_for(options))
        if options.verbosity > 0 or not (problem.announced or problem.severity is Severity.NOTE)
    ]
    return "".join(f"{visible_text(line, options.encoding)}\n" for line in lines)


def _line(problem: Problem, path: str) -> str:
    line, column = (1, 1)
    if problem.source is not None and problem.span is not None:
        line, column = problem.source.line_column(problem.span.start)
    text = " ".join(problem.message.split())
    return f"{path or '<claim>'}:{line}:{column}: {problem.id} {text}"

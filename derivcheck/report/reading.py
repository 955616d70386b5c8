"""How one formula was read, or where it could not be."""

from __future__ import annotations

from collections.abc import Iterable

from rich.text import Text

from derivcheck.finding import Finding, ReadingError, ReadingNote, Severity
from derivcheck.report.block import block
from derivcheck.report.layout import hang, paint, wrap
from derivcheck.report.options import RenderOptions
from derivcheck.report.problems import Problem
from derivcheck.report.safe_text import safe
from derivcheck.source import Source


def reading_lines(text: str, notes: Iterable[ReadingNote], warnings: Iterable[Finding], options: RenderOptions) -> str:
    """The unambiguous text, what was mended, and each guess."""
    said = [*(f"{warning.message}. {warning.help}" for warning in warnings), *(note.message for note in notes)]
    lines = [line for row in text.splitlines() for line in wrap(safe(row, options.encoding, "bold"), options.width)]
    for words in dict.fromkeys(said):
        lines.extend(hang(Text("  "), safe(words, options.encoding, "dim"), options.width))
    return paint(lines, options)


def reading_error(formula: str, error: ReadingError, options: RenderOptions) -> str:
    """The formula with the place that cannot be read, and what would help."""
    help = error.suggestion or (f"expected {error.expected}" if error.expected else "")
    finding = Finding(error.id, Severity.ERROR, error.message, error.span, help=help)
    problem = Problem(error.id, Severity.ERROR, error.message, Source("", formula), error.span, finding=finding)
    return paint(block(problem, "", options), options)

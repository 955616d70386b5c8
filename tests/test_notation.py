"""Every row of tests/readings: how it is read, what is noted, where an error points."""

from __future__ import annotations

from dataclasses import replace

import pytest
from reading_cases import Row, rows

from derivcheck.expression import Expression, Span, children
from derivcheck.finding import ReadingError
from derivcheck.notation import parse_statement, parse_statements, print_latex, print_plain, print_unicode

ROWS = rows()


def _name(row: Row) -> str:
    return f"{row.file}:{row.line}"


def check_spans(root: Expression, text: str) -> None:
    """Every node has a span, inside its parent's and inside the text."""
    stack: list[tuple[Expression, Span]] = [(root, Span(0, len(text)))]
    while stack:
        node, outer = stack.pop()
        assert node.span is not None, node
        assert outer.start <= node.span.start <= node.span.end <= outer.end, (node, outer)
        stack.extend((child, node.span) for child in children(node))


@pytest.mark.parametrize("row", ROWS, ids=_name)
def test_row(row: Row) -> None:
    if row.reading.startswith("! "):
        with pytest.raises(ReadingError) as caught:
            parse_statements(row.formula, row.declarations)
        error = caught.value
        assert error.id == row.reading[2:]
        assert row.formula[error.span.start : error.span.end] == row.rest
        return
    reading = parse_statements(row.formula, row.declarations)
    assert " ;; ".join(print_plain(statement, row.declarations) for statement in reading.value) == row.reading
    codes = {note.code for note in reading.notes} | {warning.id for warning in reading.warnings}
    assert codes == set(row.rest.split(",") if row.rest else ())
    for statement in reading.value:
        for side in statement.sides:
            check_spans(side, row.formula)


@pytest.mark.parametrize("row", [row for row in ROWS if not row.reading.startswith("!")], ids=_name)
@pytest.mark.parametrize("printer, dialect", [(print_plain, "auto"), (print_unicode, "auto"), (print_latex, "latex")])
def test_reading_prints_and_reads_back(row: Row, printer, dialect: str) -> None:
    declarations = replace(row.declarations, aliases={}, strict=False, implicit_multiplication="left-to-right")
    if "Derivative(F" in row.formula:
        declarations = replace(declarations, functions=declarations.functions | {"F"})
    for statement in parse_statements(row.formula, row.declarations).value:
        shown = printer(statement, declarations)
        assert parse_statement(shown, replace(declarations, dialect=dialect)).value == statement, shown


def test_every_row_is_read_once() -> None:
    assert len(ROWS) > 300


@pytest.mark.parametrize("row", [row for row in ROWS if row.reading.startswith("!")], ids=_name)
def test_error_says_what_to_do(row: Row) -> None:
    with pytest.raises(ReadingError) as caught:
        parse_statements(row.formula, row.declarations)
    error = caught.value
    assert error.message and not error.message.endswith(".")
    assert error.expected or error.suggestion

"""Reading formulas in plain text, Unicode and LaTeX into one tree, and printing them back."""

from derivcheck.notation.assumptions import parse_assumption
from derivcheck.notation.declarations import declare
from derivcheck.notation.heads import Head, parse_definition_head
from derivcheck.notation.statements import parse_expression, parse_statement, parse_statements

__all__ = [
    "Head",
    "declare",
    "parse_assumption",
    "parse_definition_head",
    "parse_expression",
    "parse_statement",
    "parse_statements",
]

"""Reading formulas in plain text, Unicode and LaTeX into one tree, and printing them back."""

from derivcheck.notation.api import FormulaReading, read
from derivcheck.notation.assumptions import parse_assumption, parse_assumptions
from derivcheck.notation.declarations import declare
from derivcheck.notation.heads import Head, parse_definition_head
from derivcheck.notation.latex_printing import print_latex
from derivcheck.notation.printing import print_plain
from derivcheck.notation.statements import parse_expression, parse_statement, parse_statements
from derivcheck.notation.to_sympy import statement_to_sympy, to_sympy
from derivcheck.notation.unicode_printing import print_unicode

__all__ = [
    "FormulaReading",
    "Head",
    "declare",
    "parse_assumption",
    "parse_assumptions",
    "parse_definition_head",
    "parse_expression",
    "parse_statement",
    "parse_statements",
    "print_latex",
    "print_plain",
    "print_unicode",
    "read",
    "statement_to_sympy",
    "to_sympy",
]

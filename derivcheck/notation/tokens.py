"""The tokens that plain text, Unicode and LaTeX share.

A token's kind is the operator itself (`+`, `(`, `^`) or one of these words:

num      a number literal, `value` its digits
name     a name or the letter of one, `value` its canonical spelling (`theta`)
func     a function of the table, `value` its canonical name
applied  a function the file declares
word     a word of the language (`sum`, `if`, `Derivative`)
d        the letter d that differentiates, `value` one of `d`, `partial`, `partial+`, `nabla`
sub      the run after `_`: one name part or a number
accent   an accent before its letter (LaTeX), `mark` one after it (Unicode)
prime    one or more primes, `value` how many
frac sqrt begin close row end   structure
"""

from __future__ import annotations

from typing import NamedTuple

from derivcheck.expression import Span


class Token(NamedTuple):
    """One token; `gap` says that white space stands before it."""

    kind: str
    value: str
    start: int
    end: int
    gap: bool = False

    @property
    def span(self) -> Span:
        return Span(self.start, self.end)


OPENERS = {"(": ")", "[": "]", "{": "}", "\\{": "\\}", "lbar": "rbar", "lnorm": "rnorm"}
CLOSERS = {closer: opener for opener, closer in OPENERS.items()}
RELATIONS = frozenset({"=", "!=", "<", "<=", ">", ">="})
INFIX = frozenset({"+", "*", "/", "^", "@", "odot", ":", ",", "times"}) | RELATIONS

"""A name on its way: letter, accents, what stands below and above, and the indices that make it an entry."""

from __future__ import annotations

from dataclasses import dataclass, field

from derivcheck.expression import Entry, Expression, Span, Symbol
from derivcheck.notation.examples import ABOVE


@dataclass(slots=True)
class Name:
    """A name being put together; `indices` are set once it has become an entry."""

    base: str
    start: int
    end: int
    accents: str = ""
    lower: str = ""
    upper: str = ""
    indices: list[Expression] = field(default_factory=list)

    @property
    def canonical(self) -> str:
        return f"{self.base}{self.accents}{self.lower}{self.upper}"

    @property
    def span(self) -> Span:
        return Span(self.start, self.end)

    @property
    def is_example(self) -> bool:
        """Whether its only index so far stands above, `x^{(i)}`."""
        return self.upper == ABOVE and len(self.indices) == 1

    def node(self) -> Expression:
        name = Symbol(self.canonical, span=self.span)
        return Entry(name, tuple(self.indices), span=self.span) if self.indices else name

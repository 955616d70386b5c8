"""A known mistake as a value: how it is made, what it is a slip of, and examples that are its tests and its page.

A mistake in differentiating rewrites one node of the tree being differentiated: it yields what the mistake writes
for that node's derivative, asking `Taking` for the derivatives of the parts. A mistake in rewriting yields what it
writes for the node itself. The texts of a rule stand beside its module, one file a language.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from derivcheck.engine.textbook import Textbook
from derivcheck.expression import ONE, ZERO, Expression, Symbol
from derivcheck.graph import Graph


@dataclass(frozen=True, slots=True)
class Slip:
    """What a mistake writes at a node, and the parts its texts speak of; `rank` is added to that of the rule."""

    result: Expression
    words: Mapping[str, Expression | str] = field(default_factory=dict)
    rank: int = 0


@dataclass(frozen=True, slots=True)
class Example:
    """A wrong claim that the rule explains and the right one in its place."""

    wrong: str
    right: str
    given: Mapping[str, str] = field(default_factory=dict)
    assume: tuple[str, ...] = ()


class Taking:
    """How derivatives are taken while a rule is at work on one node."""

    def __init__(
        self,
        textbook: Textbook,
        inner: Callable[[Expression], Expression],
        others: Mapping[str, Expression] | None = None,
    ) -> None:
        self.textbook, self.inner = textbook, inner
        self.others = others or {}

    @property
    def variable(self) -> Symbol:
        return self.textbook.variable

    @property
    def graph(self) -> Graph:
        return self.textbook.graph

    def __call__(self, part: Expression) -> Expression:
        """The derivative of a part, as it is taken here."""
        if part == self.variable:
            return ONE
        return self.inner(part) if self.varies(part) else ZERO

    def varies(self, part: Expression) -> bool:
        """Whether a part depends on the variable."""
        return self.textbook.varies(part)

    def whole(self, part: Expression) -> Expression:
        """The true derivative of a part, carried out and tidied."""
        return self.textbook.tidied(part)

    def sound(self, node: Expression) -> Expression:
        """The node's derivative by the right rule, its parts as they are taken here."""
        return self.textbook.rule(node, self)


Rewrite = Callable[[Expression, Taking], Iterator[Slip]]


@dataclass(frozen=True, slots=True)
class BuggyRule:
    """A known mistake.

    `sibling` is the sound rule it is a slip of. `derive` rewrites a node of what is differentiated, `transform` a
    node of a line that is only rewritten; a rule with neither is named from the comparison alone. `rank` orders
    rules that give the same expression, the likelier first.
    """

    id: str
    sibling: str
    examples: tuple[Example, ...]
    derive: Rewrite | None = None
    transform: Rewrite | None = None
    rank: int = 3

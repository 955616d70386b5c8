"""A known mistake with arrays as a value: how it is made or seen, and examples that are its tests and its page.

`derive` yields the wrong derivations that the mistake makes of a standing derivative, `transform` what it writes for
a node of a line that is only rewritten, and `seen` tells from the repair of the author's line that this mistake was
taken back. The texts of a rule stand beside its module, one file a language.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from derivcheck.diagnosis.arrays.ground import Ground
from derivcheck.diagnosis.arrays.root import Root
from derivcheck.diagnosis.repair import Repair
from derivcheck.diagnosis.rule import Example
from derivcheck.expression import Expression

Words: TypeAlias = Mapping[str, Expression | str]


@dataclass(frozen=True, slots=True)
class Slip:
    """What a mistake makes of a derivative or a node, and the parts its texts speak of.

    `rank` adds to that of the rule; `right` is how the whole side is written rightly, where that is well known.
    """

    result: Expression
    words: Words = field(default_factory=dict)
    rank: int = 0
    right: Expression | None = None


Derive: TypeAlias = Callable[[Root], Iterator[Slip]]
Transform: TypeAlias = Callable[[Expression, Ground], Iterator[Slip]]
Seen: TypeAlias = Callable[[Repair, Ground], Words | None]


@dataclass(frozen=True, slots=True)
class ArrayRule:
    """A known mistake; of rules that give the same expression the one with the lower `rank` is named."""

    id: str
    examples: tuple[Example, ...]
    derive: Derive | None = None
    transform: Transform | None = None
    seen: Seen | None = None
    rank: int = 3

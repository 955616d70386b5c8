"""A small change of one node, offered without asking whether it helps."""

from __future__ import annotations

from dataclasses import dataclass

from derivcheck.expression import Expression


@dataclass(frozen=True, slots=True)
class Mend:
    """What stands in place of the node, and the part to point at where that is not all of the node."""

    kind: str
    new: Expression
    cost: float
    guilty: Expression | None = None

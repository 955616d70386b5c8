"""What a diagnosis of a statement with indices, vectors or matrices starts from."""

from __future__ import annotations

from dataclasses import dataclass

from derivcheck.claim import Setting
from derivcheck.expression import Expression
from derivcheck.statement import Declarations


@dataclass(frozen=True, slots=True)
class ArrayCase:
    """One side of a chain that is wrong, or that means nothing because of its shapes.

    `text` is the claim's text, which the spans of `claimed` count; `truth` is the left side of the chain and
    `previous` the side written just before, if there is one between.
    """

    text: str
    truth: Expression
    claimed: Expression
    setting: Setting
    declarations: Declarations
    previous: Expression | None = None
    previous_right: bool = True

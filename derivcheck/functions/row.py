"""What one row of the function table says.

A function is a row: how people spell it, what it means, its derivative, where it is defined. A row with a
`definition` is an abbreviation (tan = sin/cos): the kernel expands it and needs no further rule. A row
with `derivative` rules is an atom of the kernel. Rows are found by walking this package; adding a
function is adding a row.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from derivcheck.expression import Condition, Expression

Rule = Callable[..., Expression]


@dataclass(frozen=True, slots=True)
class Function:
    """One function of real arguments.

    name         canonical name, the one in `Call.name`
    spellings    what is read as it in plain text and as \\operatorname or after a backslash
    arities      allowed numbers of arguments
    latex        command or \\operatorname name, without backslash
    definition   the meaning in simpler functions, from the arguments; None for an atom
    derivatives  one rule per argument, from the arguments; None where there is no closed form
    domain       conditions on the arguments for the value to be defined
    smooth       conditions, beyond the domain, for the derivative to exist
    backend      name of the SymPy function
    juxtaposed   may be written without parentheses, as `sin x`
    """

    name: str
    spellings: tuple[str, ...]
    arities: tuple[int, ...] = (1,)
    latex: str = ""
    definition: Rule | None = None
    derivatives: tuple[Rule | None, ...] = ()
    domain: Callable[..., tuple[Condition, ...]] | None = None
    smooth: Callable[..., tuple[Condition, ...]] | None = None
    backend: str = ""
    juxtaposed: bool = False
    elementwise: bool = True

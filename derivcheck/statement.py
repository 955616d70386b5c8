"""What a formula's text says once it is read, and what was guessed on the way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from derivcheck.expression import Expression
from derivcheck.finding import Finding, ReadingNote
from derivcheck.shapes import Shape

Value = TypeVar("Value", covariant=True)


@dataclass(frozen=True, slots=True)
class Statement:
    """A chain `A = B = C`. `relations[k]` stands between sides k and k+1 and is `=` in a claim.

    `continues`: it starts with `=` and goes on from the statement before; `sides` then lacks the left one.
    `assigns`: written with `:=` or `←`.
    """

    sides: tuple[Expression, ...]
    relations: tuple[str, ...]
    continues: bool = False
    assigns: bool = False


@dataclass(frozen=True, slots=True)
class Reading(Generic[Value]):
    """A value read, the notes on its guesses, and warnings such as a mended bracket.

    Spans of `warnings` count characters of the formula's own text, like those of the notes.
    """

    value: Value
    notes: tuple[ReadingNote, ...] = ()
    warnings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Declarations:
    """What the file declares before a formula is read.

    symbols     every declared name in canonical form (`y_hat_i`, `lam`, `dz`)
    functions   names that are called: definitions with arguments, unknown functions
    parameters  function -> the argument names of its definition, for `f'` and `df/dx`
    arrays      declared arrays with their rank (1 vector, 2 matrix, ...)
    shapes      their shapes, where the file says them
    indices     letters that index
    aliases     spelling -> what it stands for (`dL_dw` -> `dL/dw`, `xj` -> `x_j`)
    depends     name -> names it depends on, for `y'` and implicit derivatives
    gradient_of name L when `dz` is short for `dL/dz`
    differentials  whether `dx` may stand alone
    squares     names of which the file takes the square for a quantity: `σ² > 0`, or `σ²` defined
    open_words  a longer undeclared word is a name, not an error (while declarations themselves are read)
    """

    symbols: frozenset[str] = frozenset()
    functions: frozenset[str] = frozenset()
    parameters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    arrays: Mapping[str, int] = field(default_factory=dict)
    indices: frozenset[str] = frozenset()
    aliases: Mapping[str, str] = field(default_factory=dict)
    depends: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    gradient_of: str | None = None
    differentials: bool = False
    open_words: bool = False
    dialect: str = "auto"
    implicit_multiplication: str = "left-to-right"
    layout: str = "gradient"
    log_base: str = "e"
    strict: bool = False
    shapes: Mapping[str, Shape] = field(default_factory=dict)
    squares: frozenset[str] = frozenset()

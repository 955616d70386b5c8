"""What the kernel is asked about statements with indices, and what it answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from derivcheck.assumption import Assumption
from derivcheck.expression import Expression, Span
from derivcheck.shapes import Definition


@dataclass(frozen=True, slots=True)
class Context:
    """What surrounds a statement.

    shapes       sizes of arrays by name, beyond those the assumptions declare
    assumptions  facts, shapes, index ranges, unknown functions
    definitions  the graph of the file
    layout       gradient, numerator or denominator
    varying      names whose differentials are not zero; None: those whose differential the claim has
    """

    shapes: Mapping[str, tuple[Expression, ...]] = field(default_factory=dict)
    assumptions: tuple[Assumption, ...] = ()
    definitions: Mapping[str, Definition] = field(default_factory=dict)
    layout: str = "gradient"
    varying: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Budget:
    """Bounds on work: steps of the algebra, points tried, entries computed at all points together."""

    work: int = 5_000
    points: int = 9
    entries: int = 100_000


@dataclass(frozen=True, slots=True)
class Proved:
    """Equal for all sizes.

    facts       assumptions that were used
    domain      where the truth is defined, beyond the assumptions
    conditions  thin sets left out
    transcript  the two normal forms
    """

    facts: tuple[str, ...] = ()
    domain: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    transcript: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Refuted:
    """Certainly different at concrete sizes: `point` as text, `entry` the 1-based place that differs."""

    sizes: Mapping[str, int]
    point: Mapping[str, str]
    entry: tuple[int, ...]
    expected: str
    claimed: str
    functions: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ShapeMismatch:
    """The statement means nothing: shapes do not fit, or an index leaves its range."""

    message: str
    span: Span | None = None
    suggestion: str = ""


@dataclass(frozen=True, slots=True)
class LayoutDiffers:
    """The claim is right in the other layout of derivatives."""

    message: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """Neither proved nor refuted; `agreeing` counts the points at which both sides agree."""

    reason: str
    agreeing: int = 0


Result: TypeAlias = Proved | Refuted | ShapeMismatch | LayoutDiffers | Unknown

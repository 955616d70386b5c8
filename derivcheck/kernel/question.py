"""What is asked of the kernel and what it answers, with the evidence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from derivcheck.expression import Expression, Relation
from derivcheck.kernel.points import Kind
from derivcheck.kernel.prove import Proof, Region


@dataclass(frozen=True, slots=True)
class Question:
    """Is `claimed` equal to `truth` on the region? `kinds` says what each variable ranges over."""

    truth: Expression
    claimed: Expression
    region: Region
    kinds: Mapping[str, Kind] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Witness:
    """A point of the domain with the balls of both sides as text; None where a side is undefined."""

    point: dict[str, Fraction]
    truth: str | None
    claimed: str | None
    functions: dict[str, Expression] = field(default_factory=dict)
    full_point: dict[str, Fraction] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Proved:
    proof: Proof
    conditions: tuple[Relation, ...]
    witness: Witness


@dataclass(frozen=True, slots=True)
class Refuted:
    witness: Witness


@dataclass(frozen=True, slots=True)
class Undecided:
    """`seen` says what the search saw, `agreed` at how many points the sides agreed."""

    reason: str
    agreed: int = 0
    seen: str = ""


@dataclass(frozen=True, slots=True)
class Empty:
    """No point satisfies the assumptions and the definitions; `because` is the condition that fails."""

    because: str


Outcome = Proved | Refuted | Undecided | Empty

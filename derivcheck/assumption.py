"""What `assume` may say: a closed union of values, read by `notation`, used by `claim` and the kernel."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from derivcheck.expression import Condition, Expression, Symbol


@dataclass(frozen=True, slots=True)
class Holds:
    """Conditions that hold at every point judged: `0 < a < 1` is two relations, `x^2 + y^2 = 25` one."""

    conditions: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Member:
    """`x ∈ R`, `n ∈ N`: `kind` is R, N or Z."""

    names: tuple[Symbol, ...]
    kind: str


@dataclass(frozen=True, slots=True)
class OneOf:
    """`y ∈ {0, 1}`."""

    names: tuple[Symbol, ...]
    values: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class IndexRange:
    """`j ∈ 1..n`."""

    names: tuple[Symbol, ...]
    lower: Expression
    upper: Expression


@dataclass(frozen=True, slots=True)
class ArrayShape:
    """`X ∈ R^(m×n)`, `w ∈ R^n`: the sizes in order; one size is a vector."""

    names: tuple[Symbol, ...]
    shape: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Property:
    """`S symmetric`, `A invertible`, `Σ positive definite`, `Y non-negative, last axis sums to 1`."""

    names: tuple[Symbol, ...]
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class UnknownFunction:
    """`g: R → R`, any differentiable function of `arity` real arguments."""

    name: str
    arity: int


@dataclass(frozen=True, slots=True)
class DependsOn:
    """`y depends on x`."""

    name: str
    on: tuple[str, ...]


Assumption: TypeAlias = Holds | Member | OneOf | IndexRange | ArrayShape | Property | UnknownFunction | DependsOn

"""Proofs and refutations for sums, indices, vectors, matrices and differentials, for all sizes."""

from derivcheck.kernel.indexed.judge import judge
from derivcheck.kernel.indexed.question import is_indexed
from derivcheck.kernel.indexed.result import (
    Budget,
    Context,
    LayoutDiffers,
    Proved,
    Refuted,
    Result,
    ShapeMismatch,
    Unknown,
)

__all__ = [
    "Budget",
    "Context",
    "LayoutDiffers",
    "Proved",
    "Refuted",
    "Result",
    "ShapeMismatch",
    "Unknown",
    "is_indexed",
    "judge",
]

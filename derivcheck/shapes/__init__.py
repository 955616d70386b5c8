"""Kinds and shapes: which formula is a number, a vector, a matrix, and over what its indices run.

Method: sizes are polynomials in size names (`m`, `3`, `n + 1`), compared by their normal form. A vector
is one-dimensional; transposing it gives a row, which only the matrix product and the final comparison
tell from a vector. `Shapes.of` infers the shape of every node bottom-up, by the rules of matrix books:
arithmetic and functions act entry by entry, numbers broadcast, a vector broadcasts along the last axis
of a matrix. What does not fit raises `ShapeError`, which names both shapes, the place and, where a
transpose mends it, the repair.

Limits: ranges that depend on another index and index arithmetic (`x_{i+1}`) are refused.
"""

from __future__ import annotations

from derivcheck.shapes.entries import check_indices, inferred_arrays, least_sizes, upper_bounds
from derivcheck.shapes.infer import Definition, Shapes
from derivcheck.shapes.letters import chain_of, index_letters
from derivcheck.shapes.shape import Shape, entrywise, multiplied, transposed
from derivcheck.shapes.sizes import ONE_SIZE, Range, ShapeError, Size, bound_of, size_of, size_text, size_value

__all__ = [
    "ONE_SIZE",
    "Definition",
    "Range",
    "Shape",
    "ShapeError",
    "Shapes",
    "Size",
    "bound_of",
    "chain_of",
    "check_indices",
    "entrywise",
    "index_letters",
    "inferred_arrays",
    "least_sizes",
    "multiplied",
    "size_of",
    "size_text",
    "size_value",
    "transposed",
    "upper_bounds",
]

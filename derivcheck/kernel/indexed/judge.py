"""The verdict on an equality with indices, vectors or matrices: for all sizes, or at concrete ones.

Order of work: shapes; a counterexample at concrete sizes, all different; the proof. A proof is an empty
difference of normal forms (`zero.py`), together with a point where both sides are defined, and with every
requirement of the claim either known from the facts and the truth, or a thin set that becomes a condition.
"""

from __future__ import annotations

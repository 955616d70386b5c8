"""How a proof attempt lays out its generators.

A proof is a run of the normal form under a plan. Where a run finds that it should have chosen finer
generators (exp(x/2) beside exp(x), a sixth root beside a square root), it raises `Restart` with the better
plan; where signs decide, the run is repeated for each cell. The plan is all that a certificate needs to
store: anybody can run it again.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Plan:
    """Choices for one run, each keyed by the description of what it concerns.

    units    exponent or angle -> the fraction of it that becomes a generator
    degrees  base -> degree of its root generator
    cells    polynomial -> its sign in this cell
    """

    size: int = 24
    units: dict[str, Fraction] = field(default_factory=dict)
    degrees: dict[str, int] = field(default_factory=dict)
    cells: dict[str, int] = field(default_factory=dict)

    def with_unit(self, key: str, unit: Fraction) -> Plan:
        return replace(self, units={**self.units, key: unit})

    def with_degree(self, key: str, degree: int) -> Plan:
        return replace(self, degrees={**self.degrees, key: degree})

    def with_cell(self, key: str, sign: int) -> Plan:
        return replace(self, cells={**self.cells, key: sign})

    def doubled(self) -> Plan:
        return replace(self, size=self.size * 2)


class Restart(Exception):
    """Run again with this plan."""

    def __init__(self, plan: Plan) -> None:
        super().__init__("restart")
        self.plan = plan


class Unsupported(Exception):
    """Something the normal form has no meaning for."""

"""The rows of tests/readings: a formula, how it is read, the codes of what was guessed.

A line `@ symbols=a,b functions=f` sets what is declared for the lines after it. The second column is the
reading in plain text, several chains joined by ` ;; `, or `! id` of the error with the underlined text in
the third column.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from derivcheck.statement import Declarations

FOLDER = Path(__file__).parent / "readings"


@dataclass(frozen=True)
class Row:
    file: str
    line: int
    formula: str
    declarations: Declarations
    reading: str
    rest: str


def _declarations(line: str) -> Declarations:
    values: dict[str, Any] = {}
    for item in line.split()[1:]:
        key, _, listed = item.partition("=")
        names = listed.split(",")
        if key in ("symbols", "functions", "indices"):
            values[key] = frozenset(names)
        elif key == "arrays":
            values[key] = {name: int(rank) for name, rank in (pair.split(":") for pair in names)}
        elif key in ("depends", "parameters"):
            values[key] = {name: tuple(on.split("+")) for name, on in (pair.split(":") for pair in names)}
        elif key == "aliases":
            values[key] = dict(pair.split(":") for pair in names)
        else:
            values[key] = listed == "yes" if key == "strict" else listed
    return Declarations(**values)


def rows() -> list[Row]:
    """All rows of all files."""
    found = []
    for path in sorted(FOLDER.glob("*.tsv")):
        declarations = Declarations()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if line.startswith("@"):
                declarations = _declarations(line)
            elif line and not line.startswith("#"):
                formula, reading, *rest = line.split("\t")
                found.append(Row(path.stem, number, formula, declarations, reading, rest[0] if rest else ""))
    return found

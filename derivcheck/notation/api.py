"""Reading one formula for whoever calls from Python."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from derivcheck.finding import Finding, ReadingNote
from derivcheck.notation.printing import print_plain
from derivcheck.notation.statements import parse_statements
from derivcheck.notation.to_sympy import statement_to_sympy
from derivcheck.statement import Declarations, Statement


@dataclass(frozen=True, slots=True)
class FormulaReading:
    """How a formula was read. `value` is a statement, or a tuple of them for a block of several chains."""

    value: Statement | tuple[Statement, ...]
    notes: tuple[ReadingNote, ...] = ()
    warnings: tuple[Finding, ...] = ()

    @property
    def text(self) -> str:
        """Unambiguous plain text that reads back to the same tree."""
        if isinstance(self.value, tuple):
            return "\n".join(map(print_plain, self.value))
        return print_plain(self.value)

    def sympy(self) -> Any:
        """A SymPy object, unevaluated where SymPy allows it; a chain gives a list, one `=` an Eq."""
        if isinstance(self.value, tuple):
            return [statement_to_sympy(statement) for statement in self.value]
        return statement_to_sympy(self.value)


def read(
    text: str,
    dialect: str = "auto",
    symbols: Iterable[str] = (),
    functions: Iterable[str] = (),
    vectors: Iterable[str] = (),
    matrices: Iterable[str] = (),
    indices: Iterable[str] = (),
    aliases: Mapping[str, str] | None = None,
    depends: Mapping[str, str | Iterable[str]] | None = None,
    gradient_of: str | None = None,
) -> FormulaReading:
    """Read a formula with these declarations; raises ReadingError with the place of the mistake."""
    arrays = dict.fromkeys(vectors, 1) | dict.fromkeys(matrices, 2)
    declarations = Declarations(
        symbols=frozenset(symbols),
        functions=frozenset(functions),
        arrays=arrays,
        indices=frozenset(indices),
        aliases=dict(aliases or {}),
        depends={name: (on,) if isinstance(on, str) else tuple(on) for name, on in (depends or {}).items()},
        gradient_of=gradient_of,
        dialect="auto" if dialect == "unicode" else dialect,
    )
    reading = parse_statements(text, declarations)
    value = reading.value[0] if len(reading.value) == 1 else reading.value
    return FormulaReading(value, reading.notes, reading.warnings)

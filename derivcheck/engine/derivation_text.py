"""A solution as the text of a derivation file, which `verify` reads and proves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from derivcheck.engine.solve import Solution
from derivcheck.notation.unicode_printing import print_unicode
from derivcheck.statement import Declarations

SPECIAL = "*&!%@|>{[]}'\"#,?:-`"


def derivation_text(
    title: str, given: Mapping[str, str], assume: Sequence[str], solution: Solution, declarations: Declarations
) -> str:
    """The solution with its title, the definitions and assumptions as the author wrote them, and its goal."""
    return "\n".join(_file_lines(title, given, assume, solution, declarations)) + "\n"


def _file_lines(
    title: str, given: Mapping[str, str], assume: Sequence[str], solution: Solution, declarations: Declarations
) -> Iterator[str]:
    yield f"title: {scalar(title)}"
    if given:
        yield "given:"
        yield from (f"  {name}: {scalar(body)}" for name, body in given.items())
    if assume:
        yield "assume:"
        yield from (f"  - {scalar(text)}" for text in assume)
    yield "steps:"
    for line in solution.lines:
        side = print_unicode(line.side, declarations)
        head = "" if line.head is None else f"{print_unicode(line.head, declarations)} "
        claim = scalar(f"{head}= {side}")
        if line.because:
            yield f"  - claim: {claim}"
            yield f"    because: {scalar(line.because)}"
        else:
            yield f"  - {claim}"
    goal = f"{print_unicode(solution.target, declarations)} = {print_unicode(solution.result, declarations)}"
    yield f"goal: {scalar(goal)}"


def scalar(text: str) -> str:
    """The text as a YAML scalar, quoted where YAML would read something else."""
    plain = text.strip()
    if plain and plain[0] not in SPECIAL and ": " not in plain and " #" not in plain and plain[-1] != ":":
        return plain
    quoted = plain.replace("'", "''")
    return f"'{quoted}'"

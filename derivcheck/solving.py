"""`derivcheck solve`: from what a person types to the text of a derivation that `verify` proves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from derivcheck.checker import setting_of
from derivcheck.derivation import Derivation, read_claim
from derivcheck.engine.derivation_text import derivation_text
from derivcheck.engine.solve import Unsolvable, solve
from derivcheck.finding import ReadingError, Severity
from derivcheck.indexed_claim import needs_indices
from derivcheck.notation import parse_expression


def solution_text(target: str, given: Mapping[str, str], assume: Sequence[str]) -> str:
    """The derivation of a derivative as YAML text; `Unsolvable` says in a sentence why there is none."""
    derivation = read_claim(f"{target} = 0", given, assume)
    return _written(derivation, target, given, assume)


def solution_of_file(target: str, derivation: Derivation) -> str:
    """The same with the definitions and assumptions of a file."""
    text = derivation.source.text
    given = {text[item.span.start : item.span.end].strip(): item.text.text for item in derivation.definitions}
    return _written(derivation, target, given, [item.text.text for item in derivation.assumptions])


def _written(derivation: Derivation, target: str, given: Mapping[str, str], assume: Sequence[str]) -> str:
    error = next((item for item in derivation.findings if item.severity is Severity.ERROR), None)
    if error is not None:
        raise Unsolvable(error.message)
    setting = setting_of(derivation)
    cycle = setting.graph.cycle()
    if cycle:
        raise Unsolvable(f"the definition of {cycle} leads back to itself")
    declarations = derivation.declarations
    try:
        tree = parse_expression(target, declarations).value
    except ReadingError as unread:
        raise Unsolvable(unread.message) from None
    if needs_indices((tree,), setting):
        raise Unsolvable("derivatives with vectors, matrices or sums over an index are not written out yet")
    solution = solve(tree, setting)
    return derivation_text(f"The derivative {target}", given, assume, solution, declarations)

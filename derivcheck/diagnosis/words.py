"""The words of a text: the parts of the author's expression that a template may name, printed in his hand."""

from __future__ import annotations

from collections.abc import Mapping

from derivcheck.diagnosis.cause import Made
from derivcheck.diagnosis.hand import Hand
from derivcheck.diagnosis.wording import placeholders
from derivcheck.engine.textbook import Textbook
from derivcheck.engine.tidy import tidy
from derivcheck.expression import ONE, ZERO, Derivative, Expression, Symbol
from derivcheck.kernel.differentiate import NoRule

SLOPE = "_slope"


def words_for(template: str, made: Made, hand: Hand) -> dict[str, str]:
    """The words that a template asks for."""
    named: dict[str, Expression | str] = {"node": made.node, **made.slip.words}
    if made.taking is not None:
        named["variable"] = made.taking.variable
    return {name: _word(name, named, made, hand) for name in placeholders(template)}


def _word(name: str, named: Mapping[str, Expression | str], made: Made, hand: Hand) -> str:
    base = name.removeprefix("d_").removesuffix(SLOPE) if name not in named else name
    value = named[base]
    if isinstance(value, str):
        return value
    if name == base or made.taking is None:
        return hand(value)
    if name.endswith(SLOPE):
        return hand(slope_of(value, made))
    standing = value if isinstance(value, Derivative) else Derivative(value, ((made.taking.variable, 1),))
    return hand(standing)


def slope_of(value: Expression, made: Made) -> Expression:
    """The true derivative of a part, carried out."""
    assert made.taking is not None
    if value == made.taking.variable:
        return ONE
    standing = value if isinstance(value, Derivative) else Derivative(value, ((made.taking.variable, 1),))
    operand = standing.operand
    for variable, order in standing.variables:
        if not isinstance(variable, Symbol):
            return standing
        textbook = Textbook(variable, made.taking.graph)
        try:
            for _ in range(order):
                operand = textbook.tidied(operand)
        except NoRule:
            return standing
    return tidy(operand) if operand != ZERO else ZERO

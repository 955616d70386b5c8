"""What a slip does downstream: the gradients that would be computed with it, their sign and their zeros.

Method: the wrong derivative is put in place of the true one in the graph of definitions, which changes every
derivative further up; the first independent quantity upstream is looked at. Signs are proved by the kernel; a zero
of the true gradient is looked for among the points of the ground.

Limits: only for a derivative of a name by a name, and only where the definitions lead on.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from derivcheck.claim import Form, form
from derivcheck.diagnosis.ground import Ground
from derivcheck.diagnosis.hand import Hand
from derivcheck.diagnosis.names import in_names
from derivcheck.diagnosis.repair import distributed
from derivcheck.diagnosis.wording import filled
from derivcheck.engine.tidy import size, tidy
from derivcheck.expression import ZERO, Add, Derivative, Expression, Symbol, divide, negate, substitute, symbols, walk
from derivcheck.kernel.differentiate import NoRule, derivative, expand_derivatives
from derivcheck.kernel.field import Budget
from derivcheck.kernel.prove import Proof, prove, sign_of

BUDGET = 400_000
LONGEST = 40
SIMPLE = 12


def consequences_of(ground: Ground, hand: Hand, say: Mapping[str, str]) -> tuple[str, ...]:
    """What follows from the wrong derivative for the gradients upstream."""
    return tuple(text for variable in _upstream(ground) for text in _for(variable, ground, hand, say))[:1]


def _upstream(ground: Ground) -> Iterator[Symbol]:
    """The names that the variable of the derivative is made of, the nearest first."""
    truth, graph = ground.case.truth, ground.case.setting.graph
    match truth:
        case Derivative(Symbol() as operand, ((Symbol(name), 1),)) if name in graph.definitions and not graph.common(
            operand, name
        ):
            seen: dict[Symbol, None] = {}
            level = [Symbol(name)]
            while level:
                bodies = [graph.definitions[item.name] for item in level if item.name in graph.definitions]
                inner = (node for body in bodies for node in walk(body) if isinstance(node, Symbol))
                level = [node for node in dict.fromkeys(inner) if node not in seen]
                seen.update(dict.fromkeys(level))
            yield from seen


def _for(variable: Symbol, ground: Ground, hand: Hand, say: Mapping[str, str]) -> Iterator[str]:
    """What becomes of the gradient by one name."""
    case = ground.case
    truth = case.truth
    assert isinstance(truth, Derivative) and isinstance(truth.operand, Symbol)
    inner = truth.variables[0][0]
    assert isinstance(inner, Symbol)
    gradient = Derivative(truth.operand, ((variable, 1),))
    slipped = case.setting.with_graph(case.setting.graph.override(truth.operand.name, inner.name, case.claimed))
    keep = frozenset({variable.name})
    right, wrong = form((gradient,), case.setting, keep), form((gradient,), slipped, keep)
    try:
        value, true = (expand_derivatives(where.sides[0]) for where in (wrong, right))
    except NoRule:
        return
    shown, simple = (in_names(where, case.setting.graph) for where in (wrong, right))
    if shown is None or size(shown) > LONGEST:
        return
    shown = min((tidy(distributed(shown)), shown), key=size)
    said = filled(say["gradient"], {"gradient": hand(gradient), "value": hand(shown)})
    words = {"said": said, "variable": hand(variable)}
    yield _by_sign(value, true, right, words, say) or _by_zero(shown, simple, ground, hand, words, say) or said


def _by_sign(value: Expression, true: Expression, where: Form, words: Mapping[str, str], say: Mapping[str, str]) -> str:
    """What the sign of the gradient with the slip means, where that of the true one is not fixed."""
    if isinstance(prove(Add((value, true)), ZERO, where.region, Budget(BUDGET)), Proof):
        return filled(say["opposite"], words)
    true_sign, sign = (sign_of(tree, where.region, Budget(BUDGET)) for tree in (true, value))
    if true_sign is None and sign in (1, -1):
        return filled(say["positive" if sign == 1 else "negative"], words)
    return ""


def _by_zero(
    value: Expression,
    true: Expression | None,
    ground: Ground,
    hand: Hand,
    words: Mapping[str, str],
    say: Mapping[str, str],
) -> str:
    """Whether the gradient with the slip misses a zero of the true one."""
    free = symbols(true) - ground.case.setting.graph.definitions.keys() if true is not None else frozenset()
    for variable in map(Symbol, sorted(free)):
        assert true is not None
        slope = tidy(derivative(true, ((variable, 1),)))
        if slope == ZERO or variable.name in symbols(slope):
            continue
        zero = tidy(negate(divide(substitute(true, {variable: ZERO}), slope)))
        missed = ground.values(substitute(value, {variable: zero}))
        if size(zero) <= SIMPLE and missed is not None and not any(item.contains(0) for item in missed):
            return filled(say["zero"], {**words, "point": f"{hand(variable)} = {hand(zero)}"})
    return ""

"""Which known mistake gives exactly the author's expression.

Method: the wrong derivations and rewritings that the rules make, and the rules that the repair tells of, the likelier
first. Candidates are compared with the claim at exact points; the first one that the index kernel proves equal to
the claim is the cause, and nothing else is ever named.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from derivcheck.diagnosis.array_rules import array_rules
from derivcheck.diagnosis.arrays.ground import Ground, Values, is_jacobian, turned
from derivcheck.diagnosis.arrays.root import Root, roots_of
from derivcheck.diagnosis.arrays.rule import ArrayRule, Slip, Words
from derivcheck.diagnosis.arrays.trees import fresh, paths, replaced
from derivcheck.diagnosis.repair import Repair
from derivcheck.engine.tidy import size
from derivcheck.expression import Expression, Transpose

PROOFS = 5
LATE = 2
LAST = 10_000


@dataclass(frozen=True, slots=True)
class Cause:
    """A confirmed mistake, the parts its texts speak of, and the wrong truth it starts from, if there is one."""

    rule: ArrayRule
    words: Words
    wrong: Expression | None = None
    right: Expression | None = None


class _Offer(NamedTuple):
    rank: int
    width: int
    order: int
    cause: Cause


def find_cause(ground: Ground, repair: Repair | None) -> Cause | None:
    """The likeliest confirmed cause."""
    claimed = ground.values(ground.claimed)
    case = ground.case
    lines = [(ground.truth, 0)] if case.previous is None else [(ground.resolved(case.previous), 0)]
    if case.previous is not None and case.previous_right:
        lines.append((ground.truth, LATE))
    made = [offer for line, late in lines for offer in _offers(ground, line, late, claimed)]
    offers = sorted([*made, *_seen(ground, repair)])
    left = PROOFS
    for offer in offers:
        wrong = offer.cause.wrong
        if wrong is None:
            return offer.cause
        if left and ground.proves(wrong, ground.claimed):
            return offer.cause
        left = max(0, left - 1)
    return None


def _seen(ground: Ground, repair: Repair | None) -> Iterator[_Offer]:
    """The mistakes that the repair tells of; it is proved already."""
    if repair is None:
        return
    for order, rule in enumerate(array_rules()):
        words = rule.seen(repair, ground) if rule.seen else None
        if words is not None:
            yield _Offer(rule.rank, LAST, order, Cause(rule, words))


def _offers(ground: Ground, line: Expression, late: int, claimed: Values | None) -> Iterator[_Offer]:
    """The wrong derivations and rewritings of a line that agree with the claim."""
    other = turned(claimed)
    for order, (rule, slip, wrong, rank) in enumerate(_candidates(ground, line)):
        if ground.agrees(wrong, claimed):
            yield _Offer(rule.rank + rank + late, size(wrong), order, Cause(rule, slip.words, wrong, slip.right))
        elif is_jacobian(ground.truth, ground) and ground.agrees(wrong, other):
            yield _Offer(
                rule.rank + rank + late, size(wrong), order, Cause(rule, slip.words, Transpose(wrong), slip.right)
            )


def _candidates(ground: Ground, line: Expression) -> Iterator[tuple[ArrayRule, Slip, Expression, int]]:
    found = list(roots_of(line, ground))
    for rule in array_rules():
        if rule.derive is not None:
            for root, side in found:
                for slip in rule.derive(root):
                    yield rule, slip, _in_place(side, root, slip.result), slip.rank
    side = fresh(line)
    late = LATE if found else 0
    for rule in array_rules():
        if rule.transform is not None:
            for path in paths(side):
                for slip in rule.transform(path[-1], ground):
                    yield rule, slip, replaced(side, path[-1], slip.result), slip.rank + late


def _in_place(side: Expression, root: Root, wrong: Expression) -> Expression:
    """The side with the wrong derivative in place of the right one."""
    return replaced(side, root.node, wrong)

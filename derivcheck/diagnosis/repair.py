"""The smallest change of the author's own expression that makes it right.

Method: going down the claimed tree, each node gets the value it would need for the whole to be right, the rest
staying as it is. An edit that gives a node its needed value at all points is a candidate: another sign, number,
exponent, letter or function, a factor or term more or less, brackets elsewhere. The cheapest candidate that the
kernel proves right is the repair; its place is what gets underlined. Where no edit fits, the terms that
disagree are replaced by the true ones.

Limits: one place at a time. Below functions that cannot be inverted, edits are valued on the way up.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

from flint import arb

from derivcheck.claim import form
from derivcheck.diagnosis.edits import Edit, edits_at, everywhere, missing_factors
from derivcheck.diagnosis.ground import Ground, same
from derivcheck.diagnosis.names import in_names
from derivcheck.diagnosis.needs import Place, places
from derivcheck.diagnosis.rewriting import replaced
from derivcheck.diagnosis.shapes import terms_of
from derivcheck.engine.tidy import size, tidy
from derivcheck.expression import Add, Div, Expression, Mul, Neg, Relation, Symbol, add, divide, multiply, negate, walk

PROOFS = 8
LARGE = 100
REPLACED = 6.0


@dataclass(frozen=True, slots=True)
class Repair:
    """A proved repair: the node to change, what stands there instead, and the whole side after it.

    `kind` says what is changed: `sign`, `number`, `exponent`, `letter`, `function`, `operator`, `bracket`,
    `factor-missing`, `factor-extra`, `term-missing`, `term-extra`, `term`, `whole`.
    """

    kind: str
    path: tuple[Expression, ...]
    new: Expression
    side: Expression
    guilty: Expression | Relation | None = None

    @property
    def node(self) -> Expression:
        return self.path[-1]


class _Offer(NamedTuple):
    cost: float
    width: int
    order: int
    repair: Repair


def smallest_repair(
    ground: Ground, wanted: list[arb], right: Expression, pool: list[Expression], likely: list[Expression]
) -> Repair | None:
    """The cheapest proved repair towards the values `wanted` of the true side `right`.

    `pool` holds what may be missing as a factor: inner derivatives, letters, bases of logarithms; `likely` what
    is missing by all that is known.
    """
    claimed = ground.case.claimed
    letters = letters_of(ground)
    offers: list[_Offer] = []
    price = 1 + size(claimed) // LARGE
    for place in places(claimed, ground, wanted):
        at_root = everywhere(claimed, letters) if len(place.path) == 1 else ()
        for edit in (*edits_at(place, pool, letters), *missing_factors(place, likely), *at_root):
            if not ground.spend(price):
                break
            if _fits(edit, place, ground):
                side = replaced(place.path, edit.new)
                repair = Repair(edit.kind, place.path, edit.new, side, edit.guilty)
                offers.append(_Offer(edit.cost, size(place.node), -len(offers), repair))
    offers += _by_terms(ground, right, len(offers))
    for offer in sorted(offers)[:PROOFS]:
        if ground.proves(offer.repair.side, right):
            return offer.repair
    return _whole(ground, right)


def _whole(ground: Ground, right: Expression) -> Repair | None:
    """The true side in its simplest proved form, in place of the whole claim."""
    case = ground.case
    found = in_names(replace(case.form, sides=form((right,), case.setting, case.form.keep).sides), case.setting.graph)
    return None if found is None else Repair("whole", (case.claimed,), found, found)


def _fits(edit: Edit, place: Place, ground: Ground) -> bool:
    """Whether the edited node has the value its place needs."""
    if place.need is not None:
        return ground.agrees(edit.new, place.need)
    above = place.invertible()
    if above is None or above.need is None:
        return False
    return ground.agrees(replaced(place.path[len(above.path) - 1 :], edit.new), above.need)


def _by_terms(ground: Ground, right: Expression, order: int) -> Iterator[_Offer]:
    """Terms that disagree, replaced by those of the true side that are not there."""
    claimed = ground.case.claimed
    for written in dict.fromkeys((right, tidy(right), tidy(distributed(tidy(right))))):
        mine, theirs = unmatched(ground, claimed, written)
        if mine is None:
            continue
        if len(mine) == 1 and theirs and isinstance(claimed, Add):
            new = add(*theirs)
            path = (claimed, mine[0])
            yield _Offer(REPLACED, size(new), order, Repair("term", path, new, replaced(path, new)))
        elif not mine and theirs:
            side = add(claimed, *theirs)
            yield _Offer(REPLACED - 1, size(side), order, Repair("term-missing", (claimed,), side, side))
        order += 1


def letters_of(ground: Ground) -> list[Symbol]:
    """The names that may have been meant."""
    trees = (ground.case.claimed, ground.case.truth, *ground.case.form.sides)
    names = {item.name for tree in trees for item in walk(tree) if isinstance(item, Symbol)}
    names |= {name for name in ground.case.setting.graph.definitions if name in ground.points[0].values}
    return [Symbol(name) for name in sorted(names) if name.isprintable() and not name.startswith("#")]


def distributed(tree: Expression) -> Expression:
    """A product or quotient with a sum in it, term by term."""
    match tree:
        case Neg(operand):
            return add(*(negate(term) for term in terms_of(distributed(operand))))
        case Div(numerator, denominator):
            return add(*(divide(term, denominator) for term in terms_of(distributed(numerator))))
        case Mul(factors):
            for k, factor in enumerate(factors):
                if isinstance(factor, Add):
                    return add(*(multiply(*factors[:k], term, *factors[k + 1 :]) for term in factor.terms))
        case Add(terms):
            return add(*(part for term in terms for part in terms_of(distributed(term))))
    return tree


def unmatched(
    ground: Ground, claimed: Expression, right: Expression
) -> tuple[list[Expression] | None, list[Expression]]:
    """The terms of both sides that have no partner of equal value on the other."""
    own = list(claimed.terms) if isinstance(claimed, Add) else [claimed]
    true = list(terms_of(right))
    mine = [(term, ground.values(term)) for term in own]
    theirs = [(term, ground.values(term)) for term in true]
    if any(value is None for _, value in (*mine, *theirs)):
        return None, []
    for item in list(mine):
        partner = next((other for other in theirs if same(item[1] or [], other[1] or [])), None)
        if partner is not None:
            mine.remove(item)
            theirs.remove(partner)
    return [term for term, _ in mine], [term for term, _ in theirs]

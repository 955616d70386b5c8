"""Which known mistakes, made at which nodes, give exactly the author's expression.

Method: every rule at every site, the sum of its effect and the truth compared with the claim at one point, then at
all; then one rule at every place where it applies; then pairs, found by looking up the effect that is missing. The
likelier candidates come first, the first that the kernel proves equal to the claim is the answer.

Limits: the work is bounded; pairs are searched among mistakes whose effects add up, and a mistake inside
another only one level deep.
"""

from __future__ import annotations

import bisect
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from flint import arb

from derivcheck.diagnosis.buggy_rules import deriving_rules
from derivcheck.diagnosis.deriving import Choice, carried_out
from derivcheck.diagnosis.ground import BITS, Ground
from derivcheck.diagnosis.looks import unlikeness
from derivcheck.diagnosis.rule import Slip, Taking
from derivcheck.diagnosis.sites import Site, Task, sites
from derivcheck.expression import Expression
from derivcheck.kernel.balls import precision
from derivcheck.kernel.differentiate import NoRule

PROOFS = 6
PAIRS = 40
LIKELY = 2
RARE = 6


@dataclass(frozen=True, slots=True)
class Candidate:
    """Mistakes at sites, and what they change in the whole at each point."""

    choices: tuple[Choice, ...]
    sites: tuple[Site, ...]
    slips: tuple[Slip, ...]
    effect: list[arb]

    @property
    def rank(self) -> int:
        return sum(choice.rule.rank + slip.rank for choice, slip in zip(self.choices, self.slips, strict=True))


@dataclass(frozen=True, slots=True)
class Found:
    """A confirmed candidate with the expression it gives."""

    candidate: Candidate
    result: Expression


class Search:
    """The search under one task for what turns its value `start` into the claim."""

    def __init__(self, task: Task, ground: Ground, start: list[arb], others: Mapping[str, Expression]) -> None:
        self.task, self.ground, self.others = task, ground, others
        with precision(BITS):
            self.wanted = [claimed - value for claimed, value in zip(ground.claimed, start, strict=True)]
        self.singles = list(_singles(sites(task, ground), ground, others))

    def one_rule(self) -> Found | None:
        """The likeliest rule that gives the claim, made at one place or wherever it applies."""
        singles = [item for item in self.singles if item.rank < RARE]
        found = self._confirmed(item for item in singles if _gives(item, self.wanted))
        return found or self._confirmed(_everywhere(singles))

    def rare_rule(self) -> Found | None:
        """The same for mistakes that are only thought of when nothing else explains the claim."""
        return self._confirmed(item for item in self.singles if item.rank >= RARE and _gives(item, self.wanted))

    def two_rules(self) -> Found | None:
        """The likeliest two mistakes that together give the claim."""
        if _many_orders(self.task):
            return None
        likely = [item for item in self.singles if item.rank <= LIKELY]
        return self._confirmed(islice(_pairs(likely, self.wanted), PAIRS))

    def _confirmed(self, hits: Iterable[Candidate]) -> Found | None:
        return _confirmed(list(hits), self.task, self.ground, self.others)


def _many_orders(task: Task) -> bool:
    """Whether a derivative of third or higher order is taken, where two slips in the last step explain little."""
    return any(sum(order for _, order in root.node.variables) > 2 for root in task.roots.values())


def _singles(places: list[Site], ground: Ground, others: Mapping[str, Expression]) -> Iterator[Candidate]:
    """Every rule at every site."""
    for site in places:
        taking = Taking(site.root.textbook, site.root.textbook, others)
        for rule in deriving_rules():
            try:
                slips = list(rule.derive(site.node, taking)) if rule.derive else []
            except NoRule:
                continue
            for index, slip in enumerate(slips):
                if not ground.spend():
                    return
                effect = _effect(site, slip, ground)
                if effect is not None:
                    yield Candidate((Choice(rule, index, site.alike),), (site,), (slip,), effect)


def _effect(site: Site, slip: Slip, ground: Ground) -> list[arb] | None:
    """What a slip at a site changes in the whole; None where it changes nothing."""
    values = ground.values(slip.result)
    if values is None:
        return None
    with precision(BITS):
        effect = [(new - old) * weight for new, old, weight in zip(values, site.derivative, site.weight, strict=True)]
    return None if all(item.contains(0) for item in effect) else effect


def _gives(candidate: Candidate, wanted: list[arb]) -> bool:
    return all(a.overlaps(b) for a, b in zip(candidate.effect, wanted, strict=True))


def _confirmed(hits: list[Candidate], task: Task, ground: Ground, others: Mapping[str, Expression]) -> Found | None:
    """The likeliest candidate that the kernel proves to give the claim."""
    made: list[tuple[int, int, int, Candidate, Expression]] = []
    for hit in hits:
        try:
            result = carried_out(task, hit.choices, others)
        except NoRule:
            continue
        if len(hit.choices) == 1 or ground.agrees(result, ground.claimed):
            made.append((hit.rank, unlikeness(result, ground.case.claimed), len(made), hit, result))
    for _, _, _, hit, result in sorted(made)[:PROOFS]:
        if ground.proves(result, ground.case.claimed):
            return Found(hit, result)
    return None


def _everywhere(singles: list[Candidate]) -> Iterator[Candidate]:
    """One rule at all the single sites where it applies."""
    groups: dict[str, list[Candidate]] = {}
    for item in singles:
        if len(item.sites[0].alike) == 1:
            groups.setdefault(item.choices[0].rule.id, []).append(item)
    for members in groups.values():
        firsts = list({item.choices[0].nodes: item for item in reversed(members)}.values())[::-1]
        if len(firsts) < 2:
            continue
        yield _together(firsts)


def _together(members: list[Candidate]) -> Candidate:
    with precision(BITS):
        effect = members[0].effect
        for other in members[1:]:
            effect = [a + b for a, b in zip(effect, other.effect, strict=True)]
    choices, places, slips = (
        [part for item in members for part in getattr(item, name)] for name in ("choices", "sites", "slips")
    )
    return Candidate(tuple(choices), tuple(places), tuple(slips), effect)


def _pairs(singles: list[Candidate], wanted: list[arb]) -> Iterator[Candidate]:
    """Two mistakes at different sites whose effects add up to what is wanted."""
    keyed = sorted(((float(item.effect[0].mid()), k) for k, item in enumerate(singles)))
    values = [value for value, _ in keyed]
    goal = float(wanted[0].mid())
    scale = max([abs(goal), 1e-30])
    found = []
    for value, k in keyed:
        missing = goal - value
        slack = 1e-9 * max(scale, abs(value))
        for place in range(bisect.bisect_left(values, missing - slack), bisect.bisect_right(values, missing + slack)):
            other = keyed[place][1]
            if k < other and not set(singles[k].sites[0].alike) & set(singles[other].sites[0].alike):
                pair = _together([singles[k], singles[other]])
                if _gives(pair, wanted):
                    found.append(pair)
    yield from sorted(found, key=lambda pair: pair.rank)

"""A diagnosis of a statement with arrays in words, at each level of help, in the author's notation.

Method: the place and what mends it come from the repair, the mistake from the cause; the two do not depend on each
other. What would give the answer away is kept out of the levels below the last.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import Any

from derivcheck.diagnosis.arrays.case import ArrayCase
from derivcheck.diagnosis.arrays.cause import Cause
from derivcheck.diagnosis.arrays.ground import HELD, Ground
from derivcheck.diagnosis.case import Diagnosed
from derivcheck.diagnosis.hand import Hand, Patch
from derivcheck.diagnosis.repair import Repair
from derivcheck.diagnosis.wording import filled, known, phrases, placeholders
from derivcheck.expression import Add, Derivative, Div, Expression, Mul, Neg, Symbol, substitute, symbols

FIELDS = ("name", "question", "rule", "answer")
HIDING = 3


@cache
def array_texts(language: str) -> Mapping[str, Mapping[str, str]]:
    """The texts of every rule by its id."""
    found: dict[str, Mapping[str, str]] = {}
    for file in sorted(files("derivcheck.diagnosis.array_rules").iterdir(), key=lambda item: item.name):
        if file.name.endswith(f".{language}.toml"):
            found.update(tomllib.loads(file.read_text("utf-8")))
    return found


@cache
def array_phrases(language: str) -> Mapping[str, Any]:
    """What is said of any repair of a formula with arrays."""
    return tomllib.loads((files("derivcheck.diagnosis.arrays") / f"phrases.{language}.toml").read_text("utf-8"))


@dataclass(frozen=True, slots=True)
class Told:
    """A cause and a repair of a case, put into words by `diagnosed`."""

    ground: Ground
    cause: Cause | None
    repair: Repair | None
    language: str

    def diagnosed(self) -> Diagnosed:
        hand = hand_of(self.ground.case, self.ground)
        patch = hand.patch(self.repair) if self.repair else Patch(hand.place(self.ground.claimed), "", "")
        kind = self.repair.kind if self.repair else "whole"
        levels = (self._locate(kind), self._said("name", hand), self._said("question", hand), self._said("rule", hand))
        answer = " ".join(item for item in (self._said("answer", hand), self._mend(patch, kind)) if item)
        return Diagnosed(
            rule=self.cause.rule.id if self.cause else "",
            span=patch.span,
            label=array_phrases(self._language)["label"][kind],
            levels=(*self._guarded(levels, patch), answer),
            fix=patch.fix,
            expected=patch.side if self.ground.case.previous_right else "",
            confirmed=self.cause is not None,
        )

    @property
    def _language(self) -> str:
        return known(self.language)

    def _locate(self, kind: str) -> str:
        """Which part does not agree."""
        common, own = phrases(self._language), array_phrases(self._language)
        if self.repair is None:
            return filled(common["locate"]["alone"], {"said": own["locate"]["unknown"]})
        place, n = common["place"], self._term(len(common["ordinals"]))
        if n is None:
            words, frame = {"place": place["side"], "inside": place["in-side"]}, "alone"
        else:
            ordinal = {"n": common["ordinals"][n]}
            words = {"place": filled(place["term"], ordinal), "inside": filled(place["in-term"], ordinal)}
            frame = "others"
        return filled(common["locate"][frame], {"said": filled(own["locate"][kind], words)})

    def _term(self, most: int) -> int | None:
        """Which of several terms is to be changed; None where it is not a single one."""
        if self.repair is None:
            return None
        path = (*self.repair.path, *(() if self.repair.guilty is None else (self.repair.guilty,)))
        for above, below in pairwise(path):
            if isinstance(above, Add) and len(above.terms) <= most:
                return next((k for k, term in enumerate(above.terms) if term is below), None)
            if not isinstance(above, Neg | Mul | Div):
                break
        return None

    def _said(self, field: str, hand: Hand) -> str:
        own = array_phrases(self._language)
        if self.cause is None:
            plain = {"name": own["plain"]["unknown"], "rule": own["plain"]["rule"], "answer": ""}
            kind = self.repair.kind if self.repair else "whole"
            return str(plain.get(field, own["question"][kind]))
        template = array_texts(self._language)[self.cause.rule.id][field]
        return filled(template, {name: self._word(name, hand) for name in placeholders(template)})

    def _word(self, name: str, hand: Hand) -> str:
        assert self.cause is not None
        given: Mapping[str, Expression | str] = {"variable": self._variable(), **self.cause.words}
        value = given[name]
        return value if isinstance(value, str) else hand(_spoken(value))

    def _variable(self) -> Expression | str:
        truth = self.ground.truth
        if isinstance(truth, Derivative):
            return truth.variables[0][0]
        return (
            Symbol(min(self.ground.varying)) if self.ground.varying else str(phrases(self._language)["place"]["side"])
        )

    def _mend(self, patch: Patch, kind: str) -> str:
        if self.repair is None:
            return ""
        say = phrases(self._language)["mend"]
        old = "" if patch.span is None else self.ground.case.text[patch.span.start : patch.span.end]
        if not patch.fix:
            return filled(say["remove"], {"old": old})
        if kind == "whole" or len(self.repair.path) == 1:
            return filled(say["whole"], {"fix": patch.side})
        return filled(say["replace"], {"fix": patch.fix, "old": old})

    def _guarded(self, levels: tuple[str, str, str, str], patch: Patch) -> tuple[str, str, str, str]:
        """The texts, with what would give the answer away put in general words."""
        own = array_phrases(self._language)
        secrets = [text for text in (patch.side, patch.fix) if len(text) > HIDING]
        written = self.ground.case.text
        spare = (levels[0], own["spare"]["name"], own["question"]["whole"], own["plain"]["rule"])
        place, name, question, rule = (
            instead if any(secret in text and secret not in written for secret in secrets) else text
            for text, instead in zip(levels, spare, strict=True)
        )
        return place, name, question, rule


def hand_of(case: ArrayCase, ground: Ground) -> Hand:
    """Writes as the author of the claim writes."""
    return Hand(
        case.text, ground.claimed, ground.truth, replace(case.declarations, differentials=True), ground.resolved
    )  # fmt: skip


def _spoken(tree: Expression) -> Expression:
    """The tree with names that are held for their values by their own names."""
    held = {Symbol(name): Symbol(name.removeprefix(HELD)) for name in symbols(tree) if name.startswith(HELD)}
    return substitute(tree, held) if held else tree

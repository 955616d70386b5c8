"""The order of questions for a wrong side: where, which known mistake, what mends it, what follows from it.

The cause is looked for by differentiating and rewriting with known mistakes, the place and the mending by the
smallest repair; the two do not depend on each other. Only what the kernel confirms is named. Work is
counted, so that the same case gives the same answer on every machine.
"""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

from derivcheck.diagnosis.case import Case, Diagnosed
from derivcheck.diagnosis.cause import Cause, Made, find_cause, named_by_comparison
from derivcheck.diagnosis.consequences import consequences_of
from derivcheck.diagnosis.deriving import carried_out
from derivcheck.diagnosis.ground import Ground, ground_of
from derivcheck.diagnosis.hand import Hand, Patch
from derivcheck.diagnosis.laws import law_text
from derivcheck.diagnosis.narrower import right_but_narrower
from derivcheck.diagnosis.pool import pool_of
from derivcheck.diagnosis.repair import Repair, smallest_repair
from derivcheck.diagnosis.rule import Taking
from derivcheck.diagnosis.sites import task_of
from derivcheck.diagnosis.wording import filled, known, phrases, rule_texts, said
from derivcheck.diagnosis.words import slope_of, words_for
from derivcheck.expression import Add, Div, Expression, Mul, Neg, Number, Relation
from derivcheck.kernel.differentiate import NoRule

WORK = 12_000


def diagnose(case: Case, work_limit: int = WORK, language: str = "en") -> Diagnosed | None:
    """What can be said about a wrong side; None where no point shows the difference and nothing is proved."""
    ground = ground_of(case, work_limit)
    if ground is None:
        return right_but_narrower(case, work_limit, language)
    cause = find_cause(ground)
    ground.work = work_limit
    repair = _repair(ground, _missing(cause))
    cause = cause or named_by_comparison(ground, repair)
    return _Telling(ground, cause, repair, known(language)).diagnosed()


def _missing(cause: Cause | None) -> list[Expression]:
    """The factors that the cause says are missing."""
    found = []
    for made in cause.made if cause else ():
        part = made.slip.words.get("inner", made.slip.words.get("link"))
        if made.taking is not None and not isinstance(part, str | None):
            found.append(slope_of(part, made))
    return [item for item in found if not isinstance(item, Number)]


def _repair(ground: Ground, likely: list[Expression]) -> Repair | None:
    """The smallest repair towards the truth, or towards the line before where that was wrong already."""
    case = ground.case
    if case.previous is not None and not case.previous_right:
        before = ground.values(case.previous)
        if before is not None:
            return smallest_repair(ground, before, case.previous, [], [])
    task = task_of(case.truth, case.setting.graph)
    try:
        right = carried_out(task, (), {})
    except NoRule:
        return None
    return smallest_repair(ground, ground.truth, right, pool_of(task, ground), likely)


class _Telling:
    """Puts a diagnosis into words."""

    def __init__(self, ground: Ground, cause: Cause | None, repair: Repair | None, language: str) -> None:
        self.ground, self.cause, self.repair = ground, cause, repair
        self.phrases, self.texts = phrases(language), rule_texts(language)
        self.hand = Hand(ground.case.text, ground.case.claimed, ground.case.truth)
        self.patch = self.hand.patch(repair) if repair else Patch(self.hand.place(ground.case.claimed), "", "")

    def diagnosed(self) -> Diagnosed:
        made = self.cause.made[0] if self.cause else None
        kind = self.repair.kind if self.repair else "whole"
        levels = (self._locate(), self._name(), self._question(), self._principle(), self._answer())
        return Diagnosed(
            rule=made.rule.id if made else "",
            span=self.patch.span,
            label=self.phrases["label"][kind],
            levels=self._guarded(levels),
            fix=self.patch.fix,
            expected=self.patch.side if self.ground.case.previous_right else "",
            replay=self._replay(),
            consequences=consequences_of(self.ground, self.hand, self.phrases["consequence"]),
            confirmed=made is not None,
        )  # fmt: skip

    def _replay(self) -> tuple[str, ...]:
        """The wrong derivation, the author's own side as its last line; from an equation, line by line an equation."""
        lines = list(map(self.hand, self.cause.lines)) if self.cause else []
        own = self.hand(self.ground.case.claimed)
        if self.cause and lines and isinstance(self.cause.lines[0], Relation):
            own = f"{self.hand(self.ground.case.truth)}{self.hand.printer.equals}{own}"
        return (*lines[:-1], own) if lines and lines[-1] != own and len(lines) > 1 else tuple(lines)

    def _locate(self) -> str:
        """Which part does not agree."""
        say = self.phrases["locate"]
        if self.repair is None:
            return filled(say["alone"], {"said": say["unknown"]})
        place = self._term()
        if place is None:
            words = {"place": self.phrases["place"]["side"], "inside": self.phrases["place"]["in-side"]}
            return filled(say["alone"], {"said": filled(say[self.repair.kind], words)})
        n = self.phrases["ordinals"][place]
        words = {
            "place": filled(self.phrases["place"]["term"], {"n": n}),
            "inside": filled(self.phrases["place"]["in-term"], {"n": n}),
        }
        return filled(say["others"], {"said": filled(say[self.repair.kind], words)})

    def _term(self) -> int | None:
        """Which of several terms is to be changed; None where it is not a single one."""
        if self.repair is None:
            return None
        path = (*self.repair.path, *(() if self.repair.guilty is None else (self.repair.guilty,)))
        for above, below in pairwise(path):
            if isinstance(above, Add) and len(above.terms) <= len(self.phrases["ordinals"]):
                return next((k for k, term in enumerate(above.terms) if term is below), None)
            if not isinstance(above, Neg | Mul | Div):
                break
        return None

    def _name(self) -> str:
        if self.cause is None:
            return str(self.phrases["name"]["unknown"])
        said = Counter(self._said("name", made) for made in self._all_made())
        often = self.phrases["name"]["often"]
        return " ".join(
            f"{text} {filled(often, {'count': str(count)})}" if count > 1 else text for text, count in said.items()
        )

    def _question(self) -> str:
        made = self._all_made()
        if not made:
            return str(self.phrases["question"][self.repair.kind if self.repair else "whole"])
        return " ".join(dict.fromkeys(self._said("question", item) for item in made))

    def _answer(self) -> str:
        answers = list(dict.fromkeys(self._said("answer", made) for made in self._all_made()))
        return " ".join([*answers, *self._mend()])

    def _mend(self) -> list[str]:
        repair, patch, say = self.repair, self.patch, self.phrases["mend"]
        if repair is None:
            return []
        old = "" if patch.span is None else self.ground.case.text[patch.span.start : patch.span.end]
        if not patch.fix:
            return [filled(say["remove"], {"old": old})]
        if repair.kind == "whole" or len(repair.path) == 1:
            return [filled(say["whole"], {"fix": patch.side})]
        return [filled(say["replace"], {"fix": patch.fix, "old": old})]

    def _all_made(self) -> tuple[Made, ...]:
        return self.cause.made if self.cause else ()

    def _said(self, field: str, made: Made) -> str:
        template: str = getattr(self.texts[made.rule.id], field)
        return said(template, words_for(template, made, self.hand))

    def _principle(self) -> str:
        """The sound rule in the author's symbols."""
        if self.cause is None:
            return self._rule_at_the_top()
        return "; ".join(
            dict.fromkeys(self._law(made.rule.sibling, made.node, made.taking) for made in self._all_made())
        )

    def _rule_at_the_top(self) -> str:
        """The rule that the derivation has to begin with, where no cause is known."""
        case = self.ground.case
        for root in task_of(case.truth, case.setting.graph).roots.values():
            taking = Taking(root.textbook, root.textbook)
            node = root.textbook.body(root.operand) or root.operand
            return self._law(root.textbook.rule_name(node), node, taking)
        return str(self.phrases["plain"]["rewriting"])

    def _law(self, sibling: str, node: Expression, taking: Taking | None) -> str:
        if sibling == "product rule" and isinstance(node, Div):
            sibling = "quotient rule"
        return law_text(sibling, node, taking, self.hand, self.phrases)

    def _guarded(self, levels: tuple[str, ...]) -> tuple[str, str, str, str, str]:
        """The texts, with what would give the answer away left out below the last."""
        secrets = {text for text in (self.patch.side, self.patch.fix) if len(text) > 3}
        plain = [str(self.phrases["plain"][made.rule.sibling]) for made in self._all_made()[:1]]
        spare = ("", self._title(), str(self.phrases["question"]["whole"]), *plain)
        safe = [
            spare[k] if k < len(spare) and k and any(secret in text for secret in secrets) else text
            for k, text in enumerate(levels[:-1])
        ]  # fmt: skip
        return safe[0], safe[1], safe[2], safe[3], levels[-1]

    def _title(self) -> str:
        return " ".join(dict.fromkeys(self.texts[made.rule.id].title + "." for made in self._all_made()))

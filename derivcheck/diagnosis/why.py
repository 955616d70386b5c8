"""Why a right step is right, in one line: the rule that the derivation uses there, in the author's symbols.

Limits: only for steps in which a derivative is carried out; what a line of algebra uses is not looked for.
"""

from __future__ import annotations

from derivcheck.claim import Setting
from derivcheck.diagnosis.hand import Hand
from derivcheck.diagnosis.laws import law_text
from derivcheck.diagnosis.rule import Taking
from derivcheck.diagnosis.sites import task_of
from derivcheck.diagnosis.wording import known, phrases
from derivcheck.expression import Derivative, Expression, walk


def why_right(text: str, before: Expression, side: Expression, setting: Setting, language: str = "en") -> str:
    """The rule that leads from the line before to this side of the claim, or nothing.

    `text` is the claim's text and `before` the side written before, or the left side of the chain.
    """
    if any(isinstance(node, Derivative) for node in walk(side)):
        return ""
    hand = Hand(text, side, before)
    said = []
    for root in task_of(before, setting.graph).roots.values():
        if not root.opaque:
            node = root.textbook.body(root.operand) or root.operand
            name = root.textbook.rule_name(node)
            taking = Taking(root.textbook, root.textbook)
            if name != "differentiation":
                said.append(law_text(name, node, taking, hand, phrases(known(language))))
    return "; ".join(dict.fromkeys(said))

"""A proof by way of a form that SymPy finds.

Where the kernel's own normal form does not decide, a form M of one side may: the kernel proves A = M and
M = B. SymPy only proposes M.
"""

from __future__ import annotations

from derivcheck.engine.sympy_forms import forms
from derivcheck.kernel.differentiate import NoRule, expand_derivatives
from derivcheck.kernel.field import Budget
from derivcheck.kernel.judge import decide
from derivcheck.kernel.prove import Proof, prove
from derivcheck.kernel.question import Outcome, Question, Undecided

BUDGET = 50_000_000


def decide_by_bridge(question: Question) -> Outcome:
    """The verdict, with SymPy's forms of the truth between the two sides."""
    try:
        proposals = forms(expand_derivatives(question.truth))
    except NoRule as missing:
        return Undecided(f"no derivative rule for {missing}")
    for middle in proposals:
        if isinstance(prove(question.truth, middle, question.region, Budget(BUDGET)), Proof):
            outcome = decide(Question(middle, question.claimed, question.region, question.kinds), Budget(BUDGET))
            if not isinstance(outcome, Undecided):
                return outcome
    return Undecided("no certificate")

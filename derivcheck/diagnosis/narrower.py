"""A side that is right wherever it is defined, and defined on less than the truth: log(x²) = 2 log(x).

Nothing in it is to be changed; what is missing is an assumption. That both sides agree where both are defined
is proved by the kernel, and so is said as a fact.
"""

from __future__ import annotations

from derivcheck.claim import form
from derivcheck.diagnosis.case import Case, Diagnosed
from derivcheck.diagnosis.ground import Ground
from derivcheck.diagnosis.wording import filled, known, phrases
from derivcheck.domain_text import domain_text
from derivcheck.kernel.domain import requirements
from derivcheck.kernel.facts import informative
from derivcheck.kernel.field import Budget
from derivcheck.kernel.prove import Region

TEXT_BUDGET = 200_000


def right_but_narrower(case: Case, work: int, language: str) -> Diagnosed | None:
    """What to say of a side that equals the truth wherever it has a value; None where that is not proved."""
    if not Ground(case, [], [], [], work).proves(case.truth, case.claimed):
        return None
    (closed,) = form((case.claimed,), case.setting, case.form.keep).sides
    domain = case.form.region
    assumed = tuple(item.condition for item in domain.natural if not item.guards)
    wanted = Region((*domain.assumptions, *assumed), tuple(requirements(closed)))
    conditions = domain_text(informative(wanted, Budget(TEXT_BUDGET)))
    say = phrases(known(language))
    narrower = say["narrower"]
    answer = filled(narrower["answer"], {"conditions": ", ".join(conditions)}) if conditions else narrower["place"]
    levels = (narrower["place"], say["name"]["unknown"], narrower["question"], say["plain"]["identities"], answer)
    return Diagnosed("", case.claimed.span, narrower["label"], levels)

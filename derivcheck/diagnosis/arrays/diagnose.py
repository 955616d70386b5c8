"""The order of questions for a wrong side with arrays: what mends it, which known mistake, how to say it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from derivcheck.diagnosis.arrays.case import ArrayCase
from derivcheck.diagnosis.arrays.cause import find_cause
from derivcheck.diagnosis.arrays.ground import ground_of
from derivcheck.diagnosis.arrays.repair import smallest_repair
from derivcheck.diagnosis.arrays.telling import Told, array_phrases
from derivcheck.diagnosis.case import Diagnosed
from derivcheck.diagnosis.repair import Repair
from derivcheck.diagnosis.wording import known
from derivcheck.expression import Span

WORK = 1_500
SHAPES, LAYOUT = "shape-mismatch", "layout-convention"


@dataclass(frozen=True, slots=True)
class Misfit:
    """Shapes that do not fit: what is wrong with them and where; or a side that is right in the other layout."""

    message: str
    span: Span | None
    layout: bool = False


def diagnose_arrays(case: ArrayCase, work_limit: int = WORK, language: str = "en") -> Diagnosed | None:
    """What can be said about a wrong side; None where there is no point to compare anything at."""
    ground = ground_of(case, work_limit)
    if ground is None:
        return None
    wanted = ground.truth
    if case.previous is not None and not case.previous_right:
        wanted = ground.resolved(case.previous)
    repair = smallest_repair(ground, wanted, ground.claimed)
    ground.work = work_limit
    cause = find_cause(ground, repair)
    if repair is None and cause is not None and cause.right is not None and ground.proves(wanted, cause.right):
        repair = Repair("whole", (ground.claimed,), cause.right, cause.right)
    return Told(ground, cause, repair, language).diagnosed()


def diagnose_misfit(case: ArrayCase, misfit: Misfit, work_limit: int = WORK, language: str = "en") -> Diagnosed:
    """What can be said about a side whose shapes do not fit: the shapes, and what mends them if one change does."""
    told = diagnose_arrays(case, work_limit, language)
    say = array_phrases(known(language))["layout" if misfit.layout else "shape"]
    message = misfit.message[:1].upper() + misfit.message[1:] + "."
    id = LAYOUT if misfit.layout else SHAPES
    if told is None or not told.fix:
        answer = say["answer"]
        levels = (message, say["name"], say["question"], say["rule"], answer)
        return Diagnosed(id, misfit.span, say["label"], levels, confirmed=True)
    _, name, question, rule, answer = told.levels
    if misfit.layout or not told.confirmed:
        levels = (message, say["name"], say["question"], say["rule"], answer)
        return replace(told, rule=id, label=say["label"], levels=levels, confirmed=True)
    return replace(told, levels=(message, name, question, rule, answer))

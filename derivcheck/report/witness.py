"""What a counterexample says, in words: `at a = 1/2, y = 0: step 3 says −2, the derivative is 2`.

The truth is called the derivative where the chain starts with one. Values that were taken out of the report
leave the bare statement that there is a point.
"""

from __future__ import annotations

import re

from derivcheck.expression import Apply, Derivative
from derivcheck.finding import ReadingError
from derivcheck.notation import parse_statements
from derivcheck.report.phrases import Phrases
from derivcheck.report.words import step_words
from derivcheck.statement import Declarations
from derivcheck.verdict import Counterexample, FileReport, StepResult

UNDEFINED = "undefined"
_PRIMED = re.compile(r"([^\W\d]\w*)['′]+(\()?")
_CALLED = re.compile(r"([^\W\d]\w*)['′]*\(")


def witness(step: StepResult, file: FileReport, say: Phrases) -> tuple[str, ...]:
    """Where it is seen, what the step says there, what is true there; nothing where there is no point."""
    seen = step.counterexample
    if seen is None:
        return ()
    if not seen.expected or not seen.claimed:
        return (say("witness.somewhere"),)
    who = step_words(step.id, say) if file.path else say("witness.claim")
    undefined = seen.claimed == UNDEFINED
    says = say("witness.undefined", who=who) if undefined else say("witness.says", who=who, value=seen.claimed)
    return point_words(seen, say), says, _truth(seen.expected, starts_with_derivative(step, file), say)


def _truth(value: str, derivative: bool, say: Phrases) -> str:
    if value == UNDEFINED:
        return say("witness.no-derivative" if derivative else "witness.no-truth")
    return say("witness.derivative" if derivative else "witness.truth", value=value)


def point_words(seen: Counterexample, say: Phrases) -> str:
    """`at ŷ = 1/2, y = 0`, with the instance of each unknown function."""
    named = ", ".join(f"{name} = {value}" for name, value in {**seen.point, **seen.functions}.items())
    return say("witness.at", point=named) if named else say("witness.everywhere")


def starts_with_derivative(step: StepResult, file: FileReport) -> bool:
    """Whether the left side of the step's chain is a derivative and nothing else."""
    head = step.claim
    for earlier in file.steps:
        if not continues(earlier.claim):
            head = earlier.claim
        if earlier is step or earlier.id == step.id:
            break
    known = Declarations(
        functions=frozenset(_CALLED.findall(head)),
        depends={name: ("x",) for name, call in _PRIMED.findall(head) if not call},
        open_words=True,
    )
    try:
        left = parse_statements(head, known).value[0].sides[0]
    except ReadingError:
        return False
    return isinstance(left, Derivative) or (isinstance(left, Apply) and any(left.orders))


def continues(claim: str) -> bool:
    """The claim goes on from the one before."""
    return claim.lstrip().startswith(("=", "&="))

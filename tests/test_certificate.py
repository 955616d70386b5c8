"""Certificates: what the kernel wrote down it confirms, and nothing that was changed."""

import json

import pytest

from derivcheck.kernel.certificate import Malformed, certificate, holds
from derivcheck.kernel.domain import requirements
from derivcheck.kernel.field import Budget
from derivcheck.kernel.judge import decide
from derivcheck.kernel.prove import Region
from derivcheck.kernel.question import Proved, Question, Refuted
from derivcheck.notation import parse_statement
from derivcheck.statement import Declarations

WORK = 5_000_000
TRUE = (
    "d/dx log(x^2 + 1) = 2x/(x^2 + 1)",
    "d/dx sqrt(tan x) = 1/(2 sqrt(tan x) cos(x)^2)",
    "d/dx (relu(x) x) = 2 relu(x)",
    "d/dx exp(x/2 + x/3) = 5/6 exp(5x/6)",
)
FALSE = ("d/dx x^3 = 2 x^2", "sin(2x) = 2 sin x", "d/dx exp(-x) = exp(-x)")


def question(text: str) -> Question:
    truth, claimed = parse_statement(text, Declarations()).value.sides
    return Question(truth, claimed, Region((), requirements(truth)))


@pytest.mark.parametrize("text", TRUE)
def test_a_proof_is_confirmed_and_its_copy_for_another_claim_is_not(text: str) -> None:
    asked = question(text)
    outcome = decide(asked, Budget(WORK))
    assert isinstance(outcome, Proved)
    stored = certificate(asked, outcome)
    assert stored is not None
    assert holds(stored, Budget(WORK))
    other = json.loads(stored) | {"claimed": ["Add", ["", json.loads(stored)["claimed"], ["Number", "1"]]]}
    assert not holds(json.dumps(other), Budget(WORK))


def test_a_proof_in_cells_needs_all_of_them() -> None:
    asked = question("max(x, 0) - min(x, 0) = Piecewise((x, x > 0), (-x, True))")
    outcome = decide(asked, Budget(WORK))
    assert isinstance(outcome, Proved)
    body = json.loads(certificate(asked, outcome) or "")
    for plan in body["proof"]:
        plan["cells"] = plan["cells"] or {"1*x^1": 1}
    body["proof"] = body["proof"][:1]
    assert not holds(json.dumps(body), Budget(WORK))


@pytest.mark.parametrize("text", FALSE)
def test_a_refutation_is_confirmed_and_not_where_the_sides_agree(text: str) -> None:
    asked = question(text)
    outcome = decide(asked, Budget(WORK))
    assert isinstance(outcome, Refuted)
    stored = certificate(asked, outcome)
    assert stored is not None
    assert holds(stored, Budget(WORK))
    body = json.loads(stored)
    assert not holds(json.dumps(body | {"claimed": body["truth"]}), Budget(WORK))


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"truth": ["Gone"]}', '{"truth": ["Number", "x"], "claimed": 1}'])
def test_anything_else_is_malformed(text: str) -> None:
    with pytest.raises(Malformed):
        holds(text, Budget(WORK))

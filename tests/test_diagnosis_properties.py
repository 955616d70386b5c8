"""Properties of diagnoses on derivatives spoilt at random: what is said is true, and something is said."""

from __future__ import annotations

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from derivcheck.diagnosis.buggy_rules import deriving_rules
from derivcheck.diagnosis.case import Case
from derivcheck.diagnosis.cause import find_cause
from derivcheck.diagnosis.deriving import Choice, Deriving
from derivcheck.diagnosis.diagnose import diagnose
from derivcheck.diagnosis.ground import ground_of
from derivcheck.diagnosis.rule import Taking
from derivcheck.engine.textbook import Textbook
from derivcheck.engine.tidy import displayed, tidy
from derivcheck.expression import Call, Expression, Relation, Symbol, as_expression, call, walk
from derivcheck.graph import Graph
from derivcheck.notation.printing import print_plain
from tests.diagnosing import case_of, is_proved

X = Symbol("x")
FUNCTIONS = ("sin", "cos", "exp", "tanh", "sigmoid", "atan")


def _trees() -> st.SearchStrategy[Expression]:
    leaves = st.one_of(
        st.just(X), st.just(X), st.integers(2, 5).map(lambda n: as_expression(n) * X), st.just(Symbol("c") * X)
    )

    def larger(inner: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
        return st.one_of(
            st.builds(lambda a, b: a + b, inner, inner),
            st.builds(lambda a, b: a - b, inner, inner),
            st.builds(lambda a, b: a * b, inner, inner),
            st.builds(lambda a, n: a**n, inner, st.integers(2, 4)),
            st.builds(call, st.sampled_from(FUNCTIONS), inner),
            st.builds(lambda a, n: a / (a**2 + n), inner, st.integers(1, 3)),
        )

    return st.recursive(leaves, larger, max_leaves=4)


def _spoilt(tree: Expression, choice: int) -> Expression | None:
    """The derivative with one known mistake at one node."""
    textbook = Textbook(X, Graph())
    taking = Taking(textbook, textbook)
    options = [
        Choice(rule, index, (id(node),))
        for node in walk(tree)
        if textbook.varies(node) and node != X
        for rule in deriving_rules()
        if rule.derive is not None
        for index, _ in enumerate(rule.derive(node, taking))
    ]
    if not options:
        return None
    picked = options[choice % len(options)]
    return displayed(tidy(Deriving(textbook, {picked.nodes[0]: picked}, {})(tree)))


def _case(tree: Expression, claimed: Expression) -> Case | None:
    claim = f"d/dx ({print_plain(displayed(tree))}) = {print_plain(claimed)}"
    try:
        return case_of(claim)
    except StopIteration:
        return None


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(_trees(), st.integers(0, 10_000))
def test_what_is_said_of_a_spoilt_derivative_is_true(tree: Expression, choice: int) -> None:
    claimed = _spoilt(tree, choice)
    assume(claimed is not None)
    assert claimed is not None
    case = _case(tree, claimed)
    assume(case is not None)
    assert case is not None
    found = diagnose(case)
    if found is None:
        return
    ground = ground_of(case, 12_000)
    assert ground is not None
    cause = find_cause(ground)
    assert (cause is not None) is (found.rule != "") or not any(
        made.rule.derive for made in (cause.made if cause else ())
    )
    if cause is not None and len(cause.lines) > 1:
        last = cause.lines[-1]
        assert not isinstance(last, Relation)
        assert ground.agrees(last, ground.claimed)
    if found.expected:
        left = case.text.partition(" = ")[0]
        assert is_proved(f"{left} = {found.expected}")
    for text in found.levels[:4]:
        assert len(found.expected) < 4 or found.expected not in text


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(_trees(), st.integers(0, 10_000))
def test_a_single_known_mistake_is_explained(tree: Expression, choice: int) -> None:
    claimed = _spoilt(tree, choice)
    assume(claimed is not None and not any(isinstance(node, Call) and node.name == "log" for node in walk(tree)))
    assert claimed is not None
    case = _case(tree, claimed)
    assume(case is not None)
    assert case is not None
    found = diagnose(case)
    assume(found is not None)
    assert found is not None
    # What mends a term too many is to leave it out; nothing is written in its place.
    assert found.confirmed or found.fix or found.label == "this term does not belong here"

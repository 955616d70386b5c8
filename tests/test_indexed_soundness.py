"""What must never be proved: known traps, claims beside the true ones, facts taken away."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

import pytest

from derivcheck.expression import (
    Add,
    Call,
    Derivative,
    Differential,
    Div,
    Entry,
    Expression,
    Hadamard,
    MatMul,
    Mul,
    Neg,
    Number,
    Piecewise,
    Reduction,
    Symbol,
    Transpose,
    children,
    map_children,
)
from derivcheck.kernel.concrete.compare import Difference, Gap, Sides, compare
from derivcheck.kernel.concrete.points import points
from derivcheck.kernel.indexed import Proved, Refuted, ShapeMismatch, Unknown
from derivcheck.kernel.indexed.atoms import Undefined, Unsupported
from derivcheck.kernel.indexed.layouts import layouts
from derivcheck.kernel.indexed.proof import NeverDefined, NoProof, Proof
from derivcheck.kernel.indexed.question import question
from derivcheck.shapes import ShapeError
from tests.indexed_reading import Claim, cases, read

MUTANTS = 400


def test_delta_with_a_negative_power_is_no_delta() -> None:
    """Dividing by the entries of an identity matrix is not multiplying by them."""
    claim = "tr(A @ X)*tr(X)/eye(n) + X = tr(A @ X)*tr(X)*eye(n) + X"
    assert isinstance(read(claim, ["A in R^(n x n)", "X in R^(n x n)"]).judge(), Unknown)
    assert isinstance(read("1/delta(i,j) = delta(i,j)", ["i in 1..n", "j in 1..n"]).judge(), Unknown)


@pytest.mark.parametrize(
    "claim",
    [
        "sum(k=1..n, sqrt((r_k - 1)^(-2))) = sum(k=1..n, 1/(r_k - 1))",
        "sum(k=1..n, sqrt(r_k^2)) = sum(k=1..n, r_k)",
        "sqrt((r @ u)^2) = r @ u",
        "sqrt(r_1*u_1) = sqrt(r_1)*sqrt(u_1)",
    ],
)
def test_powers_of_powers_need_a_positive_base(claim: str) -> None:
    assert isinstance(read(claim, ["r in R^n", "u in R^n"]).judge(), Refuted)


@pytest.mark.parametrize("fact", [["r_i > 0"], ["r positive"]])
def test_with_a_positive_base_they_merge(fact: list[str]) -> None:
    verdict = read("sum(k=1..n, sqrt(r_k^2)) = sum(k=1..n, r_k)", ["r in R^n", *fact]).judge()
    assert isinstance(verdict, Proved)
    assert verdict.facts


def test_a_logarithm_splits_over_positive_factors_only() -> None:
    assume = ["r in R^n", "u in R^n"]
    assert isinstance(read("sum(log(r^2)) = 2*sum(log(r))", assume).judge(), Refuted)
    assert isinstance(read("sum(log(r*u)) = sum(log(r)) + sum(log(u))", assume).judge(), Refuted)
    proved = read("sum(log(r)) + sum(log(u)) = sum(log(r*u))", assume).judge()
    assert isinstance(proved, Proved)
    assert set(proved.domain) == {"r[i] > 0", "u[i] > 0"}


def test_a_cancelled_factor_is_a_condition() -> None:
    proved = read("r @ u = r @ u*(u @ u)/(u @ u)", ["r in R^n", "u in R^n"]).judge()
    assert isinstance(proved, Proved)
    assert proved.conditions == ("u @ u != 0",)


def test_a_denominator_that_is_zero_everywhere_is_undefined() -> None:
    for claim in ("r = r + 1/(t - t)", "r = r*(t - t)/(t - t)", "r = r/(norm(r)^2 - r @ r)"):
        verdict = read(claim, ["r in R^n", "t in R"]).judge()
        assert isinstance(verdict, Refuted), claim
        assert verdict.claimed == "undefined"


def test_a_condition_must_be_thin() -> None:
    """relu(t) is zero on half of the line; dividing by it is no small matter."""
    for claim in ("r = r*relu(t)/relu(t)", "r = r*g(t)/g(t)", "r = r*(sqrt(t^2) - t)/(sqrt(t^2) - t)"):
        assert not isinstance(read(claim, ["r in R^n", "t in R", "g: R -> R"]).judge(), Proved), claim


def test_a_claim_must_be_defined_where_the_truth_is() -> None:
    verdict = read("r = r + log(t) - log(t)", ["r in R^n", "t in R"]).judge()
    assert isinstance(verdict, Refuted)
    assert verdict.claimed == "undefined"
    assert isinstance(read("r*log(t) = r*(log(t^3) - 2*log(t))", ["r in R^n", "t in R"]).judge(), Proved)
    assert isinstance(read("sum(r) = sum(sqrt(r)^2)", ["r in R^n"]).judge(), Refuted)


def test_no_information_is_not_equal() -> None:
    """Where the balls give nothing, nothing is concluded from them."""
    assert isinstance(read("sum(floor(r)) = sum(floor(r)) + 1", ["r in R^n"]).judge(), Unknown)


def test_contradictory_facts_prove_nothing() -> None:
    for facts in (["r_i > 1", "r_i < 0"], ["r @ r = 1", "r @ r = 2"], ["r positive", "sum(r) = -1"]):
        assert isinstance(read("sum(r) = sum(r) + 1", ["r in R^n", *facts]).judge(), Unknown), facts


def test_bound_names_do_not_capture() -> None:
    """A free index with the name of a bound one stays free."""
    assume = ["r in R^n", "i in 1..n"]
    assert isinstance(read("r_i*sum(i=1..n, r_i) = sum(i=1..n, r_i^2)", assume).judge(), Refuted)
    assert isinstance(read("r_i*sum(i=1..n, r_i) = sum(k=1..n, r_i*r_k)", assume).judge(), Proved)
    assert isinstance(read("d/dr_i (sum(i=1..n, r_i^2)) = 2*r_i", assume).judge(), Proved)
    assert isinstance(read("d/dr_i (sum(i=1..n, r_i^2)) = sum(i=1..n, 2*r_i)", assume).judge(), Refuted)
    given = {"s": "sum(i=1..n, r_i)"}
    assert isinstance(read("sum(i=1..n, s*r_i) = s^2", assume, given).judge(), Proved)
    assert isinstance(read("sum(i=1..n, s*r_i) = sum(i=1..n, r_i^2)", assume, given).judge(), Refuted)


def test_an_index_that_leaks_out_of_its_sum_is_free() -> None:
    """A letter used outside its sum means every value; without a range it is an error."""
    assert isinstance(read("d/dr_j (sum(i=1..n, r_i^2)) = 2*r_i", ["r in R^n"]).judge(), Refuted)
    verdict = read("sum(i=1..n, r_i) = sum(i=1..n, r_i) + delta(k,l)", ["r in R^n", "j in 1..n"]).judge()
    assert isinstance(verdict, ShapeMismatch)
    assert verdict.message == "nothing says over what the index k runs"


def test_a_constant_index_is_one_place() -> None:
    assume = ["M in R^(m x n)", "r in R^n"]
    assert isinstance(read("M_i1*r_j = M_ij*r_1", assume).judge(), Refuted)
    assert isinstance(read("d/dr_j (r_1^2) = 2*r_1", assume).judge(), Refuted)
    assert isinstance(read("d/dr_j (r_1^2) = 2*r_1*delta(1,j)", assume).judge(), Proved)
    assert isinstance(read("sum(i=1..n, delta(i,1)*r_i) = r_1", assume).judge(), Proved)
    assert isinstance(read("sum(i=2..n, delta(i,1)*r_i) = r_1", assume).judge(), Refuted)


def test_a_fact_about_part_of_a_range_says_nothing_about_the_rest() -> None:
    """log(r_i) for i < n does not make r_n positive."""
    claim = "sum(i=1..n-1, log(r_i)) = sum(i=1..n-1, log(r_i)) + log(r_n^2) - 2*log(r_n)"
    assert not isinstance(read(claim, ["r in R^n"]).judge(), Proved)
    claim = "sum(i=2..n, log(r_i)) = sum(i=2..n, log(r_i)) + log(r_1^2) - 2*log(r_1)"
    assert not isinstance(read(claim, ["r in R^n"]).judge(), Proved)


def test_square_matrices_of_size_one_or_two_prove_nothing_for_others() -> None:
    """The theorem of Cayley and Hamilton at n = 2, commuting numbers at n = 1."""
    assume = ["M in R^(n x n)", "A in R^(n x n)"]
    assert isinstance(read("M @ M - tr(M)*M + det(M)*eye(n) = 0", assume).judge(), Refuted)
    assert isinstance(read("M @ A = A @ M", assume).judge(), Refuted)


def test_dropping_a_fact_never_turns_a_refutation_into_a_proof() -> None:
    for case in cases():
        facts = [fact for fact in case.get("assume", ()) if not any(sign in fact for sign in (" in ", "∈", ":"))]
        if case["verdict"] == "Refuted" and facts:
            kept = [fact for fact in case["assume"] if fact not in facts]
            verdict = read(case["claim"], kept, case.get("given")).judge()
            assert not isinstance(verdict, Proved), case["claim"]


def test_mutants_of_true_claims_are_not_proved_when_they_are_false() -> None:
    """The normal form alone, without the look at points that comes first, makes no false proof."""
    generator = random.Random(20)
    pool = [read(case["claim"], case.get("assume", ()), case.get("given")) for case in cases() if case["true"]]
    for _ in range(MUTANTS):
        claim = generator.choice(pool)
        for _ in range(generator.choice((1, 1, 2))):
            claim = replace(claim, right=mutated(claim.right, generator))
        assert not is_falsely_proved(claim), claim


def is_falsely_proved(claim: Claim) -> bool:
    """Whether the kernel proves the claim although the sides differ somewhere."""
    try:
        asked = question(claim.left, claim.right, claim.context)
        way = layouts(asked)[0]
        proof = Proof(asked, way, 5_000).run()
    except (ShapeError, Unsupported, Undefined, NoProof, NeverDefined, RecursionError):
        return False
    sides = Sides(asked.truth, asked.claim, way.axes, way.diagonal)
    for point in points(asked.names, asked.shapes, asked.assumptions, 6):
        found = compare(sides, point, asked.shapes, asked.varying, asked.letters)
        if isinstance(found, Difference) or (isinstance(found, Gap) and not proof.conditions):
            return True
    return False


def mutated(tree: Expression, generator: random.Random) -> Expression:
    """The tree with one part changed the way people slip: a sign, a factor, an index, a transpose."""
    parts = list(changeable(tree))
    for _ in range(30):
        part = generator.choice(parts)
        changed = _changed(part, parts, generator)
        if changed is not None:
            return _put(tree, part, changed)
    return tree


def changeable(node: Expression) -> Iterator[Expression]:
    """The node and the parts below it that may be replaced by others."""
    yield node
    match node:
        case Entry() | Differential() | Call("delta" | "eye" | "ones"):
            return
        case Reduction(_, inner) | Derivative(inner):
            yield from changeable(inner)
        case Piecewise(pieces):
            for value, _ in pieces:
                yield from changeable(value)
        case _:
            for child in children(node):
                yield from changeable(child)


def _changed(part: Expression, parts: list[Expression], generator: random.Random) -> Expression | None:
    other = generator.choice(parts)
    match generator.randrange(9), part:
        case 0, _:
            return Neg(part)
        case 1, Add(items) | Mul(items) | MatMul(items) | Hadamard(items):
            place = generator.randrange(len(items))
            left = items[:place] + items[place + 1 :]
            return left[0] if len(left) == 1 else type(part)(left)  # type: ignore[call-arg]
        case 2, Mul(items) | MatMul(items):
            return type(part)(items[::-1])  # type: ignore[call-arg]
        case 3, Transpose(operand):
            return operand
        case 3, Entry(array, indices):
            found = [index for item in parts if isinstance(item, Entry) for index in item.indices]
            place = generator.randrange(len(indices))
            return Entry(array, (*indices[:place], generator.choice(found), *indices[place + 1 :]))
        case 3, _:
            return Transpose(part)
        case 4, Number(value):
            return Number(value + generator.choice((1, -1, Fraction(1, 2))))
        case 5, Symbol() if isinstance(other, Symbol):
            return other
        case 6, Reduction(_, body):
            return body
        case 6, Call(_, arguments) if arguments:
            return arguments[0]
        case 7, _:
            return other
        case 8, _:
            return generator.choice((Add((part, other)), Mul((part, other)), MatMul((part, other)), Div(part, other)))
    return None


def _put(tree: Expression, part: Expression, new: Expression) -> Expression:
    """The tree with the first occurrence of this very part replaced."""
    done = False

    def go(node: Expression) -> Expression:
        nonlocal done
        if node is part and not done:
            done = True
            return new
        return map_children(node, go)

    return go(tree)


def test_assumptions_about_defined_names_hold_at_the_points() -> None:
    """Nothing is refuted at a point where a defined matrix is not what the file says it is."""
    assume = ["B in R^(n x n)", "C in R^(n x n)", "A symmetric"]
    assert not isinstance(read("A = A.T", assume, {"A": "B @ C"}).judge(), Refuted)
    assert isinstance(read("A = A.T", assume[:2], {"A": "B @ C"}).judge(), Refuted)


def test_facts_about_whole_arrays() -> None:
    """`r > 0` speaks of every entry, `Q^T Q = I` of every pair of columns."""
    assert isinstance(read("sum(sqrt(r^2)) = sum(r)", ["r in R^n", "r > 0"]).judge(), Proved)
    assume = ["Q in R^(m x n)", "r in R^n", "Q.T @ Q = eye(n)"]
    assert isinstance(read("norm(Q @ r)^2 = norm(r)^2", assume).judge(), Proved | Unknown)
    assert not isinstance(read("Q @ Q.T = eye(m)", assume).judge(), Proved)


def test_no_thin_conditions_on_a_curved_set() -> None:
    """det(Q) - 1 is zero on half of the orthogonal matrices."""
    claim = "tr(Q) = tr(Q)*(det(Q) - 1)/(det(Q) - 1)"
    assert not isinstance(read(claim, ["Q in R^(n x n)", "Q orthogonal"]).judge(), Proved)
    assert isinstance(read(claim, ["Q in R^(n x n)"]).judge(), Proved)


def test_names_that_depend_on_others_are_left_alone() -> None:
    verdict = read("d/dt (r*t) = r", ["r in R^n", "t in R", "r depends on t"]).judge()
    assert isinstance(verdict, Unknown)

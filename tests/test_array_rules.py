"""Every known mistake with arrays: wrong examples are explained by it, right ones proved, its texts complete."""

from __future__ import annotations

from functools import cache

import pytest

from derivcheck.checker import setting_of
from derivcheck.derivation import read_claim
from derivcheck.diagnosis.array_rules import array_rule, array_rules
from derivcheck.diagnosis.arrays.case import ArrayCase
from derivcheck.diagnosis.arrays.cause import find_cause
from derivcheck.diagnosis.arrays.diagnose import WORK, diagnose_arrays
from derivcheck.diagnosis.arrays.ground import ground_of
from derivcheck.diagnosis.arrays.repair import smallest_repair
from derivcheck.diagnosis.arrays.rule import ArrayRule
from derivcheck.diagnosis.arrays.telling import FIELDS, array_phrases, array_texts
from derivcheck.diagnosis.case import Diagnosed
from derivcheck.diagnosis.rule import Example
from derivcheck.diagnosis.wording import languages, placeholders
from derivcheck.indexed_claim import answer
from derivcheck.report.explanations import explanations
from derivcheck.verdict import Verdict

EXAMPLES = [
    pytest.param(rule, example, id=f"{rule.id}: {example.wrong}") for rule in array_rules() for example in rule.examples
]


def case_of(claim: str, example: Example) -> ArrayCase:
    derivation = read_claim(claim, example.given, example.assume)
    assert not derivation.findings, derivation.findings
    (step,) = derivation.steps
    assert step.statements is not None, step.error
    truth, claimed = step.statements[0].sides
    return ArrayCase(claim, truth, claimed, setting_of(derivation), derivation.declarations)


def verdict_of(claim: str, example: Example) -> Verdict:
    case = case_of(claim, example)
    return answer(case.truth, case.claimed, case.setting).verdict


def explained(rule: ArrayRule, example: Example, language: str = "en") -> Diagnosed:
    return _explained(rule.id, rule.examples.index(example), language)


@cache
def _explained(id: str, number: int, language: str) -> Diagnosed:
    """Asked once for all tests that look at it."""
    rule = array_rule(id)
    assert rule is not None
    example = rule.examples[number]
    found = diagnose_arrays(case_of(example.wrong, example), language=language)
    assert found is not None
    return found


@pytest.mark.parametrize(("rule", "example"), EXAMPLES)
def test_wrong_example_is_explained_by_its_rule_first(rule: ArrayRule, example: Example) -> None:
    assert verdict_of(example.wrong, example) in (Verdict.WRONG, Verdict.INVALID)
    found = explained(rule, example)
    assert found.rule == rule.id and found.confirmed
    assert all(found.levels)
    assert found.span is not None and 0 <= found.span.start < found.span.end <= len(example.wrong)


@pytest.mark.parametrize(("rule", "example"), EXAMPLES)
def test_right_example_is_proved(rule: ArrayRule, example: Example) -> None:
    assert verdict_of(example.right, example) is Verdict.PROVED


@pytest.mark.parametrize(("rule", "example"), EXAMPLES)
def test_what_mends_the_example_is_proved(rule: ArrayRule, example: Example) -> None:
    found = explained(rule, example)
    if found.expected:
        truth = example.wrong.split(" = ")[0]
        assert verdict_of(f"{truth} = {found.expected}", example) is Verdict.PROVED


@pytest.mark.parametrize(("rule", "example"), EXAMPLES)
def test_the_cause_gives_the_claim(rule: ArrayRule, example: Example) -> None:
    """What a rule derives or rewrites wrongly is the author's expression, for every size, and not the truth."""
    case = case_of(example.wrong, example)
    ground = ground_of(case, WORK)
    assert ground is not None
    cause = find_cause(ground, smallest_repair(ground, ground.truth, ground.claimed))
    assert cause is not None
    if cause.wrong is not None:
        setting = ground.setting_for(cause.wrong)
        assert answer(cause.wrong, ground.claimed, setting).verdict is Verdict.PROVED
        assert answer(cause.wrong, ground.truth, setting).verdict is not Verdict.PROVED


@pytest.mark.parametrize(("rule", "example"), EXAMPLES)
@pytest.mark.parametrize("language", languages())
def test_no_level_below_the_last_shows_the_answer(rule: ArrayRule, example: Example, language: str) -> None:
    found = explained(rule, example, language)
    for text in (found.label, *found.levels[:4]):
        for secret in (found.expected, found.fix):
            assert len(secret) <= 3 or secret in example.wrong or secret not in text


def test_the_same_case_gives_the_same_words() -> None:
    for rule in array_rules()[:5]:
        case = case_of(rule.examples[0].wrong, rule.examples[0])
        assert diagnose_arrays(case) == diagnose_arrays(case)


def test_little_work_names_nothing_unproved() -> None:
    for rule in array_rules():
        found = diagnose_arrays(case_of(rule.examples[0].wrong, rule.examples[0]), work_limit=10)
        assert found is None or not found.confirmed


def test_ids_are_unique_and_every_rule_is_explained() -> None:
    ids = [rule.id for rule in array_rules()]
    assert len(ids) == len(set(ids))
    assert all(rule.examples for rule in array_rules())
    assert set(ids) <= set(explanations())


@pytest.mark.parametrize("language", languages())
def test_every_rule_has_all_its_texts(language: str) -> None:
    texts, english = array_texts(language), array_texts("en")
    assert set(texts) == {rule.id for rule in array_rules()}
    for id, fields in texts.items():
        assert all(fields[field] for field in FIELDS), id
        assert set(fields) == set(english[id]), id
        for field in FIELDS:
            assert placeholders(fields[field]) <= {name for each in FIELDS for name in placeholders(english[id][each])}


@pytest.mark.parametrize("language", languages())
def test_every_repair_has_all_its_phrases(language: str) -> None:
    own, english = array_phrases(language), array_phrases("en")
    assert {section: set(entries) for section, entries in own.items()} == {
        section: set(entries) for section, entries in english.items()
    }
    assert set(own["question"]) <= set(own["locate"]) and set(own["question"]) <= set(own["label"])

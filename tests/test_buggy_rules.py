"""Every known mistake: its examples are refuted and explained by it, the right ones proved, its texts complete."""

from __future__ import annotations

import pytest

import derivcheck
from derivcheck.diagnosis.buggy_rules import BUGGY_RULES, by_id
from derivcheck.diagnosis.cause import find_cause
from derivcheck.diagnosis.diagnose import WORK, diagnose
from derivcheck.diagnosis.ground import ground_of, same
from derivcheck.diagnosis.rule import BuggyRule, Example
from derivcheck.diagnosis.wording import languages, phrases, placeholders, rule_texts
from derivcheck.expression import Derivative, Relation
from derivcheck.verdict import Verdict
from tests.diagnosing import case_of, is_proved

EXAMPLES = [
    pytest.param(rule, example, id=f"{rule.id}: {example.wrong}") for rule in BUGGY_RULES for example in rule.examples
]
LEVELS = ("name", "question")


@pytest.mark.parametrize(("rule", "example"), EXAMPLES)
def test_wrong_example_is_explained_by_its_rule_first(rule: BuggyRule, example: Example) -> None:
    found = diagnose(case_of(example.wrong, example.given, example.assume))
    assert found is not None
    assert found.rule == rule.id
    assert all(found.levels)
    assert found.span is not None


@pytest.mark.parametrize(("rule", "example"), EXAMPLES)
def test_the_replay_of_the_rule_gives_the_claim(rule: BuggyRule, example: Example) -> None:
    case = case_of(example.wrong, example.given, example.assume)
    ground = ground_of(case, WORK)
    assert ground is not None
    cause = find_cause(ground)
    if rule.derive is None and rule.transform is None:
        assert cause is None  # such a rule is named from the comparison alone
        return
    assert cause is not None and {made.rule.id for made in cause.made} == {rule.id}
    last = cause.lines[-1]
    assert not isinstance(last, Relation) and ground.proves(last, case.claimed)


@pytest.mark.parametrize(
    "rule", [rule for rule in BUGGY_RULES if rule.derive or rule.transform], ids=lambda rule: rule.id
)
def test_a_rule_is_unsound(rule: BuggyRule) -> None:
    """What the rule itself writes at a node of its first example differs from what is true there."""
    example = rule.examples[0]
    ground = ground_of(case_of(example.wrong, example.given, example.assume), WORK)
    assert ground is not None
    cause = find_cause(ground)
    assert cause is not None
    (made, *_) = cause.made
    standing = made.taking is None or isinstance(made.node, Derivative)
    written = ground.values(made.slip.result)
    right = ground.values(made.node if standing else made.taking.whole(made.node))
    assert written is not None and right is not None and not same(written, right)


@pytest.mark.parametrize(("rule", "example"), EXAMPLES)
def test_right_example_is_proved_in_silence(rule: BuggyRule, example: Example) -> None:
    assert is_proved(example.right, example.given, example.assume)
    step = derivcheck.check(example.right, given=dict(example.given), assume=example.assume)
    assert step.verdict is Verdict.PROVED
    assert (step.diagnosis, step.counterexample, step.warnings, step.cancels) == (None, None, (), None)


@pytest.mark.parametrize(("rule", "example"), EXAMPLES)
@pytest.mark.parametrize("language", languages())
def test_no_level_below_the_last_shows_the_answer(rule: BuggyRule, example: Example, language: str) -> None:
    found = diagnose(case_of(example.wrong, example.given, example.assume), language=language)
    assert found is not None
    for text in (found.label, *found.levels[:4]):
        assert not [secret for secret in (found.expected, found.fix) if len(secret) > 3 and secret in text]


def test_every_rule_has_an_example_and_ids_are_unique() -> None:
    assert len(by_id()) == len(BUGGY_RULES)
    assert [rule.id for rule in BUGGY_RULES if not rule.examples] == []


@pytest.mark.parametrize("language", languages())
def test_every_rule_has_all_its_texts(language: str) -> None:
    texts = rule_texts(language)
    assert set(texts) == set(by_id())
    for id, text in texts.items():
        assert text.title and text.name and text.question and text.answer and text.text, id
        for level in LEVELS:
            assert not [word for word in placeholders(getattr(text, level)) if word.endswith("_slope")], (id, level)
    assert set(phrases(language)["plain"]) == {rule.sibling for rule in BUGGY_RULES}


def test_languages_say_the_same_things() -> None:
    english = phrases("en")
    for language in languages():
        other = phrases(language)
        for section, entries in english.items():
            if isinstance(entries, dict):
                assert set(other[section]) == set(entries), (language, section)
                for key, template in entries.items():
                    assert placeholders(other[section][key]) == placeholders(template), (language, section, key)

"""Every known mistake: its examples are refuted and explained by it, the right ones proved, its texts complete."""

from __future__ import annotations

import pytest

from derivcheck.diagnosis.buggy_rules import BUGGY_RULES, by_id
from derivcheck.diagnosis.diagnose import diagnose
from derivcheck.diagnosis.rule import BuggyRule, Example
from derivcheck.diagnosis.wording import languages, phrases, placeholders, rule_texts
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
def test_right_example_is_proved(rule: BuggyRule, example: Example) -> None:
    assert is_proved(example.right, example.given, example.assume)


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

"""The examples of a known mistake, which are values of its rule, as they would stand in a file."""

from __future__ import annotations

from dataclasses import replace

from derivcheck.diagnosis.array_rules import array_rule
from derivcheck.diagnosis.buggy_rules import by_id
from derivcheck.diagnosis.rule import Example
from derivcheck.report.explanations import Explanation


def with_examples(explanation: Explanation) -> Explanation:
    """The explanation of a mistake with the first example of its rule."""
    examples = examples_of(explanation.id)
    if not examples:
        return explanation
    example = examples[0]
    return replace(explanation, wrong=_lines(example, example.wrong), right=_lines(example, example.right))


def examples_of(id: str) -> tuple[Example, ...]:
    """The examples of a known mistake, none for any other id."""
    rule = by_id().get(id) or array_rule(id)
    return () if rule is None else rule.examples


def _lines(example: Example, claim: str) -> str:
    given = [f"  {name}: {formula}" for name, formula in example.given.items()]
    assumed = [f"  - {text}" for text in example.assume]
    return "\n".join([
        *(["given:", *given] if given else []), *(["assume:", *assumed] if assumed else []), "steps:", f"  - {claim}"
    ])  # fmt: skip

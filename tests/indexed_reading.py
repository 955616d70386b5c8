"""Claims about arrays from text, for the tests of the index kernel."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from derivcheck.expression import Expression
from derivcheck.kernel.indexed import Budget, Context, Result, judge
from derivcheck.notation import declare, parse_assumption, parse_definition_head, parse_expression, parse_statement
from derivcheck.shapes import Definition


@dataclass(frozen=True)
class Claim:
    """Both sides of an equality and what surrounds it."""

    left: Expression
    right: Expression
    context: Context

    def judge(self, budget: Budget | None = None) -> Result:
        return judge(self.left, self.right, self.context, budget or Budget())


def read(
    claim: str, assume: Sequence[str] = (), given: Mapping[str, str] | None = None, layout: str = "gradient"
) -> Claim:
    """A claim as a file with these assumptions and definitions reads it."""
    bodies = dict(given or {})
    declarations = declare(tuple(bodies.items()), tuple(assume))
    definitions = {}
    for name, body in bodies.items():
        head = parse_definition_head(name)
        tree = parse_expression(body, declarations).value
        definitions[head.name] = Definition(tree, tuple(head.indices), tuple(head.arguments))
    assumptions = tuple(parse_assumption(text, declarations).value for text in assume)
    left, right = parse_statement(claim, declarations).value.sides
    return Claim(left, right, Context(assumptions=assumptions, definitions=definitions, layout=layout))


def cases() -> list[dict[str, Any]]:
    """The claims of `indexed_claims.jsonl`: text, assumptions, definitions, truth, expected verdict."""
    path = Path(__file__).with_name("indexed_claims.jsonl")
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]

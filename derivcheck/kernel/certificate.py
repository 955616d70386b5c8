"""Evidence as plain JSON, and the check that it holds.

A certificate names the two sides, the region, and either the plans of a proof or the point of a
refutation. `holds` reads it and runs the kernel again: nothing in it is believed, so a stored certificate
can be kept anywhere. Rational numbers are strings, trees are lists that start with the name of the node.

Limits: a certificate says that the sides are equal at generic points, or differ at the point; conditions
are stated with it and checked when it is made.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields
from fractions import Fraction
from typing import Any

from derivcheck import expression
from derivcheck.expression import Condition, Expression, Relation
from derivcheck.kernel.domain import Requirement
from derivcheck.kernel.field import Budget
from derivcheck.kernel.judge import proof_region
from derivcheck.kernel.plan import Plan
from derivcheck.kernel.points import Kind
from derivcheck.kernel.prove import Proof, Region, recheck
from derivcheck.kernel.question import Outcome, Proved, Question, Refuted
from derivcheck.kernel.search import Search

VERSION = 1
BITS = 4096


class Malformed(Exception):
    """The text is no certificate."""


def certificate(question: Question, outcome: Outcome) -> str | None:
    """The evidence for an outcome, or None when it has none."""
    body: dict[str, Any] = {
        "version": VERSION,
        "truth": encode(question.truth),
        "claimed": encode(question.claimed),
        "assumptions": [encode(item) for item in question.region.assumptions],
        "natural": [_requirement(item) for item in question.region.natural],
        "kinds": {name: [kind.name, *map(str, kind.values)] for name, kind in question.kinds.items()},
    }
    if isinstance(outcome, Proved):
        body["proof"] = [_plan(plan) for plan in outcome.proof.plans]
        body["relations"] = list(outcome.proof.relations)
        body["conditions"] = [encode(item) for item in outcome.conditions]
    elif isinstance(outcome, Refuted):
        body["point"] = {name: str(value) for name, value in outcome.witness.full_point.items()}
    else:
        return None
    return json.dumps(body, sort_keys=True, ensure_ascii=False)


def holds(text: str, budget: Budget) -> bool:
    """Whether the kernel confirms what a certificate says. Raises `Malformed` for anything else."""
    try:
        body = json.loads(text)
        question = _question(body)
        if "proof" in body:
            proof = Proof(tuple(map(_plan_of, body["proof"])), ())
            return recheck(question.truth, question.claimed, proof_region(question), proof, budget)
        point = {name: Fraction(value) for name, value in body["point"].items()}
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
        raise Malformed(str(error)) from None
    return Search(question).differs_at(point, BITS)


def encode(node: Expression | Condition) -> list[Any]:
    """A tree as nested lists."""
    return [type(node).__name__, *(_value(getattr(node, item.name)) for item in fields(node) if item.name != "span")]


def _value(value: Any) -> Any:
    if isinstance(value, tuple):
        return ["", *map(_value, value)]
    if isinstance(value, Fraction):
        return str(value)
    if value is None or isinstance(value, str | int):
        return value
    return encode(value)


def decode(data: Any) -> Any:
    """The tree of nested lists; `Malformed` when they are none."""
    if not isinstance(data, list) or not data:
        return data
    name, parts = data[0], [decode(item) for item in data[1:]]
    if name == "":
        return tuple(parts)
    kind = expression.NODES.get(name)
    if kind is None:
        raise Malformed(f"there is no node {name}")
    if kind is expression.Number:
        return expression.Number(Fraction(parts[0]))
    return kind(*parts)


def _requirement(item: Requirement) -> list[Any]:
    return [encode(item.condition), [encode(guard) for guard in item.guards], item.soft]


def _question(body: Mapping[str, Any]) -> Question:
    natural = tuple(
        Requirement(_relation(decode(condition)), tuple(map(decode, guards)), bool(soft))
        for condition, guards, soft in body["natural"]
    )
    region = Region(tuple(map(decode, body["assumptions"])), natural)
    kinds = {name: Kind(word, tuple(map(Fraction, values))) for name, (word, *values) in body["kinds"].items()}
    return Question(decode(body["truth"]), decode(body["claimed"]), region, kinds)


def _relation(value: Any) -> Relation:
    if not isinstance(value, Relation):
        raise Malformed("a condition is no comparison")
    return value


def _plan(plan: Plan) -> dict[str, Any]:
    units = {key: str(value) for key, value in plan.units.items()}
    return {"size": plan.size, "units": units, "degrees": dict(plan.degrees), "cells": dict(plan.cells)}


def _plan_of(body: Mapping[str, Any]) -> Plan:
    units = {key: Fraction(value) for key, value in body["units"].items()}
    return Plan(int(body["size"]), units, dict(body["degrees"]), dict(body["cells"]))

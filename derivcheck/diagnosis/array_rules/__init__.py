"""The known mistakes with sums, vectors and matrices, one module for each family, found by walking this folder."""

from __future__ import annotations

import pkgutil
from functools import cache
from importlib import import_module

from derivcheck.diagnosis.arrays.rule import ArrayRule


@cache
def array_rules() -> tuple[ArrayRule, ...]:
    """Every rule, the likelier ones first."""
    rules: list[ArrayRule] = []
    for module in sorted(pkgutil.iter_modules(__path__), key=lambda item: item.name):
        rules.extend(import_module(f"{__name__}.{module.name}").RULES)
    return tuple(sorted(rules, key=lambda rule: rule.rank))


@cache
def array_rule(id: str) -> ArrayRule | None:
    """A rule by its id."""
    return next((rule for rule in array_rules() if rule.id == id), None)

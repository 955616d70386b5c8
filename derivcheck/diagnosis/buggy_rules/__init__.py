"""The known mistakes, one module for each family, found by walking this folder."""

from __future__ import annotations

import pkgutil
from functools import cache
from importlib import import_module

from derivcheck.diagnosis.rule import BuggyRule


def _collect() -> tuple[BuggyRule, ...]:
    rules: list[BuggyRule] = []
    for module in sorted(pkgutil.iter_modules(__path__), key=lambda item: item.name):
        rules.extend(getattr(import_module(f"{__name__}.{module.name}"), "RULES", ()))
    return tuple(rules)


BUGGY_RULES = _collect()


@cache
def deriving_rules() -> tuple[BuggyRule, ...]:
    """The mistakes made while differentiating, the likelier ones first."""
    return tuple(sorted((rule for rule in BUGGY_RULES if rule.derive), key=lambda rule: rule.rank))


@cache
def transforming_rules() -> tuple[BuggyRule, ...]:
    """The mistakes made while rewriting, the likelier ones first."""
    return tuple(sorted((rule for rule in BUGGY_RULES if rule.transform), key=lambda rule: rule.rank))


@cache
def by_id() -> dict[str, BuggyRule]:
    """Every rule by its id."""
    return {rule.id: rule for rule in BUGGY_RULES}

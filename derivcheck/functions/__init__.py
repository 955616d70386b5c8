"""The function table: every row of every module of this package, found by walking it."""

from __future__ import annotations

import pkgutil
from functools import cache
from importlib import import_module

from derivcheck.functions.row import Function


def _collect() -> tuple[Function, ...]:
    rows: list[Function] = []
    for module in sorted(pkgutil.iter_modules(__path__), key=lambda item: item.name):
        rows.extend(getattr(import_module(f"{__name__}.{module.name}"), "ROWS", ()))
    return tuple(rows)


FUNCTIONS = _collect()


@cache
def _names() -> dict[str, Function]:
    return {row.name: row for row in FUNCTIONS}


@cache
def _spellings() -> dict[str, Function]:
    return {spelling: row for row in FUNCTIONS for spelling in (row.name, *row.spellings)}


def by_name(name: str) -> Function:
    """The row with this canonical name; a KeyError is a fault of ours."""
    return _names()[name]


def by_spelling(spelling: str) -> Function | None:
    """The row that people mean with this spelling, or None."""
    return _spellings().get(spelling)

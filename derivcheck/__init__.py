"""Proves or refutes the steps of a derivation and shows where it goes wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from derivcheck.version import __version__

if TYPE_CHECKING:
    from derivcheck.api import check, verify
    from derivcheck.finding import ReadingError
    from derivcheck.notation.api import read

__all__ = ["ReadingError", "__version__", "check", "read", "verify"]

_PLACES = {"check": "derivcheck.api", "verify": "derivcheck.api", "read": "derivcheck.notation.api",
           "ReadingError": "derivcheck.finding"}  # fmt: skip


def __getattr__(name: str) -> object:
    """Import a public name when it is first used, so that `--version` does not pay for the prover."""
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_PLACES[name]), name)

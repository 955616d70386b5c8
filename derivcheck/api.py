"""What Python programs use: `verify` and `check`."""

from __future__ import annotations

import atexit
from collections.abc import Mapping, Sequence
from functools import cache
from os import PathLike
from pathlib import Path

from derivcheck.checker import DEFAULT_TIMEOUT, check_claim, verify_sources
from derivcheck.readers.discover import find_derivations
from derivcheck.source import Source
from derivcheck.verdict import Report, StepResult
from derivcheck.workers import Workers


@cache
def _workers() -> Workers:
    """The worker processes that all calls of this process share; started when first needed."""
    workers = Workers()
    atexit.register(workers.close)
    return workers


def verify(
    path: str | PathLike[str] | None = None,
    *,
    text: str | None = None,
    timeout: float = DEFAULT_TIMEOUT,
    jobs: int | None = None,
) -> Report:
    """The report on a file or folder, or on a YAML text. Mistakes in the file are findings, not exceptions."""
    if (path is None) is (text is None):
        raise TypeError("verify() takes a path or text=..., and not both")
    sources = [Source("<text>", text)] if text is not None else list(find_derivations([str(Path(path or ""))]))
    return verify_sources(sources, jobs=jobs, timeout=timeout)


def check(
    claim: str,
    *,
    given: Mapping[str, str] | None = None,
    assume: Sequence[str] = (),
    timeout: float = DEFAULT_TIMEOUT,
) -> StepResult:
    """The result for one claim. Never raises for anything a person can type; stops after `timeout` seconds."""
    return check_claim(claim, given, assume, timeout, _workers())

"""A progress bar for long runs: on standard error, only on a terminal, and only after a moment.

`advance(done, total)` may be called as often as one likes; nothing is drawn, and rich's bar is not even
imported, until the run has lasted a second.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from types import TracebackType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress

PATIENCE = 1.0


class ProgressBar:
    """A context in which `advance` draws; leaving it takes the bar away."""

    def __init__(self, enabled: bool, clock: Callable[[], float] = time.monotonic) -> None:
        self._enabled = enabled
        self._clock = clock
        self._started = clock()
        self._stack = ExitStack()
        self._bar: Progress | None = None

    def __enter__(self) -> ProgressBar:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def advance(self, done: int, total: int) -> None:
        """So many of so many parts of the run are done."""
        if not self._enabled or (self._bar is None and self._clock() - self._started < PATIENCE):
            return
        if self._bar is None:
            self._bar = self._stack.enter_context(_new_bar())
            self._bar.add_task("judging", total=total)
        self._bar.update(self._bar.task_ids[0], completed=done, total=total)


def _new_bar() -> Progress:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    return Progress(*columns, console=Console(file=sys.stderr, force_terminal=True), transient=True)

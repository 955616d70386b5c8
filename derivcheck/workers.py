"""Killable processes for whatever may hang or abort.

Method: pebble runs a call in a worker process and kills it at its deadline; memory is limited by
RLIMIT_AS where the system has it. What a call costs otherwise is one pickled question and one pickled
answer. A worker that dies (GMP aborts the process on overflow) or is killed costs only its own call.

Limits: a worker is started on the first call, about a tenth of a second, and kept until `close`.
"""

from __future__ import annotations

import multiprocessing
import signal
from collections.abc import Callable
from concurrent.futures import TimeoutError as Late
from dataclasses import dataclass, field
from typing import Any, TypeVar

from pebble import ProcessExpired, ProcessPool

Answer = TypeVar("Answer")
MEMORY_BYTES = 2 << 30


@dataclass(frozen=True, slots=True)
class Failed:
    """The call gave no answer: `time`, `memory` or `crash`."""

    reason: str


def _prepare() -> None:
    """Let the parent decide about interrupts, and limit memory."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _context() -> Any:
    methods = multiprocessing.get_all_start_methods()
    return multiprocessing.get_context("forkserver" if "forkserver" in methods else "spawn")


@dataclass(slots=True)
class Workers:
    """A pool of `jobs` worker processes, started when first needed."""

    jobs: int = 1
    _pool: Any = field(default=None, init=False)

    def run(self, call: Callable[..., Answer], arguments: tuple[Any, ...], timeout: float) -> Answer | Failed:
        """The answer of the call in a worker, or why there is none."""
        return self.start(call, arguments, timeout)()

    def start(
        self, call: Callable[..., Answer], arguments: tuple[Any, ...], timeout: float
    ) -> Callable[[], Answer | Failed]:
        """Begin the call; the value returned waits for its answer."""
        if self._pool is None:
            self._pool = ProcessPool(max_workers=self.jobs, initializer=_prepare, context=_context())
        future = self._pool.schedule(call, args=arguments, timeout=timeout)

        def wait() -> Answer | Failed:
            try:
                answer: Answer = future.result()
            except Late:
                return Failed("time")
            except MemoryError:
                return Failed("memory")
            except ProcessExpired:
                return Failed("crash")
            return answer

        return wait

    def close(self) -> None:
        """Stop all workers at once."""
        if self._pool is not None:
            self._pool.stop()
            self._pool.join()
            self._pool = None

    def __enter__(self) -> Workers:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

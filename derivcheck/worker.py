"""What a worker process does: read a call, make it, write the answer, until its input ends.

Messages are pickles between two processes of this package, each behind its length in eight bytes. Memory
is limited; running out of it is an answer like any other.
"""

from __future__ import annotations

import os
import pickle
import signal
import sys

MEMORY_BYTES = 2 << 30


def main() -> None:
    """Serve calls on standard input; standard output belongs to the answers."""
    _prepare()
    source = sys.stdin.buffer
    target = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    while True:
        head = source.read(8)
        if len(head) < 8:
            return
        call, arguments = pickle.loads(source.read(int.from_bytes(head, "big")))
        answer = pickle.dumps(_answer(call, arguments))
        target.write(len(answer).to_bytes(8, "big") + answer)
        target.flush()


def _answer(call: object, arguments: tuple[object, ...]) -> object:
    from derivcheck.workers import Failed

    try:
        return call(*arguments)  # type: ignore[operator]
    except MemoryError:
        return Failed("memory")
    except Exception:
        return Failed("crash")


def _prepare() -> None:
    """Leave interrupts to the parent and limit memory where the system can."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    sys.setrecursionlimit(20_000)
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

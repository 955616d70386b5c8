"""Killable processes for whatever may hang or abort.

Method: a worker is a fresh interpreter that runs `derivcheck.worker`, takes pickled calls of our own
functions on its standard input and answers on its standard output. A call that is late is ended by killing
its worker; memory is limited in the worker; a worker that dies (GMP aborts the process on overflow) costs
only its own call. Nothing of the calling program is imported again, so a script, a notebook and standard
input work alike, which the process pools of the standard library do not give.

Limits: a worker starts on the first call, about a quarter of a second with the prover loaded, and is kept
until `close`.
"""

from __future__ import annotations

import os
import pickle
import queue
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, TypeVar

Answer = TypeVar("Answer")
START = "import sys; sys.path.insert(0, {path!r}); from derivcheck.worker import main; main()"
GRACE_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Failed:
    """The call gave no answer: `time`, `memory` or `crash`."""

    reason: str


class _Process:
    """One worker and the thread that reads its answers."""

    def __init__(self) -> None:
        path = str(Path(__file__).resolve().parent.parent)
        environment = {**os.environ, "PYTHONHASHSEED": "0"}
        self.process = subprocess.Popen(
            [sys.executable, "-c", START.format(path=path)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment,
            start_new_session=True,
        )  # fmt: skip
        self.answers: queue.Queue[bytes | None] = queue.Queue()
        threading.Thread(target=self._read, args=(self.process.stdout,), daemon=True).start()

    def _read(self, stream: IO[bytes]) -> None:
        while True:
            try:
                head = stream.read(8)
                body = stream.read(int.from_bytes(head, "big")) if len(head) == 8 else b""
            except (OSError, ValueError):
                head, body = b"", b""
            self.answers.put(body if len(head) == 8 else None)
            if len(head) < 8:
                return

    def ask(self, message: bytes, timeout: float) -> bytes | Failed:
        """The answer to a message; after a failure the worker is gone."""
        assert self.process.stdin is not None
        try:
            self.process.stdin.write(len(message).to_bytes(8, "big") + message)
            self.process.stdin.flush()
            answer = self.answers.get(timeout=timeout)
        except queue.Empty:
            self.kill()
            return Failed("time")
        except OSError:
            answer = None
        if answer is None:
            self.kill()
            return Failed("crash")
        return answer

    def kill(self) -> None:
        """End the worker at once and reap it."""
        self.process.kill()
        for stream in (self.process.stdin, self.process.stdout):
            if stream is not None:
                try:
                    stream.close()
                except OSError:
                    continue
        self.process.wait(GRACE_SECONDS)


@dataclass(slots=True)
class Workers:
    """One worker process, started when first needed and replaced when it is lost."""

    _process: _Process | None = field(default=None, init=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False)

    def run(self, call: Callable[..., Answer], arguments: tuple[Any, ...], timeout: float) -> Answer | Failed:
        """The answer of a function of this package in the worker, or why there is none."""
        message = pickle.dumps((call, arguments))
        with self._lock:
            if self._process is None:
                self._process = _Process()
            answer = self._process.ask(message, timeout)
            if isinstance(answer, Failed):
                self._process = None
                return answer
        result: Answer | Failed = pickle.loads(answer)
        return result

    def close(self) -> None:
        """Stop the worker at once."""
        with self._lock:
            if self._process is not None:
                self._process.kill()
                self._process = None

    def __enter__(self) -> Workers:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

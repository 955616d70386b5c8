"""Workers: an answer comes back, and a call that hangs, dies or takes all memory costs only itself."""

import os
import time

import pytest

from derivcheck.workers import Failed, Workers


@pytest.fixture(scope="module")
def workers():
    with Workers() as made:
        yield made


def test_an_answer_comes_back(workers: Workers) -> None:
    assert workers.run(divmod, (17, 5), 30.0) == (3, 2)


@pytest.mark.parametrize(
    ("call", "arguments", "reason"),
    [
        (time.sleep, (60,), "time"),
        (pow, (3, 10**10), "time"),
        (os.abort, (), "crash"),
        (bytes, (8 << 30,), "memory"),
        (int, ("x",), "crash"),
    ],
)
def test_a_call_that_fails_costs_only_itself(workers: Workers, call: object, arguments: tuple, reason: str) -> None:
    workers.run(abs, (-1,), 30.0)
    assert workers.run(call, arguments, 0.4) == Failed(reason)  # type: ignore[arg-type]
    assert workers.run(abs, (-1,), 30.0) == 1

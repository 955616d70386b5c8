"""Timings beside SymPy's, as ratios of one run: `python tests/benchmarks/run.py`.

Parsing and claims are timed in this process, claims beside `sympy.simplify(diff(f, x) - g)`; a cold start and
a whole run on a shipped derivation are timed as processes beside `python -c "import sympy"`. Nothing here
passes or fails.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import sympy
from claims import CLAIMS

import derivcheck
from derivcheck.notation import parse_statement
from derivcheck.statement import Declarations

DERIVATION = Path(__file__).parents[2] / "derivations" / "logistic-loss.yaml"
REPEATS = 15


def median_ms(call: Callable[[], object], repeats: int = REPEATS) -> float:
    """Median wall time of a call, in milliseconds."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        call()
        times.append(1e3 * (time.perf_counter() - start))
    return statistics.median(times)


def claim_of(function: str, name: str, derivative: str) -> str:
    return f"d/d{name} ({function}) = {derivative}"


def by_sympy(function: str, name: str, derivative: str) -> None:
    sympy.core.cache.clear_cache()
    symbols = {letter: sympy.Symbol(letter, positive=True) for letter in "xyzwb"}
    f, g = (sympy.sympify(text, locals=symbols) for text in (function, derivative))
    sympy.simplify(sympy.diff(f, symbols[name]) - g)


def claims() -> None:
    """Medians by kind, and how much longer SymPy takes."""
    for kind, rows in CLAIMS.items():
        ours = statistics.median(median_ms(lambda row=row: derivcheck.check(claim_of(*row))) for row in rows)
        theirs = statistics.median(median_ms(lambda row=row: by_sympy(*row), 5) for row in rows)
        verdicts = {derivcheck.check(claim_of(*row)).verdict.value for row in rows}
        print(
            f"{kind:28s} {ours:7.2f} ms  simplify {theirs:8.2f} ms  ratio {theirs / ours:6.1f}  {', '.join(verdicts)}"
        )


def parsing() -> None:
    """The median over all claims' texts."""
    texts = [claim_of(*row) for rows in CLAIMS.values() for row in rows]
    times = [median_ms(lambda text=text: parse_statement(text, Declarations())) for text in texts]
    print(f"{'parse':28s} {statistics.median(times):7.3f} ms")


def processes() -> None:
    """Whole processes as multiples of importing SymPy."""
    run = [sys.executable, "-m", "derivcheck"]

    def seconds(command: list[str]) -> float:
        return median_ms(lambda: subprocess.run(command, capture_output=True, check=False), 5)

    base = seconds([sys.executable, "-c", "import sympy"])
    print(f"{'import sympy':28s} {base:7.0f} ms")
    for words in (["--version"], ["--help"], ["verify", str(DERIVATION)]):
        taken = seconds([*run, *words])
        print(f"{'derivcheck ' + words[0]:28s} {taken:7.0f} ms  {taken / base:.2f} of the import")


if __name__ == "__main__":
    parsing()
    claims()
    processes()

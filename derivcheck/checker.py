"""The pipeline: sources in, a report out.

source -> derivation -> setting -> each step judged in order -> report values. One bad file or step costs
only itself.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from derivcheck.claim import Setting, setting_from
from derivcheck.deciding import Deciding
from derivcheck.derivation import Definition, Derivation, read_claim, read_derivation
from derivcheck.expression import Symbol
from derivcheck.finding import Finding, Severity
from derivcheck.goals import goal_status
from derivcheck.graph import Graph
from derivcheck.kernel.judge import Proved
from derivcheck.readers.discover import Unreadable
from derivcheck.source import Source
from derivcheck.steps import StepJudge
from derivcheck.verdict import FileReport, GoalResult, Report, StepResult, Verdict
from derivcheck.workers import Workers

WORST = (Verdict.INVALID, Verdict.WRONG, Verdict.FOLLOWS, Verdict.UNDECIDED, Verdict.PROVED, Verdict.STATED)
DEFAULT_TIMEOUT = 5.0


def verify_sources(
    sources: Iterable[Source | Unreadable],
    jobs: int | None = None,
    timeout: float = DEFAULT_TIMEOUT,
    progress: Callable[[int, int], None] | None = None,
) -> Report:
    """The report on all files. `progress` is told how many of how many are done."""
    start = time.perf_counter()
    items = list(sources)
    reports = []
    with Workers(jobs or max(1, min(os.cpu_count() or 1, 4))) as workers:
        for done, item in enumerate(items):
            reports.append(_file(item, Deciding(workers, timeout)))
            if progress is not None:
                progress(done + 1, len(items))
    return Report(tuple(reports), time.perf_counter() - start)


def _file(item: Source | Unreadable, decider: Deciding) -> FileReport:
    if isinstance(item, Unreadable):
        return FileReport(item.path, "", None, Verdict.INVALID, findings=(item.finding,))
    return judge_derivation(read_derivation(item), decider)


def judge_derivation(derivation: Derivation, decider: Deciding) -> FileReport:
    """The report on one derivation."""
    setting = setting_of(derivation)
    findings = list(derivation.findings)
    cycle = setting.graph.cycle()
    if cycle:
        findings.append(
            Finding("circular-definition", Severity.ERROR, f"the definition of {cycle} leads back to itself")
        )
        derivation = replace(derivation, unreadable=derivation.unreadable | {cycle})
    findings += [step.error for step in derivation.steps if step.error is not None]
    judge = StepJudge(derivation, setting, decider, decider.find_forms)
    steps = tuple(_with_expectation(judge.judge(step), step.diagnosis) for step in derivation.steps)
    goal = _goal(derivation, judge)
    verdicts = [step.verdict for step in steps]
    worst = next((verdict for verdict in WORST if verdict in verdicts), Verdict.INVALID)
    if any(item.severity is Severity.ERROR for item in findings):
        worst = Verdict.INVALID
    return FileReport(
        derivation.source.path, derivation.title, derivation.source, worst, goal, tuple(findings), steps,
        definitions=tuple(f"{_head(item)} = {item.text.text.strip()}" for item in derivation.definitions),
        domain=tuple(item.text.text.strip() for item in derivation.assumptions),
    )  # fmt: skip


def _head(item: Definition) -> str:
    inside = ", ".join(item.arguments)
    return f"{item.name}({inside})" if inside else item.name


def setting_of(derivation: Derivation) -> Setting:
    """The graph and the assumptions of a derivation."""
    graph = Graph()
    for item in derivation.definitions:
        if item.arguments:
            graph = graph.define_function(item.name, tuple(Symbol(name) for name in item.arguments), item.body)
        else:
            graph = graph.define(item.name, item.body)
    return setting_from(graph, tuple(item.value for item in derivation.assumptions))


def _with_expectation(step: StepResult, announced: str) -> StepResult:
    """The step with the reason why what was announced did not happen."""
    if step.expect != "wrong":
        return step
    if step.verdict is not Verdict.WRONG:
        return replace(step, missed_expectation=f"this step was announced as wrong and is {step.verdict.value}")
    found = step.diagnosis.rule if step.diagnosis else "no known mistake"
    if announced and found != announced:
        return replace(step, missed_expectation=f"this step was announced as {announced}; found: {found}")
    return step


def _goal(derivation: Derivation, judge: StepJudge) -> GoalResult | None:
    goal = derivation.goal
    if goal is None or goal.statement is None or len(goal.statement.sides) < 2:
        return None
    progress = judge.progress

    def is_true(left: object, right: object) -> bool:
        outcome, _ = judge.ask(left, right, progress.setting)  # type: ignore[arg-type]
        return isinstance(outcome, Proved)

    return GoalResult(goal.text.text, goal_status(goal.statement, progress.proved, is_true))


def check_claim(
    claim: str,
    given: Mapping[str, str] | None = None,
    assume: Sequence[str] = (),
    timeout: float = DEFAULT_TIMEOUT,
    workers: Workers | None = None,
) -> StepResult:
    """The result for one claim under definitions and assumptions given as texts."""
    derivation = read_claim(claim, given or {}, assume)
    if workers is not None:
        return _only_step(judge_derivation(derivation, Deciding(workers, timeout)))
    with Workers() as own:
        return _only_step(judge_derivation(derivation, Deciding(own, timeout)))


def _only_step(report: FileReport) -> StepResult:
    step = report.steps[0]
    error = next((item for item in report.findings if item.severity is Severity.ERROR), None)
    return step if error is None else replace(step, verdict=Verdict.INVALID, reason=error.message)

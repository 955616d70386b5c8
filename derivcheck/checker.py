"""The pipeline: sources in, a report out.

source -> derivation -> setting -> each step judged in order -> report values. One bad file or step costs
only itself.
"""

from __future__ import annotations

import os
import queue
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, replace

from derivcheck.assumption import IndexRange
from derivcheck.claim import Setting, setting_from
from derivcheck.deciding import Deciding
from derivcheck.derivation import Definition, Derivation, read_claim, read_derivation
from derivcheck.domain_text import domain_text
from derivcheck.expression import Condition, Derivative, Expression, Relation, Symbol, walk
from derivcheck.finding import Finding, Severity
from derivcheck.goals import goal_status
from derivcheck.graph import Graph
from derivcheck.readers.discover import Unreadable
from derivcheck.source import Source
from derivcheck.steps import StepJudge
from derivcheck.verdict import FileReport, GoalResult, Report, StepResult, Verdict
from derivcheck.workers import Failed, Workers

WORST = (Verdict.INVALID, Verdict.WRONG, Verdict.FOLLOWS, Verdict.UNDECIDED, Verdict.PROVED, Verdict.STATED)
DEFAULT_TIMEOUT = 5.0
FILES_PER_JOB = 8
Told = Callable[[int, int], None] | None


@dataclass(frozen=True, slots=True)
class Job:
    """How files are judged: seconds for each step, the language of explanations, and reasons for right steps."""

    timeout: float = DEFAULT_TIMEOUT
    language: str = "en"
    reasons: bool = False


def verify_sources(
    sources: Iterable[Source | Unreadable],
    jobs: int | None = None,
    timeout: float = DEFAULT_TIMEOUT,
    progress: Callable[[int, int], None] | None = None,
    language: str = "en",
    reasons: bool = False,
) -> Report:
    """The report on all files, explained in the language, right steps too where `reasons` are wanted.

    `progress` is told how many of how many are done.
    """
    start = time.perf_counter()
    items = list(sources)
    count = min(jobs or os.cpu_count() or 1, max(1, len(items) // FILES_PER_JOB))
    with ExitStack() as stack:
        pool = [stack.enter_context(Workers()) for _ in range(count)]
        job = Job(timeout, language, reasons)
        reports = _in_turn(items, pool[0], job, progress) if count == 1 else _spread(items, pool, job, progress)
    return Report(tuple(reports), time.perf_counter() - start)


def _in_turn(items: list[Source | Unreadable], workers: Workers, job: Job, progress: Told) -> list[FileReport]:
    reports = []
    for done, item in enumerate(items, 1):
        reports.append(_file(item, workers, job))
        if progress is not None:
            progress(done, len(items))
    return reports


def _spread(items: list[Source | Unreadable], pool: list[Workers], job: Job, progress: Told) -> list[FileReport]:
    """Every worker takes files as it becomes free. A file that costs its worker is judged here again."""
    idle: queue.SimpleQueue[Workers] = queue.SimpleQueue()
    for workers in pool:
        idle.put(workers)

    def judged(item: Source | Unreadable) -> FileReport:
        workers = idle.get()
        try:
            report = workers.run(verify_file, (item, job), _file_seconds(item, job.timeout))
            return _file(item, workers, job) if isinstance(report, Failed) else report
        finally:
            idle.put(workers)

    reports = []
    with ThreadPoolExecutor(len(pool)) as threads:
        for done, report in enumerate(threads.map(judged, items), 1):
            reports.append(report)
            if progress is not None:
                progress(done, len(items))
    return reports


def _file_seconds(item: Source | Unreadable, timeout: float) -> float:
    """A bound for one file that only a fault can reach: the limit of every line that may be a step."""
    return 60.0 + timeout * (1 if isinstance(item, Unreadable) else len(item.line_starts))


def verify_file(item: Source | Unreadable, job: Job) -> FileReport:
    """The report on one file, with a worker of its own for long questions."""
    with Workers() as workers:
        return _file(item, workers, job)


def _file(item: Source | Unreadable, workers: Workers, job: Job) -> FileReport:
    if isinstance(item, Unreadable):
        return FileReport(item.path, "", None, Verdict.INVALID, findings=(item.finding,))
    return judge_derivation(read_derivation(item), workers, job)


def judge_derivation(derivation: Derivation, workers: Workers, job: Job) -> FileReport:
    """The report on one derivation."""
    decider = Deciding(workers, job.timeout)
    setting = setting_of(derivation)
    findings = list(derivation.findings)
    cycle = setting.graph.cycle()
    if cycle:
        findings.append(
            Finding("circular-definition", Severity.ERROR, f"the definition of {cycle} leads back to itself")
        )
        derivation = replace(derivation, unreadable=derivation.unreadable | {cycle})
    findings += [step.error for step in derivation.steps if step.error is not None]
    judge = StepJudge(derivation, setting, decider, decider.find_forms, job.language, job.reasons)
    steps = tuple(_with_expectation(judge.judge(step), step.diagnosis) for step in derivation.steps)
    goal = _goal(derivation, judge)
    verdicts = [step.verdict for step in steps]
    worst = next((verdict for verdict in WORST if verdict in verdicts), Verdict.INVALID)
    if any(item.severity is Severity.ERROR for item in findings):
        worst = Verdict.INVALID
    return FileReport(
        derivation.source.path, derivation.title, derivation.source, worst, goal, tuple(findings), steps,
        definitions=tuple(_written(item, derivation.source) for item in derivation.definitions),
        domain=domain_text(_of_values(setting)),
    )  # fmt: skip


def _of_values(setting: Setting) -> Iterator[Condition]:
    """What is assumed of values; that index letters are positive goes without saying."""
    ranges = (item for item in setting.assumptions if isinstance(item, IndexRange))
    letters = {name.name for item in ranges for name in item.names}
    for condition in setting.conditions:
        left = condition.left if isinstance(condition, Relation) else None
        if not (isinstance(left, Symbol) and left.name in letters):
            yield condition


def _written(item: Definition, source: Source) -> str:
    """The definition as the author wrote it."""
    return f"{source.text[item.span.start : item.span.end].strip()} = {item.text.text.strip()}"


def setting_of(derivation: Derivation) -> Setting:
    """The graph and the assumptions of a derivation."""
    graph = Graph(parameters=_differentiated_by(derivation))
    indexed = {item.name: (item.indices, item.body) for item in derivation.definitions if item.indices}
    for item in derivation.definitions:
        if item.indices:
            continue
        if item.arguments:
            graph = graph.define_function(item.name, tuple(Symbol(name) for name in item.arguments), item.body)
        else:
            graph = graph.define(item.name, item.body)
    setting = setting_from(graph, tuple(item.value for item in derivation.assumptions))
    return replace(setting, indexed=indexed, layout=derivation.declarations.layout)


def _differentiated_by(derivation: Derivation) -> frozenset[str]:
    """The names by which any step differentiates."""
    sides = [side for step in derivation.steps for statement in step.statements or () for side in statement.sides]
    nodes = (node for side in sides for node in walk(side) if isinstance(node, Derivative))
    names = {variable.name for node in nodes for variable, _ in node.variables if isinstance(variable, Symbol)}
    return frozenset(names - {item.name for item in derivation.definitions})


def _with_expectation(step: StepResult, announced: str) -> StepResult:
    """The step with the reason why what was announced did not happen.

    Shapes that do not fit are a mistake like others, although their step is invalid: nothing is claimed that could
    be wrong.
    """
    if step.expect != "wrong":
        return step
    misfit = step.verdict is Verdict.INVALID and step.diagnosis is not None
    if step.verdict is not Verdict.WRONG and not misfit:
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

    def is_true(left: Expression, right: Expression) -> bool:
        return judge.ask(left, right, progress.setting).verdict is Verdict.PROVED

    return GoalResult(
        goal.text.text, goal_status(goal.statement, progress.proved, list(progress.ends.values()), is_true)
    )


def check_claim(
    claim: str,
    given: Mapping[str, str] | None = None,
    assume: Sequence[str] = (),
    timeout: float = DEFAULT_TIMEOUT,
    workers: Workers | None = None,
    language: str = "en",
) -> StepResult:
    """The result for one claim under definitions and assumptions given as texts."""
    derivation = read_claim(claim, given or {}, assume)
    job = Job(timeout, language)
    if workers is not None:
        return _only_step(judge_derivation(derivation, workers, job))
    with Workers() as own:
        return _only_step(judge_derivation(derivation, own, job))


def _only_step(report: FileReport) -> StepResult:
    step = report.steps[0]
    error = next((item for item in report.findings if item.severity is Severity.ERROR), None)
    return step if error is None else replace(step, verdict=Verdict.INVALID, reason=error.message)

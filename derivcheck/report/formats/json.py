"""The report for programs: the schema that the documentation fixes, `schema_version` 1.

Every key is always there, null where there is nothing. Lines and columns are 1-based, ends exclusive;
spans count characters of the claim. Characters that could act on a terminal are escaped, as is
everything the output's encoding lacks.
"""

from __future__ import annotations

import json
import re
from typing import Any

from derivcheck.expression import Span
from derivcheck.report.options import RenderOptions
from derivcheck.report.phrases import Phrases, phrases
from derivcheck.report.problems import Problem, problems
from derivcheck.source import Source
from derivcheck.verdict import Counterexample, Diagnosis, FileReport, Report, StepResult, Verdict

SCHEMA_VERSION = 1

Object = dict[str, Any]

_UNCOMMON = re.compile(r"[^\n -~]")


def render(report: Report, options: RenderOptions) -> str:
    """One object, indented."""
    value = {
        "schema_version": SCHEMA_VERSION,
        "files": [_file(file, phrases(options.language)) for file in report.files],
        "summary": {verdict.value: report.count(verdict) for verdict in Verdict},
    }
    text = json.dumps(value, ensure_ascii=False, indent=2, allow_nan=False)
    return _UNCOMMON.sub(lambda found: _escaped(found.group(), options.encoding), text) + "\n"


def _escaped(character: str, encoding: str) -> str:
    """The character itself where it is harmless and can be written, else as JSON's own escape."""
    if character.isprintable():
        try:
            character.encode(encoding)
            return character
        except (UnicodeEncodeError, LookupError):
            pass
    units = character.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at]:02x}{units[at + 1]:02x}" for at in range(0, len(units), 2))


def _file(file: FileReport, say: Phrases) -> Object:
    goal = {"claim": file.goal.claim, "status": file.goal.status} if file.goal is not None else None
    return {
        "path": file.path or None,
        "title": file.title or None,
        "verdict": file.verdict.value,
        "goal": goal,
        "findings": [_finding(problem) for problem in problems(file, say) if not problem.judged],
        "steps": [_step(step, file.source) for step in file.steps],
    }


def _finding(problem: Problem) -> Object:
    finding = problem.finding
    return {
        "id": problem.id,
        "severity": problem.severity.value,
        "message": problem.message,
        **_place(problem.source, problem.span),
        "label": problem.label or None,
        "help": (finding.help if finding else "") or None,
        "notes": list(finding.notes) if finding else [],
    }


def _place(source: Source | None, span: Span | None) -> Object:
    if source is None or span is None:
        return {"line": None, "column": None, "end_line": None, "end_column": None}
    line, column = source.line_column(span.start)
    # The end is taken from the last character: a span never ends on a line it has no character of.
    end_line, last = source.line_column(max(span.start, span.end - 1))
    return {"line": line, "column": column, "end_line": end_line, "end_column": last + (span.end > span.start)}


def _step(step: StepResult, source: Source | None) -> Object:
    return {
        "id": step.id,
        "claim": step.claim,
        **_place(source, step.location.span if step.location else None),
        "verdict": step.verdict.value,
        "domain": list(step.domain),
        "conditions": list(step.conditions),
        "expected": step.expected,
        "counterexample": step.counterexample and _counterexample(step.counterexample),
        "diagnosis": step.diagnosis and _diagnosis(step.diagnosis),
        "follows_from": step.follows_from,
        "readings": [{"code": note.code, "message": note.message, "span": _pair(note.span)} for note in step.readings],
        "reason": step.reason,
        "seconds": round(step.seconds, 6),
    }


def _counterexample(seen: Counterexample) -> Object:
    return {"point": dict(seen.point), "expected": seen.expected or None, "claimed": seen.claimed or None}


def _diagnosis(found: Diagnosis) -> Object:
    return {"rule": found.rule or None, "span": _pair(found.span), "message": found.message or found.place or None}


def _pair(span: Span | None) -> list[int] | None:
    return None if span is None else [span.start, span.end]

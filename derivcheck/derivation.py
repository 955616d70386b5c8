"""A derivation whose formulas are read: definitions, assumptions, steps and goal as values.

Purpose: one `Derivation` per file, with every formula read under what the file declares. A formula that
cannot be read becomes a finding at its place in the file; its step stays in the list, and nothing else is
lost. Names whose definition cannot be read are kept in `unreadable`, so that a step that needs one of them
is not called wrong.

Method: heads of definitions and assumptions first, since they declare the names; then the bodies of the
definitions; then steps and goal.

Limits: what a step's own definition (`p = ...`) or update means is for `claim` to say.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import accumulate
from typing import TypeVar

from derivcheck.assumption import Assumption
from derivcheck.expression import Call, Expression, Span
from derivcheck.finding import Finding, ReadingError, ReadingNote, Severity
from derivcheck.notation import (
    Head,
    declare,
    parse_assumption,
    parse_definition_head,
    parse_expression,
    parse_statement,
    parse_statements,
)
from derivcheck.readers.derivation_file import RawDefinition, RawDerivation, RawFormula, RawStep, read_raw, unusable
from derivcheck.source import Located, Source
from derivcheck.statement import Declarations, Reading, Statement

Value = TypeVar("Value")

_LEFT_SIDE = re.compile(r"\s*([^=←]*?)\s*(?::=|=|←)")


@dataclass(frozen=True, slots=True)
class Definition:
    """`name: body`, with arguments `f(x)` or indices `z_i`. `text` is the body as written, `span` the name's place."""

    name: str
    arguments: tuple[str, ...]
    indices: tuple[str, ...]
    body: Expression
    text: Located
    span: Span
    notes: tuple[ReadingNote, ...] = ()
    warnings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class LocatedAssumption:
    """An assumption that could be read."""

    value: Assumption
    text: Located
    notes: tuple[ReadingNote, ...] = ()
    warnings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """One step. `statements` is None when it cannot be read, and `error` says why.

    A LaTeX block may hold several statements. Spans of `notes` and `warnings` count characters of `text`,
    the span of `error` those of the file.
    """

    id: str
    text: Located
    statements: tuple[Statement, ...] | None
    because: str = ""
    points: Fraction = Fraction(1)
    expect: str = ""
    diagnosis: str = ""
    note: str = ""
    notes: tuple[ReadingNote, ...] = ()
    warnings: tuple[Finding, ...] = ()
    error: Finding | None = None


@dataclass(frozen=True, slots=True)
class Goal:
    """What must have been established; `statement` is None when it cannot be read, and a finding says why."""

    text: Located
    statement: Statement | None


@dataclass(frozen=True, slots=True)
class Derivation:
    """One file. `findings` holds what is wrong outside the steps.

    `declarations` are those before the first step; a step may introduce further names.
    `unreadable` are names whose definition cannot be used; `all_assumed` is false where an assumption cannot,
    so that a point outside the intended domain must not count against a step.
    """

    source: Source
    title: str = ""
    source_note: str = ""
    description: str = ""
    definitions: tuple[Definition, ...] = ()
    assumptions: tuple[LocatedAssumption, ...] = ()
    steps: tuple[Step, ...] = ()
    goal: Goal | None = None
    declarations: Declarations = field(default_factory=Declarations)
    unreadable: frozenset[str] = frozenset()
    all_assumed: bool = True
    findings: tuple[Finding, ...] = ()


def read_derivation(source: Source) -> Derivation:
    """The derivation in the file, with all that cannot be used as findings."""
    return _Reader(source, read_raw(source)).derivation()


def read_claim(
    claim: str, given: Mapping[str, str], assume: Sequence[str] = (), notation: Mapping[str, str] | None = None
) -> Derivation:
    """The derivation of one step without a file: its source is the claim and, below it, the other texts."""
    texts = [claim, *(text for pair in given.items() for text in pair), *assume]
    starts = accumulate((len(text) + 1 for text in texts), initial=0)
    located = [Located.plain(text, start).strip() for text, start in zip(texts, starts, strict=False)]
    step, pairs, assumed = located[0], located[1 : 2 * len(given) + 1], located[2 * len(given) + 1 :]
    raw = RawDerivation(
        given=tuple(map(RawDefinition, pairs[::2], pairs[1::2], map(unusable, pairs[1::2]))),
        assume=tuple(RawFormula(text, unusable(text)) for text in assumed),
        steps=(RawStep("1", step, error=unusable(step)),),
        notation=notation or {},
    )
    return _Reader(Source("", "\n".join(texts)), raw).derivation()


def finding_of(error: ReadingError, text: Located) -> Finding:
    """The finding for a formula that cannot be read, at its place in the file."""
    size = len(text.text)
    span = Span(min(error.span.start, size), min(error.span.end, size))
    help = error.suggestion or (f"expected {error.expected}" if error.expected else "")
    notes = (f"expected {error.expected}",) if error.expected and error.suggestion else ()
    return Finding(error.id, Severity.ERROR, error.message, text.to_source(span), help=help, notes=notes)


class _Reader:
    """Reads the formulas of one file; `findings` grows on the way."""

    def __init__(self, source: Source, raw: RawDerivation) -> None:
        self.source = source
        self.raw = raw
        self.findings = list(raw.findings)
        self.declarations = _declared(raw)
        self.unreadable: set[str] = set()

    def derivation(self) -> Derivation:
        raw = self.raw
        definitions = self._definitions()
        assumptions = tuple(item for item in map(self._assumption, raw.assume) if item is not None)
        declared = self.declarations
        steps = tuple(map(self._step, raw.steps))
        goal = self._goal(raw.goal) if raw.goal else None
        self.findings.sort(key=lambda finding: finding.span.start if finding.span else -1)
        return Derivation(
            source=self.source,
            title=raw.title,
            source_note=raw.source_note,
            description=raw.description,
            definitions=definitions,
            assumptions=assumptions,
            steps=steps,
            goal=goal,
            declarations=declared,
            unreadable=frozenset(self.unreadable),
            all_assumed=len(assumptions) == len(raw.assume),
            findings=tuple(self.findings),
        )

    def _definitions(self) -> tuple[Definition, ...]:
        definitions: dict[str, Definition] = {}
        for raw in self.raw.given:
            try:
                head = parse_definition_head(raw.name.text, self.declarations)
            except ReadingError as error:
                self.findings.append(finding_of(error, raw.name))
                continue
            if head.name in definitions:
                message = f"{head.name} is defined twice"
                self.findings.append(Finding("duplicate-definition", Severity.ERROR, message, raw.name.span))
                continue
            reading = self._read(parse_expression, raw.formula, raw.error)
            if reading is None:
                self.unreadable.add(head.name)
                continue
            body = Call("sqrt", (reading.value,), span=reading.value.span) if head.squared else reading.value
            definitions[head.name] = Definition(
                head.name, head.arguments, head.indices, body, raw.formula, raw.name.span,
                reading.notes, reading.warnings,
            )  # fmt: skip
        return tuple(definitions.values())

    def _assumption(self, raw: RawFormula) -> LocatedAssumption | None:
        reading = self._read(parse_assumption, raw.text, raw.error)
        return LocatedAssumption(reading.value, raw.text, reading.notes, reading.warnings) if reading else None

    def _goal(self, raw: RawFormula) -> Goal:
        reading = self._read(parse_statement, raw.text, raw.error)
        return Goal(raw.text, reading.value if reading else None)

    def _read(
        self, parse: Callable[[str, Declarations], Reading[Value]], text: Located, error: Finding | None
    ) -> Reading[Value] | None:
        """The reading of a text outside the steps; what is wrong with it joins the findings."""
        if error is None:
            try:
                return parse(text.text, self.declarations)
            except ReadingError as unread:
                error = finding_of(unread, text)
        self.findings.append(error)
        return None

    def _step(self, raw: RawStep) -> Step:
        """The step; one that cannot be read keeps its place, with the reason."""
        step = Step(
            raw.id, raw.claim, None, raw.because, raw.points, raw.expect, raw.diagnosis, raw.note, error=raw.error
        )
        try:
            reading = self._statements(raw.claim.text) if raw.error is None else None
        except ReadingError as error:
            reading, step = None, replace(step, error=finding_of(error, raw.claim))
        if reading is None:
            self._lose_left_side(raw.claim.text)
            return step
        return replace(step, statements=reading.value, notes=reading.notes, warnings=reading.warnings)

    def _statements(self, text: str) -> Reading[tuple[Statement, ...]]:
        """The statements; a name on the left that is not declared yet is declared from this step on."""
        try:
            return parse_statements(text, self.declarations)
        except ReadingError as error:
            head = _introduced(text, self.declarations)
            if head is None:
                raise
            declarations = _with(head, self.declarations)
            try:
                reading = parse_statements(text, declarations)
            except ReadingError as later:
                raise (later if later.span.start > error.span.start else error) from None
            self.declarations = declarations
            return reading

    def _lose_left_side(self, text: str) -> None:
        """What an unreadable step would have introduced is a known name without a known meaning."""
        head = _introduced(text, self.declarations)
        if head is not None:
            self.declarations = _with(head, self.declarations)
            self.unreadable.add(head.name)


def _declared(raw: RawDerivation) -> Declarations:
    """What the file declares; a definition that is damaged still declares its name."""
    definitions = [(item.name.text, "" if item.error else item.formula.text) for item in raw.given]
    assumptions = [item.text.text for item in raw.assume if not item.error]
    options = {key: value for key, value in raw.notation.items() if key != "strict"}
    steps = [step.claim.text for step in raw.steps if not step.error]
    strict = raw.notation.get("strict") == "true"
    return declare(definitions, assumptions, steps=steps, strict=strict, **options)


def _introduced(text: str, declarations: Declarations) -> Head | None:
    """The new name that `name = ...` or `f(x) = ...` introduces, if it is such a step."""
    left = _LEFT_SIDE.match(text)
    if left is None:
        return None
    try:
        head = parse_definition_head(left.group(1), declarations)
    except ReadingError:
        return None
    known = declarations.symbols | declarations.functions | declarations.arrays.keys()
    return None if head.indices or head.squared or head.name in known else head


def _with(head: Head, declarations: Declarations) -> Declarations:
    if not head.arguments:
        return replace(declarations, symbols=declarations.symbols | {head.name})
    parameters = {**declarations.parameters, head.name: head.arguments}
    return replace(declarations, functions=declarations.functions | {head.name}, parameters=parameters)

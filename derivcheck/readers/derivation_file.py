"""A derivation file as located raw values: every key of the format, nothing read as mathematics yet.

Purpose: check the shape of the file (known keys, kinds of values, limits) and explain what YAML did to
formulas. All mistakes of a file are reported; a step that is damaged stays in the list with its finding.

Limits: 1,000 steps, definitions and assumptions each; 4,000 characters a formula; 1,000 characters for a
title, 10,000 for other texts.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping as Table
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import TypeVar

from derivcheck.expression import Span
from derivcheck.finding import Finding, Severity
from derivcheck.readers.keys import MEANT, NOTATION_VALUES, STEP_KEYS, TOP_KEYS
from derivcheck.readers.nodes import Mapping, Node, Scalar, Sequence
from derivcheck.readers.scalars import locate_scalar
from derivcheck.readers.slips import colon_slip, formula_slip, split_slip, swallowed_item
from derivcheck.readers.wording import nearest, shown
from derivcheck.readers.yaml_events import read_tree
from derivcheck.source import Located, Source

Item = TypeVar("Item")

MAX_ITEMS = 1_000
MAX_FORMULA = 4_000
MAX_TITLE = 1_000
MAX_TEXT = 10_000
MAX_NAME = 60

_POINTS = re.compile(r"\d{1,6}(\.\d{1,6}|/[1-9]\d{0,5})?", re.ASCII)
_MAPS_TO = re.compile(r"→|->|\\to\b|↦")
_FIELD_LIKE = re.compile(r"[A-Za-z]{2,}")


@dataclass(frozen=True, slots=True)
class RawFormula:
    """The text of an assumption or goal; `error` says why it cannot be used."""

    text: Located
    error: Finding | None = None


@dataclass(frozen=True, slots=True)
class RawDefinition:
    """`name: formula` of `given`."""

    name: Located
    formula: Located
    error: Finding | None = None


@dataclass(frozen=True, slots=True)
class RawStep:
    """One step with all its keys; `error` says why its claim cannot be used."""

    id: str
    claim: Located
    because: str = ""
    points: Fraction = Fraction(1)
    expect: str = ""
    diagnosis: str = ""
    note: str = ""
    error: Finding | None = None


@dataclass(frozen=True, slots=True)
class RawDerivation:
    """The file's values. `findings` holds what is wrong, but for what an `error` of a part says."""

    title: str = ""
    source_note: str = ""
    description: str = ""
    given: tuple[RawDefinition, ...] = ()
    assume: tuple[RawFormula, ...] = ()
    steps: tuple[RawStep, ...] = ()
    goal: RawFormula | None = None
    notation: Table[str, str] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()


def read_raw(source: Source) -> RawDerivation:
    """The file's values with everything that is wrong with its shape."""
    tree = read_tree(source)
    reader = _Reader(source)
    raw = reader.derivation(tree.root, tree.complete)
    parts = (*raw.given, *raw.assume, *raw.steps, *((raw.goal,) if raw.goal else ()))
    told = {part.error for part in parts}
    findings = [finding for finding in (*tree.findings, *reader.findings) if finding not in told]
    findings.sort(key=lambda finding: finding.span.start if finding.span else -1)
    return replace(raw, findings=tuple(findings))


class _Reader:
    """Takes the tree apart; what it cannot use becomes a finding."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.findings: list[Finding] = []

    def derivation(self, root: Node | None, complete: bool) -> RawDerivation:
        if root is None or (isinstance(root, Scalar) and not root.text and not root.error):
            if complete:
                self._report(
                    "empty-file", "the file is empty", None, "`derivcheck init` writes an example to start from"
                )
            return RawDerivation()
        if not isinstance(root, Mapping):
            if not complete:
                return RawDerivation()
            help = "start with `steps:` and put one step per line below it, each after a dash"
            self._report("not-a-derivation", "the file is not a mapping with the key `steps`", root.span, help)
            return RawDerivation()
        values = self._known(root, TOP_KEYS)
        if "steps" not in values and complete:
            self._report("missing-steps", "the file has no `steps`, so there is nothing to check", None)
        return RawDerivation(
            title=self._text(values, "title", MAX_TITLE),
            source_note=self._text(values, "source", MAX_TITLE),
            description=self._text(values, "description", MAX_TEXT),
            given=self._given(values.get("given")),
            assume=self._assume(values.get("assume")),
            steps=self._steps(values.get("steps")),
            goal=self._formula(values["goal"]) if "goal" in values else None,
            notation=self._notation(values.get("notation")),
        )

    def _report(self, id: str, message: str, span: Span | None, help: str = "") -> None:
        self.findings.append(Finding(id, Severity.ERROR, message, span, help=help))

    def _known(self, mapping: Mapping, keys: tuple[str, ...]) -> dict[str, Node]:
        """The values of known keys; the other keys are reported with the one that was probably meant."""
        values: dict[str, Node] = {}
        for key, value in mapping.entries:
            if key.text in keys:
                values[key.text] = value
            elif key.error is None:
                self._unknown(key, keys)
        return values

    def _unknown(self, key: Scalar, keys: tuple[str, ...]) -> None:
        near = nearest(key.text, [*keys, *(word for word, meant in MEANT.items() if meant in keys)])
        guess = MEANT.get(near, near)
        help = f"did you mean `{guess}`?" if guess else "known keys: " + ", ".join(keys)
        self._report("unknown-key", f"there is no key {shown(key.text)} here", key.span, help)

    def _text(self, values: dict[str, Node], key: str, limit: int) -> str:
        """A value for people; cut where it is longer than the limit."""
        node = values.get(key)
        if node is None:
            return ""
        if not isinstance(node, Scalar):
            if node.error is None:
                help = "put the value in single quotes"
                self._report("not-text", f"`{key}` must be text, and this is a list or a mapping", node.span, help)
            return ""
        if len(node.text) > limit:
            self._report("text-too-long", f"`{key}` has more than {limit:,} characters", _first(node.span))
        return node.text[:limit].strip()

    def _formula(self, node: Node) -> RawFormula:
        """The text that stands for a formula, with what YAML did to it."""
        located = (node.located if isinstance(node, Scalar) else self._raw(node)).strip()
        error = formula_slip(self.source, node)
        error = error or unusable(located, node.span)
        if error is None and isinstance(node, Scalar):
            warning = swallowed_item(self.source, node)
            self.findings.extend([warning] if warning else [])
        return RawFormula(located.part(0, min(len(located.text), MAX_FORMULA)), error)

    def _raw(self, node: Node) -> Located:
        """The text of a collection as it stands in the file, on one line."""
        return locate_scalar(self.source.text, self.source.text, node.span.start, node.span.end, "", 0)

    def _given(self, node: Node | None) -> tuple[RawDefinition, ...]:
        if node is None or _is_empty(node):
            return ()
        if not isinstance(node, Mapping):
            help = "write one definition per line: `z: w x + b`"
            self._report("given-not-a-mapping", "`given` must hold lines `name: formula`", node.span, help)
            return ()
        definitions = []
        for key, value in self._bounded("definitions", node.entries, node.span):
            formula = self._formula(value)
            definitions.append(RawDefinition(key.located.strip(), formula.text, key.error or formula.error))
        return tuple(definitions)

    def _bounded(self, what: str, items: tuple[Item, ...], span: Span) -> tuple[Item, ...]:
        if len(items) > MAX_ITEMS:
            self._report(
                "too-many-items", f"there are {len(items):,} {what}; at most {MAX_ITEMS:,} are read", _first(span)
            )
        return items[:MAX_ITEMS]

    def _assume(self, node: Node | None) -> tuple[RawFormula, ...]:
        if node is None or _is_empty(node):
            return ()
        items = node.items if isinstance(node, Sequence) else (node,)
        return tuple(map(self._assumption, self._bounded("assumptions", items, node.span)))

    def _assumption(self, node: Node) -> RawFormula:
        """`- g: R → R` without quotes is a mapping for YAML, and clear enough."""
        if isinstance(node, Mapping) and not node.flow and node.error is None and len(node.entries) == 1:
            key, value = node.entries[0]
            if isinstance(value, Scalar) and not (key.error or value.error) and _MAPS_TO.search(value.text):
                return RawFormula(self._raw(node).strip())
        return self._formula(node)

    def _steps(self, node: Node | None) -> tuple[RawStep, ...]:
        if node is None:
            return ()
        if _is_empty(node) or (isinstance(node, Sequence) and not node.items):
            self._report("empty-steps", "there are no steps, so there is nothing to check", node.span)
            return ()
        if not isinstance(node, Sequence) or node.error:
            help = "put each step on a line of its own after a dash: `- dL/da = a − y`"
            self._report("steps-not-a-list", "`steps` must be a list", _first(node.span), help)
            return ()
        items = self._bounded("steps", node.items, node.span)
        steps = [self._step(item, node, number) for number, item in enumerate(items, 1)]
        self._report_equal_ids(steps)
        return tuple(steps)

    def _report_equal_ids(self, steps: list[RawStep]) -> None:
        counts = Counter(step.id for step in steps)
        for id, count in counts.items():
            if count > 1:
                second = [step for step in steps if step.id == id][1]
                message = f"the id {shown(id)} belongs to {count} steps"
                self._report("duplicate-id", message, second.claim.span, "give each step an id of its own")

    def _step(self, node: Node, siblings: Sequence, number: int) -> RawStep:
        if isinstance(node, Mapping) and node.error is None and self._has_fields(node):
            return self._step_with_keys(node, number)
        formula = self._formula(node)
        return RawStep(str(number), formula.text, error=formula.error or split_slip(self.source, siblings, node))

    def _has_fields(self, mapping: Mapping) -> bool:
        """Whether the mapping is a step with keys, and not a formula with a colon."""
        names = [key.text for key, _ in mapping.entries]
        if any(name in STEP_KEYS for name in names):
            return True
        return all(_FIELD_LIKE.fullmatch(name) and nearest(name, STEP_KEYS) for name in names)

    def _step_with_keys(self, node: Mapping, number: int) -> RawStep:
        values = self._step_values(node)
        formula = self._formula(values["claim"]) if "claim" in values else self._missing_claim(node)
        expect, diagnosis = self._expect(values)
        return RawStep(
            id=self._id(values, number),
            claim=formula.text,
            because=self._text(values, "because", MAX_TEXT),
            points=self._points(values),
            expect=expect,
            diagnosis=diagnosis,
            note=self._text(values, "note", MAX_TEXT),
            error=formula.error,
        )

    def _step_values(self, node: Mapping) -> dict[str, Node]:
        """The values of a step's keys. One key that is a formula stands for the claim, and is damaged."""
        unknown = [key for key, _ in node.entries if key.text not in STEP_KEYS]
        names = {key.text for key, _ in node.entries}
        if len(unknown) == 1 and "claim" not in names and not _FIELD_LIKE.fullmatch(unknown[0].text):
            kept = tuple((key, value) for key, value in node.entries if key is not unknown[0])
            node = replace(node, entries=kept)
        return self._known(node, STEP_KEYS)

    def _missing_claim(self, node: Mapping) -> RawFormula:
        formula = next(((key, value) for key, value in node.entries if key.text not in STEP_KEYS), None)
        if formula is not None and not _FIELD_LIKE.fullmatch(formula[0].text):
            key, value = formula
            part = Mapping((formula,), Span(key.span.start, max(value.span.end, key.span.end)))
            return RawFormula(self._raw(part).strip(), colon_slip(self.source, part))
        help = "write the formula after `claim:`"
        error = Finding("claim-missing", Severity.ERROR, "this step has no `claim`", _first(node.span), help=help)
        return RawFormula(self._raw(node).strip().part(0, 0), error)

    def _id(self, values: dict[str, Node], number: int) -> str:
        text = " ".join(self._text(values, "id", MAX_NAME).split())
        return text or str(number)

    def _points(self, values: dict[str, Node]) -> Fraction:
        text = self._text(values, "points", MAX_NAME)
        if "points" not in values:
            return Fraction(1)
        if not _POINTS.fullmatch(text):
            help = "write a number such as 2, 0.5 or 1/2"
            self._report("bad-points", f"{shown(text)} is not a number of points", values["points"].span, help)
            return Fraction(1)
        return Fraction(text)

    def _expect(self, values: dict[str, Node]) -> tuple[str, str]:
        expect = self._text(values, "expect", MAX_NAME)
        diagnosis = self._text(values, "diagnosis", MAX_NAME)
        if "expect" in values and expect != "wrong":
            help = "write `expect: wrong`, or leave the key out"
            self._report(
                "bad-expect", f"`expect` can only be `wrong`, not {shown(expect)}", values["expect"].span, help
            )
            expect = ""
        if diagnosis and "expect" not in values:
            help = "add `expect: wrong` to the step"
            self._report(
                "diagnosis-without-expect", "`diagnosis` needs `expect: wrong`", values["diagnosis"].span, help
            )
        return expect, diagnosis if expect else ""

    def _notation(self, node: Node | None) -> dict[str, str]:
        if node is None or _is_empty(node):
            return {}
        if not isinstance(node, Mapping):
            self._report("notation-not-a-mapping", "`notation` must hold lines `option: value`", node.span)
            return {}
        values = self._known(node, tuple(NOTATION_VALUES))
        options = {}
        for key in values:
            text = self._text(values, key, MAX_NAME)
            if text in NOTATION_VALUES[key]:
                options[key] = text
            else:
                help = f"{key}: " + " | ".join(NOTATION_VALUES[key])
                self._report("bad-option", f"{shown(text)} is not a value of `{key}`", values[key].span, help)
        return options


def unusable(formula: Located, span: Span | None = None) -> Finding | None:
    """Why a text is no formula before anybody reads it: there is none, or too much of it."""
    size, place = len(formula.text), span or formula.span
    if not size:
        return Finding("empty-formula", Severity.ERROR, "there is no formula here", place)
    if size > MAX_FORMULA:
        message = f"the formula has {size:,} characters; at most {MAX_FORMULA:,} are read"
        return Finding("formula-too-long", Severity.ERROR, message, _first(place))
    return None


def _first(span: Span) -> Span:
    """The first character of a long span."""
    return Span(span.start, min(span.start + 1, span.end))


def _is_empty(node: Node) -> bool:
    return isinstance(node, Scalar) and not node.style and not node.text and node.error is None

"""A YAML file as a tree of located text.

Purpose: YAML without its surprises. Every scalar is text (`y`, `no`, `010`, `1:30` stay what was typed);
anchors, aliases, tags, merge keys, complex keys, duplicate keys and second documents are refused with a
finding; depth and size are bounded before anything is built.

Method: PyYAML's parser gives events; an explicit stack makes the tree, so depth costs no recursion. The
parser sees the text with tabs as spaces and unprintable characters replaced, of the same length, so that
offsets hold. Where it stops at an error, `slips` says what happened and which characters to cover up, and
the parser runs again: several mistakes in one file are all found, and what surrounds them is kept. If
nothing can be covered up, the part before the error is the tree.

Limits: PyYAML's pure Python parser, for one behaviour everywhere; about 0.15 ms a line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

import yaml

from derivcheck.expression import Span
from derivcheck.finding import Finding, Severity
from derivcheck.readers.nodes import Mapping, Node, Scalar, Sequence
from derivcheck.readers.scalars import locate_scalar
from derivcheck.readers.slips import indicator_slip, marker_slip, tab_slip
from derivcheck.readers.syntax_errors import Problem, explain_syntax_error
from derivcheck.readers.wording import character_name, shown
from derivcheck.source import Located, Source

MAX_DEPTH = 32
MAX_NODES = 20_000
MAX_REPAIRS = 50
MAX_PARSED = 4 << 20
MAX_CHARACTER_FINDINGS = 10

_UNPRINTABLE = re.compile(r"[^\t\n\r\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_COVER = re.compile(r"[^ \r\n]")


@dataclass(frozen=True, slots=True)
class Tree:
    """`complete` is false where the parser could not get to the end of the file."""

    root: Node | None
    findings: tuple[Finding, ...]
    complete: bool


def read_tree(source: Source) -> Tree:
    """The tree of the file, with everything YAML would not say about it.

    The findings include those that nodes carry in `error`; a reader that reports one of these elsewhere
    takes it out.
    """
    text = _UNPRINTABLE.sub("\ufffd", source.text.replace("\t", " "))
    damages = list(_unprintable(source))
    budget = MAX_PARSED
    for _ in range(MAX_REPAIRS):
        builder = _Builder(source, text, damages)
        problem = builder.run()
        if problem is None:
            break
        repair = explain_syntax_error(source, text, problem)
        if not any(known.id == repair.finding.id and known.span == repair.finding.span for _, known in damages):
            damages.append((repair.cover, repair.finding))
        budget -= problem.at + 1
        covered = _cover(text, repair.cover, repair.comment)
        if covered == text or budget < 0:
            break
        text = covered
    findings = [finding for _, finding in damages] + builder.findings
    tab = tab_slip(source, builder.line_starts)
    if tab is not None:
        findings.append(tab)
    findings.sort(key=lambda finding: finding.span.start if finding.span else -1)
    return Tree(builder.root, tuple(findings), builder.complete)


def _unprintable(source: Source) -> Iterator[tuple[Span, Finding]]:
    for count, found in enumerate(_UNPRINTABLE.finditer(source.text)):
        if count == MAX_CHARACTER_FINDINGS:
            return
        span = Span(*found.span())
        message = f"the file holds the control character {character_name(found.group())}, which has no place in text"
        yield span, Finding("control-character", Severity.ERROR, message, span, help="delete it")


def _cover(text: str, span: Span, comment: bool) -> str:
    """The text with the span's characters replaced by letters, or its first one by a comment sign."""
    part = text[span.start : span.end]
    part = _COVER.sub("#", part, count=1) if comment else _COVER.sub("x", part)
    return text[: span.start] + part + text[span.end :]


@dataclass(slots=True)
class _Open:
    """A collection that is still being read; `children` alternates keys and values in a mapping."""

    start: int
    column: int
    flow: bool
    mapping: bool
    children: list[Node]
    error: Finding | None = None
    end: int = 0


class _Builder:
    """One run of the parser over one text."""

    def __init__(self, source: Source, text: str, damages: list[tuple[Span, Finding]]) -> None:
        self.source = source
        self.text = text
        self.damages = damages
        self.findings: list[Finding] = []
        self.line_starts: list[int] = []
        self.root: Node | None = None
        self.complete = True
        self._stack: list[_Open] = []
        self._nodes = 0

    def run(self) -> Problem | None:
        """Read the whole text; the problem that stopped the parser, if one did."""
        loader = yaml.SafeLoader(self.text)
        try:
            while loader.check_event():
                event: yaml.Event = loader.get_event()  # type: ignore[no-untyped-call]
                if not self._take(event):
                    self.complete = False
                    break
        except yaml.MarkedYAMLError as error:
            self.complete = False
            at = error.problem_mark.index if error.problem_mark else len(self.text)
            context_at = error.context_mark.index if error.context_mark else None
            self._close_all()
            return Problem(error.problem or "it is not YAML", at, error.context or "", context_at)
        except (ValueError, OverflowError):
            # chr() and int() inside the scanner, on \UFFFFFFFF and on directives with thousands of digits.
            self.complete = False
            at = loader.get_mark().index
            self._close_all()
            return Problem("a number that is too large", at, "", None)
        finally:
            loader.dispose()
        self._close_all()
        return None

    def _take(self, event: yaml.Event) -> bool:
        """Use one event; false to stop reading."""
        if isinstance(event, yaml.DocumentStartEvent) and self.root is not None:
            message = "a file holds one derivation, and a second document starts here"
            self._refuse("second-document", message, _span(event))
            self.findings[-1] = replace(self.findings[-1], help="put it in a file of its own")
            return False
        if isinstance(event, yaml.NodeEvent):
            self._nodes += 1
            if self._nodes > MAX_NODES:
                message = f"the file has more than {MAX_NODES} values"
                self._refuse("too-many-values", message, _span(event))
                return False
        if isinstance(event, yaml.CollectionStartEvent):
            return self._open(event)
        if isinstance(event, yaml.CollectionEndEvent):
            self._close(_span(event).end)
        elif isinstance(event, yaml.ScalarEvent):
            self._add(self._scalar(event))
        elif isinstance(event, yaml.AliasEvent):
            self._add(self._alias(event))
        return True

    def _open(self, event: yaml.CollectionStartEvent) -> bool:
        start = _span(event).start
        if len(self._stack) >= MAX_DEPTH:
            message = f"lists and mappings are nested more than {MAX_DEPTH} deep here"
            self._refuse("yaml-nesting", message, Span(start, start + 1))
            return False
        self._note_lines(start, start)
        error = self._indicator(event)
        mapping = isinstance(event, yaml.MappingStartEvent)
        flow = bool(event.flow_style)
        self._stack.append(_Open(start, self._column(start), flow, mapping, [], error))
        return True

    def _scalar(self, event: yaml.ScalarEvent) -> Scalar:
        span, style = _span(event), event.style or ""
        start, end = span.start, span.end
        error = self._indicator(event)
        if error is not None:
            return Scalar(Located.plain(self.source.text[start:end], start), span, "", error)
        column = next((item.column for item in reversed(self._stack) if not item.flow), -1)
        located = locate_scalar(self.text, self.source.text, start, end, style, column)
        if style in ("|", ">"):
            end = located.offsets[-1]
        self._note_lines(start, end if style in ("|", ">") else start)
        return self._checked(located, Span(start, end), style)

    def _note_lines(self, start: int, end: int) -> None:
        """Remember the lines whose indentation YAML has counted."""
        if not any(item.flow for item in self._stack):
            first, last = (self.source.line_column(offset)[0] for offset in (start, end))
            self.line_starts.extend(self.source.line_starts[first - 1 : last])

    def _checked(self, located: Located, span: Span, style: str) -> Scalar:
        """The scalar with the finding that speaks of it; lone surrogates do not get further than here."""
        damage = next((found for at, found in self.damages if at.start < span.end and span.start < at.end), None)
        lone = _SURROGATE.search(located.text)
        if lone is not None:
            place = located.to_source(Span(*lone.span()))
            message = f"{character_name(lone.group())} is half of a surrogate pair and stands for no character"
            finding = Finding("lone-surrogate", Severity.ERROR, message, place, help="write the character itself")
            if damage is None:
                self.findings.append(finding)
                damage = finding
            located = Located(_SURROGATE.sub("\ufffd", located.text), located.offsets)
        return Scalar(located, span, style, damage)

    def _alias(self, event: yaml.AliasEvent) -> Scalar:
        span = _span(event)
        located = Located.plain(self.source.text[span.start : span.end], span.start)
        return Scalar(located, span, "", self._indicator(event))

    def _indicator(self, event: yaml.NodeEvent) -> Finding | None:
        """A finding where the node has an anchor, a tag, or is an alias."""
        tagged = getattr(event, "tag", None) is not None
        if event.anchor is None and not tagged:
            return None
        start = _span(event).start
        block = isinstance(event, yaml.CollectionStartEvent) and not event.flow_style
        finding = marker_slip(start) if block else indicator_slip(self.source, start)
        self.findings.append(finding)
        return finding

    def _column(self, offset: int) -> int:
        return self.source.line_column(offset)[1] - 1

    def _add(self, node: Node) -> None:
        if not self._stack:
            self.root = self.root or node
            return
        parent = self._stack[-1]
        parent.children.append(node)
        parent.end = node.span.end

    def _close(self, end: int) -> None:
        top = self._stack.pop()
        span = Span(top.start, end if top.flow else max(top.end, top.start))
        if top.mapping:
            self._add(Mapping(self._entries(top.children), span, top.flow, top.error))
        else:
            self._add(Sequence(tuple(top.children), span, top.flow, top.error))

    def _close_all(self) -> None:
        while self._stack:
            self._close(self._stack[-1].end)

    def _entries(self, children: list[Node]) -> tuple[tuple[Scalar, Node], ...]:
        """The pairs whose keys can be used, each key once."""
        entries: dict[str, tuple[Scalar, Node]] = {}
        for key, value in zip(children[::2], children[1::2], strict=False):
            if not isinstance(key, Scalar):
                self._refuse("complex-key", "a key must be one line of text, not a list or a mapping", key.span)
            elif key.text in entries:
                self._duplicate(entries[key.text][0], key)
            elif key.text == "<<" and not key.style:
                self._refuse("merge-key", "merge keys (<<) are not used here; write the entries out", key.span)
            else:
                entries[key.text] = (key, value)
        return tuple(entries.values())

    def _duplicate(self, first: Scalar, second: Scalar) -> None:
        lines = [self.source.line_column(key.span.start)[0] for key in (first, second)]
        message = f"{shown(second.text)} is given twice, in lines {lines[0]} and {lines[1]}"
        self._refuse("duplicate-key", message, second.span)

    def _refuse(self, id: str, message: str, span: Span) -> None:
        self.findings.append(Finding(id, Severity.ERROR, message, span))


def _span(event: yaml.Event) -> Span:
    assert event.start_mark is not None and event.end_mark is not None
    return Span(event.start_mark.index, event.end_mark.index)

"""The same derivation file in one layout.

Purpose: what a formatter may change in somebody's mathematics is nothing; so this rewrites indentation,
spacing, line ends and quoting, and keeps the text of every value, every comment and the order of all keys.

Method: the tree is written out again, two columns a level, one value a line, flow collections as blocks.
What stands between two values in the file holds the comments. A quoted value of one line loses its quotes
when it reads back the same without them and other YAML tools would take it for text; single quotes come
before double ones. Values over several lines keep their lines and their alignment.

Limits: a file with errors comes back as it is.
"""

from __future__ import annotations

import re

import yaml

from derivcheck.finding import Severity
from derivcheck.readers.derivation_file import read_raw
from derivcheck.readers.lines import quote
from derivcheck.readers.nodes import Mapping, Node, Scalar, Sequence
from derivcheck.readers.slips import formula_slip
from derivcheck.readers.yaml_events import read_tree
from derivcheck.source import Source

_BREAK = re.compile(r"\r\n|\r|\n")
_COMMENT = re.compile(r"#.*")
_HEADER = re.compile(r"(?P<style>[|>])(?P<chomp>[+-]?)[1-9]?(?P<chomp_last>[+-]?)(?P<comment>[^\r\n]*)")


def format_derivation(source: Source) -> str:
    """The file's text in the usual layout; unchanged where it has errors or is no mapping."""
    tree, raw = read_tree(source), read_raw(source)
    parts = (*raw.given, *raw.assume, *raw.steps, *((raw.goal,) if raw.goal else ()))
    errors = any(finding.severity is Severity.ERROR for finding in raw.findings) or any(part.error for part in parts)
    if errors or not isinstance(tree.root, Mapping):
        return source.text
    writer = _Writer(source)
    writer.mapping(tree.root, 0, "")
    writer.between(len(source.text), 0)
    return "\n".join(writer.lines).strip("\n") + "\n"


class _Writer:
    """Lines written so far, and the offset in the source up to which comments have been taken over."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.lines: list[str] = []
        self.position = 0

    def mapping(self, node: Mapping, indent: int, lead: str) -> None:
        """The entries, the first after `lead`, which is a dash or nothing."""
        for key, value in node.entries:
            self.between(key.span.start, indent - len(lead))
            self.position = key.span.end
            self._value(" " * (indent - len(lead)) + lead + self._inline(key) + ":", value, indent)
            lead = ""

    def _sequence(self, node: Sequence, indent: int) -> None:
        for item in node.items:
            if isinstance(item, Mapping) and item.entries:
                self.mapping(item, indent + 2, "- ")
            else:
                self.between(item.span.start, indent)
                self._value(" " * indent + "-", item, indent)

    def _value(self, lead: str, node: Node, indent: int) -> None:
        """One value behind what stands before it on its line."""
        if isinstance(node, Scalar):
            self.between(node.span.start, indent, own_lines=True)
            self._scalar(lead, node, indent + 2)
            ends_line = self.source.text[node.span.start : node.span.end].endswith(("\r", "\n"))
            self.position = node.span.end - ends_line
            return
        children = node.entries if isinstance(node, Mapping) else node.items
        self.lines.append(lead if children else lead + (" {}" if isinstance(node, Mapping) else " []"))
        if isinstance(node, Mapping):
            self.mapping(node, indent + 2, "")
        else:
            self._sequence(node, indent + 2)
        if not children:
            self.position = node.span.end

    def between(self, end: int, indent: int, own_lines: bool = False) -> None:
        """The comments and blank lines up to `end`; one on the line of the last value stays there."""
        first, *others = _BREAK.split(self.source.text[self.position : end])
        self.position = end
        comment = _COMMENT.search(first)
        if comment and self.lines and not own_lines:
            self.lines[-1] += "  " + comment.group().rstrip()
        elif comment:
            self.lines.append(" " * indent + comment.group().rstrip())
        for number, line in enumerate(others, 1):
            comment = _COMMENT.search(line)
            if comment:
                self.lines.append(" " * indent + comment.group().rstrip())
            elif not line.strip() and number < len(others) and self.lines and self.lines[-1]:
                self.lines.append("")

    def _scalar(self, lead: str, scalar: Scalar, indent: int) -> None:
        raw = self.source.text[scalar.span.start : scalar.span.end]
        lines = raw.splitlines()
        if scalar.style in ("|", ">"):
            self._block(lead, scalar, lines, indent)
        elif len(lines) < 2:
            self.lines.append(f"{lead} {self._inline(scalar)}".rstrip())
        else:
            first = self.source.line_column(scalar.span.start)[1] - 1
            self.lines.append(f"{lead} {lines[0].rstrip()}")
            for line in lines[1:]:
                moved = len(lead) + 1 + len(line) - len(line.lstrip()) - first
                text = line.strip(" \t")
                self.lines.append(" " * max(moved, indent) + text if text else "")

    def _block(self, lead: str, scalar: Scalar, lines: list[str], indent: int) -> None:
        """A block scalar: the header again, then its lines moved to the indentation."""
        header = _HEADER.match(lines[0])
        assert header is not None
        at = next((index for index, character in enumerate(scalar.text) if character != "\n"), None)
        column = self.source.line_column(scalar.located.offsets[at])[1] - 1 if at is not None else 0
        leading = "2" if scalar.text.lstrip("\n").startswith((" ", "\t")) else ""
        sign = header["chomp"] or header["chomp_last"]
        comment = "  " + header["comment"].strip() if header["comment"].strip() else ""
        self.lines.append(f"{lead} {header['style']}{leading}{sign}{comment}")
        for line in lines[1:]:
            self.lines.append(" " * indent + line[column:] if line[column:] else "")

    def _inline(self, scalar: Scalar) -> str:
        """A value of one line in the plainest way of writing it."""
        raw = self.source.text[scalar.span.start : scalar.span.end]
        if not scalar.style or scalar.style in ("|", ">") or "\n" in scalar.text:
            return raw
        if _is_text(scalar.text) and _reads_back(scalar.text, scalar.text):
            return scalar.text
        return quote(scalar.text) if _reads_back(quote(scalar.text), scalar.text) else raw


def _is_text(value: str) -> bool:
    """Whether other YAML tools take the plain value for text."""
    resolver = yaml.SafeLoader("")
    tag = resolver.resolve(yaml.ScalarNode, value, (True, False))  # type: ignore[no-untyped-call]
    return bool(tag == "tag:yaml.org,2002:str")


def _reads_back(written: str, value: str) -> bool:
    """Whether the writing gives the value, alone, as a key and in front of a comment."""
    source = Source("", f"- {written}\n- k: {written}  # of the value\n- {written}: v\n")
    tree = read_tree(source)
    if tree.findings or not isinstance(tree.root, Sequence) or len(tree.root.items) != 3:
        return False
    alone, second, third = tree.root.items
    if not (isinstance(second, Mapping) and isinstance(third, Mapping)):
        return False
    nodes = (alone, second.entries[0][1], third.entries[0][0])
    return all(isinstance(node, Scalar) and node.text == value and not formula_slip(source, node) for node in nodes)

"""The tree of a YAML file: located text and how it was written, nothing converted.

Every scalar is text. A node that the file damages carries the finding that explains it in `error`, so
that whoever uses the value can say so once and go on.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from derivcheck.expression import Span
from derivcheck.finding import Finding
from derivcheck.source import Located


@dataclass(frozen=True, slots=True)
class Scalar:
    """One value as text. `style` is "" for plain, else `'`, `"`, `|` or `>`; `span` includes the quotes."""

    located: Located
    span: Span
    style: str = ""
    error: Finding | None = None

    @property
    def text(self) -> str:
        return self.located.text


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list; `flow` when it is written with brackets."""

    items: tuple[Node, ...]
    span: Span
    flow: bool = False
    error: Finding | None = None


@dataclass(frozen=True, slots=True)
class Mapping:
    """Keys and values in order, each key once; `flow` when it is written with braces."""

    entries: tuple[tuple[Scalar, Node], ...]
    span: Span
    flow: bool = False
    error: Finding | None = None


Node: TypeAlias = Scalar | Sequence | Mapping

"""The texts of a diagnosis, in a language, from catalogues of data.

Each family of rules has its texts beside it (`chain.en.toml`), what is said of any repair stands in
`phrases.en.toml`. Templates name the parts of an expression in braces: `{node}`, `{d_node}` for its derivative still
to be taken, and `{node_slope}` for that derivative carried out, which is part of the answer and may appear in no
other text.
"""

from __future__ import annotations

import string
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

FALLBACK = "en"


@dataclass(frozen=True, slots=True)
class RuleText:
    """The texts of one rule; `name`, `question` and `answer` are templates."""

    title: str
    name: str
    question: str
    answer: str
    text: str
    topic: str = ""


@cache
def languages() -> tuple[str, ...]:
    """The languages that have a catalogue."""
    names = (item.name for item in files("derivcheck.diagnosis").iterdir())
    return tuple(sorted(name.split(".")[1] for name in names if name.startswith("phrases.")))


@cache
def rule_texts(language: str = FALLBACK) -> Mapping[str, RuleText]:
    """The texts of every rule by its id."""
    found: dict[str, RuleText] = {}
    folder = files("derivcheck.diagnosis.buggy_rules")
    for file in sorted(folder.iterdir(), key=lambda item: item.name):
        if file.name.endswith(f".{language}.toml"):
            for id, fields in tomllib.loads(file.read_text("utf-8")).items():
                texts = {name: text.strip("\n") for name, text in fields.items()}
                found[id] = RuleText(**texts, topic=file.name.split(".")[0])
    return found


@cache
def phrases(language: str = FALLBACK) -> Mapping[str, Any]:
    """What is said of any diagnosis."""
    return tomllib.loads((files("derivcheck.diagnosis") / f"phrases.{language}.toml").read_text("utf-8"))


def known(language: str) -> str:
    """The language if it has a catalogue, else English; `de_AT` is `de`."""
    short = language.replace("-", "_").split("_")[0].lower()
    return short if short in languages() else FALLBACK


def placeholders(template: str) -> frozenset[str]:
    """The names in braces of a template."""
    return frozenset(name for _, name, _, _ in string.Formatter().parse(template) if name)


def filled(template: str, words: Mapping[str, str]) -> str:
    """The template with its words; a word that is missing is a fault of ours and raises."""
    return template.format_map(dict(words))


def said(template: str, words: Mapping[str, str]) -> str:
    """The template as a sentence: a capital first letter, unless it begins with a formula."""
    text = filled(template, words)
    return text if template.startswith("{") else text[:1].upper() + text[1:]

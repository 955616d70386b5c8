"""Every word of the report is there in every language, with the same gaps."""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pytest
import report_values as values

from derivcheck.report.explanations import explanations
from derivcheck.report.formats import render
from derivcheck.report.options import LANGUAGES, STANDARD_LANGUAGE, RenderOptions
from derivcheck.report.phrases import phrases

REPORT = Path(__file__).parent.parent / "derivcheck" / "report"


def gaps(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def used() -> Iterator[str]:
    """The keys that the code asks for by name."""
    topics = "|".join({key.partition(".")[0] for key in phrases().texts})
    for path in REPORT.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and re.fullmatch(rf"({topics})\.[a-z-]+", str(node.value)):
                yield str(node.value)


def test_the_languages_are_those_of_the_folder() -> None:
    names = (item.name for item in files("derivcheck.report.phrases").iterdir())
    assert sorted(name.removesuffix(".toml") for name in names if name.endswith(".toml")) == sorted(LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language_is_complete(language: str) -> None:
    own, standard = phrases(language).texts, phrases(STANDARD_LANGUAGE).texts
    assert list(own) == list(standard)
    for key, text in standard.items():
        assert gaps(own[key]) <= gaps(text), key


def test_every_key_that_is_asked_for_is_there() -> None:
    assert set(used()) <= set(phrases().texts)


@pytest.mark.parametrize("name", values.REPORTS)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("encoding", ["utf-8", "ascii"])
def test_a_report_in_every_language(name: str, language: str, encoding: str) -> None:
    text = render("full", values.REPORTS[name], RenderOptions(language=language, encoding=encoding, verbosity=1))
    text.encode(encoding)
    assert "{" not in text and "_ddot" not in text


def test_german() -> None:
    text = render("full", values.REPORTS["flawed"], RenderOptions(language="de"))
    for part in (
        "BEWIESEN",
        "FOLGT aus Schritt 2",
        "Probe    bei p̂ = 1/2, t = 0:   Schritt 2 sagt −2,   die Ableitung ist 2",
    ):
        assert part in text
    assert set(explanations("de")) == set(explanations())

"""Every id that the program can emit is explained, and every explanation is a page."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from derivcheck.report.explanation_page import index, page
from derivcheck.report.explanations import explanations, nearest
from derivcheck.report.options import RenderOptions
from derivcheck.verdict import Verdict

PACKAGE = Path(__file__).parent.parent / "derivcheck"
KNOWN = explanations()
_ID = re.compile(r"[a-z]+[0-9]*(-[a-z0-9]+)+")
# Functions whose first argument looks like an id and is none.
NOT_IDS = frozenset(
    {"decode", "encode", "read_text", "write_text", "open", "option", "get", "__import__", "Edit", "Mend", "Repair"}
)


def emitted() -> Iterator[str]:
    """Each hyphened word that is the first argument of a call, and each `id=` or `rule=`."""
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and _called(node) not in NOT_IDS:
                named = [word.value for word in node.keywords if word.arg in ("id", "rule", "code")]
                for value in [*node.args[:1], *named]:
                    if isinstance(value, ast.Constant) and isinstance(value.value, str) and _ID.fullmatch(value.value):
                        yield value.value


def _called(node: ast.Call) -> str:
    return getattr(node.func, "attr", getattr(node.func, "id", ""))


def test_every_emitted_id_is_explained() -> None:
    assert sorted(set(emitted()) - set(KNOWN)) == []


def test_every_verdict_is_explained() -> None:
    assert set(Verdict) <= set(KNOWN)


@pytest.mark.parametrize("id", KNOWN)
def test_an_explanation_is_a_page(id: str) -> None:
    explanation = KNOWN[id]
    assert explanation.title and not explanation.title.endswith(".") and len(explanation.text) > 25
    assert id in page(explanation, RenderOptions()) and id in index(KNOWN, RenderOptions())


def test_another_language_explains_the_same_ids() -> None:
    german = explanations("de")
    assert list(german) == list(KNOWN) and german["proved"].title.startswith("Der Schritt stimmt")
    assert [id for id in KNOWN if german[id].text == KNOWN[id].text or german[id].title == KNOWN[id].title] == []


def test_another_language_has_the_same_examples() -> None:
    german = explanations("de")
    assert [id for id in KNOWN if bool(german[id].wrong) != bool(KNOWN[id].wrong)] == []
    assert "# folgt" in german["follows"].wrong and german["two-numbers"].wrong == KNOWN["two-numbers"].wrong


def test_nearest() -> None:
    assert nearest("unbalanced-brackets", ["unbalanced-bracket", "wrong"]) == "unbalanced-bracket"
    assert nearest("qqqq", ["wrong"]) == ""

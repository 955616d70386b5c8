"""What `derivcheck explain ID` knows: a text for each verdict, each finding and each known mistake, kept as data.

Every package of the program may hold a folder `messages/<language>/` of TOML files; each table in them
explains the id it is named after. The texts of the known mistakes stand beside their rules, in one file a family
and language. This module walks the folders and imports no rule. A field that is missing is a fault of ours
and raises.
"""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from importlib.resources import files
from importlib.resources.abc import Traversable

from derivcheck.report.options import STANDARD_LANGUAGE

# The folders of known mistakes, and the topic of all in one where it is not that of the file. A mistake that is made
# with numbers and with arrays is explained in the first.
MISTAKES = {"buggy_rules": "", "array_rules": "arrays"}


@dataclass(frozen=True, slots=True)
class Explanation:
    """`text` says what it looks like and why it is so, in paragraphs; examples stand as they would in a file.

    `wrong` is an example that has the finding and `right` one that has not; those of a known `mistake` are values of
    its rule.
    """

    id: str
    title: str
    text: str
    wrong: str = ""
    right: str = ""
    topic: str = ""
    mistake: bool = False


def explanations(language: str = STANDARD_LANGUAGE) -> Mapping[str, Explanation]:
    """Every explanation by its id, in the order of topics and of the texts; in English where there is no other.

    An example is the same in every language unless a language has its own, for the sake of words in it.
    """
    known = _in_language(STANDARD_LANGUAGE)
    if language == STANDARD_LANGUAGE:
        return known
    own = _in_language(language)
    return {id: _translated(item, own[id]) if id in own else item for id, item in known.items()}


def _translated(item: Explanation, own: Explanation) -> Explanation:
    return replace(own, wrong=own.wrong or item.wrong, right=own.right or item.right)


def _in_language(language: str) -> dict[str, Explanation]:
    known: dict[str, Explanation] = {}
    for explanation in (*_findings(language), *_mistakes(language)):
        if explanation.id in known:
            raise ValueError(f"{explanation.id} is explained twice")
        known[explanation.id] = explanation
    return known


def _findings(language: str) -> Iterator[Explanation]:
    for file in _message_files(language):
        topic = file.name.removesuffix(".toml")
        for id, fields in tomllib.loads(file.read_text("utf-8")).items():
            yield Explanation(id, topic=topic, **{name: text.strip("\n") for name, text in fields.items()})


def _mistakes(language: str) -> Iterator[Explanation]:
    for folder, common in MISTAKES.items():
        for file in sorted((files("derivcheck.diagnosis") / folder).iterdir(), key=lambda item: item.name):
            topic, _, rest = file.name.partition(".")
            if rest == f"{language}.toml":
                for id, fields in tomllib.loads(file.read_text("utf-8")).items():
                    if "title" in fields:
                        text = fields["text"].strip("\n")
                        yield Explanation(id, fields["title"], text, topic=common or topic, mistake=True)


def _message_files(language: str) -> Iterator[Traversable]:
    for package in sorted(files("derivcheck").iterdir(), key=lambda item: item.name):
        folder = package / "messages" / language
        if package.is_dir() and folder.is_dir():
            texts = (file for file in folder.iterdir() if file.name.endswith(".toml"))
            yield from sorted(texts, key=lambda file: file.name)


def nearest(id: str, known: Iterable[str]) -> str:
    """The known id that was probably meant, or nothing."""
    close = difflib.get_close_matches(id.lower(), list(known), n=1, cutoff=0.5)
    return close[0] if close else ""

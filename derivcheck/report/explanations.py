"""What `derivcheck explain ID` knows: a text for each verdict and each finding, kept as data.

Every package of the program may hold a folder `messages/<language>/` of TOML files; each table in them
explains the id it is named after. This module walks the folders, so that texts stand beside what they
explain. A field that is missing or unknown is a fault of ours and raises.
"""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable

LANGUAGE = "en"


@dataclass(frozen=True, slots=True)
class Explanation:
    """`text` says what it looks like and why it is so, in paragraphs; examples stand as they would in a file."""

    id: str
    title: str
    text: str
    wrong: str = ""
    right: str = ""
    topic: str = ""


def explanations(language: str = LANGUAGE) -> Mapping[str, Explanation]:
    """Every explanation by its id, in the order of topics and of the texts."""
    known: dict[str, Explanation] = {}
    for file in _message_files(language):
        topic = file.name.removesuffix(".toml")
        for id, fields in tomllib.loads(file.read_text("utf-8")).items():
            if id in known:
                raise ValueError(f"{id} is explained twice, in {known[id].topic} and in {topic}")
            known[id] = Explanation(id, topic=topic, **{name: text.strip("\n") for name, text in fields.items()})
    return known


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

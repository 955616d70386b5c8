"""The report's own words, one TOML file of this folder a language.

Every language has the same keys; `Phrases` fills in what a text leaves open. A key that is missing is a
fault of ours and raises.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from derivcheck.report.options import STANDARD_LANGUAGE, RenderOptions

_LETTERS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "UE", "ß": "ss"})


@dataclass(frozen=True, slots=True)
class Phrases:
    """The words of one language by keys such as `goal.reached`."""

    texts: Mapping[str, str]

    def __call__(self, key: str, **parts: object) -> str:
        return self.texts[key].format(**parts)

    def keys(self, topic: str) -> list[str]:
        """The keys of a topic, in the order of the file."""
        return [key for key in self.texts if key.startswith(f"{topic}.")]

    def __contains__(self, key: str) -> bool:
        return key in self.texts


@cache
def phrases(language: str = STANDARD_LANGUAGE) -> Phrases:
    """The words of a language of `LANGUAGES`."""
    tables = tomllib.loads((files(__name__) / f"{language}.toml").read_text("utf-8"))
    return Phrases({f"{topic}.{name}": text for topic, table in tables.items() for name, text in table.items()})


def phrases_for(options: RenderOptions) -> Phrases:
    """The words in the reader's language and, where the output lacks its letters, in others."""
    return _lettered(options.language, options.encoding)


@cache
def _lettered(language: str, encoding: str) -> Phrases:
    return Phrases({key: in_letters(text, encoding) for key, text in phrases(language).texts.items()})


def in_letters(text: str, encoding: str) -> str:
    """A text of ours in letters that the encoding has: `gültig` as `gueltig`, not as a formula would be spelled."""
    try:
        text.encode(encoding)
        return text
    except (UnicodeEncodeError, LookupError):
        return text.translate(_LETTERS)

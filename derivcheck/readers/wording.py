"""Words that findings about files share: a piece of text, a character, the nearest known name."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Iterable

_LONGEST_SHOWN = 40
_LONGEST_COMPARED = 60


def shown(text: str) -> str:
    """The text in quotes, on one line, cut where it is long."""
    line = " ".join(text.split())
    return f"‘{line}’" if len(line) <= _LONGEST_SHOWN else f"‘{line[:_LONGEST_SHOWN]}…’"


def character_name(character: str) -> str:
    """`U+200B ZERO WIDTH SPACE`; without a name for those that have none."""
    return f"U+{ord(character):04X} {unicodedata.name(character, '')}".rstrip()


def nearest(word: str, known: Iterable[str]) -> str:
    """The known word that this one is probably a slip for, or nothing."""
    matches = difflib.get_close_matches(word[:_LONGEST_COMPARED].lower(), list(known), n=1, cutoff=0.6)
    return matches[0] if matches else ""

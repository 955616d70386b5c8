"""What a report may use of the place it is written to, and what the reader asked for."""

from __future__ import annotations

from dataclasses import dataclass

LANGUAGES = ("de", "en")
STANDARD_LANGUAGE = "en"


@dataclass(frozen=True, slots=True)
class RenderOptions:
    """Terminal cells in a line, colours or none, the encoding of the output, and how much to say.

    `verbosity` is -1 for only what is not as it should be, 0 for the usual, 1 for everything; `replay` asks
    for the wrong derivation line by line.
    """

    width: int = 80
    color: bool = False
    encoding: str = "utf-8"
    verbosity: int = 0
    language: str = STANDARD_LANGUAGE
    replay: bool = False

"""What a report may use of the place it is written to."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RenderOptions:
    """Terminal cells in a line, colours or none, the encoding of the output, and how much to say.

    `verbosity` is -1 for only what is not as it should be, 0 for the usual, 1 for everything.
    """

    width: int = 80
    color: bool = False
    encoding: str = "utf-8"
    verbosity: int = 0

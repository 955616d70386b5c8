"""What the place of output can do: its width, its encoding, and whether colours are welcome.

Colours are used on a terminal unless `NO_COLOR` is set or `TERM` is `dumb`; `FORCE_COLOR` asks for them
anywhere, and a choice on the command line decides before all of these.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from typing import TextIO

from derivcheck.report.options import RenderOptions

STANDARD_WIDTH = 80
WIDEST = 100


def terminal_options(stream: TextIO, color: str, verbosity: int) -> RenderOptions:
    """Options for a report written to this stream; `color` is auto, always or never."""
    terminal = stream.isatty()
    width = STANDARD_WIDTH
    if terminal or os.environ.get("COLUMNS"):
        width = min(max(shutil.get_terminal_size((STANDARD_WIDTH, 24)).columns, 40), WIDEST)
    colored = color == "always" or (color == "auto" and wants_color(terminal, os.environ))
    return RenderOptions(width, colored, stream.encoding or "utf-8", verbosity)


def wants_color(terminal: bool, environment: Mapping[str, str]) -> bool:
    """Whether colours are welcome when nobody has chosen."""
    if environment.get("NO_COLOR"):
        return False
    if environment.get("FORCE_COLOR"):
        return True
    return terminal and environment.get("TERM") != "dumb"

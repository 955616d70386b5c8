"""What the place of output can do: its width, its encoding, its language, and whether colours are welcome.

Colours are used on a terminal unless `NO_COLOR` is set or `TERM` is `dumb`; `FORCE_COLOR` asks for them
anywhere, and a choice on the command line decides before all of these. Who asks for the C locale gets ASCII,
although Python itself writes UTF-8 there; who has no locale at all does not.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from typing import TextIO

from derivcheck.report.options import LANGUAGES, STANDARD_LANGUAGE, RenderOptions

STANDARD_WIDTH = 80
WIDEST = 100


def terminal_options(stream: TextIO, color: str, verbosity: int, language: str = STANDARD_LANGUAGE) -> RenderOptions:
    """Options for a report written to this stream; `color` is auto, always or never."""
    terminal = stream.isatty()
    width = STANDARD_WIDTH
    if terminal or os.environ.get("COLUMNS"):
        width = min(max(shutil.get_terminal_size((STANDARD_WIDTH, 24)).columns, 40), WIDEST)
    colored = color == "always" or (color == "auto" and wants_color(terminal, os.environ))
    encoding = "ascii" if wants_ascii(os.environ) else stream.encoding or "utf-8"
    return RenderOptions(width, colored, encoding, verbosity, language)


def wants_color(terminal: bool, environment: Mapping[str, str]) -> bool:
    """Whether colours are welcome when nobody has chosen."""
    if environment.get("NO_COLOR"):
        return False
    if environment.get("FORCE_COLOR"):
        return True
    return terminal and environment.get("TERM") != "dumb"


def wants_ascii(environment: Mapping[str, str]) -> bool:
    """Whether the locale is C by choice. Python itself sets LC_CTYPE to C.UTF-8 then, which says nothing."""
    if environment.get("PYTHONIOENCODING") or environment.get("PYTHONUTF8"):
        return False
    ctype = environment.get("LC_CTYPE", "")
    names = (environment.get("LC_ALL"), "" if ctype in ("C.UTF-8", "C.utf8") else ctype, environment.get("LANG"))
    return next((name for name in names if name), "") in ("C", "POSIX")


def preferred_language(environment: Mapping[str, str]) -> str:
    """The language of the locale where the report has it."""
    names = (environment.get(key) for key in ("LC_ALL", "LC_MESSAGES", "LANG"))
    short = next((name for name in names if name), "")[:2].lower()
    return short if short in LANGUAGES else STANDARD_LANGUAGE

"""Markdown as GitHub reads it: our own texts as paragraphs, and what is shown as it is in fences.

A paragraph is one line, so that none of its words can begin a list or a heading. What Markdown would take for
markup (also `$`, which begins a formula on GitHub) is escaped, but for code between backticks, which our texts use
as Markdown does.
"""

from __future__ import annotations

import re

_MARKUP = re.compile(r"[\\*_\[\]<>#|~$&]")
_LIST = re.compile(r"^(\d+)([.)])|^([-+=])")
_CODE = re.compile(r"(`[^`]*`)")


def escaped(text: str) -> str:
    """A text of ours in one line, to be read as it stands."""
    line = " ".join(text.split())
    pieces = _CODE.split(line)
    plain = "".join(piece if k % 2 else _MARKUP.sub(r"\\\g<0>", piece) for k, piece in enumerate(pieces))
    return _LIST.sub(lambda found: f"{found[1]}\\{found[2]}" if found[1] else f"\\{found[3]}", plain)


def paragraphs(text: str) -> str:
    """Paragraphs, apart in the text and on the page by an empty line."""
    return "\n\n".join(escaped(part) for part in text.split("\n\n"))


def fence(text: str, language: str = "") -> str:
    """A block that is shown as it stands."""
    ticks = "```"
    while ticks in text:
        ticks += "`"
    return f"{ticks}{language}\n{text.rstrip()}\n{ticks}"


def anchor(heading: str) -> str:
    """Where GitHub's link to a heading leads: letters, digits, hyphens, and hyphens for spaces."""
    return "#" + re.sub(r"[^\w\s-]", "", heading.lower()).replace(" ", "-")

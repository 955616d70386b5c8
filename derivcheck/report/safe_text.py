"""What a user wrote, made safe to show.

Purpose: a control character, an escape sequence, a bidi mark, a lone surrogate or an invisible letter in a
file must neither act on the terminal nor hide; it is shown as `<U+001B>`. Square brackets survive, because
text enters rich as `Text` and never as markup. A character that the output's encoding lacks is spelled out.

Limits: letters of right-to-left scripts are shown as they are and a terminal may reorder them.
"""

from __future__ import annotations

import unicodedata

from rich.text import Text

from derivcheck.report.spelling import spell

# Letters and marks that Unicode calls printable and that leave no trace on a screen.
_INVISIBLE = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")


def visible(character: str, encoding: str = "utf-8") -> str:
    """What to show for one character; line ends, tabs and wide spaces become one space."""
    if " " <= character <= "~":
        return character
    if character in "\n\t" or unicodedata.category(character) == "Zs":
        return " "
    if not character.isprintable() or character in _INVISIBLE or _is_variation_selector(character):
        return f"<U+{ord(character):04X}>"
    return character if _encodable(character, encoding) else spell(character)


def visible_text(text: str, encoding: str = "utf-8") -> str:
    """A text in one line, every character visible and in the encoding."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(visible(character, encoding) for character in text)


def safe(text: str, encoding: str = "utf-8", style: str = "") -> Text:
    """The text in one line as rich text."""
    return Text(visible_text(text, encoding), style=style)


def _is_variation_selector(character: str) -> bool:
    return "\ufe00" <= character <= "\ufe0f" or "\U000e0100" <= character <= "\U000e01ef"


def _encodable(character: str, encoding: str) -> bool:
    try:
        character.encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return False
    return True

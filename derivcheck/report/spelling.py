"""How a character is written where the output's encoding does not have it.

Method: a table of mathematical signs first, then what Unicode says: superscripts become `^2`, subscripts
`_0`, accents `_hat`, Greek letters their names. What is left is named by its code point.
"""

from __future__ import annotations

import unicodedata

SIGNS = {
    "−": "-",
    "–": "-",
    "—": "--",
    "·": "*",
    "⋅": "*",
    "×": "*",
    "÷": "/",
    "⁄": "/",
    "∕": "/",
    "′": "'",
    "‘": "'",
    "’": "'",
    "“": '"',
    "”": '"',
    "„": '"',
    "≤": "<=",
    "≥": ">=",
    "≠": "!=",
    "≈": "~=",
    "→": "->",
    "←": "<-",
    "⇒": "=>",
    "∈": "in",
    "∂": "d",
    "∇": "grad",
    "∑": "sum",
    "∏": "prod",
    "√": "sqrt",
    "∞": "oo",
    "⊙": "(.)",
    "‖": "||",
    "│": "|",
}
ACCENTS = {
    "\u0302": "_hat",
    "\u0303": "_tilde",
    "\u0304": "_bar",
    "\u0305": "_bar",
    "\u0307": "_dot",
    "\u0308": "_ddot",
}


def spell(character: str) -> str:
    """The character in ASCII: `−` as `-`, `σ` as `sigma`, `ŷ` as `y_hat`, otherwise `<U+0416>`."""
    if character.isascii():
        return character
    known = SIGNS.get(character) or ACCENTS.get(character) or _greek(character)
    return known or _decomposed(character) or f"<U+{ord(character):04X}>"


def _greek(character: str) -> str:
    words = unicodedata.name(character, "").split()
    if words[:1] != ["GREEK"] or "LETTER" not in words or len(words) != 4:
        return ""
    return words[-1].capitalize() if "CAPITAL" in words else words[-1].lower()


def _decomposed(character: str) -> str:
    """Unicode's own decomposition, or nothing when a part of it cannot be spelled either."""
    tag, _, rest = unicodedata.decomposition(character).rpartition(">")
    if not rest:
        return ""
    parts = [spell(chr(int(code, 16))) for code in rest.split()]
    if any("<" in part for part in parts):
        return ""
    return {"<super": "^", "<sub": "_"}.get(tag, "") + "".join(parts)

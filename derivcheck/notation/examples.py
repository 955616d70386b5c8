"""`x^{(i)}`, the i-th example, where a sum runs over i or i is declared as an index.

The name x^{(i)} is then an entry of an array of its own, apart from a number x and from an array x_i. With a
second index below, `x_j^{(i)}`, the example comes first. Where nothing says that i is an index, `x^{(i)}` stays
one name.
"""

from __future__ import annotations

import re

ABOVE = "^()"
"""The end of the name of an array whose first index stands above, in brackets."""

_SUM_OVER = re.compile(
    r"(?:\\sum|\\prod|[Σ∑Π∏]|\bsum|\bSum|\bprod)(?:\\limits)?\s*(?:_\s*\{?|\()\s*(?P<letter>[A-Za-z])(?![A-Za-z])"
    r"|[Σ∑Π∏](?P<small>[ᵢⱼₖₗₘₙ])"
)
_ABOVE = re.compile(r"\^\s*\{\s*\(\s*(?P<letter>[A-Za-z])\s*\)\s*\}|⁽(?P<small>[ⁱʲᵏˡᵐⁿ])⁾")
_SMALL = dict(zip("ᵢⱼₖₗₘₙⁱʲᵏˡᵐⁿ", "ijklmnijklmn", strict=True))


def example_letters(*texts: str) -> frozenset[str]:
    """Letters that stand above a name in brackets and over which a sum in the texts runs."""
    whole = "\n".join(texts)
    if "(" not in whole and "⁽" not in whole:
        return frozenset()
    return _letters(_ABOVE, whole) & _letters(_SUM_OVER, whole)


def _letters(pattern: re.Pattern[str], text: str) -> frozenset[str]:
    return frozenset(found["letter"] or _SMALL[found["small"]] for found in pattern.finditer(text))

"""`x^{(i)}`, the i-th example, where a sum runs over i or i is declared as an index.

The name x^{(i)} is then an entry of an array of its own, apart from a number x and from an array x_i. With a
second index below, `x_j^{(i)}`, the example comes first. Where nothing says that i is an index, `x^{(i)}` stays
one name; but beside a sum of x^{(i)}, x^{(j)} is an entry too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

ABOVE = "^()"
"""The end of the name of an array whose first index stands above, in brackets."""

_SUM_OVER = re.compile(
    r"(?:\\sum|\\prod|[Σ∑Π∏]|\bsum|\bSum|\bprod)(?:\\limits)?\s*(?:_\s*\{?|\()\s*(?P<letter>[A-Za-z])(?![A-Za-z])"
    r"|[Σ∑Π∏](?P<small>[ᵢⱼₖₗₘₙ])"
)
_EXAMPLE = re.compile(
    r"(?:\\(?:hat|bar|tilde|widehat|overline)\s*\{?\s*)?(?P<base>[^\W\d_]|\\[A-Za-z]+)\s*\}?[\u0302-\u0304]?"
    r"(?:\s*_\s*(?:\{[^{}]*\}|\w))?\s*"
    r"(?:\^\s*\{\s*\(\s*(?P<letter>[A-Za-z])\s*\)\s*\}|⁽(?P<small>[ⁱʲᵏˡᵐⁿ])⁾)"
)
_SMALL = dict(zip("ᵢⱼₖₗₘₙⁱʲᵏˡᵐⁿ", "ijklmnijklmn", strict=True))


def example_letters(texts: tuple[str, ...], arrays: frozenset[str] = frozenset()) -> frozenset[str]:
    """Letters that stand above a name in brackets and index it.

    A sum in the texts runs over them, or over another letter above the same name, or the name is known as such
    an array.
    """
    whole = "\n".join(texts)
    if "(" not in whole and "⁽" not in whole:
        return frozenset()
    above = list(_above(whole))
    if not above:
        return frozenset()
    summed = {_letter(found) for found in _SUM_OVER.finditer(whole)}
    bases = {base for base, letter in above if letter in summed or f"{base}{ABOVE}" in arrays}
    return frozenset(letter for base, letter in above if base in bases)


def shown(name: str) -> str:
    """The name of an array of examples as a person knows it."""
    return name.replace(ABOVE, "^(i)")


def _above(text: str) -> Iterator[tuple[str, str]]:
    return ((found["base"], _letter(found)) for found in _EXAMPLE.finditer(text))


def _letter(found: re.Match[str]) -> str:
    return found["letter"] or _SMALL[found["small"]]

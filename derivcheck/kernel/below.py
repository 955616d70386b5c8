"""The generators that a polynomial is made of, with those inside their meanings."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from derivcheck.kernel.field import Field, Generator, Ratio


def below(field: Field, poly: Any, seen: set[str]) -> Iterator[Generator]:
    """The generators of a polynomial and of what they stand for."""
    for generator in field.used(poly):
        if generator.name not in seen:
            seen.add(generator.name)
            yield generator
            for part in _parts(field, generator):
                yield from below(field, part, seen)


def _parts(field: Field, generator: Generator) -> list[Any]:
    """The polynomials that the meaning of a generator is made of."""
    found: list[Any] = []
    for item in generator.meaning[1:]:
        for value in item if isinstance(item, tuple) else (item,):
            if isinstance(value, Ratio):
                found += polynomials(field, value)
            elif hasattr(value, "monoms"):
                found.append(value)
    return found


def polynomials(field: Field, value: Ratio) -> list[Any]:
    """The numerator and the different factors of the denominator."""
    return [value.num, *(field.factors[name] for name, _ in value.den)]

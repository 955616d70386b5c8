"""Canonical names for the bound indices of a sum, and canonical order for the parameters of a head.

A product under a sum is a coloured multigraph: its vertices are the bound indices, its edges the factors.
Two sums that differ in names only must get one form. Method: colour refinement (a vertex is told apart by
its range and by the factors it occurs in, seen from its places), then individualisation: where colours
leave a class of several vertices, each is singled out in turn, colours refined, and the least form taken.
A vertex whose first form equals one already met at this node lies in the same orbit and is skipped; so
the eight-fold symmetry of tr(M^8) and eight equal factors under one sum cost a few refinements, not 8!.

Source: B. D. McKay, A. Piperno, Practical graph isomorphism, II (2014), sections 2 and 3.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import permutations, product
from typing import Any, TypeAlias

from derivcheck.kernel.indexed.atoms import BOUND, PARAMETER, Atom, Form, Index, Monomial, atom, range_text

Colours: TypeAlias = dict[Index, int]


def canonical_sum(factors: Monomial, bound: Sequence[Index]) -> tuple[Monomial, tuple[Index, ...]]:
    """The factors with bound indices named 0, 1, ... canonically, and those indices in order."""
    if len(bound) == 1:
        return _renamed(factors, bound)
    start = _ranks({index: range_text(index.range) for index in bound if index.range})
    best = min(_leaves(factors, _refined(factors, start)), key=lambda leaf: leaf[0])
    return best


Leaf: TypeAlias = tuple[Monomial, tuple[Index, ...]]


def _leaves(factors: Monomial, colours: Colours) -> Iterator[Leaf]:
    """The forms at the leaves of the search tree below a colouring, one for each orbit found."""
    cell = _first_cell(colours)
    if not cell:
        yield _renamed(factors, sorted(colours, key=colours.__getitem__))
        return
    seen: list[Monomial] = []
    for vertex in cell:
        branch = _leaves(factors, _singled_out(factors, colours, vertex))
        first = next(branch)
        if first[0] in seen:
            continue
        seen.append(first[0])
        yield first
        yield from branch


def _first_cell(colours: Colours) -> list[Index]:
    cells: dict[int, list[Index]] = {}
    for index, colour in colours.items():
        cells.setdefault(colour, []).append(index)
    return min((cell for cell in cells.items() if len(cell[1]) > 1), default=(0, []))[1]


def _singled_out(factors: Monomial, colours: Colours, vertex: Index) -> Colours:
    return _refined(factors, {index: 2 * colour + (index != vertex) for index, colour in colours.items()})


def _refined(factors: Monomial, colours: Colours) -> Colours:
    """The coarsest colouring below this one in which equal colours see equal factors."""
    count = len(set(colours.values()))
    while True:
        views: dict[Index, list[Any]] = {index: [] for index in colours}
        for item, power in factors:
            for index in set(item.indices):
                if index in views:
                    views[index].append((item.head.key, power, _seen_from(index, item, colours)))
        colours = _ranks({index: (colours[index], tuple(sorted(view))) for index, view in views.items()})
        refined = len(set(colours.values()))
        if refined == count:
            return colours
        count = refined


def _seen_from(index: Index, item: Atom, colours: Colours) -> tuple[Any, ...]:
    """The arguments of a factor as the vertex sees them: itself, colours of other vertices, fixed indices."""
    places = tuple(
        (0, 0) if other == index else (1, colours[other]) if other in colours else (2, other) for other in item.indices
    )
    return min((tuple(places[k] for k in order) for order in item.head.symmetries), default=places)


def _ranks(signatures: dict[Index, Any]) -> Colours:
    place = {value: rank for rank, value in enumerate(sorted(set(signatures.values())))}
    return {index: place[value] for index, value in signatures.items()}


def _renamed(factors: Monomial, order: Sequence[Index]) -> Leaf:
    names = {index: Index(BOUND, place, index.range) for place, index in enumerate(order)}
    return relabelled(factors, names), tuple(names.values())


def relabelled(factors: Monomial, names: dict[Index, Index]) -> Monomial:
    """The product with indices replaced one to one, in order again."""
    return tuple(
        sorted((atom(item.head, tuple(names.get(index, index) for index in item.indices)), power)
               for item, power in factors)
    )  # fmt: skip


def relabelled_form(form: Form, names: dict[Index, Index]) -> Form:
    """The form with indices replaced one to one."""
    return {relabelled(monomial, names): value for monomial, value in form.items()}


def parameter_orders(forms: Iterable[Form], tokens: Sequence[Index]) -> Iterator[tuple[Index, ...]]:
    """Orders of a head's free indices worth trying: those that respect how each occurs in the inside."""
    signatures: dict[Index, list[Any]] = {token: [] for token in tokens}
    for position, form in enumerate(forms):
        for monomial, coefficient in form.items():
            for item, power in monomial:
                for place, index in enumerate(item.indices):
                    if index in signatures:
                        slot = 0 if len(item.head.symmetries) > 1 else place
                        signatures[index].append((position, coefficient, len(monomial), item.head.key, power, slot))
    classes: dict[str, list[Index]] = {}
    for token in tokens:
        classes.setdefault(repr(sorted(signatures[token])), []).append(token)
    for choice in product(*(permutations(classes[key]) for key in sorted(classes))):
        yield tuple(token for group in choice for token in group)


def closed(
    forms: Sequence[Form], tokens: Iterable[Index], render: Callable[[dict[Index, Index]], tuple[str, Any]]
) -> tuple[str, Any, tuple[Index, ...], tuple[tuple[int, ...], ...]]:
    """Close an inside over its free indices: key and inside of the least rendering, the indices in that
    order, and the symmetries, which are the other orders that render the same."""
    best: tuple[str, Any] | None = None
    orders: list[tuple[Index, ...]] = []
    for order in parameter_orders(forms, sorted(tokens)):
        rendering = render({token: Index(PARAMETER, place, token.range) for place, token in enumerate(order)})
        if best is None or rendering[0] < best[0]:
            best, orders = rendering, [order]
        elif rendering[0] == best[0]:
            orders.append(order)
    if best is None:
        raise AssertionError("there is always the empty order")
    first = orders[0]
    symmetries = tuple(tuple(first.index(token) for token in order) for order in orders) if len(orders) > 1 else ()
    return best[0], best[1], first, symmetries

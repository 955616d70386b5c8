"""Small changes of one node of a formula with arrays, the ones people need when they correct a line.

Each has a kind, by which it is named to the author, and a cost: the less a change disturbs, the cheaper. A change
is offered without asking whether it helps; whoever tries it compares values and asks for a proof.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import permutations

from derivcheck.diagnosis.arrays.ground import Ground
from derivcheck.diagnosis.arrays.supply import Supply
from derivcheck.diagnosis.arrays.trees import at_letter, inverse_of, paths, without
from derivcheck.expression import (
    ONE,
    Add,
    Call,
    Derivative,
    Div,
    Entry,
    Expression,
    Frobenius,
    Hadamard,
    MatMul,
    Mul,
    Neg,
    Number,
    Pow,
    Reduction,
    Symbol,
    Transpose,
    add,
    call,
    multiply,
    negate,
    substitute,
    symbols,
)
from derivcheck.shapes import Shape
from derivcheck.shapes.sizes import size_formula


@dataclass(frozen=True, slots=True)
class Mend:
    """What stands in place of the node, and the part to point at where that is not all of the node."""

    kind: str
    new: Expression
    cost: float
    guilty: Expression | None = None


def mends_at(path: tuple[Expression, ...], ground: Ground, supply: Supply) -> Iterator[Mend]:
    """The changes of the last node of a path."""
    node = path[-1]
    parent = path[-2] if len(path) > 1 else None
    if any(isinstance(item, Derivative | Entry) for item in path[:-1]):
        return
    shape = ground.shape(node)
    yield from _signs(path)
    if shape is not None and shape.rank == 2 and not shape.square:
        yield from _matrix(node, parent, shape, ground)
    elif isinstance(node, Transpose):
        yield Mend("transpose-extra", node.operand, 1.0)
    elif shape is not None and shape.rank == 1 and isinstance(parent, MatMul) and not isinstance(parent, Transpose):
        yield Mend("transpose-missing", Transpose(node), 1.2)
    match node:
        case Div(numerator, denominator):
            yield from _quotients(numerator, denominator)
        case MatMul(factors):
            yield from _matrix_products(factors, ground, supply)
        case Mul((Number(value), Symbol() as square)) if value == 2 and _is_square(square, ground):
            yield Mend("symmetric", Add((square, Transpose(square))), 1.6)
        case Mul(factors) | Hadamard(factors):
            yield from _products(node, factors, ground)
        case Add(terms):
            yield from _sums(node, terms, ground)
        case Symbol():
            yield from _letters(node, shape, ground, supply)
        case Reduction("sum"):
            yield from _reductions(node, supply)
        case Call("sum" | "mean" | "sum0" | "sum1", (inner,)):
            yield Mend("sum-extra", inner, 2.0)
        case Frobenius(left, right):
            yield Mend("transpose-missing", Frobenius(Transpose(left), right), 1.4, left)
        case Entry():
            yield from _entries(node, ground, supply)
        case Number(value) if value == 1 and len(supply.letters) == 2 and not isinstance(parent, Div):
            yield Mend("delta-missing", call("delta", *map(Symbol, supply.letters)), 1.0)
        case Pow(base, Number(value)) if value == 2:
            yield from _squares(base)
    if shape is None:
        return
    alone = not isinstance(parent, Mul | MatMul | Hadamard | Neg | Transpose)
    if alone:
        yield from _factors(node, shape, ground, supply)
    if alone or isinstance(node, Add) or (isinstance(parent, Neg) and isinstance(node, Symbol)):
        yield from _matrices(node, shape, ground, supply)


def mends_everywhere(start: Expression, ground: Ground, supply: Supply) -> Iterator[Mend]:
    """One part changed at all the places where it stands: transposed, or with an inverse before it."""
    counts = Counter(path[-1] for path in paths(start))
    squares = [name for name in supply.names if _is_square(name, ground)]
    for node, count in counts.items():
        if count < 2:
            continue
        if _is_square(node, ground):
            yield Mend("transpose-missing", substitute(start, {node: Transpose(node)}), 2.2)
        elif _rank(node, ground) == 1:
            for square in squares:
                yield Mend("inverse-missing", substitute(start, {node: MatMul((call("inv", square), node))}), 2.4)


def _signs(path: tuple[Expression, ...]) -> Iterator[Mend]:
    """A difference the other way round, where no other sign could be meant; a term with the other sign."""
    node, parent = path[-1], path[-2] if len(path) > 1 else None
    alone = not any(isinstance(item, Neg | Add) for item in path[:-1])
    match node:
        case Add((Neg(first), second)) if not isinstance(second, Neg):
            yield Mend("sign", Add((first, Neg(second))), 0.7 if alone and ONE in (first, second) else 1.2)
        case Add((first, Neg(second))) if not isinstance(first, Neg):
            cost = (0.7 if ONE in (first, second) else 0.8) if alone else 1.2
            yield Mend("sign", Add((second, Neg(first))), cost)
    if not isinstance(parent, Mul | Div | Neg | MatMul | Hadamard | Transpose | Call | Pow):
        yield Mend("sign", negate(node), 1.0)


def _matrix(node: Expression, parent: Expression | None, shape: Shape, ground: Ground) -> Iterator[Mend]:
    """A transpose or an inverse more or less."""
    inner = inverse_of(node)
    if isinstance(node, Transpose):
        yield Mend("transpose-extra", node.operand, 1.0)
    elif not isinstance(parent, Transpose) and not isinstance(node, Neg | MatMul):
        heavy = isinstance(node, Mul | Add) or (isinstance(node, Div) and parent is not None)
        yield Mend("transpose-missing", Transpose(node), 1.3 if heavy else 1.0)
    if inner is not None:
        yield Mend("inverse-extra", inner, 1.4)
    elif shape.sizes[0] == shape.sizes[1] and isinstance(node, Symbol | MatMul | Add) and not _is_inverse(parent):
        yield Mend("inverse-missing", call("inv", node), 1.4 if isinstance(node, Symbol) else 2.2)


def _is_inverse(node: Expression | None) -> bool:
    return node is not None and inverse_of(node) is not None


def _matrix_products(factors: tuple[Expression, ...], ground: Ground, supply: Supply) -> Iterator[Mend]:
    for k in range(len(factors) - 1):
        swapped = (*factors[:k], factors[k + 1], factors[k], *factors[k + 2 :])
        yield Mend("order", MatMul(swapped), 1.5)
        pair = factors[k : k + 2]
        rest = factors[:k], factors[k + 2 :]
        yield Mend("operation", _put(rest, Hadamard(pair)), 1.7)
        yield Mend("matrix-sum-as-product", _put(rest, Add(pair)), 1.7)
        for turned, cost in _turned_pairs(pair):
            yield Mend("transpose-other", _put(rest, turned), cost)
        if all(_rank(factor, ground) == 1 for factor in pair):
            yield Mend("outer", _put(rest, MatMul((pair[0], Transpose(_plain(pair[1]))))), 1.5)
    if len(factors) > 2:
        yield Mend("order", MatMul(factors[::-1]), 1.8)
    if len(factors) == 2 and _is_square(factors[0], ground):
        yield Mend("symmetric", MatMul((Add((factors[0], _turned(factors[0]))), factors[1])), 1.9)
    for head, tail in _prefixes(factors):
        for slope in supply.slopes:
            yield Mend("slope-missing", MatMul((Hadamard((head, slope)), *tail)), 2.5, head)
    for factor in factors:
        kept = without(factors, factor)
        left = MatMul(kept) if len(kept) > 1 else _plain(kept[0]) if _rank(kept[0], ground) == 1 else kept[0]
        yield Mend("factor-extra", left, 2.2, factor)


def _turned_pairs(pair: Sequence[Expression]) -> Iterator[tuple[MatMul, float]]:
    """Two factors with the transpose on the other one, or on both, or the other way round."""
    first, second = _turned(pair[0]), _turned(pair[1])
    yield MatMul((second, first)), 1.25
    yield MatMul((first, second)), 1.6
    yield MatMul((pair[1], first)), 1.7
    yield MatMul((second, pair[0])), 1.7


def _turned(node: Expression) -> Expression:
    return node.operand if isinstance(node, Transpose) else Transpose(node)


def _plain(node: Expression) -> Expression:
    return node.operand if isinstance(node, Transpose) else node


def _prefixes(factors: tuple[Expression, ...]) -> Iterator[tuple[Expression, tuple[Expression, ...]]]:
    """The product of the first factors, and the factors after it."""
    for k in range(1, len(factors)):
        head = factors[:k]
        yield (head[0] if k == 1 else MatMul(head)), factors[k:]


def _put(rest: tuple[tuple[Expression, ...], tuple[Expression, ...]], new: Expression) -> Expression:
    before, after = rest
    inner = new.factors if isinstance(new, MatMul) and (before or after) else (new,)
    return MatMul((*before, *inner, *after)) if before or after else new


def _is_square(node: Expression, ground: Ground) -> bool:
    shape = ground.shape(node)
    return shape is not None and shape.rank == 2 and not shape.square and shape.sizes[0] == shape.sizes[1]


def _rank(node: Expression, ground: Ground) -> int:
    shape = ground.shape(node)
    return -1 if shape is None else shape.rank


def _products(node: Mul | Hadamard, factors: tuple[Expression, ...], ground: Ground) -> Iterator[Mend]:
    arrays = [factor for factor in factors if _rank(factor, ground) > 0]
    others = tuple(factor for factor in factors if not any(factor is item for item in arrays))
    if len(arrays) == 2:
        first, second = arrays
        yield Mend("operation", multiply(*others, MatMul((first, second))), 1.5)
        yield Mend("operation", multiply(*others, MatMul((second, first))), 1.7)
        if _rank(first, ground) == _rank(second, ground) == 1:
            yield Mend("outer", multiply(*others, MatMul((first, Transpose(second)))), 1.5)
    products = [factor for factor in arrays if isinstance(factor, MatMul) and len(factor.factors) == 2]
    for product in products:
        square, rest = product.factors
        if Number(ONE.value * 2) in others and _is_square(square, ground):
            half = without(others, next(item for item in others if item == Number(ONE.value * 2)))
            yield Mend("symmetric", multiply(*half, MatMul((Add((square, _turned(square))), rest))), 1.6)
    for factor in factors:
        kept = without(factors, factor)
        rest = kept[0] if len(kept) == 1 else type(node)(kept)
        yield Mend("factor-extra", rest, 2.0, factor)


def _quotients(numerator: Expression, denominator: Expression) -> Iterator[Mend]:
    if numerator != ONE:
        yield Mend("factor-extra", numerator, 2.0, denominator)
    if isinstance(denominator, Mul):
        for factor in denominator.factors:
            rest = multiply(*without(denominator.factors, factor))
            yield Mend("factor-extra", Div(numerator, rest), 2.0, factor)


def _sums(node: Add, terms: tuple[Expression, ...], ground: Ground) -> Iterator[Mend]:
    for term in terms:
        yield Mend("term-extra", add(*without(terms, term)), 2.4, term)
    if len(terms) == 2 and all(_rank(term, ground) == 2 for term in terms):
        yield Mend("operation", MatMul(terms), 2.4)


def _letters(node: Symbol, shape: Shape | None, ground: Ground, supply: Supply) -> Iterator[Mend]:
    if shape is None or not shape.rank:
        return
    for name in supply.names:
        if name != node and (other := ground.shape(name)) is not None and other.rank == shape.rank:
            yield Mend("letter", name, 1.8)
    if shape.rank == 1:
        yield Mend("exponent", Hadamard((node, node)), 2.0)
    elif _is_square(node, ground):
        yield Mend("symmetric", Add((node, Transpose(node))), 2.0)


def _reductions(node: Reduction, supply: Supply) -> Iterator[Mend]:
    for letter in supply.letters:
        yield Mend("sum-extra", at_letter(node, letter), 1.4)
    body = node.body
    if isinstance(body, Pow):
        yield Mend("square", Pow(Reduction("sum", body.base, node.index, node.lower, node.upper), body.exponent), 2.0)


def _squares(base: Expression) -> Iterator[Mend]:
    """The square of a sum as the sum of the squares."""
    match base:
        case Reduction("sum", body, index, lower, upper):
            yield Mend("square", Reduction("sum", Pow(body, Number(ONE.value * 2)), index, lower, upper), 1.6)
        case Mul((*factors, Reduction("sum", body, index, lower, upper))):
            inner = Reduction("sum", Pow(body, Number(ONE.value * 2)), index, lower, upper)
            yield Mend("square", multiply(*factors, inner), 1.6)


def _entries(node: Entry, ground: Ground, supply: Supply) -> Iterator[Mend]:
    known = dict.fromkeys((*supply.letters, *supply.own))
    for name in supply.names:
        if name != node.array and _rank(name, ground) == len(node.indices):
            for letters in permutations(known, len(node.indices)):
                yield Mend("letter", Entry(name, tuple(map(Symbol, letters))), 1.9)
    for k, index in enumerate(node.indices):
        for letter in supply.letters + supply.own:
            if index != Symbol(letter):
                changed = (*node.indices[:k], Symbol(letter), *node.indices[k + 1 :])
                yield Mend("index", Entry(node.array, changed), 1.5)
    if len(node.indices) == 2:
        yield Mend("index", Entry(node.array, node.indices[::-1]), 1.3)


def _matrices(node: Expression, shape: Shape, ground: Ground, supply: Supply) -> Iterator[Mend]:
    """A matrix more, before or behind."""
    for name in supply.names:
        if _rank(name, ground) == 2:
            for matrix in (name, Transpose(name)):
                if shape.rank == 2:
                    yield Mend("matrix-missing", MatMul((node, matrix)), 2.6)
                if shape.rank:
                    yield Mend("matrix-missing", MatMul((matrix, node)), 2.5)


def _factors(node: Expression, shape: Shape, ground: Ground, supply: Supply) -> Iterator[Mend]:
    """A slope or a sum more."""
    if shape.rank:
        for slope in supply.slopes:
            yield Mend("slope-missing", Hadamard((node, slope)), 2.4)
        for way in ("sum", "sum0", "sum1", "diag") if shape.rank == 2 else ("sum", "diag"):
            yield Mend("sum-missing" if way != "diag" else "diag-missing", call(way, node), 2.8)
    for letter in supply.own:
        if letter in ground.letters:
            over = size_formula(ground.letters[letter].upper)
            factors = node.factors if isinstance(node, Mul) else (node,)
            outside = [factor for factor in factors if letter not in symbols(factor)]
            inside = multiply(*(factor for factor in factors if letter in symbols(factor)))
            total = Reduction("sum", inside, Symbol(letter), ONE, over)
            yield Mend("sum-missing", multiply(*outside, total), 2.2)
        for name in supply.names:
            size = ground.shape(name)
            if size is not None and size.rank == 2:
                for other in supply.letters:
                    entry = Entry(name, (Symbol(letter), Symbol(other)))
                    yield Mend("factor-missing", multiply(node, entry), 2.5)

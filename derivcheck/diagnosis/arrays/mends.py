"""Small changes of one node of a formula with arrays, the ones people need when they correct a line.

Each has a kind, by which it is named to the author, and a cost: the less a change disturbs, the cheaper. A change
is offered without asking whether it helps; whoever tries it compares values and asks for a proof.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import permutations

from derivcheck.diagnosis.arrays.ground import Ground
from derivcheck.diagnosis.arrays.mend import Mend
from derivcheck.diagnosis.arrays.product_mends import matrix_product_mends, product_mends, quotient_mends
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
    walk,
)
from derivcheck.shapes import Shape
from derivcheck.shapes.sizes import size_formula


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
            yield from quotient_mends(numerator, denominator)
        case MatMul(factors):
            yield from matrix_product_mends(factors, ground, supply)
        case Mul((Number(value), Symbol() as square)) if value == 2 and ground.is_square(square):
            yield Mend("symmetric", Add((square, Transpose(square))), 1.6)
        case Mul(factors) | Hadamard(factors):
            yield from product_mends(node, factors, ground)
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
    squares = [name for name in supply.names if ground.is_square(name)]
    indexed = {node.array for node in walk(start) if isinstance(node, Entry)}
    for node, count in counts.items():
        if count < 2 or node in indexed:
            continue
        if ground.is_square(node):
            yield Mend("transpose-missing", substitute(start, {node: Transpose(node)}), 2.2)
        elif ground.rank(node) == 1:
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


def _sums(node: Add, terms: tuple[Expression, ...], ground: Ground) -> Iterator[Mend]:
    for term in terms:
        yield Mend("term-extra", add(*without(terms, term)), 2.4, term)
    if len(terms) == 2 and all(ground.rank(term) == 2 for term in terms):
        yield Mend("operation", MatMul(terms), 2.4)


def _letters(node: Symbol, shape: Shape | None, ground: Ground, supply: Supply) -> Iterator[Mend]:
    if shape is None or not shape.rank:
        return
    for name in supply.names:
        if name != node and (other := ground.shape(name)) is not None and other.rank == shape.rank:
            yield Mend("letter", name, 1.8)
    if shape.rank == 1:
        yield Mend("exponent", Hadamard((node, node)), 2.0)
    elif ground.is_square(node):
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
        if name != node.array and ground.rank(name) == len(node.indices):
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
        if ground.rank(name) == 2:
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

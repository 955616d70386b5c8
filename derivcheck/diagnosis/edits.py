"""Small changes of one node, the ones people need when they correct a line.

Each edit has a kind, by which it is named to the author, and a cost: the less a change disturbs, the cheaper. An
edit is offered without asking whether it helps; whoever tries it compares values. `guilty` is the part of the node to
point at, where that is not all of it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from flint import arb

from derivcheck.diagnosis.ground import BITS
from derivcheck.diagnosis.needs import Place
from derivcheck.engine.tidy import size
from derivcheck.expression import (
    ONE,
    Add,
    Call,
    Condition,
    Constant,
    Div,
    Expression,
    Mul,
    Neg,
    Number,
    Piecewise,
    Pow,
    Relation,
    Symbol,
    add,
    call,
    divide,
    multiply,
    negate,
    power,
    substitute,
    walk,
)
from derivcheck.kernel.balls import precision, rational_value

MAX_PART = 1_000_000
TURNED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
LARGE = 120
NEIGHBOURS = (
    ("sin", "cos"), ("sin", "sinh"), ("cos", "cosh"), ("tan", "tanh"), ("tan", "sec"), ("tan", "cot"),
    ("sec", "csc"), ("cot", "csc"), ("sinh", "cosh"), ("tanh", "coth"), ("exp", "sinh"), ("exp", "cosh"),
    ("exp", "log"), ("exp", "sqrt"), ("log", "sqrt"), ("asin", "acos"), ("asin", "sin"), ("acos", "cos"),
    ("atan", "tan"), ("atan", "asin"), ("sech", "sec"), ("csch", "csc"), ("sigmoid", "tanh"), ("tan", "sin"),
    ("tan", "cos"), ("sec", "cos"), ("csc", "sin"), ("coth", "cot"), ("sech", "tanh"), ("abs", "sign"),
    ("besseli", "besselj"), ("erf", "erfc"), ("elliptic_e", "elliptic_k"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Edit:
    kind: str
    new: Expression
    cost: float
    guilty: Expression | Relation | None = None


def edits_at(place: Place, pool: list[Expression], letters: list[Symbol]) -> Iterator[Edit]:
    """The edits of the node at a place."""
    node = place.node
    inside = isinstance(place.parent, Mul | Div | Neg)
    if not inside:
        yield Edit("sign", negate(node), 1.5 if _is_inner(place) else 1.0)
    match node:
        case Number():
            yield from _numbers(place)
        case Symbol():
            yield from (Edit("letter", letter, 1.1) for letter in letters if letter != node)
            yield Edit("factor-extra", ONE, 2.3)
        case Call(name, arguments):
            yield from _functions(name, arguments)
        case Add(terms):
            yield from _sums(terms, pool)
        case Mul(factors):
            yield from _products(factors)
        case Div(numerator, denominator):
            yield from _quotients(numerator, denominator)
        case Piecewise(pieces):
            yield from _conditions(pieces)
    if not isinstance(node, Number) and rational_value(node) is not None:
        value = rational(place.need)
        yield from () if value is None else (Edit("number", _written_as(value, place), 1.7),)
    yield from _needed_exponent(place)
    if isinstance(node, Pow):
        yield from _exponents(node)
    elif not isinstance(place.parent, Pow) and (not isinstance(node, Number | Neg | Add) or not inside):
        yield Edit("exponent", power(node, Number(Fraction(2))), 2.2)
        if not isinstance(node, Number):
            yield Edit("exponent", call("sqrt", node), 2.6)
    if not inside or isinstance(place.parent, Neg):
        yield from _factors(place, pool)


def _is_inner(place: Place) -> bool:
    """Whether the node is a base, or stands in a function or an exponent, where a sign means something else."""
    pairs = zip(place.path, place.path[1:], strict=False)
    return isinstance(place.parent, Pow) or any(
        isinstance(above, Call) or (isinstance(above, Pow) and above.base is not below) for above, below in pairs
    )


def _numbers(place: Place) -> Iterator[Edit]:
    """The number that is needed, where it is the same simple one at all points."""
    assert isinstance(place.node, Number)
    value = rational(place.need)
    exponent = isinstance(place.parent, Pow) and place.parent.exponent is place.node
    kind = "exponent" if exponent else "number"
    if value is not None and value != place.node.value:
        yield Edit(kind, _written_as(value, place), _number_cost(place, value))
    elif place.need is None:
        for change in (-1, 1):
            yield Edit(kind, Number(place.node.value + change), 1.2)


def _written_as(value: Fraction, place: Place) -> Expression:
    """A number as a fraction, unless the author writes decimals."""
    decimals = any(isinstance(node, Number) and node.value.denominator > 1 for node in walk(place.path[0]))
    if decimals or value.denominator == 1:
        return Number(value)
    share = divide(abs(value.numerator), value.denominator)
    return share if value > 0 else negate(share)


def _number_cost(place: Place, value: Fraction) -> float:
    """Neighbours are likely; a zero or a minus sign is better seen as a term or sign of its own."""
    assert isinstance(place.node, Number)
    exponent = isinstance(place.parent, Pow) and place.parent.exponent is place.node
    numerator = isinstance(place.parent, Div) and place.parent.numerator is place.node
    if value == 1 and isinstance(place.parent, Mul | Div | Pow) and not numerator:
        return 2.5
    if value < 0 and value.denominator > 1 and not exponent:
        return 3.0
    if value == 0 or (value < 0 and not exponent):
        return 2.6 if value == 0 else 1.3
    if value.denominator > 1 and place.node.value.denominator == 1 and not exponent:
        return 2.2
    return 1.0 if abs(value - place.node.value) == 1 or exponent else 1.8


def rational(values: list[arb] | None) -> Fraction | None:
    """The small rational that all values are, if there is one."""
    if not values or not all(value.is_finite() for value in values):
        return None
    guess = Fraction(float(values[0].mid())).limit_denominator(1000)
    if abs(guess.numerator) > MAX_PART:
        return None
    with precision(BITS):
        ball = arb(guess.numerator) / arb(guess.denominator)
        return guess if all(value.overlaps(ball) for value in values) else None


def _functions(name: str, arguments: tuple[Expression, ...]) -> Iterator[Edit]:
    for pair in NEIGHBOURS:
        if name in pair:
            yield Edit("function", Call(pair[1] if pair[0] == name else pair[0], arguments), 1.1)
    if len(arguments) == 1:
        yield Edit("function", arguments[0], 2.0)
        yield Edit("function", divide(1, Call(name, arguments)), 2.0)


def _sums(terms: tuple[Expression, ...], pool: list[Expression]) -> Iterator[Edit]:
    for k, term in enumerate(terms):
        yield Edit("term-extra", add(*terms[:k], *terms[k + 1 :]), 2.4, term)
        if isinstance(term, Div) and len(terms) == 2:
            other = terms[1 - k]
            top = (term.numerator, other) if k == 0 else (other, term.numerator)
            yield Edit("bracket", divide(add(*top), term.denominator), 1.5)
    if len(terms) == 2:
        yield Edit("operator", multiply(*terms), 2.0)
        yield Edit("operator", divide(*terms), 2.2)
        if isinstance(terms[1], Neg):
            yield Edit("operator", multiply(terms[0], terms[1].operand), 2.0)
    for k, (term, following) in enumerate(pairwise(terms) if len(terms) > 2 else ()):
        yield Edit("operator", add(*terms[:k], multiply(term, following), *terms[k + 2 :]), 2.2)
    for term in (ONE, *pool):
        yield Edit("term-missing", Add((*terms, term)), 3.0)
        yield Edit("term-missing", Add((*terms, negate(term))), 3.0)


def _products(factors: tuple[Expression, ...]) -> Iterator[Edit]:
    if len(factors) == 2:
        yield Edit("operator", add(*factors), 2.0)
        yield Edit("operator", factors[0] - factors[1], 2.0)
        yield Edit("operator", divide(*factors), 1.6)
        yield Edit("operator", divide(factors[1], factors[0]), 1.6)
    elif len(factors) > 2:
        for k, factor in enumerate(factors):
            yield Edit("operator", divide(multiply(*factors[:k], *factors[k + 1 :]), factor), 1.8)
    for k, factor in enumerate(factors):
        yield Edit("factor-extra", multiply(*factors[:k], *factors[k + 1 :]), 2.0, factor)


def _quotients(numerator: Expression, denominator: Expression) -> Iterator[Edit]:
    yield Edit("operator", numerator * denominator, 1.6)
    yield Edit("operator", divide(denominator, numerator), 1.8)
    yield Edit("factor-extra", numerator, 2.0, denominator)
    match numerator:
        case Add(terms):
            yield Edit("bracket", add(*terms[:-1], divide(terms[-1], denominator)), 1.5)
    match denominator:
        case Mul(factors):
            for k, factor in enumerate(factors):
                yield Edit(
                    "operator", multiply(factor, divide(numerator, multiply(*factors[:k], *factors[k + 1 :]))), 1.9
                )


def _conditions(pieces: tuple[tuple[Expression, Condition | None], ...]) -> Iterator[Edit]:
    """A case with its condition turned round, or with a neighbouring number in it."""
    for k, (value, condition) in enumerate(pieces):
        if isinstance(condition, Relation) and condition.operator in TURNED:
            left, right = condition.left, condition.right
            changed = [("operator", Relation(TURNED[condition.operator], left, right))]
            if isinstance(right, Number):
                numbers = (Number(right.value + change) for change in (-1, 1))
                changed += [("number", Relation(condition.operator, left, number)) for number in numbers]
            for kind, other in changed:
                yield Edit(kind, Piecewise((*pieces[:k], (value, other), *pieces[k + 1 :])), 1.6, condition)


def _needed_exponent(place: Place) -> Iterator[Edit]:
    """Another power of a base, where the values that are needed say which."""
    node = place.node
    known = rational_value(node.exponent) if isinstance(node, Pow) else Fraction(1)
    if place.need is None or known is None or isinstance(node, Number | Neg):
        return
    with precision(BITS):
        sizes = [(abs(have), abs(need)) for have, need in zip(place.have, place.need, strict=True)]
        ratio = rational(
            [need.log() / have.log() for have, need in sizes if not (have.overlaps(1) and need.overlaps(1))]
        )
    if ratio is None or ratio in (0, 1) or isinstance(place.parent, Pow):
        return
    base, guilty = (node.base, node.exponent) if isinstance(node, Pow) else (node, None)
    yield Edit("exponent", power(base, _written_as(known * ratio, place)), 1.9 if guilty else 2.4, guilty)


def _exponents(node: Pow) -> Iterator[Edit]:
    value = rational_value(node.exponent)
    if value is None:
        yield Edit("exponent", power(node.base, node.exponent - 1), 1.2)
        yield Edit("exponent", power(node.base, node.exponent + 1), 1.2)
        yield Edit("exponent", power(node.base, negate(node.exponent)), 1.4)
    else:
        for other in (value - 1, value + 1, -value):
            yield Edit("exponent", power(node.base, Number(other)), 1.0, node.exponent)
        for other in (2 * value, value / 2, *map(Fraction, range(-4, 11))):
            if other != value:
                yield Edit("exponent", power(node.base, Number(other)), 1.7, node.exponent)
    yield Edit("exponent", node.base, 1.4 if value != 2 else 0.9, node.exponent)
    if node.base == Constant("e"):
        for name in ("sinh", "cosh"):
            yield Edit("function", Call(name, (node.exponent,)), 1.1)


def _factors(place: Place, pool: list[Expression]) -> Iterator[Edit]:
    """A factor more."""
    node = place.node
    if place.need is not None:
        with precision(BITS):
            ratio = rational([n / h for n, h in zip(place.need, place.have, strict=True)])
        if ratio is not None and ratio not in (0, 1, -1) and not isinstance(node, Number):
            usual = ratio > 1 or ratio == Fraction(1, 2)
            cost = 2.6 if _is_inner(place) or ratio < 0 else 2.1 if usual else 2.45
            yield Edit("factor-missing", _scaled(node, Number(ratio)), cost)
    for factor in pool:
        yield Edit("factor-missing", _scaled(node, factor), 2.5)
        yield Edit("factor-missing", _scaled(node, negate(factor)), 2.7)
        yield Edit("factor-missing", _shared(node, factor), 2.6)


def missing_factors(place: Place, likely: list[Expression]) -> Iterator[Edit]:
    """A factor that is known to be missing, first of all."""
    if not isinstance(place.parent, Mul | Div | Neg | Pow):
        yield from (Edit("factor-missing", _scaled(place.node, factor), 0.5) for factor in likely)


def _scaled(node: Expression, factor: Expression) -> Expression:
    """The node with one more factor, signs and numbers in front."""
    if isinstance(factor, Neg):
        return negate(_scaled(node, factor.operand))
    if isinstance(node, Neg):
        return negate(_scaled(node.operand, factor))
    if isinstance(factor, Number) and isinstance(node, Div) and factor.value.denominator > 1:
        whole, part = factor.value.numerator, factor.value.denominator
        return divide(_scaled(node.numerator, Number(Fraction(whole))), multiply(part, node.denominator))
    if isinstance(node, Div):
        return divide(_scaled(node.numerator, factor), node.denominator)
    if isinstance(factor, Number):
        whole, part = factor.value.numerator, factor.value.denominator
        return divide(multiply(whole, node), part) if whole > 0 else negate(divide(multiply(-whole, node), part))
    return multiply(factor, node)


def _shared(node: Expression, divisor: Expression) -> Expression:
    """The node over one more factor."""
    if isinstance(node, Neg):
        return negate(_shared(node.operand, divisor))
    if isinstance(node, Div):
        return divide(node.numerator, multiply(node.denominator, divisor))
    return divide(node, divisor)


def everywhere(tree: Expression, letters: list[Symbol]) -> Iterator[Edit]:
    """One number or letter changed at all the places where it stands."""
    if size(tree) > LARGE:
        return
    leaves = Counter(node for node in walk(tree) if isinstance(node, Number | Symbol))
    for leaf, count in leaves.items():
        if count > 1:
            if isinstance(leaf, Number):
                instead: list[Expression] = [Number(leaf.value - 1), Number(leaf.value + 1)]
            else:
                instead = [letter for letter in letters if letter != leaf]
            kind = "number" if isinstance(leaf, Number) else "letter"
            yield from (Edit(kind, substitute(tree, {leaf: other}), 3.0) for other in instead)
    for node, count in Counter(node for node in walk(tree) if isinstance(node, Add)).items():
        for k, term in enumerate(node.terms if count > 1 else ()):
            flipped = Add((*node.terms[:k], negate(term), *node.terms[k + 1 :]))
            yield Edit("sign", substitute(tree, {node: flipped}), 3.0)

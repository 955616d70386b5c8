"""The sound rule in the author's own symbols: the law as an equation of trees, and what its letters stand for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from derivcheck.diagnosis.composite import Composite, composites, general
from derivcheck.diagnosis.hand import Hand
from derivcheck.diagnosis.rule import Taking
from derivcheck.diagnosis.shapes import exponential, split_product
from derivcheck.diagnosis.wording import filled
from derivcheck.expression import (
    Add,
    Call,
    Derivative,
    Div,
    Expression,
    Mul,
    Neg,
    Pow,
    Symbol,
    call,
    divide,
    multiply,
    power,
    symbols,
)


@dataclass(frozen=True, slots=True)
class Law:
    """left = right, where the letters stand for parts of the author's expression."""

    left: Expression
    right: Expression
    letters: tuple[tuple[Symbol, Expression], ...]


Build = Callable[[Expression, Taking, Iterator[Symbol]], Law | None]


def law_of(sibling: str, node: Expression, taking: Taking) -> Law | None:
    """The law that the node falls under, or None where it is better said in words."""
    build = _LAWS.get(sibling)
    if build is None:
        return None
    taken = symbols(node) | {taking.variable.name}
    return build(node, taking, (Symbol(name) for name in "uvfgpqrst" if name not in taken))


def _d(node: Expression, taking: Taking) -> Expression:
    return Derivative(node, ((taking.variable, 1),))


def _chain(node: Expression, taking: Taking, fresh: Iterator[Symbol]) -> Law | None:
    item: Composite | None = next(composites(node, taking), None)
    if item is None:
        return None
    u = next(fresh)
    return Law(_d(general(item, u.name), taking), multiply(item.slope(u), _d(u, taking)), ((u, item.inner),))


def _product(node: Expression, taking: Taking, fresh: Iterator[Symbol]) -> Law | None:
    _, varying = split_product(node, taking)
    if len(varying) != 2:
        return None
    u, v = next(fresh), next(fresh)
    right = Add((Mul((_d(u, taking), v)), Mul((u, _d(v, taking)))))
    return Law(_d(Mul((u, v)), taking), right, ((u, varying[0]), (v, varying[1])))


def _quotient(node: Expression, taking: Taking, fresh: Iterator[Symbol]) -> Law | None:
    if not isinstance(node, Div):
        return None
    u, v = next(fresh), next(fresh)
    top = Add((Mul((_d(u, taking), v)), Neg(Mul((u, _d(v, taking))))))
    return Law(_d(Div(u, v), taking), divide(top, power(v, 2)), ((u, node.numerator), (v, node.denominator)))


def _power(node: Expression, taking: Taking, fresh: Iterator[Symbol]) -> Law | None:
    if not isinstance(node, Pow):
        return None
    n = Symbol("n")
    if "n" in symbols(node) or taking.variable == n:
        return None
    u = next(fresh) if node.base != taking.variable else taking.variable
    right = multiply(n, Pow(u, n - 1), *(() if u == taking.variable else (_d(u, taking),)))
    letters = ((n, node.exponent),) if u == taking.variable else ((u, node.base), (n, node.exponent))
    return Law(_d(Pow(u, n), taking), right, letters)


def _exponential(node: Expression, taking: Taking, fresh: Iterator[Symbol]) -> Law | None:
    exponent = exponential(node)
    u = next(fresh)
    if exponent is not None:
        return Law(_d(call("exp", u), taking), Mul((call("exp", u), _d(u, taking))), ((u, exponent),))
    if not isinstance(node, Pow):
        return None
    a = next(fresh)
    right = Mul((Pow(a, u), call("log", a), _d(u, taking)))
    return Law(_d(Pow(a, u), taking), right, ((a, node.base), (u, node.exponent)))


def _both_vary(node: Expression, taking: Taking, fresh: Iterator[Symbol]) -> Law | None:
    if not isinstance(node, Pow):
        return None
    u, v = next(fresh), next(fresh)
    inner = Add((Mul((_d(v, taking), call("log", u))), Div(Mul((v, _d(u, taking))), u)))
    return Law(_d(Pow(u, v), taking), Mul((Pow(u, v), inner)), ((u, node.base), (v, node.exponent)))


def _logarithm(node: Expression, taking: Taking, fresh: Iterator[Symbol]) -> Law | None:
    u = next(fresh)
    match node:
        case Div(_, below):
            b = next(fresh)
            return Law(_d(Div(call("log", u), b), taking), Div(_d(u, taking), Mul((u, b))), ((b, below),))
        case Call("log", (inner,)):
            return Law(_d(call("log", u), taking), Div(_d(u, taking), u), ((u, inner),))
    return Law(_d(call("log", u), taking), Div(_d(u, taking), u), ())


_LAWS: Mapping[str, Build] = {
    "chain rule": _chain,
    "product rule": _product,
    "quotient rule": _quotient,
    "power rule": _power,
    "exponential rule": _exponential,
    "logarithmic differentiation": _both_vary,
    "logarithm rule": _logarithm,
}


def law_text(sibling: str, node: Expression, taking: Taking | None, hand: Hand, phrases: Mapping[str, Any]) -> str:
    """The law in the author's symbols, or in words where it is no equation."""
    law = law_of(sibling, node, taking) if taking else None
    if law is None:
        return str(phrases["plain"][sibling])
    say = phrases["law"]
    formula = filled(say["formula"], {"left": hand(law.left), "right": hand(law.right)})
    letters = [filled(say["equal"], {"letter": hand(letter), "value": hand(part)}) for letter, part in law.letters]
    return filled(say["with"], {"formula": formula, "letters": say["and"].join(letters)}) if letters else formula

"""What the chain rule sees: a node as an outer function of an inner one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from derivcheck.diagnosis.rule import Taking
from derivcheck.expression import (
    Apply,
    Call,
    Constant,
    Div,
    Expression,
    Number,
    Pow,
    Symbol,
    call,
    divide,
    multiply,
    negate,
    power,
)
from derivcheck.functions import by_name

Function = Callable[[Expression], Expression]


@dataclass(frozen=True, slots=True)
class Composite:
    """outer(inner), with the derivative of the outer function."""

    outer: Function
    slope: Function
    inner: Expression


def composites(node: Expression, d: Taking) -> Iterator[Composite]:
    """The node as a function of a part that is more than the variable itself."""
    for item in _any(node, d):
        if item.inner != d.variable and d.varies(item.inner):
            yield item


def _any(node: Expression, d: Taking) -> Iterator[Composite]:
    match node:
        case Call(name, arguments):
            yield from _of_call(name, arguments)
        case Pow(base, exponent) if not d.varies(exponent):
            yield power_of(base, exponent)
        case Pow(base, exponent) if not d.varies(base):
            log = () if base == Constant("e") else (call("log", base),)
            yield Composite(lambda t: power(base, t), lambda t: multiply(power(base, t), *log), exponent)
        case Div(numerator, denominator) if not d.varies(numerator):
            yield Composite(
                lambda t: divide(numerator, t), lambda t: negate(divide(numerator, power(t, 2))), denominator
            )  # fmt: skip
        case Apply(name, arguments, orders) if d.textbook.body(node) is None:
            for k, argument in enumerate(arguments):
                yield _unknown(name, arguments, orders, k, argument)


def power_of(base: Expression, exponent: Expression) -> Composite:
    """base^exponent as a function of the base."""
    lower = Number(exponent.value - 1) if isinstance(exponent, Number) else exponent - 1
    return Composite(lambda t: power(t, exponent), lambda t: multiply(exponent, power(t, lower)), base)


def _of_call(name: str, arguments: tuple[Expression, ...]) -> Iterator[Composite]:
    for k, rule in enumerate(by_name(name).derivatives[: len(arguments)]):
        if rule is not None:
            yield Composite(
                _placed(lambda *all: Call(name, all), arguments, k), _placed(rule, arguments, k), arguments[k]
            )


def _placed(rule: Callable[..., Expression], arguments: tuple[Expression, ...], k: int) -> Function:
    return lambda t: rule(*arguments[:k], t, *arguments[k + 1 :])


def _unknown(
    name: str, arguments: tuple[Expression, ...], orders: tuple[int, ...], k: int, argument: Expression
) -> Composite:
    raised = (*orders[:k], orders[k] + 1, *orders[k + 1 :])

    def place(t: Expression) -> tuple[Expression, ...]:
        return (*arguments[:k], t, *arguments[k + 1 :])

    return Composite(lambda t: Apply(name, place(t), orders), lambda t: Apply(name, place(t), raised), argument)


def general(composite: Composite, letter: str = "u") -> Expression:
    """The outer function of a letter, for saying the rule."""
    return composite.outer(Symbol(letter))

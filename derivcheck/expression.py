"""The tree that every notation is read into.

Purpose: one closed set of frozen nodes for plain text, Unicode and LaTeX. The tree is what the author
wrote, not what it simplifies to: `x + x` stays a sum of two terms, `a - b` is `Add((a, Neg(b)))`, and
every node keeps the span of the author's text it was read from. Spans take no part in equality.

Method: sums and products are n-ary in reading order (`a/b*c` is `Mul((Div(a, b), c))`), quotients and
signs are nodes of their own. The operators `+ - * / **` on nodes build trees for derivative rules and
tests; they drop zeros and ones and do nothing else.

Limits: nothing here evaluates, differentiates or compares by value.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from fractions import Fraction
from typing import Any, TypeAlias


@dataclass(frozen=True, slots=True)
class Span:
    """Half-open range of code points in the text a formula was read from."""

    start: int
    end: int

    def cover(self, other: Span | None) -> Span:
        """The least span that holds both."""
        return self if other is None else Span(min(self.start, other.start), max(self.end, other.end))


@dataclass(frozen=True, slots=True)
class _Node:
    span: Span | None = field(default=None, compare=False, repr=False, kw_only=True)

    def __add__(self, other: Operand) -> Expression:
        return add(self, other)  # type: ignore[arg-type]

    def __radd__(self, other: Operand) -> Expression:
        return add(other, self)  # type: ignore[arg-type]

    def __sub__(self, other: Operand) -> Expression:
        return add(self, negate(as_expression(other)))  # type: ignore[arg-type]

    def __rsub__(self, other: Operand) -> Expression:
        return add(other, negate(self))  # type: ignore[arg-type]

    def __mul__(self, other: Operand) -> Expression:
        return multiply(self, other)  # type: ignore[arg-type]

    def __rmul__(self, other: Operand) -> Expression:
        return multiply(other, self)  # type: ignore[arg-type]

    def __truediv__(self, other: Operand) -> Expression:
        return divide(self, other)  # type: ignore[arg-type]

    def __rtruediv__(self, other: Operand) -> Expression:
        return divide(other, self)  # type: ignore[arg-type]

    def __pow__(self, other: Operand) -> Expression:
        return power(self, other)  # type: ignore[arg-type]

    def __neg__(self) -> Expression:
        return negate(self)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class Number(_Node):
    """An exact rational: `3`, `0.1` (1/10), `3e-4`."""

    value: Fraction


@dataclass(frozen=True, slots=True)
class Constant(_Node):
    """`pi`, `e` or `oo`."""

    name: str


@dataclass(frozen=True, slots=True)
class Symbol(_Node):
    """A decorated name as one word: `x`, `theta`, `y_hat_i`, `a^[1]`, `W^(1)`."""

    name: str


@dataclass(frozen=True, slots=True)
class Entry(_Node):
    """An entry of a declared array or an indexed definition: `x_ij` is `Entry(x, (i, j))`, 1-based."""

    array: Symbol
    indices: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Add(_Node):
    terms: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Neg(_Node):
    operand: Expression


@dataclass(frozen=True, slots=True)
class Mul(_Node):
    """A product as written; entry by entry when factors are arrays."""

    factors: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Div(_Node):
    numerator: Expression
    denominator: Expression


@dataclass(frozen=True, slots=True)
class Pow(_Node):
    """`whole`: the exponent takes whole values only, none below this one (-1: any); None for a real exponent."""

    base: Expression
    exponent: Expression
    whole: int | None = None


@dataclass(frozen=True, slots=True)
class Call(_Node):
    """A function of the registry by its canonical name: `sin`, `log`, `abs`, `max`, `softmax`, `tr`."""

    name: str
    arguments: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Apply(_Node):
    """A function of the file, known or unknown: `g(z)`; `g''(z)` has `orders == (2,)`."""

    name: str
    arguments: tuple[Expression, ...]
    orders: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Derivative(_Node):
    """`d/dx f`, `∂²f/∂x∂y`, `∇_w L`: the operand by each variable, `order` times, left to right as written.

    `direct` is `∂⁺`: only where the variable enters directly, the intermediates held.
    """

    operand: Expression
    variables: tuple[tuple[Expression, int], ...]
    partial: bool = False
    direct: bool = False


@dataclass(frozen=True, slots=True)
class At(_Node):
    """An expression evaluated at a point: `dL/da at a = 1/2`, `f'(2)`."""

    operand: Expression
    bindings: tuple[tuple[Symbol, Expression], ...]


@dataclass(frozen=True, slots=True)
class Differential(_Node):
    """`dx`, `d(1 − ŷ)` in a statement about differentials."""

    operand: Expression


@dataclass(frozen=True, slots=True)
class Reduction(_Node):
    """`sum` or `product` of the body over an index; bounds are None where the index is declared (`Σ_i`)."""

    kind: str
    body: Expression
    index: Symbol
    lower: Expression | None
    upper: Expression | None


@dataclass(frozen=True, slots=True)
class Piecewise(_Node):
    """The first piece whose condition holds; a condition of None is `otherwise`."""

    pieces: tuple[tuple[Expression, Condition | None], ...]


@dataclass(frozen=True, slots=True)
class MatMul(_Node):
    """An ordered matrix product, `A B`, `A @ B`, `w^T x`; inner product of two vectors."""

    factors: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Hadamard(_Node):
    """`a ⊙ b`."""

    factors: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Frobenius(_Node):
    """`A : B`, the sum of the products of entries."""

    left: Expression
    right: Expression


@dataclass(frozen=True, slots=True)
class Transpose(_Node):
    operand: Expression


@dataclass(frozen=True, slots=True)
class Relation(_Node):
    """A comparison: `operator` is one of `= != < <= > >=`."""

    operator: str
    left: Expression
    right: Expression


@dataclass(frozen=True, slots=True)
class Logical(_Node):
    """`and`, `or`, `not` of conditions."""

    operator: str
    operands: tuple[Condition, ...]


Expression: TypeAlias = (
    Number | Constant | Symbol | Entry | Add | Neg | Mul | Div | Pow | Call | Apply | Derivative | At
    | Differential | Reduction | Piecewise | MatMul | Hadamard | Frobenius | Transpose
)  # fmt: skip
Condition: TypeAlias = Relation | Logical
Operand: TypeAlias = Expression | int | Fraction

ZERO = Number(Fraction(0))
ONE = Number(Fraction(1))
MINUS_ONE = Number(Fraction(-1))
PI = Constant("pi")


def as_expression(value: Operand) -> Expression:
    """A node for a number, the node itself for a node."""
    return Number(Fraction(value)) if isinstance(value, int | Fraction) else value


def add(*terms: Operand) -> Expression:
    """A sum without its zero terms; nested sums are kept as one."""
    kept: list[Expression] = []
    for term in map(as_expression, terms):
        if isinstance(term, Add):
            kept.extend(term.terms)
        elif term != ZERO:
            kept.append(term)
    return ZERO if not kept else kept[0] if len(kept) == 1 else Add(tuple(kept))


def negate(operand: Operand) -> Expression:
    """The negative; a number takes the sign, two signs cancel."""
    node = as_expression(operand)
    if isinstance(node, Number):
        return Number(-node.value)
    return node.operand if isinstance(node, Neg) else Neg(node)


def multiply(*factors: Operand) -> Expression:
    """A product without its ones; zero when a factor is zero."""
    kept: list[Expression] = []
    for factor in map(as_expression, factors):
        if factor == ZERO:
            return ZERO
        if isinstance(factor, Mul):
            kept.extend(factor.factors)
        elif factor != ONE:
            kept.append(factor)
    return ONE if not kept else kept[0] if len(kept) == 1 else Mul(tuple(kept))


def divide(numerator: Operand, denominator: Operand) -> Expression:
    """A quotient; the numerator alone over one, and zero when the numerator is zero."""
    top, bottom = as_expression(numerator), as_expression(denominator)
    return top if bottom == ONE or top == ZERO else Div(top, bottom)


def power(base: Operand, exponent: Operand) -> Expression:
    """A power; the base alone when the exponent is one, one when it is zero."""
    bottom, top = as_expression(base), as_expression(exponent)
    return bottom if top == ONE else ONE if top == ZERO else Pow(bottom, top)


def call(name: str, *arguments: Operand) -> Expression:
    """A registry function of the arguments."""
    return Call(name, tuple(map(as_expression, arguments)))


_LEAVES = (Number, Constant, Symbol)
NODES: Mapping[str, type] = {
    kind.__name__: kind
    for kind in (Number, Constant, Symbol, Entry, Add, Neg, Mul, Div, Pow, Call, Apply, Derivative, At, Differential,
                 Reduction, Piecewise, MatMul, Hadamard, Frobenius, Transpose, Relation, Logical)
}  # fmt: skip
_FIELDS: Mapping[type, tuple[str, ...]] = {
    kind: tuple(item.name for item in fields(kind) if item.name != "span") for kind in NODES.values()
}


def _map_value(value: object, change: Callable[[Expression], Expression]) -> object:
    if isinstance(value, _Node):
        return change(value)  # type: ignore[arg-type]
    if isinstance(value, tuple):
        mapped = tuple(_map_value(item, change) for item in value)
        return mapped if any(new is not old for new, old in zip(mapped, value, strict=True)) else value
    return value


def map_children(node: Expression, change: Callable[[Expression], Expression]) -> Expression:
    """The node with `change` applied to each child, conditions included; the node itself if none changed."""
    if isinstance(node, _LEAVES):
        return node
    updates: dict[str, Any] = {}
    for name in _FIELDS[type(node)]:
        value = getattr(node, name)
        changed = _map_value(value, change)
        if changed is not value:
            updates[name] = changed
    return replace(node, **updates) if updates else node


def _gather(value: object, found: list[Expression]) -> None:
    if isinstance(value, _Node):
        found.append(value)  # type: ignore[arg-type]
    elif isinstance(value, tuple):
        for item in value:
            _gather(item, found)


def is_leaf(node: Expression) -> bool:
    """Whether the node is a number, a constant or a symbol."""
    return isinstance(node, _LEAVES)


def children(node: Expression) -> list[Expression]:
    """The direct children in reading order; a condition counts as a child."""
    found: list[Expression] = []
    if not isinstance(node, _LEAVES):
        for name in _FIELDS[type(node)]:
            _gather(getattr(node, name), found)
    return found


def compared(condition: Condition) -> Iterator[Expression]:
    """The sides of the comparisons in a condition."""
    if isinstance(condition, Logical):
        for operand in condition.operands:
            yield from compared(operand)
    else:
        yield condition.left
        yield condition.right


def walk(node: Expression) -> Iterator[Expression]:
    """The node and everything below it, parents first, without recursion."""
    stack = [node]
    while stack:
        top = stack.pop()
        yield top
        if not isinstance(top, _LEAVES):
            stack.extend(reversed(children(top)))


def substitute(node: Expression, bindings: Mapping[Any, Expression]) -> Expression:
    """Replace whole subtrees. An index bound by a sum is not replaced, and captures nothing.

    The caller sees to names bound by derivatives and evaluations.
    """
    if node in bindings:
        return bindings[node]
    if isinstance(node, Reduction):
        return _substitute_in_reduction(node, bindings)
    made = map_children(node, lambda child: substitute(child, bindings))
    if isinstance(made, Pow) and made.whole is not None and made.exponent is not node.exponent:  # type: ignore[union-attr]
        return replace(made, whole=None)
    return made


def _substitute_in_reduction(node: Reduction, bindings: Mapping[Any, Expression]) -> Expression:
    inner = {key: value for key, value in bindings.items() if key != node.index}
    index, body = node.index, node.body
    if any(index.name in symbols(value) for value in inner.values()):
        taken = frozenset().union(symbols(body), *(symbols(value) for value in inner.values()))
        name = index.name
        while name in taken:
            name += "'"
        index, body = Symbol(name), substitute(body, {node.index: Symbol(name)})
    lower, upper = (bound and substitute(bound, bindings) for bound in (node.lower, node.upper))
    return replace(node, body=substitute(body, inner), index=index, lower=lower, upper=upper)


def symbols(node: Expression) -> frozenset[str]:
    """Names of all symbols below the node, bound ones included."""
    found: set[str] = set()
    stack = [node]
    while stack:
        top = stack.pop()
        if isinstance(top, Symbol):
            found.add(top.name)
        elif not isinstance(top, _LEAVES):
            stack.extend(children(top))
    return frozenset(found)

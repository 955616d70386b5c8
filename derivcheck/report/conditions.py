"""Conditions as a textbook puts them: the variable on the left, one interval for two bounds, nothing twice.

Method: each comparison is turned so that numbers stand on the right; what a sharper one implies is left out;
a lower and an upper bound of the same expression become one interval. No condition is solved for anything.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from derivcheck.expression import ZERO, Add, Expression, Neg, Number, Relation, add, negate, symbols
from derivcheck.statement import Statement

_FLIPPED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "!=": "!="}
_WEAKER = {">": (">=", "!="), "<": ("<=", "!=")}
_LOWER, _UPPER = (">", ">="), ("<", "<=")


def tidied(statements: Iterable[Statement]) -> tuple[Statement, ...]:
    """The same conditions, each once, in the order of their first mention."""
    relations = list(dict.fromkeys(_turned(relation) for item in statements for relation in _relations(item)))
    kept = [item for item in relations if not any(_implies(other, item) for other in relations)]
    return tuple(_intervals(kept))


def _relations(statement: Statement) -> Iterator[Relation]:
    """`0 < a < 1` as 0 < a and a < 1."""
    for left, operator, right in zip(statement.sides, statement.relations, statement.sides[1:], strict=False):
        yield Relation(operator, left, right)


def _turned(relation: Relation) -> Relation:
    """`0 != 1 - y*s` as `y*s != 1`: what varies on the left, without its number and its minus."""
    left, operator, right = relation.left, relation.operator, relation.right
    if not symbols(left) and symbols(right):
        left, operator, right = right, _FLIPPED[operator], left
    numbers = [term for term in _terms(left) if _number(term) is not None]
    if right == ZERO and len(numbers) == 1 and len(_terms(left)) > 1:
        left, right = _sum([term for term in _terms(left) if term is not numbers[0]]), negate(numbers[0])
    if isinstance(right, Number) and all(isinstance(term, Neg) for term in _terms(left)):
        left, operator, right = _sum([negate(term) for term in _terms(left)]), _FLIPPED[operator], negate(right)
    return Relation(operator, left, right)


def _terms(node: Expression) -> tuple[Expression, ...]:
    return node.terms if isinstance(node, Add) else (node,)


def _number(node: Expression) -> Number | None:
    inner = node.operand if isinstance(node, Neg) else node
    return inner if isinstance(inner, Number) else None


def _sum(terms: list[Expression]) -> Expression:
    return terms[0] if len(terms) == 1 else add(*terms)


def _implies(sharper: Relation, weaker: Relation) -> bool:
    same = sharper.left == weaker.left and sharper.right == weaker.right
    return same and weaker.operator in _WEAKER.get(sharper.operator, ())


def _intervals(relations: list[Relation]) -> Iterator[Statement]:
    """A bound takes the opposite bound of the same expression with it."""
    left = list(relations)
    while left:
        relation = left.pop(0)
        partner = next((other for other in left if _bounds(relation, other)), None)
        if partner is None:
            yield Statement((relation.left, relation.right), (relation.operator,))
            continue
        left.remove(partner)
        low, high = sorted((relation, partner), key=lambda item: item.operator in _UPPER)
        yield Statement((low.right, low.left, high.right), (_FLIPPED[low.operator], high.operator))


def _bounds(one: Relation, other: Relation) -> bool:
    """The two bound the same expression from both sides by constants."""
    sides = {one.operator in _LOWER, other.operator in _LOWER}
    bounds = one.operator in _LOWER + _UPPER and other.operator in _LOWER + _UPPER
    return one.left == other.left and bounds and len(sides) == 2 and not symbols(one.right) | symbols(other.right)

"""Why a statement claims nothing that can be judged, in a sentence for its author."""

from __future__ import annotations

from typing import TypeGuard

from derivcheck.claim import Setting
from derivcheck.expression import Condition, Derivative, Relation, Symbol, symbols, walk
from derivcheck.statement import Statement


def refusal(statement: Statement, setting: Setting, unreadable: frozenset[str], in_chain: bool) -> str | None:
    """Why a statement claims nothing that can be judged."""
    for relation in statement.relations:
        if relation not in ("=", ":="):
            return f"“{relation}” is not a claim of equality"
    if statement.continues and not in_chain:
        return "there is no readable line before this one to continue"
    if not statement.continues and len(statement.sides) < 2:
        return "this is an expression, not a claim: there is no “=”"
    untold = _untold(statement, setting)
    if untold:
        return untold
    names = frozenset().union(*(symbols(side) for side in statement.sides))
    for name in sorted(names):
        if setting.graph.reaches(name) & unreadable or name in unreadable:
            return f"the definition of {name} cannot be read"
    return None


def _untold(statement: Statement, setting: Setting) -> str:
    """A derivative of a name by another to which an equation ties it, while nothing says which depends on which."""
    equations = [symbols(item.left - item.right) for item in setting.conditions if _is_equation(item)]
    for node in (node for side in statement.sides for node in walk(side) if isinstance(node, Derivative)):
        for variable, _ in node.variables:
            pair = {item.name for item in (node.operand, variable) if isinstance(item, Symbol)}
            loose = pair - setting.graph.definitions.keys() - setting.graph.depends.keys()
            if len(pair) == 2 and loose == pair and any(pair <= names for names in equations):
                return f"an equation ties {' and '.join(sorted(pair))}: say which depends on the other"
    return ""


def undefined_operand(statements: tuple[Statement, ...], setting: Setting) -> str:
    """What is missing when something is differentiated of which nothing is said."""
    graph = setting.graph
    sides = [side for statement in statements for side in statement.sides]
    for node in (node for side in sides for node in walk(side)):
        if isinstance(node, Derivative) and isinstance(node.operand, Symbol):
            name = node.operand.name
            by = ", ".join(v.name for v, _ in node.variables if isinstance(v, Symbol))
            through = any(name in graph.reaches(v.name) for v, _ in node.variables if isinstance(v, Symbol))
            if name not in graph.definitions and name not in graph.depends and not through:
                cure = f"define {name} under “given”, or assume “{name} depends on {by}”"
                return f"nothing says how {name} depends on {by}: {cure}"
    return ""


def _is_equation(condition: Condition) -> TypeGuard[Relation]:
    return isinstance(condition, Relation) and condition.operator == "="

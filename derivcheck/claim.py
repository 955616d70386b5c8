"""What a statement asserts, on which domain: the step from what is written to questions for the kernel.

A statement about nodes of the graph is asked in two forms. In the free form the names that the statement
itself uses are variables (dL/da about a, whatever a is made of): proved there, it holds everywhere, and its
domain and points are in the author's terms. In the base form all definitions are put in: only there can a
counterexample count, since a may not take every value.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from derivcheck.assumption import (
    Assumption,
    DependsOn,
    Holds,
    IndexRange,
    Member,
    OneOf,
    UnknownFunction,
)
from derivcheck.expression import (
    ONE,
    ZERO,
    Add,
    Apply,
    Condition,
    Derivative,
    Expression,
    Logical,
    Mul,
    Neg,
    Relation,
    Symbol,
    children,
    compared,
    map_children,
    substitute,
    symbols,
    walk,
)
from derivcheck.graph import Graph
from derivcheck.kernel.balls import rational_value
from derivcheck.kernel.differentiate import derivative, expand_derivatives
from derivcheck.kernel.domain import derivative_requirements, requirements
from derivcheck.kernel.points import REAL, Kind
from derivcheck.kernel.prove import Region, conjuncts, stated_bounds
from derivcheck.kernel.question import Question
from derivcheck.kernel.whole import ranges, with_whole_powers
from derivcheck.statement import Statement


@dataclass(frozen=True, slots=True)
class Setting:
    """Everything a statement is judged against: the graph and what is assumed.

    `indexed` holds definitions such as `z_i: ...`: name -> (index letters, body).
    """

    graph: Graph = field(default_factory=Graph)
    conditions: tuple[Condition, ...] = ()
    kinds: Mapping[str, Kind] = field(default_factory=dict)
    unknown: frozenset[str] = frozenset()
    assumptions: tuple[Assumption, ...] = ()
    indexed: Mapping[str, tuple[tuple[str, ...], Expression]] = field(default_factory=dict)
    layout: str = "gradient"

    def with_graph(self, graph: Graph) -> Setting:
        """The same assumptions over another graph."""
        return replace(self, graph=graph)


def setting_from(graph: Graph, assumptions: tuple[Assumption, ...]) -> Setting:
    """Sort what is assumed into conditions, kinds of variables, dependences and unknown functions."""
    conditions: list[Condition] = []
    kinds: dict[str, Kind] = {}
    unknown: set[str] = set()
    depends = dict(graph.depends)
    for item in assumptions:
        match item:
            case Holds(stated):
                conditions += stated
            case Member(names, kind):
                word = {"N": "natural", "Z": "integer"}.get(kind)
                if word:
                    _narrow(kinds, names, Kind(word))
            case OneOf(names, values):
                numbers = tuple(value for value in map(rational_value, values) if value is not None)
                if len(numbers) == len(values):
                    _narrow(kinds, names, Kind("values", numbers))
                else:
                    conditions += (_any_of(name, values) for name in names)
            case IndexRange(names, lower, upper):
                first = rational_value(lower)
                _narrow(kinds, names, Kind("natural" if first is not None and first > 0 else "integer"))
                conditions += (Relation("<=", name, upper) for name in names)
                conditions += (Relation(">=", name, lower) for name in names if first != 1)
            case UnknownFunction(name, _):
                unknown.add(name)
            case DependsOn(name, on):
                depends[name] = on
    flat = tuple(part for condition in conditions for part in (conjuncts(condition) or (condition,)))
    equations = tuple(
        item for item in flat
        if isinstance(item, Relation) and item.operator == "=" and symbols(item.left - item.right) & depends.keys()
    )  # fmt: skip
    bounds = [Relation(">", Symbol(name), ZERO) for name, kind in kinds.items() if kind.name == "natural"]
    bounds += [Relation("<", ONE, ZERO) for kind in kinds.values() if kind.name == "values" and not kind.values]
    return Setting(
        replace(graph, depends=depends, equations=equations), (*flat, *bounds), kinds, frozenset(unknown), assumptions
    )


def _narrow(kinds: dict[str, Kind], names: Iterable[Symbol], kind: Kind) -> None:
    """Each name ranges over what is stated of it anywhere."""
    for name in names:
        kinds[name.name] = kind.within(kinds.get(name.name, REAL))


def _any_of(name: Symbol, values: tuple[Expression, ...]) -> Condition:
    """The name takes one of the values, which are not all rational."""
    equal = tuple(Relation("=", name, value) for value in values)
    return Logical("or", equal) if len(equal) > 1 else equal[0]


@dataclass(frozen=True, slots=True)
class Form:
    """A statement's sides as closed expressions over a region; `keep` are the names held as variables."""

    sides: tuple[Expression, ...]
    region: Region
    keep: frozenset[str]

    def question(self, truth: int, claimed: int, kinds: Mapping[str, Kind]) -> Question:
        """Is side `claimed` equal to side `truth`?"""
        return Question(self.sides[truth], self.sides[claimed], self.region, kinds)

    def attained(self, conditions: tuple[Relation, ...], setting: Setting) -> Form:
        """0 = 0 where all sides are defined and the conditions hold: it can be proved if there is such a point."""
        closed = tuple(_finish_condition(item, setting, self.keep) for item in conditions)
        needed = [item for side in self.sides for item in requirements(side)]
        natural = dict.fromkeys(replace(item, kink=False) for item in (*self.region.natural, *needed))
        return Form((ZERO,), Region((*self.region.assumptions, *closed), tuple(natural)), self.keep)


def used_names(sides: tuple[Expression, ...]) -> frozenset[str]:
    """Names a statement uses as values or as variables of derivatives, not only as what is differentiated."""
    found: set[str] = set()
    for side in sides:
        _collect(side, found)
    return frozenset(found)


def _collect(node: Expression, found: set[str]) -> None:
    if isinstance(node, Derivative):
        for variable, _ in node.variables:
            _collect(variable, found)
        if not isinstance(node.operand, Symbol):
            _collect(node.operand, found)
        return
    if isinstance(node, Symbol):
        found.add(node.name)
        return
    for child in children(node):
        _collect(child, found)


def free_names(sides: tuple[Expression, ...], graph: Graph) -> frozenset[str]:
    """The definitions that can be held as variables: used, and not leading to another used name."""
    used = used_names(sides)
    for name in frozenset().union(*(graph.reaches(name) for name in used)):
        body = graph.definitions.get(name)
        if body is not None and any(isinstance(node, Derivative) for node in walk(body)):
            used |= used_names((body,))
    held = {name for name in used if name in graph.definitions and not (graph.reaches(name) - {name}) & used}
    return frozenset(held - _foreign(sides, graph))


def _foreign(sides: tuple[Expression, ...], graph: Graph) -> set[str]:
    """Definitions by which something is differentiated that is not made of them: the parameter decides."""
    return {
        variable.name
        for side in sides
        for node in walk(side)
        if isinstance(node, Derivative)
        for variable, _ in node.variables
        if isinstance(variable, Symbol)
        and variable.name not in frozenset().union(*(graph.reaches(name) for name in symbols(node.operand)))
    }


def form(sides: tuple[Expression, ...], setting: Setting, keep: frozenset[str]) -> Form:
    """The sides closed over the graph, with the region they are judged on."""
    closed = tuple(_closed(side, setting, keep) for side in sides)
    names = frozenset().union(*(symbols(side) for side in closed))
    assumed = tuple(_finish_condition(condition, setting, keep) for condition in _concerning(names, setting))
    natural = list(requirements(closed[0]))
    for side in closed[1:]:
        natural += derivative_requirements(side)
    for tree in _definitions_used(names, setting, keep):
        natural += requirements(tree)
    return Form(closed, Region(assumed, tuple(dict.fromkeys(natural))), keep)


def _concerning(names: frozenset[str], setting: Setting) -> list[Condition]:
    """The assumptions that speak of the names of a statement, directly, through definitions or through each other."""
    reached = {condition: _reached(condition, setting.graph) for condition in setting.conditions}
    known: frozenset[str] = frozenset()
    while known != names:
        known = names
        names = known.union(*(item for item in reached.values() if item & known))
    return [condition for condition in setting.conditions if reached[condition] & names or not reached[condition]]


def _reached(condition: Condition, graph: Graph) -> frozenset[str]:
    return frozenset().union(*(graph.reaches(name) for tree in compared(condition) for name in symbols(tree)))


def _finish_condition(condition: Condition, setting: Setting, keep: frozenset[str]) -> Condition:
    if isinstance(condition, Logical):
        return Logical(condition.operator, tuple(_finish_condition(item, setting, keep) for item in condition.operands))
    left, right = (_closed(side, setting, keep) for side in (condition.left, condition.right))
    return Relation(condition.operator, left, right)


def _definitions_used(names: frozenset[str], setting: Setting, keep: frozenset[str]) -> tuple[Expression, ...]:
    """Closed bodies of the definitions that speak of a statement's names: they must be defined."""
    bodies = (_closed(Symbol(name), setting, keep) for name in setting.graph.definitions if name not in keep)
    return tuple(body for body in bodies if symbols(body) & names)


def _closed(tree: Expression, setting: Setting, keep: frozenset[str]) -> Expression:
    """The tree with its definitions put in, but for those held; powers with whole exponents say so."""
    known = ranges(setting.kinds, stated_bounds(Region(setting.conditions))) if setting.kinds else {}
    return with_whole_powers(_finish(setting.graph.close(tree, keep), setting.graph), known)


def _finish(tree: Expression, graph: Graph) -> Expression:
    """Dependent names as unknown functions, or through the equations that tie them."""
    if not graph.depends:
        return tree
    if any(isinstance(node, Derivative) for node in walk(tree)):
        tree = expand_derivatives(tree)
    for variable in dict.fromkeys(on[0] for on in graph.depends.values() if len(on) == 1):
        names = [name for name, on in graph.depends.items() if on == (variable,)]
        tied = [item for item in graph.equations if symbols(item.left - item.right) & set(names)]
        if tied:
            tree = _Curve(Symbol(variable), names, tied, _claimed_rates(variable, names, graph)).resolve(tree)
        else:
            tree = substitute(tree, {Symbol(name): Apply(name, (Symbol(variable),), (0,)) for name in names})
    several = {name: on for name, on in graph.depends.items() if len(on) > 1}
    functions = {Symbol(name): Apply(name, tuple(map(Symbol, on)), (0,) * len(on)) for name, on in several.items()}
    return substitute(tree, functions) if functions else tree


def _claimed_rates(variable: str, names: list[str], graph: Graph) -> dict[str, Expression]:
    """The rates that earlier steps claimed and that what follows is worked out with."""
    claims = {name: graph.overrides.get((name, variable)) for name in names}
    closed = {name: graph.close(claim, frozenset()) for name, claim in claims.items() if claim is not None}
    return {
        name: tree for name, tree in closed.items() if not any(isinstance(n, Derivative | Apply) for n in walk(tree))
    }


class _Curve:
    """Names that depend on one variable and satisfy equations: each equation gives the rate of one of them.

    F(t, x, y) = 0 gives y' = -(F_t + F_x x') / F_y, unless `claimed` says otherwise. The names left over, and their
    rates (`dx/dt`), are free.
    """

    def __init__(
        self, variable: Symbol, names: list[str], equations: list[Relation], claimed: Mapping[str, Expression]
    ) -> None:
        self.variable, self.claimed = variable, claimed
        self.gaps = {}
        free = list(names)
        for equation in equations:
            gap = equation.left - equation.right
            solved = next((name for name in reversed(free) if name in symbols(gap)), None)
            if solved is not None:
                free.remove(solved)
                self.gaps[solved] = gap
        self.free = free

    def rate(self, name: str, order: int) -> Expression:
        """The symbol for a derivative of a free name; the name itself for order 0."""
        power = "" if order == 1 else f"^{order}"
        return Symbol(f"d{power}{name}/d{self.variable.name}{power}") if order else Symbol(name)

    def total(self, tree: Expression, order: int) -> Expression:
        """The derivative along the curve of a tree that holds rates below the order."""
        result = derivative(tree, ((self.variable, 1),))
        for name in self.free:
            for k in range(order):
                result = result + derivative(tree, ((self.rate(name, k), 1),)) * self.rate(name, k + 1)
        for name, gap in self.gaps.items():
            result = result + derivative(tree, ((Symbol(name), 1),)) * self.slope(name, gap)
        return result

    def slope(self, name: str, gap: Expression) -> Expression:
        """The rate of a solved name; the other solved names of its equation must come before it."""
        if name in self.claimed:
            return self.claimed[name]
        rest = derivative(gap, ((self.variable, 1),))
        for other in self.free:
            rest = rest + derivative(gap, ((Symbol(other), 1),)) * self.rate(other, 1)
        for other, own in self.gaps.items():
            if other == name:
                break
            rest = rest + derivative(gap, ((Symbol(other), 1),)) * self.slope(other, own)
        return -rest / derivative(gap, ((Symbol(name), 1),))

    def resolve(self, tree: Expression) -> Expression:
        """The tree with names and rates for the functions of the variable."""
        replacements: dict[Expression, Expression] = {}
        for node in walk(tree):
            if isinstance(node, Apply) and node.arguments == (self.variable,):
                if node.name in self.gaps:
                    replacements[node] = self._higher(node.name, node.orders[0])
                elif node.name in self.free:
                    replacements[node] = self.rate(node.name, node.orders[0])
        return substitute(tree, replacements) if replacements else tree

    def _higher(self, name: str, order: int) -> Expression:
        value: Expression = Symbol(name)
        for k in range(order):
            value = self.total(value, k + 1)
        return value


def is_update(statement: Statement) -> bool:
    """`w := ...`, `w ← ...`, or a sum or difference that starts from the same name."""
    left = statement.sides[0]
    if statement.assigns:
        return True
    if not isinstance(left, Symbol) or len(statement.sides) != 2 or statement.continues:
        return False
    right = statement.sides[1]
    if not isinstance(right, Add) or left not in right.terms:
        return False
    others = [term for term in right.terms if term != left]
    return any(isinstance(node, Derivative) for term in others for node in walk(term))


def introduces(statement: Statement, setting: Setting, known: frozenset[str]) -> bool:
    """Whether the statement's left side is a bare name that it defines."""
    left = statement.sides[0]
    if statement.continues or not isinstance(left, Symbol) or len(statement.sides) < 2:
        return False
    fresh = left.name not in setting.graph.definitions and left.name not in known
    leads_to = frozenset().union(*(setting.graph.reaches(name) for name in symbols(statement.sides[1])))
    return fresh and left.name not in leads_to


def introduces_function(statement: Statement, setting: Setting) -> tuple[str, tuple[Symbol, ...]] | None:
    """`h(z) = ...` for a function that has no body yet and is not declared unknown."""
    left = statement.sides[0]
    if statement.continues or not isinstance(left, Apply) or any(left.orders) or len(statement.sides) < 2:
        return None
    if left.name in setting.graph.functions or left.name in setting.unknown:
        return None
    names = tuple(item for item in left.arguments if isinstance(item, Symbol))
    return (left.name, names) if len(names) == len(left.arguments) else None


def canonical(tree: Expression) -> Expression:
    """The tree up to order and notation of sums, products and signs: what "the same form" means."""
    node = map_children(tree, canonical)
    match node:
        case Add(terms):
            return Add(tuple(sorted(terms, key=repr)))
        case Neg(Neg(operand)):
            return operand
        case Mul(factors):
            return Mul(tuple(sorted(factors, key=repr)))
    return node

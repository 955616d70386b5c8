"""The graph of definitions, and what an expression means once they are put in.

Method: `Graph.close` replaces defined names by their bodies, functions by their values, derivatives by
derivatives of closed expressions. Inside `d/dv` every definition that leads to v is put in, so that d and
∂ go through all paths; where v is itself a definition, it is held as a variable while differentiating and
put in afterwards (`At`). Names in `keep` stay variables throughout.

A wrong claim about a derivative can be put in place of the truth (`overrides`), to see what would follow
from it; through the chain rule it changes every derivative further up by (wrong - true) times the link.

Limits: a definition may not use itself. Unknown functions stay `Apply`; `y depends on x` makes the symbol y
an unknown function of x while differentiating, unless an equation fixes its derivative.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from derivcheck.expression import (
    Apply,
    At,
    Derivative,
    Differential,
    Entry,
    Expression,
    Reduction,
    Relation,
    Symbol,
    map_children,
    substitute,
    symbols,
    walk,
)


class Ambiguous(Exception):
    """An expression that means several things; the message says which and what to do."""


@dataclass(frozen=True, slots=True)
class Graph:
    """Definitions by name, functions with their arguments, dependences and implicit equations.

    definitions  name -> body
    functions    name -> (arguments, body)
    depends      name -> names it is an unknown function of
    equations    left - right of equations between a dependent name and others
    parameters   names by which the file differentiates, to choose the parameter of a curve
    overrides    (operand, variable) -> the derivative that an earlier step claimed
    """

    definitions: Mapping[str, Expression] = field(default_factory=dict)
    functions: Mapping[str, tuple[tuple[Symbol, ...], Expression]] = field(default_factory=dict)
    depends: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    equations: tuple[Relation, ...] = ()
    overrides: Mapping[tuple[str, str], Expression] = field(default_factory=dict)
    parameters: frozenset[str] = frozenset()

    def define(self, name: str, body: Expression) -> Graph:
        """The graph with one more definition."""
        return replace(self, definitions={**self.definitions, name: body})

    def define_function(self, name: str, arguments: tuple[Symbol, ...], body: Expression) -> Graph:
        """The graph with one more function."""
        return replace(self, functions={**self.functions, name: (arguments, body)})

    def override(self, operand: str, variable: str, claimed: Expression) -> Graph:
        """The graph in which that derivative is what was claimed."""
        return replace(self, overrides={**self.overrides, (operand, variable): claimed})

    def reaches(self, name: str) -> frozenset[str]:
        """All names that the definition of a name leads to, itself included."""
        found: set[str] = set()
        stack = [name]
        while stack:
            top = stack.pop()
            if top in found:
                continue
            found.add(top)
            if top in self.definitions:
                stack.extend(self._names(self.definitions[top]))
            stack.extend(self.depends.get(top, ()))
        return frozenset(found)

    def _names(self, tree: Expression) -> frozenset[str]:
        names = set(symbols(tree))
        for node in walk(tree):
            if isinstance(node, Apply) and node.name in self.functions:
                arguments, body = self.functions[node.name]
                names |= symbols(body) - {item.name for item in arguments}
        return frozenset(names)

    def common(self, operand: Expression, variable: str) -> frozenset[str]:
        """Variables by which an operand and a defined or dependent name are tied, the operand not leading to it."""
        if variable not in self.definitions and variable not in self.depends:
            return frozenset()
        reached = frozenset().union(*(self.reaches(name) for name in symbols(operand)))
        if variable in reached:
            return frozenset()
        return (_base(self, variable) - {variable}) & reached

    def cycle(self) -> str | None:
        """A name whose definition leads back to it."""
        for name, body in self.definitions.items():
            if any(
                name in self.reaches(inner) for inner in symbols(body) if inner in self.definitions or inner == name
            ):
                return name
        return None

    def close(self, tree: Expression, keep: frozenset[str] = frozenset()) -> Expression:
        """The tree with definitions put in, but for the names kept as variables."""
        return _Closing(self, keep)(tree)


class _Closing:
    """One pass over one expression."""

    def __init__(self, graph: Graph, keep: frozenset[str]) -> None:
        self.graph, self.keep = graph, keep

    def __call__(self, node: Expression) -> Expression:
        match node:
            case Symbol(name) if name in self.graph.definitions and name not in self.keep:
                return self(self.graph.definitions[name])
            case Derivative():
                return self._derivative(node)
            case Apply():
                return self._apply(node)
            case Reduction(kind, body, index, lower, upper):
                inner = _Closing(self.graph, self.keep | {index.name})
                return Reduction(kind, inner(body), index, lower and self(lower), upper and self(upper), span=node.span)
            case At(operand, bindings):
                inner = _Closing(self.graph, self.keep | {name.name for name, _ in bindings})
                return At(inner(operand), tuple((name, self(value)) for name, value in bindings), span=node.span)
            case Differential() | Entry():
                return node
        return map_children(node, self)

    def _apply(self, node: Apply) -> Expression:
        arguments = tuple(map(self, node.arguments))
        if node.name not in self.graph.functions:
            return replace(node, arguments=arguments)
        names, body = self.graph.functions[node.name]
        if len(names) != len(arguments):
            return replace(node, arguments=arguments)
        inner = _Closing(self.graph, self.keep | {name.name for name in names})(body)
        orders = tuple((name, order) for name, order in zip(names, node.orders, strict=True) if order)
        if len(names) == 1 and orders:
            inner = self._claimed_function(node.name, names[0], orders[0][1]) or Derivative(inner, orders)
        elif orders:
            inner = Derivative(inner, orders)
        if names == arguments:
            return inner
        fresh = tuple(Symbol(f"{name.name}'") for name in names)
        renamed = _rename(inner, dict(zip(names, fresh, strict=True)))
        return At(renamed, tuple(zip(fresh, arguments, strict=True)))

    def _claimed_function(self, name: str, argument: Symbol, order: int) -> Expression | None:
        claimed = self.graph.overrides.get((name, argument.name))
        if claimed is None:
            return None
        return Derivative(claimed, ((argument, order - 1),)) if order > 1 else claimed

    def _derivative(self, node: Derivative) -> Expression:
        if node.direct:
            return self._direct(node)
        first, rest = node.variables[0], node.variables[1:]
        variable, order = first
        if not isinstance(variable, Symbol):
            return map_children(node, self)
        claimed = self._claimed(node.operand, variable)
        if claimed is not None:
            remaining = ((variable, order - 1),) if order > 1 else ()
            left = (*remaining, *rest)
            return self(Derivative(claimed, left)) if left else self(claimed)
        return self._by_variables(node)

    def _claimed(self, operand: Expression, variable: Symbol) -> Expression | None:
        """What an earlier step claimed for this derivative, or what follows from it by the chain rule."""
        name = operand.name if isinstance(operand, Symbol | Apply) else None
        if name is None or not self.graph.overrides:
            return None
        exact = self.graph.overrides.get((name, variable.name))
        if exact is not None:
            return exact
        plain = replace(self.graph, overrides={})
        for (other, inner), claimed in self.graph.overrides.items():
            if other == name and inner in self.graph.definitions and variable.name in self.graph.reaches(inner):
                true = Derivative(operand, ((Symbol(inner), 1),))
                link = Derivative(Symbol(inner), ((variable, 1),))
                whole = Derivative(operand, ((variable, 1),))
                closed = _Closing(plain, self.keep)
                return closed(whole) + (closed(claimed) - closed(true)) * closed(link)
        return None

    def _by_variables(self, node: Derivative) -> Expression:
        names = frozenset(v.name for v, _ in node.variables if isinstance(v, Symbol))
        held_back = frozenset(name for name in self.keep if not self.graph.reaches(name) & names)
        inner = _Closing(self.graph, held_back | names)
        operand = inner(node.operand)
        parametric = self._parametric(node, operand)
        if parametric is not None:
            return parametric
        operand = _implicit(operand, names, self.graph)
        result: Expression = Derivative(operand, node.variables, node.partial, span=node.span)
        inside = tuple(name for name in sorted(names - self.keep) if name in self.graph.definitions)
        if not inside:
            return result
        return At(result, tuple((Symbol(name), self(Symbol(name))) for name in inside))

    def _parametric(self, node: Derivative, operand: Expression) -> Expression | None:
        """dy/dx as (dy/dt)/(dx/dt) where y does not lead to x, but both to t; so on for higher orders.

        With y itself as the parameter this is the inverse: dz/da = 1/(da/dz).
        """
        variable, order = node.variables[0]
        if len(node.variables) != 1 or not isinstance(variable, Symbol) or variable.name in self.keep:
            return None
        common = self.graph.common(operand, variable.name)
        if not common:
            return None
        by = ((Symbol(self._parameter(node, variable.name, common)), 1),)
        speed = self(Derivative(variable, by))
        result = self(Derivative(node.operand, by)) / speed
        for _ in range(order - 1):
            result = Derivative(result, by) / speed
        return result

    def _parameter(self, node: Derivative, name: str, common: frozenset[str]) -> str:
        """The common variable to differentiate by: the only one, or the one the file differentiates by."""
        chosen = common if len(common) == 1 else common & self.graph.parameters or common & {"t"}
        if len(chosen) != 1:
            operand = node.operand.name if isinstance(node.operand, Symbol) else "the operand"
            both = f"{operand} and {name} have {' and '.join(sorted(common))} in common"
            raise Ambiguous(f"{both}; differentiate by one of them first")
        return next(iter(chosen))

    def _direct(self, node: Derivative) -> Expression:
        """∂⁺: the operand's own definition, every other definition held while differentiating."""
        operand = node.operand
        if isinstance(operand, Symbol) and operand.name in self.graph.definitions:
            operand = self.graph.definitions[operand.name]
        inside = sorted(name for name in symbols(operand) if name in self.graph.definitions and name not in self.keep)
        result = Derivative(operand, node.variables, span=node.span)
        if not inside:
            return result
        return At(result, tuple((Symbol(name), self(Symbol(name))) for name in inside))


def _base(graph: Graph, name: str) -> frozenset[str]:
    return frozenset(item for item in graph.reaches(name) if item not in graph.definitions)


def _implicit(tree: Expression, variables: frozenset[str], graph: Graph) -> Expression:
    """Symbols that depend on a variable of the derivative, directly or through others, as unknown functions of it."""
    for _ in graph.depends:
        functions = {
            Symbol(name): Apply(name, tuple(map(Symbol, on)), (0,) * len(on))
            for name, on in graph.depends.items()
            if name not in variables and graph.reaches(name) & variables
        }
        changed = substitute(tree, functions)
        if changed == tree:
            break
        tree = changed
    return tree


def _rename(tree: Expression, names: Mapping[Symbol, Symbol]) -> Expression:
    """Rename free variables and the variables of derivatives alike."""
    return substitute(tree, names)


def resolve_dependent(tree: Expression, graph: Graph) -> Expression:
    """Unknown functions that come from `depends on`, back to symbols where they are not differentiated."""
    tree = map_children(tree, lambda child: resolve_dependent(child, graph))
    if isinstance(tree, Apply) and tree.name in graph.depends and not any(tree.orders):
        return Symbol(tree.name)
    return tree

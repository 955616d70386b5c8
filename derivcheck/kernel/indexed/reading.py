"""Forms for people, and what is known about where a form is zero."""

from __future__ import annotations

from derivcheck.kernel.indexed.algebra import Algebra
from derivcheck.kernel.indexed.atoms import Atom, Form, Index, Monomial

ANALYTIC = frozenset({"exp", "sin", "cos", "atan", "erf"})


def is_thin(algebra: Algebra, form: Form) -> bool:
    """Whether the zeros of a form that is not zero everywhere have no interior.

    So it is for functions that are analytic on a connected domain: polynomials, exp and the like of them,
    logarithms and roots of what is positive throughout or affine.
    """
    return all(_is_analytic(algebra, item, power) for monomial in form for item, power in monomial)


def _is_analytic(algebra: Algebra, item: Atom, power: object) -> bool:
    head = item.head
    whole = power == int(power)  # type: ignore[call-overload]
    inside_fine = all(is_thin(algebra, inside) for inside in head.inside)
    match head.kind:
        case "symbol" | "delta" | "prime":
            return whole or algebra.sign({((item, 1),): 1}) == 1  # type: ignore[dict-item]
        case "sum":
            fine = all(_is_analytic(algebra, factor, exponent) for factor, exponent in head.factors)
            return fine and (whole or algebra.sign({((item, 1),): 1}) == 1)  # type: ignore[dict-item]
        case "base":
            return inside_fine and (whole or _one_piece(algebra, head.inside[0]))
        case "function":
            if head.name == "log":
                return inside_fine and whole and _one_piece(algebra, head.inside[0])
            return inside_fine and whole and head.name in ANALYTIC
        case "inverse" | "determinant":
            return inside_fine and whole
    return False


def _one_piece(algebra: Algebra, form: Form) -> bool:
    """Whether the set where the form is positive is connected: all of space, or a half of it."""
    affine = all(
        len(monomial) <= 1 and all(item.head.kind == "symbol" and power == 1 for item, power in monomial)
        for monomial in form
    )
    return affine or Algebra().sign(form) == 1


def condition_text(form: Form, operator: str) -> str:
    """A condition on a form, readable."""
    return f"{text(form)} {operator} 0"


def text(form: Form) -> str:
    """A form as a formula."""
    terms = []
    for monomial, value in sorted(form.items()):
        product = _product(monomial, {})
        sign = "-" if value < 0 else "+"
        size = abs(value)
        terms.append(f"{sign} {product if size == 1 and product else f'{size}*{product}' if product else size}")
    joined = " ".join(terms)
    return joined.removeprefix("+ ").replace("- ", "-", 1) if joined.startswith("- ") else joined.removeprefix("+ ")


def _product(monomial: Monomial, names: dict[Index, str]) -> str:
    return "*".join(f"{_atom(item)}^{power}" if power != 1 else _atom(item) for item, power in monomial)


def _atom(item: Atom) -> str:
    return str(item)

"""Special functions by their derivative rules: error function, gamma family, Bessel, Airy, elliptic, integrals.

Sources: DLMF 5.2, 5.15 (gamma), 7.2 (error functions), 9.2 (Airy), 10.6 and 10.29 (Bessel), 19.4
(elliptic integrals, here by the parameter m = k^2), 8.19 (exponential integral), 6.2 (Ei, Si, Ci).
A rule of None is a derivative without a closed form, by the order of a Bessel function for example.
"""

from __future__ import annotations

from derivcheck.expression import PI, Condition, Expression, Logical, Neg, Number, Relation, as_expression, call
from derivcheck.functions.row import Function


def _nonzero(u: Expression) -> tuple[Condition, ...]:
    return (Relation("!=", u, as_expression(0)),)


def _positive(u: Expression) -> tuple[Condition, ...]:
    return (Relation(">", u, as_expression(0)),)


def _inside(u: Expression) -> tuple[Condition, ...]:
    return (Relation(">", 1 - u**2, as_expression(0)),)


def _off_poles(u: Expression) -> tuple[Condition, ...]:
    """Not zero and not a negative whole number."""
    return (Logical("or", (*_positive(u), Relation("!=", call("sin", PI * u), as_expression(0)))),)


def _real_power(order: Expression, z: Expression) -> tuple[Condition, ...]:
    """z^order is real and finite: any z for a whole order, else z > 0."""
    plain = order.operand if isinstance(order, Neg) else order
    return () if isinstance(plain, Number) and plain.value.denominator == 1 else _positive(z)


def _root(u: Expression) -> Expression:
    return call("sqrt", u)


def _exp(u: Expression) -> Expression:
    return call("exp", u)


def _digamma(u: Expression) -> Expression:
    return call("digamma", u)


def _beta_rule(a: Expression, b: Expression) -> Expression:
    return call("beta", a, b) * (_digamma(a) - _digamma(a + b))


def _elliptic_f_by_parameter(z: Expression, m: Expression) -> Expression:
    sine = call("sin", z)
    return (
        call("elliptic_e", z, m) / (2 * m * (1 - m))
        - call("elliptic_f", z, m) / (2 * m)
        - call("sin", 2 * z) / (4 * (1 - m) * _root(1 - m * sine**2))
    )


def _under_root(z: Expression, m: Expression) -> tuple[Condition, ...]:
    return (Relation(">", 1 - m * call("sin", z) ** 2, as_expression(0)),)


def _elliptic_e_domain(z: Expression, m: Expression | None = None) -> tuple[Condition, ...]:
    return (Relation("<", z, as_expression(1)),) if m is None else _under_root(z, m)


def _elliptic_e_rule(z: Expression, m: Expression | None = None) -> Expression:
    if m is None:
        return (call("elliptic_e", z) - call("elliptic_k", z)) / (2 * z)
    return _root(1 - m * call("sin", z) ** 2)


def _elliptic_k_rule(m: Expression) -> Expression:
    return (call("elliptic_e", m) - (1 - m) * call("elliptic_k", m)) / (2 * m * (1 - m))


def _bessel(name: str, lower: int, upper: int) -> Function:
    """A cylinder function whose derivative is (lower*C_(n-1) + upper*C_(n+1))/2."""

    def rule(n: Expression, z: Expression) -> Expression:
        return (lower * call(name, n - 1, z) + upper * call(name, n + 1, z)) / 2

    letter = name[-1].upper()
    domain = (lambda n, z: _positive(z)) if letter in "YK" else _real_power
    return Function(name, (name, f"bessel_{name[-1]}"), (2,), latex=f"operatorname{{{letter}}}",
                    derivatives=(None, rule), domain=domain, backend=name)  # fmt: skip


ROWS = (
    Function("erf", ("erf",), latex="operatorname{erf}", derivatives=(lambda u: 2 * _exp(-(u**2)) / _root(PI),),
             backend="erf"),
    Function("erfc", ("erfc",), latex="operatorname{erfc}", definition=lambda u: 1 - call("erf", u),
             derivatives=(lambda u: -2 * _exp(-(u**2)) / _root(PI),), backend="erfc"),
    Function("erfi", ("erfi",), latex="operatorname{erfi}", derivatives=(lambda u: 2 * _exp(u**2) / _root(PI),),
             backend="erfi"),
    Function("erfinv", ("erfinv",), latex="operatorname{erfinv}",
             derivatives=(lambda u: _root(PI) / 2 * _exp(call("erfinv", u) ** 2),), domain=_inside, backend="erfinv"),
    Function("gamma", ("Gamma", "gamma_function", "tgamma"), latex="Gamma",
             derivatives=(lambda u: call("gamma", u) * _digamma(u),), domain=_off_poles, backend="gamma"),
    Function("loggamma", ("loggamma", "lgamma", "gammaln"), latex="operatorname{lnGamma}", derivatives=(_digamma,),
             domain=_positive, backend="loggamma"),
    Function("digamma", ("digamma",), latex="operatorname{digamma}",
             definition=lambda u: call("polygamma", as_expression(0), u),
             derivatives=(lambda u: call("polygamma", as_expression(1), u),), backend="digamma"),
    Function("trigamma", ("trigamma",), latex="operatorname{trigamma}",
             definition=lambda u: call("polygamma", as_expression(1), u), backend="trigamma"),
    Function("polygamma", ("polygamma",), (2,), latex="operatorname{polygamma}",
             derivatives=(None, lambda n, u: call("polygamma", n + 1, u)), domain=lambda n, u: _off_poles(u),
             backend="polygamma"),
    Function("factorial", ("factorial",), latex="operatorname{factorial}",
             definition=lambda u: call("gamma", u + 1), backend="factorial"),
    Function("beta", ("beta_function", "Beta", "beta"), (2,), latex="operatorname{B}",
             derivatives=(_beta_rule, lambda a, b: _beta_rule(b, a)),
             definition=lambda a, b: call("gamma", a) * call("gamma", b) / call("gamma", a + b), backend="beta"),
    _bessel("besselj", 1, -1),
    _bessel("bessely", 1, -1),
    _bessel("besseli", 1, 1),
    _bessel("besselk", -1, -1),
    Function("airyai", ("airyai",), latex="operatorname{Ai}", derivatives=(lambda u: call("airyaiprime", u),),
             backend="airyai"),
    Function("airyaiprime", ("airyaiprime",), latex="operatorname{Ai'}",
             derivatives=(lambda u: u * call("airyai", u),), backend="airyaiprime"),
    Function("airybi", ("airybi",), latex="operatorname{Bi}", derivatives=(lambda u: call("airybiprime", u),),
             backend="airybi"),
    Function("airybiprime", ("airybiprime",), latex="operatorname{Bi'}",
             derivatives=(lambda u: u * call("airybi", u),), backend="airybiprime"),
    Function("elliptic_k", ("elliptic_k",), latex="operatorname{K}", derivatives=(_elliptic_k_rule,),
             domain=lambda m: (Relation("<", m, as_expression(1)),), backend="elliptic_k"),
    Function("elliptic_e", ("elliptic_e",), (1, 2), latex="operatorname{E}",
             derivatives=(_elliptic_e_rule,
                          lambda z, m: (call("elliptic_e", z, m) - call("elliptic_f", z, m)) / (2 * m)),
             domain=_elliptic_e_domain, backend="elliptic_e"),
    Function("elliptic_f", ("elliptic_f",), (2,), latex="operatorname{F}",
             derivatives=(lambda z, m: 1 / _root(1 - m * call("sin", z) ** 2), _elliptic_f_by_parameter),
             domain=_under_root, backend="elliptic_f"),
    Function("expint", ("expint",), (2,), latex="operatorname{E}",
             derivatives=(None, lambda n, u: -call("expint", n - 1, u)), domain=lambda n, u: _positive(u),
             backend="expint"),
    Function("Ei", ("Ei", "expi"), latex="operatorname{Ei}", derivatives=(lambda u: _exp(u) / u,), domain=_nonzero,
             backend="Ei"),
    Function("Si", ("Si",), latex="operatorname{Si}", derivatives=(lambda u: call("sin", u) / u,),
             smooth=_nonzero, backend="Si"),
    Function("Ci", ("Ci",), latex="operatorname{Ci}", derivatives=(lambda u: call("cos", u) / u,), domain=_positive,
             backend="Ci"),
    Function("li", ("li",), latex="operatorname{li}", derivatives=(lambda u: 1 / call("log", u),),
             domain=lambda u: (*_positive(u), Relation("!=", u, as_expression(1))), backend="li"),
    Function("fresnels", ("fresnels",), latex="operatorname{S}",
             derivatives=(lambda u: call("sin", PI * u**2 / 2),), backend="fresnels"),
    Function("fresnelc", ("fresnelc",), latex="operatorname{C}",
             derivatives=(lambda u: call("cos", PI * u**2 / 2),), backend="fresnelc"),
    Function("lambertw", ("LambertW", "lambertw"), latex="operatorname{W}",
             derivatives=(lambda u: call("lambertw", u) / (u * (1 + call("lambertw", u))),),
             domain=lambda u: (Relation(">", u * call("exp", as_expression(1)) + 1, as_expression(0)),),
             smooth=_nonzero, backend="LambertW"),
)  # fmt: skip

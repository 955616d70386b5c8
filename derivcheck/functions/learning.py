"""Functions of machine learning, as abbreviations of elementary ones.

GELU is the exact form x Φ(x) (Hendrycks and Gimpel, 2016); SiLU is x σ(x); ELU has slope parameter 1
unless a second argument gives it, leaky ReLU 1/100.
"""

from __future__ import annotations

from derivcheck.expression import PI, Expression, Piecewise, Relation, as_expression, call
from derivcheck.functions.row import Function

ZERO = as_expression(0)


def _two_branches(u: Expression, above: Expression, below: Expression) -> Expression:
    return Piecewise(((above, Relation(">", u, ZERO)), (below, None)))


def _sigmoid(u: Expression) -> Expression:
    return call("sigmoid", u)


def _elu(u: Expression, slope: Expression | None = None) -> Expression:
    return _two_branches(u, u, (as_expression(1) if slope is None else slope) * (call("exp", u) - 1))


def _leaky(u: Expression, slope: Expression | None = None) -> Expression:
    return _two_branches(u, u, (as_expression(1) / 100 if slope is None else slope) * u)


ROWS = (
    Function("sigmoid", ("sigmoid", "logistic", "expit"), latex="sigma",
             definition=lambda u: 1 / (1 + call("exp", -u)),
             derivatives=(lambda u: _sigmoid(u) * (1 - _sigmoid(u)),)),
    Function("softplus", ("softplus",), latex="operatorname{softplus}",
             definition=lambda u: call("log", 1 + call("exp", u)), derivatives=(_sigmoid,)),
    Function("logit", ("logit",), latex="operatorname{logit}", definition=lambda u: call("log", u / (1 - u)),
             derivatives=(lambda u: 1 / (u * (1 - u)),),
             domain=lambda u: (Relation(">", u, ZERO), Relation("<", u, as_expression(1)))),
    Function("relu", ("relu", "ReLU", "RELU"), latex="operatorname{ReLU}", definition=lambda u: call("max", u, ZERO),
             derivatives=(lambda u: _two_branches(u, as_expression(1), ZERO),),
             smooth=lambda u: (Relation("!=", u, ZERO),)),
    Function("leaky_relu", ("leaky_relu", "LeakyReLU", "leakyrelu"), (1, 2), latex="operatorname{LeakyReLU}",
             definition=_leaky),
    Function("elu", ("elu", "ELU"), (1, 2), latex="operatorname{ELU}", definition=_elu),
    Function("silu", ("silu", "SiLU", "swish"), latex="operatorname{SiLU}", definition=lambda u: u * _sigmoid(u),
             derivatives=(lambda u: _sigmoid(u) * (1 + u * (1 - _sigmoid(u))),)),
    Function("gelu", ("gelu", "GELU"), latex="operatorname{GELU}", definition=lambda u: u * call("Phi", u),
             derivatives=(lambda u: call("Phi", u) + u * call("normal_density", u),)),
    Function("Phi", ("Phi", "normal_cdf"), latex="Phi",
             definition=lambda u: (1 + call("erf", u / call("sqrt", as_expression(2)))) / 2,
             derivatives=(lambda u: call("normal_density", u),)),
    Function("normal_density", ("normal_pdf", "normal_density"), latex="varphi",
             definition=lambda u: call("exp", -(u**2) / 2) / call("sqrt", 2 * PI)),
    Function("softsign", ("softsign",), latex="operatorname{softsign}", definition=lambda u: u / (1 + call("abs", u))),
    Function("logsigmoid", ("logsigmoid", "log_sigmoid"), latex="operatorname{logsigmoid}",
             definition=lambda u: -call("log", 1 + call("exp", -u)), derivatives=(lambda u: 1 - _sigmoid(u),)),
)  # fmt: skip

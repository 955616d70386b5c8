"""Plain text: what operators, words and code spellings mean."""

from __future__ import annotations

GREEK = [
    "alpha",
    "beta",
    "gamma",
    "delta",
    "epsilon",
    "zeta",
    "eta",
    "theta",
    "iota",
    "kappa",
    "lambda",
    "mu",
    "nu",
    "xi",
    "omicron",
    "pi",
    "rho",
    "sigma",
    "tau",
    "upsilon",
    "phi",
    "chi",
    "psi",
    "omega",
]

GREEK_NAMES = frozenset(
    GREEK
    + [name.capitalize() for name in GREEK]
    + ["varphi", "vartheta", "varepsilon", "varsigma", "varrho", "varpi", "varkappa", "ell", "hbar"]
)

# Spelling -> token kind; the kind is also the meaning.
OPERATORS = {
    "**": "^", "==": "=", "<>": "!=", ":=": ":=", "<=": "<=", ">=": ">=", "!=": "!=", "=>": "implies", "->": "to",
    "..": "dots", "...": "dots", "||": "||", ".T": ".T",
}  # fmt: skip

# Words that are not names unless the file declares them.
WORDS = {
    "sum": "sum", "Sum": "Sum", "prod": "product", "product": "product", "Product": "Product",
    "Derivative": "derivative", "diff": "derivative", "Piecewise": "piecewise", "Rational": "rational",
    "Integer": "integer", "Eq": "Eq", "Ne": "Ne", "Lt": "Lt", "Le": "Le", "Gt": "Gt", "Ge": "Ge",
    "And": "And", "Or": "Or", "Not": "Not", "and": "and", "or": "or", "not": "not", "if": "if", "else": "else",
    "otherwise": "otherwise", "True": "true", "in": "in", "at": "at", "transpose": "transpose", "hadamard": "hadamard",
    "integrate": "integral", "Integral": "integral", "int": "integral", "limit": "limit", "lim": "limit",
    "log2": "log2", "log10": "log10", "lg": "log10", "root": "root",
}  # fmt: skip

CONSTANTS = {"pi": "pi", "e": "e", "E": "e", "oo": "oo", "inf": "oo", "infinity": "oo", "infty": "oo"}

# A module name before a dot is dropped: `np.exp` is exp.
CODE_MODULES = frozenset(
    {"np", "numpy", "jnp", "math", "cmath", "torch", "tf", "sp", "sympy", "scipy", "special", "stats", "nn",
     "functional", "F", "K", "keras", "jax"}
)  # fmt: skip

RELATION_CALLS = {"Eq": "=", "Ne": "!=", "Lt": "<", "Le": "<=", "Gt": ">", "Ge": ">="}

"""LaTeX: what each command is read as.

Commands not listed here are Greek letters or functions of the table; anything else is an error with the
nearest known command. Limits: no macros, no counters, no conditionals.
"""

from __future__ import annotations

# Command -> (token kind, value)
COMMANDS: dict[str, tuple[str, str]] = {
    "frac": ("frac", ""), "dfrac": ("frac", ""), "tfrac": ("frac", ""), "cfrac": ("frac", ""), "sqrt": ("sqrt", ""),
    "cdot": ("*", "\u00b7"), "times": ("*", "\u00d7"), "ast": ("*", "*"), "bullet": ("*", "\u00b7"),
    "div": ("/", ""), "odot": ("odot", ""), "circ": ("odot", ""), "otimes": ("otimes", ""), "oslash": ("oslash", ""),
    "le": ("<=", ""), "leq": ("<=", ""), "leqslant": ("<=", ""), "ge": (">=", ""), "geq": (">=", ""),
    "geqslant": (">=", ""), "ne": ("!=", ""), "neq": ("!=", ""), "lt": ("<", ""), "gt": (">", ""),
    "equiv": ("=", ""), "coloneqq": (":=", ""), "triangleq": (":=", ""), "gets": (":=", ""), "leftarrow": (":=", ""),
    "approx": ("approx", ""), "simeq": ("approx", ""), "sim": ("approx", ""), "cong": ("approx", ""),
    "propto": ("approx", ""), "Rightarrow": ("implies", ""), "implies": ("implies", ""), "iff": ("implies", ""),
    "Leftrightarrow": ("implies", ""), "Longrightarrow": ("implies", ""), "therefore": ("therefore", ""),
    "to": ("to", ""), "rightarrow": ("to", ""), "in": ("in", ""), "forall": ("forall", ""), "mapsto": ("to", ""),
    "partial": ("d", "partial"), "nabla": ("d", "nabla"), "sum": ("sum", "sum"), "prod": ("sum", "product"),
    "infty": ("const", "oo"), "prime": ("'", ""), "top": ("top", ""), "intercal": ("top", ""),
    "vert": ("|", ""), "mid": ("|", ""), "lvert": ("lbar", ""), "rvert": ("rbar", ""), "lVert": ("lnorm", ""),
    "rVert": ("rnorm", ""), "Vert": ("norm", ""), "|": ("norm", ""), "{": ("\\{", ""), "}": ("\\}", ""),
    "lbrace": ("\\{", ""), "rbrace": ("\\}", ""), "lbrack": ("[", ""), "rbrack": ("]", ""), "lparen": ("(", ""),
    "rparen": (")", ""), "cr": ("row", ""), "\\": ("row", ""), "newline": ("row", ""), "dots": ("dots", ""),
    "ldots": ("dots", ""), "cdots": ("dots", ""), "dotsc": ("dots", ""), "pm": ("plusminus", ""),
    "mp": ("plusminus", ""), "int": ("word", "integral"), "lim": ("word", "limit"), "land": ("word", "and"),
    "wedge": ("word", "and"), "lor": ("word", "or"), "vee": ("word", "or"), "neg": ("word", "not"),
    "lnot": ("word", "not"), "lfloor": ("lfloor", ""), "rfloor": ("rfloor", ""), "lceil": ("lceil", ""),
    "rceil": ("rceil", ""), "langle": ("angle", ""), "rangle": ("angle", ""), "binom": ("binom", ""),
    "imath": ("name", "i"), "jmath": ("name", "j"), "ell": ("name", "ell"), "hbar": ("name", "hbar"),
    "lg": ("word", "log10"), "colon": (":", ""),
}  # fmt: skip

# Commands without meaning of their own.
SKIPPED = frozenset(
    ["displaystyle", "textstyle", "scriptstyle", "limits", "nolimits", "nonumber", "notag", ",", ";", "!", ":", ">", "/", "quad", "qquad", "thinspace", "medspace", "thickspace", "negthinspace", "enspace", "hfill", "noindent", "left", "right", "middle", "big", "Big", "bigg", "Bigg", "bigl", "bigr", "Bigl", "Bigr", "biggl", "biggr", "Biggl", "Biggr", "bigm", "Bigm", "biggm", "Biggm", "bf", "rm", "it", "sf", "tt", "cal", "mathstrut", "strut", "boxed", "cancel", "bcancel", "xcancel", "phantom", "mathopen", "mathclose", "underbrace", "overbrace", "underline", "boldsymbol", "bm", "mathbf", "mathbb", "mathcal", "mathscr", "mathfrak", "vec", "overrightarrow", "ensuremath", "(", ")", "[", "]"]
) | {" ", "\n", "\t"}  # fmt: skip

# Commands whose argument is dropped with them.
DROPPED_WITH_ARGUMENT = frozenset(
    ["tag", "label", "color", "hspace", "vspace", "hskip", "intertext", "shortintertext", "ref", "eqref"]
)

# Commands whose argument is a word or a text.
TEXTUAL = frozenset(
    [
        "text",
        "mbox",
        "mathrm",
        "operatorname",
        "textrm",
        "textit",
        "textbf",
        "textsf",
        "texttt",
        "mathit",
        "mathsf",
        "mathtt",
        "hbox",
        "operatorname*",
        "mathnormal",
    ]
)

ACCENTS = {
    "hat": "hat", "widehat": "hat", "bar": "bar", "overline": "bar", "tilde": "tilde", "widetilde": "tilde",
    "dot": "dot", "ddot": "ddot", "check": "check", "breve": "breve",
}  # fmt: skip

# Environments that are only layout; `cases` has a meaning.
LAYOUTS = frozenset(
    [
        "align",
        "align*",
        "aligned",
        "alignat",
        "alignat*",
        "eqnarray",
        "eqnarray*",
        "split",
        "gather",
        "gather*",
        "gathered",
        "array",
        "equation",
        "equation*",
        "multline",
        "multline*",
        "displaymath",
        "math",
        "flalign",
        "flalign*",
    ]
)

# Delimiters after \left and \right.
LEFT = {"|": "lbar", "\\|": "lnorm", "\\vert": "lbar", "\\Vert": "lnorm", "\\lvert": "lbar", "\\lVert": "lnorm"}
RIGHT = {"|": "rbar", "\\|": "rnorm", "\\vert": "rbar", "\\Vert": "rnorm", "\\rvert": "rbar", "\\rVert": "rnorm"}

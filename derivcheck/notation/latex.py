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
    "dbinom": ("binom", ""), "tbinom": ("binom", ""),
    "imath": ("name", "i"), "jmath": ("name", "j"), "ell": ("name", "ell"), "hbar": ("name", "hbar"),
    "lg": ("word", "log10"), "colon": (":", ""),
}  # fmt: skip

# Commands without meaning of their own.
SKIPPED = frozenset(
    {
        "\t", "\n", " ", "!", "(", ")", ",", "/", ":", ";", ">", "Big", "Bigg", "Biggl", "Biggm", "Biggr",
        "Bigl", "Bigm", "Bigr", "[", "]", "bcancel", "bf", "big", "bigg", "biggl", "biggm", "biggr", "bigl",
        "bigm", "bigr", "bm", "boldsymbol", "boxed", "cal", "cancel", "displaystyle", "enspace", "ensuremath",
        "hfill", "it", "left", "limits", "mathbb", "mathbf", "mathcal", "mathclose", "mathfrak", "mathopen",
        "mathscr", "mathstrut", "medspace", "middle", "negmedspace", "negthickspace", "negthinspace",
        "noindent", "nolimits", "nonumber", "notag", "overbrace", "overrightarrow", "qquad", "quad",
        "right", "rm", "scriptstyle", "sf", "strut", "textstyle", "thickspace", "thinspace", "tt", "underbrace",
        "underline", "vec", "xcancel",
    }
)  # fmt: skip

# Commands whose argument is dropped with them.
DROPPED_WITH_ARGUMENT = frozenset(
    {
        "color", "eqref", "hphantom", "hskip", "hspace", "intertext", "label", "phantom", "ref", "shortintertext",
        "tag", "vphantom", "vspace",
    }
)  # fmt: skip

# Commands whose argument is a word or a text.
TEXTUAL = frozenset(
    {
        "hbox", "mathit", "mathnormal", "mathrm", "mathsf", "mathtt", "mbox", "operatorname", "operatorname*",
        "text", "textbf", "textit", "textrm", "textsf", "texttt",
    }
)  # fmt: skip

ACCENTS = {
    "hat": "hat", "widehat": "hat", "bar": "bar", "overline": "bar", "tilde": "tilde", "widetilde": "tilde",
    "dot": "dot", "ddot": "ddot", "check": "check", "breve": "breve",
}  # fmt: skip

# Environments that are only layout; `cases` has a meaning.
LAYOUTS = frozenset(
    {
        "align", "align*", "alignat", "alignat*", "aligned", "array", "displaymath", "eqnarray", "eqnarray*",
        "equation", "equation*", "flalign", "flalign*", "gather", "gather*", "gathered", "math", "multline",
        "multline*", "split",
    }
)  # fmt: skip

# Delimiters after \left and \right.
LEFT = {"|": "lbar", "\\|": "lnorm", "\\vert": "lbar", "\\Vert": "lnorm", "\\lvert": "lbar", "\\lVert": "lnorm"}
RIGHT = {"|": "rbar", "\\|": "rnorm", "\\vert": "rbar", "\\Vert": "rnorm", "\\rvert": "rbar", "\\rVert": "rnorm"}

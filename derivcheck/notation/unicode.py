"""Unicode: characters that stand for others, raised and lowered runs, accents, look-alikes.

`FOLD` maps one character to one, so offsets stay the author's. Superscripts and subscripts are read as
the text they show, between marks of zero width.
"""

from __future__ import annotations

import unicodedata


def _mathematical() -> dict[int, str]:
    """Mathematical alphabets and full-width forms, where compatibility gives one plain character."""
    table = {}
    for code in (*range(0x1D400, 0x1D800), *range(0xFF01, 0xFF5F), *range(0x2100, 0x2140)):
        plain = unicodedata.normalize("NFKC", chr(code))
        double_struck = "DOUBLE-STRUCK" in unicodedata.name(chr(code), "") and plain.isalpha()
        if len(plain) == 1 and plain != chr(code) and code != 0x210F and (plain in "RNZ" or not double_struck):
            table[code] = plain
    return table


FOLD: dict[int, str] = {
    **_mathematical(),
    **dict.fromkeys(map(ord, "\u2212\u2013\u2014\u2010\u2011\ufe63"), "-"),
    **dict.fromkeys((0xA0, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000), " "),
    **dict.fromkeys(map(ord, "\u2019\u2018\u2032\u00b4\u02b9\u02bc\uff07"), "'"),
    **dict.fromkeys(map(ord, "\u2044\u2215\u00f7\u2571"), "/"),
    **dict.fromkeys(map(ord, "\u2217\u204e\u2731"), "*"),
    **dict.fromkeys(map(ord, "\u00b7\u22c5\u2219\u2022\u2027\u30fb"), "\u00b7"),
    **dict.fromkeys(map(ord, "\u2a09\u2715\u2716"), "\u00d7"),
    ord("\u00b5"): "\u03bc", ord("\u03d5"): "\u03c6", ord("\u03f5"): "\u03b5", ord("\u2126"): "\u03a9",
    ord("\u2236"): ":", ord("\u2223"): "|", ord("\u01c0"): "|", ord("\u2758"): "|", ord("\u2016"): "\u2016",
    ord("\u2225"): "\u2016", ord("\u2113"): "\u2113", ord("\u27e6"): "[", ord("\u27e7"): "]",
    ord("\u2299"): "\u2299", ord("\u2218"): "\u2299", ord("\u22a4"): "\u22a4", ord("\u22ba"): "\u22a4",
    ord("\u2211"): "\u2211", ord("\u220f"): "\u220f", ord("\u2206"): "\u0394",
    ord("\U0001d6db"): "\u2202", ord("\U0001d715"): "\u2202", ord("\U0001d6c1"): "\u2207",
}  # fmt: skip

# Character -> (token kind, value)
SIGNS: dict[str, tuple[str, str]] = {
    "\u00b7": ("*", "\u00b7"), "\u00d7": ("*", "\u00d7"), "\u2299": ("odot", ""), "\u2297": ("otimes", ""),
    "\u2264": ("<=", ""), "\u2265": (">=", ""), "\u2a7d": ("<=", ""), "\u2a7e": (">=", ""), "\u2260": ("!=", ""),
    "\u2261": ("=", ""), "\u2254": (":=", ""), "\u2190": (":=", ""), "\u225c": (":=", ""),
    "\u2248": ("approx", ""), "\u223c": ("approx", ""), "\u2243": ("approx", ""), "\u2245": ("approx", ""),
    "\u221d": ("approx", ""), "\u21d2": ("implies", ""), "\u27f9": ("implies", ""), "\u21d4": ("implies", ""),
    "\u2192": ("to", ""), "\u27f6": ("to", ""), "\u2208": ("in", ""), "\u2200": ("forall", ""),
    "\u2234": ("therefore", ""), "\u2026": ("dots", ""), "\u22ef": ("dots", ""),
    "\u2202": ("d", "partial"), "\u2207": ("d", "nabla"), "\u221a": ("root", "2"), "\u221b": ("root", "3"),
    "\u221c": ("root", "4"), "\u2211": ("sum", "sum"), "\u220f": ("sum", "product"), "\u221e": ("const", "oo"),
    "\u2016": ("norm", ""), "\u22a4": ("top", ""), "\u2113": ("name", "ell"), "\u210f": ("name", "hbar"),
    "\u00bd": ("half", "1/2"), "\u2153": ("half", "1/3"), "\u2154": ("half", "2/3"), "\u00bc": ("half", "1/4"),
    "\u00be": ("half", "3/4"), "\u2155": ("half", "1/5"), "\u215b": ("half", "1/8"), "\u00b1": ("plusminus", ""),
    "\u2213": ("plusminus", ""), "\u222b": ("word", "integral"), "\u2227": ("word", "and"), "\u2228": ("word", "or"),
    "\u00ac": ("word", "not"), "\u27e8": ("angle", ""), "\u27e9": ("angle", ""), "\u00b0": ("degree", ""),
    "\u2032": ("'", ""), "\u2033": ("prime", "2"), "\u2034": ("prime", "3"), "\u2057": ("prime", "4"),
    "\u230a": ("lfloor", ""), "\u230b": ("rfloor", ""), "\u2308": ("lceil", ""), "\u2309": ("rceil", ""),
}  # fmt: skip

SUPERSCRIPTS: dict[str, str] = {
    **dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾", "0123456789+-=()", strict=True)),
    **dict(zip("ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻ", "abcdefghijklmnoprstuvwxyz", strict=True)),
    **dict(zip("ᴬᴮᴰᴱᴳᴴᴵᴶᴷᴸᴹᴺᴼᴾᴿᵀᵁⱽᵂ", "ABDEGHIJKLMNOPRTUVW", strict=True)),
    "ᵅ": "α", "ᵝ": "β", "ᵞ": "γ", "ᵟ": "δ", "ᶿ": "θ", "ᵠ": "φ", "ᵡ": "χ", "\u02d9": "·", "ᐟ": "/", "⸍": "/",
}  # fmt: skip
SUBSCRIPTS: dict[str, str] = {
    **dict(zip("₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎", "0123456789+-=()", strict=True)),
    **dict(zip("ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ", "aehijklmnoprstuvx", strict=True)),
    "ᵦ": "β", "ᵧ": "γ", "ᵨ": "ρ", "ᵩ": "φ", "ᵪ": "χ",
}  # fmt: skip

ACCENTS = {
    "\u0302": "hat", "\u0304": "bar", "\u0305": "bar", "\u0303": "tilde", "\u0307": "dot", "\u0308": "ddot",
    "\u20d7": "vec", "\u0306": "breve", "\u030c": "check",
}  # fmt: skip

GREEK_LETTERS = {
    letter: name
    for first, names in (
        (0x3B1, "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho varsigma "
                "sigma tau upsilon phi chi psi omega"),
        (0x391, "Alpha Beta Gamma Delta Epsilon Zeta Eta Theta Iota Kappa Lambda Mu Nu Xi Omicron Pi Rho - Sigma Tau "
                "Upsilon Phi Chi Psi Omega"),
    )
    for letter, name in zip(map(chr, range(first, first + 25)), names.split(), strict=True)
    if name != "-"
} | {"\u03d1": "vartheta", "\u03f1": "varrho", "\u03d6": "varpi", "\u03f0": "varkappa"}  # fmt: skip

LOOK_ALIKES = dict(zip("аеорсухіјѕԁһԛԝАВЕКМНОРСТХІЈЅ", "aeopcyxijsdhqwABEKMHOPCTXIJS", strict=True))

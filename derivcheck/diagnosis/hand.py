"""Writing trees in the author's hand: his notation, and his own words for every part that stays.

Method: parts of the claim that are kept are copied from its text; what is new is printed in the notation of the
text, plain, Unicode or LaTeX. A repair is spliced into the text, the sign before a term included, and the result is
read back; where it does not read as the repaired tree, the whole side is printed anew.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from derivcheck.diagnosis.repair import Repair
from derivcheck.engine.tidy import displayed
from derivcheck.expression import (
    Add,
    Apply,
    Call,
    Constant,
    Differential,
    Div,
    Expression,
    Frobenius,
    Hadamard,
    MatMul,
    Mul,
    Neg,
    Number,
    Piecewise,
    Pow,
    Reduction,
    Relation,
    Span,
    Symbol,
    map_children,
    walk,
)
from derivcheck.finding import ReadingError
from derivcheck.notation import parse_expression
from derivcheck.notation.latex_printing import LatexPrinter
from derivcheck.notation.printing import ATOM, FACTOR, POWER, PRODUCT, SUM, TERM, Printer, used_names
from derivcheck.notation.unicode import SUPERSCRIPTS
from derivcheck.notation.unicode_printing import UnicodePrinter
from derivcheck.statement import Declarations

RAISED = {**{plain: high for high, plain in SUPERSCRIPTS.items() if high in "⁰¹²³⁴⁵⁶⁷⁸⁹⁻"}, "−": "⁻"}
OPENING, CLOSING = ("(", "[", "{"), (")", "]", "}")
MINUS = ("-", "−", "–")
JOINING = ("+", "*", "·", "/", "×")


class _Quoting:
    """A printer that copies the parts it knows from the author's text.

    When `loose`, products of arrays have no sign between their factors, and indices stand side by side.
    """

    hand: Hand
    loose = False

    def render(self, node: Expression) -> tuple[str, int]:
        text = self.hand.copied(node) or self.hand.indicator(node)
        return (text, level(node, text)) if text else super().render(node)  # type: ignore[misc]

    def matrix_product(self, factors: tuple[Expression, ...]) -> str:
        if not self.loose or "@" in self.hand.text:
            return super().matrix_product(factors)  # type: ignore[misc, no-any-return]
        return self._side_by_side(factors)

    def product(self, factors: tuple[Expression, ...]) -> str:
        if not self.loose or "*" in self.hand.text:
            return super().product(factors)  # type: ignore[misc, no-any-return]
        return self._side_by_side(factors)

    def brackets(self, text: str) -> str:
        written = f"({text})"
        return written if self.loose and written in self.hand.text else str(super().brackets(text))  # type: ignore[misc]

    def _side_by_side(self, factors: tuple[Expression, ...]) -> str:
        shown = [self.factor(factors, place) for place in range(len(factors))]  # type: ignore[attr-defined]
        text = str(shown[0])
        for item in shown[1:]:
            text += item if item[0] == "(" and not text[-1].isdigit() else f" {item}"
        return text

    def entry(self, array: str, indices: tuple[Expression, ...]) -> str:
        own = self._indexed(self.name(array), indices)  # type: ignore[attr-defined]
        return own or str(super().entry(array, indices))  # type: ignore[misc]

    def call(self, name: str, arguments: tuple[Expression, ...]) -> tuple[str, int]:
        if name == "delta" and (text := self._indexed(self.delta(), arguments)):
            return text, ATOM
        return super().call(name, arguments)  # type: ignore[misc, no-any-return]

    def delta(self) -> str:
        """The sign of the Kronecker delta."""
        return "delta"

    def _indexed(self, name: str, indices: tuple[Expression, ...]) -> str:
        """`x_ij`, where all indices are letters and the author may write so."""
        letters = [item.name for item in indices if isinstance(item, Symbol) and len(item.name) == 1]
        if not self.loose or "[" in self.hand.text or len(letters) != len(indices) or "^" in name or "_" in name:
            return ""
        joined = "".join(letters)
        braced = self.hand.braced or (isinstance(self, LatexPrinter) and len(joined) > 1)
        return f"{name}_{{{joined}}}" if braced else f"{name}_{joined}"

    def transpose(self, operand: Expression) -> str:
        text: str = super().transpose(operand)  # type: ignore[misc]
        plain = isinstance(self, _Plain) and self.loose and ".T" not in self.hand.text
        return f"{text.removesuffix('.T')}^T" if plain else text


class _Plain(_Quoting, Printer):
    pass


class _Unicode(_Quoting, UnicodePrinter):
    def delta(self) -> str:
        return "δ"

    def term(self, terms: tuple[Expression, ...], position: int) -> str:
        return Printer.term(self, terms, position) if self.loose else super().term(terms, position)

    def reduction(self, node: Reduction) -> tuple[str, int]:
        text, own = super().reduction(node)
        if self.loose:
            text = re.sub(r"\^\{(\w)\}", r"^\1", text.replace("∑", "Σ"))
        return text, own


class _Latex(_Quoting, LatexPrinter):
    def delta(self) -> str:
        return r"\delta"


@dataclass(frozen=True, slots=True)
class Patch:
    """A repair as text: the span it replaces, what stands there instead, and the whole side after it."""

    span: Span | None
    fix: str
    side: str


class Hand:
    """Writes as the author of a claim writes.

    Parts of the side `claimed` may be copied, and of the side `left` where it stands in the same text. Text is read
    under the `declarations` of the file, and two readings are the same where they are when `resolved`.
    """

    def __init__(
        self,
        text: str,
        claimed: Expression,
        left: Expression | None = None,
        declarations: Declarations | None = None,
        resolved: Callable[[Expression], Expression] = lambda tree: tree,
    ) -> None:
        self.text, self.claimed = text, claimed
        self.declarations, self.resolved = declarations, resolved
        self.printer: type[_Plain] | type[_Unicode] | type[_Latex]
        self.printer = _Latex if "\\" in text else _Unicode if any(ord(letter) > 127 for letter in text) else _Plain
        self.stars = "**" in text and "^" not in text
        self.braced = re.search(r"[^Σ∑∏m]_\{", text) is not None
        self.loose = declarations is not None
        here = (claimed, left) if left is not None and self._stands_here(left) else (claimed,)
        self._known = {id(node): node for side in here for node in walk(side)}
        self._copies: dict[int, str] = {}

    def copied(self, node: Expression) -> str:
        """The author's text for a part of his, where it can stand alone; nothing for any other tree."""
        if id(node) not in self._known:
            return ""
        if id(node) not in self._copies:
            span = self.place(node)
            text = "" if span is None else self.text[span.start : span.end]
            self._copies[id(node)] = text if text and self._reads_as(text, node) else ""
        return self._copies[id(node)]

    def indicator(self, node: Expression) -> str:
        """`[x > 0]` for what is 1 there and 0 elsewhere, if the author writes so."""
        match node:
            case Piecewise(((Number(inside), Relation() as condition), (Number(outside), None))):
                if inside == 1 and outside == 0 and "[" in self.text:
                    return f"[{self(condition)}]"
        return ""

    def _stands_here(self, left: Expression) -> bool:
        """Whether a tree is the left side of this text, and not of an earlier line."""
        span = self.place(left)
        if span is None or self.claimed.span is None or span.end > self.claimed.span.start:
            return False
        return self._reads_as(self.text[span.start : span.end], left)

    def __call__(self, tree: Expression | Relation, at: int = SUM) -> str:
        """The tree as text, in brackets where it binds less tightly than its place."""
        shown = self._shown(tree, at, self.loose)
        if self.loose and not self._reads_as(shown, tree):  # type: ignore[arg-type]
            shown = self._shown(tree, at, False)
        return shown.replace("^", "**") if self.stars else shown

    def _shown(self, tree: Expression | Relation, at: int, loose: bool) -> str:
        printer = self.printer(self.declarations, used_names(tree))
        printer.hand, printer.loose = self, loose
        return printer.at_level(displayed(tree), at)  # type: ignore[arg-type]

    def place(self, node: Expression | Relation) -> Span | None:
        """Where a part of the claim stands, brackets closed."""
        return None if node.span is None else balanced(self.text, node.span)

    def patch(self, repair: Repair) -> Patch:
        """The repair in the author's text."""
        side = self.place(self.claimed)
        node = self.place(repair.node)
        fix = self(repair.new)
        if side is None or node is None:
            return Patch(side, fix, self(repair.side))
        fix = self._raised(node, repair.new) if repair.kind == "exponent" else fix
        spliced = self._spliced(repair, node, side)
        if not self._reads_as(spliced, repair.side):
            spliced = self(repair.side)
        return self._pointed(repair, node, fix, spliced)

    def _pointed(self, repair: Repair, node: Span, fix: str, side: str) -> Patch:
        """The patch of the part to point at, where that is less than the node."""
        guilty = None if repair.guilty is None else self.place(repair.guilty)
        if guilty is None:
            joined = _is_later_term(repair) and isinstance(repair.node, Neg) and _minus_of(repair.new) is None
            return Patch(node, f"{self.printer.plus.strip()} {fix}" if joined else fix, side)
        if repair.kind in ("term-extra", "factor-extra"):
            return Patch(self._with_sign(guilty, node), "", side)
        if repair.kind == "exponent" and isinstance(repair.new, Pow):
            return Patch(guilty, self._raised(guilty, repair.new.exponent), side)
        if isinstance(repair.new, Piecewise) and isinstance(repair.node, Piecewise):
            pairs = zip(repair.node.pieces, repair.new.pieces, strict=True)
            changed = (new for (_, old), (_, new) in pairs if old is not new)
            return Patch(guilty, next(self(item) for item in changed if isinstance(item, Relation)), side)
        return Patch(node, fix, side)

    def _raised(self, old: Span, exponent: Expression) -> str:
        """An exponent as the old one stands there: x² and x^2 write it in different ways."""
        text = self(exponent)
        high = all(letter in SUPERSCRIPTS for letter in self.text[old.start : old.end])
        return "".join(RAISED[letter] for letter in text) if high and all(map(RAISED.__contains__, text)) else text

    def _with_sign(self, part: Span, whole: Span) -> Span:
        """A term or factor with the sign that joins it to the rest."""
        start, end = part.start, part.end
        before, after = self.text[whole.start : start].rstrip(), self.text[end : whole.end]
        if self.text[start : start + 1] in MINUS:
            return part
        if before[-1:] in JOINING:
            return Span(whole.start + len(before) - (2 if before.endswith("**") else 1), end)
        if before == "" and after.lstrip()[:1] in JOINING:
            return Span(start, end + len(after) - len(after.lstrip()) + 1)
        return part

    def _spliced(self, repair: Repair, node: Span, side: Span) -> str:
        start, end, new = node.start, node.end, repair.new
        parent = repair.path[-2] if len(repair.path) > 1 else None
        if _is_later_term(repair):
            lost = _minus_of(new)
            written = self(new if lost is None else lost, PRODUCT)
            sign = (self.printer.plus if lost is None else self.printer.minus).strip()
            if not isinstance(repair.node, Neg):
                start = self.text.rfind("+", side.start, start)
                if start < 0:
                    return ""
            gap = " " if self.text[start + 1 : start + 2] == " " else ""
            written = f"{sign}{gap}{written}"
        else:
            enclosed = self.text[start - 1 : start] in OPENING and self.text[end : end + 1] in CLOSING
            if enclosed and isinstance(parent, Add | Neg | Mul | Div) and not isinstance(new, Add | Neg):
                start, end, enclosed = start - 1, end + 1, False
            written = self(new, SUM if enclosed or parent is None else required(parent, repair.node))
        return f"{self.text[side.start : start]}{written}{self.text[end : side.end]}"

    def _reads_as(self, text: str, tree: Expression) -> bool:
        """Whether the text is read as a tree that says the same."""
        names = frozenset(node.name for node in walk(tree) if isinstance(node, Symbol))
        functions = frozenset(node.name for node in walk(tree) if isinstance(node, Apply))
        try:
            read = parse_expression(text, self.declarations or Declarations(symbols=names, functions=functions)).value
        except ReadingError:
            return False
        return bool(flat(self.resolved(read)) == flat(self.resolved(tree)))


def _is_later_term(repair: Repair) -> bool:
    """Whether what is repaired is a term of a sum, and not the first."""
    parent = repair.path[-2] if len(repair.path) > 1 else None
    return isinstance(parent, Add) and parent.terms[0] is not repair.node


def _minus_of(tree: Expression) -> Expression | None:
    """What a minus stands before, or None where there is none."""
    match tree:
        case Neg(operand):
            return operand
        case Number(value) if value < 0:
            return Number(-value)
    return None


def level(node: Expression, text: str) -> int:
    """How tightly a copied part binds."""
    match node:
        case Add() | Neg():
            return SUM
        case Mul():
            return PRODUCT
        case Div():
            return ATOM if text.startswith("\\") and text.endswith("}") else PRODUCT
        case MatMul() | Hadamard():
            return PRODUCT
        case Frobenius() | Reduction() | Differential():
            return TERM
        case Pow():
            return POWER
        case Symbol() | Constant() | Number():
            return ATOM if text.isalnum() or text.startswith("\\") else FACTOR
        case Call() if not text.endswith(CLOSING):
            return FACTOR
    return ATOM


def required(parent: Expression, node: Expression) -> int:
    """How tightly a part must bind to need no brackets in its place."""
    match parent:
        case Add():
            return SUM
        case Neg():
            return PRODUCT
        case Mul():
            return FACTOR
        case Div(numerator, _):
            return PRODUCT if node is numerator else FACTOR
        case MatMul() | Hadamard():
            return FACTOR
        case Frobenius() | Reduction():
            return PRODUCT
    return ATOM


def balanced(text: str, span: Span) -> Span:
    """The span widened until every bracket in it has its partner."""
    depth, lowest = 0, 0
    for letter in text[span.start : span.end]:
        depth += (letter in OPENING) - (letter in CLOSING)
        lowest = min(lowest, depth)
    start, end = span.start, span.end
    for _ in range(-lowest):
        start = _outward(text, start - 1, -1)
    for _ in range(depth - lowest):
        end = _outward(text, end, 1)
    return Span(max(start, 0), min(end, len(text)))


def _outward(text: str, place: int, step: int) -> int:
    """Past the next bracket that opens (to the left) or closes (to the right) here."""
    wanted, other = (OPENING, CLOSING) if step < 0 else (CLOSING, OPENING)
    depth = 0
    while 0 <= place < len(text):
        if text[place] in wanted and depth == 0:
            return place if step < 0 else place + 1
        depth += (text[place] in other) - (text[place] in wanted)
        place += step
    return place


def flat(tree: Expression) -> Expression:
    """The tree with nested products and sums as one, signs and fractions of numbers in one form."""
    node = map_children(tree, flat)
    match node:
        case Add(terms):
            return Add(tuple(part for term in terms for part in (term.terms if isinstance(term, Add) else (term,))))
        case Mul(factors):
            return Mul(tuple(part for item in factors for part in (item.factors if isinstance(item, Mul) else (item,))))
        case Number(value) if value < 0:
            return Neg(Number(-value))
        case MatMul(factors):
            return MatMul(
                tuple(part for item in factors for part in (item.factors if isinstance(item, MatMul) else (item,)))
            )
        case Div(Number(top), Number(bottom)) if bottom:
            return Number(Fraction(top) / bottom)
        case Neg(Neg(inner)):
            return inner
    return node

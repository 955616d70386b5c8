"""Decorated names: letter, accent, subscript and superscript make one name, or an entry of an array.

`y_i`, `\\hat y_i`, `a^{[1](i)}`, `W^(1)` are one name each. A subscript is an index when the base is a
declared array or the letter is bound by a sum or declared as an index; then the node is an Entry.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

from derivcheck.expression import Call, Entry, Expression, Number, Span, Symbol, symbols
from derivcheck.notation.cursor import Cursor
from derivcheck.notation.examples import ABOVE
from derivcheck.notation.ranks import rank
from derivcheck.notation.tokens import Token


@dataclass(slots=True)
class Name:
    """A name being put together; `indices` are set once it has become an entry."""

    base: str
    start: int
    end: int
    accents: str = ""
    lower: str = ""
    upper: str = ""
    indices: list[Expression] = field(default_factory=list)

    @property
    def canonical(self) -> str:
        return f"{self.base}{self.accents}{self.lower}{self.upper}"

    @property
    def span(self) -> Span:
        return Span(self.start, self.end)

    @property
    def is_example(self) -> bool:
        """Whether its only index so far stands above, `x^{(i)}`."""
        return self.upper == ABOVE and len(self.indices) == 1

    def node(self) -> Expression:
        name = Symbol(self.canonical, span=self.span)
        return Entry(name, tuple(self.indices), span=self.span) if self.indices else name


_INDEX_LETTERS = frozenset("ijkl")
_NAME_STARTS = frozenset({"name", "applied", "accent", "{"})


def read_name(cursor: Cursor) -> Name | None:
    """The decorated name at the cursor, or None and the cursor where it was."""
    start = cursor.position
    name = _base(cursor, 0)
    if name is None:
        cursor.position = start
        return None
    _decorate(cursor, name)
    return name


def kronecker(cursor: Cursor, name: Name) -> Expression | None:
    """`δ_ij` with two indices is Kronecker's delta."""
    indices = list(name.indices)
    below = name.lower[1:]
    if len(below) == 2 and all(
        letter in "ijklmnpqrs" or letter.isdigit() or cursor.is_index(letter) for letter in below
    ):
        indices = [
            Number(Fraction(int(letter)), span=name.span) if letter.isdigit() else Symbol(letter, span=name.span)
            for letter in below
        ]
    if len(indices) != 2 or name.accents or name.upper:
        return None
    return Call("delta", tuple(indices), span=name.span)


def bound_entry(cursor: Cursor, token: Token) -> Expression:
    """A declared name such as `y_i` or `x_ij` is an entry where a sum around it binds its index."""
    base, _, below = token.value.rpartition("_")
    letters = [below] if below in cursor.bound else list(below)
    if below not in cursor.bound and not _holds_bound(cursor, letters, declared=True):
        return Symbol(token.value, span=token.span)
    indices = tuple(Symbol(letter, span=token.span) for letter in letters)
    return Entry(Symbol(base, span=token.span), indices, span=token.span)


def component(cursor: Cursor, array: Expression, start: int) -> Expression:
    """`(A B)_ij`, `softmax(z)_i`: an entry of an array that has no name of its own."""
    axes = rank(cursor.declarations.arrays, array)
    if not axes:
        cursor.fail(
            "unexpected-token", "an index cannot stand here: this is a number, not a vector or a matrix",
            cursor.peek().span, "an operator",
        )  # fmt: skip
    below = cursor.take()
    if cursor.at("{"):
        with cursor.nested(cursor.take()):
            simple = cursor.at("sub") or "," not in _kinds_up_to(cursor, "}")
            indices = _run_of_indices(cursor) if simple else _index_list(cursor, "}")
        cursor.expect("}")
    else:
        indices = _run_of_indices(cursor, 1)
    span = cursor.since(start)
    if len(indices) != axes:
        cursor.fail(
            "unknown-subscript", f"an entry of this array has {axes} indices, here it has {len(indices)}",
            Span(below.start, span.end), f"{axes} indices",
        )  # fmt: skip
    return Call("entry", (array, *indices), span=span)


def _kinds_up_to(cursor: Cursor, closer: str) -> list[str]:
    kinds = []
    for token in cursor.tokens[cursor.position :]:
        if token.kind == closer:
            break
        kinds.append(token.kind)
    return kinds


def _run_of_indices(cursor: Cursor, most: int = 4) -> list[Expression]:
    """Letters and digits next to each other, each an index: `ij`, `12`; `most` is how many tokens they may be."""
    indices: list[Expression] = []
    for _ in range(most):
        token = cursor.peek()
        if token.kind not in ("sub", "name", "num"):
            break
        cursor.position += 1
        for k, part in enumerate(token.value):
            place = _part_span(token.span, k, 1, len(token.value))
            indices.append(Number(Fraction(int(part)), span=place) if part.isdigit() else Symbol(part, span=place))
    return indices


def _base(cursor: Cursor, depth: int) -> Name | None:
    token = cursor.peek()
    if token.kind == "accent":
        cursor.position += 1
        name = _base(cursor, depth + 1) if depth < 8 else None
        if name is not None and not name.indices:
            name.start = token.start
            lower = name.lower[1:]
            if "_" in name.base and not lower:
                name.base, _, lower = name.base.partition("_")
            name.accents += f"_{token.value}"
            name.lower = ""
            if lower:
                _add_subscript(cursor, name, lower, name.span)
            return name
        return None
    if token.kind in ("name", "applied") or (token.kind == "const" and cursor.peek(1).kind in ("_", "mark")):
        cursor.position += 1
        value = cursor.source(token.span) if token.kind == "const" and len(token.value) == 1 else token.value
        name = Name(value, token.start, token.end)
        while (mark := cursor.accept("mark")) is not None:
            if mark.value != "vec":
                name.accents += f"_{mark.value}"
            name.end = mark.end
        return name
    if token.kind == "{" and depth < 8 and cursor.peek(1).kind in ("name", "applied", "accent", "{", "const"):
        cursor.position += 1
        name = _base(cursor, depth + 1)
        if name is None:
            return None
        _decorate(cursor, name)
        closing = cursor.accept("}")
        if closing is None:
            return None
        if token.end > token.start:
            name.start, name.end = token.start, closing.end
        return name
    return None


def _decorate(cursor: Cursor, name: Name) -> None:
    while True:
        kind = cursor.peek().kind
        if kind == "_" and not name.lower and (not name.indices or name.is_example):
            if not (_below_example(cursor, name) if name.is_example else _subscript(cursor, name)):
                return
        elif kind == "^" and not name.upper:
            if not _superscript(cursor, name):
                return
        elif kind == "[" and not name.indices and not cursor.peek().gap and _is_entry(cursor, name):
            _bracket_indices(cursor, name)
        else:
            return


def _subscript(cursor: Cursor, name: Name) -> bool:
    following = cursor.peek(1)
    if following.kind == "sub":
        cursor.position += 2
        name.end = following.end
        if not _cut_subscript(cursor, name, following):
            _add_subscript(cursor, name, following.value, following.span)
        return True
    if following.kind in ("name", "const", "applied", "num"):
        cursor.position += 2
        name.end = following.end
        if not _cut_subscript(cursor, name, following):
            _add_subscript(cursor, name, following.value, following.span)
        return True
    if following.kind == "{":
        _group_subscript(cursor, name)
        return True
    cursor.position += 1
    cursor.unexpected("a subscript")


def _cut_subscript(cursor: Cursor, name: Name, first: Token) -> bool:
    """`A_1j`, `δ_αβ`: the lexer ends a subscript after a number and at a Greek letter, the array says it goes on."""
    delta = name.base == "delta" and not cursor.is_symbol("delta")
    wanted = 2 if delta else cursor.declarations.arrays.get(name.canonical, 0)
    parts = [first]
    while len(parts) < wanted and _continues(cursor, cursor.peek(len(parts) - 1)):
        parts.append(cursor.peek(len(parts) - 1))
    single = all(part.end - part.start == 1 or part.value.isdigit() for part in parts)
    if cursor.latex or len(parts) == 1 or len(parts) != wanted or not single:
        return False
    cursor.position += len(parts) - 1
    name.end = parts[-1].end
    name.indices = [
        Number(Fraction(int(part.value)), span=part.span)
        if part.value.isdigit()
        else Symbol(part.value, span=part.span)
        for part in parts
    ]
    return True


def _continues(cursor: Cursor, token: Token) -> bool:
    """Whether a token is a further index: it touches the one before, and is no name with another meaning."""
    if token.gap or token.end - token.start != 1:
        return False
    return token.kind == "num" or (
        token.kind in ("name", "const")
        and (cursor.is_index(token.value) or not (cursor.is_symbol(token.value) or token.kind == "const"))
    )


def _add_subscript(cursor: Cursor, name: Name, text: str, span: Span) -> None:
    base = name.canonical
    if text in ("hat", "bar", "tilde", "dot") and not name.lower:
        name.accents += f"_{text}"
        return
    declared = f"{name.base}{name.accents}_{text}{name.upper}" in cursor.declarations.symbols
    if not declared or text in cursor.bound or _holds_bound(cursor, list(text), declared=True):
        indices = _indices_of(cursor, base, text, span)
        if indices:
            name.indices = indices
            return
    name.lower = f"_{text}"


def _indices_of(cursor: Cursor, base: str, text: str, span: Span) -> list[Expression]:
    """The indices that a subscript run stands for; empty when it is part of the name."""
    axes = cursor.declarations.arrays.get(base, 0)
    parts = _parts(text, axes)
    if len(text) > 1 and text.isalpha() and cursor.is_index(text):
        parts = [text]
    if axes:
        fits = len(parts) <= axes and (text.isdigit() or len(parts) == axes or all(map(cursor.is_index, parts)))
    else:
        fits = all(part.isdigit() or cursor.is_index(part) for part in parts) and not text.isdigit()
        fits = fits or _holds_bound(cursor, parts)
    if not fits:
        return []
    step = 1 if len(parts) == len(text) else 0
    return [
        Number(Fraction(int(part)), span=_part_span(span, k, step, len(text)))
        if part.isdigit()
        else Symbol(part, span=_part_span(span, k, step, len(text)))
        for k, part in enumerate(parts)
    ]


def _holds_bound(cursor: Cursor, parts: list[str], declared: bool = False) -> bool:
    """Whether a subscript such as the ij of a sum over i is made of indices, although nothing says what j is.

    Otherwise the name would stay the same from term to term. `x_in` is one name where it is declared, `x_max` always.
    """

    def is_letter(part: str) -> bool:
        if cursor.is_index(part) or part in _INDEX_LETTERS:
            return True
        return len(parts) < 3 and part.isalnum() and not declared

    return any(part in cursor.bound for part in parts) and all(map(is_letter, parts))


def _part_span(span: Span, k: int, step: int, width: int) -> Span:
    if step and span.end - span.start == width:
        return Span(span.start + k, span.start + k + 1)
    return span


def _parts(text: str, axes: int) -> list[str]:
    if text.isdigit() and axes != len(text):
        return [text]
    return list(text)


def _group_subscript(cursor: Cursor, name: Name) -> None:
    """`_{i,j}`, `_{i+1}`, `_{\\theta}`: several indices, or an expression over indices."""
    opening = cursor.position + 1
    closing = cursor.skip_group(opening)
    inner = cursor.tokens[opening + 1 : closing - 1]
    if len(inner) == 1 and inner[0].kind in ("name", "num", "const", "sub", "applied"):
        cursor.position = closing
        name.end = cursor.tokens[closing - 1].end
        _add_subscript(cursor, name, inner[0].value, inner[0].span)
        return
    texts = [token.value for token in inner if token.kind in ("name", "num", "const", "sub")]
    simple = len(texts) == len(inner)
    declared = f"{name.base}{name.accents}_{''.join(texts)}"
    indexed = any(map(cursor.is_index, texts)) and all(text.isdigit() or cursor.is_index(text) for text in texts)
    named = declared in cursor.declarations.symbols or not (indexed or _holds_bound(cursor, texts))
    if simple and named and name.canonical not in cursor.declarations.arrays:
        cursor.position = closing
        name.end = cursor.tokens[closing - 1].end
        name.lower = f"_{''.join(texts)}"
        return
    cursor.position = opening + 1
    indices = _index_list(cursor, "}", juxtaposed=simple)
    cursor.expect("}")
    name.end = cursor.since(name.start).end
    if not _are_indices(cursor, name, indices):
        cursor.fail(
            "unknown-subscript", "this subscript is neither a name nor made of declared indices", name.span,
            "a name, a number, or indices", "declare the index, for example `i ∈ 1..n`",
        )  # fmt: skip
    name.indices = indices


def _index_list(cursor: Cursor, closer: str, juxtaposed: bool = False) -> list[Expression]:
    indices = [cursor.atom() if juxtaposed else cursor.expression()]
    while not cursor.at(closer):
        if not juxtaposed or cursor.at(","):
            cursor.expect(",")
        indices.append(cursor.atom() if juxtaposed else cursor.expression())
    return indices


def _are_indices(cursor: Cursor, name: Name, indices: list[Expression]) -> bool:
    if name.canonical in cursor.declarations.arrays:
        return True
    letters = [letter for index in indices for letter in symbols(index)]
    return bool(letters) and any(cursor.is_index(letter) for letter in letters)


def _is_entry(cursor: Cursor, name: Name) -> bool:
    """`x[i,j]` is an entry when x is an array or everything in the brackets indexes."""
    if name.canonical in cursor.declarations.arrays:
        return True
    if name.canonical in cursor.declarations.functions:
        return False
    inner = cursor.tokens[cursor.position + 1 : cursor.skip_group(cursor.position) - 1]
    letters = [token for token in inner if token.kind == "name"]
    others = all(token.kind in ("name", "num", ",", "+", "-") for token in inner)
    return bool(letters) and others and all(cursor.is_index(token.value) for token in letters)


def _bracket_indices(cursor: Cursor, name: Name) -> None:
    with cursor.nested(cursor.take()):
        name.indices = _index_list(cursor, "]")
    name.end = cursor.expect("]").end


def _superscript(cursor: Cursor, name: Name) -> bool:
    """`^[1]`, `^{(i)}`, `^{[1](i)}` are part of the name; anything else is left to the power."""
    braced = cursor.peek(1).kind == "{"
    position = cursor.position + (2 if braced else 1)
    text = ""
    while (opener := cursor.tokens[position].kind) in ("[", "("):
        closing = cursor.skip_group(position)
        inner = cursor.tokens[position + 1 : closing - 1]
        content = "".join(token.value or token.kind for token in inner)
        if not all(token.kind in ("num", "name", "const", "+", "-", ",") for token in inner) or not content:
            return False
        single = len(inner) == 1
        text += f"[{content}]" if opener == "[" else f"({content})"
        if opener == "(" and not _is_decoration(cursor, name, text, braced and single):
            return False
        if opener == "[" and not single:
            return False
        position = closing
    if not text and braced and cursor.tokens[position].kind == "*":
        text, position = "*", position + 1
    if not text:
        return False
    if braced:
        if cursor.tokens[position].kind != "}":
            return False
        position += 1
    if name.canonical in cursor.declarations.functions and text.startswith("("):
        return False
    in_brackets = text[1:-1] if braced and text[0] == "(" else ""
    if cursor.is_index(in_brackets) and f"{name.canonical}^{text}" not in cursor.declarations.symbols:
        _make_example(cursor, name, position)
        return True
    _refuse_bound(cursor, name, cursor.tokens[cursor.position : position])
    cursor.position = position
    name.upper = f"^{text}"
    if name.indices and name.canonical not in cursor.declarations.arrays:
        # w_k^(1) is a name of its own unless w^(1) is an array or k an index.
        letters = [index.name for index in name.indices if isinstance(index, Symbol)]
        if len(letters) == len(name.indices) and not any(map(cursor.is_index, letters)):
            name.lower, name.indices = f"_{''.join(letters)}", []
    name.end = max(name.end, cursor.tokens[position - 1].end)
    return True


def _make_example(cursor: Cursor, name: Name, position: int) -> None:
    """The name as an entry of an array whose first index stands above; the cursor goes to the position."""
    letter = next(token for token in cursor.tokens[cursor.position : position] if token.kind == "name")
    above = Symbol(letter.value, span=letter.span)
    below = name.indices
    if name.lower and cursor.declarations.arrays.get(f"{name.base}{name.accents}{ABOVE}", 0) > 1:
        below = _indices_at(_parts(name.lower[1:], 0 if name.lower[1:].isdigit() else 2), name.span)
        name.lower = ""
    cursor.position = position
    name.upper, name.indices = ABOVE, [above, *below]
    name.end = max(name.end, cursor.tokens[position - 1].end)


def _below_example(cursor: Cursor, name: Name) -> bool:
    """`x^{(i)}_j`: a subscript behind the example's index."""
    above, name.indices = name.indices, []
    if not _subscript(cursor, name):
        return False
    if name.lower and cursor.declarations.arrays.get(f"{name.base}{name.accents}{ABOVE}", 0) > 1:
        name.indices = _indices_at(list(name.lower[1:]), name.span)
        name.lower = ""
    name.indices = [*above, *name.indices]
    return True


def _indices_at(parts: list[str], span: Span) -> list[Expression]:
    return [Number(Fraction(int(part)), span=span) if part.isdigit() else Symbol(part, span=span) for part in parts]


def _refuse_bound(cursor: Cursor, name: Name, inner: list[Token]) -> None:
    """`x^{[i]}` is one name, which would stay the same in every term of a sum over i."""
    found = next((token for token in inner if token.kind == "name" and token.value in cursor.bound), None)
    if found is not None:
        span = Span(name.start, found.end)
        cursor.fail(
            "superscript-index", f"an index above a name stands in round brackets; this sum runs over {found.value}",
            span, "an index in round brackets", f"write {name.base}^{{({found.value})}} or {name.base}_{found.value}",
        )  # fmt: skip


def _is_decoration(cursor: Cursor, name: Name, text: str, braced_single: bool) -> bool:
    if braced_single or name.upper or text.startswith("["):
        return True
    symbols = cursor.declarations.symbols
    stem = f"{name.canonical}^"
    return f"{stem}{text}" in symbols or (cursor.latex and any(known.startswith(f"{stem}(") for known in symbols))

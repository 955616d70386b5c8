"""What stands below a name: part of the name, or the indices of an entry.

A subscript is an index when the base is a declared array or the letter is bound by a sum or declared as an
index. `A_1j` and `δ_αβ` go on until the array has its indices.
"""

from __future__ import annotations

from fractions import Fraction

from derivcheck.expression import Entry, Expression, Number, Span, Symbol, symbols
from derivcheck.notation.cursor import Cursor
from derivcheck.notation.name import Name
from derivcheck.notation.tokens import Token

_INDEX_LETTERS = frozenset("ijkl")


def bound_entry(cursor: Cursor, token: Token) -> Expression:
    """A declared name such as `y_i` or `x_ij` is an entry where a sum around it binds its index."""
    base, _, below = token.value.rpartition("_")
    letters = [below] if below in cursor.bound else list(below)
    if below not in cursor.bound and not _holds_bound(cursor, letters, declared=True):
        return Symbol(token.value, span=token.span)
    indices = tuple(Symbol(letter, span=token.span) for letter in letters)
    return Entry(Symbol(base, span=token.span), indices, span=token.span)


def subscript(cursor: Cursor, name: Name) -> bool:
    """Read what stands below the name at `_`; raises ReadingError where nothing does."""
    following = cursor.peek(1)
    if following.kind == "sub":
        cursor.position += 2
        name.end = following.end
        if not _cut_subscript(cursor, name, following):
            add_subscript(cursor, name, following.value, following.span)
        return True
    if following.kind in ("name", "const", "applied", "num"):
        cursor.position += 2
        name.end = following.end
        if not _cut_subscript(cursor, name, following):
            add_subscript(cursor, name, following.value, following.span)
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
    name.indices = [index_of(part.value, part.span) for part in parts]
    return True


def _continues(cursor: Cursor, token: Token) -> bool:
    """Whether a token is a further index: it touches the one before, and is no name with another meaning."""
    if token.gap or token.end - token.start != 1:
        return False
    return token.kind == "num" or (
        token.kind in ("name", "const")
        and (cursor.is_index(token.value) or not (cursor.is_symbol(token.value) or token.kind == "const"))
    )


def add_subscript(cursor: Cursor, name: Name, text: str, span: Span) -> None:
    """Put a run of letters and digits below the name, as indices where they are some."""
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
    parts = parts_of(text, axes)
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
    return [index_of(part, part_span(span, k, step, len(text))) for k, part in enumerate(parts)]


def _holds_bound(cursor: Cursor, parts: list[str], declared: bool = False) -> bool:
    """Whether a subscript such as the ij of a sum over i is made of indices, although nothing says what j is.

    Otherwise the name would stay the same from term to term. `x_in` is one name where it is declared, `x_max` always.
    """

    def is_letter(part: str) -> bool:
        if cursor.is_index(part) or part in _INDEX_LETTERS:
            return True
        return len(parts) < 3 and part.isalnum() and not declared

    return any(part in cursor.bound for part in parts) and all(map(is_letter, parts))


def index_of(part: str, span: Span) -> Expression:
    """One index: a number, or a letter."""
    return Number(Fraction(int(part)), span=span) if part.isdigit() else Symbol(part, span=span)


def part_span(span: Span, k: int, step: int, width: int) -> Span:
    """The place of the k-th letter of a run, where each takes one character."""
    if step and span.end - span.start == width:
        return Span(span.start + k, span.start + k + 1)
    return span


def parts_of(text: str, axes: int) -> list[str]:
    """The indices a run may stand for: its letters, and a number as a whole unless the array has as many axes."""
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
        add_subscript(cursor, name, inner[0].value, inner[0].span)
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
    indices = index_list(cursor, "}", juxtaposed=simple)
    cursor.expect("}")
    name.end = cursor.since(name.start).end
    if not _are_indices(cursor, name, indices):
        cursor.fail(
            "unknown-subscript", "this subscript is neither a name nor made of declared indices", name.span,
            "a name, a number, or indices", "declare the index, for example `i ∈ 1..n`",
        )  # fmt: skip
    name.indices = indices


def index_list(cursor: Cursor, closer: str, juxtaposed: bool = False) -> list[Expression]:
    """The indices up to a closing bracket, `i, j` or, where they may stand side by side, `i j`."""
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


def is_entry(cursor: Cursor, name: Name) -> bool:
    """`x[i,j]` is an entry when x is an array or everything in the brackets indexes."""
    if name.canonical in cursor.declarations.arrays:
        return True
    if name.canonical in cursor.declarations.functions:
        return False
    inner = cursor.tokens[cursor.position + 1 : cursor.skip_group(cursor.position) - 1]
    letters = [token for token in inner if token.kind == "name"]
    others = all(token.kind in ("name", "num", ",", "+", "-") for token in inner)
    return bool(letters) and others and all(cursor.is_index(token.value) for token in letters)


def bracket_indices(cursor: Cursor, name: Name) -> None:
    """Read `[i,j]` behind the name."""
    with cursor.nested(cursor.take()):
        name.indices = index_list(cursor, "]")
    name.end = cursor.expect("]").end

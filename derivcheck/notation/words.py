"""How a run of letters and digits is read: what the file declares first, then the language, then letters.

`wx` is w times x, `xlog` x times log, `dL` the differential of L, `w1x1` two names. The longest declared
name or function wins; a longer word with an undeclared letter is an error with the nearest name.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from typing import NamedTuple

from derivcheck.expression import Span
from derivcheck.finding import ReadingError
from derivcheck.functions import FUNCTIONS, by_spelling
from derivcheck.notation.plain import CONSTANTS, GREEK_NAMES, WORDS
from derivcheck.statement import Declarations

# Greek letters that are functions of the table when a bracket follows and the file does not declare them.
GREEK_FUNCTIONS = {"sigma": "sigmoid", "Phi": "Phi", "Gamma": "gamma"}

# Function spellings that may stand inside a run of letters; shorter ones would be found in many words.
_INNER_FUNCTIONS = frozenset(
    spelling for row in FUNCTIONS if row.juxtaposed for spelling in (row.name, *row.spellings) if len(spelling) > 2
) | {"ln"}
_LETTER = re.compile(r"[A-Za-z][0-9]*")
_LONGEST = 12
_LONGEST_RUN = 40


class Piece(NamedTuple):
    """A part of a word as a token without its place: `start` and `end` count from the word's first letter."""

    kind: str
    value: str
    start: int
    end: int


def is_declared(name: str, declarations: Declarations) -> bool:
    """Whether the file declares the name in any role."""
    return (
        name in declarations.symbols
        or name in declarations.functions
        or name in declarations.arrays
        or name in declarations.indices
    )


def lookup(word: str, declarations: Declarations, called: bool = False) -> tuple[str, str] | None:
    """Token kind and value of a whole word, None when it is not one name; `called`: a bracket follows."""
    if word in declarations.functions:
        return "applied", word
    if is_declared(word, declarations):
        return "name", word
    if not word[:1].isalpha():
        return None
    if len(word) == 1:
        return ("const", CONSTANTS[word]) if word in CONSTANTS else ("name", word)
    if word in CONSTANTS:
        return "const", CONSTANTS[word]
    if word in WORDS and not (word == "lim" or (word == "limit" and not called)):
        return "word", WORDS[word]
    if called and word in GREEK_FUNCTIONS:
        return "func", GREEK_FUNCTIONS[word]
    row = by_spelling(word)
    if row is not None and (called or (word not in GREEK_NAMES and len(word) > 2) or word == "ln"):
        return "func", row.name
    if row is not None and row.name == "tr" and _is_trace(word, declarations):
        return "func", "tr"
    if word in GREEK_NAMES:
        return "name", word
    if word == "partial":
        return "d", "partial"
    if word in ("nabla", "grad") and not called:
        return "d", "nabla"
    if _LETTER.fullmatch(word):
        return "name", word
    return None


def _is_trace(word: str, declarations: Declarations) -> bool:
    """`tr A` beside matrices, unless its letters are names of the file."""
    return 2 in declarations.arrays.values() and not any(is_declared(letter, declarations) for letter in word)


def segment(word: str, declarations: Declarations, called: bool, span: Span, gap_after: bool = False) -> list[Piece]:
    """The pieces of a run of letters and digits, or a ReadingError that names the nearest known word."""
    whole = lookup(word, declarations, called)
    if whole is not None:
        return [Piece(*whole, 0, len(word))]
    if len(word) == 2 and word.isalpha():
        if word[0] == "d":
            return [Piece("d", "d", 0, 1), _letter(word[1], 1, declarations)]
        if not _looks_indexed(word, declarations):
            return [_letter(word[0], 0, declarations), _letter(word[1], 1, declarations)]
    if len(word) > _LONGEST_RUN or not word.isalnum():
        raise unknown_word(word, declarations, span)
    if word[0] == "d":
        differential = _differential(word, declarations, called)
        if differential is not None:
            return differential
    pieces = list(_longest_matches(word, declarations, called))
    if declarations.open_words and len(word) > 2:
        if not all(_is_known(piece, declarations) for piece in pieces):
            return [Piece("name", word, 0, len(word))]
    elif not _plausible(word, pieces, declarations):
        raise unknown_word(word, declarations, span)
    return pieces


def _letter(letter: str, start: int, declarations: Declarations) -> Piece:
    kind, value = lookup(letter, declarations) or ("name", letter)
    return Piece(kind, value, start, start + 1)


def _differential(word: str, declarations: Declarations, called: bool) -> list[Piece] | None:
    """`dL`, `dtheta`, `dxdy`: the letter d before a name, when the rest is names and nothing else."""
    pieces = [Piece("d", "d", 0, 1)]
    position = 1
    while position < len(word):
        rest = word[position:]
        stop = rest.find("d", 1)
        whole = lookup(rest, declarations, called)
        if whole is None and stop > 0 and (whole := lookup(rest[:stop], declarations)) is not None:
            rest = rest[:stop]
        if whole is None or whole[0] not in ("name", "applied", "func", "const"):
            return None
        end = position + len(rest)
        pieces.append(Piece(*whole, position, end))
        if end < len(word):
            pieces.append(Piece("d", "d", end, end + 1))
            end += 1
            if end == len(word):
                return None
        position = end
    return pieces


def _longest_matches(word: str, declarations: Declarations, called: bool) -> Iterator[Piece]:
    position = 0
    while position < len(word):
        for length in range(min(_LONGEST, len(word) - position), 1, -1):
            part = word[position : position + length]
            ends = position + length == len(word)
            if is_declared(part, declarations):
                yield Piece("applied" if part in declarations.functions else "name", part, position, position + length)
                break
            if part in _INNER_FUNCTIONS or part in ("pi", "log10", "log2"):
                found = lookup(part, declarations)
                if found is not None:
                    yield Piece(*found, position, position + length)
                    break
            if ends and called and (row := by_spelling(part)) is not None and length > 2:
                yield Piece("func", row.name, position, position + length)
                break
            if part in GREEK_NAMES and length > 2:
                yield Piece("name", part, position, position + length)
                break
        else:
            letter = _LETTER.match(word, position)
            if letter is None:
                digits = len(word) - len(word[position:].lstrip("0123456789")) - position
                yield Piece("num", word[position : position + digits], position, position + digits)
                position += digits
                continue
            found = lookup(letter.group(), declarations) or ("name", letter.group())
            yield Piece(*found, position, letter.end())
            length = letter.end() - position
        position += length


def _is_known(piece: Piece, declarations: Declarations) -> bool:
    return piece.kind != "name" or is_declared(piece.value, declarations) or piece.value in GREEK_NAMES


def _plausible(word: str, pieces: list[Piece], declarations: Declarations) -> bool:
    """Undeclared letters are taken as factors only where a mistyped word is unlikely."""
    unknown = [piece for piece in pieces if not _is_known(piece, declarations)]
    if not unknown:
        return True
    if len(pieces) == 2 and len(word) == 2:
        return not _looks_indexed(word, declarations)
    if all(piece.end - piece.start > 1 and piece.value[1:].isdigit() for piece in unknown):
        return True
    has_function = any(piece.kind in ("func", "applied") for piece in pieces)
    has_known = has_function or any(piece.end - piece.start > 2 for piece in pieces if piece not in unknown)
    return has_known and len(unknown) == 1 and word != "cost"


def _looks_indexed(word: str, declarations: Declarations) -> bool:
    base, index = word[0], word[1]
    if is_declared(word[1], declarations) and index not in declarations.indices:
        return False
    return index in "ij" or index in declarations.indices or f"{base}_{index}" in declarations.symbols


def unknown_word(word: str, declarations: Declarations, span: Span) -> ReadingError:
    """The error for a word that nobody declared, with the nearest declared name or function."""
    if len(word) == 2 and _looks_indexed(word, declarations):
        decorated = f"{word[0]}_{word[1]}"
        return ReadingError(
            "unknown-word", f"`{word}` is not declared", span, "a declared name", f"did you mean `{decorated}`?"
        )
    near = nearest(word, declarations) if len(word) <= _LONGEST_RUN else None
    if len(word) > _LONGEST_RUN:
        word = f"{word[:_LONGEST_RUN]}..."
    help = f"did you mean `{near}`?" if near else f"declare `{word}`, or put `*` between its factors"
    return ReadingError("unknown-word", f"the word `{word}` is not declared", span, "a declared name", help)


def nearest(word: str, declarations: Declarations) -> str | None:
    """The declared name, function or word that looks most like this one."""
    known = [*declarations.symbols, *declarations.functions, *declarations.arrays]
    known += [spelling for row in FUNCTIONS for spelling in row.spellings]
    close = difflib.get_close_matches(word, [*known, *GREEK_NAMES, *WORDS], n=1, cutoff=0.75)
    return close[0] if close else None

"""Brackets of a statement: each closer finds its opener, and one slip in a row is mended with a warning.

A stray closer at the end of a side is dropped; a missing closer is put at the end of the side or of the
group around it. Anything else is an error at the bracket: no reading would be more likely than another.
"""

from __future__ import annotations

from derivcheck.expression import Span
from derivcheck.finding import Finding, ReadingError, Severity
from derivcheck.notation.tokens import CLOSERS, OPENERS, Token

_SIDE_ENDS = frozenset({"end", "row", "=", "endcases", "."})
_BRACKETS = frozenset({*OPENERS, *CLOSERS, "leftdot", "rightdot", "evalbar"})
_SHOWN = {
    "\\{": "\\{",
    "\\}": "\\}",
    "lbar": "|",
    "rbar": "|",
    "lnorm": "‖",
    "rnorm": "‖",
    "leftdot": "\\left.",
    "rightdot": "\\right.",
}


def balance(tokens: list[Token], text: str) -> tuple[list[Token], list[Finding]]:
    """The tokens with matching brackets, and a warning for each one mended."""
    stack: list[int] = []
    stray: list[int] = []
    missing: list[tuple[int, int]] = []
    for index, token in enumerate(tokens):
        kind = token.kind
        if kind not in _BRACKETS:
            continue
        if kind in OPENERS or kind == "leftdot":
            stack.append(index)
        elif stack and OPENERS.get(tokens[stack[-1]].kind) == kind:
            stack.pop()
        else:
            _close(tokens, index, stack, stray, missing)
    if not (stack or stray or missing):
        return tokens, []
    end = len(tokens) - 1
    if len(stack) + len(stray) + len(missing) > 1 + sum(token.kind == "row" for token in tokens):
        first = min([*stack, *stray, *(opener for opener, _ in missing)])
        raise _unbalanced(tokens[first], first in stray)
    missing.extend((opener, _end_of_side(tokens, opener, end)) for opener in stack)
    return _mend(tokens, text, stray, missing)


def _matches(opener: str, closer: str) -> bool:
    if opener == "leftdot" or closer == "rightdot":
        return opener != "{" and closer != "}"
    if closer == "evalbar":
        return opener == "lbar"
    return OPENERS.get(opener) == closer


def _close(tokens: list[Token], index: int, stack: list[int], stray: list[int], missing: list[tuple[int, int]]) -> None:
    closer = tokens[index].kind
    for depth in range(len(stack) - 1, -1, -1):
        opener = tokens[stack[depth]].kind
        if _matches(opener, closer):
            missing.extend((unmatched, index) for unmatched in stack[depth + 1 :])
            del stack[depth:]
            return
        if opener == "{":
            break
    if closer != "evalbar":
        stray.append(index)


def _end_of_side(tokens: list[Token], opener: int, end: int) -> int:
    """Where a bracket that is never closed may end: before the next `=` directly inside it, or its row's end."""
    depth = 0
    for index in range(opener + 1, end):
        kind = tokens[index].kind
        if kind in OPENERS:
            depth += 1
        elif kind in CLOSERS:
            depth -= 1
        elif depth == 0 and kind in ("=", "row"):
            return index
    return end


def _mend(
    tokens: list[Token], text: str, stray: list[int], missing: list[tuple[int, int]]
) -> tuple[list[Token], list[Finding]]:
    rows = [0]
    for token in tokens:
        rows.append(rows[-1] + (token.kind == "row"))
    touched: set[int] = set()
    for index in sorted([*stray, *(opener for opener, _ in missing)]):
        token = tokens[index]
        if rows[index] in touched or token.kind in "{}" or not token.end > token.start:
            raise _unbalanced(token, index in stray)
        if index in stray and tokens[index + 1].kind not in _SIDE_ENDS and not _closes_all(tokens, index + 1):
            raise _unbalanced(token, True)
        touched.add(rows[index])
    dropped = set(stray)
    inserted = {place: opener for opener, place in missing}
    result: list[Token] = []
    for index, token in enumerate(tokens):
        if index in inserted:
            opener = tokens[inserted[index]]
            place = tokens[index - 1].end
            result.append(Token(OPENERS.get(opener.kind, ")"), "", place, place))
        if index not in dropped:
            result.append(token)
    repaired = _repaired_text(tokens, text, stray, missing)
    warnings = [_warning(tokens[index], True, repaired) for index in stray]
    warnings += [_warning(tokens[opener], False, repaired) for opener, _ in missing]
    return result, warnings


def _closes_all(tokens: list[Token], index: int) -> bool:
    """Only closing braces of the layout stand between here and the end."""
    while tokens[index].kind == "}":
        index += 1
    return tokens[index].kind == "end"


def _repaired_text(tokens: list[Token], text: str, stray: list[int], missing: list[tuple[int, int]]) -> str:
    edits = [(tokens[index].start, tokens[index].end, "") for index in stray]
    for opener, place in missing:
        at = tokens[place - 1].end
        closer = OPENERS.get(tokens[opener].kind, "rightdot")
        edits.append((at, at, _SHOWN.get(closer, closer)))
    for start, end, replacement in sorted(edits, reverse=True):
        text = text[:start] + replacement + text[end:]
    return text.strip()


def _warning(token: Token, stray: bool, repaired: str) -> Finding:
    message = "this bracket closes nothing" if stray else "this bracket is never closed"
    return Finding(
        "unbalanced-bracket", Severity.WARNING, message, token.span, label=message,
        help=f"Reading it as {repaired}; write that to silence this warning.",
    )  # fmt: skip


def _unbalanced(token: Token, stray: bool) -> ReadingError:
    shown = _SHOWN.get(token.kind, token.kind)
    if stray:
        return ReadingError(
            "unbalanced-bracket", f"the bracket `{shown}` closes nothing", Span(token.start, token.end), "",
            "delete it or open it before",
        )  # fmt: skip
    return ReadingError(
        "unbalanced-bracket", f"the bracket `{shown}` is never closed", Span(token.start, token.end), "",
        "close it where its group ends",
    )  # fmt: skip

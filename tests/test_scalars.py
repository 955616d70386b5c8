"""The map from a value's characters to places in the file is exact, for every way YAML has of writing text."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import assume, example, given
from hypothesis import strategies as st

from derivcheck.expression import Span
from derivcheck.readers.nodes import Mapping, Scalar, Sequence
from derivcheck.readers.yaml_events import read_tree
from derivcheck.source import Located, Source

ALPHABET = "ab12 =+-*/^()[]{},:#'\"\\|>&!%@`?~_.\nσ∂−²ŷ𝑥\u200b\ufeff"
BREAKS = st.sampled_from(["\n", "\r\n", "\r"])
TEXT = st.text(ALPHABET, max_size=30)
WORDS = st.lists(st.text("abσ∂−=+(1)𝑥", min_size=1, max_size=5), min_size=1, max_size=8)


def value_of(text: str) -> tuple[Source, Scalar]:
    """The value of the first item of `steps` in the file."""
    source = Source("file.yaml", text)
    tree = read_tree(source)
    assert isinstance(tree.root, Mapping), tree
    steps = tree.root.entries[0][1]
    assert isinstance(steps, Sequence)
    item = steps.items[0]
    assert isinstance(item, Scalar), tree
    return source, item


def check_map(source: Source, located: Located, folds: bool = True) -> None:
    """Each character stands at its offset, but for escapes and folded line breaks; offsets go up."""
    assert len(located.offsets) == len(located.text) + 1
    assert list(located.offsets) == sorted(set(located.offsets))
    for character, offset in zip(located.text, located.offsets, strict=False):
        there = source.text[offset]
        folded = folds and character in " \n" and there in "\r\n"
        assert there == character or folded or there in "\\'", (character, offset, there)


def parsed(text: str) -> str:
    return str(yaml.load(text, yaml.BaseLoader)["steps"][0])


@given(TEXT, BREAKS)
@example("a\n\nb\n", "\r\n")
@example("  ", "\n")
def test_single_quotes(text: str, line_break: str) -> None:
    assume("---" not in text and "..." not in text)
    written = "'" + text.replace("'", "''").replace("\n", line_break) + "'"
    file = f"steps:{line_break}  - {written}{line_break}"
    source, item = value_of(file)
    assert item.text == parsed(file)
    assert item.style == "'"
    check_map(source, item.located)
    assert source.text[item.span.start : item.span.end] == written


@given(
    st.lists(
        st.sampled_from(
            [*ALPHABET, "\\n", "\\t", "\\x41", "\\u03c3", "\\U0001d465", "\\\\", '\\"', "\\/", "\\ ", "\\\n"]
        ),
        max_size=30,
    ),
    BREAKS,
)
def test_double_quotes(pieces: list[str], line_break: str) -> None:
    pieces = [piece for piece in pieces if piece not in ("\\", '"')]
    assume("---" not in "".join(pieces) and "..." not in "".join(pieces))
    written = '"' + "".join(pieces).replace("\n", line_break) + '"'
    file = f"steps:{line_break}  - {written}{line_break}"
    source, item = value_of(file)
    assert item.text == parsed(file)
    check_map(source, item.located)


@given(WORDS, st.data())
def test_plain_over_several_lines(words: list[str], data: st.DataObject) -> None:
    line_break = data.draw(BREAKS)
    gaps = [" ", "  ", line_break + "    ", "  " + line_break + "   ", line_break * 2 + "     ", line_break * 3 + "   "]
    text = words[0] + "".join(data.draw(st.sampled_from(gaps)) + word for word in words[1:])
    file = f"steps:{line_break}  - {text}{line_break}"
    assume(not text.startswith(("- ", "= ")))
    source, item = value_of(file)
    assert item.text == parsed(file)
    check_map(source, item.located)


@given(
    st.lists(st.text("ab =+#:'\"σ", max_size=8), max_size=8),
    st.sampled_from("|>"),
    st.sampled_from(["", "-", "+"]),
    st.sampled_from(["", "1", "3"]),
    st.integers(0, 2),
    BREAKS,
    st.booleans(),
)
@example([" a", "b"], "|", "", "", 0, "\n", True)
@example(["", "  ", "a", "", "", " b", "c"], ">", "+", "", 1, "\n", False)
def test_block_scalars(
    lines: list[str], style: str, chomp: str, indent: str, extra: int, line_break: str, ends: bool
) -> None:
    depth = 2 + int(indent) if indent else 3 + extra
    body = line_break.join(" " * depth + line for line in lines)
    file = f"steps:{line_break}  - {style}{chomp}{indent} # note{line_break}{body}" + (line_break if ends else "")
    try:
        expected = parsed(file)
    except yaml.YAMLError:
        assume(False)
    source, item = value_of(file)
    assert item.text == expected
    assert item.style == style
    check_map(source, item.located)


@given(st.text("ab= \t+(", min_size=1, max_size=12), st.sampled_from(["", "'", '"', "|"]))
def test_tabs_stay_in_the_text(text: str, style: str) -> None:
    text = f"a{text}b"
    written = f"|\n    {text}" if style == "|" else f"{style}{text}{style}"
    source, item = value_of(f"steps:\n  - {written}\n")
    assert item.text.strip() == text
    check_map(source, item.located)


def test_the_byte_order_mark_moves_nothing() -> None:
    source, item = value_of("\ufeffsteps:\n  - a = b\n")
    assert source.text[item.span.start :].startswith("a = b")


@pytest.mark.parametrize(
    ("written", "found", "underlined"),
    [
        ("a = (b\n      + c)", "+ c", "+ c"),
        ("'it''s = a'", "= a", "= a"),
        ('"\\u03c3 = a"', "= a", "= a"),
        ("|\n    x = 1\n    y = 2", "y", "y"),
        (">-\n    x =\n    y", "y", "y"),
    ],
)
def test_a_part_of_the_value_is_found_in_the_file(written: str, found: str, underlined: str) -> None:
    source, item = value_of(f"steps:\n  - {written}\n")
    start = item.text.index(found)
    span = item.located.to_source(Span(start, start + len(found)))
    assert source.text[span.start : span.end] == underlined


def test_two_escaped_surrogates_are_one_character() -> None:
    _, item = value_of('steps: ["a\\ud835\\udc65 = 1"]')
    assert item.text == "a𝑥 = 1"

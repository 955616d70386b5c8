"""Explanations as text: the page of one, and the index of all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from rich.text import Text

from derivcheck.report.explanations import Explanation
from derivcheck.report.layout import hang, paint, wrap
from derivcheck.report.options import RenderOptions
from derivcheck.report.phrases import in_letters, phrases_for
from derivcheck.report.safe_text import safe


def page(explanation: Explanation, options: RenderOptions) -> str:
    """One explanation with its examples."""
    return paint(_page(explanation, options), options)


def _page(explanation: Explanation, options: RenderOptions) -> Iterator[Text]:
    title = safe(in_letters(explanation.title, options.encoding), options.encoding)
    yield from hang(Text(f"{explanation.id}   ", "bold"), title, options.width)
    for paragraph in explanation.text.split("\n\n"):
        yield Text()
        words = in_letters(" ".join(paragraph.split()), options.encoding)
        yield from wrap(safe(words, options.encoding), options.width)
    say = phrases_for(options)
    both = bool(explanation.wrong and explanation.right)
    instead, write = ("explain.instead", "explain.write") if both else ("explain.example", "explain.example")
    yield from _example(say(instead), explanation.wrong, "red" if both else "", options)
    yield from _example(say(write), explanation.right, "green", options)


def _example(heading: str, example: str, style: str, options: RenderOptions) -> Iterator[Text]:
    if example:
        yield Text()
        yield safe(heading, options.encoding, f"bold {style}".strip())
        for line in example.splitlines():
            indent = len(line) - len(line.lstrip())
            yield from hang(Text(" " * (2 + indent)), safe(line.lstrip(), options.encoding), options.width)


def index(known: Mapping[str, Explanation], options: RenderOptions) -> str:
    """Every id with its title, by topic."""
    return paint(_index(known, options), options)


def _index(known: Mapping[str, Explanation], options: RenderOptions) -> Iterator[Text]:
    column = max((len(id) for id in known), default=0) + 2
    topic = ""
    for explanation in known.values():
        if explanation.topic != topic:
            if topic:
                yield Text()
            topic = explanation.topic
            yield Text(topic, "bold")
        head = Text(f"  {explanation.id}")
        title = safe(in_letters(explanation.title, options.encoding), options.encoding)
        yield from hang(head, title, options.width, indent=column + 2)

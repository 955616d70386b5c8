"""Explanations as text: the page of one, and the index of all by topic."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from rich.text import Text

from derivcheck.report.explanations import Explanation
from derivcheck.report.layout import hang, paint, wrap
from derivcheck.report.options import RenderOptions
from derivcheck.report.phrases import Phrases, in_letters, phrases_for
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
    for k, (heading, items) in enumerate(by_topic(known, phrases_for(options)).items()):
        if k:
            yield Text()
        yield safe(heading, options.encoding, "bold")
        for explanation in items:
            head = Text(f"  {explanation.id}")
            title = safe(in_letters(explanation.title, options.encoding), options.encoding)
            yield from hang(head, title, options.width, indent=column + 2)


def by_topic(known: Mapping[str, Explanation], say: Phrases) -> dict[str, list[Explanation]]:
    """The explanations under the title of their topic, topics in the order of the phrases."""
    titles = {key.removeprefix("topic."): say(key) for key in say.keys("topic")}
    found: dict[str, list[Explanation]] = {titles[topic]: [] for topic in titles}
    for explanation in known.values():
        found[titles[explanation.topic]].append(explanation)
    return {title: items for title, items in found.items() if items}

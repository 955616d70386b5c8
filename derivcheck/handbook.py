"""The documentation page of everything that `derivcheck explain` knows, as Markdown.

Method: the texts are those of the explanations, and every example is judged while the page is written: what
stands below an example is what the tool says of it. A mistake's examples are claims for `derivcheck check`; those of
a finding are parts of a file, completed here where only a part is shown.
Limits: examples are judged without a time limit that could be noticed, so a page takes some seconds.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping

from derivcheck.checker import Job, judge_derivation
from derivcheck.derivation import Derivation, read_claim, read_derivation
from derivcheck.diagnosis.rule import Example
from derivcheck.report.block import block
from derivcheck.report.examples import examples_of
from derivcheck.report.explanation_page import by_topic
from derivcheck.report.explanations import Explanation, explanations
from derivcheck.report.layout import paint
from derivcheck.report.markdown import anchor, escaped, fence, paragraphs
from derivcheck.report.options import RenderOptions
from derivcheck.report.phrases import phrases_for
from derivcheck.report.problems import problems
from derivcheck.source import Source
from derivcheck.verdict import FileReport
from derivcheck.workers import Workers

SECONDS = 120.0
_REST = "steps:\n  - d/dx x^2 = 2x\n"


def handbook(language: str) -> str:
    """The page, topic by topic."""
    options = RenderOptions(language=language)
    say = phrases_for(options)
    topics = by_topic(explanations(language), say)
    parts = [f"# {say('handbook.title')}", paragraphs(say("handbook.about")), _contents(topics)]
    with Workers() as workers:
        for title, items in topics.items():
            parts.append(f"## {title}")
            parts.extend(_Entry(item, workers, options).text() for item in items)
    return "\n\n".join(parts) + "\n"


def entry(explanation: Explanation, language: str) -> str:
    """The part of the page on one id."""
    with Workers() as workers:
        return _Entry(explanation, workers, RenderOptions(language=language)).text() + "\n"


def _contents(topics: Mapping[str, list[Explanation]]) -> str:
    lines = []
    for title, items in topics.items():
        lines.append(f"- [{title}]({anchor(title)})")
        lines += [f"  - [{item.id}]({anchor(item.id)}) {escaped(item.title)}" for item in items]
    return "\n".join(lines)


class _Entry:
    """One explanation with what the tool says of its examples."""

    def __init__(self, explanation: Explanation, workers: Workers, options: RenderOptions) -> None:
        self.explanation, self.workers, self.options = explanation, workers, options

    def text(self) -> str:
        item = self.explanation
        parts = [f"### {item.id}", f"**{escaped(item.title)}**", paragraphs(item.text)]
        return "\n\n".join([*parts, *(self._claims() if item.mistake else self._files())])

    def _claims(self) -> Iterator[str]:
        """The first example of a mistake, wrong and right."""
        example = examples_of(self.explanation.id)[0]
        for claim in (example.wrong, example.right):
            said = self._said(self._judged(read_claim(claim, example.given, example.assume)))
            yield fence(f"$ {_command(claim, example)}\n\n{said}", "console")

    def _files(self) -> Iterator[str]:
        """The examples of a finding."""
        say = phrases_for(self.options)
        item = self.explanation
        for text, heading in ((item.wrong, "explain.instead"), (item.right, "explain.write")):
            if text:
                alone = not (item.wrong and item.right)
                yield f"{say('explain.example' if alone else heading)}:\n\n{fence(text, 'yaml')}"
                said = self._said(self._judged(read_derivation(Source("", completed(text)))))
                yield fence(said, "console")

    def _judged(self, derivation: Derivation) -> FileReport:
        return judge_derivation(derivation, self.workers, Job(SECONDS, self.options.language))

    def _said(self, report: FileReport) -> str:
        """The problems in full, or the verdict of each step; without pointing to this text again."""
        told = problems(report, phrases_for(self.options))
        here = {("more", f"derivcheck explain {self.explanation.id}")}
        blocks = [paint(block(problem, "", self.options, set(here)), self.options) for problem in told]
        say = phrases_for(self.options)
        verdicts = "".join(f"{step.claim}   {say(f'verdict.{step.verdict}')}\n" for step in report.steps)
        return "\n".join(blocks) or verdicts


def completed(example: str) -> str:
    """An example of a file as a whole file: steps without their key get it, a head alone gets a step."""
    if example.startswith("-"):
        return f"steps:\n{example}\n"
    return f"{example}\n" if re.search("^steps:", example, re.MULTILINE) else f"{example}\n{_REST}"


def _command(claim: str, example: Example) -> str:
    """The example as it is typed."""
    given = (f"--given {shlex.quote(f'{name} = {formula}')}" for name, formula in example.given.items())
    assumed = (f"--assume {shlex.quote(text)}" for text in example.assume)
    return " ".join(["derivcheck check", shlex.quote(claim), *given, *assumed])

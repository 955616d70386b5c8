"""Why a step is neither proved nor refuted: the reason, what was seen, what to try.

A reason comes from the search as a line such as `no certificate; the sides agree at 8 points that were tried`.
Its first part is a key of the phrases where these know it, else it is shown as it is.
"""

from __future__ import annotations

import re

from derivcheck.report.phrases import Phrases

_AGREED = re.compile(r"the sides agree at (one|\d+) points?\b")


def reason_words(reason: str | None, say: Phrases) -> str:
    """`no proof was found`."""
    text = _parts(reason)[0]
    return say(f"reason.{_known(text, 'reason', say)}", text=text)


def seen_words(reason: str | None, say: Phrases) -> str:
    """`both sides agree at all 8 points that were tried`, or nothing."""
    seen = _parts(reason)[1]
    agreed = _AGREED.match(seen)
    if agreed is None:
        return say("seen.other", text=seen)
    count = agreed.group(1)
    return say("seen.one") if count in ("one", "1") else say("seen.many", count=count)


def try_words(reason: str | None, say: Phrases) -> str:
    """What may help, or nothing."""
    return say(f"try.{_known(_parts(reason)[0], 'try', say)}")


def _parts(reason: str | None) -> tuple[str, str]:
    text, _, seen = (reason or "no certificate").partition("; ")
    return text, seen


def _known(text: str, topic: str, say: Phrases) -> str:
    """The text as a key of the topic, `other` where there is none."""
    key = re.sub(r"[^a-z]+", "-", text.lower()).strip("-")
    return key if f"{topic}.{key}" in say else "other"

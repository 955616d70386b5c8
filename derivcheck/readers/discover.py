"""Which files a person means: a file, a directory of files, or `-` for standard input.

A directory is searched, hidden directories left out, for `*.yaml` and `*.yml` with a top-level key `steps`.
A file that has `given` and a key that looks like a misspelt `steps` counts too, so that a typing error is
reported and not passed over. What is named and cannot be read, or holds no derivation, is never silent.

Limits: top-level keys are found by their lines, without a YAML parser, since other people's files may be
large; the regular reader decides once a file is taken. Symbolic links to directories are not followed.
"""

from __future__ import annotations

import difflib
import os
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from derivcheck.finding import Finding, Severity
from derivcheck.source import MAX_BYTES, Source, decode, open_source

SUFFIXES = (".yaml", ".yml")
STANDARD_INPUT = "-"

_TOP_KEY = re.compile(r"(?:\A|(?<=[\r\n]))[\"']?([A-Za-z_]{1,20})[\"']?[ \t]*:(?=\s|\Z)")
_FLOW_ROOT = re.compile(r"\s*\{(?=[\s\S]*[\"']?\bsteps\b[\"']?\s*:)")


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A named path that gives no derivation, and why. The id `no-derivation` means there is nothing to check."""

    path: str
    finding: Finding


def find_derivations(paths: Iterable[str]) -> tuple[Source | Unreadable, ...]:
    """The sources that the paths name, in order, each file once."""
    found: dict[str, Source | Unreadable] = {}
    for path in paths:
        for item in _named(path):
            known = isinstance(item, Unreadable) or item.path == STANDARD_INPUT
            found.setdefault(item.path if known else os.path.realpath(item.path), item)
    return tuple(found.values())


def _named(path: str) -> Iterator[Source | Unreadable]:
    if path == STANDARD_INPUT:
        yield _opened(STANDARD_INPUT, decode(STANDARD_INPUT, sys.stdin.buffer.read(MAX_BYTES + 1)))
    elif "\0" in path or not path:
        yield Unreadable(path, Finding("file-not-found", Severity.ERROR, "there is no file with this name"))
    elif os.path.isdir(path):
        yield from _in_directory(path)
    else:
        yield _opened(shown_path(path), open_source(Path(path), shown_path(path)))


def shown_path(path: str) -> str:
    """Relative to the working directory where it lies below it, with forward slashes."""
    try:
        relative = os.path.relpath(path)
    except ValueError:
        relative = path
    below = os.path.isabs(path) and not relative.startswith("..")
    return Path(relative if below else path).as_posix()


def _opened(shown: str, source: Source | Finding) -> Source | Unreadable:
    return Unreadable(shown, source) if isinstance(source, Finding) else source


def _in_directory(path: str) -> Iterator[Source | Unreadable]:
    count = 0
    for file in _files(path):
        source = _opened(shown_path(file), open_source(Path(file), shown_path(file)))
        if isinstance(source, Unreadable) or looks_like_derivation(source.text):
            count += 1
            yield source
    if not count:
        message = "there is no derivation here: no *.yaml or *.yml file with a top-level `steps`"
        yield Unreadable(shown_path(path), Finding("no-derivation", Severity.ERROR, message))


def _files(path: str) -> Iterator[str]:
    for directory, names, files in os.walk(path):
        names[:] = sorted(name for name in names if not name.startswith("."))
        for name in sorted(files):
            if name.lower().endswith(SUFFIXES) and not name.startswith("."):
                yield os.path.join(directory, name)


def looks_like_derivation(text: str) -> bool:
    """Whether the text has a top-level `steps`, or `given` and a key that was meant to be `steps`."""
    keys = set(_TOP_KEY.findall(text))
    if "steps" in keys or _FLOW_ROOT.match(text):
        return True
    return "given" in keys and bool(difflib.get_close_matches("steps", keys, n=1, cutoff=0.7))

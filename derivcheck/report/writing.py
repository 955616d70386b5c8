"""A report reaches its file whole or not at all, and standard output without a word besides.

The text goes to a new file beside the old one, which is replaced in one move. What is not a regular file
(`/dev/stdout`, a pipe) is written to directly.
"""

from __future__ import annotations

import difflib
import os
import secrets
import sys
from pathlib import Path

from derivcheck.report.options import RenderOptions
from derivcheck.report.safe_text import visible_text


def write_whole(path: Path, text: str) -> None:
    """Write UTF-8 text to the file, following links; raises OSError and leaves the old file as it was."""
    target = Path(os.path.realpath(path))
    data = text.encode("utf-8", "backslashreplace")
    if target.exists() and not target.is_file():
        target.write_bytes(data)
        return
    new = target.with_name(f".{target.name[:100]}.{secrets.token_hex(6)}.part")
    try:
        _write_new(new, data)
        if target.exists():
            new.chmod(target.stat().st_mode & 0o7777)
        os.replace(new, target)
    finally:
        new.unlink(missing_ok=True)


def _write_new(path: Path, data: bytes) -> None:
    with path.open("xb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())


def difference(path: str, old: str, new: str, options: RenderOptions) -> str:
    """What changes from one text to the other, as a unified diff that is safe to show."""
    lines = difflib.unified_diff(old.splitlines(), new.splitlines(), path, path, lineterm="")
    return "".join(f"{visible_text(line, options.encoding)}\n" for line in lines)


def write_out(text: str) -> None:
    """Write to standard output; raises OSError, after which nothing more is written there."""
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except OSError:
        # The interpreter flushes once more at its end and would complain a second time.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise

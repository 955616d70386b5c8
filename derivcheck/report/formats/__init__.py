"""The output formats: each file of this folder is one, named as people ask for it.

A format module offers `render(report, options) -> str`. Names are known from the folder alone, so that the
command line can list them without importing any; a new file is a new format.
"""

from __future__ import annotations

import pkgutil
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from derivcheck.report.options import RenderOptions
    from derivcheck.verdict import Report

FORMATS = tuple(sorted(module.name for module in pkgutil.iter_modules(__path__)))


def render(format: str, report: Report, options: RenderOptions) -> str:
    """The report in one of `FORMATS`."""
    text: str = import_module(f"{__name__}.{format}").render(report, options)
    return text

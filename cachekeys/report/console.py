"""Write lines of styled spans: through rich on a terminal when it is installed (extra ``cli``), as plain text otherwise."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Literal, TextIO

from cachekeys.report.message import printable

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Color", "Line", "Span", "write"]

Color = Literal["auto", "always", "never"]

Span = tuple[str, str]
"""A text and its style in rich's words ("bold red"), "" for none."""

Line = list[Span]


def write(lines: Iterable[Line], *, color: Color = "auto", stream: TextIO | None = None) -> None:
    """Write *lines*. Nothing in them reaches the terminal as a control character."""
    out = sys.stdout if stream is None else stream
    if _wants_color(color, out):
        try:
            _write_with_rich(lines, out)
        except ImportError:
            pass
        else:
            return
    for line in lines:
        out.write("".join(printable(text) for text, _ in line).rstrip() + "\n")


def _wants_color(color: Color, out: TextIO) -> bool:
    """Follow the option, then https://no-color.org, then what the stream is."""
    if color != "auto":
        return color == "always"
    return not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb" and out.isatty()


def _write_with_rich(lines: Iterable[Line], out: TextIO) -> None:
    from rich.console import Console  # optional, and 38 ms
    from rich.text import Text

    console = Console(file=out, force_terminal=True, no_color=False, highlight=False, markup=False, emoji=False)
    for line in lines:
        console.print(Text.assemble(*((printable(text), style) for text, style in line)), soft_wrap=True)

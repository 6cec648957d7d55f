"""Show that a build runs, for how long, and what it does: on a terminal in one line that goes away, elsewhere by a line at the start."""

from __future__ import annotations

import os
import re
import sys
from typing import TYPE_CHECKING

from cachekeys.report.message import printable

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from typing_extensions import Self

__all__ = ["Display"]

_CLEAR = "\r\x1b[2K"
_PROGRAM = re.compile(r"(?:\S*/)?(\S+)")
_HOOK = re.compile(r"\b(build_wheel|build_editable|prepare_metadata_for_\w+|get_requires_for_\w+)\b")


class Display:
    """A progress display on standard error. With rich (extra ``cli``) and on a terminal it is a spinner.

    :param title: what is done, a phrase.
    """

    def __init__(self, title: str) -> None:
        self._title = title
        self._is_terminal = sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
        self._status: Callable[[str], None] | None = None
        self._stop: Callable[[], None] | None = None

    def __enter__(self) -> Self:
        if not self._is_terminal:
            print(f"{printable(self._title)} ...", file=sys.stderr, flush=True)
            return self
        try:
            from rich.console import Console
            from rich.markup import escape
        except ImportError:
            return self
        status = Console(stderr=True).status(escape(self._title))
        status.start()
        self._status, self._stop = (lambda text: status.update(escape(text))), status.stop
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._stop is not None:
            self._stop()
        elif self._is_terminal:
            sys.stderr.write(_CLEAR)
            sys.stderr.flush()

    def update(self, seconds: float, current: str) -> None:
        """Show the time and the program that runs now."""
        if not self._is_terminal:
            return
        what = _described(current)
        text = printable(f"{self._title}, {seconds:.0f} s{f': {what}' if what else ''}")
        text = text[: _columns() - 4]
        if self._status is not None:
            self._status(text)
        else:
            sys.stderr.write(_CLEAR + text)
            sys.stderr.flush()


def _described(command: str) -> str:
    """Return a few words for a command line: the hook of the back end, or the program and its arguments."""
    hook = _HOOK.search(command)
    if hook is not None:
        return hook[1]
    first, _, rest = " ".join(command.split()).partition(" ")
    match = _PROGRAM.match(first)
    return f"{match[1] if match else first} {rest}".strip()


def _columns() -> int:
    try:
        return os.get_terminal_size(sys.stderr.fileno()).columns
    except (OSError, ValueError):
        return 80

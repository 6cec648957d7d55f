"""The rules that compilers write for make: ``target: source header``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Rule", "rules"]

_WORD = re.compile(r"(?:\\[ #:]|\$\$|[^\s])+")
_COLON = re.compile(r"(?<!\\):(?=\s|$)")
_ESCAPED = re.compile(r"\\([ #:])|\$(\$)")


class Rule(NamedTuple):
    """Targets and what they need; a rule without needs only says that a file may vanish (gcc's ``-MP``)."""

    targets: tuple[str, ...]
    needs: tuple[str, ...]


def rules(text: str) -> Iterator[Rule]:
    """Yield the rules of a text; what is none (comments, commands, assignments) is skipped.

    A colon ends the targets where white space follows: that of a drive does not.
    """
    for line in re.sub(r"\\\r?\n", " ", text).splitlines():
        if line.startswith(("#", "\t")):
            continue
        colon = _COLON.search(line)
        if colon:
            yield Rule(tuple(_words(line[: colon.start()])), tuple(_words(line[colon.end() :])))


def _words(text: str) -> Iterator[str]:
    for word in _WORD.findall(text):
        yield _ESCAPED.sub(lambda match: match[1] or match[2], word)

"""The words of CMake's command line: the source directory, definitions, and what names files or presets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cachekeys.inputs.texts import UNKNOWN
from cachekeys.values import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Arguments", "parse_arguments"]

_VALUED = frozenset({"-G", "-B", "-S", "-A", "-T", "-P", "-H", "-U", "--install-prefix", "--log-level"})
_NAMING = {"-C": "-C", "--toolchain": "--toolchain=", "--preset": "--preset="}
_SEPARATORS = frozenset({"&&", "|", ";"})


@dataclass(slots=True)
class Arguments:
    """``files`` are ``-Cfile``, ``--toolchain=file`` and ``--preset=name``, each in one word; ``script`` is that of ``-P``."""

    source: str | None = None
    definitions: list[tuple[str, str]] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    script: str | None = None


def parse_arguments(words: Iterable[str]) -> Arguments:
    """Sort *words*, those after the program's name; an option's value may be a word of its own."""
    found = Arguments()
    pending = ""
    for word in words:
        if pending:
            _valued(found, pending, word)
            pending = ""
        elif word in _VALUED or word in _NAMING or word == "-D":
            pending = word
        elif word.startswith(("-S", "-H", "-D", "-P")):
            _valued(found, word[:2], word[2:])
        elif word.startswith(("-C", "--toolchain=", "--preset=")):
            found.files.append(word)
        elif not word.startswith("-") and word != UNKNOWN and found.source is None and word not in _SEPARATORS:
            found.source = word
    return found


def _valued(found: Arguments, option: str, value: str) -> None:
    if option in {"-S", "-H"}:
        found.source = value
    elif option == "-P":
        found.script = value
    elif option == "-D":
        name, _, text = value.partition("=")
        if name := name.partition(":")[0].strip("\"' "):
            found.definitions.append((name, text.strip("\"'")))
    elif option in _NAMING:
        found.files.append(_NAMING[option] + value)

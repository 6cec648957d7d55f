"""Globs that keep away from what the build writes among its sources: ``lib/**/[!c]*.h``, ``pkg/**/*.templ.pyx``.

Where ``config.h`` is written beside forty headers, ``dir/**/*.h`` would have uv build again after every build, and the list of the other names
is longer than anybody reads. The names that a longer ending, or another letter at the beginning, tells from what is written make one glob; the few
that it does not are named. (An exclusion, ``!dir/config.h``, is a trap: most spellings exclude nothing, see CK206.)
"""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from cachekeys.fix.clusters import EXTENSION, FEW, MANY, is_plain

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable
    from collections.abc import Set as AbstractSet

__all__ = ["Apart"]

_LETTERS = 3
"""Up to so many letters are kept out: more would no longer tell what is meant."""
_LETTER = re.compile("[A-Za-z0-9_]")
_START = 3
"""Beginnings of names that are tried are shorter than this."""
_START_OF_NAME = re.compile(r"[A-Za-z0-9_]*")
_LONG_ENDING = re.compile(r"(?:\.[A-Za-z0-9_+-]+){2}")


class Apart:
    """The globs chosen so far.

    :param files: all files of the project.
    :param inputs: those that the build reads; a glob should take in few others.
    :param outputs: what the build writes, existing or not.
    """

    def __init__(self, files: Iterable[str], inputs: AbstractSet[str], outputs: Collection[str]) -> None:
        self._others = [name for name in files if name not in inputs]
        self._outputs = outputs
        self._chosen: dict[str, None] = {}

    def find(self, names: Iterable[str], allowed: Callable[[int], int]) -> None:
        """Choose globs for *names* where many of one ending lie in one directory that the build writes into.

        :param allowed: how many others a glob may take in along with so many inputs.
        """
        groups: dict[tuple[str, str], list[str]] = {}
        for name in names:
            groups.setdefault((posixpath.dirname(name), posixpath.splitext(name)[1]), []).append(name)
        for (directory, extension), group in sorted(groups.items()):
            if len(group) >= MANY and EXTENSION.fullmatch(extension) and all(map(is_plain, directory.split("/"))):
                written = [name for name in self._outputs if _lies_in(name, directory, extension)]
                if directory and written:
                    self._split(directory, extension, group, written, allowed)

    def globs(self) -> list[str]:
        """Return the chosen globs."""
        return list(self._chosen)

    def _split(
        self, directory: str, extension: str, names: list[str], written: list[str], allowed: Callable[[int], int]
    ) -> None:
        others = [name for name in self._others if _lies_in(name, directory, extension)]
        endings: dict[str, list[str]] = {}
        for name in names:
            endings.setdefault(_long_ending(name), []).append(name)
        for ending, group in sorted(endings.items()):
            fits = _LONG_ENDING.fullmatch(ending) and not any(name.endswith(ending) for name in written)
            if fits and len(group) > FEW and sum(name.endswith(ending) for name in others) <= allowed(len(group)):
                self._chosen[f"{directory}/**/*{ending}"] = None
                names = [name for name in names if name not in group]
        if len(names) < MANY:
            return
        starts = dict.fromkeys(posixpath.basename(name)[:length] for length in range(_START) for name in names)
        best = max((_Stems(start, names, written, others) for start in starts), key=lambda stems: len(stems.kept))
        if len(best.kept) >= MANY and best.beside <= allowed(len(best.kept)):
            self._chosen[f"{directory}/**/{best.pattern}{extension}"] = None


class _Stems:
    """Names that begin with *start* and go on with another letter than those that are written.

    :param others: what is neither read nor written by the build.
    """

    def __init__(self, start: str, names: list[str], written: list[str], others: list[str]) -> None:
        kept_out = {_after(start, name) for name in written} - {None}
        self.pattern = f"{start}[!{''.join(sorted(filter(None, kept_out)))}]*" if kept_out else f"{start}*"
        spelled = len(kept_out) <= _LETTERS and all(letter and _LETTER.fullmatch(letter) for letter in kept_out)
        stops = kept_out | {None, "."}
        self.kept = (
            [name for name in names if _after(start, name) not in stops]
            if spelled and _START_OF_NAME.fullmatch(start)
            else []
        )
        self.beside = sum(_after(start, name) not in stops for name in others)


def _after(start: str, name: str) -> str | None:
    """Return the character of a file's name that follows *start*, None when it begins otherwise."""
    base = posixpath.basename(name)
    return base[len(start)] if base.startswith(start) and len(base) > len(start) else None


def _lies_in(name: str, directory: str, extension: str) -> bool:
    return name.endswith(extension) and name.startswith(f"{directory}/")


def _long_ending(name: str) -> str:
    """Return the last two parts of ``h5.templ.pyx`` as its ending, "" for a name with one."""
    parts = posixpath.basename(name).split(".")
    return f".{parts[-2]}.{parts[-1]}" if len(parts) > 2 and parts[0] else ""  # noqa: PLR2004 - a stem and two endings

"""Globs for one level of directories: ``lib/{core,zlib-1.2}/*.{c,h}``.

Where a directory holds what is compiled, and below it examples, tests or ports that are not, ``lib/core/**/*.c`` takes in too many
others. ``lib/core/*.c`` would not do: alone it matches at any depth, and with a glob further up in the list only there (uv >= 0.7.21
groups them). After a brace the slash belongs to the pattern, which anchors it in both cases.
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from cachekeys.fix.clusters import EXTENSION, FEW, is_plain

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable
    from collections.abc import Set as AbstractSet

__all__ = ["Levels"]


class Levels:
    """The directories chosen so far, each with the extensions of files directly in it.

    :param files: all files of the project.
    :param inputs: those that the build reads; a glob should take in few others.
    :param outputs: what the build writes, existing or not; no glob may match any.
    """

    def __init__(self, files: Iterable[str], inputs: AbstractSet[str], outputs: Collection[str]) -> None:
        self._others: dict[tuple[str, str], int] = {}
        for name in files:
            if name not in inputs:
                place = _place(name)
                self._others[place] = self._others.get(place, 0) + 1
        self._written = {_place(name) for name in outputs}
        self._chosen: dict[str, set[str]] = {}

    def find(self, names: Iterable[str], allowed: Callable[[int], int]) -> None:
        """Choose the directories in which many of *names* lie side by side.

        :param allowed: how many others a glob may take in along with so many inputs.
        """
        counts: dict[str, dict[str, int]] = {}
        for name in names:
            directory, extension = _place(name)
            if self._may_match(directory, extension):
                here = counts.setdefault(directory, {})
                here[extension] = here.get(extension, 0) + 1
        for directory, here in counts.items():
            others = {extension: self._others.get((directory, extension), 0) for extension in here}
            chosen = here
            if sum(others.values()) > allowed(sum(here.values())):
                chosen = {extension: count for extension, count in here.items() if others[extension] <= allowed(count)}
            if sum(chosen.values()) > FEW:
                self._chosen.setdefault(directory, set()).update(chosen)

    def globs(self) -> list[str]:
        """Return the chosen globs; directories side by side of which the same is read make one."""
        alike: dict[tuple[str, tuple[str, ...]], list[str]] = {}
        for directory, extensions in self._chosen.items():
            parent, _, last = directory.rpartition("/")
            alike.setdefault((parent, tuple(sorted(extension[1:] for extension in extensions))), []).append(last)
        return sorted(
            f"{parent}/{{{','.join(sorted(lasts))}}}/*.{found[0] if len(found) == 1 else '{' + ','.join(found) + '}'}"
            for (parent, found), lasts in alike.items()
        )

    def _may_match(self, directory: str, extension: str) -> bool:
        """Tell whether the glob can be spelled, below a directory that uv may walk, and matches nothing that the build writes."""
        if "/" not in directory or not EXTENSION.fullmatch(extension) or (directory, extension) in self._written:
            return False
        return all(map(is_plain, directory.split("/"))) and "," not in posixpath.basename(directory)


def _place(name: str) -> tuple[str, str]:
    return posixpath.dirname(name), posixpath.splitext(name)[1]

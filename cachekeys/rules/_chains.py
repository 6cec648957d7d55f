"""Which file has led the build to which: what lets many gaps be told as one, and says where they come from."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cachekeys.coverage import InputCoverage

__all__ = ["Chains"]


class Chains:
    """The unwatched files of a project, of all rules, each with the file that makes the build read it."""

    def __init__(self, gaps: Iterable[InputCoverage]) -> None:
        self._readers: dict[str, str] = {}
        self._above: dict[str, str] = {}
        for entry in gaps:
            reader, read = entry.input.origin.file, entry.input.what
            if reader != read:
                self._readers.setdefault(read, reader)
            reader, read = self.top(reader), self.top(read)
            if reader != read:
                self._above[read] = reader

    def top(self, name: str) -> str:
        """Return what stands for all files that hang together with *name*: mostly the one that has led to them all."""
        while name in self._above:
            name = self._above[name]
        return name

    def common(self, names: Iterable[str]) -> str | None:
        """Return the last file that has led to each of *names*, or is one of them; None where there is none."""
        several = [self._leading_to(name) for name in dict.fromkeys(names)]
        return next((name for name in several[0] if all(name in others for others in several)), None)

    def _leading_to(self, name: str) -> list[str]:
        found = {name: None}
        while name in self._readers and self._readers[name] not in found:
            name = self._readers[name]
            found[name] = None
        return list(found)

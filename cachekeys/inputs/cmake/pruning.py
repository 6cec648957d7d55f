"""Which targets a CMake build leaves out, and the files that only these compile.

``cmake --build`` makes the target ``all``: every library and program that is not declared with ``EXCLUDE_FROM_ALL`` (or below a
directory that is), custom targets with ``ALL``, and what these link or depend on. With targets named on its command line, it makes
those and what they need. Wherever it is not known what is needed, nothing is left out.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cachekeys.inputs.cmake.values import Value, all_words, text_of
from cachekeys.inputs.texts import UNKNOWN
from cachekeys.values import dataclass, field

if TYPE_CHECKING:
    from cachekeys.inputs.cmake.interpreter import Interpreter

__all__ = ["Targets", "add_dependencies", "declare", "need", "target_name", "unbuilt_files"]

_TRUE = re.compile(r"(?i)1|on|yes|true|y")
_EXPRESSION = re.compile(r"\$<TARGET_[A-Z_]+:([^>,$]+)")


@dataclass(slots=True)
class Targets:
    """What is known of the targets: ``needs`` is by target, ``""`` standing for the build as a whole.

    ``owner`` is the target whose sources are being noted; ``owners`` are the targets that compile a file, by its path, and
    ``free`` the files that are read for another reason as well.
    """

    owner: str = ""
    outside: int = 0  # directories being entered with EXCLUDE_FROM_ALL
    declared: set[str] = field(default_factory=set)
    built: set[str] = field(default_factory=set)
    aliases: dict[str, str] = field(default_factory=dict)
    needs: dict[str, set[str]] = field(default_factory=dict)
    owners: dict[str, set[str]] = field(default_factory=dict)
    free: set[str] = field(default_factory=set)

    def compiled(self) -> set[str]:
        """Return the files that targets compile and nothing else reads."""
        return self.owners.keys() - self.free

    def note(self, path: str) -> None:
        """Remember on whose behalf *path* is noted."""
        if self.owner:
            self.owners.setdefault(path, set()).add(self.owner)
        else:
            self.free.add(path)


def declare(m: Interpreter, arguments: list[Value], *, is_custom: bool = False) -> None:
    """Remember the target that ``add_library``, ``add_executable`` or ``add_custom_target`` declares."""
    words = all_words(arguments)
    if not words:
        return
    known = m.building
    for name in arguments[0]:
        known.declared.add(name)
        if "ALIAS" in words[:-1] and not is_custom:
            known.aliases[name] = words[words.index("ALIAS") + 1]
        elif "ALL" in words if is_custom else not (known.outside or "EXCLUDE_FROM_ALL" in words):
            known.built.add(name)


def need(m: Interpreter, name: str, words: list[str]) -> None:
    """Remember that the target *name* (``""``: the build) links or depends on those of *words* that are targets."""
    found = m.building.needs.setdefault(name, set())
    for word in words:
        found.update(part for part in re.split(r"[;:]?\$<[A-Z_:0-9]+:|[>;]", word) if part)


def add_dependencies(m: Interpreter, arguments: list[Value]) -> None:
    """``add_dependencies(target dependencies...)``."""
    for name in arguments[0] if arguments else ():
        need(m, name, all_words(arguments[1:]))


def unbuilt_files(m: Interpreter, wanted: tuple[str, ...]) -> set[str]:
    """Return the files that only targets compile that the build leaves out.

    :param wanted: the targets on the command line of the build; none for all.
    """
    known = m.building
    for key, value in m.properties.items():
        if key[0] == "TARGET" and key[2] == "EXCLUDE_FROM_ALL" and len(value) == 1:
            (known.built.discard if _TRUE.fullmatch(value[0]) else known.built.add)(key[1])
    if wanted and not known.declared.union(m.targets).issuperset(wanted):
        return set()
    if not wanted and known.declared <= known.built | known.aliases.keys():
        return set()
    for path in m.parsed:
        need(m, "", _EXPRESSION.findall((m.project.read_bytes(path) or b"").decode("utf-8", "replace")))
    reached: set[str] = set()
    pending = ["", *(wanted or (*known.built, *(m.targets - known.declared)))]
    while pending:
        name = pending.pop()
        name = known.aliases.get(name, name)
        if UNKNOWN in name:
            return set()
        if name not in reached:
            reached.add(name)
            pending += known.needs.get(name, ())
    return {path for path, owners in known.owners.items() if path not in known.free and not owners & reached}


def target_name(arguments: list[Value]) -> str:
    """Return the name of the target that a command is about, when it is known."""
    return text_of(arguments, 0) if arguments and len(arguments[0]) == 1 and UNKNOWN not in arguments[0][0] else ""

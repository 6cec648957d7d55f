"""CMake's ``file(GLOB)``: which files, and directories, an expression lists."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from cachekeys.inputs.cmake.conditions import is_true
from cachekeys.inputs.cmake.scopes import Seen
from cachekeys.inputs.cmake.values import Value, all_words
from cachekeys.inputs.includes import NATIVE_SUFFIXES
from cachekeys.inputs.texts import ROOT, UNKNOWN, expand, expand_directories, project_path

if TYPE_CHECKING:
    from cachekeys.inputs.cmake.interpreter import Interpreter

__all__ = ["glob"]

_WILD = re.compile(r"[*?]+|\[[^\]]*\]")


def glob(m: Interpreter, arguments: list[Value], *, recursive: bool) -> None:
    """``file(GLOB|GLOB_RECURSE variable [LIST_DIRECTORIES true|false] [RELATIVE path] [CONFIGURE_DEPENDS] expression...)``.

    Without the option, ``GLOB`` lists directories as well, ``GLOB_RECURSE`` does not; what is listed is sorted (cmake-file(7)).
    """
    words = all_words(arguments)
    if not words:
        return
    name, *words = words
    found: set[str] = set()
    elsewhere: list[str] = []
    options = {key: words[words.index(key) + 1] for key in ("RELATIVE", "LIST_DIRECTORIES") if key in words[:-1]}
    directories = is_true(options.get("LIST_DIRECTORIES", "OFF" if recursive else "ON")) is not False
    taken = {"RELATIVE", "LIST_DIRECTORIES", "CONFIGURE_DEPENDS", "FOLLOW_SYMLINKS", *options.values()}
    for word in words:
        if word in taken:
            continue
        found.update(_listed(m, word, recursive=recursive, directories=directories))
        if m.resolve(word) is None:
            elsewhere.append(f"/{UNKNOWN}/{_WILD.sub(UNKNOWN, posixpath.basename(word))}")
    base = project_path(options["RELATIVE"]) if "RELATIVE" in options else None
    values = [_shown(path, base) for path in sorted(found)]
    # what lies in a library that is downloaded, or on the machine: a loop over it runs for names that we do not know
    m.assign(name, tuple(dict.fromkeys((";".join(values), ";".join([*values, *elsewhere])))))


def _shown(path: str, base: str | None) -> str:
    if base is None or UNKNOWN in base:
        return f"{ROOT}/{path}"
    return posixpath.relpath(f"/{path}", f"/{base}")


def _listed(m: Interpreter, word: str, *, recursive: bool, directories: bool) -> list[str]:
    path = m.resolve(word)
    if path is None:
        return []
    if recursive:
        head, _, tail = path.rpartition("/")
        path = f"{head}/**/{tail}" if head else f"**/{tail}"
    found = expand(m.project, path)
    native = [name for name in found if name.lower().endswith(NATIVE_SUFFIXES)]
    if found and len(native) == len(found):
        pattern = "".join(f"[{c}]" if c in "{}!" else c for c in path.replace(UNKNOWN, "*"))
        m.note_glob(pattern, Seen("native-source", "code", f"{m.place[0]} lists the files that match it", m.place))
    return [*found, *expand_directories(m.project, path)] if directories else found

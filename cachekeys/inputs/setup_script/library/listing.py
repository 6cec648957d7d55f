"""``glob``, ``os.walk``, ``os.listdir`` and ``fnmatch``: which names there are."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from cachekeys.inputs.setup_script.library import Call, model
from cachekeys.inputs.setup_script.library.content import iterate
from cachekeys.inputs.setup_script.values import (
    External,
    PathValue,
    Value,
    alternatives,
    as_text,
    sources_of,
    unknown,
    with_sources,
)
from cachekeys.inputs.texts import ROOT, expand, expand_directories, is_known, join, project_path

if TYPE_CHECKING:
    from cachekeys.inputs.setup_script.machine import Machine

__all__ = ["is_below", "list_directory", "match_glob", "not_entered", "walk"]

MAX_ENTRIES = 3000


@model("glob.glob", "glob.iglob", "glob2.glob", "setuptools.glob.glob", "setuptools.glob.iglob")
def _glob(call: Call) -> Value:
    found: list[Value] = []
    root = call.kwargs.get("root_dir")
    for option in alternatives(call.argument(0, "pathname")):
        if isinstance(option, External):
            found.append(call.result())
            continue
        if root is None:
            found += match_glob(call.machine, with_sources(as_text(option), sources_of(option)))
            continue
        start = as_text(root)
        for item in match_glob(call.machine, with_sources(join(start, as_text(option)), sources_of(option))):
            text = as_text(item)
            found.append(
                with_sources(text[len(start) :].lstrip("/") if text.startswith(start) else text, sources_of(item))
            )
    return found


@model("distutils.filelist.findall", "setuptools._distutils.filelist.findall", "setuptools.findall")
def _findall(call: Call) -> Value:
    """Return every file below a directory."""
    return match_glob(call.machine, join(as_text(call.argument(0, "dir", ".")), "**", "*"))


@model("fnmatch.filter", "fnmatch.fnmatch", "fnmatch.fnmatchcase")
def _fnmatch(call: Call) -> Value:
    from fnmatch import fnmatchcase  # rarely needed

    pattern = call.argument(1, "pat")
    if not isinstance(pattern, str) or not is_known(pattern):
        return call.argument(0) if call.name.endswith("filter") else call.result()
    if call.name.endswith("filter"):
        items = [as_text(item) for item in iterate(call.machine, call.argument(0))]
        return [item for item in items if not is_known(item) or fnmatchcase(item, pattern)]
    name = call.argument(0)
    return fnmatchcase(name, pattern) if isinstance(name, str) and is_known(name) else call.result()


def match_glob(m: Machine, pattern: str) -> list[Value]:
    """Note that *pattern* is expanded and return the files that it matches, each remembering the pattern."""
    path = m.locate(pattern)
    if path is None:
        return [unknown(pattern)]
    sources = sources_of(pattern) | {("listing", path)}
    m.facts.read("glob", path, m.place())
    absolute = pattern.startswith(ROOT) or path != project_path(pattern)
    prefix = f"{ROOT}/" if absolute else ""
    ending = "/" if pattern.endswith("/") else ""
    names = [] if ending else expand(m.project, path)[:MAX_ENTRIES]
    if not posixpath.splitext(path)[1]:  # one with an ending is after files
        names = sorted({*names, *expand_directories(m.project, path)[:MAX_ENTRIES]})
    return [with_sources(prefix + name + ending, sources) for name in names]


@model("os.listdir", "os.scandir")
def _listdir(call: Call) -> Value:
    target = call.argument(0, "path", ".")
    names = list_directory(call.machine, target)
    if call.name == "os.listdir":
        return names
    return [PathValue(with_sources(join(as_text(target), as_text(name)), sources_of(name))) for name in names]


def list_directory(m: Machine, target: Value) -> list[Value]:
    """Return the names in a directory of the project, each remembering the listing."""
    path = m.locate(as_text(target))
    if path is None or not is_known(path):
        return [unknown(target)]
    prefix = "" if path == "." else f"{path}/"
    sources = sources_of(target) | {("listing", f"{prefix}*")}
    names = sorted({name[len(prefix) :].partition("/")[0] for name in m.project.files_below(prefix)})
    return [with_sources(name, sources) for name in names[:MAX_ENTRIES]]


@model("os.walk", "os.fwalk")
def _walk(call: Call) -> Value:
    """Return ``(directory, subdirectories, files)`` for every directory below; ``os.fwalk`` adds a descriptor."""
    found: list[Value] = []
    for option in alternatives(call.argument(0, "top", ".")):
        found += walk(call.machine, as_text(option)) or [call.result()]
    if call.name == "os.fwalk":
        return [(*item, External("descriptor")) if isinstance(item, tuple) else item for item in found]
    return found


class Subdirectories(list[Value]):
    """The directories that a step of a walk goes on to: the script may take some away from the list."""

    __slots__ = ("whole",)

    def __init__(self, names: list[Value]) -> None:
        super().__init__(names)
        self.whole = tuple(names)


def not_entered(step: Value) -> list[str]:
    """Return the directories that a walk does not enter after *step*, since the script has taken them away."""
    if not (isinstance(step, tuple) and len(step) == 3 and isinstance(step[1], Subdirectories)):  # noqa: PLR2004 - of os.walk()
        return []
    return [join(as_text(step[0]), as_text(name)) for name in step[1].whole if name not in step[1]]


def is_below(step: Value, directories: list[str]) -> bool:
    """Tell whether a step of a walk is in one of *directories* or below it."""
    if not directories or not isinstance(step, tuple):
        return False
    top = as_text(step[0])
    return any(top == directory or top.startswith(f"{directory}/") for directory in directories)


def walk(m: Machine, top: str) -> list[Value]:
    """Return what ``os.walk(top)`` yields; nothing when *top* is no directory that we know."""
    path = m.locate(top)
    if path is None or not is_known(path):
        return []
    prefix = "" if path == "." else f"{path}/"
    sources = sources_of(top) | {("listing", f"{prefix}**/*")}
    directories: dict[str, tuple[set[str], list[str]]] = {"": (set(), [])}
    for name in m.project.files_below(prefix)[:MAX_ENTRIES]:
        inner, _, base = name[len(prefix) :].rpartition("/")
        directories.setdefault(inner, (set(), []))[1].append(base)
        while inner:
            above, _, own = inner.rpartition("/")
            directories.setdefault(above, (set(), []))[0].add(own)
            inner = above
    return [
        (
            with_sources(f"{top}/{inner}" if inner else top, sources),
            Subdirectories([with_sources(name, sources) for name in sorted(subdirectories)]),
            [with_sources(name, sources) for name in files],
        )
        for inner, (subdirectories, files) in sorted(directories.items())
    ]

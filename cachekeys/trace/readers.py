"""Who read it: from the command lines of a trace to the few words that a report needs."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from cachekeys.trace.model import Observer, Process, Trace

__all__ = ["Readers", "Tool", "shown", "starts_back_end"]

Tool = Literal["python", "compiler", "git", "cmake", "meson", "front-end", "other"]
"""What a program is in a build. ``python`` is the back end, too, where that is another program. ``compiler`` is everything that turns sources into objects, generators of sources too."""

_COMPILER = re.compile(
    r"""
    (?:[\w.+-]*-)? (?: gcc | g\+\+ | cc | c\+\+ | cpp | clang | clang\+\+ | gfortran | flang | ifort | nvcc | hipcc | icc | icpc | icx | icpx )
        (?:-[\d.]+)?
    | cc1 | cc1plus | cc1obj | f951 | cicc | cudafe\+\+ | ptxas | fatbinary | as | ld(?:\.\w+)? | collect2 | lto1 | lto-wrapper | ar | nasm | yasm
    | cl | link | rustc | cargo | cython | cython3 | swig[\d.]* | protoc | flex | bison | re2c | f2py
    """,
    re.VERBOSE,
)
_PYTHON = re.compile(r"(?:python|pypy)[\d.]*")
_FRONT_ENDS = frozenset({"uv", "pip", "pip3", "pyproject-build"})
_BACK_ENDS = frozenset({"uv-build", "maturin"})
"""Programs that do what in other back ends Python does: they copy packages."""
_OBSERVED: Mapping[Observer, tuple[Tool, str]] = {
    "python": ("python", "Python"),
    "compiler": ("compiler", "the compiler"),
    "ninja": ("compiler", "the compiler"),
    "cargo": ("compiler", "rustc"),
    "cmake": ("cmake", "cmake"),
    "meson": ("meson", "meson"),
}
_DRIVERS = {
    "cc1": "gcc",
    "cc1obj": "gcc",
    "cc1plus": "g++",
    "f951": "gfortran",
    "cicc": "nvcc",
    "lto1": "gcc",
    "collect2": "ld",
}
_TRIPLE = re.compile(r"(?:[\w.]+-)+(?=(?:gcc|g\+\+|cc|c\+\+|cpp|gfortran|clang|clang\+\+|ld|as|ar)(?:-|$))")
_INNER = frozenset({*_DRIVERS, "as", "ld"})
_LONGEST = 160  # characters of a command line


class Readers:
    """The programs of a trace."""

    def __init__(self, trace: Trace) -> None:
        self._processes = {process.number: process for process in trace.processes}
        self._kinds: dict[int, tuple[Tool, str]] = {}
        # uv builds projects of its own back end by itself.
        self._has_back_end = any(map(starts_back_end, trace.processes))

    def kinds(self, processes: Iterable[int], observers: Iterable[Observer]) -> frozenset[tuple[Tool, str]]:
        """Return what those programs are, each with its name; what the observers tell where no process is known."""
        known = frozenset(self._kind(number) for number in processes if number in self._processes)
        return known or frozenset(_OBSERVED[name] for name in observers if name in _OBSERVED)

    def command(self, processes: Iterable[int]) -> str:
        """Return the command line of the first of *processes* that is known, "" when none is; the driver's, not that of what it starts.

        The command that runs the back end is the last choice: it is the same for everything that the back end does.
        """
        for number in sorted(processes, key=lambda number: starts_back_end(self._processes.get(number))):
            process = self._processes.get(number)
            while process is not None and process.arguments and _program(process.arguments[0]) in _INNER:
                parent = self._processes.get(process.parent) if process.parent is not None else None
                if parent is None or self._kind(parent.number)[0] != "compiler":
                    break
                process = parent
            if process is not None:
                return shown(process)
        return ""

    def project_source(self, processes: Iterable[int], files: frozenset[str] | set[str]) -> str | None:
        """Return a file of the project that one of the command lines names."""
        for number in processes:
            process = self._processes.get(number)
            for argument in process.arguments[1:] if process else ():
                name = posixpath.normpath(argument)
                if name in files:
                    return name
        return None

    def _kind(self, number: int) -> tuple[Tool, str]:
        if number not in self._kinds:
            kind = _classify(self._processes[number])
            self._kinds[number] = ("python", "uv") if kind == ("front-end", "uv") and not self._has_back_end else kind
        return self._kinds[number]


def starts_back_end(process: Process | None) -> bool:
    """Tell whether this is the front end's call of a hook of the back end (:pep:`517`)."""
    words = process.arguments[1:3] if process is not None else ()
    return (words[:1] == ("-c",) and "backend" in words[-1]) or any("_in_process" in word for word in words)


def shown(process: Process, most: int = _LONGEST) -> str:
    """Return the command line as a shell would take it, shortened to what fits into a line."""
    import shlex

    first, *others = process.arguments or ("",)
    text = shlex.join([first.rpartition("/")[2] or first, *others])
    return text if len(text) <= most else f"{text[:most]} ..."


def _classify(process: Process) -> tuple[Tool, str]:
    arguments = process.arguments
    name = _program(arguments[0]) if arguments else ""
    if _PYTHON.fullmatch(name):
        if arguments[1:2] == ("-m",) and arguments[2:3] in (("pip",), ("build",), ("uv",)):
            return "front-end", arguments[2]
        script = next((argument for argument in arguments[1:] if not argument.startswith("-")), "")
        inner = _program(script) if arguments[1:2] != ("-c",) else ""
        if inner in _FRONT_ENDS and process.parent is None:
            return "front-end", inner
        if _COMPILER.fullmatch(inner):
            return "compiler", inner.removesuffix("3")
        return ("meson", inner) if inner == "meson" else ("python", "Python")
    if name in _FRONT_ENDS:
        return "front-end", name
    if name in _BACK_ENDS:
        return "python", name
    if name in ("git", "hg", "svn", "jj"):
        return "git", name
    if name in ("cmake", "ctest", "cpack"):
        return "cmake", name
    if name == "meson":
        return "meson", name
    if _COMPILER.fullmatch(name):
        return "compiler", _DRIVERS.get(name) or _TRIPLE.sub("", name)
    return "other", name or "a program"


def _program(path: str) -> str:
    name = path.replace("\\", "/").rpartition("/")[2]
    return name[:-4] if name.lower().endswith((".exe", ".bat", ".cmd")) else name.removesuffix(".py")

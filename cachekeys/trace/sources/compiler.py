"""What compilers say of the files that they read: gcc, clang, and whoever writes rules for make (``-MD``).

By environment variables alone, so that no command line changes. gcc: ``DEPENDENCIES_OUTPUT`` (its manual, "Environment Variables
Affecting GCC"), which it ignores where ``-MD`` is given; the file of that option is read then. Not ``SUNPRO_DEPENDENCIES``, which would
name headers of ``-isystem``, too, but leaves the source out; with both, gcc heeds the first. clang: ``CC_PRINT_HEADERS``, which leaves the source out. The paths are
relative to where the compiler ran, which is not told: all directories of processes are tried.

Where the preload helper is at work, which sees all of that, no compiler is asked: ccache takes these variables for a reason to stand back
(it compiles everything anew, and 4.7.5 compiles nothing at all and calls that a success). Without the helper they are not set
where such a program might stand before the compiler.

Microsoft's ``/sourceDependencies`` and nvcc's ``-MD`` exist as variables that change the command line (``_CL_``,
``NVCC_APPEND_FLAGS``), and could fail a build: not used.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
from typing import TYPE_CHECKING

from cachekeys.trace.model import Event
from cachekeys.trace.sources._makefile import rules
from cachekeys.trace.sources._places import declared, found, is_preloaded, resolve, working_directories

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from cachekeys.trace.context import Context
    from cachekeys.trace.model import Observer
    from cachekeys.trace.sources._places import Found

__all__ = ["KEEP", "NAME", "blind", "prepare", "read"]

NAME: Observer = "compiler"
KEEP = ("*.d", "depend.make", "compiler_depend.make", ".deps/*.Po", ".deps/*.Plo")

_GCC_LOG = "compiler-gcc.log"
_CLANG_LOG = "compiler-clang.log"
_CLANG_LINE = re.compile(r"^\.+ (.+)$", re.MULTILINE)
_COMPILERS = frozenset({"CC", "CXX", "CUDACXX", "OBJC", "OBJCXX", "FC", "RUSTC_WRAPPER"})
_CACHES = re.compile(r"s?ccache|distcc|icecc|buildcache")


def prepare(context: Context) -> Mapping[str, str]:
    """Ask gcc and clang to write down what they read; a variable that the user has set stays the user's."""
    if is_preloaded(context) or _caches(context):
        return {}
    wanted = {
        "DEPENDENCIES_OUTPUT": os.path.join(context.directory, _GCC_LOG),
        "CC_PRINT_HEADERS": "1",
        "CC_PRINT_HEADERS_FILE": os.path.join(context.directory, _CLANG_LOG),
    }
    if {"DEPENDENCIES_OUTPUT", "SUNPRO_DEPENDENCIES"} & context.environment.keys():
        del wanted["DEPENDENCIES_OUTPUT"]
    if "CC_PRINT_HEADERS" in context.environment or re.search(r"\s", context.directory):
        return {name: value for name, value in wanted.items() if not name.startswith("CC_")}
    return wanted


def _caches(context: Context) -> set[str]:
    """Return the programs that may stand before the compiler: those that a variable names, and ccache when it is installed."""
    named = {
        os.path.basename(word)
        for name, value in context.environment.items()
        if name in _COMPILERS or name.endswith("_COMPILER_LAUNCHER")
        for word in value.split()
    }
    path = context.environment.get("PATH")
    installed = {name for name in ("ccache", "buildcache") if shutil.which(name, path=path)}
    return {*filter(_CACHES.fullmatch, named), *installed}


def read(context: Context) -> Iterator[Event]:
    """Yield the sources and headers."""
    starts = working_directories(context)
    paths: dict[str, None] = {}
    for rule in rules(_log(context, _GCC_LOG)):
        paths |= dict.fromkeys(resolve(rule.needs, starts))
    for path in dict.fromkeys(_CLANG_LINE.findall(_log(context, _CLANG_LOG))):
        paths |= dict.fromkeys(resolve([path], starts))
    for depfile in found(context, KEEP):
        for rule in rules(depfile.text()):
            if rule.needs and not any(need.endswith(".rs") for need in rule.needs):  # Cargo's
                paths |= dict.fromkeys(resolve(rule.needs, (*_around(depfile, context), *starts)))
    for path in paths:
        if os.path.isfile(path):  # processes that write to one log at once may cut a name in two
            yield Event("read", path, NAME)


def _log(context: Context, name: str) -> str:
    try:
        with open(os.path.join(context.directory, name), encoding="utf-8", errors="surrogateescape") as file:
            return file.read()
    except OSError:
        return ""


def _around(depfile: Found, context: Context) -> Iterator[str]:
    """Yield the directories from that of the file upwards, to where the project or the temporary directory begins."""
    directory = depfile.directory
    tops = (context.root, context.temporary)
    while directory != os.path.dirname(directory):
        yield directory
        if directory in tops:
            return
        directory = os.path.dirname(directory)


def blind(context: Context) -> Iterator[str]:
    """Say which compilers kept their headers to themselves, unless the preload helper saw them."""
    if declared(context) == "stat":
        return
    programs = {os.path.basename(process.arguments[0]) for process in context.processes if process.arguments}
    for name in sorted({*filter(_CACHES.fullmatch, programs), *_caches(context)}):
        yield f"{name} may stand before the compiler: headers are known only where a build tool keeps a list."
    if "nvcc" in programs:
        yield "Headers that nvcc read are known only where a build tool keeps a list."
    if sys.platform == "win32":
        yield "Headers that Microsoft's compiler read are known only where ninja keeps a list."

"""What Cargo and rustc say: sources and included files, variables of ``env!``, and what build scripts ask to be run again for.

rustc's dependency files (``target/*/deps/*.d``) are rules for make with ``# env-dep:NAME=value`` lines (rustc's ``--emit=dep-info``);
a build script's lines are in ``target/*/build/*/output`` (The Cargo Book, "Build Scripts"). The values are dropped here.
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from cachekeys.trace.model import Event
from cachekeys.trace.sources._makefile import rules
from cachekeys.trace.sources._places import declared, found, resolve, working_directories

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from cachekeys.trace.context import Context
    from cachekeys.trace.model import Observer

__all__ = ["KEEP", "NAME", "read"]

NAME: Observer = "cargo"
KEEP = ("*.d", "build/*/output")

_VARIABLE = re.compile(r"^# env-dep:([^=\s]+)", re.MULTILINE)
_AGAIN = re.compile(r"^cargo::?rerun-if-(changed|env-changed)=(.+?)\s*$", re.MULTILINE)
_OF_CARGO = (
    "CARGO_",
    "OUT_DIR",
    "RUSTC",
    "TARGET",
    "HOST",
    "NUM_JOBS",
    "OPT_LEVEL",
    "PROFILE",
    "DEBUG",
    "DEP_",
    "RUSTDOC",
)
"""Cargo sets these itself for build scripts and crates (The Cargo Book, "Environment Variables")."""


def read(context: Context) -> Iterator[Event]:
    """Yield what crates of the build were made from; those of a registry lie outside of the project.

    Variables that crates of others ask for matter when they are set.
    """
    read_by_rustc: dict[str, None] = {}
    named: dict[str, None] = {}  # by build scripts, which need not read what they name
    own_scripts: dict[str, str] = {}
    files = list(found(context, KEEP))
    for file in files:
        if not file.path.endswith(".d"):
            continue
        text = file.text()
        is_own = False
        for rule in rules(text):
            if any(need.endswith(".rs") for need in rule.needs):
                sources = resolve(rule.needs, (*_above(file.directory), *working_directories(context)))
                # Cargo's own file beside the library has no rule for itself, and lists what build scripts name, too.
                into = read_by_rustc if any(target.endswith(".d") for target in rule.targets) else named
                into |= dict.fromkeys(sources)
                is_own = is_own or _is_inside(sources, context)
        if is_own and os.path.basename(file.path).startswith("build_script_"):
            sources = [path for path in read_by_rustc if os.path.basename(path) == "build.rs"]
            own_scripts[_crate(file.directory)] = os.path.dirname(sources[-1]) if sources else context.root
        yield from _variables(_VARIABLE.findall(text), context, own=is_own)
    for file in files:
        if os.path.basename(file.path) != "output":
            continue
        package = own_scripts.get(_crate(file.directory))
        for what, name in _AGAIN.findall(file.text()):
            if what == "env-changed":
                yield from _variables([name], context, own=package is not None)
            elif package is not None or os.path.isabs(name):
                named |= dict.fromkeys(resolve([name], [package or context.root]))
    kind = declared(context)
    yield from (Event("read", path, NAME) for path in read_by_rustc if os.path.isfile(path))
    yield from (Event(kind, path, NAME) for path in named if path not in read_by_rustc and os.path.isfile(path))


def _variables(names: Iterable[str], context: Context, *, own: bool) -> Iterator[Event]:
    for name in names:
        if not name.startswith(_OF_CARGO) and (own or name in context.environment):
            yield Event("env", name, NAME, own=own)


def _crate(directory: str) -> str:
    """Return the name of a crate from its directory ``build/<name>-<hash>``."""
    return os.path.basename(directory).rpartition("-")[0]


def _is_inside(paths: Iterable[str], context: Context) -> bool:
    return any(path.startswith(context.root + os.sep) for path in paths)


def _above(directory: str) -> Iterator[str]:
    """Yield the directories around one that have a manifest, the nearest first: paths are relative to that of the workspace."""
    while directory != os.path.dirname(directory):
        directory = os.path.dirname(directory)
        if os.path.exists(os.path.join(directory, "Cargo.toml")):
            yield directory

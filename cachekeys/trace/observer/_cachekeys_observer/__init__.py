"""See what a Python process of a build reads, and write it down; runs inside the build, alone, with any Python from 3.8 on.

Audit hooks show opened files, listed directories, removals and started programs; nothing fires for the environment and for ``os.stat``, so
``os.environ`` gets another class and the functions are replaced. Nothing here may raise into the build or change what it makes, and every
import costs each Python process of the build: only ``os``, ``sys`` and ``time``, which are there anyway.
"""

from __future__ import annotations

import os

from . import log
from .log import State

__all__ = ["start"]

_NEVER_IN = ("/usr/", "/lib", "/proc/", "/dev/", "/sys/", "/etc/", "/run/", "/bin/", "/sbin/", "/nix/store/")
_FRONT_ENDS = frozenset({"pip", "build", "pip.__main__", "build.__main__"})
_PROGRAMS = frozenset({"__pip-runner__.py", "pip", "pip3", "pyproject-build"})


def start() -> None:
    """Begin to observe this process. Does nothing where the environment names no directory for the log."""
    directory, root = os.environ.get("CACHEKEYS_TRACE_DIR"), os.environ.get("CACHEKEYS_TRACE_ROOT")
    if not directory or not root or not os.path.isdir(directory):
        return
    State.directory = directory
    State.keep = tuple(pattern for pattern in os.environ.get("CACHEKEYS_TRACE_KEEP", "").split(os.pathsep) if pattern)
    State.front_end = _is_front_end(log.arguments())
    _set_roots(root, directory)
    log.open_log()
    from . import asking, auditing, environment

    if hasattr(os, "register_at_fork"):
        os.register_at_fork(after_in_child=_after_fork)
    auditing.install()
    if not State.front_end:
        asking.install()
        environment.install()


def _set_roots(root: str, directory: str) -> None:
    """Say which paths are looked at. What comes too much here, the collector leaves out."""
    tops = {root, os.path.realpath(root)}
    here = log.cwd()
    if here and any(os.path.exists(os.path.join(here, name)) for name in ("pyproject.toml", "setup.py")):
        tops.add(here)  # a copy of the tree
    # Without the separator at the end: the directory itself is listed, too.
    State.roots = tuple(tops)
    prefixes = log.prefixes()
    State.inside = (
        *(f"{path}{os.sep}" for path in prefixes if any(path.startswith(f"{top}{os.sep}") for top in tops)),
        "\0",
    )
    State.outside = (*(f"{path}{os.sep}" for path in prefixes if path != os.sep), directory, *_NEVER_IN)
    above = set()
    for top in tops:
        parent = os.path.dirname(top)
        while parent not in above:
            above.add(parent)
            parent = os.path.dirname(parent)
    State.ancestors = frozenset(above)


def _is_front_end(arguments: list[str]) -> bool:
    """Tell whether this is pip or build: they read for themselves, only what they start is the build."""
    words = iter(arguments[1:])
    for word in words:
        if not word.startswith("-"):
            name = os.path.basename(word)
            above = os.path.basename(os.path.dirname(word))
            return name in _PROGRAMS or (name == "__main__.py" and above in _FRONT_ENDS)
        if word[1:2] == "-":
            continue
        if word.endswith("m"):
            return next(words, "") in _FRONT_ENDS
        if word.endswith("c"):
            return False
        if word in {"-W", "-X"}:
            next(words, "")
    return False


def _after_fork() -> None:
    try:
        os.close(State.fd)
        log.open_log()
    except Exception:  # noqa: BLE001, S110 - the child goes on without us
        pass

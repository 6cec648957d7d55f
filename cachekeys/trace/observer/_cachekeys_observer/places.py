"""Which paths may be the project's, and which place of its code is executing."""

from __future__ import annotations

import os
import sys

from .log import State, cwd, field, seen, write

TYPE_CHECKING = False  # as type checkers take it, without the import of typing
if TYPE_CHECKING:
    from types import FrameType

__all__ = [
    "PASSING_ON",
    "STDLIB",
    "absolute",
    "caller",
    "category",
    "file_of",
    "is_directory",
    "is_importing",
    "is_wanted",
    "note",
    "outer",
    "place",
    "settled",
]

STDLIB = os.path.dirname(os.__file__) + os.sep
_HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep
_PACKAGES = ("site-packages", "dist-packages")
# Modules of the standard library that read the environment for compilers: what they read matters.
_COMPILING = ("/distutils/", "_osx_support.py")
# Those through which everybody reads it.
_PASSING_ON = ("os.py", "_collections_abc.py")
_FROZEN_PASSING_ON = ("<frozen os>", "<frozen _collections_abc>")  # 3.11

_DIRECTORY = 0o040000
_TYPE = 0o170000
_stat = os.stat  # as it was: this module is imported before the functions are replaced

_FOREIGN = ("stdlib", "passing", "library", "compiling")
_IMPORTING, _FINDING = (
    getattr(sys.modules.get(_name), "__dict__", None) for _name in ("_frozen_importlib", "_frozen_importlib_external")
)

PASSING_ON = (_HERE, *_FROZEN_PASSING_ON, *(STDLIB + _name for _name in _PASSING_ON))
"""How the paths of code begin that only hands on."""

_categories: dict[str, str] = {}
_unwanted: set[str] = set()
"""Directories in which nothing is the project's."""
_foreign: dict[str, str] = {}
"""Of those, what modules say of themselves in ``__file__`` and is not the project's."""

settled: dict[str, set[str]] = {"stat": set(), "missing": set(), "denied": set()}
"""Paths as they were given, by the answer that was given to them, about which there is nothing more to note. A change of the directory empties it."""


def absolute(path: object) -> str:
    """Return a path as an absolute string, "" for what is none (a file descriptor)."""
    if type(path) is not str:
        if path is None:
            return cwd()
        if isinstance(path, int):
            return ""
        path = os.fsdecode(path)  # type: ignore[arg-type]  # what is no path raises, and the build goes on
    if not path or "\0" in path:
        return ""
    if path[0] == "/" or os.path.isabs(path):
        return path
    directory = cwd()
    return directory + os.sep + path if directory else ""


def is_wanted(path: str) -> bool:
    """Tell whether a path may be the project's: not the interpreter's, not the system's."""
    directory = path.rpartition(os.sep)[0]
    if directory in _unwanted:
        return False
    if not path.startswith(State.inside):
        if path.startswith(State.roots):
            return True
        if path in State.ancestors:  # above the project, where the directory beside it may matter
            return False
        if not path.startswith(State.outside) and "site-packages" not in path and "dist-packages" not in path:
            return True
    if not any(root.startswith(directory) for root in State.roots):
        _unwanted.add(directory)
    return False


def is_directory(path: str) -> bool | None:
    """Tell whether there is a directory at a path, None when nothing is there."""
    if State.helper is not None:
        return State.helper.is_directory(path)  # type: ignore[no-any-return]
    try:
        return _stat(path).st_mode & _TYPE == _DIRECTORY
    except (OSError, ValueError):
        return None


def note(kind: str, path: str, frame: FrameType | None) -> None:
    """Log an access to a path that is wanted, once, with the place that led to it."""
    if (kind, path) in seen:
        return
    seen.add((kind, path))
    file, line, own, _ = place(frame)
    write(kind, field(path), field(file), str(line), "01"[own])


def place(frame: FrameType | None) -> tuple[str, int, bool, str]:
    """Return the innermost place of the project's code, from *frame* outwards.

    Its file ("" for none) and line; whether nothing but the standard library is between; and who is innermost: "project",
    "library", "compiling" or "stdlib", not counting what only hands on.
    """
    own, reader = True, ""
    while frame is not None:
        if State.helper is not None:
            frame, only, first = State.helper.outward(frame, _foreign)
            own, reader = own and only, reader or first
            if frame is None:
                break
        # Stacks are some forty frames deep, most of them of modules that were met before: no function call for these.
        file = dict.get(frame.f_globals, "__file__")
        where = (_foreign.get(file) if type(file) is str else None) or category(frame)
        if where in {"library", "compiling"}:
            own = False
            reader = reader or where
        elif where == "stdlib":
            reader = reader or where
        elif where != "passing":
            return where, frame.f_lineno, own, reader or "project"
        frame = frame.f_back
    return "", 0, False, reader or "library"


def outer(frame: FrameType | None) -> FrameType | None:
    """Return the first frame, from this one outwards, that does not only hand on."""
    while frame is not None and category(frame) == "passing":
        frame = frame.f_back
    return frame


def is_importing(frame: FrameType) -> bool:
    """Tell whether the import system itself is at work."""
    return frame.f_globals is _FINDING or frame.f_globals is _IMPORTING


def category(frame: FrameType) -> str:
    """Return "stdlib", "passing" (of it, what only hands on), "library", "compiling", or the path of the project's file.

    An audit event fires whenever ``f_code`` is looked at, and none for ``f_globals``: so a module that is known not to be the project's is
    recognized by these.
    """
    names = frame.f_globals
    if names is _IMPORTING or names is _FINDING:
        return "stdlib"
    file = dict.get(names, "__file__")
    if type(file) is str and file in _foreign:
        return _foreign[file]
    name = frame.f_code.co_filename
    if name[:1] == "<":
        if name.startswith("<frozen"):
            found = "passing" if name in _FROZEN_PASSING_ON else "stdlib"
            if type(file) is str:
                _foreign[file] = found
            return found
        # setuptools executes setup.py from a string, with its path in __file__.
        name = file or ""
        if not isinstance(name, str) or not name:
            return "stdlib"
    found = _categories.get(name) or _categories.setdefault(name, _categorize(name))
    if name == file and found in _FOREIGN:
        _foreign[name] = found
    return found


def _categorize(name: str) -> str:
    path = os.path.normpath(absolute(name))
    if path.startswith(_HERE):
        return "passing"
    in_packages = any(part in path for part in _PACKAGES)
    if path.startswith(STDLIB) and not in_packages:
        if any(part in path for part in _COMPILING):
            return "compiling"
        return "passing" if path[len(STDLIB) :] in _PASSING_ON else "stdlib"
    in_root = any(path.startswith(root + os.sep) for root in State.roots)
    return path if in_root and not in_packages and not path.startswith(State.inside) else "library"


def caller(depth: int) -> FrameType | None:
    """Return the frame *depth* calls above the caller's; None when the interpreter itself is at work, without Python code."""
    try:
        return sys._getframe(depth + 1)  # noqa: SLF001 - the documented way to get it
    except ValueError:
        return None


def file_of(frame: FrameType | None) -> str:
    """Return the file name of the code that is executing in a frame, as it was compiled, "" for none."""
    return "" if frame is None else frame.f_code.co_filename

"""``os.stat`` and its kin: no audit event fires for them, so others take their place: functions of the preload helper where it is there, or objects.

Not functions in Python: ``pathlib`` up to Python 3.10 keeps ``os.stat`` in a class, where such a function becomes a method.
"""

from __future__ import annotations

import os
import sys

from .log import State, failed
from .places import absolute, caller, is_wanted, note, settled

TYPE_CHECKING = False  # as type checkers take it, without the import of typing
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

__all__ = ["answered", "install"]

_lstat = os.lstat
_PATHS = vars(os.path)
_there, _missing, _denied = settled["stat"], settled["missing"], settled["denied"]


class _Asking:
    """A function that asks whether a path is there, as an object that notes the answer."""

    def __init__(self, function: Callable[..., Any], module: str) -> None:
        self._function = function
        self.__name__ = self.__qualname__ = function.__name__
        self.__doc__ = function.__doc__
        self.__module__ = module
        self.__wrapped__ = function

    def __call__(self, *arguments: Any, **options: Any) -> Any:
        try:
            answer = self._function(*arguments, **options)
        except (FileNotFoundError, NotADirectoryError):
            # Most questions were asked before: a setuptools build asks 3,500 times for 660 paths. (Only of text: others may have no hash.)
            if options or type(arguments[0]) is not str or arguments[0] not in _missing:
                self._note("missing", arguments, options)
            raise
        if options or type(arguments[0]) is not str or arguments[0] not in (_there if answer is not False else _denied):
            self._note("stat" if answer is not False else "denied", arguments, options)
        return answer

    def __repr__(self) -> str:
        return repr(self._function)

    def __reduce__(self) -> str:
        return self.__name__  # pickled as the name in its module, like the function

    def _note(self, kind: str, arguments: tuple[Any, ...], options: dict[str, Any]) -> None:
        given = arguments[0] if arguments else options.get("path")
        if options.get("dir_fd") is None and answered(kind, given, between=2) and type(given) is str:
            settled[kind].add(given)


def answered(kind: str, given: Any, between: int = 0) -> bool | None:
    """Note the answer to a question; true when there is nothing more to note of such an answer. The preload helper calls this itself.

    *kind* is "denied" when the answer was no: then the path may be there, but be something else. *between* are the frames up to who asked.
    """
    try:
        if State.busy:
            return None
        path = absolute(given)
        if path and is_wanted(path):
            frame = caller(between + 1)
            # resolve() looks at every part of a path: whether it is a link, not whether it is there
            if frame is not None and frame.f_globals is _PATHS and "realpath" in frame.f_code.co_name:
                return None
            note(kind if kind != "denied" else "stat" if _is_there(path) else "missing", path, frame)
    except Exception as error:  # noqa: BLE001 - the build goes on without us
        failed(error)
        return None
    return True


def _is_there(path: str) -> bool:
    try:
        _lstat(path)
    except (OSError, ValueError):
        return False
    return True


def install() -> None:
    """Put the objects in the place of the functions."""
    for module, names in (
        (os, ("stat", "lstat", "access")),
        (os.path, ("exists", "lexists", "isfile", "isdir", "islink")),
    ):
        for name in names:
            function = getattr(module, name, None)
            # Those of os.path that are written in Python come here through os.stat; on Windows some are not.
            if function is None or (module is os.path and hasattr(function, "__code__")):
                continue
            asking = _of_helper(function, module.__name__) or _Asking(function, module.__name__)
            setattr(module, name, asking)
            for supported in (
                os.supports_dir_fd,
                os.supports_fd,
                os.supports_follow_symlinks,
                os.supports_effective_ids,
            ):
                if function in supported:
                    supported.add(asking)


def _of_helper(function: Callable[..., Any], module: str) -> Callable[..., Any] | None:
    """Return the preload helper's function for this one: it asks the observer only about paths that may be the project's. None without a helper."""
    made: list[Callable[..., Any]] = []
    if State.helper is not None:
        name = function.__name__
        signature = getattr(function, "__text_signature__", None)
        head = f"{name}{signature}\n--\n\n" if signature else ""
        sys.audit("cachekeys.wrap", made, function, name, module, head + (function.__doc__ or ""))
    return made[0] if made else None

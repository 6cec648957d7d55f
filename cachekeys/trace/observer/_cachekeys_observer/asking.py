"""``os.stat`` and its kin: no audit event fires for them, so objects take their place.

Not functions: ``pathlib`` up to Python 3.10 keeps ``os.stat`` in a class, where a function becomes a method.
"""

from __future__ import annotations

import os

from .log import State, failed, seen
from .places import absolute, caller, is_wanted, note

TYPE_CHECKING = False  # as type checkers take it, without the import of typing
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

__all__ = ["install"]

_lstat = os.lstat


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
            self._note("missing", arguments, options)
            raise
        self._note("stat" if answer is not False else "", arguments, options)
        return answer

    def __repr__(self) -> str:
        return repr(self._function)

    def __reduce__(self) -> str:
        return self.__name__  # pickled as the name in its module, like the function

    def _note(self, kind: str, arguments: tuple[Any, ...], options: dict[str, Any]) -> None:
        """Note the answer; *kind* is "" when it was no: then it may be there, but be something else."""
        try:
            path = arguments[0] if arguments else options.get("path")
            if (kind, path) in seen or State.busy or options.get("dir_fd") is not None:
                return
            path = absolute(path)
            if not path or (kind, path) in seen or not is_wanted(path):
                return
            frame = caller(2)
            # resolve() looks at every part of a path: whether it is a link, not whether it is there
            if frame is None or "realpath" not in frame.f_code.co_name:
                note(kind or ("stat" if _is_there(path) else "missing"), path, frame)
        except Exception as error:  # noqa: BLE001 - the build goes on without us
            failed(error)


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
            asking = _Asking(function, module.__name__)
            setattr(module, name, asking)
            for supported in (
                os.supports_dir_fd,
                os.supports_fd,
                os.supports_follow_symlinks,
                os.supports_effective_ids,
            ):
                if function in supported:
                    supported.add(asking)

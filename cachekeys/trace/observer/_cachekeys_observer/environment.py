"""``os.environ``: no audit event fires for it, so it gets another class, which keeps its identity. Only names are noted, never values."""

from __future__ import annotations

import os

from .log import State, failed, field, seen, write
from .places import caller, category, outer, place

TYPE_CHECKING = False  # as type checkers take it, without the import of typing
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType
    from typing import Any

__all__ = ["install", "iterated", "read"]

_changed: set[object] = set()
"""What the process itself has set or removed: reading that says nothing about the build's inputs."""


class _Latest:
    """The place that iterated last: the values that the same line asks for belong to it (``dict(os.environ)``, ``items()``)."""

    iteration: tuple[object, ...] | None = None


class _Environ(os._Environ):  # type: ignore[type-arg]  # noqa: SLF001 - the class of os.environ, which has no other name
    """``os.environ``, and ``os.environb``."""

    def __getitem__(self, name: Any) -> Any:
        _Noting.read(self, name)
        return super().__getitem__(name)

    def get(self, key: Any, default: Any = None) -> Any:
        _Noting.read(self, key)
        try:
            return super().__getitem__(key)
        except KeyError:
            return default

    def __contains__(self, name: object) -> bool:
        _Noting.read(self, name)
        try:
            return _is_set(self, name)
        except TypeError:
            return False

    def __iter__(self) -> Iterator[Any]:
        _Noting.iterate(self)
        return super().__iter__()

    def __setitem__(self, name: Any, value: Any) -> None:
        super().__setitem__(name, value)
        _changed.add(name)

    def __delitem__(self, name: Any) -> None:
        _changed.add(name)
        super().__delitem__(name)

    def copy(self) -> dict[Any, Any]:
        data = list(self._data.items())  # type: ignore[attr-defined]  # as os._Environ.copy does
        values = {self.decodekey(name): self.decodevalue(value) for name, value in data}
        try:
            own = place(caller(1))[3] == "project"
        except Exception:  # noqa: BLE001 - the build goes on without us
            own = False
        return _Copy(values) if own else values


class _Copy(dict):  # type: ignore[type-arg]
    """A copy of the environment in the project's hands, often for a program to start: what is asked of it is asked of the environment."""

    __slots__ = ()

    def __getitem__(self, name: Any) -> Any:
        _Noting.read(self, name)
        return super().__getitem__(name)

    def __contains__(self, name: object) -> bool:
        _Noting.read(self, name)
        return super().__contains__(name)

    def get(self, name: Any, default: Any = None) -> Any:
        _Noting.read(self, name)
        return super().get(name, default)

    def pop(self, name: Any, *default: Any) -> Any:
        _Noting.read(self, name)
        return super().pop(name, *default)

    def setdefault(self, name: Any, default: Any = None) -> Any:
        _Noting.read(self, name)
        return super().setdefault(name, default)

    def copy(self) -> dict[Any, Any]:
        return _Copy(self)

    def __reduce__(self) -> tuple[Any, ...]:
        return dict, (dict(self),)


def read(environment: Any, name: Any) -> None:
    """Note that a variable is asked for; the preload helper, where it is there, calls this for what is new."""
    try:
        if State.busy or not isinstance(name, (str, bytes)) or name in _changed:
            return
        frame = outer(caller(2))
        # The standard library reads for its own ends: temporary directories, locales, how to find programs.
        if frame is None or category(frame) == "stdlib":
            return
        text = name if isinstance(name, str) else os.fsdecode(name)
        here = _line(frame)
        key = text, here
        if key in seen or here == _Latest.iteration or text.startswith("CACHEKEYS_TRACE"):
            return
        seen.add(key)
        file, line, _, reader = place(frame)
        is_set = dict.__contains__(environment, name) if isinstance(environment, dict) else _is_set(environment, name)
        write("env", field(text), field(file), str(line), "01"[reader == "project"], "01"[is_set])
    except Exception as error:  # noqa: BLE001 - the build goes on without us
        failed(error)


def _line(frame: FrameType) -> tuple[object, ...]:
    """Return what tells one line of code from others. Not the code object: that is hashed anew, constants and all, each time."""
    return frame.f_code.co_filename, dict.get(frame.f_globals, "__file__"), frame.f_lineno


def _is_set(environment: Any, name: Any) -> bool:
    return environment.encodekey(name) in environment._data  # noqa: SLF001 - of the class that ours derives from


def iterated(_: Any, __: object = None) -> None:
    """Note that all variables are looked at."""
    try:
        frame = outer(caller(2))
        if frame is None or State.busy:
            return
        _Latest.iteration = _line(frame)
        key = "environ", _Latest.iteration
        if key in seen:
            return
        seen.add(key)
        file, line, _, reader = place(frame)
        write("environ", "", field(file), str(line), "01"[reader == "project"])
    except Exception as error:  # noqa: BLE001 - the build goes on without us
        failed(error)


class _Noting:
    """Where the classes go with what they see: here, or to the preload helper, which calls the same for what is new."""

    read: Callable[[Any, Any], object] = staticmethod(read)
    iterate: Callable[[Any], object] = staticmethod(iterated)


def install() -> None:
    """Give ``os.environ`` its other class."""
    if State.helper is not None:
        _Noting.read, _Noting.iterate = State.helper.read_variable, State.helper.iterate
    os.environ.__class__ = _Environ
    if hasattr(os, "environb"):
        os.environb.__class__ = _Environ

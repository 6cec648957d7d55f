"""What audit events tell (:pep:`578`): opened files, listed directories, changes, started programs."""

from __future__ import annotations

import os
import sys

from .asking import answered
from .environment import iterated, read
from .log import Helper, State, failed, field, fields, seen, write
from .places import PASSING_ON, STDLIB, absolute, caller, file_of, is_directory, is_importing, is_wanted, note, settled

TYPE_CHECKING = False  # as type checkers take it, without the import of typing
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

__all__ = ["install"]

_OBSERVER = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
_WRITE = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_DEPTH = 2  # frames between a handler and who caused the event


def _hook(event: str, arguments: tuple[Any, ...]) -> bool | None:
    """Handle an event; true when there is nothing more to note about such an event with the same path."""
    handler = _HANDLERS.get(event)
    if handler is None or State.busy:
        return None
    try:
        return handler(*arguments) or None
    except Exception as error:  # noqa: BLE001 - the build goes on without us
        failed(error)
        return None


def _on_open(path: object, mode: object, flags: int) -> bool:
    if mode is None and _is_relative_to_descriptor(path):
        return False
    name = absolute(path)
    if not name or not is_wanted(name):
        return False
    writes = flags & _WRITE
    frame = caller(_DEPTH)
    # The event comes before the attempt: what is not there is not read, and a directory is opened to be listed.
    if not writes or (flags & os.O_RDWR and not flags & os.O_TRUNC):
        there = is_directory(name)
        if there is False:
            note("read", name, frame)
        elif not writes:
            if there is None:
                note("missing", name, frame)
            return False
    if writes:
        note("write", name, frame)
    return True


def _is_relative_to_descriptor(path: object) -> bool:
    """Tell whether ``os.open`` got a ``dir_fd``, which the event does not say: only those who walk trees by descriptors do that."""
    if not isinstance(path, str) or os.path.isabs(path):
        return False
    name = file_of(caller(_DEPTH + 1))
    return name == "<frozen os>" or (name.startswith(STDLIB) and name.endswith(("shutil.py", "os.py", "glob.py")))


def _on_list(path: object = None) -> bool:
    frame = caller(_DEPTH)
    if frame is not None and is_importing(frame):  # it looks for modules
        return False
    name = absolute(path)
    if not name or not is_wanted(name):
        return False
    if ("list", name) in seen:
        return True
    there = is_directory(name)
    note("missing" if there is None else "list" if there else "stat", name, frame)
    return there is True


def _write(path: object, dir_fd: int) -> bool:
    name = absolute(path) if dir_fd == -1 else ""  # relative to a descriptor: the inside of a tree that is removed
    if not name or not is_wanted(name):
        return False
    note("write", name, caller(_DEPTH + 1))
    return True


def _on_remove(path: object, dir_fd: int = -1) -> bool:
    return _write(path, dir_fd)


def _on_mkdir(path: object, _: int, dir_fd: int = -1) -> bool:
    return _write(path, dir_fd)


def _on_truncate(path: object, _: int) -> bool:
    return _write(path, -1)


def _on_rename(source: object, target: object, source_fd: int = -1, target_fd: int = -1) -> None:
    _write(source, source_fd)
    _write(target, target_fd)


def _on_link(_: object, target: object, *descriptors: int) -> None:
    _write(target, descriptors[-1] if descriptors else -1)


def _on_import(_: object, path: object, *__: object) -> None:
    """See extension modules, which are loaded without an open."""
    name = absolute(path) if path else ""
    if name and is_wanted(name):
        note("read", name, caller(_DEPTH))


def _on_chdir(_: object) -> None:
    for paths in settled.values():
        paths.clear()


def _on_copytree(source: object, target: object, *_: object) -> None:
    write("copy", field(absolute(source)), field(absolute(target)))


def _on_popen(executable: Any, arguments: Any, directory: object = None, environment: object = None) -> None:
    if isinstance(arguments, (str, bytes)) or not hasattr(arguments, "__iter__"):
        arguments = [arguments]
    words = [os.fsdecode(word) for word in arguments]
    if executable and words and not words[0]:
        words[0] = os.fsdecode(executable)
    where = absolute(directory)
    if not State.front_end:
        if isinstance(environment, dict) and not {"CACHEKEYS_TRACE_DIR", b"CACHEKEYS_TRACE_DIR"} & environment.keys():
            write("unseen", fields(words))
    elif isinstance(environment, dict) and "CACHEKEYS_TRACE_DIR" in environment:
        # pip and build give PYTHONPATH a value of their own, and keep the rest.
        parts = [part for part in environment.get("PYTHONPATH", "").split(os.pathsep) if part and part != _OBSERVER]
        environment["PYTHONPATH"] = os.pathsep.join([_OBSERVER, *parts])
    write("start", field(where), fields(words))


def _on_system(command: Any) -> None:
    _on_popen(None, ["sh", "-c", os.fsdecode(command)])


def _on_exec(path: object, arguments: Any, environment: object) -> None:
    if not file_of(caller(_DEPTH)).endswith("subprocess.py"):  # which has its own event, before
        _on_popen(path, arguments, None, environment)


def _on_rmtree(path: object, *_: object) -> None:
    """Save what tells about the build before its directory goes."""
    name = absolute(path)
    if name and State.keep:
        State.busy = True
        try:
            _keep(name)
        finally:
            State.busy = False


def _keep(top: str) -> None:
    from fnmatch import fnmatch  # only for who has something to keep

    for directory, directories, names in os.walk(top):
        directories[:] = [name for name in directories if name not in {"site-packages", "dist-packages"}]
        for name in names:
            path = os.path.join(directory, name)
            slashed = "/" + path.replace(os.sep, "/")
            if any(fnmatch(slashed, f"*/{pattern}") for pattern in State.keep):
                copy = f"kept-{State.pid}-{len(_kept)}"
                _kept.append(copy)
                target = os.path.join(State.directory, copy)
                try:
                    os.link(path, target)
                except OSError:
                    with open(path, "rb") as source, open(target, "wb") as out:
                        out.write(source.read())
                write("kept", field(path), copy)


_kept: list[str] = []
_HANDLERS: dict[str, Callable[..., bool | None]] = {
    "open": _on_open,
    "os.listdir": _on_list,
    "os.scandir": _on_list,
    "os.mkdir": _on_mkdir,
    "os.remove": _on_remove,
    "os.rmdir": _on_remove,
    "os.truncate": _on_truncate,
    "os.rename": _on_rename,
    "os.link": _on_link,
    "os.symlink": _on_link,
    "import": _on_import,
    "os.chdir": _on_chdir,
    "shutil.copytree": _on_copytree,
    "shutil.rmtree": _on_rmtree,
    "subprocess.Popen": _on_popen,
    "os.system": _on_system,
    "os.exec": _on_exec,
    "os.posix_spawn": _on_exec,
}


def install() -> None:
    """Listen: to everything in the build's processes; in a front end to what it starts and copies."""
    if State.front_end:
        for event in _HANDLERS.keys() - {"subprocess.Popen", "shutil.copytree"}:
            del _HANDLERS[event]
    _ask_for_help()
    if State.helper is None:
        sys.addaudithook(_hook)


def _ask_for_help() -> None:
    """Let the preload helper stand before us, so that we are called only when there is something to do; it may not be there, or not know this Python."""
    if "t" in getattr(sys, "abiflags", ""):  # without a global lock its memory would not be safe
        return
    made: list[Callable[..., Any]] = []
    ours = _hook, answered, read, iterated
    sys.audit("cachekeys.observe", made, ours, State.inside, State.roots, State.outside, PASSING_ON)
    if made:
        State.helper = Helper(made)

"""What audit events tell (:pep:`578`): opened files, listed directories, changes, started programs."""

from __future__ import annotations

import os
import sys

from .log import State, failed, field, fields, seen, write
from .places import STDLIB, absolute, caller, file_of, is_importing, is_wanted, note, settled

TYPE_CHECKING = False  # as type checkers take it, without the import of typing
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

__all__ = ["install"]

_OBSERVER = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
_WRITE = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_DIRECTORY = 0o040000
_TYPE = 0o170000
_DEPTH = 2  # frames between a handler and who caused the event

_stat = os.stat  # as it was: this module is imported before the functions are replaced
_tools: list[Callable[[list[str], str], None]] = []
_tools_loaded: list[bool] = []


def _hook(event: str, arguments: tuple[Any, ...]) -> None:
    handler = _HANDLERS.get(event)
    if handler is None or State.busy:
        return
    try:
        handler(*arguments)
    except Exception as error:  # noqa: BLE001 - the build goes on without us
        failed(error)


def _on_open(path: object, mode: object, flags: int) -> None:
    if mode is None and _is_relative_to_descriptor(path):
        return
    name = absolute(path)
    if not name or not is_wanted(name):
        return
    writes = flags & _WRITE
    frame = caller(_DEPTH)
    # The event comes before the attempt: what is not there is not read, and a directory is opened to be listed.
    if not writes or (flags & os.O_RDWR and not flags & os.O_TRUNC):
        try:
            if _stat(name).st_mode & _TYPE != _DIRECTORY:
                note("read", name, frame)
        except (OSError, ValueError):
            if not writes:
                note("missing", name, frame)
    if writes:
        note("write", name, frame)


def _is_relative_to_descriptor(path: object) -> bool:
    """Tell whether ``os.open`` got a ``dir_fd``, which the event does not say: only those who walk trees by descriptors do that."""
    if not isinstance(path, str) or os.path.isabs(path):
        return False
    name = file_of(caller(_DEPTH + 1))
    return name == "<frozen os>" or (name.startswith(STDLIB) and name.endswith(("shutil.py", "os.py", "glob.py")))


def _on_list(path: object = None) -> None:
    frame = caller(_DEPTH)
    if frame is not None and is_importing(frame):  # it looks for modules
        return
    name = absolute(path)
    if not name or ("list", name) in seen:
        return
    try:
        kind = "list" if _stat(name).st_mode & _TYPE == _DIRECTORY else "stat"
    except (OSError, ValueError):
        kind = "missing"
    note(kind, name, frame)


def _write(path: object, dir_fd: int) -> None:
    name = absolute(path) if dir_fd == -1 else ""  # relative to a descriptor: the inside of a tree that is removed
    if name:
        note("write", name, caller(_DEPTH + 1))


def _on_remove(path: object, dir_fd: int = -1) -> None:
    _write(path, dir_fd)


def _on_mkdir(path: object, _: int, dir_fd: int = -1) -> None:
    _write(path, dir_fd)


def _on_truncate(path: object, _: int) -> None:
    _write(path, -1)


def _on_rename(source: object, target: object, source_fd: int = -1, target_fd: int = -1) -> None:
    _write(source, source_fd)
    _write(target, target_fd)


def _on_link(_: object, target: object, *descriptors: int) -> None:
    _write(target, descriptors[-1] if descriptors else -1)


def _on_import(_: object, path: object, *__: object) -> None:
    """See extension modules, which are loaded without an open."""
    name = absolute(path) if path else ""
    if name:
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
        _before_process(words, where)
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


def _before_process(words: list[str], directory: str) -> None:
    """Let the modules beside this package prepare a program that is about to start."""
    if not _tools_loaded:
        _tools_loaded.append(True)
        State.busy = True
        try:
            _load_tools()
        finally:
            State.busy = False
    for prepare in _tools:
        State.busy = True
        try:
            prepare(words, directory)
        except Exception as error:  # noqa: BLE001 - a tool's preparation is no reason to fail a build
            failed(error)
        finally:
            State.busy = False


def _load_tools() -> None:
    names = [name[:-3] for name in sorted(os.listdir(_OBSERVER)) if name.startswith("tool_") and name.endswith(".py")]
    if not names:
        return
    from importlib.util import module_from_spec, spec_from_file_location  # 2 ms: only who starts programs pays

    for name in names:
        spec = spec_from_file_location(f"_cachekeys_{name}", os.path.join(_OBSERVER, f"{name}.py"))
        if spec is not None and spec.loader is not None:
            module = module_from_spec(spec)
            spec.loader.exec_module(module)
            _tools.append(module.before_process)


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
_HANDLERS: dict[str, Callable[..., None]] = {
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
    sys.addaudithook(_hook)

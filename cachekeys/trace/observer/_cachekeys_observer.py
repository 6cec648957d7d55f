"""See what a Python process of a build reads, and write it down; runs inside the build, alone, with any Python from 3.8 on.

Audit hooks show opened files, listed directories, removals and started programs (:pep:`578`); nothing fires for the environment and for
``os.stat``, so ``os.environ`` gets another class and the functions are replaced by callable objects. (Not by functions: ``pathlib`` up
to 3.10 keeps ``os.stat`` in a class, where a function becomes a method.)

Every sighting is one line in the process's own log in ``CACHEKEYS_TRACE_DIR``: fields between tabs (see :mod:`cachekeys.trace.events`),
written at once and with one system call, so that neither ``os._exit`` nor a signal loses any; each is written once only. Nothing here
may raise into the build. Modules are imported with care: each costs every Python process of the build.
"""

from __future__ import annotations

import os
import sys
import time

__all__ = ["start"]

_WRITE = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_DIRECTORY = 0o040000
_TYPE = 0o170000
_NEVER_IN = ("/usr/", "/lib", "/proc/", "/dev/", "/sys/", "/etc/", "/run/", "/bin/", "/sbin/", "/nix/store/")
_PACKAGES = ("site-packages", "dist-packages")
_STDLIB = os.path.dirname(os.__file__) + os.sep
_FRONT_ENDS = ("pip", "build", "pip.__main__", "build.__main__")
# Modules of the standard library that read the environment for compilers: what they read matters.
_COMPILING = ("/distutils/", "_osx_support.py")
_PASSING_ON = ("os.py", "_collections_abc.py")
_FROZEN_PASSING_ON = ("<frozen os>", "<frozen _collections_abc>")  # 3.11

_stat, _lstat, _access = os.stat, os.lstat, os.access
_getcwd, _getpid, _os_write, _fstat = os.getcwd, os.getpid, os.write, os.fstat
_now = time.monotonic_ns


class _State:
    """Where the log is, and what is in it already."""

    directory = ""
    root = ""
    real_root = ""
    roots = ()
    fd = -1
    identity = None
    pid = -1
    inside = ()
    outside = ()
    ancestors = frozenset()
    keep = ()
    tools = None
    front_end = False
    busy = False
    iterated = None


_seen = set()
_places = {}
_changed = set()


# The log --------------------------------------------------------------------------------------------------------------


def _field(text):
    if "\t" in text or "\n" in text or "\\" in text or "\r" in text:
        return text.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")
    return text


def _log(*fields):
    line = ("\t".join(fields) + "\n").encode("utf-8", "surrogatepass" if os.name == "nt" else "surrogateescape")
    try:
        status = _fstat(_State.fd)
        usable = (status.st_dev, status.st_ino) == _State.identity and _getpid() == _State.pid
    except OSError:  # somebody closed all descriptors
        usable = False
    if not usable:
        # The number may stand for a file of the build by now.
        _open_log()
    _os_write(_State.fd, line)


def _open_log():
    _State.pid = _getpid()
    name = "python-%d-%x.log" % (_State.pid, _now())  # noqa: UP031 - as cheap as it gets, and seen by old ones
    _State.fd = os.open(os.path.join(_State.directory, name), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    status = _fstat(_State.fd)
    _State.identity = (status.st_dev, status.st_ino)
    fields = (
        "process",
        str(_now()),
        str(_State.pid),
        str(os.getppid()),
        _field(_cwd()),
        "\x1f".join(map(_field, _prefixes())),
        "1" if _State.front_end else "0",
        "\x1f".join(map(_field, _arguments())),
    )
    _os_write(_State.fd, ("\t".join(fields) + "\n").encode("utf-8", "surrogateescape"))


def _cwd():
    try:
        return _getcwd()
    except OSError:  # removed
        return ""


def _prefixes():
    return sorted({os.path.abspath(path) for path in (sys.prefix, sys.base_prefix, sys.exec_prefix, _STDLIB)})


def _arguments():
    found = getattr(sys, "orig_argv", None)  # 3.10
    if found:
        return list(found)
    try:
        fd = os.open("/proc/self/cmdline", os.O_RDONLY)
    except OSError:
        return [sys.executable or "python", *getattr(sys, "argv", [])]
    try:
        data = os.read(fd, 1 << 16)
    finally:
        os.close(fd)
    return [os.fsdecode(part) for part in data.split(b"\0")[:-1]]


# Paths ----------------------------------------------------------------------------------------------------------------


def _absolute(path):
    """Return a path as an absolute string, "" for what is none (a file descriptor)."""
    if type(path) is not str:
        if path is None:
            return _cwd()
        if isinstance(path, int):
            return ""
        path = os.fsdecode(path)
    if not path or "\0" in path:
        return ""
    if path[0] == "/" or os.path.isabs(path):
        return path
    directory = _cwd()
    return directory + os.sep + path if directory else ""


def _is_wanted(path):
    """Tell whether a path may be the project's: not the interpreter's, not the system's."""
    if path.startswith(_State.inside):
        return False
    if path.startswith(_State.roots):
        return True
    if path.startswith(_State.outside) or path in _State.ancestors:
        return False
    return "site-packages" not in path and "dist-packages" not in path


def _note(kind, path, frame):
    """Log an access once."""
    key = kind, path
    if key in _seen or not _is_wanted(path):
        return
    _seen.add(key)
    file, line, own, _ = _place(frame)
    _log(kind, str(_now()), _field(path), _field(file), str(line), "1" if own else "0")


def _place(frame):
    """Return the innermost place of the project's code, whether it did it itself, and who did: "", "stdlib", "library", "project"."""
    own, reader = True, ""
    while frame is not None:
        where = _category(frame)
        if not reader and where != "passing":
            reader = where if where in ("stdlib", "library", "compiling") else "project"
        if where in ("library", "compiling"):
            own = False
        elif where not in ("stdlib", "passing"):
            return where, frame.f_lineno, own, reader
        frame = frame.f_back
    return "", 0, False, reader or "library"


def _category(frame):
    """Return "stdlib", "passing" (of it, what only hands on), "library", "compiling", or the path of the project's file."""
    name = frame.f_code.co_filename
    if name[:1] == "<":
        if name.startswith("<frozen"):
            return "passing" if name in _FROZEN_PASSING_ON else "stdlib"
        # setuptools executes setup.py from a string, with its path in __file__.
        name = frame.f_globals.get("__file__")
        if not isinstance(name, str):
            return "stdlib"
    found = _places.get(name)
    if found is None:
        found = _places[name] = _categorize(name)
    return found


def _categorize(name):
    path = os.path.normpath(_absolute(name))
    if path == _THIS:
        return "passing"
    if path.startswith(_STDLIB) and not any(part in path for part in _PACKAGES):
        if any(part in path for part in _COMPILING):
            return "compiling"
        return "passing" if path[len(_STDLIB) :] in _PASSING_ON else "stdlib"
    in_root = any(path.startswith(root + os.sep) for root in _State.roots)
    if in_root and not path.startswith(_State.inside) and not any(part in path for part in _PACKAGES):
        return path
    return "library"


_THIS = os.path.normpath(os.path.abspath(__file__))


# What the audit hook sees -----------------------------------------------------------------------------------------------


def _hook(event, arguments):
    handler = _HANDLERS.get(event)
    if handler is None or _State.busy:
        return
    try:
        handler(*arguments)
    except Exception as error:  # noqa: BLE001 - the build goes on without us
        _failed(error)


def _failed(error):
    key = "error", type(error).__name__
    try:
        if key not in _seen:
            _seen.add(key)
            line = error.__traceback__.tb_lineno if error.__traceback__ else 0
            _log("error", str(_now()), _field("{}: {} ({})".format(type(error).__name__, error, line)))  # noqa: UP032 - see above
    except Exception:  # noqa: BLE001, S110 - at the end of the interpreter there is nothing left to say it with
        pass


def _on_open(path, mode, flags):
    del mode
    path = _absolute(path)
    if not path or ("read", path) in _seen and not flags & _WRITE:
        return
    if not _is_wanted(path):
        return
    frame = sys._getframe(2)  # noqa: SLF001 - the documented way (sys module)
    writes = flags & _WRITE if isinstance(flags, int) else 0
    if not writes or flags & os.O_RDWR and not flags & os.O_TRUNC:
        try:
            if _stat(path).st_mode & _TYPE != _DIRECTORY:
                _note("read", path, frame)
        except (OSError, ValueError):
            if not writes:
                _note("missing", path, frame)
    if writes:
        _note("write", path, frame)


def _on_list(path=None):
    path = _absolute(path)
    if not path:
        return
    frame = sys._getframe(2)  # noqa: SLF001
    if frame.f_code.co_filename.startswith("<frozen importlib"):  # the import system looks for modules
        return
    try:
        kind = "list" if _stat(path).st_mode & _TYPE == _DIRECTORY else "stat"
    except (OSError, ValueError):
        kind = "missing"
    _note(kind, path, frame)


def _on_write(path, *_):
    path = _absolute(path)
    if path:
        _note("write", path, sys._getframe(2))  # noqa: SLF001


def _on_write_both(source, target, *_):
    _on_write(source)
    _on_write(target)


def _on_link(source, target, *_):
    del source
    _on_write(target)


def _on_import(module, path, *_):
    """See extension modules, which are loaded without a Python-level open."""
    del module
    if path:
        _on_open(path, None, 0)


def _on_copytree(source, target, *_):
    source, target = _absolute(source), _absolute(target)
    if source and target:
        _log("copy", str(_now()), _field(source), _field(target))


def _on_popen(executable, arguments, directory=None, environment=None):
    if isinstance(arguments, (str, bytes)) or not hasattr(arguments, "__iter__"):
        arguments = [arguments]
    words = [os.fsdecode(word) for word in arguments]
    if executable and words and not words[0]:
        words[0] = os.fsdecode(executable)
    where = _absolute(directory)
    if _State.front_end and isinstance(environment, dict) and "CACHEKEYS_TRACE_DIR" in environment:
        # pip and build give PYTHONPATH a value of their own, and keep the rest.
        parts = [os.path.dirname(_THIS)] + [p for p in environment.get("PYTHONPATH", "").split(os.pathsep) if p]
        environment["PYTHONPATH"] = os.pathsep.join(parts[:1] + [p for p in parts[1:] if p != parts[0]])
    else:
        _before_process(words, where)
    _log("start", str(_now()), _field(where), "\x1f".join(map(_field, words)))


def _on_system(command):
    _on_popen(None, ["sh", "-c", os.fsdecode(command)])


def _on_spawn(path, arguments, environment):
    del environment
    _on_popen(path, arguments)


def _before_process(words, directory):
    """Let the modules beside this one prepare a program that is about to start."""
    if _State.tools is None:
        _State.tools = []
        _State.busy = True
        try:
            from importlib.util import module_from_spec, spec_from_file_location

            here = os.path.dirname(_THIS)
            for name in sorted(os.listdir(here)):
                if name.startswith("tool_") and name.endswith(".py"):
                    spec = spec_from_file_location("_cachekeys_" + name[:-3], os.path.join(here, name))
                    module = module_from_spec(spec)
                    spec.loader.exec_module(module)
                    _State.tools.append(module.before_process)
        finally:
            _State.busy = False
    for prepare in _State.tools:
        _State.busy = True
        try:
            prepare(words, directory)
        except Exception as error:  # noqa: BLE001 - a tool's preparation is no reason to fail a build
            _failed(error)
        finally:
            _State.busy = False


def _on_rmtree(path, *_):
    """Save what tells about the build before its directory goes."""
    path = _absolute(path)
    if not path or not _State.keep or _State.front_end:
        return
    _State.busy = True
    try:
        _keep(path)
    finally:
        _State.busy = False


def _keep(top):
    from fnmatch import fnmatch

    for directory, directories, names in os.walk(top):
        directories[:] = [name for name in directories if name not in _PACKAGES]
        for name in names:
            path = os.path.join(directory, name)
            slashed = "/" + path.replace(os.sep, "/")
            if any(fnmatch(slashed, "*/" + pattern) for pattern in _State.keep):
                copy = "kept-%d-%x" % (_State.pid, _now())  # noqa: UP031
                target = os.path.join(_State.directory, copy)
                try:
                    os.link(path, target)
                except OSError:
                    with open(path, "rb") as source, open(target, "wb") as out:  # noqa: PTH123 - see the docstring
                        out.write(source.read())
                _log("kept", str(_now()), _field(path), copy)


_HANDLERS = {
    "open": _on_open,
    "os.listdir": _on_list,
    "os.scandir": _on_list,
    "os.mkdir": _on_write,
    "os.remove": _on_write,
    "os.rmdir": _on_write,
    "os.truncate": _on_write,
    "os.rename": _on_write_both,
    "os.link": _on_link,
    "os.symlink": _on_link,
    "import": _on_import,
    "shutil.copytree": _on_copytree,
    "shutil.rmtree": _on_rmtree,
    "subprocess.Popen": _on_popen,
    "os.system": _on_system,
    "os.exec": _on_spawn,
    "os.posix_spawn": _on_spawn,
}
_FRONT_END_EVENTS = ("subprocess.Popen", "shutil.copytree")


# What no audit event tells ----------------------------------------------------------------------------------------------


class _Asking:
    """A function that asks whether a path is there, as an object that notes the answer."""

    def __init__(self, function):
        self._function = function
        self.__name__ = self.__qualname__ = function.__name__
        self.__doc__ = function.__doc__
        self.__module__ = function.__module__
        self.__wrapped__ = function

    def __call__(self, *arguments, **options):
        try:
            answer = self._function(*arguments, **options)
        except (FileNotFoundError, NotADirectoryError):
            self._note("missing", arguments, options)
            raise
        self._note("stat", arguments, options) if answer is not False else self._note_denied(arguments, options)
        return answer

    def __repr__(self):
        return repr(self._function)

    def __reduce__(self):
        return self.__name__  # pickled as the name in its module, like the function

    def _note(self, kind, arguments, options):
        try:
            path = arguments[0] if arguments else options.get("path")
            if (kind, path) in _seen or _State.busy or options.get("dir_fd") is not None:
                return
            path = _absolute(path)
            if not path or (kind, path) in _seen or not _is_wanted(path):
                return
            frame = sys._getframe(2)  # noqa: SLF001
            # resolve() looks at every part of a path: whether it is a link, not whether it is there
            if "realpath" not in frame.f_code.co_name:
                _note(kind, path, frame)
        except Exception as error:  # noqa: BLE001
            _failed(error)

    def _note_denied(self, arguments, options):
        try:
            _lstat(arguments[0] if arguments else options["path"])
        except Exception:  # noqa: BLE001 - whatever is odd with it: it is not there
            self._note("missing", arguments, options)
        else:
            self._note("stat", arguments, options)


def _replace_functions():
    for module, names in ((os, ("stat", "lstat", "access")), (os.path, ("exists", "lexists", "isfile", "isdir", "islink"))):
        for name in names:
            function = getattr(module, name, None)
            # Those of os.path that are written in Python come here through os.stat; on Windows some are not.
            if function is None or module is os.path and hasattr(function, "__code__"):
                continue
            asking = _Asking(function)
            setattr(module, name, asking)
            for supported in (os.supports_dir_fd, os.supports_fd, os.supports_follow_symlinks, os.supports_effective_ids):
                if function in supported:
                    supported.add(asking)


class _Environ(os._Environ):  # noqa: SLF001 - the class of os.environ, which has no other name
    """``os.environ``, noting which names are asked for, never the values."""

    def __getitem__(self, name):
        _read_variable(self, name)
        return super().__getitem__(name)

    def __contains__(self, name):
        _read_variable(self, name)
        try:
            return self.encodekey(name) in self._data
        except TypeError:
            return False

    def __iter__(self):
        _iterated()
        return super().__iter__()

    def __setitem__(self, name, value):
        super().__setitem__(name, value)
        _changed.add(name)

    def __delitem__(self, name):
        _changed.add(name)
        super().__delitem__(name)

    def copy(self):
        values = {self.decodekey(name): self.decodevalue(value) for name, value in list(self._data.items())}
        try:
            own = _place(sys._getframe(1))[3] == "project"  # noqa: SLF001
        except Exception:  # noqa: BLE001
            own = False
        return _Copy(values) if own else values


class _Copy(dict):
    """A copy of the environment in the project's hands: what is asked of it is asked of the environment."""

    __slots__ = ()

    def __getitem__(self, name):
        _read_variable(self, name)
        return super().__getitem__(name)

    def __contains__(self, name):
        _read_variable(self, name)
        return super().__contains__(name)

    def get(self, name, default=None):
        _read_variable(self, name)
        return super().get(name, default)

    def pop(self, name, *default):
        _read_variable(self, name)
        return super().pop(name, *default)

    def setdefault(self, name, default=None):
        _read_variable(self, name)
        return super().setdefault(name, default)

    def copy(self):
        return _Copy(self)

    def __reduce__(self):
        return dict, (dict(self),)


def _outside(frame):
    """Return the first frame that does not only hand on, from this one."""
    while frame is not None and _category(frame) == "passing":
        frame = frame.f_back
    return frame


def _read_variable(environment, name):
    try:
        if _State.busy or name in _changed:
            return
        text = name if isinstance(name, str) else os.fsdecode(name)
        frame = _outside(sys._getframe(2))  # noqa: SLF001
        if frame is None:
            return
        here = (frame.f_code, frame.f_lineno)
        key = text, here
        if key in _seen or here == _State.iterated or text.startswith("CACHEKEYS_TRACE"):
            return
        _seen.add(key)
        file, line, _, reader = _place(frame)
        if reader == "stdlib":  # for its own ends: temporary directories, locales, how to find programs
            return
        is_set = dict.__contains__(environment, name) if isinstance(environment, dict) else _is_set(environment, name)
        fields = _field(file), str(line), "1" if reader == "project" else "0", "1" if is_set else "0"
        _log("env", str(_now()), _field(text), *fields)
    except Exception as error:  # noqa: BLE001
        _failed(error)


def _is_set(environment, name):
    return environment.encodekey(name) in environment._data  # noqa: SLF001 - of the class that we derive from


def _iterated():
    try:
        frame = _outside(sys._getframe(2))  # noqa: SLF001
        if frame is None or _State.busy:
            return
        # The values that the same line asks for next belong to the iteration: dict(os.environ), items().
        _State.iterated = frame.f_code, frame.f_lineno
        key = "environ", _State.iterated
        if key in _seen:
            return
        _seen.add(key)
        file, line, _, reader = _place(frame)
        _log("environ", str(_now()), "", _field(file), str(line), "1" if reader == "project" else "0")
    except Exception as error:  # noqa: BLE001
        _failed(error)


# The start --------------------------------------------------------------------------------------------------------------


def _is_front_end(arguments):
    """Tell whether this is pip or build: they read for themselves, only what they start is the build."""
    words = iter(arguments[1:])
    for word in words:
        if not word.startswith("-"):
            name = os.path.basename(word)
            parent = os.path.basename(os.path.dirname(word))
            return (
                name in ("__pip-runner__.py", "pip", "pyproject-build", "pip3")
                or name in ("__main__.py", "") and parent in _FRONT_ENDS
                or name in ("pip", "build") and os.path.isdir(word)
            )
        if word.endswith("m") and not word.startswith("--"):
            return next(words, "") in _FRONT_ENDS
        if word.endswith("c") and not word.startswith("--"):
            return False
        if word in ("-W", "-X"):
            next(words, "")
    return False


def start():
    """Begin to observe this process. Does nothing where the environment names no directory for the log."""
    directory, root = os.environ.get("CACHEKEYS_TRACE_DIR"), os.environ.get("CACHEKEYS_TRACE_ROOT")
    if not directory or not root or not os.path.isdir(directory):
        return
    state = _State
    state.directory, state.root, state.real_root = directory, root, os.path.realpath(root)
    state.keep = tuple(p for p in os.environ.get("CACHEKEYS_TRACE_KEEP", "").split(os.pathsep) if p)
    state.front_end = _is_front_end(_arguments())
    cwd = _cwd()
    roots = {state.root, state.real_root}
    if cwd and any(os.path.exists(os.path.join(cwd, name)) for name in ("pyproject.toml", "setup.py")):
        roots.add(cwd)  # a copy of the tree
    # A directory without the separator, too: the root itself is listed.
    state.roots = tuple(roots)
    prefixes = _prefixes()
    state.inside = tuple(p + os.sep for p in prefixes if any(p.startswith(r + os.sep) for r in roots)) or ("\0",)
    state.outside = (*(p + os.sep for p in prefixes if p != os.sep), directory, *_NEVER_IN)
    ancestors = set()
    for top in roots:
        parent = os.path.dirname(top)
        while parent not in ancestors:
            ancestors.add(parent)
            parent = os.path.dirname(parent)
    state.ancestors = frozenset(ancestors)
    _open_log()
    if state.front_end:
        for event in set(_HANDLERS) - set(_FRONT_END_EVENTS):
            del _HANDLERS[event]
    else:
        _replace_functions()
        os.environ.__class__ = _Environ
        if hasattr(os, "environb"):
            os.environb.__class__ = _Environ
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(after_in_child=_after_fork)
    sys.addaudithook(_hook)


def _after_fork():
    try:
        os.close(_State.fd)
        _open_log()
    except Exception:  # noqa: BLE001, S110
        pass

"""``open``, ``os``, ``os.path``, ``pathlib``, ``glob`` and ``shutil``: what is read, listed, copied and written."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from cachekeys.inputs.environment import classify
from cachekeys.inputs.setup_script.joins import join_values
from cachekeys.inputs.setup_script.library import Call, model
from cachekeys.inputs.setup_script.library.content import as_path, iterate, parse_json, parse_toml, read_opened
from cachekeys.inputs.setup_script.values import (
    EMPTY,
    LOST,
    Choice,
    External,
    Opened,
    PathValue,
    Source,
    Value,
    alternatives,
    as_text,
    sources_of,
    unknown,
    with_sources,
)
from cachekeys.inputs.texts import ROOT, UNKNOWN, as_glob, expand, expand_directories, is_known, join, project_path

if TYPE_CHECKING:
    from collections.abc import Callable

    from cachekeys.inputs.setup_script.machine import Machine

__all__ = ["list_directory", "match_glob", "note_given", "open_path", "probe", "somewhere", "walk"]

MAX_ENTRIES = 3000
MAX_GIVEN = 200
MAX_MODE = 5  # "w:bz2" is one
MAX_PATH = 300
MIN_LITERAL = 3


# -- opening ---------------------------------------------------------------------------------------------------------------


@model("open", "io.open", "codecs.open", "tokenize.open", "os.open", "builtins.open", "os.fdopen")
def _open(call: Call) -> Value:
    return open_path(call.machine, call.argument(0, "file"), call.argument(1, "mode", "r"))


def open_path(m: Machine, target: Value, mode: Value = "r") -> Value:
    """Note that *target* is opened and return the open file."""
    results = []
    for option in alternatives(as_path(m, target)):
        if option is None or isinstance(option, (int, Opened)):
            results.append(option if isinstance(option, Opened) else External("file"))
            continue
        text = as_text(option)
        sources = sources_of(text)
        path = project_path(text)
        if isinstance(mode, str) and ("w" in mode or "x" in mode):
            if path is not None and _is_telling(path):
                m.facts.outputs.setdefault(as_glob(path) if not is_known(path) else path, m.place())
        elif path is not None and (path == ".git" or path.startswith(".git/")):
            what: Source = ("git", "tags" if "tags" in path else "commit")
            m.facts.git.setdefault(what[1], m.place())
            sources |= {what}
        elif path is not None:
            path = somewhere(m, path)
            m.facts.read("open", path, m.place())
            sources |= {("file", path)}
        elif sources & LOST and _could_be_ours(m, text):
            m.unresolved("opens a file whose name is only known at run time")
        elif variables := sorted(name for kind, name in sources if kind == "env" and classify(name) == "input"):
            m.unresolved(f"opens a file whose name depends on ${variables[0]}")
        results.append(Opened(text, sources))
    return join_values(results)


@model("os.chdir", "contextlib.chdir")
def _chdir(call: Call) -> Value:
    """Remember the directory: which relative names start from it is not followed, but one that exists there is meant."""
    for option in alternatives(call.argument(0)):
        path = None if isinstance(option, External) else project_path(as_text(option))
        if path is not None and is_known(path) and path != "." and path not in call.machine.visited:
            call.machine.visited.append(path)
    return call.result()


def somewhere(m: Machine, path: str) -> str:
    """Return *path*, or where it is found in a directory that the script changes into."""
    if m.visited and is_known(path) and not m.project.is_file(path):
        for directory in m.visited:
            candidate = posixpath.normpath(f"{directory}/{path}")
            if m.project.is_file(candidate):
                return candidate
    return path


def _could_be_ours(m: Machine, text: str) -> bool:
    """Tell whether a path of which only the end is known could name a file of the project."""
    tail = text.rpartition(UNKNOWN)[2]
    return not tail or any(name.endswith(tail.lstrip("/")) for name in m.project.files)


def _is_telling(path: str) -> bool:
    """Tell whether enough of a written file's name is known that it says which file: not ``*.c``."""
    stem = posixpath.splitext(posixpath.basename(path))[0]
    return is_known(path) or (is_known(posixpath.dirname(path)) and len(stem.replace(UNKNOWN, "")) > MIN_LITERAL)


@model("json.load", "json.loads")
def _json(call: Call) -> Value:
    content = call.argument(0)
    return parse_json(read_opened(call.machine, content) if isinstance(content, Opened) else content)


@model("toml.load", "tomli.load", "tomllib.load", "tomlkit.load", "pytoml.load", "rtoml.load", "qtoml.load")
@model("toml.loads", "tomli.loads", "tomllib.loads", "tomlkit.loads", "tomlkit.parse", "pytoml.loads", "rtoml.loads")
@model("setuptools.compat.py310.tomllib.load", "setuptools.extern.tomli.load", "pip._vendor.tomli.load")
def _toml(call: Call) -> Value:
    target = call.argument(0)
    if isinstance(target, PathValue) or (isinstance(target, str) and call.name.endswith("load")):
        target = open_path(call.machine, target)
    return parse_toml(read_opened(call.machine, target) if isinstance(target, Opened) else target)


@model("yaml.safe_load", "yaml.load")
@model("configparser.ConfigParser().read_file", "pickle.load", "plistlib.load")
def _structured(call: Call) -> Value:
    target = call.argument(0)
    opened = open_path(call.machine, target) if isinstance(target, (str, PathValue)) else target
    return External(f"{call.name}()", sources_of(opened))


@model("linecache.getlines", "fileinput.input", "fileinput.FileInput")
@model("gzip.open", "bz2.open", "lzma.open", "tarfile.open", "zipfile.ZipFile", "xml.etree.ElementTree.parse")
@model(
    "configparser.ConfigParser().read", "configparser.RawConfigParser().read", "configparser.SafeConfigParser().read"
)
@model("py_compile.compile", "filecmp.cmp")
def _read_whole(call: Call) -> Value:
    """Note what is opened; what is made of it is not known."""
    mode = call.argument(1, "mode")
    mode = mode if isinstance(mode, str) and len(mode) < MAX_MODE else "r"
    names = call.args[: 2 if call.name == "filecmp.cmp" else 1] or list(call.kwargs.values())[:1]
    items = [item for name in names for item in (name if isinstance(name, (list, tuple)) else (name,))]
    opened = [open_path(call.machine, item, mode) for item in items]
    return External(f"{call.name}()", sources_of(opened))


_NO_READERS = frozenset(
    {
        "append",
        "add",
        "insert",
        "index",
        "count",
        "startswith",
        "endswith",
        "join",
        "match",
        "fullmatch",
        "search",
        "findall",
    }
    | {"format", "replace", "split", "pop", "discard", "setdefault", "has_key", "exclude", "add_argument", "add_option"}
    | {
        "isfile",
        "exists",
        "isdir",
        "Requirement",
        "Version",
        "parse_version",
        "write",
        "writelines",
        "set",
        "sub",
        "is_relative_to",
    }
    | {
        "getLogger",
        "debug_print",
        "make_archive",
        "mkpath",
        "ensure_directory",
        "write_file",
        "compare",
        "get_logger",
        "encode",
    }
)
"""Functions that only look at a name, wherever they come from."""


def note_given(call: Call) -> None:
    """Note files of the project among the arguments of a call of which we have no model: whoever takes a name opens it."""
    m = call.machine
    if call.name.rpartition(".")[2] in _NO_READERS or call.name.startswith(("re.", "logging.", "os.path.")):
        return
    for value in call.values():
        for item in value[:MAX_GIVEN] if isinstance(value, (list, tuple)) else (value,):
            if not isinstance(item, (str, PathValue)):
                continue
            text = as_text(item)
            if len(text) > MAX_PATH or not ("." in text or "/" in text):
                continue
            path = project_path(text)
            if path is not None and is_known(path) and m.project.is_file(path):
                m.facts.read("given", path, m.place(), call.name)


# -- os.path -----------------------------------------------------------------------------------------------------------------


@model("os.path.join", "posixpath.join")
def _join(call: Call) -> Value:
    return _product(call.args, join)


def _product(args: list[Value], function: Callable[..., str]) -> Value:
    """Apply *function* to every combination of the arguments' alternatives."""
    combinations: list[list[str]] = [[]]
    sources = EMPTY
    for arg in args:
        sources |= sources_of(arg)
        options = [as_text(option) for option in alternatives(arg) if option is not None] or [UNKNOWN]
        if len(combinations) * len(options) > 24:  # noqa: PLR2004 - as many as a choice holds
            options = [as_text(arg)]
        combinations = [[*done, option] for done in combinations for option in options]
    internal = any(isinstance(arg, External) and arg.internal for arg in args)
    if internal and len(args) == 1:
        return args[0]
    return join_values(with_sources(function(*parts), sources) for parts in combinations)


def _each(call: Call, function: Callable[[str], str]) -> Value:
    value = call.argument(0)
    if isinstance(value, External):
        return call.result()
    return _product([value], function)


@model("os.path.dirname", "posixpath.dirname")
def _dirname(call: Call) -> Value:
    def dirname(text: str) -> str:
        return f"{ROOT}/.." if text == ROOT else posixpath.dirname(text)

    return _each(call, dirname)


@model("os.path.basename", "posixpath.basename", "ntpath.basename")
def _basename(call: Call) -> Value:
    return _each(call, posixpath.basename)


@model("os.path.abspath", "os.path.realpath")
def _abspath(call: Call) -> Value:
    return _each(call, lambda text: text if text.startswith(UNKNOWN) else _normal(join(ROOT, text)))


def _normal(text: str) -> str:
    return posixpath.normpath(text)


@model("os.path.normpath", "posixpath.normpath", "os.path.normcase")
def _normpath(call: Call) -> Value:
    return _each(call, lambda text: _normal(text) if text else ".")


@model("os.path.expanduser", "os.fspath", "os.fsdecode", "os.fsencode", "distutils.util.convert_path")
@model("setuptools._distutils.util.convert_path", "setuptools.convert_path", "setuptools.command.build_py.convert_path")
def _same(call: Call) -> Value:
    return _each(call, lambda text: text)


@model("os.path.relpath", "posixpath.relpath")
def _relpath(call: Call) -> Value:
    start = as_text(call.argument(1, "start", ROOT))

    def relative(text: str) -> str:
        if not is_known(text) or not is_known(start):
            return text
        path, base = (part[1:].lstrip("/") if part.startswith(ROOT) else part for part in (text, start))
        return posixpath.relpath(f"/{path}", f"/{base}")

    return _each(call, relative)


@model("os.path.splitext", "posixpath.splitext")
def _splitext(call: Call) -> Value:
    return join_values(
        tuple(with_sources(part, sources_of(option)) for part in posixpath.splitext(as_text(option)))
        for option in alternatives(call.argument(0))
    )


@model("os.path.split", "posixpath.split")
def _split(call: Call) -> Value:
    return join_values(
        tuple(with_sources(part, sources_of(option)) for part in posixpath.split(as_text(option)))
        for option in alternatives(call.argument(0))
    )


@model("inspect.getfile", "inspect.getsourcefile", "inspect.getabsfile")
def _own_file(call: Call) -> Value:
    """Return the file that is being run: scripts ask for their own frame's."""
    return f"{ROOT}/{call.machine.file}"


@model("os.getcwd", "os.path.curdir", "pathlib.Path.cwd", "os.getcwdb")
def _cwd(call: Call) -> Value:
    return PathValue(ROOT) if call.name.startswith("pathlib") else ROOT


@model("os.path.exists", "os.path.isfile", "os.path.isdir", "os.path.lexists", "os.access")
def _probe(call: Call) -> Value:
    name = {"isfile": "is_file", "isdir": "is_dir"}.get(call.name.rpartition(".")[2], "exists")
    return probe(call.machine, call.argument(0), name)


def probe(m: Machine, target: Value, question: str) -> Value:
    """Return whether a path exists: true or false where the tree says so, undecided for what may yet appear."""
    path = project_path(as_text(target)) if not isinstance(target, (External, Choice)) else None
    if path is None or not is_known(path):
        return unknown(target)
    is_file, is_dir = m.project.is_file(path), m.project.is_dir(path)
    if not is_file and not is_dir:
        return unknown(target)  # another platform's file, or one that the build makes
    return is_file if question == "is_file" else is_dir if question == "is_dir" else True


# -- listing -------------------------------------------------------------------------------------------------------------------


@model("glob.glob", "glob.iglob", "glob2.glob", "setuptools.glob.glob", "setuptools.glob.iglob")
def _glob(call: Call) -> Value:
    found: list[Value] = []
    root = call.kwargs.get("root_dir")
    for option in alternatives(call.argument(0, "pathname")):
        if isinstance(option, External):
            found.append(call.result())
            continue
        if root is None:
            found += match_glob(call.machine, with_sources(as_text(option), sources_of(option)))
            continue
        start = as_text(root)
        for item in match_glob(call.machine, with_sources(join(start, as_text(option)), sources_of(option))):
            text = as_text(item)
            found.append(
                with_sources(text[len(start) :].lstrip("/") if text.startswith(start) else text, sources_of(item))
            )
    return found


@model("distutils.filelist.findall", "setuptools._distutils.filelist.findall", "setuptools.findall")
def _findall(call: Call) -> Value:
    """Return every file below a directory."""
    return match_glob(call.machine, join(as_text(call.argument(0, "dir", ".")), "**", "*"))


@model("fnmatch.filter", "fnmatch.fnmatch", "fnmatch.fnmatchcase")
def _fnmatch(call: Call) -> Value:
    from fnmatch import fnmatchcase  # rarely needed

    pattern = call.argument(1, "pat")
    if not isinstance(pattern, str) or not is_known(pattern):
        return call.argument(0) if call.name.endswith("filter") else call.result()
    if call.name.endswith("filter"):
        items = [as_text(item) for item in iterate(call.machine, call.argument(0))]
        return [item for item in items if not is_known(item) or fnmatchcase(item, pattern)]
    name = call.argument(0)
    return fnmatchcase(name, pattern) if isinstance(name, str) and is_known(name) else call.result()


def match_glob(m: Machine, pattern: str) -> list[Value]:
    """Note that *pattern* is expanded and return the files that it matches, each remembering the pattern."""
    path = project_path(pattern)
    if path is None:
        return [unknown(pattern)]
    sources = sources_of(pattern) | {("listing", path)}
    m.facts.read("glob", path, m.place())
    prefix = f"{ROOT}/" if pattern.startswith(ROOT) else ""
    ending = "/" if pattern.endswith("/") else ""
    names = [] if ending else expand(m.project, path)[:MAX_ENTRIES]
    if not posixpath.splitext(path)[1]:  # one with an ending is after files
        names = sorted({*names, *expand_directories(m.project, path)[:MAX_ENTRIES]})
    return [with_sources(prefix + name + ending, sources) for name in names]


@model("os.listdir", "os.scandir")
def _listdir(call: Call) -> Value:
    target = call.argument(0, "path", ".")
    names = list_directory(call.machine, target)
    if call.name == "os.listdir":
        return names
    return [PathValue(with_sources(join(as_text(target), as_text(name)), sources_of(name))) for name in names]


def list_directory(m: Machine, target: Value) -> list[Value]:
    """Return the names in a directory of the project, each remembering the listing."""
    path = project_path(as_text(target))
    if path is None or not is_known(path):
        return [unknown(target)]
    prefix = "" if path == "." else f"{path}/"
    sources = sources_of(target) | {("listing", f"{prefix}*")}
    names = sorted({name[len(prefix) :].partition("/")[0] for name in m.project.files if name.startswith(prefix)})
    return [with_sources(name, sources) for name in names[:MAX_ENTRIES]]


@model("os.walk", "os.fwalk")
def _walk(call: Call) -> Value:
    """Return ``(directory, subdirectories, files)`` for every directory below, as ``os.walk`` does."""
    found: list[Value] = []
    for option in alternatives(call.argument(0, "top")):
        found += walk(call.machine, as_text(option)) or [call.result()]
    return found


def walk(m: Machine, top: str) -> list[Value]:
    """Return what ``os.walk(top)`` yields; nothing when *top* is no directory that we know."""
    path = project_path(top)
    if path is None or not is_known(path):
        return []
    prefix = "" if path == "." else f"{path}/"
    sources = sources_of(top) | {("listing", f"{prefix}**/*")}
    directories: dict[str, tuple[set[str], list[str]]] = {"": (set(), [])}
    for name in m.project.files_below(prefix)[:MAX_ENTRIES]:
        inner, _, base = name[len(prefix) :].rpartition("/")
        directories.setdefault(inner, (set(), []))[1].append(base)
        while inner:
            above, _, own = inner.rpartition("/")
            directories.setdefault(above, (set(), []))[0].add(own)
            inner = above
    return [
        (
            with_sources(f"{top}/{inner}" if inner else top, sources),
            [with_sources(name, sources) for name in sorted(subdirectories)],
            [with_sources(name, sources) for name in files],
        )
        for inner, (subdirectories, files) in sorted(directories.items())
    ]


# -- pathlib, shutil --------------------------------------------------------------------------------------------------------


@model(
    "pathlib.Path", "pathlib.PurePath", "pathlib.PosixPath", "pathlib.PurePosixPath", "pathlib2.Path", "py.path.local"
)
def _path(call: Call) -> Value:
    value = _product(call.args, join) if call.args else "."
    return join_values(PathValue(option) for option in alternatives(value))


@model("shutil.copy", "shutil.copy2", "shutil.copyfile", "shutil.copytree", "shutil.move", "os.rename", "os.symlink")
@model("distutils.file_util.copy_file", "distutils.dir_util.copy_tree", "os.link", "os.replace")
def _copy(call: Call) -> Value:
    whole = call.name.endswith("tree")
    for option in alternatives(call.argument(0, "src")):
        path = None if isinstance(option, External) else project_path(as_text(option))
        if path is not None and not (whole and path == "."):
            call.machine.facts.read("copy", f"{path}/**/*" if whole else path, call.machine.place())
    return None


@model("shutil.rmtree", "distutils.dir_util.remove_tree")
def _remove_tree(call: Call) -> Value:
    """Note that a directory is emptied: what is in it, the build itself puts there."""
    path = None if isinstance(call.argument(0), External) else project_path(as_text(call.argument(0)))
    if path is not None and is_known(path) and path != "." and not path.startswith(".."):
        call.machine.facts.outputs.setdefault(f"{path}/**/*", call.machine.place())
    return None


@model("os.remove", "os.unlink", "os.makedirs", "os.mkdir", "os.rmdir", "os.chmod", "os.utime", "os.stat")
@model("os.path.getmtime", "os.path.getsize", "os.path.islink", "os.path.isabs", "os.path.samefile")
@model("os.path.commonprefix", "os.path.commonpath", "os.putenv")
@model("distutils.dep_util.newer", "distutils.dep_util.newer_group", "os.path.getctime")
def _nothing_read(call: Call) -> Value:
    return call.result()

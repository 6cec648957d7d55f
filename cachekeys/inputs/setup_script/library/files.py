"""``open``, ``shutil`` and their kin: what is read, copied and written."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from cachekeys.inputs.environment import classify
from cachekeys.inputs.setup_script.joins import join_values
from cachekeys.inputs.setup_script.library import Call, model
from cachekeys.inputs.setup_script.library.content import as_path, parse_json, parse_toml, read_opened
from cachekeys.inputs.setup_script.values import (
    LOST,
    External,
    Opened,
    PathValue,
    Source,
    Value,
    alternatives,
    as_text,
    sources_of,
)
from cachekeys.inputs.texts import UNKNOWN, as_glob, is_known, project_path

if TYPE_CHECKING:
    from cachekeys.inputs.setup_script.machine import Machine

__all__ = ["note_given", "open_path", "somewhere"]

MAX_GIVEN = 200
MAX_MODE = 5  # "w:bz2" is one
MAX_PATH = 300
MIN_LITERAL = 3


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


# -- copying and writing -----------------------------------------------------------------------------------------------


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

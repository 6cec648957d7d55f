"""``open``, ``shutil`` and their kin: what is read, copied and written."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from cachekeys.inputs.environment import classify
from cachekeys.inputs.setup_script.joins import join_values
from cachekeys.inputs.setup_script.library import Call, model
from cachekeys.inputs.setup_script.library.content import as_path, parse_json, parse_toml, read_opened
from cachekeys.inputs.setup_script.library.unnamed import could_be_ours, note_unnamed, note_written, write_into
from cachekeys.inputs.setup_script.values import (
    EMPTY,
    LOST,
    External,
    Opened,
    PathValue,
    Source,
    Sources,
    Value,
    alternatives,
    as_text,
    sources_of,
)
from cachekeys.inputs.texts import ROOT, UNKNOWN, as_glob, is_known, project_path

if TYPE_CHECKING:
    from cachekeys.inputs.setup_script.machine import Machine

__all__ = ["note_given", "open_path"]

MAX_COPIES = 8
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
    written = isinstance(mode, str) and any(char in mode for char in "wxa")
    for option in alternatives(as_path(m, target)):
        if option is None or isinstance(option, (int, Opened)):
            results.append(option if isinstance(option, Opened) else External("file"))
            continue
        text = as_text(option)
        sources = sources_of(text)
        path = m.locate(text)
        if written and "a" not in mode:
            note_output(m, text, path, anew="w" in mode)
        elif path is not None and (path == ".git" or path.startswith(".git/")):
            what: Source = ("git", "tags" if "tags" in path else "commit")
            m.facts.note("git", what[1], m.place())
            sources |= {what}
        elif path is not None:
            m.facts.read("open", path, m.place())
            sources |= {("file", path)}
        elif sources & LOST and could_be_ours(m, text):
            m.unresolved("opens a file whose name is only known at run time")
        elif variables := sorted(name for kind, name in sources if kind == "env" and classify(name) == "input"):
            m.unresolved(f"opens a file whose name depends on ${variables[0]}")
        else:
            sources |= note_unnamed(m, text)
        results.append(Opened(text if path is None else f"{ROOT}/{path}", sources, written=written))
    return join_values(results)


def note_output(m: Machine, text: str, path: str | None, *, anew: bool) -> None:
    """Note that a file is written.

    :param path: where in the project it is, None when that is not known.
    :param anew: its old content does not matter.
    """
    if path is None:
        note_written(m, text)
    elif _is_telling(path):
        name = path if is_known(path) else as_glob(path)
        m.facts.outputs.setdefault(name, m.place())
        if anew and m.certain and not any((action, name) in m.facts.reads for action in ("open", "copy", "exec")):
            m.facts.products.add(name)


@model("os.chdir", "contextlib.chdir")
def _chdir(call: Call) -> Value:
    """Remember the working directory; one that is not known is left again, and what happens there is not ours."""
    m = call.machine
    for option in alternatives(call.argument(0, "path")):
        path = None if isinstance(option, External) else project_path(as_text(option), m.directory)
        if path is not None and is_known(path):
            m.directory = "" if path == "." else path
            if m.directory and m.directory not in m.visited:
                m.visited.append(m.directory)
    return call.result()


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
    # of all these, toml.load() alone takes a name; the others take an open file, or text
    if isinstance(target, PathValue) or (isinstance(target, str) and call.name == "toml.load"):
        target = open_path(call.machine, target)
    return parse_toml(read_opened(call.machine, target) if isinstance(target, Opened) else target)


@model("yaml.safe_load", "yaml.load", "yaml.full_load", "yaml.unsafe_load", "yaml.safe_load_all", "yaml.load_all")
@model("pickle.load", "plistlib.load", "marshal.load", "ruamel.yaml.safe_load", "ruamel.yaml.load")
def _structured(call: Call) -> Value:
    """Return what is made of text or of an open file, which has been noted: none of these takes a name."""
    return External(f"{call.name}()", sources_of(call.argument(0)))


@model("linecache.getlines", "linecache.getline", "fileinput.input", "fileinput.FileInput")
@model("gzip.open", "bz2.open", "lzma.open", "tarfile.open", "zipfile.ZipFile", "xml.etree.ElementTree.parse")
@model(
    "py_compile.compile", "filecmp.cmp", "zipfile.ZipFile().write", "tarfile.open().add", "zipfile.PyZipFile().writepy"
)
def _read_whole(call: Call) -> Value:
    """Note what is opened; what is made of it is not known."""
    mode = call.argument(1, "mode")
    mode = mode if isinstance(mode, str) and len(mode) < MAX_MODE else "r"
    names = call.args[: 2 if call.name == "filecmp.cmp" else 1] or list(call.kwargs.values())[:1]
    items = [item for name in names for item in (name if isinstance(name, (list, tuple)) else (name,))]
    opened = [open_path(call.machine, item, mode) for item in items]
    return External(f"{call.name}()", sources_of(opened))


_NO_READERS = frozenset(
    """
    append add insert index count startswith endswith join match fullmatch search findall format replace split pop discard
    setdefault has_key exclude add_argument add_option isfile exists isdir Requirement Version parse_version write writelines set
    sub is_relative_to getLogger debug_print make_archive mkpath ensure_directory write_file compare get_logger encode decode
    Template Command StringIO BytesIO echo secho pprint quote escape dump fromstring parseString XML HTML parsestr
    """.split()  # noqa: SIM905 - sixty words, one a line otherwise
)
"""Functions that only look at a name, or take text and no name, wherever they come from."""

_TAKE_TEXT = ("loads", "dumps", "_string", "_text", "_bytes")
"""How functions end that take text."""

_NO_FILES = (
    *("re.", "logging.", "os.path.", "ast.", "base64.", "binascii.", "hashlib.", "hmac.", "zlib.", "struct.", "textwrap."),
    *("html.", "urllib.parse.", "unicodedata.", "locale.", "datetime.", "difflib.", "pprint.", "string.", "json.", "yaml."),
    *("itertools.", "functools.", "operator.", "collections.", "packaging.", "warnings.", "markdown.markdown", "m2r.convert"),
    *("uuid.", "random.", "inspect.", "glob.escape", "secrets."),
)  # fmt: skip
"""How the names of modules and functions begin that open no files."""


def note_given(call: Call) -> None:
    """Note files of the project among the arguments of a call of which we have no model: whoever takes a name opens it."""
    m = call.machine
    last = call.name.rpartition(".")[2]
    if (
        last in _NO_READERS
        or last.endswith(_TAKE_TEXT)
        or (call.name.startswith(_NO_FILES) and last != "markdownFromFile")
    ):
        return
    for value in call.values():
        for item in value[:MAX_GIVEN] if isinstance(value, (list, tuple)) else (value,):
            if not isinstance(item, (str, PathValue)):
                continue
            text = as_text(item)
            if len(text) > MAX_PATH or not ("." in text or "/" in text):
                continue
            path = m.locate(text)
            if path is not None and is_known(path) and m.project.is_file(path):
                m.facts.read("given", path, m.place(), call.name)


# -- copying and writing -----------------------------------------------------------------------------------------------


@model("shutil.copy", "shutil.copy2", "shutil.copyfile", "shutil.copytree", "shutil.move", "os.rename", "os.symlink")
@model("distutils.file_util.copy_file", "distutils.dir_util.copy_tree", "os.link", "os.replace")
def _copy(call: Call) -> Value:
    m, whole = call.machine, call.name.endswith("tree")
    names: list[str] = []
    sources = EMPTY
    for option in alternatives(as_path(m, call.argument(0, "src"))):
        text = as_text(option)
        path = m.locate(text)
        if path is None:
            sources |= note_unnamed(m, text, f"copies a {'directory' if whole else 'file'} whose name")
        elif not (whole and path == "."):
            if whole or m.project.is_dir(path):
                m.facts.read("copy", f"{path}/**/*", m.place())
            else:
                m.facts.read("copy", path, m.place())
            names.append(path)
    for option in alternatives(as_path(m, call.argument(1, "dst"))):
        _copied_to(m, as_text(option), names, sources, whole=whole)
    return call.argument(1, "dst")


def _copied_to(m: Machine, target: str, names: list[str], sources: Sources, *, whole: bool) -> None:
    """Note what copying makes: *names* are the project's files that may be copied to *target*."""
    path = m.locate(target)
    if path is None or m.project.is_dir(path) or target.endswith("/"):
        inside = [f"{path}/{posixpath.basename(name)}" for name in names] if path is not None and not whole else []
    else:
        inside = [f"{path}/**/*"] if whole else [path]
    copied = m.copied.setdefault((m.place().file, m.place().line), [])
    for name in inside:
        if is_known(name) and name not in names and (whole or posixpath.splitext(name)[1]):
            if name not in m.facts.outputs:
                copied.append(name)
            note_output(m, target, name, anew=True)
    if len(copied) > MAX_COPIES:  # each file of a long list, under another name
        for name in copied:
            m.facts.outputs.pop(name, None)
    write_into(m, Opened(target, sources_of(target), written=True), External("content", sources))


@model("shutil.rmtree", "distutils.dir_util.remove_tree")
def _remove_tree(call: Call) -> Value:
    """Note that a directory is emptied: what is in it, the build itself puts there."""
    m = call.machine
    path = None if isinstance(call.argument(0), External) else m.locate(as_text(call.argument(0)))
    if path is not None and is_known(path) and path != "." and not path.startswith(".."):
        m.facts.outputs.setdefault(f"{path}/**/*", m.place())
        if m.certain:
            m.facts.products.add(f"{path}/**/*")
    return None


@model("os.remove", "os.unlink", "os.makedirs", "os.mkdir", "os.rmdir", "os.chmod", "os.utime", "os.stat")
@model("os.path.getmtime", "os.path.getsize", "os.path.islink", "os.path.isabs", "os.path.samefile")
@model("os.path.commonprefix", "os.path.commonpath", "os.putenv")
@model("distutils.dep_util.newer", "distutils.dep_util.newer_group", "os.path.getctime")
def _nothing_read(call: Call) -> Value:
    return call.result()

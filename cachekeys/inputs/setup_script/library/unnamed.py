"""Files whose name only the run knows: said when what is in them can reach what is built.

A script may open what its command line names, or what a library returns. Nobody can tell which file that is, so it is noted
as a source like any other, and what is computed from it remembers that. When such a value reaches an argument of
``setup()``, an extension, a file that the build writes, a command, code that is run, or decides which way the script
goes, the place is reported (CK901); a log, or a report for the screen, never gets there.

Not meant are names that are certain to lie elsewhere: temporary files, the interpreter's own directories, what installed
packages say about themselves, what the build itself has written.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cachekeys.inputs.setup_script.library import Call, model
from cachekeys.inputs.setup_script.values import (
    BUILT,
    ELSEWHERE,
    EMPTY,
    Choice,
    External,
    Opened,
    Sources,
    Value,
    as_text,
    sources_of,
    with_sources,
)
from cachekeys.inputs.texts import ROOT, UNKNOWN, project_path

if TYPE_CHECKING:
    from cachekeys.inputs.setup_script.machine import Machine

__all__ = ["could_be_ours", "note_dumped", "note_flow", "note_unnamed", "note_written", "write_into"]

_ANYWAY = frozenset({"/pyproject.toml", "/setup.py", "/setup.cfg"})

UNNAMED = "unnamed"
"""The kind of source that such a file is; it is named by the place where it is opened."""


def note_unnamed(m: Machine, text: str, doing: str = "opens a file whose name") -> Sources:
    """Note that a file is read of whose name at most the end is known; return what its content comes from.

    :param text: what is known of the name.
    :param doing: what the script does with it.
    """
    sources = sources_of(text)
    if sources & (ELSEWHERE | BUILT) or text[:1] != UNKNOWN or not could_be_ours(m, text) or _was_written(m, text):
        return EMPTY
    place = m.place()
    source = (UNNAMED, f"{place.file}:{place.line}")
    m.facts.unnamed.setdefault(source, (f"{doing} is only known at run time", place))
    return frozenset({source})


def could_be_ours(m: Machine, text: str) -> bool:
    """Tell whether a path of which only the end is known could name a file of the project that is no input anyway."""
    tail = text.rpartition(UNKNOWN)[2]
    if tail in _ANYWAY:
        return False
    return not tail or any(name.endswith(tail.lstrip("/")) for name in m.project.files)


def note_written(m: Machine, text: str) -> None:
    """Remember a name, not wholly known, under which the script itself writes: read later, it is its own work."""
    m.written.append(text)


def _was_written(m: Machine, text: str) -> bool:
    """Tell whether a file was written under this name: the same object, or a text that says more than nothing."""
    return any(text is other or (text == other and text.strip(UNKNOWN)) for other in m.written)


def note_flow(m: Machine, value: Value, target: str) -> None:
    """Note that *value* reaches something that is built."""
    sources = sources_of(value)
    if any(kind == UNNAMED for kind, _ in sources):
        m.facts.flow(frozenset(source for source in sources if source[0] == UNNAMED), target)


def note_dumped(call: Call) -> None:
    """Note what goes into a file that is being written, when it is one of the arguments: ``json.dump(data, file)``."""
    for value in call.values():
        if isinstance(value, Opened) and value.written:
            write_into(call.machine, value, call.values())


def write_into(m: Machine, opened: Opened, content: Value) -> None:
    """Note that *content* is written into an open file, if that can be a part of what is built."""
    if not opened.sources & ELSEWHERE and (opened.path[:1] in {ROOT, UNKNOWN} or project_path(opened.path)):
        note_flow(m, content, "a generated file")


_ENDINGS: dict[str, tuple[Value, ...]] = {
    "EXT_SUFFIX": (f"{UNKNOWN}.so", f"{UNKNOWN}.pyd"),
    "SO": (f"{UNKNOWN}.so", f"{UNKNOWN}.pyd"),
    "SHLIB_SUFFIX": (".so", ".dylib", ".dll"),
    "EXE": ("", ".exe"),
}
"""What the interpreter's configuration says about names, as far as every system agrees."""


@model(
    "tempfile.mkdtemp",
    "tempfile.mktemp",
    "tempfile.gettempdir",
    "tempfile.TemporaryDirectory",
    "tempfile.TemporaryFile",
)
@model("tempfile.NamedTemporaryFile", "tempfile.SpooledTemporaryFile", "tempfile.mkstemp")
@model("sysconfig.get_path", "sysconfig.get_paths", "sysconfig.get_config_var", "sysconfig.get_config_vars")
@model("sysconfig.get_config_h_filename", "sysconfig.get_makefile_filename")
@model("distutils.sysconfig.get_python_inc", "distutils.sysconfig.get_python_lib", "distutils.sysconfig.get_config_var")
@model("distutils.sysconfig.get_config_vars", "distutils.sysconfig.get_config_h_filename")
@model(
    "distutils.sysconfig.get_makefile_filename", "site.getsitepackages", "site.getusersitepackages", "site.getuserbase"
)
@model("importlib.util.find_spec", "importlib.metadata.files")
@model("importlib.metadata.distribution", "pkgutil.get_data", "pkgutil.get_loader", "pkg_resources.get_distribution")
@model(
    "urllib.request.urlretrieve",
    "urllib.request.urlopen",
    "urllib.urlretrieve",
    "urllib.urlopen",
    "ctypes.util.find_library",
)
@model(
    "numpy.get_include",
    "numpy.distutils.misc_util.get_numpy_include_dirs",
    "pybind11.get_include",
    "pyarrow.get_include",
)
def _elsewhere(call: Call) -> Value:
    """Return something that is not in the project, nor a part of what is built."""
    if call.name.endswith("get_config_var") and (endings := _ENDINGS.get(as_text(call.argument(0, "name")))):
        return with_sources(Choice(endings), ELSEWHERE)
    made = (External(item.name, item.sources | ELSEWHERE) for item in (call.result(), call.result()))
    if call.name.endswith("urlretrieve") and isinstance(call.argument(1, "filename"), str):
        note_written(call.machine, call.argument(1, "filename"))
    return tuple(made) if call.name.endswith(("mkstemp", "urlretrieve")) else next(made)

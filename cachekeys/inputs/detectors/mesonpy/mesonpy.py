"""meson-python: everything that the project's Meson build reads.

The ``meson.build`` files are interpreted: variables, loops, conditions (those that the machine decides take every way), ``subdir``,
subprojects in the tree (also those that CMake configures) and wrap files, options with the values that ``[tool.meson-python.args] setup``
sets. Found are sources with their headers and ``cimport``s, templates of ``configure_file``, inputs and scripts of ``custom_target``,
generators and ``run_command``, files that ``fs`` reads, Python sources and data that are installed with a tag that ``args.install`` takes.
Scripts in Python are looked into.
``[tool.meson-python] meson`` may name a Meson of the project's own. Native and cross files are configuration.

An editable installation by meson-python compiles again by itself when the package is imported (its documentation), so sources and
build files matter for a standard wheel only; metadata matter in either.
"""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, Any

from cachekeys.hookspecs import hookimpl
from cachekeys.inputs.dynamic import place, relative, strings, table
from cachekeys.inputs.meson import meson_inputs
from cachekeys.inputs.model import BuildInput, BuildOutput, Origin
from cachekeys.inputs.scripts import local_imports

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cachekeys.inputs.model import Detected, Mode
    from cachekeys.project import Project

_TOOL = "meson-python"
_SECTION = ("tool", _TOOL)
_ARGUMENTS = (*_SECTION, "args")
_FILE_OPTION = r"--(native|cross)-file(?:=|\s+|$)(.*)"
_ROOT_MARK = "@GLOBAL_SOURCE_ROOT@"
_COMPILERS = {
    "c": ("CC", "CFLAGS", "CPPFLAGS"),
    "cpp": ("CXX", "CXXFLAGS", "CPPFLAGS"),
    "fortran": ("FC", "FFLAGS"),
    "cuda": ("NVCC",),
    "rust": ("RUSTC", "RUSTFLAGS"),
}
_WHEEL: tuple[Mode, ...] = ("wheel",)
_BUILD_DIRECTORY = "build/cp*/**/*"


@hookimpl
def cachekeys_detect_inputs(project: Project) -> Iterator[Detected]:
    """Yield what Meson reads, and what meson-python adds to it."""
    yield from meson_inputs(project, _settings(project), _tags(project), f"{_TOOL} configures the project with it")
    yield from _machine_files(project)
    yield from _own_meson(project)
    yield from _variables(project)
    origin = place(project, "build-system", "build-backend")
    yield BuildOutput(_BUILD_DIRECTORY, f"{_TOOL} compiles there for an editable installation", origin)


def _arguments(project: Project, step: str) -> list[tuple[int, str]]:
    return [(index or 0, text) for index, text in strings(table(project.get(*_ARGUMENTS)).get(step))]


def _settings(project: Project) -> dict[str, Any]:
    """Return the options that the build sets; ``buildtype`` and ``b_ndebug`` are meson-python's (0.18)."""
    settings: dict[str, Any] = {"buildtype": "release", "b_ndebug": "if-release"}
    texts = [text for _, text in _arguments(project, "setup")]
    for before, text in zip(["", *texts], texts, strict=False):
        setting = text if before == "-D" else text.removeprefix("-D") if text.startswith("-D") and text != "-D" else ""
        name, equals, value = setting.partition("=")
        if equals:
            settings[name] = value
    return settings


def _tags(project: Project) -> frozenset[str]:
    for _, text in _arguments(project, "install"):
        if text.startswith("--tags="):
            return frozenset(text.removeprefix("--tags=").split(","))
    return frozenset()


def _machine_files(project: Project) -> Iterator[Detected]:
    """Yield native and cross files, and the files of the project that these name."""
    arguments = _arguments(project, "setup")
    for position, (index, text) in enumerate(arguments):
        option = re.match(_FILE_OPTION, text)
        if option is None:
            continue
        following = arguments[position + 1][1] if position + 1 < len(arguments) else ""
        name = relative(project, option[2] or following)
        if name is None or not project.is_file(name):
            continue
        origin = place(project, *_ARGUMENTS, "setup", index)
        why = f"{_TOOL} passes it to `meson setup`"
        yield BuildInput("file", name, "build-config", why, origin, "code", modes=_WHEEL)
        content = project.read_text(name) or ""
        for match in re.finditer(rf"{_ROOT_MARK}'?\s*/\s*'?([^'\"\s,\]]+)", content):
            path = posixpath.normpath(match[1])
            if project.is_file(path):
                where = Origin(name, content.count("\n", 0, match.start()) + 1)
                yield BuildInput(
                    "file", path, "build-config", f"{name} names it", where, "code", "likely", modes=_WHEEL
                )


def _own_meson(project: Project) -> Iterator[Detected]:
    """Yield the Meson that the project carries along, with the modules that it imports."""
    name = relative(project, project.get(*_SECTION, "meson"))
    if name is None or not project.is_file(name):
        return
    origin = place(project, *_SECTION, "meson")
    yield BuildInput("file", name, "build-script", f"{_TOOL} runs it as Meson", origin, "code", modes=_WHEEL)
    for file, importer, line in local_imports(project, name, (posixpath.dirname(name),)):
        why = f"{importer} imports it, and that runs as Meson"
        yield BuildInput("file", file, "build-script", why, Origin(importer, line), "code", "possible", modes=_WHEEL)


def _variables(project: Project) -> Iterator[Detected]:
    """Yield the variables of the toolchain; normally none is set."""
    origin = place(project, "build-system", "build-backend")
    build = project.read_text("meson.build") or ""
    names = dict.fromkeys(("LDFLAGS", "PKG_CONFIG_PATH", "ARCHFLAGS"))
    for language, variables in _COMPILERS.items():
        if f"'{language}'" in build:
            names.update(dict.fromkeys(variables))
    for name in names:
        why = (
            "Meson lets it change how code is compiled"
            if name != "ARCHFLAGS"
            else f"{_TOOL} takes the architecture from it"
        )
        yield BuildInput("env", name, "environment", why, origin, "code", optional=True, modes=_WHEEL)

"""meson-python: the Meson files of a project, what they run for the version, and the sources beside them.

Every ``meson.build`` and the options file are read in each build; a dynamic version comes from ``project()`` in the one at
the root, often by ``run_command`` of a script or of git, which is followed. Native and machine files that
``[tool.meson-python.args]`` passes are configuration too. Sources are not looked up in Meson's language: those below the
directories with a ``meson.build`` are likely.

An editable installation by meson-python compiles again by itself when the package is imported (its documentation), so sources and
build files matter for a standard wheel only; metadata matter in either.
"""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from cachekeys.hookspecs import hookimpl
from cachekeys.inputs.dynamic import everything_below, place, relative, strings, table
from cachekeys.inputs.model import BuildInput, BuildOutput, Origin
from cachekeys.inputs.scm import scm_version
from cachekeys.inputs.scripts import build_script

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cachekeys.inputs.model import Affects, Detected, Mode
    from cachekeys.project import Project

_TOOL = "meson-python"
_ROOT = "meson.build"
_OPTIONS = ("meson.options", "meson_options.txt")
_SCM_COMMANDS = frozenset({"git", "setuptools_scm", "setuptools-scm", "vcs_versioning", "dunamai", "versioningit"})
_FILE_OPTION = r"--(?:native|cross)-file(?:=|\s+)(.+)"
_WHEEL: tuple[Mode, ...] = ("wheel",)


@hookimpl
def cachekeys_detect_inputs(project: Project) -> Iterator[Detected]:
    """Yield the Meson files, the origin of the version, and the sources."""
    builds = [name for name in project.files if posixpath.basename(name) == _ROOT]
    if _ROOT in builds:
        dynamic = "version" in project.dynamic
        affects: Affects = "version" if dynamic else "code"
        modes: tuple[Mode, ...] = ("editable", "wheel") if dynamic else _WHEEL
        why = f"{_TOOL} reads it"
        yield BuildInput("file", _ROOT, "build-config", why, Origin(_ROOT, 1), affects, modes=modes)
        if dynamic:
            yield from _version(project)
    if len(builds) > 1:
        why = "meson reads the build files of the subdirectories"
        yield BuildInput("files", f"**/{_ROOT}", "build-config", why, Origin(_ROOT, 1), "code", modes=_WHEEL)
    for name in _OPTIONS:
        if project.is_file(name):
            why = "meson reads the project's options from it"
            yield BuildInput("file", name, "build-config", why, Origin(name, 1), "code", modes=_WHEEL)
    yield from _machine_files(project)
    yield from _sources(project, builds)
    yield BuildOutput("build/cp*/**/*", f"{_TOOL} compiles there for an editable installation", Origin(_ROOT, 1))


def _version(project: Project) -> Iterator[Detected]:
    """Follow the commands and files in the argument ``version`` of ``project()``."""
    text = project.read_text(_ROOT) or ""
    call = re.search(r"\bproject\s*\(", text)
    keyword = re.compile(r"\bversion\s*:").search(text, call.end()) if call else None
    if keyword is None:
        return
    argument = _argument(text[keyword.end() :])
    origin = Origin(_ROOT, text.count("\n", 0, keyword.start()) + 1)
    mentioned = dict.fromkeys(re.findall(r"'([^'\n]+)'", argument))
    runs = "run_command" in argument or "vcs_tag" in argument
    if runs and not _SCM_COMMANDS.isdisjoint(mentioned):
        yield from scm_version(project, "meson.build", origin)
    for name in mentioned:
        file = relative(project, name)
        if file is None or not project.is_file(file):
            continue
        if runs and file.endswith(".py"):
            why = "meson.build runs it to find the version"
            for item in build_script(project, file, why, origin, affects="version", name="__main__"):
                if not (isinstance(item, BuildInput) and item.kind == "env" and item.what.startswith("MESON")):
                    yield item  # the others Meson sets itself
        elif runs or "read" in argument or "files" in argument:
            why = "meson.build takes the version from it"
            yield BuildInput("file", file, "dynamic-file", why, origin, "version")


def _argument(text: str) -> str:
    """Return *text* up to the comma or bracket that ends the argument at its start."""
    depth = 0
    for token in re.finditer(r"'(?:[^'\\\n]|\\.)*'|#[^\n]*|[(\[{]|[)\]}]|,", text):
        if token[0] in "([{":
            depth += 1
        elif token[0] in ")]}":
            depth -= 1
        if depth < 0 or (depth == 0 and token[0] == ","):
            return text[: token.start()]
    return text


def _machine_files(project: Project) -> Iterator[Detected]:
    path = ("tool", "meson-python", "args")
    for step, listed in table(project.get(*path)).items():
        for index, text in strings(listed):
            option = re.match(_FILE_OPTION, text)
            name = relative(project, option[1]) if option else None
            if name is not None and project.is_file(name):
                why = f"{_TOOL} passes it to `meson {step}`"
                origin = place(project, *path, step, index or 0)
                yield BuildInput("file", name, "build-config", why, origin, "code", modes=_WHEEL)


def _sources(project: Project, builds: list[str]) -> Iterator[Detected]:
    """Yield one glob for every ending of compiled code below a top directory with a ``meson.build``."""
    from cachekeys.inputs.includes import NATIVE_SUFFIXES  # only projects with Meson pay

    tops = {name.partition("/")[0] for name in builds if "/" in name}
    endings: dict[str, set[str]] = {}
    for name in project.files:
        top, slash, _ = name.partition("/")
        ending = posixpath.splitext(name)[1]
        if slash and top in tops and ending.lower() in NATIVE_SUFFIXES:
            endings.setdefault(top, set()).add(ending)
    for top, found in sorted(endings.items()):
        for ending in sorted(found):
            why = "it lies among the sources that meson compiles"
            pattern = everything_below(top) + ending
            yield BuildInput(
                "files", pattern, "native-source", why, Origin(f"{top}/{_ROOT}", 1), "code", "likely", modes=_WHEEL
            )

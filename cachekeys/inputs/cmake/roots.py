"""Which directories the build configures with CMake, and with which definitions."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Any

from cachekeys.inputs.cmake.arguments import parse_arguments
from cachekeys.inputs.dynamic import built_by, place, reads_setup_files, strings, table, tables
from cachekeys.inputs.model import Origin
from cachekeys.inputs.texts import UNKNOWN, is_known, known
from cachekeys.values import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cachekeys.inputs.cmake.values import Value
    from cachekeys.inputs.model import Mode
    from cachekeys.inputs.setup_script import Script
    from cachekeys.inputs.setup_script.facts import CMakeCall
    from cachekeys.project import Project

__all__ = ["Root", "called", "find_roots"]

_SCIKIT = ("tool", "scikit-build")
_PY_BUILD_CMAKE = ("tool", "py-build-cmake")
_SYSTEMS = ("linux", "windows", "mac", "pyodide")
_BOTH: tuple[Mode, ...] = ("editable", "wheel")


@dataclass(slots=True)
class Root:
    """A directory with a ``CMakeLists.txt`` that the build configures; ``why`` names who does it.

    ``arguments`` are those of CMake's command line that name files or presets, each with the place that says so.
    ``installs`` tells whether the backend takes everything that CMake installs; a setup.py takes its targets.
    ``targets`` are those that are built (none: all), ``components`` those that are installed (None: all). ``builds`` tells whether
    anything is built at all: some only want the headers that configuring makes.
    """

    directory: str
    why: str
    origin: Origin
    definitions: dict[str, Value] = field(default_factory=dict)
    arguments: list[tuple[str, Origin]] = field(default_factory=list)
    installs: bool = True
    targets: tuple[str, ...] = ()
    components: frozenset[str] | None = None
    modes: tuple[Mode, ...] = _BOTH
    builds: bool = True


def find_roots(project: Project) -> list[Root]:
    """Return the configured directories that have a ``CMakeLists.txt``, each once."""
    roots: dict[str, Root] = {}
    for root in (*_from_backend(project), *_from_setup_script(project)):
        file = "CMakeLists.txt" if root.directory == "." else f"{root.directory}/CMakeLists.txt"
        if not project.is_file(file):
            continue
        if root.directory in roots:
            _add_definitions(roots[root.directory], root.definitions)
            roots[root.directory].arguments += root.arguments
            roots[root.directory].installs |= root.installs
            roots[root.directory].builds |= root.builds
            if roots[root.directory].modes != root.modes:
                roots[root.directory].modes = _BOTH
        else:
            roots[root.directory] = root
    return list(roots.values())


def _add_definitions(root: Root, more: dict[str, Value]) -> None:
    for name, value in more.items():
        root.definitions[name] = tuple(dict.fromkeys((*root.definitions.get(name, ()), *value)))


def _from_backend(project: Project) -> Iterator[Root]:
    backend = project.build_backend
    hook = built_by(project, "hatchling") and _is_hook(project)
    scikit = backend in {"scikit_build_core.build", "scikit_build_core.setuptools.build_meta"}
    if scikit or hook or ("scikit-build-core" in project.build_requires and project.get(*_SCIKIT)):
        yield from _from_scikit_build(project, "scikit-build-core" if hook else "")
    elif backend.startswith("py_build_cmake"):
        yield from _from_py_build_cmake(project)
    elif backend.partition(".")[0] == "cmeel":
        source = project.get("tool", "cmeel", "source", default=".")
        yield Root(_normal(source), "cmeel configures the project with it", _backend_line(project))


def _backend_line(project: Project) -> Origin:
    line = 1 if project.pyproject is None else project.pyproject.position("build-system", "build-backend").line
    return Origin("pyproject.toml", line)


def _normal(path: object) -> str:
    return posixpath.normpath(path) if isinstance(path, str) and path else "."


# -- scikit-build-core -------------------------------------------------------------------------------------------------


def _is_hook(project: Project) -> bool:
    from cachekeys.inputs.scikit import scikit_settings  # most projects have no settings of it

    return any(settings.is_hook for settings in scikit_settings(project))


def _from_scikit_build(project: Project, name: str) -> Iterator[Root]:
    """Yield what scikit-build-core configures; an override (``[[tool.scikit-build.overrides]]``) may say otherwise."""
    from cachekeys.inputs.scikit import scikit_settings

    tables_of_settings = scikit_settings(project)
    overrides = [
        (own, index, override) for own in tables_of_settings for index, override in tables(own.data.get("overrides"))
    ]
    if any(table(own.data.get("wheel")).get("cmake") is False for own in tables_of_settings) and not any(
        table(override.get("wheel")).get("cmake") for _, _, override in overrides
    ):
        return
    name = name or project.build_backend.partition(".")[0].replace("_", "-")
    sources = [table(data.get("cmake")).get("source-dir") for data in (own.data for own in tables_of_settings)]
    sources = [source for source in sources if source][:1]
    sources += [table(override.get("cmake")).get("source-dir") for _, _, override in overrides]
    directories = {_normal(source): None for source in sources if source}
    rebuilds = any(table(own.data.get("editable")).get("rebuild") is True for own in tables_of_settings)
    if not directories and project.build_backend.startswith("scikit_build_core.setuptools"):
        directories = {call.directory: None for call in _from_setup_script(project)}
    for directory in directories or {".": None}:
        root = Root(
            directory,
            f"{name} configures the project with it",
            _backend_line(project),
            # an editable installation then builds again by itself when it is imported
            modes=("wheel",) if rebuilds else _BOTH,
        )
        root.definitions.update(
            {
                "SKBUILD": ("2",),
                "SKBUILD_PROJECT_NAME": (_identifier(project),),
                **dict.fromkeys(
                    ("SKBUILD_PROJECT_VERSION", "SKBUILD_PROJECT_VERSION_FULL", "SKBUILD_CORE_VERSION"), (UNKNOWN,)
                ),
                "SKBUILD_STATE": ("wheel", "editable"),
            }
        )
        _scikit_selection(root, [own.data for own in tables_of_settings], [override for _, _, override in overrides])
        for own in reversed(tables_of_settings):
            _scikit_arguments(root, own.data, own.origin("cmake", "args"), optional=False)
        for own, index, override in overrides:
            _scikit_arguments(root, override, own.origin("overrides", index, "cmake", "args"), optional=True)
        yield root


def _identifier(project: Project) -> str:
    """Return the project's name as scikit-build-core hands it to CMake (1.1, ``builder/builder.py:318``): its case stays."""
    name = project.get("project", "name")
    return known(name).replace("-", "_").replace(".", "_") if isinstance(name, str) and name else UNKNOWN


def _scikit_selection(root: Root, settings: list[dict[str, Any]], overrides: list[dict[str, Any]]) -> None:
    """Take the targets that are built and the components that are installed, unless an override may say otherwise."""

    def selected(section: str, key: str) -> tuple[str, ...]:
        if any(key in table(override.get(section)) for override in overrides):
            return ()
        listed = (strings(table(own.get(section)).get(key)) for own in settings)
        return next((tuple(text for _, text in found) for found in listed if found), ())

    root.targets = selected("build", "targets") or selected("cmake", "targets")
    components = selected("install", "components")
    root.components = frozenset(components) if components else None


def _scikit_arguments(root: Root, settings: dict[str, Any], origin: Origin, *, optional: bool) -> None:
    """Add the definitions and arguments of one table of settings; those of an override may apply or not."""
    cmake = table(settings.get("cmake"))
    given: dict[str, str] = {name: _definition(value) for name, value in table(cmake.get("define")).items()}
    toolchain = cmake.get("toolchain-file")
    arguments = [text for _, text in strings(cmake.get("args"))]
    if isinstance(toolchain, str):
        arguments.append(f"--toolchain={toolchain}")
    _take(root, arguments, origin, given)
    for name, text in given.items():
        options = root.definitions.get(name, ("",)) if optional else ()
        root.definitions[name] = tuple(dict.fromkeys((*options, text)))


def _definition(value: Any) -> str:
    if isinstance(value, bool):
        return "ON" if value else "OFF"
    if isinstance(value, list):
        return ";".join(known(str(item)) for item in value)
    if isinstance(value, dict):  # { env = "NAME", default = ... }: the variable is an input, its default decides
        default = value.get("default")
        return UNKNOWN if default is None or isinstance(default, dict) else _definition(default)
    return known(str(value))


def _take(root: Root, arguments: list[str], origin: Origin, given: dict[str, str]) -> None:
    """Sort arguments of CMake's command line into definitions and those that name files or presets."""
    found = parse_arguments(arguments)
    given.update((name, known(value)) for name, value in found.definitions)
    root.arguments += [(text, origin) for text in found.files]


# -- py-build-cmake ----------------------------------------------------------------------------------------------------


def _from_py_build_cmake(project: Project) -> Iterator[Root]:
    """Yield what py-build-cmake configures: its ``cmake`` table, and those of each system and of cross builds."""
    for path in ((), *((system,) for system in _SYSTEMS), ("cross",)):
        where: tuple[str, ...] = (*_PY_BUILD_CMAKE, *path, "cmake")
        listed = table(project.get(*where))
        several = [value for key, value in listed.items() if key.isdigit() and isinstance(value, dict)]
        for settings in [*several, listed] if listed else []:
            if not path or settings.get("source_path") or not settings.get("preset"):
                yield _py_build_cmake_root(project, settings, where, optional=bool(path))


def _py_build_cmake_root(project: Project, settings: dict[str, Any], path: tuple[str, ...], *, optional: bool) -> Root:
    default = project.get(*_PY_BUILD_CMAKE, "cmake", "source_path", default=".")
    directory = _normal(settings.get("source_path", default))
    root = Root(directory, "py-build-cmake configures the project with it", _backend_line(project))
    given = {
        name: _definition(value.get("value", value) if isinstance(value, dict) else value)
        for name, value in table(settings.get("options")).items()
    }
    arguments = [text for _, text in strings(settings.get("args"))]
    if isinstance(settings.get("preset"), str):
        arguments.append(f"--preset={settings['preset']}")
    cross = project.get(*_PY_BUILD_CMAKE, "cross", "toolchain_file")
    if isinstance(cross, str):
        arguments.append(f"--toolchain={cross}")
    _take(root, arguments, place(project, *path), given)
    name = (project.name or UNKNOWN).replace("-", "_")
    module = project.get(*_PY_BUILD_CMAKE, "module", "name", default=name)
    for kind in ("IMPORT", "MODULE"):
        root.definitions[f"PY_BUILD_CMAKE_{kind}_NAME"] = (known(str(module)) if module != UNKNOWN else UNKNOWN,)
    for kind in ("PROJECT", "PACKAGE"):
        root.definitions[f"PY_BUILD_CMAKE_{kind}_NAME"] = (name,)
        root.definitions[f"PY_BUILD_CMAKE_{kind}_VERSION"] = (UNKNOWN,)
    for name, text in given.items():
        root.definitions[name] = ("", text) if optional else (text,)
    return root


# -- setup.py ----------------------------------------------------------------------------------------------------------


def _from_setup_script(project: Project) -> Iterator[Root]:
    """Yield what setup.py configures; where the directory is not known, the project's own, if it has a lists file."""
    if not reads_setup_files(project) and not project.build_backend.startswith("skbuild"):
        return
    from cachekeys.inputs.setup_script import analyse_script  # setuptools projects only

    script = analyse_script(project)
    for call in script.facts.cmake if script else ():
        origin = Origin("setup.py", call.place.within("setup.py"))
        directory = "." if call.directory is None else call.directory
        if not project.is_file(posixpath.normpath(f"{directory}/CMakeLists.txt")):
            directory = _topmost(project) or directory
        if script is not None:
            yield called(project, script, call, directory, origin)


_BUILDING = rb"--build\b|--target\b|\b(?:g|n|mingw32-)?make\b|\bninja\b|\bjom\b|(?i:msbuild|xcodebuild|devenv)"


def _only_configures(project: Project, script: Script) -> bool:
    """Tell whether a script compiles by itself, and no file that it consists of as much as names a command that builds.

    An extension without sources, ``Extension("demo", [])``, only stands for what CMake builds.
    """
    compiled = (native.instance.attributes.get("sources", []) for native in script.facts.natives)
    if all(sources in ([], ()) for sources in compiled):
        return False
    import re  # few scripts run CMake and compile

    return not any(re.search(_BUILDING, project.read_bytes(file) or b"") for file in (script.file, *script.modules))


def called(project: Project, script: Script, call: CMakeCall, directory: str, origin: Origin) -> Root:
    """Return what a script in Python configures, in *directory*."""
    why = f"{script.file} runs cmake on it"
    definitions: dict[str, Value] = {}
    for name, value in call.definitions:
        definitions[name] = tuple(dict.fromkeys((*definitions.get(name, ()), value)))
    arguments = [(text, origin) for text in call.arguments if is_known(text)]
    builds = call.builds or not _only_configures(project, script)
    return Root(directory, why, origin, definitions, arguments, call.installs, modes=call.modes, builds=builds)


def _topmost(project: Project) -> str | None:
    """Return the only directory with a lists file that no other lies above: what a build configures that we cannot follow."""
    found = [name for name in project.files if posixpath.basename(name) == "CMakeLists.txt"]
    depth = min((name.count("/") for name in found), default=0)
    tops = [name for name in found if name.count("/") == depth]
    return posixpath.dirname(tops[0]) or "." if len(tops) == 1 else None

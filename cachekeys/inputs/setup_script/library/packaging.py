"""``setup()`` and the objects that it is given: extensions of every make, command classes, data files."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from cachekeys.inputs.cmake.arguments import Arguments, parse_arguments
from cachekeys.inputs.includes import NATIVE_SUFFIXES
from cachekeys.inputs.setup_script.cffi_code import PREAMBLE
from cachekeys.inputs.setup_script.cython_products import BUILD_DIR, CYTHONIZED
from cachekeys.inputs.setup_script.facts import RUST_PROGRAMS, CMakeCall, Native
from cachekeys.inputs.setup_script.joins import elements, truth
from cachekeys.inputs.setup_script.library import Call, model, named
from cachekeys.inputs.setup_script.library.content import iterate
from cachekeys.inputs.setup_script.library.versions import note_scm, note_version_file
from cachekeys.inputs.setup_script.modes import BOTH, WHEEL
from cachekeys.inputs.setup_script.mypyc import MYPY_ARGUMENTS
from cachekeys.inputs.setup_script.values import (
    Class,
    External,
    Instance,
    PathValue,
    Value,
    alternatives,
    as_text,
    sources_of,
    unknown,
)
from cachekeys.inputs.texts import ROOT, expand, is_known, project_path

if TYPE_CHECKING:
    from cachekeys.inputs.model import Mode
    from cachekeys.inputs.setup_script.machine import Machine

__all__ = ["ARGUMENTS", "adopt_extension", "extensions_of_packages", "note_arguments", "note_native_arguments"]

MAX_PATH = 300
_PARAMETERS = ("name", "sources", "include_dirs")
"""Positional parameters of ``setuptools.Extension`` as far as they are paths (setuptools/extension.py)."""

_LISTS = ("sources", "depends", "include_dirs", "extra_objects")


# -- extensions --------------------------------------------------------------------------------------------------------------


@named(
    "Extension",
    "CppExtension",
    "CUDAExtension",
    "SyclExtension",
    "MUSAExtension",
    "NpuExtension",
    "Pybind11Extension",
    "BuildExtension.Extension",
    "CustomExtension",
    "NumpyExtension",
    "IntelExtension",
    "DPCPPExtension",
    "HIPExtension",
    "ROCMExtension",
    "SharedLibrary",
    "CythonExtension",
    "F2PyExtension",
    "add_extension",
)
def _extension(call: Call) -> Value:
    instance = Instance(External(call.name))
    adopt_extension(call.machine, instance, call.args, call.kwargs, certain=True)
    return instance


def adopt_extension(
    m: Machine, instance: Instance, args: list[Value], kwargs: dict[str, Value], *, certain: bool = False
) -> None:
    """Take *instance* for an extension when it derives from one, with what its base's constructor was given."""
    if not certain and not _derives_from_extension(instance):
        return
    given = {**dict(zip(_PARAMETERS, args, strict=False)), **kwargs}
    for name, value in given.items():
        instance.attributes.setdefault(name, value)
    for name in _LISTS:
        if instance.attributes.get(name) is None:
            instance.attributes[name] = []  # scripts add to them later
    if not any(native.instance is instance for native in m.facts.natives):
        m.facts.natives.append(Native(instance, instance.cls.name, m.place(), m.facts.modes))
        m.extensions.append(instance)


def _derives_from_extension(instance: Instance) -> bool:
    return isinstance(instance.cls, Class) and any(
        base.name.rpartition(".")[2].endswith("Extension") for base in instance.cls.externals()
    )


@named("__init__")
def _explicit_init(call: Call) -> Value:
    """``Extension.__init__(self, name, sources)``, the older spelling of ``super().__init__``."""
    if call.args and isinstance(call.args[0], Instance):
        adopt_extension(call.machine, call.args[0], call.args[1:], call.kwargs)
    return None


@named("cythonize", "mypycify", "no_cythonize", "cython_lint")
def _cythonize(call: Call) -> Value:
    """Return extensions for patterns and leave those given as they are."""
    result: list[Value] = []
    for directory in elements(call.kwargs.get("include_path")) or []:
        _include_dir(call.machine, directory)
    by_cython = call.name.rpartition(".")[2] not in {"mypycify", "no_cythonize"}
    compiled: dict[str, Value] = {CYTHONIZED: True, BUILD_DIR: call.kwargs.get("build_dir")} if by_cython else {}
    language = {name: value for name, value in call.kwargs.items() if name == "language"}
    given = call.argument(0, "module_list", call.kwargs.get("paths"))
    if not by_cython:
        compiled[MYPY_ARGUMENTS] = [item for item in elements(given) or () if isinstance(item, str)]
    for item in [given] if isinstance(given, str) else elements(given) or [given]:
        for option in alternatives(item):
            if isinstance(option, Instance):
                option.attributes.update(compiled)
                result.append(option)
            elif isinstance(option, (str, PathValue)) and not as_text(option).startswith("-"):
                instance = Instance(External(call.name))
                sources = _not_excluded(call, option)
                adopt_extension(call.machine, instance, ["*", sources], {**language, **compiled}, certain=True)
                result.append(instance)
            else:
                result.append(unknown(option))
    return result


def _not_excluded(call: Call, pattern: str | PathValue) -> list[Value]:
    """Return *pattern*, or the files that match it, where ``cythonize(exclude=...)`` leaves some of them out."""
    given = call.argument(1, "exclude")
    patterns = [given] if isinstance(given, str) else elements(given) or []
    excluded = {name for item in patterns for name in _matches(call.machine, item)}
    names = _matches(call.machine, pattern) if excluded else []
    kept: list[Value] = [f"{ROOT}/{name}" for name in names if name not in excluded]
    return kept if len(kept) < len(names) else [pattern]


def _matches(m: Machine, pattern: Value) -> list[str]:
    path = m.locate(as_text(pattern)) if isinstance(pattern, (str, PathValue)) else None
    return expand(m.project, path) if path is not None and is_known(path) else []


def _include_dir(m: Machine, value: Value) -> None:
    path = None if isinstance(value, External) else m.locate(as_text(value))
    if path is not None and is_known(path):
        m.facts.include_dirs.append(path)


@model("extension_helpers.get_extensions")
def _extension_helpers(call: Call) -> Value:
    return extensions_of_packages(call.machine, call.machine.locate(as_text(call.argument(0, "srcdir", "."))) or ".")


def extensions_of_packages(m: Machine, top: str) -> list[Value]:
    """Return what extension-helpers finds below *top*: every ``.pyx`` of a package, and what ``setup_package.py`` files return."""
    from cachekeys.inputs.setup_script.calls import call as invoke  # calls needs the models

    prefix = "" if top == "." else f"{top}/"
    result: list[Value] = []
    for file in [name for name in m.project.files if name.startswith(prefix)]:
        if not file.endswith((".pyx", "/setup_package.py")) or not _in_package(m, file, top):
            continue
        if file.endswith(".pyx"):
            result += elements(_cythonize(Call(m, External("extension_helpers.get_extensions"), [[file]], {}))) or []
        else:
            m.facts.read("exec", file, m.place())
            module = m.load(file, "setup_package")
            function = module.scope.names.get("get_extensions") if module else None
            if function is not None:
                result += elements(invoke(m, function, [], {})) or []
    return result


def _in_package(m: Machine, file: str, top: str) -> bool:
    """Tell whether every directory between *top* and *file* is a regular package: ``find_packages()`` knows no others."""
    directory = posixpath.dirname(file)
    while directory and directory != top:
        if not m.project.is_file(f"{directory}/__init__.py"):
            return False
        directory = posixpath.dirname(directory)
    return posixpath.dirname(file) not in ("", top)


@named("RustExtension", "RustBin")
def _rust(call: Call) -> Value:
    path, facts = call.argument(1, "path", "Cargo.toml"), call.machine.facts
    binding = call.kwargs.get("binding")
    programs = call.name.endswith("RustBin") or (
        isinstance(binding, External) and binding.name.endswith("Binding.Exec")
    )
    for option in alternatives(path):
        manifest = None if isinstance(option, External) else call.machine.locate(as_text(option))
        if manifest is not None and is_known(manifest):
            if programs:
                facts.reads.pop(("source", manifest), None)  # a crate may have a library as well
            facts.read("source", manifest, call.machine.place(), RUST_PROGRAMS if programs else "cargo")
    return call.result()


@named("CMakeExtension")
def _cmake_extension(call: Call) -> Value:
    """Note what CMake builds for a library's extension class: the directory has many names, and is the root by default."""
    names = ("source_dir", "sourcedir", "cmake_source_dir", "cmake_lists_dir", "sourceDir", "root", "source")
    given = next((call.kwargs[name] for name in names if name in call.kwargs), call.argument(1, default="."))
    directory = call.machine.locate(as_text(given)) if isinstance(given, (str, PathValue)) else "."
    if isinstance(given, (list, tuple)):
        return _extension(call)
    facts, found = call.machine.facts, _configured(call.kwargs)
    if found.source and not any(call.kwargs.get(name) for name in names):
        named_there = call.machine.locate(found.source.strip())
        if named_there and call.machine.project.is_file(posixpath.normpath(f"{named_there}/CMakeLists.txt")):
            directory = named_there
    facts.cmake.append(
        CMakeCall(directory, tuple(found.definitions), call.machine.place(), tuple(found.files), modes=facts.modes)
    )
    return call.result()


def _configured(kwargs: dict[str, Value]) -> Arguments:
    """Return what an extension's keywords hand to CMake's configuration: lists of words, or a table of definitions."""
    words: list[str] = []
    for name, value in kwargs.items():
        if name.startswith("cmake") and isinstance(value, dict):  # cmake_defines, cmake_options ...
            words += [f"-D{as_text(key)}={as_text(item)}" for key, item in value.items()]
        elif name.startswith("cmake") and isinstance(value, (list, tuple)):  # cmake_args, cmake_configure_options ...
            words += [as_text(item) for item in elements(value) or []]
    return parse_arguments(words)


@model("Cython.Build.Cythonize.main", "Cython.Compiler.Main.main")
def _cythonize_command(call: Call) -> Value:
    """Compile what is named on the command line of ``cythonize``."""
    words = [item for item in elements(call.argument(0)) or [] if isinstance(item, str) and not item.startswith("-")]
    return _cythonize(Call(call.machine, call.function, [words], {})) if words else call.result()


@model("grpc_tools.command.build_package_protos")
def _package_protos(call: Call) -> Value:
    root = call.machine.locate(as_text(call.argument(0, "package_root", ".")))
    if root is not None and is_known(root):
        pattern = "**/*.proto" if root == "." else f"{root}/**/*.proto"
        call.machine.facts.read("run", pattern, call.machine.place(), "protoc")
    return None


@named("set_source", "set_source_pkgconfig")
def _cffi(call: Call) -> Value:
    """Cffi's ``FFI.set_source(name, code, sources=..., include_dirs=...)``; the code includes headers."""
    instance = Instance(External("cffi"))
    code = call.argument(2 if call.name.endswith("pkgconfig") else 1, "source")
    adopt_extension(call.machine, instance, [], {**call.kwargs, PREAMBLE: code}, certain=True)
    return None


def note_native_arguments(call: Call) -> None:
    """Note files of the project with native code among the arguments of a call that has no model."""
    m = call.machine
    for value in call.values():
        for item in value if isinstance(value, (list, tuple)) else (value,):
            if isinstance(item, (str, PathValue)):
                text = as_text(item)
                if len(text) > MAX_PATH or not text.lower().endswith(NATIVE_SUFFIXES):
                    continue
                path = m.locate(text)
                if path is not None and is_known(path) and m.project.is_file(path):
                    m.facts.read("source", path, m.place(), call.name)


# -- setup() -----------------------------------------------------------------------------------------------------------------


@named("setup")
def _setup(call: Call) -> Value:
    if call.name.startswith(("logging", "unittest", "django")) or not (call.kwargs or call.name.count(".") == 1):
        return call.result()
    m = call.machine
    if m.facts.setup is None:
        m.facts.setup = m.place()
        m.facts.directory = m.directory
    note_arguments(m, call.kwargs)
    if call.name.startswith(("skbuild", "scikit_build_core.")) or "cmake_source_dir" in call.kwargs:
        # CMake runs in `skbuild.setup()` itself, for the commands that it knows: no editable installation (PEP 660) is among them
        _skbuild(m, call.kwargs, WHEEL if call.name.startswith("skbuild") else BOTH)
    _lazy_arguments(m, call.kwargs)
    from cachekeys.inputs.setup_script.commands import run_commands  # a cycle at import time

    run_commands(m, call.kwargs)
    return External("distribution")


ARGUMENTS = (
    *("version", "install_requires", "extras_require", "long_description", "description", "entry_points", "packages"),
    *(
        "package_data",
        "package_dir",
        "scripts",
        "headers",
        "data_files",
        "libraries",
        "cffi_modules",
        "use_scm_version",
    ),
)
"""What a distribution class of the project's own may set instead of the caller of ``setup()``."""


def note_arguments(m: Machine, kwargs: dict[str, Value]) -> None:
    """Note what arguments of ``setup()`` were computed from, and the files that they name."""
    for name, value in kwargs.items():
        m.facts.flow(sources_of(value), name)
    for mapping in alternatives(kwargs.get("package_dir")):
        for package, directory in mapping.items() if isinstance(mapping, dict) else ():
            path = None if isinstance(directory, External) else project_path(as_text(directory))
            if isinstance(package, str) and path is not None and is_known(package) and is_known(path):
                m.facts.package_dir.setdefault(package, path)
    for value in (
        elements(kwargs.get("include_dirs")) or ()
    ):  # build_ext's for all extensions, unless an option says otherwise
        for option in alternatives(value):
            _include_dir(m, option)
    _scm_arguments(m, kwargs)
    _files_of_setup(m, kwargs)


def _lazy_arguments(m: Machine, kwargs: dict[str, Value]) -> None:
    """Follow what setup() itself calls: a list that makes its extensions when asked, numpy's configuration function."""
    from cachekeys.inputs.setup_script.calls import call as invoke  # calls needs the models

    modules = kwargs.get("ext_modules")
    if isinstance(modules, Instance):
        iterate(m, modules)
    for item in elements(modules) or (modules,):
        if any(isinstance(option, External) for option in alternatives(item)):
            m.facts.extensions = m.place()
    if kwargs.get("configuration") is not None:
        invoke(m, kwargs["configuration"], [], {})


def _scm_arguments(m: Machine, kwargs: dict[str, Value]) -> None:
    for keyword, tool in (("use_scm_version", "setuptools_scm"), ("pbr", "pbr"), ("vcversioner", "vcversioner")):
        value = kwargs.get(keyword)
        if value is not None and truth(value) is not False:
            note_scm(m, tool)
            note_version_file(m, value)
    if "setuptools_git_versioning" in kwargs or "version_config" in kwargs:
        note_scm(m, "setuptools_git_versioning")


def _files_of_setup(m: Machine, kwargs: dict[str, Value]) -> None:
    place = m.place()
    for keyword in ("scripts", "headers"):
        for item in elements(kwargs.get(keyword)) or []:
            _data(m, item, keyword)
    for entry in elements(kwargs.get("data_files")) or []:
        files = entry[1] if isinstance(entry, (tuple, list)) and len(entry) == 2 else [entry]  # noqa: PLR2004 - directory, files
        for item in elements(files) or []:
            _data(m, item, "data_files")
    for entry in elements(kwargs.get("libraries")) or []:
        if isinstance(entry, (tuple, list)) and len(entry) == 2 and isinstance(entry[1], dict):  # noqa: PLR2004 - name, build info
            instance = Instance(External("library"))
            adopt_extension(m, instance, [], dict(entry[1]), certain=True)
    for item in elements(kwargs.get("cffi_modules")) or []:
        path = m.locate(as_text(item).partition(":")[0])
        if path is not None and is_known(path) and m.project.is_file(path):
            m.facts.read("exec", path, place)
            m.load(path, "__cffi__")


def _data(m: Machine, item: Value, keyword: str) -> None:
    for option in alternatives(item):
        path = None if isinstance(option, External) else m.locate(as_text(option))
        if path is not None:
            m.facts.read("data", path, m.place(), keyword)


def _skbuild(m: Machine, kwargs: dict[str, Value], modes: tuple[Mode, ...]) -> None:
    """Note what scikit-build configures: all that CMake then installs is in the wheel (scikit-build 0.18.1, 0.19.1; measured)."""
    source = kwargs.get("cmake_source_dir") or "."
    directory = m.locate(as_text(source)) if isinstance(source, (str, PathValue)) else None
    found = parse_arguments(as_text(item) for item in elements(kwargs.get("cmake_args")) or [])
    definitions = (("SKBUILD", "TRUE"), *found.definitions)
    m.facts.cmake.append(CMakeCall(directory, definitions, m.place(), tuple(found.files), installs=True, modes=modes))
    hook = kwargs.get("cmake_process_manifest_hook")
    if hook is not None:
        from cachekeys.inputs.setup_script.calls import call as invoke  # calls needs the models

        invoke(m, hook, [unknown()], {})


@model("setuptools.find_packages", "setuptools.find_namespace_packages", "distutils.core.run_setup")
def _no_files(call: Call) -> Value:
    return call.result()

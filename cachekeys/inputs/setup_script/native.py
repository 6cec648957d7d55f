"""Extension modules as build inputs: sources, what they depend on, and what these include."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Any

from cachekeys.inputs.dynamic import escape_glob, uv_glob
from cachekeys.inputs.includes import NATIVE_SUFFIXES
from cachekeys.inputs.includes.report import included_inputs
from cachekeys.inputs.model import BuildInput, BuildOutput, Detected, Origin, Unresolved
from cachekeys.inputs.setup_script import analyse_script, flags
from cachekeys.inputs.setup_script.chains import chain_to
from cachekeys.inputs.setup_script.makers import is_product, maker_of
from cachekeys.inputs.setup_script.modes import BOTH, EDITABLE, WHEEL, confined
from cachekeys.inputs.setup_script.swig import include_dirs, made_by_swig
from cachekeys.inputs.texts import UNKNOWN, as_glob, expand, is_known, project_path
from cachekeys.values import dataclass, field, replace

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from cachekeys.inputs.includes import Include
    from cachekeys.inputs.model import Confidence, Mode
    from cachekeys.inputs.setup_script import Script
    from cachekeys.inputs.setup_script.facts import Native, Place
    from cachekeys.project import Project

__all__ = ["compiled_by", "extension_inputs"]


@dataclass(frozen=True, slots=True)
class _Sighting:
    """Why a path is an input: the script and the place in it (None in pyproject.toml), its line, and how sure it is."""

    origin: Origin
    why: str
    confidence: Confidence = "certain"
    script: Script | None = None
    place: Place | None = None
    modes: tuple[Mode, ...] = BOTH

    def chain(self, project: Project, path: str) -> tuple[Origin, ...]:
        """Return the places from the call that takes the path to where it is written down."""
        if self.script is None or self.place is None:
            return ()
        return chain_to(project, self.script, self.place, path)


@dataclass(slots=True)
class _Found:
    """Sources with the place that names them, globs, include directories, and what is made on the way."""

    files: dict[str, _Sighting] = field(default_factory=dict)
    globs: dict[str, _Sighting] = field(default_factory=dict)
    include_dirs: list[str] = field(default_factory=list)
    late_dirs: list[str] = field(default_factory=list)
    outputs: dict[str, _Sighting] = field(default_factory=dict)
    named: list[tuple[tuple[Mode, ...], str, Include]] = field(default_factory=list)

    def add(self, path: str, seen: _Sighting) -> None:
        """Add a source; the first sighting counts, but in the modes of all."""
        first = self.files.setdefault(path, seen)
        if first.modes != seen.modes:
            self.files[path] = replace(first, modes=BOTH)


def extension_inputs(project: Project) -> Iterator[Detected]:
    """Yield the inputs of all extension modules of a setuptools project."""
    found = _Found()
    script = analyse_script(project)
    if script is not None:
        _from_script(project, script, found)
        _named(project, script, found)
        yield from _unfollowed(project, script)
    _from_pyproject(project, found)
    if found.files:
        found.include_dirs += _settings(project)
        yield from _variables(script, found)
    yield from _reported(project, found)
    if script is not None:
        yield from _typed(project, script)


def _named(project: Project, script: Script, found: _Found) -> None:
    """Add what the script names where its extension modules are not followed."""
    from cachekeys.inputs.setup_script.unfollowed import named_sources  # few projects need it

    for path, file, line in named_sources(project, script):
        why = f"{file} names it, and which extension modules {script.file} builds is only known as it runs"
        found.add(path, _Sighting(Origin(file, line), why, "likely"))


def _unfollowed(project: Project, script: Script) -> Iterator[Detected]:
    """Say that the script's extension modules are not known, and which variables may choose them."""
    from cachekeys.inputs.setup_script.unfollowed import own_variables  # few projects need it

    yield from own_variables(project, script)
    place = script.facts.extensions
    if place is not None and not script.facts.natives:
        message = "gives setup() extension modules that are only known at run time, so what is compiled is unknown"
        yield Unresolved(message, Origin(script.file, place.within(script.file)))


_COMPILER = (
    *("CC", "CXX", "CPP", "CFLAGS", "CXXFLAGS", "CPPFLAGS", "LDFLAGS", "LDSHARED", "LDCXXSHARED", "AR", "ARFLAGS"),
    "DIST_EXTRA_CONFIG",
)
"""What customize_compiler() of setuptools takes from the environment, and where it finds further settings (setuptools 84)."""

_TORCH = ("TORCH_CUDA_ARCH_LIST", "PYTORCH_ROCM_ARCH", "CUDA_HOME", "ROCM_HOME", "TORCH_XPU_ARCH_LIST")
"""What torch.utils.cpp_extension takes from it; MAX_JOBS changes nothing that is built."""


def _variables(script: Script | None, found: _Found) -> Iterator[BuildInput]:
    """Yield the variables that setuptools itself reads to compile: overrides that are normally not set."""
    origin = next(iter(found.files.values())).origin
    kinds = {native.kind.rpartition(".")[2] for native in script.facts.natives} if script else set()
    of_torch = kinds & {"CUDAExtension", "CppExtension", "SyclExtension"}
    for names, tool in ((_COMPILER, "setuptools"), (_TORCH if of_torch else (), "torch")):
        for name in names:
            why = f"{tool} lets it change how extension modules are compiled"
            yield BuildInput("env", name, "environment", why, origin, "code", optional=True)


def _settings(project: Project) -> Iterator[str]:
    """Yield the include directories that setup.cfg names for build_ext, for compilers and for SWIG."""
    cfg = project.setup_cfg
    if cfg is None:
        return
    for name in (cfg.get("build_ext", "include_dirs") or "").replace("\n", ":").split(":"):
        path = project_path(name.strip()) if name.strip() else None
        if path is not None:
            yield path
    yield from include_dirs((cfg.get("build_ext", "swig_opts") or "").split())


def compiled_by(project: Project, script: Script) -> Iterator[Detected]:
    """Yield the native code that a build hook or an in-tree back end compiles, as far as it does so itself."""
    found = _Found()
    _from_script(project, script, found)
    yield from _reported(project, found)
    yield from _typed(project, script)


def _typed(project: Project, script: Script) -> Iterator[BuildInput]:
    """Yield what mypyc reads for the types, where it compiles."""
    if any(native.kind.endswith("mypycify") for native in script.facts.natives):
        from cachekeys.inputs.setup_script.mypyc import compiled_by_mypyc  # few projects use it

        yield from compiled_by_mypyc(project, script)


def _from_script(project: Project, script: Script, found: _Found) -> None:
    for native in script.facts.natives:
        _from_native(project, script, native, found)
    found.include_dirs += script.facts.include_dirs
    _from_calls(project, script, found)


def _reported(project: Project, found: _Found) -> Iterator[Detected]:
    for kind, sightings in (("file", found.files), ("files", found.globs)):
        for path, seen in sightings.items():
            chain = seen.chain(project, path)
            yield BuildInput(
                "file" if kind == "file" else "files",
                path,
                "native-source",
                seen.why,
                seen.origin,
                "code",
                seen.confidence,
                modes=seen.modes,
                chain=chain,
            )
    for path, seen in found.outputs.items():
        yield BuildOutput(path, seen.why, seen.origin, anew=seen.confidence == "certain")
    origins = {path: seen.origin for path, seen in found.files.items()}
    doubts = {path: seen.confidence for path, seen in found.files.items() if seen.confidence != "certain"}
    for modes in (BOTH, EDITABLE, WHEEL):
        sources = [path for path, seen in found.files.items() if seen.modes == modes]
        named = [(by, include) for matters, by, include in found.named if matters == modes]
        for item in included_inputs(
            project, sources, found.include_dirs, named, late_dirs=found.late_dirs, doubts=doubts, origins=origins
        ):
            yield confined(item, modes)


def _from_calls(project: Project, script: Script, found: _Found) -> None:
    """Add what is handed to a compiler, by a call or on a command line: it reads its includes."""
    for read in script.facts.reads.values():
        if read.action in {"source", "run"} and read.path.lower().endswith(NATIVE_SUFFIXES):
            place = Origin(script.file, read.place.within(script.file))
            is_call = read.action == "source"
            why = f"{script.file} hands it to {read.detail}{'()' if is_call else ''}"
            modes = script.facts.modes_of("reads", (read.action, read.path))
            seen = _Sighting(place, why, "likely" if is_call else "certain", script, read.place, modes)
            for path in expand(project, read.path):
                found.add(path, seen)


def _from_native(project: Project, script: Script, native: Native, found: _Found) -> None:
    from cachekeys.inputs.setup_script.cffi_code import PREAMBLE, included_by_code  # projects with extensions only
    from cachekeys.inputs.setup_script.values import alternatives, as_text  # same

    origin = Origin(script.file, native.place.within(script.file))
    attributes = native.instance.attributes
    base = script.facts.directory
    for value in _flat(attributes.get("include_dirs")):
        path = _path(value, base)
        if path is not None:
            found.include_dirs.append(path)
    options = [as_text(option) for option in _flat(attributes.get("swig_opts"))]
    found.include_dirs += include_dirs(options, base)
    kind = native.kind.rpartition(".")[2]
    for by, include in included_by_code(project, attributes.get(PREAMBLE), native.place.file):
        found.named.append((native.modes, by, include))
    _from_flags(project, script, native, found)
    for name in ("sources", "depends", "extra_objects", "include_files", "headers"):
        why = f"{script.file} names it in {name} of {kind}()"
        seen = _Sighting(origin, why, "certain", script, native.place, native.modes)
        for value in _flat(attributes.get(name)):
            for option in alternatives(value):
                path = _path(option, base)
                if path is not None:
                    _add(project, found, path, seen, _OBJECTS if name == "extra_objects" else _SOURCES)
                if path is not None and path.endswith(".i") and project.is_file(path):
                    for made in made_by_swig(project, path, options, base):
                        found.outputs.setdefault(made, replace(seen, why="SWIG writes it"))
                if path is not None and name == "sources":
                    _note_cython(project, found, path, attributes, seen)


def _note_cython(project: Project, found: _Found, path: str, attributes: Mapping[str, Any], seen: _Sighting) -> None:
    """Note what Cython writes for a source: it does so only when the source is newer, so what stands there may be read."""
    from cachekeys.inputs.setup_script.cython_products import made_by_cython  # projects with extensions only

    for made in made_by_cython(project, path, attributes):
        found.outputs.setdefault(made, replace(seen, why="Cython writes it", confidence="likely"))


def _from_flags(project: Project, script: Script, native: Native, found: _Found) -> None:
    """Add what the options for the compiler and the linker name, and libraries that lie in the project."""
    from cachekeys.inputs.setup_script.values import as_text  # projects with extensions only

    origin = Origin(script.file, native.place.within(script.file))
    attributes, base = native.instance.attributes, script.facts.directory
    kind = native.kind.rpartition(".")[2]
    for name in ("extra_compile_args", "cflags", "extra_link_args"):
        words = [as_text(word) for word in _flat(attributes.get(name))]
        found.include_dirs += flags.directories(words, base)
        found.late_dirs += flags.late_directories(words, base)
        why = f"{script.file} names it in {name} of {kind}()"
        for path in flags.named_files(project, words, base):
            found.add(path, _Sighting(origin, why, "certain", script, native.place, native.modes))
    macros = [as_text(part) for macro in _flat(attributes.get("define_macros")) for part in _flat(macro)]
    macros += [as_text(word) for word in _flat(attributes.get("extra_compile_args"))]
    sources = [_path(value, base) for value in _flat(attributes.get("sources"))]
    beside = [posixpath.dirname(source) for source in sources if source is not None]
    for path in flags.headers_of_macros(project, macros, list(dict.fromkeys([*beside, *found.include_dirs]))):
        why = f"{script.file} names it in a macro of {kind}()"
        found.add(path, _Sighting(origin, why, "certain", script, native.place, native.modes))
    given = [_path(value, base) for value in _flat(attributes.get("library_dirs"))]
    names = [as_text(value) for value in _flat(attributes.get("libraries"))]
    for path in flags.libraries(project, names, [place for place in given if place is not None]):
        why = f"{script.file} has {kind}() linked with it"
        found.add(path, _Sighting(origin, why, "certain", script, native.place, native.modes))


def _flat(value: Any, depth: int = 4) -> Iterator[Any]:
    """Yield the elements of nested lists and choices."""
    from cachekeys.inputs.setup_script.values import Choice  # projects with extensions only

    if isinstance(value, dict):  # words by compiler
        value = list(value.values())
    if isinstance(value, (list, tuple, set)) and depth:
        for item in value:
            yield from _flat(item, depth - 1)
    elif isinstance(value, Choice) and depth:
        for item in value.options:
            yield from _flat(item, depth - 1)
    elif value is not None:
        yield value


def _path(value: Any, base: str) -> str | None:
    from cachekeys.inputs.setup_script.values import PathValue, as_text  # projects with extensions only

    return project_path(as_text(value), base) if isinstance(value, (str, PathValue)) else None


_SOURCES = (*NATIVE_SUFFIXES, ".py")
_OBJECTS = (".o", ".obj", ".a", ".lib", ".so", ".dylib", ".res")
"""What a name that is not wholly known can stand for: among sources, and among what is only linked."""


def _add(project: Project, found: _Found, path: str, seen: _Sighting, endings: tuple[str, ...] = _SOURCES) -> None:
    """Add a source path, which may hold unknown parts or glob characters (``cythonize`` expands them)."""
    if not is_known(path) or any(c in path for c in "*?["):
        matches = [name for name in expand(project, path) if name.lower().endswith(endings)]
        if not matches:
            return
        seen = replace(seen, confidence=_sure(path))
        glob = as_glob(path) if not is_known(path) else uv_glob(path)
        if not glob.endswith("/*"):  # a wholly unknown name would claim everything in the directory
            found.globs.setdefault(glob, seen)
        for match in matches:
            found.add(match, seen)
        return
    present = project.is_file(path)
    maker = maker_of(project, path)
    if maker is not None and (not present or is_product(project, seen.script, path, maker)):
        why = f"{seen.why} as {posixpath.basename(path)}, which is made from it"
        found.add(maker, replace(seen, why=why))
        if not maker.endswith((".pyx", ".py")):  # what Cython writes goes by the language
            made = replace(seen, why=f"it is made from {maker}", confidence="likely")
            found.outputs.setdefault(escape_glob(path), made)
    elif present:
        found.add(path, seen)
        _twin(project, found, path, seen)


def _sure(path: str) -> Confidence:
    """Return how sure it is that all files are meant that a path matches: where it says their own name, the rest is the machine's."""
    if is_known(path):
        return "certain"
    own = posixpath.splitext(posixpath.basename(path))[0].replace(UNKNOWN, "")
    return "likely" if any(char.isalnum() for char in own) else "possible"


def _twin(project: Project, found: _Found, path: str, seen: _Sighting) -> None:
    """Add the template that a ``.pyx`` in the tree is made from."""
    for suffix in (".in", ".tp", ".src"):
        if path.endswith((".pyx", ".c", ".cpp", ".h")) and project.is_file(path + suffix):
            found.add(path + suffix, replace(seen, why=f"{path} is made from it", confidence="likely"))


def _from_pyproject(project: Project, found: _Found) -> None:
    modules = project.get("tool", "setuptools", "ext-modules", default=[])
    for index, module in enumerate(modules if isinstance(modules, list) else []):
        if not isinstance(module, dict) or project.pyproject is None:
            continue
        for key in ("include-dirs", "swig-opts", "sources", "depends"):
            values = module.get(key)
            line = project.pyproject.position("tool", "setuptools", "ext-modules", index, key).line
            if key == "swig-opts":
                found.include_dirs += include_dirs([str(value) for value in values] if isinstance(values, list) else [])
                continue
            for value in values if isinstance(values, list) else []:
                path = project_path(value) if isinstance(value, str) and UNKNOWN not in value else None
                if path is None:
                    continue
                if key == "include-dirs":
                    found.include_dirs.append(path)
                else:
                    seen = _Sighting(
                        Origin("pyproject.toml", line), f"pyproject.toml names it in {key} of an extension module"
                    )
                    _add(project, found, path, seen)
                    if key == "sources":
                        _note_cython(project, found, path, module, seen)

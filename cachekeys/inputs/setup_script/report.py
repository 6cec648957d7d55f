"""Turn what a script was seen to do into build inputs, each with its role, what it affects, and why we think so."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from cachekeys.inputs.dynamic import uv_glob
from cachekeys.inputs.environment import classify
from cachekeys.inputs.includes import NATIVE_SUFFIXES
from cachekeys.inputs.long_texts import is_long_text
from cachekeys.inputs.model import Affects, BuildInput, BuildOutput, Confidence, Detected, Origin, Role, Unresolved
from cachekeys.inputs.setup_script.chains import chain_to
from cachekeys.inputs.setup_script.facts import RUST_PROGRAMS
from cachekeys.inputs.setup_script.foreign_tree import foreign_sources
from cachekeys.inputs.setup_script.generators import generator_inputs
from cachekeys.inputs.setup_script.modes import COPIED_INTO_WHEELS, WHEEL, confined
from cachekeys.inputs.texts import UNKNOWN, as_glob, expand, is_known

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cachekeys.inputs.model import Mode
    from cachekeys.inputs.setup_script import Script
    from cachekeys.inputs.setup_script.facts import Place, Read
    from cachekeys.project import Project
    from cachekeys.tracked import Tracked

__all__ = ["detected", "environment", "origin", "outputs", "started"]

_FLOWS: tuple[tuple[frozenset[str], Affects], ...] = (
    (frozenset({"version"}), "version"),
    (
        frozenset({"install_requires", "extras_require", "setup_requires", "python_requires", "requires"}),
        "dependencies",
    ),
    (frozenset({"ext_modules", "libraries", "rust_extensions", "cffi_modules", "cmake_args", "define_macros"}), "code"),
    (frozenset({"packages", "package_data", "data_files", "py_modules", "scripts", "package_dir"}), "contents"),
    (
        frozenset(
            {"long_description", "description", "name", "author", "author_email", "classifiers", "keywords", "url"}
        )
        | {"license", "entry_points", "maintainer", "download_url", "project_urls", "tests_require", "license_files"},
        "metadata",
    ),
)
"""Arguments of ``setup()`` and what a change of them alters, the gravest first."""


_DATA = (
    ".json", ".yaml", ".yml", ".xml", ".xsd", ".wsdl", ".csv", ".tsv", ".po", ".pot", ".graphql", ".asdl", ".idl", ".ui",
    ".qrc", ".css", ".scss", ".sass", ".less", ".html", ".svg", ".png", ".j2", ".jinja", ".jinja2", ".tmpl", ".template",
    ".mako", ".lark", ".ebnf", ".peg", ".gram",
)  # fmt: skip
"""Endings of files that a program makes something of, and runs not."""


def detected(project: Project, script: Script) -> Iterator[Detected]:
    """Yield the inputs, outputs and unresolved reads of *script*."""
    yield from _files(project, script)
    yield from environment(project, script)
    yield from started(project, script)
    if not project.is_sdist:
        yield from _git(project, script)
    for path, place in outputs(project, script).items():
        anew = path in script.facts.products
        yield BuildOutput(path, f"{script.file} writes it", origin(script, place), anew=anew)
    yield from _unnamed(script)
    for (file, line), message in script.facts.unresolved.items():
        yield Unresolved(
            message if file == script.file else f"{message} (started by {script.file})",
            Origin(file or script.file, line),
            modes=script.facts.modes_of("unresolved", (file, line)),
        )


def _unnamed(script: Script) -> Iterator[Unresolved]:
    """Yield the files of unknown name whose content reaches what is built."""
    facts = script.facts
    if not facts.unnamed:
        return
    from cachekeys.inputs.setup_script.values import sources_of  # few scripts have any

    compiled = {source for native in facts.natives for source in sources_of(list(native.instance.attributes.values()))}
    for source, (message, place) in facts.unnamed.items():
        if source in facts.flows or source in compiled:
            at = origin(script, place)
            here = (place.file, place.line) == (at.file, at.line)
            yield Unresolved(message if here else f"{message} (in {place.file}:{place.line})", at)


def outputs(project: Project, script: Script, *, runs: bool = True) -> dict[str, Place]:
    """Return what *script* writes into the project, without files that git tracks: those are maintained by hand too.

    :param runs: whether every build runs the script.
    """
    anew = script.facts.products if runs else set()
    written = {
        path: place for path, place in script.facts.outputs.items() if path in anew or not _is_kept(project, path)
    }
    emptied = tuple(path.removesuffix("**/*") for path in written if path.endswith("/**/*"))
    return {
        path: place
        for path, place in written.items()
        if path.endswith("/**/*") or not (path.startswith(("../", *emptied)) or project.is_dir(path))
    }


def _is_kept(project: Project, path: str) -> bool:
    """Tell whether what is written or emptied is there already, and git tracks it."""
    if path.endswith("/**/*"):
        names = project.files_below(path.removesuffix("**/*"))
    else:
        names = (path,) if project.is_file(path) else ()
    if not names:
        return False
    tracked = _tracked(project)
    return tracked is None or any(name in tracked for name in names)


_TRACKED: WeakKeyDictionary[Project, Tracked | None] = WeakKeyDictionary()


def _tracked(project: Project) -> Tracked | None:
    """Return what git tracks, asked once for each project: it takes longer than all else here."""
    if project not in _TRACKED:
        from cachekeys.tracked import read_tracked  # rarely needed

        _TRACKED[project] = read_tracked(project.root)
    return _TRACKED[project]


def origin(script: Script, place: Place) -> Origin:
    """Return where in the script itself *place* is reached from."""
    return Origin(script.file, place.within(script.file))


def _through(script: Script, place: Place) -> str:
    """Say how the script gets to *place* when it is not in plain sight."""
    if place.file != script.file:
        return f" (in {place.file}:{place.line})"
    line = next((line for file, line in reversed(place.calls) if file == script.file), None)
    return "" if line is None or line == place.line else f" (called from line {line})"


def _affects(script: Script, *sources: tuple[str, str]) -> Affects | None:
    """Return what the flow of *sources* into ``setup()`` says, None when they do not reach it."""
    arguments: set[str] = set()
    for source in sources:
        arguments |= script.facts.flows.get(source, set())
    return next((affects for names, affects in _FLOWS if names & arguments), None)


# -- files -------------------------------------------------------------------------------------------------------------------


def _files(project: Project, script: Script) -> Iterator[Detected]:
    written = outputs(project, script)
    run = {read.path for read in script.facts.reads.values() if read.action in {"import", "exec"}}
    for read in script.facts.reads.values():
        if read.path == script.file or read.path in written:
            continue
        if read.action == "open" and read.path in run:
            continue  # it is opened in order to be run
        if read.action == "source" and read.path.lower().endswith(NATIVE_SUFFIXES):
            continue  # the detector for native code has it
        modes = _modes(script, read)
        for item in _of_read(project, script, read):
            yield confined(item, modes)


def _of_read(project: Project, script: Script, read: Read) -> Iterator[Detected]:
    if read.action in {"import", "exec"}:
        yield _module(project, script, read)
    elif read.action == "glob":
        yield from _glob(project, script, read)
    else:
        yield from _plain(project, script, read)


def _modes(script: Script, read: Read) -> tuple[Mode, ...]:
    if read.action in {"data", "glob"}:
        reached = {read.detail} if read.action == "data" else script.facts.flows.get(("listing", read.path), set())
        if reached and reached <= COPIED_INTO_WHEELS:
            return WHEEL
    return script.facts.modes_of("reads", (read.action, read.path))


def _module(project: Project, script: Script, read: Read) -> BuildInput:
    """Return a local module: code that runs in the build, or merely the place where the version stands."""
    verb = "imports" if read.action == "import" else "runs"
    why = f"{script.file} {verb} it{_through(script, read.place)}"
    affects = _affects(script, ("module", read.path), ("file", read.path))
    role: Role = "build-script"
    if affects in {"version", "metadata", "dependencies"}:
        role = "dynamic-file"
        why += f" and takes {_taken(script, read.path)} from it"
    # A statement names the module itself; importlib gets its name from somewhere.
    written = None if read.action == "import" and _is_import(project, read.place) else read.path
    chain = chain_to(project, script, read.place, written)
    return BuildInput("file", read.path, role, why, origin(script, read.place), affects or "code", chain=chain)


def _is_import(project: Project, place: Place) -> bool:
    """Tell whether the line of a place is an import statement."""
    lines = (project.read_text(place.file) or "").split("\n", place.line)
    return len(lines) >= place.line > 0 and lines[place.line - 1].lstrip().startswith(("import ", "from "))


def _taken(script: Script, path: str) -> str:
    arguments = script.facts.flows.get(("module", path), set()) | script.facts.flows.get(("file", path), set())
    for names, _ in _FLOWS:
        if found := sorted(names & arguments):
            return " and ".join(found[:3])
    return "a value"


def _glob(project: Project, script: Script, read: Read) -> Iterator[Detected]:
    """Yield a glob over native code or data; other listings only matter by what is then opened."""
    matches = expand(project, read.path)
    native = [name for name in matches if name.lower().endswith(NATIVE_SUFFIXES)]
    affects = _affects(script, ("listing", read.path))
    if not matches or (len(native) < len(matches) and affects not in {"contents", "dependencies", "version"}):
        return
    role: Role = "native-source" if len(native) == len(matches) else "dynamic-file"
    why = f"{script.file} lists the files that match it{_through(script, read.place)}"
    where, sure = origin(script, read.place), _sure(read.path)
    chain = chain_to(project, script, read.place, read.path)
    yield BuildInput("files", _as_uv_glob(read.path), role, why, where, affects or "code", sure, chain=chain)


def _as_uv_glob(pattern: str) -> str:
    """Return a Python glob in uv's syntax: unknown parts as ``*``, braces literal."""
    return uv_glob(pattern.replace(UNKNOWN, "*"))


def _sure(path: str) -> Confidence:
    return "certain" if is_known(path) else "possible"


def _plain(project: Project, script: Script, read: Read) -> Iterator[Detected]:
    matches = expand(project, read.path)
    if not matches and not (read.path.startswith("../") and project.is_file(read.path)):
        return
    kind, what = "file", read.path
    is_pattern = any(char in read.path for char in "*?[") and not project.is_file(read.path)
    if not is_known(read.path) or is_pattern:
        kind, what = "files", _as_uv_glob(read.path) if is_pattern else as_glob(read.path)
    role, affects = _judge(script, read, matches)
    why = f"{script.file} {_verb(read)}{_through(script, read.place)}"
    where = origin(script, read.place)
    chain = chain_to(project, script, read.place, read.path)
    if read.action == "tree" and read.path.endswith("/**/*"):
        for name, role in foreign_sources(read.path.removesuffix("/**/*"), matches):
            yield BuildInput("files" if "*" in name else "file", name, role, why, where, "code", "likely", chain=chain)
        return
    if role == "manifest" and kind == "file":
        from cachekeys.inputs.cargo import crate_inputs  # only where there is a crate

        tool = "cargo" if read.action == "run" else "setuptools-rust"
        programs = read.action == "run" or read.detail == RUST_PROGRAMS
        yield from crate_inputs(project, read.path, tool, where, binaries=programs)
        return
    if role == "requirements" and kind == "file":
        yield from _requirements(project, BuildInput("file", read.path, role, why, where, affects, chain=chain))
        return
    sure = "likely" if read.action == "given" else _sure(read.path)
    yield BuildInput("file" if kind == "file" else "files", what, role, why, where, affects, sure, chain=chain)
    if read.action == "run" and kind == "file":
        yield from generator_inputs(project, read.path, chain or (where,), directory=read.directory)


def _verb(read: Read) -> str:
    verbs = {
        "open": "opens it",
        "copy": "copies it",
        "run": f"hands it to {read.detail or 'a program'}",
        "tree": f"builds it with {read.detail}",
        "source": f"hands it to {read.detail.rpartition('.')[2]}()",
        "data": f"lists it in {read.detail}",
        "given": f"hands it to {_short(read.detail)}()",
    }
    return verbs.get(read.action, "reads it")


def _short(name: str) -> str:
    """Return the last part of a dotted name, without the calls before it."""
    return name.rpartition(".")[2].removesuffix("()")


def _judge(script: Script, read: Read, matches: list[str]) -> tuple[Role, Affects]:
    """Return the role of a file that is read and what it affects: by where it flows, else by its name."""
    base = posixpath.basename(read.path).lower()
    affects = _affects(script, ("file", read.path), ("module", read.path))
    if affects == "dependencies" or (affects is None and read.action == "open" and _is_requirements(read.path)):
        if base.endswith((".txt", ".in", ".pip", ".req")):
            return "requirements", "dependencies"
        return "dynamic-file", "dependencies"
    native = base.endswith(NATIVE_SUFFIXES)
    if read.action == "run" and not native and base != "cargo.toml":
        if base.endswith((".rst", ".md")):
            return "dynamic-file", affects or "metadata"
        if base.endswith(_DATA):
            return "dynamic-file", affects or "code"
        is_config = base.endswith((".txt", ".in", ".build", ".toml", "makefile"))
        return ("build-config" if is_config else "build-script"), "code"
    if base == "cargo.toml" and read.action in {"source", "run"}:
        return "manifest", "code"
    if read.action in {"source", "tree", "run"} or (native and affects is None):
        return "native-source", "code"
    if read.action == "copy" and any(name.lower().endswith(NATIVE_SUFFIXES) for name in matches):
        return "native-source", "code"
    if read.action in {"data", "copy"}:
        return "dynamic-file", affects or "contents"
    if affects is None:
        affects = "metadata" if is_long_text(base) else "version" if "version" in base else "code"
    return "dynamic-file", affects


def _is_requirements(path: str) -> bool:
    base = posixpath.basename(path).lower()
    folder = posixpath.basename(posixpath.dirname(path)).lower()
    return base.endswith((".txt", ".in", ".pip")) and ("require" in base or "require" in folder)


def _requirements(project: Project, item: BuildInput) -> Iterator[Detected]:
    """Yield a requirements file and what it pulls in."""
    from cachekeys.inputs.requirements_file import read_chain  # only where there are any

    yield item
    # what the script itself makes of -r is followed in the script; that it passes such lines on is a guess
    for pulled in read_chain(
        project, item.what, item.origin, reader=item.origin.file, nested="likely", chain=item.chain
    ):
        if not (isinstance(pulled, BuildInput) and pulled.kind == "file" and pulled.what == item.what):
            yield pulled


def started(project: Project, script: Script) -> Iterator[Detected]:
    """Yield what programs read that *script* starts and that go by rules of their own."""
    for (directory, *words), place in script.facts.programs.items():
        from cachekeys.inputs.programs import Start, program_inputs  # few scripts start any

        where = origin(script, place)
        chain = chain_to(project, script, place, words[0])
        modes = script.facts.modes_of("programs", (directory, *words))
        for item in program_inputs(Start(project, tuple(words), directory, script.file, where, chain)):
            yield confined(item, modes)


# -- environment and git -----------------------------------------------------------------------------------------------------


def environment(project: Project, script: Script) -> Iterator[BuildInput]:
    """Yield the variables that *script* reads, as far as they can change what is built."""
    for name, place in script.facts.environment.items():
        kind = classify(name)
        if kind in {"speed", "session"} or "=" in name or "\0" in name:
            continue
        affects = _affects(script, ("env", name))
        pretend = name.startswith(("SETUPTOOLS_SCM_", "PBR_"))
        yield BuildInput(
            "env",
            name,
            "environment",
            f"{script.file} reads it{_through(script, place)}",
            origin(script, place),
            "version" if pretend else affects or "code",
            optional=kind == "toolchain" or pretend or name in script.facts.asides,
            modes=script.facts.modes_of("environment", name),
            chain=chain_to(project, script, place, name),
        )


def _git(project: Project, script: Script) -> Iterator[Detected]:
    for what, place in script.facts.git.items():
        asked = "the current commit" if what == "commit" else "the tags"
        yield BuildInput(
            "git",
            what,
            "scm-version",
            f"{script.file} asks git for {asked}{_through(script, place)}",
            origin(script, place),
            "version",
            modes=script.facts.modes_of("git", what),
            chain=chain_to(project, script, place, "git"),
        )

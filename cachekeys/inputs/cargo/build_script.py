"""What a build script (``build.rs``) of a crate reads, as far as its text tells.

Literal texts are looked at, not what the script computes: the paths and variables that it declares to cargo
(``cargo:rerun-if-changed``, ``cargo:rerun-if-env-changed``), variables that it reads, what it asks git for (:mod:`~.versions`), and names of
files of the package, which it compiles, parses or copies. What cargo itself sets for a build script is no input.
"""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from cachekeys.inputs.cargo.rust import literal, without_comments
from cachekeys.inputs.cargo.sources import modules
from cachekeys.inputs.cargo.versions import git_inputs, script_git
from cachekeys.inputs.dynamic import everything_below
from cachekeys.inputs.environment import classify
from cachekeys.inputs.includes import NATIVE_SUFFIXES, follow
from cachekeys.inputs.model import BuildInput, Origin
from cachekeys.inputs.texts import project_path

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from cachekeys.inputs.model import Confidence, Detected, Role
    from cachekeys.project import Project

__all__ = ["declared_variables", "is_given_by_cargo", "script_inputs"]

_TEXT = r'"(?:[^"\\]|\\.)*"'
_RERUN = r"cargo::?rerun-if-(env-)?changed=([^\"\\{]+)"
_DECLARED = r"cargo::?rustc-env=(\w+)="
_READ = rf"\b(?:env::)?(?:var|var_os|env_var|option_env!|env!)\s*\(\s*({_TEXT}|[A-Z][A-Z0-9_]*)"
_CONSTANT = rf"\b(?:const|static)\s+([A-Z][A-Z0-9_]*)\s*:[^=;]*=\s*({_TEXT})"
_JOINED = rf"{_TEXT}\s*\)?(?:\s*\.join\(\s*{_TEXT}\s*\))+"
_GIVEN = re.compile(
    r"CARGO(?:_\w+)?|OUT_DIR|TARGET|HOST|NUM_JOBS|OPT_LEVEL|DEBUG|PROFILE|RUSTC(?:_\w+)?|RUSTDOC|DEP_\w+|PYO3_CONFIG_FILE|DOCS_RS"
    r"|VERGEN_(?!IDEMPOTENT)\w+"  # its build script sets them, if the crate vergen is used
)


def is_given_by_cargo(name: str) -> bool:
    """Tell whether cargo sets the variable for what it runs."""
    return bool(_GIVEN.fullmatch(name))


def declared_variables(project: Project, script: str) -> set[str]:
    """Return the variables that a build script sets for the compilation of its crate."""
    return set(re.findall(_DECLARED, project.read_text(script) or ""))


def script_inputs(
    project: Project, script: str, package: str, confidence: Confidence, features_of_built: Iterable[str] = ()
) -> Iterator[Detected]:
    """Yield what the build script reads, and its own modules.

    :param package: the directory of the manifest, in which it runs.
    :param features_of_built: those that the manifest asks of the crate ``built``, which may ask git.
    """
    files = [script]
    for file in modules(project, script):
        files += [file.path] if file.kind == "module" else []
        why = f"{file.by} includes it, and cargo runs that"
        yield BuildInput("file", file.path, "build-config", why, Origin(file.by, file.line), "code", confidence)
    native: list[str] = []
    directories: list[str] = []
    for source in files:
        text = without_comments(project.read_text(source) or "")
        yield from _variables(text, source)
        for what, position in script_git(text, features_of_built).items():
            why = f"{source} asks git for {'the tags' if what == 'tags' else 'the current commit'}"
            yield from git_inputs(project, (what,), why, Origin(source, _line(text, position)))
        bindings = posixpath.join(package, "cbindgen.toml")
        if "cbindgen" in text and project.is_file(bindings):
            why = f"{source} has cbindgen write a header, which is configured there"
            yield BuildInput("file", bindings, "build-config", why, Origin(source, 1), "code", "likely")
        for path, line, is_declared in _paths(project, text, package):
            if project.is_dir(path):
                directories.append(path)
                if is_declared and path:
                    why = f"{source} tells cargo that it depends on it"
                    what = everything_below(path)
                    yield BuildInput("files", what, "build-config", why, Origin(source, line), "code", confidence)
                continue
            is_native = path.lower().endswith(NATIVE_SUFFIXES)
            native += [path] if is_native else []
            why = f"{source} tells cargo that it depends on it" if is_declared else f"{source} names it"
            sureness: Confidence = confidence if is_declared else "likely"
            role: Role = "native-source" if is_native else "build-config"
            yield BuildInput("file", path, role, why, Origin(source, line), "code", sureness)
    for item in follow(project, native, directories):
        why = f"{item.by} includes it"
        yield BuildInput("file", item.path, "native-source", why, Origin(item.by, item.line), "code", "likely")


def _line(text: str, position: int) -> int:
    return text.count("\n", 0, position) + 1


def _variables(text: str, file: str) -> Iterator[BuildInput]:
    constants = {name: literal(value) for name, value in re.findall(_CONSTANT, text)}
    names: dict[str, int] = {}
    for match in re.finditer(_RERUN, text):
        if match[1]:
            names.setdefault(match[2].strip(), _line(text, match.start()))
    for match in re.finditer(_READ, text):
        name = literal(match[1]) if match[1].startswith('"') else constants.get(match[1])
        if name:
            names.setdefault(name, _line(text, match.start()))
    for name, line in names.items():
        kind = classify(name)
        if is_given_by_cargo(name) or kind in {"speed", "session"} or not name.replace("_", "").isalnum():
            continue
        why = f"{file} reads it"
        yield BuildInput("env", name, "environment", why, Origin(file, line), "code", optional=kind == "toolchain")


def _paths(project: Project, text: str, package: str) -> Iterator[tuple[str, int, bool]]:
    """Yield files and directories that the literals of a script name: path, line, whether it declares them to cargo."""
    seen: set[tuple[str, bool]] = set()
    declared = [match for match in re.finditer(_RERUN, text) if not match[1]]
    found = [(match[2].strip(), match.start(), True) for match in declared]
    for match in re.finditer(_JOINED, text):
        parts = [literal(piece) or "" for piece in re.findall(_TEXT, match[0])]
        found.append((posixpath.join(*parts), match.start(), False))
    for match in re.finditer(_TEXT, text):
        value = literal(match[0])
        if value and ("." in value or "/" in value or value.isidentifier()) and "cargo:" not in value:
            found.append((value, match.start(), False))
    for value, position, is_declared in found:
        path = project_path(value, package or ".")
        if path is None or value in {".", ".."} or (path, is_declared) in seen:
            continue
        seen.add((path, is_declared))
        if project.is_file(path) or project.is_dir(path):
            yield path, _line(text, position), is_declared

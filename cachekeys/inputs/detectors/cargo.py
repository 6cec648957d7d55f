"""Cargo.toml and what belongs to it, for crates that maturin or setuptools-rust compile.

maturin: ``[tool.maturin] manifest-path``, else ``Cargo.toml`` at the root or in ``rust`` or ``native``. setuptools-rust: ``path`` of every
``[[tool.setuptools-rust.ext-modules]]`` and ``bins`` (default ``Cargo.toml``); where setup.py declares the extensions, the usual places
count as likely. Sources, build scripts, path dependencies in the project, workspace, a committed ``Cargo.lock``, toolchain and cargo
configuration follow from the manifest.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cachekeys.hookspecs import hookimpl
from cachekeys.inputs.crates import crate_inputs
from cachekeys.inputs.dynamic import place, reads_setup_files, relative, tables
from cachekeys.inputs.model import BuildInput, BuildOutput, Origin

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cachekeys.inputs.model import Affects, Detected
    from cachekeys.project import Project

_USUAL = ("Cargo.toml", "rust/Cargo.toml", "native/Cargo.toml")
_VARIABLES = ("RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS", "CARGO_BUILD_TARGET")


@hookimpl
def cachekeys_detect_inputs(project: Project) -> Iterator[Detected]:
    """Yield what cargo reads, if the build runs it."""
    if project.build_backend.startswith("maturin"):
        yield from _maturin(project)
    elif reads_setup_files(project) and "setuptools-rust" in project.build_requires:
        yield from _setuptools_rust(project)


def _maturin(project: Project) -> Iterator[Detected]:
    section = ("tool", "maturin")
    manifest = relative(project, project.get(*section, "manifest-path"))
    origin = place(project, *section, "manifest-path")
    if manifest is None:
        manifest = next((name for name in _USUAL if project.is_file(name)), _USUAL[0])
        origin = place(project, "build-system", "build-backend")
    affects: Affects = "version" if "version" in project.dynamic else "code"
    yield from crate_inputs(project, manifest, "maturin", origin, affects=affects)
    yield from _variables("maturin", ("MATURIN_PEP517_ARGS", *_VARIABLES), origin)
    source = relative(project, project.get(*section, "python-source", default="."))
    for suffix in ("so", "pyd"):
        what = f"**/*.{suffix}" if source in (None, ".") else f"{source}/**/*.{suffix}"
        yield BuildOutput(what, "maturin puts the compiled module there for an editable installation", origin)


def _setuptools_rust(project: Project) -> Iterator[Detected]:
    declared: list[tuple[str, Origin]] = []
    for kind in ("ext-modules", "bins"):
        path = ("tool", "setuptools-rust", kind)
        for index, module in tables(project.get(*path)):
            name = relative(project, module.get("path", "Cargo.toml"))
            if name is not None:
                declared.append((name, place(project, *path, index)))
    for manifest, origin in declared:
        yield from crate_inputs(project, manifest, "setuptools-rust", origin)
    if not declared and project.is_file("setup.py"):
        for name in _USUAL:
            if project.is_file(name):
                origin = place(project, "build-system", "requires")
                yield from crate_inputs(project, name, "setuptools-rust", origin, confidence="likely")
    where = declared[0][1] if declared else place(project, "build-system", "requires")
    yield from _variables("setuptools-rust", ("SETUPTOOLS_RUST_CARGO_PROFILE", *_VARIABLES), where)


def _variables(tool: str, names: tuple[str, ...], origin: Origin) -> Iterator[BuildInput]:
    for name in names:
        why = f"{tool} or cargo lets it change how the crate is compiled"
        yield BuildInput("env", name, "environment", why, origin, "code", optional=True)

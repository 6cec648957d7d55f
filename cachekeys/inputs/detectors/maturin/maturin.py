"""maturin: Cargo.toml and what belongs to the crate, and files that ``[tool.maturin]`` adds to the wheel.

``[tool.maturin] manifest-path``, else ``Cargo.toml`` at the root or in ``rust`` or ``native``. From the manifest follow the modules of the crate with
all that they include, build scripts with what they read, path dependencies, the workspace, a committed ``Cargo.lock``, toolchain and
cargo configuration, also above the project. With ``bindings = "bin"`` the programs of the package count. A build script that asks git, itself
or by vergen, built, shadow-rs, git2 or gix, and the macros of git-version make the commit an input, and the tags where they can show. The crate's
licence file is packed, and its readme is the description where ``[project]`` leaves that to maturin (measured with 1.16).

For cffi, cbindgen writes the header, as ``cbindgen.toml`` beside the manifest says. ``include`` (unless for the sdist only) and ``data`` are packed into the wheel, also an editable one. ``[tool.maturin] config`` and
``cargo-extra-args`` may name files with cargo settings. An editable installation puts the compiled module into the source tree
(maturin 1.15).
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from cachekeys.hookspecs import hookimpl
from cachekeys.inputs.cargo import USUAL_MANIFESTS, cargo_variables, crate_inputs, pyo3_variables
from cachekeys.inputs.dynamic import everything_below, is_glob, place, relative, strings, table, uv_glob
from cachekeys.inputs.model import BuildInput, BuildOutput

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cachekeys.inputs.model import Affects, Detected
    from cachekeys.project import Project

_SECTION = ("tool", "maturin")
_VARIABLES = ("MATURIN_PEP517_ARGS", "MATURIN_PGO", "MATURIN_STRIP", "MATURIN_PEP517_USE_BASE_PYTHON")
"""What the back end asks for and what changes the wheel; the others are about uploads, downloads and tests (maturin 1.16)."""


@hookimpl
def cachekeys_detect_inputs(project: Project) -> Iterator[Detected]:
    """Yield what cargo reads, what maturin adds, and where the compiled module goes."""
    manifest = relative(project, project.get(*_SECTION, "manifest-path"))
    origin = place(project, *_SECTION, "manifest-path")
    if manifest is None:
        manifest = next((name for name in USUAL_MANIFESTS if project.is_file(name)), USUAL_MANIFESTS[0])
        origin = place(project, "build-system", "build-backend")
    affects: Affects = "version" if "version" in project.dynamic else "code"
    binaries = project.get(*_SECTION, "bindings") == "bin"
    features = tuple(text for _, text in strings(project.get(*_SECTION, "features")))
    yield from crate_inputs(
        project,
        manifest,
        "maturin",
        origin,
        affects=affects,
        binaries=binaries,
        features=features,
        default_features=project.get(*_SECTION, "no-default-features") is not True,
    )
    header = posixpath.join(posixpath.dirname(manifest), "cbindgen.toml")
    bindings = project.get(*_SECTION, "bindings")
    is_cffi = bindings == "cffi" or (bindings is None and "pyo3" not in (project.read_text(manifest) or ""))
    if is_cffi and project.is_file(header):
        why = "maturin has cbindgen write the header for cffi, which is configured there"
        yield BuildInput("file", header, "build-config", why, origin, "code", "likely")
    yield from cargo_variables("maturin", _VARIABLES, origin)
    yield from pyo3_variables(project, manifest, origin)
    yield from _packed(project)
    yield from _settings_files(project)
    source = relative(project, project.get(*_SECTION, "python-source", default="."))
    for suffix in ("so", "pyd"):
        what = f"{everything_below(source or '.')}.{suffix}"
        yield BuildOutput(what, "maturin puts the compiled module there for an editable installation", origin)


def _packed(project: Project) -> Iterator[Detected]:
    """Yield what ``include`` and ``data`` bring into the wheel."""
    listed = project.get(*_SECTION, "include")
    for index, item in enumerate(listed if isinstance(listed, list) else []):
        settings = table(item)  # a plain text counts for both formats
        formats = [text for _, text in strings(settings.get("format"))]
        name = relative(project, settings.get("path", item))
        if name is None or (settings and "wheel" not in formats):
            continue
        why = "maturin packs it into the wheel"
        where = place(project, *_SECTION, "include", index)
        what = uv_glob(name)
        yield BuildInput("files" if is_glob(name) else "file", what, "dynamic-file", why, where, "contents")
    data = relative(project, project.get(*_SECTION, "data"))
    where = place(project, *_SECTION, "data")
    module = project.get(*_SECTION, "module-name", default=project.get("project", "name"))
    if data is None and isinstance(module, str):
        data, where = f"{module.replace('-', '_')}.data", place(project, "build-system", "build-backend")
    if data is not None and project.is_dir(data):
        why = "maturin packs it as data of the distribution"
        yield BuildInput("files", everything_below(data), "dynamic-file", why, where, "contents")


def _settings_files(project: Project) -> Iterator[Detected]:
    """Yield files with settings of cargo: ``--config FILE``, and a target specification."""
    for key in ("config", "cargo-extra-args", "rustc-args", "target-spec"):
        words = [word for _, text in strings(project.get(*_SECTION, key)) for word in text.replace("=", " ").split()]
        for word in words:
            name = relative(project, word)
            if name is not None and posixpath.splitext(name)[1] and project.is_file(name):
                where = place(project, *_SECTION, key)
                yield BuildInput("file", name, "build-config", "maturin hands it to cargo", where, "code")

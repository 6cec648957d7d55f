"""What cargo reads to compile a crate, found in its manifests and sources: nothing is run.

:mod:`~.manifests` knows packages, workspaces and path dependencies, :mod:`~.rust` finds modules and includes in a source,
:mod:`~.sources` follows them, :mod:`~.build_script` looks into ``build.rs``, :mod:`~.surroundings` at lock file, toolchain and
configuration; :mod:`~.crates` puts them together.
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from cachekeys.inputs.model import BuildInput

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cachekeys.inputs.model import Affects, Confidence, Detected, Origin
    from cachekeys.project import Project

__all__ = ["USUAL_MANIFESTS", "cargo_variables", "crate_inputs", "pyo3_variables"]

USUAL_MANIFESTS = ("Cargo.toml", "rust/Cargo.toml", "native/Cargo.toml")
"""Where a manifest is looked for when none is named."""


def crate_inputs(
    project: Project,
    manifest: str,
    tool: str,
    origin: Origin,
    *,
    affects: Affects = "code",
    confidence: Confidence = "certain",
    binaries: bool = False,
    features: tuple[str, ...] = (),
    default_features: bool = True,
) -> Iterator[Detected]:
    """Yield what *tool* makes cargo read for the crate with *manifest* (a path relative to the project).

    :param affects: what a change of the manifest alters.
    :param binaries: whether the programs of the package are built, besides or instead of its library.
    :param features: what is asked of the package, besides its default features unless *default_features* is false.
    """
    from cachekeys.inputs.cargo.crates import Crates, Features  # only projects with a crate pay

    crates = Crates(project, tool, affects, confidence, binaries=binaries)
    yield from crates.inputs(manifest, origin, Features(features, default_features))


def cargo_variables(tool: str, names: tuple[str, ...], origin: Origin) -> Iterator[BuildInput]:
    """Yield the variables with which *tool* (those in *names*) or cargo changes how a crate is compiled."""
    for name in (*names, "RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS", "CARGO_BUILD_TARGET"):
        why = f"{tool} or cargo lets it change how the crate is compiled"
        yield BuildInput("env", name, "environment", why, origin, "code", optional=True)


_PYO3 = (
    "PYO3_CONFIG_FILE",
    "PYO3_CROSS",
    "PYO3_CROSS_LIB_DIR",
    "PYO3_CROSS_PYTHON_VERSION",
    "PYO3_CROSS_PYTHON_IMPLEMENTATION",
    "PYO3_USE_ABI3_FORWARD_COMPATIBILITY",
    "PYO3_USE_STABLE_ABI_FORWARD_COMPATIBILITY",
    "PYO3_USE_RAW_DYLIB",
    "UNSAFE_PYO3_SKIP_VERSION_CHECK",
    "_PYTHON_SYSCONFIGDATA_NAME",
)
"""What pyo3-build-config and pyo3-ffi ask for (0.29); not what maturin and setuptools-rust set for them, such as PYO3_PYTHON."""


def pyo3_variables(project: Project, manifest: str, origin: Origin) -> Iterator[BuildInput]:
    """Yield the variables by which PyO3 lets itself be configured, if the crate or one that it depends on uses it."""
    lock = posixpath.normpath(posixpath.join(posixpath.dirname(manifest), "Cargo.lock"))
    texts = (project.read_text(name) or "" for name in dict.fromkeys((manifest, lock, "Cargo.toml", "Cargo.lock")))
    if any("pyo3" in text for text in texts):
        for name in _PYO3:
            yield BuildInput(
                "env", name, "environment", "PyO3 lets it change how the crate is built", origin, "code", optional=True
            )

"""Variables that a build tool itself reads: optional inputs where that tool compiles something, and nowhere else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.detecting import found, optional

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

CRATE = '[package]\nname = "d"\nversion = "0.1.0"\nedition = "2021"\n'


def system(backend: str, requires: str) -> str:
    return (
        f'[build-system]\nrequires = [{requires}]\nbuild-backend = "{backend}"\n[project]\nname = "d"\nversion = "1"\n'
    )


@pytest.mark.parametrize(
    ("dependency", "reads"),
    [
        ('[dependencies]\npyo3 = "0.26"\n', True),
        ('[build-dependencies]\npyo3-build-config = "0.26"\n', True),
        ("", False),
    ],
)
def test_pyo3_in_a_crate(make_project: Callable[..., Path], dependency: str, *, reads: bool) -> None:
    files = {"Cargo.toml": CRATE + dependency, "src/lib.rs": ""}
    seen = optional(make_project({"pyproject.toml": system("maturin", '"maturin"'), **files}))
    assert {"env MATURIN_PEP517_ARGS", "env MATURIN_STRIP", "env MATURIN_PGO"} <= seen
    assert ({"env PYO3_CONFIG_FILE", "env PYO3_CROSS_LIB_DIR"} <= seen) == reads
    assert "env PYO3_PYTHON" not in seen  # maturin sets it


def test_pyo3_below_a_workspace(make_project: Callable[..., Path]) -> None:
    files = {
        "pyproject.toml": system("maturin", '"maturin"') + '[tool.maturin]\nmanifest-path = "crates/py/Cargo.toml"\n',
        "Cargo.toml": '[workspace]\nmembers = ["crates/*"]\n[workspace.dependencies]\npyo3 = "0.26"\n',
        "crates/py/Cargo.toml": CRATE,
        "crates/py/src/lib.rs": "",
    }
    assert "env PYO3_CONFIG_FILE" in optional(make_project(files))


def test_setuptools_rust(make_project: Callable[..., Path]) -> None:
    text = system("setuptools.build_meta", '"setuptools", "setuptools-rust"')
    files = {"Cargo.toml": CRATE + '[dependencies]\npyo3 = "0.26"\n', "src/lib.rs": ""}
    text += '[[tool.setuptools-rust.ext-modules]]\ntarget = "d.d"\n'
    assert "env PYO3_CONFIG_FILE" in optional(make_project({"pyproject.toml": text, **files}))


@pytest.mark.parametrize("backend", ["hatchling.build", "flit_core.buildapi", "setuptools.build_meta", "mesonpy"])
def test_the_date_that_archives_get_is_no_input(make_project: Callable[..., Path], backend: str) -> None:
    files = {"d/__init__.py": '"""D."""\n__version__ = "1"\n', "meson.build": "project('d')\n", "x.c": ""}
    root = make_project({"pyproject.toml": system(backend, f'"{backend}"'), **files})
    assert not any("SOURCE_DATE_EPOCH" in item for item in found(root) | optional(root))


def test_the_date_that_a_script_asks_for_is_one(make_project: Callable[..., Path]) -> None:
    script = "import os\nfrom setuptools import setup\nsetup(version='1.' + os.environ.get('SOURCE_DATE_EPOCH', '0'))"
    root = make_project({"pyproject.toml": system("setuptools.build_meta", '"setuptools"'), "setup.py": script})
    assert "env SOURCE_DATE_EPOCH" in optional(root)

"""extension-helpers switched on in a settings file, without a setup.py."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.detecting import found, the_input

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SYSTEM = '[build-system]\nrequires = ["setuptools", "extension-helpers"]\nbuild-backend = "setuptools.build_meta"\n'
ON = f"{SYSTEM}[tool.extension-helpers]\nuse_extension_helpers = true\n"
PACKAGE = """
import os
from setuptools import Extension
def get_extensions():
    return [Extension("demo.deep.a", [os.path.join("demo", "deep", "a.c")])]
"""
TREE = {
    "demo/__init__.py": "",
    "demo/fast.pyx": "from demo.api cimport f\n",
    "demo/api.pxd": "",
    "demo/deep/__init__.py": "",
    "demo/deep/setup_package.py": PACKAGE,
    "demo/deep/a.c": '#include "a.h"\n',
    "demo/deep/a.h": "",
    "docs/example.pyx": "",
    "loose.pyx": "",
}
READ = {f"file demo/{name}" for name in ("fast.pyx", "api.pxd", "deep/setup_package.py", "deep/a.c", "deep/a.h")}


def test_every_cython_file_of_a_package_and_what_setup_package_returns(make_project: Callable[..., Path]) -> None:
    root = make_project({**TREE, "pyproject.toml": ON})
    assert found(root) == READ
    source = the_input(root, "demo/fast.pyx")
    assert (source.role, source.affects, source.origin.file, source.origin.line) == (
        "native-source", "code", "pyproject.toml", 5,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("files", "switched"),
    [
        ({"pyproject.toml": SYSTEM, "setup.cfg": "[extension-helpers]\nuse_extension_helpers = true\n"}, True),
        ({"pyproject.toml": ON, "setup.cfg": "[extension-helpers]\nuse_extension_helpers = false\n"}, False),
        ({"pyproject.toml": ON.replace("true", "false")}, False),
        ({"pyproject.toml": ON.replace("true", '"true"')}, True),
        ({"pyproject.toml": ON.replace("true", "1")}, True),
        ({"pyproject.toml": ON.replace("true", '""')}, False),
        ({"pyproject.toml": ON.replace("setuptools.build_meta", "hatchling.build")}, False),
        ({"pyproject.toml": f'{ON}\n[tool.setuptools.packages.find]\nwhere = ["lib"]\n'}, False),
    ],
)
def test_where_it_is_switched_on(make_project: Callable[..., Path], files: dict[str, str], switched: bool) -> None:  # noqa: FBT001 - a parameter of a test
    assert found(make_project({**TREE, **files})) == (READ if switched else set())


@pytest.mark.parametrize(
    "files",
    [
        {"pyproject.toml": f'{ON}\n[tool.setuptools.package-dir]\n"" = "lib"\n'},
        {"pyproject.toml": f'{ON}\n[tool.setuptools.packages.find]\nwhere = ["lib"]\n'},
        {"pyproject.toml": ON, "setup.cfg": "[options]\npackage_dir =\n    = lib\n"},
        {"pyproject.toml": ON, "setup.cfg": "[options.packages.find]\nwhere = lib\n"},
    ],
)
def test_packages_below_a_directory_that_is_named(make_project: Callable[..., Path], files: dict[str, str]) -> None:
    root = make_project({**TREE, "lib/other/__init__.py": "", "lib/other/quick.pyx": "", **files})
    assert found(root) == {"file lib/other/quick.pyx"}


def test_packages_below_src(make_project: Callable[..., Path]) -> None:
    below = {name if name.startswith(("docs", "loose")) else f"src/{name}": text for name, text in TREE.items()}
    package = PACKAGE.replace('"demo", "deep"', '"src", "demo", "deep"')
    root = make_project({**below, "src/demo/deep/setup_package.py": package, "pyproject.toml": ON})
    assert found(root) == {item.replace("demo/", "src/demo/") for item in READ}

"""Directories that a command of setup.py adds to what its compiler searches: they hold for every extension."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.detecting import found

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SCRIPT = (
    "import os, numpy\nfrom setuptools import Extension, setup\nfrom setuptools.command.build_ext import build_ext\n"
    "class Build(build_ext):\n{body}\n"
    "setup(ext_modules=[Extension('m', ['src/m.c'])], cmdclass={{'build_ext': Build}})\n"
)
FILES = {"pyproject.toml": "", "src/m.c": "#include <deep.h>\n", "vendor/inc/deep.h": "", "other/deep.h": ""}


@pytest.mark.parametrize(
    "body",
    [
        "    def finalize_options(self):\n        super().finalize_options()\n        self.include_dirs.append('vendor/inc')",
        "    def finalize_options(self):\n        super().finalize_options()\n        self.include_dirs += [numpy.get_include(), 'vendor/inc']",
        "    def finalize_options(self):\n        build_ext.finalize_options(self)\n        self.include_dirs.insert(0, os.path.abspath('vendor/inc'))",
        "    def initialize_options(self):\n        super().initialize_options()\n        self.include_dirs = ['vendor/inc', numpy.get_include()]",
        "    def build_extensions(self):\n        self.compiler.add_include_dir('vendor/inc')\n        super().build_extensions()",
        "    def build_extensions(self):\n        self.compiler.set_include_dirs([os.path.join('vendor', 'inc')])\n        super().build_extensions()",
        "    def build_extensions(self):\n        self.compiler.include_dirs = ['vendor/inc'] + self.compiler.include_dirs\n        super().build_extensions()",
        "    def build_extensions(self):\n        dirs = ['vendor/inc']\n        dirs.extend(self.compiler.include_dirs)\n        self.compiler.include_dirs = dirs\n        super().build_extensions()",
        "    def build_extension(self, ext):\n        self.compiler.include_dirs.extend(['vendor/inc'])\n        super().build_extension(ext)",
    ],
)
def test_a_command_adds_directories(make_project: Callable[..., Path], body: str) -> None:
    root = make_project({**FILES, "setup.py": SCRIPT.format(body=body)})
    assert found(root) == {"file src/m.c", "file vendor/inc/deep.h"}


@pytest.mark.parametrize(
    "body",
    [
        "    def finalize_options(self):\n        self.exclude_dirs.append('vendor/inc')",
        "    def finalize_options(self):\n        self.include_dirs.remove('vendor/inc')",
        "    def finalize_options(self):\n        self.include_dirs.append(os.environ['INC'])",
    ],
)
def test_other_lists_are_no_search_path(make_project: Callable[..., Path], body: str) -> None:
    root = make_project({**FILES, "setup.py": SCRIPT.format(body=body)})
    assert "file vendor/inc/deep.h" not in found(root)


def test_a_source_that_is_added_to_an_unknown_list_still_counts(make_project: Callable[..., Path]) -> None:
    body = "    def build_extensions(self):\n        self.compiler.extras.append('src/extra.c')"
    root = make_project({**FILES, "src/extra.c": "", "setup.py": SCRIPT.format(body=body)})
    assert "file src/extra.c (likely)" in found(root)

"""What an extension class hands to CMake's configuration decides what is built: lists of words, tables, a source directory among them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cachekeys.inputs.detect import detect
from cachekeys.project import Project

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    MakeProject = Callable[[Mapping[str, str | bytes]], Path]

HEAD = (
    "import os, shlex\nfrom setuptools import setup\nfrom cmake_build_extension import BuildExtension, CMakeExtension\n"
)
LISTS = "cmake_minimum_required(VERSION 3.15)\nproject(x)\noption(WITH_API OFF)\nif(WITH_API)\nadd_subdirectory(api)\nendif()\n"


@pytest.mark.parametrize(
    ("arguments", "api"),
    [
        ("cmake_configure_options=['-DWITH_API:BOOL=ON']", True),
        ("cmake_configure_options=['-S native', '-DWITH_API=ON'] + shlex.split(os.environ.get('FLAGS', ''))", True),
        ("source_dir='native', cmake_args=('-D', 'WITH_API=1')", True),
        ("source_dir='native', cmake_defines={'WITH_API': 'ON'}", True),
        ("source_dir='native', cmake_configure_options=['-DWITH_API=OFF']", False),
        ("source_dir='native'", False),
    ],
)
def test_options_of_an_extension_reach_the_lists_files(make_project: MakeProject, arguments: str, api: bool) -> None:  # noqa: FBT001
    directory = "native" if "native" in arguments else "."
    root = make_project(
        {
            "pyproject.toml": "[build-system]\nrequires = ['setuptools', 'cmake_build_extension']\nbuild-backend = 'setuptools.build_meta'\n",
            "setup.py": f"{HEAD}setup(ext_modules=[CMakeExtension(name='x', {arguments})], cmdclass={{'build_ext': BuildExtension}})\n",
            f"{directory}/CMakeLists.txt": LISTS,
            f"{directory}/api/CMakeLists.txt": "add_library(api api.c)\n",
            f"{directory}/api/api.c": "",
        }
    )
    found = {item.what for item in detect(Project(root)).inputs}
    there = {name.removeprefix("./") for name in (f"{directory}/api/CMakeLists.txt", f"{directory}/api/api.c")}
    assert f"{directory}/CMakeLists.txt".removeprefix("./") in found
    assert (there <= found) is api
    assert api or not there & found

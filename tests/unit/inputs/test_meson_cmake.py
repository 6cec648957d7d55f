"""Subprojects of a Meson build that CMake configures."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.detecting import found, inputs_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PYPROJECT = (
    '[build-system]\nrequires = ["meson-python"]\nbuild-backend = "mesonpy"\n[project]\nname = "demo"\nversion = "1"\n'
)
LISTS = "add_library(fast STATIC fast.c)\nif(WITH_EXTRA)\n  target_sources(fast PRIVATE extra.c)\nelse()\n  target_sources(fast PRIVATE plain.c)\nendif()\ninstall(FILES notes.txt DESTINATION x)\n"
TREE = {
    "subprojects/fast-1/CMakeLists.txt": LISTS,
    "subprojects/fast-1/fast.c": '#include "fast.h"\n',
    **dict.fromkeys([f"subprojects/fast-1/{name}" for name in ("fast.h", "extra.c", "plain.c", "notes.txt")], ""),
}
COMMON = {"meson.build", "subprojects/fast.wrap"} | {
    f"subprojects/fast-1/{n}" for n in ("CMakeLists.txt", "fast.c", "fast.h")
}


@pytest.mark.parametrize(
    ("build", "wrap", "chosen"),
    [
        ("cmake = import('cmake')\nsub = cmake.subproject('fast')\ndep = sub.dependency('fast')\n", "", {"plain.c", "extra.c"}),
        (
            "cmake = import('cmake')\no = cmake.subproject_options()\no.add_cmake_defines({'WITH_EXTRA': true})\no.set_override_option('cpp_std', 'c++20')\nsub = cmake.subproject('fast', options: o)\n",
            "",
            {"extra.c"},
        ),
        ("cmake = import('cmake')\nsub = cmake.subproject('fast', cmake_options: ['-DWITH_EXTRA=OFF'])\n", "", {"plain.c"}),
        ("dep = dependency('fast', fallback: ['fast', 'fast_dep'])\n", "method = cmake\n", {"plain.c", "extra.c"}),
    ],
)  # fmt: skip
def test_what_cmake_reads(make_project: Callable[..., Path], build: str, wrap: str, chosen: set[str]) -> None:
    files = {
        "meson.build": f"project('demo', 'c')\n{build}",
        "subprojects/fast.wrap": f"[wrap-file]\ndirectory = fast-1\n{wrap}",
    }
    root = make_project({"pyproject.toml": PYPROJECT, **files, **TREE})
    assert {text.split()[1] for text in found(root)} == COMMON | {f"subprojects/fast-1/{name}" for name in chosen}
    assert {item.modes for item in inputs_of(root).inputs if item.what.startswith("subprojects/fast-1/")} == {
        ("wheel",)
    }


def test_a_subproject_that_meson_builds_itself(make_project: Callable[..., Path]) -> None:
    files = {
        "meson.build": "project('demo', 'c')\nsubproject('fast-1')\n",
        "subprojects/fast-1/meson.build": "project('fast')\n",
    }
    root = make_project({"pyproject.toml": PYPROJECT, **files, **TREE})
    assert found(root) == {"file meson.build", "file subprojects/fast-1/meson.build"}

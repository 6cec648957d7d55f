"""Targets and components that a CMake build leaves out, and what is left in when it is not known."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.detecting import found

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PYPROJECT = '[build-system]\nrequires = ["scikit-build-core"]\nbuild-backend = "scikit_build_core.build"\n[project]\nname = "demo"\nversion = "1"\n'
TREE = dict.fromkeys(["a.c", "b.c", "c.c", "one.txt", "two.txt"], "")
EXCLUDED = "add_library(a MODULE a.c)\nadd_library(b STATIC EXCLUDE_FROM_ALL b.c)\n"


def _files(
    make_project: Callable[..., Path], lists: str, settings: str = "", more: dict[str, str] | None = None
) -> set[str]:
    root = make_project({"pyproject.toml": PYPROJECT + settings, "CMakeLists.txt": lists, **TREE, **(more or {})})
    return {text.split()[1] for text in found(root)} - {"CMakeLists.txt"}


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ("", {"a.c"}),
        ("target_link_libraries(a PRIVATE b)", {"a.c", "b.c"}),
        ("target_link_libraries(a PRIVATE $<LINK_ONLY:b>)", {"a.c", "b.c"}),
        ("target_link_libraries(a PRIVATE demo::b)\nadd_library(demo::b ALIAS b)", {"a.c", "b.c"}),
        (
            "target_link_libraries(a PRIVATE m)\nadd_library(m INTERFACE)\ntarget_link_libraries(m INTERFACE b)",
            {"a.c", "b.c"},
        ),
        ("set_target_properties(a PROPERTIES LINK_LIBRARIES b)", {"a.c", "b.c"}),
        ("add_dependencies(a b)", {"a.c", "b.c"}),
        ("add_custom_target(check DEPENDS b)", {"a.c"}),
        ("add_custom_target(check ALL DEPENDS b)", {"a.c", "b.c"}),
        ("add_custom_command(OUTPUT o COMMAND b)", {"a.c", "b.c"}),
        ("target_sources(a PRIVATE $<TARGET_OBJECTS:b>)", {"a.c", "b.c"}),
        ("target_include_directories(a PRIVATE $<TARGET_PROPERTY:b,INCLUDES>)", {"a.c", "b.c"}),
        ("set_target_properties(b PROPERTIES EXCLUDE_FROM_ALL OFF)", {"a.c", "b.c"}),
        ("set_target_properties(a PROPERTIES EXCLUDE_FROM_ALL ON)", set()),
        ("from_elsewhere(a DEPENDS b)", {"a.c", "b.c"}),
        ("target_link_libraries(a PRIVATE ${who_knows})", {"a.c", "b.c"}),
        ("file(STRINGS b.c text)", {"a.c", "b.c"}),
        ("add_library(other MODULE b.c)", {"a.c", "b.c"}),
        ("link_libraries(b)", {"a.c", "b.c"}),
    ],
)
def test_what_is_excluded_from_all(make_project: Callable[..., Path], more: str, expected: set[str]) -> None:
    assert _files(make_project, EXCLUDED + more) == expected


def test_a_directory_that_is_excluded(make_project: Callable[..., Path]) -> None:
    lists = "add_subdirectory(ext ext-build EXCLUDE_FROM_ALL)\nadd_library(a MODULE a.c)\ntarget_link_libraries(a PRIVATE used)\n"
    inner = {
        "ext/CMakeLists.txt": "add_library(used u.c)\nadd_executable(tests t.c)\n",
        "ext/u.c": '#include "u.h"\n',
        "ext/u.h": "",
    }
    inner["ext/t.c"] = '#include "t.h"\n'
    inner["ext/t.h"] = ""
    assert _files(make_project, lists, more=inner) == {"a.c", "ext/CMakeLists.txt", "ext/u.c", "ext/u.h"}


BUILT = "add_library(a MODULE a.c)\nadd_library(b STATIC b.c)\nadd_executable(c c.c)\ntarget_link_libraries(a b)\n"


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ('[tool.scikit-build]\nbuild.targets = ["a"]\n', {"a.c", "b.c"}),
        ('[tool.scikit-build]\nbuild.targets = ["b", "c"]\n', {"b.c", "c.c"}),
        ('[tool.scikit-build]\ncmake.targets = ["c"]\n', {"c.c"}),
        ('[tool.scikit-build]\nbuild.targets = ["nobody"]\n', {"a.c", "b.c", "c.c"}),
        ('[tool.scikit-build]\nbuild.targets = ["a"]\n[[tool.scikit-build.overrides]]\nif.platform-system = "win32"\nbuild.targets = ["c"]\n', {"a.c", "b.c", "c.c"}),
    ],
)  # fmt: skip
def test_targets_that_the_back_end_builds(make_project: Callable[..., Path], settings: str, expected: set[str]) -> None:
    assert _files(make_project, BUILT, settings) == expected


INSTALLED = "install(FILES one.txt DESTINATION demo COMPONENT py)\ninstall(FILES two.txt DESTINATION demo)\n"


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ("", {"one.txt", "two.txt"}),
        ('[tool.scikit-build]\ninstall.components = ["py"]\n', {"one.txt"}),
        ('[tool.scikit-build]\ninstall.components = ["py", "dev"]\n', {"one.txt"}),
        ('[tool.scikit-build]\ninstall.components = ["Unspecified"]\n', {"two.txt"}),
    ],
)
def test_components_that_are_installed(make_project: Callable[..., Path], settings: str, expected: set[str]) -> None:
    assert _files(make_project, INSTALLED, settings) == expected

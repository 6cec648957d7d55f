"""scikit-build-core and py-build-cmake: packages, licences, settings, variables, presets, and where they build."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.detecting import found, inputs_of, optional, outputs, the_input, unresolved

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SCIKIT = (
    '[build-system]\nrequires = ["scikit-build-core"]\nbuild-backend = "scikit_build_core.build"\n'
    '[project]\nname = "my-demo"\nversion = "1"\n'
)
PBC = (
    '[build-system]\nrequires = ["py-build-cmake"]\nbuild-backend = "py_build_cmake.build"\n'
    '[project]\nname = "my-demo"\nversion = "1"\n'
)
LISTS = "cmake_minimum_required(VERSION 3.20)\nproject(demo C)\nadd_library(x OBJECT ${SOURCES})\n"
TREE = {"CMakeLists.txt": LISTS, "a.c": "", "b.c": "", "src/my_demo/__init__.py": "", "src/my_demo/data.txt": ""}


@pytest.mark.parametrize(
    ("settings", "files", "expected"),
    [
        ("", {}, {"files src/my_demo/**/*"}),
        ("", {"python/my_demo/__init__.py": ""}, {"files src/my_demo/**/*"}),
        ("wheel.packages = []", {}, set()),
        ('wheel.packages = ["lib/other"]', {"lib/other/x.py": ""}, {"files lib/other/**/*"}),
        ('wheel.packages = { "a/b" = "lib/other" }', {"lib/other/x.py": ""}, {"files lib/other/**/*"}),
        ('wheel.exclude = ["*.txt"]', {}, {"files src/my_demo/**/*.py"}),
        (
            'wheel.exclude = ["my_demo/one.txt"]',
            {"src/my_demo/one.txt": ""},
            {"files src/my_demo/**/*.py", "file src/my_demo/data.txt"},
        ),
        (
            'wheel.force-include = { "notes.md" = "x/notes.md" }\nwheel.packages = []',
            {"notes.md": ""},
            {"file notes.md"},
        ),
    ],
)
def test_packages_of_the_wheel(
    settings: str, files: dict[str, str], expected: set[str], make_project: Callable[..., Path]
) -> None:
    lists = {"CMakeLists.txt": "project(demo C)\n"}
    root = make_project({**TREE, **lists, **files, "pyproject.toml": f"{SCIKIT}[tool.scikit-build]\n{settings}\n"})
    assert found(root) - {"file CMakeLists.txt"} == expected


def test_packages_matter_for_a_wheel_only(make_project: Callable[..., Path]) -> None:
    root = make_project({**TREE, "pyproject.toml": SCIKIT})
    assert the_input(root, "src/my_demo/**/*").modes == ("wheel",)
    assert the_input(root, "CMakeLists.txt").modes == ("editable", "wheel")


def test_an_editable_that_rebuilds_itself_needs_no_keys_for_sources(make_project: Callable[..., Path]) -> None:
    text = f'{SCIKIT}[tool.scikit-build]\neditable.rebuild = true\nbuild-dir = "build/{{wheel_tag}}"\n'
    root = make_project({**TREE, "pyproject.toml": text})
    assert the_input(root, "CMakeLists.txt").modes == ("wheel",)
    assert outputs(root) == {"build/*/**/*"}


@pytest.mark.parametrize("where", ["[tool.scikit-build]\n", "[[tool.scikit-build.overrides]]\nif.env.CI = true\n"])
def test_an_editable_in_place_is_built_in_the_source_tree(make_project: Callable[..., Path], where: str) -> None:
    root = make_project({**TREE, "pyproject.toml": f'{SCIKIT}{where}editable.mode = "inplace"\n'})
    assert {"CMakeCache.txt", "**/CMakeFiles/**/*", "**/*.so"} <= outputs(root)
    assert the_input(root, "CMakeLists.txt").modes == ("editable", "wheel")
    root = make_project({**TREE, "pyproject.toml": f'{SCIKIT}{where}editable.mode = "redirect"\n'})
    assert outputs(root) == set()


def test_licences_are_optional(make_project: Callable[..., Path]) -> None:
    root = make_project({**TREE, "pyproject.toml": SCIKIT, "LICENSE": "", "AUTHORS.md": ""})
    assert {"files LICEN[CS]E*", "files AUTHORS*"} <= optional(root)
    text = f'{SCIKIT}[tool.scikit-build]\nwheel.license-files = ["AUTHORS.md"]\n'
    (root / "pyproject.toml").write_text(text, encoding="utf-8")
    assert "file AUTHORS.md" in optional(root)
    assert "files LICEN[CS]E*" not in optional(root)


def test_variables_of_the_environment(make_project: Callable[..., Path]) -> None:
    text = (
        f"{SCIKIT}[tool.scikit-build.cmake.define]\n"
        'SOURCES = { env = "DEMO_SOURCES", default = "a.c" }\n'
        '[[tool.scikit-build.overrides]]\nif.env.DEMO_FAST = true\ncmake.define.SOURCES = "b.c"\n'
        "[[tool.scikit-build.overrides]]\nif.any.env.CI = true\nwheel.cmake = true\n"
    )
    root = make_project({**TREE, "pyproject.toml": text})
    assert {"env DEMO_SOURCES", "env DEMO_FAST", "file a.c", "file b.c"} <= found(root)
    assert {"env CMAKE_ARGS", "env SKBUILD_CMAKE_ARGS", "env CI"} <= optional(root)


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ('cmake.args = ["-DSOURCES=a.c"]', {"file a.c"}),
        ('cmake.args = ["-D", "SOURCES:STRING=a.c"]', {"file a.c"}),
        ('cmake.args = ["-C", "cache.cmake"]', {"file cache.cmake", "file b.c"}),
        ('cmake.args = ["-Ccache.cmake"]', {"file cache.cmake", "file b.c"}),
        ('cmake.args = ["--toolchain", "tool.cmake"]', {"file tool.cmake", "file a.c"}),
        ('cmake.define.CMAKE_TOOLCHAIN_FILE = "tool.cmake"', {"file tool.cmake", "file a.c"}),
        ("wheel.cmake = false", None),
    ],
)
def test_the_command_line_of_cmake(settings: str, expected: set[str] | None, make_project: Callable[..., Path]) -> None:
    files = {**TREE, "cache.cmake": 'set(SOURCES b.c CACHE STRING "")\n', "tool.cmake": "set(SOURCES a.c)\n"}
    root = make_project({**files, "pyproject.toml": f"{SCIKIT}[tool.scikit-build]\nwheel.packages = []\n{settings}\n"})
    assert found(root) == (set() if expected is None else {"file CMakeLists.txt", *expected})


PRESETS = """{"version": 6, "include": ["more/common.json"], "configurePresets": [
  {"name": "wheel", "inherits": ["base"], "toolchainFile": "${sourceDir}/tool.cmake",
   "environment": {"X": "$penv{DEMO_HOME}/x"}}]}"""
COMMON = """{"version": 6, "configurePresets": [
  {"name": "base", "cacheVariables": {"SOURCES": {"type": "STRING", "value": "${sourceDir}/b.c"}}}]}"""


def test_presets(make_project: Callable[..., Path]) -> None:
    files = {"CMakePresets.json": PRESETS, "more/common.json": COMMON, "CMakeUserPresets.json": "{", "tool.cmake": ""}
    text = f'{SCIKIT}[tool.scikit-build]\nwheel.packages = []\ncmake.args = ["--preset=wheel"]\n'
    root = make_project({**TREE, **files, "pyproject.toml": text})
    assert found(root) == {
        *("file CMakeLists.txt", "file CMakePresets.json", "file CMakeUserPresets.json", "file more/common.json"),
        *("file tool.cmake", "file b.c", "env DEMO_HOME"),
    }


def test_presets_are_not_read_unasked(make_project: Callable[..., Path]) -> None:
    root = make_project({**TREE, "CMakePresets.json": PRESETS, "pyproject.toml": SCIKIT})
    assert "file CMakePresets.json" not in found(root)


def test_py_build_cmake(make_project: Callable[..., Path]) -> None:
    text = (
        PBC.replace('version = "1"', 'dynamic = ["version"]')
        + '[tool.py-build-cmake.module]\ndirectory = "src"\n'
        + '[tool.py-build-cmake.cmake]\npreset = "wheel"\nargs = ["-Wno-dev"]\n'
        + "[tool.py-build-cmake.cmake.options]\nWITH_B = true\n"
        + '[tool.py-build-cmake.windows.cmake]\nsource_path = "win"\n'
    )
    lists = "project(demo C)\nif(WITH_B)\n  add_library(x OBJECT b.c)\nelse()\n  add_library(x OBJECT a.c)\nendif()\n"
    files = {"CMakePresets.json": PRESETS.replace('"include": ["more/common.json"], ', ""), "win/CMakeLists.txt": ""}
    local = {"py-build-cmake.local.toml": "", "py-build-cmake.cross.toml": "", "tool.cmake": ""}
    root = make_project({**TREE, **files, **local, "CMakeLists.txt": lists, "pyproject.toml": text})
    expected = {"file CMakeLists.txt", "file win/CMakeLists.txt", "file b.c", "file CMakePresets.json"}
    expected |= {"file tool.cmake", "env DEMO_HOME", "file py-build-cmake.local.toml", "file py-build-cmake.cross.toml"}
    expected |= {"files src/my_demo/**/*", "file src/my_demo/__init__.py"}
    assert found(root) == expected
    assert the_input(root, "src/my_demo/__init__.py").affects == "version"
    assert ".py-build-cmake_cache/**/*" in outputs(root)


def test_py_build_cmake_with_a_single_module(make_project: Callable[..., Path]) -> None:
    root = make_project({"CMakeLists.txt": "", "my_demo.py": "", "pyproject.toml": PBC})
    assert found(root) == {"file my_demo.py"}  # without a table `cmake` it is pure Python


def test_the_way_to_an_input_is_told(make_project: Callable[..., Path]) -> None:
    files = {
        "CMakeLists.txt": "project(demo C)\ninclude(cmake/one.cmake)\n",
        "cmake/one.cmake": "# one\ninclude(cmake/two.cmake)\n",
        "cmake/two.cmake": "# two\n\nadd_library(x OBJECT src/deep.c)\n",
        "src/deep.c": '#include "one.h"\n',
        "src/one.h": '// one\n#include "two.h"\n',
        "src/two.h": "",
    }
    root = make_project({**files, "pyproject.toml": SCIKIT})
    chains = {item.what: [(o.file, o.line) for o in item.chain] for item in inputs_of(root).inputs}
    assert chains["src/deep.c"][:3] == [("cmake/two.cmake", 3), ("cmake/one.cmake", 2), ("CMakeLists.txt", 2)]
    assert chains["src/two.h"] == [("src/one.h", 2), ("src/deep.c", 1)]
    assert chains["CMakeLists.txt"] == []


DYNAMIC = SCIKIT.replace('version = "1"', 'dynamic = ["version"]')
PROVIDER = """
import os
def dynamic_metadata(settings, project):
    return {"version": open("release.txt").read() + os.environ.get("MY_SUFFIX", "")}
class Plugin:
    def get_requires_for_dynamic_metadata(self, settings):
        return open("tools.txt").read().split()
"""
FILES = dict.fromkeys(["v.hpp", "release.txt", "tools.txt", "notes.md", "deps.txt"], "")


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ('provider = "scikit_build_core.metadata.regex"\nfield = "version"\ninput = "v.hpp"', {"file v.hpp"}),
        ('provider = "dynamic_metadata.ast"\nfield = "version"\ninput = "v.hpp"\nname = "x"', {"file v.hpp"}),
        ('provider = "dynamic_metadata.from_file"\nfield = "optional-dependencies.x"\npath = "deps.txt"', {"file deps.txt"}),
        ('provider = "dynamic_metadata.readme_fragment"\npath = "notes.md"', {"file notes.md"}),
        ('provider = "dynamic_metadata.static"\nversion = "v.hpp"', set()),
        ('provider = "scikit_build_core.metadata.setuptools_scm"', {"git tags", "git commit"}),
        ('provider = "vcs_versioning"', {"git tags", "git commit"}),
        ('provider = "setuptools_git_versioning.dynamic_metadata"', {"git tags", "git commit"}),
        (
            'provider = { path = "helpers", module = "mine" }\nextra = "notes.md"',
            {"file helpers/mine.py", "file release.txt", "file tools.txt", "env MY_SUFFIX", "file notes.md (likely)"},
        ),
        (
            'provider = { path = "helpers", module = "mine:Plugin" }',
            {"file helpers/mine.py", "file release.txt", "file tools.txt", "env MY_SUFFIX"},
        ),
        ("provider = 3", set()),
    ],
)  # fmt: skip
def test_dynamic_metadata(make_project: Callable[..., Path], entry: str, expected: set[str]) -> None:
    text = f"{DYNAMIC}[tool.scikit-build]\nwheel.packages = []\n[[tool.dynamic-metadata]]\n{entry}\n"
    root = make_project({"pyproject.toml": text, **FILES, "helpers/mine.py": PROVIDER})
    assert found(root) == expected


def test_what_dynamic_metadata_alters(make_project: Callable[..., Path]) -> None:
    entries = [("version", "v.hpp"), ("dependencies", "deps.txt"), ("description", "notes.md")]
    tables = "".join(
        f'[[tool.dynamic-metadata]]\nprovider = "dynamic_metadata.from_file"\nfield = "{field}"\npath = "{path}"\n'
        for field, path in entries
    )
    root = make_project({"pyproject.toml": DYNAMIC + tables, **FILES})
    assert [the_input(root, path).affects for _, path in entries] == ["version", "dependencies", "metadata"]


def test_a_provider_that_nobody_knows_is_said(make_project: Callable[..., Path]) -> None:
    text = f'{DYNAMIC}[[tool.dynamic-metadata]]\nprovider = "other.plugin"\ndata = "release.txt"\n'
    root = make_project({"pyproject.toml": text, **FILES})
    assert "file release.txt (likely)" in found(root)
    (message,) = unresolved(root)
    assert "`other.plugin`" in message


@pytest.mark.parametrize(
    ("name", "directory"), [("my-demo", "my_demo"), ("My_Demo", "My_Demo"), ("my.demo-x", "my_demo_x")]
)
def test_the_name_that_cmake_gets(make_project: Callable[..., Path], name: str, directory: str) -> None:
    lists = "file(GLOB S src/${SKBUILD_PROJECT_NAME}/*.c)\nadd_library(x ${S})\ninstall(FILES src/${SKBUILD_PROJECT_NAME}/d.txt DESTINATION .)\n"
    text = SCIKIT.replace("my-demo", name) + "[tool.scikit-build]\nwheel.packages = []\n"
    files = {f"src/{directory}/a.c": "", f"src/{directory}/d.txt": "", "src/other/b.c": ""}
    root = make_project({"pyproject.toml": text, "CMakeLists.txt": lists, **files})
    names = {text.partition(" ")[2] for text in found(root)}
    assert names >= {f"src/{directory}/a.c", f"src/{directory}/d.txt (likely)"}
    assert not any("other" in name for name in names)


def test_the_name_that_cmake_gets_from_py_build_cmake(make_project: Callable[..., Path]) -> None:
    lists = "add_library(x ${PY_BUILD_CMAKE_MODULE_NAME}/a.c ${PY_BUILD_CMAKE_PROJECT_NAME}.c)\n"
    files = {"my_demo.py": "", "my_demo/a.c": "", "my_demo.c": ""}
    root = make_project(
        {
            "pyproject.toml": PBC + '[tool.py-build-cmake.cmake]\nminimum_version = "3.18"\n',
            "CMakeLists.txt": lists,
            **files,
        }
    )
    assert "file my_demo.c" in found(root)
    package = make_project(
        {
            "pyproject.toml": PBC + '[tool.py-build-cmake.cmake]\nminimum_version = "3.18"\n',
            "CMakeLists.txt": lists,
            "src/my_demo/__init__.py": "",
            "my_demo/a.c": "",
        },
        "package",
    )
    assert "file my_demo/a.c" in found(package)

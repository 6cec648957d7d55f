"""What CMake writes among the sources: no key may match it, and what stands there is no input."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cachekeys.inputs.detect import detect
from cachekeys.pipeline import analyse
from cachekeys.project import Project

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from cachekeys.inputs.model import BuildOutput

PYPROJECT = (
    '[build-system]\nrequires = ["scikit-build-core"]\nbuild-backend = "scikit_build_core.build"\n'
    '[project]\nname = "demo"\nversion = "1"\n'
)
TREE = {"v.py.in": "", "gen.c": "", "parser.y": "", "demo/__init__.py": ""}


def detected(make_project: Callable[..., Path], text: str) -> tuple[dict[str, BuildOutput], set[str]]:
    """Return the outputs that CMake writes, by path, and the names of all inputs."""
    found = detect(Project(make_project({**TREE, "CMakeLists.txt": text, "pyproject.toml": PYPROJECT})))
    return {item.what: item for item in found.outputs if "CMake" in item.why}, {item.what for item in found.inputs}


@pytest.mark.parametrize(
    ("text", "path", "steady"),
    [
        ("configure_file(v.py.in ${CMAKE_CURRENT_SOURCE_DIR}/demo/v.py)", "demo/v.py", True),
        ("file(CONFIGURE OUTPUT ${PROJECT_SOURCE_DIR}/demo/v.py CONTENT x)", "demo/v.py", True),
        ("file(GENERATE OUTPUT ${CMAKE_SOURCE_DIR}/demo/v.py INPUT v.py.in)", "demo/v.py", True),
        ("file(WRITE demo/v.py x)", "demo/v.py", False),
        ("file(COPY_FILE v.py.in demo/v.py)", "demo/v.py", False),
        ("file(COPY_FILE v.py.in demo/v.py ONLY_IF_DIFFERENT)", "demo/v.py", True),
        ("file(DOWNLOAD https://example.org/v ${CMAKE_SOURCE_DIR}/demo/v.py)", "demo/v.py", False),
        (
            "add_custom_command(OUTPUT ${CMAKE_CURRENT_SOURCE_DIR}/gen.c COMMAND bison DEPENDS parser.y)\nadd_library(x gen.c)",
            "gen.c",
            False,
        ),
        ("add_custom_target(t ALL COMMAND tool BYPRODUCTS ${CMAKE_SOURCE_DIR}/demo/v.py)", "demo/v.py", False),
    ],
)
def test_what_is_written_among_the_sources(
    make_project: Callable[..., Path], text: str, path: str, *, steady: bool
) -> None:
    outputs, inputs = detected(make_project, text)
    assert outputs[path].steady is steady
    assert outputs.keys() == {path}
    assert path not in inputs


@pytest.mark.parametrize(
    "text",
    [
        "configure_file(v.py.in v.py)",
        "configure_file(v.py.in ${CMAKE_CURRENT_BINARY_DIR}/demo/v.py)",
        "file(GENERATE OUTPUT v.py INPUT v.py.in)",
        "add_custom_command(OUTPUT gen.c COMMAND bison DEPENDS parser.y)\nadd_library(x ${CMAKE_CURRENT_BINARY_DIR}/gen.c)",
        "if(WIN32)\nfile(WRITE demo/v.py x)\nendif()",
        "file(WRITE ${FROM_ELSEWHERE}/v.py x)",
        "file(WRITE demo x)",
    ],
)
def test_what_is_not(make_project: Callable[..., Path], text: str) -> None:
    assert not detected(make_project, text)[0]


@pytest.mark.parametrize(
    ("text", "severity"),
    [("file(WRITE demo/v.py x)", "error"), ("configure_file(v.py.in ${PROJECT_SOURCE_DIR}/demo/v.py)", "warning")],
)
def test_a_key_that_matches_it(make_project: Callable[..., Path], text: str, severity: str) -> None:
    keys = '[tool.uv]\ncache-keys = [{ file = "pyproject.toml" }, { file = "demo/*.py" }]\n'
    root = make_project({**TREE, "CMakeLists.txt": text, "pyproject.toml": PYPROJECT + keys})
    found = [finding for finding in analyse(Project(root)).findings if finding.code == "CK301"]
    assert [(finding.subject, finding.severity) for finding in found] == [("demo/v.py", severity)]

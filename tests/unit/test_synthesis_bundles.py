"""The proposed list where a bundled library is read in part: its headers are named together, the project's own as ever."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.analyses import an_input, an_output, analysis_of

from cachekeys.fix.synthesis import complete_keys

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from cachekeys.inputs.model import BuildInput, BuildOutput

    MakeProject = Callable[..., Path]


def _added(root: Path, inputs: list[BuildInput], outputs: list[BuildOutput] | None = None) -> list[str]:
    return [key for key in complete_keys(analysis_of(root, inputs, outputs or [])) if "pyproject.toml" not in key]


def _headers(library: str, groups: int, of_each: int) -> list[str]:
    """Return headers in many directories of a library."""
    return [f"{library}/include/lib/d{group}/h{number}.hpp" for group in range(groups) for number in range(of_each)]


def _tree(*names: str) -> dict[str, str]:
    return {"pyproject.toml": "", **dict.fromkeys(names, "")}


@pytest.mark.parametrize("library", ["third_party/boost", "native/vendor/boost", "3rdparty/boost", "lib/extern/boost"])
def test_headers_of_a_library_become_one_glob(make_project: MakeProject, library: str) -> None:
    every = _headers(library, 15, 8)
    read = [name for name in every if name.endswith("h1.hpp")]  # one of eight in each directory
    root = make_project(_tree(*every, f"{library}/test/t.cpp"))
    found = _added(root, [an_input(name, role="native-source") for name in read])
    assert found == [f'{{ file = "{library}/include/lib/**/*.hpp" }}']


def test_the_projects_own_headers_do_not(make_project: MakeProject) -> None:
    every = _headers("native/own", 15, 8)
    read = [name for name in every if name.endswith("h1.hpp")]
    root = make_project(_tree(*every))
    assert len(_added(root, [an_input(name, role="native-source") for name in read])) == len(read)


def test_sources_of_a_library_do_not(make_project: MakeProject) -> None:
    every = [name.replace(".hpp", ".cpp") for name in _headers("third_party/zlib", 15, 8)]
    read = [name for name in every if name.endswith("h1.cpp")]
    root = make_project(_tree(*every))
    assert len(_added(root, [an_input(name, role="native-source") for name in read])) == len(read)


def test_a_few_headers_are_named(make_project: MakeProject) -> None:
    every = _headers("third_party/boost", 4, 8)
    read = [name for name in every if name.endswith("h1.hpp")]
    root = make_project(_tree(*every))
    found = _added(root, [an_input(name, role="native-source") for name in read])
    assert found == [f'{{ file = "{name}" }}' for name in read]


def test_a_library_into_which_the_build_writes_is_left_alone(make_project: MakeProject) -> None:
    every = _headers("third_party/boost", 15, 8)
    read = [name for name in every if name.endswith("h1.hpp")]
    root = make_project(_tree(*every))
    inputs = [an_input(name, role="native-source") for name in read]
    found = _added(root, inputs, [an_output("third_party/boost/include/lib/config.hpp")])
    assert '{ file = "third_party/boost/include/lib/**/*.hpp" }' not in found

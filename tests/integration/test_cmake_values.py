"""What variables hold: our interpreter against CMake itself, for hundreds of small pieces of its language.

``tests/data/cmake/exact.cmake`` has the pieces whose result we must know exactly, ``open.cmake`` those of which we may say more
than one value or leave a part unknown, as long as CMake's is among what we say. Each piece runs in a function and sets ``R``.
"""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from support.real_cmake import executables, version

from cachekeys.inputs.cmake.interpreter import Interpreter
from cachekeys.inputs.texts import ROOT, UNKNOWN
from cachekeys.project import Project

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.build

DATA = Path(__file__).parent.parent / "data" / "cmake"
EXACT, OPEN = (
    (DATA / name).read_text(encoding="utf-8").strip().split("\n\n") for name in ("exact.cmake", "open.cmake")
)
HEAD = (
    "cmake_minimum_required(VERSION 3.20...3.25)\n"
    'project(demo VERSION 1.2.3 LANGUAGES NONE DESCRIPTION "d e" HOMEPAGE_URL http://x)\n'
)
TREE = {
    **dict.fromkeys(("a.c", "b.c", "src/a.c", "src/b.c", "src/sub/c.c"), "x\n"),
    "pyproject.toml": "",
    "data.json": '{"version":"1.2","list":["a","b.c"],"obj":{"x":1,"y":null,"t":true},"f":1.5}',
    "lines.txt": "# c\na.c\n\nb.c;c.c\n  d\n",
}
RELEASES = [release for release in sorted(executables(), key=version) if version(release) >= (3, 25)]


def said(make_project: Callable[..., Path], pieces: list[str], head: str = HEAD) -> tuple[Path, list[tuple[str, ...]]]:
    """Write a project with *pieces* and return it with the values that we give each result."""
    text = head
    for number, piece in enumerate(pieces):
        text += f"function(f{number})\nset(R)\nunset(R)\n{piece}\n"
        text += f'set(R{number} "${{R}}" CACHE INTERNAL "")\n'
        text += f'file(APPEND ${{CMAKE_BINARY_DIR}}/out.txt "{number}=[==[${{R}}]==]\\n")\nendfunction()\nf{number}()\n'
    root = make_project({**TREE, "CMakeLists.txt": text})
    interpreter = Interpreter(Project(root))
    interpreter.stack.append(("pyproject.toml", 1))
    interpreter.configure(".", {})
    found = [interpreter.cache[f"R{number}"] for number in range(len(pieces))]
    return root, [tuple(option.replace(ROOT, str(root)) for option in value) for value in found]


def real(root: Path, build: Path, release: str) -> list[str]:
    """Return the results that CMake writes down."""
    command = [executables()[release], "-S", str(root), "-B", str(build), "-Wno-dev"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    return re.findall(r"\d+=\[==\[(.*?)\]==\]\n", (build / "out.txt").read_text(encoding="utf-8"), re.DOTALL)


@pytest.mark.parametrize("release", RELEASES or ["none"])
def test_values_are_those_of_cmake(release: str, make_project: Callable[..., Path], tmp_path: Path) -> None:
    if release == "none":
        pytest.skip("there is no CMake that knows all commands")
    root, ours = said(make_project, EXACT)
    theirs = real(root, tmp_path / "out", release)
    assert len(theirs) == len(EXACT) > 200
    differing = {
        piece: (value, text) for piece, value, text in zip(EXACT, ours, theirs, strict=True) if value != (text,)
    }
    assert not differing


@pytest.mark.parametrize("release", RELEASES or ["none"])
def test_what_is_left_open_has_the_value_of_cmake(
    release: str, make_project: Callable[..., Path], tmp_path: Path
) -> None:
    if release == "none":
        pytest.skip("there is no CMake that knows all commands")
    root, ours = said(make_project, OPEN)
    theirs = real(root, tmp_path / "out", release)
    missing = {
        piece: (value, text)
        for piece, value, text in zip(OPEN, ours, theirs, strict=True)
        if not any(re.fullmatch(".*".join(map(re.escape, option.split(UNKNOWN))), text, re.DOTALL) for option in value)
    }
    assert not missing


POLICIES = [
    'set(A{n} ON)\noption(A{n} "" OFF)\nset(R "${{A{n}}}")',
    'set(B{n} n)\nset(B{n} c CACHE STRING "")\nset(R "${{B{n}}}")',
    'set(C{n} n)\nset(C{n} c CACHE STRING "" FORCE)\nset(R "${{C{n}}}")',
    'set(D{n} c CACHE STRING "")\nset(D{n} n)\nset(D{n} d CACHE STRING "")\nset(R "${{D{n}}}")',
    'set(E{n} c CACHE BOOL "")\nset(E{n} ON)\noption(E{n} "" OFF)\nset(R "${{E{n}}}")',
    'cmake_policy(SET CMP0077 NEW)\nset(F{n} ON)\noption(F{n} "" OFF)\nset(R "${{F{n}}}")',
    'set(CMAKE_POLICY_DEFAULT_CMP0126 NEW)\ncmake_minimum_required(VERSION 3.5)\nset(G{n} n)\nset(G{n} c CACHE STRING "")\nset(R "${{G{n}}}")',
]


@pytest.mark.parametrize("asked", ["3.5", "3.5...3.13", "3.12", "3.20", "3.21"])
@pytest.mark.parametrize("release", RELEASES or ["none"])
def test_the_version_that_is_asked_for_decides_whether_the_cache_hides_a_variable(
    release: str, asked: str, make_project: Callable[..., Path], tmp_path: Path
) -> None:
    if release == "none":
        pytest.skip("there is no CMake that knows all commands")
    head = f"cmake_minimum_required(VERSION {asked})\nproject(demo LANGUAGES NONE)\n"
    pieces = [piece.format(n=number) for number, piece in enumerate(POLICIES)]
    root, ours = said(make_project, pieces, head)
    assert ours == [(text,) for text in real(root, tmp_path / "out", release)]

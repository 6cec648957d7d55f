"""Native fixtures really build, and what the compilers then say that they read is what we found without building.

The compilers are asked, not us: gcc lists the files of each compilation in ``$DEPENDENCIES_OUTPUT``, ninja keeps them in its
log.
"""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest
from support.builds import git_init
from support.detecting import inputs_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from support.builds import BuildEnvironment

pytestmark = [
    pytest.mark.build,
    pytest.mark.skipif(shutil.which("gcc") is None, reason="needs gcc and its dependency output"),
]


def inside(root: Path, words: Iterable[str]) -> set[str]:
    """Return those of *words* that name source files of the project, not products of the build."""
    paths = {(root / word).resolve() for word in words}
    names = {path.relative_to(root).as_posix() for path in paths if path.is_relative_to(root) and path.is_file()}
    return {name for name in names if not name.startswith("build/")}


def native_inputs(root: Path) -> set[str]:
    """Return the files that we say are compiled."""
    return {item.what for item in inputs_of(root).inputs if item.role == "native-source" and item.kind == "file"}


CASES = {
    "c-extension": ("import stats; print(stats.mean([1, 2, 6]), stats.version)", "3.0 0.3.1", set[str]()),
    "cython-ext": (
        "import fastgrid; print(fastgrid.total([[1, 2], [3, 4]]), fastgrid.cells(2, 3))",
        "10.0 6",
        {"src/fastgrid/grid.c", "src/fastgrid/shape.c"},
    ),
}
"""For each fixture: a statement to run once it is installed, what it prints, and sources that the build itself makes."""


@pytest.mark.parametrize("fixture", CASES)
def test_extensions_of_setuptools(
    copy_fixture: Callable[..., Path], build_environment: BuildEnvironment, tmp_path: Path, fixture: str
) -> None:
    statement, expected, made = CASES[fixture]
    project = copy_fixture(fixture)
    before = native_inputs(project)
    read = tmp_path / "read"
    build_environment.build("pip", project, tmp_path / "out", environ={"DEPENDENCIES_OUTPUT": str(read)})
    compiled = inside(project, read.read_text(encoding="utf-8").replace("\\\n", " ").replace(":", " ").split())
    assert compiled >= made
    assert compiled - made <= before
    assert {name for name in before - compiled if not name.endswith((".pyx", ".pxd", ".pxi"))} == set()
    here = build_environment.layer(tmp_path / "environment")
    (wheel,) = (tmp_path / "out").glob("*.whl")
    here.run("python", "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", wheel)
    assert here.run("python", "-c", statement, cwd=tmp_path).output.strip() == expected


@pytest.mark.parametrize("device", ["cpu", "accel", "empty"])
def test_the_project_in_vllms_shape(
    copy_fixture: Callable[..., Path], build_environment: BuildEnvironment, tmp_path: Path, device: str
) -> None:
    if shutil.which("cmake", path=build_environment.environ()["PATH"]) is None:
        pytest.skip("needs cmake")
    project = copy_fixture("vllm-style")
    git_init(project, "v1.2.0")
    before = native_inputs(project)
    environ = {"TENSOR_OPS_TARGET_DEVICE": device, "TENSOR_OPS_CPU_WIDE_SUMS": "1"}
    build_environment.build("pip", project, tmp_path / "out", environ=environ)
    (wheel,) = (tmp_path / "out").glob("tensor_ops-1.2.0*.whl")
    for place in project.glob("build/temp.*"):
        done = subprocess.run(["ninja", "-t", "deps"], cwd=place, capture_output=True, text=True, check=True)
        lines = [line.strip() for line in done.stdout.splitlines() if line.startswith(" ")]
        compiled = inside(project, [str((place / line).resolve()) for line in lines])
        made = {name for name in compiled if name.startswith("csrc/accel/kernel_")}
        assert compiled - made <= before
        assert len(compiled) >= 6
    here = build_environment.layer(tmp_path / "environment")
    here.run("python", "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", wheel)
    statement = "import tensor_ops; print(tensor_ops.device, tensor_ops.row_sum([1, 2.5]))"
    assert here.run("python", "-c", statement, cwd=tmp_path).output.strip() == f"{device} 3.5"

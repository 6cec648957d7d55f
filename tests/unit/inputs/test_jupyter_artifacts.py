"""What the JavaScript build of a JupyterLab extension makes is no input, although hatchling copies it into the wheel."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest
from support.detecting import outputs

from cachekeys import check

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

HEAD = (
    '[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n[project]\nname = "demo"\nversion = "1"\n'
    '[tool.hatch.build.targets.wheel.shared-data]\n"demo/labextension" = "share/jupyter/labextensions/demo"\n'
)
HOOK = (
    '[tool.hatch.build.hooks.jupyter-builder]\nbuild-function = "hatch_jupyter_builder.npm_builder"\n'
    'ensured-targets = ["demo/labextension/package.json"]\n'
)
MADE = {"demo/labextension/package.json": "{}", "demo/labextension/static/1.0ab3f.js": ""}
SOURCES = {"demo/__init__.py": "", "package.json": "{}"}


def _gaps(root: Path) -> set[str]:
    return {finding.message for finding in check(root) if finding.code == "CK103"}


def _commit(root: Path, *ignored: str) -> None:
    (root / ".gitignore").write_text("".join(f"{name}\n" for name in ignored))
    for command in (["init", "-q"], ["add", "-A"]):
        subprocess.run(["git", *command], cwd=root, check=True)


@pytest.mark.parametrize(
    ("option", "pattern", "expected"),
    [
        ("build.targets.sdist", "demo/labextension", "demo/labextension/**/*"),
        ("build", "/demo/labextension/", "demo/labextension/**/*"),
        ("build.targets.wheel", "labextension", "**/labextension/**/*"),
        ("build", "demo/*/static", "demo/*/static/**/*"),
    ],
)
def test_artifacts_that_git_does_not_know(
    make_project: Callable[..., Path], option: str, pattern: str, expected: str
) -> None:
    table = f'[tool.hatch.{option}]\nartifacts = ["{pattern}", "!demo/other"]\n'
    root = make_project({"pyproject.toml": HEAD + HOOK + table, **SOURCES, **MADE})
    _commit(root, "labextension")
    assert expected in outputs(root)
    assert not any("static" in message for message in _gaps(root))


def test_artifacts_that_somebody_keeps(make_project: Callable[..., Path]) -> None:
    table = '[tool.hatch.build]\nartifacts = ["demo/labextension", "demo/not/there"]\n'
    root = make_project({"pyproject.toml": HEAD + HOOK + table, **SOURCES, **MADE})
    _commit(root)
    assert outputs(root) == {"demo/labextension/package.json"}
    assert any("static" in message for message in _gaps(root))


@pytest.mark.parametrize(("pattern", "made"), [("demo/labextension", True), ("demo/templates", False)])
def test_without_git_the_ensured_targets_tell(make_project: Callable[..., Path], pattern: str, *, made: bool) -> None:
    table = f'[tool.hatch.build]\nartifacts = ["{pattern}"]\n'
    root = make_project({"pyproject.toml": HEAD + HOOK + table, "demo/templates/a.html": "", **SOURCES, **MADE})
    assert (f"{pattern}/**/*" in outputs(root)) is made


def test_without_the_hook_they_are_inputs(make_project: Callable[..., Path]) -> None:
    table = '[tool.hatch.build]\nartifacts = ["demo/labextension"]\n'
    root = make_project({"pyproject.toml": HEAD + table, **SOURCES, **MADE})
    _commit(root, "labextension")
    assert outputs(root) == set()
    assert any("static" in message for message in _gaps(root))


@pytest.mark.parametrize("git", [(), ("labextension",), None])
def test_a_shared_directory_that_the_build_fills(
    make_project: Callable[..., Path], git: tuple[str, ...] | None
) -> None:
    """Without git (an unpacked sdist), and where git ignores it; not where git tracks it."""
    root = make_project({"pyproject.toml": HEAD + HOOK, **SOURCES, **MADE})
    if git is not None:
        _commit(root, *git)
    made = git != ()
    assert ("demo/labextension/**/*" in outputs(root)) is made
    assert any("static" in message for message in _gaps(root)) is not made


def test_a_shared_directory_with_modules_or_without_a_target(make_project: Callable[..., Path]) -> None:
    files = {**SOURCES, **MADE, "demo/labextension/hook.py": ""}
    assert outputs(make_project({"pyproject.toml": HEAD + HOOK, **files})) == {"demo/labextension/package.json"}
    other = HEAD.replace("demo/labextension", "demo/share")
    files = {**SOURCES, **MADE, "demo/share/a.json": ""}
    assert "demo/share/**/*" not in outputs(make_project({"pyproject.toml": other + HOOK, **files}, "other"))

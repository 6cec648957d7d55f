"""Whole output of the command line against files: how it reads is part of what it does.

Each case is a file ``NAME.txt`` beside this module: the command, what it printed, and the exit code. After a deliberate change
run with ``CACHEKEYS_UPDATE_GOLDEN=1`` and read the difference before committing it.
"""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from support.command_line import in_process

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

GOLDEN = Path(__file__).parent
FIXTURES = sorted(path.name for path in (GOLDEN.parents[1] / "fixtures").iterdir() if path.is_dir())

SETUPTOOLS = '[build-system]\nrequires = ["setuptools"]\nbuild-backend = "setuptools.build_meta"\n'

NATIVE = {
    "pyproject.toml": '[build-system]\nrequires = ["setuptools", "setuptools-scm"]\nbuild-backend = "setuptools.build_meta"\n\n'
    '[project]\nname = "native"\ndynamic = ["version", "dependencies"]\n\n[tool.setuptools_scm]\n',
    "setup.py": """
        import os
        from setuptools import Extension, setup

        DEVICE = os.environ.get("NATIVE_DEVICE", "cpu")
        sources = ["csrc/bind.c", f"csrc/{DEVICE}.c", "csrc/util/hash.c", "csrc/util/pool.c"]

        with open("requirements/common.txt") as file:
            requirements = file.read().splitlines()

        setup(
            ext_modules=[Extension("native._core", sources, depends=["csrc/native.h"])],
            install_requires=requirements,
        )
    """,
    "csrc/bind.c": '#include "native.h"\n',
    "csrc/cpu.c": '#include "native.h"\n',
    "csrc/cuda.c": "",
    "csrc/native.h": "",
    "csrc/util/hash.c": '#include "hash.h"\n',
    "csrc/util/hash.h": "",
    "csrc/util/pool.c": "",
    "requirements/common.txt": "idna\n",
}
KEYS = """
    [build-system]
    requires = ["hatchling"]
    build-backend = "hatchling.build"

    [project]
    name = "keys"
    version = "1"

    [tool.uv]
    cache-keys = [
        "csrc",
        { file = "src/*.c" },
        { file = "rust/Cargo.toml" },
        { env = "KEYS_MODE" },
        { dir = "nowhere" },
    ]
"""
PROJECTS: Mapping[str, Mapping[str, str]] = {
    "native": NATIVE,
    "native-with-commit-key": {
        **NATIVE,
        "pyproject.toml": NATIVE["pyproject.toml"]
        + '\n[tool.uv]\ncache-keys = ["pyproject.toml", "setup.py", { git = true }]\n',
    },
    "keys": {"pyproject.toml": KEYS, "csrc/a.c": "", "src/b.c": "", "src/deep/c.c": ""},
    "refused-keys": {
        "pyproject.toml": SETUPTOOLS + "[tool.uv]\ncache-keys = [{ file = 'a', git = true }, { tag = 'x' }, '[a']\n"
    },
    "settings": {"pyproject.toml": SETUPTOOLS + "[tool.cachekeys]\nselct = ['CK1']\nmode = 'weel'\n"},
    "syntax": {"pyproject.toml": "[project\nname = 'x'\n"},
    "workspace": {
        "pyproject.toml": "[tool.uv.workspace]\nmembers = ['packages/*']\n",
        "packages/good/pyproject.toml": SETUPTOOLS + "[project]\nname = 'good'\nversion = '1'\n",
        "packages/gap/pyproject.toml": SETUPTOOLS
        + "[project]\nname = 'gap'\ndynamic = ['version']\n[tool.setuptools.dynamic]\nversion = { file = 'VERSION' }\n",
        "packages/gap/VERSION": "1\n",
        "packages/bad/pyproject.toml": "[project\n",
    },
}
COMMANDS = {
    "native": ["check", "inputs", "explain"],
    "native-with-commit-key": ["check", "inputs", "explain"],
    "keys": ["check", "explain"],
    "refused-keys": ["check", "cache-info", "explain"],
    "settings": ["check"],
    "syntax": ["check", "explain"],
    "workspace": ["check"],
}
CASES = [(project, command) for project, commands in COMMANDS.items() for command in commands]


def put_under_git(root: Path) -> None:
    """Commit everything, always as the same commit."""
    environ = {
        **os.environ,
        **{f"GIT_{who}_{what}": value for who in ("AUTHOR", "COMMITTER") for what, value in FIXED.items()},
        "GIT_CONFIG_GLOBAL": os.devnull,
    }
    for arguments in (["init", "-q", "-b", "main"], ["add", "-A"], ["commit", "-qm", "1"], ["tag", "v1.0"]):
        subprocess.run(["git", *arguments], cwd=root, env=environ, check=True)


FIXED = {"NAME": "n", "EMAIL": "e", "DATE": "2026-01-01T00:00:00Z"}


def normalised(text: str, root: Path) -> str:
    """Return *text* without what differs from machine to machine."""
    text = text.replace(str(root), "PROJECT")
    text = re.sub(r"\b[0-9a-f]{40}\b", "COMMIT", text)
    text = re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}", "TIME", text)
    # Which of several files is the newest depends on the clock of the file system.
    return re.sub(r"newest( of all:)? [^,\n]*, TIME", r"newest\1 FILE, TIME", text)


def compare(name: str, root: Path, *arguments: str) -> None:
    answer = in_process(root, *arguments)
    shown = f"$ cachekeys {' '.join(arguments)}\n{answer.out}"
    shown += f"\n--- standard error\n{answer.err}" * bool(answer.err)
    shown = normalised(f"{shown}\n--- exit code {answer.code}\n", root)
    expected = GOLDEN / f"{name}.txt"
    if os.environ.get("CACHEKEYS_UPDATE_GOLDEN"):
        expected.write_text(shown, encoding="utf-8")
    assert expected.exists(), f"no {expected.name}: run with CACHEKEYS_UPDATE_GOLDEN=1"
    assert shown == expected.read_text(encoding="utf-8")


@pytest.mark.parametrize(("project", "command"), CASES)
def test_made_project(make_project: Callable[..., Path], project: str, command: str) -> None:
    root = make_project(PROJECTS[project])
    if project.startswith("native"):
        put_under_git(root)
    compare(f"{project}.{command}", root, command)


@pytest.mark.parametrize("fixture", FIXTURES)
def test_fixture(copy_fixture: Callable[[str], Path], fixture: str) -> None:
    root = copy_fixture(fixture)
    put_under_git(root)
    compare(f"fixture-{fixture}", root, "check")


def test_help(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    answer = in_process(tmp_path, "--help")
    assert answer.code == 0
    for command in ("check", "inputs", "explain", "cache-info", "rule"):
        assert f"\n    {command}" in answer.out
        helped = in_process(tmp_path, command, "--help")
        assert helped.code == 0
        assert helped.out.startswith(f"usage: cachekeys {command} ")


def test_every_golden_file_is_used() -> None:
    used = {f"{project}.{command}" for project, command in CASES} | {f"fixture-{name}" for name in FIXTURES}
    assert {path.stem for path in GOLDEN.glob("*.txt")} == used

"""The detectors' claims put to the real tools: what they call an input changes the metadata, what they leave out does not.

Each case is a small project. It is prepared twice by its own back end, with one change in between, and the change is one
that the detectors either list or do not list. Tools that are not installed are skipped.
"""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from dataclasses import dataclass, field
from importlib.util import find_spec
from typing import TYPE_CHECKING

import pytest
from support.builds import git, git_init
from support.detecting import found, optional, outputs

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

pytestmark = pytest.mark.build

PREPARE = """
import importlib, os, sys, tempfile, warnings
warnings.simplefilter("ignore")
backend = importlib.import_module(sys.argv[1])
place = tempfile.mkdtemp()
name = backend.prepare_metadata_for_build_wheel(place)
with open(os.path.join(place, name, "METADATA"), encoding="utf-8") as file:
    print("@@@" + file.read())
"""
BUILD = """
import importlib, sys, warnings
warnings.simplefilter("ignore")
print("@@@" + getattr(importlib.import_module(sys.argv[1]), sys.argv[2])(sys.argv[3]))
"""


def call(program: str, root: Path, *arguments: str, environ: Mapping[str, str] | None = None) -> str:
    """Run *program* in *root* with a back end of this environment; return what it prints after the mark."""
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments],
        cwd=root,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1", **(environ or {})},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.partition("@@@")[2].strip()


@dataclass(frozen=True)
class Case:
    """``system``: the requirement and back end. ``change``: a file to rewrite, ``tag``, ``commit`` or ``$NAME``."""

    tools: tuple[str, ...]
    backend: str
    text: str
    change: str
    claimed: str | None
    files: Mapping[str, str] = field(default_factory=dict)
    dynamic: str = '"version"'
    other: str = 'description = "d"'

    def pyproject(self) -> str:
        requires = ", ".join(f'"{tool.replace("_", "-")}"' for tool in self.tools)
        version = "" if '"version"' in self.dynamic else 'version = "1"\n'
        return (
            f'[build-system]\nrequires = [{requires}]\nbuild-backend = "{self.backend}"\n[project]\nname = "demo"\n'
            f"{version}{self.other}\ndynamic = [{self.dynamic}]\n{self.text}\n"
        )


MODULE = {"demo.py": '"""Doc."""\n__version__ = "0.1"\n', ".gitignore": "*.egg-info\nbuild\n_version.py\n"}
SETUPTOOLS = {"tools": ("setuptools",), "backend": "setuptools.build_meta"}
SCM = {"tools": ("setuptools", "setuptools_scm"), "backend": "setuptools.build_meta"}
HATCH = {"tools": ("hatchling",), "backend": "hatchling.build"}
VCS = {"tools": ("hatchling", "hatch_vcs"), "backend": "hatchling.build"}
REQUIREMENTS = {
    "tools": ("hatchling", "hatch_requirements_txt"),
    "backend": "hatchling.build",
    "dynamic": '"dependencies"',
}
HOOK = "[tool.hatch.metadata.hooks.requirements_txt]\n"
ONLY = '[tool.hatch.build.targets.wheel]\nonly-include = ["demo.py"]\n'
FILES = {"requirements.txt": "-r base.txt\na\n", "base.txt": "b\n"}
PRETEND = "$SETUPTOOLS_SCM_PRETEND_VERSION"
POETRY = '[tool.poetry]\nversion = "0.0.0"\n'


def case(given: Mapping[str, object], **fields: object) -> Case:
    """Return a case with *fields* over what is *given*."""
    return Case(**{**given, **fields})  # type: ignore[arg-type]


CASES = {
    "setuptools-scm": case(SCM, text="[tool.setuptools_scm]", change="tag", claimed="git tags"),
    "setuptools-scm, commit": case(SCM, text="[tool.setuptools_scm]", change="commit", claimed="git commit"),
    "setuptools-scm, pretend": case(SCM, text="[tool.setuptools_scm]", change=PRETEND, claimed=f"env {PRETEND[1:]}"),
    "setuptools-scm, pretend for": case(
        SCM, text="[tool.setuptools_scm]", change=f"{PRETEND}_FOR_DEMO", claimed=f"env {PRETEND[1:]}_FOR_DEMO"
    ),
    "setuptools-scm, table with a dash": case(SCM, text="[tool.setuptools-scm]", change="tag", claimed=None),
    "setuptools-scm, no table": case(SCM, text="", change="tag", claimed=None),
    "setuptools-scm, vcs-versioning": case(SCM, text="[tool.vcs-versioning]", change="tag", claimed="git tags"),
    "setuptools-scm, static": case(
        SCM,
        text="[tool.setuptools_scm]",
        change="tag",
        claimed=None,
        dynamic='"readme"',
        files={"setup.cfg": "[metadata]\nlong_description = x\n"},
    ),
    "setuptools-scm, attr wins": case(
        SCM,
        text='[tool.setuptools_scm]\n[tool.setuptools.dynamic]\nversion = { attr = "demo.__version__" }',
        change="tag",
        claimed=None,
    ),
    "hatch-vcs": case(VCS, text=f'{ONLY}[tool.hatch.version]\nsource = "vcs"', change="tag", claimed="git tags"),
    "hatch-vcs, pretend": case(
        VCS, text=f'{ONLY}[tool.hatch.version]\nsource = "vcs"', change=PRETEND, claimed=f"env {PRETEND[1:]}"
    ),
    "hatch-vcs, pretend for": case(
        VCS, text=f'{ONLY}[tool.hatch.version]\nsource = "vcs"', change=f"{PRETEND}_FOR_DEMO", claimed=None
    ),
    "hatch-vcs, unused": case(VCS, text=f'{ONLY}[tool.hatch.version]\npath = "demo.py"', change="tag", claimed=None),
    "hatch, path": case(
        HATCH, text=f'{ONLY}[tool.hatch.version]\npath = "demo.py"', change="demo.py", claimed="file demo.py"
    ),
    "hatch, env": case(
        HATCH,
        text=f'{ONLY}[tool.hatch.version]\nsource = "env"\nvariable = "DEMO_V"',
        change="$DEMO_V",
        claimed="env DEMO_V",
    ),
    "hatch, code": case(
        HATCH,
        text=f'{ONLY}[tool.hatch.version]\nsource = "code"\npath = "v.py"\nsearch-paths = ["lib"]\nexpression = "V"',
        change="lib/part.py",
        claimed="file lib/part.py",
        files={"v.py": "from part import __version__ as V\n", "lib/part.py": "__version__ = '0.2'\n"},
    ),
    "hatch.toml": case(
        HATCH,
        text=f'{ONLY}[tool.hatch.version]\npath = "demo.py"',
        change="other.py",
        claimed="file other.py",
        files={"hatch.toml": '[version]\npath = "other.py"\n', "other.py": "__version__ = '0.3'\n"},
    ),
    "hatch, variable in a dependency": case(
        HATCH,
        text=ONLY,
        change="$DEMO_V",
        claimed="env DEMO_V",
        dynamic='"x"',
        other='dependencies = ["a=={env:DEMO_V:1}"]\ndescription="d"',
    ),
    "hatch, custom metadata hook": case(
        HATCH,
        text=f"{ONLY}[tool.hatch.metadata.hooks.custom]",
        change="deps.txt",
        claimed="file deps.txt",
        dynamic='"dependencies"',
        files={
            "hatch_build.py": "from hatchling.metadata.plugin.interface import MetadataHookInterface\n"
            "class H(MetadataHookInterface):\n    def update(self, metadata):\n"
            "        metadata['dependencies'] = open('deps.txt').read().split()\n",
            "deps.txt": "a\n",
        },
    ),
    "hatch-requirements-txt": case(
        REQUIREMENTS,
        text=f'{ONLY}{HOOK}files = ["requirements.txt"]',
        change="requirements.txt",
        claimed="file requirements.txt",
        files=FILES,
    ),
    "hatch-requirements-txt, default": case(
        REQUIREMENTS, text=ONLY + HOOK, change="requirements.txt", claimed="file requirements.txt", files=FILES
    ),
    "hatch-requirements-txt, -r": case(REQUIREMENTS, text=ONLY + HOOK, change="base.txt", claimed=None, files=FILES),
    "setuptools, requirements": case(
        SETUPTOOLS,
        text='[tool.setuptools.dynamic]\ndependencies = { file = "more.txt" }',
        change="more.txt",
        claimed="file more.txt",
        dynamic='"dependencies"',
        files={"more.txt": "a\n"},
    ),
    "setuptools, attr through an import": case(
        SETUPTOOLS,
        text='[tool.setuptools]\npackages = ["pkg"]\n[tool.setuptools.dynamic]\nversion = { attr = "pkg.__version__" }',
        change="pkg/v.py",
        claimed="file pkg/v.py",
        files={"pkg/__init__.py": "from .v import __version__\n", "pkg/v.py": "__version__ = '0.4'\n"},
    ),
    "setuptools, setup.cfg": case(
        SETUPTOOLS,
        text="[tool.x]",
        change="more.txt",
        claimed="file more.txt",
        files={"setup.cfg": "[options.extras_require]\nx = file: more.txt\n", "more.txt": "a\n"},
        dynamic='"optional-dependencies"',
    ),
    "fancy readme": case(
        {"tools": ("hatchling", "hatch_fancy_pypi_readme"), "backend": "hatchling.build"},
        text=f'{ONLY}[tool.hatch.metadata.hooks.fancy-pypi-readme]\ncontent-type = "text/markdown"\n'
        '[[tool.hatch.metadata.hooks.fancy-pypi-readme.fragments]]\npath = "CHANGES.md"',
        change="CHANGES.md",
        claimed="file CHANGES.md",
        dynamic='"readme"',
        files={"CHANGES.md": "one\n"},
    ),
    "hatch-odoo": case(
        {"tools": ("hatchling", "hatch_odoo"), "backend": "hatchling.build", "dynamic": '"dependencies"'},
        text=f'{ONLY}[tool.hatch.metadata.hooks.odoo-addons-dependencies]\n[tool.hatch-odoo]\naddons_dirs = ["addons"]',
        change="addons/a/__manifest__.py",
        claimed="files addons/*/__manifest__.py",
        files={
            "addons/a/__init__.py": "",
            "addons/a/__manifest__.py": "{'name': 'a', 'version': '16.0.1.0.0', 'depends': ['sale']}\n",
        },
    ),
    "flit": case(
        {"tools": ("flit_core",), "backend": "flit_core.buildapi"}, text="", change="demo.py", claimed="file demo.py"
    ),
    "versioningit": case(
        {"tools": ("setuptools", "versioningit"), "backend": "setuptools.build_meta"},
        text="[tool.versioningit]",
        change="tag",
        claimed="git tags",
    ),
    "setuptools-git-versioning": case(
        {"tools": ("setuptools", "setuptools_git_versioning"), "backend": "setuptools.build_meta"},
        text="[tool.setuptools-git-versioning]\nenabled = true",
        change="tag",
        claimed="git tags",
    ),
    "setuptools-git-versioning, empty table": case(
        {"tools": ("setuptools", "setuptools_git_versioning"), "backend": "setuptools.build_meta"},
        text="[tool.setuptools-git-versioning]",
        change="tag",
        claimed=None,
    ),
    "uv-dynamic-versioning": case(
        {"tools": ("hatchling", "uv_dynamic_versioning"), "backend": "hatchling.build"},
        text=f'{ONLY}[tool.hatch.version]\nsource = "uv-dynamic-versioning"',
        change="tag",
        claimed="git tags",
    ),
    "pdm, scm": case(
        {"tools": ("pdm.backend",), "backend": "pdm.backend"},
        text='[tool.pdm.version]\nsource = "scm"',
        change="tag",
        claimed="git tags",
    ),
    "pdm, variable": case(
        {"tools": ("pdm.backend",), "backend": "pdm.backend"},
        text='[tool.pdm.version]\nsource = "scm"',
        change="$PDM_BUILD_SCM_VERSION",
        claimed="env PDM_BUILD_SCM_VERSION",
    ),
    "pbr": case(
        {"tools": ("setuptools", "pbr"), "backend": "pbr.build"},
        text="",
        change="tag",
        claimed="git tags",
        files={"requirements.txt": "a\n"},
    ),
    "pbr, -r": case(
        {"tools": ("setuptools", "pbr"), "backend": "pbr.build"},
        text="",
        change="base.txt",
        claimed="file base.txt",
        dynamic='"version", "dependencies"',
        files=FILES,
    ),
    "poetry-dynamic-versioning": case(
        {"tools": ("poetry.core", "poetry_dynamic_versioning"), "backend": "poetry_dynamic_versioning.backend"},
        text=f"{POETRY}[tool.poetry-dynamic-versioning]\nenable = true",
        change="tag",
        claimed="git tags",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_change_of_what_is_claimed_and_of_nothing_else_is_seen(make_project: Callable[..., Path], name: str) -> None:
    it = CASES[name]
    for tool in it.tools:
        if not _is_installed(tool):
            pytest.skip(f"{tool} is not installed")
    root = make_project({"pyproject.toml": it.pyproject(), **MODULE, **it.files})
    git_init(root, "v0.5.0")
    environ = {"DEMO_V": "1.1"}
    claims = found(root) | optional(root)
    before = call(PREPARE, root, it.backend, environ=environ)
    if it.change == "tag":
        git(root, "commit", "--quiet", "--allow-empty", "-m", "two")
        git(root, "tag", "v7.0.0")
    elif it.change == "commit":
        git(root, "commit", "--quiet", "--allow-empty", "-m", "two")
    elif it.change.startswith("$"):
        environ[it.change[1:]] = "8.8"
    else:
        text = (root / it.change).read_text(encoding="utf-8")
        changed = text.replace("'0.", "'9.").replace('"0.', '"9.').replace("sale", "crm_x").replace("one", "two")
        (root / it.change).write_text(changed if changed != text else f"{text}zzz\n", encoding="utf-8")
    after = call(PREPARE, root, it.backend, environ=environ)
    if it.claimed is None:
        assert after == before
        assert _name_of(it.change) not in claims
    else:
        assert after != before
        assert it.claimed in claims


def _name_of(change: str) -> str:
    if change.startswith("$"):
        return f"env {change[1:]}"
    return {"tag": "git tags", "commit": "git commit"}.get(change, f"file {change}")


@pytest.mark.parametrize("hook", ["build_wheel", "build_editable"])
def test_forced_files_are_copied_into_either_wheel(
    make_project: Callable[..., Path], tmp_path: Path, hook: str
) -> None:
    text = HATCH_INCLUDE if _is_installed("hatchling") else pytest.skip("hatchling is not installed")
    root = make_project({"pyproject.toml": text, "demo.py": "", "data/x.json": "{}", "etc/y.conf": ""})
    wheel = call(BUILD, root, "hatchling.build", hook, str(tmp_path))
    names = set(zipfile.ZipFile(tmp_path / wheel).namelist())
    assert {"demo_data/x.json", "demo-1.data/data/etc/y.conf"} <= names
    assert found(root) == {"file data/x.json", "files etc/**/*"}


HATCH_INCLUDE = """
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"
[project]
name = "demo"
version = "1"
[tool.hatch.build.targets.wheel]
only-include = ["demo.py"]
[tool.hatch.build.targets.wheel.force-include]
"data/x.json" = "demo_data/x.json"
[tool.hatch.build.targets.wheel.shared-data]
"etc" = "etc"
"""


@pytest.mark.parametrize(
    ("tools", "backend", "settings"),
    [
        (
            ("setuptools", "setuptools_scm"),
            "setuptools.build_meta",
            ('[tool.setuptools_scm]\nversion_file = "_version.py"', "_version.py"),
        ),
        (
            ("setuptools", "setuptools_scm"),
            "setuptools.build_meta",
            ('[tool.setuptools_scm]\nwrite_to = "v/_version.py"', "v/_version.py"),
        ),
        (
            ("hatchling", "hatch_vcs"),
            "hatchling.build",
            (
                f'{ONLY}[tool.hatch.version]\nsource = "vcs"\n[tool.hatch.build.hooks.vcs]\nversion-file = "_version.py"',
                "_version.py",
            ),
        ),
        (
            ("setuptools", "versioningit"),
            "setuptools.build_meta",
            ('[tool.versioningit]\nwrite = { file = "_version.py" }', "_version.py"),
        ),
        (
            ("poetry.core", "poetry_dynamic_versioning"),
            "poetry_dynamic_versioning.backend",
            (f"{POETRY}[tool.poetry-dynamic-versioning]\nenable = true", "pyproject.toml"),
        ),
    ],
)
def test_what_is_called_an_output_is_written(
    make_project: Callable[..., Path], tmp_path: Path, tools: tuple[str, ...], backend: str, settings: tuple[str, str]
) -> None:
    text, written = settings
    for tool in tools:
        if not _is_installed(tool):
            pytest.skip(f"{tool} is not installed")
    root = make_project({"pyproject.toml": Case(tools, backend, text, "", None).pyproject(), **MODULE, "v/x": ""})
    git_init(root, "v0.5.0")
    before = (root / written).stat().st_mtime_ns if (root / written).exists() else None
    call(BUILD, root, backend, "build_editable", str(tmp_path))
    assert (root / written).stat().st_mtime_ns != before
    assert outputs(root) == {written}


def _is_installed(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:  # the package of a dotted name
        return False

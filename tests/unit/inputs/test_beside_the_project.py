"""A member of a monorepo takes files from beside or above itself: they are inputs like its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.detecting import found, unresolved

from cachekeys import check
from cachekeys.inputs.texts import ROOT, normalised, parent
from cachekeys.project import Project

if TYPE_CHECKING:
    from pathlib import Path

HATCH = (
    '[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n[project]\nname = "demo"\nversion = "1"\n'
    'dynamic = ["dependencies"]\n[tool.hatch.metadata.hooks.custom]\n'
)
SETUPTOOLS = '[build-system]\nrequires = ["setuptools"]\nbuild-backend = "setuptools.build_meta"\n'
IMPORTS = "import glob, os, runpy, shutil, subprocess, sys\nfrom pathlib import Path\nfrom setuptools import Extension, setup\n"


def _monorepo(top: Path, files: dict[str, str]) -> Path:
    shared = {
        "pins.json": "{}",
        "shared/a.txt": "a\n",
        "shared/deep/b.txt": "b\n",
        "shared/c.c": "",
        "release.py": "V = 1\n",
    }
    for name, text in {**shared, **{f"packages/demo/{name}": text for name, text in files.items()}}.items():
        (top / name).parent.mkdir(parents=True, exist_ok=True)
        (top / name).write_text(text)
    return top / "packages/demo"


@pytest.mark.parametrize("script", ["hatch_build.py", "../../tools/meta.py"])
@pytest.mark.parametrize(
    "name",
    [
        "os.path.join(os.path.dirname(os.path.dirname(self.root)), 'pins.json')",
        "os.path.join(os.path.split(os.path.split(os.path.abspath(self.root))[0])[0], 'pins.json')",
        "os.path.normpath(os.path.join(self.root, '..', '..', 'pins.json'))",
        "os.path.realpath(self.root + '/../../pins.json')",
        "Path(self.root).parent.parent / 'pins.json'",
        "Path(self.root).resolve().parents[1] / 'pins.json'",
        "Path(self.root, '../..').resolve() / 'pins.json'",
        "(Path(self.root) / '..').resolve().parent / 'pins.json'",
        "Path('../src').resolve().parent.parent / 'pins.json'",
        "Path.cwd().parent.with_name('pins.json')",
        "next(p for p in Path(self.root).parents if (p / 'pins.json').exists()) / 'pins.json'",
    ],
)
def test_a_hook_looks_above(tmp_path: Path, script: str, name: str) -> None:
    code = (
        "import os\nfrom pathlib import Path\nfrom hatchling.metadata.plugin.interface import MetadataHookInterface\n"
        f"class Hook(MetadataHookInterface):\n    def update(self, metadata):\n        open({name})\n"
    )
    root = _monorepo(tmp_path, {"pyproject.toml": f'{HATCH}path = "{script}"\n', script: code, "pins.json": ""})
    assert found(root) == {f"file {script}", "file ../../pins.json"}
    assert unresolved(root) == []


@pytest.mark.parametrize(
    ("argument", "expected"),
    [
        ("version=open(TOP / 'pins.json').read()", {"file ../../pins.json"}),
        ("version=runpy.run_path(str(TOP / 'release.py'))['V']", {"file ../../release.py"}),
        ("version=__import__('release').V", {"file ../../release.py"}),
        (
            "install_requires=[open(p).read() for p in sorted((TOP / 'shared').rglob('*.txt'))]",
            {"files ../../shared/**/*.txt", "file ../../shared/a.txt", "file ../../shared/deep/b.txt"},
        ),
        (
            "install_requires=[open(p).read() for p in glob.glob('../../shared/*.txt')]",
            {"files ../../shared/*.txt", "file ../../shared/a.txt"},
        ),
        ("description=open('../../shared/' + os.listdir('../../shared/deep')[0]).read()", set()),
        ("description=shutil.copytree(TOP / 'shared', 'demo/shared')", {"files ../../shared/**/*"}),
        ("ext_modules=[Extension('d', [str(p) for p in (TOP / 'shared').glob('*.c')])]", {"file ../../shared/c.c"}),
        ("data_files=[(d, [os.path.join(d, f) for f in fs]) for d, _, fs in os.walk('../../shared/deep')]", set()),
    ],
)
def test_setup_py_takes_what_lies_beside(tmp_path: Path, argument: str, expected: set[str]) -> None:
    script = f"{IMPORTS}TOP = Path(__file__).resolve().parents[2]\nsys.path.insert(0, str(TOP))\nsetup(name='demo', {argument})\n"
    root = _monorepo(tmp_path, {"pyproject.toml": SETUPTOOLS, "setup.py": script})
    assert expected <= found(root)
    assert not any("packages" in name for name in found(root))


def test_what_is_copied_from_beside_is_a_gap(tmp_path: Path) -> None:
    table = (
        HATCH.partition("[tool")[0] + '[tool.hatch.build.targets.wheel.force-include]\n"../../shared" = "demo/shared"\n'
    )
    root = _monorepo(tmp_path, {"pyproject.toml": table})
    (finding,) = [finding for finding in check(root) if finding.code == "CK103"]
    assert "`../../shared/a.txt`" in finding.message
    watched = table + '[tool.uv]\ncache-keys = ["pyproject.toml", "../../shared/**/*"]\n'
    (root / "pyproject.toml").write_text(watched)
    assert not [finding for finding in check(root) if finding.code == "CK103"]


def test_files_below_a_directory_beside(tmp_path: Path) -> None:
    project = Project(_monorepo(tmp_path, {"pyproject.toml": HATCH, "x.txt": ""}))
    assert project.files_below("../../shared/") == ("../../shared/a.txt", "../../shared/c.c", "../../shared/deep/b.txt")
    assert project.glob("../../shared/*.txt") == ("../../shared/a.txt",)
    assert project.files == ("pyproject.toml", "x.txt")
    for nowhere in ("../", "../../", "../../packages/", "../demo/../", "../nothing/", "../../pins.json/"):
        assert project.files_below(nowhere) == ()
    (tmp_path / "link").symlink_to(tmp_path)
    assert project.files_below("../../link/") == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (ROOT, f"{ROOT}/.."),
        (f"{ROOT}/..", f"{ROOT}/../.."),
        (f"{ROOT}/../..", f"{ROOT}/../../.."),
        (f"{ROOT}/a", ROOT),
        (f"{ROOT}/../a", f"{ROOT}/.."),
        (f"{ROOT}/a/..", f"{ROOT}/a"),
        ("a/b", "a"),
        ("a", ""),
        ("..", ""),
        ("/a/..", "/a"),
    ],
)
def test_parent(text: str, expected: str) -> None:
    assert parent(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"{ROOT}/../x", f"{ROOT}/../x"),
        (f"{ROOT}/a/../../x/.", f"{ROOT}/../x"),
        (f"{ROOT}//a/./b", f"{ROOT}/a/b"),
        (f"{ROOT}/a/..", ROOT),
        (ROOT, ROOT),
        ("a/../../x", "../x"),
        ("/a/../x", "/x"),
    ],
)
def test_normalised(text: str, expected: str) -> None:
    assert normalised(text) == expected

"""jupyter_packaging in setup.py: where the version comes from, what npm makes, and from what."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.detecting import found, outputs, the_input, unresolved

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SYSTEM = '[build-system]\nrequires = ["setuptools", "jupyter_packaging"]\nbuild-backend = "setuptools.build_meta"\n'
IMPORTS = "import os\nimport jupyter_packaging as jp\nfrom jupyter_packaging import *\nfrom jupyter_packaging import get_version, ensure_targets, skip_if_exists, wrap_installers, npm_builder\nfrom setuptools import setup\nHERE = os.path.dirname(os.path.abspath(__file__))\n"


@pytest.mark.parametrize(
    "call",
    [
        "get_version('demo/_version.py')",
        "jp.get_version(os.path.join(HERE, 'demo', '_version.py'))",
        "str(get_version(fpath='demo/_version.py')) + '.0'",
    ],
)
def test_the_version_of_a_module(make_project: Callable[..., Path], call: str) -> None:
    script = f"{IMPORTS}setup(name='demo', version={call})\n"
    root = make_project({"pyproject.toml": SYSTEM, "setup.py": script, "demo/_version.py": "__version__ = '1'\n"})
    assert "file demo/_version.py" in found(root)
    assert the_input(root, "demo/_version.py").affects == "version"
    assert unresolved(root) == []


@pytest.mark.parametrize(
    "line",
    [
        "cmd = {'js': ensure_targets(['share/lab/package.json'])}",
        "cmd = {'js': skip_if_exists([os.path.join(HERE, 'share', 'lab', 'package.json')], None)}",
        "cmd = wrap_installers(pre_dist=npm_builder(path='js'), ensured_targets=['share/lab/package.json'])",
        "cmd = jp.wrap_installers(None, None, None, None, [f'share/{x}/package.json' for x in ('lab',)])",
    ],
)
def test_what_npm_makes_is_no_input(make_project: Callable[..., Path], line: str) -> None:
    script = f"{IMPORTS}{line}\nsetup(name='demo', cmdclass=cmd)\n"
    root = make_project({"pyproject.toml": SYSTEM, "setup.py": script, "share/lab/other.json": "{}"})
    assert not any("share" in name for name in found(root))
    assert "share/lab/package.json" in outputs(root)


def test_a_command_that_is_skipped_where_its_work_is_done(make_project: Callable[..., Path]) -> None:
    script = (
        f"{IMPORTS}from setuptools import Command\nclass Js(Command):\n    def run(self): open('demo/words.txt')\n"
        "setup(name='demo', cmdclass={'build_py': skip_if_exists(['made.js'], Js)})\n"
    )
    root = make_project({"pyproject.toml": SYSTEM, "setup.py": script, "demo/words.txt": ""})
    assert "file demo/words.txt" in found(root)


@pytest.mark.parametrize(
    "builder", ["npm_builder('js', source_dir='js/code')", "jp.install_npm('js', None, 'x', 'js/code')"]
)
def test_the_directory_of_the_sources(make_project: Callable[..., Path], builder: str) -> None:
    script = f"{IMPORTS}setup(name='demo', cmdclass=wrap_installers(pre_dist={builder}))\n"
    files = {"js/package.json": "{}", "js/code/a.ts": "", "js/notes/b.ts": ""}
    root = make_project({"pyproject.toml": SYSTEM, "setup.py": script, **files})
    given = "source_dir" in builder
    assert ("files js/code/**/* (likely)" in found(root)) is given
    assert "file js/package.json" in found(root)


def test_the_directory_of_the_sources_in_pyproject(make_project: Callable[..., Path]) -> None:
    table = (
        '[build-system]\nrequires = ["jupyter_packaging"]\nbuild-backend = "jupyter_packaging.build_api"\n'
        '[tool.jupyter-packaging.builder]\nfactory = "jupyter_packaging.npm_builder"\n'
        '[tool.jupyter-packaging.build-args]\npath = "js"\nsource_dir = "js/code"\n'
    )
    files = {"js/package.json": "{}", "js/code/a.ts": "", "js/notes/b.ts": ""}
    root = make_project({"pyproject.toml": table, "setup.py": "from setuptools import setup\nsetup()\n", **files})
    assert "files js/code/**/* (likely)" in found(root)
    assert not any("notes" in name for name in found(root))

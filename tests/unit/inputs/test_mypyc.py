"""``mypycify()`` in setup.py: what is compiled, and what decides about the types of it (held against mypy 2.4 under strace)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.detecting import found, origin_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PYPROJECT = '[build-system]\nrequires = ["setuptools", "mypy"]\nbuild-backend = "setuptools.build_meta"\n'
SCRIPT = "from mypyc.build import mypycify\nfrom setuptools import setup\nsetup(ext_modules=mypycify({}))\n"
FILES = {
    "pyproject.toml": PYPROJECT,
    "pkg/__init__.py": "",
    "pkg/hot.py": "from __future__ import annotations\nfrom typing import TYPE_CHECKING\nfrom .kinds import Kind\nif TYPE_CHECKING:\n    from pkg.late import Late\n",
    "pkg/kinds.py": "import pkg.stubbed, json\n",
    "pkg/late.py": "",
    "pkg/stubbed.py": "",
    "pkg/stubbed.pyi": "",
    "pkg/unused.py": "",
    "pkg/deep/__init__.py": "",
    "pkg/deep/cold.py": "from ..unused import x\n",
}
TYPES = {f"file pkg/{name} (likely)" for name in ("__init__.py", "kinds.py", "late.py", "stubbed.pyi")}


def test_imports_are_followed_for_their_types(make_project: Callable[..., Path]) -> None:
    root = make_project({**FILES, "setup.py": SCRIPT.format("['--strict', 'pkg/hot.py']")})
    assert found(root) == {"file pkg/hot.py", *TYPES}
    assert origin_of(root, "pkg/late.py").startswith("pkg/hot.py:5")


@pytest.mark.parametrize(
    "given", ["['pkg/deep']", "['pkg/deep/']", "['-p', 'pkg/deep']", "paths=['pkg/deep'], opt_level='3'"]
)
def test_all_below_a_directory_is_compiled(make_project: Callable[..., Path], given: str) -> None:
    root = make_project({**FILES, "setup.py": SCRIPT.format(given)})
    assert found(root) == {"files pkg/deep/**/*.py", "file pkg/__init__.py (likely)", "file pkg/unused.py (likely)"}


@pytest.mark.parametrize(
    ("options", "read"),
    [
        ("", "mypy.ini"),
        ("'--config-file=cfg/own.ini', ", "cfg/own.ini"),
        ("'--config-file', 'cfg/own.ini', ", "cfg/own.ini"),
        ("'--config-file=elsewhere.ini', ", None),
    ],
)
def test_configuration_of_mypy(make_project: Callable[..., Path], options: str, read: str | None) -> None:
    script = SCRIPT.format(f"[{options}'pkg/late.py']")
    files = {"mypy.ini": "[mypy]\n", ".mypy.ini": "[mypy]\n", "cfg/own.ini": "[mypy]\n"}
    root = make_project({**FILES, **files, "setup.py": script})
    expected = {"file pkg/late.py", "file pkg/__init__.py (likely)"}
    assert found(root) == (expected | {f"file {read}"} if read else expected)


def test_a_list_that_is_computed(make_project: Callable[..., Path]) -> None:
    script = (
        "import glob\nfrom mypyc.build import mypycify\nfrom setuptools import setup\n"
        "modules = [m for m in glob.glob('pkg/*.py') if not m.endswith(('unused.py', '__init__.py', 'stubbed.py'))]\n"
        "setup(ext_modules=mypycify(['--ignore-missing-imports', *modules]))\n"
    )
    root = make_project({**FILES, "setup.py": script})
    assert {"file pkg/hot.py", "file pkg/kinds.py", "file pkg/late.py", "file pkg/stubbed.pyi (likely)"} <= found(root)


def test_cython_compiles_no_types(make_project: Callable[..., Path]) -> None:
    script = "from Cython.Build import cythonize\nfrom setuptools import setup\nsetup(ext_modules=cythonize(['pkg/hot.py']))\n"
    root = make_project({**FILES, "mypy.ini": "", "setup.py": script})
    assert found(root) == {"file pkg/hot.py"}

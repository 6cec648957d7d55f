"""Files beside a package that ``importlib.resources`` and ``pkgutil`` read, and lists of which an item is picked by its place."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.detecting import found, unresolved

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PYPROJECT = (
    '[build-system]\nrequires = ["setuptools"]\nbuild-backend = "setuptools.build_meta"\n'
    '[project]\nname = "demo"\ndynamic = ["version"]\n'
)
TREE = {"demo/__init__.py": "", "demo/VERSION": "1.2.3\n", "demo/data/__init__.py": "", "demo/data/v.txt": "1\n"}


@pytest.mark.parametrize(
    ("script", "file"),
    [
        ("import importlib.resources\nv = importlib.resources.files('demo').joinpath('VERSION').read_text()", "demo/VERSION"),
        ("from importlib import resources\nv = (resources.files('demo') / 'VERSION').read_text()", "demo/VERSION"),
        ("from importlib.resources import files\nv = files('demo.data').joinpath('v.txt').open().read()", "demo/data/v.txt"),
        ("import importlib_resources\nv = importlib_resources.files('demo').joinpath('data', 'v.txt').read_text()", "demo/data/v.txt"),
        ("from importlib.resources import read_text\nv = read_text('demo', 'VERSION')", "demo/VERSION"),
        ("from importlib.resources import open_text\nv = open_text('demo', 'VERSION').read()", "demo/VERSION"),
        ("from importlib.resources import path\nwith path('demo.data', 'v.txt') as p:\n    v = p.read_text()", "demo/data/v.txt"),
        ("import pkgutil\nv = pkgutil.get_data('demo', 'VERSION').decode()", "demo/VERSION"),
    ],
)  # fmt: skip
def test_a_resource_is_read_where_the_package_is(make_project: Callable[..., Path], script: str, file: str) -> None:
    text = f"import sys\nsys.path.insert(0, '')\nfrom setuptools import setup\n{script}\nsetup(version=v.strip())\n"
    root = make_project({**TREE, "pyproject.toml": PYPROJECT, "setup.py": text})
    assert f"file {file}" in found(root)
    assert unresolved(root) == []


@pytest.mark.parametrize(
    "line", ["importlib.resources.files(__name__) / 'VERSION'", "importlib.resources.files('demo') / 'VERSION'"]
)
def test_a_module_that_reads_its_version_so(make_project: Callable[..., Path], line: str) -> None:
    system = PYPROJECT + '[tool.setuptools.dynamic]\nversion = {attr = "demo.__version__"}\n'
    module = f"import importlib.resources\n__version__ = ({line}).read_text().strip()\n"
    root = make_project({**TREE, "pyproject.toml": system, "demo/__init__.py": module})
    assert {"file demo/__init__.py", "file demo/VERSION"} <= found(root)
    assert unresolved(root) == []


def test_a_resource_of_another_distribution_is_none_of_ours(make_project: Callable[..., Path]) -> None:
    script = "from importlib.resources import files\nfiles('numpy').joinpath('VERSION').read_text()\n"
    root = make_project({**TREE, "pyproject.toml": PYPROJECT, "setup.py": script})
    assert found(root) == set()
    assert unresolved(root) == []


TABLE = """
from setuptools import setup
from torch.utils.cpp_extension import CppExtension, CUDAExtension
import torch
SETS = {'cpu': [CppExtension, ['a.cpp', 'b.cpp'], '-DCPU'], 'gpu': (CUDAExtension, ['a.cpp', 'c.cu'], '-DGPU')}
kind, sources, flag = SETS['gpu' if torch.cuda.is_available() else 'cpu']
setup(name='demo', ext_modules=[SETS['cpu'][0]('x', SETS['cpu'][1]), SETS['gpu'][0]('y', [*SETS['gpu'][1]])], include_dirs=['inc', 'more/inc'])
"""


def test_sources_in_a_table_beside_classes_and_include_directories_of_setup(make_project: Callable[..., Path]) -> None:
    names = ("a.cpp", "b.cpp", "c.cu", "common.cpp", "inc/a.h", "more/inc/b.h")
    files = {**dict.fromkeys(names, ""), "a.cpp": "#include <a.h>\n", "c.cu": '#include "b.h"\n'}
    root = make_project({**files, "pyproject.toml": PYPROJECT, "setup.py": TABLE})
    assert found(root) == {f"file {name}" for name in ("a.cpp", "b.cpp", "c.cu", "inc/a.h", "more/inc/b.h")}

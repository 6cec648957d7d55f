"""Code of the project that setup.py runs: imports, exec, runpy, importlib, and what comes from where."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.detecting import found, the_input

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PYPROJECT = (
    '[build-system]\nrequires = ["setuptools"]\nbuild-backend = "setuptools.build_meta"\n[project]\nname = "demo"\n'
)
HELPER = "import os\nWHERE = os.path.dirname(__file__)\ndef read(name):\n    return open(name).read()\n"
FILES = {
    "pyproject.toml": PYPROJECT,
    "tools/helper.py": HELPER,
    "tools/__init__.py": "",
    "data.txt": "x",
}


@pytest.mark.parametrize(
    ("script", "extra"),
    [
        ("from tools.helper import read\nread('data.txt')", {"file tools/__init__.py"}),
        ("import tools.helper\ntools.helper.read('data.txt')", {"file tools/__init__.py"}),
        ("import tools.helper as h\nh.read('data.txt')", {"file tools/__init__.py"}),
        ("from tools import helper\nhelper.read('data.txt')", {"file tools/__init__.py"}),
        ("from tools.helper import *\nread('data.txt')", {"file tools/__init__.py"}),
        ("import sys\nsys.path.insert(0, 'tools')\nimport helper\nhelper.read('data.txt')", set()),
        (
            "import os, sys\nsys.path.append(os.path.join(os.path.dirname(__file__), 'tools'))\nfrom helper import read\nread('data.txt')",
            set(),
        ),
        ("import sys\nsys.path += ['tools']\nfrom helper import read\nread('data.txt')", set()),
        ("import sys\nsys.path = ['tools'] + sys.path\nfrom helper import read\nread('data.txt')", set()),
        ("import runpy\nrunpy.run_path('tools/helper.py')['read']('data.txt')", set()),
        ("ns = {}\nexec(open('tools/helper.py').read(), ns)\nns['read']('data.txt')", set()),
        ("exec(open('tools/helper.py').read())\nread('data.txt')", set()),
        ("with open('tools/helper.py') as f:\n    exec(compile(f.read(), f.name, 'exec'))\nread('data.txt')", set()),
        (
            "import importlib\nh = importlib.import_module('tools.helper')\nh.read('data.txt')",
            {"file tools/__init__.py"},
        ),
        ("h = __import__('tools.helper')\n", {"file tools/__init__.py", "-"}),
        ("import imp\nh = imp.load_source('helper', 'tools/helper.py')\nh.read('data.txt')", set()),
        (
            "from importlib.machinery import SourceFileLoader\nh = SourceFileLoader('h', 'tools/helper.py').load_module()\nh.read('data.txt')",
            set(),
        ),
        (
            (
                "import importlib.util as u\ns = u.spec_from_file_location('h', 'tools/helper.py')\nm = u.module_from_spec(s)\n"
                "s.loader.exec_module(m)\nm.read('data.txt')"
            ),
            set(),
        ),
    ],
)
def test_functions_of_local_files_are_followed(make_project: Callable[..., Path], script: str, extra: set[str]) -> None:
    expected = {"file tools/helper.py", *extra}
    expected ^= {"-"} if "-" in expected else {"file data.txt"}
    assert found(make_project({**FILES, "setup.py": script})) == expected


def test_role_of_a_module_is_what_is_taken_from_it(make_project: Callable[..., Path]) -> None:
    script = """
    import sys
    from setuptools import setup
    sys.path.insert(0, ".")
    from demo import __version__
    from build_helpers import options
    from demo.names import authors
    setup(version=__version__, author=authors[0], options=options())
    """
    root = make_project(
        {
            "pyproject.toml": PYPROJECT,
            "setup.py": script,
            "demo/__init__.py": "from .about import __version__\n",
            "demo/about.py": "__version__ = '1.2'\n",
            "demo/names.py": "authors = ['A']\n",
            "build_helpers.py": "def options(): return {}\n",
        }
    )
    roles = {
        name: (the_input(root, name).role, the_input(root, name).affects)
        for name in ("demo/__init__.py", "demo/about.py", "demo/names.py", "build_helpers.py")
    }
    assert roles == {
        "demo/__init__.py": ("dynamic-file", "version"),
        "demo/about.py": ("dynamic-file", "version"),
        "demo/names.py": ("dynamic-file", "metadata"),
        "build_helpers.py": ("build-script", "code"),
    }
    assert (
        the_input(root, "demo/about.py").why == "setup.py imports it (in demo/__init__.py:1) and takes version from it"
    )


def test_a_version_read_by_pattern_from_a_long_module(make_project: Callable[..., Path]) -> None:
    script = """
    import ast
    from setuptools import setup

    def get_version():
        with open("demo/__init__.py") as file:
            for line in file:
                if line.startswith("__version__"):
                    return ast.literal_eval(line.split("=")[1].strip())
        raise ValueError("no version")

    setup(version=get_version())
    """
    module = "\n".join(f"x{number} = {number}" for number in range(900)) + "\n__version__ = '3'\n"
    root = make_project({"pyproject.toml": PYPROJECT, "setup.py": script, "demo/__init__.py": module})
    item = the_input(root, "demo/__init__.py")
    assert (item.role, item.affects) == ("dynamic-file", "version")


def test_modules_of_build_requirements_and_of_the_standard_library_are_not_the_projects(
    make_project: Callable[..., Path],
) -> None:
    system = PYPROJECT.replace('["setuptools"]', '["setuptools", "numpy"]')
    script = "import json, numpy, setuptools\nfrom numpy import get_include\n"
    files = {"json.py": "", "numpy/__init__.py": "", "setuptools/__init__.py": ""}
    assert found(make_project({"pyproject.toml": system, "setup.py": script, **files})) == set()


def test_relative_imports_inside_packages(make_project: Callable[..., Path]) -> None:
    files = {
        "pkg/__init__.py": "from . import a\n",
        "pkg/a.py": "from .sub.b import value\n",
        "pkg/sub/__init__.py": "",
        "pkg/sub/b.py": "from .. import c\nfrom ..c import name\nvalue = name\n",
        "pkg/c.py": "name = 'data.txt'\n",
        "data.txt": "x",
    }
    script = "import pkg.a\nopen(pkg.a.value)\n"
    root = make_project({"pyproject.toml": PYPROJECT, "setup.py": script, **files})
    assert found(root) == {f"file {name}" for name in files}


def test_functions_that_only_other_commands_call_are_not_followed(make_project: Callable[..., Path]) -> None:
    script = """
    from setuptools import Command, setup
    from setuptools.command.build_py import build_py

    class Lint(Command):
        def run(self):
            open("lint.cfg")

    class Generate(Command):
        def run(self):
            open("grammar.txt")

    class Build(build_py):
        def run(self):
            self.run_command("generate")
            self.finish()
            super().run()

        def finish(self, name="finish.txt"):
            open(name)

        def find_package_modules(self, package, package_dir):
            open("modules.txt")

    setup(cmdclass={"lint": Lint, "generate": Generate, "build_py": Build})
    """
    names = ("lint.cfg", "grammar.txt", "finish.txt", "modules.txt")
    root = make_project({"pyproject.toml": PYPROJECT, "setup.py": script, **dict.fromkeys(names, "x")})
    assert found(root) == {"file grammar.txt", "file finish.txt", "file modules.txt"}

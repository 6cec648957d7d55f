"""Headers that the C code given to cffi includes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.detecting import found, inputs_of, origin_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PYPROJECT = '[build-system]\nrequires = ["setuptools", "cffi"]\nbuild-backend = "setuptools.build_meta"\n[project]\nname = "demo"\nversion = "1"\n'
SETUP = "from setuptools import setup\nsetup(cffi_modules=['native/build.py:ffi'])\n"
HEAD = "import os\nfrom cffi import FFI\nffi = FFI()\n"
TREE = {
    "vendor/api.h": '#include "detail/more.h"\n',
    "vendor/detail/more.h": "",
    "native/code.c": '#include <stdio.h>\n#include "own.h"\n',
    "native/own.h": "",
    "native/string.h": "",
}
API = {"file vendor/api.h", "file vendor/detail/more.h"}


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("ffi.set_source('_x', '#include \"api.h\"', include_dirs=['vendor'])", API),
        ("ffi.set_source('_x', '''\n#include <string.h>\n  #include <api.h>\n''', include_dirs=['vendor'])", API),
        ("ffi.set_source('_x', source='#include \"vendor/api.h\"\\n', include_dirs=['.'])", API),
        ("ffi.set_source('_x', '#include \"%s\"' % 'api.h', include_dirs=['vendor'])", API),
        ("code = '#include \"api.h\"'\ncode += '\\nint x;'\nffi.set_source('_x', code, include_dirs=['vendor'])", API),
        ("ffi.set_source_pkgconfig('_x', ['zlib'], '#include <api.h>', include_dirs=['vendor'])", API),
        # where headers are is only known as it runs: one file can be meant
        (
            "ffi.set_source('_x', '#include \"vendor/api.h\"', include_dirs=[os.environ.get('DEMO')])",
            {"env DEMO", "file vendor/api.h (likely)", "file vendor/detail/more.h (likely)"},
        ),
        # code from a file of the project, and what that includes
        ("ffi.set_source('_x', open('native/code.c').read())", {"file native/code.c", "file native/own.h"}),
        # no code, or none that is compiled
        ("ffi.set_source('_x', None)", set()),
        ("ffi.cdef('#include \"api.h\"')", set()),
    ],
)  # fmt: skip
def test_what_the_code_includes(make_project: Callable[..., Path], script: str, expected: set[str]) -> None:
    root = make_project({"pyproject.toml": PYPROJECT, "setup.py": SETUP, "native/build.py": HEAD + script, **TREE})
    assert found(root) == {"file native/build.py", *expected}


def test_the_place_is_the_line_of_the_include(make_project: Callable[..., Path]) -> None:
    script = (
        f'{HEAD}ffi.set_source(\n    "_x",\n    """\n    #include "api.h"\n    """,\n    include_dirs=["vendor"],\n)\n'
    )
    root = make_project({"pyproject.toml": PYPROJECT, "setup.py": SETUP, "native/build.py": script, **TREE})
    assert origin_of(root, "vendor/api.h") == 'native/build.py:7: #include "api.h"'


def test_a_directory_that_is_opened_is_nothing(make_project: Callable[..., Path]) -> None:
    script = "import os, sys\npath = 'vendor' if sys.argv else 'version.txt'\nfrom setuptools import setup\nsetup(version=open(path).read())\n"
    root = make_project({"pyproject.toml": PYPROJECT, "setup.py": script, "version.txt": "1", **TREE})
    inputs = inputs_of(root)
    assert inputs.unresolved == ()
    assert "version.txt" in {item.what for item in inputs.inputs}

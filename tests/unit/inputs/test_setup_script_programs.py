"""What other programs of the build read: makefiles, shell scripts, generators, hooks that compile, modules run for an attribute."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.detecting import found, optional, outputs, the_input, unresolved

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PYPROJECT = (
    '[build-system]\nrequires = ["setuptools"]\nbuild-backend = "setuptools.build_meta"\n[project]\nname = "demo"\n'
)
MAKE = "import subprocess\nsubprocess.check_call(['make', '-C', 'lib'])"


def test_a_makefile_is_searched_for_what_it_names(make_project: Callable[..., Path]) -> None:
    files = {
        "setup.py": MAKE,
        "lib/Makefile": "DASM = ../asm\nSRC = x.c\n# no.c\nall:\n\tcd ../more && $(MAKE)\n\tcc $(wildcard ../gen/*.c) ../one.c\n",
        **dict.fromkeys(("lib/x.c", "lib/no.c", "asm/a.lua", "more/m.c", "gen/g.c", "one.c", "other/o.c"), ""),
    }
    root = make_project({"pyproject.toml": PYPROJECT, **files})
    names = {"lib/Makefile", "lib/x.c", "one.c"}
    trees = {"lib/**/*.c", "asm/**/*.lua", "more/**/*.c"}
    assert found(root) == {
        *(f"file {name}" for name in names),
        *(f"files {glob} (likely)" for glob in trees),
        "files gen/*.c",
    }
    assert [f"{place.file}:{place.line}" for place in the_input(root, "one.c").chain][:1] == ["lib/Makefile:6"]


def test_of_a_tree_that_builds_itself_only_what_a_build_may_read_counts(make_project: Callable[..., Path]) -> None:
    """A glob over the whole directory would match what the build leaves there: uv would build again each time."""
    read = {"configure", "Makefile", "src/a.c", "src/B.C", "src/t[1].inc", "src/table.dat", "m4/x.m4", "install-sh"}
    not_read = {
        "README",
        "COPYING.LESSER",
        "docs/a.md",
        "src/a.o",
        "liba.a",
        ".github/ci.sh",
        ".gitignore",
        "Dockerfile.x",
        *("ci/run.sh", "docker/linux.Dockerfile", "proofs/x.sage", "notes.ipynb"),
        *("msvc/z.vcxproj", "z.xcodeproj/project.pbxproj", "manual.dox", "z.spec", "test/map.fits", "test/run.out"),
    }
    files = dict.fromkeys((f"vendor/z/{name}" for name in read | not_read | {"build/gen.c"}), "")
    script = "import subprocess\nsubprocess.check_call(['./configure', '--static'], cwd='vendor/z')"
    root = make_project({"pyproject.toml": PYPROJECT, "setup.py": script, **files})
    assert {one.removesuffix(" (likely)") for one in found(root)} == {
        *(f"file vendor/z/{name}" for name in ("configure", "Makefile")),
        *(f"files vendor/z/**/*{suffix}" for suffix in (".c", ".C", ".inc", ".dat", ".m4")),
        "file vendor/z/install-sh",
    }


@pytest.mark.parametrize("command", ["['sh', 'build.sh']", "['./build.sh']", "'sh build.sh', shell=True"])
def test_a_shell_script_is_searched_too(make_project: Callable[..., Path], command: str) -> None:
    files = {
        "setup.py": f"import subprocess\nsubprocess.run({command})",
        "build.sh": "set -e\ngcc -o x src/a.c\n",
        "src/a.c": "",
    }
    assert found(make_project({"pyproject.toml": PYPROJECT, **files})) == {"file build.sh", "file src/a.c"}


@pytest.mark.parametrize("script", ["os.chdir('lib')\nsubprocess.run(['make'])", "subprocess.run(['make'], cwd='lib')"])
def test_the_directory_of_a_command(make_project: Callable[..., Path], script: str) -> None:
    files = {"lib/Makefile": "", "lib/x.c": "", "setup.py": f"import os, subprocess\n{script}"}
    root = make_project({"pyproject.toml": PYPROJECT, **files})
    assert found(root) == {"file lib/Makefile", "files lib/**/*.c (likely)"}


def test_a_relative_name_in_a_directory_that_is_entered(make_project: Callable[..., Path]) -> None:
    script = "import os, contextlib\n@contextlib.contextmanager\ndef into(d):\n    before = os.getcwd()\n    os.chdir(d)\n    yield\n    os.chdir(before)\nwith into('lib'):\n    open('x.txt')"
    root = make_project({"pyproject.toml": PYPROJECT, "setup.py": script, "lib/x.txt": ""})
    assert found(root) == {"file lib/x.txt"}


def test_sources_that_are_taken_out_of_a_makefile(make_project: Callable[..., Path]) -> None:
    script = (
        "import glob, os, re\nfrom setuptools import Extension, setup\n"
        "objects = re.compile(r'(CORE|AUX)_O\\s*=(.*)').match\n"
        "sources = []\n"
        "for directory in glob.glob(os.path.join('vendor', 'lua*' + os.sep)):\n"
        "    with open(os.path.join(directory, 'Makefile')) as file:\n"
        "        for line in file:\n"
        "            found = objects(line)\n"
        "            if found and found.group(1) != 'NONE':\n"
        "                sources += [os.path.join(directory, n.replace('.o', '.c')) for n in found.group(2).split()]\n"
        "setup(ext_modules=[Extension('x', sources)])\n"
    )
    files = {"vendor/lua51/Makefile": "CORE_O = a.o b.o\nOTHER = c.o\n", "vendor/readme/x": ""}
    files |= dict.fromkeys(("vendor/lua51/a.c", "vendor/lua51/b.c", "vendor/lua51/c.c"), "")
    root = make_project({"pyproject.toml": PYPROJECT, "setup.py": script, **files})
    assert found(root) == {"file vendor/lua51/Makefile", "file vendor/lua51/a.c", "file vendor/lua51/b.c"}


@pytest.mark.parametrize(
    "script",
    [
        "re.match(r'((a+)+)+b', 'a' * 190)",
        "re.match(r'(a*)*c', 'a' * 190)",
        "re.search(r'a*a*a*a*a*a*b', 'a' * 190)",
        "re.findall('(' * 50, 'x')\nre.compile('[').match('x')\nre.match('(?P<n>x)', 'x').group('m')\nre.sub('(x)', r'\\\\9', 'x')",
        "re.compile(3).match('x')\nre.match('a', None)\nre.match('a', 'a', 'flags')\nre.compile('a').match()",
    ],
)
def test_no_pattern_takes_long_or_fails(make_project: Callable[..., Path], script: str) -> None:
    root = make_project({"pyproject.toml": PYPROJECT, "setup.py": f"import re\n{script}\nopen('a.txt')", "a.txt": ""})
    assert found(root) == {"file a.txt"}
    assert unresolved(root) == []


@pytest.mark.parametrize(
    ("expression", "name"),
    [
        ("re.match(r'(\\w+)-(\\w+)', 'x-a').group(2)", "a"),
        ("re.search(r'n(?P<n>.)', 'xna')['n']", "a"),
        ("re.split('[-,]', 'x-a')[1]", "a"),
        ("re.findall('[ab]', 'xya')[0]", "a"),
        ("re.sub(r'x(.)', r'\\1', 'xa')", "a"),
        ("[m.group() for m in re.finditer('a', 'xa')][0]", "a"),
        ("re.compile('x(.)').fullmatch('xa').groups()[0]", "a"),
        ("'a' if re.match('z', 'x') is None else 'b'", "a"),
    ],
)
def test_short_patterns_are_evaluated(make_project: Callable[..., Path], expression: str, name: str) -> None:
    files = {"setup.py": f"import re\nopen('data/' + ({expression}) + '.txt')", "data/a.txt": "", "data/b.txt": ""}
    assert found(make_project({"pyproject.toml": PYPROJECT, **files})) == {f"file data/{name}.txt"}


def test_a_program_of_the_build_is_followed_as_far_as_the_build(make_project: Callable[..., Path]) -> None:
    files = {
        "setup.py": "import subprocess, sys\nsubprocess.check_call([sys.executable, 'ffi/build.py'])\n",
        "ffi/build.py": (
            "import os, subprocess, sys\nfrom shared_tools import x\nhere = os.path.dirname(os.path.abspath(__file__))\n"
            "os.environ.get('DEMO_LLVM')\nos.environ.get('CC')\n"
            "subprocess.check_call(['cmake', '-G', 'Ninja', here])\nsubprocess.check_call([sys.executable, 'ffi/two.py'])\n"
        ),
        "ffi/two.py": "open('two.tmpl')\nimport subprocess, sys\nsubprocess.call([sys.executable, 'ffi/build.py'])\n",
        "ffi/CMakeLists.txt": "project(x)\nadd_library(x SHARED core.cpp)\n",
        "ffi/core.cpp": '#include "core.h"\n',
        "elsewhere/shared_tools.py": "x = 1\n",
        **dict.fromkeys(("ffi/core.h", "two.tmpl"), ""),
    }
    root = make_project({"pyproject.toml": PYPROJECT, **files})
    sure = {"file ffi/build.py"}
    names = ("elsewhere/shared_tools.py", "ffi/CMakeLists.txt", "ffi/core.cpp", "ffi/core.h", "ffi/two.py", "two.tmpl")
    assert found(root) - sure == {*(f"file {name} (likely)" for name in names), "env DEMO_LLVM (likely)"}
    assert "env CC (likely)" in optional(root)
    assert the_input(root, "two.tmpl").chain[-1].file == "setup.py"


def test_what_an_in_tree_back_end_compiles(make_project: Callable[..., Path]) -> None:
    text = '[build-system]\nrequires = ["setuptools", "cython"]\nbuild-backend = "own.hooks"\nbackend-path = ["packaging"]\n[tool.own]\nsrc = ["demo/*.pyx"]\n'
    backend = (
        "from pathlib import Path\nfrom contextlib import contextmanager, suppress\nimport os\n"
        "try:\n    import tomllib\nexcept ImportError:\n    import tomli as tomllib\n"
        "def setting(cfg=None, name=None):\n"
        "    for source, key, errors in ((cfg, name, TypeError), (os.environ, name, KeyError)):\n"
        "        with suppress(errors):\n            return source[key]\n"
        "@contextmanager\ndef compiled():\n"
        "    if setting(name='DEMO_PURE'):\n        yield\n        return\n"
        "    from Cython.Build.Cythonize import main\n"
        "    main(['-3', '--'] + tomllib.loads(Path('pyproject.toml').read_text())['tool']['own']['src'])\n    yield\n"
        "def build_wheel(directory, settings=None, metadata=None):\n    with compiled():\n        return ''\n"
    )
    files = {
        "packaging/own/__init__.py": "",
        "packaging/own/hooks.py": backend,
        "demo/a.pyx": "from demo cimport b\n",
        "demo/b.pxd": "",
    }
    root = make_project({"pyproject.toml": text, **files})
    assert {"file demo/a.pyx", "files demo/*.pyx", "file demo/b.pxd", "env DEMO_PURE"} <= found(root)


def test_modules_that_setuptools_runs_for_an_attribute_are_optional(make_project: Callable[..., Path]) -> None:
    text = PYPROJECT + 'dynamic = ["version"]\n[tool.setuptools.dynamic]\nversion = { attr = "demo.__version__" }\n'
    files = {
        "src/demo/__init__.py": "import os\nfrom .core import run\nINFO = (1, 2)\n__version__ = '.'.join(map(str, INFO))\n",
        "src/demo/core.py": "import os\nfrom typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from . import types\nclass A:\n    from . import inner\ndef run():\n    from . import later\nif os.environ.get('DEMO_SLOW'):\n    pass\n",
        **dict.fromkeys((f"src/demo/{name}.py" for name in ("types", "inner", "later", "unused")), ""),
    }
    root = make_project({"pyproject.toml": text, **files})
    assert found(root) == {"file src/demo/__init__.py"}
    read = {item for item in optional(root) if "src/" in item or "env" in item}
    assert read == {"file src/demo/core.py (likely)", "file src/demo/inner.py (likely)", "env DEMO_SLOW (likely)"}
    assert unresolved(root) == []


def test_a_generator_still_says_what_it_writes(make_project: Callable[..., Path]) -> None:
    files = {
        "setup.py": "import subprocess, sys\nsubprocess.check_call([sys.executable, 'gen.py'])\n",
        "gen.py": "open('out.h', 'w').write(open('in.txt').read())\n",
        "in.txt": "",
    }
    root = make_project({"pyproject.toml": PYPROJECT, **files})
    assert found(root) == {"file gen.py", "file in.txt (likely)"}
    assert outputs(root) == {"out.h"}

"""What setup.py reads, however it spells the path: the string domain and its ways to a sink."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.detecting import found, outputs, the_input, unresolved

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PYPROJECT = (
    '[build-system]\nrequires = ["setuptools"]\nbuild-backend = "setuptools.build_meta"\n[project]\nname = "demo"\n'
)
FILES = {
    "pyproject.toml": PYPROJECT,
    "data/a.txt": "one\n",
    "data/b.txt": "two\n",
    "data/sub/c.txt": "three\n",
    "data/d.json": '{"names": ["a", "b"], "file": "data/a.txt"}\n',
}


@pytest.fixture
def reads(make_project: Callable[..., Path]) -> Callable[..., set[str]]:
    """Return what a setup.py reads in a project that has ``FILES``."""

    def run(script: str, **more: str) -> set[str]:
        return found(make_project({**FILES, "setup.py": script, **{k.replace("__", "/"): v for k, v in more.items()}}))

    return run


A, B, C, D = ("file data/a.txt", "file data/b.txt", "file data/sub/c.txt", "file data/d.json")


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("open('data/a.txt')", {A}),
        ("open('./data//a.txt', 'rb').read()", {A}),
        ("import io\nio.open('data/a.txt', encoding='utf-8')", {A}),
        ("import codecs\ncodecs.open('data/a.txt', 'r', 'utf-8')", {A}),
        ("from codecs import open\nwith open('data/a.txt') as f: f.read()", {A}),
        ("import os.path as p\nopen(p.join(p.dirname(__file__), 'data', 'a.txt'))", {A}),
        ("import os\nopen(os.path.join(os.path.abspath(os.path.dirname(__file__)), 'data/a.txt'))", {A}),
        ("import os\nhere = os.path.realpath(os.path.join(__file__, '..'))\nopen(here + '/data/a.txt')", {A}),
        ("import os\nopen(os.sep.join(['data', 'a.txt']))", {A}),
        ("import os\nos.chdir(os.path.dirname(os.path.abspath(__file__)))\nopen(os.getcwd() + '/data/a.txt')", {A}),
        ("from pathlib import Path\n(Path(__file__).parent / 'data' / 'a.txt').read_text()", {A}),
        ("import pathlib\npathlib.Path(__file__).resolve().parents[0].joinpath('data', 'a.txt').open().read()", {A}),
        ("from pathlib import Path\nPath('data/a.md').with_suffix('.txt').read_bytes()", {A}),
        ("from pathlib import Path\nopen(str(Path('data')) + '/a.txt')", {A}),
        ("name = 'a'\nopen(f'data/{name}.txt')", {A}),
        ("name = 'a'\nopen('data/%s.txt' % name)", {A}),
        ("open('%(dir)s/%(name)s.txt' % {'dir': 'data', 'name': 'a'})", {A}),
        ("open('{}/{name}.txt'.format('data', name='a'))", {A}),
        ("open('{1}/{0}.txt'.format('a', 'data'))", {A}),
        ("for name in ('a', 'b'):\n    open('data/' + name + '.txt')", {A, B}),
        ("[open('data/%s.txt' % n) for n in ['a', 'b', 'c'] if n != 'b']", {A}),
        ("names = {'x': 'a', 'y': 'b'}\nfor key, value in names.items():\n    open(f'data/{value}.txt')", {A, B}),
        ("import json\nconfig = json.load(open('data/d.json'))\nopen(config['file'])", {A, D}),
        ("import json\nfor n in json.loads(open('data/d.json').read())['names']: open(f'data/{n}.txt')", {A, B, D}),
        ("open(open('data/d.json').read() and 'data/a.txt')", {A, D}),
        ("x, *rest = ['data', 'a.txt']\nopen('/'.join([x] + rest))", {A}),
        (
            "def read(*parts, **kw):\n    return open('/'.join(parts), **kw).read()\nread('data', 'a.txt', mode='r')",
            {A},
        ),
        (
            "def read(name, base='data'):\n    return open(base + '/' + name)\nread('a.txt'), read('c.txt', base='data/sub')",
            {A, C},
        ),
        (
            "def outer(base):\n    def inner(n):\n        return open(base + n)\n    return inner\nouter('data/')('a.txt')",
            {A},
        ),
        ("read = lambda n, d='data': open(d + '/' + n)\nread('a.txt')", {A}),
        (
            "class R:\n    base = 'data'\n    def read(self, n):\n        return open(self.base + '/' + n)\nR().read('a.txt')",
            {A},
        ),
        (
            "class R:\n    def __init__(self, b): self.b = b\n    def go(self): open(self.b + '/a.txt')\nR('data').go()",
            {A},
        ),
        (
            "class P:\n    d = 'data'\nclass Q(P):\n    @staticmethod\n    def f(n): return n + '.txt'\nopen(Q.d + '/' + Q.f('a'))",
            {A},
        ),
        ("def gen():\n    yield 'a'\n    yield 'b'\nfor n in gen(): open(f'data/{n}.txt')", {A, B}),
        ("list(map(lambda n: open(n).read(), ['data/a.txt', 'data/b.txt']))", {A, B}),
        ("import itertools\nfor a, b in itertools.product(['data'], 'ab'): open(f'{a}/{b}.txt')", {A, B}),
        ("for i, n in enumerate(['a', 'b']): open('data/' + n + '.txt')", {A, B}),
        ("for n, e in zip(['a', 'b'], ['txt', 'md']): open(f'data/{n}.{e}')", {A}),
        ("p = 'data/a.txt'.replace('a', 'a')[:4] + '/' + 'x/A.TXT'.split('/')[-1].lower()\nopen(p)", {A}),
        (
            "import contextlib\n@contextlib.contextmanager\ndef o(n):\n    yield open(n)\nwith o('data/a.txt') as f: f.read()",
            {A},
        ),
        ("match 1:\n    case 1: open('data/a.txt')\n    case _: open('data/b.txt')", {A, B}),
        ("if (n := 'data/a.txt'): open(n)", {A}),
        ("from os import path\nopen(path.join('data', *['sub', 'c.txt']))", {C}),
        ("import os\nopen(os.path.relpath(os.path.abspath('data/a.txt'), os.getcwd()))", {A}),
        ("import linecache\nlinecache.getlines('data/a.txt')", {A}),
        ("import shutil\nshutil.copyfile('data/a.txt', 'build/a.txt')", {A}),
    ],
)
def test_a_file_is_found_whatever_the_path_is_made_of(
    reads: Callable[..., set[str]], script: str, expected: set[str]
) -> None:
    assert reads(script) == expected


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        # both ways of what only a run would decide
        ("import sys\nopen('data/a.txt' if sys.platform == 'win32' else 'data/b.txt')", {A, B}),
        ("import sys\nif sys.platform == 'win32':\n    n = 'a'\nelse:\n    n = 'b'\nopen(f'data/{n}.txt')", {A, B}),
        ("import sys\nn = 'a'\nif sys.platform == 'win32':\n    n = 'b'\nopen(f'data/{n}.txt')", {A, B}),
        (
            "import platform\ndef pick():\n    if platform.machine() == 'x':\n        return 'a'\n    return 'b'\nopen(f'data/{pick()}.txt')",
            {A, B},
        ),
        ("try:\n    import tomllib\n    n = 'a'\nexcept ImportError:\n    n = 'b'\nopen(f'data/{n}.txt')", {A, B}),
        ("import sys\nnames = {'linux': 'a', 'win32': 'b'}\nopen('data/%s.txt' % names[sys.platform])", {A, B}),
        (
            "import sys\nif sys.platform in ('a', 'b'):\n    open('data/%s.txt' % sys.platform)",
            {"files data/*.txt (possible)"},
        ),
        ("import sys\np = sys.platform\nif p == 'a':\n    open('data/%s.txt' % p)", {A}),
        ("import sys\np = sys.platform\nif p in ('a', 'b') and p:\n    open('data/%s.txt' % p)", {A, B}),
        # what is decided is decided
        ("if False:\n    open('data/a.txt')", set()),
        ("DEBUG = 0\nopen('data/a.txt' if DEBUG else 'data/b.txt')", {B}),
        ("from typing import TYPE_CHECKING\nif TYPE_CHECKING: open('data/a.txt')", set()),
        ("import sys\nif 'test' in sys.argv: open('data/a.txt')", set()),
        (
            "import sys\nif len(sys.argv) > 1 and sys.argv[1] == 'publish':\n    open('data/a.txt')\n    sys.exit()\nopen('data/b.txt')",
            {B},
        ),
        ("import sys\nif '--fast' in sys.argv: open('data/a.txt')", {A}),
        ("import os\nopen('data/a.txt' if os.path.exists('data/a.txt') else 'data/b.txt')", {A}),
        ("import os\nif os.path.exists('made-later'): open('data/a.txt')", {A}),
        # and never called is never read
        ("def never():\n    open('data/a.txt')", set()),
        # a raise that we may have misjudged does not end the search
        ("raise SystemExit(1)\nopen('data/a.txt')", {A}),
    ],
)
def test_conditions(reads: Callable[..., set[str]], script: str, expected: set[str]) -> None:
    assert reads(script) == expected


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("import sys\nopen(f'data/{sys.platform}.txt')", {"files data/*.txt (possible)"}),
        ("import sys\nopen('data/' + sys.platform[:1] + '.json')", {"files data/*.json (possible)"}),
        ("import platform\nopen('da%s/a.txt' % platform.node())", {"files da*/a.txt (possible)"}),
        ("import sys\nopen(sys.platform)", set()),  # could be anything
        ("import sys\nopen(f'no-such-{sys.platform}.txt')", set()),  # nothing has such a name
        ("open('/etc/os-release')", set()),
        ("import os\nopen(os.path.expanduser('~/.netrc'))", set()),
        ("import tempfile\nopen(tempfile.mkdtemp() + '/data/a.txt')", set()),
        ("open('missing.txt')", set()),
        ("open(3)", set()),
    ],
)
def test_unknown_parts_become_globs(reads: Callable[..., set[str]], script: str, expected: set[str]) -> None:
    assert reads(script) == expected


def test_glob_characters_in_a_name_are_literal_in_the_glob(make_project: Callable[..., Path]) -> None:
    script = "import sys\nopen('data{1}/' + sys.platform + '.txt')"
    root = make_project({"pyproject.toml": PYPROJECT, "setup.py": script, "data{1}/linux.txt": "x"})
    assert found(root) == {"files data[{]1[}]/*.txt (possible)"}


def test_an_exclamation_mark_is_no_special_character(make_project: Callable[..., Path]) -> None:
    script = "import sys, glob\nopen('a!b/' + sys.platform + '.txt')\nfor n in glob.glob('c!d/*.in'): open(n)"
    root = make_project({"pyproject.toml": PYPROJECT, "setup.py": script, "a!b/linux.txt": "x", "c!d/x.in": "x"})
    assert found(root) == {"files a!b/*.txt (possible)", "file c!d/x.in"}


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ('import os\nwith open(os.environ["CONFIG_DIR"] + "/features.txt") as file:\n    pass', "$CONFIG_DIR"),
        ("import os\nopen(os.path.join(os.getenv('FEATURES_DIR'), 'x'))", "$FEATURES_DIR"),
        ("import os\nfrom pathlib import Path\n(Path(os.environ['CONFIG_DIR']) / 'x').read_text()", "$CONFIG_DIR"),
        ("import os\nopen(os.environ['CUDA_HOME'] + '/version.txt')", ""),
        ("import os\nopen(os.environ['HOME'] + '/.netrc')", ""),
    ],
)
def test_a_place_that_a_variable_names_is_said(make_project: Callable[..., Path], script: str, said: str) -> None:
    messages = unresolved(make_project({"pyproject.toml": PYPROJECT, "setup.py": script}))
    assert messages == ([f"opens a file whose name depends on {said}"] if said else [])


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("import glob\nfor n in glob.glob('data/*.txt'): open(n)", {A, B}),
        ("import os\nfor n in os.listdir('data'):\n    if n.endswith('.txt'): open(os.path.join('data', n))", {A, B}),
        ("import os\nfor r, d, fs in os.walk('data'):\n    for f in fs: open(os.path.join(r, f))", {A, B, C, D}),
        ("from pathlib import Path\nfor p in Path('data').rglob('*.txt'): p.read_text()", {A, B, C}),
        ("from pathlib import Path\nfor p in Path('data').iterdir():\n    if p.is_file(): p.read_text()", {A, B, D}),
        ("from pathlib import Path\nfor p in Path('data').iterdir():\n    if p.suffix == '.json': p.read_text()", {D}),
        (
            (
                "import os\ndef walk(d):\n    for n in os.listdir(d):\n        p = os.path.join(d, n)\n"
                "        if os.path.isdir(p): walk(p)\n        else: open(p)\nwalk('data')"
            ),
            {A, B, C, D},
        ),
        ("import glob\nlist(set(glob.glob('data/*.txt')) - {'data/b.txt'})", set()),
        ("import glob\nfor n in sorted(set(glob.glob('data/*.txt')) - {'data/b.txt'}): open(n)", {A}),
        (
            "import os\nfrom pathlib import Path\nend = '.md' if os.name == 'nt' else '.json'\nfor p in Path('data').glob(f'*{end}'): p.open()",
            {D},
        ),
        (
            "import os\nfrom pathlib import Path\nend = '.md' if os.name == 'nt' else '.json'\nfor p in Path().rglob('*' + end): p.open()",
            {D},
        ),
        (
            "import sysconfig\nfrom pathlib import Path\nfor p in Path('data').glob('*' + sysconfig.get_config_var('EXT_SUFFIX')): p.open()",
            set(),
        ),
        (
            "from importlib import machinery\nfrom pathlib import Path\nfor e in machinery.EXTENSION_SUFFIXES:\n    for p in Path('data').glob(f'*{e}'): p.open()",
            set(),
        ),
        (
            "import glob, distutils.sysconfig as s\nfor p in glob.glob('data/*' + s.get_config_var('SO')): open(p)",
            set(),
        ),
    ],
)
def test_listings_are_followed_to_what_is_opened(
    reads: Callable[..., set[str]], script: str, expected: set[str]
) -> None:
    assert reads(script) == expected


def test_listed_data_files_count_as_a_glob(reads: Callable[..., set[str]]) -> None:
    script = "import glob\nfrom setuptools import setup\nsetup(data_files=[('share', glob.glob('data/*.txt'))])"
    assert reads(script) == {A, B, "files data/*.txt"}


@pytest.mark.parametrize(
    ("keyword", "role", "affects"),
    [
        ("version", "dynamic-file", "version"),
        ("long_description", "dynamic-file", "metadata"),
        ("install_requires", "requirements", "dependencies"),
        ("extras_require", "requirements", "dependencies"),
        ("ext_modules", "dynamic-file", "code"),
    ],
)
def test_what_a_file_affects_is_where_it_flows(
    make_project: Callable[..., Path], keyword: str, role: str, affects: str
) -> None:
    script = f"""
    import re
    from setuptools import setup

    def lines(name):
        with open(name) as file:
            return [re.sub("#.*", "", line).strip() for line in file.readlines() if line]

    text = lines("data/a.txt")
    setup({keyword}=text[0] + ".post1")
    """
    item = the_input(make_project({**FILES, "setup.py": script}), "data/a.txt")
    assert (item.role, item.affects, item.confidence) == (role, affects, "certain")
    assert (item.origin.file, item.origin.line) == ("setup.py", 5)
    assert item.why == "setup.py opens it (called from line 8)"


@pytest.mark.parametrize(
    ("name", "affects"), [("README.md", "metadata"), ("version.txt", "version"), ("settings.bin", "code")]
)
def test_without_a_flow_the_name_decides(make_project: Callable[..., Path], name: str, affects: str) -> None:
    root = make_project({"pyproject.toml": PYPROJECT, "setup.py": f"open('{name}').read()", name: "x"})
    assert the_input(root, name).affects == affects


def test_requirements_chain_of_a_helper_that_follows_it_itself(make_project: Callable[..., Path]) -> None:
    script = """
    import os
    from setuptools import setup

    def read(name):
        found = []
        with open(os.path.join("requirements", name)) as file:
            for line in file.read().split("\\n"):
                if line.startswith("-r "):
                    found += read(line.split()[1])
                elif line and not line.startswith("#"):
                    found.append(line)
        return found

    setup(install_requires=read("main.txt"))
    """
    root = make_project(
        {
            "pyproject.toml": PYPROJECT,
            "setup.py": script,
            "requirements/main.txt": "-r base.txt\nsix\n",
            "requirements/base.txt": "# -r dev.txt\n-r deep.txt\n",
            "requirements/deep.txt": "-r main.txt\n",
            "requirements/dev.txt": "pytest\n",
        }
    )
    assert found(root) == {f"file requirements/{name}.txt" for name in ("main", "base", "deep")}
    assert {the_input(root, f"requirements/{name}.txt").role for name in ("main", "base", "deep")} == {"requirements"}


def test_requirements_that_nobody_follows_are_a_guess(make_project: Callable[..., Path]) -> None:
    script = "from setuptools import setup\nsetup(install_requires=open('requirements.txt').read().splitlines())"
    files = {"requirements.txt": "-r more.txt\n", "more.txt": "six\n"}
    root = make_project({"pyproject.toml": PYPROJECT, "setup.py": script, **files})
    assert found(root) == {"file requirements.txt", "file more.txt (likely)"}


def test_written_files_are_outputs_and_no_inputs(make_project: Callable[..., Path]) -> None:
    script = """
    import sys
    open("demo/_build.py", "w").write("x = 1")
    open(f"demo/_{sys.platform}_config.h", "w")
    open(f"demo/{sys.platform}", "w")
    print(open("demo/_build.py").read())
    """
    root = make_project({"pyproject.toml": PYPROJECT, "setup.py": script})
    assert outputs(root) == {"demo/_build.py", "demo/_*_config.h"}
    assert found(root) == set()


COPIED = """
import os, shutil
from setuptools import Extension, setup
above = os.path.exists("../../engine/src")
if above:
    shutil.copytree("../../engine/src", "engine/src")
setup(ext_modules=[Extension("demo", ["engine/src/a.c"], include_dirs=["engine/include"])])
{cleanup}
"""


@pytest.mark.parametrize(
    "cleanup", ["if above:\n    shutil.rmtree('engine')", "if above: shutil.rmtree(os.path.abspath('engine/src'))"]
)
def test_what_may_be_copied_and_removed_is_read_where_it_is(make_project: Callable[..., Path], cleanup: str) -> None:
    files = {"engine/src/a.c": '#include "a.h"\n', "engine/include/a.h": ""}
    root = make_project({"pyproject.toml": PYPROJECT, "setup.py": COPIED.format(cleanup=cleanup), **files})
    assert {"file engine/src/a.c", "file engine/include/a.h"} <= found(root)
    assert outputs(root) == set()


def test_what_is_always_removed_is_an_output(make_project: Callable[..., Path]) -> None:
    script = "import shutil\nshutil.rmtree('gen', ignore_errors=True)\nif x:\n    shutil.rmtree('absent')\n"
    root = make_project({"pyproject.toml": PYPROJECT, "setup.py": script, "gen/a.c": ""})
    assert outputs(root) == {"gen/**/*", "absent/**/*"}


def test_only_setuptools_runs_setup_py(make_project: Callable[..., Path]) -> None:
    system = '[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n[project]\nname = "demo"\nversion = "1"\n'
    assert found(make_project({"pyproject.toml": system, "setup.py": "open('data/a.txt')", "data/a.txt": "x"})) == set()


def test_unknown_names_are_said_where_our_limits_are_the_reason(make_project: Callable[..., Path]) -> None:
    script = """
    def read(name):
        return open(name).read()
    table = {}
    read(table["missing"])
    import os
    os.environ[table["other"]]
    """
    root = make_project({"pyproject.toml": PYPROJECT, "setup.py": script})
    assert unresolved(root) == [
        "opens a file whose name is only known at run time",
        "reads an environment variable whose name is only known at run time",
    ]

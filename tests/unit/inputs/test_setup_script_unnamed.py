"""Files whose name only the run knows: reported when their content can reach what is built, and not otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.detecting import found, inputs_of, unresolved

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PYPROJECT = (
    '[build-system]\nrequires = ["setuptools"]\nbuild-backend = "setuptools.build_meta"\n'
    '[project]\nname = "demo"\ndynamic = ["version"]\n'
)
HEAD = (
    "import codecs, configparser, io, json, os, re, runpy, shutil, subprocess, sys, tempfile, types\nfrom pathlib import Path\n"
    "from setuptools import Extension, setup\nfrom foreign import lookup, names\nHERE = Path(__file__).parent\n"
)
BUILD_PY = "from setuptools.command.build_py import build_py\nclass B(build_py):\n"
OPENS = "opens a file whose name is only known at run time"


@pytest.mark.parametrize(
    "script",
    [
        "setup(version=open(sys.argv[3]).read())",
        "with open(lookup('version')) as f:\n    version = f.read().strip()\nsetup(version=version)",
        "setup(install_requires=Path(lookup()).read_text().splitlines())",
        "setup(version=io.open(lookup(), encoding='utf-8').readline())",
        "setup(version=codecs.open(lookup(), 'r', 'utf-8').read())",
        "setup(**json.load(open(lookup())))",
        "setup(version=json.loads(Path(sys.argv[-1]).read_text())['version'])",
        "meta = {}\nexec(open(lookup()).read(), meta)\nsetup(version=meta['__version__'])",
        "exec(open(lookup()).read())\nsetup(version=__version__)",
        "exec(compile(open(lookup()).read(), 'x', 'exec'))\nsetup(version='1')",
        "c = configparser.ConfigParser()\nc.read(lookup())\nsetup(version=c.get('demo', 'version'))",
        "c = configparser.RawConfigParser()\nc.read([lookup()])\nsetup(**dict(c.items('metadata')))",
        "c = configparser.ConfigParser()\nc.read_file(open(lookup()))\nsetup(version=c['demo']['version'])",
        "for name in names():\n    version = open(name).read()\nsetup(version=version)",
        "it = iter(names())\nwhile True:\n    name = next(it)\n    if not name:\n        break\n    text = open(name).read()\nsetup(version=text)",
        "name = 'x'\nfor _ in range(40):\n    name += name\nsetup(version=open(name[:9]).read())",
        "setup(version=re.search(r'= *(.+)', open(lookup()).read()).group(1))",
        "for line in open(lookup()):\n    if line.startswith('version'):\n        version = line.split('=')[1]\nsetup(version=version)",
        "sources = [l.strip() for l in open(lookup())]\nsetup(ext_modules=[Extension('x', sources)])",
        "ext = Extension('x', ['x.c'])\next.define_macros = [('V', open(lookup()).read())]\nsetup(ext_modules=[ext])",
        "macros = []\nif 'fast' in open(lookup()).read():\n    macros.append(('FAST', '1'))\nsetup(ext_modules=[Extension('x', ['x.c'], define_macros=macros)])",
        "(HERE / 'demo' / '_version.py').write_text(Path(lookup()).read_text())\nsetup()",
        "with open('demo/_gen.py', 'w') as out:\n    out.write('V = %r' % open(lookup()).read())\nsetup()",
        "with open('demo/_gen.py', 'w') as out:\n    print(open(lookup()).read(), file=out)\nsetup()",
        "with open('demo/_gen.json', 'w') as out:\n    json.dump(json.load(open(lookup())), out)\nsetup()",
        "with open(lookup()) as a, open('demo/_gen.py', 'w') as b:\n    shutil.copyfileobj(a, b)\nsetup()",
        "def read(name):\n    with open(name) as f:\n        return f.read()\nsetup(version='1', long_description=read(lookup()))",
        "class Meta:\n    def __init__(self, name):\n        self.text = open(name).read()\nsetup(version=Meta(lookup()).text)",
        "setup(version='{}+{}'.format('1', open(lookup()).read()))",
        "subprocess.check_call(['cmake', '.', '-DVERSION=' + open(lookup()).read()])\nsetup()",
        "d = setup(version='1')\nd.metadata.version = open(lookup()).read()",
    ],
)
def test_content_that_reaches_the_build_is_said(make_project: Callable[..., Path], script: str) -> None:
    files = {"pyproject.toml": PYPROJECT, "setup.py": HEAD + script, "x.c": "", "demo/__init__.py": ""}
    assert unresolved(make_project(files)) == [OPENS]


@pytest.mark.parametrize(
    "script",
    [
        "print(open(lookup()).read())\nsetup(version='1')",
        "open(lookup(), 'a').write('log')\nsetup(version='1')",
        "with open(lookup(), 'w') as log:\n    log.write('x')\nsetup(version='1')",
        "log = open(lookup())\nlog.close()\nsetup(version='1')",
        "if 'arm' in open('/proc/cpuinfo').read():\n    flags = ['-marm']\nsetup(ext_modules=[Extension('x', ['x.c'], extra_compile_args=flags)])",
        "setup(version=open(os.path.expanduser('~/.version')).read())",
        "d = tempfile.mkdtemp()\nname = os.path.join(d, 'v')\nsetup(version=open(name).read())",
        "with tempfile.TemporaryDirectory() as d:\n    v = Path(d, 'v').read_text()\nsetup(version=v)",
        "fd, name = tempfile.mkstemp()\nsetup(version=open(name).read())",
        "with tempfile.NamedTemporaryFile('w') as f:\n    v = open(f.name).read()\nsetup(version=v)",
        "name = lookup()\nwith open(name, 'w') as f:\n    f.write('1')\nsetup(version=open(name).read())",
        "name = os.path.join(lookup(), 'gen.txt')\nopen(name, 'w').write('1')\nsetup(version=open(os.path.join(lookup(), 'gen.txt')).read())",
        "import numpy\nv = open(numpy.__file__).read()\nsetup(version=v)",
        "import sysconfig\nsetup(version='1', description=open(sysconfig.get_makefile_filename()).read())",
        "if lookup() in open(lookup()).read():\n    print('found')\nsetup(version='1')",
        "if not open(lookup()).read():\n    raise SystemExit('empty')\nsetup(version='1')",
        "from urllib.request import urlretrieve\nname, _ = urlretrieve('https://x/y')\nsetup(version=open(name).read())",
        "setup(version=open(os.path.join(lookup(), 'nothing-of-ours.h')).read())",
        "setup(version=json.load(sys.stdin)['version'])",
        BUILD_PY
        + "    def build_module(self, module, file, package):\n        out, copied = super().build_module(module, file, package)\n"
        "        text = open(out).read()\n        open(out, 'w').write(text.replace('@V@', '1'))\n        return out, copied\n"
        "setup(cmdclass={'build_py': B})",
        BUILD_PY + "    def run(self):\n        super().run()\n        for name in super().get_outputs():\n"
        "            text = open(name).read()\n            open(name, 'w').write(text)\nsetup(cmdclass={'build_py': B})",
        BUILD_PY
        + "    def run(self):\n        with open(os.path.join(self.build_lib, 'demo', 'VERSION')) as f:\n            v = f.read()\n"
        "        Path('demo/v.py').write_text(v)\nsetup(cmdclass={'build_py': B})",
        "import glob\nfor n in glob.glob('/usr/include/*'):\n    v = open(n).read()\nsetup(version='1')",
    ],
)
def test_content_that_stays_outside_is_not(make_project: Callable[..., Path], script: str) -> None:
    files = {"pyproject.toml": PYPROJECT, "setup.py": HEAD + script, "x.c": ""}
    assert unresolved(make_project(files)) == []


def test_the_line_is_that_of_the_open_and_the_file_is_the_script(make_project: Callable[..., Path]) -> None:
    files = {
        "pyproject.toml": PYPROJECT,
        "helper.py": "import sys\n\ndef version():\n    return open(sys.argv[2]).read()\n",
        "setup.py": "import os, sys\nsys.path.insert(0, '.')\nfrom helper import version\nfrom setuptools import setup\nsetup(version=version())",
    }
    (said,) = inputs_of(make_project(files)).unresolved
    assert (said.origin.file, said.origin.line, said.message) == ("setup.py", 5, f"{OPENS} (in helper.py:4)")


def test_an_end_that_only_one_of_our_files_has(make_project: Callable[..., Path]) -> None:
    script = "setup(version=open(os.path.join(lookup(), 'VERSION')).read())"
    files = {"pyproject.toml": PYPROJECT, "setup.py": HEAD + script, "pkg/VERSION": "1"}
    assert unresolved(make_project(files)) == [OPENS]


@pytest.mark.parametrize(
    "script",
    [
        "shutil.copy(lookup(), 'demo/data.bin')",
        "shutil.copyfile(sys.argv[2], HERE / 'demo' / 'data.bin')",
        "for n in names():\n    shutil.copy2(n, 'demo')",
    ],
)
def test_an_unknown_file_that_is_copied_into_the_package(make_project: Callable[..., Path], script: str) -> None:
    files = {"pyproject.toml": PYPROJECT, "setup.py": f"{HEAD}{script}\nsetup()", "demo/__init__.py": ""}
    assert unresolved(make_project(files)) == ["copies a file whose name is only known at run time"]


@pytest.mark.parametrize(
    "script",
    [
        "runpy.run_path(lookup())",
        "import importlib.util as u\nu.module_from_spec(u.spec_from_file_location('x', lookup()))",
    ],
)
def test_unknown_code_is_said_wherever_it_comes_from(make_project: Callable[..., Path], script: str) -> None:
    files = {"pyproject.toml": PYPROJECT, "setup.py": f"{HEAD}{script}\nsetup()"}
    assert unresolved(make_project(files)) == ["loads a Python file whose name is only known at run time"]


def test_what_a_hook_returns_counts_as_built(make_project: Callable[..., Path]) -> None:
    files = {
        "pyproject.toml": '[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n'
        '[project]\nname = "demo"\ndynamic = ["version"]\n[tool.hatch.metadata.hooks.custom]\npath = "hook.py"\n',
        "hook.py": "from hatchling.metadata.plugin.interface import MetadataHookInterface\nfrom foreign import where\n"
        "class H(MetadataHookInterface):\n    def update(self, metadata):\n        metadata['version'] = open(where()).read()\n",
        "demo/__init__.py": "",
    }
    assert unresolved(make_project(files)) == [OPENS]


def test_a_program_is_told_by_its_caller_what_to_open(make_project: Callable[..., Path]) -> None:
    files = {
        "pyproject.toml": PYPROJECT,
        "setup.py": "import subprocess, sys\nsubprocess.check_call([sys.executable, 'gen.py', 'in.txt', 'demo/out.py'])",
        "gen.py": "import sys\nopen(sys.argv[2], 'w').write(open(sys.argv[1]).read())",
        "in.txt": "",
    }
    root = make_project(files)
    assert unresolved(root) == []
    assert "file in.txt" in found(root)

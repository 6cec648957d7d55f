"""Programs that a setup.py starts, and extensions in every shape: what they compile and generate from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.detecting import found

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PYPROJECT = (
    '[build-system]\nrequires = ["setuptools"]\nbuild-backend = "setuptools.build_meta"\n[project]\nname = "demo"\n'
)
FILES = {
    "pyproject.toml": PYPROJECT,
    "gen.py": "open('tmpl.in').read()\nimport sys,helper\nopen(sys.argv[1]).read()\n",
    "helper.py": "",
    "tmpl.in": "x",
    "a.proto": "x",
    "src/a.c": '#include "a.h"\n',
    "src/a.h": "",
    "src/b.cpp": "",
    "src/m.pyx": "cimport q\n",
    "src/q.pxd": "",
    "Makefile": "all:\n\tcc src/a.c\n",
    "lib/Makefile": "all: x.c\n",
    "lib/x.c": "",
    "CMakeLists.txt": "project(x)\nadd_library(x SHARED src/b.cpp)\n",
    "build.ninja": "rule cc\n",
    "build.sh": "gcc src/a.c",
    "Cargo.toml": '[package]\nname="x"\nversion="1"\n',
    "src/lib.rs": "",
    "grammar.y": "",
    "lexer.l": "",
    "src/k.cu": '#include "k.cuh"\n',
    "src/k.cuh": "",
    "rust/Cargo.toml": '[package]\nname="y"\nversion="1"\n',
    "rust/src/lib.rs": "",
    "cffi_build.py": "from cffi import FFI\nffi=FFI()\nffi.set_source('_x','#include \"a.h\"',sources=['src/a.c'],include_dirs=['src'])\nffi.cdef(open('cdefs.h').read())\n",
    "cdefs.h": "",
    "pkg/__init__.py": "",
    "pkg/m.py": "import os\n",
    "inc/deep/z.h": "",
    "src/z.c": "#include <deep/z.h>\n",
    "src/w.i": '%include "a.h"\n',
    "src/t.f90": "",
}


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("import subprocess\nsubprocess.run('protoc --python_out=. a.proto',shell=True)", {"file a.proto"}),
        ("import subprocess\nsubprocess.run(['protoc','-I.', '--python_out=.', 'a.proto'])", {"file a.proto"}),
        ("from subprocess import check_call as cc\ncc(['bison','grammar.y'])", {"file grammar.y"}),
        ("import os\nos.system('flex -o x.c lexer.l')", {"file lexer.l"}),
        ("import subprocess\nsubprocess.run(['ninja','-f','build.ninja'])", {"file build.ninja"}),
        ("import subprocess\nsubprocess.run(['ninja'])", {"file build.ninja"}),
        ("import subprocess\nsubprocess.run(['gcc','-Isrc','-c','src/a.c'])", {"file src/a.c", "file src/a.h"}),
        ("import subprocess\nsubprocess.run(['gcc','-I','src','-c','src/a.c'])", {"file src/a.c", "file src/a.h"}),
        ("import subprocess\nsubprocess.run(['cmake','-S','.','-B','b'])", {"file CMakeLists.txt", "file src/b.cpp"}),
        (
            "import subprocess\nsubprocess.run(['cmake',os.getcwd()] if 0 else ['cmake','..'],cwd='b')",
            {"file CMakeLists.txt", "file src/b.cpp"},
        ),
        ("import subprocess\nsubprocess.check_output(['git','describe','--tags'])", {"git commit", "git tags"}),
        ("import subprocess\nsubprocess.getoutput('git rev-parse HEAD')", {"git commit"}),
        ("import os\nos.popen('git log -1 --format=%h').read()", {"git commit"}),
        (
            "import subprocess\ndef run(cmd,**k): return subprocess.run(cmd.split(),**k)\nrun('git rev-parse HEAD')",
            {"git commit"},
        ),
        ("import subprocess\ncmd=['git']\ncmd+=['describe']\nsubprocess.Popen(cmd)", {"git commit", "git tags"}),
        ("import subprocess\nsubprocess.run(args=['git','status','--porcelain'])", {"git commit"}),
        ("import subprocess,shlex\nsubprocess.run(shlex.split('git rev-parse HEAD'))", {"git commit"}),
        ("import sh\nsh.git('rev-parse','HEAD')", {"git commit"}),
        ("open('.git/HEAD').read()", {"git commit"}),
        ("import os\nif os.path.exists('.git'): open(os.path.join('.git','refs/heads/main'))", {"git commit"}),
        ("import asyncio\nasyncio.create_subprocess_exec('git','rev-parse','HEAD')", {"git commit"}),
        (
            "from setuptools import setup, Extension\nsetup(ext_modules=[Extension('x',['src/a.c'])])",
            {"file src/a.c", "file src/a.h"},
        ),
        (
            "from setuptools import setup, Extension\nsetup(ext_modules=[Extension(name='x',sources=['src/a.c'],depends=['inc/deep/z.h'])])",
            {"file inc/deep/z.h", "file src/a.c", "file src/a.h"},
        ),
        (
            "from setuptools import setup, Extension\nsetup(ext_modules=[Extension('x',['src/z.c'],include_dirs=['inc'])])",
            {"file inc/deep/z.h", "file src/z.c"},
        ),
        (
            "from setuptools import setup, Extension\nfrom Cython.Build import cythonize\nsetup(ext_modules=cythonize('src/m.pyx'))",
            {"file src/m.pyx", "file src/q.pxd"},
        ),
        (
            "from setuptools import setup, Extension\nfrom Cython.Distutils import build_ext\nsetup(cmdclass={'build_ext':build_ext},ext_modules=[Extension('m',['src/m.pyx'])])",
            {"file src/m.pyx", "file src/q.pxd"},
        ),
        (
            "from setuptools import setup, Extension\nfrom torch.utils.cpp_extension import CUDAExtension, CppExtension\nsetup(ext_modules=[CUDAExtension('k',['src/k.cu']), CppExtension('c',['src/b.cpp'])])",
            {"file src/b.cpp", "file src/k.cu", "file src/k.cuh"},
        ),
        (
            "class CMakeExtension:\n    pass\nfrom setuptools import setup, Extension\nclass CMakeExtension(Extension):\n    def __init__(self,name,sourcedir=''):\n        super().__init__(name,sources=[])\n        import os\n        self.sourcedir=os.path.abspath(sourcedir)\nfrom setuptools.command.build_ext import build_ext\nimport subprocess\nclass CMakeBuild(build_ext):\n    def build_extension(self,ext):\n        subprocess.check_call(['cmake',ext.sourcedir],cwd=self.build_temp)\nsetup(ext_modules=[CMakeExtension('x')],cmdclass={'build_ext':CMakeBuild})",
            {"file CMakeLists.txt", "file src/b.cpp"},
        ),
        (
            "from cmake_build_extension import CMakeExtension, BuildExtension\nfrom setuptools import setup\nsetup(ext_modules=[CMakeExtension(name='x',source_dir='.')])",
            {"file CMakeLists.txt", "file src/b.cpp"},
        ),
        (
            "from setuptools import setup\nsetup(cffi_modules=['cffi_build.py:ffi'])",
            {"file cdefs.h", "file cffi_build.py", "file src/a.c", "file src/a.h"},
        ),
        (
            "from mypyc.build import mypycify\nfrom setuptools import setup\nsetup(ext_modules=mypycify(['pkg/m.py','--strict']))",
            {"file pkg/m.py", "file pkg/__init__.py (likely)"},
        ),
        (
            "from setuptools import setup, Extension\nsetup(libraries=[('z',{'sources':['src/a.c']})])",
            {"file src/a.c", "file src/a.h"},
        ),
        (
            "from setuptools import setup, Extension\ne=Extension('x',[])\ne.sources.append('src/a.c')\nsetup(ext_modules=[e])",
            {"file src/a.c", "file src/a.h"},
        ),
        (
            "from setuptools import setup, Extension\ne=Extension('x',sources=[])\ne.sources=['src/a.c']\nsetup(ext_modules=[e])",
            {"file src/a.c", "file src/a.h"},
        ),
        (
            "from setuptools import setup, Extension\nfrom setuptools.command.build_ext import build_ext as B\nclass b(B):\n    def build_extensions(self):\n        for e in self.extensions: e.sources+=['src/a.c']\n        super().build_extensions()\nsetup(ext_modules=[Extension('x',['src/b.cpp'])],cmdclass={'build_ext':b})",
            {"file src/a.c", "file src/a.h", "file src/b.cpp"},
        ),
        (
            "from setuptools import setup, Extension\nfrom setuptools.command.build_py import build_py as B\nclass b(B):\n    def run(self):\n        self.generate()\n        B.run(self)\n    def generate(self):\n        open('tmpl.in')\nsetup(cmdclass={'build_py':b})",
            {"file tmpl.in"},
        ),
        (
            "from setuptools import setup, Extension\nfrom setuptools.command.build_py import build_py as B\ndef wrap(base):\n    class b(base):\n        def run(self):\n            open('tmpl.in')\n            base.run(self)\n    return b\nsetup(cmdclass={'build_py':wrap(B)})",
            {"file tmpl.in"},
        ),
        (
            "from numpy.distutils.core import setup, Extension\nsetup(ext_modules=[Extension('t',['src/t.f90'])])",
            {"file src/t.f90"},
        ),
        (
            "from numpy.distutils.misc_util import Configuration\nfrom numpy.distutils.core import setup\ndef configuration(parent_package='',top_path=None):\n    c=Configuration('x',parent_package,top_path)\n    c.add_extension('a',sources=['src/a.c'])\n    return c\nsetup(configuration=configuration)",
            {"file src/a.c", "file src/a.h"},
        ),
        (
            "from pybind11.setup_helpers import Pybind11Extension, build_ext\nfrom setuptools import setup\nfrom glob import glob\nsetup(ext_modules=[Pybind11Extension('x',sorted(glob('src/*.cpp')))])",
            {"file src/b.cpp", "files src/*.cpp"},
        ),
        (
            "from setuptools import setup, Extension\nsetup(**{'ext_modules':[Extension('x',['src/a.c'])]})",
            {"file src/a.c", "file src/a.h"},
        ),
        (
            "from setuptools import setup, Extension\nkw=dict(name='x')\nkw['ext_modules']=[Extension('x',['src/a.c'])]\nsetup(**kw)",
            {"file src/a.c", "file src/a.h"},
        ),
        (
            "from setuptools import setup, Extension\ndef exts():\n    yield Extension('x',['src/a.c'])\nsetup(ext_modules=list(exts()))",
            {"file src/a.c", "file src/a.h"},
        ),
        (
            "from setuptools import setup, Extension\nimport json\nsetup(ext_modules=[Extension('x',[s]) for s in ['src/a.c']])",
            {"file src/a.c", "file src/a.h"},
        ),
        (
            "from setuptools import setup, Extension\nclass Lazy(list):\n    def __init__(self,cb): self.cb=cb\n    def __iter__(self):\n        for e in self.cb(): yield e\ndef exts(): return [Extension('x',['src/a.c'])]\nsetup(ext_modules=Lazy(exts))",
            {"file src/a.c", "file src/a.h"},
        ),
        (
            "from setuptools import setup, Extension\nfrom setuptools.dist import Distribution\nclass D(Distribution):\n    def __init__(self,a=None):\n        super().__init__(a)\n        self.ext_modules=[Extension('x',['src/a.c'])]\nsetup(distclass=D)",
            {"file src/a.c", "file src/a.h"},
        ),
        (
            "import setuptools\nsetuptools.setup(ext_modules=[setuptools.Extension('x',['src/a.c'])])",
            {"file src/a.c", "file src/a.h"},
        ),
        (
            "import distutils.core as d\nd.setup(ext_modules=[d.Extension('x',['src/a.c'])])",
            {"file src/a.c", "file src/a.h"},
        ),
        (
            "try:\n    from setuptools import setup, Extension\nexcept ImportError:\n    from distutils.core import setup, Extension\nsetup(ext_modules=[Extension('x',['src/a.c'])])",
            {"file src/a.c", "file src/a.h"},
        ),
        (
            "from setuptools import setup, Extension\nfrom os.path import join as pjoin\nE=[('x',['a.c']),('y',['b.cpp'])]\nsetup(ext_modules=[Extension(n,[pjoin('src',f) for f in fs]) for n,fs in E])",
            {"file src/a.c", "file src/a.h", "file src/b.cpp"},
        ),
        (
            "from setuptools import setup, Extension\ne=[]\nfor n in ('a.c','b.cpp'):\n    e.append(Extension(n[:-2],sources=['src/'+n]))\nsetup(ext_modules=e)",
            {"file src/a.c", "file src/a.h", "file src/b.cpp"},
        ),
        (
            "import setuptools\nfrom setuptools import Extension as E\nclass My(E):\n    def __init__(self,n,src,**k):\n        E.__init__(self,n,src,**k)\n        self.depends.append('inc/deep/z.h')\nsetuptools.setup(ext_modules=[My('x',['src/a.c'])])",
            {"file inc/deep/z.h", "file src/a.c", "file src/a.h"},
        ),
        (
            "from grpc_tools import protoc\nprotoc.main(['', '-I.', '--python_out=.', 'a.proto'])",
            {"file a.proto (likely)"},
        ),
    ],
)
def test_what_is_run_and_compiled(make_project: Callable[..., Path], script: str, expected: set[str]) -> None:
    assert found(make_project({**FILES, "setup.py": script})) == expected


@pytest.mark.parametrize(
    "distribution",
    [
        "    def __init__(self, *attrs):\n        Distribution.__init__(self, *attrs)\n        self.cmdclass['build_ext'] = B",
        "    def __init__(self, attrs=None):\n        super().__init__(attrs)\n        self.cmdclass.update(build_ext=B)",
        "    def __init__(self, attrs):\n        attrs['cmdclass']['build_ext'] = B\n        super().__init__(attrs)",
        "    def get_command_class(self, command):\n        if command == 'build_ext':\n            return B\n        return super().get_command_class(command)",
        "    def finalize_options(self):\n        self.cmdclass['build_ext'] = B\n        super().finalize_options()",
    ],
)
def test_a_distribution_class_brings_commands(make_project: Callable[..., Path], distribution: str) -> None:
    script = (
        "from setuptools import Distribution, setup\nfrom setuptools.command.build_ext import build_ext\n"
        "class B(build_ext):\n    def run(self):\n        open('tmpl.in')\n        super().run()\n"
        f"class D(Distribution):\n{distribution}\nsetup(ext_modules=[], distclass=D)"
    )
    assert found(make_project({**FILES, "setup.py": script})) == {"file tmpl.in"}
    unused = script.replace(", distclass=D", "")
    assert found(make_project({**FILES, "setup.py": unused}, "other")) == set()


def test_a_command_asks_the_distribution(make_project: Callable[..., Path]) -> None:
    script = (
        "from setuptools import Distribution, setup\nfrom setuptools.command.build_py import build_py\n"
        "class D(Distribution):\n    def template(self):\n        return 'tmpl' + '.in'\n"
        "class B(build_py):\n    def run(self):\n        open(self.distribution.template())\n"
        "setup(distclass=D, cmdclass={'build_py': B})"
    )
    assert found(make_project({**FILES, "setup.py": script})) == {"file tmpl.in"}


@pytest.mark.parametrize(
    ("distribution", "expected"),
    [
        ("    scripts = ['gen.py']", {"file gen.py"}),
        ("    @property\n    def data_files(self):\n        return [('share', ['tmpl.in'])]", {"file tmpl.in"}),
        (
            "    def __init__(self, attrs=None):\n        super().__init__(attrs)\n        self.long_description = open('cdefs.h').read()",
            {"file cdefs.h"},
        ),
        (
            (
                "    def __init__(self, attrs=None):\n        super().__init__(attrs)\n        for name in dir(self):\n"
                "            if name.startswith('_set_'):\n                setattr(self, name[5:], getattr(self, name))\n"
                "    @property\n    def _set_scripts(self):\n        return ['gen.py', 'build.sh']"
            ),
            {"file gen.py", "file build.sh"},
        ),
        ("    def helper(self, name):\n        return name", set()),
    ],
)
def test_a_distribution_class_sets_what_setup_is_not_given(
    make_project: Callable[..., Path], distribution: str, expected: set[str]
) -> None:
    script = f"from setuptools import Distribution, setup\nclass D(Distribution):\n{distribution}\nsetup(ext_modules=[], distclass=D)"
    assert found(make_project({**FILES, "setup.py": script})) == expected


def test_setup_py_sees_what_lies_beside_the_back_end(make_project: Callable[..., Path]) -> None:
    system = '[build-system]\nrequires = ["setuptools"]\nbuild-backend = "own"\nbackend-path = ["tools/pkg"]\n[project]\nname = "demo"\n'
    files = {
        "pyproject.toml": system,
        "tools/pkg/own.py": "from setuptools.build_meta import *\nfrom reqs import read\n",
        "tools/pkg/reqs.py": "def read():\n    return open('deps.lst').read().split()\n",
        "deps.lst": "",
        "setup.py": "import own\nfrom setuptools import setup\nsetup(install_requires=own.read())\n",
    }
    wanted = {"file tools/pkg/own.py", "file tools/pkg/reqs.py", "file deps.lst"}
    assert found(make_project(files)) == wanted
    elsewhere = {**files, "pyproject.toml": system.replace("tools/pkg", "tools/other")}
    assert "file deps.lst" not in found(make_project(elsewhere, "other"))


@pytest.mark.parametrize("call", ["super().get_ext_filename(name)", "build_ext.get_ext_filename(self, name)"])
def test_a_method_that_calls_its_namesake_is_one_that_setuptools_calls(
    make_project: Callable[..., Path], call: str
) -> None:
    script = (
        "import os\nfrom setuptools import Extension, setup\nfrom setuptools.command.build_ext import build_ext\n"
        f"class Build(build_ext):\n    def get_ext_filename(self, name):\n        {call}\n        return os.environ['DEMO_NAME']\n"
        "setup(cmdclass={'build_ext': Build}, ext_modules=[Extension('demo', ['a.c'])])\n"
    )
    assert "env DEMO_NAME" in found(make_project({"pyproject.toml": PYPROJECT, "setup.py": script, "a.c": ""}))


def test_of_a_table_only_the_rows_that_can_be_meant_count(make_project: Callable[..., Path]) -> None:
    script = (
        "import os, sys\nfrom setuptools import Extension, setup\n"
        "SOURCES = {'unix': ['a.c'], 'nasm': ['b.asm'], 'more': ['c.c']}\nkind = ''\n"
        "if os.environ.get('DEMO_ASM'):\n    kind = 'unix'\nelif sys.maxsize > 99:\n    kind = 'more'\n"
        "setup(ext_modules=[Extension('demo', SOURCES[kind] if kind else [])])\n"
    )
    root = make_project({"pyproject.toml": PYPROJECT, "setup.py": script, "a.c": "", "b.asm": "", "c.c": ""})
    seen = found(root)
    assert {"file a.c", "file c.c"} <= seen
    assert "file b.asm" not in seen


def test_words_of_flags_from_the_environment_or_put_together(make_project: Callable[..., Path]) -> None:
    script = (
        "import os, shlex\nfrom setuptools import Extension, setup\nflags = os.environ.get('DEMO_LDFLAGS', None)\n"
        "if flags is None:\n    flags = ''\n    flags += ' -lpthread'\n"
        '    flags += f\' -Wl,--version-script="{os.path.join(os.path.dirname(os.path.abspath(__file__)), "src", "demo.map")}"\'\n'
        "setup(ext_modules=[Extension('demo', ['a.c'], extra_link_args=list(tuple(shlex.split(flags))))])\n"
    )
    root = make_project({"pyproject.toml": PYPROJECT, "setup.py": script, "a.c": "", "src/demo.map": ""})
    assert {"file src/demo.map", "file a.c", "env DEMO_LDFLAGS"} <= found(root)


@pytest.mark.parametrize(
    "body",
    [
        "    def build_libraries(self, libraries):\n        for name, info in libraries:\n            self.configure(**info)\n",
        "    def run(self):\n        for name, info in self.libraries:\n            self.configure(info['place'])\n",
        "    def run(self):\n        for name, info in self.distribution.libraries:\n            self.configure(info['place'])\n",
    ],
)
def test_libraries_that_a_command_builds_itself(make_project: Callable[..., Path], body: str) -> None:
    script = (
        "import os, subprocess\nfrom setuptools import setup\nfrom setuptools.command.build_clib import build_clib\n"
        f"class B(build_clib):\n{body}"
        "    def configure(self, place):\n        subprocess.check_call(['/bin/sh', os.path.join(os.path.realpath(place), 'configure')], cwd=self.build_temp)\n"
        "setup(libraries=[('demo', {'place': 'vendor/demo'})], cmdclass={'build_clib': B})"
    )
    files = {"vendor/demo/configure": "", "vendor/demo/x.c": "", "vendor/other/y.c": ""}
    wanted = {"file vendor/demo/configure", "files vendor/demo/**/*.c (likely)"}
    assert found(make_project({**FILES, **files, "setup.py": script})) == wanted


def test_commands_have_what_the_distribution_was_given(make_project: Callable[..., Path]) -> None:
    script = (
        "from setuptools import setup\nfrom setuptools.command.build_py import build_py\n"
        "class B(build_py):\n    def run(self):\n        for package in self.packages:\n            open(package + '/tables.txt')\n"
        "setup(packages=['pkg', 'src'], cmdclass={'build_py': B})"
    )
    files = {"pkg/tables.txt": "", "src/tables.txt": "", "other/tables.txt": ""}
    assert found(make_project({**FILES, **files, "setup.py": script})) == {"file pkg/tables.txt", "file src/tables.txt"}


@pytest.mark.parametrize(
    "reading",
    [
        "    for key, value in found.items():\n        if key in defaults:\n            result[key] = value\n",
        "    result.update({key: value for key, value in found.items() if key in defaults})\n",
        "    for key in found.keys():\n        if key in ('WITH_C', 'NAME'):\n            result[key] = found[key]\n",
    ],
)
def test_settings_that_code_outside_the_project_may_set(make_project: Callable[..., Path], reading: str) -> None:
    script = (
        "import os\nfrom setuptools import setup, Extension\ndefaults = {'WITH_C': False, 'NAME': 'x'}\nresult = dict(defaults)\n"
        "if os.access('/etc/demo.py', os.R_OK):\n    found = {}\n    exec(open('/etc/demo.py').read(), found)\n"
        f"{reading}sources = ['src/b.cpp']\nif result['WITH_C']:\n    sources.append('src/a.c')\n"
        "setup(ext_modules=[Extension(result['NAME'], sources)])"
    )
    wanted = {"file src/b.cpp", "file src/a.c", "file src/a.h"}
    assert wanted <= found(make_project({**FILES, "setup.py": script}))

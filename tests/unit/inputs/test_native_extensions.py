"""Extension modules: sources, depends, headers and what generated sources come from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.detecting import found, inputs_of, outputs, the_input
from support.fuzz import commit_all

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SYSTEM = '[build-system]\nrequires = ["setuptools"]\nbuild-backend = "setuptools.build_meta"\n[project]\nname = "demo"\nversion = "1"\n'
TREE = {
    "pyproject.toml": SYSTEM,
    "src/a.c": '#include "a.h"\n#include <stdio.h>\n',
    "src/b.c": "#include <demo/b.h>\n",
    "src/a.h": '#include "deep/c.h"\n',
    "src/deep/c.h": "",
    "include/demo/b.h": "#pragma once\n",
    "unrelated.c": "",
    "docs/example.c": "",
}
A = {"file src/a.c", "file src/a.h", "file src/deep/c.h"}


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("from setuptools import Extension\nExtension('x', ['src/a.c'])", A),
        ("from setuptools import Extension\nExtension(name='x', sources=['src/a.c'], depends=['src/a.h'])", A),
        ("from distutils.core import Extension\nExtension('x', sources=['src/a.c'])", A),
        (
            "from setuptools import Extension\nExtension('x', ['src/a.c'], extra_objects=['docs/example.c'])",
            A | {"file docs/example.c"},
        ),
        (
            "from setuptools import setup\nsetup(headers=['src/a.h', 'include/demo/b.h'])",
            {"file src/a.h", "file include/demo/b.h"},
        ),
        ("import setuptools\nsetuptools.Extension('x', ['src/' + n for n in ['a.c']])", A),
        (
            "from setuptools import Extension\nExtension('x', ['src/b.c'], include_dirs=['include'])",
            {"file src/b.c", "file include/demo/b.h"},
        ),
        # a computed include directory: only one file can be meant
        (
            "from setuptools import Extension\nimport x\nExtension('x', ['src/b.c'], include_dirs=[x.y()])",
            {"file src/b.c", "file include/demo/b.h (likely)"},
        ),
        ("from torch.utils.cpp_extension import CUDAExtension\nCUDAExtension('x', ['src/a.c'])", A),
        ("from pybind11.setup_helpers import Pybind11Extension\nPybind11Extension('x', sorted(['src/a.c']))", A),
        (
            (
                "from setuptools import Extension\nimport sys\nsources = ['src/a.c']\nif sys.platform == 'win32':\n"
                "    sources.append('src/b.c')\nExtension('x', sources)"
            ),
            A | {"file src/b.c", "file include/demo/b.h (likely)"},
        ),
        (
            (
                "from setuptools import Extension\nimport sys\nif sys.platform == 'win32':\n    s = ['src/a.c']\nelse:\n"
                "    s = ['src/b.c']\nExtension('x', s)"
            ),
            A | {"file src/b.c", "file include/demo/b.h (likely)"},
        ),
        (
            "from setuptools import Extension\next = Extension('x', [])\next.sources.append('src/a.c')\next.sources += []",
            A,
        ),
        (
            "from setuptools import Extension\next = Extension('x', ['src/a.c'])\ndef later(): pass\next.sources = ['src/b.c']\next.include_dirs = ['include']",
            A | {"file src/b.c", "file include/demo/b.h"},
        ),
        (
            (
                "from setuptools import Extension\nclass Mine(Extension):\n    def __init__(self, name, folder):\n"
                "        super().__init__(name, sources=[folder + '/a.c'])\nMine('x', 'src')"
            ),
            A,
        ),
        (
            "from glob import glob\nfrom setuptools import Extension\nExtension('x', glob('src/*.c'), include_dirs=['include'])",
            A | {"file src/b.c", "file include/demo/b.h", "files src/*.c"},
        ),
        (
            "from setuptools import setup\nsetup(libraries=[('x', {'sources': ['src/a.c']})])",
            A,
        ),
        (
            "import sys\nfrom setuptools import Extension\nExtension('x', [f'src/{sys.platform[0]}.c'], include_dirs=['include'])",
            {"files src/*.c (possible)", "file src/a.c (possible)", "file src/b.c (possible)"}
            | {"file src/a.h (possible)", "file src/deep/c.h (possible)", "file include/demo/b.h (possible)"},
        ),
        ("from setuptools import Extension\nimport x\nExtension('x', x.sources() + ['missing.c'])", set()),
        (
            (
                "from setuptools.command.build_ext import build_ext\nfrom setuptools import setup\nclass B(build_ext):\n"
                "    def build_extensions(self):\n        self.compiler.compile(['src/a.c'])\nsetup(cmdclass={'build_ext': B}, ext_modules=[])"
            ),
            {"file src/a.c (likely)", "file src/a.h (likely)", "file src/deep/c.h (likely)"},
        ),
        ("import os\nos.remove('src/a.c')\nprint('src/a.c')", set()),
    ],
)
def test_extensions_in_setup_py(make_project: Callable[..., Path], script: str, expected: set[str]) -> None:
    assert found(make_project({**TREE, "setup.py": script})) == expected


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ("extra_compile_args=['-Iinclude', '-O2', '-DNAME=src/a.h']", {"file include/demo/b.h"}),
        ("extra_compile_args=['-isystem', 'include']", {"file include/demo/b.h"}),
        ("extra_compile_args={'cxx': ['-O3'], 'nvcc': ['-I' + 'include']}", {"file include/demo/b.h"}),
        ("extra_compile_args=['-iquote', 'include']", {"file include/demo/b.h"}),
        (
            "include_dirs=['include'], extra_compile_args=['-include', 'src/a.h']",
            A - {"file src/a.c"} | {"file include/demo/b.h"},
        ),
        (
            "include_dirs=['include'], extra_compile_args=['/FIsrc/a.h']",
            A - {"file src/a.c"} | {"file include/demo/b.h"},
        ),
        ("extra_link_args=['-Wl,--version-script=link/demo.map', '-lm']", {"file link/demo.map"}),
        ("extra_link_args=['-Wl,--gc-sections,-T,link/demo.ld']", {"file link/demo.ld"}),
        (
            "extra_link_args=['-Xlinker', 'link/demo.ld', 'link/libdemo.a']",
            {"file link/demo.ld", "file link/libdemo.a"},
        ),
        (
            "extra_link_args=['/DEF:link/demo.def'] if x.windows else ['-exported_symbols_list', 'link/demo.map']",
            {"file link/demo.def", "file link/demo.map"},
        ),
        ("define_macros=[('CONFIG', '\"a.h\"')]", {"file src/a.h", "file src/deep/c.h"}),
        (
            "include_dirs=['include'], define_macros=[('N', '1'), ('CONFIG', '<demo/b.h>'), ('NO', None)]",
            {"file include/demo/b.h"},
        ),
        ("extra_compile_args=[r'-DCONFIG=\\\"a.h\\\"', '-DX=a.h']", {"file src/a.h", "file src/deep/c.h"}),
        ("define_macros=[('NAME', '\"absent.h\"'), ('TEXT', '\"no header\"')]", set()),
        ("extra_link_args=['@link/words.rsp']", {"file link/words.rsp"}),
        ("libraries=['m', 'demo'], library_dirs=['/usr/lib', 'link']", {"file link/libdemo.a"}),
        ("libraries=['built'], library_dirs=['link']", set()),  # git does not know it
        ("extra_link_args=['-olink/demo.map', '-Llink', 'link/absent.ld']", set()),
    ],
)
def test_words_for_the_compiler_and_the_linker(
    make_project: Callable[..., Path], arguments: str, expected: set[str]
) -> None:
    names = ("demo.map", "demo.ld", "demo.def", "words.rsp", "libdemo.a", "libbuilt.a")
    script = f"import x\nfrom setuptools import Extension\nExtension('x', ['src/b.c'], {arguments})"
    files = {**TREE, **{f"link/{name}": "" for name in names}, "setup.py": script, ".gitignore": "libbuilt.a"}
    root = make_project(files)
    commit_all(root, "v1")
    header = set() if "file include/demo/b.h" in expected else {"file include/demo/b.h (likely)"}
    assert found(root) == {"file src/b.c"} | header | expected


@pytest.mark.parametrize(
    ("option", "expected"),
    [
        ("-Iours", {"file ours/time.h", "file ours/x.h"}),
        ("-isystemours", {"file ours/time.h", "file ours/x.h"}),
        ("-iquoteours", {"file ours/x.h"}),
        ("-idirafter', 'ours", {"file ours/x.h"}),
        ("-O2", {"file ours/x.h (likely)"}),
    ],
)
def test_which_directories_come_before_the_systems(
    make_project: Callable[..., Path], option: str, expected: set[str]
) -> None:
    script = f"from setuptools import Extension\nExtension('x', ['a.c'], extra_compile_args=['{option}'])"
    files = {"a.c": '#include <time.h>\n#include "x.h"\n', "ours/time.h": "", "ours/x.h": "", "setup.py": script}
    assert found(make_project(files)) == {"file a.c", *expected}


def test_why_and_where(make_project: Callable[..., Path]) -> None:
    script = "from setuptools import Extension\n\nExtension('x', [\n    'src/a.c',\n])\n"
    root = make_project({**TREE, "setup.py": script})
    source, header = the_input(root, "src/a.c"), the_input(root, "src/deep/c.h")
    assert (source.role, source.affects, source.confidence) == ("native-source", "code", "certain")
    assert (source.origin.file, source.origin.line) == ("setup.py", 3)
    assert source.why == "setup.py names it in sources of Extension()"
    assert (header.origin.file, header.origin.line, header.why) == ("src/a.h", 1, "src/a.h includes it")


@pytest.mark.parametrize(
    ("source", "present"),
    [
        ("src/fast.c", "src/fast.pyx"),
        ("src/fast.cpp", "src/fast.pyx"),
        ("src/fast.pyx", "src/fast.pyx.in"),
        ("src/parser.c", "src/parser.y"),
        ("src/wrap.c", "src/wrap.i"),
        ("src/config.c", "src/config.c.in"),
    ],
)
def test_a_generated_source_stands_for_what_it_is_made_from(
    make_project: Callable[..., Path], source: str, present: str
) -> None:
    script = f"from setuptools import Extension\nExtension('x', ['{source}'])"
    assert found(make_project({"pyproject.toml": SYSTEM, "setup.py": script, present: ""})) == {f"file {present}"}


@pytest.mark.parametrize(
    ("product", "maker", "ignored", "expected"),
    [
        ("src/fast.c", "src/fast.pyx", "*.c", {"file src/fast.pyx"}),
        ("src/fast.cpp", "src/fast.pyx", "/src/fast.cpp", {"file src/fast.pyx"}),
        ("src/fast.pyx", "src/fast.pyx.in", "src/*.pyx", {"file src/fast.pyx.in"}),
        # setuptools runs no Bison: what lies there is compiled
        ("src/parser.c", "src/parser.y", "parser.c", {"file src/parser.c"}),
        ("src/one_wrap.c", "src/one.i", "*_wrap.c", {"file src/one_wrap.c"}),
        # both are kept by hand, or nobody can tell
        ("src/fast.c", "src/fast.pyx", "", {"file src/fast.c"}),
        # a module's slow twin is not what the compiled one is made from
        ("src/fast.c", "src/fast.py", "*.c", {"file src/fast.c"}),
        # a product of which git does not know the maker either
        ("src/fast.c", "src/fast.pyx", "fast.*", {"file src/fast.c"}),
    ],
)
def test_what_an_earlier_build_made_is_no_source(
    make_project: Callable[..., Path], product: str, maker: str, ignored: str, expected: set[str]
) -> None:
    script = f"from setuptools import Extension\nExtension('x', ['{product}'])"
    root = make_project({"pyproject.toml": SYSTEM, "setup.py": script, product: "", maker: "", ".gitignore": ignored})
    commit_all(root, "v1")
    assert found(root) == expected


@pytest.mark.parametrize(
    "command",
    [
        "subprocess.check_call(['bison', 'src/parser.y'])",
        "os.system('/usr/bin/yacc src/parser.y')",
        "subprocess.run(['make', '-C', 'src'])",
    ],
)
def test_what_the_script_may_make_is_no_source(make_project: Callable[..., Path], command: str) -> None:
    script = f"import os, subprocess\nfrom setuptools import Extension\nif os.path.exists('x'): {command}\nExtension('x', ['src/parser.c'])"
    files = {"src/parser.c": "", "src/parser.y": "", ".gitignore": "parser.c"}
    root = make_project({"pyproject.toml": SYSTEM, "setup.py": script, **files})
    commit_all(root, "v1")
    assert "file src/parser.y" in found(root)
    assert "file src/parser.c" not in found(root)


def test_cython(make_project: Callable[..., Path]) -> None:
    script = """
    from Cython.Build import cythonize
    from setuptools import Extension, setup

    setup(ext_modules=cythonize([Extension("demo.core", ["demo/core.pyx"], include_dirs=["native"]), "demo/more/*.pyx"]))
    """
    core = """
    # cython: language_level=3
    from libc.math cimport sqrt
    from demo.types cimport Shape, Grid
    from .more cimport extra
    cimport demo.errors as errors
    include "consts.pxi"
    cdef extern from "core.h":
        int f()
    cdef extern from *:
        int g()
    """
    files = {
        "demo/core.pyx": core,
        "demo/core.pxd": "cimport cython\n",
        "demo/types.pxd": "",
        "demo/errors.pxd": "",
        "demo/more/__init__.pxd": "",
        "demo/more/extra.pxd": "from demo cimport deep\n",
        "demo/deep.pxd": "",
        "demo/consts.pxi": 'include "more.pxi"\n',
        "demo/more.pxi": "",
        "demo/more/x.pyx": "",
        "demo/unused.pxd": "",
        "native/core.h": "",
    }
    root = make_project({"pyproject.toml": SYSTEM, "setup.py": script, **files})
    wanted = {f"file {name}" for name in files if name != "demo/unused.pxd"}
    assert found(root) == wanted | {"files demo/more/*.pyx"}


def test_cython_searches_the_include_path(make_project: Callable[..., Path]) -> None:
    script = "from Cython.Build import cythonize\nfrom setuptools import setup\nsetup(ext_modules=cythonize('m.pyx', include_path=['inc']))"
    files = {"m.pyx": "cimport q\n", "inc/q.pxd": "", "q/other.pxd": ""}
    root = make_project({"pyproject.toml": SYSTEM, "setup.py": script, **files})
    assert found(root) == {"file m.pyx", "file inc/q.pxd"}


def test_a_source_in_the_tree_may_be_made_from_a_template(make_project: Callable[..., Path]) -> None:
    script = "from setuptools import Extension, setup\nsetup(ext_modules=[Extension('m', ['m.pyx'])])"
    root = make_project({"pyproject.toml": SYSTEM, "setup.py": script, "m.pyx": "", "m.pyx.in": "", "n.pyx.in": ""})
    assert found(root) == {"file m.pyx", "file m.pyx.in (likely)"}


def test_extension_modules_in_pyproject(make_project: Callable[..., Path]) -> None:
    system = (
        SYSTEM
        + """
[tool.setuptools]
ext-modules = [
    { name = "x", sources = ["src/b.c", "missing.c"], depends = ["src/a.h"], include-dirs = ["include"] },
]
"""
    )
    root = make_project({**TREE, "pyproject.toml": system})
    assert found(root) == {"file src/b.c", "file src/a.h", "file src/deep/c.h", "file include/demo/b.h"}
    assert the_input(root, "src/b.c").why == "pyproject.toml names it in sources of an extension module"


@pytest.mark.parametrize(
    "value", ["3", '"x"', "[3]", "[{}]", '[{ name = "x", sources = 3 }]', '[{ sources = [3, "a"] }]']
)
def test_odd_extension_modules(make_project: Callable[..., Path], value: str) -> None:
    root = make_project({**TREE, "pyproject.toml": f"{SYSTEM}[tool.setuptools]\next-modules = {value}\n"})
    assert found(root) == set()


def test_cffi_and_mypyc(make_project: Callable[..., Path]) -> None:
    script = """
    from mypyc.build import mypycify
    from setuptools import setup
    setup(ext_modules=mypycify(["--strict", "demo/fast.py"]), cffi_modules=["build_native.py:builder"])
    """
    build = """
    from cffi import FFI
    builder = FFI()
    builder.cdef(open("src/api.h").read())
    builder.set_source("demo._native", '#include "a.h"', sources=["src/a.c"], include_dirs=["src"])
    """
    root = make_project({**TREE, "setup.py": script, "build_native.py": build, "demo/fast.py": "", "src/api.h": ""})
    assert found(root) == A | {"file build_native.py", "file src/api.h", "file demo/fast.py"}


def test_extension_helpers_collects_what_packages_say(make_project: Callable[..., Path]) -> None:
    script = "from extension_helpers import get_extensions\nfrom setuptools import setup\nsetup(ext_modules=get_extensions())"
    package = """
    import os
    from setuptools import Extension
    HERE = os.path.relpath(os.path.dirname(__file__))
    def get_extensions():
        return [Extension("demo.a", [os.path.join("src", "a.c")], include_dirs=[HERE])]
    """
    files = {"demo/__init__.py": "", "demo/setup_package.py": package, "demo/fast.pyx": ""}
    root = make_project({**TREE, "setup.py": script, **files})
    assert found(root) == A | {"file demo/setup_package.py", "file demo/fast.pyx"}


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ("RustExtension('x', path='crates/fast/Cargo.toml')", {"lib.rs"}),
        ("RustExtension('x', 'crates/fast/Cargo.toml', binding=Binding.PyO3)", {"lib.rs"}),
        ("RustBin('x', path='crates/fast/Cargo.toml')", {"lib.rs", "main.rs", "bin/more.rs", "part.rs"}),
        ("RustExtension('x', 'crates/fast/Cargo.toml', binding=Binding.Exec)", {"lib.rs", "main.rs", "bin/more.rs", "part.rs"}),
        (
            "RustExtension('x', 'crates/fast/Cargo.toml')\nRustBin('y', 'crates/fast/Cargo.toml')",
            {"lib.rs", "main.rs", "bin/more.rs", "part.rs"},
        ),
        ("import subprocess\nsubprocess.run(['cargo', 'build'], cwd='crates/fast')", {"lib.rs", "main.rs", "bin/more.rs", "part.rs"}),
    ],
)  # fmt: skip
def test_the_crate_of_a_rust_extension_or_program(
    make_project: Callable[..., Path], call: str, expected: set[str]
) -> None:
    script = f"from setuptools_rust import Binding, RustBin, RustExtension\n{call}"
    files = {
        "crates/fast/Cargo.toml": '[package]\nname = "fast"\nversion = "1.0.0"\n',
        "crates/fast/src/lib.rs": "",
        "crates/fast/src/main.rs": "mod part;",
        "crates/fast/src/part.rs": "",
        "crates/fast/src/bin/more.rs": "",
        "crates/slow/Cargo.toml": '[package]\nname = "slow"\nversion = "1.0.0"\n',
    }
    root = make_project({"pyproject.toml": SYSTEM, "setup.py": script, **files})
    assert found(root) == {"file crates/fast/Cargo.toml", *(f"file crates/fast/src/{name}" for name in expected)}


@pytest.mark.parametrize(
    ("fixture", "expected"),
    [
        (
            "c-extension",
            {"file VERSION", "file README.md", "env STATS_SAMPLE_SPREAD", "files src/stat_*.c"}
            | {"file src/module.c", "file src/stat_mean.c", "file src/stat_spread.c", "file src/limits.def"}
            | {"file src/square.inc", "file include/stats/stats.h", "file include/stats/config.h"},
        ),
        (
            "cython-ext",
            {"file src/fastgrid/grid.pyx", "file src/fastgrid/shape.pyx", "file src/fastgrid/shape.pxd"}
            | {"file src/fastgrid/limits.pxi", "file native/sum.c", "file native/sum.h", "file native/kahan.h"},
        ),
    ],
)
def test_projects_that_really_build(copy_fixture: Callable[..., Path], fixture: str, expected: set[str]) -> None:
    assert found(copy_fixture(fixture)) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        # the name is written down, the directory is the machine's: every one of them is compiled somewhere
        ("f'src/{sys.platform}_64/core.c'", "likely"),
        ("'src/{}_{}/core.c'.format(*sys.version_info[:2])", "likely"),
        ("'src/linux_64/core_' + sys.platform + '.c'", "likely"),
        # nothing of the name is known
        ("f'src/linux_64/{sys.platform}.c'", "possible"),
        ("f'src/linux_64/{sys.platform}_{sys.byteorder}.c'", "possible"),
    ],
)
def test_how_sure_a_source_is_whose_name_is_known_in_part(
    make_project: Callable[..., Path], source: str, expected: str
) -> None:
    script = f"import sys\nfrom setuptools import Extension\nExtension('x', [{source}])"
    names = (
        "linux/core.c",
        "src/linux_64/core.c",
        "src/mac_64/core.c",
        "src/linux_64/core_big.c",
        "src/linux_64/x_y.c",
    )
    files = dict.fromkeys(names, '#include "own.h"\n#include "lone.h"\n')
    headers = {name.rpartition("/")[0] + "/own.h": "" for name in names}
    root = make_project({"pyproject.toml": SYSTEM, "setup.py": script, **files, **headers, "deep/lone.h": ""})
    told = {item.what: item.confidence for item in inputs_of(root).inputs if item.role == "native-source"}
    assert set(told.values()) == {expected}  # what it includes is read where it is compiled, and no surer
    assert "deep/lone.h" in told


def test_an_included_file_is_as_sure_as_the_surest_way_to_it(make_project: Callable[..., Path]) -> None:
    script = "import sys\nfrom setuptools import Extension\nExtension('x', ['a.c', f'gen/{sys.platform}.c'])"
    files = {
        "gen/one.c": '#include "../shared.h"\n#include "one.h"\n',
        "gen/one.h": '#include "../deep.h"\n',
        "a.c": '#include "shared.h"\n#include <far/guess.h>\n',
        "else/far/guess.h": '#include "beyond.h"\n',
        "else/far/beyond.h": "",
        **dict.fromkeys(("shared.h", "deep.h"), ""),
    }
    root = make_project({"pyproject.toml": SYSTEM, "setup.py": script, **files})
    assert found(root) == {
        "file a.c",
        "file shared.h",
        *("file else/far/guess.h (likely)", "file else/far/beyond.h (likely)"),
        *(
            "files gen/*.c (possible)",
            "file gen/one.c (possible)",
            "file gen/one.h (possible)",
            "file deep.h (possible)",
        ),
    }


def test_objects_of_unknown_names_are_no_sources(make_project: Callable[..., Path]) -> None:
    script = "import x\nfrom setuptools import Extension\nExtension('x', ['src/a.c'], extra_objects=['src/' + n for n in x.objects()])"
    root = make_project({**TREE, "setup.py": script, "src/b.o": "", "src/config.h.in": ""})
    assert found(root) == {*A, "file src/b.o (possible)"}


@pytest.mark.parametrize(
    ("script", "left"),
    [
        ("s.remove('src/main.c')", {"a", "test"}),
        ("s = set(s)\ns.discard('src/test.c')\ns.discard('src/none.c')", {"a", "main"}),
        ("for name in ('main', 'test'):\n    s.remove(f'src/{name}.c')", {"a"}),
        ("s = set(s).difference(['src/main.c'], glob.glob('src/t*.c'))", {"a"}),
        ("s = set(s)\ns.difference_update({'src/main.c'})", {"a", "test"}),
        ("def drop(names):\n    names.remove('src/main.c')\ndrop(s)", {"a", "test"}),
        # on some machines only, or nobody knows what
        ("if sys.platform == 'win32':\n    s.remove('src/main.c')", {"a", "main", "test"}),
        ("s.remove(sys.argv[1])", {"a", "main", "test"}),
        ("s = set(s).difference(sys.argv)", {"a", "main", "test"}),
        (
            "for name in s:\n    if name in sys.argv:\n        continue\n    s.remove('src/main.c')",
            {"a", "main", "test"},
        ),
    ],
)
def test_sources_that_are_taken_out_again(make_project: Callable[..., Path], script: str, left: set[str]) -> None:
    head = "import glob, sys\nfrom setuptools import Extension, setup\ns = ['src/a.c', 'src/main.c', 'src/test.c']\n"
    files = dict.fromkeys(("src/a.c", "src/main.c", "src/test.c"), "")
    tail = "\nsetup(ext_modules=[Extension('x', sorted(s))])\n"
    root = make_project({"pyproject.toml": SYSTEM, "setup.py": head + script + tail, **files})
    assert {name for name in found(root) if name.startswith("file ")} == {f"file src/{name}.c" for name in left}


@pytest.mark.parametrize(
    ("arguments", "left", "as_glob"),
    [
        ("'pkg/*.pyx', exclude=['pkg/skip.pyx']", {"one", "two"}, False),
        ("['pkg/*.pyx'], ['pkg/t*.pyx', 'pkg/none.pyx']", {"one", "skip"}, False),
        ("'pkg/*.pyx', exclude='pkg/s*.pyx'", {"one", "two"}, False),
        ("'pkg/*.pyx', exclude=['other/*.pyx']", {"one", "skip", "two"}, True),
        ("['pkg/one.pyx', 'pkg/two.pyx'], exclude=['pkg/two.pyx']", {"one"}, False),
        ("'pkg/*.pyx', exclude=sys.argv", {"one", "skip", "two"}, True),
    ],
)
def test_what_cythonize_leaves_out(
    make_project: Callable[..., Path], arguments: str, left: set[str], *, as_glob: bool
) -> None:
    script = f"import sys\nfrom setuptools import setup\nfrom Cython.Build import cythonize\nsetup(ext_modules=cythonize({arguments}))"
    files = dict.fromkeys(("pkg/one.pyx", "pkg/two.pyx", "pkg/skip.pyx"), "")
    root = make_project({"pyproject.toml": SYSTEM, "setup.py": script, **files})
    expected = {f"file pkg/{name}.pyx" for name in left}
    assert found(root) == expected | ({"files pkg/*.pyx"} if as_glob else set())


@pytest.mark.parametrize(
    ("body", "left"),
    [
        ("d[:] = [n for n in d if n != 'tests']", {"top", "deep/core", "deep/tests_of_mine/x"}),
        ("d[:] = filter(lambda n: not n.startswith('tests'), d)", {"top", "deep/core"}),
        ("if 'tests' in d: d.remove('tests')", {"top", "deep/core", "deep/tests_of_mine/x"}),
        ("d.clear(); d[:] = []", {"top"}),
        ("d[:] = sorted(d)", {"top", "deep/core", "deep/tests/t", "tests/t", "deep/tests_of_mine/x"}),
        # another list, another step, or not on every machine
        ("d = []", {"top", "deep/core", "deep/tests/t", "tests/t", "deep/tests_of_mine/x"}),
        ("if sys.argv: d[:] = []", {"top", "deep/core", "deep/tests/t", "tests/t", "deep/tests_of_mine/x"}),
        ("d[:0] = ['other']", {"top", "deep/core", "deep/tests/t", "tests/t", "deep/tests_of_mine/x"}),
    ],
)
@pytest.mark.parametrize("walk", ["os.walk('lib')", "Path('lib').walk()"])
def test_a_walk_that_leaves_directories_out(
    make_project: Callable[..., Path], walk: str, body: str, left: set[str]
) -> None:
    script = (
        "import os, sys\nfrom pathlib import Path\nfrom setuptools import Extension, setup\ns = []\n"
        f"for r, d, f in {walk}:\n    {body}\n    s += [os.path.join(r, n) for n in f if n.endswith('.c')]\n"
        "setup(ext_modules=[Extension('x', s)])\n"
    )
    names = ("top", "deep/core", "deep/tests/t", "tests/t", "deep/tests_of_mine/x")
    files = {f"lib/{name}.c": "" for name in names}
    root = make_project({"pyproject.toml": SYSTEM, "setup.py": script, **files})
    assert {name for name in found(root) if name.startswith("file ")} == {f"file lib/{name}.c" for name in left}


@pytest.mark.parametrize(
    ("source", "maker", "there"),
    [
        ("src/parse.c", "src/parse.y", False),
        ("src/lex.c", "src/lex.l", False),
        ("src/core_wrap.cpp", "src/core.i", False),
        ("src/table.c", "src/table.c.in", False),
        ("src/core.pyx", "src/core.pyx.in", False),
        ("src/parse.c", "src/parse.y", True),  # left there by an earlier build: git does not know it
    ],
)
def test_a_source_that_is_made_from_another_is_an_output(
    make_project: Callable[..., Path], source: str, maker: str, *, there: bool
) -> None:
    script = f"import os\nfrom setuptools import Extension, setup\nos.system('make -C src')\nsetup(ext_modules=[Extension('x', ['src/a.c', '{source}'])])"
    files = {"src/a.c": "", maker: "", ".gitignore": source, **({source: ""} if there else {})}
    root = make_project({"pyproject.toml": SYSTEM, "setup.py": script, **files})
    commit_all(root, "all")
    assert {"file src/a.c", f"file {maker}"} <= found(root)
    assert f"file {source}" not in found(root)
    assert source in outputs(root)

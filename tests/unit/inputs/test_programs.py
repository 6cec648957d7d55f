"""Programs that a build starts and that read by rules of their own: JavaScript, Bazel, SCons, Waf, Conan, autotools, catalogues."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.detecting import found, optional, outputs

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SETUPTOOLS = '[build-system]\nrequires = ["setuptools"]\nbuild-backend = "setuptools.build_meta"\n[project]\nname = "demo"\nversion = "1"\n'
HATCHLING = '[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n[project]\nname = "demo"\nversion = "1"\n'
SCIKIT_BUILD = '[build-system]\nrequires = ["scikit-build"]\nbuild-backend = "setuptools.build_meta"\n'
COMMAND = "from setuptools import setup\nfrom setuptools.command.build_py import build_py\nimport os, subprocess, sys\nclass B(build_py):\n    def run(self):\n        {}\nsetup(cmdclass={{'build_py': B}})\n"


def _found(make_project: Callable[..., Path], body: str, files: dict[str, str]) -> set[str]:
    return found(make_project({"pyproject.toml": SETUPTOOLS, "setup.py": COMMAND.format(body), **files}))


WEB = {"web/package.json": '{"scripts": {"build": "node tools/pack.js --mode production", "test": "node check.js"}}', "web/yarn.lock": "", "web/src/app.tsx": "", "web/tools/pack.js": "", "web/check.js": "", "web/vite.config.mts": "", "web/dist/app.js": ""}  # fmt: skip
WEB_FOUND = {
    *(
        "file web/package.json",
        "file web/yarn.lock",
        "file web/vite.config.mts (likely)",
        "file web/tools/pack.js (likely)",
    ),
    "files web/src/**/*.tsx (likely)",
}


@pytest.mark.parametrize(
    "body",
    [
        "subprocess.check_call(['yarn', 'build'], cwd='web')",
        "subprocess.run('yarn install && yarn build', shell=True, cwd=os.path.join(os.path.dirname(__file__), 'web'))",
        "os.system('cd web && CI=1 npm run build')",
        "os.system('cd web; pnpm build')",
        "subprocess.run(['bash', '-c', 'cd web && npm ci && npm run build'])",
        "subprocess.run(['npm', '--prefix', 'web', 'run', 'build'])",
        "subprocess.run(['yarn', '--cwd=web', 'build'])",
        "import shutil; subprocess.run([shutil.which('npm'), 'run', 'build'], cwd='web')",
        "npm = 'npm.cmd' if os.name == 'nt' else 'npm'; self.spawn(['env', 'A=b', npm, 'run', 'build', '-C', 'web'])",
    ],
)
def test_javascript_that_setup_py_builds(make_project: Callable[..., Path], body: str) -> None:
    assert _found(make_project, body, WEB) == WEB_FOUND


def test_asking_npm_for_its_version_builds_nothing(make_project: Callable[..., Path]) -> None:
    assert _found(make_project, "subprocess.check_call(['npm', '--version'], cwd='web')", WEB) == set()


def test_sources_that_do_not_lie_in_src(make_project: Callable[..., Path]) -> None:
    files = {
        "js/package.json": "{}",
        "js/index.js": "",
        "js/lib/a.js": "",
        "js/dist/b.js": "",
        "js/node_modules/c/c.js": "",
    }
    assert _found(make_project, "subprocess.run(['npm', 'install'], cwd='js')", files) == {
        *("file js/package.json", "files js/*.js (likely)", "files js/lib/**/*.js (likely)")
    }


def test_bazel_takes_the_packages_that_labels_reach(make_project: Callable[..., Path]) -> None:
    files = {
        "WORKSPACE": "",
        ".bazelrc": "",
        "py/BUILD": 'cc_binary(name = "x", deps = ["//core:y", "@absl//absl/strings"])',
        "py/x.cc": "",
        "core/BUILD.bazel": "",
        "core/y.cc": "",
        "core/inner/BUILD": "",
        "core/inner/z.cc": "",
        "absl/strings/BUILD": "",
        "tests/BUILD": "",
    }
    assert _found(
        make_project, "self.spawn(['bazel', '--output_base=o', 'build', '//py:x.so', '-c', 'opt'])", files
    ) == {
        *("file WORKSPACE", "file .bazelrc", "file py/BUILD", "files py/**/* (likely)"),
        *("file core/BUILD.bazel", "file core/y.cc (likely)"),
    }


def test_bazel_that_only_cleans_reads_nothing(make_project: Callable[..., Path]) -> None:
    assert _found(make_project, "os.system('bazel clean')", {"WORKSPACE": "", "BUILD": ""}) == set()


def test_scons(make_project: Callable[..., Path]) -> None:
    files = {
        "native/SConstruct": 'env = Environment(CPPPATH="#inc")  # "old.c"\nenv.SConscript("lib/SConscript")\n',
        "native/lib/SConscript": 'Import("env")\nenv.SharedLibrary("x", Split("a.c b.c") + Glob("gen/*.c"))\n',
        **dict.fromkeys(["native/lib/a.c", "native/lib/gen/g.c", "native/old.c", "native/other.c"], ""),
        "native/lib/b.c": '#include "b.h"\n',
        "native/lib/b.h": "",
        "native/site_scons/site_tools/t.py": "",
    }
    expected = {
        "native/SConstruct",
        "native/lib/SConscript (likely)",
        "native/lib/a.c (likely)",
        "native/lib/b.c (likely)",
    }
    expected |= {"native/lib/b.h (likely)"}
    assert _found(make_project, "subprocess.run(['scons', '-C', 'native', '-j', '4'])", files) == {
        *(f"file {name}" for name in expected),
        *("files native/lib/gen/*.c (likely)", "files native/site_scons/**/*.py (likely)"),
    }


def test_waf_run_by_python(make_project: Callable[..., Path]) -> None:
    files = {
        "waf": "",
        "wscript": "def build(b):\n    b.recurse('sub')\n",
        "sub/wscript": "def build(b):\n    b.shlib(source='a.c')\n",
    }
    files |= dict.fromkeys(["sub/a.c", "sub/b.c"], "")
    assert _found(make_project, "subprocess.run([sys.executable, './waf', 'configure', 'build'])", files) == {
        *("file waf", "file wscript", "file sub/wscript (likely)", "file sub/a.c (likely)")
    }


def test_conan_and_what_its_recipe_reads(make_project: Callable[..., Path]) -> None:
    recipe = "import os\nfrom conan import ConanFile\nclass R(ConanFile):\n    def requirements(self):\n        for line in open(os.path.join(self.recipe_folder or '.', 'deps.txt')):\n            self.requires(line)\n        if os.getenv('WITH_Z'):\n            self.requires('z/1')\n"
    files = {"third/conanfile.py": recipe, "third/conan.lock": "", "conanfile.txt": "", "profiles/x": ""}
    assert _found(make_project, "subprocess.run(['conan', 'install', 'third', '-pr', 'profiles/x'])", files) >= {
        *("file third/conanfile.py", "file third/conan.lock", "file profiles/x", "env WITH_Z")
    }


def test_autotools_at_the_top_of_a_project(make_project: Callable[..., Path]) -> None:
    files = {
        "configure.ac": "AC_CONFIG_HEADERS([conf.h])\nAC_CONFIG_FILES([Makefile lib/Makefile\n  x.pc:tmpl/x.pc.in])\n",
        "lib/Makefile.am": "libx_la_SOURCES = a.c \\\n  b.c\n",
        **dict.fromkeys(["configure", "conf.h.in", "tmpl/x.pc.in", "m4/a.m4", "lib/b.c", "lib/c.c", "lib/a.h"], ""),
        "lib/a.c": '#include "a.h"\n',
    }
    assert _found(make_project, "os.system('./configure --enable-x && make')", files) == {
        *("file configure", "file configure.ac", "file conf.h.in", "file tmpl/x.pc.in", "file lib/Makefile.am"),
        *("file lib/a.c (likely)", "file lib/b.c (likely)", "file lib/a.h (likely)", "files m4/**/*.m4 (likely)"),
    }


def test_makefiles_with_variables_objects_and_includes(make_project: Callable[..., Path]) -> None:
    files = {
        "Makefile": "-include local.mk\ninclude $(TOP)/rules.mk\nTOP := mk\nD = core\nOBJ += $(D)/a.o ${D}/b.o \\\n  $(E)/x.o\nlibx.so: $(OBJ)\n",
        "mk/rules.mk": "EXTRA = $(D)/c.o\nall: $(EXTRA)\n",
        **dict.fromkeys(["core/a.c", "core/b.cpp", "core/c.f90", "core/d.c", "y.c"], ""),
    }
    assert _found(make_project, "os.system('make -j4')", files) == {
        *("file Makefile", "file mk/rules.mk", "file core/a.c", "file core/b.cpp", "file core/c.f90")
    }


@pytest.mark.parametrize(
    ("script", "more", "expected"),
    [
        (COMMAND.format("self.run_command('compile_catalog')"), {"setup.cfg": "[compile_catalog]\ndirectory = demo/lang\n"}, "demo/lang"),
        (COMMAND.format("from babel.messages.frontend import compile_catalog as c; x = c(self.distribution); x.run()"), {}, "demo/lang"),
        (COMMAND.format("os.system('pybabel compile -d demo/lang')"), {}, "demo/lang"),
        (COMMAND.format("subprocess.run(['django-admin', 'compilemessages'], cwd='demo')"), {}, "demo/lang"),
        (COMMAND.format("subprocess.run([sys.executable, 'manage.py', 'compilemessages'])"), {}, "demo/lang"),
        (
            "from setuptools import setup\nfrom distutils.command.build import build as _build\nclass build(_build):\n    sub_commands = [('compile_catalog', None)] + _build.sub_commands\nsetup(cmdclass={'build': build})\n",
            {},
            "demo/lang",
        ),
    ],
)  # fmt: skip
def test_catalogues_that_the_build_compiles(
    make_project: Callable[..., Path], script: str, more: dict[str, str], expected: str
) -> None:
    files = {
        "demo/lang/de/LC_MESSAGES/demo.po": "",
        "demo/lang/fr/LC_MESSAGES/demo.po": "",
        "demo/__init__.py": "",
        **more,
    }
    root = make_project({"pyproject.toml": SETUPTOOLS, "setup.py": script, **files})
    assert {text for text in found(root) if "demo/" in text} == {f"files {expected}/**/*.po (likely)"}


def test_a_command_for_catalogues_that_the_build_does_not_run(make_project: Callable[..., Path]) -> None:
    script = "from babel.messages import frontend as babel\nfrom setuptools import setup\nsetup(cmdclass={'compile_catalog': babel.compile_catalog})\n"
    root = make_project({"pyproject.toml": SETUPTOOLS, "setup.py": script, "demo/lang/de/LC_MESSAGES/demo.po": ""})
    assert found(root) == set()


def test_programs_in_a_command_line_of_the_configuration(make_project: Callable[..., Path]) -> None:
    table = '[[tool.hatch.build.hooks.build-scripts.scripts]]\nout_dir = "out"\ncommands = ["pybabel compile -d lang", "bazel build //x"]\n'
    files = {"lang/de/LC_MESSAGES/a.po": "", "MODULE.bazel": "", "x/BUILD": "", "x/a.cc": ""}
    assert found(make_project({"pyproject.toml": HATCHLING + table, **files})) == {
        *("files lang/**/*.po (likely)", "file MODULE.bazel", "file x/BUILD", "files x/**/* (likely)")
    }


def test_scikit_build(make_project: Callable[..., Path]) -> None:
    script = "from skbuild import setup\ndef keep(files):\n    return [f for f in files if f not in open('dropped.txt').read()]\nsetup(packages=['demo'], cmake_source_dir='src', cmake_args=['-C', 'src/init.cmake', '-D', 'EXTRA:BOOL=ON', '--preset', 'py'], cmake_process_manifest_hook=keep)\n"
    files = {
        "src/CMakeLists.txt": "if(SKBUILD)\nadd_library(x MODULE x.c)\nelse()\nadd_library(x y.c)\nendif()\nif(EXTRA)\nadd_library(z MODULE z.c)\nendif()\ninstall(TARGETS x z DESTINATION demo)\ninstall(FILES notes.txt DESTINATION demo)\n",
        "src/CMakePresets.json": '{"configurePresets": [{"name": "py"}]}',
        **dict.fromkeys(
            ["src/x.c", "src/y.c", "src/z.c", "src/notes.txt", "src/init.cmake", "dropped.txt", "demo/__init__.py"], ""
        ),
    }
    root = make_project({"pyproject.toml": SCIKIT_BUILD, "setup.py": script, **files})
    expected = {"src/CMakeLists.txt", "src/CMakePresets.json", "src/x.c", "src/z.c", "src/init.cmake", "dropped.txt"}
    assert found(root) == {*(f"file {name}" for name in expected), "file src/notes.txt (likely)"}
    variables = {"SKBUILD_CONFIGURE_OPTIONS", "CMAKE_ARGS", "SKBUILD_BUILD_OPTIONS", "CMAKE_GENERATOR"}
    assert optional(root) == {f"env {name}" for name in variables}
    assert outputs(root) == {"_skbuild/**/*", "_cmake_test_compile/**/*"}


def test_scikit_build_core_behind_setuptools(make_project: Callable[..., Path]) -> None:
    pyproject = '[build-system]\nrequires = ["scikit-build-core", "setuptools"]\nbuild-backend = "scikit_build_core.setuptools.build_meta"\n'
    files = {
        "CMakeLists.txt": "",
        "native/CMakeLists.txt": "add_library(x MODULE x.c)",
        "native/x.c": "",
        "version.txt": "",
    }
    script = "from setuptools import setup\nsetup(version=open('version.txt').read(), cmake_source_dir='native')\n"
    root = make_project({"pyproject.toml": pyproject, "setup.py": script, **files})
    assert found(root) == {"file native/CMakeLists.txt", "file native/x.c", "file version.txt"}

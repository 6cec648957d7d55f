"""Programs that a build starts and that read by rules of their own: JavaScript, Bazel, SCons, Waf, Conan, autotools, catalogues."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.detecting import found, inputs_of, optional, outputs

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


@pytest.mark.parametrize(("program", "first"), [("scons", "SConstruct"), ("./waf", "wscript")])
def test_variables_in_a_build_description(make_project: Callable[..., Path], program: str, first: str) -> None:
    text = "import os\ndef build(b):\n    b.static = int(os.environ.get('DEMO_STATIC', '0'))\n    b.jobs = os.getenv('MAX_JOBS')\n"
    inner = "import os\nif 'DEMO_INNER' in os.environ:\n    cc = os.environ['CC']\n"
    files = {first: text + "    b.recurse('sub/wscript')\n    b.SConscript('sub/SConscript')\n"}
    files |= {
        "sub/wscript": inner,
        "sub/SConscript": inner,
        "waflib/Tools/x.py": "import os\nos.environ['DEMO_TOOL']\n",
    }
    root = make_project({"pyproject.toml": SETUPTOOLS, "setup.py": COMMAND.format(f"os.system('{program}')"), **files})
    variables = {item.what: item.optional for item in inputs_of(root).inputs if item.kind == "env"}
    tool = {"DEMO_TOOL": True} if first == "wscript" else {}
    assert variables == {"DEMO_STATIC": False, "DEMO_INNER": False, "CC": True, **tool}


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


def _scikit(extra: str) -> str:
    return f'[build-system]\nrequires = ["scikit-build-core"]\nbuild-backend = "scikit_build_core.build"\n[project]\nname = "demo"\nversion = "1"\n{extra}'


VCPKG = {
    "vcpkg.json": '{"dependencies": ["fmt"], "vcpkg-configuration": {"overlay-ports": ["ports"]}}',
    **dict.fromkeys(["ports/fmt/portfile.cmake", "triplets/own.cmake"], ""),
}


@pytest.mark.parametrize(
    ("settings", "lists", "confidence"),
    [
        ('[tool.scikit-build]\ncmake.toolchain-file = "/opt/vcpkg/scripts/buildsystems/vcpkg.cmake"\n', "", ""),
        ('[tool.scikit-build]\ncmake.args = ["--preset=v"]\n', "", ""),
        ("", "set(CMAKE_TOOLCHAIN_FILE $ENV{VCPKG_ROOT}/scripts/buildsystems/vcpkg.cmake)\n", ""),
        ('[tool.scikit-build.cmake.define]\nCMAKE_TOOLCHAIN_FILE = { env = "TOOLCHAIN" }\n', "", " (likely)"),
        ("", "", None),
    ],
)
def test_manifest_of_vcpkg(
    make_project: Callable[..., Path], settings: str, lists: str, confidence: str | None
) -> None:
    preset = '{"configurePresets": [{"name": "v", "cacheVariables": {"CMAKE_TOOLCHAIN_FILE": {"value": "$penv{V}/vcpkg.cmake"}}}]}'
    text = f"{lists}set(VCPKG_OVERLAY_TRIPLETS ${{CMAKE_SOURCE_DIR}}/triplets)\nproject(x C)\n"
    files = {"pyproject.toml": _scikit(settings), "CMakeLists.txt": text, "CMakePresets.json": preset, **VCPKG}
    names = ("file vcpkg.json", "files ports/**/*", "files triplets/**/*")
    expected = set() if confidence is None else {f"{name}{confidence}" for name in names}
    assert {item for item in found(make_project(files)) if item.startswith(("files ", "file vcpkg"))} == expected


@pytest.mark.parametrize(
    ("settings", "lists"),
    [
        ('[tool.scikit-build.cmake.define]\nCMAKE_PROJECT_TOP_LEVEL_INCLUDES = "conan_provider.cmake"\n', ""),
        (
            "",
            "find_program(CONAN_COMMAND conan)\nexecute_process(COMMAND ${CONAN_COMMAND} install ${CMAKE_SOURCE_DIR} -s x=y)\n",
        ),
        ("", "execute_process(COMMAND conan install . WORKING_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR})\n"),
    ],
)
def test_conan_run_by_cmake(make_project: Callable[..., Path], settings: str, lists: str) -> None:
    files = {"CMakeLists.txt": lists, "conanfile.txt": "[requires]\n", "conan_provider.cmake": ""}
    assert "file conanfile.txt" in found(make_project({"pyproject.toml": _scikit(settings), **files}))


def test_npm_run_by_cmake(make_project: Callable[..., Path]) -> None:
    lists = "add_custom_target(web ALL COMMAND npm run build WORKING_DIRECTORY ${CMAKE_SOURCE_DIR}/web)\n"
    root = make_project({"pyproject.toml": _scikit(""), "CMakeLists.txt": lists, **WEB})
    assert found(root) == WEB_FOUND | {"file CMakeLists.txt"}


CRATE = '[package]\nname = "demo"\nversion = "1.0.0"\n'


@pytest.mark.parametrize(
    ("settings", "files", "expected"),
    [
        ('[tool.maturin]\nbindings = "cffi"\n', {"Cargo.toml": CRATE}, True),
        ("", {"Cargo.toml": CRATE + '[dependencies]\npyo3 = "0.22"\n'}, False),
        ("", {"Cargo.toml": CRATE + '[dependencies]\npyo3 = "0.22"\n', "build.rs": 'fn main() { cbindgen::generate(".").unwrap(); }\n'}, True),
    ],
)  # fmt: skip
def test_settings_of_cbindgen(
    make_project: Callable[..., Path], settings: str, files: dict[str, str], *, expected: bool
) -> None:
    pyproject = (
        '[build-system]\nrequires = ["maturin"]\nbuild-backend = "maturin"\n[project]\nname = "demo"\nversion = "1"\n'
    )
    root = make_project({"pyproject.toml": pyproject + settings, "src/lib.rs": "", "cbindgen.toml": "", **files})
    assert ("file cbindgen.toml (likely)" in found(root)) == expected


JUPYTER = {"ui/package.json": "{}", "ui/src/a.ts": ""}
JUPYTER_FOUND = {"file ui/package.json", "files ui/src/**/*.ts (likely)"}


@pytest.mark.parametrize(
    "script",
    [
        "from jupyter_packaging import npm_builder, wrap_installers\nfrom setuptools import setup\nsetup(cmdclass=wrap_installers(pre_dist=npm_builder(path='ui', npm=['jlpm'])))\n",
        "import os\nfrom setuptools import setup\nfrom jupyter_packaging import create_cmdclass, install_npm\nHERE = os.path.dirname(__file__)\njs = os.path.join(HERE, 'ui')\ncmd = create_cmdclass('x')\ncmd['x'] = install_npm(js, build_cmd='build:all')\nsetup(cmdclass=cmd)\n",
        "from pathlib import Path\nimport jupyter_packaging as jp\nfrom setuptools import setup\nsetup(cmdclass=jp.wrap_installers(pre_dist=jp.npm_builder(Path(__file__).parent / 'ui')))\n",
    ],
)
def test_jupyter_packaging_in_setup_py(make_project: Callable[..., Path], script: str) -> None:
    root = make_project({"pyproject.toml": SETUPTOOLS, "setup.py": script, **JUPYTER})
    assert found(root) == JUPYTER_FOUND
    assert optional(root) == {"env JUPYTER_PACKAGING_SKIP_NPM"}


@pytest.mark.parametrize("factory", ["jupyter_packaging.npm_builder", "tools.make"])
def test_jupyter_packaging_as_back_end(make_project: Callable[..., Path], factory: str) -> None:
    pyproject = f'[build-system]\nrequires = ["jupyter_packaging"]\nbuild-backend = "jupyter_packaging.build_api"\n[tool.jupyter-packaging.builder]\nfactory = "{factory}"\n[tool.jupyter-packaging.build-args]\npath = "ui"\n'
    tools = "import subprocess\ndef make(path):\n    subprocess.run(['npm', 'run', 'build'], cwd='ui')\n"
    root = make_project(
        {
            "pyproject.toml": pyproject,
            "tools.py": tools,
            "setup.py": "import setuptools\nsetuptools.setup()\n",
            **JUPYTER,
        }
    )
    assert found(root) == JUPYTER_FOUND | ({"file tools.py"} if factory == "tools.make" else set())


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ("setup(sass_manifests={'demo.web': ('styles', 'css')})", {"files demo/web/styles/**/*.scss (likely)"}),
        ("setup(sass_manifests={'demo.web': {'sass_path': 'styles', 'css_path': 'css'}})", {"files demo/web/styles/**/*.scss (likely)"}),
        ("import sass\nsass.compile(dirname=('demo/web/styles', 'out'))\nsetup()", {"files demo/web/styles/**/*.scss (likely)"}),
        (
            "import sass\nopen('x.css', 'w').write(sass.compile(filename='demo/web/styles/main.scss'))\nsetup()",
            {"file demo/web/styles/main.scss", "file demo/web/styles/_base.scss", "file demo/web/styles/parts/_index.scss"},
        ),
    ],
)  # fmt: skip
def test_style_sheets(make_project: Callable[..., Path], call: str, expected: set[str]) -> None:
    sheets = {
        "main.scss": "@use 'base';\n@import \"parts\";\n",
        "_base.scss": "",
        "parts/_index.scss": "",
        "other.scss": "",
    }
    files = {f"demo/web/styles/{name}": text for name, text in sheets.items()}
    assert (
        found(
            make_project({"pyproject.toml": SETUPTOOLS, "setup.py": f"from setuptools import setup\n{call}\n", **files})
        )
        == expected
    )


def test_grammars_that_a_grammar_needs(make_project: Callable[..., Path]) -> None:
    files = {"g/P.g4": "parser grammar P;\nimport One, t = Two;\noptions { tokenVocab = Lexer; }\n"}
    files |= dict.fromkeys(["g/One.g4", "g/Two.g4", "g/Lexer.g4", "g/Other.g4"], "")
    assert _found(make_project, "subprocess.run(['antlr4', '-Dlanguage=Python3', 'g/P.g4'])", files) == {
        *("file g/P.g4", "file g/One.g4", "file g/Two.g4", "file g/Lexer.g4")
    }


def test_enscons(make_project: Callable[..., Path]) -> None:
    pyproject = '[build-system]\nrequires = ["enscons"]\nbuild-backend = "enscons.api"\n'
    files = {"SConstruct": 'env.SharedLibrary("x", ["x.c"])\n', "x.c": '#include "x.h"\n', "x.h": "", "y.c": ""}
    assert found(make_project({"pyproject.toml": pyproject, **files})) == {
        *("file SConstruct", "file x.c (likely)", "file x.h (likely)")
    }


def test_sip(make_project: Callable[..., Path]) -> None:
    pyproject = """
        [build-system]
        requires = ["sip", "PyQt-builder"]
        build-backend = "sipbuild.api"
        [tool.sip.project]
        sip-files-dir = "spec"
        wheel-includes = [["data/*.txt", "demo"], "demo/py.typed"]
        [tool.sip.bindings.demo]
        headers = ["src/demo.h"]
        sources = ["src/*.cpp"]
        include-dirs = ["src"]
        """
    script = "import os\nfrom pyqtbuild import PyQtProject\nclass Demo(PyQtProject):\n    def __init__(self):\n        super().__init__()\n        self.version_str = open('VERSION').read()\n    def apply_user_defaults(self, tool):\n        self.flags = os.environ.get('DEMO_FLAGS')\n"
    files = {
        "project.py": script,
        "spec/demo.sip": '%Module(name=demo)\n%Include other.sip\n%ModuleHeaderCode\n#include "extra.h"\n%End\n',
        "src/demo.cpp": '#include "demo.h"\n',
        **dict.fromkeys(
            ["VERSION", "spec/other.sip", "src/demo.h", "src/extra.h", "src/unused.h", "data/a.txt", "demo/py.typed"],
            "",
        ),
    }
    assert found(make_project({"pyproject.toml": pyproject, **files})) == {
        *(
            "file project.py",
            "file VERSION",
            "env DEMO_FLAGS",
            "files spec/**/*.sip",
            "file src/demo.h",
            "file src/demo.cpp",
        ),
        *("file src/extra.h", "files data/*.txt", "file demo/py.typed"),
    }


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ("", {"files po/**/*.po"}),
        ('[tool.setuptools-gettext]\nsource_dir = "lang"\n', {"files lang/**/*.po"}),
    ],
)
def test_setuptools_gettext(make_project: Callable[..., Path], settings: str, expected: set[str]) -> None:
    pyproject = SETUPTOOLS.replace('"setuptools"]', '"setuptools", "setuptools-gettext"]')
    assert found(make_project({"pyproject.toml": pyproject + settings, "po/de.po": "", "lang/de.po": ""})) == expected
    without = make_project({"pyproject.toml": SETUPTOOLS + settings, "po/de.po": "", "lang/de.po": ""}, "without")
    assert found(without) == set()


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ('proto_path = "idl"\n', {"files idl/**/*.proto"}),
        ('proto_path = "idl"\nprotobufs = ["a*.proto"]\n', {"files idl/a*.proto", "file idl/inner/b.proto"}),
        ('protobufs = ["idl/inner/b.proto"]\n', {"file idl/inner/b.proto"}),
    ],
)
def test_setuptools_protobuf(make_project: Callable[..., Path], settings: str, expected: set[str]) -> None:
    pyproject = SETUPTOOLS.replace('"setuptools"]', '"setuptools", "setuptools-protobuf"]')
    files = {"idl/a.proto": 'import "inner/b.proto";\n', "idl/inner/b.proto": "", "idl/inner/c.proto": ""}
    root = make_project({"pyproject.toml": f"{pyproject}[tool.setuptools-protobuf]\n{settings}", **files})
    assert found(root) == expected
    assert all(name.endswith("_pb2.py") for name in outputs(root))


@pytest.mark.parametrize(
    ("body", "files", "expected"),
    [
        (
            "subprocess.run(['go', 'build', '-buildmode=c-shared', './cmd'], cwd='lib', env={**os.environ, 'CGO_ENABLED': '1'})",
            {"lib/go.mod": "", "lib/go.sum": "", "lib/cmd/main.go": "", "lib/cmd/glue.c": ""},
            {"file lib/go.mod", "file lib/go.sum", "files lib/**/*.go (likely)", "files lib/**/*.c (likely)"},
        ),
        ("os.system('go version')", {"go.mod": "", "a.go": ""}, set()),
        (
            "subprocess.run(['./gradlew', ':core:jar'], cwd='java')",
            {"java/gradlew": "", "java/settings.gradle.kts": "", "java/core/build.gradle": "", "java/core/src/A.kt": ""},
            {"file java/gradlew", "file java/settings.gradle.kts", "file java/core/build.gradle", "files java/**/*.kt (likely)"},
        ),
        (
            "self.spawn(['mvn', '-q', '-f', 'jvm/pom.xml', 'package'])",
            {"jvm/pom.xml": "", "jvm/src/main/resources/a.txt": "", "jvm/src/main/java/A.java": ""},
            {"file jvm/pom.xml", "files jvm/**/*.java (likely)", "files jvm/src/main/resources/**/* (likely)"},
        ),
        (
            "subprocess.run([sys.executable, '-m', 'ziglang', 'build', '-Doptimize=ReleaseFast'])",
            {"build.zig": "", "build.zig.zon": "", "src/a.zig": ""},
            {"file build.zig", "file build.zig.zon", "files **/*.zig (likely)"},
        ),
        (
            "subprocess.run(['dotnet', 'publish', 'net/Demo.csproj', '-c', 'Release'])",
            {"net/Demo.csproj": "", "net/A.cs": "", "net/inner/B.cs": "", "global.json": ""},
            {"file net/Demo.csproj", "files net/**/*.cs (likely)", "file global.json"},
        ),
        (
            "os.system('just wheel')",
            {"justfile": "wheel: gen\n    yarn --cwd ui build\ngen:\n    @python tools/gen.py\n", "tools/gen.py": "open('t.txt')\n", "t.txt": "", **JUPYTER},
            {"file justfile", "file tools/gen.py", "file t.txt", *JUPYTER_FOUND},
        ),
        (
            "os.system('task build')",
            {"Taskfile.yml": "tasks:\n  build:\n    cmds:\n      - cmd: npm --prefix ui run build\n", **JUPYTER},
            {"file Taskfile.yml", *JUPYTER_FOUND},
        ),
        (
            "subprocess.run(['invoke', 'make-tables'])",
            {"tasks.py": "from invoke import task\n@task\ndef make_tables(c):\n    open('a.txt')\n@task\ndef other(c):\n    open('b.txt')\n", "a.txt": "", "b.txt": ""},
            {"file tasks.py", "file a.txt"},
        ),
        (
            "subprocess.run(['meson', 'setup', '-Dfast=true', 'build', 'core'])",
            {"core/meson.build": "project('x', 'c')\nif get_option('fast')\n  library('x', 'x.c')\nelse\n  library('x', 'y.c')\nendif\n", "core/meson.options": "option('fast', type: 'boolean', value: false)\n", "core/x.c": '#include "x.h"\n', "core/x.h": "", "core/y.c": ""},
            {"file core/meson.build", "file core/meson.options", "file core/x.c", "file core/x.h"},
        ),
    ],
)  # fmt: skip
def test_other_builders(
    make_project: Callable[..., Path], body: str, files: dict[str, str], expected: set[str]
) -> None:
    assert _found(make_project, body, files) == expected


def test_setuptools_golang(make_project: Callable[..., Path]) -> None:
    script = "from setuptools import Extension, setup\nsetup(\n    ext_modules=[Extension('x', ['x.go'])],\n    build_golang={'root': 'example.org/x'},\n)\n"
    root = make_project({"pyproject.toml": SETUPTOOLS, "setup.py": script, "x.go": "", "go.mod": ""})
    assert found(root) >= {"file go.mod", "files **/*.go (likely)"}

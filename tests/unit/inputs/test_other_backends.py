"""flit, Poetry, pdm, maturin, scikit-build-core, whool, incremental, sphinx-theme-builder, and back ends in the tree."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest
from support.detecting import found, optional, origin_of, outputs, the_input, unresolved

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path


def system(backend: str, *requires: str) -> str:
    listed = ", ".join(f'"{name}"' for name in requires)
    return f'[build-system]\nrequires = [{listed}]\nbuild-backend = "{backend}"\n[project]\nname = "demo-pkg"\n'


FLIT = system("flit_core.buildapi", "flit_core >=3.2,<5")


@pytest.mark.parametrize(
    ("dynamic", "files", "expected"),
    [
        (
            '["version", "description"]',
            {"demo_pkg/__init__.py": '"""Doc."""\n__version__ = "1"\n'},
            {"demo_pkg/__init__.py"},
        ),
        ('["version"]', {"demo_pkg.py": '__version__ = "1"\n'}, {"demo_pkg.py"}),
        ('["version"]', {"src/demo_pkg/__init__.py": '__version__ = "1"\n'}, {"src/demo_pkg/__init__.py"}),
        (
            '["version"]',
            {"demo_pkg/__init__.py": "", "demo_pkg/_version.py": '__version__ = "1"\n'},
            {"demo_pkg/_version.py", "demo_pkg/__init__.py"},
        ),
        (
            '["description"]',
            {"demo_pkg/__init__.py": '"""Doc."""\nfrom . import x\n', "demo_pkg/x.py": ""},
            {"demo_pkg/__init__.py"},
        ),
        (
            '["version"]',
            {"demo_pkg/__init__.py": "from .x import __version__\n", "demo_pkg/x.py": "__version__ = '1'\n"},
            {"demo_pkg/__init__.py", "demo_pkg/x.py"},
        ),
        ('["version"]', {}, set()),
        ("[]", {"demo_pkg/__init__.py": '"""Doc."""\n__version__ = "1"\n'}, set()),
    ],
)
def test_flit_reads_the_module(
    make_project: Callable[..., Path], dynamic: str, files: Mapping[str, str], expected: set[str]
) -> None:
    root = make_project({"pyproject.toml": f"{FLIT}dynamic = {dynamic}\n", **files})
    assert found(root) == {f"file {name}" for name in expected}


def test_flit_reads_the_version_module_where_the_package_has_none(make_project: Callable[..., Path]) -> None:
    files = {"demo_pkg/__init__.py": '"""Doc."""\nX = 1\n', "demo_pkg/_version.py": '__version__ = "1"\n'}
    root = make_project({"pyproject.toml": f'{FLIT}dynamic = ["version"]\ndescription = "d"\n', **files})
    assert "file demo_pkg/_version.py" in found(root)
    assert the_input(root, "demo_pkg/_version.py").affects == "version"


def test_flit_importing_a_whole_product_says_so_once(make_project: Callable[..., Path]) -> None:
    """What ``__version__`` is made of is certain, the hundred modules beside it only possible: uv need not build after each edit."""
    modules = [f"demo_pkg/m{number}.py" for number in range(30)]
    start = "from .about import version\nfrom . import " + ", ".join(f"m{number}" for number in range(30))
    files = {
        **dict.fromkeys(modules, ""),
        "demo_pkg/about.py": "version = str(1)",
        "demo_pkg/__init__.py": f"{start}\n__version__ = version\n",
    }
    root = make_project({"pyproject.toml": f"{FLIT}dynamic = ['version']\n", **files})
    assert found(root) == {"file demo_pkg/__init__.py", "file demo_pkg/about.py"}
    assert optional(root) == {"files demo_pkg/**/*.py (possible)"}


def test_of_two_uses_of_a_file_the_graver_one_is_told(make_project: Callable[..., Path]) -> None:
    files = {"demo_pkg/__init__.py": "from .x import __version__\n", "demo_pkg/x.py": "__version__ = '1'\n"}
    root = make_project({"pyproject.toml": f"{FLIT}dynamic = ['description', 'version']\n", **files})
    assert the_input(root, "demo_pkg/__init__.py").affects == "version"
    assert the_input(root, "demo_pkg/x.py").affects == "version"


def test_flit_module_name_and_external_data(make_project: Callable[..., Path]) -> None:
    text = f'{FLIT}dynamic = ["version"]\n[tool.flit.module]\nname = "other"\n[tool.flit.external-data]\ndirectory = "data"\n'
    root = make_project({"pyproject.toml": text, "other.py": '__version__ = "1"\n', "data/etc/x.conf": ""})
    assert found(root) == {"file other.py", "files data/**/*"}


POETRY = '[build-system]\nrequires = ["poetry-core"]\nbuild-backend = "poetry.core.masonry.api"\n'
POETRY += '[tool.poetry]\nname = "demo"\nversion = "1"\nreadme = ["README.md", "MORE.md"]\n'


@pytest.mark.parametrize(
    "setting", ['build = "build.py"', '[tool.poetry.build]\nscript = "build.py"\ngenerate-setup-file = true']
)
def test_poetry_build_script(make_project: Callable[..., Path], setting: str) -> None:
    script = "import os\nimport helper\ndef build(setup_kwargs):\n    os.environ['DEMO_BUILD']\nif __name__ == '__main__':\n    open('x.c')\n"
    root = make_project({"pyproject.toml": f"{POETRY}{setting}\n", "build.py": script, "helper.py": "", "x.c": ""})
    assert {"file build.py", "file helper.py", "env DEMO_BUILD", "file x.c"} <= found(root)
    assert {"file README.md", "file MORE.md"} <= optional(root)


def test_poetry_without_a_script_is_static(make_project: Callable[..., Path]) -> None:
    assert found(make_project({"pyproject.toml": POETRY, "build.py": "import os\nos.environ['X']\n"})) == set()


@pytest.mark.parametrize("generate", [True, False])
def test_poetry_runs_the_setup_script_that_is_there(make_project: Callable[..., Path], generate: bool) -> None:  # noqa: FBT001 - a parameter of a test
    setting = f'[tool.poetry.build]\nscript = "build.py"\ngenerate-setup-file = {str(generate).lower()}\n'
    files = {"build.py": "", "setup.py": "import os\nos.environ['DEMO_SETUP']\n"}
    expected = {"file build.py"} | ({"file setup.py", "env DEMO_SETUP"} if generate else set())
    assert found(make_project({"pyproject.toml": POETRY + setting, **files})) == expected


def test_poetry_script_files(make_project: Callable[..., Path]) -> None:
    scripts = '[tool.poetry.scripts]\nrun = { reference = "bin/run.sh", type = "file" }\nmain = "demo:main"\n'
    assert found(make_project({"pyproject.toml": POETRY + scripts})) == {"file bin/run.sh"}


PDM = system("pdm.backend", "pdm-backend") + 'version = "1"\n'


def test_pdm_build_hook(make_project: Callable[..., Path]) -> None:
    script = "import os\ndef pdm_build_initialize(context):\n    if os.getenv('DEMO_FAST'):\n        open('grammar.txt').read()\n"
    files = {"pdm_build.py": script, "grammar.txt": "", "tools/hook.py": ""}
    assert found(make_project({"pyproject.toml": PDM, **files}, "default")) == {
        "file pdm_build.py",
        "file grammar.txt",
        "env DEMO_FAST",
    }
    named = PDM + '[tool.pdm.build]\ncustom-hook = "tools/hook.py"\n'
    assert found(make_project({"pyproject.toml": named, **files}, "named")) == {"file tools/hook.py"}


def test_pdm_variables_in_dependencies(make_project: Callable[..., Path]) -> None:
    text = PDM + 'dependencies = ["a @ file:///${PROJECT_ROOT}/a", "b @ https://${B_TOKEN}@example.org/b.whl"]\n'
    assert found(make_project({"pyproject.toml": text})) == {"env B_TOKEN"}


MATURIN = system("maturin", "maturin>=1")
CRATE = '[package]\nname = "demo"\nversion = "0.1.0"\nedition = "2021"\n'


def test_maturin(make_project: Callable[..., Path]) -> None:
    root = make_project(
        {
            "pyproject.toml": MATURIN + 'dynamic = ["version"]\n[tool.maturin]\npython-source = "python"\n',
            "Cargo.toml": CRATE,
            "Cargo.lock": "",
            "build.rs": "fn main() {}",
            "src/lib.rs": "mod deep;\n",
            "src/deep/mod.rs": "",
            "src/stray.rs": "",
            "rust-toolchain.toml": "",
            ".cargo/config.toml": "",
            "benches/b.rs": "",
        }
    )
    names = {"Cargo.toml", "Cargo.lock", "build.rs", "rust-toolchain.toml", ".cargo/config.toml"}
    assert found(root) == {*(f"file {name}" for name in names), "file src/lib.rs", "file src/deep/mod.rs"}
    assert the_input(root, "Cargo.toml").role == "manifest"
    assert the_input(root, "Cargo.toml").affects == "version"
    assert the_input(root, "Cargo.lock").role == "build-config"
    assert the_input(root, "src/deep/mod.rs").role == "native-source"
    assert {"target/**/*", "python/**/*.so"} <= outputs(root)
    assert "env RUSTFLAGS" in optional(root)


def test_maturin_workspace_and_path_dependencies(make_project: Callable[..., Path]) -> None:
    root = make_project(
        {
            "pyproject.toml": MATURIN + 'version = "1"\n[tool.maturin]\nmanifest-path = "crates/py/Cargo.toml"\n',
            "Cargo.toml": '[workspace]\nmembers = ["crates/*"]\n[workspace.dependencies]\nshared = { path = "crates/shared" }\n',
            "Cargo.lock": "",
            "crates/py/Cargo.toml": CRATE
            + '[dependencies]\nserde = "1"\ncore = { path = "../core", version = "1" }\nshared = { workspace = true }\n'
            + '[target."cfg(unix)".dependencies]\nunixy = { path = "../unixy" }\n[build-dependencies]\ngen = { path = "../gen" }\n'
            + '[lib]\npath = "lib/mod.rs"\n',
            "crates/py/lib/mod.rs": "",
            "crates/core/Cargo.toml": CRATE + '[dependencies]\npy = { path = "../py" }\n',
            "crates/core/src/lib.rs": "",
            "crates/shared/Cargo.toml": CRATE,
            "crates/shared/src/lib.rs": "",
            "crates/unixy/Cargo.toml": CRATE,
            "crates/gen/Cargo.toml": "this is no TOML",
            "crates/unused/Cargo.toml": CRATE,
        }
    )
    crates = {f"file crates/{name}/Cargo.toml" for name in ("py", "core", "shared", "unixy", "gen")}
    sources = {"file crates/py/lib/mod.rs", "file crates/core/src/lib.rs", "file crates/shared/src/lib.rs"}
    unused = "file crates/unused/Cargo.toml (possible)"  # cargo reads the manifests of all members
    assert found(root) == {*crates, *sources, "file Cargo.toml", "file Cargo.lock", unused}
    assert origin_of(root, "crates/unixy/Cargo.toml").endswith('unixy = { path = "../unixy" }')


def test_a_crate_outside_the_project(make_project: Callable[..., Path], tmp_path: Path) -> None:
    (tmp_path / "core" / "src").mkdir(parents=True)
    (tmp_path / "core" / "Cargo.toml").write_text(CRATE, encoding="utf-8")
    text = CRATE + '[dependencies]\ncore = { path = "../core" }\n'
    root = make_project({"pyproject.toml": MATURIN + 'version = "1"\n', "Cargo.toml": text, "src/lib.rs": ""})
    (tmp_path / "core" / "src" / "lib.rs").write_text("mod a;\n", encoding="utf-8")
    (tmp_path / "core" / "src" / "a.rs").write_text("", encoding="utf-8")
    assert {"file ../core/Cargo.toml", "file ../core/src/lib.rs", "file ../core/src/a.rs"} <= found(root)


def test_an_ignored_lock_file_is_no_input(make_project: Callable[..., Path]) -> None:
    files = {"Cargo.toml": CRATE, "Cargo.lock": "", "src/lib.rs": "", ".gitignore": "Cargo.lock\n"}
    root = make_project({"pyproject.toml": MATURIN + 'version = "1"\n', **files})
    assert "file Cargo.lock" in found(root)
    for command in (["init", "-q"], ["add", "-A"]):
        subprocess.run(["git", *command], cwd=root, check=True)
    assert "file Cargo.lock" not in found(root)
    subprocess.run(["git", "add", "-f", "Cargo.lock"], cwd=root, check=True)
    assert "file Cargo.lock" in found(root)


def test_maturin_without_a_manifest_is_survived(make_project: Callable[..., Path]) -> None:
    assert found(make_project({"pyproject.toml": MATURIN + 'version = "1"\n'})) == {"file Cargo.toml"}


SCIKIT = system("scikit_build_core.build", "scikit-build-core>=0.10") + 'dynamic = ["version"]\n'


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        ('provider = "scikit_build_core.metadata.setuptools_scm"', {"git commit", "git tags"}),
        (
            'provider = "scikit_build_core.metadata.regex"\ninput = "src/demo/__init__.py"',
            {"file src/demo/__init__.py"},
        ),
        ('provider = "own"\nprovider-path = "tools"', {"file tools/own.py", "file tools/part.py"}),
    ],
)
def test_scikit_build_core_metadata(make_project: Callable[..., Path], table: str, expected: set[str]) -> None:
    text = f"{SCIKIT}[tool.scikit-build.metadata.version]\n{table}\n"
    files = {"tools/own.py": "import part\n", "tools/part.py": ""}
    assert found(make_project({"pyproject.toml": text, **files})) >= expected


def test_scikit_build_core_generates_and_names_strangers(make_project: Callable[..., Path]) -> None:
    text = SCIKIT + '[tool.scikit-build.metadata.version]\nprovider = "stranger"\n[[tool.scikit-build.generate]]\n'
    text += 'path = "src/demo/_version.py"\nlocation = "source"\ntemplate-path = "version.py.in"\n'
    root = make_project({"pyproject.toml": text})
    assert "file version.py.in" in found(root)
    assert "src/demo/_version.py" in outputs(root)
    assert any("`stranger`" in message for message in unresolved(root))


WHOOL = '[build-system]\nrequires = ["whool"]\nbuild-backend = "whool.buildapi"\n'


def test_whool(make_project: Callable[..., Path]) -> None:
    files = {"__manifest__.py": "{'version': '16.0.1.0.0'}\n", "__init__.py": "", "README.rst": ""}
    root = make_project({"pyproject.toml": WHOOL, **files}, "counting")
    assert found(root) == {"file __manifest__.py", "git commit"}
    assert "env WHOOL_POST_VERSION_STRATEGY_OVERRIDE" in optional(root)
    plain = WHOOL + '[tool.whool]\npost_version_strategy_override = "none"\n'
    assert found(make_project({"pyproject.toml": plain, **files}, "plain")) == {"file __manifest__.py"}


def test_in_tree_back_end(make_project: Callable[..., Path]) -> None:
    text = '[build-system]\nrequires = []\nbuild-backend = "pack.api:hooks"\nbackend-path = ["none", "_build", "."]\n'
    api = "import os\nfrom . import util\nfrom extra import x\nclass Hooks:\n    def build_wheel(self, d, c=None, m=None):\n"
    api += "        os.environ['DEMO_MODE']\n        open('manifest.json')\nhooks = Hooks()\n"
    files = {
        "_build/pack/__init__.py": "",
        "_build/pack/api.py": api,
        "_build/pack/util.py": "",
        "extra.py": "x = 1\n",
        "manifest.json": "{}",
    }
    root = make_project({"pyproject.toml": text + '[project]\nname = "demo"\nversion = "1"\n', **files})
    expected = {
        "file _build/pack/api.py",
        "file _build/pack/util.py",
        "file extra.py",
        "env DEMO_MODE",
        "file manifest.json",
    }
    assert expected <= {item.removesuffix(" (likely)") for item in found(root)}
    assert the_input(root, "_build/pack/api.py").why == "it is the build back end"


def test_in_tree_wrappers_load_the_detectors_of_what_they_wrap(make_project: Callable[..., Path]) -> None:
    text = '[build-system]\nrequires = ["flit_core"]\nbuild-backend = "wrapper"\nbackend-path = ["."]\n'
    text += '[project]\nname = "demo"\ndescription = "d"\ndynamic = ["version"]\n'
    files = {"wrapper.py": "from flit_core.buildapi import *\n", "demo.py": "__version__ = '1'\n"}
    assert found(make_project({"pyproject.toml": text, **files})) == {"file wrapper.py", "file demo.py"}


MESON = system("mesonpy", "meson-python") + 'dynamic = ["version"]\n'


@pytest.mark.parametrize(
    ("argument", "expected"),
    [
        ("'1.0'", set()),
        ("'1.0, b (c)', # version: run_command('git')\n  license: 'VERSION'", set()),
        ("run_command('git', 'describe', check: true).stdout().strip()", {"git commit", "git tags"}),
        ("run_command(py, '-m', 'setuptools_scm').stdout()", {"git commit", "git tags"}),
        (
            "run_command(['tools/version.py', '--print'], check: true).stdout()",
            {"file tools/version.py", "file VERSION"},
        ),
        ("files('VERSION')", {"file VERSION"}),
        ("import('fs').read('VERSION').strip()", {"file VERSION"}),
    ],
)
def test_meson_version(make_project: Callable[..., Path], argument: str, expected: set[str]) -> None:
    build = f"project(\n  'demo', 'c',\n  version: {argument},\n  license_files: ['LICENSE'],\n)\n"
    files = {"VERSION": "1\n", "LICENSE": "", "tools/version.py": "print(open('VERSION').read())\n"}
    root = make_project({"pyproject.toml": MESON, "meson.build": build, **files})
    assert found(root) == {"file meson.build", *expected}
    assert the_input(root, "meson.build").modes == ("editable", "wheel")


def test_meson_compiles_an_editable_again_by_itself(make_project: Callable[..., Path]) -> None:
    files = {
        "meson.build": "project('demo', 'c', version: '1')\nsubdir('src')\n",
        "meson.options": "",
        "src/meson.build": "static_library('a', 'a.c')\n",
        "src/a.c": "",
        "src/b.c": "",
        "other/c.c": "",
        "native.ini": "",
    }
    text = MESON.replace('dynamic = ["version"]', 'version = "1"')
    text += '[tool.meson-python.args]\nsetup = ["--native-file=native.ini", "-Dx=1"]\n'
    root = make_project({"pyproject.toml": text, **files})
    names = {"file meson.build", "file meson.options", "file src/meson.build", "file native.ini"}
    assert found(root) == {*names, "file src/a.c"}
    assert {the_input(root, name.split()[1]).modes for name in found(root)} == {("wheel",)}


def test_a_back_end_that_builds_itself_is_one_glob(make_project: Callable[..., Path]) -> None:
    text = '[build-system]\nrequires = []\nbuild-backend = "product.api"\nbackend-path = ["src"]\n'
    text += '[project]\nname = "product"\nversion = "1"\n'
    modules = {f"src/product/m{number}.py": "import os\nos.environ['X']\n" for number in range(40)}
    api = "".join(f"from . import m{number}\n" for number in range(40))
    root = make_project({"pyproject.toml": text, "src/product/__init__.py": "", "src/product/api.py": api, **modules})
    expected = {"file src/product/api.py", "files src/product/**/*.py (possible)"}
    assert found(root) == expected
    assert "env X (possible)" in optional(root)


def test_variables_of_functions_that_are_not_followed(make_project: Callable[..., Path]) -> None:
    text = '[build-system]\nrequires = []\nbuild-backend = "api"\nbackend-path = ["."]\n[project]\nname = "demo"\nversion = "1"\n'
    api = "import os\nimport late\ndef build_wheel(*_):\n    return os.environ['CALLED']\n"
    late = "import os\nclass Maker:\n    def make(self):\n        return os.getenv('NOT_FOLLOWED')\n"
    root = make_project({"pyproject.toml": text, "api.py": api, "late.py": late})
    assert {name for name in found(root) if name.startswith("env")} == {"env CALLED"}
    assert "env NOT_FOLLOWED (possible)" in optional(root)


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("from os import environ\n\n\ndef f():\n    return environ.get('A') or environ['B']\n", {"A", "B"}),
        ("import os\nKEY = 'C'\nclass X:\n    def g(self):\n        return os.getenv(KEY, '1')\n", {"C"}),
        ("import os\ndef f(env=None):\n    if env is None:\n        env = os.environ\n    return 'D' in env\n", {"D"}),
        ("import os\nos.environ['WRITTEN'] = '1'\nos.getenv('HOME')\nos.getenv('MY_NUM_JOBS')\n", set()),
        ("import os\nother = {}\nother.get('E'), other['F'], os.getenv(f()), os.environ[1]\n", set()),
        ("import os\nos.getenv('G'\n", set()),
    ],
)
def test_a_back_end_that_builds_itself_reads_variables(
    make_project: Callable[..., Path], code: str, names: set[str]
) -> None:
    text = '[build-system]\nrequires = []\nbuild-backend = "product"\nbackend-path = ["."]\n'
    text += '[project]\nname = "product"\nversion = "1"\n'
    modules = {f"product/m{number}.py": "" for number in range(40)} | {"product/late.py": code}
    api = "def build_wheel(*_):\n    from . import late\n" + "".join(f"from . import m{n}\n" for n in range(40))
    root = make_project({"pyproject.toml": text, "product/__init__.py": api, **modules})
    assert {name for name in optional(root) if name.startswith("env")} == {f"env {n} (possible)" for n in names}


INCREMENTAL = '[build-system]\nrequires = ["{0}", "incremental"]\nbuild-backend = "{1}"\n[project]\nname = "Demo"\n'


@pytest.mark.parametrize(
    ("requires", "backend", "table"),
    [
        ("setuptools", "setuptools.build_meta", "[tool.incremental]\n"),
        ("setuptools", "setuptools.build_meta", '[tool.incremental]\nname = "Demo"\n'),
        ("hatchling", "hatchling.build", '[tool.hatch.version]\nsource = "incremental"\n'),
        ("hatchling", "hatchling.build", '[tool.hatch.version]\nsource = "incremental"\n[tool.incremental]\n'),
    ],
)
@pytest.mark.parametrize("place", ["demo", "src/demo"])
def test_incremental(make_project: Callable[..., Path], requires: str, backend: str, table: str, place: str) -> None:
    document = f'{INCREMENTAL.format(requires, backend)}dynamic = ["version"]\n{table}'
    root = make_project({"pyproject.toml": document, f"{place}/__init__.py": "", f"{place}/_version.py": ""})
    assert found(root) == {f"file {place}/_version.py"}
    assert the_input(root, f"{place}/_version.py").affects == "version"
    assert unresolved(root) == []


def test_incremental_of_another_name_or_by_keyword(make_project: Callable[..., Path]) -> None:
    head = INCREMENTAL.format("setuptools", "setuptools.build_meta") + 'dynamic = ["version"]\n'
    files = {"other_pkg/_version.py": "", "demo/_version.py": "", "demo/deep/_version.py": ""}
    root = make_project({"pyproject.toml": f'{head}[tool.incremental]\nname = "Other_Pkg"\n', **files}, "name")
    assert found(root) == {"file other_pkg/_version.py"}
    script = "from setuptools import setup\nsetup(use_incremental=True)\n"
    root = make_project({"pyproject.toml": head, "setup.py": script, "demo/_version.py": ""}, "keyword")
    assert "file demo/_version.py" in found(root)
    source = make_project(
        {"pyproject.toml": head, "setup.py": script, "src/demo/_version.py": "", "docs/_version.py": ""}, "source"
    )
    assert {name for name in found(source) if "_version" in name} == {"file src/demo/_version.py"}


@pytest.mark.parametrize("table", ["", "[tool.incremental]\n"])
def test_incremental_that_is_not_active(make_project: Callable[..., Path], table: str) -> None:
    head = INCREMENTAL.format("setuptools", "setuptools.build_meta")
    version = 'version = "1"\n' if table else 'dynamic = ["version"]\n'
    assert found(make_project({"pyproject.toml": head + version + table, "demo/_version.py": ""})) == set()


THEME = '[build-system]\nrequires = ["sphinx-theme-builder"]\nbuild-backend = "sphinx_theme_builder"\n[project]\n'


def test_a_sphinx_theme(make_project: Callable[..., Path]) -> None:
    document = (
        f'{THEME}name = "my-theme"\ndynamic = ["version"]\n[tool.sphinx-theme-builder]\nnode-version = "22.1.0"\n'
        'theme-name = "mine"\nadditional-compiled-static-assets = ["vendor/", "scripts/more.js"]\n'
    )
    root = make_project(
        {
            "pyproject.toml": document,
            "package.json": "{}",
            "package-lock.json": "{}",
            "webpack.config.js": "",
            "tox.ini": "[tox]\n",
            "setup.cfg": "[nodeenv]\nmirror = https://example.org\n",
            "src/my_theme/__init__.py": "",
            "src/my_theme/other.py": "",
            "src/my_theme/assets/styles/mine.sass": "",
            "src/my_theme/theme/mine/theme.conf": "",
        }
    )
    assert found(root) == {
        "file src/my_theme/__init__.py",
        "file package.json",
        "file package-lock.json",
        "file webpack.config.js (likely)",
        "file setup.cfg (likely)",
        "files src/my_theme/assets/**/* (likely)",
    }
    assert {"file src/my_theme/theme/mine/theme.conf", "env STB_USE_SYSTEM_NODE"} <= optional(root)
    static = "src/my_theme/theme/mine/static"
    assert {f"{static}/styles/mine.css", f"{static}/scripts/mine.js", f"{static}/vendor/**/*"} <= outputs(root)
    assert {f"{static}/scripts/more.js", "node_modules/**/*", ".nodeenv/**/*"} <= outputs(root)


def test_a_theme_with_a_static_version_or_no_name(make_project: Callable[..., Path]) -> None:
    static = make_project({"pyproject.toml": f'{THEME}name = "demo"\nversion = "1"\n', "src/demo/__init__.py": ""})
    assert found(static) == {"file package.json", "files src/demo/assets/**/* (likely)"}
    assert found(make_project({"pyproject.toml": f"{THEME}version = 3\n"}, "no name")) == set()


@pytest.mark.parametrize(
    "code",
    [
        'import json\nfrom pathlib import Path\n__version__ = json.loads((Path(__file__).parent / "v.json").read_text())["v"]\n',
        "from ._release import read\n__version__ = read()\n",
        'import pkgutil\n__version__ = pkgutil.get_data(__name__, "v.json").decode()\n',
        'import os\nwith open(os.path.join(os.path.dirname(__file__), "v.json")) as f:\n    __version__ = f.read()\n',
    ],
)
def test_flit_runs_a_module_that_reads_its_version(make_project: Callable[..., Path], code: str) -> None:
    reader = "import os\ndef read():\n    return open(os.path.join(os.path.dirname(__file__), 'v.json')).read()\n"
    files = {"src/demo_pkg/v.json": '{"v": "1"}', "src/demo_pkg/_release.py": reader, "src/demo_pkg/other.json": "{}"}
    root = make_project({"pyproject.toml": f'{FLIT}dynamic = ["version"]\n', "src/demo_pkg/__init__.py": code, **files})
    assert "file src/demo_pkg/v.json" in found(root)
    assert the_input(root, "src/demo_pkg/v.json").affects == "version"


def test_what_flit_reads_for_something_else_is_optional(make_project: Callable[..., Path]) -> None:
    code = (
        "import os\nDEBUG = os.environ.get('DEMO_MODE')\nTEXT = open(os.path.dirname(__file__) + '/a.txt').read()\n"
        "__version__ = '.'.join(['1', '2'])\n"
    )
    files = {"demo_pkg/__init__.py": code, "demo_pkg/a.txt": ""}
    root = make_project({"pyproject.toml": f'{FLIT}dynamic = ["version"]\n', **files})
    assert found(root) == {"file demo_pkg/__init__.py"}
    assert {"env DEMO_MODE (likely)", "file demo_pkg/a.txt (likely)"} <= optional(root)


def test_what_git_ignores_is_not_in_a_wheel_of_poetry(make_project: Callable[..., Path]) -> None:
    files = {"pyproject.toml": system("poetry.core.masonry.api", "poetry-core") + 'version = "1"\n', ".gitignore": ""}
    root = make_project(files)
    assert found(root) == set()
    assert "file .gitignore (possible)" in optional(root)
    assert the_input(root, ".gitignore").modes == ("wheel",)

"""What hatchling reads besides git and requirements files."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.detecting import found, optional, origin_of, outputs, the_input, unresolved

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SYSTEM = '[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n[project]\nname = "demo"\n'
DYNAMIC = SYSTEM + 'dynamic = ["version"]\n'
STATIC = SYSTEM + 'version = "1"\n'


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        ('path = "src/demo/__about__.py"', {"file src/demo/__about__.py"}),
        ('source = "regex"\npath = "VERSION"\npattern = "(?P<version>.+)"', {"file VERSION"}),
        ('source = "regex_commit"\npath = "VERSION"', {"file VERSION"}),
        ('source = "env"\nvariable = "DEMO_VERSION"', {"env DEMO_VERSION"}),
        ('source = "env"', set()),
        ('source = "nodejs"', {"file package.json"}),
        ('source = "nodejs"\npath = "js/package.json"', {"file js/package.json"}),
        ("path = 3", set()),
    ],
)
def test_version_sources(make_project: Callable[..., Path], table: str, expected: set[str]) -> None:
    root = make_project({"pyproject.toml": f"{DYNAMIC}[tool.hatch.version]\n{table}\n"})
    assert found(root) == expected
    assert unresolved(root) == []


def test_code_is_followed_through_its_search_paths(make_project: Callable[..., Path]) -> None:
    table = (
        '[tool.hatch.version]\nsource = "code"\npath = "src/demo/v.py"\nsearch-paths = ["src"]\nexpression = "get()"\n'
    )
    files = {
        "src/demo/v.py": "import os\nimport demo.base\nimport json\ndef get(): return 1\nB = os.environ.get('BUILD')\n",
        "src/demo/__init__.py": "",
        "src/demo/base.py": "",
    }
    root = make_project({"pyproject.toml": DYNAMIC + table, **files})
    names = found(root)
    assert {"file src/demo/v.py", "file src/demo/base.py", "env BUILD"} <= names
    assert the_input(root, "src/demo/v.py").affects == "version"


def test_a_static_version_or_an_sdist_reads_none(make_project: Callable[..., Path]) -> None:
    table = '[tool.hatch.version]\npath = "demo.py"\n'
    assert found(make_project({"pyproject.toml": STATIC + table, "demo.py": ""}, "static")) == set()
    assert found(make_project({"pyproject.toml": DYNAMIC + table, "demo.py": "", "PKG-INFO": ""}, "sdist")) == set()


def test_an_unknown_source_is_unresolved(make_project: Callable[..., Path]) -> None:
    root = make_project({"pyproject.toml": DYNAMIC + '[tool.hatch.version]\nsource = "calver"\n'})
    assert found(root) == set()
    assert "`calver`" in unresolved(root)[0]


def test_the_version_hook_writes(make_project: Callable[..., Path]) -> None:
    table = '[tool.hatch.version]\npath = "VERSION"\n[tool.hatch.build.hooks.version]\npath = "demo/_version.py"\n'
    root = make_project({"pyproject.toml": DYNAMIC + table})
    assert outputs(root) == {"demo/_version.py"}


HOOK_SCRIPT = """
import os
import sys
from pathlib import Path

sys.path.insert(0, os.path.dirname(__file__))
import tools.codegen
from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class Hook(BuildHookInterface):
    def initialize(self, version, build_data):
        if os.environ.get("DEMO_ARCH"):
            build_data["pure_python"] = False
        schema = Path(self.root, "schema", "api.json").read_text()
        self.write(schema)

    def write(self, text):
        (Path(self.root) / "demo" / "_api.py").write_text(text)
"""
HOOK_FILES = {
    "hatch_build.py": HOOK_SCRIPT,
    "scripts/build.py": "def get_build_hook(): ...\n",
    "tools/__init__.py": "",
    "tools/codegen.py": "from . import names\n",
    "tools/names.py": "",
    "schema/api.json": "{}",
}


@pytest.mark.parametrize(
    "table",
    [
        "[tool.hatch.build.hooks.custom]",
        "[tool.hatch.build.targets.wheel.hooks.custom]",
        '[tool.hatch.build.hooks.custom]\npath = "./hatch_build.py"',
    ],
)
def test_custom_build_hooks(make_project: Callable[..., Path], table: str) -> None:
    root = make_project({"pyproject.toml": f"{STATIC}{table}\n", **HOOK_FILES})
    expected = {"file hatch_build.py", "file tools/codegen.py", "file schema/api.json", "env DEMO_ARCH"}
    assert expected <= {item.removesuffix(" (likely)") for item in found(root)}
    assert the_input(root, "hatch_build.py").role == "build-script"
    assert the_input(root, "tools/names.py").role == "build-script"
    assert "demo/_api.py" in outputs(root)
    assert "env HATCH_BUILD_NO_HOOKS" in optional(root)


def test_the_hook_of_the_target_replaces_the_general_one(make_project: Callable[..., Path]) -> None:
    table = (
        '[tool.hatch.build.hooks.custom]\n[tool.hatch.build.targets.wheel.hooks.custom]\npath = "scripts/build.py"\n'
    )
    assert found(make_project({"pyproject.toml": STATIC + table, **HOOK_FILES})) == {"file scripts/build.py"}


def test_the_sdist_and_a_custom_builder_never_run_for_a_wheel(make_project: Callable[..., Path]) -> None:
    table = "[tool.hatch.build.targets.custom]\n[tool.hatch.build.targets.sdist.hooks.custom]\n"
    assert found(make_project({"pyproject.toml": STATIC + table, **HOOK_FILES})) == set()


def test_metadata_hooks_need_something_dynamic(make_project: Callable[..., Path]) -> None:
    table = "[tool.hatch.metadata.hooks.custom]\n"
    files = {"hatch_build.py": "class H:\n    def update(self, metadata):\n        open('deps.txt')\n", "deps.txt": ""}
    assert found(make_project({"pyproject.toml": STATIC + table, **files}, "static")) == set()
    dynamic = STATIC + 'dynamic = ["dependencies"]\n' + table
    root = make_project({"pyproject.toml": dynamic, **files}, "dynamic")
    assert found(root) == {"file hatch_build.py", "file deps.txt"}
    assert the_input(root, "hatch_build.py").affects == "dependencies"


def test_a_missing_or_broken_script_is_survived(make_project: Callable[..., Path]) -> None:
    table = "[tool.hatch.build.hooks.custom]\n"
    assert found(make_project({"pyproject.toml": STATIC + table}, "missing")) == {"file hatch_build.py"}
    broken = make_project({"pyproject.toml": STATIC + table, "hatch_build.py": "def (:\n"}, "broken")
    assert found(broken) == {"file hatch_build.py"}
    binary = make_project({"pyproject.toml": STATIC + table, "hatch_build.py": b"\0\xff"}, "binary")
    assert found(binary) == {"file hatch_build.py"}


def test_switches_of_hooks_that_are_off_by_default(make_project: Callable[..., Path]) -> None:
    table = "[tool.hatch.build.hooks.custom]\nenable-by-default = false\n"
    names = optional(make_project({"pyproject.toml": STATIC + table, **HOOK_FILES}))
    assert {"env HATCH_BUILD_HOOK_ENABLE_CUSTOM", "env HATCH_BUILD_HOOKS_ENABLE"} <= names


def test_an_unknown_hook_is_unresolved(make_project: Callable[..., Path]) -> None:
    root = make_project({"pyproject.toml": STATIC + "[tool.hatch.build.hooks.sparkle]\n"})
    assert "`sparkle`" in unresolved(root)[0]
    ours = make_project({"pyproject.toml": STATIC + "[tool.hatch.build.hooks.cachekeys]\n"}, "ours")
    assert unresolved(ours) == []


def test_fancy_readme_fragments(make_project: Callable[..., Path]) -> None:
    text = (
        STATIC + 'dynamic = ["readme"]\n[tool.hatch.metadata.hooks.fancy-pypi-readme]\ncontent-type = "text/markdown"\n'
    )
    text += '[[tool.hatch.metadata.hooks.fancy-pypi-readme.fragments]]\ntext = "hi"\n'
    text += '[[tool.hatch.metadata.hooks.fancy-pypi-readme.fragments]]\npath = "CHANGELOG.md"\nstart-after = "x"\n'
    root = make_project({"pyproject.toml": text})
    assert found(root) == {"file CHANGELOG.md"}
    assert the_input(root, "CHANGELOG.md").affects == "metadata"
    assert origin_of(root, "CHANGELOG.md").endswith('path = "CHANGELOG.md"')


def test_docstring_description(make_project: Callable[..., Path]) -> None:
    text = STATIC + 'dynamic = ["description"]\n[tool.hatch.metadata.hooks.docstring-description]\n'
    files = {"src/demo/__init__.py": '"""Doc."""\n', "other.py": ""}
    assert found(make_project({"pyproject.toml": text, **files}, "found")) == {"file src/demo/__init__.py"}
    assert found(make_project({"pyproject.toml": text + 'path = "other.py"\n', **files}, "named")) == {"file other.py"}


def test_copied_files_count_for_editables_too(make_project: Callable[..., Path]) -> None:
    text = (
        STATIC
        + '[tool.hatch.build.targets.wheel.force-include]\n"data/x.json" = "demo/x.json"\n"assets" = "demo/assets"\n'
    )
    text += '[tool.hatch.build.targets.wheel.shared-data]\n"etc" = "etc"\n'
    text += '[tool.hatch.build.targets.wheel.shared-scripts]\n"bin/run" = "run"\n'
    text += '[tool.hatch.build.targets.wheel]\nsbom-files = ["sbom/parts.json"]\n'
    files = {"data/x.json": "", "assets/a/b.css": "", "etc/[x].conf": "", "bin/run": "", "sbom/parts.json": ""}
    root = make_project({"pyproject.toml": text, **files})
    expected = {"file data/x.json", "files assets/**/*", "files etc/**/*", "file bin/run", "file sbom/parts.json"}
    assert found(root) == expected
    assert the_input(root, "data/x.json").modes == ("editable", "wheel")
    assert the_input(root, "data/x.json").affects == "contents"
    assert origin_of(root, "data/x.json").endswith('"data/x.json" = "demo/x.json"')


def test_force_include_of_the_target_hides_the_general_one(make_project: Callable[..., Path]) -> None:
    text = (
        STATIC
        + '[tool.hatch.build.force-include]\n"a" = "a"\n[tool.hatch.build.targets.wheel.force-include]\n"b" = "b"\n'
    )
    assert found(make_project({"pyproject.toml": text, "a": "", "b": ""})) == {"file b"}


def test_variables_in_dependencies(make_project: Callable[..., Path]) -> None:
    text = (
        STATIC
        + 'dependencies = ["a @ {root:uri}/a", "b{env:B_SPEC:>=1}"]\n[project.optional-dependencies]\nx = ["c=={env:C}"]\n'
    )
    root = make_project({"pyproject.toml": text})
    assert found(root) == {"env B_SPEC", "env C"}
    assert the_input(root, "C").affects == "dependencies"


def test_nodejs_metadata_hook(make_project: Callable[..., Path]) -> None:
    text = STATIC + 'dynamic = ["description"]\n[tool.hatch.metadata.hooks.nodejs]\nfields = ["description"]\n'
    root = make_project({"pyproject.toml": text})
    assert found(root) == {"file package.json"}
    assert the_input(root, "package.json").role == "manifest"


ODOO = SYSTEM.replace('"hatchling"', '"hatchling", "hatch-odoo"') + 'version = "1"\ndynamic = ["dependencies"]\n'
ODOO_HOOKS = "[tool.hatch.metadata.hooks.odoo-addons-dependencies]\n[tool.hatch.build.hooks.odoo-addons-dirs]\n"
MANIFEST = "{'name': 'x', 'version': '16.0.1.0.0', 'depends': ['sale']}\n"


@pytest.mark.parametrize(
    ("dirs", "expected"),
    [
        ('["odoo/addons"]', {"files odoo/addons/*/__manifest__.py"}),
        ('["."]', {"files */__manifest__.py"}),
        (
            '["src/odoo/addons/", "./vendor"]',
            {"files src/odoo/addons/*/__manifest__.py", "files vendor/*/__manifest__.py"},
        ),
        ('["../shared"]', {"files ../shared/*/__manifest__.py"}),
        ("[]", set()),
        ("3", set()),
    ],
)
def test_odoo_addons_dirs(make_project: Callable[..., Path], dirs: str, expected: set[str]) -> None:
    text = f"{ODOO}{ODOO_HOOKS}[tool.hatch-odoo]\naddons_dirs = {dirs}\n"
    assert found(make_project({"pyproject.toml": text, "odoo/addons/a/__manifest__.py": MANIFEST})) == expected


def test_odoo_needs_a_hook_and_says_what_depends_on_it(make_project: Callable[..., Path]) -> None:
    dirs = '[tool.hatch-odoo]\naddons_dirs = ["odoo/addons"]\n'
    assert found(make_project({"pyproject.toml": ODOO + dirs}, "none")) == set()
    both = make_project({"pyproject.toml": ODOO + ODOO_HOOKS + dirs}, "both")
    item = the_input(both, "odoo/addons/*/__manifest__.py")
    assert (item.role, item.affects) == ("manifest", "dependencies")
    assert origin_of(both, "odoo/addons/*/__manifest__.py").endswith('addons_dirs = ["odoo/addons"]')
    assert outputs(both) == {"build/__editable_odoo_addons__/**/*"}
    build = "[tool.hatch.build.targets.wheel.hooks.odoo-addons-dirs]\neditable_symlinks = false\n"
    only_build = make_project({"pyproject.toml": ODOO + build + dirs}, "build")
    assert the_input(only_build, "odoo/addons/*/__manifest__.py").affects == "contents"
    assert outputs(only_build) == set()


def test_old_odoo_manifests_only_where_they_are(make_project: Callable[..., Path]) -> None:
    text = f'{ODOO}{ODOO_HOOKS}[tool.hatch-odoo]\naddons_dirs = ["odoo_addons"]\n'
    root = make_project({"pyproject.toml": text, "odoo_addons/old/__openerp__.py": MANIFEST})
    assert found(root) == {"files odoo_addons/*/__manifest__.py", "files odoo_addons/*/__openerp__.py"}


def test_hatchling_behind_an_in_tree_back_end(make_project: Callable[..., Path]) -> None:
    text = DYNAMIC.replace('"hatchling.build"', '"backend"\nbackend-path = ["_build"]')
    text += '[tool.hatch.version]\npath = "VERSION"\n'
    files = {
        "_build/backend.py": "from hatchling.build import *\nimport helper\n",
        "_build/helper.py": "",
        "helper.py": "",
    }
    root = make_project({"pyproject.toml": text, **files})
    assert found(root) == {"file VERSION", "file _build/backend.py", "file _build/helper.py"}


def test_a_hatch_toml_with_environments_only_is_optional(make_project: Callable[..., Path]) -> None:
    root = make_project({"pyproject.toml": STATIC, "hatch.toml": '[envs.default]\ndependencies = ["pytest"]\n'})
    assert found(root) == set()
    assert "file hatch.toml" in optional(root)


def test_an_unknown_hook_that_is_off_is_not_mentioned(make_project: Callable[..., Path]) -> None:
    table = "[tool.hatch.build.targets.wheel.hooks.mypyc]\nenable-by-default = false\n"
    assert unresolved(make_project({"pyproject.toml": STATIC + table})) == []


def test_jupyter_builder(make_project: Callable[..., Path]) -> None:
    table = '[tool.hatch.build.hooks.jupyter-builder]\nbuild-function = "hatch_jupyter_builder.npm_builder"\n'
    table += 'ensured-targets = ["demo/static/index.js"]\nskip-if-exists = ["demo/static/index.js"]\n'
    files = {
        "package.json": "{}",
        "yarn.lock": "",
        "src/a.ts": "",
        "src/deep/b.css": "",
        "src/x.py": "",
        "other/c.ts": "",
    }
    root = make_project({"pyproject.toml": STATIC + table, **files}, "default")
    assert found(root) == {
        "file package.json",
        "file yarn.lock",
        "files src/**/*.ts (likely)",
        "files src/**/*.css (likely)",
    }
    assert outputs(root) == {"demo/static/index.js"}
    assert unresolved(root) == []
    assert "env HATCH_JUPYTER_BUILDER_SKIP_NPM" in optional(root)
    kwargs = "[tool.hatch.build.hooks.jupyter-builder.build-kwargs]\n" + 'path = "ui"\nsource_dir = "ui/lib"\n'
    named = make_project({"pyproject.toml": STATIC + table + kwargs, "ui/package.json": "{}", **files}, "named")
    assert found(named) == {"file ui/package.json", "files ui/lib/**/* (likely)"}
    own = STATIC + '[tool.hatch.build.hooks.jupyter-builder]\nbuild-function = "tools.build"\n'
    assert found(make_project({"pyproject.toml": own, "tools.py": "def build(*a): ...\n", **files}, "own")) == {
        "file tools.py"
    }


HOOK = "tool.hatch.build.targets.wheel.hooks.scikit-build"


@pytest.mark.parametrize(
    ("table", "files", "expected"),
    [
        (f"[{HOOK}]\ncmake.define.X = {{ env = 'DEMO_X' }}\n", {}, {"env DEMO_X", "file CMakeLists.txt"}),
        ("[tool.hatch.build.hooks.scikit-build]\nenv.X = { env = 'DEMO_X' }\n", {}, {"env DEMO_X", "file CMakeLists.txt"}),
        (
            f"[{HOOK}]\nexperimental = true\n[tool.scikit-build.cmake.define]\nX = {{ env = 'DEMO_Y', default = '1' }}\n",
            {},
            {"env DEMO_Y", "file CMakeLists.txt"},
        ),
        (
            f"[{HOOK}]\n[[tool.scikit-build.overrides]]\nif.any.env.DEMO_Z = true\ncmake.define.X = 'ON'\n",
            {},
            {"env DEMO_Z", "file CMakeLists.txt"},
        ),
        (f"[{HOOK}]\ncmake.source-dir = 'native'\n", {}, {"file native/CMakeLists.txt", "file native/n.c"}),
        (
            f"[tool.scikit-build]\ncmake.source-dir = 'other'\n[{HOOK}]\ncmake.source-dir = 'native'\n",
            {"other/CMakeLists.txt": ""},
            {"file native/CMakeLists.txt", "file native/n.c"},
        ),
        (f"[{HOOK}]\ncmake.define.WITH = true\n", {"CMakeLists.txt": "if(WITH)\n add_library(x native/n.c)\nendif()\n"}, {"file CMakeLists.txt", "file native/n.c"}),
        (
            "",
            {"hatch.toml": "[build.targets.wheel.hooks.scikit-build]\ncmake.define.X = { env = 'DEMO_T' }\n"},
            {"env DEMO_T", "file CMakeLists.txt", "file hatch.toml"},
        ),
        ("[tool.scikit-build.cmake.define]\nX = { env = 'UNUSED' }\n", {}, set()),
    ],
)  # fmt: skip
def test_scikit_build_core_as_a_hook(
    make_project: Callable[..., Path], table: str, files: dict[str, str], expected: set[str]
) -> None:
    tree = {"CMakeLists.txt": "", "native/CMakeLists.txt": "add_library(x n.c)\n", "native/n.c": ""}
    root = make_project({**tree, **files, "pyproject.toml": STATIC + table})
    assert found(root) == expected
    assert ("env SKBUILD_CMAKE_ARGS" in optional(root)) == bool(expected)

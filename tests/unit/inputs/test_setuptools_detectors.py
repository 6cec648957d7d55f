"""What setuptools reads besides git, requirements files and setup.py."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.detecting import found, inputs_of, optional, origin_of, the_input, unresolved

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

SYSTEM = (
    '[build-system]\nrequires = ["setuptools"]\nbuild-backend = "setuptools.build_meta"\n[project]\nname = "demo"\n'
)
DYNAMIC = SYSTEM + 'dynamic = ["version"]\n[tool.setuptools.dynamic]\n'
STATIC = SYSTEM + 'version = "1"\n'


@pytest.mark.parametrize(
    ("setting", "files", "expected"),
    [
        ('version = { file = "VERSION" }', {}, {"file VERSION"}),
        ('version = { file = ["VERSION", "PATCH"] }', {}, {"file VERSION", "file PATCH"}),
        (
            'version = { attr = "demo.__version__" }',
            {"demo/__init__.py": "__version__ = '1'\n"},
            {"file demo/__init__.py"},
        ),
        ('version = { attr = "demo.v.V" }', {"demo/__init__.py": "", "demo/v.py": "V = '1'\n"}, {"file demo/v.py"}),
        ('version = { attr = "demo.V" }', {"demo.py": "V = '1'\n"}, {"file demo.py"}),
        ('version = { attr = "demo.V" }', {"src/demo/__init__.py": "V = (1, 2)\n"}, {"file src/demo/__init__.py"}),
        ("version = 3", {}, set()),
        ('version = { attr = "" }', {}, set()),
    ],
)
def test_dynamic_version(
    make_project: Callable[..., Path], setting: str, files: Mapping[str, str], expected: set[str]
) -> None:
    assert found(make_project({"pyproject.toml": f"{DYNAMIC}{setting}\n", **files})) == expected


@pytest.mark.parametrize(
    ("table", "place"),
    [
        ('[tool.setuptools]\npackage-dir = { "" = "lib" }\n', "lib/demo/__init__.py"),
        ('[tool.setuptools]\npackage-dir = { "demo" = "source" }\n', "source/__init__.py"),
        ('[tool.setuptools.packages.find]\nwhere = ["code"]\n', "code/demo/__init__.py"),
        ('[tool.setuptools]\npackages = ["demo"]\n', "demo/__init__.py"),
    ],
)
def test_where_the_module_of_an_attribute_is(make_project: Callable[..., Path], table: str, place: str) -> None:
    text = f'{SYSTEM}dynamic = ["version"]\n{table}[tool.setuptools.dynamic]\nversion = {{ attr = "demo.V" }}\n'
    files = {place: "V = '1'\n", "src/other/__init__.py": ""}
    assert found(make_project({"pyproject.toml": text, **files})) == {f"file {place}"}


@pytest.mark.parametrize(
    ("files", "expected", "computed"),
    [
        (
            {"demo/__init__.py": "from ._v import V\n", "demo/_v.py": "V: str = '1'\n"},
            {"demo/__init__.py", "demo/_v.py"},
            False,
        ),
        (
            {"demo/__init__.py": "from demo._v import X as V\n", "demo/_v.py": "X = '1'\n"},
            {"demo/__init__.py", "demo/_v.py"},
            False,
        ),
        (
            {"demo/__init__.py": "from . import _v\nV = _v.X\n", "demo/_v.py": "X = '1'\n"},
            {"demo/__init__.py", "demo/_v.py"},
            False,
        ),
        (
            {"demo/__init__.py": "import demo._v\nV = demo._v.X\n", "demo/_v.py": "X = '1'\n"},
            {"demo/__init__.py", "demo/_v.py"},
            False,
        ),
        (
            {"demo/__init__.py": "try:\n    from ._v import V\nexcept ImportError:\n    V = '0'\n"},
            {"demo/__init__.py"},
            False,
        ),
        ({"demo/__init__.py": "V = open('x').read()\n"}, {"demo/__init__.py"}, True),
        ({"demo/__init__.py": "from elsewhere import V\n"}, {"demo/__init__.py"}, True),
        ({"demo/__init__.py": "def V():\n    return '1'\n"}, {"demo/__init__.py"}, False),
        ({"demo/__init__.py": "V = open('x').read()\n", "x": "1"}, {"demo/__init__.py", "x"}, False),
        (
            {
                "demo/__init__.py": "import os\nV = '.'.join([open(os.path.join(os.path.dirname(__file__), 'x')).read()])\n",
                "demo/x": "1",
            },
            {"demo/__init__.py", "demo/x"},
            False,
        ),
        (
            {"demo/__init__.py": "from .a import V\n", "demo/a.py": "from . import V\n"},
            {"demo/__init__.py", "demo/a.py"},
            None,
        ),
        ({"demo/__init__.py": "def broken(:\n"}, {"demo/__init__.py"}, False),
        ({"demo/__init__.py": "W = 1\n"}, {"demo/__init__.py"}, True),
    ],
)
def test_the_files_that_decide_an_attribute(
    make_project: Callable[..., Path], files: Mapping[str, str], expected: set[str], computed: object
) -> None:
    root = make_project({"pyproject.toml": DYNAMIC + 'version = { attr = "demo.V" }\n', **files})
    assert found(root) == {f"file {name}" for name in expected}
    if computed is not None:
        assert bool(unresolved(root)) is computed


def test_an_attribute_of_no_module_here_is_unresolved(make_project: Callable[..., Path]) -> None:
    root = make_project({"pyproject.toml": DYNAMIC + 'version = { attr = "elsewhere.V" }\n'})
    assert found(root) == set()
    assert "`elsewhere.V`" in unresolved(root)[0]


def test_other_dynamic_fields(make_project: Callable[..., Path]) -> None:
    dynamic = '["readme", "description", "classifiers", "entry-points", "scripts", "keywords"]'
    text = f"{STATIC}dynamic = {dynamic}\n[tool.setuptools.dynamic]\n"
    text += 'readme = { file = ["README.md", "CHANGES.md"], content-type = "text/markdown" }\ndescription = { file = "about.txt" }\n'
    text += 'classifiers = { file = "classifiers.txt" }\nentry-points = { file = "entry.ini" }\n'
    root = make_project({"pyproject.toml": text})
    names = {"README.md", "CHANGES.md", "about.txt", "classifiers.txt", "entry.ini"}
    assert found(root) == {f"file {name}" for name in names}
    assert the_input(root, "CHANGES.md").affects == "metadata"
    assert the_input(root, "entry.ini").affects == "contents"
    assert origin_of(root, "about.txt").endswith('description = { file = "about.txt" }')


def test_a_field_that_is_not_dynamic_is_not_read(make_project: Callable[..., Path]) -> None:
    text = STATIC + '[tool.setuptools.dynamic]\nversion = { file = "VERSION" }\nreadme = { file = "README.md" }\n'
    assert found(make_project({"pyproject.toml": text})) == set()


def test_setup_cfg_version_from_file_or_attribute(make_project: Callable[..., Path]) -> None:
    cfg = "[metadata]\nname = demo\nversion = file: VERSION\n"
    root = make_project({"setup.cfg": cfg}, "file")
    assert found(root) == {"file VERSION"}
    assert origin_of(root, "VERSION") == "setup.cfg:3: version = file: VERSION"
    cfg = "[metadata]\nname = demo\nversion = attr: demo.V\n[options]\npackage_dir =\n    = lib\n"
    root = make_project({"setup.cfg": cfg, "lib/demo.py": "V = '1'\n"}, "attr")
    assert found(root) == {"file lib/demo.py"}
    assert "`demo.V`" in the_input(root, "lib/demo.py").why
    cfg = "[metadata]\nname = demo\nversion = attr: demo.V\n[options]\npackages = find:\n[options.packages.find]\nwhere = code\n"
    assert found(make_project({"setup.cfg": cfg, "code/demo.py": "V = '1'\n"}, "where")) == {"file code/demo.py"}


def test_data_files_are_copied_also_for_editables(make_project: Callable[..., Path]) -> None:
    text = (
        STATIC
        + '[tool.setuptools]\nscript-files = ["bin/run"]\n[tool.setuptools.data-files]\netc = ["conf/*.ini", "x.toml"]\n'
    )
    cfg = "[options.data_files]\nshare =\n    a.txt\n    b*.txt\n"
    root = make_project({"pyproject.toml": text, "setup.cfg": cfg})
    assert found(root) == {"file bin/run", "files conf/*.ini", "file x.toml", "file a.txt", "files b*.txt"}
    assert the_input(root, "conf/*.ini").affects == "contents"


@pytest.mark.parametrize(
    ("arguments", "place"),
    [
        ("package_dir={'': 'lib'}", "lib/demo/__init__.py"),
        ("package_dir={'demo': 'code/inner'}", "code/inner/__init__.py"),
        ("package_dir={'': os.path.join('a', 'b')}", "a/b/demo.py"),
        ("**dict(package_dir={'': 'lib'})", "lib/demo.py"),
        # pyproject.toml has the last word
        ("package_dir={'': 'lib'}", "code/demo.py"),
    ],
)
def test_setup_py_says_where_the_packages_are(make_project: Callable[..., Path], arguments: str, place: str) -> None:
    script = f"import os\nfrom setuptools import setup\nsetup({arguments})\n"
    last = '[tool.setuptools.package-dir]\n"" = "code"\n' if place == "code/demo.py" else ""
    text = f'{SYSTEM}dynamic = ["version"]\n{last}[tool.setuptools.dynamic]\nversion = {{ attr = "demo.V" }}\n'
    root = make_project({"pyproject.toml": text, "setup.py": script, place: "V = '1'\n"})
    assert found(root) == {f"file {place}"}


def test_command_classes_run_in_the_build(make_project: Callable[..., Path]) -> None:
    text = STATIC + '[tool.setuptools]\npackages = []\n[tool.setuptools.cmdclass]\nbuild_py = "_custom.BuildPy"\n'
    script = "import os\nfrom helper import x\nclass BuildPy:\n    def run(self):\n        os.environ['DEMO_GEN']\n"
    root = make_project({"pyproject.toml": text, "_custom.py": script, "helper.py": ""})
    assert found(root) == {"file _custom.py", "file helper.py", "env DEMO_GEN"}
    assert the_input(root, "_custom.py").role == "build-script"


@pytest.mark.parametrize(
    ("files", "listed"),
    [
        ({"pyproject.toml": STATIC}, True),
        ({"pyproject.toml": STATIC + "[tool.setuptools]\ninclude-package-data = false\n"}, False),
        ({"setup.cfg": "[metadata]\nname = demo\n"}, False),
        ({"setup.cfg": "[options]\ninclude_package_data = True\n"}, True),
        ({"setup.py": "from setuptools import setup\nsetup(include_package_data=True)\n"}, True),
    ],
)
def test_manifest_in_matters_for_wheels_only(
    make_project: Callable[..., Path], files: Mapping[str, str], listed: object
) -> None:
    root = make_project({**files, "MANIFEST.in": "graft data\n"})
    assert ("file MANIFEST.in (likely)" in found(root)) is listed
    sightings = {item.optional: item.modes for item in inputs_of(root).inputs if item.what == "MANIFEST.in"}
    both = ("editable", "wheel")
    assert sightings == ({False: ("wheel",), True: ("editable",)} if listed else {True: both})


def test_settings_ini_of_nbdev(make_project: Callable[..., Path]) -> None:
    setup = "from configparser import ConfigParser\nimport setuptools\ncfg = ConfigParser()\ncfg.read('settings.ini')\n"
    root = make_project({"setup.py": setup, "settings.ini": "[DEFAULT]\nversion = 1\n"})
    assert "file settings.ini" in found(root)
    assert "settings.ini" not in str(found(make_project({"setup.py": "", "settings.ini": ""}, "unused")))


CRATE = '[package]\nname = "demo"\nversion = "0.1.0"\n[dependencies]\n'


def test_setuptools_rust(make_project: Callable[..., Path]) -> None:
    text = STATIC.replace('"setuptools"]', '"setuptools", "setuptools-rust"]')
    table = '[[tool.setuptools-rust.ext-modules]]\ntarget = "demo._x"\npath = "native/x/Cargo.toml"\n'
    files = {"native/x/Cargo.toml": CRATE, "native/x/src/lib.rs": "", "native/x/Cargo.lock": "", "setup.py": ""}
    root = make_project({"pyproject.toml": text + table, **files}, "declared")
    names = {"file native/x/Cargo.toml", "file native/x/src/lib.rs", "file native/x/Cargo.lock"}
    assert found(root) == names
    assert "env SETUPTOOLS_RUST_CARGO_PROFILE" in optional(root)
    in_setup = make_project({"pyproject.toml": text, "Cargo.toml": CRATE, "src/lib.rs": "", "setup.py": ""}, "setup")
    assert "file Cargo.toml (likely)" in found(in_setup)
    unused = make_project({"pyproject.toml": STATIC, "Cargo.toml": CRATE, "src/lib.rs": ""}, "unused")
    assert found(unused) == set()


def test_setuptools_odoo_follows_its_symlinks(make_project: Callable[..., Path], tmp_path: Path) -> None:
    addon = tmp_path / "my_addon"
    addon.mkdir()
    (addon / "__manifest__.py").write_text("{'version': '16.0.1.0.0'}\n", encoding="utf-8")
    setup = "import setuptools\n\nsetuptools.setup(setup_requires=['setuptools-odoo'], odoo_addon=True)\n"
    root = make_project({"setup.py": setup, "odoo/addons/real/__manifest__.py": ""})
    (root / "odoo" / "addons" / "my_addon").symlink_to("../../../my_addon")
    assert found(root) >= {
        "files odoo/addons/*/__manifest__.py",
        "file odoo/addons/my_addon/__manifest__.py",
        "git commit",
    }
    assert origin_of(root, "commit").startswith("setup.py:3")
    several = make_project(
        {"setup.py": setup.replace("odoo_addon=", "odoo_addons="), "odoo_addons/a/__openerp__.py": ""}, "many"
    )
    assert "git commit" not in found(several)
    assert "files odoo_addons/*/__openerp__.py" in found(several)

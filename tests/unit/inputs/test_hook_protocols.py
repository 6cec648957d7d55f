"""What back ends hand to the hooks of a project, and what they take from them: files that a hook finds by it are inputs."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest
from support.detecting import found, inputs_of, optional, outputs, the_input, unresolved

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

HATCH = '[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n[project]\nname = "demo"\n'
PDM = '[build-system]\nrequires = ["pdm-backend"]\nbuild-backend = "pdm.backend"\n[project]\nname = "demo"\n'
INTERFACE = "from hatchling.builders.hooks.plugin.interface import BuildHookInterface\n"


def _hatch(lines: str, config: str = "") -> dict[str, str]:
    body = "".join(f"        {line}\n" for line in lines.split("\n"))
    script = (
        f"import os\nimport pathlib\n{INTERFACE}class Hook(BuildHookInterface):\n"
        f"    def initialize(self, version, data):\n{body}"
    )
    table = f'version = "1"\n[tool.hatch.build.hooks.custom]\n{config}\n'
    return {"pyproject.toml": HATCH + table, "hatch_build.py": script}


@pytest.mark.parametrize(
    ("line", "config"),
    [
        ("pathlib.Path(self.root, self.config['grammar']).read_text()", 'grammar = "data/a.lark"'),
        ("open(os.path.join(self.root, self.config.get('grammar', 'none.lark')))", 'grammar = "data/a.lark"'),
        ("open(os.path.join(self.root, self.config.get('grammar', 'data/a.lark')))", ""),
        ("[open(name) for name in self.config['files']]", 'files = ["data/a.lark"]'),
        ("open(self.build_config.root + '/' + self.config['of']['it'])", 'of = { it = "data/a.lark" }'),
        ("if self.target_name == 'wheel': open('data/a.lark')", ""),
        ("if version != 'editable': open('data/a.lark')", ""),
        ("[p.read_bytes() for p in pathlib.Path(self.root, self.config['where']).rglob('*.lark')]", 'where = "data"'),
    ],
)
def test_a_hook_finds_files_by_its_settings(make_project: Callable[..., Path], line: str, config: str) -> None:
    root = make_project({**_hatch(line, config), "data/a.lark": ""})
    assert "file data/a.lark" in found(root)
    assert unresolved(root) == []


@pytest.mark.parametrize(
    "line",
    [
        "data['force_include']['assets/logo.svg'] = 'demo/logo.svg'",
        "data['force_include'][os.path.join(self.root, 'assets', 'logo.svg')] = 'demo/logo.svg'",
        "data['force_include'].update({'assets/logo.svg': 'demo/logo.svg'})",
        "data['force_include_editable']['assets/logo.svg'] = 'demo/logo.svg'",
        "data['force_include'] |= {str(p): p.name for p in pathlib.Path(self.root).glob('assets/*.svg')}",
        "data['force_include'] = {**data['force_include'], 'assets/logo.svg': 'demo/logo.svg'}",
        "data.setdefault('force_include', {})['assets/logo.svg'] = 'demo/logo.svg'",
        "data['shared_data'][str(pathlib.Path(self.root) / 'assets/logo.svg')] = 'share/logo.svg'",
        "if os.path.exists('x'):\n            data['extra_metadata']['assets/logo.svg'] = 'logo.svg'",
    ],
)
def test_what_a_hook_has_copied_is_an_input(make_project: Callable[..., Path], line: str) -> None:
    root = make_project({**_hatch(line), "assets/logo.svg": ""})
    assert "file assets/logo.svg" in found(root)
    assert "hatch_build.py lists it in" in the_input(root, "assets/logo.svg").why


def test_what_only_an_editable_wheel_holds(make_project: Callable[..., Path]) -> None:
    lines = "data['force_include_editable']['a.txt'] = 'a.txt'\ndata['force_include']['b.txt'] = 'b.txt'"
    root = make_project({**_hatch(lines), "a.txt": "", "b.txt": ""})
    assert the_input(root, "a.txt").modes == ("editable",)
    assert the_input(root, "b.txt").modes == ("editable", "wheel")


def test_a_back_end_that_overrides_steps_of_setuptools(make_project: Callable[..., Path]) -> None:
    script = (
        "import os\nfrom setuptools.build_meta import _BuildMetaBackend\nclass Own(_BuildMetaBackend):\n"
        "    def run_setup(self, setup_script='setup.py'):\n        open('notes/run.txt')\n"
        "        if os.environ.get('DEMO_FAST'): setup_script = 'fast.py'\n        return super().run_setup(setup_script)\n"
        "    def _get_build_requires(self, settings, requirements):\n        return open('notes/requires.txt').read().split()\n"
        "own = Own()\nbuild_wheel = own.build_wheel\nbuild_editable = own.build_editable\n"
    )
    table = '[build-system]\nrequires = ["setuptools"]\nbuild-backend = "own"\nbackend-path = ["tools"]\n'
    files = {
        "notes/run.txt": "",
        "notes/requires.txt": "",
        "setup.py": "from setuptools import setup\nsetup(name='x')\n",
    }
    root = make_project({"pyproject.toml": table, "tools/own.py": script, **files})
    assert {"file notes/run.txt", "file notes/requires.txt", "env DEMO_FAST"} <= found(root)


def test_a_directory_that_a_hook_has_copied_counts_as_a_whole(make_project: Callable[..., Path]) -> None:
    files = _hatch("data['shared_data']['share/doc'] = 'share/doc/demo'")
    root = make_project({**files, "share/doc/a/b.txt": "", "share/other.txt": ""})
    assert "files share/doc/**/*" in found(root)
    assert not any("other" in name for name in found(root))


def test_what_a_hook_makes_and_has_copied_is_no_input(make_project: Callable[..., Path]) -> None:
    lines = (
        "with open(os.path.join(self.root, 'demo', 'gen.txt'), 'w') as f: f.write('x')\n"
        "data['force_include']['demo/gen.txt'] = 'demo/gen.txt'\n"
        "os.system('make ui')\n"
        "data['force_include']['ui/dist'] = 'demo/ui'\n"
        "data['force_include']['.'] = 'demo/all'\n"
        "data['force_include']['not/there.txt'] = 'demo/there.txt'"
    )
    root = make_project({**_hatch(lines), ".gitignore": "dist\n", "demo/__init__.py": ""})
    for command in (["init", "-q"], ["add", "-A"]):
        subprocess.run(["git", *command], cwd=root, check=True)
    (root / "ui/dist").mkdir(parents=True)
    (root / "ui/dist/app.js").write_text("")
    (root / "demo/gen.txt").write_text("")
    assert not {name for name in found(root) if "gen.txt" in name or "dist" in name or "there" in name}
    assert "demo/gen.txt" in outputs(root)


def test_a_metadata_hook_sees_the_metadata(make_project: Callable[..., Path]) -> None:
    script = (
        "import os\nfrom hatchling.metadata.plugin.interface import MetadataHookInterface\n"
        "class Hook(MetadataHookInterface):\n    def update(self, metadata):\n"
        "        name = metadata['name'] + '.deps'\n"
        "        metadata['dependencies'] = open(os.path.join(self.root, 'deps', name)).read().split()\n"
    )
    table = 'version = "1"\ndynamic = ["dependencies"]\n[tool.hatch.metadata.hooks.custom]\n'
    root = make_project(
        {"pyproject.toml": HATCH + table, "hatch_build.py": script, "deps/demo.deps": "", "deps/other.deps": ""}
    )
    assert "file deps/demo.deps" in found(root)
    assert not any("other" in name for name in found(root))


@pytest.mark.parametrize(
    "line",
    [
        "(context.root / 'rows.csv').read_text()",
        "open(context.config.root.joinpath('rows.csv'))",
        "open(str(context.root) + '/rows.csv')",
        "open(context.root / context.config.build_config['rows'])",
        "open(context.config.data['tool']['demo']['rows'])",
        "if context.target == 'editable': open(context.root / 'rows.csv')",
    ],
)
def test_a_hook_of_pdm_finds_files_by_its_context(make_project: Callable[..., Path], line: str) -> None:
    table = 'version = "1"\n[tool.pdm.build]\nrows = "rows.csv"\n[tool.demo]\nrows = "rows.csv"\n'
    script = f"def pdm_build_update_files(context, files):\n    {line}\n"
    root = make_project({"pyproject.toml": PDM + table, "pdm_build.py": script, "rows.csv": ""})
    assert "file rows.csv" in found(root)
    assert unresolved(root) == []


def test_the_build_directory_of_pdm_holds_no_inputs(make_project: Callable[..., Path]) -> None:
    script = (
        "def pdm_build_update_files(context, files):\n"
        "    text = (context.build_dir / 'made.txt').read_text() + (context.ensure_build_dir() / 'made.txt').read_text()\n"
        "    files['demo/made.py'] = text\n    return text\n"
    )
    root = make_project({"pyproject.toml": PDM + 'version = "1"\n', "pdm_build.py": script, "demo/made.txt": ""})
    assert not any("made" in name for name in found(root))
    assert unresolved(root) == []


@pytest.mark.parametrize("getter", ["tools.release:version", "tools.release:version('NUMBER')"])
def test_a_getter_of_pdm_may_have_arguments(make_project: Callable[..., Path], getter: str) -> None:
    table = f'dynamic = ["version"]\n[tool.pdm.version]\nsource = "call"\ngetter = "{getter}"\n'
    script = (
        "from pathlib import Path\ndef version(name='NUMBER'):\n    return Path(__file__).with_name(name).read_text()\n"
    )
    files = {"tools/__init__.py": "from .extra import x\n", "tools/extra.py": "x = 1\n", "tools/NUMBER": "1"}
    root = make_project({"pyproject.toml": PDM + table, "tools/release.py": script, **files})
    assert {"file tools/release.py", "file tools/NUMBER"} <= found(root)
    assert {"file tools/__init__.py (likely)", "file tools/extra.py (likely)"} <= optional(root)


def test_a_version_callback_is_called_without_arguments(make_project: Callable[..., Path]) -> None:
    tables = (
        '[build-system]\nrequires = ["setuptools", "setuptools-git-versioning"]\n'
        'build-backend = "setuptools.build_meta"\n[project]\nname = "demo"\ndynamic = ["version"]\n'
        '[tool.setuptools-git-versioning]\nenabled = true\nversion_callback = "demo.sub.release:number"\n'
    )
    script = "import json\ndef number(file='release.json'):\n    return json.load(open(file))['number']\n"
    files = {"demo/__init__.py": "", "demo/sub/__init__.py": "", "release.json": "{}", "other.json": "{}"}
    root = make_project({"pyproject.toml": tables, "demo/sub/release.py": script, **files})
    assert found(root) == {"file demo/sub/release.py", "file release.json"}
    assert {"file demo/__init__.py (likely)", "file demo/sub/__init__.py (likely)"} <= optional(root)


def test_a_package_that_imports_the_product_is_said_once(make_project: Callable[..., Path]) -> None:
    table = 'dynamic = ["version"]\n[tool.pdm.version]\nsource = "call"\ngetter = "demo.release:number"\n'
    modules = {f"demo/m{n}.py": "" for n in range(40)}
    package = "".join(f"from . import m{n}\n" for n in range(40))
    files = {"demo/__init__.py": package, "demo/release.py": "def number(): return '1'\n", **modules}
    root = make_project({"pyproject.toml": PDM + table, **files})
    assert found(root) == {"file demo/release.py"}
    assert {name for name in optional(root) if name.startswith("file")} == {"files demo/**/*.py (possible)"}


def test_steps_of_versioningit_get_their_settings(make_project: Callable[..., Path]) -> None:
    tables = (
        '[build-system]\nrequires = ["setuptools", "versioningit"]\nbuild-backend = "setuptools.build_meta"\n'
        '[project]\nname = "demo"\ndynamic = ["version"]\n[tool.versioningit]\n'
        '[tool.versioningit.write]\nmethod = { module = "write_it", value = "write", module-dir = "tools" }\n'
        'template = "tools/version.tmpl"\npath = "demo/_version.py"\n'
    )
    script = (
        "from pathlib import Path\ndef write(*, project_dir, template_fields, params):\n"
        "    text = Path(project_dir, params['template']).read_text()\n"
        "    (Path(project_dir) / params['path']).write_text(text.format(**template_fields))\n"
    )
    root = make_project({"pyproject.toml": tables, "tools/write_it.py": script, "tools/version.tmpl": ""})
    assert {"file tools/write_it.py", "file tools/version.tmpl"} <= found(root)
    assert "demo/_version.py" in outputs(root)
    assert unresolved(root) == []


@pytest.mark.parametrize(
    ("expression", "code"),
    [
        ("read('a')", "def read(name):\n    return open(os.path.join(HERE, name + '.txt')).read()\n"),
        ("Info().number", "class Info:\n    @property\n    def number(self): return open(HERE + '/a.txt').read()\n"),
        ("f'{read()}.0'", "def read():\n    return open(HERE + '/a.txt').read()\n"),
    ],
)
def test_the_expression_of_a_version_is_evaluated(
    make_project: Callable[..., Path], expression: str, code: str
) -> None:
    table = f'dynamic = ["version"]\n[tool.hatch.version]\nsource = "code"\npath = "rel/v.py"\nexpression = "{expression}"\n'
    code = f"import os\nHERE = os.path.dirname(__file__)\n{code}"
    root = make_project({"pyproject.toml": HATCH + table, "rel/v.py": code, "rel/a.txt": "1"})
    assert found(root) == {"file rel/v.py", "file rel/a.txt"}
    assert the_input(root, "rel/a.txt").affects == "version"


@pytest.mark.parametrize("expression", ["", "1 +", "((((", "nothing.here()"])
def test_an_expression_that_is_none_is_survived(make_project: Callable[..., Path], expression: str) -> None:
    table = (
        f'dynamic = ["version"]\n[tool.hatch.version]\nsource = "code"\npath = "v.py"\nexpression = "{expression}"\n'
    )
    assert found(make_project({"pyproject.toml": HATCH + table, "v.py": ""})) == {"file v.py"}


def test_a_build_function_gets_its_arguments(make_project: Callable[..., Path]) -> None:
    table = (
        'version = "1"\n[tool.hatch.build.hooks.jupyter-builder]\nbuild-function = "tools.js.make"\n'
        '[tool.hatch.build.hooks.jupyter-builder.build-kwargs]\npage-template = "web/page.tmpl"\n'
    )
    script = "def make(target, version, page_template='', **more):\n    open(page_template)\n"
    root = make_project({"pyproject.toml": HATCH + table, "tools/js.py": script, "web/page.tmpl": ""})
    assert "file web/page.tmpl" in found(root)


def test_a_provider_gets_its_settings(make_project: Callable[..., Path]) -> None:
    tables = (
        '[build-system]\nrequires = ["scikit-build-core"]\nbuild-backend = "scikit_build_core.build"\n'
        '[project]\nname = "demo"\ndynamic = ["description"]\n[tool.scikit-build.metadata.description]\n'
        'provider = "summary"\nprovider-path = "tools"\nstem = "text/demo"\n'
    )
    script = "def dynamic_metadata(field, config):\n    return open(config['stem'] + '.' + field + '.txt').read()\n"
    files = {"tools/summary.py": script, "text/demo.description.txt": "x", "text/demo.readme.txt": "x"}
    root = make_project({"pyproject.toml": tables, **files})
    assert "file text/demo.description.txt" in found(root)
    assert not any("readme" in name for name in found(root))


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("subprocess.run(['gen', 'api/spec.yaml'])", ("dynamic-file", "code")),
        ("subprocess.run(['msgfmt', '-o', 'x.mo', 'api/de.po'])", ("dynamic-file", "code")),
        ("subprocess.run(['pandoc', 'api/intro.md'])", ("dynamic-file", "metadata")),
        ("subprocess.run(['sh', 'api/make.sh'])", ("build-script", "code")),
        ("subprocess.run(['api/run-me'])", ("build-script", "code")),
    ],
)
def test_what_is_handed_to_a_program(make_project: Callable[..., Path], line: str, expected: tuple[str, str]) -> None:
    files = dict.fromkeys(("api/spec.yaml", "api/de.po", "api/intro.md", "api/make.sh", "api/run-me"), "")
    root = make_project({**_hatch(f"import subprocess\n{line}"), **files})
    (item,) = [item for item in inputs_of(root).inputs if item.what.startswith("api/")]
    assert (item.role, item.affects) == expected


def test_a_crate_that_a_hook_has_cargo_build(make_project: Callable[..., Path]) -> None:
    line = "import subprocess\nsubprocess.run(['cargo', 'build', '--manifest-path', 'ext/Cargo.toml'], check=True)"
    crate = {"ext/Cargo.toml": '[package]\nname = "ext"\nversion = "1.0.0"\n', "ext/src/lib.rs": ""}
    root = make_project({**_hatch(line), **crate})
    assert the_input(root, "ext/Cargo.toml").why == "cargo builds this crate"


@pytest.mark.parametrize(
    "lines",
    [
        "context.config.metadata['description'] = open(where()).read()",
        "context.config.metadata.update(keywords=[open(where()).read()])",
        "return open(where()).read()",
    ],
)
def test_an_unknown_file_that_reaches_the_metadata_is_said(make_project: Callable[..., Path], lines: str) -> None:
    script = f"from foreign import where\ndef pdm_build_initialize(context):\n    {lines}\n"
    root = make_project({"pyproject.toml": PDM + 'version = "1"\n', "pdm_build.py": script, "a.txt": ""})
    assert unresolved(root) == ["opens a file whose name is only known at run time"]

"""Who takes the version from git, who does not, and with which variables and files."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.detecting import found, inputs_of, optional, origin_of, outputs, the_input, unresolved

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

GIT = {"git commit", "git tags"}

SETUPTOOLS = """
[build-system]
requires = ["setuptools>=64", "setuptools-scm>=8"]
build-backend = "setuptools.build_meta"

[project]
name = "My.Demo_pkg"
dynamic = ["version"]
"""
HATCH = """
[build-system]
requires = ["hatchling", "hatch-vcs"]
build-backend = "hatchling.build"

[project]
name = "demo-pkg"
dynamic = ["version"]
"""


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        ("[tool.setuptools_scm]", GIT),
        ('[tool.setuptools_scm]\nlocal_scheme = "no-local-version"', GIT),
        ("[tool.vcs-versioning]", GIT),
        ("[tool.setuptools-scm]", set()),  # measured: the dash is never read
        ("", set()),  # measured: the requirement alone does nothing
        ("[tool.other]", set()),
    ],
)
def test_setuptools_scm_needs_its_table(make_project: Callable[..., Path], table: str, expected: set[str]) -> None:
    assert found(make_project({"pyproject.toml": f"{SETUPTOOLS}\n{table}\n"})) == expected


@pytest.mark.parametrize(
    ("requirement", "dynamic", "expected"),
    [
        ("setuptools-scm[simple]", "version", GIT),
        ("Setuptools_SCM[toml, simple]>=9.2; python_version > '3'", "version", GIT),
        ("setuptools-scm[simple]", "readme", set()),
        ("setuptools-scm[toml]", "version", set()),
        ("hatch-vcs[simple]", "version", set()),
    ],
)
def test_the_extra_simple_replaces_the_table(
    make_project: Callable[..., Path], requirement: str, dynamic: str, expected: set[str]
) -> None:
    text = SETUPTOOLS.replace("setuptools-scm>=8", requirement).replace('["version"]', f'["{dynamic}"]')
    assert found(make_project({"pyproject.toml": text})) == expected


def test_a_static_version_wins_over_setuptools_scm(make_project: Callable[..., Path]) -> None:
    text = SETUPTOOLS.replace('dynamic = ["version"]', 'version = "1.0"') + "[tool.setuptools_scm]\n"
    assert found(make_project({"pyproject.toml": text})) == set()
    cfg = {"pyproject.toml": "[tool.setuptools_scm]\n", "setup.cfg": "[metadata]\nname = demo\nversion = 3.3\n"}
    assert found(make_project(cfg, "cfg")) == set()


def test_attr_in_setup_cfg_does_not_count_as_a_static_version(make_project: Callable[..., Path]) -> None:
    root = make_project(
        {
            "pyproject.toml": "[tool.setuptools_scm]\n",
            "setup.cfg": "[metadata]\nname = demo\nversion = attr: demo.x\n",
            "demo.py": "x = '1'\n",
        }
    )
    assert found(root) >= {"git commit (likely)", "git tags (likely)"}


def test_a_dynamic_attribute_overrules_git_unless_a_version_file_is_written(make_project: Callable[..., Path]) -> None:
    dynamic = '[tool.setuptools.dynamic]\nversion = { attr = "demo.__version__" }\n[tool.setuptools_scm]\n'
    files = {"pyproject.toml": SETUPTOOLS + dynamic, "demo/__init__.py": "__version__ = '1'\n"}
    assert found(make_project(files)) == {"file demo/__init__.py"}
    files["pyproject.toml"] += 'version_file = "demo/_version.py"\n'
    files["demo/__init__.py"] = "from demo._version import __version__\n"
    assert found(make_project(files, "written")) >= GIT


def test_an_attribute_in_the_written_file_is_no_input_of_its_own(make_project: Callable[..., Path]) -> None:
    text = SETUPTOOLS + '[tool.setuptools.dynamic]\nversion = { attr = "demo._version.version" }\n'
    text += '[tool.setuptools_scm]\nversion_file = "demo/_version.py"\n'
    fresh = make_project({"pyproject.toml": text, "demo/__init__.py": ""}, "fresh")
    built = make_project(
        {"pyproject.toml": text, "demo/__init__.py": "", "demo/_version.py": "version = '1'\n"}, "built"
    )
    for root in (fresh, built):
        assert found(root) == GIT
        assert outputs(root) == {"demo/_version.py"}
        assert unresolved(root) == []


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ('version_file = "src/demo/_version.py"', {"src/demo/_version.py"}),
        ('write_to = "./src//demo/_v.py"', {"src/demo/_v.py"}),
        ('version_file = "a.txt"\nwrite_to = "b.txt"', {"a.txt", "b.txt"}),
        ('version_file = "a.txt"\nwrite_to_source = false', set()),
        ('root = ".."\nwrite_to = "project/demo/_v.py"', {"demo/_v.py"}),
        ('root = ".."\nwrite_to = "_v.py"', {"../_v.py"}),
        ('root = "sub"\nwrite_to = "_v.py"', {"sub/_v.py"}),
        ("version_file = 3\nwrite_to = []", set()),
    ],
)
def test_the_version_file_is_an_output(make_project: Callable[..., Path], settings: str, expected: set[str]) -> None:
    root = make_project({"pyproject.toml": f"{SETUPTOOLS}\n[tool.setuptools_scm]\n{settings}\n"})
    assert outputs(root) == expected


def test_overriding_variables_are_optional_and_exact(make_project: Callable[..., Path]) -> None:
    root = make_project({"pyproject.toml": f"{SETUPTOOLS}\n[tool.setuptools_scm]\n"})
    names = {item.removeprefix("env ") for item in optional(root)}
    assert {
        "SETUPTOOLS_SCM_PRETEND_VERSION",
        "SETUPTOOLS_SCM_PRETEND_VERSION_FOR_MY_DEMO_PKG",
        "VCS_VERSIONING_PRETEND_VERSION_FOR_MY_DEMO_PKG",
        "SETUPTOOLS_SCM_PRETEND_METADATA_FOR_MY_DEMO_PKG",
        "SETUPTOOLS_SCM_OVERRIDES_FOR_MY_DEMO_PKG",
    } <= names
    assert not any("SUBPROCESS" in name or "DEBUG" in name for name in names)


def test_dist_name_replaces_the_name_in_the_variables(make_project: Callable[..., Path]) -> None:
    root = make_project({"pyproject.toml": f'{SETUPTOOLS}\n[tool.setuptools_scm]\ndist_name = "other"\n'})
    names = optional(root)
    assert "env SETUPTOOLS_SCM_PRETEND_VERSION_FOR_OTHER" in names
    assert not any("MY_DEMO_PKG" in name for name in names)


def test_an_unpacked_sdist_has_no_git_inputs(make_project: Callable[..., Path]) -> None:
    files = {"PKG-INFO": "Metadata-Version: 2.1\nName: demo\nVersion: 1\n"}
    assert found(make_project({"pyproject.toml": f"{SETUPTOOLS}\n[tool.setuptools_scm]\n", **files}, "a")) == set()
    assert (
        found(make_project({"pyproject.toml": f'{HATCH}\n[tool.hatch.version]\nsource = "vcs"\n', **files}, "b"))
        == set()
    )


def test_another_back_end_ignores_the_table(make_project: Callable[..., Path]) -> None:
    text = '[build-system]\nrequires = ["flit_core"]\nbuild-backend = "flit_core.buildapi"\n'
    text += '[project]\nname = "demo"\nversion = "1"\ndescription = "d"\n[tool.setuptools_scm]\n'
    assert found(make_project({"pyproject.toml": text})) == set()


def test_the_origin_is_the_line_of_the_table(make_project: Callable[..., Path]) -> None:
    root = make_project({"pyproject.toml": f"{SETUPTOOLS}\n[tool.setuptools_scm]\n"})
    assert origin_of(root, "tags").endswith("[tool.setuptools_scm]")
    assert the_input(root, "tags").role == "scm-version"
    assert the_input(root, "tags").affects == "version"


def test_a_source_archive_reads_git_archival_txt(make_project: Callable[..., Path]) -> None:
    files = {"pyproject.toml": f"{SETUPTOOLS}\n[tool.setuptools_scm]\n", ".git_archival.txt": "node: $Format:%H$\n"}
    archive = make_project(files, "archive")
    assert "file .git_archival.txt" in found(archive)
    checkout = make_project({**files, ".git/HEAD": "ref: refs/heads/main\n"}, "checkout")
    assert "file .git_archival.txt" not in found(checkout)
    assert "file .git_archival.txt" in optional(checkout)


def test_overrides_of_a_monorepo_are_an_input(make_project: Callable[..., Path]) -> None:
    files = {"pyproject.toml": f"{SETUPTOOLS}\n[tool.setuptools_scm]\n", ".config/python-vcs-versioning.toml": ""}
    assert "file .config/python-vcs-versioning.toml" in found(make_project(files))


def test_mercurial_is_said_to_be_out_of_reach(make_project: Callable[..., Path]) -> None:
    root = make_project({"pyproject.toml": f"{SETUPTOOLS}\n[tool.setuptools_scm]\n", ".hg/requires": ""})
    assert found(root) == set()
    assert "Mercurial" in unresolved(root)[0]


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        ('[tool.hatch.version]\nsource = "vcs"', GIT),
        ('[tool.hatch.version]\nsource = "vcs"\n[tool.hatch.version.raw-options]\nlocal_scheme = "x"', GIT),
        ('[tool.hatch.version]\npath = "demo/__init__.py"', {"file demo/__init__.py"}),
        ("", set()),
    ],
)
def test_hatch_vcs(make_project: Callable[..., Path], table: str, expected: set[str]) -> None:
    assert found(make_project({"pyproject.toml": f"{HATCH}\n{table}\n"})) == expected


def test_hatch_vcs_knows_the_name_only_from_raw_options(make_project: Callable[..., Path]) -> None:
    text = f'{HATCH}\n[tool.hatch.version]\nsource = "vcs"\n'
    names = optional(make_project({"pyproject.toml": text}, "plain"))
    assert "env SETUPTOOLS_SCM_PRETEND_VERSION" in names
    assert not any("_FOR_" in name or "OVERRIDES" in name for name in names)
    text += '[tool.hatch.version.raw-options]\ndist_name = "demo-pkg"\n'
    assert "env SETUPTOOLS_SCM_PRETEND_VERSION_FOR_DEMO_PKG" in optional(
        make_project({"pyproject.toml": text}, "named")
    )


def test_hatch_vcs_with_a_static_version_only_writes(make_project: Callable[..., Path]) -> None:
    text = HATCH.replace('dynamic = ["version"]', 'version = "1"') + '[tool.hatch.version]\nsource = "vcs"\n'
    root = make_project({"pyproject.toml": text + '[tool.hatch.build.hooks.vcs]\nversion-file = "demo/_version.py"\n'})
    assert found(root) == set()
    assert outputs(root) == {"demo/_version.py"}


def test_hatch_vcs_in_hatch_toml(make_project: Callable[..., Path]) -> None:
    hatch = '[version]\nsource = "vcs"\n[build.targets.wheel.hooks.vcs]\nversion-file = "demo/_v.py"\n'
    root = make_project({"pyproject.toml": HATCH, "hatch.toml": hatch})
    assert found(root) == {*GIT, "file hatch.toml"}
    assert outputs(root) == {"demo/_v.py"}
    assert origin_of(root, "commit") == 'hatch.toml:2: source = "vcs"'


def test_a_table_of_hatch_toml_hides_the_one_in_pyproject(make_project: Callable[..., Path]) -> None:
    text = f'{HATCH}\n[tool.hatch.version]\nsource = "vcs"\n'
    root = make_project({"pyproject.toml": text, "hatch.toml": '[version]\npath = "demo.py"\n', "demo.py": ""})
    assert found(root) == {"file demo.py", "file hatch.toml"}


def test_commit_hash_in_urls(make_project: Callable[..., Path]) -> None:
    text = HATCH.replace('["version"]', '["urls"]').replace('name = "demo-pkg"', 'name = "demo-pkg"\nversion = "1"')
    hook = '[tool.hatch.metadata.hooks.vcs.urls]\nSource = "https://example.org/{commit_hash}"\n'
    root = make_project({"pyproject.toml": text + hook})
    assert found(root) == {"git commit"}
    assert the_input(root, "commit").affects == "metadata"


SETUP = '[build-system]\nrequires = ["setuptools", "{tool}"]\nbuild-backend = "setuptools.build_meta"\n'
SETUP += '[project]\nname = "demo"\ndynamic = ["version"]\n'


def test_versioningit(make_project: Callable[..., Path]) -> None:
    text = SETUP.format(tool="versioningit")
    table = '[tool.versioningit]\n[tool.versioningit.write]\nfile = "demo/_version.py"\n'
    root = make_project({"pyproject.toml": text + table}, "active")
    assert (found(root), outputs(root)) == (GIT, {"demo/_version.py"})
    assert found(make_project({"pyproject.toml": text}, "no table")) == set()
    assert found(make_project({"pyproject.toml": SETUP.format(tool="x") + table}, "no requirement")) == set()
    assert found(make_project({"pyproject.toml": text + '[tool.versioningit]\nvcs = "hg"\n'}, "hg")) == set()


def test_versioningit_under_hatchling_with_a_function_of_the_project(make_project: Callable[..., Path]) -> None:
    table = '[tool.hatch.version]\nsource = "versioningit"\n[tool.hatch.version.format.method]\n'
    table += 'module = "fmt"\nvalue = "f"\nmodule-dir = "tools"\n'
    files = {"pyproject.toml": f"{HATCH}\n{table}", "tools/fmt.py": "import helper\n", "tools/helper.py": ""}
    assert found(make_project(files)) == {*GIT, "file tools/fmt.py", "file tools/helper.py"}


def test_versioneer_in_both_places_of_configuration(make_project: Callable[..., Path]) -> None:
    setup = "import versioneer\nfrom setuptools import setup\nsetup(version=versioneer.get_version())\n"
    base = {"pyproject.toml": SETUP.format(tool="versioneer"), "setup.py": setup}
    toml = {**base, "pyproject.toml": base["pyproject.toml"] + '[tool.versioneer]\nVCS = "git"\nstyle = "pep440"\n'}
    assert found(make_project(toml, "toml")) >= GIT
    cfg = {**base, "setup.cfg": "[versioneer]\nVCS = git\nversionfile_source = demo/_version.py\n", "versioneer.py": ""}
    root = make_project(cfg, "cfg")
    assert found(root) >= {*GIT, "file versioneer.py"}
    assert outputs(root) == set()
    unused = {**toml, "setup.py": "from setuptools import setup\nsetup()\n"}
    assert found(make_project(unused, "unused")) == set()


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ("enabled = true", GIT),
        ("enabled = false", set()),
        ("", set()),  # measured: an empty table does nothing
        ('enabled = true\nversion_file = "VERSION"', {"file VERSION"}),
        ('enabled = true\nversion_file = "VERSION"\ncount_commits_from_version_file = true', {*GIT, "file VERSION"}),
        ('enabled = true\nversion_file = "EMPTY"', {*GIT, "file EMPTY"}),
        ('enabled = true\nversion_callback = "tools:version"', {"file tools.py"}),
        (
            "enabled = true\ndev_template = '{tag}.dev{ccount}+{env:BUILD_ID}.{env:HOST:none}'",
            {*GIT, "env BUILD_ID", "env HOST"},
        ),
    ],
)
def test_setuptools_git_versioning(make_project: Callable[..., Path], settings: str, expected: set[str]) -> None:
    text = f"{SETUP.format(tool='setuptools-git-versioning')}[tool.setuptools-git-versioning]\n{settings}\n"
    assert found(make_project({"pyproject.toml": text, "VERSION": "1.0\n", "EMPTY": "\n", "tools.py": ""})) == expected


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ("", GIT),
        ('vcs = "git"\nstyle = "pep440"', GIT),
        ('vcs = "mercurial"', set()),
        ('from-file = { source = "VERSION" }', {"file VERSION"}),
        (
            "format-jinja = \"{{ base }}+{{ env['CI_JOB'] }}{{ env.get('X', '') }}{{ env.HOME }}\"",
            {*GIT, "env CI_JOB", "env X", "env HOME"},
        ),
    ],
)
def test_uv_dynamic_versioning(make_project: Callable[..., Path], settings: str, expected: set[str]) -> None:
    source = '[tool.hatch.version]\nsource = "uv-dynamic-versioning"\n'
    root = make_project({"pyproject.toml": f"{HATCH}\n{source}[tool.uv-dynamic-versioning]\n{settings}\n"})
    assert found(root) == expected
    assert "env UV_DYNAMIC_VERSIONING_BYPASS" in optional(root)


def test_uv_dynamic_versioning_as_a_metadata_hook(make_project: Callable[..., Path]) -> None:
    text = HATCH.replace('dynamic = ["version"]', 'version = "1"\ndynamic = ["dependencies"]')
    hook = '[tool.hatch.metadata.hooks.uv-dynamic-versioning]\ndependencies = ["other=={{ version }}"]\n'
    assert found(make_project({"pyproject.toml": text + hook})) == GIT


POETRY = '[build-system]\nrequires = ["poetry-core", "poetry-dynamic-versioning"]\nbuild-backend = "{backend}"\n'
POETRY += '[tool.poetry]\nname = "demo"\nversion = "0.0.0"\n[tool.poetry-dynamic-versioning]\n'


def test_poetry_dynamic_versioning_rewrites_pyproject(make_project: Callable[..., Path]) -> None:
    backend = "poetry_dynamic_versioning.backend"
    root = make_project({"pyproject.toml": POETRY.format(backend=backend) + "enable = true\n"})
    assert found(root) == GIT
    assert outputs(root) == {"pyproject.toml"}
    assert "env POETRY_DYNAMIC_VERSIONING_BYPASS" in optional(root)


@pytest.mark.parametrize(
    ("backend", "settings"),
    [
        ("poetry.core.masonry.api", "enable = true"),
        ("poetry_dynamic_versioning.backend", ""),
        ("poetry_dynamic_versioning.backend", "enable = false"),
    ],
)
def test_poetry_dynamic_versioning_is_off(make_project: Callable[..., Path], backend: str, settings: str) -> None:
    root = make_project({"pyproject.toml": POETRY.format(backend=backend) + settings + "\n"})
    assert (found(root), outputs(root)) == (set(), set())


def test_poetry_dynamic_versioning_from_a_file_and_into_one(make_project: Callable[..., Path]) -> None:
    text = POETRY.format(backend="poetry_dynamic_versioning.backend") + 'enable = true\nfrom-file = { source = "V" }\n'
    text += '[tool.poetry-dynamic-versioning.files."demo/_v.py"]\ninitial-content = "x"\n'
    root = make_project({"pyproject.toml": text})
    assert found(root) == {"file V"}
    assert outputs(root) == {"pyproject.toml", "demo/_v.py"}


def test_pbr_by_keyword_follows_requirements(make_project: Callable[..., Path]) -> None:
    root = make_project(
        {
            "setup.py": "import setuptools\n\nsetuptools.setup(setup_requires=['pbr'], pbr=True)\n",
            "setup.cfg": "[metadata]\nname = demo\ndescription_file =\n    README.rst\n",
            "requirements.txt": "-r more.txt\na\n",
            "more.txt": "b\n",
        }
    )
    assert found(root) == {*GIT, "file requirements.txt", "file more.txt", "file README.rst"}
    assert {"env PBR_VERSION", "env OSLO_PACKAGE_VERSION", "env PBR_REQUIREMENTS_FILES"} <= optional(root)
    assert origin_of(root, "commit").startswith("setup.py:3")


def test_pbr_as_back_end_minds_what_is_dynamic(make_project: Callable[..., Path]) -> None:
    text = '[build-system]\nrequires = ["pbr"]\nbuild-backend = "pbr.build"\n[project]\nname = "demo"\n'
    files = {"requirements.txt": "a\n"}
    version = make_project({"pyproject.toml": text + 'dynamic = ["version"]\n', **files}, "v")
    assert found(version) == GIT
    both = make_project({"pyproject.toml": text + 'dynamic = ["version", "dependencies"]\n', **files}, "d")
    assert found(both) == {*GIT, "file requirements.txt"}
    mentioned = make_project(
        {"setup.py": "from setuptools import setup\nsetup(setup_requires=['pbr'])\n", **files}, "m"
    )
    assert found(mentioned) == set()


PDM = '[build-system]\nrequires = ["pdm-backend"]\nbuild-backend = "pdm.backend"\n[project]\nname = "demo"\n'


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ('source = "scm"', GIT),
        ('source = "scm"\nversion_format = "fmt:version"', {*GIT, "file fmt.py"}),
        ('source = "file"\npath = "demo/__init__.py"', {"file demo/__init__.py"}),
        ('path = "demo/__init__.py"', {"file demo/__init__.py"}),
        ('source = "call"\ngetter = "fmt:version(1)"', {"file fmt.py"}),
        ("", set()),
    ],
)
def test_pdm_version(make_project: Callable[..., Path], settings: str, expected: set[str]) -> None:
    text = f'{PDM}dynamic = ["version"]\n[tool.pdm.version]\n{settings}\n'
    assert found(make_project({"pyproject.toml": text, "fmt.py": "", "demo/__init__.py": ""})) == expected


def test_pdm_writes_into_the_package_of_an_editable(make_project: Callable[..., Path]) -> None:
    text = f'{PDM}dynamic = ["version"]\n[tool.pdm.version]\nsource = "scm"\nwrite_to = "demo/_v.py"\n'
    assert outputs(make_project({"pyproject.toml": text, "demo/__init__.py": ""}, "flat")) == {"demo/_v.py"}
    src = make_project({"pyproject.toml": text, "src/demo/__init__.py": ""}, "src")
    assert outputs(src) == {"src/demo/_v.py"}
    assert "env PDM_BUILD_SCM_VERSION" in optional(src)


def test_pdm_static_version_ignores_the_table(make_project: Callable[..., Path]) -> None:
    text = f'{PDM}version = "1"\n[tool.pdm.version]\nsource = "scm"\n'
    assert found(make_project({"pyproject.toml": text})) == set()


def test_flit_scm(make_project: Callable[..., Path]) -> None:
    text = '[build-system]\nrequires = ["flit_scm"]\nbuild-backend = "flit_scm:buildapi"\n[project]\nname = "demo"\n'
    text += 'dynamic = ["version"]\ndescription = "d"\n[tool.setuptools_scm]\nwrite_to = "demo/_version.py"\n'
    files = {"demo/__init__.py": "from ._version import __version__\n", "demo/_version.py": "__version__ = '1'\n"}
    root = make_project({"pyproject.toml": text, **files})
    assert found(root) >= GIT
    assert "file demo/_version.py" not in found(root)
    assert outputs(root) == {"demo/_version.py"}


@pytest.mark.parametrize("value", ["3", '"x"', "[]", "true", "[[1]]"])
@pytest.mark.parametrize(
    "place",
    [
        "tool.setuptools_scm",
        "tool.hatch.version",
        "tool.hatch.build.hooks.vcs",
        "tool.versioningit",
        "tool.pdm.version",
    ],
)
def test_settings_of_the_wrong_type_are_survived(make_project: Callable[..., Path], place: str, value: str) -> None:
    parent, _, key = place.rpartition(".")
    for name, head in (("s", SETUPTOOLS), ("h", HATCH), ("p", PDM + 'dynamic = ["version"]\n')):
        inputs_of(make_project({"pyproject.toml": f"{head}\n[{parent}]\n{key} = {value}\n"}, name))

"""Dependencies from requirements files: who reads which, and where that is configured."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.detecting import found, inputs_of, origin_of, the_input

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

HATCH = '[build-system]\nrequires = ["hatchling", "hatch-requirements-txt"]\nbuild-backend = "hatchling.build"\n'
HATCH += '[project]\nname = "demo"\nversion = "1"\ndynamic = [{dynamic}]\n'
HOOK = "[tool.hatch.metadata.hooks.requirements_txt]\n"
FILES = {"requirements.txt": "a\n", "more.txt": "b\n", "test.txt": "-r more.txt\nc\n"}


@pytest.mark.parametrize(
    ("dynamic", "settings", "expected"),
    [
        ('"dependencies"', 'files = ["requirements.txt"]', {"file requirements.txt"}),
        ('"dependencies"', 'files = ["requirements.txt", "more.txt"]', {"file requirements.txt", "file more.txt"}),
        ('"dependencies"', 'filename = "more.txt"', {"file more.txt"}),
        ('"dependencies"', "", {"file requirements.txt"}),
        ('"dependencies"', "files = []", set()),
        ('"optional-dependencies"', "", set()),
        ('"readme"', "", set()),
        (
            '"optional-dependencies"',
            'optional-dependencies = { test = ["test.txt"] }',
            {"file test.txt", "file more.txt (possible)"},
        ),
        (
            '"dependencies", "optional-dependencies"',
            'files = ["requirements.txt"]\n[tool.hatch.metadata.hooks.requirements_txt.optional-dependencies]\nx = ["more.txt"]',
            {"file requirements.txt", "file more.txt"},
        ),
    ],
)
def test_hatch_requirements_txt(
    make_project: Callable[..., Path], dynamic: str, settings: str, expected: set[str]
) -> None:
    root = make_project({"pyproject.toml": HATCH.format(dynamic=dynamic) + HOOK + settings + "\n", **FILES})
    assert found(root) == expected


def test_nothing_is_read_without_the_hook_or_in_an_sdist(make_project: Callable[..., Path]) -> None:
    text = HATCH.format(dynamic='"dependencies"')
    assert found(make_project({"pyproject.toml": text, **FILES}, "no hook")) == set()
    static = HATCH.replace("dynamic = [{dynamic}]\n", "") + HOOK
    assert found(make_project({"pyproject.toml": static, **FILES}, "static")) == set()
    assert found(make_project({"pyproject.toml": text + HOOK, **FILES, "PKG-INFO": ""}, "sdist")) == set()


def test_the_hook_in_hatch_toml(make_project: Callable[..., Path]) -> None:
    hatch = '[metadata.hooks.requirements_txt]\nfiles = [\n  "requirements.txt",\n]\n'
    root = make_project({"pyproject.toml": HATCH.format(dynamic='"dependencies"'), "hatch.toml": hatch, **FILES})
    assert found(root) == {"file requirements.txt", "file hatch.toml"}
    assert origin_of(root, "requirements.txt") == 'hatch.toml:3: "requirements.txt",'


def test_the_origin_is_the_entry_of_the_list(make_project: Callable[..., Path]) -> None:
    text = HATCH.format(dynamic='"dependencies"') + HOOK + 'files = [\n  "requirements.txt",\n  "more.txt",\n]\n'
    root = make_project({"pyproject.toml": text, **FILES})
    assert origin_of(root, "more.txt").endswith('"more.txt",')
    item = the_input(root, "more.txt")
    assert (item.role, item.affects) == ("requirements", "dependencies")
    assert item.why == "hatch-requirements-txt reads dependencies from it"


SETUPTOOLS = '[build-system]\nrequires = ["setuptools"]\nbuild-backend = "setuptools.build_meta"\n'
SETUPTOOLS += '[project]\nname = "demo"\nversion = "1"\ndynamic = [{dynamic}]\n[tool.setuptools.dynamic]\n'


@pytest.mark.parametrize(
    ("dynamic", "settings", "expected"),
    [
        ('"dependencies"', 'dependencies = { file = "requirements.txt" }', {"file requirements.txt"}),
        (
            '"dependencies"',
            'dependencies = { file = ["requirements.txt", "more.txt"] }',
            {"file requirements.txt", "file more.txt"},
        ),
        ('"dependencies"', 'dependencies = { file = ["test.txt"] }', {"file test.txt", "file more.txt (possible)"}),
        ('"readme"', 'dependencies = { file = "requirements.txt" }', set()),
        ('"optional-dependencies"', 'optional-dependencies.a = { file = ["more.txt"] }', {"file more.txt"}),
        (
            '"dependencies", "optional-dependencies"',
            'dependencies = { file = "requirements.txt" }\noptional-dependencies = { a = { file = "more.txt" } }',
            {"file requirements.txt", "file more.txt"},
        ),
        ('"dependencies"', "dependencies = 3", set()),
        ('"dependencies"', "dependencies = { file = [1, true] }", set()),
    ],
)
def test_setuptools_dynamic(make_project: Callable[..., Path], dynamic: str, settings: str, expected: set[str]) -> None:
    root = make_project({"pyproject.toml": SETUPTOOLS.format(dynamic=dynamic) + settings + "\n", **FILES})
    assert found(root) == expected


def test_setup_cfg(make_project: Callable[..., Path]) -> None:
    cfg = """
        [metadata]
        name = demo
        [options]
        install_requires = file: requirements.txt, more.txt
        [options.extras_require]
        test = file: test.txt
        docs = sphinx
    """
    root = make_project({"setup.cfg": cfg, **FILES})
    assert found(root) == {"file requirements.txt", "file more.txt", "file test.txt"}
    assert origin_of(root, "test.txt") == "setup.cfg:6: test = file: test.txt"


def test_a_static_list_is_no_file(make_project: Callable[..., Path]) -> None:
    cfg = "[metadata]\nname = demo\n[options]\ninstall_requires =\n    requirements.txt\n    file\n"
    assert found(make_project({"setup.cfg": cfg, **FILES})) == set()


def test_other_back_ends_ignore_setup_cfg(make_project: Callable[..., Path]) -> None:
    text = '[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n[project]\nname = "d"\nversion = "1"\n'
    cfg = "[options]\ninstall_requires = file: requirements.txt\n"
    root = make_project({"pyproject.toml": text, "setup.cfg": cfg, "setup.py": "", **FILES})
    assert {item.what for item in inputs_of(root).inputs} == {"pyproject.toml"}

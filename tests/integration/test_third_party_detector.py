"""A detector of another distribution, built and installed for real: found, used, and no danger when it is broken."""

from __future__ import annotations

import json
import textwrap
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from support.builds import BuildEnvironment

pytestmark = pytest.mark.build

ASK = """
import json, sys
from dataclasses import asdict
from cachekeys.inputs.detect import detect
from cachekeys.project import Project
found = detect(Project(sys.argv[1]))
print(json.dumps({name: [asdict(item) for item in getattr(found, name)] for name in
    ("inputs", "outputs", "unresolved", "failures")}))
"""
PROJECT = """
    [build-system]
    requires = ["hatchling"]
    build-backend = "hatchling.build"

    [project]
    name = "demo"
    dynamic = ["version"]

    [tool.hatch.version]
    path = "demo.py"

    [tool.protoc]
    directory = "proto"
    output = "demo/pb"
"""
BROKEN = {
    "at_import": "raise RuntimeError('broken at import')",
    "exits_at_import": "import sys\nsys.exit('bye')",
    "raises": "@hookimpl\ndef cachekeys_detect_inputs(project):\n    raise ValueError('broken when called')",
    "exits": "@hookimpl\ndef cachekeys_detect_inputs(project):\n    raise SystemExit(5)",
    "halfway": "@hookimpl\ndef cachekeys_detect_inputs(project):\n    yield ENV\n    raise OSError('broken halfway')",
    "rubbish": "@hookimpl\ndef cachekeys_detect_inputs(project):\n    yield 'proto/x.proto'\n    yield BuildInput(*[None] * 6)",
    "signature": "@hookimpl\ndef cachekeys_detect_inputs(project, colour):\n    return []",
    "unmarked": "def cachekeys_detect_inputs(project):\n    return []",
    "nowhere": "",
}
HEAD = "from cachekeys import BuildInput, Origin, hookimpl\nENV = BuildInput('env', 'HALF', 'environment', 'w', Origin('x'), 'code')\n"


@pytest.fixture
def project(make_project: Callable[..., Path]) -> Path:
    return make_project({"pyproject.toml": PROJECT, "demo.py": "__version__ = '1'\n", "proto/api/x.proto": ""}, "demo")


@pytest.fixture
def environment(
    build_environment: BuildEnvironment, tmp_path: Path, copy_fixture: Callable[..., Path]
) -> BuildEnvironment:
    """An environment with cachekeys and the sample plugin."""
    layer = build_environment.layer(tmp_path / "environment")
    _install(layer, copy_fixture("detector-plugin", "plugin"))
    return layer


def _install(environment: BuildEnvironment, source: Path) -> None:
    environment.run("python", "-m", "pip", "install", "--no-deps", "--no-build-isolation", source)


def _ask(environment: BuildEnvironment, project: Path) -> Any:
    return json.loads(environment.run("python", "-c", ASK, project).output)


def test_the_sample_is_found(environment: BuildEnvironment, project: Path) -> None:
    found = _ask(environment, project)
    assert found["failures"] == []
    (proto,) = [item for item in found["inputs"] if item["what"] == "proto/**/*.proto"]
    assert proto["detector"] == "protoc (cachekeys-protoc)"
    line = project.joinpath("pyproject.toml").read_text(encoding="utf-8").split("\n")[proto["origin"]["line"] - 1]
    assert line == 'directory = "proto"'
    assert "demo/pb/**/*_pb2.py" in {item["what"] for item in found["outputs"]}
    assert "demo.py" in {item["what"] for item in found["inputs"]}


def test_the_command_line_lists_and_checks_it(environment: BuildEnvironment, project: Path) -> None:
    listed = environment.run("python", "-m", "cachekeys", "inputs", project)
    assert "proto/**/*.proto" in listed.output
    done = environment.run("python", "-m", "cachekeys", "check", project, "--format", "json", check=False)
    assert done.code == 1
    (report,) = json.loads(done.output)["projects"]
    assert any(finding["code"] == "CK107" for finding in report["findings"])


def test_broken_ones_are_named_and_the_others_go_on(
    environment: BuildEnvironment, project: Path, make_project: Callable[..., Path]
) -> None:
    entries = "\n".join(f'{name} = "ck_broken_{name}"' for name in BROKEN)
    files = {f"ck_broken_{name}.py": f"{HEAD}{source}\n" for name, source in BROKEN.items() if name != "nowhere"}
    pyproject = """
        [build-system]
        requires = ["hatchling"]
        build-backend = "hatchling.build"
        [project]
        name = "broken-detectors"
        version = "1"
        [tool.hatch.build.targets.wheel]
        include = ["*.py"]
        [project.entry-points.cachekeys]
    """
    _install(
        environment, make_project({"pyproject.toml": textwrap.dedent(pyproject) + entries + "\n", **files}, "broken")
    )
    found = _ask(environment, project)
    failures = {item["detector"]: item["error"] for item in found["failures"]}
    assert set(failures) == {f"{name} (broken-detectors)" for name in BROKEN}
    expected = {
        "at_import": "RuntimeError: broken at import",
        "exits_at_import": "SystemExit: bye",
        "raises": "ValueError: broken when called",
        "exits": "SystemExit: 5",
        "halfway": "OSError: broken halfway",
        "rubbish": "which is no build input (and 1 more such things)",
        "signature": "PluginValidationError",
        "unmarked": "has no function `cachekeys_detect_inputs`",
        "nowhere": "ModuleNotFoundError",
    }
    for name, error in expected.items():
        assert error in failures[f"{name} (broken-detectors)"]
    what = {item["what"] for item in found["inputs"]}
    assert {"demo.py", "proto/**/*.proto", "HALF"} <= what

    done = environment.run("python", "-m", "cachekeys", "check", project, check=False)
    assert done.code == 1
    assert "Traceback" not in done.output
    assert "CK902" in done.output
    assert "broken-detectors" in done.output

"""The record in real wheels: a hatchling and a setuptools project, every front end, standard and editable."""

from __future__ import annotations

import hashlib
import json
import shutil
import tarfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest
from support.builds import EDITABLE, STANDARD, git_init, set_keys
from support.wheels import check, entries, read_dist_info, record_row

import cachekeys
from cachekeys.record import payload, reader

if TYPE_CHECKING:
    from collections.abc import Callable

    from support.builds import BuildEnvironment

pytestmark = pytest.mark.build

SCHEMA = json.loads((Path(cachekeys.__file__).parent / "schemas" / "record.schema.json").read_text(encoding="utf-8"))
BACKENDS = {"hatch-plain": "hatchling.build", "setuptools-plain": "setuptools.build_meta"}
EPOCH = {"SOURCE_DATE_EPOCH": "1700000000"}

every_project = pytest.mark.parametrize("name", BACKENDS)


def valid(raw: bytes) -> dict[str, Any]:
    """Validate a record and return it."""
    record: dict[str, Any] = json.loads(raw)
    jsonschema.Draft202012Validator(SCHEMA).validate(record)
    assert payload.to_bytes(record) == raw, "not the one canonical text"
    assert reader.loads(raw).digest == payload.digest(record)
    return record


def the_wheel(out: Path) -> Path:
    (wheel,) = out.glob("*.whl")
    check(wheel)
    return wheel


@every_project
@pytest.mark.parametrize("front_end", STANDARD)
def test_standard_wheel(
    name: str,
    front_end: str,
    build_environment: BuildEnvironment,
    copy_fixture: Callable[[str], Path],
    tmp_path: Path,
) -> None:
    project = copy_fixture(name)
    build_environment.build(front_end, project, tmp_path / "out")
    record = valid(read_dist_info(the_wheel(tmp_path / "out"), "cachekeys.json"))
    content = (project / "pyproject.toml").read_bytes()
    assert record["generator"]["name"] == "cachekeys"
    assert {key: record[key] for key in record if key not in ("generator", "digest", "environment", "patterns")} == {
        "schema_version": 1,
        "mode": "wheel",
        "cache_keys": {
            "declared": False,
            "keys": [{"file": "pyproject.toml"}, {"file": "setup.py"}, {"file": "setup.cfg"}, {"dir": "src"}],
        },
        "reinstall_package": [],
        "git": {},
        "directories": {"src": True},
        "files": {
            "pyproject.toml": {
                "sha256": hashlib.sha256(content).hexdigest(),
                "size": len(content),
                "input": True,
                "watched": True,
            }
        },
        "findings": [],
    }
    assert set(record["environment"].values()) <= {"unset"}
    assert record["patterns"]["not_inputs"] == []


@every_project
@pytest.mark.parametrize("front_end", EDITABLE)
def test_editable_wheel(
    name: str,
    front_end: str,
    build_environment: BuildEnvironment,
    copy_fixture: Callable[[str], Path],
    tmp_path: Path,
) -> None:
    project = copy_fixture(name)
    if front_end == "hooks":
        (tmp_path / "out").mkdir()
        build_environment.build_editable(project, tmp_path / "out", BACKENDS[name])
        raw = read_dist_info(the_wheel(tmp_path / "out"), "cachekeys.json")
    else:
        environment = build_environment.layer(tmp_path / "environment")
        environment.install_editable(front_end, project)
        dist_info = environment.dist_info(name)
        raw = (dist_info / "cachekeys.json").read_bytes()
        row = ",".join(record_row(f"{dist_info.name}/cachekeys.json", raw))
        assert (dist_info / "RECORD").read_text(encoding="utf-8").splitlines().count(row) == 1
    assert valid(raw)["mode"] == "editable"


@every_project
def test_every_front_end_makes_the_same_record(
    name: str, build_environment: BuildEnvironment, copy_fixture: Callable[[str], Path], tmp_path: Path
) -> None:
    project = copy_fixture(name)
    for front_end in STANDARD:
        build_environment.build(front_end, project, tmp_path / front_end)
    records = {read_dist_info(the_wheel(tmp_path / front_end), "cachekeys.json") for front_end in STANDARD}
    assert len(records) == 1


@every_project
@pytest.mark.parametrize("mode", ["wheel", "editable"])
def test_two_builds_are_byte_identical(
    name: str,
    mode: str,
    build_environment: BuildEnvironment,
    copy_fixture: Callable[[str], Path],
    tmp_path: Path,
) -> None:
    wheels = []
    for number in (1, 2):
        project = copy_fixture(name)  # at the same path: an editable wheel holds it
        out = tmp_path / str(number)
        out.mkdir()
        if mode == "wheel":
            build_environment.build("uv", project, out, environ=EPOCH)
        else:
            build_environment.build_editable(project, out, BACKENDS[name], environ=EPOCH)
        wheels.append(the_wheel(out))
        shutil.rmtree(project)
    assert wheels[0].read_bytes() == wheels[1].read_bytes()
    dates = {entry.date for entry in entries(wheels[0])}
    assert len(dates) == 1


@every_project
@pytest.mark.parametrize("front_end", ["build", "uv"])
def test_sdist_is_clean_and_a_wheel_from_it_has_the_record(
    name: str,
    front_end: str,
    build_environment: BuildEnvironment,
    copy_fixture: Callable[[str], Path],
    tmp_path: Path,
) -> None:
    project, out = copy_fixture(name), tmp_path / "out"
    build_environment.build("uv", project, tmp_path / "before")  # setuptools keeps an egg-info in the tree
    command = {
        "build": ["python", "-m", "build", "--no-isolation", "--outdir", out, project],
        "uv": ["uv", "build", "--no-build-isolation", "--python", build_environment.python, "-o", out, project],
    }[front_end]
    build_environment.run(*command)
    (sdist,) = out.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        names = archive.getnames()
    assert [member for member in names if "cachekeys" in member] == []
    record = valid(read_dist_info(the_wheel(out), "cachekeys.json"))
    assert record["files"]["pyproject.toml"]["sha256"]
    assert list(project.rglob("cachekeys.json")) == []


@every_project
@pytest.mark.parametrize("installer", ["pip", "uv"])
def test_installed_record_is_found(
    name: str,
    installer: str,
    build_environment: BuildEnvironment,
    copy_fixture: Callable[[str], Path],
    tmp_path: Path,
) -> None:
    build_environment.build("uv", copy_fixture(name), tmp_path / "out")
    wheel = the_wheel(tmp_path / "out")
    environment = build_environment.layer(tmp_path / "environment")
    command = {
        "pip": ["python", "-m", "pip", "install", wheel],
        "uv": ["uv", "pip", "install", "--python", environment.python, wheel],
    }[installer]
    environment.run(*command)
    code = f"from importlib.metadata import distribution; print(distribution({name!r}).read_text('cachekeys.json'), end='')"
    assert environment.run("python", "-c", code).output.encode() == read_dist_info(wheel, "cachekeys.json")
    assert reader.loads(read_dist_info(wheel, "cachekeys.json")).mode == "wheel"


def test_everything_that_a_record_can_hold(
    build_environment: BuildEnvironment, copy_fixture: Callable[[str], Path], tmp_path: Path
) -> None:
    project = copy_fixture("setuptools-scm")
    header = tmp_path / "machine" / "secret-user" / "api.h"
    header.parent.mkdir(parents=True)
    header.write_text("int x;\n")
    set_keys(
        project,
        '{ file = "pyproject.toml" }',
        "{ git = { commit = true, tags = true } }",
        '{ env = "DEMO_TOKEN" }',
        '{ env = "DEMO_UNSET" }',
        '{ dir = "missing" }',
        f'{{ file = "{header}" }}',
        f'{{ file = "{header.parent}/**/*.h" }}',
        '{ file = "src/**/*.py" }',
    )
    with (project / "pyproject.toml").open("a") as file:
        file.write('[tool.cachekeys]\nenforce = "off"\n')
    git_init(project, "v1.2")
    build_environment.build("uv", project, tmp_path / "out", environ={"DEMO_TOKEN": "s3cret-value"})
    raw = read_dist_info(the_wheel(tmp_path / "out"), "cachekeys.json")
    record = valid(raw)
    assert record["environment"]["DEMO_TOKEN"] == "set"
    assert record["environment"]["DEMO_UNSET"] == "unset"
    assert record["directories"] == {"missing": False}
    assert record["cache_keys"]["keys"][5:7] == [{"file": "<key 5>"}, {"file": "<key 6>"}]
    (masked,) = (path for path in record["files"] if path.startswith("<"))
    assert masked in ("<key 5>", "<key 6>/api.h")
    assert record["files"]["src/scm_demo/__init__.py"]["watched"]
    assert len(record["git"]["commit"]) == 40
    assert len(record["git"]["tags_sha256"]) == 64
    for leak in (b"s3cret-value", b"secret-user", str(tmp_path).encode()):
        assert leak not in raw


CHANGING_SETUP = """
    from setuptools import setup
    from setuptools.command.build_py import build_py

    class ChangingBuild(build_py):
        def run(self):
            super().run()
            with open("data.txt", "w") as file:
                file.write("what the build made of it")

    setup(cmdclass={"build_py": ChangingBuild})
    """


@pytest.mark.parametrize("package_data", [True, False])
def test_setuptools_keeps_the_record_from_before_the_build(
    *,
    package_data: bool,
    make_project: Callable[[dict[str, str]], Path],
    build_environment: BuildEnvironment,
    tmp_path: Path,
) -> None:
    """pip asks for the metadata first. Where a front end does not, how early we are asked is up to setuptools."""
    knows = "from setuptools.command import bdist_wheel as b; print('dist-info-dir' in str(b.bdist_wheel.user_options))"
    if not package_data and "True" not in build_environment.run("python", "-c", knows, check=False).output:
        pytest.skip("this setuptools makes the metadata anew when everything is built")
    project = make_project(
        {
            "pyproject.toml": f"""
                [build-system]
                requires = ["setuptools", "cachekeys"]
                build-backend = "setuptools.build_meta"

                [project]
                name = "demo"
                version = "1.0"

                [tool.setuptools]
                packages = ["demo"]
                include-package-data = {str(package_data).lower()}

                [tool.uv]
                cache-keys = ["pyproject.toml", "setup.py", "data.txt"]
                """,
            "setup.py": CHANGING_SETUP,
            "demo/__init__.py": "",
            "data.txt": "before",
        }
    )
    build_environment.build("pip", project, tmp_path / "out")
    assert (project / "data.txt").read_text() != "before"
    record = valid(read_dist_info(the_wheel(tmp_path / "out"), "cachekeys.json"))
    assert record["files"]["data.txt"]["size"] == len("before")


def test_setuptools_strict_editable_and_a_bdist_wheel_of_the_projects_own(
    make_project: Callable[[dict[str, str]], Path], build_environment: BuildEnvironment, tmp_path: Path
) -> None:
    project = make_project(
        {
            "pyproject.toml": """
                [build-system]
                requires = ["setuptools", "cachekeys"]
                build-backend = "setuptools.build_meta"

                [project]
                name = "demo"
                version = "1.0"

                [tool.setuptools]
                packages = ["demo"]

                [tool.setuptools.cmdclass]
                bdist_wheel = "commands.Wheel"
                """,
            "commands.py": """
                try:
                    from setuptools.command.bdist_wheel import bdist_wheel
                except ImportError:  # setuptools < 70.1
                    from wheel.bdist_wheel import bdist_wheel

                class Wheel(bdist_wheel):
                    pass
                """,
            "demo/__init__.py": "",
        }
    )
    environ = {"PYTHONPATH": str(project)}
    build_environment.build("uv", project, tmp_path / "out", environ=environ)
    assert valid(read_dist_info(the_wheel(tmp_path / "out"), "cachekeys.json"))["mode"] == "wheel"
    environment = build_environment.layer(tmp_path / "environment")
    environment.run(
        *(
            "python",
            "-m",
            "pip",
            "install",
            "--no-deps",
            "--no-build-isolation",
            "-C",
            "editable_mode=strict",
            "-e",
            project,
        ),
        environ=environ,
    )
    assert valid((environment.dist_info("demo") / "cachekeys.json").read_bytes())["mode"] == "editable"

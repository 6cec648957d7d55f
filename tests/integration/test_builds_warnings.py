"""What the user of a real build sees: ``warn``, ``error``, ``off``, and our own faults, in every front end."""

from __future__ import annotations

import json
import re
import tarfile
import textwrap
from typing import TYPE_CHECKING, Any

import pytest
from support.builds import STANDARD, git_init, set_keys
from support.wheels import check, read_dist_info

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from support.builds import BuildEnvironment

pytestmark = pytest.mark.build

GAPS = {
    "hatch-requirements": ["requirements.txt", "requirements/server.txt"],
    "setuptools-requirements": ["requirements.txt"],
}
BLOCK = re.compile(r"\[tool\.uv\]\ncache-keys = \[\n.*?^\]$", re.DOTALL | re.MULTILINE)

every_project = pytest.mark.parametrize("name", GAPS)
every_front_end = pytest.mark.parametrize("front_end", STANDARD)


@pytest.fixture
def project(name: str, copy_fixture: Callable[[str], Path]) -> Path:
    return copy_fixture(name)


def enforce(project: Path, how: str, more: str = "") -> None:
    with (project / "pyproject.toml").open("a", encoding="utf-8") as file:
        file.write(f'\n[tool.cachekeys]\nenforce = "{how}"\n{more}\n')


def pasted(output: str) -> list[str]:
    """Return the TOML blocks to paste that *output* shows, whatever the front end put in front of the lines."""
    lines = [line.removeprefix("         ").removeprefix("      ").removeprefix("  ") for line in output.splitlines()]
    wide = "\n".join(line if line.strip() else "" for line in lines)
    return [textwrap.dedent(match) for match in BLOCK.findall(wide)]


def record(out: Path) -> dict[str, Any]:
    (wheel,) = out.glob("*.whl")
    check(wheel)
    found: dict[str, Any] = json.loads(read_dist_info(wheel, "cachekeys.json"))
    return found


@every_project
@every_front_end
def test_every_gap_is_told_once_at_its_line(
    name: str, front_end: str, project: Path, build_environment: BuildEnvironment, tmp_path: Path
) -> None:
    run = build_environment.build(front_end, project, tmp_path / "out")
    for file in GAPS[name]:
        assert run.output.count(f"no key watches `{file}`") == 1
    assert len(pasted(run.output)) == 1
    if front_end != "build":  # which shows the message alone
        lines = (project / "pyproject.toml").read_text(encoding="utf-8").splitlines()
        line = next(number for number, text in enumerate(lines, 1) if '"requirements.txt"' in text)
        assert re.search(rf"^\s*pyproject\.toml:{line}: \w+Warning: CK104 ", run.output, re.MULTILINE)
    assert record(tmp_path / "out")["findings"] == ["CK104"]


@every_project
def test_editable_by_pip_tells_it_once_and_by_uv_hides_it(
    name: str, project: Path, build_environment: BuildEnvironment, tmp_path: Path
) -> None:
    output = build_environment.layer(tmp_path / "pip").install_editable("pip", project).output
    assert output.count("no key watches `requirements.txt`") == 1
    output = build_environment.layer(tmp_path / "uv").install_editable("uv", project).output
    assert "CK104" not in output, f"uv shows what the build of {name} says: the documentation of enforce is out of date"


@every_project
@every_front_end
def test_off_says_nothing_and_records(
    front_end: str, project: Path, build_environment: BuildEnvironment, tmp_path: Path
) -> None:
    enforce(project, "off")
    run = build_environment.build(front_end, project, tmp_path / "out")
    assert "CK104" not in run.output
    assert record(tmp_path / "out")["findings"] == ["CK104"]


@every_project
@pytest.mark.parametrize("front_end", [*STANDARD, "editable-pip", "editable-uv"])
def test_error_stops_every_build_with_the_same_text_until_the_toml_is_pasted(
    *, name: str, front_end: str, project: Path, build_environment: BuildEnvironment, tmp_path: Path
) -> None:
    enforce(project, "error")
    environment = build_environment.layer(tmp_path / "environment")

    def build() -> tuple[int, str]:
        if front_end.startswith("editable-"):
            return environment.install_editable(front_end.removeprefix("editable-"), project, check=False)
        return environment.build(front_end, project, tmp_path / "out", check=False)

    code, output = build()
    assert code != 0
    assert not list(tmp_path.glob("out/*.whl"))
    said = " ".join(output.split())  # uv breaks long lines
    assert 'cachekeys: error: the build stops, since [tool.cachekeys] says enforce = "error":' in said
    for file in GAPS[name]:
        assert re.search(rf"pyproject\.toml:\d+: CK104 requirements-uncovered: no key watches `{file}`", said)
    assert "Traceback" not in output
    (block,) = pasted(output)
    path = project / "pyproject.toml"
    path.write_text(f"{path.read_text(encoding='utf-8')}\n{block}\n", encoding="utf-8")
    code, output = build()
    assert code == 0, output
    assert "CK104" not in output


SDIST_FIRST = {
    "build": ("python", "-m", "build", "--no-isolation", "--outdir"),
    "uv": ("uv", "build", "--no-build-isolation", "-o"),
}
sdist_first = pytest.mark.parametrize("front_end", SDIST_FIRST)


@every_project
@sdist_first
def test_a_wheel_by_way_of_an_sdist_is_told_once(
    *, name: str, front_end: str, project: Path, build_environment: BuildEnvironment, tmp_path: Path
) -> None:
    """The default of build and uv. What git and the tree say is gone in the sdist, so we have to speak before."""
    run = build_environment.run(*SDIST_FIRST[front_end], tmp_path / "out", project, environ=_python(build_environment))
    for file in GAPS[name]:
        assert run.output.count(f"no key watches `{file}`") == 1
    assert len(pasted(run.output)) == 1
    assert record(tmp_path / "out")["mode"] == "wheel"


@every_project
@sdist_first
def test_error_stops_the_sdist_already(
    *, name: str, front_end: str, project: Path, build_environment: BuildEnvironment, tmp_path: Path
) -> None:
    enforce(project, "error")
    run = build_environment.run(
        *SDIST_FIRST[front_end], tmp_path / "out", project, environ=_python(build_environment), check=False
    )
    assert run.code != 0, name
    assert run.output.count("cachekeys: error: the build stops") == 1
    assert not list((tmp_path / "out").glob("*.gz"))


@every_project
@pytest.mark.parametrize("mistake", ["", 'ignroe = ["CK104"]'])
def test_who_installs_our_sdist_is_not_stopped(
    *, mistake: str, project: Path, build_environment: BuildEnvironment, tmp_path: Path
) -> None:
    """Only whoever has the checkout can do something about its keys."""
    build_environment.run(*SDIST_FIRST["uv"], tmp_path / "out", project, environ=_python(build_environment))
    (sdist,) = (tmp_path / "out").glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        archive.extractall(tmp_path / "unpacked", filter="data")
    (unpacked,) = (tmp_path / "unpacked").iterdir()
    enforce(unpacked, "error", mistake)
    for front_end in STANDARD:
        run = build_environment.build(front_end, unpacked, tmp_path / front_end)
        assert "CK1" not in run.output
        assert "ignroe" not in run.output
        if not mistake:
            assert record(tmp_path / front_end)["mode"] == "wheel"


def _python(environment: BuildEnvironment) -> dict[str, str]:
    return {"UV_PYTHON": str(environment.python)}


def test_hook_for_wheels_only_speaks_in_the_sdist(
    copy_fixture: Callable[[str], Path], build_environment: BuildEnvironment, tmp_path: Path
) -> None:
    """``targets.wheel.hooks`` does not run when the sdist is made, so nobody has been told yet."""
    project = copy_fixture("hatch-plain")
    set_keys(project, '{ dir = "src" }')  # without pyproject.toml
    run = build_environment.run(*SDIST_FIRST["uv"], tmp_path / "out", project, environ=_python(build_environment))
    assert run.output.count("CacheKeysWarning: CK003") == 1
    assert record(tmp_path / "out")["findings"] == ["CK003"]


def test_a_commit_key_covers_the_files_of_an_sdist_too(
    copy_fixture: Callable[[str], Path], build_environment: BuildEnvironment, tmp_path: Path
) -> None:
    project = copy_fixture("setuptools-requirements")
    set_keys(project, '"pyproject.toml"', '{ dir = "src" }', "{ git = { commit = true } }")
    git_init(project)
    run = build_environment.run(*SDIST_FIRST["uv"], tmp_path / "out", project, environ=_python(build_environment))
    assert "CK1" not in run.output


@every_project
def test_strict_warnings_of_the_user(
    name: str, project: Path, build_environment: BuildEnvironment, tmp_path: Path
) -> None:
    strict = {"PYTHONWARNINGS": "ignore,error:CK:UserWarning"}
    run = build_environment.build("build", project, tmp_path / "out", environ=strict, check=False)
    assert run.code != 0, name
    assert "CacheKeysWarning: CK104" in run.output


# -- faults ----------------------------------------------------------------------------------------------------------

BUG = """
import cachekeys.pipeline

def boom(*args, **kwargs):
    raise ZeroDivisionError("a bug of ours")

cachekeys.pipeline.analyse = boom
"""
BUG_IN_WRITER = """
import cachekeys.record.wheel

def boom(*args, **kwargs):
    raise ZeroDivisionError("a bug of ours")

cachekeys.record.wheel.add = boom
"""


@every_project
@every_front_end
@pytest.mark.parametrize("how", ["warn", "error"])
def test_a_bug_of_ours_costs_the_record_and_one_warning(
    *, front_end: str, how: str, project: Path, build_environment: BuildEnvironment, tmp_path: Path
) -> None:
    enforce(project, how)
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "sitecustomize.py").write_text(BUG)
    environ = {"PYTHONPATH": str(tmp_path / "broken")}
    run = build_environment.build(front_end, project, tmp_path / "out", environ=environ)
    assert run.output.count("cachekeys could not inspect the project: ZeroDivisionError: a bug of ours") == 1
    (wheel,) = (tmp_path / "out").glob("*.whl")
    check(wheel)
    with pytest.raises(ValueError, match="not enough values"):
        read_dist_info(wheel, "cachekeys.json")


@pytest.mark.parametrize("name", ["hatch-requirements"])
def test_a_bug_in_the_wheel_writer_costs_the_record(
    project: Path, build_environment: BuildEnvironment, tmp_path: Path
) -> None:
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "sitecustomize.py").write_text(BUG_IN_WRITER)
    run = build_environment.build("uv", project, tmp_path / "out", environ={"PYTHONPATH": str(tmp_path / "broken")})
    assert run.output.count("cachekeys put no record into the wheel: ZeroDivisionError: a bug of ours") == 1
    (wheel,) = (tmp_path / "out").glob("*.whl")
    check(wheel)


@every_project
@pytest.mark.parametrize("how", ["warn", "error"])
def test_a_mistake_in_the_settings(
    how: str, project: Path, build_environment: BuildEnvironment, tmp_path: Path
) -> None:
    enforce(project, how, 'ignroe = ["CK104"]')
    run = build_environment.build("uv", project, tmp_path / "out", check=False)
    assert "ignroe" in run.output
    assert "ignore" in run.output
    assert "Traceback" not in run.output
    assert (run.code == 0) == (how == "warn")


# -- hatchling's own ways --------------------------------------------------------------------------------------------


@pytest.fixture
def hatch_project(copy_fixture: Callable[[str], Path]) -> Path:
    return copy_fixture("hatch-requirements")


def _hook(project: Path, lines: str) -> None:
    path = project / "pyproject.toml"
    table = "[tool.hatch.build.hooks.cachekeys]\n"
    text = path.read_text(encoding="utf-8")
    assert table in text
    path.write_text(text.replace(table, f"{table}{lines}\n"), encoding="utf-8")


def test_hook_takes_no_options(hatch_project: Path, build_environment: BuildEnvironment, tmp_path: Path) -> None:
    _hook(hatch_project, 'enforce = "error"\nmode = "wheel"')
    run = build_environment.build("uv", hatch_project, tmp_path / "out", check=False)
    assert run.code != 0
    assert (
        "cachekeys: error: tool.hatch.build.hooks.cachekeys takes no options of its own, but has enforce, mode; "
        "settings belong into [tool.cachekeys]\n"
    ) in run.output
    assert "Traceback" not in run.output


def test_hook_leaves_hatchlings_own_options_alone(
    hatch_project: Path, build_environment: BuildEnvironment, tmp_path: Path
) -> None:
    _hook(hatch_project, "dependencies = []\nrequire-runtime-dependencies = false\nenable-by-default = true")
    build_environment.build("uv", hatch_project, tmp_path / "out")
    assert record(tmp_path / "out")["findings"] == ["CK104"]


@pytest.mark.parametrize("switch", ["HATCH_BUILD_NO_HOOKS", "enable-by-default"])
def test_hook_can_be_switched_off(
    switch: str, hatch_project: Path, build_environment: BuildEnvironment, tmp_path: Path
) -> None:
    environ = {switch: "1"} if switch.isupper() else {}
    if not environ:
        _hook(hatch_project, "enable-by-default = false")
    run = build_environment.build("uv", hatch_project, tmp_path / "out", environ=environ)
    assert "CK104" not in run.output
    (wheel,) = (tmp_path / "out").glob("*.whl")
    with pytest.raises(ValueError, match="not enough values"):
        read_dist_info(wheel, "cachekeys.json")


def test_hooks_only(hatch_project: Path, build_environment: BuildEnvironment) -> None:
    run = build_environment.run("python", "-m", "hatchling", "build", "-t", "wheel", "--hooks-only", cwd=hatch_project)
    assert run.output.count("no key watches `requirements.txt`") == 1
    assert not list(hatch_project.rglob("*.whl"))


def test_both_kinds_of_wheel_in_one_build(hatch_project: Path, build_environment: BuildEnvironment) -> None:
    build_environment.run("python", "-m", "hatchling", "build", "-t", "wheel:standard,editable", cwd=hatch_project)
    (wheel,) = (hatch_project / "dist").glob("*.whl")  # both have the same name, the second replaces the first
    check(wheel)
    assert json.loads(read_dist_info(wheel, "cachekeys.json"))["mode"] == "editable"


def test_beside_hooks_that_replace_the_files_of_the_wheel(
    copy_fixture: Callable[[str], Path], build_environment: BuildEnvironment, tmp_path: Path
) -> None:
    """hatch-odoo sets ``force_include_editable``, which drops all that other hooks put into ``force_include``."""
    project = copy_fixture("hatch-odoo")
    set_keys(project, '"pyproject.toml"', '"odoo/addons/*/__manifest__.py"')
    for mode in ("wheel", "editable"):
        out = tmp_path / mode
        out.mkdir()
        if mode == "wheel":
            run = build_environment.build("uv", project, out)
        else:
            run = build_environment.build_editable(project, out, "hatchling.build")
        assert "CK1" not in run.output
        found = record(out)
        assert (found["mode"], found["findings"]) == (mode, [])
        assert "odoo/addons/demo_loans/__manifest__.py" in found["files"]


CHANGING_HOOK = """
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

class Hook(BuildHookInterface):
    def initialize(self, version, build_data):
        with open("data.txt", "w") as file:
            file.write("what the build made of it")
"""


def test_the_record_says_what_was_there_when_the_build_began(
    hatch_project: Path, build_environment: BuildEnvironment, tmp_path: Path
) -> None:
    (hatch_project / "data.txt").write_text("before")
    (hatch_project / "hatch_build.py").write_text(CHANGING_HOOK)
    set_keys(hatch_project, '"pyproject.toml"', '"data.txt"')
    with (hatch_project / "pyproject.toml").open("a") as file:
        file.write("\n[tool.hatch.build.hooks.custom]\n")
    build_environment.build("uv", hatch_project, tmp_path / "out")
    assert (hatch_project / "data.txt").read_text() != "before"
    files = record(tmp_path / "out")["files"]
    assert files["data.txt"]["size"] == len("before")

"""What the build plugins do with an analysis: warn, refuse, keep quiet; and survive every fault of ours."""

from __future__ import annotations

import json
import subprocess
import sys
import warnings
from dataclasses import replace
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from support.wheels import make_wheel, read_dist_info

from cachekeys import building
from cachekeys.errors import CacheKeysWarning, ProjectError, SettingsError
from cachekeys.findings import Finding
from cachekeys.pipeline import analyse
from cachekeys.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from cachekeys.analysis import Analysis
    from cachekeys.inputs.model import Mode

    MakeProject = Callable[[Mapping[str, str | bytes]], Path]

GAP = Finding("CK104", "requirements-uncovered", "error", "certain", "no key watches it", "setup.py", 7, 3, "req.txt")
LIKELY = replace(GAP, code="CK109", name="environment-uncovered", severity="warning", file="pyproject.toml", line=None)
INFO = replace(GAP, code="CK103", severity="info")
PASTE = '[tool.uv]\ncache-keys = [\n    { file = "req.txt" },\n]\n'
RECORD = b'{"record":1}\n'


@pytest.fixture
def analysis(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """Let :func:`building.inspect` find this, whatever the project."""
    found = SimpleNamespace(settings=Settings(), mode="wheel", findings=(GAP, INFO, LIKELY))
    monkeypatch.setattr("cachekeys.pipeline.analyse", lambda *_, **__: found)
    monkeypatch.setattr("cachekeys.fix.synthesis.paste", lambda _: PASTE)
    monkeypatch.setattr("cachekeys.record.payload.build", lambda _: {"record": 1})
    return found


@pytest.fixture
def project(make_project: MakeProject) -> str:
    return str(make_project({"pyproject.toml": "[project]\nname = 'demo'\n"}))


def _warned(outcome: building.Outcome, **options: bool) -> list[tuple[str, str, int]]:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        building.announce(outcome, **options)
    assert all(item.category is CacheKeysWarning for item in caught)
    return [(str(item.message), item.filename, item.lineno) for item in caught]


@pytest.mark.usefixtures("analysis")
def test_warns_at_the_users_line_and_the_last_carries_the_toml(project: str) -> None:
    outcome = building.inspect(project, "wheel")
    assert outcome.record == RECORD
    assert _warned(outcome) == [
        ("CK104 requirements-uncovered: no key watches it", "setup.py", 7),
        (
            f"CK109 environment-uncovered: no key watches it\nPut this into pyproject.toml:\n\n{PASTE}",
            "pyproject.toml",
            1,
        ),
    ]
    assert _warned(outcome, warn=False) == []


def test_info_is_not_worth_a_warning(project: str, analysis: SimpleNamespace) -> None:
    for enforce in ("warn", "error"):
        analysis.settings, analysis.findings = Settings(enforce=enforce), (INFO,)
        outcome = building.inspect(project, "wheel")
        assert _warned(outcome) == []
        assert outcome.record == RECORD


def test_off_is_silent_but_records(project: str, analysis: SimpleNamespace) -> None:
    analysis.settings = Settings(enforce="off")
    outcome = building.inspect(project, "wheel")
    assert _warned(outcome) == []
    assert outcome.record == RECORD


@pytest.mark.parametrize("warn", [True, False])
def test_error_ends_the_build_with_everything_at_once(project: str, analysis: SimpleNamespace, *, warn: bool) -> None:
    analysis.settings = Settings(enforce="error")
    outcome = building.inspect(project, "wheel")
    with pytest.raises(SystemExit) as caught:
        building.announce(outcome, warn=warn)
    assert caught.value.code == (
        'cachekeys: error: the build stops, since [tool.cachekeys] says enforce = "error":\n'
        "  setup.py:7: CK104 requirements-uncovered: no key watches it\n"
        "  pyproject.toml:1: CK109 environment-uncovered: no key watches it\n"
        'Put this into pyproject.toml:\n\n[tool.uv]\ncache-keys = [\n    { file = "req.txt" },\n]\n'
    )


def test_a_name_that_is_not_utf8_can_be_shown(project: str, analysis: SimpleNamespace) -> None:
    analysis.findings = (replace(GAP, file="caf\udce9.py", message="see caf\udce9.py"),)
    outcome = building.inspect(project, "wheel")
    ((text, file, _),) = _warned(outcome)
    assert file == r"caf\udce9.py"
    assert text.encode()
    analysis.settings = Settings(enforce="error")
    with pytest.raises(SystemExit) as caught:
        building.announce(building.inspect(project, "wheel"))
    assert str(caught.value.code).encode()


@pytest.mark.usefixtures("analysis")
def test_warnings_turned_into_errors_are_a_strict_mode(project: str) -> None:
    outcome = building.inspect(project, "wheel")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(CacheKeysWarning, match="CK104"):
            building.announce(outcome)


def test_no_wheel_no_record(project: str, analysis: SimpleNamespace) -> None:
    outcome = building.inspect(project, None)
    assert outcome.record is None
    assert len(_warned(outcome)) == 2
    analysis.settings = Settings(enforce="error")
    assert building.inspect(project, None).failure


def test_an_unpacked_sdist_is_never_stopped(make_project: MakeProject, analysis: SimpleNamespace) -> None:
    root = str(make_project({"pyproject.toml": "", "PKG-INFO": ""}))
    analysis.settings = Settings(enforce="error")
    outcome = building.inspect(root, "wheel")
    assert (outcome.failure, outcome.unpacked, outcome.record) == ("", True, RECORD)
    assert len(_warned(outcome)) == 2


PROJECT = """
    [build-system]
    requires = ["hatchling"]
    build-backend = "hatchling.build"

    [project]
    name = "demo"
    version = "1"
    """


@pytest.mark.parametrize("mode", ["wheel", "editable"])
@pytest.mark.parametrize("setting", ["auto", "wheel", "editable"])
def test_the_wheel_decides_the_record_and_the_settings_the_findings(
    *, setting: str, mode: Mode, make_project: MakeProject, monkeypatch: pytest.MonkeyPatch
) -> None:
    def spy(*arguments: Any, **options: Any) -> Analysis:
        found = analyse(*arguments, **options)
        finding = replace(GAP, message=f"found for {found.mode}")
        return replace(found, findings=(finding,))

    monkeypatch.setattr("cachekeys.pipeline.analyse", spy)
    table = f"    [tool.cachekeys]\n    mode = '{setting}'\n"
    outcome = building.inspect(str(make_project({"pyproject.toml": PROJECT + table})), mode)
    installed = "editable" if setting == "auto" else setting
    assert outcome.notices[0].message.splitlines()[0] == f"CK104 requirements-uncovered: found for {installed}"
    assert outcome.record is not None
    record = json.loads(outcome.record)
    assert (record["mode"], record["findings"]) == (mode, ["CK104"])


def test_the_record_has_the_inputs_of_its_wheel(make_project: MakeProject) -> None:
    pyproject = PROJECT.replace("hatchling.build", "mesonpy")
    root = str(make_project({"pyproject.toml": pyproject, "meson.build": "project('x', 'c')", "meson.options": ""}))
    modes: tuple[tuple[Mode, bool], ...] = (("wheel", True), ("editable", False))
    for mode, read in modes:  # an editable installation by meson-python compiles by itself
        outcome = building.inspect(root, mode)
        assert outcome.record is not None
        assert ("meson.options" in json.loads(outcome.record)["files"]) is read
        assert outcome.notices == ()


# -- our own faults --------------------------------------------------------------------------------------------------

FAULTS = [
    ValueError("boom"),
    RecursionError(),
    SystemExit("a detector called exit"),
    NotImplementedError(),
    AttributeError("x"),
]


def _raise(error: BaseException) -> Callable[..., Any]:
    def fail(*_: object, **__: object) -> None:
        raise error

    return fail


@pytest.mark.parametrize("enforce", ["warn", "error", "off"])
@pytest.mark.parametrize("error", FAULTS, ids=lambda error: type(error).__name__)
def test_a_bug_of_ours_costs_one_warning(
    error: BaseException, enforce: str, make_project: MakeProject, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = str(make_project({"pyproject.toml": f"[tool.cachekeys]\nenforce = '{enforce}'\n"}))
    monkeypatch.setattr("cachekeys.pipeline.analyse", _raise(error))
    outcome = building.inspect(root, "wheel")
    assert outcome.record is None
    ((text, file, line),) = _warned(outcome)
    assert (file, line) == ("pyproject.toml", 1)
    assert text.startswith(f"cachekeys could not inspect the project: {type(error).__name__}: {error} at ")
    assert "test_building.py:" in text
    assert "the build goes on" in text


@pytest.mark.parametrize("enforce", ["warn", "error"])
def test_a_failed_detector_is_told_and_stops_nothing(enforce: Any, project: str, analysis: SimpleNamespace) -> None:
    failed = replace(LIKELY, code="CK902", name="detector-failed", message="it raised")
    analysis.settings, analysis.findings = Settings(enforce=enforce), (failed,)
    outcome = building.inspect(project, "wheel")
    assert outcome.record == RECORD
    assert _warned(outcome)[0][0].startswith("CK902 detector-failed: it raised")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        building.announce(outcome)
    analysis.findings = (failed, GAP)
    assert bool(building.inspect(project, "wheel").failure) is (enforce == "error")


def test_the_user_can_still_stop_a_build(project: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cachekeys.pipeline.analyse", _raise(KeyboardInterrupt()))
    with pytest.raises(KeyboardInterrupt):
        building.inspect(project, "wheel")


@pytest.mark.usefixtures("analysis")
def test_without_a_record_the_findings_remain(project: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cachekeys.record.payload.build", _raise(KeyError("files")))
    outcome = building.inspect(project, "wheel")
    assert outcome.record is None
    texts = [text for text, _, _ in _warned(outcome)]
    assert [text.split(":")[0] for text in texts] == [
        "CK104 requirements-uncovered",
        "CK109 environment-uncovered",
        "cachekeys could not make the record",
    ]


def test_a_bug_of_ours_does_not_fail_a_build_with_strict_warnings(
    project: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("cachekeys.pipeline.analyse", _raise(ValueError("boom")))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        building.announce(building.inspect(project, "wheel"))
    assert "ValueError: boom" in capsys.readouterr().err


# -- faults of the project -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "error", [SettingsError(["pyproject.toml:2:1: one", "pyproject.toml:3:1: two"]), ProjectError("bad")]
)
def test_an_unusable_project_is_told_and_built(error: Exception, project: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cachekeys.pipeline.analyse", _raise(error))
    ((text, _, _),) = _warned(building.inspect(project, "wheel"))
    assert text == f"cachekeys: {error}\nThe build goes on without a record."


@pytest.mark.parametrize("enforce", ["warn", "error"])
def test_an_unusable_sdist_is_never_stopped(
    enforce: str, make_project: MakeProject, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cachekeys.pipeline.analyse", _raise(SettingsError(["ignroe: unknown"])))
    pyproject = f"[tool.cachekeys]\nenforce = '{enforce}'\nignroe = []\n"
    outcome = building.inspect(str(make_project({"pyproject.toml": pyproject, "PKG-INFO": ""})), "wheel")
    assert (outcome.failure, outcome.unpacked) == ("", True)


def test_unusable_settings_do_not_switch_strictness_off(
    make_project: MakeProject, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cachekeys.pipeline.analyse", _raise(SettingsError(["ignroe: unknown"])))
    root = str(make_project({"pyproject.toml": "[tool.cachekeys]\nenforce = 'error'\nignroe = []\n"}))
    with pytest.raises(SystemExit) as caught:
        building.announce(building.inspect(root, "wheel"))
    assert caught.value.code == "cachekeys: error: ignroe: unknown"


@pytest.mark.parametrize("content", ["[project", b"\xff\xfe", b"\0", b"x = 1\n\xff"])
def test_unreadable_pyproject(content: str | bytes, make_project: MakeProject) -> None:
    root = str(make_project({"pyproject.toml": content}))
    outcome = building.inspect(root, "wheel")
    ((text, _, _),) = _warned(outcome)
    assert text.startswith("cachekeys: ")
    assert "pyproject.toml" in text
    assert building.opted_in(root) is False


# -- the record into the wheel ---------------------------------------------------------------------------------------


def test_attach(tmp_path: Path) -> None:
    wheel = make_wheel(tmp_path / "demo-1.0-py3-none-any.whl", {"demo.py": b""})
    building.attach(building.Outcome(RECORD), wheel)
    assert read_dist_info(wheel, "cachekeys.json") == RECORD


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), ValueError("boom")])
def test_a_wheel_survives_our_writer(error: Exception, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wheel = make_wheel(tmp_path / "demo-1.0-py3-none-any.whl", {"demo.py": b""})
    before = wheel.read_bytes()
    monkeypatch.setattr("cachekeys.record.wheel.add", _raise(error))
    with pytest.warns(CacheKeysWarning, match="cachekeys put no record into the wheel") as caught:
        building.attach(building.Outcome(RECORD), wheel)
    assert len(caught) == 1
    assert wheel.read_bytes() == before


def test_nothing_to_attach(tmp_path: Path) -> None:
    building.attach(building.Outcome(), tmp_path / "missing.whl")


# -- who asked for us ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pyproject", "wanted"),
    [
        ("[build-system]\nrequires = ['setuptools', 'cachekeys']\n", True),
        ("[build-system]\nrequires = ['Cachekeys[setuptools] >= 0.1']\n", True),
        ("[tool.cachekeys]\n", True),
        ("[tool]\ncachekeys.enforce = 'off'\n", True),
        ("[build-system]\nrequires = ['cachekeys-extra']\n", False),
        ("[project]\nname = 'cachekeys'\n", False),
        ("# cachekeys\n", False),
        ("", False),
    ],
)
def test_opted_in(pyproject: str, wanted: bool, make_project: MakeProject) -> None:  # noqa: FBT001 - a parameter
    assert building.opted_in(str(make_project({"pyproject.toml": pyproject}))) is wanted


def test_opted_in_never_raises(tmp_path: Path) -> None:
    assert building.opted_in(str(tmp_path)) is False
    assert building.opted_in(str(tmp_path / "missing")) is False


def test_import_is_light() -> None:
    code = "import sys; import cachekeys.building; print(*sorted(m for m in sys.modules if m.split('.')[0] in %r))"
    heavy = {"cachekeys", "json", "zipfile", "pluggy", "packaging", "tomllib", "tomli", "hashlib", "subprocess"}
    done = subprocess.run([sys.executable, "-c", code % heavy], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["cachekeys", "cachekeys.building", "cachekeys.errors", "cachekeys.values"]

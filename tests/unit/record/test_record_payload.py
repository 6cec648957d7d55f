"""The record: what is in it, what never is, and that its bytes depend on nothing but the tree."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest

import cachekeys
from cachekeys.analysis import Analysis
from cachekeys.coverage import Coverage, InputCoverage
from cachekeys.findings import Finding
from cachekeys.inputs.detect import Inputs
from cachekeys.inputs.model import BuildInput, BuildOutput, Origin
from cachekeys.project import Project
from cachekeys.record.content import Content, contents
from cachekeys.record.payload import build, digest, to_bytes
from cachekeys.record.reader import RecordError, loads
from cachekeys.settings import Settings
from cachekeys.uv.keys import DirKey, EnvKey, FileKey, GitKey, WatchSet

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from cachekeys.uv.keys import CacheKey

    MakeProject = Callable[[Mapping[str, str | bytes]], Path]

SCHEMA = json.loads((Path(cachekeys.__file__).parent / "schemas" / "record.schema.json").read_text(encoding="utf-8"))
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)
HATCHLING = "[build-system]\nrequires = ['hatchling']\nbuild-backend = 'hatchling.build'\n"


def analysis(
    root: Path,
    keys: Sequence[CacheKey] = (),
    *,
    inputs: Sequence[str] = (),
    variables: Sequence[str] = (),
    environ: Mapping[str, str] | None = None,
    findings: Sequence[str] = (),
    declared: bool = True,
) -> Analysis:
    """An analysis with just these keys and inputs, whatever the detectors would say."""
    origin = Origin("pyproject.toml")
    files = [BuildInput("file", name, "dynamic-file", "read", origin, "metadata") for name in inputs]
    env = [BuildInput("env", name, "environment", "read", origin, "code") for name in variables]
    return Analysis(
        project=Project(root),
        settings=Settings(),
        mode="wheel",
        watch=WatchSet(tuple(keys), declared=declared),
        inputs=Inputs((*env, *files), (), (), ()),
        coverage=Coverage(tuple(InputCoverage(item, (item.what,), (), ()) for item in files), {}),
        environ=environ or {},
        findings=tuple(Finding(code, "name", "error", "certain", "", "pyproject.toml", 1, 1, "") for code in findings),
    )


def record_of(*arguments: Any, **options: Any) -> dict[str, Any]:
    record = build(analysis(*arguments, **options))
    VALIDATOR.validate(json.loads(to_bytes(record)))
    return record


def test_schema_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


def test_inputs_and_watched_files(make_project: MakeProject) -> None:
    root = make_project({"pyproject.toml": HATCHLING, "a.txt": "a", "sub/b.txt": "bb", "c.txt": "", "setup.py": ""})
    record = record_of(
        root, [FileKey(0, "a.txt"), FileKey(1, "./sub/*.txt"), FileKey(2, "gone")], inputs=["a.txt", "c.txt"]
    )
    assert record["files"] == {
        "a.txt": {"sha256": hashlib.sha256(b"a").hexdigest(), "size": 1, "input": True, "watched": True},
        "c.txt": {"sha256": hashlib.sha256(b"").hexdigest(), "size": 0, "input": True, "watched": False},
        "pyproject.toml": {
            "sha256": hashlib.sha256(HATCHLING.encode()).hexdigest(),
            "size": len(HATCHLING),
            "input": True,
            "watched": False,
        },
        "sub/b.txt": {"sha256": hashlib.sha256(b"bb").hexdigest(), "size": 2, "input": False, "watched": True},
    }


def test_setuptools_reads_its_own_files(make_project: MakeProject) -> None:
    root = make_project({"pyproject.toml": "[project]\n", "setup.py": "", "setup.cfg": ""})
    assert set(record_of(root)["files"]) == {"pyproject.toml", "setup.cfg", "setup.py"}


def test_keys_and_directories(make_project: MakeProject) -> None:
    root = make_project({"pyproject.toml": HATCHLING, "src/x.py": ""})
    keys = [
        DirKey(0, "src"),
        DirKey(1, "gone"),
        GitKey(2, commit=False, tags=False),
        EnvKey(3, "CC"),
        FileKey(4, "*.c"),
    ]
    record = record_of(root, keys, declared=True)
    assert record["cache_keys"] == {
        "declared": True,
        "keys": [
            {"dir": "src"},
            {"dir": "gone"},
            {"git": {"commit": False, "tags": False}},
            {"env": "CC"},
            {"file": "*.c"},
        ],
    }
    assert record["directories"] == {"src": True, "gone": False}
    assert record["git"] == {}


def test_reinstall_package(make_project: MakeProject) -> None:
    root = make_project({"pyproject.toml": HATCHLING + "[tool.uv]\nreinstall-package = ['My_Pkg', 'a', 'MY.PKG']\n"})
    assert record_of(root)["reinstall_package"] == ["a", "my-pkg"]
    (root / "uv.toml").write_text("reinstall-package = ['b']\n")  # replaces the table in pyproject.toml
    assert record_of(root)["reinstall_package"] == ["b"]


# -- git -------------------------------------------------------------------------------------------------------------

COMMIT = "1" * 40


def _repository(root: Path, tags: Sequence[str]) -> None:
    (root / ".git" / "refs" / "heads").mkdir(parents=True)
    (root / ".git" / "refs" / "tags").mkdir()
    (root / ".git" / "objects").mkdir()
    (root / ".git" / "HEAD").write_text("ref: refs/heads/main\n")
    (root / ".git" / "refs" / "heads" / "main").write_text(COMMIT + "\n")
    for tag in tags:
        (root / ".git" / "refs" / "tags" / tag).write_text(COMMIT + "\n")


def test_git_only_when_keyed(make_project: MakeProject) -> None:
    root = make_project({"pyproject.toml": HATCHLING})
    _repository(root, ["v1"])
    assert record_of(root, [])["git"] == {}
    assert record_of(root, [GitKey(0, commit=True, tags=False)])["git"] == {"commit": COMMIT}
    tags = hashlib.sha256(f'{{"v1":"{COMMIT}"}}'.encode()).hexdigest()
    assert record_of(root, [GitKey(0, commit=False, tags=True)])["git"] == {"tags_sha256": tags}
    (root / ".git" / "refs" / "tags" / "v2").write_text(COMMIT + "\n")
    both = record_of(root, [GitKey(0, commit=True, tags=False), GitKey(1, commit=False, tags=True)])["git"]
    assert both["commit"] == COMMIT
    assert both["tags_sha256"] not in (tags, None)


def test_git_that_does_not_resolve_is_null(make_project: MakeProject) -> None:
    root = make_project({"pyproject.toml": HATCHLING})
    (root / ".git").mkdir()
    (root / ".git" / "HEAD").write_text("")
    record = record_of(root, [GitKey(0, commit=True, tags=True)])
    assert record["git"]["commit"] is None


# -- what must not leak ----------------------------------------------------------------------------------------------


def test_no_value_of_a_variable(make_project: MakeProject) -> None:
    root = make_project({"pyproject.toml": HATCHLING})
    environ = {"TOKEN": "hunter2", "EMPTY": "", "OTHER": "x"}
    record = record_of(root, [EnvKey(0, "TOKEN"), EnvKey(1, "UNSET")], variables=["EMPTY", "TOKEN"], environ=environ)
    assert record["environment"] == {"EMPTY": "set", "TOKEN": "set", "UNSET": "unset"}
    other = record_of(
        root, [EnvKey(0, "TOKEN"), EnvKey(1, "UNSET")], variables=["EMPTY", "TOKEN"], environ={**environ, "TOKEN": "y"}
    )
    assert to_bytes(record) == to_bytes(other)


def test_no_path_of_the_machine(make_project: MakeProject, tmp_path: Path) -> None:
    root = make_project({"pyproject.toml": HATCHLING})
    outside = tmp_path / "home" / "alice"
    (outside / "inc" / "deep").mkdir(parents=True)
    (outside / "one.h").write_text("1")
    (outside / "inc" / "deep" / "two.h").write_text("22")
    keys = [
        FileKey(0, str(outside / "one.h")),
        FileKey(1, f"{outside}/inc/**/*.h"),
        DirKey(2, str(outside)),
        FileKey(3, "C:\\Users\\alice\\x.h"),
        FileKey(4, "C:/Users/alice/y.h"),
        FileKey(5, "../home/alice/one.h"),
    ]
    record = record_of(root, keys, inputs=[str(outside / "one.h")])
    assert [key for entry in record["cache_keys"]["keys"] for key in entry.values()] == [
        *(f"<key {number}>" for number in range(5)),
        "../home/alice/one.h",
    ]
    assert record["directories"] == {"<key 2>": True}
    sizes = {path: entry["size"] for path, entry in record["files"].items()}
    assert sizes == {
        "<key 0>": 1,
        "<key 1>/deep/two.h": 2,
        "../home/alice/one.h": 1,
        "pyproject.toml": len(HATCHLING),
    }
    assert str(tmp_path).encode() not in to_bytes(record)


# -- the same tree, the same bytes -----------------------------------------------------------------------------------


def test_bytes_depend_on_the_tree_alone(make_project: MakeProject, tmp_path: Path) -> None:
    root = make_project({"pyproject.toml": HATCHLING, "b.txt": "b", "a.txt": "a", "sub/c.txt": "c"})
    keys = [FileKey(0, "**/*.txt")]
    first = to_bytes(build(analysis(root, keys, findings=["CK201", "CK101", "CK101"])))
    copy = tmp_path / "elsewhere" / "copy"
    copy.parent.mkdir()
    shutil.copytree(root, copy)
    os.utime(copy / "a.txt", (1, 1))
    assert to_bytes(build(analysis(copy, keys, findings=["CK101", "CK201"]))) == first
    assert first.isascii()
    assert first.endswith(b"}\n")
    assert first.count(b"\n") == 1
    assert json.loads(first)["findings"] == ["CK101", "CK201"]


@pytest.mark.parametrize("change", ["content", "new", "gone", "variable", "keys"])
def test_digest_shows_every_change_of_an_input(change: str, make_project: MakeProject) -> None:
    root = make_project({"pyproject.toml": HATCHLING, "a.txt": "a", "b.txt": "b"})
    keys: list[CacheKey] = [FileKey(0, "*.txt"), EnvKey(1, "CC")]
    before = build(analysis(root, keys))
    environ = {}
    if change == "content":
        (root / "a.txt").write_text("b")
    elif change == "new":
        (root / "c.txt").write_text("")
    elif change == "gone":
        (root / "b.txt").unlink()
    elif change == "variable":
        environ = {"CC": "gcc"}
    else:
        keys.append(DirKey(2, "src"))
    after = build(analysis(root, keys, environ=environ))
    assert before["digest"] != after["digest"]


def test_digest_is_not_about_our_opinion(make_project: MakeProject, monkeypatch: pytest.MonkeyPatch) -> None:
    root = make_project({"pyproject.toml": HATCHLING})
    before = build(analysis(root))
    monkeypatch.setattr(cachekeys, "__version__", "99.0", raising=False)
    after = build(analysis(root, findings=["CK101"]))
    assert after["generator"]["version"] == "99.0"
    assert after["digest"] == before["digest"]


def test_digest_as_a_third_party_would_check_it(make_project: MakeProject) -> None:
    raw = to_bytes(build(analysis(make_project({"pyproject.toml": HATCHLING, "ä.txt": ""}), [FileKey(0, "*.txt")])))
    record = json.loads(raw)
    described = {key: value for key, value in record.items() if key not in ("digest", "generator", "findings")}
    text = json.dumps(described, sort_keys=True, separators=(",", ":"))
    assert hashlib.sha256(text.encode()).hexdigest() == record["digest"]


def test_names_that_are_not_utf8_survive(make_project: MakeProject) -> None:
    root = make_project({"pyproject.toml": HATCHLING})
    name = b"caf\xe9.txt"
    try:
        Path(os.fsdecode(os.fsencode(root) + b"/" + name)).write_text("x")
    except OSError:
        pytest.skip("the file system takes UTF-8 names only")
    record = loads(to_bytes(build(analysis(root, [FileKey(0, "*.txt")]))))
    assert os.fsdecode(name) in record.files


# -- content ---------------------------------------------------------------------------------------------------------


def test_contents_follows_links_and_skips_what_is_no_file(make_project: MakeProject) -> None:
    root = make_project({"a": "a", "sub/b": "b"})
    (root / "link").symlink_to("a")
    (root / "loop").symlink_to("loop")
    (root / "dangling").symlink_to("nowhere")
    os.mkfifo(root / "fifo")
    found = contents(str(root), ["sub/b", "link", "a", "loop", "dangling", "fifo", "sub", "gone", "nul\0", "a"])
    assert list(found) == ["a", "link", "sub/b"]
    assert found["link"] == found["a"] == Content(hashlib.sha256(b"a").hexdigest(), 1)


def test_contents_stops_hashing_at_the_budget(make_project: MakeProject) -> None:
    root = make_project({"a": "12345", "b": "1234567890", "c": "123", "d": "1234"})
    found = contents(str(root), "dcba", budget=10)
    assert {name: (content.sha256 is not None, content.size) for name, content in found.items()} == {
        "a": (True, 5),
        "b": (False, 10),
        "c": (True, 3),
        "d": (False, 4),
    }


def test_contents_of_an_unreadable_file(make_project: MakeProject, monkeypatch: pytest.MonkeyPatch) -> None:
    root = make_project({"a": "12345"})

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("os.open", refuse)
    assert contents(str(root), ["a"]) == {"a": Content(None, 5)}


def test_patterns_for_files_to_come(make_project: MakeProject) -> None:
    """Globs that the build expands and names that do not exist yet; what exists is among the files."""
    root = make_project({"pyproject.toml": HATCHLING, "a.txt": "", "c/a.c": ""})
    origin = Origin("pyproject.toml")
    found = [
        BuildInput("files", "c/*.c", "native-source", "compiled", origin, "code"),
        BuildInput("files", "/abs/*.c", "native-source", "compiled", origin, "code"),
        BuildInput("file", "a.txt", "dynamic-file", "read", origin, "metadata"),
        BuildInput("file", "b.txt", "dynamic-file", "read", origin, "metadata"),
        BuildInput("env", "CC", "environment", "read", origin, "code"),
    ]
    entries = [InputCoverage(item, (item.what,) if item.what == "a.txt" else (), (), ()) for item in found]
    whole = replace(
        analysis(root),
        inputs=Inputs(tuple(found), (BuildOutput("build/**", "writes", origin),), (), ()),
        coverage=Coverage(tuple(entries), {}),
        settings=Settings(not_inputs={("file", "c/x.c"): "", ("env", "X"): ""}),
    )
    assert build(whole)["patterns"] == {
        "inputs": ["b.txt", "c/*.c"],
        "not_inputs": ["c/x.c"],
        "outputs": ["build/**"],
    }


# -- reading ---------------------------------------------------------------------------------------------------------


def test_reader_round_trip(make_project: MakeProject) -> None:
    root = make_project({"pyproject.toml": HATCHLING, "a.txt": "a"})
    raw = to_bytes(build(analysis(root, [FileKey(0, "a.txt")], environ={}, variables=["CC"], findings=["CK101"])))
    record = loads(raw)
    assert record.mode == "wheel"
    assert record.inputs == {"pyproject.toml"}
    assert record.watched == {"a.txt"}
    assert record.files["a.txt"] == Content(hashlib.sha256(b"a").hexdigest(), 1)
    assert record.environment == {"CC": "unset"}
    assert record.findings == ("CK101",)
    assert record.digest == digest(record.raw)


def _broken(**changes: Any) -> str:
    record = {
        "schema_version": 1,
        "mode": "wheel",
        "files": {},
        "patterns": {"inputs": [], "not_inputs": [], "outputs": []},
        "environment": {},
        "findings": [],
        **changes,
    }
    return json.dumps({**record, "digest": digest(record)})


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "not JSON"),
        (b"\xff", "not JSON"),
        ("[" * 100_000, "not JSON"),
        ("[]", "it has no schema_version"),
        ("{}", "it has no schema_version"),
        ('{"schema_version": "1"}', "it has no schema_version"),
        ('{"schema_version": 2}', "schema_version is 2, this cachekeys reads 1"),
        ('{"schema_version": 1}', "digest is not that of its content"),
        (_broken(files=[]), "AttributeError"),
        (_broken(files={"a": {}}), "KeyError: 'sha256'"),
        (_broken(files={"a": 3}), "TypeError"),
        (_broken(patterns={"inputs": []}), "KeyError: 'not_inputs'"),
        (_broken(environment=3), "TypeError"),
    ],
)
def test_reader_refuses(text: str | bytes, message: str) -> None:
    with pytest.raises(RecordError) as caught:
        loads(text, "demo: cachekeys.json")
    assert str(caught.value).startswith("demo: cachekeys.json: ")
    assert message in str(caught.value)


def test_reader_notices_a_changed_record(make_project: MakeProject) -> None:
    raw = to_bytes(build(analysis(make_project({"pyproject.toml": HATCHLING}))))
    with pytest.raises(RecordError, match="changed or cut off"):
        loads(raw.replace(b'"input":true', b'"input":false'))

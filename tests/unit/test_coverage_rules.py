"""CK101-CK109: one finding for each gap, in the right rule, at the right place, as bad as it is, with the keys to add."""

from __future__ import annotations

import subprocess
from itertools import pairwise
from typing import TYPE_CHECKING, get_args

import pytest
from support.analyses import an_input, analysis_of

from cachekeys.inputs.model import Kind, Origin, Role
from cachekeys.rules._gaps import names
from cachekeys.rules.codes import code_of, codes
from cachekeys.rules.registry import get

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from cachekeys.findings import Finding
    from cachekeys.inputs.model import BuildInput

    MakeProject = Callable[..., Path]

COMMIT = an_input(
    "commit", "git", "scm-version", affects="version", why="setuptools-scm takes the version from the commit"
)
TAGS = an_input("tags", "git", "scm-version", affects="version", why="setuptools-scm takes the version from the tags")


def keys(*entries: str) -> str:
    listed = ", ".join(("'pyproject.toml'", *entries))
    return f"[tool.uv]\ncache-keys = [{listed}]\n"


def commit_all(root: Path) -> None:
    for arguments in (["init", "-q"], ["add", "."], ["commit", "-qm", "1"]):
        command = ["git", "-c", "user.name=n", "-c", "user.email=e", *arguments]
        subprocess.run(command, cwd=root, check=True, capture_output=True)


def findings(root: Path, *inputs: BuildInput, **options: object) -> tuple[Finding, ...]:
    return analysis_of(root, inputs, **options).findings  # type: ignore[arg-type]


def one(root: Path, *inputs: BuildInput, **options: object) -> Finding:
    (found,) = findings(root, *inputs, **options)
    return found


# -- which rule --------------------------------------------------------------------------------------------------------


def test_every_input_belongs_to_exactly_one_existing_rule() -> None:
    existing = set(codes())
    for kind in get_args(Kind):
        for role in get_args(Role):
            assert code_of(an_input("commit" if kind == "git" else "x", kind, role)) in existing


@pytest.mark.parametrize(
    ("role", "code"),
    [
        ("dynamic-file", "CK103"),
        ("scm-version", "CK103"),
        ("requirements", "CK104"),
        ("manifest", "CK105"),
        ("build-script", "CK106"),
        ("native-source", "CK107"),
        ("build-config", "CK108"),
    ],
)
def test_uncovered_file(make_project: MakeProject, role: str, code: str) -> None:
    root = make_project({"pyproject.toml": "", "setup.py": "\n\nopen('x.txt')\n", "x.txt": ""})
    found = one(root, an_input("x.txt", role=role, origin=Origin("setup.py", 3, 6), affects="version"))
    assert (found.code, found.name) == (code, get(code).name)
    assert (found.file, found.line, found.column, found.subject) == ("setup.py", 3, 6, "x.txt")
    assert (found.severity, found.confidence) == ("error", "certain")
    assert found.message == (
        "no key watches `x.txt`, although setup.py reads x.txt: after an edit uv keeps the stale install with the old version"
    )
    assert found.fix is not None
    assert found.fix.keys == ('{ file = "x.txt" }',)
    assert found.fix.safe


@pytest.mark.parametrize("role", ["dynamic-file", "native-source"])
def test_silent_with_the_key(make_project: MakeProject, role: str) -> None:
    root = make_project({"pyproject.toml": keys('"x.txt"'), "x.txt": ""})
    assert findings(root, an_input("x.txt", role=role)) == ()


@pytest.mark.parametrize("name", ["pyproject.toml", "setup.py", "setup.cfg"])
def test_dropped_defaults_are_left_to_ck003(make_project: MakeProject, name: str) -> None:
    system = '[build-system]\nrequires = ["setuptools"]\nbuild-backend = "setuptools.build_meta"\n'
    text = system + '[tool.uv]\ncache-keys = ["x.txt"]\n'
    root = make_project({"pyproject.toml": text, "setup.py": "", "setup.cfg": "[metadata]\n", "x.txt": ""})
    found = findings(root, an_input(name, role="build-script", detector="somebody"), an_input("x.txt"))
    assert {finding.code for finding in found} == {"CK003"}


# -- git -----------------------------------------------------------------------------------------------------------------


def test_commit_and_tags_make_one_finding(make_project: MakeProject) -> None:
    found = one(make_project({"pyproject.toml": ""}), COMMIT, TAGS)
    assert found.code == "CK101"
    assert found.severity == "error"
    assert found.message == (
        "setuptools-scm takes the version from the commit, but no key watches the commit: a new commit or tag changes the "
        "version, yet uv keeps the stale install"
    )
    assert found.fix is not None
    assert (found.fix.keys, found.fix.replaces) == (("{ git = { commit = true, tags = true } }",), None)


def test_commit_alone(make_project: MakeProject) -> None:
    root = make_project({"pyproject.toml": keys("{ git = { tags = true } }")})
    commit_all(root)
    found = one(root, COMMIT, TAGS)
    assert found.code == "CK101"
    assert "a new commit changes" in found.message


def test_tags_alone(make_project: MakeProject) -> None:
    root = make_project({"pyproject.toml": keys("{ git = true }")})
    commit_all(root)
    found = one(root, COMMIT, TAGS)
    assert found.code == "CK102"
    assert found.fix is not None
    assert (found.fix.keys, found.fix.replaces) == (("{ git = { commit = true, tags = true } }",), 1)


def test_git_silent_with_the_key(make_project: MakeProject) -> None:
    root = make_project({"pyproject.toml": keys("{ git = { commit = true, tags = true } }")})
    commit_all(root)
    assert findings(root, COMMIT, TAGS) == ()


# -- environment -------------------------------------------------------------------------------------------------------


def test_environment(make_project: MakeProject) -> None:
    root = make_project({"pyproject.toml": keys('{ env = "KNOWN" }')})
    whats = ("KNOWN", "TARGET", "MODE")
    why = "setup.py reads it"
    found = one(root, *(an_input(what, "env", "environment", why=why) for what in whats))
    assert found.code == "CK109"
    assert found.message == (
        "no key watches the environment variables `MODE` and `TARGET`, although setup.py reads them: after a change uv keeps "
        "the stale install that was built with the old value"
    )
    assert found.fix is not None
    assert found.fix.keys == ('{ env = "MODE" }', '{ env = "TARGET" }')


def test_override_is_no_finding(make_project: MakeProject) -> None:
    root = make_project({"pyproject.toml": ""})
    assert findings(root, an_input("PRETEND", "env", "environment", optional=True)) == ()


# -- how bad -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("confidence", "severity"), [("certain", "error"), ("likely", "warning"), ("possible", "info")]
)
def test_severity_follows_confidence(make_project: MakeProject, confidence: str, severity: str) -> None:
    root = make_project({"pyproject.toml": "", "x.c": ""})
    found = one(root, an_input("x.c", role="native-source", confidence=confidence))
    assert (found.severity, found.confidence) == (severity, confidence)


def test_committed_edits_are_seen_with_a_commit_key(make_project: MakeProject) -> None:
    root = make_project({"pyproject.toml": keys("{ git = true }"), "x.c": ""})
    commit_all(root)
    found = one(root, an_input("x.c", role="native-source"))
    assert found.severity == "info"
    assert found.message == (
        "only the git commit key stands for `x.c`, although setup.py reads x.c: before an edit is committed, uv keeps the "
        "stale install with the old code"
    )


def test_untracked_file_beside_a_commit_key_is_a_gap(make_project: MakeProject) -> None:
    root = make_project({"pyproject.toml": keys("{ git = true }"), "x.c": ""})
    commit_all(root)
    (root / "new.c").write_text("")
    found = one(root, an_input("*.c", "files", "native-source"))
    assert found.severity == "error"
    assert "`new.c`" in found.message
    assert "git does not track it" in found.message
    assert "`x.c`" not in found.message


LONG_TEXT = {"role": "dynamic-file", "affects": "metadata", "why": "the readme"}


def test_readme_of_a_static_project_is_nothing(make_project: MakeProject) -> None:
    root = make_project(
        {"pyproject.toml": '[project]\nname = "x"\nversion = "1"\nreadme = "README.md"\n', "README.md": ""}
    )
    assert findings(root, an_input("README.md", **LONG_TEXT)) == ()


@pytest.mark.parametrize(("dynamic", "mode"), [('["readme"]', "editable"), ("[]", "wheel")])
def test_readme_is_a_remark_where_somebody_reads_it(make_project: MakeProject, dynamic: str, mode: str) -> None:
    root = make_project({"pyproject.toml": f"[project]\nname = 'x'\ndynamic = {dynamic}\n", "README.md": ""})
    found = one(root, an_input("README.md", **LONG_TEXT), mode=mode)
    assert (found.code, found.severity) == ("CK103", "info")
    assert found.message.endswith("with the old text in its metadata")


# -- how many ----------------------------------------------------------------------------------------------------------


def test_native_sources_of_one_file_make_one_finding(make_project: MakeProject) -> None:
    sources = [f"csrc/{name}.cu" for name in "abcdefghijklmnopqrst"]
    root = make_project({"pyproject.toml": "", **dict.fromkeys(sources, "")})
    inputs = [
        an_input(name, role="native-source", origin=Origin("CMakeLists.txt", line, 5), why="CMake compiles it")
        for line, name in enumerate(sources, 10)
    ]
    found = one(root, *inputs)
    assert (found.file, found.line) == ("CMakeLists.txt", 10)
    assert "`csrc/a.cu`, `csrc/b.cu`, `csrc/c.cu` and 17 more, although CMake compiles them:" in found.message
    assert found.fix is not None
    assert found.fix.keys == ('{ file = "csrc/**/*.cu" }',)


def test_other_files_are_all_named(make_project: MakeProject) -> None:
    whats = [f"requirements/{name}.txt" for name in ("a", "b", "c", "d", "e")]
    root = make_project({"pyproject.toml": "", **dict.fromkeys(whats, "")})
    found = one(root, *(an_input(name, role="requirements", why=f"x (called from line {len(name)})") for name in whats))
    assert all(f"`{name}`" in found.message for name in whats)


def test_places_make_findings(make_project: MakeProject) -> None:
    root = make_project({"pyproject.toml": "", "a.txt": "", "b.txt": ""})
    places = [an_input(f"{name}.txt", origin=Origin("setup.py", line)) for line, name in enumerate("ab", 4)]
    assert [(found.line, found.subject) for found in findings(root, *places)] == [(4, "a.txt"), (5, "b.txt")]


def test_many_places_in_one_file_make_one_finding_that_names_the_lines(make_project: MakeProject) -> None:
    root = make_project({"pyproject.toml": ""})
    whats = [f"V{number:02}" for number in range(15)]
    inputs = [
        an_input(what, "env", "environment", why=f"CMake reads {what}", origin=Origin("CMakeLists.txt", line))
        for line, what in enumerate(whats, 7)
    ]
    found = one(root, *inputs[:4])
    assert found.line == 7
    assert found.message.startswith(
        "no key watches the environment variables `V00` (line 7), `V01` (line 8), `V02` (line 9) and `V03` (line 10): after"
    )
    found = one(root, *inputs)
    assert "`V07` (line 14) and 7 more:" in found.message
    assert found.fix is not None
    assert len(found.fix.keys) == 15


@pytest.mark.parametrize(("length", "expected"), [(3, 3), (5, 1)])
def test_a_crowd_of_files_that_lead_to_each_other_makes_one_finding_at_the_first(
    make_project: MakeProject, length: int, expected: int
) -> None:
    files = {f"pkg/m{number}.py": "" for number in range(length)}
    chain = ["hook.py", *files]
    inputs = [
        an_input(name, role="build-script", why=f"{reader} imports it", origin=Origin(reader, 3))
        for reader, name in pairwise(chain)
    ]
    inputs.append(an_input("pkg/m0.py", role="build-script", why="pkg/m2.py imports it", origin=Origin("pkg/m2.py", 9)))
    root = make_project({**files, "hook.py": "", "pyproject.toml": keys("'hook.py'")})
    found = findings(root, *inputs)
    assert len(found) == expected
    if expected == 1:
        assert (found[0].file, found[0].line) == ("hook.py", 3)
        assert all(f"`{name}`" in found[0].message for name in files)
        assert "hook.py leads to them, by itself or through others" in found[0].message
        assert "(line" not in found[0].message


def test_a_crowd_is_traced_to_the_file_that_has_led_to_all_of_it_through_files_of_other_rules(
    make_project: MakeProject,
) -> None:
    """What lists of many directories install is one finding, which names the one list that leads to all of these."""
    places = [f"pkg/{name}" for name in "abcd"]
    lists = {f"{place}/rules.txt": "" for place in places}
    data = {f"{place}/data.bin": "" for place in places}
    config = {"role": "build-config"}
    inputs = [an_input("pkg/rules.txt", why="top.txt goes there", origin=Origin("top.txt", 2), **config)]
    for place in places:
        rules, why = f"{place}/rules.txt", "pkg/rules.txt goes there"
        inputs.append(an_input(rules, why=why, origin=Origin("pkg/rules.txt", 1), **config))
        installed = f"{rules} installs it"
        inputs.append(an_input(f"{place}/data.bin", role="dynamic-file", why=installed, origin=Origin(rules, 1)))
    root = make_project({"pyproject.toml": keys("'top.txt'"), "top.txt": "", "pkg/rules.txt": "", **lists, **data})
    found = [finding for finding in findings(root, *inputs) if finding.code == "CK103"]
    assert len(found) == 1
    assert "although pkg/rules.txt leads to them, by itself or through others" in found[0].message
    assert all(f"`{name}`" in found[0].message for name in data)


def test_many_files_that_nothing_has_led_to_together_are_counted(make_project: MakeProject) -> None:
    readers = {f"src/{letter}.rs": "" for letter in "abcde"}
    names = [f"data/{letter}.bin" for letter in "abcde"]
    inputs = [
        an_input(name, role="native-source", why=f"{reader} includes it", origin=Origin(reader, 1))
        for name, reader in zip(names, readers, strict=True)
    ]
    root = make_project({**dict.fromkeys(names, ""), **readers, "pyproject.toml": keys("'src/**/*.rs'")})
    found = [finding for finding in findings(root, *inputs) if finding.code == "CK107"]
    assert len(found) == 1
    assert "although src/a.rs and 4 other files lead to them" in found[0].message


def test_file_is_named_once_in_its_surest_role(make_project: MakeProject) -> None:
    root = make_project({"pyproject.toml": "", "c/a.c": "", "c/b.c": ""})
    glob = an_input("c/*.c", "files", "native-source", confidence="possible")
    sure = an_input("c/a.c", role="native-source")
    found = findings(root, glob, sure)
    assert {(finding.severity, "`c/a.c`" in finding.message, "`c/b.c`" in finding.message) for finding in found} == {
        ("error", True, False),
        ("info", False, True),
    }
    assert one(root, glob, sure, an_input("c/b.c", role="native-source")).severity == "error"


def test_script_that_names_a_source_says_more_than_one_that_includes_it(make_project: MakeProject) -> None:
    root = make_project({"pyproject.toml": "", "a.h": "", "z.c": ""})
    header = an_input("a.h", role="native-source", why="a.c includes it", origin=Origin("a.c", 1))
    source = an_input("a.c", role="native-source", why="setup.py compiles it", origin=Origin("setup.py", 9))
    (root / "a.c").write_text("")
    found = one(root, header, source)
    assert (found.file, found.line, found.subject) == ("setup.py", 9, "a.c")
    assert "`a.c` and `a.h`:" in found.message


def test_new_file_beside_files_named_one_by_one(make_project: MakeProject) -> None:
    root = make_project({"pyproject.toml": keys('"c/a.c"', '"c/b.c"'), "c/a.c": "", "c/b.c": ""})
    found = one(root, an_input("c/*.c", "files", "native-source", why="CMake collects them"))
    assert (found.code, found.severity) == ("CK107", "info")
    assert "`c/new.c`" in found.message
    assert found.fix is not None
    assert found.fix.keys == ('{ file = "c/**/*.c" }',)


def test_new_file_where_no_glob_could_help(make_project: MakeProject) -> None:
    root = make_project({"pyproject.toml": keys('"a.c"'), "a.c": ""})
    assert findings(root, an_input("*.c", "files", "native-source")) == ()


def test_names() -> None:
    assert names(["a"]) == "`a`"
    assert names(["a", "b", "a"]) == "`a` and `b`"
    assert names(["a", "b", "c", "d"], 3) == "`a`, `b`, `c` and 1 more"
    assert names("abcdefghijkl").count("`") == 24
    assert names("abcdefghijklm").endswith("`h` and 5 more")

"""What changes a digest, what does not, and the keys that are made of it."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

import cachekeys
from cachekeys.errors import CacheKeysError
from cachekeys.fingerprint import interpreter

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    MakeProject = Callable[..., Path]

PYPROJECT = """
    [build-system]
    requires = ["setuptools"]
    build-backend = "setuptools.build_meta"

    [project]
    name = "Demo.Kit"
    version = "1"

    [tool.uv]
    cache-keys = ["pyproject.toml", "setup.py", "csrc/**/*.c", { env = "DEMO_FAST" }]
"""
FILES = {
    "pyproject.toml": PYPROJECT,
    "setup.py": """
        import os
        from setuptools import Extension, setup
        MACROS = [("FAST", None)] if os.environ.get("DEMO_SPEED") else []
        setup(ext_modules=[Extension("demo._kit", ["csrc/kit.c"], define_macros=MACROS)])
    """,
    "csrc/kit.c": "int kit(void) { return 1; }\n",
    "csrc/deep/er.c": "int er;\n",
    "demo/__init__.py": "",
    "demo/data.bin": b"\0\1",
    "tests/test_kit.py": "def test(): pass\n",
    "docs/index.md": "# Demo\n",
    ".github/workflows/ci.yml": "on: push\n",
    "README.md": "hello\n",
    "LICENSE": "MIT\n",
}


@pytest.fixture
def project(make_project: MakeProject) -> Path:
    return make_project(FILES)


def value(root: Path, **options: object) -> str:
    options.setdefault("environ", {})
    return cachekeys.digest(root, **options).value  # type: ignore[arg-type]


# -- what counts -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    ["pyproject.toml", "setup.py", "csrc/kit.c", "csrc/deep/er.c", "demo/__init__.py", "demo/data.bin", "LICENSE"],
)
def test_content_that_reaches_the_wheel_counts(project: Path, name: str) -> None:
    before = value(project)
    with open(project / name, "ab") as file:
        file.write(b"\n")
    assert value(project) != before


@pytest.mark.parametrize("name", ["tests/test_kit.py", "docs/index.md", ".github/workflows/ci.yml", "README.md"])
def test_what_no_wheel_holds_does_not_count(project: Path, name: str) -> None:
    before = value(project)
    (project / name).write_text("something else\n")
    assert value(project) == before


def test_an_editable_installation_depends_on_less(project: Path) -> None:
    before = value(project, mode="editable")
    (project / "demo/__init__.py").write_text("x = 1\n")
    (project / "demo/new.py").write_text("")
    assert value(project, mode="editable") == before
    (project / "csrc/kit.c").write_text("int kit(void) { return 2; }\n")
    assert value(project, mode="editable") != before


def test_names_count_too(project: Path) -> None:
    before = value(project)
    (project / "demo/data.bin").rename(project / "demo/date.bin")
    assert value(project) != before


def test_contents_do_not_run_into_each_other(make_project: MakeProject) -> None:
    one = make_project({"pyproject.toml": PYPROJECT, "demo/a": "b", "demo/c": ""}, "one")
    two = make_project({"pyproject.toml": PYPROJECT, "demo/a": "", "demo/c": "b"}, "two")
    assert value(one) != value(two)


def test_a_missing_file_is_not_an_empty_one(project: Path) -> None:
    before = value(project)
    (project / "demo/__init__.py").unlink()
    gone = value(project)
    assert gone != before
    (project / "demo/__init__.py").write_text("")
    assert value(project) == before


def test_symlinks_stand_for_their_content(project: Path) -> None:
    before = value(project)
    (project / "csrc/kit.c").rename(project / "docs/kit.c")
    (project / "csrc/kit.c").symlink_to("../docs/kit.c")
    assert value(project) == before
    (project / "docs/kit.c").write_text("int kit;\n")
    assert value(project) != before


def test_what_is_no_file_does_not_count_and_never_hangs(project: Path) -> None:
    before = value(project)
    os.mkfifo(project / "csrc/pipe.c")
    (project / "csrc/loop.c").symlink_to("loop.c")
    (project / "csrc/gone.c").symlink_to("nowhere")
    (project / "csrc/up.c").symlink_to("..")
    assert value(project) == before


def test_unreadable_files_are_named(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = os.open

    def refuse(path: str, flags: int, mode: int = 0o777) -> int:
        if str(path).endswith("kit.c"):
            raise PermissionError(13, "Permission denied")
        return opened(path, flags, mode)

    before = value(project)
    monkeypatch.setattr(os, "open", refuse)
    found = cachekeys.digest(project, environ={})
    assert found.unreadable == ("csrc/kit.c",)
    assert found.value != before


def test_what_the_build_writes_does_not_count(make_project: MakeProject) -> None:
    text = """
        [build-system]
        requires = ["setuptools", "setuptools-scm"]
        build-backend = "setuptools.build_meta"
        [project]
        name = "demo"
        dynamic = ["version"]
        [tool.setuptools_scm]
        version_file = "demo/_version.py"
        [tool.uv]
        cache-keys = ["demo/**/*.py"]
    """
    root = make_project({"pyproject.toml": text, "demo/__init__.py": ""})
    before = value(root)
    (root / "demo/_version.py").write_text("version = '7'\n")
    assert value(root) == before


@pytest.mark.parametrize("name", [".venv/lib/x.c", "node_modules/x/x.c", "csrc/__pycache__/x.c", ".git/x.c"])
def test_what_differs_between_clones_does_not_count(make_project: MakeProject, name: str) -> None:
    root = make_project({**FILES, "pyproject.toml": PYPROJECT.replace("csrc/**/*.c", "**/*.c")})
    before = value(root)
    (root / name).parent.mkdir(parents=True)
    (root / name).write_text("int x;\n")
    (root / ".venv").mkdir(exist_ok=True)
    (root / ".venv/pyvenv.cfg").write_text("")
    assert value(root) == before


def test_a_file_that_a_key_names_counts_wherever_it_is(make_project: MakeProject) -> None:
    root = make_project(
        {"pyproject.toml": '[tool.uv]\ncache-keys = [".git/HEAD"]\n', ".git/HEAD": "ref: refs/heads/a\n"}
    )
    before = value(root)
    (root / ".git/HEAD").write_text("ref: refs/heads/b\n")
    assert value(root) != before


def test_settings_take_files_out(make_project: MakeProject) -> None:
    text = PYPROJECT + '    [tool.cachekeys]\n    not-inputs = [{ file = "demo/data.bin" }]\n'
    root = make_project({**FILES, "pyproject.toml": text})
    before = value(root)
    (root / "demo/data.bin").write_bytes(b"")
    assert value(root) == before


def test_mentioned_directories_count(make_project: MakeProject) -> None:
    text = PYPROJECT + '    [tool.setuptools]\n    packages = ["demo", "tests"]\n'
    root = make_project({**FILES, "pyproject.toml": text})
    before = value(root)
    (root / "tests/test_kit.py").write_text("")
    assert value(root) != before


def test_excluded_directories_are_not_mentioned(make_project: MakeProject) -> None:
    text = PYPROJECT + '    [tool.setuptools.packages.find]\n    exclude = ["tests"]\n'
    root = make_project({**FILES, "pyproject.toml": text})
    before = value(root)
    (root / "tests/test_kit.py").write_text("")
    assert value(root) == before


def test_packages_that_a_search_finds_count(make_project: MakeProject) -> None:
    setup = "from setuptools import find_packages, setup\nsetup(packages=find_packages())\n"
    root = make_project({**FILES, "setup.py": setup, "tests/__init__.py": ""})
    before = value(root)
    (root / "tests/test_kit.py").write_text("")
    assert value(root) != before


def test_files_outside_by_an_absolute_key(make_project: MakeProject) -> None:
    outside = make_project({"shared/x.h": "1", "shared/one.h": "1"}, "outside")
    found = []
    for name in ("one", "two"):
        text = f'[tool.uv]\ncache-keys = ["{outside}/shared/*.h", "{outside}/shared/one.h", "../outside/shared/x.h"]\n'
        root = make_project({"pyproject.toml": text}, name)
        found.append(cachekeys.digest(root, environ={}))
    assert found[0].value == found[1].value
    assert found[0].files == 5  # pyproject.toml, two by the glob, one by its name, one by ".."
    (outside / "shared/x.h").write_text("2")
    assert value(outside.parent / "two") != found[0].value


def test_links_to_directories_in_keys(make_project: MakeProject) -> None:
    root = make_project({"pyproject.toml": '[tool.uv]\ncache-keys = ["linked/*.h"]\n', "real/x.h": "1"})
    (root / "linked").symlink_to("real")
    before = value(root, mode="editable")
    (root / "real/x.h").write_text("2")
    assert value(root, mode="editable") != before


# -- circumstances ---------------------------------------------------------------------------------------------------


def test_times_modes_and_places_do_not_count(project: Path, tmp_path: Path) -> None:
    before = cachekeys.digest(project, environ={})
    copy = tmp_path / "somewhere" / "else"
    shutil.copytree(project, copy, copy_function=shutil.copyfile)
    for path in copy.rglob("*"):
        os.utime(path, (0, 0))
        if path.is_file():
            path.chmod(0o600)
    assert cachekeys.digest(copy, environ={}) == before
    assert cachekeys.digest(os.path.relpath(copy), environ={}) == before


def test_another_locale_changes_nothing(project: Path) -> None:
    (project / "csrc/é\udcff.c").write_text("int e;\n")
    (project / "csrc/z.c").write_text("int z;\n")
    answers = {
        subprocess.run(
            [sys.executable, "-m", "cachekeys", "digest", str(project)],
            env={"PATH": os.environ["PATH"], **environ},
            capture_output=True,
            check=True,
        ).stdout
        for environ in (
            {"LC_ALL": "C.UTF-8", "PYTHONUTF8": "1"},
            {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
            {"LC_ALL": "POSIX", "PYTHONHASHSEED": "7"},
        )
    }
    assert len(answers) == 1


@pytest.mark.parametrize("name", ["DEMO_FAST", "DEMO_SPEED"])  # one is keyed, the other only read by setup.py
def test_variables_count_by_their_values(project: Path, name: str) -> None:
    states = [cachekeys.digest(project, environ=environ) for environ in ({}, {name: ""}, {name: "1"}, {name: "2"})]
    assert len({found.value for found in states}) == len(states)
    assert [found.environment[name] for found in states] == ["unset", "empty", "set", "set"]
    assert value(project, environ={name: "1", "UNRELATED": "x"}) == states[2].value
    without = {value(project, environ={name: text}, without=["environment"]) for text in "12"}
    assert len(without) == 1


def test_no_value_of_a_variable_is_shown(project: Path) -> None:
    found = cachekeys.digest(project, environ={"DEMO_FAST": "s3cret"})
    assert "s3cret" not in repr(found)
    assert hashlib.sha256(b"s3cret").hexdigest() not in repr(found)


def test_python_and_platform(project: Path) -> None:
    found = cachekeys.digest(project, environ={})
    assert (found.python, found.platform) == interpreter.describe()
    bare = cachekeys.digest(project, environ={}, without=["python", "platform"])
    assert (bare.python, bare.platform) == (None, None)
    assert bare.value != found.value
    assert bare.without == ("platform", "python")


def test_another_python(project: Path) -> None:
    assert cachekeys.digest(project, environ={}, python=sys.executable) == cachekeys.digest(project, environ={})
    for python in ("/no/such/python", shutil.which("true") or "true"):
        with pytest.raises(CacheKeysError, match="cannot be asked"):
            cachekeys.digest(project, python=python)


def test_names_of_interpreters(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sysconfig.get_platform", lambda: "macosx-11.0-universal2")
    monkeypatch.setattr(sys, "platform", "darwin")
    monkeypatch.setattr(sys, "abiflags", "t", raising=False)
    python, platform = interpreter.describe()
    assert python == f"cpython{sys.version_info[0]}{sys.version_info[1]}t"
    assert platform == f"macosx_11.0_universal2_{os.uname().machine}"


def test_a_platform_without_glibc(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: str) -> str:
        raise ValueError("unrecognized configuration name")

    monkeypatch.setattr(os, "confstr", refuse)
    assert interpreter.describe()[1].endswith("_musl")


# -- git -------------------------------------------------------------------------------------------------------------

SCM = """
    [build-system]
    requires = ["setuptools", "setuptools-scm"]
    build-backend = "setuptools.build_meta"
    [project]
    name = "demo"
    dynamic = ["version"]
    [tool.setuptools_scm]
"""


def git(root: Path, *arguments: str) -> None:
    identity = ("-c", "user.name=a", "-c", "user.email=a@b", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *identity, *arguments], cwd=root, check=True, capture_output=True)


@pytest.fixture
def repository(make_project: MakeProject) -> Path:
    root = make_project({"pyproject.toml": SCM, "demo/__init__.py": "", ".gitignore": "*.so\n/demo/gen/\n"})
    git(root, "init", "-q", "-b", "main")
    git(root, "add", ".")
    git(root, "commit", "-q", "-m", "one")
    return root


def test_the_commit_counts_where_the_version_comes_from_it(repository: Path) -> None:
    before, bare = cachekeys.digest(repository, environ={}), value(repository, without=["git"])
    assert before.git["commit"] is not None
    git(repository, "commit", "-q", "--allow-empty", "-m", "two")
    after = cachekeys.digest(repository, environ={})
    assert after.value != before.value
    assert after.restore_keys == before.restore_keys
    assert value(repository, without=["git"]) == bare
    git(repository, "tag", "v1")
    assert value(repository) != after.value


def test_an_unkeyed_commit_does_not_count_where_nothing_reads_it(repository: Path) -> None:
    (repository / "pyproject.toml").write_text('[project]\nname = "demo"\nversion = "1"\n')
    before = cachekeys.digest(repository, environ={})
    assert before.git == {}
    git(repository, "commit", "-q", "--allow-empty", "-m", "two")
    assert value(repository) == before.value
    (repository / "pyproject.toml").write_text(
        '[project]\nname = "demo"\nversion = "1"\n[tool.uv]\ncache-keys = [{ git = true }]\n'
    )
    assert set(cachekeys.digest(repository).git) == {"commit"}


def test_clones_agree(repository: Path, tmp_path: Path) -> None:
    git(repository, "tag", "-m", "first", "v1")
    git(repository, "gc", "-q")
    git(tmp_path, "clone", "-q", str(repository), "clone")
    assert cachekeys.digest(tmp_path / "clone", environ={}) == cachekeys.digest(repository, environ={})


def test_what_git_ignores_is_no_source_of_a_wheel(repository: Path) -> None:
    before = value(repository)
    (repository / "demo/gen/deep").mkdir(parents=True)
    (repository / "demo/gen/deep/x.py").write_text("")
    (repository / "demo/_kit.so").write_bytes(b"ELF")
    assert value(repository) == before
    (repository / "demo/untracked.py").write_text("")
    assert value(repository) != before


def test_git_state_that_cannot_be_read_is_said(make_project: MakeProject) -> None:
    found = cachekeys.digest(make_project({"pyproject.toml": SCM}), environ={})
    assert found.git["commit"] is None
    assert any(note.startswith("git commit cannot be read: ") for note in found.notes)
    assert cachekeys.digest(make_project({}), environ={}, without=["git"]).notes == ()


def test_an_unpacked_sdist_has_left_its_repository(repository: Path) -> None:
    text = SCM.replace("[tool.setuptools_scm]", "[tool.setuptools_scm]\n[tool.uv]\ncache-keys = [{ git = true }]")
    sdist = repository / "unpacked"
    sdist.mkdir()
    (sdist / "pyproject.toml").write_text(text.replace("\n    ", "\n"))
    (sdist / "PKG-INFO").write_text("Metadata-Version: 2.1\nName: demo\nVersion: 1\n")
    assert cachekeys.digest(sdist, environ={}).git == {}


# -- keys ------------------------------------------------------------------------------------------------------------


def test_the_key_and_its_beginnings(project: Path) -> None:
    found = cachekeys.digest(project, environ={})
    assert found.key.startswith(f"demo-kit-{found.platform}-{found.python}-")
    assert found.key.endswith("-" + found.value)
    assert len(found.restore_keys) == 3
    assert found.restore_keys[-1] == f"demo-kit-{found.platform}-"
    for longer, shorter in zip((found.key, *found.restore_keys), found.restore_keys, strict=False):
        assert longer.startswith(shorter)
        assert len(longer) > len(shorter)


def test_sources_leave_the_first_fallback_alone(project: Path) -> None:
    before = cachekeys.digest(project, environ={})
    (project / "csrc/kit.c").write_text("int kit;\n")
    source = cachekeys.digest(project, environ={})
    assert source.restore_keys == before.restore_keys
    (project / "setup.py").write_text("from setuptools import setup\nsetup()\n")
    script = cachekeys.digest(project, environ={})
    assert script.restore_keys[0] != before.restore_keys[0]
    assert script.restore_keys[1:] == before.restore_keys[1:]


def test_prefixes_are_made_acceptable(project: Path) -> None:
    found = cachekeys.digest(project, environ={}, prefix="gcc 13, a/b\n", without=["python", "platform"])
    assert found.key.startswith("gcc_13__a_b_-")
    assert found.restore_keys[-1] == "gcc_13__a_b_-"
    assert len(cachekeys.digest(project, prefix="x" * 9000).key) < 512


def test_a_project_without_a_name(make_project: MakeProject) -> None:
    root = make_project({"setup.py": "from setuptools import setup\nsetup(name=compute())\n"})
    assert cachekeys.digest(root).key.startswith("project-")


def test_what_is_refused(make_project: MakeProject, project: Path) -> None:
    with pytest.raises(CacheKeysError, match="cache-keys"):
        cachekeys.digest(make_project({"pyproject.toml": "[tool.uv]\ncache-keys = [1]\n"}, "broken"))
    with pytest.raises(CacheKeysError, match="no part 'color'"):
        cachekeys.digest(project, without=["color"])  # type: ignore[list-item]


def test_the_name_stays_the_function() -> None:
    import cachekeys.fingerprint.digest  # a module of that name would replace the function

    assert callable(cachekeys.digest)

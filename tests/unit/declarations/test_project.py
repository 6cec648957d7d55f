"""The project as a read-only view: every kind of bad file ends in a clear message, never in a traceback."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from cachekeys.errors import ProjectError, TomlError
from cachekeys.project import MAX_SIZE, Project, normalise, requirement_names

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    MakeProject = Callable[[Mapping[str, str | bytes]], Path]

posix = pytest.mark.skipif(sys.platform == "win32", reason="a POSIX file system is needed")


def refuse(root: str | os.PathLike[str]) -> str:
    with pytest.raises(ProjectError) as refused:
        Project(root)
    return str(refused.value)


# -- the directory ---------------------------------------------------------------------------------------------------


def test_no_directory(tmp_path: Path) -> None:
    assert refuse(tmp_path / "no") == f"{tmp_path}/no: does not exist; name the directory that holds pyproject.toml"
    (tmp_path / "file").touch()
    assert "is not a directory" in refuse(tmp_path / "file")
    assert "does not exist" in refuse(f"{tmp_path}/a\0b")
    assert "there is no pyproject.toml, setup.py or setup.cfg" in refuse(tmp_path)


def test_messages_name_the_path_as_the_user_did(make_project: MakeProject, monkeypatch: pytest.MonkeyPatch) -> None:
    root = make_project({"pyproject.toml": "x"})
    monkeypatch.chdir(root.parent)
    assert refuse("project").startswith("project/pyproject.toml:1:2: ")
    assert refuse("./project/").startswith("project/pyproject.toml:1:2: ")
    assert refuse(root).startswith(f"{root}/pyproject.toml:1:2: ")
    monkeypatch.chdir(root)
    assert refuse(".").startswith("pyproject.toml:1:2: ")
    assert refuse("").startswith("pyproject.toml:1:2: ")
    assert refuse("../project").startswith("../project/pyproject.toml:1:2: ")


@posix
def test_names_that_are_not_utf_8(make_project: MakeProject) -> None:
    root = make_project({"pyproject.toml": "", "d/x.txt": ""})
    (root / "caf\udce9.txt").touch()
    (root / "d\udcff").mkdir()
    (root / "d\udcff" / "y").touch()
    assert Project(root).files == ("caf\udce9.txt", "d/x.txt", "d\udcff/y", "pyproject.toml")


@posix
def test_the_current_directory_is_gone(tmp_path: Path) -> None:
    program = textwrap.dedent(
        """
        import os, sys
        os.mkdir(sys.argv[1]); os.chdir(sys.argv[1]); os.rmdir(sys.argv[1])
        from cachekeys.project import Project
        from cachekeys.errors import ProjectError
        try:
            Project(".")
        except ProjectError as error:
            print(error)
        """
    )
    done = subprocess.run(
        [sys.executable, "-c", program, tmp_path / "gone"], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout == ".: the current directory no longer exists; name an absolute path\n"


# -- pyproject.toml --------------------------------------------------------------------------------------------------


@posix
def test_pyproject_is_no_file(tmp_path: Path) -> None:
    path = tmp_path / "pyproject.toml"
    path.mkdir()
    assert refuse(tmp_path) == f"{path}: cannot be read: it is a directory, not a file"
    path.rmdir()
    os.mkfifo(path)
    assert refuse(tmp_path) == f"{path}: cannot be read: it is a FIFO, not a file"
    path.unlink()
    path.symlink_to("/dev/zero")
    assert refuse(tmp_path) == f"{path}: cannot be read: it is a device, not a file"
    path.unlink()
    path.symlink_to("pyproject.toml")
    assert "a symlink points back at itself" in refuse(tmp_path)
    path.unlink()
    path.symlink_to("nothing")
    assert "it is a symlink to nothing" in refuse(tmp_path)
    path.unlink()
    path.symlink_to("/proc/self/mem")
    assert str(path) in refuse(tmp_path)
    path.unlink()


@posix
def test_pyproject_is_a_socket(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)  # the path of a socket must be short
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("pyproject.toml")
        assert "pyproject.toml: cannot be read: " in refuse(".")


def test_pyproject_is_huge_or_binary(tmp_path: Path) -> None:
    path = tmp_path / "pyproject.toml"
    with path.open("wb") as file:
        file.truncate(MAX_SIZE + 1)
    assert refuse(tmp_path) == f"{path}: is larger than 16 MiB and was not read"
    path.write_bytes(Path(sys.executable).read_bytes()[: 1 << 20])
    assert "binary" in refuse(tmp_path) or "UTF-8" in refuse(tmp_path)
    path.write_bytes(b"[project]\nname = 'x'\n\0")
    with pytest.raises(TomlError, match="NUL byte"):
        Project(tmp_path)


def test_a_large_file_is_read_up_to_the_limit(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("#" * (MAX_SIZE - 1) + "\n")
    assert Project(tmp_path).pyproject is not None


def test_setup_py_alone_is_a_project(make_project: MakeProject) -> None:
    project = Project(make_project({"setup.py": ""}))
    assert project.pyproject is None
    assert project.get("project", "name", default="d") == "d"
    assert project.build_backend == "setuptools.build_meta:__legacy__"
    assert project.uses_setuptools


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("project = 3", 1, "project: the integer 3 is not accepted; write a table"),
        ("[[project]]\nname = 'x'", 1, "write a table"),
        ("[project]\nname = 3", 2, "project.name: the integer 3 is not accepted; write a string"),
        ("[project]\nversion = 1.0", 2, "project.version: the float 1.0"),
        (
            "[project]\n\ndynamic = 'version'",
            3,
            'project.dynamic: the string "version" is not accepted; write an array',
        ),
        ("[project]\ndynamic = [1]", 2, "an array of strings"),
        ("build-system = []", 1, "build-system: an empty array"),
        ("[build-system]\nrequires = 'a'", 2, "build-system.requires: "),
        ("[build-system]\nbuild-backend = ['a']", 2, "build-system.build-backend: "),
        ("[build-system]\nbackend-path = '.'", 2, "build-system.backend-path: "),
    ],
)
def test_shapes(make_project: MakeProject, text: str, line: int, words: str) -> None:
    project = Project(make_project({"pyproject.toml": text}))
    (problem,) = project.problems
    assert (problem.file, problem.line) == ("pyproject.toml", line)
    assert words in problem.message
    assert project.name in (None, "x")
    assert project.dynamic == frozenset()
    assert project.build_requires == frozenset()
    assert isinstance(project.build_backend, str)
    assert isinstance(project.uses_setuptools, bool)


def test_no_shape_is_complained_about_in_a_sound_project(make_project: MakeProject) -> None:
    text = """
        [build-system]
        requires = ["hatchling"]
        build-backend = "backend"
        backend-path = ["."]
        [project]
        name = "My.Package"
        version = "1"
        dynamic = ["readme"]
    """
    project = Project(make_project({"pyproject.toml": text}))
    assert not project.problems
    assert project.name == "my-package"
    assert project.dynamic == {"readme"}
    assert not project.uses_setuptools


@pytest.mark.parametrize(
    ("files", "name"),
    [
        ({"pyproject.toml": "[project]\nname = ' A_b '"}, "a-b"),
        ({"pyproject.toml": "[project]\nname = ''\n[tool.poetry]\nname = 'p'"}, "p"),
        ({"pyproject.toml": "", "setup.cfg": "[metadata]\nname = C.d\n"}, "c-d"),
        ({"pyproject.toml": "", "setup.cfg": "[metadata]\nname =\n"}, None),
        ({"pyproject.toml": "tool = 3\nproject = 'x'"}, None),
    ],
)
def test_name(make_project: MakeProject, files: Mapping[str, str | bytes], name: str | None) -> None:
    assert Project(make_project(files)).name == name


# -- other files -----------------------------------------------------------------------------------------------------


@posix
def test_unreadable_files_are_problems_and_count_as_absent(make_project: MakeProject) -> None:
    root = make_project({"pyproject.toml": "", "latin.txt": b"a\nb\xe9", "dir/x": "", "file": ""})
    os.mkfifo(root / "fifo")
    (root / "loop").symlink_to("loop")
    (root / "broken").symlink_to("nothing")
    project = Project(root)
    for relative in ("latin.txt", "dir", "fifo", "loop", "broken", "a\0b", "\ud800"):
        assert project.read_text(relative) is None
        assert project.read_text(relative) is None  # is asked once, complained about once
    assert [(problem.file, problem.line) for problem in project.problems] == [
        ("latin.txt", 2),
        ("dir", None),
        ("fifo", None),
        ("loop", None),
        ("broken", None),
        ("a\0b", None),
        ("\ud800", None),
    ]
    for relative in ("no", "file/below", "dir/no", "x" * 300):
        assert project.read_bytes(relative) is None
        assert not project.is_file(relative)
    assert len(project.problems) == 8  # a name that is too long is worth a word
    assert not any(project.is_file(name) or project.is_dir(name) for name in ("loop", "a\0b", "\ud800", "fifo"))


def test_text_is_decoded_like_uv_and_python_do(make_project: MakeProject) -> None:
    root = make_project({"pyproject.toml": "", "x.txt": b"\xef\xbb\xbfa\r\nb\rc\n"})
    assert Project(root).read_text("x.txt") == "a\nb\nc\n"


_DIRECTORIES = (
    "a/ a/b/ a/b/c/ a/\udcff/ link/ a/link/ venv/ venv/lib/ .git/ a/.tox/ x.egg-info/ no/ a/b/f/ A/ ../ ../beside/ ./a/ a/../a/ "
    "a// / // /a/ a/./ a\0/"
)


@posix
@pytest.mark.parametrize("directory", _DIRECTORIES.split(" "))
def test_files_below_a_directory_before_all_are_known(make_project: MakeProject, directory: str) -> None:
    names = ("a/b/f", "a/b/c/g", "a/e", "venv/lib/f", ".git/f", "a/.tox/f", "x.egg-info/f", "venv/pyvenv.cfg", "f")
    root = make_project({"pyproject.toml": "", **dict.fromkeys(names, "")})
    (root / "link").symlink_to("a")
    (root / "a/link").symlink_to("b")
    os.makedirs(os.fsencode(root / "a") + b"/\xff")
    (root.parent / "beside").mkdir(exist_ok=True)
    (root.parent / "beside" / "f").touch()
    early, late = Project(root), Project(root)
    found = early.files_below(directory)
    assert "files" not in vars(early)
    assert late.files
    assert found == late.files_below(directory)
    assert early.problems == late.problems


@posix
def test_files(make_project: MakeProject) -> None:
    root = make_project(
        {
            "pyproject.toml": "",
            "src/a.py": "",
            ".git/config": "",
            "pkg.egg-info/PKG-INFO": "",
            "venv/pyvenv.cfg": "",
            "venv/lib/x.py": "",
            "sub/__pycache__/x.pyc": "",
            ".hidden/y": "",
        }
    )
    (root / "link.py").symlink_to("src/a.py")
    (root / "dangling").symlink_to("nothing")
    (root / "self").symlink_to("self")
    (root / "up").symlink_to("..")
    (root / "src" / "again").symlink_to("../src")
    os.mkfifo(root / "fifo")
    project = Project(root)
    assert project.files == (".hidden/y", "link.py", "pyproject.toml", "src/a.py")
    assert not project.problems
    assert project.glob("src/*.py") == ("src/a.py",)


# -- permissions: what root may do says nothing, so another user asks ---------------------------------------------------

_ASK = """
import os, sys
sys.path[:0] = {paths!r}
os.setgid(65534); os.setgroups([]); os.setuid(65534)
from cachekeys.project import Project
from cachekeys.errors import ProjectError
try:
    project = Project(sys.argv[1])
    print(project.read_text("secret.txt"), project.files, project.is_file("closed/x"))
    print([(problem.file, problem.message) for problem in project.problems])
except ProjectError as error:
    print(error)
"""


def _as_nobody(root: Path) -> str:
    # The standard library may lie where nobody may look: everything is imported before the user changes.
    program = "import cachekeys.project, cachekeys.tomlfile, cachekeys.toml.text\n" + _ASK.format(
        paths=[path for path in sys.path if path]
    )
    done = subprocess.run(
        [sys.executable, "-c", program, root], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.stderr == ""
    return done.stdout


@pytest.fixture
def open_project() -> Iterator[Path]:
    """A project that every user may read; pytest's own directories are closed to others."""
    if sys.platform == "win32" or os.geteuid() != 0:
        pytest.skip("only root can become another user")
    with tempfile.TemporaryDirectory() as above:
        os.chmod(above, 0o755)
        root = Path(above, "project")
        for directory in (root, root / "closed", root / "open"):
            directory.mkdir(mode=0o755)
        for name in ("pyproject.toml", "secret.txt", "closed/x", "open/y"):
            (root / name).write_text("x" if name == "secret.txt" else "")
            (root / name).chmod(0o644)
        yield root


@posix
def test_another_user_may_read_everything(open_project: Path) -> None:
    assert _as_nobody(open_project).startswith("x ('closed/x', 'open/y', 'pyproject.toml', 'secret.txt') True\n[]")


@posix
def test_unreadable_file_and_directory(open_project: Path) -> None:
    (open_project / "secret.txt").chmod(0)
    (open_project / "closed").chmod(0)
    assert _as_nobody(open_project) == (
        "None ('open/y', 'pyproject.toml', 'secret.txt') False\n"
        "[('secret.txt', 'cannot be read: Permission denied; give yourself the permission to read it'), "
        "('closed', 'cannot be listed: Permission denied; give yourself the permission to read it')]\n"
    )
    (open_project / "closed").chmod(0o755)


@posix
def test_unreadable_pyproject(open_project: Path) -> None:
    (open_project / "pyproject.toml").chmod(0)
    assert _as_nobody(open_project) == (
        f"{open_project}/pyproject.toml: cannot be read: Permission denied; give yourself the permission to read it\n"
    )


@posix
@pytest.mark.parametrize(("mode", "words"), [(0, "Permission denied"), (0o600, "Permission denied"), (0o111, "")])
def test_closed_root(open_project: Path, mode: int, words: str) -> None:
    open_project.chmod(mode)
    said = _as_nobody(open_project)
    open_project.chmod(0o755)
    if words:
        assert said.startswith(f"{open_project}/pyproject.toml: cannot be read: {words}")
    else:  # it may be entered and not listed
        assert said.startswith("x () True\n[('.', 'cannot be listed: Permission denied")


# -- names -----------------------------------------------------------------------------------------------------------


def test_normalise() -> None:
    assert [normalise(name) for name in ("A", "a_b", "a-.b", "a--b", "A.B_c")] == ["a", "a-b", "a-b", "a-b", "a-b-c"]


def test_requirement_names() -> None:
    listed = ["Setuptools>=64", "a.b [x] ; python_version < '3'", "c@ file:///x", "", 3, ">=1", " d "]
    assert requirement_names(listed) == ["setuptools", "a-b", "c", "d"]
    assert requirement_names("setuptools") == []
    assert requirement_names(None) == []

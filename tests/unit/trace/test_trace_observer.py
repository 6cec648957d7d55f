"""The observer inside the build's Python processes: every channel, in every Python that is installed here."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from support.observed_python import OBSERVER, PYTHONS, Observed, names

from cachekeys.trace.events import read_log

if TYPE_CHECKING:
    from collections.abc import Callable


CHANNELS = """\
import glob, io, os, pathlib, subprocess, sys
open("by_open.txt").read()
io.open("by_io.txt").read()
pathlib.Path("by_pathlib.txt").read_text()
os.close(os.open("by_os_open.txt", os.O_RDONLY))
os.path.exists("by_exists.txt"); os.path.exists("no_exists.txt")
pathlib.Path("by_is_file.txt").is_file(); pathlib.Path("no_is_file.txt").is_file()
os.access("by_access.txt", os.R_OK); os.access("no_access.txt", os.R_OK)
os.lstat("by_lstat.txt")
os.path.getmtime("by_getmtime.txt")
try: open("no_open.txt")
except FileNotFoundError: pass
os.listdir("listed"); list(os.scandir("scanned")); glob.glob("globbed/*.txt"); list(pathlib.Path("iterated").iterdir())
import localmodule
open("written.txt", "w").close(); os.remove("removed.txt"); os.rename("from.txt", "to.txt"); os.mkdir("made")
subprocess.check_call([sys.executable, "-c", "open('by_child.txt').read()"])
os.system("exit 0 # by_system")
"""


@pytest.mark.parametrize("version", PYTHONS)
def test_all_channels(version: str, in_python: Callable[[str], Observed]) -> None:
    observed = in_python(version)
    for name in ("open", "io", "pathlib", "os_open", "exists", "is_file", "access", "lstat", "getmtime", "child"):
        (observed.root / f"by_{name}.txt").write_text("x", encoding="utf-8")
    for name in ("removed.txt", "from.txt", "localmodule.py"):
        (observed.root / name).write_text("", encoding="utf-8")
    for name in ("listed", "scanned", "globbed", "iterated"):
        (observed.root / name).mkdir()
    log = observed.run(CHANNELS)
    read = {
        "by_open.txt",
        "by_io.txt",
        "by_pathlib.txt",
        "by_os_open.txt",
        "by_child.txt",
        "localmodule.py",
        "setup.py",
    }
    assert observed.paths(log, "read") == read
    asked = {"by_exists.txt", "by_is_file.txt", "by_access.txt", "by_lstat.txt", "by_getmtime.txt"}
    assert asked <= observed.paths(log, "stat")
    assert {f"no_{name}.txt" for name in ("exists", "is_file", "access", "open")} == observed.paths(log, "missing")
    assert observed.paths(log, "list") == {"listed", "scanned", "globbed", "iterated"}
    assert observed.paths(log, "write") == {"written.txt", "removed.txt", "from.txt", "to.txt", "made"}
    assert [record.arguments[1] for record in log.started] == ["-c", "-c"]
    assert "by_system" in log.started[1].arguments[2]
    child = log.processes[1]
    assert child.arguments[1:] == log.started[0].arguments[1:]
    assert child.parent_pid == log.processes[0].pid
    lines = {os.path.basename(event.subject): event.line for _, event in log.events if event.own}
    assert lines["by_open.txt"] == 2
    assert lines["by_pathlib.txt"] == 4
    assert lines["no_exists.txt"] == 6


ENVIRONMENT = """\
import os
from os import environ
environ["BY_ITEM"] if "BY_ITEM" in environ else None
environ.get("BY_GET")
os.getenv("BY_GETENV")
environ.pop("BY_POP", None)
"BY_IN" in os.environ
os.environb.get(b"BY_BYTES")
copied = os.environ.copy()
copied.get("BY_COPY"); copied["OWN_COPY"] = "1"
os.environ["OWN_SET"] = "1"; os.environ.get("OWN_SET")
os.environ.setdefault("BY_SETDEFAULT", "x")
dict(os.environ); {**os.environ}; [name for name in os.environ]; list(os.environ.items())
import tempfile, shutil; tempfile.gettempdir(); shutil.which("nothing"); os.path.expanduser("~")
"""


@pytest.mark.parametrize("version", PYTHONS)
@pytest.mark.skipif(os.name == "nt", reason="os.environb")
def test_environment_by_name_and_line(version: str, in_python: Callable[[str], Observed]) -> None:
    log = in_python(version).run(ENVIRONMENT, BY_IN="1", HOME="/nowhere")
    expected = {
        "BY_ITEM": 3,
        "BY_GET": 4,
        "BY_GETENV": 5,
        "BY_POP": 6,
        "BY_IN": 7,
        "BY_BYTES": 8,
        "BY_COPY": 10,
        "BY_SETDEFAULT": 12,
    }
    assert names(log) == {name: ("setup.py", line, True) for name, line in expected.items()}
    assert log.set_variables == {"BY_IN"}
    assert {event.line for _, event in log.events if event.kind == "environ"} == {13}


def test_no_value_is_written(observed: Observed) -> None:
    observed.run(
        "import os; os.environ['SECRET_NAME']; os.environ.copy(); dict(os.environ)", SECRET_NAME="hunter2-value"
    )
    text = "".join(path.read_text(encoding="utf-8") for path in observed.log.iterdir())
    assert "SECRET_NAME" in text
    assert "hunter2-value" not in text


EXECUTED = """\
import os, types
code = open("setup.py").read().split("# 8< ", 1)[0] if False else "import os\\n\\nos.environ.get('IN_STRING')\\n"
exec(compile(code, "<string>", "exec"), {"__file__": os.path.abspath("inner_setup.py"), "__name__": "__main__"})
"""


def test_code_executed_from_a_string_is_its_files(observed: Observed) -> None:
    (observed.root / "inner_setup.py").write_text("", encoding="utf-8")
    assert names(observed.run(EXECUTED))["IN_STRING"] == ("inner_setup.py", 3, True)


def test_a_library_in_between_is_not_the_project(observed: Observed, tmp_path: Path) -> None:
    packages = tmp_path / "site-packages"
    packages.mkdir()
    (packages / "library.py").write_text(
        "import os\ndef ask():\n    os.environ.get('BY_LIBRARY')\n    open('by_library.txt').read()\n", encoding="utf-8"
    )
    (observed.root / "by_library.txt").write_text("", encoding="utf-8")
    log = observed.run(f"import sys\nsys.path.insert(0, {str(packages)!r})\nimport library\nlibrary.ask()\n")
    assert names(log) == {"BY_LIBRARY": ("setup.py", 4, False)}
    opened = next(event for _, event in log.events if event.subject.endswith("by_library.txt"))
    assert (opened.own, opened.line) == (False, 4)


def test_written_even_when_the_process_is_cut_off(observed: Observed) -> None:
    (observed.root / "a.txt").write_text("", encoding="utf-8")
    log = observed.run("import os; open('a.txt').close(); os._exit(0)")
    assert "a.txt" in observed.paths(log, "read")


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork")
def test_a_forked_child_has_its_own_log(observed: Observed) -> None:
    (observed.root / "child.txt").write_text("", encoding="utf-8")
    log = observed.run(
        "import os\npid = os.fork()\nif not pid:\n    open('child.txt').close(); os._exit(0)\nos.waitpid(pid, 0)\n",
        "-W",
        "ignore",
    )
    assert len(log.processes) == 2
    assert log.processes[1].parent_pid == log.processes[0].pid
    pid = next(pid for pid, event in log.events if event.subject.endswith("child.txt"))
    assert pid == log.processes[1].pid


@pytest.mark.skipif(os.name == "nt", reason="closerange")
def test_a_program_without_our_variables_is_told(observed: Observed) -> None:
    log = observed.run(
        "import os, subprocess, sys\n"
        "run = lambda code, **how: subprocess.run([sys.executable, '-c', code], check=True, **how)\n"
        "run('1', env={}); run('2', env={b'X': b'1'}); run('3', env=dict(os.environ)); run('4', env=None); run('5')\n"
        "pid = os.posix_spawn(sys.executable, ['python', '-c', '6'], {}); os.waitpid(pid, 0)\n"
        "pid = os.posix_spawn(sys.executable, ['python', '-c', '7'], os.environ); os.waitpid(pid, 0)\n"
    )
    assert [words[-1] for words in log.unseen] == ["1", "2", "6"]


def test_a_reused_descriptor_is_never_written_to(observed: Observed) -> None:
    """A daemon closes all descriptors; the number of the log then belongs to a file of the build."""
    (observed.root / "late.txt").write_text("", encoding="utf-8")
    code = """\
import os
os.closerange(3, 64)
files = [open("out%d.txt" % number, "w") for number in range(8)]
open("late.txt").close()
os.path.exists("later.txt")
for file in files: file.close()
"""
    log = observed.run(code)
    assert "late.txt" in observed.paths(log, "read")
    assert "later.txt" in observed.paths(log, "missing")
    assert all((observed.root / f"out{number}.txt").read_text(encoding="utf-8") == "" for number in range(8))


ASKING = """
import os
for _ in range(3):
    os.path.isfile("note.txt"); os.path.exists("gone.txt"); os.access("denied.txt", os.R_OK)
    os.path.realpath("resolved/inner.txt")
os.chdir("sub")
os.path.isfile("note.txt"); os.path.exists("gone.txt")
back = os.open(os.pardir, os.O_RDONLY)
os.fchdir(back)
os.path.lexists("resolved/inner.txt")
os.remove("note.txt"); os.path.isfile("note.txt")
try: os.stat(["no hash"])
except TypeError: pass
"""


def test_a_question_asked_again_is_noted_again_only_when_its_answer_or_the_directory_changed(
    observed: Observed,
) -> None:
    (observed.root / "sub").mkdir()
    for name in ("note.txt", "sub/gone.txt"):
        (observed.root / name).touch()
    log = observed.run(ASKING)
    asked = [
        (event.kind, os.path.relpath(event.subject, observed.root).replace(os.sep, "/"))
        for _, event in log.events
        if event.kind in {"stat", "missing"}
    ]
    expected = [
        ("stat", "note.txt"),
        ("missing", "gone.txt"),
        ("missing", "denied.txt"),
        ("missing", "sub/note.txt"),
        ("stat", "sub/gone.txt"),
        ("missing", "resolved/inner.txt"),
        ("missing", "note.txt"),
    ]
    assert [one for one in asked if one[1].endswith(".txt")] == expected


def test_files_of_a_tree_that_goes_are_kept(observed: Observed) -> None:
    code = """\
import os, shutil, tempfile
with tempfile.TemporaryDirectory() as top:
    os.makedirs(os.path.join(top, "sub", "reply"))
    for name in (".ninja_log", os.path.join("sub", "reply", "a.json"), os.path.join("sub", "a.json")):
        with open(os.path.join(top, name), "w") as file:
            file.write(name)
"""
    log = observed.run(code, CACHEKEYS_TRACE_KEEP=os.pathsep.join([".ninja_log", "reply/*.json"]))
    kept = {os.path.basename(path): Path(copy).read_text(encoding="utf-8") for path, copy in log.kept.items()}
    assert kept == {".ninja_log": ".ninja_log", "a.json": os.path.join("sub", "reply", "a.json")}


def test_the_insides_of_a_removed_tree_are_not_the_projects(observed: Observed) -> None:
    """``rmtree`` works with descriptors: the names in its events are relative to directories that they do not name."""
    (observed.root / "same.txt").write_text("", encoding="utf-8")
    code = """\
import os, shutil, tempfile
top = tempfile.mkdtemp()
os.mkdir(os.path.join(top, "src")); open(os.path.join(top, "same.txt"), "w").close()
shutil.rmtree(top)
"""
    log = observed.run(code)
    assert observed.paths(log, "write") & {"same.txt", "src"} == set()
    assert observed.paths(log, "missing") & {"same.txt", "src"} == set()


def test_a_front_end_is_only_a_carrier(observed: Observed, tmp_path: Path) -> None:
    """pip overwrites PYTHONPATH for the back end; what pip reads itself is not the build's."""
    package = tmp_path / "pip"
    package.mkdir()
    (observed.root / "read_by_pip.txt").write_text("", encoding="utf-8")
    (observed.root / "setup.py").write_text("open('read_by_setup.txt').close()", encoding="utf-8")
    (observed.root / "read_by_setup.txt").write_text("", encoding="utf-8")
    (package / "__main__.py").write_text(
        "import os, subprocess, sys\nopen('read_by_pip.txt').close(); os.environ.get('BY_PIP')\n"
        "environ = os.environ.copy(); environ['PYTHONPATH'] = 'overwritten'\n"
        "subprocess.check_call([sys.executable, 'setup.py'], env=environ)\n",
        encoding="utf-8",
    )
    subprocess.run(
        [observed.python, str(package / "__main__.py")], cwd=observed.root, env=observed.environ(), check=True
    )
    log = read_log(str(observed.log))
    assert [process.front_end for process in log.processes] == [True, False]
    assert observed.paths(log, "read") == {"setup.py", "read_by_setup.txt"}
    assert "BY_PIP" not in names(log)


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["python", "-m", "pip", "wheel"], True),
        (["python", "-Im", "pip", "install"], True),
        (["python", "-W", "error", "-m", "build"], True),
        (["python", "/x/pip/__main__.py", "wheel"], True),
        (["python", "/x/__pip-runner__.py", "install"], True),
        (["python", "/venv/bin/pip", "wheel"], True),
        (["python", "/x/pip/_vendor/pyproject_hooks/_in_process/_in_process.py", "build_wheel", "/tmp/x"], False),
        (["python", "-c", "import pip"], False),
        (["python", "setup.py", "build"], False),
        (["python", "build.py"], False),
        (["python", "-m", "mypip"], False),
        (["python"], False),
    ],
)
def test_front_ends_are_told_by_their_command_line(arguments: list[str], expected: bool) -> None:  # noqa: FBT001
    sys.path.insert(0, str(OBSERVER))
    try:
        import _cachekeys_observer as observer  # type: ignore[import-not-found, unused-ignore]
    finally:
        sys.path.remove(str(OBSERVER))
    assert observer._is_front_end(arguments) is expected

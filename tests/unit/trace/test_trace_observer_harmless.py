"""The observer inside the build's Python processes changes nothing there, with whatever the program does."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

import pytest
from support.observed_python import OBSERVER, PYTHONS, Observed, names

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SIGN = """\
import os, sys
helped = type(os.stat) is type(len)
assert helped == (type(os.lstat) is type(len)) == (type(os.access) is type(len))
seen = set()
sys.settrace(lambda frame, *_: seen.add(frame.f_code.co_filename))
open("setup.py").close(); os.listdir("."); helped and os.stat("setup.py")
sys.settrace(None)
assert not [name for name in seen if "_cachekeys_observer" in name], seen
print(helped)
"""


@pytest.mark.parametrize("version", PYTHONS)
def test_the_helper_stands_before_it_where_python_can_be_asked_in_c(
    version: str, in_python: Callable[[str], Observed]
) -> None:
    observed = in_python(version)
    observed.run(SIGN)
    known = tuple(map(int, version.split("."))) >= (3, 11)
    assert observed.result == f"{bool(observed.library) and known}\n"


PROGRAM = """\
import inspect, os, pathlib, pickle, shutil, stat, sys, tempfile
print(sorted(name for name in os.__all__))
print(os.stat in os.supports_follow_symlinks, os.stat in os.supports_fd, os.stat in os.supports_dir_fd, os.access in os.supports_effective_ids)
print(shutil.rmtree.avoids_symlink_attacks, pickle.loads(pickle.dumps(os.stat)) is os.stat, callable(os.lstat), os.stat.__name__)
print(isinstance(os.environ, type(os.environ).__mro__[1]), os.environ["X_VALUE"], os.environ.get("X_NONE", 7), "X_VALUE" in os.environ, 3 in os.environ if False else None)
env = os.environ.copy()
print(isinstance(env, dict), env == dict(os.environ), pickle.loads(pickle.dumps(env)) == dict(env), type(pickle.loads(pickle.dumps(env))))
for bad in (None, 3):
    try: os.environ[bad]
    except TypeError as error: print(type(error).__name__, error)
try: os.environ["X_ABSENT"]
except KeyError as error: print(repr(error))
try: os.stat("absent")
except OSError as error: print(repr(error), error.filename)
try: os.stat()
except TypeError as error: print("TypeError")
with tempfile.TemporaryDirectory() as directory:
    path = pathlib.Path(directory, "a", "b"); path.mkdir(parents=True); (path / "f").write_text("x")
    print(path.resolve().name, (path / "f").stat().st_size, path.exists(), sorted(p.name for p in pathlib.Path(directory).rglob("*")))
    print([len(names) for _, _, names in os.walk(directory)])
    shutil.copytree(directory, directory + "-copy"); shutil.rmtree(directory + "-copy"); print(os.path.exists(directory + "-copy"))
print([name for name in sys.path if "observer" in name], "sitecustomize" in sys.modules)
"""


@pytest.mark.parametrize("version", PYTHONS)
def test_a_program_behaves_as_without(version: str, in_python: Callable[[str], Observed]) -> None:
    observed = in_python(version)
    observed.run(PROGRAM, X_VALUE="v")
    plain = subprocess.run(
        [observed.python, "-W", "error", "setup.py"],
        cwd=observed.root,
        env={**observed.environ(X_VALUE="v"), "PYTHONPATH": "", "CACHEKEYS_TRACE_DIR": ""},
        capture_output=True,
        text=True,
        check=True,
    )
    with_us = observed.result.splitlines()
    without = plain.stdout.splitlines()
    assert with_us[:-1] == without[:-1]
    assert with_us[-1] == "[] True"


STRESS = """\
import atexit, importlib, os, pathlib, sys, threading

for module in ("_interpreters", "_xxsubinterpreters"):
    try: interpreters = importlib.import_module(module)
    except ImportError: continue
    one = interpreters.create()
    interpreters.run_string(one, "import os; open('in_interpreter.txt').close(); os.stat('in_interpreter.txt'); os.environ.get('IN_ONE')")
    interpreters.destroy(one)
    break

def work(number):
    for turn in range(300):
        open(f"thread{number}.txt").close(); os.stat(f"thread{number}.txt"); os.environ.get(f"THREAD_{number}")
        os.path.exists(f"none{number}.{turn}"); pathlib.Path(f"thread{number}.txt").stat()

threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
for thread in threads: thread.start()
for thread in threads: thread.join()
odd = os.fsdecode(b"odd\\xff.txt")
open(odd, "w").close(); open(odd).close(); os.stat(odd); os.stat(os.fsencode(odd)); os.environ.get("ODD" + chr(0xdcff))
os.stat(0); os.stat(pathlib.Path("thread1.txt")); os.stat(path="thread1.txt"); os.access("thread1.txt", os.R_OK, follow_symlinks=False)
for bad in ((), (1.5,), ("a", "b"), ("a\\0b",)):
    try: os.stat(*bad)
    except (TypeError, ValueError): pass
sys.audit("os.listdir"); sys.audit("open", 1, 2, 3); sys.audit("cachekeys.wrap"); sys.audit("cachekeys.wrap", [], 1, "a", 2, 3); sys.audit("cachekeys.observe", 1)

class Late:
    def __del__(self): open("thread2.txt").close(); os.stat("thread3.txt")
late = Late()
sys.late = Late()
atexit.register(lambda: open("at_exit.txt").close())
seen = set()
sys.settrace(lambda frame, *_: seen.add(frame.f_code.co_filename))
open("traced.txt").close(); os.environ.get("TRACED_ONE")
sys.settrace(None)
print("done", sys.argv)
"""


@pytest.mark.parametrize("version", PYTHONS)
def test_threads_interpreters_and_odd_names(version: str, in_python: Callable[[str], Observed]) -> None:
    observed = in_python(version)
    read = {"at_exit.txt", "traced.txt", *(f"thread{number}.txt" for number in range(4))}
    for name in (*read, "in_interpreter.txt"):
        (observed.root / name).write_text("", encoding="utf-8")
    log = observed.run(STRESS)
    assert observed.result == "done ['setup.py']\n"
    assert read <= observed.paths(log, "read")
    assert any(path.startswith("odd") for path in observed.paths(log, "write"))
    assert {"TRACED_ONE", "THREAD_0", "THREAD_3"} <= set(names(log))
    assert len({path for path in observed.paths(log, "missing") if path.startswith("none")}) == 1200


def test_an_existing_sitecustomize_is_run(observed: Observed, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "sitecustomize.py").write_text("import builtins; builtins.FROM_SITE = 'yes'", encoding="utf-8")
    observed.run("print(FROM_SITE)", PYTHONPATH=f"{OBSERVER}{os.pathsep}{other}")
    assert observed.result == "yes\n"


def test_a_failing_sitecustomize_fails_as_without(observed: Observed, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "sitecustomize.py").write_text("import not_there_at_all", encoding="utf-8")
    observed.root.joinpath("setup.py").write_text("", encoding="utf-8")
    done = [
        subprocess.run(
            [observed.python, "setup.py"],
            cwd=observed.root,
            env=observed.environ(PYTHONPATH=path),
            capture_output=True,
            check=False,
        )
        for path in (str(other), f"{OBSERVER}{os.pathsep}{other}")
    ]
    assert [run.returncode for run in done] == [0, 0]
    assert all(b"not_there_at_all" in run.stderr for run in done)


def test_found_twice_on_the_path_it_starts_once(observed: Observed, tmp_path: Path) -> None:
    second = tmp_path / "second"
    second.symlink_to(OBSERVER)
    (observed.root / "a.txt").write_text("", encoding="utf-8")
    log = observed.run("open('a.txt').close()", PYTHONPATH=f"{OBSERVER}{os.pathsep}{second}")
    assert len(log.processes) == 1
    assert [event.subject for _, event in log.events].count(str(observed.root / "a.txt")) == 1


@pytest.mark.parametrize("state", ["gone", "full", "unwritable"])
def test_a_log_that_cannot_be_written_does_no_harm(observed: Observed, state: str) -> None:
    (observed.root / "a.txt").write_text("content", encoding="utf-8")
    code = "import os, shutil\n"
    if state == "gone":
        code += f"shutil.rmtree({str(observed.log)!r})\nos.closerange(3, 64)\n"
    elif state == "full":
        code += "import resource, signal\nsignal.signal(signal.SIGXFSZ, signal.SIG_IGN)\nresource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))\n"
    else:
        code += "os.environ['CACHEKEYS_TRACE_DIR'] = '/proc/nothing'\n"
    code += "print(open('a.txt').read(), os.path.exists('b.txt'), os.environ.get('NO'))\n"
    (observed.root / "setup.py").write_text(code, encoding="utf-8")
    done = subprocess.run(
        [observed.python, "setup.py"],
        cwd=observed.root,
        env=observed.environ(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "content False None\n", "")

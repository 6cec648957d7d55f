from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from support.observed import Observation, context_of, observing

from cachekeys.trace.sources import preload

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    MakeProject = Callable[[Mapping[str, str | bytes]], Path]
    Observe = Callable[..., Observation]

pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux") or shutil.which("cc") is None, reason="needs Linux and a C compiler"
)


@pytest.fixture
def observe(tmp_path: Path) -> Observe:
    def run(root: Path, *command: str, **environment: str) -> Observation:
        with observing(preload, command, root, tmp_path / "scratch", {**os.environ, **environment}) as seen:
            assert not (tmp_path / "scratch/observers/preload.refused").exists()
            return seen

    return run


def compiled(root: Path, source: str, *options: str) -> str:
    """Compile a program outside the project and return its path."""
    path = root.parent / "program"
    command = ["cc", "-x", "c", "-", "-o", str(path), "-w", *options]
    done = subprocess.run(command, input=source, text=True, check=False)
    if done.returncode and "-static" in options:
        pytest.skip("needs a static C library")
    assert done.returncode == 0
    return str(path)


def test_what_shell_and_its_programs_do_to_files(make_project: MakeProject, observe: Observe) -> None:
    root = make_project({"a": "1", "sub/b": "2", "c": "3", "old": "", "ä b\n": "", "not read": ""})
    script = "cat a; cd sub && cat b ../c ./../'ä b\n'; ls .; test -e nowhere; test -e ../old; cat ../a > new; mv new newer; rm newer"
    seen = observe(root, "sh", "-c", script)
    assert seen.names("read") == {"a", "sub/b", "c", "ä b\n"}
    assert seen.names("list") == {"sub"}
    assert "sub/nowhere" in seen.names("missing")
    assert "old" in seen.names("stat")
    assert seen.names("write") == {"sub/new", "sub/newer"}


def test_a_program_of_the_project_that_the_kernel_runs_is_read(make_project: MakeProject, observe: Observe) -> None:
    root = make_project({"data": "1", "other": "2"})
    cat = shutil.which("cat")
    assert cat is not None
    shutil.copy(cat, root / "tool")
    seen = observe(root, "sh", "-c", "./tool data")
    assert seen.names("read") == {"tool", "data"}


@pytest.mark.parametrize(
    ("code", "output", "errors", "reason"),
    [
        (0, b"seen", b"", "it sees nothing here"),
        (0, b"", b"", "programs do not run well with it here"),
        (0, b"seen", b"ld.so: cannot be preloaded", "programs do not run well with it here"),
        (1, b"seen", b"", "programs do not run well with it here"),
    ],
)
def test_a_helper_that_does_not_work_here_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, output: bytes, errors: bytes, reason: str
) -> None:
    (tmp_path / "observers").mkdir()
    done = subprocess.CompletedProcess(["cat"], code, output, errors)
    monkeypatch.setattr(preload, "_run", lambda *_: done)
    context = context_of(tmp_path, tmp_path / "observers", {})
    assert preload._self_test("helper.so", context) == reason


def test_programs_are_known_with_their_parents_and_places(make_project: MakeProject, observe: Observe) -> None:
    root = make_project({"sub/a": ""})
    seen = observe(root, "sh", "-c", "cd sub; cat a; true")
    shell, cat = seen.context.processes
    assert (shell.arguments, cat.arguments) == (("sh", "-c", "cd sub; cat a; true"), ("cat", "a"))
    assert cat.parent_pid == shell.pid
    assert (shell.directory, cat.directory) == (str(root), str(root / "sub"))
    (read,) = (event for event in seen.events if event.kind == "read")
    assert read.process == cat.number


def test_results_errors_and_errno_stay_what_they_are(make_project: MakeProject, observe: Observe) -> None:
    root = make_project({"file": "content", "directory/x": ""})
    program = compiled(
        root,
        r"""
        #define _GNU_SOURCE
        #include <dirent.h>
        #include <errno.h>
        #include <fcntl.h>
        #include <stdio.h>
        #include <stdlib.h>
        #include <string.h>
        #include <sys/stat.h>
        #include <unistd.h>
        #define SAY(call) do { errno = 77; long r = (long)(call); printf("%s %d %d\n", #call, r == -1 ? -1 : r != 0, errno); } while (0)
        int main(void) {
            struct stat st; struct statx stx; char text[99] = {0}; int fd = open(".", O_RDONLY | O_DIRECTORY);
            const char *names[] = {"file", "directory", "absent", "file/x", "", 0};
            for (int i = 0; names[i]; i++) {
                const char *n = names[i];
                puts(n);
                SAY(stat(n, &st)); SAY(lstat(n, &st)); SAY(fstatat(fd, n, &st, 0)); SAY(statx(fd, n, 0, STATX_ALL, &stx));
                SAY(access(n, W_OK)); SAY(faccessat(fd, n, R_OK, 0)); SAY(readlink(n, text, 9)); SAY(open(n, O_RDONLY));
                SAY(open(n, O_WRONLY | O_CREAT | O_EXCL, 0600)); SAY(openat(fd, n, O_RDWR)); SAY(fopen(n, "r")); SAY(fopen(n, "r+"));
                SAY(opendir(n)); SAY(rename(n, "")); SAY(unlinkat(fd, n, AT_REMOVEDIR)); SAY(mkdir(n, 0700)); SAY(link(n, "directory"));
                SAY(execl(n, n, (char *)0)); SAY(execv(n, (char *[]){0})); SAY(freopen(n, "r", fopen("/dev/null", "r")));
            }
            SAY(stat(0, &st)); SAY(open((char *)1, 0)); SAY(access(0, 0)); SAY(getenv("NOT_SET")); SAY(getenv("HOME")); SAY(getenv(""));
            umask(0); close(open("mode", O_CREAT | O_WRONLY, 0641)); stat("mode", &st); printf("%o\n", st.st_mode);
            close(openat(fd, "mode2", O_CREAT | O_WRONLY, 0614)); stat("mode2", &st); printf("%o\n", st.st_mode);
            return 42;
        }
        """,
    )
    bare = subprocess.run([program], cwd=root, capture_output=True, text=True, check=False)
    shutil.rmtree(root)
    make_project({"file": "content", "directory/x": ""})
    seen = observe(root, program)
    assert seen.done.stdout == bare.stdout
    assert seen.done.returncode == bare.returncode == 42
    assert seen.done.stderr == ""


def test_threads_forks_and_closed_descriptors(make_project: MakeProject, observe: Observe) -> None:
    root = make_project({f"f{number}": "x" for number in range(64)})
    program = compiled(
        root,
        r"""
        #define _GNU_SOURCE
        #include <fcntl.h>
        #include <pthread.h>
        #include <stdio.h>
        #include <stdlib.h>
        #include <sys/wait.h>
        #include <unistd.h>
        static void *work(void *at) {
            char name[32];
            for (int round = 0; round < 20; round++)
                for (long i = (long)at; i < 48; i += 4) {
                    sprintf(name, "f%ld", i);
                    int fd = open(name, O_RDONLY);
                    if (fd < 0) abort();
                    getenv(name);
                    close(fd);
                }
            return 0;
        }
        int main(void) {
            pthread_t threads[4];
            for (long i = 0; i < 4; i++) pthread_create(&threads[i], 0, work, (void *)i);
            for (int i = 48; i < 56; i++)
                if (!fork()) { char name[32]; sprintf(name, "f%d", i); for (int fd = 0; fd < 64; fd++) close(fd); open(name, O_RDONLY); _exit(0); }
            for (int i = 56; i < 60; i++)
                if (!vfork()) { execlp("cat", "cat", (char[][8]){"f56", "f57", "f58", "f59"}[i - 56], (char *)0); _exit(1); }
            for (int i = 0; i < 4; i++) pthread_join(threads[i], 0);
            while (wait(0) > 0) ;
            fopen("f60", "r");
            kill(getpid(), 9);
        }
        """,
        "-pthread",
    )
    seen = observe(root, program)
    assert seen.done.returncode == -9
    assert seen.names("read") == {f"f{number}" for number in range(61)}


def test_files_of_other_places_are_not_noted(make_project: MakeProject, observe: Observe) -> None:
    root = make_project({"a": "", "lib/site-packages/x.py": ""})
    beside = Path(f"{root}-beside")
    beside.mkdir()
    (beside / "b").write_text("", encoding="utf-8")
    seen = observe(
        root,
        "sh",
        "-c",
        f"cat {beside}/b ../{beside.name}/b /etc/passwd lib/site-packages/x.py; cat /etc/..{root}//./a",
    )
    assert seen.names("read") == {"a"}


def test_a_variable_matters_where_the_asking_program_has_read_its_name(
    make_project: MakeProject, observe: Observe
) -> None:
    root = make_project({"config": "x\nuse $ENV{DEMO_FLAG}\nHOME\n"})
    program = compiled(
        root,
        r"""
        #include <stdio.h>
        #include <stdlib.h>
        int main(void) { fopen("config", "r"); getenv("DEMO_FLAG"); getenv("DEMO_OTHER"); getenv("DEMO_SET"); secure_getenv("HOME"); }
        """,
    )
    seen = observe(root, program, DEMO_SET="a value that must not be noted")
    events = {event.subject: event for event in seen.events if event.kind == "env"}
    assert set(events) == {"DEMO_FLAG", "DEMO_SET"}
    assert (events["DEMO_FLAG"].file, events["DEMO_FLAG"].line, events["DEMO_FLAG"].own) == (
        str(root / "config"),
        2,
        True,
    )
    assert b"must not be noted" not in (Path(seen.context.directory) / "preload.log").read_bytes()


def test_what_a_program_of_the_build_itself_asks_for_matters(make_project: MakeProject, observe: Observe) -> None:
    root = make_project({"gen.c": '#include <stdlib.h>\nint main(void) { getenv("DEMO_TABLE"); }\n'})
    seen = observe(root, "sh", "-c", "cc -w gen.c -o gen && ./gen")
    assert seen.names("env") == {"DEMO_TABLE"}


def test_another_preloaded_library_stays(make_project: MakeProject, observe: Observe) -> None:
    root = make_project({"a": ""})
    other = root.parent / "other.so"
    source = '#include <stdlib.h>\n__attribute__((constructor)) static void here(void) { setenv("OTHER_WAS_HERE", "1", 1); }\n'
    subprocess.run(["cc", "-x", "c", "-", "-shared", "-fPIC", "-o", str(other)], input=source, text=True, check=True)
    seen = observe(root, "sh", "-c", "cat a; env", LD_PRELOAD=str(other))
    assert "OTHER_WAS_HERE=1" in seen.done.stdout
    assert seen.names("read") == {"a"}


def test_static_programs_are_named(make_project: MakeProject, observe: Observe) -> None:
    root = make_project({"a": ""})
    program = compiled(root, 'int main(void) { return open("a", 0) < 0; }', "-static")
    seen = observe(root, "sh", "-c", f"{program}; cat a")
    assert (
        seen.blind[0]
        == "program: what it read was not seen, because statically linked programs are closed to the preload helper."
    )
    assert "sh ran" in seen.blind[1]


def test_programs_that_are_gone_after_the_build_are_named_too(make_project: MakeProject, observe: Observe) -> None:
    """Build environments are removed before anybody can look at what lay in them."""
    root = make_project({"a": ""})
    program = compiled(root, 'int main(void) { return open("a", 0) < 0; }', "-static")
    (root / "env").mkdir()
    script = (
        f"cp {program} env/tool; cp /bin/cat env/reader; $PWD/env/tool; $PWD/env/reader a; $PWD/env/never; rm -r env"
    )
    seen = observe(root, "bash", "-c", script)
    assert seen.blind[0].startswith("tool: what it read was not seen, because ")
    assert "never" not in " ".join(seen.blind)
    assert "reader" not in " ".join(seen.blind)


@pytest.mark.parametrize("broken", ["no compiler", "compiler fails", "odd directory"])
def test_where_it_does_not_work_nothing_is_loaded_and_the_reason_said(
    broken: str, make_project: MakeProject, tmp_path: Path
) -> None:
    root = make_project({"a": ""})
    tools = tmp_path / "tools"
    tools.mkdir()
    environment = dict(os.environ)
    if broken != "odd directory":
        environment["PATH"] = str(tools)
    if broken == "compiler fails":
        (tools / "cc").write_text("#!/bin/sh\necho 'cannot make libraries' >&2\nexit 1\n", encoding="utf-8")
        (tools / "cc").chmod(0o755)
    context = context_of(root, tmp_path / ("odd place" if broken == "odd directory" else "scratch"), environment)
    assert preload.prepare(context) == {}
    assert list(preload.read(context)) == []
    (sentence,) = preload.blind(context)
    reasons = {"no compiler": "no C compiler", "compiler fails": "cannot make libraries", "odd directory": "characters"}
    assert reasons[broken] in sentence


def test_a_damaged_log_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    context = context_of(tmp_path, tmp_path / "scratch")
    root = os.fsencode(context.root)
    log = b"R12 5 " + root + b"/a\0garbage\0\0R1x 4 /x\0M12 7 " + root + b"/b\0R12 9 " + root + b"/cut"
    (tmp_path / "scratch/observers/preload.log").write_bytes(log)
    kinds: Sequence[tuple[str, str]] = [
        (event.kind, os.path.basename(event.subject)) for event in preload.read(context)
    ]
    assert kinds[:2] == [("read", "a"), ("missing", "b")]


def test_it_is_compiled_once_and_a_spoilt_one_again(make_project: MakeProject, tmp_path: Path) -> None:
    root = make_project({"a": ""})
    home = tmp_path / "cache"
    for number, spoil in enumerate([False, False, True]):
        if spoil:
            (kept,) = home.glob("cachekeys/*.so")
            kept.write_bytes(b"no library")
        environment = {**os.environ, "XDG_CACHE_HOME": str(home)}
        with observing(preload, ["cat", "a"], root, tmp_path / f"scratch-{number}", environment) as seen:
            assert seen.names("read") == {"a"}
        (kept,) = home.glob("cachekeys/*.so")
        assert kept.read_bytes().startswith(b"\x7fELF")

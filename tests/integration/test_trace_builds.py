"""Real builds, traced: exactly what they read is seen, the wheel is the same as without, and nothing stays behind, whatever happens."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from support.builds import git, git_init
from support.interpreters import interpreter

from cachekeys.errors import CacheKeysError
from cachekeys.trace import run
from cachekeys.trace.run import BuildError, trace

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from support.builds import BuildEnvironment

    from cachekeys.inputs.model import Mode
    from cachekeys.trace.model import FrontEnd, Trace

    MakeProject = Callable[[Mapping[str, str | bytes]], Path]

pytestmark = [pytest.mark.build, pytest.mark.skipif(os.name == "nt", reason="signals and gcc")]

EXTENSION = {
    "pyproject.toml": """
        [build-system]
        requires = ["setuptools"]
        build-backend = "setuptools.build_meta"
        [project]
        name = "traced-ext"
        dynamic = ["version"]
        """,
    "setup.py": """
        import os, subprocess, sys
        from setuptools import Extension, setup
        here = os.path.dirname(os.path.abspath(__file__))
        sys.path.insert(0, here)
        from tools.helper import flags
        with open(os.path.join(here, "VERSION")) as file:
            version = file.read().strip()
        if os.path.exists(os.path.join(here, "optional.cfg")):
            version += "+optional"
        defines = [("FAST", "1")] if os.environ.get("TRACED_FAST") else []
        tables = sorted(os.listdir(os.path.join(here, "tables")))
        subprocess.check_call([sys.executable, os.path.join(here, "tools", "generate.py")], cwd=here)
        setup(
            version=version,
            packages=["traced_ext"],
            ext_modules=[
                Extension("traced_ext._c", ["src/a.c"], include_dirs=["include"], define_macros=defines, extra_compile_args=flags())
            ],
        )
        """,
    "VERSION": "1.0\n",
    "tools/__init__.py": "",
    "tools/helper.py": """
        import os
        def flags():
            return (os.getenv("TRACED_FLAGS") or "").split()
        """,
    "tools/generate.py": """
        with open("template.in") as template, open("include/generated.h", "w") as out:
            out.write(template.read())
        """,
    "template.in": "#define GENERATED 1\n",
    "tables/one.tab": "1",
    "tables/two.tab": "2",
    "include/a.h": '#include "deep/b.h"\n#include "generated.h"\n',
    "include/deep/b.h": "#define B 1\n",
    "include/unused.h": "#error unused\n",
    "src/a.c": """
        #include <Python.h>
        #include "a.h"
        #include "values.inc"
        static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "_c", 0, -1, 0};
        PyMODINIT_FUNC PyInit__c(void) { return PyModule_Create(&module); }
        """,
    "src/values.inc": "/* nothing */\n",
    "traced_ext/__init__.py": "",
}
EXTENSION_READS = {
    "pyproject.toml",
    "setup.py",
    "VERSION",
    "tools/__init__.py",
    "tools/helper.py",
    "tools/generate.py",
    "template.in",
    "include/a.h",
    "include/deep/b.h",
    "src/a.c",
    "src/values.inc",
}

HOOK = {
    "pyproject.toml": """
        [build-system]
        requires = ["hatchling"]
        build-backend = "hatchling.build"
        [project]
        name = "traced-hook"
        version = "1"
        readme = "README.md"
        [tool.hatch.build.targets.wheel.hooks.custom]
        [tool.hatch.build.targets.wheel]
        packages = ["traced_hook"]
        """,
    "README.md": "Text\n",
    "hatch_build.py": """
        import os
        from pathlib import Path
        from hatchling.builders.hooks.plugin.interface import BuildHookInterface
        class Hook(BuildHookInterface):
            def initialize(self, version, build_data):
                root = Path(self.root)
                text = (root / "data" / "table.csv").read_text()
                if (root / "data" / "extra.csv").is_file() or "TRACED_HOOK" in os.environ:
                    text += "extra"
                (root / "traced_hook" / "_generated.py").write_text(f"T = {text!r}")
        """,
    "data/table.csv": "1,2\n",
    "data/unread.csv": "3,4\n",
    "traced_hook/__init__.py": "",
}


@pytest.fixture
def here(build_environment: BuildEnvironment) -> dict[str, Any]:
    """Return the arguments that build offline, with what the environment of the tests has."""
    return {"python": str(build_environment.python), "environ": build_environment.environ(), "isolated": False}


def own_variables(found: Trace) -> dict[str, str]:
    return {
        variable.name: f"{variable.origin.file}:{variable.origin.line}"
        for variable in found.variables
        if variable.own and variable.origin
    }


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the directory in which temporary ones are made now; nobody else uses it."""
    place = tmp_path / "temporary"
    place.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(place))
    return place


def check_extension(found: Trace) -> None:
    # What goes into the wheel as it is, is read, too; front ends differ in whether they ask for metadata first.
    assert set(found.paths("read")) - {"traced_ext/__init__.py"} == EXTENSION_READS
    assert "optional.cfg" in found.paths("missing")
    assert "tables" in found.paths("list")
    assert own_variables(found) == {"TRACED_FAST": "setup.py:10", "TRACED_FLAGS": "tools/helper.py:3"}
    origins = {access.path: access.origin for access in found.accesses if access.kind in {"read", "missing"}}
    version, template = origins["VERSION"], origins["template.in"]
    assert version is not None
    assert (version.file, version.line) == ("setup.py", 6)
    assert template is not None
    assert (template.file, template.line) == ("tools/generate.py", 1)
    assert "include/generated.h" in found.written_before_read
    assert "include/generated.h" in found.paths("write")
    assert found.git == set()
    commands = [" ".join(process.arguments) for process in found.processes]
    assert any("generate.py" in command for command in commands)


@pytest.mark.parametrize("front_end", ["uv", "pip", "build"])
def test_an_extension(front_end: FrontEnd, make_project: MakeProject, here: dict[str, Any], temporary: Path) -> None:
    root = make_project(EXTENSION)
    found = trace(str(root), front_end=front_end, **here)
    check_extension(found)
    assert found.wheel is not None
    assert found.wheel.startswith("traced_ext-1.0-")
    assert (found.exit_code, found.front_end, found.isolated, found.mode) == (0, front_end, False, "wheel")
    assert list(temporary.iterdir()) == []
    assert not any("cachekeys" in name for name in os.listdir(root))


@pytest.mark.parametrize("front_end", ["uv", "pip"])
def test_an_editable_extension(front_end: FrontEnd, make_project: MakeProject, here: dict[str, Any]) -> None:
    root = make_project(EXTENSION)
    found = trace(str(root), front_end=front_end, mode="editable", **here)
    check_extension(found)
    assert any(path.startswith("traced_ext/_c.") for path in found.paths("write")), "built in place"


@pytest.mark.network
@pytest.mark.parametrize("front_end", ["uv", "pip", "build"])
def test_an_isolated_build(front_end: FrontEnd, make_project: MakeProject) -> None:
    found = trace(str(make_project(EXTENSION)), front_end=front_end)
    check_extension(found)


@pytest.mark.network
@pytest.mark.uv
@pytest.mark.parametrize("version", ["3.8", "3.9", "3.10", "3.12", "3.13", "3.14"])
def test_other_pythons_build(version: str, make_project: MakeProject) -> None:
    python = interpreter(version)
    if python is None:
        pytest.skip(f"no Python {version} here")
    found = trace(str(make_project(EXTENSION)), front_end="uv", python=python)
    check_extension(found)


@pytest.mark.parametrize("front_end", ["uv", "pip", "build"])
def test_a_hatch_hook(front_end: FrontEnd, make_project: MakeProject, here: dict[str, Any]) -> None:
    root = make_project(HOOK)
    found = trace(str(root), front_end=front_end, **here)
    reads = set(found.paths("read")) - {"traced_hook/__init__.py"}
    assert reads == {"pyproject.toml", "README.md", "hatch_build.py", "data/table.csv"}
    assert "data/extra.csv" in found.paths("missing")
    assert own_variables(found) == {"TRACED_HOOK": "hatch_build.py:8"}
    assert found.paths("write") == ("traced_hook/_generated.py",)


def test_a_version_from_git(copy_fixture: Callable[[str], Path], here: dict[str, Any]) -> None:
    root = copy_fixture("setuptools-scm")
    git_init(root, "v1.2.3")
    found = trace(str(root), **here)
    assert found.git == {"commit", "tags", "status"}
    assert not any(path.startswith(".git/") for path in found.paths("read", "stat", "missing", "list", "write"))
    assert "SETUPTOOLS_SCM_PRETEND_VERSION" in {variable.name for variable in found.variables}
    assert found.wheel is not None
    assert "1.2.3" in found.wheel


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only the preload helper sees what uv reads")
@pytest.mark.parametrize("mode", ["wheel", "editable"])
def test_what_uv_builds_itself(mode: Mode, make_project: MakeProject, here: dict[str, Any]) -> None:
    build = '[build-system]\nrequires = ["uv_build"]\nbuild-backend = "uv_build"\n'
    project = '[project]\nname = "by-uv"\nversion = "1"\nreadme = "README.md"\n'
    root = make_project({"pyproject.toml": build + project, "README.md": "", "src/by_uv/__init__.py": ""})
    found = trace(str(root), mode=mode, **{**here, "isolated": True})
    if any("preload helper was not used" in sentence for sentence in found.blind):
        pytest.skip("needs a C compiler")
    assert {"pyproject.toml", "README.md"} <= set(found.paths("read"))
    assert found.copied == (frozenset({"src/by_uv/__init__.py"}) if mode == "wheel" else None)
    assert not any("back end" in sentence for sentence in found.blind)


def test_reached_through_a_link(make_project: MakeProject, here: dict[str, Any], tmp_path: Path) -> None:
    root = make_project(EXTENSION)
    (tmp_path / "link").symlink_to(root)
    check_extension(trace(str(tmp_path / "link"), front_end="pip", **here))


def test_a_neighbour_of_the_project(make_project: MakeProject, here: dict[str, Any]) -> None:
    files = {**HOOK, "hatch_build.py": HOOK["hatch_build.py"].replace('root / "data"', 'root.parent / "shared"')}
    root = make_project(files)
    shared = root.parent / "shared"
    shared.mkdir()
    (shared / "table.csv").write_text("1", encoding="utf-8")
    assert "../shared/table.csv" in trace(str(root), **here).paths("read")


# -- no effect on the wheel --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("front_end", ["uv", "pip", "build"])
@pytest.mark.parametrize("project", ["extension", "hook"])
def test_the_wheels_bytes_are_the_same(
    front_end: FrontEnd,
    project: str,
    make_project: MakeProject,
    build_environment: BuildEnvironment,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    environ = build_environment.environ({"SOURCE_DATE_EPOCH": "1700000000"})
    root = make_project(EXTENSION if project == "extension" else HOOK)
    build_environment.build(front_end, root, tmp_path / "plain", environ={"SOURCE_DATE_EPOCH": "1700000000"})
    git_clean(root)
    wheels: dict[str, bytes] = {}
    remove = run._remove

    def keep(top: str) -> None:
        wheels.update({path.name: path.read_bytes() for path in Path(top).rglob("*.whl")})
        remove(top)

    monkeypatch.setattr(run, "_remove", keep)
    trace(str(root), front_end=front_end, isolated=False, environ=environ, python=str(build_environment.python))
    plain = {path.name: path.read_bytes() for path in (tmp_path / "plain").glob("*.whl")}
    assert len(plain) == 1
    assert wheels == plain


def git_clean(root: Path) -> None:
    """Take away what a build has made, so that the next one starts from the same tree."""
    import shutil

    for name in ("build", "traced_ext.egg-info"):
        shutil.rmtree(root / name, ignore_errors=True)
    for name in ("include/generated.h", "traced_hook/_generated.py"):
        (root / name).unlink(missing_ok=True)


def test_a_broken_observer_breaks_no_build(
    make_project: MakeProject, here: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def prepare(context: Any, top: str) -> tuple[dict[str, str], list[str]]:
        added, blind = additions(context, top)
        package = Path(top, "observer", "_cachekeys_observer", "places.py")
        package.write_text(
            package.read_text(encoding="utf-8") + "\ndef note(*_):\n    raise RuntimeError('broken')\n",
            encoding="utf-8",
        )
        return added, blind

    additions = run._additions
    monkeypatch.setattr(run, "_additions", prepare)
    found = trace(str(make_project(HOOK)), **here)
    assert found.exit_code == 0
    assert any("RuntimeError: broken" in sentence for sentence in found.blind)


def test_an_observer_that_does_not_start(
    make_project: MakeProject, here: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def prepare(context: Any, top: str) -> tuple[dict[str, str], list[str]]:
        added, blind = additions(context, top)
        Path(top, "observer", "_cachekeys_observer", "__init__.py").write_text("syntax error", encoding="utf-8")
        return added, blind

    additions = run._additions
    monkeypatch.setattr(run, "_additions", prepare)
    found = trace(str(make_project(HOOK)), **here)
    assert any("no Python process" in sentence for sentence in found.blind)


def test_a_broken_source_of_truth_is_said(
    make_project: MakeProject, here: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    from cachekeys.trace.sources import sources

    first = next(sources())
    monkeypatch.setattr(first, "read", lambda _: 1 / 0)
    found = trace(str(make_project(HOOK)), **here)
    assert any(f"{first.NAME} failed (read): ZeroDivisionError" in sentence for sentence in found.blind)
    assert "hatch_build.py" in found.paths("read")


@pytest.mark.parametrize("front_end", ["uv", "pip", "build"])
def test_a_path_that_is_hard_to_write(
    front_end: FrontEnd, make_project: MakeProject, here: dict[str, Any], tmp_path: Path
) -> None:
    place = tmp_path / 'sp ace; it\'s "q" $x \u00e9\u6f22'
    make_project(EXTENSION).rename(place)
    (place / "build.py").write_text("raise SystemExit('no part of the build')", encoding="utf-8")
    check_extension(trace(str(place), front_end=front_end, **here))


RUDE = {
    **HOOK,
    "hatch_build.py": """
        import os, shutil, subprocess, sys
        from hatchling.builders.hooks.plugin.interface import BuildHookInterface
        class Hook(BuildHookInterface):
            def initialize(self, version, build_data):
                open("data/table.csv").read()
                if os.environ.get("RUDE") == "descriptors":
                    os.closerange(3, 4096)
                else:
                    shutil.rmtree(os.environ["CACHEKEYS_TRACE_DIR"])
                open("data/late.csv").read()
                subprocess.run([sys.executable, "-c", "open('data/child.csv').read()"], check=True)
        """,
    "data/late.csv": "",
    "data/child.csv": "",
}


def test_a_build_that_closes_what_it_did_not_open(make_project: MakeProject, here: dict[str, Any]) -> None:
    environ = {**here["environ"], "RUDE": "descriptors"}
    found = trace(str(make_project(RUDE)), **{**here, "environ": environ})
    assert {"data/table.csv", "data/late.csv", "data/child.csv"} <= set(found.paths("read"))


def test_a_build_that_removes_what_is_not_its_own(make_project: MakeProject, here: dict[str, Any]) -> None:
    found = trace(str(make_project(RUDE)), **here)
    assert found.exit_code == 0
    assert "the build removed or closed their directory" in " ".join(found.blind)


def test_two_traces_of_one_project_at_a_time(make_project: MakeProject, here: dict[str, Any]) -> None:
    from concurrent.futures import ThreadPoolExecutor

    root = str(make_project(HOOK))
    with ThreadPoolExecutor(2) as pool:
        both = list(pool.map(lambda _: trace(root, **here), range(2)))
    for found in both:
        assert {"hatch_build.py", "data/table.csv"} <= set(found.paths("read"))
        assert found.blind == ()


# -- failure and interruption ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("front_end", ["uv", "pip", "build"])
def test_a_build_that_fails(
    front_end: FrontEnd, make_project: MakeProject, here: dict[str, Any], temporary: Path
) -> None:
    root = make_project({**EXTENSION, "setup.py": "import sys; sys.exit('no luck today')"})
    with pytest.raises(BuildError, match=rf"exit code [12]: .*{front_end}") as caught:
        trace(str(root), front_end=front_end, **here)
    assert "no luck today" in caught.value.output
    assert list(temporary.iterdir()) == []


def test_what_cannot_be_run(make_project: MakeProject, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = str(make_project(HOOK))
    with pytest.raises(CacheKeysError, match="no such directory"):
        trace(str(tmp_path / "nowhere"))
    with pytest.raises(CacheKeysError, match="build makes no editable wheels"):
        trace(root, front_end="build", mode="editable")
    with pytest.raises(CacheKeysError, match=r"cannot run .*python: No such file"):
        trace(root, front_end="pip", python=str(tmp_path / "python"))
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    with pytest.raises(CacheKeysError, match="uv is not installed here"):
        trace(root)


SLOW = {
    **EXTENSION,
    "setup.py": """
        import os, subprocess, sys, tempfile, time
        tempfile.mkdtemp(prefix="left-by-the-build")
        open("pids", "a").write(f"{os.getpid()}\\n")
        child = subprocess.Popen([sys.executable, "-c", "import os, time; open('pids', 'a').write(f'{os.getpid()}\\\\n'); time.sleep(300)"])
        child.wait()
        """,
}


@pytest.mark.parametrize(
    ("number", "front_end"), [(signal.SIGINT, "uv"), (signal.SIGTERM, "pip"), (signal.SIGINT, "build")]
)
def test_an_interruption_leaves_nothing(
    number: int, front_end: str, make_project: MakeProject, build_environment: BuildEnvironment, tmp_path: Path
) -> None:
    root = make_project(SLOW)
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    options = ["--no-isolation", "--python", str(build_environment.python), "--front-end", front_end]
    environ = {**build_environment.environ(), "TMPDIR": str(temporary)}
    with subprocess.Popen(
        [sys.executable, "-m", "cachekeys", "trace", str(root), *options],
        env=environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    ) as process:
        pids = wait_for_pids(root / "pids", process)
        process.send_signal(number)
        output, _ = process.communicate(timeout=60)
    assert process.returncode == 128 + number
    assert output == b""
    assert [pid for pid in pids if is_running(pid)] == []
    assert list(temporary.iterdir()) == []
    cache = Path(environ["UV_CACHE_DIR"], "builds-v0")
    assert not cache.exists() or list(cache.iterdir()) == [], "uv cleans up when its build fails, not when it is killed"


def wait_for_pids(file: Path, process: subprocess.Popen[bytes]) -> list[int]:
    """Return the ids of the build and of what it started, once both run."""
    while process.poll() is None:
        pids = file.read_text(encoding="utf-8").split() if file.exists() else []
        if len(pids) == 2:  # the script and its child
            return [int(pid) for pid in pids]
        time.sleep(0.05)
    raise AssertionError(process.communicate())


def is_running(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


# -- the command -------------------------------------------------------------------------------------------------------------


def run_command(
    root: Path, environment: BuildEnvironment, *options: str, **extra: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [
            sys.executable,
            "-m",
            "cachekeys",
            "trace",
            str(root),
            "--no-isolation",
            "--python",
            str(environment.python),
            *([] if "--editable" in options else ["--wheel"]),
            *options,
        ],
        env=environment.environ(extra),
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_command_finds_gaps(make_project: MakeProject, build_environment: BuildEnvironment, tmp_path: Path) -> None:
    root = make_project(HOOK)
    done = run_command(root, build_environment)
    assert done.returncode == 1
    assert "data/table.csv" in done.stdout
    assert done.stderr.startswith("Building ")
    done = run_command(root, build_environment, "--exit-zero", "-v", "-o", str(tmp_path / "report.txt"))
    assert (done.returncode, done.stdout) == (0, "")
    assert "Successfully built" in done.stderr, "the build's own output"
    report = (tmp_path / "report.txt").read_text(encoding="utf-8")
    assert "read    data/table.csv  (hatch_build.py:7)" in report


def test_the_command_is_content(make_project: MakeProject, build_environment: BuildEnvironment) -> None:
    keys = """
        [tool.uv]
        cache-keys = [{ file = "**/*.{toml,py,md,csv}" }, { env = "TRACED_HOOK" }]
        """
    root = make_project({**HOOK, "pyproject.toml": HOOK["pyproject.toml"] + keys})
    (root / "traced_hook" / "_generated.py").unlink(missing_ok=True)
    done = run_command(root, build_environment, "--editable", "--front-end", "pip")
    assert "CK1" not in done.stdout, done.stdout


def test_the_command_when_the_build_fails(make_project: MakeProject, build_environment: BuildEnvironment) -> None:
    lines = "; ".join(
        ["import sys", *(f"print('line {number}', file=sys.stderr)" for number in range(60)), "sys.exit('no luck')"]
    )
    done = run_command(make_project({**EXTENSION, "setup.py": lines}), build_environment)
    assert (done.returncode, done.stdout) == (2, "")
    assert "no luck" in done.stderr
    assert "line 59" in done.stderr
    assert "line 5\n" not in done.stderr
    assert "cachekeys: error: the build ended with exit code 2: `" in done.stderr.splitlines()[-1]


def test_a_failed_builds_secrets_are_not_shown(make_project: MakeProject, build_environment: BuildEnvironment) -> None:
    lines = """
        import os, sys
        print("with", os.environ["UPLOAD_PASSWORD"], "to", os.environ["INDEX"], "as", os.environ["WHO"], file=sys.stderr)
        sys.exit(3)
        """
    root = make_project({**EXTENSION, "setup.py": lines})
    extra = {"UPLOAD_PASSWORD": "5w0rdf1sh", "INDEX": "https://me:pa55@host/simple", "WHO": "asked-for-by-the-project"}
    for options in ([], ["-v"], ["--config-setting", "token=5w0rdf1sh"]):
        done = run_command(root, build_environment, *options, **extra)
        assert done.returncode == 2
        assert "5w0rdf1sh" not in done.stderr
        assert "pa55" not in done.stderr
        assert "with $UPLOAD_PASSWORD to " in done.stderr
        assert "as asked-for" not in done.stderr or "-v" in options, (
            "only at the end is it known what the project asks for"
        )


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere")
def test_a_tree_that_cannot_be_written_to(make_project: MakeProject, build_environment: BuildEnvironment) -> None:
    root = make_project(EXTENSION)
    for place in (root, *(path for path in root.rglob("*") if path.is_dir())):
        place.chmod(0o555)
    try:
        done = run_command(root, build_environment)
        assert (done.returncode, done.stdout) == (2, "")
        assert f"hint: {root} cannot be written to" in done.stderr
        done = run_command(root, build_environment, "--save")
        assert done.stderr == f"cachekeys: error: {root / 'cachekeys.trace.json'}: Permission denied\n"
    finally:
        root.chmod(0o755)


def test_no_place_for_temporary_files(make_project: MakeProject, build_environment: BuildEnvironment) -> None:
    done = run_command(make_project(HOOK), build_environment, TMPDIR="/dev/full")
    assert done.returncode in (0, 1), "there are others to fall back to"


def test_the_users_tree_is_as_the_build_leaves_it(make_project: MakeProject, here: dict[str, Any]) -> None:
    root = make_project(HOOK)
    git_init(root)
    trace(str(root), **here)
    status = git(root, "status", "--porcelain").splitlines()
    assert status == ["?? __pycache__/", "?? traced_hook/_generated.py"], "Python caches the hook"

"""The command lines of uv, pip and build: a wheel into a directory of ours, or an editable install into one.

Measured with uv 0.13, pip 21 to 26 and build 1.6: ``uv build`` and ``uv pip install -e`` build anew every time (the latter with
``--reinstall``; otherwise its cache may answer), pip calls ``build_editable`` only to install, and ``build`` never does.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
from typing import TYPE_CHECKING

from cachekeys.errors import CacheKeysError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cachekeys.inputs.model import Mode
    from cachekeys.trace.model import FrontEnd

__all__ = ["command"]

_VERSION = re.compile(r"\d+(?:\.\d+)?")


def command(
    front_end: FrontEnd,
    root: str,
    out: str,
    *,
    mode: Mode,
    isolated: bool,
    config_settings: Sequence[str] = (),
    python: str | None = None,
    environ: Mapping[str, str] | None = None,
) -> list[str]:
    """Return the command line that builds *root*.

    uv and pip are to be run in that directory: they would take the path of one that is called ``a; b`` for a requirement. ``build`` must
    not be: ``python -m build`` would run the project's own ``build.py``.

    :param out: an empty directory: the wheel comes there, or the editable installation.
    :param config_settings: as ``KEY=VALUE``.
    :param python: the interpreter to build with; None for the front end's choice.
    :param environ: the environment of the build (default: this process's).
    :raises CacheKeysError: the front end is not installed or cannot do this.
    """
    editable = mode == "editable"
    if front_end == "build" and editable:
        raise CacheKeysError("build makes no editable wheels; use --front-end uv or pip for an editable build")
    if front_end == "uv" and editable and python is None:
        python = _chosen_python(root, os.environ if environ is None else environ, isolated=isolated)
    if front_end == "build":
        words = _build(root, out, isolated, python)
    else:
        words = (_uv if front_end == "uv" else _pip)(out, editable, isolated, python)
    options = [word for setting in config_settings for word in ("--config-setting", setting)]
    if front_end == "pip":
        options = [word.replace("--config-setting", "--config-settings") for word in options]
    return [*words[:-1], *options, words[-1]]


def _uv(out: str, editable: bool, isolated: bool, python: str | None) -> list[str]:  # noqa: FBT001 - one signature
    isolation = [] if isolated else ["--no-build-isolation"]
    if editable:
        chosen = ["--python", python or sys.executable]
        return [
            *(_uv_program(), "pip", "install", "--no-deps", "--reinstall", "--prefix", out, *chosen),
            *(*isolation, "--no-progress", "--editable=."),
        ]
    chosen = ["--python", python] if python else []
    return [_uv_program(), "build", "--wheel", "--out-dir", out, *chosen, *isolation, "--no-progress", "."]


def _pip(out: str, editable: bool, isolated: bool, python: str | None) -> list[str]:  # noqa: FBT001
    isolation = [] if isolated else ["--no-build-isolation"]
    start = [_python_with("pip", python), "-m", "pip", "--no-input", "--disable-pip-version-check"]
    if editable:
        return [*start, "install", "--no-deps", "--ignore-installed", "--prefix", out, *isolation, "--editable=."]
    return [*start, "wheel", "--no-deps", "--wheel-dir", out, *isolation, "."]


def _build(root: str, out: str, isolated: bool, python: str | None) -> list[str]:  # noqa: FBT001 - one signature
    isolation = [] if isolated else ["--no-isolation"]
    return [_python_with("build", python), "-m", "build", "--wheel", "--outdir", out, *isolation, root]


def _uv_program() -> str:
    """Return the path of uv: of the environment that we run in, or on the search path."""
    beside = os.path.join(os.path.dirname(sys.executable), "uv.exe" if os.name == "nt" else "uv")
    found = beside if os.path.isfile(beside) else shutil.which("uv")
    if found is None:
        raise CacheKeysError("uv is not installed here; install it, or use --front-end pip or build")
    return found


def _chosen_python(root: str, environ: Mapping[str, str], *, isolated: bool) -> str:
    """Return the interpreter that ``uv sync`` would take: `uv pip` wants to be told one where no environment is active.

    That is the one of the project's environment, else one that ``requires-python`` and ``.python-version`` allow. Without isolation it has
    to be the one in which the build's requirements are: where there is no such environment, ours.
    """
    name = environ.get("VIRTUAL_ENV") or os.path.join(root, environ.get("UV_PROJECT_ENVIRONMENT") or ".venv")
    program = os.path.join(name, *(("Scripts", "python.exe") if os.name == "nt" else ("bin", "python")))
    if os.path.isfile(program):
        return program
    return (isolated and _allowed_python(root, environ)) or sys.executable


def _allowed_python(root: str, environ: Mapping[str, str]) -> str | None:
    """Return the interpreter that uv finds for a project (some 20 ms), None if it finds none."""
    import subprocess

    words = [_uv_program(), "python", "find", "--no-python-downloads"]
    try:
        done = subprocess.run(
            words, cwd=root, env=dict(environ), stdin=subprocess.DEVNULL, capture_output=True, timeout=60, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    found = os.fsdecode(done.stdout).strip()
    return found if done.returncode == 0 and os.path.isfile(found) else None


def _python_with(module: str, python: str | None) -> str:
    """Return an interpreter that has a module: the one asked for, the one that we run in, or one on the search path."""
    if python is not None:
        return _program_of(python)
    from importlib.util import find_spec

    spec = find_spec(module)
    if spec is not None and spec.origin is not None:  # a directory named build is a namespace package
        return sys.executable
    for name in ("python3", "python"):
        found = shutil.which(name)
        if found is not None and _has(found, module):
            return found
    raise CacheKeysError(f"{module} is not installed here; install it, or use another --front-end")


def _program_of(python: str) -> str:
    """Return the interpreter that is called by a version, which uv understands by itself.

    :raises CacheKeysError: there is none on the search path.
    """
    if not _VERSION.fullmatch(python):
        return python
    found = shutil.which(f"python{python}")
    if found is None:
        raise CacheKeysError(f"there is no python{python} on the search path; name the interpreter by its path")
    return found


def _has(python: str, module: str) -> bool:
    import subprocess

    question = (
        f"import importlib.util as u; s = u.find_spec({module!r}); raise SystemExit(s is None or s.origin is None)"
    )
    try:
        return (
            subprocess.run([python, "-I", "-c", question], capture_output=True, check=False, timeout=30).returncode == 0
        )
    except (OSError, subprocess.TimeoutExpired):
        return False

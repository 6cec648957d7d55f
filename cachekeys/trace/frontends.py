"""The command lines of uv, pip and build: a wheel into a directory of ours, or an editable install into one.

Measured with uv 0.13, pip 21 to 26 and build 1.6: ``uv build`` and ``uv pip install -e`` build anew every time (the latter with
``--reinstall``; otherwise its cache may answer), pip calls ``build_editable`` only to install, and ``build`` never does.
"""

from __future__ import annotations

import os
import shutil
import sys
from typing import TYPE_CHECKING

from cachekeys.errors import CacheKeysError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cachekeys.inputs.model import Mode
    from cachekeys.trace.model import FrontEnd

__all__ = ["command"]


def command(
    front_end: FrontEnd,
    root: str,
    out: str,
    *,
    mode: Mode,
    isolated: bool,
    config_settings: Sequence[str] = (),
    python: str | None = None,
) -> list[str]:
    """Return the command line that builds *root*.

    :param out: an empty directory: the wheel comes there, or the editable installation.
    :param config_settings: as ``KEY=VALUE``.
    :param python: the interpreter to build with; None for the front end's choice.
    :raises CacheKeysError: the front end is not installed or cannot do this.
    """
    editable = mode == "editable"
    if front_end == "build" and editable:
        raise CacheKeysError("build makes no editable wheels; use --front-end uv or pip for an editable build")
    make = {"uv": _uv, "pip": _pip, "build": _build}[front_end]
    words = make(root, out, editable, isolated, python)
    options = [word for setting in config_settings for word in ("--config-setting", setting)]
    if front_end == "pip":
        options = [word.replace("--config-setting", "--config-settings") for word in options]
    return [*words[:-1], *options, words[-1]]


def _uv(root: str, out: str, editable: bool, isolated: bool, python: str | None) -> list[str]:  # noqa: FBT001 - one signature
    isolation = [] if isolated else ["--no-build-isolation"]
    if editable:
        interpreter = python or _project_python(root) or sys.executable
        return [
            *(_uv_program(), "pip", "install", "--no-deps", "--reinstall", "--prefix", out, "--python", interpreter),
            *(*isolation, "--no-progress", f"--editable={root}"),
        ]
    chosen = ["--python", python] if python else []
    return [_uv_program(), "build", "--wheel", "--out-dir", out, *chosen, *isolation, "--no-progress", root]


def _pip(root: str, out: str, editable: bool, isolated: bool, python: str | None) -> list[str]:  # noqa: FBT001
    isolation = [] if isolated else ["--no-build-isolation"]
    start = [_python_with("pip", python), "-m", "pip", "--no-input", "--disable-pip-version-check"]
    if editable:
        return [*start, "install", "--no-deps", "--ignore-installed", "--prefix", out, *isolation, f"--editable={root}"]
    return [*start, "wheel", "--no-deps", "--wheel-dir", out, *isolation, root]


def _build(root: str, out: str, editable: bool, isolated: bool, python: str | None) -> list[str]:  # noqa: FBT001
    del editable
    isolation = [] if isolated else ["--no-isolation"]
    return [_python_with("build", python), "-m", "build", "--wheel", "--outdir", out, *isolation, root]


def _uv_program() -> str:
    """Return the path of uv: of the environment that we run in, or on the search path."""
    beside = os.path.join(os.path.dirname(sys.executable), "uv.exe" if os.name == "nt" else "uv")
    found = beside if os.path.isfile(beside) else shutil.which("uv")
    if found is None:
        raise CacheKeysError("uv is not installed here; install it, or use --front-end pip or build")
    return found


def _project_python(root: str) -> str | None:
    """Return the interpreter of the project's environment, as uv would take it."""
    environment = os.environ.get("VIRTUAL_ENV") or os.path.join(
        root, os.environ.get("UV_PROJECT_ENVIRONMENT") or ".venv"
    )
    program = os.path.join(environment, *(("Scripts", "python.exe") if os.name == "nt" else ("bin", "python")))
    return program if os.path.isfile(program) else None


def _python_with(module: str, python: str | None) -> str:
    """Return an interpreter that has a module: the one asked for, the one that we run in, or one on the search path."""
    if python is not None:
        return python
    from importlib.util import find_spec

    spec = find_spec(module)
    if spec is not None and spec.origin is not None:  # a directory named build is a namespace package
        return sys.executable
    for name in ("python3", "python"):
        found = shutil.which(name)
        if found is not None and _has(found, module):
            return found
    raise CacheKeysError(f"{module} is not installed here; install it, or use another --front-end")


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

"""The Python interpreters of this machine, to run stand-alone code in: builds may use any of them."""

from __future__ import annotations

import glob
import os
import shutil
import subprocess
import sys
from functools import cache

__all__ = ["OLDEST", "VERSIONS", "interpreter"]

OLDEST = (3, 8)
"""The oldest Python that the observer runs in."""

VERSIONS = ("3.8", "3.9", "3.10", "3.11", "3.12", "3.13", "3.14")


@cache
def interpreter(version: str) -> str | None:
    """Return the path of an interpreter of this version (``3.12``), None when there is none."""
    if version == f"{sys.version_info[0]}.{sys.version_info[1]}":
        return sys.executable
    roots = [os.environ.get("PYENV_ROOT", ""), os.path.expanduser("~/.pyenv")]
    installed = [path for root in roots if root for path in glob.glob(f"{root}/versions/{version}.*/bin/python")]
    found = shutil.which(f"python{version}")
    for candidate in [*sorted(installed, reverse=True), *([found] if found else [])]:
        if _is(candidate, version):
            return candidate
    return None


def _is(program: str, version: str) -> bool:
    code = "import sys; print('%d.%d' % sys.version_info[:2])"
    try:
        run = subprocess.run([program, "-I", "-c", code], capture_output=True, text=True, check=False, timeout=30)
    except OSError:  # a shim of an environment that is not there
        return False
    return run.returncode == 0 and run.stdout.strip() == version

"""What the real CMake reads when it configures a project: the oracle for our interpreter of its language.

CMake tells it itself: its File API lists the lists files, templates and dependencies (``cmakeFiles-v1``) and the sources of the
targets (``codemodel-v2``); its trace, with all variables expanded, has the files that ``file(READ)`` and its like open.
"""

from __future__ import annotations

import json
import os
import posixpath
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["executables", "reads", "version"]

_QUERIES = ("codemodel-v2", "cmakeFiles-v1")
_READERS = {"READ", "STRINGS", "MD5", "SHA1", "SHA256", "SHA512"}


@cache
def executables() -> dict[str, str]:
    """Return the CMake programs at hand, by version: the one beside Python and the system's."""
    places = [str(Path(sys.executable).parent), *os.environ.get("PATH", "").split(os.pathsep)]
    found: dict[str, str] = {}
    for place in places:
        program = shutil.which("cmake", path=place)
        if program is not None and (number := _version(program)):
            found.setdefault(number, program)
    return found


def _version(program: str) -> str:
    done = subprocess.run([program, "--version"], capture_output=True, text=True, check=False, timeout=60)
    words = done.stdout.split()
    return words[2] if words[:2] == ["cmake", "version"] else ""


def version(text: str) -> tuple[int, ...]:
    """Return a version as numbers, to compare."""
    return tuple(int(part) for part in text.partition("-")[0].split("."))


def reads(program: str, root: Path, build: Path, *options: str) -> set[str]:
    """Configure the project in *root* and return the files in it that CMake read, and the sources of its targets.

    :raises AssertionError: CMake refuses the project.
    """
    query = build / ".cmake/api/v1/query"
    query.mkdir(parents=True)
    for name in _QUERIES:
        (query / name).touch()
    trace = build / "trace.json"
    command = [program, "-S", str(root), "-B", str(build), "-Wno-dev", *options]
    command += ["--trace-expand", "--trace-format=json-v1", f"--trace-redirect={trace}"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    found = {*_file_api(build, root), *_traced(trace, root)}
    return {name for name in found if (root / name).is_file() and not name.startswith("..")}


def _file_api(build: Path, root: Path) -> Iterator[str]:
    reply = build / ".cmake/api/v1/reply"
    for file in reply.glob("cmakeFiles-v1-*.json"):
        for item in json.loads(file.read_text(encoding="utf-8"))["inputs"]:
            if not item.get("isGenerated") and not item.get("isCMake"):
                yield _relative(item["path"], root)
    for file in reply.glob("target-*.json"):
        for source in json.loads(file.read_text(encoding="utf-8")).get("sources", []):
            if not source.get("isGenerated"):
                yield _relative(source["path"], root)


def _traced(trace: Path, root: Path) -> Iterator[str]:
    with trace.open(encoding="utf-8") as lines:
        for line in lines:
            call: dict[str, Any] = json.loads(line)
            arguments = call.get("args", [])
            if call.get("cmd", "").lower() == "file" and len(arguments) > 1 and arguments[0] in _READERS:
                yield _relative(arguments[1], root, posixpath.dirname(call["file"]))


def _relative(path: str, root: Path, base: str = "") -> str:
    absolute = posixpath.normpath(posixpath.join(str(root), base, path))
    return posixpath.relpath(absolute, str(root))

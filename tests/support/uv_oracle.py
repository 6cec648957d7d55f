"""Ask the real uv what it computes and what it thinks of our text, without building anything.

* *Which cache info does uv compute for a directory?* ``uv pip compile --offline --no-build`` of a requirement whose
  name fits no project computes it, stores it as MessagePack in ``revision.rev`` of a private cache, and stops
  before any build.
* *Is this uv_cache.json fresh?* An installation is forged (``--target`` and a hand-made dist-info) and
  ``uv pip install --dry-run -r FILE`` compares. The requirement has to be in a file: one on the command line is
  always reinstalled.

Either question takes 11 to 18 ms. The native binary of the ``uv`` package is called, no shim.
"""

from __future__ import annotations

import atexit
import json
import os
import re
import shutil
import struct
import subprocess
import sys
import tempfile
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["Oracle", "UvError", "cache_keys", "compute_cache_info", "is_fresh", "shared", "unpack"]

NAME = "impossible-name"
_NEWEST = re.compile(r"Most recently modified: (.*)$", re.MULTILINE)
_WARN = re.compile(r"^WARN (.*)$", re.MULTILINE)


class UvError(Exception):
    """uv refused: the text is what it printed."""


class Oracle:
    """One uv binary with a private cache below *scratch*, a directory that the caller removes."""

    def __init__(self, scratch: Path, binary: str | os.PathLike[str] | None = None) -> None:
        if binary is None:
            import uv  # only where uv is installed

            binary = uv.find_uv_bin()
        self.binary = os.fspath(binary)
        self.cache = scratch / "cache"
        self.target = scratch / "target"
        self.requirements = scratch / "requirements.txt"
        self.scratch = scratch
        self.log = ""
        scratch.mkdir(parents=True, exist_ok=True)

    # -- the questions -----------------------------------------------------------------------------------------

    def cache_info(self, project: Path, environ: Mapping[str, str | bytes] | None = None) -> dict[str, Any]:
        """Return the fields that uv computes for *project*, in the shape of its ``uv_cache.json``.

        :param environ: variables to add to uv's own, otherwise nearly empty, environment.
        :raises UvError: uv refuses the project's keys.
        """
        for bucket in self.cache.glob("*-v*/path"):
            shutil.rmtree(bucket, ignore_errors=True)
        # Before 0.5, --no-build stops uv too early. Without it, the failing search for a build back end stops it, later.
        options = ["--no-build"] if self.version >= (0, 5, 0) else []
        self._ask(project, environ, "pip", "compile", *options, os.fspath(self.requirements))
        revisions = list(self.cache.glob("*-v*/path/*/revision.*"))
        if len(revisions) != 1:
            raise UvError(self.log)
        return _as_json_fields(unpack(revisions[0].read_bytes()))

    @cached_property
    def version(self) -> tuple[int, int, int]:
        """The version of the binary."""
        done = subprocess.run([self.binary, "--version"], capture_output=True, check=True, text=True)
        major, minor, patch = map(int, done.stdout.split()[1].split("."))
        return major, minor, patch

    def text(self, project: Path, environ: Mapping[str, str | bytes] | None = None) -> str:
        """Return what uv would write into ``uv_cache.json``, also where it writes none because it is empty."""
        return json.dumps(self.cache_info(project, environ), separators=(",", ":"), ensure_ascii=False)

    def newest(self) -> str | None:
        """Return the file that the last question named as most recently modified (uv >= 0.9.8)."""
        found = _NEWEST.search(self.log)
        return found[1] if found else None

    def warnings(self) -> list[str]:
        """Return the WARN lines of the last question."""
        return _WARN.findall(self.log)

    def is_fresh(self, project: Path, text: str | bytes, environ: Mapping[str, str | bytes] | None = None) -> bool:
        """Tell whether uv takes an installation of *project* with this ``uv_cache.json`` for up to date.

        :raises UvError: uv cannot read the text (such a file makes every command in that environment fail).
        """
        self._forge(project, text)
        code = self._ask(
            project, environ, "pip", "install", "--dry-run", "--no-build",
            "--target", os.fspath(self.target), "-r", os.fspath(self.requirements),
        )  # fmt: skip
        if code == 0:
            return "Would make no changes" in self.log
        if "At least one requirement is not satisfied" in self.log:
            return False
        raise UvError(self.log)

    # -- inside ------------------------------------------------------------------------------------------------

    def _ask(self, project: Path, environ: Mapping[str, str | bytes] | None, *arguments: str) -> int:
        self.requirements.write_text(f"{NAME} @ {project.absolute().as_uri()}\n")
        own: dict[str, str | bytes] = {
            "HOME": os.fspath(self.scratch),
            "PATH": os.fspath(self.scratch),
            "UV_CACHE_DIR": os.fspath(self.cache),
            "UV_PYTHON_DOWNLOADS": "never",
            "UV_NO_CONFIG": "1",  # the option of this name is another one in `uv pip compile` of 0.4
        }
        options = ("--offline", "--python", sys.executable, "-v", "--color", "never")
        done = subprocess.run(
            [self.binary, *arguments, *options],
            env={**own, **(environ or {})},
            cwd=project,  # where uv usually runs: before 0.11.20 it resolved some of git's relative paths there
            capture_output=True,
            check=False,
            timeout=60,
        )
        self.log = done.stderr.decode("utf-8", "surrogateescape")
        return done.returncode

    def _forge(self, project: Path, text: str | bytes) -> None:
        info = self.target / f"{NAME.replace('-', '_')}-1.dist-info"
        if not info.is_dir():
            info.mkdir(parents=True)
            (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {NAME}\nVersion: 1\n")
            (info / "WHEEL").write_text(
                "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
            )
            (info / "RECORD").write_text("")
        (info / "direct_url.json").write_text(json.dumps({"url": project.absolute().as_uri(), "dir_info": {}}))
        raw = text if isinstance(text, bytes) else text.encode()
        (info / "uv_cache.json").write_bytes(raw)


FIELDS = ("timestamp", "commit", "tags", "env", "directories")


def _as_json_fields(revision: Any) -> dict[str, Any]:
    """Name the fields; older versions have only the first of them, and leave out ``env`` when it is empty."""
    info, _ = revision
    fields = dict(zip(FIELDS, info, strict=False))
    fields["timestamp"] = _time(fields["timestamp"])
    if "directories" in fields:
        fields["directories"] = {key: _time(value) for key, value in fields["directories"].items()}
    return fields


def _time(value: Any) -> Any:
    if isinstance(value, list):
        return {"secs_since_epoch": value[0], "nanos_since_epoch": value[1]}
    return value


def unpack(raw: bytes) -> Any:
    """Decode the MessagePack that uv writes: nil, booleans, integers, strings, arrays and maps."""
    value, end = _unpack(raw, 0)
    if end != len(raw):
        raise ValueError(f"{len(raw) - end} bytes too many")
    return value


_INTEGERS = {0xCC: ">B", 0xCD: ">H", 0xCE: ">I", 0xCF: ">Q", 0xD0: ">b", 0xD1: ">h", 0xD2: ">i", 0xD3: ">q"}
_STRINGS = {0xD9: ">B", 0xDA: ">H", 0xDB: ">I"}
_ARRAYS = {0xDC: ">H", 0xDD: ">I"}
_MAPS = {0xDE: ">H", 0xDF: ">I"}
_CONSTANTS = {0xC0: None, 0xC2: False, 0xC3: True}


def _unpack(raw: bytes, at: int) -> tuple[Any, int]:
    head, at = raw[at], at + 1
    if head <= 0x7F:
        return head, at
    if head >= 0xE0:
        return head - 0x100, at
    if head <= 0x8F:
        return _pairs(raw, at, head & 0x0F)
    if head <= 0x9F:
        return _items(raw, at, head & 0x0F)
    if head <= 0xBF:
        return _string(raw, at, head & 0x1F)
    if head in _CONSTANTS:
        return _CONSTANTS[head], at
    for formats, read in ((_STRINGS, _string), (_ARRAYS, _items), (_MAPS, _pairs)):
        if head in formats:
            (count,) = struct.unpack_from(formats[head], raw, at)
            return read(raw, at + struct.calcsize(formats[head]), count)
    if head in _INTEGERS:
        (number,) = struct.unpack_from(_INTEGERS[head], raw, at)
        return number, at + struct.calcsize(_INTEGERS[head])
    raise ValueError(f"unexpected byte {head:#x} at {at - 1}")


def _string(raw: bytes, at: int, length: int) -> tuple[str, int]:
    return raw[at : at + length].decode(), at + length


def _items(raw: bytes, at: int, count: int) -> tuple[list[Any], int]:
    items = []
    for _ in range(count):
        item, at = _unpack(raw, at)
        items.append(item)
    return items, at


def _pairs(raw: bytes, at: int, count: int) -> tuple[dict[Any, Any], int]:
    items, at = _items(raw, at, 2 * count)
    return dict(zip(items[::2], items[1::2], strict=True)), at


@lru_cache(maxsize=1)
def shared() -> Oracle:
    """Return one oracle for the whole test run."""
    scratch = Path(tempfile.mkdtemp(prefix="uv-oracle-"))
    atexit.register(shutil.rmtree, scratch, ignore_errors=True)
    return Oracle(scratch)


def compute_cache_info(project: Path, environ: Mapping[str, str | bytes] | None = None) -> str:
    """Return the ``uv_cache.json`` text that the installed uv computes for *project*."""
    return shared().text(project, environ)


def is_fresh(project: Path, text: str | bytes, environ: Mapping[str, str | bytes] | None = None) -> bool:
    """Tell whether the installed uv takes an installation of *project* with this ``uv_cache.json`` for up to date."""
    return shared().is_fresh(project, text, environ)


def cache_keys(keys: Sequence[Any]) -> str:
    """Return a pyproject.toml that declares these keys (strings or one-entry tables) and nothing else."""
    return f"[tool.uv]\ncache-keys = {_toml(list(keys))}\n"


def _toml(value: Any) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {_toml(item)}" for key, item in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(_toml, value)) + "]"
    # Booleans and strings are written alike in JSON and TOML, except that TOML wants DEL escaped.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")

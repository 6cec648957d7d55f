"""What to say when a build fails: what it wrote, without secrets, a guess at what to do, and a file with all of it.

A build may take many minutes; nobody should have to repeat it only to see what stood above its last lines.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import tempfile
from typing import TYPE_CHECKING

from cachekeys.errors import CacheKeysError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from cachekeys.inputs.model import Mode
    from cachekeys.trace.secrets import Secrets

__all__ = ["BuildError", "Masked", "hints", "keep_log"]

_NOT_EDITABLE = re.compile(
    r"no attribute 'build_editable'|missing the 'build_editable' hook|(?:do(?:es)?n[o']t|does not|cannot) support editable"
)
_OTHER_PYTHON = re.compile(
    r"does not satisfy Python|requires a different Python|No interpreter found for Python|failed to inspect Python",
    re.IGNORECASE,
)
_OTHER_UV = re.compile(r"Required uv version|required-version")
_MISSING = re.compile(r"ModuleNotFoundError: No module named|BackendUnavailable|Cannot import '|not on \$?PATH")
_LONGEST_LINE = 1 << 16


class BuildError(CacheKeysError):
    """The build failed, or could not be started.

    :ivar output: what it wrote, of an enormous output the end; secrets are taken out.
    :ivar hints: sentences about what may help.
    """

    def __init__(self, message: str, output: str, hints: tuple[str, ...] = ()) -> None:
        self.output = output
        self.hints = hints
        super().__init__(message)


def hints(output: str, root: str, mode: Mode, *, isolated: bool) -> Iterator[str]:
    """Yield what may help, from what a failed build wrote."""
    if not os.access(root, os.W_OK):
        yield f"{root} cannot be written to, and many builds write into the project's directory: trace a copy of it"
    if mode == "editable" and _NOT_EDITABLE.search(output):
        yield "the build back end makes no editable installations; --wheel traces the build of a wheel"
    if _OTHER_PYTHON.search(output):
        yield "--python names another interpreter to build with"
    if _OTHER_UV.search(output):
        yield "the project wants another version of uv; --front-end pip builds without it"
    if not isolated and _MISSING.search(output):
        yield "with --no-isolation all that the build needs has to be installed already; without it the front end installs that"


def keep_log(output: str, root: str, environment: Mapping[str, str]) -> str | None:
    """Write *output* into a file of the user's cache directory, one for each project; return its path, None if there is no place for it."""
    from cachekeys.trace.sources._kept import home

    place = home(environment)
    if place is None:
        return None
    digest = hashlib.sha256(os.fsencode(root)).hexdigest()[:8]
    name = re.sub(r"[^\w.-]", "_", os.path.basename(root), flags=re.ASCII)[:40]
    path = os.path.join(place, f"failed-{name}-{digest}.log")
    try:
        os.makedirs(place, mode=0o700, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=place)  # mode 0600
        try:
            with open(handle, "w", encoding="utf-8", errors="backslashreplace") as file:
                file.write(output)
            os.replace(temporary, path)
        except OSError:
            with contextlib.suppress(OSError):
                os.unlink(temporary)
            raise
    except OSError:
        return None
    return path


class Masked:
    """Takes secrets out of output that comes in pieces of any size: whole lines go on, the rest waits."""

    def __init__(self, secrets: Secrets) -> None:
        self._secrets = secrets
        self._rest = b""

    def feed(self, chunk: bytes) -> bytes:
        """Return what can be shown now."""
        text = self._rest + chunk
        end = max(text.rfind(b"\n"), text.rfind(b"\r")) + 1
        if not end and len(text) > _LONGEST_LINE:
            end = len(text)
        self._rest = text[end:]
        return self._shown(text[:end])

    def close(self) -> bytes:
        """Return what is left."""
        rest, self._rest = self._rest, b""
        return self._shown(rest)

    def _shown(self, text: bytes) -> bytes:
        shown = self._secrets.text(text.decode("utf-8", "surrogateescape"))
        return shown.encode("utf-8", "surrogateescape")

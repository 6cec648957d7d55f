"""Follow a requirements file through everything that it pulls in with ``-r`` and ``-c``.

The format is pip's (pip 26.3, ``req/req_file.py``): comments, line continuations, byte order marks and a coding
comment, paths relative to the including file. What a build makes of such a line is another matter: some readers
follow ``-r`` themselves, setuptools refuses it, hatch-requirements-txt skips it. So the caller says how sure it is.
"""

from __future__ import annotations

import codecs
import os
import posixpath
import re
from typing import TYPE_CHECKING

from cachekeys.inputs.dynamic import relative
from cachekeys.inputs.model import BuildInput, Origin, Unresolved

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cachekeys.inputs.model import Confidence, Detected
    from cachekeys.project import Project

__all__ = ["included", "read_chain"]

_COMMENT = r"(^|\s)#.*$"
_VARIABLE = r"\$\{[A-Za-z_][A-Za-z0-9_]*\}"
_SCHEME = r"[A-Za-z][A-Za-z0-9+.-]+:"  # two characters at least: C: is a drive
_CODING = rb"(?m)^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)"
_OPTION = (  # pip splits the value as a shell does: quotes keep blanks together
    r"(?:(-[rc])\s*=?\s*|(--requirement|--constraint)(?:\s*=\s*|\s+))(?:'([^']+)'|\"([^\"]+)\"|(\S+))"
)
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def read_chain(
    project: Project,
    path: str,
    origin: Origin,
    *,
    reader: str = "the build",
    what: str = "dependencies",
    confidence: Confidence = "certain",
    nested: Confidence | None = None,
    chain: tuple[Origin, ...] = (),
) -> Iterator[Detected]:
    """Yield the requirements file *path* and all that it pulls in, each file once; loops end.

    :param path: relative to the project, or absolute; it need not exist.
    :param origin: the place that names *path*. An included file has the including line as its origin.
    :param reader: who reads it, for the explanation ("setup.py").
    :param what: what it reads from it.
    :param nested: how sure it is that *reader* follows ``-r`` and ``-c``; as sure as of *path* when not given.
    :param chain: how *origin* gets to read *path*, when it does not say so itself.
    """
    name = relative(project, path)
    if name is None:
        return
    why = f"{reader} reads {what} from it"
    yield BuildInput("file", name, "requirements", why, origin, "dependencies", confidence, chain=chain)
    seen = {_identity(project, name)}
    pending = [(name, chain or (origin,))]
    while pending:
        current, steps = pending.pop()
        for line, option, target in included(project, current):
            here = Origin(current, line)
            found = _resolve(project, current, target)
            if isinstance(found, Unresolved):
                yield Unresolved(found.message, here)
            elif found is not None and _identity(project, found) not in seen:
                seen.add(_identity(project, found))
                why = f"{current} pulls it in with {option}"
                sure = nested or confidence
                through = (here, *steps)
                yield BuildInput("file", found, "requirements", why, here, "dependencies", sure, chain=through)
                pending.append((found, through))


def included(project: Project, path: str) -> list[tuple[int, str, str]]:
    """Return what the requirements file *path* includes: line, option (``-r`` or ``-c``) and the target as written."""
    raw = project.read_bytes(path)
    if raw is None:
        return []
    found = []
    for number, text in _logical_lines(_decode(raw)):
        option = re.match(_OPTION, re.sub(_COMMENT, "", text).strip())
        if option:
            found.append((number, option[1] or f"-{option[2][2]}", option[3] or option[4] or option[5]))
    return found


def _identity(project: Project, path: str) -> str:
    """Return what is the same for all names of a file, so that a loop through a symlink ends."""
    return os.path.realpath(project.path(path))


def _resolve(project: Project, including: str, target: str) -> str | Unresolved | None:
    """Return the path of an include, relative to the file that has it; None for one that is not on this machine."""
    if variable := re.search(_VARIABLE, target):
        return Unresolved(f"includes a requirements file whose name depends on {variable[0]}", Origin(including))
    if target.lower().startswith("file:"):
        from urllib.parse import unquote  # nearly nobody writes this

        target = unquote(target[5:])
        target = target.removeprefix("//")
    elif re.match(_SCHEME, target):
        return None
    return relative(project, target, posixpath.dirname(including))


def _decode(raw: bytes) -> str:
    """Decode as pip does: a byte order mark, a coding comment in the first two lines, else UTF-8; never fails."""
    for mark, encoding in _MARKS:
        if raw.startswith(mark):
            return raw.removeprefix(codecs.BOM_UTF8).decode(encoding, "replace")
    comment = re.search(_CODING, b"\n".join(raw.split(b"\n", 2)[:2]))
    encodings = ["utf-8"]
    if comment:
        encodings.insert(0, comment[1].decode("ascii"))
    for encoding in encodings:
        try:
            return raw.decode(encoding)
        except (UnicodeError, LookupError):
            continue
    return raw.decode("latin-1")


def _logical_lines(text: str) -> Iterator[tuple[int, str]]:
    """Join continued lines; the number is that of the first one. A comment line is never continued (as in pip)."""
    parts: list[str] = []
    first = 0
    for number, line in enumerate(text.splitlines(), 1):
        comment = line.lstrip().startswith("#")
        if not line.endswith("\\") or comment:
            parts.append(" " + line if comment else line)
            yield first or number, "".join(parts)
            parts, first = [], 0
        else:
            parts.append(line[:-1])
            first = first or number
    if parts:
        yield first, "".join(parts)

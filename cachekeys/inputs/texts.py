"""Text of which only a part is known: the string domain shared by the analysers of setup.py, CMake and Meson.

A text is a plain ``str`` in which two control characters have a meaning: :data:`UNKNOWN` stands for any run of
characters that only running the build would tell, and :data:`ROOT` at the start stands for the project directory's
absolute path. So every string method of Python works on it unchanged, and a path becomes a glob in one step.
Both characters are removed from text that comes from a project (:func:`known`).
"""

from __future__ import annotations

import posixpath
import re
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from cachekeys.project import Project

__all__ = [
    "ROOT",
    "UNKNOWN",
    "as_glob",
    "bounded",
    "ends_with",
    "expand",
    "expand_directories",
    "is_known",
    "join",
    "known",
    "normalised",
    "parent",
    "project_path",
    "starts_with",
    "widen",
]

ROOT = "\x00"
"""The project directory, as the first character of an absolute path."""

UNKNOWN = "\x01"
"""Any text, also none."""

MAX_LENGTH = 400_000
"""Characters: a script may double a text in a loop."""

_RUNS = re.compile(r"\x01+")
_GLOB = re.compile(r"[*?\[\]{}\\]")
_HEAD = re.compile(r"[*?\[\x01]")


def bounded(text: str) -> str:
    """Return *text*, or an unknown one when it is longer than any path, list or file that matters here."""
    return text if len(text) <= MAX_LENGTH else UNKNOWN


def known(text: str) -> str:
    """Return *text* from a project's file with our two marks neutralised."""
    return text.replace(ROOT, "\x02").replace(UNKNOWN, "\x02") if ROOT in text or UNKNOWN in text else text


def is_known(text: str) -> bool:
    """Tell whether every character of *text* is known."""
    return UNKNOWN not in text


def starts_with(text: str, prefix: str) -> bool | None:
    """Tell whether *text* starts with *prefix*; None when the unknown part decides."""
    head, mark, _ = text.partition(UNKNOWN)
    if not mark or len(head) >= len(prefix):
        return head.startswith(prefix)
    return None if prefix.startswith(head) else False


def ends_with(text: str, suffix: str) -> bool | None:
    """Tell whether *text* ends with *suffix*; None when the unknown part decides."""
    _, mark, tail = text.rpartition(UNKNOWN)
    if not mark or len(tail) >= len(suffix):
        return tail.endswith(suffix)
    return None if suffix.endswith(tail) else False


def join(*parts: str) -> str:
    """Join path parts as ``os.path.join`` does on POSIX; a part that starts with ROOT is absolute."""
    result = ""
    for part in parts:
        if part.startswith(("/", ROOT)) or not result:
            result = part
        else:
            result = result + part if result.endswith("/") else f"{result}/{part}"
    return result


def normalised(text: str) -> str:
    """Return a path as ``os.path.normpath`` does; what lies above the project keeps ROOT in front (``ROOT/../x``)."""
    if not text.startswith(ROOT):
        return posixpath.normpath(text)
    rest = posixpath.normpath(text[1:].lstrip("/") or ".")
    return ROOT if rest == "." else f"{ROOT}/{rest}"


def parent(text: str) -> str:
    """Return a path as ``os.path.dirname`` does; above the project, whose own name is not known, with one ``..`` more."""
    head, _, last = text.rpartition("/")
    if text == ROOT or (last == ".." and text.startswith(ROOT) and not head.lstrip(ROOT).strip("./")):
        return f"{text}/.."
    return posixpath.dirname(text)


def widen(texts: Iterable[str]) -> str:
    """Return one text that stands for all of *texts*: their common start and end, unknown in between."""
    items = list(texts)
    start = posixpath.commonprefix(items)
    rests = [item[len(start) :] for item in items]
    end = posixpath.commonprefix([rest[::-1] for rest in rests])[::-1]
    return f"{start}{UNKNOWN}{end}" if any(rests) else start


def project_path(text: str, base: str = "") -> str | None:
    """Return *text* as a path relative to the project, ``/``-separated, or None when it is somewhere else.

    Unknown parts stay in the result. A text that begins with an unknown part could be anywhere: None.

    :param base: the directory, relative to the project, that a relative path starts from.
    """
    if not text or text[0] == UNKNOWN or text[0] in "/~" or "\n" in text:
        return None
    if "\\" in text and "/" not in text:
        text = text.replace("\\", "/")  # written for Windows only
    if text[0] == ROOT:
        text = text[1:].lstrip("/") or "."
    elif base:
        text = f"{base}/{text}"
    if len(text) > 1 and text[1] == ":":
        return None  # a drive, or a URL's scheme is longer and has no file
    path = _RUNS.sub(UNKNOWN, posixpath.normpath(text))
    # "*/../x" is normalised away only when the part before it is certain to be one directory
    return None if path.startswith(UNKNOWN) else path


def as_glob(path: str) -> str:
    """Return the glob (uv's syntax) for a project path with unknown parts; each stands within one path part."""
    return "*".join(_GLOB.sub(_escaped, literal) for literal in path.split(UNKNOWN))


def _escaped(match: re.Match[str]) -> str:
    return "\\\\" if match[0] == "\\" else f"[{match[0]}]"


@lru_cache(maxsize=512)
def _part_matcher(part: str) -> Callable[[str], object]:
    """Return the test for one part of a path; fnmatch's expressions take linear time."""
    from fnmatch import translate  # only needed once something is expanded

    return re.compile(translate(part)).match


def _matches(parts: list[str], pattern: list[str]) -> bool:
    """Tell whether the parts of a path match those of a pattern, ``**`` being any number of parts."""
    at = position = 0
    star = resume = -1
    while at < len(parts):
        if position < len(pattern) and pattern[position] == "**":
            star, resume = position, at
            position += 1
        elif position < len(pattern) and _part_matcher(pattern[position])(parts[at]):
            at += 1
            position += 1
        elif star >= 0:
            resume += 1
            at, position = resume, star + 1
        else:
            return False
    return all(part == "**" for part in pattern[position:])


def expand(project: Project, pattern: str) -> list[str]:
    """Return the project's files that match a Python glob (``*``, ``?``, ``[]``, ``**``) or unknown parts, sorted."""
    head = _HEAD.split(pattern, maxsplit=1)[0]
    candidates = _below(_around(project, head), head)
    if head == pattern or not candidates:
        return [pattern] if pattern in candidates[:1] else []
    skipped = head.count("/")
    parts = pattern.replace(UNKNOWN, "*").split("/")[skipped:]
    return [name for name in candidates if _matches(name.split("/")[skipped:], parts)]


def expand_directories(project: Project, pattern: str) -> list[str]:
    """Return the directories of the project, that hold any file, that match a Python glob or unknown parts, sorted."""
    head = _HEAD.split(pattern, maxsplit=1)[0]
    found: set[str] = set()
    for name in _below(_around(project, head), head):
        at = name.find("/", len(head))
        while at > 0:
            found.add(name[:at])
            at = name.find("/", at + 1)
    skipped = head.count("/")
    parts = pattern.replace(UNKNOWN, "*").split("/")[skipped:]
    return sorted(name for name in found if _matches(name.split("/")[skipped:], parts))


def _around(project: Project, head: str) -> tuple[str, ...]:
    """Return the project's files, or those of the directory beside it that *head* lies in."""
    return project.files_below(head[: head.rfind("/") + 1]) if head.startswith("../") else project.files


def _below(files: tuple[str, ...], head: str) -> tuple[str, ...]:
    """Return the slice of the sorted *files* that starts with *head*."""
    from bisect import bisect_left  # only needed once something is expanded

    start = bisect_left(files, head)
    end = bisect_left(files, f"{head}\U0010ffff", start)  # sorts behind every name that starts with head
    return files[start:end]

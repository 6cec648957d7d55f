"""Readmes, licences, change logs and the like, told by their names: what only people read."""

from __future__ import annotations

import posixpath
import re

__all__ = ["is_long_text"]

_NAMES = re.compile(
    r"(?:readme|licen[cs]es?|copying|copyright|notice|authors?|contributors|contributing|changes|change[-_]?log|history|news|release[-_]?notes"
    r"|thanks|todo|credits|maintainers|code[-_]of[-_]conduct|citation)(?:[-_.].*)?"
    r"|(?-i:INSTALL|HACKING)(?:\.\w+)?|install(?:ing|ation)?\.(?:txt|md|rst|adoc|html)",
    re.IGNORECASE,
)
_PROGRAMS = (
    ".py",
    ".pyi",
    ".pl",
    ".rb",
    ".sh",
    ".bat",
    ".ps1",
    ".js",
    ".ts",
    ".lua",
    ".awk",
    ".sed",
    ".cmake",
    ".mk",
    ".am",
    ".ac",
    ".m4",
)


def is_long_text(path: str) -> bool:
    """Tell whether the file is a readme, a licence or a change log by its name: ``news.py`` is a program."""
    name = posixpath.basename(path)
    return _NAMES.fullmatch(name) is not None and not name.lower().endswith(_PROGRAMS)

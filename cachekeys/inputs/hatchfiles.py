"""Which files hatchling packs into a wheel, for plugins that compile them; and its patterns, which are those of .gitignore.

Follows hatchling 1.33 (``builders/config.py``, ``builders/wheel.py``): ``only-include``, ``packages``, ``include``, ``exclude``, else the package
that bears the project's name.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from cachekeys.inputs.dynamic import relative, strings

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cachekeys.inputs.hatchconfig import HatchConfig
    from cachekeys.project import Project

__all__ = ["matches", "package_directories", "packed_files"]


def _class(inner: str) -> str:
    """Return a character class with everything escaped that has a meaning in one, but for ranges."""
    start = "^" if inner[0] in "!^" else ""
    body = inner[1:] if start else inner
    text = ""
    for position, char in enumerate(body):
        around = body[position - 1 : position] + body[position + 1 : position + 2]
        text += char if char.isalnum() or (char == "-" and len(around) == 2 and around.isalnum()) else re.escape(char)  # noqa: PLR2004 - one on each side
    return f"[{start}{text}]"


@lru_cache(maxsize=512)
def _expression(pattern: str) -> re.Pattern[str]:
    """Return a pattern of .gitignore as an expression for a whole path; a directory stands for what is in it."""
    body = pattern.strip("/")
    anchored = pattern.startswith("/") or "/" in body
    parts = []
    for part in body.split("/"):
        if part == "**":
            parts.append("(?:[^/]+/)*")
            continue
        text = ""
        position = 0
        while position < len(part):
            char = part[position]
            end = part.find("]", position + 2) if char == "[" else -1
            if end > 0:
                text += _class(part[position + 1 : end])
                position = end
            else:
                text += {"*": "[^/]*", "?": "[^/]"}.get(char, re.escape(char))
            position += 1
        parts.append(text + "/")
    joined = "".join(parts).removesuffix("/")
    start = "" if anchored else "(?:.*/)?"
    try:
        return re.compile(f"{start}{joined}{'/.*' if pattern.endswith('/') else '(?:/.*)?'}")
    except re.error:
        return re.compile("(?!)")


def matches(path: str, patterns: Iterable[str]) -> bool:
    """Tell whether the patterns, the last one that matches deciding, take in *path*."""
    verdict = False
    for pattern in patterns:
        negated = pattern.startswith("!")
        if _expression(pattern.removeprefix("!")).fullmatch(path):
            verdict = not negated
    return verdict


def package_directories(project: Project, hatch: HatchConfig) -> list[str]:
    """Return the directories and files from which the wheel is packed, relative to the project."""
    for option in ("only-include", "packages"):
        listed, _ = hatch.option(option)
        found = [relative(project, text) for _, text in strings(listed)]
        if found:
            return [path for path in found if path is not None]
    if hatch.option("include")[0]:
        return ["."]
    name = project.get("project", "name")
    names = [name.replace("-", "_").replace(".", "_"), name] if isinstance(name, str) else []
    for candidate in dict.fromkeys([*names, *(text.lower() for text in names)]):
        for base in (candidate, f"src/{candidate}"):
            if project.is_file(f"{base}/__init__.py"):
                return [base]
        if project.is_file(f"{candidate}.py"):
            return [f"{candidate}.py"]
    return []


def packed_files(project: Project, hatch: HatchConfig) -> list[str]:
    """Return the files that go into the wheel."""
    include = [text for _, text in strings(hatch.option("include")[0])]
    exclude = [text for _, text in strings(hatch.option("exclude")[0])]
    found: dict[str, None] = {}
    for directory in package_directories(project, hatch):
        names = project.files_below("" if directory == "." else f"{directory}/")
        names = names or ((directory,) if project.is_file(directory) else ())
        for name in names:
            if (not include or matches(name, include)) and not matches(name, exclude):
                found[name] = None
    return list(found)

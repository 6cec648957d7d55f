"""May a file that a key names be missing for a good reason? Then a key that matches nothing is only worth a remark."""

from __future__ import annotations

import os
import posixpath
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cachekeys.project import Project

__all__ = ["excuse"]

# Patterns are compiled when needed: most projects have no dead key.
_PERSONAL = r"(?:^|[._-])(?:local|override|overrides|user|private)(?:[._-]|$)|^\.env|\.lock$|lock\.json$"
_TOOLCHAIN = ("rust-toolchain", "rust-toolchain.toml", ".cargo/config.toml", ".cargo/config", ".python-version")


def excuse(project: Project, path: str) -> str | None:
    """Return why *path* (or the directory that a glob starts in) may well be missing here, or None."""
    if project.is_sdist:
        return "the sdist may leave it out"
    if re.search(_PERSONAL, posixpath.basename(path), re.IGNORECASE):
        return "such a file is often absent"
    if path.endswith(_TOOLCHAIN):
        return "such a file overrides a toolchain's defaults and is often absent"
    if _in_submodule(project, path):
        return "it belongs to a git submodule that is not checked out"
    if _is_ignored(project, path):
        return "git ignores it, so it may be created later"
    return None


def _in_submodule(project: Project, path: str) -> bool:
    text = project.read_text(".gitmodules")
    if text is None:
        return False
    return any(
        f"{path}/".startswith(f"{submodule}/") and not os.path.exists(project.path(f"{submodule}/.git"))
        for submodule in re.findall(r"^\s*path\s*=\s*(.+?)\s*$", text, re.MULTILINE)
    )


def _is_ignored(project: Project, path: str) -> bool:
    """Apply the .gitignore files of the project directory and of the directories between it and the path."""
    if path.startswith(("/", "..")):
        return False
    from cachekeys.uv.globs import Ruleset  # only for a key that matches nothing

    parts = posixpath.normpath(path).split("/")
    ignored = False
    for depth in range(len(parts)):
        text = project.read_text(posixpath.join(*parts[:depth], ".gitignore"))
        if text is None:
            continue
        rules = Ruleset((line, number) for number, line in enumerate(_rules(text)))
        for end in range(depth + 1, len(parts) + 1):
            rule = rules.find(os.fsencode("/".join(parts[depth:end])))
            if rule is not None:
                ignored = not rule.excludes
                if ignored:
                    break
    return ignored


def _rules(text: str) -> Iterator[str]:
    """Yield the lines as rules without the trailing slash: what is looked for is in a directory or is one."""
    for line in text.split("\n"):
        rule = line.rstrip()
        if rule and not rule.startswith("#"):
            yield rule.rstrip("/") or "/"

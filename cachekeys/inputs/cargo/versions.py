"""The commit that a crate is compiled with: build scripts that ask git, and crates that do it for them.

Known are the command ``git`` in a build script, the libraries git2 and gix, and the crates that exist for this: vergen (with its git part),
built (with its feature for git), shadow-rs, and the macros of git-version and git-testament. What a script makes of the answer is not
followed.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cachekeys.inputs.cargo.rust import literal
from cachekeys.inputs.model import BuildInput, Origin

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from cachekeys.project import Project

__all__ = ["git_inputs", "script_git"]

_TEXT = r'"(?:[^"\\]|\\.)*"'
_STARTED = re.compile(
    r'(?P<program>\bnew\s*\(\s*)?"git(?:\.exe)?"[^;{}]*'  # Command::new("git").arg("log"), run("git", ["log"])
    r'|"git\s(?:[^"\\]|\\.)*"'  # cmd!(shell, "git log")
    r"|\b(?:run_cmd|run_fun)!\s*[({][^;]*?\bgit\s[^;]*"
)
_LIBRARIES = re.compile(
    r"\b(?:vergen_git2|vergen_gitcl|vergen_gix|Git2Builder|GitclBuilder|GixBuilder|shadow_rs|git2::|gix::|rustc_tools_util)\b"
    r"|\ball_git\s*\(|\.git_(?:sha|describe|branch|commit_\w+|mut)\s*\(|\bbuild_data::(?:set_|get_)(?:GIT|git)_\w+"
)
_BUILT = re.compile(r"\bbuilt::")
_FACTS = frozenset(
    {"rev-parse", "log", "rev-list", "show", "describe", "tag", "name-rev", "status", "diff", "diff-index", "branch"}
    | {"symbolic-ref", "show-ref", "for-each-ref", "cat-file"}
)
_TAGS = re.compile(r"describe|--tags|^tag$|name-rev|refs/tags")
_ALWAYS_TAGS = re.compile(r"describe|shadow_rs|all_git")


def script_git(text: str, features: Iterable[str]) -> dict[str, int]:
    """Return what a build script asks git for (``commit``, ``tags``), with the offset in its *text*.

    :param features: those that its manifest asks of the crate ``built``.
    """
    found: dict[str, int] = {}
    for match in _STARTED.finditer(text):
        words = [word for piece in re.findall(_TEXT, match[0]) for word in (literal(piece) or "").split()]
        words = words or match[0].split()
        commands = [word for word in words if word in _FACTS]
        if commands or (match["program"] and len(words) == 1):  # "git" alone: the rest comes from elsewhere
            found.setdefault("commit", match.start())
            if any(_TAGS.search(word) for word in words) or (not commands and _TAGS.search(text)):
                found.setdefault("tags", match.start())
    library = _LIBRARIES.search(text) or (_BUILT.search(text) if {"git2", "gix"} & set(features) else None)
    if library is not None:
        found.setdefault("commit", library.start())
        if _ALWAYS_TAGS.search(text) or _BUILT.search(text):
            found.setdefault("tags", library.start())
    return found


def git_inputs(project: Project, what: Iterable[str], why: str, origin: Origin) -> Iterator[BuildInput]:
    """Yield *what* of the checkout (``commit``, ``tags``); nothing in an unpacked sdist, which has none."""
    if project.is_sdist:
        return
    for name in what:
        yield BuildInput("git", name, "scm-version", why, origin, "code")

"""Real repositories, made by git: one function for each state that uv's git keys should know, and random ones."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from random import Random

__all__ = ["GIT_STATES", "git", "random_repository"]

_CONFIG = {
    "user.name": "a",
    "user.email": "a@b.c",
    "protocol.file.allow": "always",
    "init.defaultBranch": "main",
    "init.templateDir": "",
    "gc.auto": "0",
    "advice.detachedHead": "false",
}
_OPTIONS = tuple(part for name, value in _CONFIG.items() for part in ("-c", f"{name}={value}"))


def git(where: Path, *arguments: str) -> None:
    """Run git in *where*; the user's own configuration plays no part."""
    environ = {"PATH": os.environ["PATH"], "HOME": os.fspath(where), "GIT_CONFIG_NOSYSTEM": "1"}
    subprocess.run(["git", *_OPTIONS, *arguments], cwd=where, env=environ, check=True, capture_output=True)


def _repository(where: Path, *options: str) -> Path:
    where.mkdir(parents=True, exist_ok=True)
    git(where, "init", *options)
    git(where, "commit", "--allow-empty", "-m", "one")
    git(where, "tag", "v1")
    git(where, "tag", "-a", "rel/1.0", "-m", "annotated")
    return where


def _packed(where: Path) -> Path:
    git(_repository(where), "gc")
    return where


def _packed_and_moved_on(where: Path) -> Path:
    git(_packed(where), "commit", "--allow-empty", "-m", "two")
    git(where, "tag", "-f", "v1")
    return where


def _detached(where: Path) -> Path:
    git(_repository(where), "checkout", "--detach")
    return where


def _unborn(where: Path) -> Path:
    where.mkdir()
    git(where, "init")
    return where


def _cloned(where: Path) -> Path:
    _repository(where / "origin")
    git(where, "clone", "origin", "clone")
    return where / "clone"


def _shallow(where: Path) -> Path:
    _repository(where / "origin")
    git(where, "clone", "--depth", "1", f"file://{where}/origin", "clone")
    return where / "clone"


def _worktree(where: Path) -> Path:
    git(_packed(where / "main"), "worktree", "add", "-b", "topic/x", "../tree")
    return where / "tree"


def _loose_worktree(where: Path) -> Path:
    git(_repository(where / "main"), "worktree", "add", "-b", "topic/x", "../tree")
    return where / "tree"


def _detached_worktree(where: Path) -> Path:
    git(_repository(where / "main"), "worktree", "add", "--detach", "../tree")
    return where / "tree"


def _submodule(where: Path) -> Path:
    _repository(where / "library")
    git(_repository(where / "main"), "submodule", "add", f"{where}/library", "sub")
    return where / "main" / "sub"


def _separate(where: Path) -> Path:
    return _repository(where / "work", f"--separate-git-dir={where}/store")


def _sha256(where: Path) -> Path:
    return _repository(where, "--object-format=sha256")


def _tag_link(where: Path) -> Path:
    git(_repository(where), "symbolic-ref", "refs/tags/latest", "refs/tags/v1")
    return where


_BOTH = {"v1", "rel/1.0"}

GIT_STATES: dict[str, tuple[Callable[[Path], Path], bool, set[str] | None]] = {
    "loose": (_repository, True, _BOTH),
    "packed": (_packed, True, _BOTH),
    "packed and moved on": (_packed_and_moved_on, True, _BOTH),
    "detached": (_detached, True, _BOTH),
    "unborn": (_unborn, False, set()),
    "clone": (_cloned, True, _BOTH),
    "shallow": (_shallow, True, _BOTH),
    "worktree": (_worktree, True, _BOTH),
    "worktree, loose": (_loose_worktree, True, _BOTH),
    "detached worktree": (_detached_worktree, True, _BOTH),
    "submodule": (_submodule, True, _BOTH),
    "separate git dir": (_separate, True, _BOTH),
    "sha256": (_sha256, False, None),
    "symbolic tag": (_tag_link, True, None),
}
"""For each state: what makes it below a fresh directory and returns the working tree; whether uv 0.13.8 sees a commit; which
tags it sees."""


def random_repository(random: Random, base: Path) -> Path:
    """Make a repository in a random state below *base*, with git, and return its working tree.

    It may be a clone, a linked worktree or a submodule of another one, or keep its files elsewhere.
    """
    style = random.choice(("plain", "plain", "plain", "worktree", "submodule", "clone", "separate", "sha256"))
    options = {"sha256": ["--object-format=sha256"], "separate": [f"--separate-git-dir={base}/store"]}
    tree = base / "repository"
    tree.mkdir(parents=True)
    git(tree, "init", *options.get(style, []))
    if random.random() < 0.05:
        return tree
    _history(random, tree)
    if style == "submodule":
        git(_repository(base / "outer"), "submodule", "add", f"{tree}", "sub")
        tree = base / "outer" / "sub"
    elif style == "clone":
        git(base, "clone", *random.choice(((), ("--depth", "1"))), f"file://{tree}", "clone")
        tree = base / "clone"
    elif style == "worktree":
        branch = random.choice((["--detach"], ["-b", "topic/x"], ["-b", "topic"]))
        git(tree, "worktree", "add", *branch, f"{base}/worktree")
        tree = base / "worktree"
    if tree.name != "repository" and random.random() < 0.5:
        _history(random, tree)
    return tree


def _history(random: Random, where: Path) -> None:
    """Let a few of the things happen that move references."""
    git(where, "commit", "--allow-empty", "-m", "one")
    steps: tuple[tuple[str, ...], ...] = (
        ("tag", "-f", "v1"),
        ("tag", "-f", "rel/1.0"),
        ("tag", "-f", "-a", "v2", "-m", "annotated"),
        ("tag", "-f", "-a", "rel/2.0", "-m", "annotated"),
        ("commit", "--allow-empty", "-m", "more"),
        ("checkout", "--detach"),
        ("checkout", "-B", "feature/x"),
        ("pack-refs", "--all"),
        ("pack-refs", "--all", "--no-prune"),
        ("gc", "--prune=now"),
        ("symbolic-ref", "refs/tags/latest", "refs/tags/v1"),
    )
    for step in random.choices(steps, weights=(3, 3, 3, 3, 4, 2, 2, 3, 1, 1, 0.3), k=random.randint(0, 5)):
        git(where, *step)

"""Which facts of the repository a build asked for: from the command lines of git, and from files of ``.git`` that were read.

What git itself reads says little (every command looks at ``HEAD`` and the index), so its command line counts; a program that reads
``.git`` itself is taken by the file.
"""

from __future__ import annotations

import os
import shlex
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["Fact", "facts_of_command", "facts_of_file", "is_git"]

Fact = Literal["commit", "tags", "status"]

_COMMIT: frozenset[Fact] = frozenset({"commit"})
_TAGS: frozenset[Fact] = frozenset({"tags"})
_STATUS: frozenset[Fact] = frozenset({"status"})
_COMMANDS: dict[str, frozenset[Fact]] = {
    "describe": _COMMIT | _TAGS,
    "name-rev": _COMMIT | _TAGS,
    "tag": _TAGS,
    "for-each-ref": _TAGS,
    "show-ref": _COMMIT | _TAGS,
    "log": _COMMIT,
    "show": _COMMIT,
    "rev-list": _COMMIT,
    "rev-parse": _COMMIT,
    "shortlog": _COMMIT,
    "branch": _COMMIT,
    "symbolic-ref": _COMMIT,
    "cat-file": _COMMIT,
    "ls-tree": _COMMIT,
    "archive": _COMMIT,
    "merge-base": _COMMIT,
    "status": _STATUS,
    "diff": _STATUS,
    "diff-index": _STATUS,
    "diff-files": _STATUS,
}
_WITH_VALUE = frozenset(
    {"-C", "-c", "--git-dir", "--work-tree", "--namespace", "--exec-path", "--super-prefix", "--config-env"}
)
_SHELLS = frozenset({"sh", "bash", "dash", "zsh", "ksh", "busybox"})
_SEPARATORS = frozenset(";|&()\n")


def is_git(arguments: Sequence[str]) -> bool:
    """Tell whether a command line is git's."""
    return bool(arguments) and _name(arguments[0]) == "git"


def facts_of_command(arguments: Sequence[str]) -> frozenset[Fact]:
    """Return what a command line asks a repository for; that of a shell is looked into."""
    found: set[Fact] = set()
    for words in _commands(arguments):
        found |= _facts(words)
    return frozenset(found)


def facts_of_file(path: str) -> frozenset[Fact]:
    """Return what a file says; *path* is relative to the ``.git`` directory, with ``/``."""
    if (
        path == "HEAD"
        or path.startswith(("refs/heads/", "refs/remotes/", "logs/"))
        or path in {"ORIG_HEAD", "FETCH_HEAD"}
    ):
        return _COMMIT
    if path.startswith("refs/tags"):
        return _TAGS
    if path == "packed-refs":
        return _COMMIT | _TAGS
    return _STATUS if path == "index" else frozenset()


def _facts(words: Sequence[str]) -> frozenset[Fact]:
    rest = list(words[1:])
    while rest and rest[0].startswith("-"):
        del rest[: 2 if rest[0] in _WITH_VALUE else 1]
    if not rest:
        return frozenset()
    command, options = rest[0], rest[1:]
    if command == "rev-parse" and not any(_is_revision(option) for option in options):
        return frozenset()
    facts = _COMMANDS.get(command, frozenset())
    if command == "describe" and any(option.startswith(("--dirty", "--broken")) for option in options):
        facts |= _STATUS
    if command in {"log", "show"} and any(
        "%d" in option or "%D" in option or option.startswith("--decorate") for option in options
    ):
        facts |= _TAGS
    return facts


def _is_revision(option: str) -> bool:
    return not option.startswith("-") or option in {"--all", "--branches", "--tags", "--remotes"}


def _commands(arguments: Sequence[str]) -> Iterator[list[str]]:
    """Yield the git commands in a command line."""
    if is_git(arguments):
        yield list(arguments)
    elif arguments and _name(arguments[0]) in _SHELLS:
        for argument in arguments[1:]:
            if "git" in argument:
                yield from _in_shell_text(argument)
    elif arguments and _name(arguments[0]) in {"env", "timeout", "nice", "xcrun"}:
        for position, word in enumerate(arguments[1:], 1):
            if _name(word) == "git":
                yield list(arguments[position:])
                return


def _in_shell_text(text: str) -> Iterator[list[str]]:
    lexer = shlex.shlex(text, posix=True, punctuation_chars=";|&()")
    lexer.whitespace_split = True
    try:
        words = list(lexer)
    except ValueError:  # an open quotation mark
        words = text.split()
    command: list[str] = []
    for word in [*words, ";"]:
        if word and set(word) <= _SEPARATORS:
            if is_git(command):
                yield command
            command = []
        elif command or "=" not in word:  # an assignment before the command
            command.append(word.strip("`$"))


def _name(program: str) -> str:
    return os.path.basename(program.replace("\\", "/")).removesuffix(".exe")

"""A line for the shell, taken apart: its commands, each with the directory in which it runs.

Not a shell: quotes are dropped and nothing is expanded. Lists (``&&``, ``||``, ``;``, pipes), groups in parentheses, whose ``cd`` ends with
them, keywords, variables in front of a command and programs that only run another one are understood (POSIX, Shell Command Language).
"""

from __future__ import annotations

import posixpath
import re
from itertools import dropwhile
from typing import TYPE_CHECKING

from cachekeys.inputs.programs import is_followed
from cachekeys.inputs.setup_script.joins import elements
from cachekeys.inputs.setup_script.values import Choice, PathValue, Value, alternatives, as_text
from cachekeys.inputs.texts import join

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["commands_of", "program_of", "words_of"]

_WRAPPERS = frozenset({"env", "sudo", "nice", "time", "exec", "command", "xvfb-run", "wine", "arch"})
_PROGRAMS = frozenset({"cmake", "git", "make", "cargo", "meson"})
_SHELLS = frozenset({"sh", "bash", "zsh", "dash", "cmd"})
_KEYWORDS = frozenset({"if", "then", "else", "elif", "fi", "while", "until", "do", "done", "!", "{", "}"})
_READS_NOTHING = frozenset(
    {"[", "[[", "test", "echo", "printf", "rm", "mkdir", "touch", "exit", "export", "for", "case"}
)
"""What may name a file without reading it."""

_REDIRECTION = re.compile(r"(?:\d|&)?>{1,2}\|?(?P<target>.*)")


def words_of(command: Value) -> list[str]:
    """Return the command line as words; a list inside counts with its elements."""
    if isinstance(command, (str, PathValue)):
        text = as_text(command)
        for separator in ("&&", "||", ";", "|", "\n"):
            text = text.replace(separator, " && ")
        return text.replace('"', " ").replace("'", " ").split()
    items = elements(command)
    if items is None:
        return []
    words: list[str] = []
    for item in items:
        words += [_word(inner) for inner in item] if isinstance(item, (list, tuple)) else [_word(item)]
    return words


def commands_of(words: list[str], directory: Value) -> Iterator[tuple[list[str], Value]]:
    """Yield the commands of a line for the shell, each with the directory in which it runs."""
    if len(words) > 2 and program_of(words[0]) in _SHELLS and words[1] in {"-c", "-lc", "-ec", "/c"}:  # noqa: PLR2004 - sh -c line
        words = words_of(" ".join(words[2:]))
    current: list[str] = []
    groups: list[Value] = []  # the directories to come back to
    depth = 0
    for given in [*words, "&&"]:
        word, closed = given, 0
        while not current and word.startswith("("):
            groups.append(directory)
            word = word[1:]
        if groups:
            depth += word.count("(") - word.count(")")  # of $(...) in a group
            closed, depth = min(max(-depth, 0), len(groups)), max(depth, 0)
            word = word[: len(word) - closed] if closed and word.endswith(")" * closed) else word
        if word and word != "&&" and (current or word not in _KEYWORDS):
            current.append(word)
        if word != "&&" and not closed:
            continue
        command = _command(current)
        current = []
        if command and command[0] == "cd" and len(command) > 1:
            directory = join(as_text(directory), command[1]) if directory is not None else command[1]
        elif command and command[0] not in _READS_NOTHING:
            yield command, directory
        for _ in range(closed):
            directory = groups.pop()


def _command(words: list[str]) -> list[str]:
    """Return the words of a command that the program in it gets, without what the shell itself takes."""
    kept: list[str] = []
    skipped = False
    for word in words:
        redirection = None if skipped else _REDIRECTION.fullmatch(word)
        if redirection is None and not skipped:
            kept.append(word)
        skipped = redirection is not None and not redirection["target"]
    command = list(dropwhile(lambda word: program_of(word) in _WRAPPERS or re.match(r"\w+=", word), kept))
    if len(command) > 1 and program_of(command[0]) in _SHELLS and not command[1].startswith(("-", "/c", "/C")):
        return command[1:]  # the shell only runs it
    return command


def program_of(word: str) -> str:
    """Return the name of the program that *word* starts."""
    return posixpath.basename(word).removesuffix(".exe")


def _word(item: Value) -> str:
    """Return one word; of several possible ones a program that we know, if it is among them."""
    for option in alternatives(item) if isinstance(item, Choice) else ():
        if isinstance(option, str) and (program_of(option) in _PROGRAMS or is_followed(option)):
            return option
    return as_text(item)

"""Programs that a Meson build runs: scripts of the project, Python, git."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from cachekeys.inputs.meson.sources import SCRIPTS, note_files, paths
from cachekeys.inputs.meson.values import ANY, File, Object, Value, flat, texts
from cachekeys.inputs.programs import is_followed
from cachekeys.inputs.texts import ROOT, UNKNOWN, is_known, project_path

if TYPE_CHECKING:
    from cachekeys.inputs.meson.interpreter import Interpreter

__all__ = ["find_program", "is_switched_off", "run", "run_command", "scm_command"]

_VERSION_TOOLS = frozenset(
    {"git", "setuptools_scm", "setuptools-scm", "vcs_versioning", "vcs-versioning", "dunamai", "versioningit"}
)
_LITERAL = r"""(?<![\w])['"]([\w./ +-]{1,200})['"]"""


def find_program(m: Interpreter, positional: list[Value], keywords: dict[str, Value]) -> Value:
    """``find_program()``: a script in the current directory or in ``dirs``, else a program of the machine.

    Meson looks beside the ``meson.build`` first, also for a name like ``python``.
    """
    if isinstance(keywords.get("required"), bool) and not positional:
        return ANY
    if is_switched_off(keywords):
        return Object("program", data={"found": False})
    for item in flat(positional):
        if isinstance(item, str) and item in m.overrides:
            return m.overrides[item]
        for path in _script_paths(m, item, keywords):
            return Object("program", posixpath.basename(path), data={"path": path})
    names = texts(positional)
    return Object("program", names[0] if names else "")


def is_switched_off(keywords: dict[str, Value]) -> bool:
    """Tell whether ``required`` is a feature that is disabled: then nothing is looked for."""
    required = keywords.get("required")
    return isinstance(required, Object) and required.kind == "feature" and required.data.get("value") == "disabled"


def _script_paths(m: Interpreter, item: Value, keywords: dict[str, Value]) -> list[str]:
    candidates = paths(m, item)
    if isinstance(item, str):
        for directory in texts(keywords.get("dirs", [])):
            found = m.resolve(f"{directory}/{item}")
            candidates += [found] if found else []
    return [path for path in candidates if is_known(path) and m.project.is_file(path)]


def run_command(m: Interpreter, positional: list[Value], _keywords: dict[str, Value]) -> Object:
    """``run_command()``: runs in the current source directory while the build is configured."""
    run(m, positional, [], directory=m.scope.directory)
    return Object("result")


def run(m: Interpreter, command: Value, more: list[Value], *, directory: str | None) -> None:
    """Note what a command line makes the build read: scripts, other files of the project, git.

    :param directory: where it runs; None for the build directory, in which a relative path names nothing of the project.
    """
    items = [_placed(m, item) for item in flat(command, more)]
    words: list[str] = []
    for position, item in enumerate(items):
        if isinstance(item, Object):
            words.append(item.name)
            path = item.data.get("path")
            if item.kind == "program" and isinstance(path, str):
                _script(m, path)
        elif isinstance(item, File):
            words.append(f"{ROOT}/{item.path}")
            _argument(m, item.path, is_file=True)
        elif isinstance(item, str):
            words.append(item)
            after = items[position - 1] if position else None
            if after == "-c":
                _snippet(m, item, directory)
            else:
                _word(m, item, directory)
    scm_command(m, words)
    _followed(m, words, directory)


def _placed(m: Interpreter, item: Value) -> Value:
    """Return a word with what Meson puts in for the names of source directories (reference manual, ``custom_target``)."""
    if not isinstance(item, str) or "@" not in item:
        return item
    top, here = (f"{ROOT}/{directory}" if directory else ROOT for directory in (m.top, m.scope.directory))
    for name, directory in {"@SOURCE_ROOT@": top, "@SOURCE_DIR@": top, "@CURRENT_SOURCE_DIR@": here}.items():
        item = item.replace(name, directory)
    return item


def _followed(m: Interpreter, words: list[str], directory: str | None) -> None:
    """Note a program that reads by rules of its own, where it is said in which directory of the project it works."""
    if words and posixpath.basename(words[0]) == "env":
        start = next((at for at, word in enumerate(words) if at and "=" not in word and word[:1] != "-"), len(words))
        words = words[start:]
    if not words or not is_followed(words[0]):
        return
    if directory is None and not any(ROOT in word for word in words):
        return
    given = []
    for word in words:
        option, mark, value = word.partition("=") if word.startswith("--") else ("", "", word)
        if value.startswith(ROOT):
            path = project_path(value)
            value = UNKNOWN if path is None else posixpath.relpath(f"/{path}", f"/{directory or ''}")
        given.append(f"{option}{mark}{value}")
    m.programs.setdefault((directory or ".", tuple(word for word in given if is_known(word))), m.place)


def _script(m: Interpreter, path: str) -> None:
    m.note(path, m.seen("build-script", "runs it"))
    if path.endswith(".py"):  # the analyser for Python can look into it
        m.scripts.setdefault(path, m.affects)


def _word(m: Interpreter, text: str, directory: str | None) -> None:
    value = text.partition("=")[2] if text.startswith("-") and "=" in text else text
    # Meson itself looks up files of a command in the current source directory only when they are File objects;
    # a text is a file when it is absolute, or when the command runs there.
    path = project_path(value, directory or m.scope.directory)
    absolute = value.startswith("\0")
    if path is not None and is_known(path) and (absolute or directory is not None) and m.project.is_file(path):
        _argument(m, path, is_file=absolute)


def _argument(m: Interpreter, path: str, *, is_file: bool) -> None:
    if path.endswith(SCRIPTS):
        _script(m, path)
    else:
        note_files(m, File(path), "hands it to a command", confidence="certain" if is_file else "likely")


def _snippet(m: Interpreter, code: str, directory: str | None) -> None:
    """Note the files of the project that a piece of code given to ``python -c`` names."""
    for text in dict.fromkeys(re.findall(_LITERAL, code)):
        path = project_path(text, directory or "")
        if path is not None and is_known(path) and m.project.is_file(path):
            note_files(m, File(path), "reads it in a command", confidence="likely")


def scm_command(m: Interpreter, words: list[str]) -> None:
    """Note git, when a command asks for the commit or the tags."""
    if not words:
        return
    mentioned = {posixpath.basename(word).removesuffix(".exe") for word in words}
    if posixpath.basename(words[0]).removesuffix(".exe") == "git":
        rest = [word for word in words[1:] if not word.startswith("-")]
        command = next((word for word in rest if word in _ASKING), "")
        if not command:
            return
        m.git.setdefault("commit", m.place)
        if command in {"describe", "tag", "name-rev"}:
            m.git.setdefault("tags", m.place)
    elif mentioned & (_VERSION_TOOLS - {"git"}):
        m.git.setdefault("commit", m.place)
        m.git.setdefault("tags", m.place)


_ASKING = frozenset(
    {"describe", "tag", "name-rev", "rev-parse", "log", "rev-list", "show", "status", "diff", "diff-index"}
)

"""CMake's commands about files: ``file``, ``configure_file``, ``install``."""

from __future__ import annotations

import posixpath
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from cachekeys.inputs.cmake.globs import glob
from cachekeys.inputs.cmake.paths import absolute, relative
from cachekeys.inputs.cmake.products import into_build, into_sources
from cachekeys.inputs.cmake.regular import safe_regex
from cachekeys.inputs.cmake.scopes import Seen
from cachekeys.inputs.cmake.scripts import dependency, run_script
from cachekeys.inputs.cmake.strings import hashed
from cachekeys.inputs.cmake.values import UNKNOWN_VALUE, Value, all_words, quoted_item, text_of
from cachekeys.inputs.includes import C_SUFFIXES, CYTHON_SUFFIXES, NATIVE_SUFFIXES
from cachekeys.inputs.selection import selected
from cachekeys.inputs.texts import ROOT, UNKNOWN, as_glob, expand, is_known, known
from cachekeys.values import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from cachekeys.inputs.cmake.interpreter import Interpreter

__all__ = ["configure_file", "file_command", "install"]

_MAX_READ = 100_000
_MAX_LINE = 2000
_MANY = 200
"""Files that are listed one by one beside excluded ones."""

_HASHES = frozenset(
    {"MD5", "SHA1", "SHA224", "SHA256", "SHA384", "SHA512", "SHA3_224", "SHA3_256", "SHA3_384", "SHA3_512"}
)
_COPIES = frozenset({"COPY", "INSTALL", "COPY_FILE", "CREATE_LINK", "RENAME"})
_END_OF_FILES = frozenset({"DESTINATION", "TYPE", "PATTERN", "REGEX", "FILES_MATCHING", "RENAME"})


def file_command(m: Interpreter, arguments: list[Value]) -> None:
    """``file(GLOB|READ|STRINGS|COPY ...)``."""
    mode = text_of(arguments, 0)
    if mode in {"GLOB", "GLOB_RECURSE"}:
        glob(m, arguments[1:], recursive=mode == "GLOB_RECURSE")
    elif mode in {"READ", "STRINGS", *_HASHES}:
        for name in arguments[1] if len(arguments) > 1 else ():
            _read(m, name, f"reads it with file({mode})")
        m.assign(text_of(arguments, 2), _content(m, mode, arguments))
    elif mode in {"REAL_PATH", "TO_CMAKE_PATH", "TO_NATIVE_PATH"}:
        base = _after([value[0] for value in arguments], "BASE_DIRECTORY") or m.source_dir()
        old, new = {"TO_CMAKE_PATH": (":", ";"), "TO_NATIVE_PATH": (";", ":")}.get(mode, ("", ""))
        source = arguments[1] if len(arguments) > 1 else UNKNOWN_VALUE
        results = [text.replace(old, new) if old else absolute(base, text) for text in source]
        m.assign(text_of(arguments, 2), tuple(dict.fromkeys(results)))
    elif mode in {"TIMESTAMP", "SIZE", "READ_SYMLINK"}:
        m.assign(text_of(arguments, 2), UNKNOWN_VALUE)
    elif mode == "RELATIVE_PATH" and len(arguments) > 3:  # noqa: PLR2004 - RELATIVE_PATH variable directory file
        base = text_of(arguments, 2)
        m.assign(text_of(arguments, 1), tuple(dict.fromkeys(relative(option, base) for option in arguments[3])))
    elif mode in _COPIES:
        chosen = _chosen(all_words(arguments))
        words = [value[0] for value in arguments]
        target = _after(words, "DESTINATION") if mode in {"COPY", "INSTALL"} else text_of(arguments, 2)
        if mode in {"COPY_FILE", "CREATE_LINK"}:
            into_sources(m, [target], steady="ONLY_IF_DIFFERENT" in words)
        for word in all_words(arguments[1:]):
            if word in _END_OF_FILES:
                break
            _copied(m, word, "copies it", chosen)
            path = m.resolve(word)
            if path is not None and is_known(path) and (target or mode == "COPY"):
                whole = mode not in {"COPY", "INSTALL"} or word.endswith("/")
                m.note_copy(path, target if whole else f"{target}/{posixpath.basename(path)}")
            if mode not in {"COPY", "INSTALL"}:
                break
    elif mode in {"GENERATE", "CONFIGURE"}:
        words = [value[0] for value in arguments]
        into_build(m, [_after(words, "OUTPUT")], steady=True)
        if "INPUT" in words[:-1]:
            _read(m, words[words.index("INPUT") + 1], f"generates a file from it with file({mode})")
            _template(m, words[words.index("INPUT") + 1], _after(words, "OUTPUT"))
    elif mode in {"WRITE", "APPEND", "TOUCH"}:
        into_sources(m, arguments[1] if len(arguments) > 1 else (), steady=False, anew=mode == "WRITE")
    elif mode == "DOWNLOAD":
        into_build(m, arguments[2] if len(arguments) > 2 else (), steady=False)  # noqa: PLR2004 - DOWNLOAD url file
    elif mode == "ARCHIVE_EXTRACT":
        _read(m, _after([value[0] for value in arguments], "INPUT"), "unpacks it")
    elif mode == "ARCHIVE_CREATE":
        for word in all_words(arguments[1:]):
            _copied(m, word, "packs it", Chosen())


def _after(words: list[str], keyword: str) -> str:
    return words[words.index(keyword) + 1] if keyword in words[:-1] else ""


def _content(m: Interpreter, mode: str, arguments: list[Value]) -> Value:
    """Return what ``file(READ)`` or ``file(STRINGS)`` sets: text, or the list of its lines."""
    path = m.resolve(text_of(arguments, 1))
    raw = m.project.read_bytes(path) if path is not None and is_known(path) else None
    words = [value[0] for value in arguments[3:]]
    if raw is None or len(raw) > _MAX_READ:
        return UNKNOWN_VALUE
    if mode in _HASHES:
        digest = hashed(mode, raw)
        return UNKNOWN_VALUE if digest is None else (digest,)
    if mode == "READ":
        offset, limit = (int(text) if (text := _after(words, key)).isdigit() else None for key in ("OFFSET", "LIMIT"))
        raw = raw[offset or 0 :][:limit]
        return (raw.hex() if "HEX" in words else known(raw.decode("utf-8", "replace")),)
    text = known(raw.decode("utf-8", "replace"))
    lines = text.splitlines()
    if "REGEX" in words[:-1]:
        regex = safe_regex(_after(words, "REGEX"))
        if regex is None:
            return UNKNOWN_VALUE
        lines = [line for line in lines if len(line) < _MAX_LINE and regex.search(line)]
    count = _after(words, "LIMIT_COUNT")
    return (";".join(quoted_item(line) for line in lines[: int(count) if count.isdigit() else None]),)


def _read(m: Interpreter, name: str, verb: str) -> None:
    """Note that a file of the project is read."""
    path = m.resolve(name)
    if path is None:
        return
    if is_known(path):
        dependency(m, name, verb)
    elif posixpath.basename(path).strip(UNKNOWN) and expand(m.project, path):
        m.note_glob(as_glob(path), Seen("build-config", "code", f"{m.place[0]} {verb}", m.place, "possible"))


def _template(m: Interpreter, name: str, output: str) -> None:
    """Remember a template that code is made from: it is searched for includes, whatever its own name ends in."""
    path = m.resolve(name)
    if path is not None and is_known(path) and output.lower().endswith((*C_SUFFIXES, *CYTHON_SUFFIXES)):
        m.templates.setdefault(path, None)


@dataclass(slots=True)
class Chosen:
    """Which files of a directory are copied: ``only`` those that match (none: all), and never those ``without``."""

    only: list[Callable[[str], bool]] = field(default_factory=list)
    without: list[Callable[[str], bool]] = field(default_factory=list)
    patterns: list[str] = field(default_factory=list)  # ``only`` as globs, when all of them are
    is_empty: bool = False  # FILES_MATCHING without anything that matches

    def has(self, path: str) -> bool:
        """Tell whether a file is taken, by its path below the directory, which begins with a slash."""
        steps = path.split("/")[1:]
        ways = ["/" + "/".join(steps[: end + 1]) for end in range(len(steps))]
        if any(test(way) for test in self.without for way in ways):
            return False
        return not self.is_empty and (not self.only or any(test(path) for test in self.only))


def _chosen(words: list[str]) -> Chosen:
    """Return what ``FILES_MATCHING``, ``PATTERN`` and ``REGEX`` say; an expression that is too much for us excludes nothing."""
    chosen = Chosen()
    matching = "FILES_MATCHING" in words
    globs_only = True
    for at, word in enumerate(words[:-1]):
        if word not in {"PATTERN", "REGEX"}:
            continue
        excludes = words[at + 2 : at + 3] == ["EXCLUDE"]
        test = _by_glob(words[at + 1]) if word == "PATTERN" else _by_regex(words[at + 1], default=not excludes)
        if excludes:
            chosen.without.append(test)
        elif matching:
            chosen.only.append(test)
            chosen.patterns.append(words[at + 1])
            globs_only = globs_only and word == "PATTERN"
    if not globs_only:
        chosen.patterns = []
    chosen.is_empty = matching and not chosen.only
    return chosen


def _by_glob(pattern: str) -> Callable[[str], bool]:
    return lambda path: fnmatchcase(path, f"*/{pattern.lstrip('/')}")


def _by_regex(pattern: str, *, default: bool) -> Callable[[str], bool]:
    regex = safe_regex(pattern)
    return (lambda _: default) if regex is None else lambda path: regex.search(path) is not None


def _copied(m: Interpreter, name: str, verb: str, chosen: Chosen) -> None:
    """Note that a file or a directory of the project is copied into the build or the wheel."""
    path = m.resolve(name)
    if path is None or (not is_known(path) and not posixpath.basename(path).strip(UNKNOWN)):
        return
    why = f"{m.place[0]} {verb}"
    for file in [path] if is_known(path) else expand(m.project, path)[:60]:
        if m.project.is_file(file):
            native = file.lower().endswith(NATIVE_SUFFIXES)
            m.note(file, Seen("native-source" if native else "dynamic-file", "contents", why, m.place, "likely"))
    if is_known(path) and path != "." and m.project.is_dir(path):
        seen = Seen("dynamic-file", "contents", why.replace(" it", " them"), m.place, "likely")
        for kind, what in _below(m, path, chosen):
            m.note(what, seen) if kind == "file" else m.note_glob(what, seen)


def _below(m: Interpreter, path: str, chosen: Chosen) -> Iterator[tuple[str, str]]:
    """Yield the files of a directory that are taken: as globs where all that match are, else one by one."""
    for pattern in chosen.patterns or ["*"]:
        names = expand(m.project, f"{path}/**/{pattern}")
        kept = [file for file in names if chosen.has(file[len(path) :])]
        if len(kept) == len(names):
            yield from [("files", f"{as_glob(path)}/**/{pattern}")] if names else []
        elif chosen.only:
            yield from (("file", file) for file in kept[:_MANY])
        else:
            yield from selected(m.project, path, lambda file: not chosen.has(file[len(path) :]))


def configure_file(m: Interpreter, arguments: list[Value]) -> None:
    """``configure_file(template output)`` and what builds on it."""
    into_build(m, arguments[1] if len(arguments) > 1 else (), steady=True)
    for option in arguments[0] if arguments else ():
        path = m.resolve(option)
        why = f"{m.place[0]} configures it"
        if path is not None and is_known(path) and m.project.is_file(path):
            m.note(path, Seen("build-config", "code", why, m.place))
            _template(m, option, text_of(arguments, 1))
            if "COPYONLY" in [value[0] for value in arguments]:
                m.note_copy(path, text_of(arguments, 1))
        elif path is not None and not is_known(path) and posixpath.basename(path).strip(UNKNOWN):
            for name in expand(m.project, path)[:60]:
                m.note(name, Seen("build-config", "code", why, m.place, "possible"))
                _template(m, f"{ROOT}/{name}", text_of(arguments, 1))


def install(m: Interpreter, arguments: list[Value]) -> None:
    """``install(FILES|PROGRAMS|DIRECTORY|SCRIPT ...)``: what ends up in the wheel beside the targets."""
    words = all_words(arguments)
    # nothing is installed by the rules of a directory that was entered with EXCLUDE_FROM_ALL
    mode = words[0] if words and m.installs and not m.building.outside else ""
    if mode == "SCRIPT":
        dependency(m, text_of(arguments, 1), "runs it to install")
        script = m.resolve(text_of(arguments, 1))
        if script is not None and m.project.is_file(script):
            run_script(m, script, {})
    if mode == "CODE":
        from cachekeys.inputs.cmake.flow import language  # it needs modules that need this one

        language(m, [("EVAL",), ("CODE",), *arguments[1:2]])
    if mode not in {"FILES", "PROGRAMS", "DIRECTORY"}:
        return
    if m.components is not None and (_after(words, "COMPONENT") or "Unspecified") not in {*m.components, UNKNOWN}:
        return
    if m.components is None and "EXCLUDE_FROM_ALL" in words:
        return  # only when its component is asked for
    chosen = _chosen(words) if mode == "DIRECTORY" else Chosen()
    for word in words[1:]:
        if word in _END_OF_FILES or word in {
            "PERMISSIONS",
            "COMPONENT",
            "OPTIONAL",
            "CONFIGURATIONS",
            "EXCLUDE_FROM_ALL",
        }:
            break
        _copied(m, word, "installs it", chosen)

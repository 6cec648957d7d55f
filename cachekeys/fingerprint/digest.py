"""From the members to one hash, and from that to the key of a CI cache with its fallbacks.

A key reads ``NAME-PLATFORM-PYTHON-CONFIGURATION-DIGEST``. Each of its beginnings is a key to fall back to: the same configuration
with other sources, the same Python with another configuration, the same platform with another Python.
"""

from __future__ import annotations

import os
from hashlib import sha256
from typing import TYPE_CHECKING, Literal, get_args

from cachekeys.errors import CacheKeysError
from cachekeys.record.hashing import GONE, UNREADABLE, Hasher, hash_files
from cachekeys.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from cachekeys.fingerprint.members import Members
    from cachekeys.inputs.model import Mode
    from cachekeys.project import Project
    from cachekeys.uv.keys import CacheKey

__all__ = ["PARTS", "Digest", "Part", "compute"]

Part = Literal["environment", "git", "platform", "python"]
"""What can be left out of a digest."""

PARTS: tuple[Part, ...] = get_args(Part)

_VERSION = b"cachekeys digest 1"  # changes whenever the same tree gets another digest
_SHORT = 16  # hexadecimal digits of the configuration's part
_LONGEST_PREFIX = 200  # GitHub takes keys of 512 characters


@dataclass(frozen=True, slots=True)
class Digest:
    """The digest of a project.

    ``value`` is the SHA-256 over everything, in hex; ``key`` is made for a CI cache and ends with it; ``restore_keys`` are
    beginnings of keys to fall back to, the most specific first. ``files`` counts the files whose content is in it,
    ``unreadable`` are those that are known only not to be readable. ``environment`` says of each variable whether it is
    ``set``, ``empty`` or ``unset``; ``git`` holds the commit and a hash over the tags, as far as they count. ``without`` is
    what was left out. ``notes`` are reasons why the digest may see too little.
    """

    value: str
    key: str
    restore_keys: tuple[str, ...]
    mode: Mode
    files: int
    unreadable: tuple[str, ...]
    environment: Mapping[str, Literal["set", "empty", "unset"]]
    git: Mapping[str, str | None]
    python: str | None
    platform: str | None
    without: tuple[Part, ...]
    notes: tuple[str, ...]


def compute(
    project: Project,
    *,
    mode: Mode | None = None,
    environ: Mapping[str, str] | None = None,
    without: Collection[Part] = (),
    python: str | None = None,
    prefix: str | None = None,
) -> Digest:
    """Hash what a build of *project* depends on. Reads files; runs git and, if it is asked about, *python*.

    :param mode: ``wheel`` takes in all files that a wheel may hold, ``editable`` only what an editable installation has to be
        rebuilt for. None takes the project's setting, where ``auto`` means ``wheel``: that is what caches keep.
    :param environ: instead of the process's environment.
    :param without: parts to leave out.
    :param python: the interpreter to build for; None is the one that runs this.
    :param prefix: what the key begins with instead of the project's name.
    :raises CacheKeysError: the project, its settings or its keys cannot be read, or *python* cannot be run.
    """
    from cachekeys.fingerprint.members import find_members, list_files  # who only wants the class does not pay
    from cachekeys.inputs.adjust import adjust, excluded
    from cachekeys.inputs.detect import detect
    from cachekeys.settings import read_settings

    for part in without:
        if part not in PARTS:
            raise CacheKeysError(f"there is no part {part!r} to leave out; write one of {', '.join(PARTS)}")
    settings = read_settings(project.pyproject)
    if mode is None:
        mode = "wheel" if settings.mode == "auto" else settings.mode
    keys = _read_keys(project)
    listed = list_files(project, keys, sources=mode == "wheel")
    early = dict(listed.watched)
    early.update((name, project.path(name)) for name in listed.sources if name not in early)
    with Hasher([*early.values()]) as hasher:  # other processes begin while the detectors work
        members = find_members(
            project,
            keys,
            listed,
            adjust(detect(project), settings, mode),
            os.environ if environ is None else environ,
            excluded=excluded(settings),
            without=without,
        )
        labels = _sorted(members.files)
        late = [label for label in labels if label not in early]
        names = _interpreter(python) if not {"python", "platform"} <= set(without) else ("", "")
        known = dict(zip(early, hasher.result(), strict=True))
    known.update(zip(late, hash_files([members.files[label] for label in late]), strict=True))
    python_name = None if "python" in without else names[0]
    platform_name = None if "platform" in without else names[1]
    digests = {label: known[label] for label in labels}
    if GONE in digests.values():
        digests = {label: digest for label, digest in digests.items() if digest != GONE}
    circumstances = _circumstances(members, python_name, platform_name)
    git = _git(members)
    configuration = _sum(
        [*circumstances, *_contents({label: digests[label] for label in digests if label in members.configuration})]
    )
    value = _sum([*circumstances, *_texts("git", git), *_contents(digests)])
    segments = [_plain(prefix or project.name or "project")[:_LONGEST_PREFIX]]
    segments += [name for name in (platform_name, python_name) if name]
    heads = [*range(len(segments), 1, -1)] or [1]
    return Digest(
        value=value,
        key="-".join((*segments, configuration[:_SHORT], value)),
        restore_keys=(
            "-".join((*segments, configuration[:_SHORT], "")),
            *("-".join((*segments[:head], "")) for head in heads),
        ),
        mode=mode,
        files=len(digests),
        unreadable=tuple(label for label, digest in digests.items() if digest == UNREADABLE),
        environment={name: _describe(value) for name, value in members.environment.items()},
        git=git,
        python=python_name,
        platform=platform_name,
        without=tuple(sorted(set(without))),
        notes=tuple(members.notes),
    )


def _read_keys(project: Project) -> tuple[CacheKey, ...]:
    from cachekeys.uv.keys import read_watch_set

    watch = read_watch_set(project.pyproject)
    for problem in watch.problems:
        raise CacheKeysError(
            f"{project.path('pyproject.toml')}:{problem.line}:{problem.column}: {problem.path}: {problem.message}"
        )
    return watch.keys


def _interpreter(python: str | None) -> tuple[str, str]:
    from cachekeys.fingerprint import interpreter  # not when both names are left out

    if python is None:
        return interpreter.describe()
    from subprocess import SubprocessError, run  # 10 ms, rarely needed

    command = [python, "-I", "-S", os.path.abspath(interpreter.__file__)]
    try:
        answer = run(command, capture_output=True, timeout=60, check=True, text=True)
        name, platform = answer.stdout.split()
    except (OSError, SubprocessError, ValueError) as error:
        raise CacheKeysError(f"{python}: cannot be asked for its version and platform: {error}") from None
    return name, platform


# -- hashing -------------------------------------------------------------------------------------------------------


def _sum(chunks: Iterable[bytes]) -> str:
    digest = sha256(_VERSION)
    for chunk in chunks:
        digest.update(chunk)
    return digest.hexdigest()


def _sorted(labels: Collection[str]) -> list[str]:
    """Return the labels in the order of their bytes, whatever the locale makes of them."""
    ordered = sorted(labels)  # for ASCII the same, and five times quicker
    return ordered if all(map(str.isascii, ordered)) else sorted(ordered, key=os.fsencode)


def _contents(digests: Mapping[str, bytes]) -> list[bytes]:
    """Return labels and digests: a label has no NUL, and all digests are of the same length."""
    labels = os.fsencode("\0".join(digests))
    return [b"%d files %d " % (len(digests), len(labels)), labels, b"".join(digests.values())]


def _texts(kind: str, values: Mapping[str, str | None]) -> list[bytes]:
    """Return names and values, each with its length before it; None is told from the empty text."""
    parts = [b"%d %s" % (len(values), kind.encode())]
    for name, value in sorted(values.items()):
        for text in (name, value):
            raw = None if text is None else os.fsencode(text)
            parts.append(b"-" if raw is None else b"%d:%s" % (len(raw), raw))
    return parts


def _circumstances(members: Members, python: str | None, platform: str | None) -> list[bytes]:
    return [
        *_texts("interpreter", {"python": python, "platform": platform}),
        *_texts("environment", members.environment),
        *_texts("directories", {name: "" if exists else None for name, exists in members.directories.items()}),
    ]


def _git(members: Members) -> dict[str, str | None]:
    """Return the parts of the git state that count; the tags, often thousands, as one hash."""
    if members.git is None:
        return {}
    tags = members.git.tags
    values = {"commit": members.git.commit, "tags": None if tags is None else _sum(_texts("tags", tags))}
    return {part: values[part] for part in members.git_parts if part in values}


def _describe(value: str | None) -> Literal["set", "empty", "unset"]:
    return "unset" if value is None else "set" if value else "empty"


def _plain(text: str) -> str:
    """Return *text* in the characters that every CI system takes in a key: no comma, no slash, no line end."""
    return "".join(char if char.isascii() and (char.isalnum() or char in "._-") else "_" for char in text)

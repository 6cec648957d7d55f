"""Which uv brought what: the history of cache-keys, and the oldest uv that a project admits.

The history was measured with the releases on both sides of each change (uv 0.4.7 to 0.13.8).
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from cachekeys.errors import CacheKeysError
from cachekeys.uv.dialect import CURRENT, Dialect
from cachekeys.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from cachekeys.project import Project

__all__ = [
    "FEATURES",
    "NEWEST",
    "OLDEST",
    "Feature",
    "Span",
    "Version",
    "admitted",
    "dialect",
    "dialect_for",
    "exact",
    "floor",
    "releases",
    "spans",
    "text",
]

Version = tuple[int, int, int]
"""A release of uv."""


@dataclass(frozen=True, slots=True)
class Feature:
    """A form or a behaviour of cache-keys.

    ``what`` says in one line what uv does since ``since``; ``before`` what older releases do instead.
    """

    name: str
    since: Version
    what: str
    before: str


_HISTORY = (
    Feature("cache-keys", (0, 4, 8), "`cache-keys` with file names and `git = true`", "the setting is ignored"),
    Feature("globs", (0, 4, 10), "globs in `file`, relative to the project", "a glob is taken for a file name"),
    Feature("git-commit", (0, 4, 19), "a git key sees commits on a branch", "the commit of a branch is always null"),
    Feature(
        "missing-file-silent", (0, 4, 21), "a missing file is passed over in silence", "uv warns in its log (`-v`)"
    ),
    Feature("git-table", (0, 4, 23), "`{ git = { commit = ..., tags = ... } }`", "the whole list is ignored"),
    Feature("env-key", (0, 5, 12), "`{ env = ... }`", "the whole list is ignored"),
    Feature("tags-with-slash", (0, 5, 19), "tags with `/` in their names", "one such tag makes all tags null"),
    Feature("dir-key", (0, 6, 7), "`{ dir = ... }`", "the whole list is ignored"),
    Feature("src-default", (0, 6, 7), "`{ dir = 'src' }` is among the defaults", "only three files are watched"),
    Feature(
        "glob-base",
        (0, 7, 21),
        "a glob is walked from its own base: `src/*.c` is recursive when no other key shares the base",
        "the project is walked once: `src/*.c` is one level, `./*.c` and `a//b*` match nothing",
    ),
    Feature("outside-globs", (0, 7, 21), "globs with `..` or an absolute path", "such a glob matches nothing"),
    Feature("glob-symlinks", (0, 7, 21), "a glob counts symlinks to files", "symlinks never count"),
    Feature("nested-braces", (0, 9, 5), "braces inside braces", "nested braces are an invalid glob"),
    Feature(
        "stray-brace-error", (0, 9, 5), "a `}` without `{` is an error", "a stray `}` is skipped: it matches nothing"
    ),
    Feature("toml-1.1", (0, 9, 22), "TOML 1.1 syntax in pyproject.toml", "the file is refused"),
    Feature(
        "git-refs",
        (0, 11, 20),
        "git keys in worktrees, submodules and with packed refs",
        "the commit is null and tags are missing there",
    ),
    Feature(
        "dir-birth-time-musl",
        (0, 12, 6),
        "`dir` keys record the creation time in musl builds too",
        "musl builds record the inode number, so they disagree with glibc builds",
    ),
    Feature(
        "strict-keys",
        (0, 13, 5),
        "an invalid list is an error",
        "an invalid list is silently replaced by the defaults",
    ),
)

FEATURES: dict[str, Feature] = {feature.name: feature for feature in _HISTORY}
"""By name, in order of appearance."""

# The last patch of each minor release from 0.1 to 0.13; none was left out. A specifier that admits only what
# came later is answered from the versions that it names itself.
_LAST_PATCH = (45, 37, 5, 30, 31, 17, 22, 24, 30, 12, 33, 24, 8)

NEWEST: Version = (0, len(_LAST_PATCH), _LAST_PATCH[-1])
"""The newest release that was measured; a later one is taken to behave like it."""

OLDEST: Version = (0, 4, 10)
"""The oldest release whose answers are known: with 0.4.10, keys became relative to the project, and globs came."""


def dialect(version: Version) -> Dialect:
    """Return how *version* reads cache keys.

    :raises CacheKeysError: it is older than :data:`OLDEST`.
    """
    if version < OLDEST:
        what = "has no cache-keys" if version < FEATURES["cache-keys"].since else "resolves keys in another way"
        raise CacheKeysError(
            f"uv {text(version)} {what}, and its answers are not known: name uv {text(OLDEST)} or a newer one"
        )
    return _dialect(version)


@cache
def _dialect(version: Version) -> Dialect:
    since = {name.replace("-", "_").replace(".", "_"): feature.since for name, feature in FEATURES.items()}
    return Dialect(**{name: version >= since[name] for name in Dialect.__match_args__})


class Span(NamedTuple):
    """Releases that read cache keys alike, from *first* to *last*."""

    dialect: Dialect
    first: Version
    last: Version

    def __str__(self) -> str:
        return text(self.first) if self.first == self.last else f"{text(self.first)} to {text(self.last)}"


def spans(versions: Iterable[Version]) -> tuple[Span, ...]:
    """Put *versions* (ascending, those before :data:`OLDEST` are left out) together that read cache keys alike."""
    found: list[Span] = []
    for version in versions:
        if version < OLDEST:
            continue
        reads = dialect(version)
        first = found.pop().first if found and found[-1].dialect == reads else version
        found.append(Span(reads, first, version))
    return tuple(found)


def text(version: Version) -> str:
    """Return the version as uv writes it."""
    return ".".join(map(str, version))


def exact(given: str) -> Version | None:
    """Return the release that ``0.8.4`` names, or the newest of the series that ``0.8`` names; None for anything else."""
    match = re.fullmatch(r"\s*(\d{1,9})\.(\d{1,9})(?:\.(\d{1,9}))?\s*", given)
    if match is None:
        return None
    major, minor = int(match[1]), int(match[2])
    if match[3] is not None:
        return major, minor, int(match[3])
    known = major == 0 and 0 < minor <= len(_LAST_PATCH)
    return major, minor, _LAST_PATCH[minor - 1] if known else 0


def floor(specifier: str | None) -> Version | None:
    """Return the oldest uv release that *specifier* (:pep:`440`) admits; None is the current one.

    A bare version stands for ``==`` it, as in ``tool.uv.required-version`` (uv 0.13.8).
    None is also the answer to what is no specifier, to the empty one and to one that admits no release.
    """
    return next(_admitted(specifier), None)


def releases(specifier: str | None) -> tuple[Version, ...]:
    """Return all uv releases that *specifier* admits, oldest first; see :func:`floor` for what it may be."""
    return tuple(_admitted(specifier))


def _admitted(specifier: str | None) -> Iterator[Version]:
    if specifier is None or not specifier.strip():
        return
    from packaging.specifiers import InvalidSpecifier, SpecifierSet  # 13 ms, rarely needed
    from packaging.version import InvalidVersion, parse

    try:
        admitted_by = SpecifierSet(specifier)
    except InvalidSpecifier:
        try:
            bare = parse(specifier)
        except InvalidVersion:
            return
        admitted_by = SpecifierSet(f"=={bare}")
    candidates = {(0, minor, patch) for minor, last in enumerate(_LAST_PATCH, 1) for patch in range(last + 1)}
    for clause in admitted_by:
        try:
            named = parse(clause.version.removesuffix(".*"))
        except InvalidVersion:  # `===` compares any text
            continue
        major, minor, patch = (*named.release, 0, 0)[:3]
        later = {(major, minor, patch), (major, minor, patch + 1), (major, minor + 1, 0), (major + 1, 0, 0)}
        candidates |= {version for version in later if version > NEWEST}
    yield from (version for version in sorted(candidates) if admitted_by.contains(text(version)))


def admitted(project: Project, own: str | None) -> tuple[str | None, tuple[str | int, ...]]:
    """Return the specifier of the uv releases to care for and the TOML path in pyproject.toml it stands at.

    ``[tool.cachekeys] uv``, given as *own*, comes first, then ``tool.uv.required-version``; ``(None, ())`` is the current release. In the
    former, ``0.8`` stands for all releases of that series. A ``uv.toml`` beside pyproject.toml makes uv ignore the latter.
    """
    if own is not None:
        series = re.fullmatch(r"\s*\d+\.\d+\s*", own)
        return (f"=={own.strip()}.*" if series else own), ("tool", "cachekeys", "uv")
    required = project.get("tool", "uv", "required-version")
    if isinstance(required, str) and floor(required) is not None and not project.is_file("uv.toml"):
        return required, ("tool", "uv", "required-version")
    return None, ()


def dialect_for(project: Project, own: str | None) -> Dialect:
    """Return how the newest uv that a project admits reads its keys; of one that is too old, how the oldest known does."""
    specifier, _ = admitted(project, own)
    if specifier is None or re.fullmatch(r"\s*>=\s*[\d.]+\s*", specifier):
        return CURRENT
    found = releases(specifier)
    return dialect(max(found[-1], OLDEST)) if found else CURRENT

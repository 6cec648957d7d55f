"""The keys mean something else to an older uv that the project admits.

## What it does

`[tool.cachekeys] uv`, or else `tool.uv.required-version`, says which uv versions the project admits. This rule evaluates the list as
each of them does, here and now, and reports where an older one comes to another answer than the newest: other files, another
list altogether, a commit or tags that it cannot read. With neither setting, the current uv is meant and nothing is reported.

| what | since uv | before |
|---|---|---|
| `cache-keys` at all | 0.4.8 | ignored |
| globs | 0.4.10 | a file name |
| a git commit on a branch | 0.4.19 | null |
| `{ git = { commit = ..., tags = ... } }` | 0.4.23 | the whole list is replaced by the defaults |
| `{ env = ... }` | 0.5.12 | the same |
| tags with `/` in their names | 0.5.19 | one of them makes all tags null |
| `{ dir = ... }` | 0.6.7 | the whole list is replaced by the defaults |
| `{ dir = "src" }` among the defaults | 0.6.7 | three files |
| `../` and absolute globs | 0.7.21 | match nothing |
| `src/*.c` at any depth below `src`; `./*.c`; symlinks | 0.7.21 | one level; nothing; not counted |
| braces inside braces | 0.9.5 | the project is refused |

## Why is this bad?

An old uv does not skip a form that it does not know: it drops the *whole list* and watches the defaults, with one warning at
most (stale install). A glob that it reads in another way matches other files, so that one developer's uv rebuilds and another's
does not.

## Example

```toml
[tool.uv]
required-version = ">=0.5"
cache-keys = [{ file = "pyproject.toml" }, { dir = "data" }]
```

## Use instead

```toml
[tool.uv]
required-version = ">=0.6.7"
cache-keys = [{ file = "pyproject.toml" }, { dir = "data" }]
```

## False alarms

A glob whose meaning has changed is only reported when the files that it matches here would be others; `src/**/*.c` is the same for every uv.
That the defaults did not include `src` is *info*. Worktrees, submodules and packed references before uv 0.11.20 are
[CK207](CK207.md)'s business, TOML 1.1 is [CK006](CK006.md)'s.

## References

- Behaviour measured with the releases on both sides of each change, uv 0.4.7 to 0.13.8
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cachekeys.findings import Fix
from cachekeys.rules._keys import place, place_of_key, usable
from cachekeys.rules.model import Rule
from cachekeys.uv.globs import is_glob, split
from cachekeys.uv.keys import DirKey, EnvKey, FileKey, GitKey, as_toml

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cachekeys.analysis import Analysis
    from cachekeys.findings import Finding
    from cachekeys.rules._admitted import Answer
    from cachekeys.uv.keys import CacheKey
    from cachekeys.uv.versions import Span, Version

_SHOWN = 3  # files in a message


def check(analysis: Analysis) -> Iterator[Finding]:
    """Report where the admitted uv versions do not agree about the list."""
    if not usable(analysis) and analysis.watch.declared:
        return
    from cachekeys.uv.versions import admitted, floor, releases, spans  # only with usable keys

    specifier, at = admitted(analysis.project, analysis.settings.uv)
    oldest = floor(specifier)
    if specifier is None or oldest is None:
        return
    differing = spans(releases(specifier))
    if not analysis.watch.declared:
        yield from _defaults(analysis, specifier, differing, at)
        return
    yield from _forms(analysis, specifier, oldest)
    if len(differing) > 1:
        from cachekeys.rules._admitted import answers  # only if several answers are possible

        *older, newest = answers(analysis, differing)
        yield from _files(analysis, specifier, older, newest)
        yield from _tags(analysis, specifier, [answer for answer in older if answer.uses_list], newest)


# -- forms that an older uv does not know --------------------------------------------------------------------------


def _forms(analysis: Analysis, specifier: str, oldest: Version) -> Iterator[Finding]:
    """Report each form that the oldest admitted uv lacks, at the first key that has it."""
    from cachekeys.uv.versions import FEATURES, text

    users: dict[str, list[CacheKey]] = {}
    for key in analysis.watch.keys:
        for name in _needs(analysis, key):
            if FEATURES[name].since > oldest:
                users.setdefault(name, []).append(key)
    for name, keys in users.items():
        feature = FEATURES[name]
        more = f" (and {len(keys) - 1} more)" if len(keys) > 1 else ""
        yield RULE.finding(
            f"`{as_toml(keys[0])}`{more} needs uv {text(feature.since)}, but `{specifier}` admits {text(oldest)}: there "
            f"{feature.before} ({'uv refuses the project' if name == 'nested-braces' else 'stale install'})",
            place_of_key(analysis, keys[0].index),
            name,
            fix=_require(feature.since),
        )


def _needs(analysis: Analysis, key: CacheKey) -> Iterator[str]:
    """Yield the names of the features without which a key means nothing, whatever files there are."""
    yield "cache-keys"
    if isinstance(key, EnvKey):
        yield "env-key"
    elif isinstance(key, DirKey):
        yield "dir-key"
    elif isinstance(key, GitKey):
        if isinstance(analysis.project.get("tool", "uv", "cache-keys", key.index, "git"), dict):
            yield "git-table"
        if key.commit:
            yield "git-commit"
    elif is_glob(key.path):
        yield "globs"
        if split(key.path)[0][:1] in {("/",), ("..",)}:
            yield "outside-globs"
        if re.search(r"\{[^}]*\{", re.sub(r"\\.|\[[^]]*\]", "", key.path)):
            yield "nested-braces"


# -- answers that differ -------------------------------------------------------------------------------------------


def _files(analysis: Analysis, specifier: str, older: Sequence[Answer], newest: Answer) -> Iterator[Finding]:
    """Report the keys through which an older uv watches other files."""
    from cachekeys.uv.versions import FEATURES

    feature = FEATURES["glob-base"]
    reported: set[tuple[int, frozenset[str]]] = set()
    for span, answer in _merged(older):
        for key in analysis.watch.keys:
            if not isinstance(key, FileKey) or "outside-globs" in _needs(analysis, key):
                continue
            missing = [file for file, index in newest.files.items() if index == key.index and file not in answer.files]
            extra = [file for file, index in answer.files.items() if index == key.index and file not in newest.files]
            for files, verb, consequence in (
                (missing, "does not watch", "stale install"),
                (extra, "also watches", "needless rebuild"),
            ):
                if files and (key.index, frozenset(files)) not in reported:
                    reported.add((key.index, frozenset(files)))
                    yield RULE.finding(
                        f"`{as_toml(key)}` is read in another way by uv {span}, which `{specifier}` admits: it {verb} "
                        f"{_few(files)} ({consequence})",
                        place_of_key(analysis, key.index),
                        feature.name,
                        fix=Fix(
                            f"{_require(feature.since).title}, or write `directory/**/*.ext`, which all of them read alike"
                        ),
                    )


def _merged(older: Sequence[Answer]) -> list[tuple[Span, Answer]]:
    """Return one answer for each run of releases that use the list and watch the same files."""
    found: list[tuple[Span, Answer]] = []
    for answer in older:
        if not answer.uses_list:
            continue
        if found and found[-1][1].files == answer.files:
            found[-1] = (found[-1][0]._replace(last=answer.span.last), answer)
        else:
            found.append((answer.span, answer))
    return found


def _tags(analysis: Analysis, specifier: str, older: Sequence[Answer], newest: Answer) -> Iterator[Finding]:
    """Report tags that an older uv cannot read because one has a ``/``."""
    keys = [key for key in analysis.watch.keys if isinstance(key, GitKey) and key.tags]
    blind = [answer for answer in older if not answer.span.dialect.tags_with_slash]
    if not keys or not blind or not newest.span.dialect.tags_with_slash:
        return
    from cachekeys.uv.gitrefs import find_repository, tags  # only with a git key
    from cachekeys.uv.versions import FEATURES

    repository = find_repository(analysis.project.root)
    if repository is None or tags(repository, blind[-1].span.dialect) is not None:
        return
    seen = tags(repository, newest.span.dialect)
    names = [name for name in seen or () if "/" in name]
    if names:
        yield RULE.finding(
            f"`{as_toml(keys[0])}`: uv {blind[0].span._replace(last=blind[-1].span.last)}, which `{specifier}` admits, sees no "
            f"tags at all here, because of `{names[0]}`, which has a `/` (stale install)",
            place_of_key(analysis, keys[0].index),
            "tags-with-slash",
            fix=_require(FEATURES["tags-with-slash"].since),
        )


def _defaults(
    analysis: Analysis, specifier: str, differing: Sequence[Span], at: tuple[str | int, ...]
) -> Iterator[Finding]:
    """Report that an older uv does not notice that ``src`` comes or goes, where nothing is declared."""
    blind = [span for span in differing if not span.dialect.src_default]
    if not blind or blind == list(differing) or not analysis.project.is_dir("src"):
        return
    from cachekeys.uv.versions import FEATURES

    yield RULE.finding(
        f"uv's default keys do not include the directory `src` for uv {blind[0]._replace(last=blind[-1].last)}, which "
        f"`{specifier}` admits: it does not notice that the directory is created anew (stale install)",
        place(analysis, *at),
        "src-default",
        severity="info",
        fix=_require(FEATURES["src-default"].since),
    )


def _few(files: Sequence[str]) -> str:
    listed = ", ".join(f"`{file}`" for file in sorted(files)[:_SHOWN])
    return listed + (f" and {len(files) - _SHOWN} more" if len(files) > _SHOWN else "")


def _require(version: Version) -> Fix:
    from cachekeys.uv.versions import text

    return Fix(f"require uv >= {text(version)}")


RULE = Rule(
    code="CK005",
    name="uv-too-old",
    title="an older uv that is admitted comes to another answer",
    why="an old uv drops the whole list for a form that it does not know, or watches other files: a stale install",
    remedy="require the uv that is named, or write the key in a form that all admitted versions read alike",
    check=check,
)

"""A git key resolves to nothing here.

## What it does

Reports `{ git = ... }` keys of which uv makes null, with the reason: a repository in SHA-256 or reftable format, HEAD that leads to a
symbolic reference, a stale lock file or a corrupt file in `refs/tags` (one of them costs all tags), no
repository at all. If an older uv is admitted (`tool.uv.required-version`, `[tool.cachekeys] uv`), also references that uv before 0.11.20 did
not find: in worktrees and submodules, and whatever is only in `packed-refs`, as all tags are after a clone.

## Why is this bad?

uv does not run git, it reads some of git's files. What it cannot read it records as null, without a word, and null
always equals null: a new commit or a new tag is never noticed (stale install).

## Example

```console
$ git clone https://... && touch .git/refs/tags/v2.0.lock   # left over from an interrupted `git tag`
```

## Use instead

Repair the repository (the message names the file), or watch something else that changes with the version, for example the
version file.

## False alarms

Not reported in an unpacked sdist, and not before the first commit. Without any repository it is *info*: the key works as soon as
there is one.

## References

- Behaviour measured with uv 0.11.19, 0.11.20 and 0.13.8
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cachekeys.findings import Fix
from cachekeys.rules._keys import place_of_key, usable
from cachekeys.rules.model import Rule
from cachekeys.uv.keys import GitKey, as_toml

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cachekeys.analysis import Analysis
    from cachekeys.findings import Finding
    from cachekeys.uv.gitrefs import GitState

_READS_ALL = (0, 11, 20)


def check(analysis: Analysis) -> Iterator[Finding]:
    """Report the git keys that uv cannot resolve."""
    keys = [key for key in analysis.watch.keys if isinstance(key, GitKey) and (key.commit or key.tags)]
    if not keys or not usable(analysis) or analysis.project.is_sdist:
        return
    from cachekeys.uv.gitrefs import state  # only with a git key

    git = state(analysis.project.root, analysis.watch.dialect)
    for key in keys:
        if git.repository is None:
            yield RULE.finding(
                f"`{as_toml(key)}` resolves to nothing: {git.commit_reason}, so the key never notices anything",
                place_of_key(analysis, key.index),
                "git",
                severity="info",
            )
            continue
        for what, reason in _nulls(key, git):
            yield RULE.finding(
                f"`{as_toml(key)}`: uv cannot read the {what} here ({reason}) and records nothing, so a new one is never "
                "noticed (stale install)",
                place_of_key(analysis, key.index),
                f"git {what}",
                fix=Fix("repair what is named, or watch a file that changes with the version"),
            )
        yield from _for_old_uv(analysis, key, git)


def _nulls(key: GitKey, git: GitState) -> Iterator[tuple[str, str]]:
    """Yield what is null although the repository has a first commit, and why."""
    if key.commit and git.commit is None and git.commit_reason and not git.commit_reason.endswith("no commit yet"):
        yield "commit", git.commit_reason
    if key.tags and git.tags_reason:
        yield "tags", git.tags_reason


def _for_old_uv(analysis: Analysis, key: GitKey, git: GitState) -> Iterator[Finding]:
    """Report what the oldest admitted uv would not find although the current one does."""
    from cachekeys.uv.versions import admitted, floor, text  # only with a git key

    specifier, _ = admitted(analysis.project, analysis.settings.uv)
    oldest = floor(specifier)
    if oldest is None or oldest >= _READS_ALL or git.repository is None:
        return
    lost = []
    if key.commit and git.commit is not None and (git.repository.linked or git.packed_commit):
        lost.append("the commit")
    if key.tags and git.tags and (git.repository.linked or git.packed_tags):
        lost.append("tags")
    if not lost:
        return
    where = "a worktree or submodule" if git.repository.linked else "packed-refs"
    yield RULE.finding(
        f"`{as_toml(key)}`: uv {text(oldest)}, which `{specifier}` admits, does not see {' and '.join(lost)} in {where} (uv "
        f">= {text(_READS_ALL)} does), so a new one is not noticed there (stale install)",
        place_of_key(analysis, key.index),
        "git packed",
        fix=Fix(f"require uv >= {text(_READS_ALL)}"),
    )


RULE = Rule(
    code="CK207",
    name="git-key-null",
    title="a git key resolves to nothing",
    why="uv cannot read the commit or the tags here and records null, so a new one is never noticed: a stale install",
    remedy="repair the repository as the message says",
    check=check,
)

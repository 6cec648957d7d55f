"""Cache keys stand where uv does not look for them.

## What it does

Reports what reads like cache keys but is never used: `cache_keys` and other spellings, keys in `uv.toml`, in `[tool.uv.pip]`,
`[uv]`, `[project]` and the like, keys in a workspace root that is not installed itself, and keys of a workspace root that match only files of
a member.

## Why is this bad?

uv reads exactly one list: `[tool.uv] cache-keys` in the `pyproject.toml` of the directory that it installs. Anything else has no effect, so the
defaults apply, and what was listed is not watched: a stale install. With a `uv.toml` beside it, uv even prints that the `cache_keys` of
pyproject.toml "will be ignored in favor of the uv.toml file". That is wrong: those of pyproject.toml are used and those of `uv.toml`
never are.

Each workspace member has its own keys. Those of the root say when the *root* is rebuilt.

## Example

```toml
# uv.toml
cache-keys = [{ file = "requirements.txt" }]
```

## Use instead

```toml
# pyproject.toml, of the project or of the workspace member that reads the file
[tool.uv]
cache-keys = [{ file = "pyproject.toml" }, { file = "requirements.txt" }]
```

## False alarms

A key of the root for files of a member is only reported when the member does not watch them itself and the root's build
is not known to read them.

## References

- Behaviour measured with uv 0.13.8
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cachekeys.findings import Fix
from cachekeys.inputs.model import Origin
from cachekeys.rules._keys import file_keys, place_of_key, usable
from cachekeys.rules.model import Rule
from cachekeys.uv.keys import as_toml, read_watch_set

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cachekeys.analysis import Analysis
    from cachekeys.findings import Finding
    from cachekeys.uv.settings import Misplaced


def check(analysis: Analysis) -> Iterator[Finding]:
    """Report settings in the wrong place, then keys in the wrong project."""
    from cachekeys.uv.settings import read_misplaced  # reads uv.toml

    for item in read_misplaced(analysis.project):
        yield _misplaced(analysis, item)
    if usable(analysis) and analysis.project.get("tool", "uv", "workspace") is not None:
        yield from _of_members(analysis)


def _misplaced(analysis: Analysis, item: Misplaced) -> Finding:
    is_virtual = item.how == "virtual-root"
    instead = "in force are the keys in pyproject.toml" if analysis.watch.declared else "uv watches the defaults"
    effect = "" if is_virtual else f"; {instead}, so what is listed here is not watched (stale install)"
    where = "of the member that needs them" if is_virtual else "in pyproject.toml"
    return RULE.finding(
        f"`{item.path}` in {item.file} has no effect: {item.reason}{effect}",
        Origin(item.file, item.line, item.column),
        item.path,
        severity="warning" if analysis.watch.declared else "error",
        fix=Fix(f"move the keys to `[tool.uv] cache-keys` {where}", safe=False),
    )


def _of_members(analysis: Analysis) -> Iterator[Finding]:
    """Report keys of a workspace root that match files of a member which nobody but the root watches."""
    from cachekeys.workspace import workspace_members  # only at a workspace root

    project = analysis.project
    if project.get("project") is None:
        return  # a virtual root, reported as a whole
    read_by_root = {file for entry in analysis.coverage.entries for file in entry.files}
    for member in workspace_members(project):
        prefix = f"{member}/"
        own = None
        for key in file_keys(analysis):
            files = analysis.coverage.matched.get(key.index, ())
            if not files or not all(file.startswith(prefix) for file in files) or not read_by_root.isdisjoint(files):
                continue
            own = own or _MemberKeys(analysis, member)
            if own.watch(files):
                continue
            yield RULE.finding(
                f"`{as_toml(key)}` only matches files of the workspace member `{member}`, but keys of the root rebuild the root: "
                "the member is not rebuilt when they change (stale install)",
                place_of_key(analysis, key.index),
                key.path,
                confidence="likely",
                fix=Fix(f"move it to `[tool.uv] cache-keys` in {member}/pyproject.toml, relative to that", safe=False),
            )


class _MemberKeys:
    """What a workspace member watches itself."""

    def __init__(self, analysis: Analysis, member: str) -> None:
        from cachekeys.errors import CacheKeysError  # only for a suspicious key
        from cachekeys.project import Project
        from cachekeys.uv.walk import Watcher

        self._prefix = f"{member}/"
        try:
            directory = Project(analysis.project.path(member))
        except CacheKeysError:  # reported when the member itself is checked
            self._watcher = None
        else:
            self._watcher = Watcher(read_watch_set(directory.pyproject).keys, directory.root)

    def watch(self, files: tuple[str, ...]) -> bool:
        """Tell whether the member watches all *files*, or whether nobody can tell."""
        if self._watcher is None:
            return True
        return all(self._watcher.covers(file.removeprefix(self._prefix)) is not None for file in files)


RULE = Rule(
    code="CK002",
    name="misplaced-cache-keys",
    title="cache keys stand where uv does not look for them",
    why="they have no effect, so what they list is not watched: a stale install",
    remedy="move them to `[tool.uv] cache-keys` in the `pyproject.toml` of the project that is installed",
    check=check,
)

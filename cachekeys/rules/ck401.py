"""`reinstall-package` names a package that does not occur.

## What it does

Reports names in `reinstall-package` that are neither the project, nor one of its dependencies, nor a workspace member or path
source. With a `uv.lock` the names in it decide; without one only a name that looks like a slip for a known one is a warning.

## Why is this bad?

uv ignores an unknown name without a word. The package that was meant is never reinstalled: a stale install.

## Example

```toml
[project]
name = "my-package"

[tool.uv]
reinstall-package = ["my-pakage"]
```

## Use instead

```toml
[tool.uv]
reinstall-package = ["my-package"]
```

## False alarms

`My_Package` and `my-package` are the same name. A name that is no known dependency, without a lock file to look it up in, may be the
dependency of a dependency: *info*.

## References

- Behaviour measured with uv 0.13.8
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from cachekeys.findings import Fix
from cachekeys.inputs.model import Origin
from cachekeys.project import Project, normalise, requirement_names
from cachekeys.rules.model import Rule

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from cachekeys.analysis import Analysis
    from cachekeys.findings import Finding

_LOCKED_NAME = r'(?m)^name = "([^"]+)"'


def check(analysis: Analysis) -> Iterator[Finding]:
    """Report the names of the project's own files that occur nowhere."""
    from cachekeys.uv.settings import read_reinstall  # reads uv.toml

    project = analysis.project
    names = [name for name in read_reinstall(project).in_force() if not name.file.startswith("../")]
    if not names:
        return
    locked = frozenset(normalise(name) for name in re.findall(_LOCKED_NAME, project.read_text("uv.lock") or ""))
    known = frozenset(_known(project)) | locked
    for name in names:
        if name.name in known:
            continue
        meant = _closest(name.name, known)
        suspicious = bool(locked or meant)
        where = "not in uv.lock" if locked else "no known dependency, member or source"
        yield RULE.finding(
            f"reinstall-package names `{name.written}`, which is {where}: uv ignores an unknown name silently, and what "
            "was meant is not reinstalled (stale install)" + (f"; did you mean `{meant}`?" if meant else ""),
            Origin(name.file, name.line, name.column),
            name.name,
            severity="warning" if suspicious else "info",
            confidence="likely" if suspicious else "possible",
            fix=Fix(f'write "{meant}"' if meant else "correct the name, or remove it", safe=False),
        )


def _known(project: Project) -> Iterator[str]:
    """Yield the names that the project, its workspace members and its path sources mention."""
    from cachekeys.errors import CacheKeysError  # only with reinstall-package
    from cachekeys.workspace import members

    yield from _mentioned(project)
    for directory in members(project):
        try:
            yield from _mentioned(Project(project.path(directory)))
        except CacheKeysError:  # reported when that project itself is checked
            continue


def _mentioned(project: Project) -> Iterator[str]:
    if project.name:
        yield project.name
    lists: list[Any] = [
        project.get("project", "dependencies"),
        project.get("build-system", "requires"),
        *(
            project.get("tool", "uv", name)
            for name in ("dev-dependencies", "constraint-dependencies", "override-dependencies")
        ),
    ]
    for tables in (("project", "optional-dependencies"), ("dependency-groups",)):
        table = project.get(*tables)
        lists += table.values() if isinstance(table, dict) else ()
    for requirements in lists:
        yield from requirement_names(requirements)
    sources = project.get("tool", "uv", "sources")
    yield from (normalise(name) for name in sources) if isinstance(sources, dict) else ()


def _closest(name: str, known: Iterable[str]) -> str | None:
    from difflib import get_close_matches  # only for an unknown name

    return next(iter(get_close_matches(name, sorted(known), n=1, cutoff=0.8)), None)


RULE = Rule(
    code="CK401",
    name="unknown-reinstall-package",
    title="`reinstall-package` names a package that does not occur",
    why="uv ignores it silently, and what was meant is not reinstalled: a stale install",
    remedy="correct the name",
    check=check,
)

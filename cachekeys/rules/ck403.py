"""`reinstall-package` stands where uv ignores it.

## What it does

Reports a `reinstall-package` that has no effect: in a workspace member, in `[tool.uv]` beside a `uv.toml` (even an empty one), in
a file whose settings uv drops for another reason, and in a path dependency of this project.

## Why is this bad?

Unlike `cache-keys`, this setting does not belong to the package but to the place where uv runs: uv reads the workspace root's, never a
member's or a dependency's. What is listed is not reinstalled (stale install), and uv does not say so.

## Example

```toml
# packages/demo/pyproject.toml, a workspace member
[tool.uv]
reinstall-package = ["demo"]
```

## Use instead

Better than moving it to the root's pyproject.toml: `cache-keys` in the member, which hold wherever it is installed.

```toml
# packages/demo/pyproject.toml
[tool.uv]
cache-keys = [{ file = "pyproject.toml" }, { file = "requirements.txt" }]
```

## False alarms

A path dependency may be worked on by itself, and then its setting counts: *info*.

## References

- Behaviour measured with uv 0.13.8
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from cachekeys.findings import Fix
from cachekeys.inputs.model import Origin
from cachekeys.rules.model import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cachekeys.analysis import Analysis
    from cachekeys.findings import Finding


def check(analysis: Analysis) -> Iterator[Finding]:
    """Report the project's own settings that uv ignores, then those of its path dependencies."""
    from cachekeys.uv.settings import read_reinstall  # reads uv.toml

    for item in read_reinstall(analysis.project).ineffective:
        if item.file.startswith("../"):
            continue  # reported when the workspace root is checked
        yield RULE.finding(
            f"`{item.path}` in {item.file} is ignored: {item.reason}, so what it lists is not reinstalled (stale install)",
            Origin(item.file, item.line, item.column),
            item.path,
            fix=Fix(
                "use cache-keys, which hold wherever the project is installed, or move it to where uv runs", safe=False
            ),
        )
    yield from _of_dependencies(analysis)


def _of_dependencies(analysis: Analysis) -> Iterator[Finding]:
    from cachekeys.errors import CacheKeysError
    from cachekeys.project import Project
    from cachekeys.uv.settings import read_reinstall
    from cachekeys.workspace import path_sources, workspace_members  # hardly any project has them

    if analysis.project.get("tool", "uv", "sources") is None:
        return
    members = set(workspace_members(analysis.project))  # they say so themselves
    for directory in path_sources(analysis.project):
        if directory in members:
            continue
        try:
            dependency = Project(analysis.project.path(directory))
        except CacheKeysError:  # reported when that project itself is checked
            continue
        here = analysis.project.name or os.path.basename(analysis.project.root)
        for item in read_reinstall(dependency, dependency_of=here).ineffective:
            yield RULE.finding(
                f"`{item.path}` in {directory}/{item.file} is ignored when uv runs here: a dependency's settings are not read, so "
                "what it lists is not reinstalled (stale install)",
                Origin(f"{directory}/{item.file}", item.line, item.column),
                item.path,
                severity="info",
                confidence="possible",
                fix=Fix("use cache-keys in that project, which hold wherever it is installed", safe=False),
            )


RULE = Rule(
    code="CK403",
    name="ineffective-reinstall-package",
    title="`reinstall-package` stands where uv ignores it",
    why="what it lists is not reinstalled: a stale install",
    remedy="use `cache-keys`, which hold wherever the project is installed, or move it to where uv runs",
    check=check,
)

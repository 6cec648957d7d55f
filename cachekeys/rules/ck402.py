"""`reinstall-package` is malformed, and uv drops all settings of the file.

## What it does

Reports a `reinstall-package` that is no list, and entries that are no package name: a requirement (`demo>=1`), an extra
(`demo[all]`), a path (`./`), an empty string.

## Why is this bad?

uv prints one warning ("Failed to parse `pyproject.toml` during settings discovery") and goes on without *any* setting of that file: indexes,
sources of settings, environments and all. Nothing is reinstalled (stale install). Only `cache-keys` are read separately.

## Example

```toml
[tool.uv]
reinstall-package = "demo"
```

## Use instead

```toml
[tool.uv]
reinstall-package = ["demo"]
```

## False alarms

None are known. `My_Pkg`, `MY.PKG` and `my--pkg` are valid names of `my-pkg`.

## References

- Behaviour measured with uv 0.13.8
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cachekeys.inputs.model import Origin
from cachekeys.rules.model import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cachekeys.analysis import Analysis
    from cachekeys.findings import Finding


def check(analysis: Analysis) -> Iterator[Finding]:
    """Report what uv cannot read, in the project's own files; the reader's messages say what to write instead."""
    from cachekeys.uv.settings import read_reinstall  # reads uv.toml

    for problem in read_reinstall(analysis.project).problems:
        if problem.file.startswith("../"):
            continue  # reported when the workspace root is checked
        yield RULE.finding(
            f"{problem.path}: {problem.message}. Because of it uv drops all settings of {problem.file} and reinstalls nothing "
            "(stale install)",
            Origin(problem.file, problem.line, problem.column),
            problem.path,
            severity="error",
        )


RULE = Rule(
    code="CK402",
    name="invalid-reinstall-package",
    title="`reinstall-package` is malformed",
    why="uv drops all settings of the file and reinstalls nothing: a stale install",
    remedy='write a list of package names: `reinstall-package = ["demo"]`',
    check=check,
)

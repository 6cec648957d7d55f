"""`reinstall-package` names this project although cache keys could do it.

## What it does

Reports that `reinstall-package`, where it is in force, names the project itself.

## Why is this bad?

uv then runs the project's build on every single `uv sync` and `uv run`, whether anything changed or not: a needless rebuild, for
everyone who works on it. `uv sync --check` always fails. And it only holds where uv runs: it is no property of the
project, so nobody who depends on it benefits. Cache keys rebuild exactly when an input changes.

## Example

```toml
[tool.uv]
reinstall-package = ["demo"]
```

## Use instead

```toml
[tool.uv]
cache-keys = [{ file = "pyproject.toml" }, { file = "requirements.txt" }]
```

`cachekeys inputs` lists what the build reads.

## False alarms

If the build depends on something that no key can express (a service, a file of another machine), it is the right escape hatch: ignore the
rule, with that reason. When the analysis could not resolve something that the build reads, the finding is *info*.

## References

- Behaviour measured with uv 0.13.8
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cachekeys.findings import Fix
from cachekeys.fix.synthesis import plan_of
from cachekeys.inputs.model import Origin
from cachekeys.rules.model import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cachekeys.analysis import Analysis
    from cachekeys.findings import Finding


def check(analysis: Analysis) -> Iterator[Finding]:
    """Report each entry that names the project and that uv acts on."""
    if analysis.project.name is None:
        return
    from cachekeys.uv.settings import read_reinstall  # reads uv.toml

    sure = not analysis.inputs.unresolved and not analysis.watch.problems
    for name in read_reinstall(analysis.project).in_force():
        if name.name != analysis.project.name:
            continue
        commands = "every `uv pip install` and `uv pip sync`" if name.scope == "pip" else "every `uv sync` and `uv run`"
        yield RULE.finding(
            f"reinstall-package names this project (`{name.written}`), so {commands} builds it again although nothing "
            "changed (needless rebuild); cache keys rebuild exactly when an input changes",
            Origin(name.file, name.line, name.column),
            name.name,
            severity="warning" if sure else "info",
            confidence="likely" if sure else "possible",
            fix=_remedy(analysis),
        )


def _remedy(analysis: Analysis) -> Fix:
    missing = plan_of(analysis).added
    if missing:
        listed = ", ".join(f"`{key}`" for key in missing)
        return Fix(f"remove it and add to cache-keys: {listed}", missing, safe=False)
    return Fix("remove it: the keys watch everything that the build is known to read", safe=False)


RULE = Rule(
    code="CK304",
    name="reinstall-instead-of-keys",
    title="`reinstall-package` names this project although keys could do it",
    why="uv builds it on every command: a needless rebuild",
    remedy="remove it and list what it is meant to notice in `cache-keys`",
    check=check,
)

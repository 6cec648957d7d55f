r"""pyproject.toml uses TOML 1.1, which most tools cannot read.

## What it does

Reports the first construct in pyproject.toml that only TOML 1.1 knows: a line break or a trailing comma in an inline table, the
escapes `\e` and `\xHH`, a time without seconds.

## Why is this bad?

uv 0.9.22 and newer accept it, so the mistake goes unnoticed at home. Older versions of uv stop with a syntax error, and so
does whatever reads the file with Python's `tomllib` (TOML 1.0): most build back ends, hence every build of the project.

## Example

```toml
[tool.uv]
cache-keys = [{
    file = "setup.py",
}]
```

## Use instead

```toml
[tool.uv]
cache-keys = [
    { file = "setup.py" },
]
```

## False alarms

A byte order mark and CRLF line ends are accepted by uv and never reported.

## References

- TOML 1.1.0, TOML 1.0.0
- Behaviour measured with uv 0.9.8, 0.10.12 and 0.13.8
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cachekeys.findings import Fix
from cachekeys.inputs.model import Origin
from cachekeys.rules._keys import PYPROJECT
from cachekeys.rules.model import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cachekeys.analysis import Analysis
    from cachekeys.findings import Finding


def check(analysis: Analysis) -> Iterator[Finding]:
    """Report the first construct that needs TOML 1.1."""
    document = analysis.project.pyproject
    if document is None or document.toml_1_1 is None:
        return
    yield RULE.finding(
        "this is TOML 1.1: uv >= 0.9.22 reads it, but older versions of uv and every build back end that uses Python's "
        "tomllib stop here with a syntax error, so the project cannot be built",
        Origin(PYPROJECT, document.toml_1_1.line, document.toml_1_1.column),
        PYPROJECT,
        severity="warning",
        fix=Fix("write it as TOML 1.0: an inline table on one line, without a trailing comma"),
    )


RULE = Rule(
    code="CK006",
    name="toml-dialect",
    title="pyproject.toml uses TOML 1.1",
    why="older uv and Python's `tomllib`, hence most build back ends, cannot read the file",
    remedy="write it as TOML 1.0",
    check=check,
)

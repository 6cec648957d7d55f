"""An environment variable that decides what is built is not watched.

## What it does

Reports environment variables that setup.py, a hook, CMake (`$ENV{}`) or the back end reads to decide what is built, while
no `env` key names them.

Not reported: variables that only set speed or output (`MAX_JOBS`, `VERBOSE`, `CMAKE_BUILD_PARALLEL_LEVEL`), and overrides that are
normally not set, such as `SETUPTOOLS_SCM_PRETEND_VERSION`. `cachekeys inputs` lists the latter.

## Why is this bad?

After `EXAMPLE_TARGET=cpu uv sync` and `EXAMPLE_TARGET=cuda uv sync`, the second command finds its keys unchanged and keeps the
stale install that was built for the other target.

## Example

```python
# setup.py
import os

TARGET = os.environ.get("EXAMPLE_TARGET", "cuda")
```

## Use instead

```toml
[tool.uv]
cache-keys = [
    { file = "pyproject.toml" },
    { file = "setup.py" },
    { env = "EXAMPLE_TARGET" },
]
```

## False alarms

- `not-inputs = [{ env = "NAME", reason = "only colours the output" }]` in `[tool.cachekeys]` takes a variable out.
- uv stores the value in clear text, in its cache and in the environment: never list a password or token as a key.

## References

- `env` keys exist since uv 0.5.12; uv looks at its own environment, not at `--env-file`
- Behaviour measured with uv 0.13.8
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cachekeys.rules._gaps import report
from cachekeys.rules.model import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cachekeys.analysis import Analysis
    from cachekeys.findings import Finding


def check(analysis: Analysis) -> Iterator[Finding]:
    """Report the gaps, one finding for each place."""
    return report(RULE, analysis)


RULE = Rule(
    code="CK109",
    name="environment-uncovered",
    title="an environment variable that decides what is built is not watched",
    why="another value builds something else, but uv keeps the stale install",
    remedy='add `{ env = "NAME" }`',
    check=check,
)

"""A file that configures the native build is not watched.

## What it does

Reports `CMakeLists.txt`, included `*.cmake` files, presets, toolchain files, `meson.build` and its options, `Cargo.lock` (when git
tracks it), `.cargo/config.toml`, `build.rs`, `*.in` templates and the like, while no key watches them.

## Why is this bad?

These files decide what is compiled and how. After an edit uv finds its keys unchanged, builds nothing and keeps the stale
install.

## Example

```toml
[build-system]
requires = ["scikit-build-core"]
build-backend = "scikit_build_core.build"
```

with a `CMakeLists.txt` that includes `cmake/flags.cmake`.

## Use instead

Add to the above:

```toml
[tool.uv]
cache-keys = [
    { file = "pyproject.toml" },
    { file = "CMakeLists.txt" },
    { file = "cmake/**/*.cmake" },
]
```

## False alarms

- A `Cargo.lock` that git ignores is not reported.
- With a git commit key a committed edit is noticed: a remark only.

## References

- uv's `uv init --build-backend scikit` writes a key for `CMakeLists.txt` since 0.8.18
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
    code="CK108",
    name="build-config-uncovered",
    title="a file that configures the native build is not watched",
    why="an edit of the file changes what is built, but uv keeps the stale install",
    remedy="add a key for the file",
    check=check,
)

"""A source of native code is not watched.

## What it does

Reports C, C++, CUDA, HIP, Rust, Cython, Fortran and assembler sources, templates, and the headers that they include, while no key
watches them. One finding stands for all that are equally sure: it points at the script that names the first one (setup.py,
CMakeLists.txt), lists a few and counts the rest. `cachekeys inputs` lists every file with the place that makes the build read it.

A second kind, *info*: the keys name each present file of a set that the build collects by a pattern, so a new file would not be noticed.

## Why is this bad?

An editable installation imports Python code from the source tree, but the extension module is the one that was compiled last. uv
watches no C file by default: after an edit, `uv sync` and `uv run` do nothing, and the stale extension module stays installed.

## Example

```python
# setup.py
from setuptools import Extension, setup

setup(ext_modules=[Extension("example._fast", ["csrc/fast.c"])])
```

## Use instead

```toml
[tool.uv]
cache-keys = [
    { file = "pyproject.toml" },
    { file = "setup.py" },
    { file = "csrc/**/*.{c,h}" },
]
```

`csrc/**/*.c` is the safe spelling: `csrc/*.c` matches at any depth, too, but only until another key has the top of
the project as its base.

## False alarms

- Files that the build writes (what Cython or a generator makes) are not reported.
- Sources of another platform count: a key should not depend on where pyproject.toml is read.
- With a git commit key a committed edit is noticed: a remark only. While you edit, it is not.

## References

- uv's `uv init --build-backend maturin` and `scikit` write such keys since 0.8.18
- uv's glob semantics, measured with uv 0.13.8
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
    """Report the gaps, all in one finding."""
    return report(RULE, analysis, fold=True)


RULE = Rule(
    code="CK107",
    name="native-source-uncovered",
    title="a source of native code is not watched",
    why="an edit of the source is not compiled: uv keeps the stale install",
    remedy="add a key such as `csrc/**/*.{cpp,h}`",
    check=check,
)

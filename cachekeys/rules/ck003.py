"""The list replaces the defaults, and one that matters is no longer watched.

## What it does

Reports the default keys that a declared `cache-keys` list has dropped although they matter here: `pyproject.toml` always;
`setup.py` and `setup.cfg` when they exist and the build reads them; `{ dir = "src" }` when `src` exists. A glob that
matches such a file (`*.toml`) watches it and is enough.

An empty list is reported as [CK004](CK004.md) only.

## Why is this bad?

`cache-keys` does not add to the defaults (`pyproject.toml`, `setup.py`, `setup.cfg`, `{ dir = "src" }`), it replaces them. A list that
names only what is special makes uv blind for the ordinary: a new version, dependency or entry point in `pyproject.toml` is
not seen, and uv keeps or even reinstalls the old build from its cache (stale install).

## Example

```toml
[tool.uv]
cache-keys = [{ file = "requirements.txt" }]
```

## Use instead

```toml
[tool.uv]
cache-keys = [{ file = "pyproject.toml" }, { file = "requirements.txt" }]
```

## False alarms

The severity follows the consequence:

- `pyproject.toml`, and a `setup.py` or `setup.cfg` that setuptools reads: *error*.
- A `setup.cfg` without any section that a build reads (only flake8, mypy, ... in it): not reported.
- `src`: *info*, because the key only notices that the directory appears or disappears. Not reported when
  a file below `src` is watched.
- With a git commit key, every committed edit is noticed: *info* for the files, nothing for `src`. An uncommitted edit is still
  not seen.

## References

- uv's documentation, "Caching: dynamic metadata"
- Behaviour measured with uv 0.6.6, 0.6.7 and 0.13.8
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from cachekeys.findings import Fix
from cachekeys.rules._keys import PYPROJECT, commits_seen, place_of_key, usable, watched
from cachekeys.rules.model import Rule
from cachekeys.uv.keys import DirKey

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cachekeys.analysis import Analysis
    from cachekeys.findings import Finding
    from cachekeys.inputs.model import Confidence
    from cachekeys.project import Project

# Sections of setup.cfg that linters and test runners read, and no build.
_FOREIGN = frozenset(
    {
        "aliases",
        "autoflake",
        "build_sphinx",
        "codespell",
        "check-manifest",
        "check",
        "darglint",
        "devpi",
        "doc8",
        "flake8",
    }
    | {
        "isort",
        "metadata.legal",
        "mypy",
        "nosetests",
        "pep8",
        "pycodestyle",
        "pydocstyle",
        "pyflakes",
        "pylint",
        "pylama",
    }
    | {"pytest", "rstcheck", "semantic_release", "tox", "upload", "upload_docs", "yapf", "zest.releaser", "sdist"}
)
_FOREIGN_PREFIXES = (
    "tool:",
    "bumpversion",
    "coverage:",
    "mypy-",
    "pylint",
    "isort",
    "flake8:",
    "pylama:",
    "testenv",
    "devpi:",
)
# Sections that setuptools, its commands or pbr read.
_BUILD = frozenset(
    {"metadata", "options", "files", "entry_points", "backwards_compat", "pbr", "global", "egg_info", "bdist_wheel"}
    | {
        "build",
        "build_ext",
        "build_py",
        "build_clib",
        "build_scripts",
        "editable_wheel",
        "dist_info",
        "install",
        "develop",
    }
)


def check(analysis: Analysis) -> Iterator[Finding]:
    """Compare the declared list with the defaults that matter in this project."""
    if not usable(analysis) or not analysis.watch.keys:
        return
    seen = watched(analysis)
    written = {output.what for output in analysis.inputs.outputs}
    at = place_of_key(analysis)
    commits = commits_seen(analysis)
    for file, consequence, confidence in _files_that_matter(analysis.project):
        if file in seen or file in written:  # a file that the build rewrites must not be watched: CK301
            continue
        note = "; with the git key only a committed edit is noticed" if commits else ""
        yield RULE.finding(
            f"the list replaces uv's defaults and does not watch `{file}`: {consequence} (stale install){note}",
            at,
            file,
            severity="info" if commits else "error" if confidence == "certain" else "warning",
            confidence=confidence,
            fix=Fix(f"watch `{file}` again", (f'{{ file = "{file}" }}',)),
        )
    if analysis.project.is_dir("src") and not commits and not _watches_src(analysis, seen):
        yield RULE.finding(
            'the list replaces uv\'s defaults, among them `{ dir = "src" }`: that `src` appears or disappears (another layout) '
            "is no longer noticed (stale install)",
            at,
            "src",
            severity="info",
            confidence="possible",
            fix=Fix("watch `src` again", ('{ dir = "src" }',)),
        )


def _files_that_matter(project: Project) -> Iterator[tuple[str, str, Confidence]]:
    """Yield the default files that this project's build reads, with what goes unnoticed and how sure that is."""
    if project.pyproject is not None:
        yield PYPROJECT, "a new version, dependency or build setting in it is not noticed", "certain"
    if not project.uses_setuptools and not {"pbr", "setuptools"} & project.build_requires:
        return
    if project.is_file("setup.py"):
        yield "setup.py", "it runs in every build, but its edits are not noticed", "certain"
    sure = _build_reads_setup_cfg(project)
    if sure is not None:
        yield "setup.cfg", "the build reads it, but its edits are not noticed", sure


def _build_reads_setup_cfg(project: Project) -> Confidence | None:
    """Tell how sure it is that the build reads anything from setup.cfg; None when nothing says so."""
    if project.setup_cfg is None:
        return None
    sections = [section.lower() for section in project.setup_cfg.sections]
    if any(section in _BUILD or section.startswith("options.") for section in sections):
        return "certain"
    if all(section in _FOREIGN or section.startswith(_FOREIGN_PREFIXES) for section in sections):
        return None
    return "likely"


def _watches_src(analysis: Analysis, seen: frozenset[str]) -> bool:
    """Tell whether a key notices that ``src`` goes: the directory itself, or files in it."""
    if any(isinstance(key, DirKey) and os.path.normpath(key.path) == "src" for key in analysis.watch.keys):
        return True
    return any(file.startswith("src/") for file in seen)


RULE = Rule(
    code="CK003",
    name="defaults-dropped",
    title="the list replaces the defaults, and one that matters is no longer watched",
    why="an edit of pyproject.toml, setup.py or setup.cfg goes unnoticed: a stale install",
    remedy='add the default back, e.g. `{ file = "pyproject.toml" }`',
    check=check,
)

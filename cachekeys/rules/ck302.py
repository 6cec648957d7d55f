"""A key matches what tools write: `.venv`, `.git`, `__pycache__`, `node_modules`, caches.

## What it does

Reports globs that match files in directories that tools keep for themselves: virtual environments, version control, bytecode,
`node_modules`, the caches of tox, nox, mypy, ruff, pytest, hypothesis and Jupyter. `.venv` at the root of a uv project is counted in before
it exists, and so is `__pycache__` beside Python modules.

## Why is this bad?

uv does not read `.gitignore`, and `*` matches names with a leading dot. So `**/*.py` watches every package in `.venv`: installing any of them makes uv
build the project again, and `uv sync` itself can set off the next build. `**` watches `.git`, which changes with every git command,
even `git status` (needless rebuild).

## Example

```toml
[tool.uv]
cache-keys = [{ file = "pyproject.toml" }, { file = "**/*.py" }]
```

## Use instead

```toml
[tool.uv]
cache-keys = [{ file = "pyproject.toml" }, { file = "src/**/*.py" }]
```

Globs that start in the directories that hold sources are also quicker. Whatever is proposed has been tried: it watches the same
files without those.

## False alarms

A glob whose own directory is such a place, like `node_modules/left-pad/**`, is taken as meant and not reported.

## References

- uv issue 16336
- Behaviour measured with uv 0.13.8
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, NamedTuple

from cachekeys.findings import Fix
from cachekeys.rules._globs import is_exclusion, is_glob, walks_everything
from cachekeys.rules._keys import file_keys, place_of_key, usable
from cachekeys.rules.model import Rule
from cachekeys.uv.globs import split
from cachekeys.uv.keys import FileKey, as_toml
from cachekeys.uv.walk import Watcher

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cachekeys.analysis import Analysis
    from cachekeys.findings import Finding
    from cachekeys.project import Project

_VERSION_CONTROL = "every command of version control changes it"
_PACKAGES = "installing any package changes it"
_CACHE = "a tool rewrites it whenever it runs"
_BYTECODE = "Python writes it when it imports the modules"
_WHY = {
    **dict.fromkeys((".git", ".hg", ".svn", ".bzr"), _VERSION_CONTROL),
    **dict.fromkeys(("node_modules", "__pypackages__", ".eggs"), _PACKAGES),
    **dict.fromkeys((".tox", ".nox", ".mypy_cache", ".ruff_cache", ".pytest_cache", ".hypothesis"), _CACHE),
    ".ipynb_checkpoints": _CACHE,
    "__pycache__": _BYTECODE,
}
_ENVIRONMENTS = frozenset({".venv", "venv", ".env", "env"})
_IN_ENVIRONMENT = (
    "lib/python3.12/site-packages/x/__init__.py",
    "lib/python3.12/site-packages/x-1.dist-info/METADATA",
    "pyvenv.cfg",
    "bin/activate",
)


class _Hit(NamedTuple):
    """A path in the directory *name* that a key matches; it need not exist yet."""

    name: str
    path: str
    why: str
    exists: bool


def check(analysis: Analysis) -> Iterator[Finding]:
    """Report, per glob, what it matches of that which tools write."""
    if not usable(analysis):
        return
    globs = [
        key
        for key in file_keys(analysis)
        if is_glob(key.path) and not is_exclusion(key.path) and not walks_everything(key.path)
    ]
    if not globs:
        return
    watcher = Watcher(analysis.watch.keys, analysis.project.root, analysis.watch.dialect)
    expected = list(_expected(analysis))
    for key in globs:
        meant = set(split(key.path)[0])
        hits = [*_existing(analysis, key), *(hit for hit in expected if watcher.covers(hit.path) == key.index)]
        hits = [hit for hit in hits if hit.name not in meant]
        if hits:
            yield _finding(analysis, key, hits)


def _existing(analysis: Analysis, key: FileKey) -> Iterator[_Hit]:
    environments: dict[str, bool] = {}
    for file in analysis.coverage.matched.get(key.index, ()):
        *parts, _ = file.split("/")
        for count, part in enumerate(parts, 1):
            if part in _WHY:
                yield _Hit(part, file, _WHY[part], exists=True)
                break
            if part in _ENVIRONMENTS:
                place = "/".join(parts[:count])
                if place not in environments:
                    environments[place] = analysis.project.is_file(f"{place}/pyvenv.cfg")
                if environments[place]:
                    yield _Hit(part, file, _PACKAGES, exists=True)
                    break


def _expected(analysis: Analysis) -> Iterator[_Hit]:
    """Yield paths that will exist as soon as somebody works on the project."""
    project = analysis.project
    if not project.is_dir(".venv") and not _is_member(project):
        for path in _IN_ENVIRONMENT:
            yield _Hit(".venv", f".venv/{path}", _PACKAGES, exists=False)
    packages = sorted({posixpath.dirname(file) for file in project.files if file.endswith("/__init__.py")})
    for package in packages:
        if not project.is_dir(f"{package}/__pycache__"):
            yield _Hit("__pycache__", f"{package}/__pycache__/x.cpython-312.pyc", _BYTECODE, exists=False)


def _is_member(project: Project) -> bool:
    from cachekeys.workspace import find_root  # only without .venv

    return project.get("project") is None or find_root(project) is not None


def _finding(analysis: Analysis, key: FileKey, hits: list[_Hit]) -> Finding:
    existing = [hit for hit in hits if hit.exists]
    shown = existing or hits
    names = list(dict.fromkeys(hit.name for hit in shown))
    first = shown[0]
    if existing:
        count = len({hit.path for hit in existing})
        what = f"`{first.path}`" + (f" and {count - 1} more files" if count > 1 else "")
        what += f" in `{'`, `'.join(names)}`" if len(names) > 1 else ""
    else:
        what = f"files in `{'`, `'.join(names)}`, which does not exist yet"
    return RULE.finding(
        f"`{as_toml(key)}` matches {what}: {first.why}, and uv rebuilds (needless rebuild)",
        place_of_key(analysis, key.index),
        key.path,
        confidence="certain" if existing else "likely",
        fix=_remedy(analysis, key, hits),
    )


def _remedy(analysis: Analysis, key: FileKey, hits: list[_Hit]) -> Fix:
    from cachekeys.rules._exclusion import narrower, working_exclusions  # only for a finding
    from cachekeys.rules._narrow import narrowed

    paths = {hit.path for hit in hits}
    suffixed = narrower(analysis, key, paths, paths)
    entries = (as_toml(FileKey(key.index, suffixed)),) if suffixed is not None else narrowed(analysis, key, paths)
    if entries is not None:
        return Fix(f"write {_listed(entries)} instead", entries, safe=False, replaces=key.index)
    unwanted: dict[str, set[str]] = {}
    for hit in hits:
        unwanted.setdefault(hit.name, set()).add(hit.path)
    values = working_exclusions(analysis, key, unwanted, paths)
    if values is not None:
        entries = tuple(as_toml(FileKey(key.index, value)) for value in values)
        return Fix(
            f"add {_listed(entries)} to the end of the list, or name the directories of the sources",
            entries,
            safe=False,
        )
    return Fix("start the glob in the directories that hold sources", safe=False)


def _listed(entries: tuple[str, ...]) -> str:
    return ", ".join(f"`{entry}`" for entry in entries)


RULE = Rule(
    code="CK302",
    name="volatile-match",
    title="a key matches what tools write: `.venv`, `.git`, caches",
    why="uv rebuilds whenever something changes there: a needless rebuild",
    remedy="start the glob in the directories that hold sources, or exclude those",
    check=check,
)

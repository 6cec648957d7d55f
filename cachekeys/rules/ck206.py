"""An exclusion excludes nothing, or not all that it names.

## What it does

Reports keys that begin with `!` and do not keep uv from watching what they name: each is put to uv's own rules, with the files that are
there.

## Why is this bad?

What was to be left out, generated sources or a build directory, still counts: a needless rebuild, often on every run. uv says
nothing. The traps:

| keys | effect |
|---|---|
| `"!build"` | none: without a glob character it is the name of a file, `!build` |
| `"src/**/*.c", "!src/gen/*"` | none: uv looks for a directory called `!src` |
| `"*.h", "src/**/*.c", "!src/gen/**"` | half: uv sorts it before `src/**/*.c`, so files directly in `src/gen` come back |
| `"!*.c", "lib/**/*.c"` | none: the last glob that matches a file decides |
| `"src/**/*.c", "src/!gen/*"` | works: both start in `src` |
| `"**/*.c", "!build/**"` | works: both start at the top |

## Example

```toml
[tool.uv]
cache-keys = [{ file = "src/**/*.c" }, { file = "!src/gen/*" }]
```

## Use instead

```toml
[tool.uv]
cache-keys = [{ file = "src/**/*.c" }, { file = "src/!gen/*" }]
```

Better still, list only directories that hold sources: then nothing has to be left out. Every spelling that is proposed here
has been tried on the files of the project.

## False alarms

A file that a *later* glob, or a key with its name, brings back is left alone: that is how exceptions are written. An exclusion for
something that does not exist yet is only reported if it could never work.

## References

- Behaviour measured with uv 0.7.20, 0.8.24 and 0.13.8
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, NamedTuple

from cachekeys.findings import Fix
from cachekeys.rules._globs import is_glob, replaced, walks_everything
from cachekeys.rules._keys import file_keys, place_of_key, usable
from cachekeys.rules.model import Rule
from cachekeys.uv.globs import GlobError, Ruleset, compile_rule, group, join, split
from cachekeys.uv.keys import FileKey, as_toml
from cachekeys.uv.text import encode_path
from cachekeys.uv.walk import Watcher, watched_files

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cachekeys.analysis import Analysis
    from cachekeys.findings import Finding
    from cachekeys.uv.keys import CacheKey


def check(analysis: Analysis) -> Iterator[Finding]:
    """Report each exclusion after which something that it names still counts because of a key before it."""
    if not usable(analysis):
        return
    exclusions = [(key, meant) for key in file_keys(analysis) if (meant := _meant(key)) is not None]
    if not exclusions:
        return
    watcher = Watcher(analysis.watch.keys, analysis.project.root, analysis.watch.dialect)
    counted = sorted({file for files in analysis.coverage.matched.values() for file in files})
    by_name = {posixpath.normpath(key.path) for key in watcher.plain}
    for key, meant in exclusions:
        if not is_glob(key.path) and analysis.project.is_file(key.path):
            continue  # the name of a file after all
        named = [file for file in counted if file not in by_name and meant.names(file)]
        kept = [file for file in named if (by := watcher.covers(file)) is not None and by < key.index]
        hopeless = _why_hopeless(analysis, key)
        if kept or hopeless or (named and not _excluded(analysis, key)):
            yield _finding(analysis, key, meant, kept or named, hopeless)


class _Meant(NamedTuple):
    """What an exclusion was meant to say: leave out *text*, a line of a ``.gitignore`` in *directory*."""

    directory: str
    text: str
    rules: Ruleset

    def names(self, file: str) -> bool:
        """Tell whether the file, or a directory that it lies in, is named."""
        prefix = f"{self.directory}/" if self.directory else ""
        if not file.startswith(prefix):
            return False
        path = encode_path(file[len(prefix) :])
        ends = (at for at, byte in enumerate(path) if byte == ord("/"))
        return self.rules.find(path) is not None or any(self.rules.closes(path[:end]) for end in ends)

    @property
    def path(self) -> str:
        """What is to be left out, relative to the project."""
        text = self.text.lstrip("/")
        return f"{self.directory}/{text}" if self.directory else text

    @property
    def is_anywhere(self) -> bool:
        """Whether it is to be left out at any depth of the project."""
        return not self.directory and ("/" not in self.text or self.text.startswith("**/"))


def _meant(key: FileKey) -> _Meant | None:
    if key.path.startswith("!"):
        directory, text = "", key.path[1:]
    elif is_glob(key.path):
        base, pattern = split(key.path)
        if not pattern.startswith("!") or base[:1] in {("/",), ("..",)}:
            return None
        directory, text = join(base), pattern[1:]
    else:
        directory, name = posixpath.split(key.path)
        if not name.startswith("!") or directory.startswith(("/", "..")):
            return None
        text = name[1:]
    text = text.removeprefix("./").rstrip("/")
    try:
        if not text.strip("/") or compile_rule(text) is None:
            return None
    except GlobError:
        return None
    return _Meant(posixpath.normpath(directory) if directory else "", text, Ruleset([(f"!{text}", 0)]))


def _why_hopeless(analysis: Analysis, key: FileKey) -> str | None:
    """Say why the key can never exclude anything, whatever files there are; None if it can."""
    if not is_glob(key.path):
        return f"it has no glob character, so uv looks for a file called `{key.path}`"
    globs = [(other.path, other.index) for other in file_keys(analysis) if is_glob(other.path)]
    each = next(
        each for each in group(globs, analysis.watch.dialect) if any(source == key.index for _, source in each.patterns)
    )
    rules = Ruleset(each.patterns, analysis.watch.dialect).rules
    own = next((rule for rule in rules if rule.source == key.index), None)
    if own is None:
        return "uv takes it for a comment"
    if not own.excludes:
        first = own.text.partition("/")[0] if each.base == "" and "/" in own.text else each.base or own.text
        return None if analysis.project.is_dir(first) else f"uv looks for a directory called `{first}`"
    if all(rule.excludes for rule in rules):
        where = f"in `{each.base}`" if each.base else "at the top"
        return f"no other glob of the list starts {where}"
    return None


def _excluded(analysis: Analysis, key: FileKey) -> bool:
    """Tell whether the key keeps anything out."""
    return bool(_newly_watched(analysis, key))


def _newly_watched(analysis: Analysis, key: FileKey) -> set[str]:
    """Return what would be watched in addition without the key."""
    root, dialect = analysis.project.root, analysis.watch.dialect
    listed = [other for other in file_keys(analysis) if not walks_everything(other.path)]
    with_it, without = (
        {file.path for file in watched_files(root, keys, dialect=dialect, timed=False).files}
        for keys in (listed, [other for other in listed if other is not key])
    )
    return without - with_it


def _finding(analysis: Analysis, key: FileKey, meant: _Meant, kept: Sequence[str], hopeless: str | None) -> Finding:
    if hopeless:
        effect = f"excludes nothing, because {hopeless}"
    elif _excluded(analysis, key):
        effect = "excludes only a part of what it names, because uv applies another glob after it"
    else:
        effect = "excludes nothing, because uv applies another glob after it, and the last one that matches decides"
    more = f" and {len(kept) - 1} more still count" if len(kept) > 1 else " still counts"
    return RULE.finding(
        f"`{as_toml(key)}` {effect}" + (f": `{kept[0]}`{more}" if kept else "") + " (needless rebuild)",
        place_of_key(analysis, key.index),
        key.path,
        confidence="certain" if kept else "likely",
        fix=_remedy(analysis, key, meant, kept),
    )


def _remedy(analysis: Analysis, key: FileKey, meant: _Meant, kept: Sequence[str]) -> Fix:
    counted = {file for files in analysis.coverage.matched.values() for file in files}
    keep = [file for file in counted if not meant.names(file)]
    off = [*kept, *(file for file in analysis.project.files if file not in counted)]
    keys = analysis.watch.keys
    for value in _spellings(analysis, meant, kept) if kept else ():
        entry = as_toml(FileKey(key.index, value))
        last = FileKey(len(keys), value)
        if _does_it(analysis, replaced(keys, key, value), off, keep):
            return Fix(f"write `{entry}`", (entry,), safe=False, replaces=key.index)
        if _does_it(analysis, (*(other for other in keys if other is not key), last), off, keep):
            return Fix(f"remove it and add `{entry}` to the end of the list", (entry,), safe=False)
        if _does_it(analysis, (*keys, last), off, keep):
            return Fix(f"add `{entry}` to the end of the list", (entry,), safe=False)
    return Fix("remove it, and list only the directories that hold sources", safe=False)


def _spellings(analysis: Analysis, meant: _Meant, kept: Sequence[str]) -> Iterator[str]:
    """Yield ways to write the exclusion, the most readable first."""
    from cachekeys.rules import _exclusion  # only for a finding

    watcher = Watcher(analysis.watch.keys, analysis.project.root, analysis.watch.dialect)
    deciding = {watcher.covers(file) for file in kept}
    globs = [other for other in file_keys(analysis) if other.index in deciding]
    bases = dict.fromkeys(join(split(other.path)[0]) for other in globs)
    for base in (*bases, ""):
        prefix = f"{base}/" if base else ""
        if meant.is_anywhere and is_glob(meant.path):
            yield f"{prefix}!{meant.path}"
        for path in (meant.path, f"{meant.path}/**"):
            if path.startswith(prefix) and is_glob(path):
                rest = path[len(prefix) :]
                yield f"{prefix}!{rest}"
                yield f"{prefix}!/{rest}"
    for other in globs:
        yield from _exclusion.spellings(other, meant.path, analysis.watch.keys)


def _does_it(analysis: Analysis, keys: Sequence[CacheKey], off: Sequence[str], keep: Sequence[str]) -> bool:
    """Tell whether the keys watch none of *off* (another glob may get a new meaning) and all of *keep*."""
    after = Watcher(keys, analysis.project.root, analysis.watch.dialect)
    if after.errors or any(after.covers(file) is not None for file in off):
        return False
    return all(after.covers(file) is not None for file in keep)


RULE = Rule(
    code="CK206",
    name="exclusion-without-effect",
    title="an exclusion excludes nothing, or not all that it names",
    why="what was to be left out still counts: a needless rebuild",
    remedy="write the exclusion so that it starts in the same directory as the glob: `src/**/*.c`, `src/!gen/*`",
    check=check,
)

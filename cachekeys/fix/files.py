"""Choose the file keys for a set of uncovered files: names where there are few, ``dir/**/*.{c,h}`` where there are many.

``dir/**/*.c`` is the one glob spelling whose meaning does not depend on the rest of the list (uv >= 0.7.21). A glob at
the top of the project is never proposed: it walks virtual environments and ``.git`` on every command and changes
what all other globs mean.
"""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from cachekeys.coverage import name_matcher
from cachekeys.uv.keys import FileKey, file_key_value
from cachekeys.uv.walk import Watcher

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from cachekeys.analysis import Analysis
    from cachekeys.coverage import InputCoverage

__all__ = ["FilePlan"]

_FEW = 3
"""Up to so many files of a directory are named one by one."""
_MANY = 12
"""From so many files on, a glob that takes in some others is better than the list."""
_PLAIN_PART = re.compile(r"(?![!#])[^][*?{}\\\s](?:[^][*?{}\\]*[^][*?{}\\\s])?")
_EXTENSION = re.compile(r"\.[A-Za-z0-9_+-]+")
_SIMPLE_GLOB = re.compile(r"(?:\*\*/)?\*(?:(?P<one>\.[A-Za-z0-9_+-]+)|\.\{(?P<some>[A-Za-z0-9_+,-]+)\})")

_Cluster = tuple[str, frozenset[str]]
"""A directory and the extensions (with their dot) of the files below it."""


class FilePlan:
    """The chosen values of file keys, in order, and which of them each gap needs."""

    def __init__(self, analysis: Analysis, gaps: Sequence[InputCoverage]) -> None:
        self._project = analysis.project
        self._keys = analysis.watch.keys
        self._targets = dict.fromkeys(name for gap in gaps for name in gap.uncovered)
        self._places = {name: place for place, name in enumerate(name for gap in gaps for name in _open(gap))}
        self._inputs = {name for entry in analysis.coverage.entries for name in entry.files}
        is_output = name_matcher(output.what for output in analysis.inputs.outputs)
        self._outputs = [name for name in self._project.files if is_output(name)]
        self._outputs += [name for output in analysis.inputs.outputs for name in _examples(output.what)]
        self._watched = {name for names in analysis.coverage.matched.values() for name in names}
        self._before = Watcher(self._keys, self._project.root)
        globs = self._choose_globs(gaps)
        self.values = self._settle(globs)
        self._after = {value: Watcher((FileKey(0, value),), self._project.root) for value in self.values}

    def values_for(self, gap: InputCoverage) -> tuple[str, ...]:
        """Return the values that cover the gap's files."""
        return tuple(
            value for value in self.values if any(self._after[value].covers(name) is not None for name in _open(gap))
        )

    # -- choosing --------------------------------------------------------------------------------------------------

    def _choose_globs(self, gaps: Sequence[InputCoverage]) -> list[str]:
        """Return the globs worth proposing; what they leave over is named."""
        clusters: dict[str, set[str]] = {}
        verbatim: list[str] = []
        for gap in gaps:
            if gap.input.kind != "files":
                continue
            cluster = _as_cluster(gap.input.what)
            if cluster is None and _is_safe_glob(gap.input.what):
                verbatim.append(gap.input.what)
                continue
            if cluster is not None:
                wanted = cluster[0], cluster[1] & {posixpath.splitext(name)[1] for name in _open(gap)}
                if self._acceptable(wanted, gap.files, slack=True):
                    clusters.setdefault(wanted[0], set()).update(wanted[1])
                    continue
            self._cluster(gap.uncovered, clusters, slack=gap.input.role == "native-source")
        for slack, group in self._loose_files(gaps):
            self._cluster(group, clusters, slack=slack)
        return [*verbatim, *(_spell(directory, extensions) for directory, extensions in _reduced(clusters))]

    def _loose_files(self, gaps: Sequence[InputCoverage]) -> Iterable[tuple[bool, list[str]]]:
        """Group the files that are inputs one by one: by role, as a glob should tell one story."""
        roles: dict[str, list[str]] = {}
        for gap in gaps:
            if gap.input.kind == "file":
                roles.setdefault(gap.input.role, []).extend(gap.uncovered)
        for role, names in roles.items():
            yield role == "native-source", names

    def _cluster(self, names: Sequence[str], clusters: dict[str, set[str]], *, slack: bool) -> None:
        """Find directories whose files are better matched by a glob, from the top down."""
        for top in sorted({name.split("/")[0] for name in names if "/" in name}):
            group = [name for name in names if name.startswith(f"{top}/")]
            if top != "..":
                self._descend(
                    posixpath.commonpath([posixpath.dirname(name) for name in group]), group, clusters, slack=slack
                )

    def _descend(self, directory: str, names: Sequence[str], clusters: dict[str, set[str]], *, slack: bool) -> None:
        if len(names) <= _FEW:
            return
        extensions = frozenset(posixpath.splitext(name)[1] for name in names)
        if self._acceptable((directory, extensions), names, slack=slack):
            clusters.setdefault(directory, set()).update(extensions)
            return
        below: dict[str, list[str]] = {}
        for name in names:
            rest = name[len(directory) + 1 :]
            if "/" in rest:
                below.setdefault(f"{directory}/{rest.split('/')[0]}", []).append(name)
        for subdirectory, group in sorted(below.items()):
            self._descend(subdirectory, group, clusters, slack=slack)

    def _acceptable(self, cluster: _Cluster, names: Sequence[str], *, slack: bool) -> bool:
        """Tell whether the glob can be spelled safely, matches no output and not too much that is no input."""
        directory, extensions = cluster
        if not all(_PLAIN_PART.fullmatch(part) and part != ".." for part in directory.split("/")):
            return False
        if not all(_EXTENSION.fullmatch(extension) for extension in extensions):
            return False
        matched = [name for name in self._project.files if _is_in(name, cluster)]
        others = [name for name in matched if name not in self._inputs]
        if any(_is_in(name, cluster) for name in self._outputs):
            return False
        allowed = len(names) if len(names) >= _MANY else len(names) // 2
        return len(others) <= (allowed if slack else 0)

    # -- checking --------------------------------------------------------------------------------------------------

    def _settle(self, globs: list[str]) -> tuple[str, ...]:
        """Keep the globs that do no harm to the list and name every file that they leave over."""
        kept = globs if self._harmless(globs) else []
        if not kept:
            for glob in globs:
                if self._harmless([*kept, glob]):
                    kept.append(glob)
        watcher = Watcher(self._with(kept), self._project.root)
        named = [name for name in self._targets if watcher.covers(name) is None]
        values = self._in_order([*kept, *(file_key_value(name) for name in named)])
        if self._harmless(values):
            return values
        # A name with glob characters is a glob, too: leave out what does harm, the gap stays open.
        safe = [*kept, *(name for name in named if file_key_value(name) == name)]
        for value in (file_key_value(name) for name in named):
            if value not in safe and self._harmless([*safe, value]):
                safe.append(value)
        return self._in_order(safe)

    def _harmless(self, values: Sequence[str]) -> bool:
        """Tell whether the list with *values* still watches all that it did and no further output."""
        after = Watcher(self._with(values), self._project.root)
        if any(after.covers(name) is None for name in self._watched):
            return False
        return not any(after.covers(name) is not None and self._before.covers(name) is None for name in self._outputs)

    def _with(self, values: Sequence[str]) -> tuple[FileKey, ...]:
        declared = [key for key in self._keys if isinstance(key, FileKey)]
        start = max((key.index for key in declared), default=-1) + 1
        return (*declared, *(FileKey(start + place, value) for place, value in enumerate(values)))

    def _in_order(self, values: Sequence[str]) -> tuple[str, ...]:
        """Put each value where the first of its files stands in the order of the gaps."""
        alone = {value: Watcher((FileKey(0, value),), self._project.root) for value in values}

        def place(value: str) -> int:
            covered = (place for name, place in self._places.items() if alone[value].covers(name) is not None)
            return next(covered, len(self._places))

        return tuple(sorted(dict.fromkeys(values), key=place))


def _open(gap: InputCoverage) -> tuple[str, ...]:
    """Return the files that the gap is about: those that no key watches, or an example of those to come."""
    return gap.uncovered or ((gap.new_file,) if gap.new_file else ())


def _is_in(name: str, cluster: _Cluster) -> bool:
    return name.startswith(f"{cluster[0]}/") and posixpath.splitext(name)[1] in cluster[1]


def _examples(glob: str) -> list[str]:
    """Return names that the glob of an output stands for, whether they exist or not: ``gen/*.{c,h}`` as gen/new.c, gen/new.h."""
    pending, found = [glob.replace("**/", "")], []
    while pending:
        text = pending.pop()
        braces = re.search(r"\{([^{}]*)\}", text)
        if braces:
            pending += [text[: braces.start()] + choice + text[braces.end() :] for choice in braces[1].split(",")]
        else:
            found.append(re.sub(r"\[!?\]?([^]])[^]]*\]", r"\1", re.sub(r"\*+", "new", text)).replace("?", "n"))
    matches = name_matcher([glob])
    return [name for name in found if matches(name)]


def _as_cluster(glob: str) -> _Cluster | None:
    """Read ``dir/**/*.c``, ``dir/*.{c,h}`` and the like; None for any other glob, and for one at the top."""
    directory, name = _base_and_pattern(glob)
    match = _SIMPLE_GLOB.fullmatch(name)
    if not directory or match is None:
        return None
    return directory, frozenset(
        [match["one"]] if match["one"] else [f".{one}" for one in match["some"].split(",") if one]
    )


def _base_and_pattern(glob: str) -> tuple[str, str]:
    parts = [part for part in glob.split("/") if part not in ("", ".")]
    plain = 0
    while plain < len(parts) - 1 and _PLAIN_PART.fullmatch(parts[plain]):
        plain += 1
    return "/".join(parts[:plain]), "/".join(parts[plain:])


def _is_safe_glob(glob: str) -> bool:
    """Tell whether the glob, anchored as input patterns are, means the same as a key: a directory first, then a slash."""
    directory, pattern = _base_and_pattern(glob)
    return bool(directory) and ".." not in directory.split("/") and "/" in pattern


def _reduced(clusters: dict[str, set[str]]) -> Iterable[tuple[str, set[str]]]:
    """Drop what a cluster further up matches already."""
    for directory, extensions in sorted(clusters.items()):
        above = (other for other in clusters if directory.startswith(f"{other}/"))
        rest = extensions.difference(*(clusters[other] for other in above))
        if rest:
            yield directory, rest


def _spell(directory: str, extensions: set[str]) -> str:
    plain = sorted(extension[1:] for extension in extensions)
    return f"{directory}/**/*.{plain[0] if len(plain) == 1 else '{' + ','.join(plain) + '}'}"

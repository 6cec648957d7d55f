"""Choose the file keys for a set of uncovered files, and prove that they do what they should in the list they join."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from cachekeys.coverage import name_matcher
from cachekeys.fix.apart import Apart
from cachekeys.fix.clusters import (
    MANY,
    Clusters,
    bundled_in,
    is_safe_glob,
    kind_of,
    others_beside_a_crowd,
    others_beside_all,
    others_beside_lists,
    others_beside_sources,
    others_in_a_library,
    others_in_a_long_list,
    read_cluster,
)
from cachekeys.fix.levels import Levels
from cachekeys.uv.keys import FileKey, file_key_value
from cachekeys.uv.walk import Watcher

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from cachekeys.analysis import Analysis
    from cachekeys.coverage import InputCoverage

__all__ = ["FilePlan"]

_HEADERS = (".h", ".hh", ".hpp", ".hxx", ".h++", ".cuh", ".inl", ".inc", ".ipp", ".tpp")


class FilePlan:
    """The chosen values of file keys, in order, and which of them each gap needs."""

    def __init__(self, analysis: Analysis, gaps: Sequence[InputCoverage]) -> None:
        self._root = analysis.project.root
        self._keys = [key for key in analysis.watch.keys if isinstance(key, FileKey)]
        self._dialect = analysis.watch.dialect
        self._before = Watcher(self._keys, self._root, self._dialect)
        self._watched = {name for names in analysis.coverage.matched.values() for name in names}
        whats = [output.what for output in analysis.inputs.outputs]
        is_output = name_matcher(whats)
        self._outputs = {name for name in analysis.project.files if is_output(name)}
        self._outputs.update(name for what in whats for name in _examples(what))
        inputs = {name for entry in analysis.coverage.entries for name in entry.files}
        of = (analysis.project.files, inputs, self._outputs)
        globs = _choose_globs(gaps, Clusters(*of), Levels(*of), Apart(*of))
        self._globs, self._names = self._settle(globs, gaps)
        self._needed = {(gap.input.kind, gap.input.what): self._values(gap) for gap in gaps}
        used = dict.fromkeys(value for values in self._needed.values() for value in values)
        self.values = tuple(used)

    def values_for(self, gap: InputCoverage) -> tuple[str, ...]:
        """Return the values that cover the gap's files."""
        return self._needed[gap.input.kind, gap.input.what]

    def _values(self, gap: InputCoverage) -> tuple[str, ...]:
        found: dict[str, None] = {}
        for name in _open(gap):
            value = self._names.get(name)
            if value is None:
                value = next((glob for glob, watcher in self._globs.items() if watcher.covers(name) is not None), None)
            if value is not None:
                found[value] = None
        return tuple(found)

    def _settle(self, globs: list[str], gaps: Sequence[InputCoverage]) -> tuple[dict[str, Watcher], dict[str, str]]:
        """Keep the globs that help and do no harm to the list, and name every file that they leave over.

        :return: the globs, and the value by which each other file is named.
        """
        kept = list(globs)
        if not self._harmless(kept):
            kept = []
            for glob in globs:
                if self._harmless([*kept, glob]):
                    kept.append(glob)
        watcher = Watcher(self._with(kept), self._root, self._dialect)
        alone = {glob: Watcher([FileKey(0, glob)], self._root, self._dialect) for glob in kept}
        gained = [name for gap in gaps for name in _open(gap) if watcher.covers(name) is not None]
        # A declared exclusion may take away what a glob would have brought.
        useful = {glob: each for glob, each in alone.items() if any(each.covers(name) is not None for name in gained)}
        kept = list(useful)
        targets = dict.fromkeys(name for gap in gaps for name in gap.uncovered if watcher.covers(name) is None)
        named = {name: file_key_value(name) for name in targets}
        if not self._harmless([*kept, *named.values()]):
            # A name with glob characters is a glob, too: leave out what does harm, the gap stays open.
            safe = {name: value for name, value in named.items() if name == value}
            for name, value in named.items():
                if self._harmless([*kept, *safe.values(), value]):
                    safe[name] = value
            named = safe
        return useful, named

    def _harmless(self, values: Sequence[str]) -> bool:
        """Tell whether the list with *values* still watches all that it did and no further output."""
        if not values:
            return True
        after = Watcher(self._with(values), self._root, self._dialect)
        if any(after.covers(name) is None for name in self._watched):
            return False
        return not any(after.covers(name) is not None and self._before.covers(name) is None for name in self._outputs)

    def _with(self, values: Sequence[str]) -> list[FileKey]:
        start = max((key.index for key in self._keys), default=-1) + 1
        return [*self._keys, *(FileKey(start + place, value) for place, value in enumerate(values))]


def _choose_globs(gaps: Sequence[InputCoverage], clusters: Clusters, levels: Levels, apart: Apart) -> list[str]:
    """Return the globs worth proposing; what they leave over is to be named."""
    verbatim: dict[str, None] = {}
    roles: dict[str, list[str]] = {}
    for gap in gaps:
        item = gap.input
        if item.kind == "files":
            cluster = read_cluster(item.what)
            if cluster is None and is_safe_glob(item.what):
                verbatim[item.what] = None
                continue
            if cluster is not None:
                directory, extensions = cluster
                wanted = {extension for extension in extensions if any(name.endswith(extension) for name in _open(gap))}
                if clusters.add(directory, wanted, gap.files):
                    continue
        roles.setdefault(item.role, []).extend(gap.uncovered)
    for role, names in roles.items():  # one by one: a glob should tell one story
        allowed = others_beside_sources if role == "native-source" else others_beside_a_crowd
        clusters.find(dict.fromkeys(names), allowed)
    chosen = name_matcher(clusters.globs())
    kin: dict[tuple[str, str], dict[str, bool]] = {}
    for name in dict.fromkeys(name for names in roles.values() for name in names):
        kin.setdefault((name.partition("/")[0], kind_of(name)), {})[name] = chosen(name)
    for (_, kind), group in kin.items():  # unless the list would get as long as the directory
        left_over = sum(not done for done in group.values())
        if left_over > 1 and (kind.startswith("/") or kind == ".cmake"):
            clusters.find(group, others_beside_lists)
        elif left_over >= MANY:
            clusters.find(group, others_beside_all)
    libraries: dict[str, list[str]] = {}
    chosen = name_matcher(clusters.globs())
    for name in dict.fromkeys(name for names in roles.values() for name in names if not chosen(name)):
        if (library := bundled_in(name)) is not None and name.lower().endswith(_HEADERS):
            libraries.setdefault(library, []).append(name)
    for headers in libraries.values():
        if len(headers) >= MANY:
            clusters.find(headers, others_in_a_library)
    chosen = name_matcher(clusters.globs())
    for role, names in roles.items():
        left = dict.fromkeys(name for name in names if not chosen(name))
        beside = others_in_a_long_list if len(left) >= MANY else others_beside_sources
        levels.find(left, beside if role == "native-source" else others_beside_a_crowd)
        if role == "native-source":
            _find_at_the_top(left, clusters)
    chosen = name_matcher([*clusters.globs(), *levels.globs()])
    for role, names in roles.items():
        left = dict.fromkeys(name for name in names if not chosen(name))
        apart.find(left, others_beside_sources if role == "native-source" else others_beside_a_crowd)
    globs = [*clusters.globs(), *levels.globs(), *apart.globs()]
    return [*(glob for glob in verbatim if not clusters.spans(glob)), *globs]


def _find_at_the_top(names: Iterable[str], clusters: Clusters) -> None:
    """Choose globs for sources directly in a directory at the top, where one for that level alone cannot be spelled."""
    tops: dict[str, list[str]] = {}
    for name in names:
        if name.count("/") == 1:
            tops.setdefault(posixpath.dirname(name), []).append(name)
    for group in tops.values():
        if len(group) >= MANY:
            clusters.find(group, others_in_a_long_list)


def _open(gap: InputCoverage) -> tuple[str, ...]:
    """Return the files that the gap is about: those that no key watches, or an example of those to come."""
    return gap.uncovered or ((gap.new_file,) if gap.new_file else ())


def _examples(glob: str) -> list[str]:
    """Return names that the glob of an output stands for, whether they exist or not.

    ``gen/*.{c,h}`` gives ``gen/new.c`` and ``gen/new.h``, a plain name itself.
    """
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

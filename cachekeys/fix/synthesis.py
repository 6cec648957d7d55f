"""From gaps to the shortest right list of keys: what is declared first and unchanged, then what is missing.

A glob more or less can change what the other globs of a list mean (uv groups them, and grouping anchors patterns), so
every proposed list is put to the keys' own semantics before anyone sees it: all that was watched must still be watched, and
nothing that the build writes may match. What fails is replaced by plain file names, which change nothing else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cachekeys.rules.codes import code_of
from cachekeys.toml.text import quote
from cachekeys.uv.keys import EnvKey, FileKey, GitKey, as_toml
from cachekeys.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from cachekeys.analysis import Analysis
    from cachekeys.coverage import InputCoverage
    from cachekeys.inputs.model import BuildInput
    from cachekeys.uv.keys import CacheKey

__all__ = ["Plan", "complete_keys", "paste", "plan_of"]

_ROLES = (
    "scm-version",
    "dynamic-file",
    "requirements",
    "manifest",
    "build-script",
    "build-config",
    "native-source",
    "environment",
)


_RESTORING = ("CK003", "CK004")
"""The rules about missing defaults; their fixes are keys, too."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The keys to have. ``kept`` are the declared (or default) ones, as TOML, the git key with what it lacks.

    ``added`` are new; ``needed_by`` maps an input (kind, what) to the keys that close its gap.
    """

    kept: tuple[str, ...]
    added: tuple[str, ...]
    needed_by: Mapping[tuple[str, str], tuple[str, ...]]

    def keys_for(self, inputs: Iterable[BuildInput]) -> tuple[str, ...]:
        """Return the keys that close the gaps of *inputs*, each once."""
        return tuple(dict.fromkeys(key for item in inputs for key in self.needed_by.get((item.kind, item.what), ())))


def plan_of(analysis: Analysis) -> Plan:
    """Return the keys that close those gaps of *analysis* that the selected rules report; made once."""
    if "plan" not in analysis.memo:
        analysis.memo["plan"] = _make(analysis)
    plan: Plan = analysis.memo["plan"]
    return plan


def _make(analysis: Analysis) -> Plan:
    from cachekeys.fix.files import FilePlan  # only a project with gaps in files pays

    gaps = sorted((gap for gap in analysis.gaps if _is_reported(analysis, gap)), key=_order)
    kept, git, needed_by = _with_git(analysis, [gap.input for gap in gaps if gap.input.kind == "git"])
    added = list(git)
    for texts in (False, True):
        files = [gap for gap in gaps if gap.input.kind in ("file", "files") and _is_text(gap) == texts]
        if files:
            plan = FilePlan(analysis, files)
            added += [] if texts else [_file(value) for value in plan.values]
            for gap in files:
                needed_by[gap.input.kind, gap.input.what] = tuple(_file(value) for value in plan.values_for(gap))
    for gap in gaps:
        if gap.input.kind == "env":
            key = as_toml(EnvKey(0, gap.input.what))
            added.append(key)
            needed_by["env", gap.input.what] = (key,)
    return Plan(kept, tuple(dict.fromkeys(added)), needed_by)


def complete_keys(analysis: Analysis) -> tuple[str, ...]:
    """Return the whole list, each entry as TOML: the declared or default keys first, then what is missing."""
    plan = plan_of(analysis)
    restored = (
        key
        for finding in analysis.findings
        if finding.code in _RESTORING and finding.fix is not None
        for key in finding.fix.keys
    )
    new = dict.fromkeys((*restored, *plan.added))
    return (*plan.kept, *(key for key in new if key not in plan.kept))  # a duplicate among the kept ones may matter


def paste(analysis: Analysis) -> str:
    """Return the TOML to paste into pyproject.toml, ending in a newline; "" when no key is missing."""
    keys = complete_keys(analysis)
    if keys == _spell(analysis):
        return ""
    return "\n".join(["[tool.uv]", "cache-keys = [", *(f"    {key}," for key in keys), "]", ""])


def _is_reported(analysis: Analysis, gap: InputCoverage) -> bool:
    code = code_of(gap.input)
    return code != "CK003" and analysis.settings.selects(code)  # whose own fixes are added by complete_keys


def _is_text(gap: InputCoverage) -> bool:
    """Tell whether only a long text depends on it: worth a remark, but not a rebuild for every edit of a change log."""
    return gap.input.affects == "metadata"


def _order(gap: InputCoverage) -> tuple[object, ...]:
    return (_ROLES.index(gap.input.role), gap.input.what)


def _file(value: str) -> str:
    return f"{{ file = {quote(value)} }}"


def _spell(analysis: Analysis) -> tuple[str, ...]:
    """Return the keys in force as TOML: declared ones in the form they have, of the defaults those that matter here."""
    project = analysis.project
    if not analysis.watch.declared:
        return tuple(as_toml(key) for key in analysis.watch.keys if _exists(analysis, key))
    spelled = []
    for key in analysis.watch.keys:
        raw = project.get("tool", "uv", "cache-keys", key.index)
        if isinstance(raw, str):
            spelled.append(quote(raw))
        else:
            spelled.append("{ git = true }" if raw == {"git": True} else as_toml(key))
    return tuple(spelled)


def _exists(analysis: Analysis, key: CacheKey) -> bool:
    if isinstance(key, FileKey):
        return key.path == "pyproject.toml" or analysis.project.is_file(key.path)
    return not isinstance(key, (EnvKey, GitKey)) and analysis.project.is_dir(key.path)


def _with_git(
    analysis: Analysis, missing: list[BuildInput]
) -> tuple[tuple[str, ...], list[str], dict[tuple[str, str], tuple[str, ...]]]:
    """Return the kept keys, a new git key if one is needed, and what needs it.

    An existing git key is completed in its place: two of them would read as if one had no effect.
    """
    kept = list(_spell(analysis))
    if not missing:
        return tuple(kept), [], {}
    wanted = {item.what for item in missing}
    present = [(place, key) for place, key in enumerate(analysis.watch.keys) if isinstance(key, GitKey)]
    place, old = present[0] if present else (None, GitKey(0, commit=False, tags=False))
    key = as_toml(GitKey(0, commit=old.commit or "commit" in wanted, tags=old.tags or "tags" in wanted))
    added = []
    if place is None:
        added.append(key)
    else:
        kept[place] = key
    return tuple(kept), added, {("git", what): (key,) for what in wanted}

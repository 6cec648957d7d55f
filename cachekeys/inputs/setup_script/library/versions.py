"""Libraries that take the version from version control."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cachekeys.inputs.setup_script.library import Call, model, named
from cachekeys.inputs.setup_script.values import External, Value, as_text
from cachekeys.inputs.texts import is_known

if TYPE_CHECKING:
    from cachekeys.inputs.setup_script.machine import Machine

__all__ = ["note_scm", "note_version_file"]

OVERRIDES = {
    "setuptools_scm": ("SETUPTOOLS_SCM_PRETEND_VERSION",),
    "pbr": ("PBR_VERSION",),
}
"""Variables that replace the version: optional inputs."""


def note_scm(m: Machine, tool: str) -> External:
    """Note that *tool* asks git for commit and tags; return the version."""
    place = m.place()
    for what in ("commit", "tags"):
        m.facts.note("git", what, place)
    for name in OVERRIDES.get(tool, ()):
        m.facts.note("environment", name, place)
    return External(f"{tool} version", frozenset({("git", "tags")}))


def note_version_file(m: Machine, options: Value) -> None:
    """Note the file that setuptools-scm writes."""
    for key in ("write_to", "version_file"):
        target = options.get(key) if isinstance(options, dict) else None
        path = None if target is None or isinstance(target, External) else m.locate(as_text(target))
        if path is not None and is_known(path):
            m.facts.outputs.setdefault(path, m.place())
            m.facts.products.add(path)


@model(
    "setuptools_scm.get_version",
    "setuptools_scm._get_version",
    "versioneer.get_version",
    "versioneer.get_versions",
    "versioningit.get_version",
    "setuptools_git_versioning.get_version",
    "dunamai.Version.from_git",
    "dunamai.Version.from_any_vcs",
    "vcversioner.find_version",
    "git.Repo",
    "pygit2.Repository",
    "dulwich.repo.Repo",
    "hatch_vcs.version_source.VCSVersionSource",
    "miniver.get_version",
)
def _version(call: Call) -> Value:
    note_version_file(call.machine, call.kwargs)
    return note_scm(call.machine, call.name.partition(".")[0])


@named("get_cmdclass")
def _cmdclass(call: Call) -> Value:
    """Return the dict of command classes of versioneer and its kin, which scripts add their own to."""
    if call.name.startswith("versioneer"):
        note_scm(call.machine, "versioneer")
    given = call.argument(0, "cmdclass")
    return dict(given) if isinstance(given, dict) else {}

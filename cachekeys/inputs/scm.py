"""What every tool that takes the version from version control has in common: the commit and the tags are the input.

Each tool has its own detector; the wording, the names of overriding variables and the version file that a tool
writes come from there.
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Any

from cachekeys.inputs.dynamic import escape_glob, place, relative
from cachekeys.inputs.model import BuildInput, BuildOutput, Unresolved
from cachekeys.project import normalise

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from cachekeys.inputs.model import Confidence, Detected, Origin
    from cachekeys.project import Project

__all__ = [
    "JINJA_VARIABLE",
    "archival",
    "env_suffix",
    "in_git",
    "overrides",
    "pretend_names",
    "scm_version",
    "setuptools_scm_files",
    "setuptools_scm_inputs",
    "template_variables",
    "version_file",
]


def scm_version(
    project: Project, tool: str, origin: Origin, *, confidence: Confidence = "certain", what: str = "the version"
) -> Iterator[Detected]:
    """Yield the commit and the tags as inputs of *tool*; nothing in an unpacked sdist, whose version is in PKG-INFO.

    :param what: what *tool* makes of them.
    """
    if project.is_sdist:
        return
    if not in_git(project) and project.is_dir(".hg"):
        yield Unresolved(f"{tool} takes {what} from Mercurial, which uv cannot watch", origin)
        return
    yield BuildInput(
        "git", "commit", "scm-version", f"{tool} takes {what} from the current commit", origin, "version", confidence
    )
    yield BuildInput("git", "tags", "scm-version", f"{tool} takes {what} from the tags", origin, "version", confidence)


def overrides(tool: str, names: Iterable[str], origin: Origin) -> Iterator[BuildInput]:
    """Yield the variables that replace what *tool* finds in git; normally none is set."""
    for name in names:
        yield BuildInput(
            "env", name, "environment", f"{tool} lets it override the version", origin, "version", optional=True
        )


def env_suffix(name: str | None) -> str | None:
    """Return the part of a variable's name that stands for a distribution: ``my.Pkg`` -> ``MY_PKG``.

    Measured with setuptools-scm 10.3.4 (``vcs_versioning._overrides.dist_env_suffix``).
    """
    return normalise(name).replace("-", "_").upper() if name else None


def pretend_names(settings: Iterable[str], distribution: str | None) -> list[str]:
    """Return the variables that setuptools-scm (vcs-versioning 2.6.0) looks up for *settings* (``PRETEND_VERSION``)."""
    suffix = env_suffix(distribution)
    names = []
    for setting in settings:
        for prefix in ("SETUPTOOLS_SCM", "VCS_VERSIONING"):
            if suffix:
                names.append(f"{prefix}_{setting}_FOR_{suffix}")
            names.append(f"{prefix}_{setting}")
    return names


def version_file(project: Project, tool: str, path: object, origin: Origin, base: str = "") -> Iterator[BuildOutput]:
    """Yield the file into which *tool* writes the version, in every build."""
    name = relative(project, path, base)
    if name is not None:
        yield BuildOutput(escape_glob(name), f"{tool} writes the version into it in every build", origin)


def archival(project: Project, tool: str, origin: Origin) -> Iterator[BuildInput]:
    """Yield ``.git_archival.txt``: what *tool* reads in a source archive of GitHub or GitLab, which has no ``.git``.

    In a checkout it is never looked at (setuptools-scm 10.3.4), so there it is only optional.
    """
    name = ".git_archival.txt"
    if not project.is_sdist and project.is_file(name):
        why = f"{tool} takes the version from it where there is no repository"
        yield BuildInput("file", name, "dynamic-file", why, origin, "version", optional=in_git(project))


def in_git(project: Project) -> bool:
    """Tell whether the project lies in a git checkout."""
    directory = project.root
    while True:
        if os.path.lexists(os.path.join(directory, ".git")):
            return True
        parent = os.path.dirname(directory)
        if parent == directory:
            return False
        directory = parent


def setuptools_scm_files(project: Project, config: dict[str, Any]) -> list[str]:
    """Return the version files that a setuptools-scm configuration makes the build write into the source tree.

    ``version_file`` is relative to pyproject.toml, the older ``write_to`` to ``root`` (vcs-versioning 2.6.0,
    ``_get_version_impl.write_version_files``). ``write_to_source = false`` keeps the tree clean.
    """
    if config.get("write_to_source") is False:
        return []
    root = config.get("root")
    base = root if isinstance(root, str) and "\0" not in root else ""
    target = config.get("write_to")
    if isinstance(target, str) and base.startswith("..") and not os.path.isabs(target):
        # The project's own directory may come back: root = "..", write_to = "here/pkg/_version.py".
        target, base = os.path.relpath(os.path.join(project.root, base, target), project.root), ""
    names = (relative(project, target, base), relative(project, config.get("version_file")))
    return [name for name in names if name is not None]


_SETTINGS = ("PRETEND_VERSION", "PRETEND_METADATA", "OVERRIDES")
_PROJECT_OVERRIDES = ".config/python-vcs-versioning.toml"


def setuptools_scm_inputs(
    project: Project,
    path: tuple[str, ...],
    origin: Origin,
    *,
    tool: str = "setuptools-scm",
    confidence: Confidence = "certain",
) -> Iterator[Detected]:
    """Yield all that setuptools-scm reads and writes when it takes its settings from pyproject.toml.

    :param path: where the settings stand.
    """
    found = project.get(*path)
    config = found if isinstance(found, dict) else {}
    for key, other in (("version_file", "write_to"), ("write_to", "version_file")):
        if key in config:
            for name in setuptools_scm_files(project, {**config, other: None}):
                yield from version_file(project, tool, name, place(project, *path, key))
    yield from scm_version(project, tool, origin, confidence=confidence)
    yield from archival(project, tool, origin)
    named = config.get("dist_name")
    yield from overrides(tool, pretend_names(_SETTINGS, named if isinstance(named, str) else project.name), origin)
    if project.is_file(_PROJECT_OVERRIDES):
        why = f"{tool} reads overrides of its settings from it"
        yield BuildInput("file", _PROJECT_OVERRIDES, "build-config", why, origin, "version")


def template_variables(tool: str, text: object, origin: Origin, pattern: str) -> Iterator[BuildInput]:
    """Yield the variables that a version template of *tool* names; each group of *pattern* is a name."""
    names = (
        [name for match in re.finditer(pattern, text) for name in match.groups() if name]
        if isinstance(text, str)
        else []
    )
    for name in dict.fromkeys(names):
        yield BuildInput("env", name, "environment", f"{tool} puts it into the version", origin, "version")


JINJA_VARIABLE = r"\benv(?:\[\s*['\"]([^'\"]+)['\"]\s*\]|\.get\(\s*['\"]([^'\"]+)['\"]|\.(?!get\b)(\w+))"
"""``env["X"]``, ``env.get("X")`` and ``env.X`` in the templates of the tools that are built on dunamai."""

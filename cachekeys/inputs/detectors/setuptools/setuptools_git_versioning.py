"""setuptools-git-versioning: the version from the tags, from a file, or from a function of the project.

Active with a non-empty ``[tool.setuptools-git-versioning]`` table whose ``enabled`` is not false (an empty table does
nothing). ``version_callback`` is called instead of git. A ``version_file`` with text in it is the whole version, unless
``count_commits_from_version_file`` or ``prefer_tag`` bring git back. Templates may hold ``{env:NAME}`` (3.2.0).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cachekeys.hookspecs import hookimpl
from cachekeys.inputs.dynamic import find_module, place, relative, table
from cachekeys.inputs.model import BuildInput
from cachekeys.inputs.scm import archival, scm_version, template_variables
from cachekeys.inputs.scripts import build_script

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cachekeys.inputs.model import Detected
    from cachekeys.project import Project

_TOOL = "setuptools-git-versioning"
_SECTION = ("tool", _TOOL)
_TEMPLATES = ("template", "dev_template", "dirty_template", "starting_version")
_CALLABLES = ("version_callback", "tag_formatter", "branch_formatter", "tag_filter")
_VARIABLE = r"(?i)\{env:([^:}]+)"


@hookimpl
def cachekeys_detect_inputs(project: Project) -> Iterator[Detected]:
    """Yield what the tool reads, if it is active."""
    config = table(project.get(*_SECTION))
    if not config or not config.get("enabled", True) or project.is_sdist:
        return
    if isinstance(project.get("project", "version"), str):
        return
    origin = place(project, *_SECTION)
    yield from archival(project, _TOOL, origin)
    for key in _CALLABLES:
        dotted, _, function = str(config.get(key) or "").partition(":")
        module = find_module(project, dotted) if dotted else None
        if module is not None:
            why = f"{_TOOL} calls it to find the version"
            where = place(project, *_SECTION, key)
            called = key == "version_callback"  # without arguments; the others get a tag or a branch
            yield from build_script(
                project,
                module,
                why,
                where,
                affects="version",
                functions=() if called else (function,),
                dotted=dotted,
                expression=f"{function}()" if called else "",
            )
    if config.get("version_callback"):
        return
    for key in _TEMPLATES:
        yield from template_variables(_TOOL, config.get(key), place(project, *_SECTION, key), _VARIABLE)
    name = relative(project, config.get("version_file"))
    if name is not None:
        why = f"{_TOOL} takes the version from it"
        yield BuildInput("file", name, "dynamic-file", why, place(project, *_SECTION, "version_file"), "version")
        content = (project.read_text(name) or "").strip()
        if content and not config.get("count_commits_from_version_file") and not config.get("prefer_tag"):
            return
    yield from scm_version(project, _TOOL, origin)

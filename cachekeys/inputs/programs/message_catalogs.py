"""gettext catalogues that a build compiles: every ``.po`` file, where Babel's or Django's command, or ``pybabel``, compiles them all.

Babel's setuptools command (``compile_catalog``) and those like it work in the directories that ``[compile_catalog]`` in setup.cfg or
``[tool.distutils.compile_catalog]`` names; Django's ``compilemessages`` in every ``locale`` directory. ``msgfmt`` names its files itself.
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cachekeys.inputs.model import Detected
    from cachekeys.inputs.programs import Start
    from cachekeys.project import Project

COMMANDS = frozenset({"compile_catalog", "compile_mo", "build_mo", "build_i18n", "build_trans", "compile_translations"})
"""Commands of setuptools by which projects and libraries compile their catalogues."""

PROGRAMS = frozenset({"pybabel", "django-admin", "manage", "compilemessages", *COMMANDS})
_DJANGO = frozenset({"django-admin", "manage", "compilemessages"})
_MAX_DIRECTORIES = 40


def inputs(start: Start) -> Iterator[Detected]:
    """Yield the catalogues that are compiled."""
    if start.program == "pybabel" and "compile" not in start.words:
        return
    if start.program in _DJANGO and "compilemessages" not in (start.program, *start.words):
        return
    for directory in _directories(start):
        yield from start.tree(
            directory, ".po", f"{start.tool} has the catalogues compiled into the wheel", "dynamic-file"
        )


def _directories(start: Start) -> list[str]:
    """Return where the catalogues lie that the command compiles; what is not configured is looked up."""
    named = start.option("-d", "--directory") if start.program == "pybabel" else None
    configured = [named] if named else _configured(start.project) if start.program in COMMANDS else []
    found = [start.inside(name) for name in configured if start.project.is_dir(start.inside(name))]
    if found:
        return found
    tops = {_top(name) for name in start.project.files if name.endswith(".po")}
    below = "" if start.directory in {"", "."} else f"{start.directory}/"
    return sorted(top for top in tops if top.startswith(below))[:_MAX_DIRECTORIES]


def _top(path: str) -> str:
    """Return the directory of the catalogues of all languages: ``locale`` for ``locale/de/LC_MESSAGES/x.po``."""
    parts = posixpath.dirname(path).split("/")
    return "/".join(parts[: -2 if parts[-1] == "LC_MESSAGES" and len(parts) > 2 else None]) or "."  # noqa: PLR2004 - language, LC_MESSAGES


def _configured(project: Project) -> list[str]:
    found = project.get("tool", "distutils", "compile_catalog", "directory")
    if found is None and project.setup_cfg is not None:
        found = project.setup_cfg.get("compile_catalog", "directory")
    return found.split() if isinstance(found, str) else []

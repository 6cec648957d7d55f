"""mypyc: what it reads beside the modules that it compiles, whoever starts it (``mypycify()`` in setup.py, hatch-mypyc).

It checks the types first, as mypy does, and generates code by what it learns: so what compiled modules import decides as well, a
stub (``.pyi``) in the place of its module, and mypy's configuration: ``--config-file``, else the first of ``mypy.ini`` and ``.mypy.ini``
(pyproject.toml and setup.cfg after them are watched anyway; mypy 1.20, ``defaults.py``).
"""

from __future__ import annotations

import posixpath
from itertools import pairwise
from typing import TYPE_CHECKING

from cachekeys.inputs.dynamic import relative
from cachekeys.inputs.model import BuildInput, Origin
from cachekeys.inputs.scripts import local_imports

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from cachekeys.project import Project

__all__ = ["configuration", "imported_types"]

_CONFIGURATION = ("mypy.ini", ".mypy.ini")
_OPTION = "--config-file"


def configuration(project: Project, arguments: Sequence[str], origin: Origin) -> Iterator[BuildInput]:
    """Yield the file that mypy takes its settings from.

    :param arguments: mypy's, as far as they are known.
    """
    named = [text.partition("=")[2] for text in arguments if text.startswith(f"{_OPTION}=")]
    named += [value for option, value in pairwise(arguments) if option == _OPTION]
    present = [
        found for file in named or _CONFIGURATION if (found := relative(project, file)) and project.is_file(found)
    ]
    for file in present if named else present[:1]:
        yield BuildInput("file", file, "build-config", "mypyc reads mypy's settings from it", origin, "code")


def imported_types(project: Project, modules: Iterable[str]) -> Iterator[BuildInput]:
    """Yield the project's modules that compiled ones import, directly or through others, and the packages that they are in."""
    modules = list(modules)
    seen = set(modules)
    for module in modules:
        top = posixpath.dirname(module)
        while top and project.is_file(f"{top}/__init__.py"):
            package = f"{top}/__init__.py"
            if package not in seen:
                seen.add(package)
                yield _typed(
                    project, package, f"it makes {top} a package, and mypyc reads its types", Origin(module, 1)
                )
            top = posixpath.dirname(top)
        for name, importer, line in local_imports(project, module, (top,)):
            if name not in seen:
                seen.add(name)
                why = f"{importer} imports it, and mypyc reads its types"
                yield _typed(project, name, why, Origin(importer, line))


def _typed(project: Project, module: str, why: str, origin: Origin) -> BuildInput:
    file = f"{module}i" if project.is_file(f"{module}i") else module
    return BuildInput("file", file, "native-source", why, origin, "code", "likely")

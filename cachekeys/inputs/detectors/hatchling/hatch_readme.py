"""Long description and summary of a hatchling project that hooks put together from files.

hatch-fancy-pypi-readme (25.1): every fragment with a ``path`` in ``[tool.hatch.metadata.hooks.fancy-pypi-readme]``.
hatch-docstring-description (1.1): the docstring of the package, or of the file that ``path`` names.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cachekeys.hookspecs import hookimpl
from cachekeys.inputs.dynamic import find_module, relative, strings, tables
from cachekeys.inputs.hatchconfig import HatchConfig
from cachekeys.inputs.model import BuildInput

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cachekeys.inputs.model import Detected
    from cachekeys.project import Project


@hookimpl
def cachekeys_detect_inputs(project: Project) -> Iterator[Detected]:
    """Yield the files from which the hooks take text, if hatchling runs them."""
    if project.is_sdist:
        return
    hatch = HatchConfig(project)
    for name, config, path in hatch.metadata_hooks():
        if name == "fancy-pypi-readme" and "readme" in project.dynamic:
            for index, fragment in tables(config.get("fragments")):
                file = relative(project, fragment.get("path")) if "text" not in fragment else None
                if file is not None:
                    origin = hatch.origin(*path, "fragments", index, "path")
                    why = "hatch-fancy-pypi-readme copies it into the long description"
                    yield BuildInput("file", file, "dynamic-file", why, origin, "metadata")
        elif name == "docstring-description" and "description" in project.dynamic:
            file = relative(project, config.get("path")) if config.get("path") else _package(project, hatch)
            if file is not None:
                why = "hatch-docstring-description takes the summary from its docstring"
                yield BuildInput("file", file, "dynamic-file", why, hatch.origin(*path), "metadata")


def _package(project: Project, hatch: HatchConfig) -> str | None:
    listed, _ = hatch.option("packages")
    packages = [relative(project, text) for _, text in strings(listed)]
    if len(packages) == 1 and packages[0] is not None:
        file = f"{packages[0]}/__init__.py"
        return file if project.is_file(file) else None
    module = (project.name or "").replace("-", "_")
    return find_module(project, module) or find_module(project, module, {"": "src"})

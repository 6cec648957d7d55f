"""extension-helpers: Cython files and ``setup_package.py`` files that it finds by itself.

With ``use_extension_helpers = true`` in ``[tool.extension-helpers]`` (any value counts that Python takes for true, as the text ``"true"``)
or in setup.cfg's ``[extension-helpers]`` (which wins), its hook in
setuptools makes an extension of every ``.pyx`` in a package, runs each package's ``setup_package.py`` and compiles what that
file's ``get_extensions()`` returns (extension-helpers 1.5, ``_setup_helpers.py``). A setup.py that calls ``get_extensions()`` itself is
the business of ``setup-script``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cachekeys.hookspecs import hookimpl
from cachekeys.inputs.dynamic import place, strings, table
from cachekeys.inputs.model import Origin

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cachekeys.inputs.model import Detected
    from cachekeys.project import Project

_NAME = "extension-helpers"
_SWITCH = "use_extension_helpers"


@hookimpl
def cachekeys_detect_inputs(project: Project) -> Iterator[Detected]:
    """Yield what extension-helpers finds, runs and compiles when its hook is switched on."""
    switched = _switched(project) if project.uses_setuptools else None
    if switched is None:
        return
    from cachekeys.inputs.setup_script import Script  # only projects that use it
    from cachekeys.inputs.setup_script.library.packaging import extensions_of_packages
    from cachekeys.inputs.setup_script.machine import Frame, Machine
    from cachekeys.inputs.setup_script.native import compiled_by
    from cachekeys.inputs.setup_script.report import detected

    machine = Machine(project)
    machine.main = switched.file
    frame = Frame(switched.file)
    frame.line = switched.line or 1
    machine.stack.append(frame)
    extensions_of_packages(machine, _source_directory(project))
    script = Script(switched.file, machine.facts, frozenset(machine.modules), machine.steps)
    yield from detected(project, script)
    yield from compiled_by(project, script)


def _switched(project: Project) -> Origin | None:
    """Return where the hook is switched on; None when it is not."""
    cfg = project.setup_cfg
    option = None if cfg is None else cfg.get(_NAME, _SWITCH)
    if cfg is not None and option is not None:
        return Origin("setup.cfg", cfg.line(_NAME, _SWITCH)) if option.strip().lower() == "true" else None
    return place(project, "tool", _NAME, _SWITCH) if project.get("tool", _NAME, _SWITCH) else None


def _source_directory(project: Project) -> str:
    """Return the directory that is searched for packages: the configured one, ``src`` in that layout, else the root."""
    root = table(project.get("tool", "setuptools", "package-dir")).get("")
    where = (
        root
        if isinstance(root, str)
        else next((name for _, name in strings(project.get("tool", "setuptools", "packages", "find", "where"))), None)
    )
    if where is None and project.setup_cfg is not None:
        mappings = (project.setup_cfg.get("options", "package_dir") or "").replace(",", "\n").split("\n")
        roots = [
            path
            for package, equals, path in (text.partition("=") for text in mappings)
            if equals and not package.strip()
        ]
        where = next(iter(roots), project.setup_cfg.get("options.packages.find", "where"))
    if where:
        return where.strip().removeprefix("./").strip("/") or "."
    flat = any(file.endswith("/__init__.py") and file.count("/") == 1 for file in project.files)
    return "src" if not flat and project.is_dir("src") else "."

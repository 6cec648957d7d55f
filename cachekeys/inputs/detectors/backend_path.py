"""An in-tree back end (``build-system.backend-path``, :pep:`517`): code of the project that runs in every build.

The module is looked up in the directories of ``backend-path`` only, in their order; its imports of local modules are found
there too, since they are at the front of ``sys.path`` then. A back end of many modules builds itself: its modules are one set of
files. Variables that a module looks up in functions of which it is not known that they are called are listed as optional.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cachekeys.hookspecs import hookimpl
from cachekeys.inputs.dynamic import find_module, place, relative, strings
from cachekeys.inputs.scripts import build_script, local_imports, named_variables

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cachekeys.inputs.model import Detected
    from cachekeys.project import Project

_HOOKS = (
    "get_requires_for_build_wheel",
    "get_requires_for_build_editable",
    "prepare_metadata_for_build_wheel",
    "prepare_metadata_for_build_editable",
    "build_wheel",
    "build_editable",
)
_OWN_STEPS = ("run_setup", "_get_build_requires", "_build_with_temp_dir")
"""Methods of setuptools' back end that those of others call, and that an own back end overrides (setuptools 84, ``build_meta.py``)."""


@hookimpl
def cachekeys_detect_inputs(project: Project) -> Iterator[Detected]:
    """Yield the back end's module and what it imports from the project."""
    found = [relative(project, text) for _, text in strings(project.get("build-system", "backend-path"))]
    directories = [directory for directory in found if directory is not None]
    backend = project.get("build-system", "build-backend")
    if not isinstance(backend, str):
        return
    module = backend.partition(":")[0]
    for directory in directories:
        file = find_module(project, module, {"": directory})
        if file is not None:
            origin = place(project, "build-system", "build-backend")
            why = "it is the build back end"
            yield from build_script(
                project, file, why, origin, search=directories, methods=(*_HOOKS, *_OWN_STEPS), functions=_HOOKS
            )
            imported = [name for name, _, _ in local_imports(project, file, directories)]
            yield from named_variables(project, [file, *imported], "code")
            return

"""What a command tells its compiler: directories that it looks for headers in.

``build_ext`` and the compilers of setuptools keep them in ``include_dirs`` and have ``add_include_dir`` and ``set_include_dirs``
(setuptools 84, ``_distutils/ccompiler``): a command of the project that changes these changes what every extension includes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cachekeys.inputs.setup_script.joins import elements
from cachekeys.inputs.setup_script.library import named
from cachekeys.inputs.setup_script.library.packaging import note_native_arguments
from cachekeys.inputs.setup_script.values import External, alternatives, as_text
from cachekeys.inputs.texts import is_known

if TYPE_CHECKING:
    from cachekeys.inputs.setup_script.library import Call
    from cachekeys.inputs.setup_script.machine import Machine
    from cachekeys.inputs.setup_script.values import Value

__all__ = ["INCLUDE_DIRS", "note_include_dirs"]

INCLUDE_DIRS = "include_dirs"


def note_include_dirs(m: Machine, value: Value) -> None:
    """Note directories, one or a list of them, that headers are looked for in."""
    for option in alternatives(value):
        items = elements(option)
        for item in [option] if items is None or isinstance(option, str) else items:
            for one in alternatives(item):
                path = None if isinstance(one, External) else m.locate(as_text(one))
                if path is not None and is_known(path) and path not in m.facts.include_dirs:
                    m.facts.include_dirs.append(path)


@named("add_include_dir", "set_include_dirs")
def _told(call: Call) -> Value:
    note_include_dirs(call.machine, call.argument(0, "dir", call.kwargs.get("dirs")))
    return None


@named("append", "extend", "insert")
def _added(call: Call) -> Value:
    """Add to a list that we know nothing else of, as ``self.compiler.include_dirs``."""
    if call.args and call.name.rpartition(".")[0].endswith(f".{INCLUDE_DIRS}"):
        note_include_dirs(call.machine, call.args[-1])
    else:
        note_native_arguments(call)
    return call.result()

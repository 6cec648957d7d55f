"""jupyter_packaging in setup.py: the version that it takes from a module, and files that it asks the JavaScript build for.

``get_version(path)`` reads or runs the module. ``ensure_targets``, ``skip_if_exists`` and ``wrap_installers`` only ask whether files are
there that npm makes (jupyter_packaging 0.12). What npm reads is the business of the detector ``jupyter-packaging``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cachekeys.inputs.setup_script.joins import elements
from cachekeys.inputs.setup_script.library import Call, model
from cachekeys.inputs.setup_script.library.content import as_path
from cachekeys.inputs.setup_script.library.files import note_output, open_path
from cachekeys.inputs.setup_script.values import External, Value, alternatives, as_text, sources_of
from cachekeys.inputs.texts import is_known

if TYPE_CHECKING:
    from cachekeys.inputs.setup_script.machine import Machine


@model("jupyter_packaging.get_version", "jupyter_packaging.setupbase.get_version")
def _get_version(call: Call) -> Value:
    opened = open_path(call.machine, call.argument(0, "fpath"))
    return External("version", sources_of(opened))


@model("jupyter_packaging.ensure_targets", "jupyter_packaging.setupbase.ensure_targets")
@model("jupyter_packaging.skip_if_exists", "jupyter_packaging.setupbase.skip_if_exists")
def _asked_for(call: Call) -> Value:
    _note_made(call.machine, call.argument(0, "targets", call.argument(0, "paths")))
    return call.argument(1, "CommandClass", External("command", call.sources()))


@model("jupyter_packaging.wrap_installers", "jupyter_packaging.setupbase.wrap_installers")
def _wrapped(call: Call) -> Value:
    _note_made(call.machine, call.argument(4, "ensured_targets"))
    return call.result()


def _note_made(m: Machine, targets: Value) -> None:
    """Note files that the build of the JavaScript makes."""
    for target in elements(targets) or []:
        for option in alternatives(as_path(m, target)):
            text = as_text(option)
            if is_known(text):
                note_output(m, text, m.locate(text), anew=False)

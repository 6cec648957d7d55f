"""Which commands of setuptools run for which kind of installation: what only an editable one, or only a wheel, sees.

An editable wheel is made by ``editable_wheel``. It runs the sub-commands of ``build`` one by one, then ``install_headers`` and
``install_scripts``; of ``build``, ``install`` and ``bdist_wheel`` themselves it only makes the options, and ``build_py`` copies nothing. ``install_data``
does not run, so that what ``data_files`` lists is in no editable wheel. ``develop`` runs for neither kind. (setuptools 84.2, built by uv with every
command replaced by one that logs the calls of its methods.)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cachekeys.inputs.model import BuildOutput
from cachekeys.values import replace

if TYPE_CHECKING:
    from cachekeys.inputs.model import Detected, Mode

__all__ = ["BOTH", "BUILD_COMMANDS", "COPIED_INTO_WHEELS", "EDITABLE", "WHEEL", "confined", "modes_of", "modes_of_hook"]

BOTH: tuple[Mode, ...] = ("editable", "wheel")
EDITABLE: tuple[Mode, ...] = ("editable",)
WHEEL: tuple[Mode, ...] = ("wheel",)

BUILD_COMMANDS = frozenset(
    {"build", "build_py", "build_ext", "build_clib", "build_scripts", "build_src", "build_rust", "config", "config_fc"}
    | {"egg_info", "dist_info", "bdist", "bdist_wheel", "editable_wheel"}
    | {"install", "install_lib", "install_data", "install_scripts", "install_headers", "install_egg_info"}
)
"""Commands that a PEP 517 wheel or editable build runs."""

_OF_WHEELS = frozenset(
    {("build", "run"), ("install", "run"), ("install", "sub_commands"), ("bdist", "run"), ("bdist_wheel", "run")}
    | {("build_py", name) for name in ("build_modules", "build_module", "build_packages", "build_package_data")}
    | {("build_py", "byte_compile")}
)
"""Methods that only run for a wheel; what else these commands have, or who else calls it, we do not know."""

_OPTIONS = ("initialize_options", "finalize_options")

COPIED_INTO_WHEELS = frozenset({"data_files", "package_data", "exclude_package_data"})
"""Arguments of ``setup()`` that make no difference to an editable wheel."""


def modes_of(command: str, method: str) -> tuple[Mode, ...]:
    """Return the kinds of installation for which setuptools calls a method of a command: none where it is no command of a build."""
    if command not in BUILD_COMMANDS:
        return ()
    if command == "editable_wheel":
        return EDITABLE
    if command in {"install_data", "install_egg_info"} or (command == "install_lib" and method not in _OPTIONS):
        return WHEEL
    return WHEEL if (command, method) in _OF_WHEELS else BOTH


def modes_of_hook(name: str) -> tuple[Mode, ...]:
    """Return the kinds of installation for which a front end calls a hook of a back end (:pep:`517`, :pep:`660`)."""
    return EDITABLE if name.endswith("_editable") else WHEEL if name.endswith("_wheel") else BOTH


def confined(item: Detected, modes: tuple[Mode, ...]) -> Detected:
    """Return what was found as something that matters in *modes* only."""
    return item if modes == BOTH or isinstance(item, BuildOutput) else replace(item, modes=modes)

"""The entry point that setuptools calls while it writes a project's metadata.

setuptools loads every ``egg_info.writers`` entry point of the environment for *every* project that it builds there
(pypa/setuptools#2346), so this module is imported into builds that have nothing to do with us: it must never fail to
import, and for a project that did not opt in it must return at once and leave no trace.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from setuptools.command.egg_info import egg_info  # noqa: TID251 - for the type only

    from cachekeys.inputs.model import Mode

__all__ = ["write_record"]

_INTO_A_WHEEL = frozenset({"bdist_wheel", "dist_info", "editable_wheel"})
_TELLING = frozenset({"bdist_wheel", "editable_wheel", "sdist"})
"""A front end runs up to four commands for one build, each in a process of its own; one of them is always among these."""
_MEMO = "_cachekeys_outcome"


def write_record(cmd: egg_info, basename: str, filename: str) -> None:
    """Write the record to *filename* in the ``.egg-info``, from where setuptools copies it into the ``.dist-info``.

    The same ``.egg-info`` is also put into an sdist, so only the commands that end in a wheel get a record; for all others
    a stale one is deleted.

    The record says what was there when this runs. That is before anything is built where a front end asks for the metadata
    first (pip; uv, when it resolves) and setuptools keeps that copy (>= 75.2). Otherwise (build, ``uv build``) it is during
    ``build_py`` and before ``build_ext``, or, without ``include_package_data``, only after all building: changes that the
    build itself makes to its inputs do not show then. Entry points that run earlier would run in every foreign build.

    :param basename: the name of the entry point, which is the file's name: ``cachekeys.json``.
    """
    commands = frozenset(cmd.distribution.commands)
    content = _record(cmd, commands) if _mentions_us() else ""
    if content or os.path.lexists(filename):
        cmd.write_or_delete_file(basename, filename, content, force=True)


def _mentions_us() -> bool:
    """Tell cheaply whether the project may have opted in: nearly no project's pyproject.toml holds our name."""
    try:
        with open("pyproject.toml", "rb") as file:  # setuptools runs in the project's directory (PEP 517)
            return b"cachekeys" in file.read().lower()
    except (OSError, ValueError):
        return False


def _record(cmd: egg_info, commands: frozenset[str]) -> str:
    wheel = bool(commands & _INTO_A_WHEEL)
    if not wheel and not commands & _TELLING:
        return ""
    from cachekeys import building  # unrelated projects must not pay for it

    outcome = getattr(cmd.distribution, _MEMO, None)
    if outcome is None:  # editable_wheel runs the writers twice
        root = os.getcwd()
        if not building.opted_in(root):
            return ""
        mode: Mode = "editable" if "editable_wheel" in commands else "wheel"
        outcome = building.inspect(root, mode if wheel else None)
        setattr(cmd.distribution, _MEMO, outcome)
        building.announce(outcome, warn=bool(commands & _TELLING) and not outcome.unpacked)
        if outcome.uv_cache is not None:
            _add_to_dist_info(cmd, building.UV_CACHE_NAME, outcome.uv_cache)
    return outcome.record.decode("ascii") if wheel and outcome.record else ""


def _add_to_dist_info(cmd: egg_info, name: str, content: bytes) -> None:
    """Write a file into the ``.dist-info`` of the editable wheel, as soon as setuptools has made it from the ``.egg-info``.

    Not through the ``.egg-info``: that stays in the project, and setuptools copies whatever is in it into every wheel that is
    made later, also where we are not installed. This file must never get into a wheel that leaves the machine.
    """
    command = cmd.get_finalized_command("bdist_wheel")
    convert = getattr(command, "egg2dist", None)
    if convert is None:
        return

    def egg2dist(egg_info_path: str, dist_info_path: str) -> None:
        convert(egg_info_path, dist_info_path)
        with open(os.path.join(dist_info_path, name), "wb") as file:
            file.write(content)

    vars(command)["egg2dist"] = egg2dist  # of this one object: the class belongs to setuptools, or to the project

"""The record of the build, ``cachekeys.json``, of what is installed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cachekeys.record import reader

if TYPE_CHECKING:
    from cachekeys.freshness.installation import Installation
    from cachekeys.record.reader import Record
    from cachekeys.uv.installed import Installed

__all__ = ["of_installation", "the_one"]

_REMEDY = "add the build plugin to the project (cachekeys[hatch] or cachekeys[setuptools] in build-system.requires) and install it again"


def the_one(installation: Installation) -> Installed:
    """Return the installed distribution.

    :raises RecordError: nothing is installed, or more than one.
    """
    if not installation.installed:
        raise reader.RecordError(f"{installation.name} is not installed in {installation.environment.root}")
    if len(installation.installed) > 1:
        listed = ", ".join(each.path for each in installation.installed)
        raise reader.RecordError(f"{installation.name} is installed more than once: {listed}; remove all but one")
    return installation.installed[0]


def of_installation(installation: Installation) -> Record:
    """Return the record of the installed distribution.

    :raises RecordError: nothing is installed, or more than one, or it has no readable record.
    """
    path = the_one(installation).file(reader.NAME)
    try:
        with open(path, "rb") as file:
            content = file.read()
    except FileNotFoundError:
        raise reader.RecordError(f"{path}: there is no record, so nobody can tell what was built; {_REMEDY}") from None
    except OSError as error:
        raise reader.RecordError(f"{path}: {error.strerror or error}") from None
    return reader.loads(content, path)

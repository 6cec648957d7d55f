"""``cachekeys verify``: the record of what is installed against the tree, by content."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from cachekeys.cli._options import add_common, add_environment

if TYPE_CHECKING:
    import argparse

    from cachekeys.freshness.installation import Installation

__all__ = ["add_to", "installation_of"]


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "verify",
        help="compare what is installed with the project, by content",
        description="Compare the record that the build plugin has put into what is installed with the project as it is: "
        "every file that the build read or that uv watches, by content; git's state, directories, and which variables are "
        "set. Exit code 0: identical; 1: something differs; 2: there is no record.",
    )
    parser.add_argument(
        "path", nargs="?", default=".", metavar="PATH", help="directory of a project (default: the current one)"
    )
    add_environment(parser)
    add_common(parser)
    parser.set_defaults(run=_run)


def installation_of(arguments: argparse.Namespace) -> Installation:
    """Return what is installed of the project that the arguments name.

    :raises CacheKeysError: there is no such project or environment, or the project is not installed in it.
    """
    from cachekeys.freshness.installation import choose
    from cachekeys.project import Project
    from cachekeys.uv.environment import NoEnvironmentError

    project = Project(arguments.path)
    found = choose(project, os.environ, arguments.python)
    if found is None:
        raise NoEnvironmentError(
            f"{project.label}: it is installed in no environment that is in sight; name one with --python"
        )
    return found


def _run(arguments: argparse.Namespace) -> int:
    from cachekeys.freshness.record import of_installation
    from cachekeys.freshness.verify import compare

    installation = installation_of(arguments)
    record = of_installation(installation)
    differences = compare(installation.project, record, installation.environ)
    if arguments.format == "json":
        from cachekeys.report.differences import verified  # only for this format
        from cachekeys.report.document import dump

        print(dump(verified(installation, record, differences)))
    else:
        from cachekeys.report.console import write
        from cachekeys.report.differences import verified_lines

        write(verified_lines(installation, record, differences), color=arguments.color)
    return 1 if differences else 0

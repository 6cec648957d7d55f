"""``cachekeys inputs``: what the build reads, and why we think so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cachekeys.cli._options import add_common, add_paths, analyse_all

if TYPE_CHECKING:
    import argparse

__all__ = ["add_to"]


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "inputs",
        help="list what the build reads, and why",
        description="List everything whose change can change the wheel, who reads it, and which key watches it.",
    )
    add_paths(parser)
    add_common(parser)
    parser.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    from cachekeys.cli._output import finish

    result = analyse_all(arguments)
    if arguments.format == "json":
        from cachekeys.report.document import dump  # only for this format
        from cachekeys.report.document import inputs as document

        print(dump(document(result)))
    else:
        from cachekeys.report.console import write
        from cachekeys.report.inputs import lines

        write(lines(result), color=arguments.color)
    return finish(result, 0)

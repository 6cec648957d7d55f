"""``cachekeys explain``: each key, what it matches or resolves to, and the newest file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cachekeys.cli._options import add_common, add_paths, analyse_all

if TYPE_CHECKING:
    import argparse

__all__ = ["add_to"]


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "explain",
        help="show what each key matches or resolves to",
        description="Show, key by key, what uv watches right now: the files of each glob and the newest of them, "
        "the commit, tags, directories, and whether variables are set (never their values).",
    )
    add_paths(parser)
    add_common(parser)
    parser.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    from cachekeys.cli._output import finish  # noqa: PLC0415 - same
    from cachekeys.report.explanation import explain, lines  # noqa: PLC0415 - same

    result = analyse_all(arguments)
    explanations = [explain(analysis) for analysis in result.analyses]
    if arguments.format == "json":
        from cachekeys.report.document import dump  # noqa: PLC0415 - only for this format
        from cachekeys.report.document import explain as document  # noqa: PLC0415 - same

        print(dump(document(result, explanations)))
    else:
        from cachekeys.report.console import write  # noqa: PLC0415 - see _parser

        for number, explanation in enumerate(explanations):
            write([*([[]] if number else []), *lines(explanation)], color=arguments.color)
    return finish(result, 0)

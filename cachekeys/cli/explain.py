"""``cachekeys explain``: what each key stands for now, and what uv will do with what is installed."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from cachekeys.cli._options import add_common, add_environment, add_version

if TYPE_CHECKING:
    import argparse

    from cachekeys.report.explanation import Explanation

__all__ = ["add_to"]


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "explain",
        help="show what each key matches or resolves to, and whether uv would rebuild now",
        description="Show, key by key, what uv watches right now: the files of each glob and the newest of them, "
        "the commit, tags, directories, and whether variables are set (never their values). If there is an environment, "
        "say what uv will do with what is installed in it, and the reason; the exit code is 1 if that is not fresh.",
    )
    parser.add_argument(
        "paths", nargs="*", metavar="PATH", default=["."], help="directory of a project (default: the current one)"
    )
    add_environment(parser)
    parser.add_argument(
        "--command",
        dest="uv_command",
        choices=("sync", "pip"),
        default="sync",
        help="whose verdict decides the exit code: that of uv sync and uv run, or that of uv pip install -r (default: sync)",
    )
    add_version(parser)
    add_common(parser)
    parser.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    from cachekeys.cli._errors import messages
    from cachekeys.cli._output import finish
    from cachekeys.cli._projects import find
    from cachekeys.errors import CacheKeysError
    from cachekeys.report.result import Failure, Result

    explanations, failures = [], []
    for path, found in find(arguments.paths, workspace=False):
        try:
            if isinstance(found, CacheKeysError):
                raise found
            from cachekeys.freshness.installation import choose
            from cachekeys.report.explanation import explain
            from cachekeys.settings import read_settings
            from cachekeys.uv.watching import watching

            uv = arguments.uv or read_settings(found.pyproject).uv
            watch = watching(found, arguments.uv)
            installation = choose(found, os.environ, arguments.python)
            explanations.append(explain(found, os.environ, uv=uv, watch=watch, installation=installation))
        except CacheKeysError as error:
            failures.append(Failure(path, messages(error)))
    result = Result((), tuple(failures))
    if arguments.format == "json":
        from cachekeys.report.document import dump  # only for this format
        from cachekeys.report.document import explain as document

        print(dump(document(result, explanations)))
    else:
        from cachekeys.report.console import write
        from cachekeys.report.explanation import lines

        for number, explanation in enumerate(explanations):
            write([*([[]] if number else []), *lines(explanation)], color=arguments.color)
    stale = any(_is_stale(explanation, arguments.uv_command) for explanation in explanations)
    return finish(result, 1 if stale else 0)


def _is_stale(explanation: Explanation, command: str) -> bool:
    assessment = explanation.assessment
    return assessment is not None and assessment.decisive(command).outcome != "fresh"

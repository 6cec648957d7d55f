"""``cachekeys refresh``: let uv see that nothing has changed, where only times moved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cachekeys.cli._options import add_common, add_environment

if TYPE_CHECKING:
    import argparse

__all__ = ["add_to"]

_CODES = {"fresh": 0, "refreshed": 0, "differs": 1, "impossible": 2}


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "refresh",
        help="make a copied environment fresh again, if nothing but times has changed",
        description="After a copy (Docker, CI cache, cp -a, a branch switched forth and back) every change time is new, and uv "
        "rebuilds. If every content is as the record of the build says, rewrite the installed uv_cache.json so that uv leaves "
        "the environment alone; if anything differs, say what, and touch nothing. Exit code 0: fresh now; 1: something "
        "differs; 2: it cannot be done.",
    )
    parser.add_argument(
        "path", nargs="?", default=".", metavar="PATH", help="directory of a project (default: the current one)"
    )
    add_environment(parser)
    parser.add_argument("--dry-run", action="store_true", help="only say what would be done")
    add_common(parser)
    parser.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    from cachekeys.cli.verify import installation_of
    from cachekeys.freshness import refresh

    plan = refresh.plan(installation_of(arguments))
    if not arguments.dry_run:
        refresh.apply(plan)
    if arguments.format == "json":
        from cachekeys.report.differences import refreshed  # only for this format
        from cachekeys.report.document import dump

        print(dump(refreshed(plan, dry_run=arguments.dry_run)))
    else:
        from cachekeys.report.console import write
        from cachekeys.report.differences import refreshed_lines

        write(refreshed_lines(plan, dry_run=arguments.dry_run), color=arguments.color)
    return _CODES[plan.state]

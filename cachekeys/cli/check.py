"""``cachekeys check``: report gaps (stale install) and noise (needless rebuild)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cachekeys.cli._options import add_common, add_paths, add_rule_options, analyse_all

if TYPE_CHECKING:
    import argparse

__all__ = ["add_to"]


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "check",
        help="report what uv would miss and what it would rebuild for nothing",
        description="Compare what the build reads with what uv watches. Nothing of the project is executed. "
        "At the root of a uv workspace, members and path sources are checked too.",
    )
    add_paths(parser)
    add_rule_options(parser)
    parser.add_argument(
        "--no-workspace", action="store_true", help="check only the given projects, not what belongs to them"
    )
    parser.add_argument("--exit-zero", action="store_true", help="exit with 0 even with findings")
    add_common(parser)
    parser.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    from cachekeys.cli._output import finish

    result = analyse_all(arguments, workspace=not arguments.no_workspace)
    if arguments.format == "json":
        from cachekeys.report.document import check as document  # only for this format
        from cachekeys.report.document import dump

        print(dump(document(result)))
    else:
        from cachekeys.report.check import lines
        from cachekeys.report.console import write

        write(lines(result), color=arguments.color)
    found = any(finding.severity != "info" for analysis in result.analyses for finding in analysis.findings)
    return finish(result, 1 if found and not arguments.exit_zero else 0)

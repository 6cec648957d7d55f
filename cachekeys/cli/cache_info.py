"""``cachekeys cache-info``: exactly the text that uv would write into ``uv_cache.json``."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from cachekeys.cli._options import add_version

if TYPE_CHECKING:
    import argparse

__all__ = ["add_to"]


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "cache-info",
        help="print what uv would record for the project",
        description="Print the text of the uv_cache.json that uv would write now. It holds the values of the "
        "environment variables among the keys, as uv's file does.",
    )
    parser.add_argument(
        "path", nargs="?", default=".", metavar="PATH", help="directory of a project (default: the current one)"
    )
    parser.add_argument(
        "--format", choices=("text", "json"), default="text", help="text: uv's own JSON; json: wrapped in ours"
    )
    add_version(parser)
    parser.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    from cachekeys.api import cache_info

    info = cache_info(arguments.path, uv=arguments.uv)
    if arguments.format == "json":
        from cachekeys.report.document import cache_info as document  # only for this format
        from cachekeys.report.document import dump

        print(dump(document(arguments.path, info)))
    elif info.is_empty:
        print("cachekeys: uv would write no uv_cache.json: no key resolves to anything (CK004)", file=sys.stderr)
    else:
        sys.stdout.buffer.write(info.to_json().encode() + b"\n")  # uv writes UTF-8, whatever the terminal speaks
    return 0

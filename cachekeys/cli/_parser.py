"""The arguments of all commands, with argparse. A command's own code is imported when it runs."""

from __future__ import annotations

import argparse
import os
import sys
from typing import TYPE_CHECKING, Any, NoReturn

from cachekeys.cli._plain import COMMANDS, declare
from cachekeys.errors import CacheKeysError

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["parse"]

_NARROW = 80  # columns, where there is no terminal
_EPILOG = "Exit codes: 0 nothing to report, 1 findings, 2 the command could not do its work."


class _Formatter(argparse.HelpFormatter):
    """A formatter that knows its width: argparse makes one for every argument and would import shutil, bz2, lzma for it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("width", _columns() - 2)
        super().__init__(*args, **kwargs)


class _Parser(argparse.ArgumentParser):
    """An argument parser whose errors are ours: one line, without the usage."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{**kwargs, "allow_abbrev": False, "formatter_class": _Formatter})

    def error(self, message: str) -> NoReturn:
        raise CacheKeysError(f"{message} (see `{self.prog} --help`)")


class _Version(argparse.Action):
    """``--version``, looked up only when it is asked for."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        import cachekeys  # the version file is read on access

        print(f"cachekeys {cachekeys.__version__}")
        parser.exit()


def parse(argv: Sequence[str]) -> argparse.Namespace:
    """Return the arguments, with the command's function as ``run``.

    :raises CacheKeysError: they are not understood.
    """
    parser = _Parser(
        prog="cachekeys",
        description="Make uv's cache-keys exactly right: no stale install, no needless rebuild.",
        epilog=_EPILOG,
    )
    parser.add_argument(
        "--version", action=_Version, nargs=0, default=argparse.SUPPRESS, help="show the version and exit"
    )
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", dest="command", prog="cachekeys")
    # A parser costs half a millisecond, most of it in gettext: make only the one that is asked for.
    for command in argv[:1] if argv and argv[0] in COMMANDS else COMMANDS:
        declare(command, commands)
    arguments = parser.parse_args(argv)
    if arguments.command is None:
        parser.print_help(sys.stderr)
        raise CacheKeysError("no command given; `cachekeys check` is the one to start with")
    return arguments


def _columns() -> int:
    """Return the width of the terminal as :func:`shutil.get_terminal_size` finds it."""
    try:
        return int(os.environ["COLUMNS"])
    except (KeyError, ValueError):
        pass
    try:
        return os.get_terminal_size(sys.__stdout__.fileno()).columns if sys.__stdout__ else _NARROW
    except (OSError, ValueError):
        return _NARROW

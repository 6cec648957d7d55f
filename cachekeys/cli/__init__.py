"""The command line: one file per command; argument parsing and output only.

``main`` wraps ``run``, which raises: expected failures become one line on standard error and exit code 2.
"""

from __future__ import annotations

import gc
import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import NoReturn

__all__ = ["main", "run", "script"]

_THRESHOLDS = 100_000, 20, 100
_INTERRUPTED = 130  # 128 + SIGINT, as shells report it


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit code.

    0: nothing to report, 1: findings, 2: the command could not do its work.
    """
    # What is read is kept until the end: with Python's thresholds, the search for garbage in it takes a third of the time
    # on a project of 50,000 files.
    gc.set_threshold(*_THRESHOLDS)
    for stream in (sys.stdout, sys.stderr):
        # A name that the terminal's encoding cannot show must not end in a traceback.
        getattr(stream, "reconfigure", lambda **_: None)(errors="backslashreplace")
    try:
        code = run(sys.argv[1:] if argv is None else list(argv))
        sys.stdout.flush()
    except KeyboardInterrupt:
        return _INTERRUPTED
    except BrokenPipeError:
        # The reader (head, less) has seen enough. Python would complain again when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 2
    except Exception as error:
        from cachekeys.cli._errors import complain  # only on the way out

        if sys.flags.dev_mode:
            raise
        complain(error)
        return 2
    return code


def script() -> NoReturn:
    """Run the command line as a process of its own, and end it.

    Python would take apart everything that was imported, which takes a tenth of the time of a short command: what is left to do
    is to flush. ``python -m cachekeys`` ends as usual, for profilers and the like that wait for the end.
    """
    code = main()
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (AttributeError, OSError, ValueError):  # none at all, nobody reads it, or it is closed
            continue
    os._exit(code)


def run(argv: Sequence[str]) -> int:
    """Run the command line and return the exit code.

    :raises CacheKeysError: what the user has to put right.
    """
    from cachekeys.cli import _plain  # who imports the package for main does not pay

    arguments = _plain.parse(argv)
    if arguments is None:
        from cachekeys.cli._parser import parse  # argparse is costly

        arguments = parse(argv)
    code: int = arguments.run(arguments)
    return code

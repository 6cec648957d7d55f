"""``cachekeys digest``: one hash over everything that a build depends on, as the key of a CI cache."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse

    from cachekeys.fingerprint.digest import Digest

__all__ = ["add_to"]

_PARTS = ("environment", "git", "platform", "python")  # the same as in fingerprint.digest, which only a run imports


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "digest",
        help="print one content hash over all build inputs, as a key for CI caches",
        description="Hash what a build depends on, by content: what uv watches, what the build reads, what a wheel may "
        "hold, environment variables, git state, and the Python and platform that it is built for. The same tree gives the "
        "same digest on every machine and at any time. Variables are hashed and never shown.",
    )
    parser.add_argument(
        "path", nargs="?", default=".", metavar="PATH", help="directory of a project (default: the current one)"
    )
    parser.add_argument(
        "--mode",
        choices=("editable", "wheel", "auto"),
        help="editable: only what an editable installation is rebuilt for; wheel: also the files that a wheel takes over "
        "(default: [tool.cachekeys] mode, else wheel)",
    )
    parser.add_argument(
        "--without",
        action="append",
        metavar="PARTS",
        help=f"leave out: {', '.join(_PARTS)} (separated by commas, repeatable)",
    )
    parser.add_argument(
        "--python", metavar="EXECUTABLE", help="the Python to build for (default: the one that runs cachekeys)"
    )
    parser.add_argument("--prefix", metavar="TEXT", help="what the keys begin with (default: the project's name)")
    parser.add_argument(
        "--format",
        choices=("text", "json", "dotenv"),
        default="text",
        help="dotenv: CACHEKEYS_KEY=... and so on, for GitLab and for shells (default: text)",
    )
    parser.add_argument(
        "--github-output",
        action="store_true",
        help="also append key, digest and restore-keys to the file $GITHUB_OUTPUT",
    )
    parser.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    from cachekeys.api import digest
    from cachekeys.errors import CacheKeysError

    output = os.environ.get("GITHUB_OUTPUT") if arguments.github_output else None
    if arguments.github_output and not output:
        raise CacheKeysError(
            "--github-output: $GITHUB_OUTPUT is not set; it names a file in every step of GitHub Actions"
        )
    found = digest(
        arguments.path,
        mode=arguments.mode if arguments.mode != "auto" else "wheel",
        without=[part.strip() for text in arguments.without or () for part in text.split(",") if part.strip()],
        python=arguments.python,
        prefix=arguments.prefix,
    )
    if output:
        _append(output, _github(found))
    print(_FORMATS[arguments.format](arguments.path, found))
    sys.stdout.flush()
    if arguments.format != "json":
        from cachekeys.report.message import printable

        for note in found.notes:
            print(f"cachekeys: note: {printable(note)}", file=sys.stderr)
    return 0


def _text(_: str, found: Digest) -> str:
    names = ["key", "restore-keys", *[""] * (len(found.restore_keys) - 1)]
    rows = zip(names, (found.key, *found.restore_keys), strict=True)
    return "\n".join(f"{name:<14}{value}" for name, value in rows)


def _dotenv(_: str, found: Digest) -> str:
    """Return names that GitLab takes (letters, digits, ``_``) and values that no shell changes."""
    lines = [f"CACHEKEYS_KEY={found.key}", f"CACHEKEYS_DIGEST={found.value}"]
    lines += [f"CACHEKEYS_RESTORE_KEY_{number}={key}" for number, key in enumerate(found.restore_keys, 1)]
    return "\n".join(lines)


def _json(path: str, found: Digest) -> str:
    from cachekeys.report.document import digest as document  # only for this format
    from cachekeys.report.document import dump

    return dump(document(path, found))


_FORMATS = {"text": _text, "dotenv": _dotenv, "json": _json}


def _github(found: Digest) -> str:
    """Return the lines for ``$GITHUB_OUTPUT``; nobody can guess the delimiter, so no value can end its block."""
    delimiter = f"cachekeys_{os.urandom(16).hex()}"
    block = "\n".join((f"restore-keys<<{delimiter}", *found.restore_keys, delimiter))
    return f"key={found.key}\ndigest={found.value}\n{block}\n"


def _append(path: str, text: str) -> None:
    with open(path, "ab+") as file:
        if file.tell():
            file.seek(-1, os.SEEK_END)
            if file.read(1) != b"\n":  # a step before us forgot it: do not continue its line
                text = "\n" + text
        file.write(text.encode())

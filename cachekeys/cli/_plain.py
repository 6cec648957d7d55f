"""Read an ordinary command line without argparse, which takes as long as all of the work of ``cachekeys cache-info``.

A command declares its arguments to argparse, once. Here the declaration is told to an object that understands what is plainly
right: options spelled in full, each with its value, and one run of paths. Everything else - help, mistakes, ``--``, options that
exclude each other (``trace``, whose start does not matter beside a build) - is left to argparse and its words.
"""

from __future__ import annotations

from importlib import import_module
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

from cachekeys.values import dataclass

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Sequence

__all__ = ["COMMANDS", "declare", "parse"]

COMMANDS = ("check", "inputs", "explain", "cache-info", "verify", "refresh", "digest", "trace", "rule")


def declare(command: str, commands: argparse._SubParsersAction[Any]) -> None:
    """Add *command* to the parser."""
    import_module(f"cachekeys.cli.{command.replace('-', '_')}").add_to(commands)


def parse(argv: Sequence[str]) -> argparse.Namespace | None:
    """Return the arguments as argparse does, None if that has to be asked."""
    if not argv or argv[0] not in COMMANDS:
        return None
    found = _Declaration()
    try:
        declare(argv[0], cast("Any", found))
        values = {"command": argv[0], **found.defaults, **found.read(argv[1:])}
    except _NotPlainError:
        return None
    return cast("argparse.Namespace", SimpleNamespace(**values))


class _NotPlainError(Exception):
    """A declaration or an argument that argparse has to understand."""


@dataclass(frozen=True, slots=True)
class _Argument:
    """What is declared of one argument; the words are argparse's."""

    dest: str
    action: str = "store"
    nargs: str | None = None
    choices: Sequence[str] | None = None


class _Declaration:
    """Takes what a command tells its parser."""

    def __init__(self) -> None:
        self.defaults: dict[str, Any] = {}
        self._options: dict[str, _Argument] = {}
        self._positional: _Argument | None = None

    def __getattr__(self, name: str) -> Any:
        raise _NotPlainError(name)  # a method of argparse's

    def add_parser(self, _: str, **__: object) -> _Declaration:
        return self

    def set_defaults(self, **defaults: Any) -> None:
        self.defaults |= defaults

    def add_argument(
        self,
        *names: str,
        dest: str | None = None,
        action: str = "store",
        nargs: str | None = None,
        choices: Sequence[str] | None = None,
        default: object = None,
        **more: object,
    ) -> None:
        if not more.keys() <= {"help", "metavar"} or action not in {"store", "store_true", "append"}:
            raise _NotPlainError(names[0])
        dest = dest or max(names, key=len).lstrip("-").replace("-", "_")
        argument = _Argument(dest, action, nargs, choices)
        self.defaults[dest] = False if action == "store_true" else default
        if names[0].startswith("-") and nargs is None:
            self._options.update(dict.fromkeys(names, argument))
        elif self._positional is None and nargs in {"?", "*"} and choices is None:
            self._positional = argument
        else:
            raise _NotPlainError(names[0])

    def read(self, argv: Sequence[str]) -> dict[str, Any]:
        """Return the values of the arguments that are given."""
        found: dict[str, Any] = {}
        run: list[str] = []
        is_open = True  # argparse takes the paths only from one place
        rest = iter(argv)
        for text in rest:
            if not text.startswith("-"):
                if not is_open:
                    raise _NotPlainError(text)
                run.append(text)
                continue
            is_open = not run
            name, sign, value = text.partition("=")
            option = self._options.get(name)
            if option is None:
                raise _NotPlainError(text)
            if option.action == "store_true":
                if sign:
                    raise _NotPlainError(text)
                found[option.dest] = True
                continue
            value = value if sign else _next(rest)
            if option.choices is not None and value not in option.choices:
                raise _NotPlainError(text)
            if option.action == "append":
                found.setdefault(option.dest, []).append(value)
            else:
                found[option.dest] = value
        if run:
            found.update(self._read_positional(run))
        return found

    def _read_positional(self, run: list[str]) -> dict[str, Any]:
        argument = self._positional
        if argument is None or (argument.nargs == "?" and len(run) > 1):
            raise _NotPlainError(run[-1])
        return {argument.dest: run if argument.nargs == "*" else run[0]}


def _next(rest: Iterator[str]) -> str:
    value = next(rest, "-")
    if value.startswith("-"):
        raise _NotPlainError(value)
    return value

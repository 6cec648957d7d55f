"""Options that several commands share, and the projects that they name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from cachekeys.report.result import Result
    from cachekeys.settings import Settings

__all__ = ["add_common", "add_environment", "add_paths", "add_rule_options", "add_version", "analyse_all"]


def add_paths(parser: argparse.ArgumentParser) -> None:
    """Add the positional arguments that name projects, and how they are looked at."""
    parser.add_argument(
        "paths", nargs="*", metavar="PATH", default=["."], help="directory of a project (default: the current one)"
    )
    parser.add_argument(
        "--mode",
        choices=("editable", "wheel", "auto"),
        help="kind of installation to look at (default: [tool.cachekeys] mode, else editable)",
    )


def add_environment(parser: argparse.ArgumentParser) -> None:
    """Add the option that names what is installed."""
    parser.add_argument(
        "--python",
        metavar="ENV",
        help="virtual environment, or a python (default: the active one if the project is installed there, else the one "
        "that uv sync uses: $UV_PROJECT_ENVIRONMENT or .venv)",
    )


def add_common(parser: argparse.ArgumentParser) -> None:
    """Add the options of the output."""
    parser.add_argument("--format", choices=("text", "json"), default="text", help="output format (default: text)")
    parser.add_argument(
        "--color", choices=("auto", "always", "never"), default="auto", help="coloured text (default: on a terminal)"
    )


def add_version(parser: argparse.ArgumentParser) -> None:
    """Add the option that names the uv to answer for."""
    parser.add_argument(
        "--uv",
        metavar="VERSION",
        help='answer as this uv does: 0.8.4, 0.8 (the newest of the series) or ">=0.8" (the newest that it admits); '
        "from 0.4.10 on (default: the newest that the project admits)",
    )


def add_rule_options(parser: argparse.ArgumentParser) -> None:
    """Add the options that choose among the rules."""
    parser.add_argument(
        "--select", action="append", metavar="CODES", help="report only these rules: CK101,CK2 (repeatable)"
    )
    parser.add_argument("--ignore", action="append", metavar="CODES", help="do not report these rules (repeatable)")
    parser.add_argument(
        "--uv",
        metavar="SPEC",
        help='uv versions to care for, as ">=0.8", 0.8 (all of the series) or 0.8.4 (default: tool.uv.required-version)',
    )


def analyse_all(arguments: argparse.Namespace, *, workspace: bool = False) -> Result:
    """Analyse the projects that the arguments name; one that cannot be read does not take the others down.

    :param workspace: also those members and path sources that a project of the list brings along.
    :raises CacheKeysError: an option makes no sense.
    """
    from cachekeys.cli._errors import messages
    from cachekeys.cli._projects import find
    from cachekeys.errors import CacheKeysError
    from cachekeys.pipeline import analyse  # only commands that analyse pay
    from cachekeys.report.result import Failure, Result
    from cachekeys.settings import read_settings

    overrides = _overrides(arguments)
    mode = None if arguments.mode in (None, "auto") else arguments.mode
    analyses, failures = [], []
    for path, found in find(arguments.paths, workspace=workspace):
        if isinstance(found, CacheKeysError):
            failures.append(Failure(path, messages(found)))
            continue
        try:
            settings = _merged(read_settings(found.pyproject), overrides, auto=arguments.mode == "auto")
            analyses.append(analyse(found, settings=settings, mode=mode))
        except CacheKeysError as error:
            failures.append(Failure(path, messages(error)))
    return Result(tuple(analyses), tuple(failures))


def _overrides(arguments: argparse.Namespace) -> dict[str, Any]:
    """Return the settings that the command line replaces, checked."""
    from cachekeys.errors import CacheKeysError

    values: dict[str, Any] = {}
    for name in ("select", "ignore"):
        codes = _codes(getattr(arguments, name, None))
        if codes:
            from cachekeys.rules.codes import unknown  # rarely given

            for problem in unknown(codes):
                raise CacheKeysError(f"--{name}: {problem}; `cachekeys rule` lists all rules")
            values[name] = tuple(codes) if name == "select" else dict.fromkeys(codes, "command line")
    specifier = getattr(arguments, "uv", None)
    if specifier is not None:
        from cachekeys.uv.versions import floor  # packaging is costly

        if floor(specifier) is None:
            raise CacheKeysError(f'--uv: {specifier!r} admits no uv release; write a version specifier, as in ">=0.8"')
        values["uv"] = specifier
    return values


def _codes(given: Sequence[str] | None) -> list[str]:
    return [code.strip().upper() for text in given or () for code in text.split(",") if code.strip()]


def _merged(settings: Settings, overrides: dict[str, Any], *, auto: bool) -> Settings:
    """Apply the command line: ``--select`` replaces the project's choice, ``--ignore`` adds to it."""
    from cachekeys.values import replace

    values = dict(overrides)
    if "ignore" in values:
        values["ignore"] = {**(settings.ignore or {}), **values["ignore"]}
    if auto:
        values["mode"] = "auto"
    return replace(settings, **values) if values else settings

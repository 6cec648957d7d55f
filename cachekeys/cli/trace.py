"""``cachekeys trace``: run the real build, watch what it reads, and hold the keys and the static analysis against it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from cachekeys.inputs.model import Mode
    from cachekeys.project import Project
    from cachekeys.report.console import Line
    from cachekeys.trace.compare import Comparison
    from cachekeys.trace.model import Trace
    from cachekeys.trace.run import BuildError

__all__ = ["add_to"]

_TAIL = 30  # lines of a failed build's output


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "trace",
        help="run the build and report what it really read",
        description="Run the project's real build, observe which files, environment variables and git state it reads, and compare "
        "that with what uv watches and with what the static analysis finds. This executes the project's code, as every build does.",
    )
    parser.add_argument(
        "path", nargs="?", metavar="PATH", default=".", help="directory of a project (default: the current one)"
    )
    parser.add_argument("--front-end", choices=("uv", "pip", "build"), default="uv", help="what builds (default: uv)")
    parser.add_argument("--editable", action="store_true", help="build for an editable installation (default: a wheel)")
    parser.add_argument(
        "--no-isolation", action="store_true", help="build in the present environment, with what is installed there"
    )
    parser.add_argument(
        "--python", metavar="PYTHON", help="interpreter to build with (default: the front end's choice)"
    )
    parser.add_argument(
        "--config-setting", action="append", metavar="K=V", help="setting for the back end (repeatable)"
    )
    parser.add_argument(
        "--save", action="store_true", help="keep what was seen in cachekeys.trace.json, for `cachekeys check`"
    )
    parser.add_argument(
        "--format", choices=("text", "json", "html"), default="text", help="output format (default: text)"
    )
    parser.add_argument("-o", "--output", metavar="FILE", help="write the report to a file (default: standard output)")
    parser.add_argument(
        "-v", "--verbose", action="store_true", help="show the build's own output, and all that was seen"
    )
    parser.add_argument("--exit-zero", action="store_true", help="exit with 0 even with findings")
    parser.add_argument(
        "--color", choices=("auto", "always", "never"), default="auto", help="coloured text (default: on a terminal)"
    )
    parser.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    from cachekeys.cli._projects import directory
    from cachekeys.pipeline import analyse
    from cachekeys.project import Project
    from cachekeys.trace.compare import compare
    from cachekeys.trace.run import BuildError

    path = directory(arguments.path)
    mode: Mode = "editable" if arguments.editable else "wheel"
    analysis = analyse(Project(path), mode=mode)
    _check(arguments, analysis.project)
    beside = [each.what for each in analysis.inputs.inputs if each.kind == "file" and each.what.startswith("../")]
    try:
        trace = _traced(arguments, path, beside)
    except BuildError as error:
        if not arguments.verbose:
            _show_tail(error)
        raise
    # Anew: the build may have written into the tree.
    comparison = compare(analyse(Project(path), mode=mode), trace)
    _report(comparison, trace, arguments)
    if arguments.save:
        from cachekeys.trace.evidence import save

        print(f"Saved as {save(comparison)}.", file=sys.stderr)
    found = any(finding.severity != "info" for finding in comparison.findings)
    return 1 if found and not arguments.exit_zero else 0


def _check(arguments: argparse.Namespace, project: Project) -> None:
    """Raise now what would make the build futile: a mistake in the settings (the analysis did) must not cost a build, nor must these."""
    if arguments.output is not None:
        _check_writable(arguments.output)
    if arguments.save:
        from cachekeys.trace.evidence import load

        load(project)


def _check_writable(path: str) -> None:
    import os

    exists = os.path.lexists(path)
    if exists and not os.path.isfile(path) and not os.path.isdir(path):
        return  # a reader of a pipe would take this for the end
    with open(path, "ab"):
        pass
    if not exists:
        os.remove(path)  # the build is not to see it


def _traced(arguments: argparse.Namespace, path: str, beside: list[str]) -> Trace:
    from cachekeys.cli._progress import Display
    from cachekeys.trace.run import trace

    def pass_on(chunk: bytes) -> None:
        sys.stderr.buffer.write(chunk)
        sys.stderr.buffer.flush()

    with Display(f"Building {path} with {arguments.front_end}") as display:
        return trace(
            path,
            mode="editable" if arguments.editable else "wheel",
            front_end=arguments.front_end,
            isolated=not arguments.no_isolation,
            config_settings=arguments.config_setting or (),
            python=arguments.python,
            named=beside,
            progress=None if arguments.verbose else display.update,
            output=pass_on if arguments.verbose else None,
        )


def _show_tail(error: BuildError) -> None:
    lines = error.output.splitlines()
    if len(lines) > _TAIL:
        print(f"... ({len(lines) - _TAIL} lines before; -v shows all)", file=sys.stderr)
    for line in lines[-_TAIL:]:
        print(line, file=sys.stderr)


def _report(comparison: Comparison, trace: Trace, arguments: argparse.Namespace) -> None:
    if arguments.output is None:
        _write(comparison, trace, arguments)
        return
    with open(arguments.output, "w", encoding="utf-8", errors="backslashreplace") as file:
        _write(comparison, trace, arguments, file)


def _write(comparison: Comparison, trace: Trace, arguments: argparse.Namespace, file: object = None) -> None:
    from typing import TextIO, cast

    out = sys.stdout if file is None else cast("TextIO", file)
    if arguments.format == "json":
        from cachekeys.report.document import dump
        from cachekeys.report.trace import document

        out.write(dump(document(comparison)) + "\n")
    elif arguments.format == "html":
        from cachekeys.report.trace_html import page

        out.write(page(comparison))
    else:
        from cachekeys.report.console import write
        from cachekeys.report.trace import lines

        write(lines(comparison), color=arguments.color, stream=out)
        if arguments.verbose:
            write(_all(trace), color=arguments.color, stream=out)


def _all(trace: Trace) -> Iterator[Line]:
    """Yield everything that was seen, one line each."""
    yield []
    for access in trace.accesses:
        place = f"  ({access.origin.file}:{access.origin.line})" if access.origin else ""
        yield [(f"{access.kind:8}", "dim"), (access.path, ""), (place, "dim")]
    for variable in trace.variables:
        place = f"  ({variable.origin.file}:{variable.origin.line})" if variable.origin else ""
        yield [("env     ", "dim"), (variable.name, "" if variable.own else "dim"), (place, "dim")]
    for process in trace.processes:
        yield [("process ", "dim"), (f"{process.number} {' '.join(process.arguments)}", "dim")]

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
_MANY = 8


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
    mode = parser.add_mutually_exclusive_group()
    mode.add_argument(
        "--mode",
        choices=("editable", "wheel"),
        help="kind of installation to build for (default: [tool.cachekeys] mode, else editable, as uv sync does)",
    )
    mode.add_argument(
        "--editable", dest="mode", action="store_const", const="editable", help="the same as --mode editable"
    )
    mode.add_argument("--wheel", dest="mode", action="store_const", const="wheel", help="the same as --mode wheel")
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
    # The only thing that `build` can do.
    asked: Mode | None = arguments.mode or ("wheel" if arguments.front_end == "build" else None)
    project = Project(path)
    _check_project(project)
    analysis = analyse(project, mode=asked)
    mode = analysis.mode
    _check(arguments, project)
    beside = [each.what for each in analysis.inputs.inputs if each.kind == "file" and each.what.startswith("../")]
    try:
        trace = _traced(arguments, path, mode, beside)
    except BuildError as error:
        _explain(error, project, verbose=arguments.verbose)
        raise
    # Anew: the build may have written into the tree.
    comparison = compare(analyse(Project(path), mode=mode), trace)
    _report(comparison, trace, arguments)
    if arguments.save:
        from cachekeys.trace.evidence import save

        print(f"Saved as {save(comparison)}.", file=sys.stderr)
    found = any(finding.severity != "info" for finding in comparison.findings)
    return 1 if found and not arguments.exit_zero else 0


def _check_project(project: Project) -> None:
    """Raise if nothing would be built: setuptools makes an empty package of any directory."""
    if any(project.get(table) is not None for table in ("project", "build-system")):
        return
    if project.is_file("setup.py") or project.is_file("setup.cfg"):
        return
    from cachekeys.errors import CacheKeysError
    from cachekeys.report.result import shown_path
    from cachekeys.workspace import members

    here = shown_path(project.root)
    inside = [shown_path(project.path(member)) for member in members(project)]
    if inside:
        more = f" and {len(inside) - _MANY} more" if len(inside) > _MANY else ""
        raise CacheKeysError(
            f"{here} is the root of a workspace and no project itself, so that nothing is built there; "
            f"trace its members one by one: {', '.join(inside[:_MANY])}{more}"
        )
    raise CacheKeysError(
        f"{here}: there is nothing to build: no [project] or [build-system] in pyproject.toml, and no setup.py"
    )


def _check(arguments: argparse.Namespace, project: Project) -> None:
    """Raise now what would make the build futile: a mistake in the settings (the analysis did) must not cost a build, nor must these."""
    if arguments.output is not None:
        _check_writable(arguments.output)
    if arguments.save:
        from cachekeys.trace.evidence import NAME, load

        load(project)
        _check_writable(project.path(NAME))


def _check_writable(path: str) -> None:
    import os

    exists = os.path.lexists(path)
    if exists and not os.path.isfile(path) and not os.path.isdir(path):
        return  # a reader of a pipe would take this for the end
    with open(path, "ab"):
        pass
    if not exists:
        os.remove(path)  # the build is not to see it


def _traced(arguments: argparse.Namespace, path: str, mode: Mode, beside: list[str]) -> Trace:
    import os

    from cachekeys.cli._progress import Display
    from cachekeys.trace.failure import Masked
    from cachekeys.trace.run import trace
    from cachekeys.trace.secrets import Secrets

    masked = Masked(Secrets(os.environ))

    def show(shown: bytes) -> None:
        sys.stderr.buffer.write(shown)
        sys.stderr.buffer.flush()

    kind = "an editable installation" if mode == "editable" else "a wheel"
    with Display(f"Building {kind} of {path} with {arguments.front_end}") as display:
        try:
            return trace(
                path,
                mode=mode,
                front_end=arguments.front_end,
                isolated=not arguments.no_isolation,
                config_settings=arguments.config_setting or (),
                python=arguments.python,
                named=beside,
                progress=None if arguments.verbose else display.update,
                output=(lambda chunk: show(masked.feed(chunk))) if arguments.verbose else None,
            )
        finally:
            if arguments.verbose:
                show(masked.close())


def _explain(error: BuildError, project: Project, *, verbose: bool) -> None:
    """Show the end of what a failed build wrote, where the rest is, and what may help."""
    import os

    from cachekeys.report.message import printable
    from cachekeys.trace.failure import keep_log

    lines = [] if verbose else error.output.splitlines()
    if len(lines) > _TAIL:
        log = keep_log(error.output, project.root, os.environ)
        where = f"all are in {printable(log)}" if log else "-v shows all"
        print(f"... ({len(lines) - _TAIL} lines before; {where})", file=sys.stderr)
    for line in lines[-_TAIL:]:
        print(line, file=sys.stderr)
    for hint in error.hints:
        print(f"cachekeys: hint: {printable(hint)}", file=sys.stderr)


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

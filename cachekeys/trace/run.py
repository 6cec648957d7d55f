"""Run a project's real build, observed, and return its trace."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from cachekeys.errors import CacheKeysError
from cachekeys.trace.collect import Outcome, collect
from cachekeys.trace.context import Context
from cachekeys.trace.events import Log, read_log
from cachekeys.trace.failure import BuildError, hints
from cachekeys.trace.frontends import command
from cachekeys.trace.processes import merge, without_back_end
from cachekeys.trace.secrets import Secrets
from cachekeys.trace.sources._places import is_preloaded
from cachekeys.trace.subprocesses import Build, termination_raises
from cachekeys.trace.tree import names
from cachekeys.trace.wheel import copied

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from types import ModuleType

    from cachekeys.inputs.model import Mode
    from cachekeys.trace.model import Event, FrontEnd, Trace

__all__ = ["BuildError", "trace"]

_LEAST_SPACE = 1 << 16  # bytes, of which a log takes thousands
_TEMPORARY = ("TMPDIR",) if os.name != "nt" else ("TEMP", "TMP")


def trace(
    project_root: str,
    *,
    mode: Mode = "wheel",
    front_end: FrontEnd = "uv",
    isolated: bool = True,
    config_settings: Sequence[str] = (),
    environ: Mapping[str, str] | None = None,
    python: str | None = None,
    named: Iterable[str] = (),
    progress: Callable[[float, str], None] | None = None,
    output: Callable[[bytes], None] | None = None,
) -> Trace:
    """Build the project once and return what was seen.

    In the project's directory stays what its build leaves there; everything else is made in a temporary directory, which is gone when this
    returns or raises, also on Ctrl-C and SIGTERM (the whole build is ended then).

    :param mode: ``wheel``, or ``editable``: installed into a temporary directory, the only way that front ends offer.
    :param config_settings: for the back end, as ``KEY=VALUE``.
    :param environ: the environment of the build (default: this process's).
    :param python: the interpreter to build with (default: the front end's choice).
    :param named: files outside the project, relative to it, that the configuration of the back end names: they count whoever reads them.
    :param progress: gets, a few times a second, the seconds since the start and the command line that runs.
    :param output: gets what the build writes, as it comes, in pieces of any size; secrets are not taken out.
    :raises BuildError: the build fails.
    :raises CacheKeysError: there is no such directory or front end.
    """
    given = os.path.abspath(project_root)
    if not os.path.isdir(given):
        raise CacheKeysError(f"{project_root}: no such directory")
    environment = dict(os.environ if environ is None else environ)
    if python is not None and os.path.dirname(python):
        python = os.path.abspath(python)  # the build runs elsewhere
    with termination_raises(), _temporary_directory() as top:
        context, out = _prepare(top, given, environment, mode=mode, front_end=front_end, isolated=isolated)
        words = command(
            front_end,
            given,
            out,
            mode=mode,
            isolated=isolated,
            config_settings=config_settings,
            python=python,
            environ=environment,
        )
        added, blind = _additions(context, top)
        before = names(context.root)
        beside = frozenset(os.path.realpath(os.path.join(context.root, path)) for path in named)
        context = replace(context, started=time.monotonic_ns(), named=beside)
        build = Build(words, {**environment, **added}, directory=top if front_end == "build" else given)
        started = time.monotonic()
        code = build.run(context.directory, progress=progress, output=output)
        seconds = time.monotonic() - started
        if code != 0:
            raise _failure(context, words, code, build.output)
        outcome = Outcome(
            given=given,
            before=before,
            after=names(context.root),
            exit_code=code,
            seconds=seconds,
            wheel=_wheel(out),
            added=frozenset(added),
            blind=tuple(blind),
        )
        seen = _read(context, outcome, build.pid)
        if mode == "wheel" and outcome.wheel is not None:
            seen = replace(seen, copied=copied(os.path.join(out, outcome.wheel), context.root, seen.paths("read")))
        return seen


@contextlib.contextmanager
def _temporary_directory() -> Iterator[str]:
    """Make a directory that goes, whatever happens."""
    top = os.path.realpath(tempfile.mkdtemp(prefix="cachekeys-trace-"))
    try:
        yield top
    finally:
        _remove(top)


def _prepare(
    top: str, given: str, environment: Mapping[str, str], *, mode: Mode, front_end: FrontEnd, isolated: bool
) -> tuple[Context, str]:
    """Make the directories of a build."""
    paths = {name: os.path.join(top, name) for name in ("log", "tmp", "out")}
    for path in paths.values():
        os.mkdir(path, 0o700)
    context = Context(
        root=os.path.realpath(given),
        directory=paths["log"],
        temporary=paths["tmp"],
        environment=environment,
        mode=mode,
        front_end=front_end,
        isolated=isolated,
    )
    return context, paths["out"]


def _additions(context: Context, top: str) -> tuple[dict[str, str], list[str]]:
    """Return what to add to the environment, and what could not be prepared."""
    observer = _observer(top)
    earlier = context.environment.get("PYTHONPATH")
    added = {
        "CACHEKEYS_TRACE_DIR": context.directory,
        "CACHEKEYS_TRACE_ROOT": context.root,
        "PYTHONPATH": os.pathsep.join([observer, earlier] if earlier else [observer]),
        **dict.fromkeys(_TEMPORARY, context.temporary),
    }
    blind: list[str] = []
    keep: list[str] = []
    for source in _sources(blind):
        keep += getattr(source, "KEEP", ())
        prepare = getattr(source, "prepare", None)
        if prepare is not None:
            with _said(source, "prepare", blind):
                added.update(prepare(context))
    added["CACHEKEYS_TRACE_KEEP"] = os.pathsep.join(dict.fromkeys(keep))
    return added, blind


def _observer(top: str) -> str:
    """Put the observer where the build's Python finds it; return the directory for ``PYTHONPATH``."""
    import py_compile

    directory = os.path.join(top, "observer")
    shutil.copytree(os.path.join(os.path.dirname(__file__), "observer"), directory)
    # The build mostly runs on this Python: its first process need not compile (10 ms).
    by_time = py_compile.PycInvalidationMode.TIMESTAMP  # whatever SOURCE_DATE_EPOCH makes the default
    for place, _, files in os.walk(directory):
        for file in files:
            if file.endswith(".py"):
                py_compile.compile(os.path.join(place, file), quiet=2, invalidation_mode=by_time)
    return directory


def _sources(blind: list[str]) -> Iterator[ModuleType]:
    from cachekeys.trace.sources import sources

    try:
        yield from sources()
    except Exception as error:  # noqa: BLE001 - a broken source must not take the trace down
        blind.append(f"a source of truth could not be loaded: {type(error).__name__}: {error}")


@contextlib.contextmanager
def _said(source: ModuleType, what: str, blind: list[str]) -> Iterator[None]:
    """Turn whatever a source raises into a sentence."""
    try:
        yield
    except Exception as error:  # noqa: BLE001 - documented in the protocol
        blind.append(f"the observer {source.NAME} failed ({what}): {type(error).__name__}: {error}")


def _read(context: Context, outcome: Outcome, front_end: int) -> Trace:
    """Ask all observers and merge what they say."""
    log, gone = _log(context.directory)
    blind = [
        *outcome.blind,
        *gone,
        *(f"the observer in Python failed at one place: {error}" for error in dict.fromkeys(log.errors)),
        *(
            f"{os.path.basename(words[0])} was started with an environment of its own: what it read was not seen"
            for words in log.unseen
        ),
    ]
    context = replace(context, kept=log.kept)
    sources = list(_sources(blind))
    seen = list(log.processes)
    for source in sources:
        if hasattr(source, "processes"):
            with _said(source, "processes", blind):
                seen += source.processes(context)
    context = replace(context, processes=merge(seen, log.started, front_end=front_end))
    if _is_full(context.directory):
        blind.append(
            "The disk of the temporary directory is full: the observers may not have been able to note everything."
        )
    if not any(process.prefixes and not process.front_end for process in context.processes):
        itself = without_back_end(context.processes, front_end) if context.front_end == "uv" else None
        if itself is not None and is_preloaded(context):
            context = replace(context, processes=itself)
        else:
            blind.append("no Python process of the back end was seen: what it read is missing")
    events: list[Event] = list(_numbered(log, context))
    for source in sources:
        if hasattr(source, "read"):
            with _said(source, "read", blind):
                events.extend(source.read(context))
        if hasattr(source, "blind"):
            with _said(source, "blind", blind):
                blind.extend(source.blind(context))
    outcome = replace(
        outcome,
        blind=tuple(dict.fromkeys(blind)),
        set_variables=frozenset(log.set_variables),
        copies=tuple(_copied(context, log.copies)),
    )
    return collect(context, events, outcome)


def _log(directory: str) -> tuple[Log, list[str]]:
    """Read what the observers in Python wrote down, and say so if it is not there."""
    try:
        return read_log(directory), []
    except OSError as error:
        why = error.strerror or type(error).__name__
        return Log(), [f"The observers' notes cannot be read ({why}): the build removed or closed their directory."]


def _is_full(directory: str) -> bool:
    try:
        return shutil.disk_usage(directory).free < _LEAST_SPACE
    except OSError:
        return False


def _wheel(directory: str) -> str | None:
    with contextlib.suppress(OSError):
        return next((name for name in sorted(os.listdir(directory)) if name.endswith(".whl")), None)
    return None


def _numbered(log: Log, context: Context) -> Iterator[Event]:
    numbers = {process.pid: process.number for process in context.processes if process.pid is not None}
    for pid, event in log.events:
        yield replace(event, process=numbers.get(pid))


def _copied(context: Context, copies: Iterable[tuple[str, str]]) -> Iterator[str]:
    """Yield the directories that were copied from the project as a whole."""
    for source, target in copies:
        if os.path.realpath(source) == context.root:
            yield target


def _failure(context: Context, words: Sequence[str], code: int, output: str) -> BuildError:
    """Return what to raise for a build that failed, without secrets."""
    import shlex

    log, _ = _log(context.directory)
    asked = {event.subject for _, event in log.events if event.kind == "env" and event.own}
    secrets = Secrets(context.environment, asked)
    end = f"exit code {code}" if code > 0 else f"signal {-code}"
    return BuildError(
        f"the build ended with {end}: `{shlex.join(secrets.hide(words))}`",
        secrets.text(output),
        tuple(hints(output, context.root, context.mode, isolated=context.isolated)),
    )


def _remove(top: str) -> None:
    """Remove our directory; a build may have left directories in it that cannot be written to."""

    def allow(function: Callable[[str], object], path: str, _: object) -> None:
        with contextlib.suppress(OSError):
            os.chmod(os.path.dirname(path), 0o700)
            os.chmod(path, 0o700)
            function(path)

    shutil.rmtree(top, onerror=allow)

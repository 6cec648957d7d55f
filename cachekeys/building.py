"""What both build plugins do: inspect the project, warn or refuse, and hand over the record.

The plugins are glue; everything that can go wrong is caught here. Unless the project says ``enforce = "error"``,
nothing that we find may fail a build, and a fault of our own never does, whatever the project says: a build that worked
without us keeps working, with one warning that names our fault. Kept cheap to import: it is imported into builds.
"""

from __future__ import annotations

import os
import sys
import warnings
from typing import TYPE_CHECKING, NoReturn

from cachekeys.errors import CacheKeysError, CacheKeysWarning
from cachekeys.values import dataclass, replace

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from cachekeys.analysis import Analysis
    from cachekeys.findings import Finding
    from cachekeys.inputs.model import Mode
    from cachekeys.project import Project

__all__ = ["RECORD_NAME", "UV_CACHE_NAME", "Notice", "Outcome", "announce", "attach", "inspect", "opted_in", "refuse"]

RECORD_NAME = "cachekeys.json"
"""The record's file name in ``.dist-info``."""

UV_CACHE_NAME = "uv_cache.json"
"""The name of uv's own file there."""

_PYPROJECT = "pyproject.toml"
_DETECTOR_FAILED = "CK902"  # the one finding that is not the project's fault


@dataclass(frozen=True, slots=True)
class Notice:
    """One warning and the line of the user's file that it is about. ``ours``: the fault is cachekeys' own."""

    message: str
    file: str = _PYPROJECT
    line: int = 1
    ours: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an inspection came to. ``failure`` is the text that a build has to end with, "" when it may go on.

    ``uv_cache`` is uv's own file for an editable wheel, where the settings ask for it.
    ``unpacked``: the project is an unpacked sdist. Whoever made the sdist was told then; whoever installs it cannot
    do anything about it, and must not be stopped.
    """

    record: bytes | None = None
    notices: tuple[Notice, ...] = ()
    failure: str = ""
    unpacked: bool = False
    uv_cache: bytes | None = None


def opted_in(root: str) -> bool:
    """Tell whether the project in *root* wants us: ``build-system.requires`` names cachekeys, or it has ``[tool.cachekeys]``."""
    try:
        from cachekeys.project import Project

        project = Project(root)
        return "cachekeys" in project.build_requires or project.get("tool", "cachekeys") is not None
    except Exception:  # noqa: BLE001 - a project that we cannot read did not ask for us; its back end will complain
        return False


def inspect(root: str, mode: Mode | None, *, environ: Mapping[str, str] | None = None) -> Outcome:
    """Analyse the project in *root* and make its record. Never raises.

    Call it as early as the back end allows: the record says what the inputs are now, and a change made by the
    build itself must stay visible as one, as in uv's own cache info.

    :param mode: the kind of wheel that is made, for the record; None for an sdist, which gets no record. What is
        found amiss does not depend on it, but on the kind of installation that the project's settings name: who
        builds a wheel of a project that uv installs editable does not want other keys.
    :param environ: instead of the environment of this process.
    """
    try:
        return _inspect(root, mode, environ)
    except CacheKeysError as error:
        return _unusable(root, error)
    except (Exception, SystemExit) as error:  # noqa: BLE001 - a build must survive any bug of ours or of a detector
        return Outcome(notices=(_our_fault("could not inspect the project", error),))


def announce(outcome: Outcome, *, warn: bool = True) -> None:
    """Emit the warnings, each at the user's own line; or end the build.

    :param warn: False in those processes of a build that are not the one to tell, lest the user sees everything twice.
    :raises SystemExit: with the text to fail with, so that no back end adds a traceback.
    :raises CacheKeysWarning: the user turned warnings into errors.
    """
    if outcome.failure:
        raise SystemExit(_encodable(outcome.failure))
    for notice in outcome.notices if warn else ():
        _warn(notice)


def attach(outcome: Outcome, wheel: str | os.PathLike[str]) -> None:
    """Put the record, and what else there is, into the finished *wheel*; if that fails, it stays as it is and a warning says so."""
    files = ((RECORD_NAME, "record", outcome.record), (UV_CACHE_NAME, UV_CACHE_NAME, outcome.uv_cache))
    for name, what, content in files:
        if content is None:
            continue
        try:
            from cachekeys.record.wheel import add  # zipfile is only needed here

            add(wheel, name, content)
        except (CacheKeysError, OSError) as error:
            _warn(Notice(f"cachekeys put no {what} into the wheel: {error}", ours=True))
        except Exception as error:  # noqa: BLE001 - the wheel is good without the file
            _warn(_our_fault(f"put no {what} into the wheel", error))


def refuse(message: str) -> NoReturn:
    """End the build with *message*."""
    raise SystemExit(f"cachekeys: error: {message}")


# -- inside ----------------------------------------------------------------------------------------------------------


def _inspect(root: str, mode: Mode | None, environ: Mapping[str, str] | None) -> Outcome:
    from cachekeys.pipeline import analyse
    from cachekeys.project import Project

    project = Project(root)
    emission = _emit(project, os.environ if environ is None else environ) if mode == "editable" else None
    analysis = analyse(project, environ=environ)
    enforce = analysis.settings.enforce
    findings = [finding for finding in analysis.findings if finding.severity != "info"]
    strict = enforce == "error" and not project.is_sdist
    if strict and any(finding.code != _DETECTOR_FAILED for finding in findings):
        return Outcome(failure=_failure(analysis, findings))
    notices = list(_notices(analysis, findings)) if enforce != "off" else []
    if emission is not None:
        notices += [notice for notice in emission.notices if enforce != "off" or notice.ours]
    record = None
    if mode is not None:
        try:
            record = _record(analysis, mode)
        except Exception as error:  # noqa: BLE001 - the findings are worth having without the record
            notices.append(_our_fault("could not make the record", error))
    uv_cache = None if emission is None else emission.uv_cache
    return Outcome(record, tuple(notices), unpacked=project.is_sdist, uv_cache=uv_cache)


def _emit(project: Project, environ: Mapping[str, str]) -> Outcome | None:
    """Make uv's file for an editable wheel, before anything else takes time or changes files; None unless it is asked for."""
    from cachekeys.errors import SettingsError
    from cachekeys.settings import read_settings

    try:
        if read_settings(project.pyproject).emit_uv_cache != "editable":
            return None
    except SettingsError:
        return None  # the analysis that follows says so
    try:
        from cachekeys.freshness.emit import emit  # only who asks for it pays

        made = emit(project, environ)
    except Exception as error:  # noqa: BLE001 - uv installs once more without the file
        return Outcome(notices=(_our_fault(f"could not make {UV_CACHE_NAME}", error),))
    if made.content is None:
        return Outcome(
            notices=(Notice(f"cachekeys puts no {UV_CACHE_NAME} into the wheel: uv refuses the cache keys."),)
        )
    if not made.exposed:
        return Outcome(uv_cache=made.content)
    message = (
        f"cachekeys: the editable wheel holds the values of {', '.join(made.exposed)} in clear text, in {UV_CACHE_NAME}, as "
        'uv itself would write them (emit-uv-cache = "editable"): let nobody have it for whom they are secrets.'
    )
    document = project.pyproject
    line = 1 if document is None else document.position("tool", "cachekeys", "emit-uv-cache").line
    return Outcome(notices=(Notice(message, line=line),), uv_cache=made.content)


def _record(analysis: Analysis, mode: Mode) -> bytes:
    from cachekeys.record.payload import build, to_bytes

    if analysis.mode != mode:
        from cachekeys.pipeline import analyse

        # Other inputs matter to this kind of wheel; what is amiss is known already, so that no rule needs to run.
        inputs_only = replace(analysis.settings, select=("none",))
        other = analyse(analysis.project, settings=inputs_only, environ=analysis.environ, mode=mode)
        analysis = replace(other, findings=analysis.findings)
    return to_bytes(build(analysis))


def _notices(analysis: Analysis, findings: list[Finding]) -> Iterable[Notice]:
    """One notice per finding; the last one carries the TOML, since that closes all of them together."""
    from cachekeys.report.message import line

    remedy = _remedy(analysis) if findings else ""
    for number, finding in enumerate(findings, 1):
        text = line(finding) + (remedy if number == len(findings) else "")
        yield Notice(text, finding.file, finding.line or 1, ours=finding.code == _DETECTOR_FAILED)


def _failure(analysis: Analysis, findings: list[Finding]) -> str:
    from cachekeys.report.message import line

    listed = "\n".join(f"  {finding.file}:{finding.line or 1}: {line(finding)}" for finding in findings)
    return f'cachekeys: error: the build stops, since [tool.cachekeys] says enforce = "error":\n{listed}{_remedy(analysis)}'


def _remedy(analysis: Analysis) -> str:
    from cachekeys.fix.synthesis import paste

    block = paste(analysis).strip("\n")
    return f"\nPut this into pyproject.toml:\n\n{block}\n" if block else ""


def _unusable(root: str, error: CacheKeysError) -> Outcome:
    """Turn an unreadable project, or unreadable settings, into a warning, or into the end if the project is strict."""
    unpacked = os.path.isfile(os.path.join(root, "PKG-INFO"))
    if not unpacked and _wants_errors(root):
        return Outcome(failure=f"cachekeys: error: {error}")
    return Outcome(notices=(Notice(f"cachekeys: {error}\nThe build goes on without a record."),), unpacked=unpacked)


def _wants_errors(root: str) -> bool:
    """Read ``enforce`` although the settings as a whole are invalid: a typo must not switch strictness off."""
    try:
        from cachekeys.project import Project

        return bool(Project(root).get("tool", "cachekeys", "enforce") == "error")
    except Exception:  # noqa: BLE001 - unreadable: the back end will say so
        return False


def _our_fault(what: str, error: BaseException) -> Notice:
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = f" at {trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace is not None else ""
    return Notice(
        f"cachekeys {what}: {type(error).__name__}: {error}{place}\n"
        "This is a bug in cachekeys or in one of its detectors, not in the project; the build goes on without a record.",
        ours=True,
    )


def _warn(notice: Notice) -> None:
    message = _encodable(notice.message)
    try:
        warnings.warn_explicit(message, CacheKeysWarning, _encodable(notice.file), notice.line)
    except CacheKeysWarning:
        if not notice.ours:
            raise  # the user turned warnings into errors: a strict mode
        print(message, file=sys.stderr)  # noqa: T201 - but no fault of ours fails a build


def _encodable(text: str) -> str:
    """Escape the bytes of a name that is not UTF-8: the front end that shows the text could not encode them."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")

"""What both build plugins do: inspect the project, warn or refuse, and hand over the record.

The plugins are glue; everything that can go wrong is caught here. Unless the project says ``enforce = "error"``,
nothing that we find may fail a build, and a fault of our own never does, whatever the project says: a build that worked
without us keeps working, with one warning that names our fault. Kept cheap to import: it is imported into builds.
"""

from __future__ import annotations

import os
import sys
import warnings
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NoReturn

from cachekeys.errors import CacheKeysError, CacheKeysWarning

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from cachekeys.analysis import Analysis
    from cachekeys.inputs.model import Mode
    from cachekeys.rules.model import Finding

__all__ = ["RECORD_NAME", "Notice", "Outcome", "announce", "attach", "inspect", "opted_in", "refuse"]

RECORD_NAME = "cachekeys.json"
"""The record's file name in ``.dist-info``."""

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

    ``unpacked``: the project is an unpacked sdist. Whoever made the sdist was told then; whoever installs it cannot
    do anything about it, and must not be stopped.
    """

    record: bytes | None = None
    notices: tuple[Notice, ...] = ()
    failure: str = ""
    unpacked: bool = False


def opted_in(root: str) -> bool:
    """Tell whether the project in *root* wants us: ``build-system.requires`` names cachekeys, or it has ``[tool.cachekeys]``."""
    try:
        from cachekeys.project import Project  # noqa: PLC0415 - see the module's docstring

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
    """Put the record into the finished *wheel*; if that fails, the wheel stays as it is and a warning says so."""
    if outcome.record is None:
        return
    try:
        from cachekeys.record.wheel import add  # noqa: PLC0415 - zipfile is only needed here

        add(wheel, RECORD_NAME, outcome.record)
    except (CacheKeysError, OSError) as error:
        _warn(Notice(f"cachekeys put no record into the wheel: {error}", ours=True))
    except Exception as error:  # noqa: BLE001 - the wheel is good without the record
        _warn(_our_fault("put no record into the wheel", error))


def refuse(message: str) -> NoReturn:
    """End the build with *message*."""
    raise SystemExit(f"cachekeys: error: {message}")


# -- inside ----------------------------------------------------------------------------------------------------------


def _inspect(root: str, mode: Mode | None, environ: Mapping[str, str] | None) -> Outcome:
    from cachekeys.analysis import analyse  # noqa: PLC0415 - see the module's docstring
    from cachekeys.project import Project  # noqa: PLC0415

    project = Project(root)
    analysis = analyse(project, environ=environ)
    enforce = analysis.settings.enforce
    findings = [finding for finding in analysis.findings if finding.severity != "info"]
    strict = enforce == "error" and not project.is_sdist
    if strict and any(finding.code != _DETECTOR_FAILED for finding in findings):
        return Outcome(failure=_failure(analysis, findings))
    notices = list(_notices(analysis, findings)) if enforce != "off" else []
    record = None
    if mode is not None:
        try:
            record = _record(analysis, mode)
        except Exception as error:  # noqa: BLE001 - the findings are worth having without the record
            notices.append(_our_fault("could not make the record", error))
    return Outcome(record, tuple(notices), unpacked=project.is_sdist)


def _record(analysis: Analysis, mode: Mode) -> bytes:
    from cachekeys.record.payload import build, to_bytes  # noqa: PLC0415

    if analysis.mode != mode:
        from cachekeys.analysis import analyse  # noqa: PLC0415

        # Other inputs matter to this kind of wheel; what is amiss is known already, so that no rule needs to run.
        inputs_only = replace(analysis.settings, select=("none",))
        other = analyse(analysis.project, settings=inputs_only, environ=analysis.environ, mode=mode)
        analysis = replace(other, findings=analysis.findings)
    return to_bytes(build(analysis))


def _notices(analysis: Analysis, findings: list[Finding]) -> Iterable[Notice]:
    """One notice per finding; the last one carries the TOML, since that closes all of them together."""
    from cachekeys.report.message import line  # noqa: PLC0415

    remedy = _remedy(analysis) if findings else ""
    for number, finding in enumerate(findings, 1):
        text = line(finding) + (remedy if number == len(findings) else "")
        yield Notice(text, finding.file, finding.line or 1, ours=finding.code == _DETECTOR_FAILED)


def _failure(analysis: Analysis, findings: list[Finding]) -> str:
    from cachekeys.report.message import line  # noqa: PLC0415

    listed = "\n".join(f"  {finding.file}:{finding.line or 1}: {line(finding)}" for finding in findings)
    return f'cachekeys: error: the build stops, since [tool.cachekeys] says enforce = "error":\n{listed}{_remedy(analysis)}'


def _remedy(analysis: Analysis) -> str:
    from cachekeys.fix.synthesis import paste  # noqa: PLC0415

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
        from cachekeys.project import Project  # noqa: PLC0415

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

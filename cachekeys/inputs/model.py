"""What a build reads, as data: the vocabulary that detectors produce and coverage consumes.

Paths are relative to the project directory, with ``/`` between parts, and may begin with ``../``.
Names that are not UTF-8 carry surrogate escapes (:pep:`383`).
"""

from __future__ import annotations

from typing import Literal

from cachekeys.values import dataclass

__all__ = [
    "Affects",
    "BuildInput",
    "BuildOutput",
    "Confidence",
    "Detected",
    "Kind",
    "Mode",
    "Origin",
    "Role",
    "Unresolved",
]

Kind = Literal["file", "files", "git", "env"]
"""``file``: one path. ``files``: a glob, anchored at the project directory. ``git``: ``commit`` or
``tags``. ``env``: the name of an environment variable."""

Role = Literal[
    "scm-version",
    "dynamic-file",
    "requirements",
    "manifest",
    "build-script",
    "native-source",
    "build-config",
    "environment",
]
"""Which part the input plays; each role belongs to one rule of the CK1xx family."""

Affects = Literal["version", "dependencies", "metadata", "code", "contents"]
"""What a change alters. ``metadata`` is text that no resolver looks at (readme, licence); ``contents``
is which files are in the wheel; ``code`` is what is compiled or generated."""

Confidence = Literal["certain", "likely", "possible"]
Mode = Literal["editable", "wheel"]


@dataclass(frozen=True, slots=True)
class Origin:
    """The place that makes the build read the input. ``line`` and ``column`` are 1-based, None when unknown."""

    file: str
    line: int | None = None
    column: int | None = None


@dataclass(frozen=True, slots=True)
class BuildInput:
    """Anything whose change can change the wheel or its metadata.

    ``why`` is one sentence in the present tense that names the reader ("setup.py reads it into
    install_requires"). ``optional`` marks an override that is normally not set (such as
    ``SETUPTOOLS_SCM_PRETEND_VERSION``): it is listed, but its absence from the keys is no finding.
    ``modes`` are the installation modes in which it matters.
    ``detector`` is filled in by the registry.
    ``chain`` says how the reader gets to it: the place that reads, then outwards the calls or includes that lead there, at
    last where the name that is read was written down. It is empty when ``origin`` says it all.
    """

    kind: Kind
    what: str
    role: Role
    why: str
    origin: Origin
    affects: Affects
    confidence: Confidence = "certain"
    optional: bool = False
    modes: tuple[Mode, ...] = ("editable", "wheel")
    detector: str = ""
    chain: tuple[Origin, ...] = ()


@dataclass(frozen=True, slots=True)
class BuildOutput:
    """A file, or a glob of files, that the build itself writes: a key must not match it (CK301).

    ``anew`` tells that every build writes the file before anything reads it: what stands in the tree does not matter.
    ``steady`` tells that it is only touched when its content changes, as ``configure_file`` does in CMake.
    """

    what: str
    why: str
    origin: Origin
    detector: str = ""
    anew: bool = False
    steady: bool = False


@dataclass(frozen=True, slots=True)
class Unresolved:
    """A read whose target the analysis could not determine (CK901).

    ``message`` says what was seen ("open() of a name that is only known at run time"). ``modes`` are the installation modes in
    which the build comes there.
    """

    message: str
    origin: Origin
    detector: str = ""
    modes: tuple[Mode, ...] = ("editable", "wheel")


Detected = BuildInput | BuildOutput | Unresolved
"""What a detector may yield."""

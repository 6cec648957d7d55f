"""Read setup.cfg with the line of every option: detectors point at the user's line."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from configparser import Error

__all__ = ["SetupCfg", "SetupCfgError", "parse"]

# As configparser has them: options may be indented below the header, as long as they are no continuation.
_HEADER = re.compile(r"\[(.+)\]")
_OPTION = re.compile(r"([^=:]+?)\s*[=:]")


class SetupCfg:
    """The sections and options of setup.cfg, names as setuptools compares them (lower case, ``-`` as ``_``)."""

    def __init__(self, sections: dict[str, dict[str, str]], lines: dict[tuple[str, str], int]) -> None:
        self.sections = sections
        self._lines = lines

    def get(self, section: str, option: str) -> str | None:
        """Return the raw value of an option, or None."""
        return self.sections.get(section, {}).get(option)

    def line(self, section: str, option: str) -> int:
        """Return the 1-based line of an option (1 when it is not there)."""
        return self._lines.get((section, option), 1)


class SetupCfgError(Exception):
    """The text does not parse. ``line`` is 1-based, None when unknown."""

    def __init__(self, message: str, line: int | None) -> None:
        super().__init__(message)
        self.line = line


def parse(text: str) -> SetupCfg:
    """Return what the text of a setup.cfg says.

    :raises SetupCfgError: it is not in the language of :mod:`configparser`.
    """
    from configparser import Error, RawConfigParser  # only projects with a setup.cfg pay

    parser = RawConfigParser(strict=False)  # of options that are there twice the last one counts
    try:
        parser.read_string(text, "setup.cfg")
    except Error as error:
        raise SetupCfgError(*_explain(error)) from error
    sections = {
        section: {_option(name): value or "" for name, value in parser.items(section)} for section in parser.sections()
    }
    return SetupCfg(sections, _locate(text, sections))


def _explain(error: Error) -> tuple[str, int | None]:
    from configparser import MissingSectionHeaderError, ParsingError  # only on the way to an error

    if isinstance(error, MissingSectionHeaderError):
        return "the first option stands before any section; write [metadata] above it", error.lineno
    if isinstance(error, ParsingError) and error.errors:
        return "the line is neither [section] nor `option = value`; correct or indent it", error.errors[0][0]
    return str(error).splitlines()[0], getattr(error, "lineno", None)


def _option(name: str) -> str:
    return name.strip().lower().replace("-", "_")


def _locate(text: str, sections: dict[str, dict[str, str]]) -> dict[tuple[str, str], int]:
    """Find the line of each option: the last one, not counting continuation lines that merely look like one."""
    lines: dict[tuple[str, str], int] = {}
    section = ""
    indent: int | None = None  # of the option that a deeper line continues
    for number, line in enumerate(text.split("\n"), 1):
        bare = line.strip()
        if not bare or bare.startswith(("#", ";")):
            continue
        depth = len(line) - len(line.lstrip())
        if indent is not None and depth > indent:
            continue
        if header := _HEADER.match(bare):
            section, indent = header[1], None
        elif option := _OPTION.match(bare):
            indent = depth
            name = _option(option[1])
            if name in sections.get(section, {}):
                lines[section, name] = number
    return lines

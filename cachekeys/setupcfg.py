"""Read setup.cfg with the line of every option: detectors point at the user's line."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cachekeys.project import Project

__all__ = ["SetupCfg", "read"]

_NAME = "setup.cfg"


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


def read(project: Project) -> SetupCfg | None:
    """Return the project's setup.cfg, or None when it is absent or does not parse (noted as a problem)."""
    from configparser import Error, RawConfigParser  # noqa: PLC0415 - only projects with a setup.cfg pay

    from cachekeys.project import ReadProblem  # noqa: PLC0415 - a cycle at import time otherwise

    text = project.read_text(_NAME)
    if text is None:
        return None
    parser = RawConfigParser(strict=False)
    try:
        parser.read_string(text, _NAME)
    except Error as error:
        line = getattr(error, "lineno", None)
        message = str(error).splitlines()[0]
        project.problems.append(ReadProblem(_NAME, f"does not parse: {message}", line))
        return None
    sections = {
        section: {_option(name): value or "" for name, value in parser.items(section)} for section in parser.sections()
    }
    return SetupCfg(sections, _locate(text))


def _option(name: str) -> str:
    return name.strip().lower().replace("-", "_")


def _locate(text: str) -> dict[tuple[str, str], int]:
    lines: dict[tuple[str, str], int] = {}
    section = ""
    for number, line in enumerate(text.split("\n"), 1):
        if header := re.match(r"\[([^]]+)\]", line):
            section = header[1]
        elif option := re.match(r"([^\s#;=:][^=:]*?)\s*[=:]", line):
            lines.setdefault((section, _option(option[1])), number)
    return lines

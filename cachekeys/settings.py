"""``[tool.cachekeys]``: what a project may set, checked all at once, unknown keys with a suggestion."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cachekeys.inputs.model import BuildInput
    from cachekeys.tomlfile import TomlFile

__all__ = ["Settings", "read_settings"]


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of one project.

    ``uv`` is a version specifier (``">=0.8"``): the uv versions to care for; None means the current one.
    ``select`` and ``ignore`` hold codes or prefixes (``CK1``); ``ignore`` maps to the reason ("" when none is given).
    ``inputs`` are declared by hand; ``not_inputs`` maps ``("file"|"env", glob or name)`` to the reason.
    """

    enforce: Literal["warn", "error", "off"] = "warn"
    mode: Literal["editable", "wheel", "auto"] = "auto"
    uv: str | None = None
    select: tuple[str, ...] = ()
    ignore: Mapping[str, str] | None = None
    inputs: tuple[BuildInput, ...] = ()
    not_inputs: Mapping[tuple[str, str], str] | None = None
    emit_uv_cache: Literal[False, "editable"] = False
    present: bool = False


def read_settings(document: TomlFile | None) -> Settings:
    """Return the settings in *document*; ``present`` tells whether there is a table at all.

    :raises SettingsError: every problem at once, each with file, line, key, value and remedy.
    """
    return Settings()

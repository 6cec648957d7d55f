"""setup.cfg of setuptools: ``file:`` and ``attr:`` directives, data files and licence files.

``version`` (``file:`` or ``attr:``), ``description``, ``long_description`` and ``classifiers`` in ``[metadata]``; ``install_requires`` and
``entry_points`` in ``[options]``, and every extra in ``[options.extras_require]`` take ``file:`` with a comma-separated list (setuptools 84,
``config/setupcfg.py``). ``-r`` and ``-c`` in such a requirements file make the build fail, so what they name is only possible.
``[options.data_files]`` is copied into a wheel; an editable one leaves it out (setuptools 84).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cachekeys.hookspecs import hookimpl
from cachekeys.inputs.attribute import attribute_inputs
from cachekeys.inputs.dynamic import is_glob, relative, uv_glob
from cachekeys.inputs.model import BuildInput, Origin
from cachekeys.inputs.requirements_file import read_chain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cachekeys.inputs.model import Affects, Detected, Kind
    from cachekeys.project import Project
    from cachekeys.setupcfg import SetupCfg

_TOOL = "setuptools"
_FIELDS: tuple[tuple[str, str, Affects], ...] = (
    ("metadata", "version", "version"),
    ("metadata", "description", "metadata"),
    ("metadata", "long_description", "metadata"),
    ("metadata", "classifiers", "metadata"),
    ("options", "entry_points", "contents"),
)
_EXTRAS = "options.extras_require"


@hookimpl
def cachekeys_detect_inputs(project: Project) -> Iterator[Detected]:
    """Yield the files that setup.cfg names."""
    cfg = project.setup_cfg
    if cfg is None:
        return
    for section, option, affects in _FIELDS:
        for file in _files(cfg, section, option):
            name = relative(project, file)
            if name is not None:
                why = f"{_TOOL} takes the field `{option}` from it"
                origin = _origin(cfg, section, option)
                # Nearly every setup.cfg has a long description in a file: no more dynamic than `project.readme`.
                yield BuildInput("file", name, "dynamic-file", why, origin, affects, optional=affects == "metadata")
    version = (cfg.get("metadata", "version") or "").strip()
    if version.startswith("attr:"):
        attribute = version.removeprefix("attr:").strip()
        yield from attribute_inputs(project, attribute, "version", "version", _origin(cfg, "metadata", "version"))
    extras = [(_EXTRAS, extra, f"the dependencies of the extra `{extra}`") for extra in cfg.sections.get(_EXTRAS, {})]
    for section, option, what in [("options", "install_requires", "the dependencies"), *extras]:
        for file in _files(cfg, section, option):
            origin = _origin(cfg, section, option)
            yield from read_chain(project, file, origin, reader=_TOOL, what=what, nested="possible")
    for option, value in cfg.sections.get("options.data_files", {}).items():
        for file in value.replace(",", "\n").split("\n"):
            name = relative(project, file.strip())
            if name is not None:
                why = f"{_TOOL} copies it into the wheel (`data_files`)"
                origin = _origin(cfg, "options.data_files", option)
                what = uv_glob(name) if is_glob(name) else name
                kind: Kind = "files" if is_glob(name) else "file"
                yield BuildInput(kind, what, "dynamic-file", why, origin, "contents", modes=("wheel",))


def _files(cfg: SetupCfg, section: str, option: str) -> list[str]:
    value = (cfg.get(section, option) or "").strip()
    if not value.startswith("file:"):
        return []
    return [name.strip() for name in value.removeprefix("file:").split(",") if name.strip()]


def _origin(cfg: SetupCfg, section: str, option: str) -> Origin:
    return Origin("setup.cfg", cfg.line(section, option))

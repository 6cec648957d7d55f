"""hatch-vcs: version from git (``[tool.hatch.version] source = "vcs"``), a version file and URLs with the commit.

It calls ``setuptools_scm.get_version`` with ``raw-options`` and without a distribution name, so the variables that end in
``_FOR_<NAME>`` only work with ``raw-options.dist_name``, and ``..._OVERRIDES`` never (hatch-vcs 0.5.0). A
``write_to`` in ``raw-options`` is dropped by hatch-vcs; ``version_file`` is not. The build hook ``vcs`` writes
``version-file`` whatever the source of the version is. The metadata hook ``vcs`` puts ``{commit_hash}`` into URLs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cachekeys.hookspecs import hookimpl
from cachekeys.inputs.dynamic import relative, table
from cachekeys.inputs.hatchconfig import HatchConfig
from cachekeys.inputs.model import BuildInput
from cachekeys.inputs.scm import archival, overrides, pretend_names, scm_version, version_file

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cachekeys.inputs.model import Detected
    from cachekeys.project import Project

_TOOL = "hatch-vcs"


@hookimpl
def cachekeys_detect_inputs(project: Project) -> Iterator[Detected]:
    """Yield what hatch-vcs reads and writes, if hatchling uses it."""
    hatch = HatchConfig(project)
    if "version" in project.dynamic and hatch.get("version", "source") == "vcs":
        origin = hatch.origin("version", "source")
        options = table(hatch.get("version", "raw-options"))
        yield from scm_version(project, _TOOL, origin)
        yield from archival(project, _TOOL, origin)
        name = options.get("dist_name")
        names = pretend_names(("PRETEND_VERSION", "PRETEND_METADATA"), name if isinstance(name, str) else None)
        yield from overrides(_TOOL, names, origin)
        if relative(project, options.get("version_file")) and options.get("relative_to"):
            where = hatch.origin("version", "raw-options", "version_file")
            yield from version_file(project, _TOOL, options["version_file"], where)
    for name, config, path in hatch.build_hooks():
        if name == "vcs":
            yield from version_file(project, _TOOL, config.get("version-file"), hatch.origin(*path, "version-file"))
    for name, config, path in hatch.metadata_hooks():
        urls = table(config.get("urls"))
        if name == "vcs" and not project.is_sdist and any("commit_hash" in str(url) for url in urls.values()):
            why = f"{_TOOL} puts the hash of the commit into the project's URLs"
            yield BuildInput("git", "commit", "scm-version", why, hatch.origin(*path, "urls"), "metadata")

"""Whatever stands in pyproject.toml, the built-in detectors answer.

The law, from the project's description: "Bad input never ends in a traceback", and what detectors yield is sound and sorted.
"""

from __future__ import annotations

import copy
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cachekeys.inputs.detect import detect
from cachekeys.project import Project
from cachekeys.tomlfile import TomlFile

if TYPE_CHECKING:
    from collections.abc import Iterator

FILES = {
    "setup.py": "from setuptools import setup\nsetup(pbr=True, use_scm_version=True)\n",
    "setup.cfg": "[metadata]\nversion = attr: demo.V\n[options]\ninstall_requires = file: requirements.txt\n",
    "requirements.txt": "-r requirements.txt\n-c x.txt\n",
    "hatch_build.py": "import demo\n",
    "demo/__init__.py": "from .v import V\n",
    "demo/v.py": "V = '1'\n",
    "Cargo.toml": "[package]\nname = 'x'\n[dependencies]\ny = { path = '../y' }\n",
    "src/lib.rs": "",
    "meson.build": "project('x', version: run_command('git').stdout())\n",
    "addons/a/__manifest__.py": "{}",
}
TOOLS: dict[str, Any] = {
    "setuptools_scm": {"version_file": "demo/v.py", "root": "..", "write_to": "x.py", "dist_name": "d"},
    "versioningit": {"write": {"file": "v.py"}, "vcs": {"method": {"module": "demo", "value": "f"}}},
    "setuptools-git-versioning": {"enabled": True, "version_file": "V", "template": "{env:X}", "tag_filter": "demo:f"},
    "uv-dynamic-versioning": {"from-file": {"source": "V"}, "format-jinja": "{{ env.X }}"},
    "poetry-dynamic-versioning": {"enable": True, "files": {"a.py": {"initial-content-jinja": "{{ env['X'] }}"}}},
    "setuptools": {
        "dynamic": {
            "version": {"attr": "demo.V"},
            "dependencies": {"file": ["requirements.txt"]},
            "optional-dependencies": {"x": {"file": "requirements.txt"}},
            "readme": {"file": "README.md"},
        },
        "package-dir": {"": "."},
        "packages": {"find": {"where": ["."]}},
        "data-files": {"etc": ["*.x"]},
        "cmdclass": {"build_py": "demo.v.B"},
        "license-files": ["L*"],
    },
    "hatch": {
        "version": {"source": "vcs", "path": "demo/v.py", "raw-options": {"version_file": "x", "relative_to": "y"}},
        "build": {
            "hooks": {
                "custom": {"path": "hatch_build.py"},
                "vcs": {"version-file": "v.py"},
                "version": {"path": "x"},
                "mypyc": {"include": ["demo"], "exclude": ["v.py"], "mypy-args": ["--config-file=x"]},
                "cython": {"options": {"src": "demo", "files": {"targets": ["*"], "exclude": [{"matches": "x"}]}}},
                "build-scripts": {"scripts": [{"commands": ["python hatch_build.py"], "artifacts": ["*.x"]}]},
                "unknown": {"sources": ["src/lib.rs"], "directory": "demo"},
            },
            "targets": {"wheel": {"force-include": {"demo": "d"}, "shared-data": {"x": "y"}, "sbom-files": ["s"]}},
        },
        "metadata": {
            "hooks": {
                "requirements_txt": {
                    "files": ["requirements.txt"],
                    "optional-dependencies": {"x": ["requirements.txt"]},
                },
                "fancy-pypi-readme": {"fragments": [{"path": "README.md"}, {"text": "x"}]},
                "vcs": {"urls": {"x": "{commit_hash}"}},
                "custom": {},
                "nodejs": {"path": "package.json"},
                "docstring-description": {"path": "demo/v.py"},
                "odoo-addons-dependencies": {},
            }
        },
    },
    "hatch-odoo": {"addons_dirs": ["addons"]},
    "whool": {"post_version_strategy_override": "none"},
    "incremental": {"name": "demo"},
    "sphinx-theme-builder": {"theme-name": "demo", "additional-compiled-static-assets": ["a/", "b.js"]},
    "pdm": {
        "version": {"source": "scm", "write_to": "v.py", "version_format": "demo:f"},
        "build": {"includes": ["src"], "run-setuptools": True, "wheel-data": {"data": ["a", {"path": "b"}]}},
    },
    "poetry": {
        "name": "demo",
        "version": "1",
        "build": {"script": "hatch_build.py"},
        "scripts": {"x": {"type": "file", "reference": "r"}},
    },
    "flit": {"module": {"name": "demo"}, "external-data": {"directory": "addons"}},
    "maturin": {
        "manifest-path": "Cargo.toml",
        "python-source": "python",
        "include": ["a", {"path": "b", "format": "wheel"}],
        "features": ["x"],
        "data": "addons",
        "config": ["x.toml"],
    },
    "setuptools-rust": {"ext-modules": [{"path": "Cargo.toml", "features": ["x"], "args": ["y"], "binding": "Exec"}]},
    "uv": {"build-backend": {"data": {"headers": "demo"}}},
    "scikit-build": {
        "metadata": {"version": {"provider": "scikit_build_core.metadata.regex", "input": "demo/v.py"}},
        "generate": [{"path": "x.py", "location": "source", "template-path": "x.in"}],
    },
    "meson-python": {"meson": "setup.py", "args": {"setup": ["--native-file=a", "-Dx=1"], "install": ["--tags=x"]}},
}
BACKENDS = (
    *(
        "setuptools.build_meta",
        "hatchling.build",
        "flit_core.buildapi",
        "flit_scm:buildapi",
        "pdm.backend",
        "pbr.build",
    ),
    *("poetry_dynamic_versioning.backend", "maturin", "scikit_build_core.build", "mesonpy", "whool.buildapi", "demo"),
    *("uv_build", "poetry.core.masonry.api", "sphinx_theme_builder"),
)
REQUIRES = ["setuptools-scm[simple]", "versioningit", "incremental", "setuptools-rust", "setuptools", "hatchling"]
DYNAMIC = ["version", "dependencies", "optional-dependencies", "readme", "description"]

values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(max_size=8)
    | st.sampled_from(
        ["", ".", "..", "/", "../x", "~", "*", "[", "a\0b", "demo", "demo:V", "${X}", "{env:X}", "\ud800"]
    ),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=5,
)


def places(document: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the path of every value."""
    items = (
        document.items() if isinstance(document, dict) else enumerate(document) if isinstance(document, list) else ()
    )
    for key, value in items:
        yield (*path, key)
        yield from places(value, (*path, key))


@given(data=st.data(), backend=st.sampled_from(BACKENDS), changes=st.integers(0, 4), in_tree=st.booleans())
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_value_anywhere(data: st.DataObject, backend: str, changes: int, in_tree: bool) -> None:  # noqa: FBT001 - drawn
    document: dict[str, Any] = {
        "build-system": {"requires": list(REQUIRES), "build-backend": backend},
        "project": {
            "name": "demo",
            "dynamic": list(DYNAMIC),
            "readme": {"file": "README.md"},
            "license": {"file": "LICENSE"},
            "license-files": ["LICEN*"],
            "dependencies": ["a{env:X}", "b==${Y}"],
        },
        "tool": copy.deepcopy(TOOLS),
    }
    if in_tree:
        document["build-system"]["backend-path"] = ["."]
    for _ in range(changes):
        path = data.draw(st.sampled_from(list(places(document))))
        parent: Any = document
        for step in path[:-1]:
            parent = parent[step]
        parent[path[-1]] = data.draw(values)
    with tempfile.TemporaryDirectory() as directory:
        for name, content in {**FILES, "pyproject.toml": ""}.items():
            file = Path(directory, name)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(content, encoding="utf-8")
        project = Project(directory)
        project.pyproject = TomlFile("pyproject.toml", "", document)
        found = detect(project)
    assert found.failures == ()
    assert list(found.inputs) == sorted(found.inputs, key=lambda item: (item.kind, item.what))
    assert len({(item.kind, item.what) for item in found.inputs}) == len(found.inputs)

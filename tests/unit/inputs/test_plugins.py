"""Finding and loading detectors, with distributions made on the spot."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from cachekeys.inputs import detectors
from cachekeys.plugins import load
from cachekeys.project import Project

if TYPE_CHECKING:
    from collections.abc import Callable

SYSTEM = '[build-system]\nrequires = ["{0}"]\nbuild-backend = "{1}"\n'
GOOD = "from cachekeys import hookimpl\n@hookimpl\ndef cachekeys_detect_inputs(project):\n    return ()\n"


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Put distributions with one module and an entry point each on ``sys.path``."""
    site = tmp_path / "site"
    site.mkdir()
    monkeypatch.syspath_prepend(str(site))

    def make(name: str, source: str, target: str | None = None, metadata: str | None = None) -> None:
        module = f"ck_test_{name.replace('-', '_')}"
        monkeypatch.delitem(sys.modules, module, raising=False)
        (site / f"{module}.py").write_text(source, encoding="utf-8")
        info = site / f"{name}-1.dist-info"
        info.mkdir()
        text = f"Metadata-Version: 2.1\nName: {name}\nVersion: 1\n" if metadata is None else metadata
        (info / "METADATA").write_text(text, encoding="utf-8")
        (info / "entry_points.txt").write_text(f"[cachekeys]\nfind = {target or module}\n", encoding="utf-8")

    return make


@pytest.fixture
def project(make_project: Callable[..., Path]) -> Project:
    return Project(make_project({"pyproject.toml": SYSTEM.format("hatchling", "hatchling.build")}))


def test_a_third_party_detector_is_found_under_its_distribution(install: Callable[..., None], project: Project) -> None:
    install("good-one", GOOD)
    manager, problems = load(project)
    assert manager.has_plugin("find (good-one)")
    assert problems == []


@pytest.mark.parametrize(
    ("source", "target", "expected"),
    [
        ("raise RuntimeError('at import')\n", None, "cannot be loaded: RuntimeError: at import"),
        ("import sys\nsys.exit(7)\n", None, "cannot be loaded: SystemExit: 7"),
        ("import no_such_module_here\n", None, "cannot be loaded: ModuleNotFoundError"),
        ("def (:\n", None, "cannot be loaded: SyntaxError"),
        (GOOD, "no_such_module_here", "cannot be loaded: ModuleNotFoundError"),
        (GOOD, "ck_test_bad_one:nothing", "cannot be loaded: AttributeError"),
        (GOOD.replace("(project)", "(project, colour)"), None, "cannot be loaded: PluginValidationError"),
        (GOOD.replace("@hookimpl\n", ""), None, "`ck_test_bad_one` has no function `cachekeys_detect_inputs`"),
        (GOOD.replace("detect_inputs", "guess_inputs"), None, "implements `cachekeys_guess_inputs`, which is no hook"),
    ],
)
def test_a_broken_detector_is_named_and_the_others_are_loaded(
    install: Callable[..., None], project: Project, source: str, target: str | None, expected: str
) -> None:
    install("bad-one", source, target)
    install("good-one", GOOD)
    manager, problems = load(project)
    assert {label for label, _ in problems} == {"find (bad-one)"}
    assert any(error.startswith(expected) for _, error in problems), problems
    assert manager.has_plugin("find (good-one)")
    assert manager.has_plugin("defaults")


def test_the_same_entry_point_name_in_two_distributions(install: Callable[..., None], project: Project) -> None:
    install("one", GOOD)
    install("two", GOOD)
    manager, problems = load(project)
    assert problems == []
    assert manager.has_plugin("find (one)")
    assert manager.has_plugin("find (two)")


def test_a_distribution_without_metadata_is_survived(install: Callable[..., None], project: Project) -> None:
    install("nameless", GOOD, metadata="")
    manager, problems = load(project)
    assert problems == []
    assert any(name.startswith("find (") for name, _ in manager.list_name_plugin())


def test_odd_entries_of_sys_path_are_survived(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "x.zip"
    file.write_bytes(b"PK")
    broken = tmp_path / "site" / "broken-1.dist-info" / "entry_points.txt"
    broken.mkdir(parents=True)  # a directory of that name
    for entry in (file, tmp_path / "missing", tmp_path / "site"):
        monkeypatch.syspath_prepend(str(entry))
    assert load(project)[1] == []


@pytest.mark.parametrize(
    ("requires", "backend", "folders"),
    [
        ("hatchling", "hatchling.build", {"hatchling"}),
        ("setuptools", "setuptools.build_meta", {"setuptools"}),
        ("pbr", "pbr.build", {"setuptools"}),
        ("flit_core", "flit_core.buildapi", {"flit"}),
        ("poetry-core", "poetry.core.masonry.api", {"poetry"}),
        ("pdm-backend", "pdm.backend", {"pdm"}),
        ("maturin", "maturin", {"maturin"}),
        ("scikit-build-core", "scikit_build_core.build", {"scikit_build_core"}),
        ("scikit-build-core", "scikit_build_core.setuptools.build_meta", {"scikit_build_core", "setuptools"}),
        ("uv_build", "uv_build", {"uv_build"}),
        ("whey", "whey", set()),
    ],
)
def test_only_the_folder_of_the_back_end_is_loaded(
    make_project: Callable[..., Path], requires: str, backend: str, folders: set[str]
) -> None:
    manager, _ = load(Project(make_project({"pyproject.toml": SYSTEM.format(requires, backend)})))
    names = [getattr(plugin, "__name__", "") for _, plugin in manager.list_name_plugin()]
    prefix = detectors.__name__ + "."
    assert {name.removeprefix(prefix).split(".")[0] for name in names if name.count(".") > prefix.count(".")} == folders


def test_every_detector_has_its_documentation_and_its_own_name() -> None:
    seen: set[str] = set()
    for path in Path(detectors.__path__[0]).rglob("*.py"):
        if path.name.startswith("_"):
            continue
        docstring = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
        assert docstring is not None, path
        assert len(docstring) > 80, path
        assert path.stem not in seen, path
        seen.add(path.stem)


def test_loading_without_third_party_detectors_imports_nothing_costly(make_project: Callable[..., Path]) -> None:
    """44 ms of importlib.metadata, 9 of ast, and the helpers of other back ends are for those who need them."""
    root = make_project({"pyproject.toml": SYSTEM.format("hatchling", "hatchling.build")})
    code = (
        "import sys; sys.path[:] = [p for p in sys.path if p]\n"
        "import pluggy; before = set(sys.modules)\n"
        "from cachekeys.project import Project; from cachekeys.inputs.detect import detect\n"
        f"detect(Project({str(root)!r}))\n"
        "print(*sorted(set(sys.modules) - before))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    imported = set(done.stdout.split())
    costly = {
        "importlib.metadata",
        "pathlib",
        "subprocess",
        "logging",
        "asyncio",
        "packaging",
        "git",
        "hatchling",
        "setuptools",
    }
    assert not imported & costly
    assert not any(name.startswith("cachekeys.inputs.detectors.setuptools") for name in imported)
    assert "cachekeys.inputs.cargo" not in imported

"""What ``cachekeys trace`` says of given traces, whole, against files; see test_cli_golden for how to renew them."""

from __future__ import annotations

import io
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator
from support.traces import GCC, GIT, a_trace, at, listed, missing, read, variable, wrote

from cachekeys.pipeline import analyse
from cachekeys.project import Project
from cachekeys.report import console
from cachekeys.report.document import dump
from cachekeys.report.trace import document, lines
from cachekeys.trace.compare import compare

if TYPE_CHECKING:
    from collections.abc import Callable

    from cachekeys.trace.model import Trace

    MakeProject = Callable[..., Path]

GOLDEN = Path(__file__).parent / "trace"
SCHEMAS = GOLDEN.parents[2] / "cachekeys" / "schemas"
SETUPTOOLS = '[build-system]\nrequires = ["setuptools"]\nbuild-backend = "setuptools.build_meta"\n\n[project]\nname = "demo"\nversion = "1"\n'
FILES = {
    "pyproject.toml": SETUPTOOLS
    + '\n[tool.uv]\ncache-keys = ["pyproject.toml", "setup.py", "csrc/*.c", "demo/*.py"]\n',
    "setup.py": """
        import os
        from setuptools import Extension, setup
        from tools import tables

        DEVICE = os.environ.get("DEMO_DEVICE", "cpu")
        setup(ext_modules=[Extension("demo._core", ["csrc/bind.c", "csrc/win32.c"], depends=["csrc/demo.h"])])
    """,
    "tools/__init__.py": "",
    "tools/tables.py": "import glob\nTABLES = {name: open(name).read() for name in glob.glob('t*/' + '*.tbl')}\n",
    "csrc/bind.c": '#include "demo.h"\n',
    "csrc/win32.c": "",
    "csrc/demo.h": "",
    "csrc/hidden.inc": "",
    "tables/a.tbl": "",
    "tables/b.tbl": "",
    "demo/__init__.py": "",
    "demo/_tables.py": "",
    "README.md": "",
}
COMMON = (read("pyproject.toml"), read("setup.py"), read("csrc/bind.c", GCC))
TRACES = {
    "gaps": a_trace(
        [
            *COMMON,
            *(read("csrc/demo.h", GCC), read("csrc/hidden.inc", GCC), read("tools/__init__.py", place="setup.py:3")),
            *(read("tools/tables.py", place="setup.py:3"), listed("tables", place="tools/tables.py:2")),
            *(read(f"tables/{name}.tbl", place="tools/tables.py:2") for name in "ab"),
            *(missing("tables.cfg", place="setup.py:5"), read(".gitignore", GIT), wrote("demo/_tables.py")),
        ],
        [
            variable("DEMO_DEVICE", "setup.py:5"),
            variable("DEMO_LEVEL", "tools/tables.py:2"),
            variable("CC"),
            variable("HOME"),
        ],
        git=frozenset({"commit", "status"}),
        iterates_environment=(at("setup.py:5"),),
        blind=("ccache hid the headers of 3 files.",),
    ),
    "wheel": a_trace(
        [*COMMON, read("csrc/demo.h", GCC), read("demo/__init__.py"), read("README.md")],
        [variable("DEMO_DEVICE", "setup.py:5")],
        mode="wheel",
        front_end="pip",
        isolated=False,
    ),
}
WELL = {
    "pyproject.toml": SETUPTOOLS,
    "setup.py": "import os\nfrom setuptools import setup\nsetup()\n",
    "demo/__init__.py": "",
}


def said(root: Path, trace: Trace) -> str:
    comparison = compare(analyse(Project(root), mode=trace.mode), trace)
    out = io.StringIO()
    console.write(lines(comparison), color="never", stream=out)
    return out.getvalue().replace(str(root), "PROJECT")


def check(name: str, shown: str) -> None:
    expected = GOLDEN / name
    if os.environ.get("CACHEKEYS_UPDATE_GOLDEN"):
        expected.write_text(shown, encoding="utf-8")
    assert expected.exists(), f"no {expected.name}: run with CACHEKEYS_UPDATE_GOLDEN=1"
    assert shown == expected.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", TRACES)
def test_text(make_project: MakeProject, name: str) -> None:
    check(f"{name}.txt", said(make_project(FILES), TRACES[name]))


def test_all_is_well(make_project: MakeProject) -> None:
    shown = said(make_project(WELL), a_trace([read("pyproject.toml"), read("setup.py")]))
    check("well.txt", shown)
    assert shown.count("\n") <= 5


def test_every_golden_file_is_used() -> None:
    assert {path.name for path in GOLDEN.iterdir()} == {*(f"{name}.txt" for name in TRACES), "well.txt", "gaps.json"}


def described(root: Path, trace: Trace) -> dict[str, Any]:
    text = dump(document(compare(analyse(Project(root), mode=trace.mode), trace)))
    assert text.isascii()
    found: dict[str, Any] = json.loads(text.replace(str(root), "PROJECT"))
    return found


def test_document(make_project: MakeProject) -> None:
    check("gaps.json", json.dumps(described(make_project(FILES), TRACES["gaps"]), indent=1) + "\n")


def strict(schema: Any) -> Any:
    """Return the schema with every described object closed."""
    if isinstance(schema, dict):
        closed = {key: strict(value) for key, value in schema.items()}
        return closed | ({"additionalProperties": False} if "properties" in closed else {})
    return [strict(item) for item in schema] if isinstance(schema, list) else schema


@pytest.mark.parametrize("name", TRACES)
def test_document_fits_schema(make_project: MakeProject, name: str) -> None:
    schema = json.loads((SCHEMAS / "trace.schema.json").read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    found = described(make_project(FILES), TRACES[name])
    Draft202012Validator(strict(schema)).validate(found)
    assert found["findings"]


def test_no_value_of_a_variable_is_told(make_project: MakeProject, monkeypatch: pytest.MonkeyPatch) -> None:
    from cachekeys.report.trace_html import page

    monkeypatch.setenv("DEMO_DEVICE", "s3cr3t-value")
    comparison = compare(analyse(Project(make_project(FILES))), TRACES["gaps"])
    shown = [dump(document(comparison)), page(comparison), said(comparison.analysis.project.root, TRACES["gaps"])]  # type: ignore[arg-type]
    assert not [text for text in shown if "s3cr3t" in text]

"""Which files of the tree a wheel has as they are."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING

from cachekeys.trace.wheel import copied

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    MakeProject = Callable[[Mapping[str, str | bytes]], Path]


def test_by_content_or_by_path(make_project: MakeProject, tmp_path: Path) -> None:
    files = {
        "src/demo/__init__.py": "__version__ = 'from git'\n",
        "src/demo/empty.py": "",
        "alone.py": "x = 1\n",
        "assets/logo.svg": "<svg/>\n",
        "assets/empty.css": "",
        "tables/config.yaml": "a: 1\n",
        "README.md": "Text\n",
        "__init__.py": "other = 1\n",
    }
    root = make_project(files)
    wheel = tmp_path / "demo-1-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("demo/__init__.py", "__version__ = '1.2'\n")  # changed on the way
        archive.writestr("demo/empty.py", "")
        archive.writestr("alone.py", "x = 1\n")
        archive.writestr("demo-1.data/data/share/renamed.svg", "<svg/>\n")
        archive.writestr("demo-1.dist-info/METADATA", "Name: demo\n\nText\n")
    expected = frozenset({"src/demo/__init__.py", "src/demo/empty.py", "alone.py", "assets/logo.svg"})
    assert copied(str(wheel), str(root), [*files, "gone.txt"]) == expected


def test_what_is_no_wheel(tmp_path: Path) -> None:
    (tmp_path / "a.whl").write_text("no archive", encoding="utf-8")
    assert copied(str(tmp_path / "a.whl"), str(tmp_path), ["x"]) is None
    assert copied(str(tmp_path / "b.whl"), str(tmp_path), ["x"]) is None

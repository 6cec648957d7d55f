"""Extension modules that setup.py puts together in ways that are not followed: the sources that it names are likely theirs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.detecting import found

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PYPROJECT = '[build-system]\nrequires = ["setuptools", "demo-tool"]\nbuild-backend = "setuptools.build_meta"\n'
FILES = {
    "pyproject.toml": PYPROJECT,
    "builders/__init__.py": "",
    "builders/one.py": "NAMES = ['csrc/one.cpp', 'ops/two.cu', 'missing.c', 'twice.c']\n",
    "csrc/one.cpp": '#include "one.h"\n',
    "csrc/one.h": "",
    "demo/ops/two.cu": "",
    "a/twice.c": "",
    "b/twice.c": "",
    "csrc/other.cpp": "",
}


@pytest.mark.parametrize("modules", ["tool.extensions(names)", "[tool.extension(n) for n in names]", "[*tool.more]"])
def test_what_is_named_is_likely_compiled(make_project: Callable[..., Path], modules: str) -> None:
    script = (
        "from setuptools import setup\nimport demo_tool as tool\nfrom builders import one\nnames = tool.names()\n"
        f"setup(name='demo', ext_modules={modules})\n"
    )
    seen = found(make_project({**FILES, "setup.py": script}))
    assert {"file csrc/one.cpp (likely)", "file demo/ops/two.cu (likely)"} <= seen
    assert any(item.startswith("file csrc/one.h") for item in seen)
    assert not any("twice" in item or "other" in item for item in seen)


def test_nothing_is_guessed_where_the_modules_are_known(make_project: Callable[..., Path]) -> None:
    script = (
        "from setuptools import Extension, setup\nfrom builders import one\n"
        "setup(name='demo', ext_modules=[Extension('demo', ['csrc/other.cpp'])])\n"
    )
    seen = found(make_project({**FILES, "setup.py": script}))
    assert "file csrc/other.cpp" in seen
    assert not any("one.cpp" in item for item in seen)


def test_nothing_is_guessed_without_extension_modules(make_project: Callable[..., Path]) -> None:
    script = "from setuptools import setup\nfrom builders import one\nsetup(name='demo')\n"
    assert not any("csrc" in item for item in found(make_project({**FILES, "setup.py": script})))

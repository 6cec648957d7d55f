"""Extension modules that setup.py puts together in ways that are not followed: the sources that it names are likely theirs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.detecting import found, unresolved

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PYPROJECT = '[build-system]\nrequires = ["setuptools", "demo-tool"]\nbuild-backend = "setuptools.build_meta"\n'
UNKNOWN = "gives setup() extension modules that are only known at run time, so what is compiled is unknown"
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
    root = make_project({**FILES, "setup.py": script})
    seen = found(root)
    assert unresolved(root) == [UNKNOWN]
    assert {"file csrc/one.cpp (likely)", "file demo/ops/two.cu (likely)"} <= seen
    assert any(item.startswith("file csrc/one.h") for item in seen)
    assert not any("twice" in item or "other" in item for item in seen)


def test_nothing_is_guessed_where_the_modules_are_known(make_project: Callable[..., Path]) -> None:
    script = (
        "from setuptools import Extension, setup\nfrom builders import one\n"
        "setup(name='demo', ext_modules=[Extension('demo', ['csrc/other.cpp'])])\n"
    )
    root = make_project({**FILES, "setup.py": script})
    seen = found(root)
    assert unresolved(root) == []
    assert "file csrc/other.cpp" in seen
    assert not any("one.cpp" in item for item in seen)


def test_nothing_is_guessed_without_extension_modules(make_project: Callable[..., Path]) -> None:
    script = "from setuptools import setup\nfrom builders import one\nsetup(name='demo')\n"
    assert not any("csrc" in item for item in found(make_project({**FILES, "setup.py": script})))


SETUP = (
    "# modules\nSDL = -I/usr/include/SDL $(MORE)\nMORE = -Iinc -lSDL\nEXTRA = csrc/one.cpp\n"
    "alpha src/alpha.c $(SDL) $(EXTRA) -DX=1\n#off src/off.c\nbeta src/beta.c \\\n  src/gamma.m ${MORE} # why\nempty -lm\n"
)
SOURCES = {f"src/{name}": "" for name in ("beta.c", "gamma.m", "off.c")}
SOURCES["src/alpha.c"] = '#include "x.h"\n'
SOURCES["inc/x.h"] = ""


@pytest.mark.parametrize(
    ("head", "names"),
    [
        ("", {"Setup"}),
        ("from buildconfig import make\nmake.main()\n", {"buildconfig/Setup.in", "buildconfig/Setup_Darwin.in"}),
    ],
)
def test_a_setup_file_in_the_form_of_cpythons(make_project: Callable[..., Path], head: str, names: set[str]) -> None:
    """The file itself, or the templates that the script makes it from."""
    script = (
        f"from setuptools import setup\nfrom distutils.extension import read_setup_file\n{head}"
        "extensions = read_setup_file('Setup')\nfor e in extensions:\n    e.depends.append('csrc/other.cpp')\nsetup(name='demo', ext_modules=extensions)\n"
    )
    maker = (
        "import os\nHERE = os.path.dirname(__file__)\ndef main():\n    text = open(os.path.join(HERE, 'Setup.in')).read()\n"
        "    text += open(os.path.join(HERE, 'Setup_Darwin.in')).read()\n    open('Setup', 'w').write(text)\n"
    )
    first, _, rest = SETUP.partition("beta")
    made = {"buildconfig/Setup.in": first, "buildconfig/Setup_Darwin.in": f"MORE = -Iinc\nbeta{rest}"}
    files = {**FILES, **SOURCES, "buildconfig/__init__.py": "", "buildconfig/make.py": maker, "setup.py": script}
    root = make_project({**files, **(made if head else {"Setup": SETUP})})
    expected = {
        "src/alpha.c",
        "src/beta.c",
        "src/gamma.m",
        "csrc/one.cpp",
        "csrc/one.h",
        "inc/x.h",
        "csrc/other.cpp",
    } | names
    seen = {item.split()[1] for item in found(root)}
    assert expected <= seen
    assert "src/off.c" not in seen
    assert unresolved(root) == []


def test_a_setup_file_of_which_nothing_is_known(make_project: Callable[..., Path]) -> None:
    script = "from setuptools import setup\nfrom distutils.extension import read_setup_file\nsetup(ext_modules=read_setup_file('Setup'))\n"
    assert unresolved(make_project({**FILES, "setup.py": script})) == [UNKNOWN]

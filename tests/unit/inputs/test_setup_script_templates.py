"""Templates that a setup.py fills: found by the loader's directories, with what they pull in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.detecting import found

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

FILES = {
    "pyproject.toml": '[build-system]\nrequires = ["setuptools", "jinja2"]\nbuild-backend = "setuptools.build_meta"\n[project]\nname = "demo"\n',
    "forms/kernel.c.j2": "{%- include 'parts/head.j2' %}\n{% extends \"base.j2\" %}\n",
    "forms/base.j2": "",
    "forms/parts/head.j2": "{% from 'macros.j2' import loop %}",
    "forms/parts/macros.j2": "{% include 'parts/head.j2' %}",
    "forms/unused.j2": "",
    "demo/__init__.py": "",
    "demo/templates/t.py.j2": "",
    "mako/a.mako": '<%inherit file="b.mako"/>',
    "mako/b.mako": "",
}
KERNEL = {f"file forms/{name}" for name in ("kernel.c.j2", "base.j2", "parts/head.j2", "parts/macros.j2")}


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        (
            "import jinja2\nenv = jinja2.Environment(loader=jinja2.FileSystemLoader('forms'))\nenv.get_template('kernel.c.j2').render(n=4)",
            KERNEL,
        ),
        (
            (
                "from pathlib import Path\nfrom jinja2 import Environment, FileSystemLoader\nhere = Path(__file__).parent\n"
                "def fill(name, **kw):\n    env = Environment(loader=FileSystemLoader(here / 'forms'), trim_blocks=True)\n"
                "    Path('out').write_text(env.get_template(name).render(**kw))\nfill('base.j2')"
            ),
            {"file forms/base.j2"},
        ),
        (
            "from jinja2 import ChoiceLoader, Environment, FileSystemLoader, PackageLoader\nenv = Environment(loader=ChoiceLoader([FileSystemLoader(['gone', 'forms/parts']), PackageLoader('demo')]))\nenv.select_template(['t.py.j2', 'macros.j2'])",
            {"file demo/templates/t.py.j2", "file forms/parts/macros.j2"},
        ),
        (
            "import x\nfrom jinja2 import Environment, FileSystemLoader\nEnvironment(loader=FileSystemLoader('forms')).get_template(x.name())",
            {"files forms/**/*"},
        ),
        (
            "from mako.lookup import TemplateLookup\nTemplateLookup(directories=['mako']).get_template('/a.mako').render()",
            {"file mako/a.mako", "file mako/b.mako"},
        ),
        ("from jinja2 import Template\nTemplate(open('forms/base.j2').read()).render()", {"file forms/base.j2"}),
        # not ours, or not there
        ("from jinja2 import Environment\nEnvironment().get_template('kernel.c.j2')", set()),
        (
            "from jinja2 import Environment, FileSystemLoader\nEnvironment(loader=FileSystemLoader('/usr/share')).get_template('kernel.c.j2')",
            set(),
        ),
        ("import x\nx.get_template('kernel.c.j2')", set()),
    ],
)
def test_templates(make_project: Callable[..., Path], script: str, expected: set[str]) -> None:
    inputs = found(make_project({**FILES, "setup.py": f"from setuptools import setup\n{script}\nsetup()\n"}))
    assert {item.removesuffix(" (possible)") for item in inputs} == expected

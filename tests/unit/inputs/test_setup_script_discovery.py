"""Plugins that setup.py finds by itself: modules of a package, classes of a module, subclasses of a base."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.detecting import found, unresolved

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PYPROJECT = '[build-system]\nrequires = ["setuptools"]\nbuild-backend = "setuptools.build_meta"\n'
BASE = (
    "import os\nfrom abc import ABC, abstractmethod\n"
    "class Profile(ABC):\n    variable = ''\n"
    "    def wanted(self):\n        return os.environ.get(self.variable, '0') == '1'\n"
    "    @abstractmethod\n    def sources(self):\n        ...\n"
)
FILES = {
    "pyproject.toml": PYPROJECT,
    "plan/__init__.py": "",
    "plan/base.py": BASE,
    "plan/kinds/__init__.py": "",
    "plan/kinds/one.py": "from plan.base import Profile\nclass One(Profile):\n    variable = 'WITH_ONE'\n    def sources(self):\n        return ['src/one.c']\n",
    "plan/kinds/two.py": "from plan.base import Profile\nclass Two(Profile):\n    variable = 'WITH_TWO'\n    def sources(self):\n        return ['src/two.c']\n",
    "src/one.c": '#include "one.h"\n',
    "src/one.h": "",
    "src/two.c": "",
    "src/other.c": "",
}
BUILD = (
    "from setuptools import Extension, setup\n"
    "kinds = [cls() for cls in CLASSES]\n"
    "chosen = [kind for kind in kinds if kind.wanted()]\n"
    "setup(name='demo', ext_modules=[Extension('demo.' + str(i), kind.sources()) for i, kind in enumerate(chosen)])\n"
)
EXPECTED = {
    *("file src/one.c", "file src/one.h", "file src/two.c", "env WITH_ONE", "env WITH_TWO"),
    *("file plan/kinds/one.py", "file plan/kinds/two.py"),
}


@pytest.mark.parametrize(
    "collect",
    [
        (
            "import importlib, inspect, pkgutil\nfrom plan import kinds\nfrom plan.base import Profile\nCLASSES = []\n"
            "for _, name, _ in pkgutil.iter_modules(kinds.__path__):\n"
            "    module = importlib.import_module(f'{kinds.__name__}.{name}')\n"
            "    for _, value in inspect.getmembers(module, inspect.isclass):\n"
            "        if issubclass(value, Profile) and not inspect.isabstract(value):\n            CLASSES.append(value)\n"
        ),
        (
            "import importlib, os, pkgutil\nimport plan.kinds\nCLASSES = []\n"
            "for info in pkgutil.iter_modules([os.path.dirname(plan.kinds.__file__)]):\n"
            "    try:\n        module = importlib.import_module('.' + info[1], package='plan.kinds')\n"
            "    except ImportError:\n        continue\n"
            "    CLASSES += [getattr(module, name) for name in dir(module) if name in ('One', 'Two')]\n"
        ),
        (
            "import importlib, pkgutil\nimport plan\nfrom plan.base import Profile\n"
            "for _, name, ispkg in pkgutil.walk_packages(plan.__path__, prefix='plan.'):\n"
            "    if not ispkg:\n        importlib.import_module(name)\nCLASSES = Profile.__subclasses__()\n"
        ),
        (
            "import importlib, pathlib\nfrom plan.base import Profile\n"
            "for file in sorted(pathlib.Path('plan/kinds').glob('*.py')):\n"
            "    if file.stem != '__init__':\n        importlib.import_module('plan.kinds.' + file.stem)\n"
            "CLASSES = Profile.__subclasses__()\n"
        ),
        (
            "import importlib, pkgutil\nfrom plan import kinds\nCLASSES = []\n"
            "for _, name, _ in pkgutil.iter_modules(kinds.__path__):\n"
            "    module = importlib.import_module('plan.kinds.' + name)\n"
            "    CLASSES += [getattr(module, member) for member in module.__dir__() if member == name.capitalize()]\n"
        ),
    ],
)
def test_every_plugin_counts(collect: str, make_project: Callable[..., Path]) -> None:
    assert found(make_project({**FILES, "setup.py": collect + BUILD})) >= EXPECTED


def test_what_is_in_no_package_is_no_plugin(make_project: Callable[..., Path]) -> None:
    script = (
        "import importlib, pkgutil\nfrom plan import kinds\n"
        "for _, name, _ in pkgutil.iter_modules(kinds.__path__):\n    importlib.import_module('plan.kinds.' + name)\n"
    )
    more = {"plan/kinds/data/three.py": "open('src/other.c')", "plan/kinds/not-a-module.py": "open('src/other.c')"}
    assert not any(
        "three" in item or "other" in item for item in found(make_project({**FILES, **more, "setup.py": script}))
    )


def test_a_partly_known_name_means_the_modules_that_it_can_be(make_project: Callable[..., Path]) -> None:
    script = "import importlib, os\nimportlib.import_module('plan.kinds.' + os.environ['WHICH'])\n"
    assert found(make_project({**FILES, "setup.py": script})) >= {"file plan/kinds/one.py", "file plan/kinds/two.py"}


def test_data_beside_a_package(make_project: Callable[..., Path]) -> None:
    script = "import pkgutil\nfrom setuptools import setup\nsetup(version=pkgutil.get_data('plan.kinds', 'VERSION').decode())\n"
    assert "file plan/kinds/VERSION" in found(make_project({**FILES, "plan/kinds/VERSION": "1", "setup.py": script}))


def test_too_many_modules_are_said(make_project: Callable[..., Path]) -> None:
    many = {f"plan/kinds/m{number}.py": "" for number in range(100)}
    script = (
        "import importlib, pkgutil\nfrom plan import kinds\n"
        "for _, name, _ in pkgutil.iter_modules(kinds.__path__):\n    importlib.import_module('plan.kinds.' + name)\n"
    )
    messages = [text for text in unresolved(make_project({**FILES, **many, "setup.py": script})) if "more than" in text]
    assert len(messages) == 1


def test_a_handler_that_goes_on_with_the_loop_leaves_no_old_value(make_project: Callable[..., Path]) -> None:
    script = (
        "names = []\nfor name in ('one', 'two'):\n    try:\n        value = open('src/' + name + '.c')\n"
        "    except OSError:\n        continue\n    names.append(value)\n"
    )
    assert found(make_project({**FILES, "setup.py": script})) >= {"file src/one.c", "file src/two.c"}

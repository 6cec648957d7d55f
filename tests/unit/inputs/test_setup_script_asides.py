"""Variables that only decide what a script says, or whether the build fails, are none that a key must watch."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.detecting import found, optional

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PYPROJECT = '[build-system]\nrequires = ["setuptools"]\nbuild-backend = "setuptools.build_meta"\n[project]\nname = "demo"\nversion = "1"\n'
HEAD = "import logging, os, sys, warnings\nfrom setuptools import setup\nfailed = sys.argv\nlog = logging.getLogger()\n"


def variables(make_project: Callable[..., Path], script: str) -> tuple[set[str], set[str]]:
    """Return the variables that a key must watch, and those that need none, of one name that the script reads."""
    root = make_project({"pyproject.toml": PYPROJECT, "setup.py": HEAD + script})
    return (
        {name for name in found(root) if name == "env X"},
        {name for name in optional(root) if name == "env X"},
    )


@pytest.mark.parametrize(
    "script",
    [
        "if os.environ.get('X'):\n    print('is set')",
        "if os.getenv('X') == '1':\n    log.info('%s', 1)\nelse:\n    warnings.warn('no')",
        "if 'X' in os.environ and failed:\n    sys.stderr.write('X')\n    sys.stderr.flush()",
        "if os.environ['X']:\n    '''nothing'''\n    pass",
        "if failed:\n    print(1)\nelif os.environ.get('X'):\n    if failed:\n        print(2)",
        # an extension that could not be compiled: whoever asks for it wants to be told
        "try:\n    setup()\nexcept Exception:\n    if 'X' in os.environ:\n        raise\n    print('without it')",
        "def fails():\n    if failed and not os.environ.get('X'):\n        raise\nfails()",
        "if os.environ.get('X'):\n    raise SystemExit('no longer known')",
        "if os.environ.get('X', '') and failed:\n    sys.exit('impossible')",
        # asked for twice, both times to say something
        "if os.environ.get('X'):\n    print(1)\nif os.environ.get('X'):\n    print(2)",
    ],
)
def test_what_only_tells_is_optional(make_project: Callable[..., Path], script: str) -> None:
    assert variables(make_project, script) == (set(), {"env X"})


@pytest.mark.parametrize(
    "script",
    [
        "if os.environ.get('X'):\n    print('is set')\n    sources = []",
        "if os.environ.get('X'):\n    print('is set')\nelse:\n    compile_all()",
        "if os.environ.get('X'):\n    with open('x') as f:\n        print(f)",
        "if os.environ.get('X'):\n    out.write('x')",
        "if os.environ.get('X'):\n    if failed:\n        out = 1",
        "if os.environ.get('X'):\n    pass  # to do",
        # it must be set: somebody reads it, if not this script
        "if not os.environ.get('X'):\n    raise SystemExit('set X')",
        "if 'X' not in os.environ:\n    sys.exit('set X')",
        "if os.environ.get('X') is None and failed:\n    raise RuntimeError",
        "if os.environ.get('X', '') == '':\n    print('set X')\n    sys.exit(1)",
        # the answer is kept, or there is another question
        "if (value := os.environ.get('X')):\n    print(value)",
        "value = os.environ.get('X')\nif value:\n    print(value)",
        "if os.environ.get('X'):\n    print(1)\nfast = bool(os.environ.get('X'))",
        "fast = bool(os.environ.get('X'))\nif os.environ.get('X'):\n    print(1)",
        # a function that is asked may keep it
        "kept = {}\ndef wanted():\n    kept['x'] = os.environ.get('X')\n    return kept['x']\nif wanted():\n    print(kept)",
    ],
)
def test_what_may_do_more_is_an_input(make_project: Callable[..., Path], script: str) -> None:
    assert variables(make_project, script) == ({"env X"}, set())

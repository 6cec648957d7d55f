"""Lines for the shell that a build script starts: which commands run, and where."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.detecting import found

from cachekeys.inputs.setup_script.shell import commands_of, words_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("make -j4 all", [("make -j4 all", None)]),
        ("cd lib && make; make check || false", [("make", "lib"), ("make check", "lib"), ("false", "lib")]),
        ("(cd lib && make) && make", [("make", "lib"), ("make", None)]),
        ("( cd 'lib' && ./configure > out.txt ) && make", [("./configure", "lib"), ("make", None)]),
        ("(cd a; (cd b; make x); make y); make z", [("make x", "a/b"), ("make y", "a"), ("make z", None)]),
        ("{ cd lib && make; } && make", [("make", "lib"), ("make", "lib")]),
        ("(cc $(pkg-config --cflags x) a.c) && make", [("cc $(pkg-config --cflags x) a.c", None), ("make", None)]),
        ("cc $(cd lib && ls) a.c", [("cc $(cd lib", None), ("ls) a.c", None)]),
        ("if [ -r x.h ]; then cp x.h y.h; else ! make x.h; fi", [("cp x.h y.h", None), ("make x.h", None)]),
        ("CC=gcc nice sh ./configure --prefix=/x", [("./configure --prefix=/x", None)]),
        ("bash -c 'cd lib && make'", [("make", "lib")]),
        ("gen in.txt >out.h 2>&1 >> log", [("gen in.txt", None)]),
        ("gen < in.txt 2> err.txt", [("gen < in.txt", None)]),
        ("mkdir -p x && rm -f y && echo done > z && touch w", []),
        (")) make", [(")) make", None)]),
        ("(((", []),
        ("", []),
    ],
)
def test_commands_of_a_line(line: str, expected: list[tuple[str, str | None]]) -> None:
    assert [(" ".join(words), place) for words, place in commands_of(words_of(line), None)] == expected


@pytest.mark.parametrize(
    "call",
    [
        "os.system('(cd deps/lib && sh ./configure -C > configure-output.txt)')",
        "subprocess.check_call('( cd \"' + os.path.abspath('deps/lib') + '\" && ./configure )', shell=True)",
        "subprocess.run(['sh', '-c', '(cd deps/lib; ./configure)'], check=True)",
        "os.system(' '.join(['(cd ', os.path.join('deps', 'lib'), '&& if [ -r old.h ]; then cp old.h new.h; fi', '&& sh ./configure ' + flags, ')']))",
    ],
)
def test_a_configure_script_in_a_group(make_project: Callable[..., Path], call: str) -> None:
    root = make_project(
        {
            "pyproject.toml": "",
            "setup.py": f"import os, subprocess\nfrom setuptools import setup\nflags = os.environ.get('CFLAGS', '')\n{call}\nsetup()\n",
            "deps/lib/configure": "#!/bin/sh\n",
            "deps/lib/config.h.in": "",
            "configure-output.txt": "",
            "deps/lib/configure-output.txt": "",
        }
    )
    files = found(root)
    assert "file deps/lib/configure" in files
    assert not any("configure-output" in item for item in files)

"""Requirements files and what they pull in."""

from __future__ import annotations

import codecs
import os
from typing import TYPE_CHECKING

import pytest

from cachekeys.inputs.model import BuildInput, Origin, Unresolved
from cachekeys.inputs.requirements_file import included, read_chain
from cachekeys.project import Project

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SETUP = {"setup.py": ""}
HERE = Origin("setup.py", 3)


def chain(root: Path, path: str = "requirements.txt") -> list[str]:
    return [item.what for item in read_chain(Project(root), path, HERE) if isinstance(item, BuildInput)]


@pytest.mark.parametrize(
    "line",
    [
        "-r base.txt",
        "  -r   base.txt",
        "-rbase.txt",
        "-r=base.txt",
        "--requirement base.txt",
        "--requirement=base.txt",
        "-c base.txt",
        "--constraint base.txt",
        "--constraint=base.txt  # because",
        "-r 'base.txt'",
        '-r "base.txt"',
        "-r ./x/../base.txt",
        "-r \\\n    base.txt",
        "# comment \\\n-r base.txt",
    ],
)
def test_every_spelling_of_an_include(make_project: Callable[..., Path], line: str) -> None:
    root = make_project({**SETUP, "requirements.txt": f"a==1\n{line}\nb\n", "base.txt": "c\n"})
    assert chain(root) == ["requirements.txt", "base.txt"]


@pytest.mark.parametrize(
    "line",
    [
        "# -r base.txt",
        "a  # -r base.txt",
        "-e .",
        "--extra-index-url https://example.org/-r",
        "-r https://example.org/base.txt",
        "-r http://example.org/base.txt",
        "-r",
        "--requirement",
        "--requirements base.txt",
        "a --hash=sha256:1 -r",
        "-f ./wheels",
    ],
)
def test_what_is_no_include_of_a_local_file(make_project: Callable[..., Path], line: str) -> None:
    assert chain(make_project({**SETUP, "requirements.txt": f"{line}\n", "base.txt": ""})) == ["requirements.txt"]


def test_paths_are_relative_to_the_including_file(make_project: Callable[..., Path]) -> None:
    root = make_project(
        {
            **SETUP,
            "requirements/dev.txt": "-r base.txt\n-c ../constraints.txt\n-r deep/x.txt\n",
            "requirements/base.txt": "a\n",
            "requirements/deep/x.txt": "-r ../base.txt\n-r y.txt\n",
            "requirements/deep/y.txt": "",
            "constraints.txt": "",
        }
    )
    names = {"constraints.txt", "requirements/base.txt", "requirements/deep/x.txt", "requirements/deep/y.txt"}
    assert set(chain(root, "requirements/dev.txt")) == {"requirements/dev.txt", *names}


def test_an_include_outside_the_project(make_project: Callable[..., Path], tmp_path: Path) -> None:
    (tmp_path / "shared.txt").write_text("-r project/own.txt\n-r other.txt\n", encoding="utf-8")
    absolute = tmp_path / "absolute.txt"
    absolute.write_text("", encoding="utf-8")
    root = make_project(
        {**SETUP, "requirements.txt": f"-r ../shared.txt\n-r {absolute}\n-r file://{absolute}\n", "own.txt": ""}
    )
    assert set(chain(root)) == {
        "requirements.txt",
        "../shared.txt",
        "../project/own.txt",
        "../other.txt",
        str(absolute),
    }


def test_an_absolute_path_into_the_project_becomes_relative(make_project: Callable[..., Path]) -> None:
    root = make_project({**SETUP, "sub/base.txt": ""})
    (root / "requirements.txt").write_text(f"-r {root}/sub/base.txt\n", encoding="utf-8")
    assert chain(root) == ["requirements.txt", "sub/base.txt"]


def test_loops_end(make_project: Callable[..., Path]) -> None:
    root = make_project(
        {**SETUP, "requirements.txt": "-r b.txt\n-r requirements.txt\n", "b.txt": "-r ./requirements.txt\n"}
    )
    assert chain(root) == ["requirements.txt", "b.txt"]


def test_a_loop_through_a_symlinked_directory_ends(make_project: Callable[..., Path]) -> None:
    root = make_project(
        {**SETUP, "requirements.txt": "-r loop/requirements.txt\n-r loop/b.txt\n", "b.txt": "-r loop/b.txt\n"}
    )
    os.symlink(".", root / "loop")
    assert chain(root) == ["requirements.txt", "loop/b.txt"]


def test_missing_files_are_inputs_that_end_the_chain(make_project: Callable[..., Path]) -> None:
    assert chain(make_project({**SETUP, "requirements.txt": "-r gone.txt\n"})) == ["requirements.txt", "gone.txt"]
    assert chain(make_project(SETUP, "empty"), "gone.txt") == ["gone.txt"]
    assert chain(make_project(SETUP, "empty"), "") == []
    assert chain(make_project(SETUP, "empty"), "a\0b") == []


def test_a_directory_or_a_broken_link_is_survived(make_project: Callable[..., Path]) -> None:
    root = make_project({**SETUP, "requirements.txt": "-r sub\n-r link.txt\n", "sub/x": ""})
    os.symlink("nowhere", root / "link.txt")
    assert chain(root) == ["requirements.txt", "sub", "link.txt"]


@pytest.mark.parametrize(
    "raw",
    [
        "-r base.txt # ä\n".encode(),
        codecs.BOM_UTF8 + b"-r base.txt\n",
        "-r base.txt\n".encode("utf-16"),
        "-r base.txt\n".encode("utf-32"),
        codecs.BOM_UTF16_BE + "-r base.txt\n".encode("utf-16-be"),
        b"# -*- coding: latin-1 -*-\n# \xe4\n-r base.txt\n",
        b"# \xe4\n-r base.txt\n",
        b"# coding: no-such-codec\n-r base.txt # \xe4\n",
        b"# coding: punycode\n-r base.txt\n",
        b"a\r\n-r base.txt\r\n",
        b"a\r-r base.txt",
    ],
)
def test_encodings_and_line_ends(make_project: Callable[..., Path], raw: bytes) -> None:
    root = make_project({**SETUP, "requirements.txt": raw, "base.txt": ""})
    assert chain(root) == ["requirements.txt", "base.txt"]


@pytest.mark.parametrize("raw", [b"\0\0\0", b"\xff\xfe\x00", b"\\", b"-r \\\n", b"\x80" * 50, b"-r " + b"x" * 5000])
def test_rubbish_is_survived(make_project: Callable[..., Path], raw: bytes) -> None:
    root = make_project({**SETUP, "requirements.txt": raw})
    assert chain(root)[0] == "requirements.txt"


def test_a_variable_in_the_name_is_said_to_be_unresolved(make_project: Callable[..., Path]) -> None:
    root = make_project({**SETUP, "requirements.txt": "a @ https://${TOKEN}@example.org/a.zip\n-r ${WHICH}.txt\n"})
    (unresolved,) = [
        item for item in read_chain(Project(root), "requirements.txt", HERE) if isinstance(item, Unresolved)
    ]
    assert "${WHICH}" in unresolved.message
    assert unresolved.origin == Origin("requirements.txt", 2)


def test_origins_and_sureness(make_project: Callable[..., Path]) -> None:
    root = make_project({**SETUP, "requirements.txt": "a\n\n-c base.txt\n", "base.txt": ""})
    first, second = read_chain(Project(root), "requirements.txt", HERE, reader="setup.py", nested="possible")
    assert isinstance(first, BuildInput)
    assert isinstance(second, BuildInput)
    assert (first.origin, first.confidence, first.role) == (HERE, "certain", "requirements")
    assert first.why == "setup.py reads dependencies from it"
    assert (second.origin, second.confidence) == (Origin("requirements.txt", 3), "possible")
    assert second.why == "requirements.txt pulls it in with -c"


def test_the_number_of_a_continued_line_is_that_of_its_first(make_project: Callable[..., Path]) -> None:
    root = make_project({**SETUP, "requirements.txt": "a \\\n  --hash=sha256:1\n-r \\\nx.txt\n"})
    assert included(Project(root), "requirements.txt") == [(3, "-r", "x.txt")]


def test_names_that_are_not_utf_8(make_project: Callable[..., Path]) -> None:
    root = make_project({**SETUP, "requirements.txt": "-r b.txt\n"})
    odd = os.fsdecode(b"r\xe4q.txt")
    with open(os.path.join(root, odd), "w", encoding="utf-8") as file:
        file.write("-r requirements.txt\n")
    assert chain(root, odd) == [odd, "requirements.txt", "b.txt"]

"""The page of ``cachekeys trace --format html`` in a real browser."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

import pytest
from support.chromium import EXECUTABLE, Page, browse
from support.traces import GCC, PYTHON, a_trace, asked, read, variable, wrote

from cachekeys.pipeline import analyse
from cachekeys.project import Project
from cachekeys.report.trace_html import page
from cachekeys.trace.compare import compare

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from cachekeys.trace.model import Trace

    MakeProject = Callable[..., Path]

SETUPTOOLS = '[build-system]\nrequires = ["setuptools"]\nbuild-backend = "setuptools.build_meta"\n[project]\nname = "demo"\nversion = "1"\n'
HOSTILE = "</script><img src=x onerror=alert(1)>.c"
FILES = {
    "pyproject.toml": SETUPTOOLS + '[tool.uv]\ncache-keys = ["pyproject.toml", "setup.py", "csrc/*.h", "demo/*.py"]\n',
    "setup.py": "from setuptools import setup\nsetup()\n",
    "csrc/main.c": "",
    "csrc/main.h": "",
    "demo/__init__.py": "",
    "demo/_made.py": "",
    "docs/page.md": "",
    "docs/{{script}} & <b>.md": "",
}
needs_browser = pytest.mark.skipif(EXECUTABLE is None, reason="no chromium on PATH")


def made(root: Path, trace: Trace) -> str:
    return page(compare(analyse(Project(root)), trace))


@pytest.fixture
def root(make_project: MakeProject) -> Path:
    root = make_project(FILES)
    # One path part cannot hold the slash of the closing tag: let a directory's name supply it.
    target = root / "csrc" / HOSTILE
    target.parent.mkdir(parents=True)
    target.write_text("")
    (root / "csrc" / os.fsdecode(b"\xff\x1b[31m.c")).write_text("")
    return root


@pytest.fixture
def trace() -> Trace:
    odd = os.fsdecode(b"csrc/\xff\x1b[31m.c")
    accesses = [
        *(read("pyproject.toml"), read("setup.py"), read("csrc/main.c", GCC), read("csrc/main.h", GCC)),
        *(read(f"csrc/{HOSTILE}", GCC), read(odd, GCC), wrote("demo/_made.py"), asked("docs/page.md")),
    ]
    return a_trace(accesses, [variable("DEMO</script>", "setup.py:1")], blind=("<i>nothing</i> & more",))


def test_the_page_holds_everything_and_nothing_hostile(root: Path, trace: Trace) -> None:
    text = made(root, trace)
    assert text.count("</script>") == 2
    assert text.count("<img") == 0
    code = re.sub(r'(?s)<script type="application/json".*?</script>', "", text)
    assert not re.search(r"""(?:src|href)\s*=|url\(\s*['"]?(?!#)|@import|https?://(?!www\.w3\.org/2000/svg)""", code)
    assert "{{style" not in text
    assert "\x1b" not in text
    assert len(text) < 100_000


@pytest.fixture
def opened(root: Path, trace: Trace, tmp_path: Path) -> Iterator[Page]:
    file = tmp_path / "page.html"
    file.write_text(made(root, trace), encoding="utf-8")
    with browse(tmp_path / "profile") as browser:
        browser.open(file)
        yield browser


@needs_browser
def test_a_click_shows_details_and_the_console_stays_empty(opened: Page) -> None:
    cells = opened.evaluate("document.querySelectorAll('#map [data-cell]').length")
    assert cells >= 8
    details = "document.getElementById('details').innerText"
    opened.evaluate(
        "[...document.querySelectorAll('#map g')].find(g => g.textContent.endsWith('main.c')).setAttribute('id', 'wanted')"
    )
    opened.click("#wanted")
    shown = opened.evaluate(details)
    assert "csrc/main.c" in shown
    assert "read, but not watched" in shown
    assert "x86_64-linux-gnu-gcc -O2" in shown
    opened.click("#tab3")
    assert opened.evaluate("document.getElementById('panel3').checkVisibility()")
    assert "DEMO</script>" in opened.evaluate("document.getElementById('panel3').innerText")
    assert not opened.evaluate("document.getElementById('panel0').checkVisibility()")
    assert opened.evaluate("document.images.length") == 0
    assert opened.complaints == []


@needs_browser
def test_keyboard_search_filters_and_keys(opened: Page) -> None:
    details = "document.getElementById('details').innerText"
    opened.evaluate("document.getElementById('map').focus()")
    before = opened.evaluate(details)
    opened.press("ArrowRight", 39)
    assert opened.evaluate(details) != before
    opened.click("#search")
    opened.send("Input.insertText", text="MAIN.H")
    assert opened.evaluate("document.getElementById('matches').textContent") == "1 match"
    opened.press("Enter", 13)
    shown = opened.evaluate(details)
    assert "csrc/main.h" in shown
    assert 'key 3: { file = "csrc/*.h" }' in shown
    opened.press("Escape", 27)
    cells = opened.evaluate("document.querySelectorAll('#map .cell').length")
    opened.click("#legend [data-status=gap]")
    assert opened.evaluate("document.querySelectorAll('#map .cell').length") == cells - 3
    opened.click("#tab2")
    opened.click("#panel2 tbody tr:nth-child(4) button")
    assert "Key 4 watches" in opened.evaluate("document.getElementById('hint').textContent")
    assert opened.evaluate("document.querySelectorAll('#map .faded').length") > 0
    assert opened.complaints == []


@needs_browser
def test_a_directory_opens_and_closes(opened: Page) -> None:
    name = opened.evaluate("document.querySelector('#map .dirname').textContent")
    opened.click("#map .dirname")
    assert opened.evaluate("document.querySelector('#crumbs [aria-current]').textContent") + "/" == name
    assert opened.evaluate("document.querySelectorAll('#crumbs button').length") == 2
    opened.evaluate("document.getElementById('map').focus()")
    opened.press("Escape", 27)
    assert opened.evaluate("document.querySelectorAll('#crumbs button').length") == 1
    assert opened.complaints == []


def test_a_big_project_stays_small(make_project: MakeProject) -> None:
    names = [f"src/part{number % 40}/file{number}.c" for number in range(3000)]
    untouched = [f"data/d{number % 90}/{number}.bin" for number in range(7000)]
    root = make_project({"pyproject.toml": SETUPTOOLS, **dict.fromkeys((*names, *untouched), "")})
    text = made(root, a_trace([read(name, GCC) for name in names] + [read("pyproject.toml", PYTHON)]))
    assert len(text) < 1_000_000
    assert "part39" in text

"""What only people read, told by its name."""

from __future__ import annotations

import pytest

from cachekeys.inputs.long_texts import is_long_text


@pytest.mark.parametrize(
    "name",
    [
        *("README", "readme.md", "docs/README.es.rst", "LICENSE-MIT", "LICENCE.txt", "LICENSES", "COPYING.LESSER", "CHANGES", "ChangeLog.old"),
        *("changelog.md", "HISTORY.rst", "NEWS", "AUTHORS.in", "TODO.org", "release-notes.md", "Contributing.md"),
        *("INSTALL", "lib/INSTALL.generic", "install.md", "Installation.rst", "HACKING"),
    ],
)  # fmt: skip
def test_long_texts(name: str) -> None:
    assert is_long_text(name)


@pytest.mark.parametrize("name", ["news.py", "history.sh", "newsgroup.txt", "readmes/x.txt", "licenser", "unchanged", "changes_of.cmake", "version.txt", "install", "install-sh", "INSTALL.sh", "install.json", "install_requires.txt", ""])  # fmt: skip
def test_other_files(name: str) -> None:
    assert not is_long_text(name)

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.rule_cases import analysis_of, findings, keys, pyproject

if TYPE_CHECKING:
    from support.rule_cases import Make

FILES = {"src/a.c": "", "src/deep/b.c": "", "x.h": "", "README.md": ""}


def required(version: str, *entries: str) -> str:
    return pyproject(keys(*entries, extra=f'required-version = "{version}"\n'))


@pytest.mark.parametrize(
    ("version", "entry", "feature"),
    [
        (">=0.5", '{ dir = "src" }', "dir-key"),
        (">=0.5", '{ env = "X" }', "env-key"),
        (">=0.4.20", "{ git = { commit = true } }", "git-table"),
        (">=0.4.10", "{ git = true }", "git-commit"),
        (">=0.4.9", '"*.h"', "globs"),
        (">=0.7", '"../*.h"', "outside-globs"),
        (">=0.7", '"src/*.c"', "glob-base"),
        (">=0.7.21,<0.10", '"{x,{y,z}}.h"', "nested-braces"),
        (">=0.4", '"README.md"', "cache-keys"),
    ],
)
def test_newer_than_the_oldest_admitted(make_project: Make, version: str, entry: str, feature: str) -> None:
    root = make_project({"pyproject.toml": required(version, '"x.h"', entry), **FILES})
    found = [finding for finding in findings("CK005", analysis_of(root)) if finding.subject == feature]
    assert len(found) == 1
    assert f"`{version}`" in found[0].message


@pytest.mark.parametrize(
    ("version", "entry"),
    [
        (">=0.6.7", '{ dir = "src" }'),
        (">=0.5.12", '{ env = "X" }'),
        (">=0.4.23", "{ git = { commit = true } }"),
        (">=0.4.19", "{ git = true }"),
        (">=0.4.10", '"*.h"'),
        (">=0.7.21", '"src/*.c"'),
        (">=0.5", '"src/**/*.c"'),  # the same files, then and now
        (">=0.5", '"src/deep/*.c"'),
        (">=0.9.5", '"{x,{y,z}}.h"'),
        (">=0.5", r'"\\{x,y\\}.h"'),
    ],
)
def test_known_to_the_oldest_admitted(make_project: Make, version: str, entry: str) -> None:
    assert not findings("CK005", analysis_of(make_project({"pyproject.toml": required(version, entry), **FILES})))


def test_the_current_uv_knows_everything(make_project: Make) -> None:
    text = pyproject(keys('{ dir = "src" }', '{ env = "X" }', '"../*.h"', "{ git = { tags = true } }"))
    assert not findings("CK005", analysis_of(make_project({"pyproject.toml": text, **FILES})))


def test_our_own_setting_comes_first(make_project: Make) -> None:
    text = required(">=0.9", '"x.h"', '{ dir = "src" }') + '[tool.cachekeys]\nuv = ">=0.6"\n'
    (finding,) = findings("CK005", analysis_of(make_project({"pyproject.toml": text, **FILES})))
    assert finding.subject == "dir-key"
    assert finding.line is not None
    assert "dir" in text.splitlines()[finding.line - 1]


def test_several_users_make_one_finding(make_project: Make) -> None:
    root = make_project({"pyproject.toml": required(">=0.5", '{ env = "A" }', '{ env = "B" }', '{ env = "C" }')})
    (finding,) = findings("CK005", analysis_of(root))
    assert '`{ env = "A" }` (and 2 more) needs uv 0.5.12' in finding.message


# -- answers that differ --------------------------------------------------------------------------------------------


def messages(make_project: Make, version: str, *entries: str, name: str = "project") -> list[str]:
    root = make_project({"pyproject.toml": required(version, *entries), **FILES}, name)
    return [finding.message for finding in findings("CK005", analysis_of(root))]


def test_what_an_older_uv_misses_is_named_with_its_versions(make_project: Make) -> None:
    (message,) = messages(make_project, ">=0.5.20", '"src/*.c"')
    assert "by uv 0.5.20 to 0.7.20, which `>=0.5.20` admits" in message
    assert "does not watch `src/deep/b.c` (stale install)" in message
    assert "to 0.7.20" not in str(messages(make_project, ">=0.7.21", '"src/*.c"', name="new"))


def test_only_versions_that_use_the_list_are_said_to_read_it(make_project: Make) -> None:
    form, glob = messages(make_project, ">=0.5.20", '"src/*.c"', '{ dir = "src" }')
    assert "does not watch" in form
    assert "by uv 0.6.7 to 0.7.20" in form
    assert "needs uv 0.6.7" in glob


def test_what_an_older_uv_watches_in_addition(make_project: Make) -> None:
    """``!src/deep/*`` has a base of its own, which does not exist, since 0.7.21; before, it worked."""
    (message,) = messages(make_project, ">=0.7.0", '"src/**/*.c"', '"!src/deep/*"')
    assert "does not watch `src/deep/b.c`" in message
    (message,) = messages(make_project, ">=0.7.0", '"src/**/*.c"', '"src/!dee[p]"', name="other")
    assert "also watches `src/deep/b.c` (needless rebuild)" in message


def test_symlinks(make_project: Make) -> None:
    root = make_project({"pyproject.toml": required(">=0.7", '"*.c"'), "a.txt": ""})
    assert not findings("CK005", analysis_of(root))
    (root / "link.c").symlink_to("a.txt")
    (finding,) = findings("CK005", analysis_of(root))
    assert "does not watch `link.c`" in finding.message


@pytest.mark.parametrize("version", [">=0.4.10,<0.7.21", "==0.7.*,<0.7.21", ">=0.4.10,<0.4.19"])
def test_versions_that_agree(make_project: Make, version: str) -> None:
    assert messages(make_project, version, '"src/*.c"') == []


def test_a_glob_of_the_whole_machine_is_not_walked(make_project: Make) -> None:
    assert not [text for text in messages(make_project, ">=0.7", '"/*.c"', '"x.h"') if "is read in another way" in text]


def test_tags_with_a_slash(make_project: Make) -> None:
    identifier = "1b6638fdb424e993d8354e75c55a3e524050c857"
    files = {".git/HEAD": identifier, ".git/refs/tags/v1": identifier}
    text = required(">=0.5.12", "{ git = { tags = true } }")
    root = make_project({"pyproject.toml": text, **files})
    assert not findings("CK005", analysis_of(root))
    (root / ".git/refs/tags/rel").mkdir()
    (root / ".git/refs/tags/rel/1.0").write_text(identifier)
    (finding,) = findings("CK005", analysis_of(root))
    assert finding.subject == "tags-with-slash"
    assert "uv 0.5.12 to 0.5.18" in finding.message
    assert "`rel/1.0`" in finding.message


def test_defaults_without_src(make_project: Make) -> None:
    text = pyproject('[tool.uv]\nrequired-version = ">=0.5"\n')
    assert not findings("CK005", analysis_of(make_project({"pyproject.toml": text}, "flat")))
    (finding,) = findings("CK005", analysis_of(make_project({"pyproject.toml": text, "src/a/__init__.py": ""})))
    assert (finding.subject, finding.severity) == ("src-default", "info")
    assert "uv 0.5.0 to 0.6.6" in finding.message
    assert finding.line is not None
    assert "required-version" in text.splitlines()[finding.line - 1]


@pytest.mark.parametrize("setting", ["0.7", "==0.7.*", ">=0.7,<0.8"])
def test_a_series_means_all_its_releases(make_project: Make, setting: str) -> None:
    text = pyproject(keys('"src/*.c"')) + f'[tool.cachekeys]\nuv = "{setting}"\n'
    (finding,) = findings("CK005", analysis_of(make_project({"pyproject.toml": text, **FILES})))
    assert "uv 0.7.0 to 0.7.20" in finding.message

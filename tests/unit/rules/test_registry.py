from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from support.rule_cases import analysis_of, keys, pyproject

from cachekeys.errors import CacheKeysError
from cachekeys.rules import codes, registry
from cachekeys.rules.model import Rule
from cachekeys.settings import Settings

if TYPE_CHECKING:
    from support.rule_cases import Make

    from cachekeys.analysis import Analysis
    from cachekeys.findings import Finding

BROKEN = pyproject(keys('"missing.bin"', '{ file = "src" }', '{ dir = "nowhere" }'))


def analysis(make_project: Make) -> Analysis:
    return analysis_of(make_project({"pyproject.toml": BROKEN, "src/a.c": "", "README.md": ""}))


def test_every_file_is_a_rule_with_its_page() -> None:
    rules = registry.all_rules()
    assert len(rules) > 20
    assert tuple(rule.code for rule in rules) == codes.codes()
    assert len({rule.name for rule in rules}) == len(rules)
    for rule in rules:
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", rule.name)
        for text in (rule.title, rule.why, rule.remedy):
            assert text
            assert not text.endswith(".")
        page = registry.page(rule.code)
        assert page.startswith(f"# {rule.code} {rule.name}\n\n")
        for heading in ("What it does", "Why is this bad?", "Example", "Use instead"):
            assert f"\n## {heading}\n" in page, f"{rule.code} has no section {heading!r}"


def test_the_consequence_is_named() -> None:
    for rule in registry.all_rules():
        assert re.search(r"stale|needless|reinstall|refuse|never|ignore|drop|cannot|build", rule.why), rule.code


def test_sorted_by_place(make_project: Make) -> None:
    found = registry.run(analysis(make_project))
    assert {finding.code for finding in found} >= {"CK003", "CK201", "CK202"}
    places = [(finding.file, finding.line or 0, finding.column or 0, finding.code) for finding in found]
    assert places == sorted(places)


@pytest.mark.parametrize(
    ("select", "ignore", "expected"),
    [
        ((), {}, {"CK003", "CK201", "CK202"}),
        (("CK2",), {}, {"CK201", "CK202"}),
        (("ck201",), {}, {"CK201"}),
        (("CK0", "CK202"), {}, {"CK003", "CK202"}),
        ((), {"CK0": "", "CK202": "reason"}, {"CK201"}),
        (("CK2",), {"CK201": ""}, {"CK202"}),
        (("CK2",), {"CK2": ""}, set()),
    ],
)
def test_select_and_ignore(
    make_project: Make, select: tuple[str, ...], ignore: dict[str, str], expected: set[str]
) -> None:
    chosen = replace(analysis(make_project), settings=Settings(select=select, ignore=ignore))
    assert {finding.code for finding in registry.run(chosen)} == expected


def test_a_rule_that_raises_is_reported_and_the_others_go_on(
    make_project: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    from cachekeys.rules import ck201  # the module is patched

    def explode(_: Analysis) -> list[Finding]:
        raise ZeroDivisionError("by zero")

    monkeypatch.setattr(ck201, "RULE", replace(ck201.RULE, check=explode))
    found = registry.run(analysis(make_project))
    (broken,) = (finding for finding in found if finding.code == "CK902")
    assert broken.severity == "info"  # it must not fail anyone's build
    assert "CK201" in broken.message
    assert "ZeroDivisionError" in broken.message
    assert "report" in broken.message
    assert "CK202" in {finding.code for finding in found}
    silent = replace(analysis(make_project), settings=Settings(ignore={"CK902": ""}))
    assert "CK902" not in {finding.code for finding in registry.run(silent)}


def test_unknown_codes() -> None:
    with pytest.raises(CacheKeysError, match=r"did you mean CK201\?"):
        registry.get("CK2O1")
    with pytest.raises(CacheKeysError, match="no rule 'nonsense'"):
        registry.page("nonsense")
    assert registry.get("ck201").code == "CK201"
    assert codes.unknown(["CK1", "CK201", "ck"]) == ()
    (problem,) = codes.unknown(["CK2O1", "CK2"])
    assert "CK201" in problem


def test_only_selected_rules_are_imported() -> None:
    code = (
        "import sys; from cachekeys.rules import codes, registry;"
        "codes.codes();"
        "print([m for m in sys.modules if m.startswith('cachekeys.rules.ck')])"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "[]"


def test_a_rule_names_its_page() -> None:
    rule = Rule("CK999", "some-name", "title", "why", "remedy", lambda _: ())
    assert rule.page == "docs/rules/CK999.md"

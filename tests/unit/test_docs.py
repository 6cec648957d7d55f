"""The generated pages are what the code says, and their links lead somewhere."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from cachekeys.rules import registry

if TYPE_CHECKING:
    from types import ModuleType

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted(path for path in (ROOT / "docs").rglob("*.md"))


@pytest.fixture(scope="module")
def generate() -> ModuleType:
    spec = importlib.util.spec_from_file_location("docs_generate", ROOT / "docs/generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_nothing_is_stale(generate: Any) -> None:
    assert generate.stale() == [], "run `python docs/generate.py`"


def test_a_stale_page_is_noticed(generate: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    read = generate._read
    monkeypatch.setattr(generate, "_read", lambda path: "old" if path == "docs/rules/CK201.md" else read(path))
    assert "docs/rules/CK201.md" in generate.stale()


def test_every_rule_has_a_page_and_a_row() -> None:
    index = (ROOT / "docs/rules/README.md").read_text(encoding="utf-8")
    for rule in registry.all_rules():
        assert (ROOT / rule.page).is_file()
        assert f"| [{rule.code}]({rule.code}.md) | {rule.name} |" in index


def test_readme_without_markers_is_left_alone(generate: Any) -> None:
    assert generate._with_table("# readme\n") is None
    text = f"before\n{generate.BEGIN}\nold\n{generate.END}\nafter\n"
    assert "| [CK201](docs/rules/CK201.md) |" in generate._with_table(text)
    assert generate._with_table(text).endswith(f"{generate.END}\nafter\n")
    assert "\nold\n" not in generate._with_table(text)


@pytest.mark.parametrize("page", [*PAGES, ROOT / "README.md", ROOT / "CONTRIBUTING.md"], ids=lambda path: path.name)
def test_links_lead_somewhere(page: Path) -> None:
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    for target in re.findall(r"\]\(([^)#\s]*)(?:#[^)]*)?\)", text):
        if target and "://" not in target:
            assert (page.parent / target).exists(), f"{page.name} links to {target}"


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_toml_in_the_pages_is_toml(page: Path) -> None:
    from cachekeys.errors import TomlError  # only here
    from cachekeys.tomlfile import parse

    for block in re.findall(r"```toml\n(.*?)```", page.read_text(encoding="utf-8"), flags=re.DOTALL):
        try:
            parse(page.name, block.encode())
        except TomlError as error:
            pytest.fail(f"{error}\n{block}")


def test_the_settings_page_shows_settings_that_are_accepted() -> None:
    from cachekeys.settings import Settings, read_settings  # only here
    from cachekeys.tomlfile import parse

    text = (ROOT / "docs/settings.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```toml\n(.*?)```", text, flags=re.DOTALL)
    assert len(blocks) > 1
    for block in blocks:
        settings = read_settings(parse("settings.md", block.encode()))
        assert settings.present
        assert settings != Settings(present=True)
    for name in Settings.__dataclass_fields__.keys() - {"present"}:
        assert f"| `{name.replace('_', '-')}` |" in text


def test_the_detector_that_the_contributor_notes_show_works(tmp_path: Path) -> None:
    from cachekeys.inputs.model import BuildInput  # only here
    from cachekeys.project import Project

    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"```python\n(.*?)```", text, flags=re.DOTALL)
    namespace: dict[str, Any] = {}
    exec(compile(block, "CONTRIBUTING.md", "exec"), namespace)
    (tmp_path / "setup.py").touch()
    assert list(namespace["cachekeys_detect_inputs"](Project(tmp_path))) == []
    (tmp_path / "settings.toml").touch()
    (found,) = namespace["cachekeys_detect_inputs"](Project(tmp_path))
    assert isinstance(found, BuildInput)

"""The key for a literal path watches that path and nothing else, whatever is in the name and in the other keys."""

from __future__ import annotations

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from cachekeys.tomlfile import parse
from cachekeys.uv.keys import FileKey, as_toml, file_key_value, read_watch_set
from cachekeys.uv.walk import Watcher

_PART = (
    st.text("ab*?[]{}!#,\\ -^/", min_size=1, max_size=5)
    .map(lambda text: text.replace("/", ""))
    .filter(lambda part: part not in ("", ".", ".."))
)
_PATH = st.lists(_PART, min_size=1, max_size=3).map("/".join)
_OTHERS = st.sampled_from(["*.zzz", "{}/*.zzz", "**/*.zzz", "{}/**/x.zzz", "!*.zzz"])


@settings(max_examples=400, deadline=None)
@given(_PATH, st.lists(_OTHERS, max_size=3), st.integers(0, 3), st.lists(_PATH, max_size=5))
def test_exactly_that_path(path: str, others: list[str], place: int, decoys: list[str]) -> None:
    """Law: beside other globs, also on its own directories, the key covers *path* and no similar path."""
    above = path.rpartition("/")[0]
    beside = [other.replace("{}", above) for other in others if above or "{}" not in other]
    values = [*beside[:place], file_key_value(path), *beside[place:]]
    own = values.index(file_key_value(path))
    watcher = Watcher([FileKey(index, value) for index, value in enumerate(values)])
    assume(not any(index != own for index, _ in watcher.errors))
    assert not watcher.errors
    assert watcher.covers(path) == own
    near = [
        f"sub/{path}",
        f"{path}/x",
        f"{above}/sub/{path.rpartition('/')[2]}",
        path + "a",
        path[:-1],
        path.replace("\\", ""),
    ]
    for decoy in (*near, *decoys):
        if decoy.strip("/") != path:
            assert watcher.covers(decoy) != own, (values, decoy)


@settings(max_examples=200, deadline=None)
@given(_PATH)
def test_the_toml_reads_back(path: str) -> None:
    """Law: what is proposed for pasting is the same value again."""
    document = parse("x", f"[tool.uv]\ncache-keys = [{as_toml(FileKey(0, file_key_value(path)))}]\n".encode())
    assert read_watch_set(document).keys == (FileKey(0, file_key_value(path)),)

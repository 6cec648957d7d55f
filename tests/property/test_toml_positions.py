"""Every key and value of a TOML document has the position where it really stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import tomli  # noqa: TID251 - the oracle
import tree_sitter_toml
from hypothesis import assume, given, settings
from support.toml_documents import documents
from tree_sitter import Language, Parser

from cachekeys.toml.scanner import scan
from cachekeys.tomlfile import Position, TomlFile, parse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tree_sitter import Node

Path = tuple[str | int, ...]
_TOML = Language(tree_sitter_toml.language())


def _paths(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, member in members:
        yield (*path, step), member
        yield from _paths(member, (*path, step))


def _valid(text: str) -> TomlFile:
    try:
        tomli.loads(text)
    except tomli.TOMLDecodeError:
        assume(False)  # noqa: FBT003 - hypothesis' own signature
    return parse("pyproject.toml", text.encode())


def _rest(document: TomlFile, path: Path) -> str:
    """Return the document from the position of *path* on."""
    at = document.position(*path)
    lines = document.text.split("\n")
    assert 1 <= at.line <= len(lines)
    return "\n".join([lines[at.line - 1][at.column - 1 :], *lines[at.line :]])


def _begins_with_key(rest: str, key: str) -> bool:
    """Tell whether a key at the beginning of *rest* is *key*, by reading it with the other parser."""
    for end in range(1, len(rest) + 1):
        if rest[end : end + 1] not in ("", " ", "\t", ".", "=", "]"):
            continue
        try:
            data = tomli.loads(f"{rest[:end]} = 0")
        except tomli.TOMLDecodeError:
            continue
        if data == {key: 0}:
            return True
    return False


def _begins_with_value(rest: str, value: Any) -> bool:
    for end in range(1, len(rest) + 1):
        try:
            data = tomli.loads(f"v = {rest[:end]}")
        except tomli.TOMLDecodeError:
            continue
        if repr(data["v"]) == repr(value):
            return True
    return False


@settings(max_examples=200, deadline=None)
@given(documents(newer=True))
def test_every_path_of_the_data_has_its_place(text: str) -> None:
    """Law: for each path of the parsed data, the text at its position is that key, or that value of an array."""
    document = _valid(text)
    assert scan(document.text).stopped is None
    plain = [path for path, value in _paths(document.data) if not isinstance(value, (dict, list))]
    assert len({document.position(*path) for path in plain}) == len(plain)
    for path, value in _paths(document.data):
        rest = _rest(document, path)
        if isinstance(path[-1], str):
            assert _begins_with_key(rest, path[-1]), (path, rest)
        elif not _is_table_of_array(path, document):
            assert _begins_with_value(rest, value), (path, rest)


def _is_table_of_array(path: Path, document: TomlFile) -> bool:
    """Tell whether the element stands for a ``[[header]]``: then its place is the last key in it."""
    name = path[-2]
    return isinstance(name, str) and _begins_with_key(_rest(document, path), name)


@settings(max_examples=200, deadline=None)
@given(documents())
def test_the_places_are_those_of_tree_sitter(text: str) -> None:
    """Law: in a TOML 1.0 document each path stands where tree-sitter-toml sees it."""
    document = _valid(text)
    tree = Parser(_TOML).parse(document.text.encode())
    assume(not tree.root_node.has_error)
    theirs = _TreeSitterPlaces(document.text)
    theirs.statements(tree.root_node)
    assert {path: document.position(*path) for path, _ in _paths(document.data)} == theirs.places


class _TreeSitterPlaces:
    """The place of every path, from tree-sitter's syntax tree."""

    def __init__(self, text: str) -> None:
        self._lines = text.split("\n")
        self._implied: set[Path] = set()
        self._last: dict[Path, int] = {}
        self.places: dict[Path, Position] = {}

    def statements(self, root: Node) -> None:
        for child in root.named_children:
            if child.type == "pair":
                self._pair((), child)
            elif child.type in ("table", "table_array_element"):
                self._table(child)

    def _table(self, node: Node) -> None:
        key, *body = [child for child in node.named_children if child.type != "comment"]
        path: Path = ()
        names = list(self._names(key))
        for name, at in names:
            if path in self._last:
                path = (*path, self._last[path])
            path = (*path, name)
            self._put(path, at, implied=at != names[-1][1])
        if node.type == "table_array_element":
            self._last[path] = self._last.get(path, -1) + 1
            path = (*path, self._last[path])
            self._put(path, names[-1][1])
        for child in body:
            self._pair(path, child)

    def _pair(self, path: Path, node: Node) -> None:
        key, value = [child for child in node.named_children if child.type != "comment"]
        names = list(self._names(key))
        for name, at in names:
            path = (*path, name)
            self._put(path, at, implied=at != names[-1][1])
        self._value(path, value)

    def _value(self, path: Path, node: Node) -> None:
        children = [child for child in node.named_children if child.type != "comment"]
        if node.type == "inline_table":
            for child in children:
                self._pair(path, child)
        elif node.type == "array":
            for index, child in enumerate(children):
                self._put((*path, index), self._place(child))
                self._value((*path, index), child)

    def _put(self, path: Path, at: Position, *, implied: bool = False) -> None:
        if path not in self.places or (path in self._implied and not implied):
            self.places[path] = at
            (self._implied.add if implied else self._implied.discard)(path)

    def _names(self, key: Node) -> Iterator[tuple[str, Position]]:
        if key.type == "dotted_key":
            for child in key.named_children:
                yield from self._names(child)
        else:
            assert key.text is not None
            (name,) = tomli.loads(f"{key.text.decode()} = 0")
            yield name, self._place(key)

    def _place(self, node: Node) -> Position:
        """tree-sitter counts bytes from 0, we count characters from 1."""
        row, column = node.start_point
        return Position(row + 1, len(self._lines[row].encode()[:column].decode()) + 1)

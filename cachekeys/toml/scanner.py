"""Where every key and value of a TOML document stands, and what in it needs TOML 1.1.

A scanner of tokens and no validating parser: ``tomllib`` decides what is valid and gives no positions. It reads TOML 1.1
(toml.io/en/v1.1.0), of which 1.0 is a part, keeps its own stack, so that depth costs no recursion, and stops at the first
thing it cannot read: everything up to there is still known.
"""

from __future__ import annotations

import re

from cachekeys.values import dataclass, field

__all__ = ["Edit", "Layout", "Node", "scan"]


@dataclass(frozen=True, slots=True)
class Edit:
    """A construct of TOML 1.1 at ``start`` to ``end``, and the same thing in TOML 1.0."""

    start: int
    end: int
    text: str


class Node:
    """A key or an element of an array, and what is in it.

    ``offset`` is where its key stands (for a member of a table) or its first character (for an element). ``implied``: only
    a header or dotted key that passes through has been seen so far. ``tables``: the number of elements of an array of tables.
    """

    __slots__ = ("children", "implied", "offset", "tables")

    def __init__(self, offset: int, *, implied: bool = False) -> None:
        self.offset = offset
        self.implied = implied
        self.tables = 0
        self.children: dict[str | int, Node] = {}


@dataclass(slots=True)
class Layout:
    """The result: the tree of keys and elements, and the TOML 1.1 constructs in order.

    ``repeated`` is the offset of the first key or header that was there before, ``stopped`` that of what could not be read,
    ``unclosed`` that of the innermost bracket that was open there.
    """

    root: Node
    edits: list[Edit] = field(default_factory=list)
    repeated: int | None = None
    stopped: int | None = None
    unclosed: int | None = None

    def find(self, path: tuple[str | int, ...]) -> int:
        """Return the offset of *path*, or of its nearest ancestor."""
        node = self.root
        for step in path:
            if step not in node.children:
                break
            node = node.children[step]
        return node.offset


def scan(text: str) -> Layout:
    """Scan *text*, which has no BOM and LF newlines. Never raises for a broken document."""
    scanner = _Scanner(text)
    try:
        scanner.run()
    except _StopError as stop:
        scanner.layout.stopped = stop.offset
    scanner.layout.edits.sort(key=lambda edit: edit.start)
    return scanner.layout


class _StopError(Exception):
    def __init__(self, offset: int) -> None:
        self.offset = offset
        super().__init__(offset)


_BLANK = re.compile(r"[ \t]*")
_COMMENT = re.compile(r"#[^\x00-\x08\n-\x1f\x7f]*(?=\n|\Z)")
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_STRINGS = {
    '"""': re.compile(r'"""[^"\\]*(?:(?:\\.|""?(?!"))[^"\\]*)*"{3,5}', re.DOTALL),
    "'''": re.compile(r"'''[^']*(?:''?(?!')[^']*)*'{3,5}"),
    '"': re.compile(r'"[^"\\\n]*(?:\\.[^"\\\n]*)*"'),
    "'": re.compile(r"'[^'\n]*'"),
}
# A date may be followed by a blank and a time; nothing else has a blank inside.
_SCALAR = re.compile(r"\d{4}-\d\d-\d\d \d\d:[^\s,\]}#]*|[^\s,\[\]{}#=\"']+")
_NO_SECONDS = re.compile(r"(?:\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(?=[Zz+-]|\Z)|\d\d:\d\d\Z)")
_ESCAPE = re.compile(r"\\(?:x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))", re.DOTALL)
_SIMPLE = {"b": "\b", "t": "\t", "n": "\n", "f": "\f", "r": "\r", "e": "\x1b", '"': '"', "\\": "\\"}
_MAX_CODE_POINT = 0x10FFFF


@dataclass(slots=True)
class _Open:
    """An array or inline table that is not closed yet, and how many elements came so far."""

    node: Node
    is_array: bool
    offset: int
    count: int = 0


class _Scanner:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.layout = Layout(Node(0))
        self._table = self.layout.root

    # -- statements ----------------------------------------------------------------------------------------------

    def run(self) -> None:
        while self._skip_lines():
            if self.text.startswith("[", self.at):
                self._header()
            else:
                self._value(self._pair(self._table))
            self._end_of_line()

    def _header(self) -> None:
        is_array = self.text.startswith("[[", self.at)
        self.at += 1 + is_array
        parts = self._key()
        self._expect("]]" if is_array else "]")
        node = self.layout.root
        for name, offset in parts[:-1]:
            node = self._child(node, name, offset, implied=True)
            if node.tables:
                node = node.children[node.tables - 1]
        name, offset = parts[-1]
        if not is_array:
            self._table = self._child(node, name, offset)
            return
        array = node.children.setdefault(name, Node(offset))
        self._table = array.children[array.tables] = Node(offset)
        array.tables += 1

    def _pair(self, node: Node) -> Node:
        """Read a key and the ``=`` after it; return the place of the value."""
        parts = self._key()
        self._expect("=")
        for name, offset in parts[:-1]:
            node = self._child(node, name, offset, implied=True)
        return self._child(node, *parts[-1])

    def _child(self, node: Node, name: str, offset: int, *, implied: bool = False) -> Node:
        """Return the child *name*; its own header or key beats one that only passes through it."""
        child = node.children.get(name)
        if child is None:
            child = node.children[name] = Node(offset, implied=implied)
        elif not implied:
            if child.implied:
                child.offset, child.implied = offset, False
            elif self.layout.repeated is None:
                self.layout.repeated = offset
        return child

    def _key(self) -> list[tuple[str, int]]:
        parts = []
        while True:
            self._skip_blanks()
            start = self.at
            if match := _BARE.match(self.text, start):
                self.at = match.end()
                parts.append((match[0], start))
            elif self.text.startswith(('"', "'"), start):
                quoted = self._string(self.text[start])
                parts.append((_decode(quoted[1:-1]) if quoted[0] == '"' else quoted[1:-1], start))
            else:
                raise _StopError(start)
            self._skip_blanks()
            if not self.text.startswith(".", self.at):
                return parts
            self.at += 1

    # -- values --------------------------------------------------------------------------------------------------

    def _value(self, node: Node) -> None:
        """Read the value that belongs to *node*."""
        stack: list[_Open] = []
        try:
            self._nested(node, stack)
        except _StopError:
            self.layout.unclosed = stack[-1].offset if stack else None
            raise

    def _nested(self, node: Node, stack: list[_Open]) -> None:
        """Read a value however deep it is: *stack* holds what is open."""
        self._begin(node, stack)
        while stack:
            top = stack[-1]
            if top.is_array:
                self._skip_lines()
                if self._close("]", stack):
                    self._separator(stack)
                    continue
                element = top.node.children[top.count] = Node(self.at)
                self._begin(element, stack)
            else:
                self._skip_inline()
                if not top.count and self._close("}", stack):
                    self._separator(stack)
                    continue
                self._begin(self._pair(top.node), stack)
            top.count += 1
            if stack[-1] is top:
                self._separator(stack)

    def _begin(self, node: Node, stack: list[_Open]) -> None:
        """Read a simple value whole, or open an array or inline table."""
        self._skip_blanks()
        start = self.at
        opening = self.text[start : start + 1]
        if opening in ("[", "{") and opening:
            self.at += 1
            stack.append(_Open(node, opening == "[", start))
        elif opening in ('"', "'") and opening:
            triple = opening * 3
            self._string(triple if self.text.startswith(triple, start) else opening)
        elif match := _SCALAR.match(self.text, start):
            self.at = match.end()
            if short := _NO_SECONDS.match(match[0]):
                self._edit(start + short.end(), start + short.end(), ":00")
        else:
            raise _StopError(start)

    def _separator(self, stack: list[_Open]) -> None:
        """Read the comma after an element, or the end of what holds it (and of what holds that)."""
        while stack:
            top = stack[-1]
            if top.is_array:
                self._skip_lines()
                if self.text.startswith(",", self.at):
                    self.at += 1
                    return
                if not self._close("]", stack):
                    raise _StopError(self.at)
                continue
            self._skip_inline()
            comma = self.at
            if self.text.startswith(",", comma):
                self.at += 1
                self._skip_inline()
                if not self.text.startswith("}", self.at):
                    return
                self._edit(comma, comma + 1, "\t")
            if not self._close("}", stack):
                raise _StopError(self.at)

    def _close(self, bracket: str, stack: list[_Open]) -> bool:
        if not self.text.startswith(bracket, self.at):
            return False
        self.at += 1
        stack.pop()
        return True

    def _string(self, quotes: str) -> str:
        match = _STRINGS[quotes].match(self.text, self.at)
        if match is None:
            raise _StopError(self.at)
        self.at = match.end()
        if quotes[0] == '"' and "\\" in match[0]:
            for escape in _ESCAPE.finditer(self.text, match.start(), match.end()):
                if escape[1]:
                    self._edit(escape.start(), escape.end(), f"\\u00{escape[1]}")
                elif escape[4] == "e":
                    self._edit(escape.start(), escape.end(), "\\u001b")
        return match[0]

    # -- between tokens --------------------------------------------------------------------------------------------

    def _edit(self, start: int, end: int, text: str) -> None:
        self.layout.edits.append(Edit(start, end, text))

    def _expect(self, token: str) -> None:
        if not self.text.startswith(token, self.at):
            raise _StopError(self.at)
        self.at += len(token)

    def _skip_blanks(self) -> None:
        match = _BLANK.match(self.text, self.at)
        assert match is not None
        self.at = match.end()

    def _skip_comment(self) -> bool:
        match = _COMMENT.match(self.text, self.at)
        if match is None:
            return False
        self.at = match.end()
        return True

    def _skip_lines(self) -> bool:
        """Skip blanks, comments and newlines; tell whether anything is left."""
        while True:
            self._skip_blanks()
            if self.text.startswith("\n", self.at):
                self.at += 1
            elif not self._skip_comment():
                return self.at < len(self.text)

    def _skip_inline(self) -> None:
        """Skip what may stand between the parts of an inline table: since TOML 1.1 newlines and comments too."""
        while True:
            self._skip_blanks()
            start = self.at
            if self.text.startswith("\n", start):
                self.at += 1
            elif not self._skip_comment():
                return
            # Not a blank: between a date and a time it would make one value of two.
            self._edit(start, self.at, "\t" * (self.at - start))

    def _end_of_line(self) -> None:
        self._skip_blanks()
        self._skip_comment()
        if self.at < len(self.text):
            self._expect("\n")


def _decode(quoted: str) -> str:
    def character(match: re.Match[str]) -> str:
        digits = match[1] or match[2] or match[3]
        if digits:
            code = int(digits, 16)
            return chr(code) if code <= _MAX_CODE_POINT else match[0]
        return _SIMPLE.get(match[4], match[0])

    return _ESCAPE.sub(character, quoted)

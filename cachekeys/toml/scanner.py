"""Where every key and value of a TOML document stands, and what in it needs TOML 1.1.

A scanner of tokens and no validating parser: ``tomllib`` decides what is valid and gives no positions. It reads TOML 1.1
(toml.io/en/v1.1.0), of which 1.0 is a part, keeps its own stack, so that depth costs no recursion, and stops at the first
thing it cannot read: everything up to there is still known.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

__all__ = ["Edit", "Layout", "Path", "scan"]

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Edit:
    """A construct of TOML 1.1 at ``start`` to ``end``, and the same thing in TOML 1.0."""

    start: int
    end: int
    text: str


@dataclass(slots=True)
class Layout:
    """The result: offsets of keys (for members) and first characters (for elements), and the TOML 1.1 constructs.

    ``stopped`` is the offset of what could not be read, None when the whole document was.
    """

    offsets: dict[Path, int] = field(default_factory=dict)
    edits: list[Edit] = field(default_factory=list)
    stopped: int | None = None


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
    """An array or inline table that is not closed yet: its path and how many elements came so far."""

    path: Path
    is_array: bool
    count: int = 0


class _Scanner:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.layout = Layout()
        self._table: Path = ()
        self._implied: set[Path] = set()
        self._elements: dict[Path, int] = {}  # of each array of tables

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
        path: Path = ()
        for place, (name, offset) in enumerate(parts):
            path = (*path, name)
            last = place == len(parts) - 1
            self._note(path, offset, implied=not last)
            if not last and path in self._elements:
                path = (*path, self._elements[path] - 1)
        if is_array:
            number = self._elements.get(path, 0)
            self._elements[path] = number + 1
            path = (*path, number)
            self._note(path, parts[-1][1])
        self._table = path

    def _pair(self, table: Path) -> Path:
        """Read a key and the ``=`` after it; return the path of the value."""
        parts = self._key()
        self._expect("=")
        path = table
        for place, (name, offset) in enumerate(parts):
            path = (*path, name)
            self._note(path, offset, implied=place < len(parts) - 1)
        return path

    def _note(self, path: Path, offset: int, *, implied: bool = False) -> None:
        """Remember a place; a table's own header beats a header or dotted key that only passes through it."""
        if implied:
            if path not in self.layout.offsets:
                self.layout.offsets[path] = offset
                self._implied.add(path)
        elif path not in self.layout.offsets or path in self._implied:
            self.layout.offsets[path] = offset
            self._implied.discard(path)

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

    def _value(self, path: Path) -> None:
        """Read the value that belongs to *path*, however deep it is."""
        stack: list[_Open] = []
        self._begin(path, stack)
        while stack:
            top = stack[-1]
            if top.is_array:
                self._skip_lines()
                if self._close("]", stack):
                    self._separator(stack)
                    continue
                element = (*top.path, top.count)
                self.layout.offsets[element] = self.at
                self._begin(element, stack)
            else:
                self._skip_inline()
                if not top.count and self._close("}", stack):
                    self._separator(stack)
                    continue
                self._begin(self._pair(top.path), stack)
            top.count += 1
            if stack[-1] is top:
                self._separator(stack)

    def _begin(self, path: Path, stack: list[_Open]) -> None:
        """Read a simple value whole, or open an array or inline table."""
        self._skip_blanks()
        start = self.at
        opening = self.text[start : start + 1]
        if opening in ("[", "{") and opening:
            self.at += 1
            stack.append(_Open(path, is_array=opening == "["))
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
                self._edit(comma, comma + 1, " ")
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
            self._edit(start, self.at, " " * (self.at - start))

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

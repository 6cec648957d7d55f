r"""Parse a document with the standard library, and one in TOML 1.1 as well.

uv >= 0.9.22 reads TOML 1.1, Python's tomllib before 3.15 only 1.0. The constructs that are new in 1.1 are therefore
rewritten (newlines and comments within inline tables become tabs, ``\e`` becomes ``\u001b``) and the result is parsed
again; whatever is wrong with it is reported where it stands in the original.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

if sys.version_info >= (3, 11):
    import tomllib  # noqa: TID251 - this is the module that wraps it
else:
    import tomli as tomllib  # noqa: TID251 - same

if TYPE_CHECKING:
    from cachekeys.toml.scanner import Edit, Layout

__all__ = ["DocumentError", "load", "reads_1_1"]

_REPEATED = ("Cannot declare", "Cannot overwrite", "Cannot redefine", "Duplicate")
_INFINITE = (float("inf"), float("-inf"))


class DocumentError(ValueError):
    """The document is no TOML: ``message`` is the parser's, ``offset`` the place in the text."""

    def __init__(self, message: str, offset: int) -> None:
        self.message = message
        self.offset = offset
        super().__init__(message)


def load(text: str) -> tuple[dict[str, Any], int | None]:
    """Return the data of *text* and the offset of the first construct that needs TOML 1.1.

    The offset is only known, and None otherwise, when the parser at hand reads 1.0 (see :func:`reads_1_1`).

    :param text: with LF newlines.
    :raises DocumentError: not TOML 1.1 either.
    """
    if "\r" in text:  # legal in CRLF only; the parser would turn CR LF into LF once more, and accept CR CR LF
        raise DocumentError("Illegal character", text.index("\r"))
    try:
        return _loads(text), None
    except DocumentError as error:
        refused = error
    from cachekeys.toml.scanner import scan  # only needed for a document that tomllib refuses

    layout = scan(text)
    if layout.edits:
        try:
            return _loads(_rewrite(text, layout.edits)), layout.edits[0].start
        except DocumentError as error:
            refused = DocumentError(error.message, _original(error.offset, layout.edits))
    raise _pointed(refused, text, layout)


def _pointed(refused: DocumentError, text: str, layout: Layout) -> DocumentError:
    """Point at the beginning of what is wrong, where the parser only sees that it did not end."""
    if refused.message.startswith(_REPEATED) and layout.repeated is not None:
        return DocumentError(refused.message, layout.repeated)
    stopped = layout.stopped
    if stopped is not None and text.startswith(('"', "'"), stopped) and refused.offset > stopped:
        if refused.offset >= len(text) or text[refused.offset] == "\n":
            return DocumentError("Unterminated string", stopped)
    elif refused.offset >= len(text) and layout.unclosed is not None:
        what = "array" if text[layout.unclosed] == "[" else "inline table"
        return DocumentError(f"Unclosed {what}", layout.unclosed)
    return refused


def reads_1_1() -> bool:
    """Whether the parser at hand accepts TOML 1.1 by itself: tomli >= 2.4, tomllib of Python >= 3.15."""
    try:
        tomllib.loads("a={b=1,}")
    except tomllib.TOMLDecodeError:
        return False
    return True


def _loads(text: str) -> dict[str, Any]:
    def parse_float(literal: str) -> float:
        number = float(literal)
        if number in _INFINITE and not literal.endswith("inf"):  # what uv refuses, Python rounds to infinity
            raise DocumentError("Float overflow", text.find(literal))
        return number

    try:
        data = tomllib.loads(text, parse_float=parse_float)
    except tomllib.TOMLDecodeError as error:
        message, line, column = _parts(str(error))
        raise DocumentError(message, _offset(text, line, column)) from None
    except RecursionError:
        raise DocumentError("Nested too deeply", 0) from None
    except DocumentError:
        raise
    except ValueError as error:  # Python refuses to convert integers of more than 4300 digits
        raise DocumentError(str(error), 0) from None
    _check_integers(text, data)
    return data


def _check_integers(text: str, data: dict[str, Any]) -> None:
    """Refuse, as uv does, an integer that 64 bits do not hold (TOML leaves it open)."""
    pending: list[tuple[tuple[str | int, ...], Any]] = [((), data)]
    while pending:
        path, value = pending.pop()
        if isinstance(value, dict):
            pending += (((*path, key), item) for key, item in value.items())
        elif isinstance(value, list):
            pending += (((*path, index), item) for index, item in enumerate(value))
        elif isinstance(value, int) and not -(1 << 63) <= value < 1 << 63:
            from cachekeys.toml.scanner import scan  # only on the way to an error

            raise DocumentError("Integer overflow", scan(text).find(path))


def _parts(message: str) -> tuple[str, int, int]:
    """Split a message of tomllib, which ends with the place; line 0 is the end of the document."""
    import re  # only on the way to an error

    match = re.fullmatch(r"(.*) \(at (?:line (\d+), column (\d+)|end of document)\)", message, re.DOTALL)
    if match is None:
        return message, 1, 1
    return match[1], int(match[2] or 0), int(match[3] or 0)


def _offset(text: str, line: int, column: int) -> int:
    if not line:
        return len(text)
    start = 0
    for _ in range(line - 1):
        start = text.find("\n", start) + 1
    return start + column - 1


def _rewrite(text: str, edits: list[Edit]) -> str:
    pieces: list[str] = []
    done = 0
    for edit in edits:
        pieces += (text[done : edit.start], edit.text)
        done = edit.end
    return "".join((*pieces, text[done:]))


def _original(offset: int, edits: list[Edit]) -> int:
    """Return the place in the original text of an offset in the rewritten one."""
    shift = 0
    for edit in edits:
        if offset < edit.start + shift + len(edit.text):
            return (
                min(offset - shift, max(edit.start, edit.end - 1)) if offset >= edit.start + shift else offset - shift
            )
        shift += len(edit.text) - (edit.end - edit.start)
    return offset - shift

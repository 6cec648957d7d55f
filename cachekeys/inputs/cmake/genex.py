"""Generator expressions, ``$<...>``: evaluated as far as the project decides them.

A condition that only the generator knows (configuration, platform, language) lets its payload pass, since some build takes
it. Source: cmake-generator-expressions(7).
"""

from __future__ import annotations

from cachekeys.inputs.texts import UNKNOWN, is_known

__all__ = ["evaluate", "is_open", "stripped"]

_PASSING = frozenset(
    {"BUILD_INTERFACE", "BUILD_LOCAL_INTERFACE", "SHELL_PATH", "LINK_ONLY", "GENEX_EVAL", "REMOVE_DUPLICATES"}
    | {"COMPILE_ONLY", "HOST_LINK", "DEVICE_LINK", "QUOTE", "1"}
)
_LAST = frozenset({"TARGET_GENEX_EVAL", "LINK_GROUP", "LINK_LIBRARY"})
_DROPPED = frozenset({"INSTALL_INTERFACE", "0", "TARGET_OBJECTS", "TARGET_NAME"})
_CHARACTERS = {"SEMICOLON": ";", "COMMA": ",", "ANGLE-R": ">", "QUOTE": '"'}
_FALSE = frozenset({"", "0", "OFF", "NO", "FALSE", "N", "IGNORE", "NOTFOUND"})
_MAX_DEPTH = 20


def is_open(text: str) -> bool:
    """Tell whether an expression in *text* does not end there."""
    depth = 0
    position = 0
    while position < len(text):
        if text.startswith("$<", position):
            depth += 1
            position += 2
            continue
        if text[position] == ">" and depth:
            depth -= 1
        position += 1
    return depth > 0


def evaluate(text: str, depth: int = 0) -> str:
    """Return *text* without generator expressions: each replaced by what it can come to."""
    if "$<" not in text:
        return text
    if depth > _MAX_DEPTH:
        return UNKNOWN
    result: list[str] = []
    position = 0
    while True:
        start = text.find("$<", position)
        if start < 0:
            result.append(text[position:])
            return "".join(result)
        result.append(text[position:start])
        end = _end(text, start)
        result.append(_one(text[start + 2 : end], depth))
        position = end + 1


def stripped(text: str) -> str:
    """Return *text* with its generator expressions taken out."""
    while (start := text.find("$<")) >= 0:
        text = text[:start] + text[_end(text, start) + 1 :]
    return text


def _end(text: str, start: int) -> int:
    """Return where the expression at *start* is closed; the end of the text when it is not."""
    depth = 0
    position = start
    while position < len(text):
        if text.startswith("$<", position):
            depth += 1
            position += 2
            continue
        if text[position] == ">":
            depth -= 1
            if not depth:
                return position
        position += 1
    return len(text)


def _split(text: str, separator: str, limit: int = -1) -> list[str]:
    """Split *text* at separators outside of inner expressions."""
    parts: list[str] = []
    depth = begin = position = 0
    while position < len(text):
        if text.startswith("$<", position):
            depth += 1
            position += 2
            continue
        char = text[position]
        if char == ">" and depth:
            depth -= 1
        elif char == separator and not depth and limit != len(parts):
            parts.append(text[begin:position])
            begin = position + 1
        position += 1
    return [*parts, text[begin:]]


def _one(content: str, depth: int) -> str:
    head, *rest = _split(content, ":", 1)
    head = evaluate(head, depth + 1)
    if not rest:
        return _CHARACTERS.get(head, UNKNOWN)
    payload = rest[0]
    if head in _DROPPED:
        return ""
    if head in _PASSING or not head.replace("_", "").isalpha() or not head.isupper():
        return evaluate(payload, depth + 1)  # `$<UNKNOWN:x>`: the condition is the generator's
    arguments = [evaluate(part, depth + 1) for part in _split(payload, ",")]
    return _function(head, arguments)


def _function(head: str, arguments: list[str]) -> str:
    if head == "IF":
        verdict = arguments[0]
        chosen = arguments[1:2] if verdict == "1" else arguments[2:3] if verdict == "0" else arguments[1:]
        return ";".join(chosen)
    if head in {"BOOL", "NOT", "AND", "OR"}:
        return _boolean(head, arguments)
    if head in {"STREQUAL", "EQUAL"} and len(arguments) > 1 and is_known(arguments[0] + arguments[1]):
        return "1" if arguments[0] == arguments[1] else "0"
    if head in {"LOWER_CASE", "UPPER_CASE"}:
        return arguments[0].lower() if head[0] == "L" else arguments[0].upper()
    if head in _LAST or head in {"JOIN", "FILTER", "REMOVE_DUPLICATES"}:
        return arguments[-1] if head in _LAST else arguments[0]
    if head in {"PATH", "LIST"}:
        return _nested(arguments)
    return UNKNOWN


def _nested(arguments: list[str]) -> str:
    """Return what ``$<LIST:APPEND,list,item>`` and ``$<PATH:NORMALIZE,path>`` come to, as far as sources use them."""
    action, values = arguments[0], arguments[1:]
    if action in {"APPEND", "PREPEND", "INSERT"}:
        return ";".join(values)
    if action in {"NORMALIZE", "CMAKE_PATH", "NATIVE_PATH", "ABSOLUTE_PATH", "REVERSE", "SORT", "REMOVE_DUPLICATES"}:
        return values[0] if values else ""
    return UNKNOWN


def _boolean(head: str, arguments: list[str]) -> str:
    verdicts = [
        None if not is_known(text) else text.upper() not in _FALSE and not text.upper().endswith("-NOTFOUND")
        for text in arguments
    ]
    if head == "BOOL":
        verdict = verdicts[0]
    elif head == "NOT":
        verdict = None if verdicts[0] is None else not verdicts[0]
    else:
        deciding = head == "OR"
        verdict = deciding if deciding in verdicts else None if None in verdicts else not deciding
    return UNKNOWN if verdict is None else "1" if verdict else "0"

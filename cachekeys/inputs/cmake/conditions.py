"""Conditions of ``if`` and ``while``: true, false, or not to be known."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cachekeys.inputs.cmake.regular import safe_regex
from cachekeys.inputs.cmake.values import UNKNOWN_VALUE, Value, elements
from cachekeys.inputs.texts import UNKNOWN, is_known

if TYPE_CHECKING:
    from cachekeys.inputs.cmake.interpreter import Interpreter
    from cachekeys.inputs.cmake.lexer import Argument

__all__ = ["decide", "is_true"]

Verdict = bool | None

_TRUE = frozenset({"1", "ON", "YES", "TRUE", "Y"})
_FALSE = frozenset({"", "0", "OFF", "NO", "FALSE", "N", "IGNORE", "NOTFOUND"})
_NUMBER = re.compile(r"-?\d+(?:\.\d+)*")
_VERSION = re.compile(r"(?:\d+(?:\.\d+)*)?")
_UNARY = frozenset(
    {"DEFINED", "COMMAND", "POLICY", "TARGET", "TEST", "EXISTS", "IS_READABLE", "IS_WRITABLE", "IS_EXECUTABLE"}
) | {
    "IS_DIRECTORY",
    "IS_SYMLINK",
    "IS_ABSOLUTE",
}
_BINARY = frozenset(
    {
        "MATCHES",
        "STREQUAL",
        "EQUAL",
        "LESS",
        "GREATER",
        "LESS_EQUAL",
        "GREATER_EQUAL",
        "STRLESS",
        "STRGREATER",
        "IN_LIST",
    }
    | {"STRLESS_EQUAL", "STRGREATER_EQUAL", "VERSION_LESS", "VERSION_GREATER", "VERSION_EQUAL", "VERSION_LESS_EQUAL"}
    | {"VERSION_GREATER_EQUAL", "IS_NEWER_THAN", "PATH_EQUAL"}
)


def is_true(text: str) -> Verdict:
    """Return whether CMake takes the constant *text* for true; None for any other text."""
    upper = text.upper()
    if upper in _TRUE or (_NUMBER.fullmatch(text) and text.strip("0.-")):
        return True
    return False if upper in _FALSE or upper.endswith("-NOTFOUND") else None


def decide(interpreter: Interpreter, arguments: list[Argument]) -> Verdict:
    """Return what a condition comes to."""
    tokens: list[tuple[Value, bool]] = []
    for argument in arguments:
        value = interpreter.expand(argument)
        if argument.quote or argument.text in {"(", ")"}:
            tokens.append((value, bool(argument.quote)))
            continue
        if value == ("",) and "$" in argument.text:
            continue  # an unquoted empty reference is no argument
        tokens.append((value, False))
    return _Parser(interpreter, tokens).disjunction()


class _Parser:
    """Recursive descent over the arguments: OR, AND, NOT, tests, as ``if`` documents their precedence."""

    def __init__(self, interpreter: Interpreter, tokens: list[tuple[Value, bool]]) -> None:
        self.interpreter = interpreter
        self.tokens = tokens
        self.at = 0

    def word(self, ahead: int = 0) -> str | None:
        """Return the unquoted keyword at the position, None when there is none."""
        if self.at + ahead >= len(self.tokens):
            return None
        value, quoted = self.tokens[self.at + ahead]
        return None if quoted or len(value) != 1 else value[0]

    def disjunction(self) -> Verdict:
        verdict = self.conjunction()
        while self.word() == "OR":
            self.at += 1
            other = self.conjunction()
            verdict = True if verdict or other else None if verdict is None or other is None else False
        return verdict

    def conjunction(self) -> Verdict:
        verdict = self.negation()
        while self.word() == "AND":
            self.at += 1
            other = self.negation()
            verdict = (
                False if verdict is False or other is False else None if verdict is None or other is None else True
            )
        return verdict

    def negation(self) -> Verdict:
        if self.word() == "NOT":
            self.at += 1
            verdict = self.negation()
            return None if verdict is None else not verdict
        return self.test()

    def test(self) -> Verdict:
        if self.word() == "(":
            self.at += 1
            verdict = self.disjunction()
            while self.at < len(self.tokens) and self.word() != ")":
                self.at += 1
                verdict = None
            self.at += 1
            return verdict
        if self.at >= len(self.tokens):
            return None
        word = self.word()
        if word in _UNARY and self.at + 1 < len(self.tokens):
            operand = self.tokens[self.at + 1][0]
            self.at += 2
            return _unary(self.interpreter, word, operand)
        operator = self.word(1)
        if operator in _BINARY and self.at + 2 < len(self.tokens):
            left, right = self.tokens[self.at], self.tokens[self.at + 2]
            self.at += 3
            return _binary(self.interpreter, operator, left, right)
        value, quoted = self.tokens[self.at]
        self.at += 1
        return _truth(self.interpreter, value, quoted=quoted)


def _agree(verdicts: set[Verdict]) -> Verdict:
    return verdicts.pop() if len(verdicts) == 1 else None


def _truth(interpreter: Interpreter, value: Value, *, quoted: bool) -> Verdict:
    verdicts: set[Verdict] = set()
    for option in value:
        if not is_known(option):
            return None
        verdict = is_true(option)
        if verdict is None:
            # a name is true when its variable is not false; a quoted text only if it is a true constant
            verdict = False if quoted else _variable(interpreter, option)
        verdicts.add(verdict)
    return _agree(verdicts)


def _variable(interpreter: Interpreter, name: str) -> Verdict:
    if not interpreter.is_set(name):
        return None
    verdicts: set[Verdict] = set()
    for option in interpreter.variable(name):
        verdict = is_true(option)
        verdicts.add(None if not is_known(option) else True if verdict is None else verdict)
    return _agree(verdicts)


def _unary(interpreter: Interpreter, operator: str, operand: Value) -> Verdict:
    if len(operand) != 1 or not is_known(operand[0]):
        return None
    name = operand[0]
    if operator == "DEFINED":
        if name.startswith("ENV{"):
            variable = name[4:].rstrip("}")
            if variable in interpreter.set_in_environment:
                return True
            interpreter.note_environment(variable)
            return None
        variable = name.removeprefix("CACHE{").rstrip("}")
        # unset() and the ways on which nothing sets it leave it empty; set(X $ENV{X}) unsets it where the other is not set
        value = interpreter.variable(variable)
        return True if interpreter.is_set(variable) and all(option.strip(UNKNOWN) for option in value) else None
    if operator == "COMMAND":
        from cachekeys.inputs.cmake.commands import COMMANDS  # they need this module

        return True if name.lower() in interpreter.functions or name.lower() in COMMANDS else None
    if operator == "TARGET":
        return True if name in interpreter.targets else None
    if operator in {"EXISTS", "IS_DIRECTORY"}:
        path = interpreter.resolve(name)
        if path is None:
            return None
        is_file, is_dir = interpreter.project.is_file(path), interpreter.project.is_dir(path)
        if operator == "IS_DIRECTORY" and is_file:
            return False
        return True if is_dir or (is_file and operator == "EXISTS") else None  # it may yet be made or fetched
    if operator == "IS_ABSOLUTE":
        return name.startswith(("/", "\0"))
    return None


def _operand(interpreter: Interpreter, token: tuple[Value, bool]) -> Value:
    """Return an operand; an unquoted name of a set variable stands for its value."""
    value, quoted = token
    if quoted or len(value) != 1 or not interpreter.is_set(value[0]):
        return value
    return interpreter.variable(value[0])


def _binary(
    interpreter: Interpreter, operator: str, left_token: tuple[Value, bool], right_token: tuple[Value, bool]
) -> Verdict:
    left = _operand(interpreter, left_token)
    if not left_token[1] and left == left_token[0] and len(left) == 1 and _looks_like_a_variable(left[0], operator):
        return None  # a variable that CMake, a package or the user sets
    if operator == "MATCHES":
        verdict = _agree({_matches(option, pattern) for option in left for pattern in right_token[0]})
        _groups(interpreter, left, right_token[0], verdict)
        return verdict
    if operator == "IN_LIST":
        name = right_token[0][0]
        if not interpreter.is_set(name) or len(interpreter.variable(name)) != 1:
            return None
        items = elements(interpreter.variable(name))
        if len(left) != 1 or not all(is_known(item) for item in (*items, *left)):
            return None
        return left[0] in items
    right = _operand(interpreter, right_token)
    return _agree({_compare(operator, a, b) for a in left for b in right})


def _looks_like_a_variable(text: str, operator: str) -> bool:
    """Tell whether an operand that is not set here is meant as a variable's name rather than as text."""
    return operator != "IN_LIST" and bool(
        re.fullmatch(r"[A-Z][A-Z0-9]*_\w+|[A-Z]+[a-z]\w*_\w+|MSVC\w*|WIN32|APPLE|UNIX", text)
    )


def _groups(interpreter: Interpreter, left: Value, right: Value, verdict: Verdict) -> None:
    """Set ``CMAKE_MATCH_<n>`` as a test that holds does."""
    from cachekeys.inputs.cmake.strings import set_groups  # only conditions with MATCHES need it

    regex = safe_regex(right[0])
    if verdict and len(left) == len(right) == 1 and regex is not None:
        set_groups(interpreter, regex.search(left[0]))
    elif verdict is None:
        for number in range(10):
            interpreter.assign(f"CMAKE_MATCH_{number}", UNKNOWN_VALUE)


def _matches(text: str, pattern: str) -> Verdict:
    regex = safe_regex(pattern)
    if regex is None or not is_known(text) or len(text) > 2000:  # noqa: PLR2004 - a bound
        return None
    return regex.search(text) is not None


def _ordered(name: str, order: int) -> bool:
    """Return what a comparison with this name says of operands whose difference has the sign *order*."""
    return {
        "LESS": order < 0,
        "GREATER": order > 0,
        "LESS_EQUAL": order <= 0,
        "GREATER_EQUAL": order >= 0,
        "EQUAL": order == 0,
    }.get(name, False)


def _compare(operator: str, left: str, right: str) -> Verdict:
    if UNKNOWN in left or UNKNOWN in right:
        return None
    if operator in {"STREQUAL", "PATH_EQUAL"}:
        return left == right
    if operator.startswith("STR"):
        return _ordered(operator.removeprefix("STR"), (left > right) - (left < right))
    if operator.startswith("VERSION_"):
        return _ordered(operator.removeprefix("VERSION_"), _by_version(left, right))
    if not _NUMBER.fullmatch(left) or not _NUMBER.fullmatch(right):
        return None
    a, b = (float(".".join(text.split(".")[:2])) for text in (left, right))
    return _ordered(operator, (a > b) - (a < b))


def _by_version(left: str, right: str) -> int:
    """Return the sign of the difference; a part that is no number ends a version, as in CMake."""
    a, b = ([int(number) for number in _VERSION.match(text)[0].split(".") if number] for text in (left, right))  # type: ignore[index]
    width = max(len(a), len(b))
    a, b = a + [0] * (width - len(a)), b + [0] * (width - len(b))
    return (a > b) - (a < b)

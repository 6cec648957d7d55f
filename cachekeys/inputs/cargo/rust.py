"""Find in Rust source what makes the compiler read other files or the environment: ``mod``, ``include!``, ``env!``, attributes.

No macro is expanded and no condition evaluated, with one exception: what is only there for tests is left out, since no build of a
wheel compiles it.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Literal

from cachekeys.values import dataclass, field

__all__ = ["Include", "Module", "Scan", "literal", "scan", "without_comments"]

IncludeKind = Literal["code", "content", "package", "directory"]
"""``code``: compiled (``include!``). ``content``: taken as it is. ``package``: the same, but the path starts from the package.
``directory``: everything below it, from the package."""

_STRING = r'(?:b|c|br|cr|r)?"(?:[^"\\]|\\.)*"'
_RAW = r'(?:b|c)?r(?P<hashes>\#+)".*?"(?P=hashes)'
_PIECE = rf"""
    (?P<comment> //[^\n]* | /\* )
  | (?P<raw> {_RAW} )
  | (?P<char> '(?:[^'\\\n]|\\[^\n']+|\\')' )
  | (?P<string> {_STRING} )
  | (?P<attribute> \#!?\[ )
  | \b mod \s+ (?:r\#)? (?P<module> \w+ ) \s* (?P<after> [;{{] )
  | \b (?P<include> include|include_str|include_bytes|include_dir|embed_migrations ) ! \s* [(\[{{] \s* (?P<argument> {_STRING} | {_RAW.replace("hashes", "more")} | concat!\s*[(\[{{] (?:[^()]|\([^()]*\))* )
  | \b (?P<git> git_version | git_describe | git_submodule_versions | git_testament ) ! \s* [(\[{{]
  | \b (?: option_env | env ) ! \s* [(\[{{] \s* (?P<variable> {_STRING} )
  | (?P<brace> [{{}};] )
"""
_LITERAL = r'(?:b|c)?(?:r(\#*)"(.*?)"\1|"((?:[^"\\]|\\.)*)")'
_MACROS = ("include!", "include_", "env!", "embed_migrations!", "grammar", "folder", "template(", "git_")
_OUTLINE = re.compile(r"mod\s+(?:r#)?\w+\s*;")  # begins with a literal text: fast
_TEST = re.compile(r"#!?\[cfg\((?:test\)|all\(test,|all\((?:[^()]|\([^()]*\))*,test[,)])")
_ATTRIBUTE_PATHS = re.compile(r"\b(grammar|folder|path)=\"([^\"\n]+)\"")
_MANIFEST_DIR = "$CARGO_MANIFEST_DIR/"


@dataclass(frozen=True, slots=True)
class Module:
    """``mod name;``: ``inside`` are the inline modules around it, ``path`` what its attribute says."""

    name: str
    inside: tuple[str, ...]
    path: str | None
    line: int


@dataclass(frozen=True, slots=True)
class Include:
    """A file, or directory, that is compiled in; ``text`` is its path as written."""

    text: str
    kind: IncludeKind
    line: int


@dataclass(slots=True)
class Scan:
    """What one file of Rust source makes the compiler read."""

    modules: list[Module] = field(default_factory=list)
    includes: list[Include] = field(default_factory=list)
    variables: list[tuple[str, int]] = field(default_factory=list)
    git: list[tuple[str, int]] = field(default_factory=list)  # macros that ask git for the commit and its tags


@cache
def _compiled() -> re.Pattern[str]:
    return re.compile(_PIECE, re.VERBOSE | re.DOTALL)


def literal(text: str) -> str | None:
    """Return the value of a string literal, None for anything else."""
    match = re.match(_LITERAL, text, re.DOTALL)
    if match is None:
        return None
    return match[2] if match[2] is not None else re.sub(r'\\(["\\])', r"\1", match[3])


def without_comments(text: str) -> str:
    """Return *text* with comments blanked out; lines and strings stay where they are."""
    return re.sub(
        rf"({_STRING})|//[^\n]*|/\*.*?\*/",
        lambda match: match[1] or re.sub(r"[^\n]", " ", match[0]),
        text,
        flags=re.DOTALL,
    )


def scan(text: str) -> Scan:
    """Return what *text* makes the compiler read."""
    result = Scan()
    if not any(word in text for word in _MACROS) and not _OUTLINE.search(text):
        return result  # most files: they cost no walk
    _Scanner(text, result).run()
    return result


class _Scanner:
    """One walk over a file."""

    def __init__(self, text: str, result: Scan) -> None:
        self.text = text
        self.result = result
        self.attributes: list[str] = []
        self.inside: list[tuple[int, str]] = []  # depth of the braces and name of each inline module
        self.depth = 0
        self.counted = 0
        self.line = 1

    def run(self) -> None:
        position = 0
        pattern = _compiled()
        while (match := pattern.search(self.text, position)) is not None:
            self.line += self.text.count("\n", self.counted, match.start())
            self.counted = match.start()
            position = self.piece(match)

    def piece(self, match: re.Match[str]) -> int:
        """Take in one piece and return where the next one may begin."""
        if match["comment"]:
            return self.after_comment(match) if match["comment"] == "/*" else match.end()
        if match["attribute"]:
            return self.attribute(match.start())
        if match["module"]:
            return self.module(match)
        if match["include"]:
            self.include(match["include"], match["argument"])
        elif match["variable"]:
            name = literal(match["variable"])
            if name:
                self.result.variables.append((name, self.line))
        elif match["git"]:
            self.result.git.append((match["git"], self.line))
        elif match["brace"]:
            self.brace(match["brace"])
        return match.end()

    def after_comment(self, match: re.Match[str]) -> int:
        """Return the end of a block comment; they nest."""
        depth, position = 1, match.end()
        while depth:
            found = re.compile(r"/\*|\*/").search(self.text, position)
            if found is None:
                return len(self.text)
            depth += 1 if found[0] == "/*" else -1
            position = found.end()
        return position

    def attribute(self, start: int) -> int:
        """Keep an attribute for the item after it."""
        depth, position = 0, start
        for found in re.compile(rf"{_STRING}|[\[\]]", re.DOTALL).finditer(self.text, start):
            depth += {"[": 1, "]": -1}.get(found[0], 0)
            position = found.end()
            if depth == 0:
                break
        written = self.text[start:position]
        for match in re.finditer(
            rf"\b(include_str|include_bytes)!\s*[(\[{{]\s*({_STRING}|concat!\s*[(\[{{](?:[^()]|\([^()]*\))*)", written
        ):
            self.include(match[1], match[2])
        compact = re.sub(r"\s+", "", written)
        self.attributes.append(compact)
        for name, path in _ATTRIBUTE_PATHS.findall(compact):
            if name == "grammar":  # pest looks below src
                self.result.includes.append(Include(f"src/{path}", "package", self.line))
            elif name == "folder":
                self.result.includes.append(Include(path, "directory", self.line))
            elif "template(" in compact:  # askama
                self.result.includes.append(Include(f"templates/{path}", "package", self.line))
        return position

    def module(self, match: re.Match[str]) -> int:
        is_test = any(_TEST.match(attribute) for attribute in self.attributes)
        path = next((found[1] for a in self.attributes if (found := re.search(r"\bpath=\"([^\"]+)\"", a))), None)
        self.attributes = []
        if match["after"] == "{":
            if is_test:
                return self.after_block(match.end())
            self.depth += 1
            self.inside.append((self.depth, path or match["module"]))
        elif not is_test:
            inside = tuple(name for _, name in self.inside)
            self.result.modules.append(Module(match["module"], inside, path, self.line))
        return match.end()

    def after_block(self, start: int) -> int:
        """Return the end of a block whose opening brace is just before *start*."""
        depth, position = 1, start
        pattern = _compiled()
        while (match := pattern.search(self.text, position)) is not None:
            position = match.end()
            if match["comment"] == "/*":
                position = self.after_comment(match)
            elif match["brace"] == "{" or match["after"] == "{":
                depth += 1
            elif match["brace"] == "}":
                depth -= 1
                if depth == 0:
                    return position
        return len(self.text)

    def include(self, macro: str, argument: str) -> None:
        text = _concatenated(argument) if argument.startswith("concat!") else literal(argument)
        if not text:
            return
        if macro in {"include_dir", "embed_migrations"}:
            self.result.includes.append(Include(text.removeprefix(_MANIFEST_DIR), "directory", self.line))
        elif text.startswith(_MANIFEST_DIR):
            self.result.includes.append(Include(text.removeprefix(_MANIFEST_DIR), "package", self.line))
        else:
            self.result.includes.append(Include(text, "code" if macro == "include" else "content", self.line))

    def brace(self, char: str) -> None:
        self.attributes = []
        if char == "{":
            self.depth += 1
        elif char == "}":
            if self.inside and self.inside[-1][0] == self.depth:
                self.inside.pop()
            self.depth -= 1


def _concatenated(argument: str) -> str | None:
    """Return the text of ``concat!(env!("CARGO_MANIFEST_DIR"), "/x")``; None when it is generated or not known."""
    inner = argument.partition("!")[2][1:]
    if "OUT_DIR" in inner:
        return None
    inner = re.sub(r"env!\s*\(\s*\"CARGO_MANIFEST_DIR\"\s*", '"$CARGO_MANIFEST_DIR"', inner)
    parts = [literal(found[0]) for found in re.finditer(_STRING, inner, re.DOTALL)]
    return "".join(part for part in parts if part is not None) or None

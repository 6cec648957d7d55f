"""``configparser``: what stands in the files that a script reads settings from, so that it is known where that goes."""

from __future__ import annotations

from typing import Any

from cachekeys.inputs.setup_script.joins import elements, join_values
from cachekeys.inputs.setup_script.library import Call, model
from cachekeys.inputs.setup_script.library.content import read_opened
from cachekeys.inputs.setup_script.values import (
    ANYTHING,
    External,
    Instance,
    Opened,
    Sources,
    Value,
    alternatives,
    as_text,
    sources_of,
    with_sources,
)
from cachekeys.inputs.texts import is_known, known

__all__ = ["section_of"]

PARSER = "configparser.ConfigParser"
_DATA = "\x03sections"


@model(PARSER, "configparser.RawConfigParser", "configparser.SafeConfigParser", "ConfigParser.ConfigParser")
@model("ConfigParser.RawConfigParser", "ConfigParser.SafeConfigParser", "six.moves.configparser.ConfigParser")
@model("six.moves.configparser.RawConfigParser", "six.moves.configparser.SafeConfigParser")
@model("setuptools.config.setupcfg.ConfigParser")
def _parser(call: Call) -> Value:
    instance = Instance(External(PARSER))
    delimiters = [as_text(item) for item in elements(call.kwargs.get("delimiters")) or []]
    instance.attributes[_DATA] = {}
    instance.attributes["delimiters"] = tuple(delimiters) or ("=", ":")
    return instance


@model(f"{PARSER}.read")
def _read(call: Call) -> Value:
    from cachekeys.inputs.setup_script.library.files import open_path  # a cycle

    parser, names = call.argument(0), call.argument(1, "filenames")
    for name in names if isinstance(names, (list, tuple)) else (names,):
        for option in alternatives(open_path(call.machine, name)):
            if isinstance(option, Opened):
                _take(parser, read_opened(call.machine, option))
    return External("names that were read", sources_of(names))


@model(f"{PARSER}.read_file", f"{PARSER}.readfp", f"{PARSER}.read_string", f"{PARSER}.read_dict")
def _read_open(call: Call) -> Value:
    parser, given = call.argument(0), call.argument(1)
    if isinstance(given, dict):
        for name, values in given.items():
            if isinstance(values, dict) and isinstance(_data(parser).get(name, {}), dict):
                _data(parser).setdefault(name, {}).update(values)
    elif isinstance(given, Opened):
        _take(parser, read_opened(call.machine, given))
    else:
        lines = elements(given) if isinstance(given, list) else None
        text = "".join(as_text(line) for line in lines) if lines is not None else given
        _take(parser, with_sources(text, sources_of(given)))
    return None


def _data(parser: Value) -> dict[Value, Value]:
    """Return the sections that *parser* knows."""
    found = parser.attributes.get(_DATA) if isinstance(parser, Instance) else None
    return found if isinstance(found, dict) else {}


def _take(parser: Value, content: Value) -> None:
    """Add what *content* says to the sections that *parser* knows."""
    data = _data(parser)
    sources = sources_of(content)
    delimiters = parser.attributes.get("delimiters") if isinstance(parser, Instance) else None
    sections = _sections(content, delimiters) if isinstance(content, str) and delimiters else None
    for name, values in (sections or {}).items():
        tagged = {known(key): with_sources(known(value), sources) for key, value in values.items()}
        data.setdefault(known(name), {}).update(tagged)
    before = sources_of(data[ANYTHING]) if ANYTHING in data else frozenset()
    data[ANYTHING] = External("setting", sources | before)


def _sections(content: str, delimiters: Any) -> dict[str, dict[str, str]] | None:
    if not is_known(content):
        return None
    import configparser  # few scripts use it

    real = configparser.ConfigParser(
        delimiters=delimiters, interpolation=None, strict=False, allow_no_value=True, default_section="DEFAULT"
    )
    try:
        real.read_string(content)
    except (configparser.Error, ValueError):
        return None
    found = {name: {key: value or "" for key, value in real.items(name)} for name in real.sections()}
    return {"DEFAULT": dict(real.defaults()), **found}


def section_of(parser: Value, name: Value) -> Value:
    """Return ``parser[name]`` as a dict, which also stands for settings that we do not know."""
    data = _data(parser)
    rest: Sources = sources_of(data[ANYTHING]) if ANYTHING in data else frozenset()
    names = [option for option in alternatives(name) if isinstance(option, str) and option in data]
    result = {key: value for option in names if isinstance(data[option], dict) for key, value in data[option].items()}
    result[ANYTHING] = External("setting", rest | sources_of(name))
    return result


@model(f"{PARSER}.get", f"{PARSER}.getint", f"{PARSER}.getfloat", f"{PARSER}.getboolean")
def _get(call: Call) -> Value:
    section = section_of(call.argument(0), call.argument(1, "section"))
    option = call.argument(2, "option")
    key = option.lower() if isinstance(option, str) else option
    value = section[key] if isinstance(key, str) and key in section else None
    if value is None or not call.name.endswith(".get"):
        unknown = section[ANYTHING]
        return join_values((unknown, call.kwargs["fallback"])) if "fallback" in call.kwargs else unknown
    return value


@model(f"{PARSER}.items", f"{PARSER}.options", f"{PARSER}.sections", f"{PARSER}.defaults")
def _list(call: Call) -> Value:
    parser, given = call.argument(0), call.argument(1, "section")
    if call.name.endswith(".sections"):
        return [name for name in _data(parser) if name not in {"DEFAULT", ANYTHING}]
    section = section_of(parser, "DEFAULT" if call.name.endswith(".defaults") else given)
    if call.name.endswith(".items"):
        return list(section.items())
    return section if call.name.endswith(".defaults") else [key for key in section if key != ANYTHING]


@model(f"{PARSER}.has_section", f"{PARSER}.has_option")
def _has(call: Call) -> Value:
    return External("a setting is there", sources_of(_data(call.argument(0)).get(ANYTHING)))


@model(f"{PARSER}.set", f"{PARSER}.add_section", f"{PARSER}.write", f"{PARSER}.optionxform")
def _change(call: Call) -> Value:
    """Set an option, or do what bears on nothing that we look at."""
    data, section, option = _data(call.argument(0)), call.argument(1), call.argument(2)
    if call.name.endswith(".set") and isinstance(section, str) and isinstance(option, str):
        data.setdefault(section, {})[option.lower()] = call.argument(3)
    return None

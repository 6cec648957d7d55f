"""Our data classes against the standard library's, which they have to behave like."""

from __future__ import annotations

import copy
import dataclasses
import pickle
from typing import Any

import pytest

from cachekeys import values
from cachekeys.uv.keys import FileKey


def _both(body: dict[str, Any], **parameters: Any) -> tuple[type, type]:
    """Return the same class, made by the standard library and by us."""
    made = []
    for module in (dataclasses, values):
        members = {name: value(module) if name == "items" else value for name, value in body.items()}
        made.append(module.dataclass(**parameters)(type("Thing", (), {"__module__": __name__, **members})))
    return made[0], made[1]


_BODY = {
    "__annotations__": {"name": "str", "count": "int", "items": "list[int]"},
    "__doc__": "A thing.",
    "count": 3,
    "items": lambda module: module.field(default_factory=list, compare=False, repr=False),
    "twice": property(lambda self: 2 * self.count),
}


@pytest.fixture(params=[(True, True), (True, False), (False, True), (False, False)], ids=str)
def pair(request: pytest.FixtureRequest) -> tuple[type, type]:
    frozen, slots = request.param
    return _both(_BODY, frozen=frozen, slots=slots)


def _outcome(action: Any) -> Any:
    try:
        return action()
    except Exception as error:  # noqa: BLE001 - which one it is, is what is compared
        return type(error)


@pytest.mark.parametrize(
    "action",
    [
        lambda cls: repr(cls("a")),
        lambda cls: repr(cls("a", 5, [1])),
        lambda cls: repr(cls(count=1, name="b")),
        lambda cls: cls("a").items,
        lambda cls: cls("a").items is cls("a").items,
        lambda cls: cls("a").twice,
        lambda cls: cls(),
        lambda cls: cls("a", 1, [], 2),
        lambda cls: cls("a", name="b"),
        lambda cls: cls("a", other="b"),
        lambda cls: cls("a", 1, [1]) == cls("a", 1, [2]),
        lambda cls: cls("a") == cls("b"),
        lambda cls: cls("a") == ("a", 3),
        lambda cls: cls("a") < cls("b"),
        lambda cls: len({cls("a"), cls("a", 3, [1])}),
        lambda cls: setattr(cls("a"), "name", "b"),
        lambda cls: delattr(cls("a"), "name"),
        lambda cls: repr(copy.copy(cls("a", 7))),
        lambda cls: copy.deepcopy(cls("a", 7, [1])).items,
        lambda cls: repr(dataclasses.replace(cls("a", 7), name="b")),
        lambda cls: dataclasses.replace(cls("a"), other="b"),
        lambda cls: dataclasses.asdict(cls("a", 7, [1])),
        lambda cls: dataclasses.astuple(cls("a", 7, [1])),
        lambda cls: [(f.name, f.type, f.default, f.compare, f.repr) for f in dataclasses.fields(cls)],
        lambda cls: [f.name for f in dataclasses.fields(cls("a"))],
        dataclasses.is_dataclass,
        lambda cls: cls.__match_args__,
        lambda cls: cls.__doc__,
        lambda cls: cls.__qualname__,
        lambda cls: hasattr(cls("a"), "__dict__"),
    ],
)
def test_same_as_the_standard_library(pair: tuple[type, type], action: Any) -> None:
    standard, ours = (_outcome(lambda cls=cls: action(cls)) for cls in pair)
    assert ours == standard


def test_attribute_can_be_set_unless_frozen() -> None:
    for cls in _both(_BODY, slots=True):
        thing: Any = cls("a")
        thing.name = "b"
        assert thing.name == "b"


def test_identity_without_eq() -> None:
    for cls in _both(_BODY, eq=False, slots=True):
        thing = cls("a")
        assert thing == thing  # noqa: PLR0124 - what is tested
        assert thing != cls("a")
        assert len({thing, cls("a")}) == 2


def test_classes_of_equal_fields_differ() -> None:
    (_, first), (_, second) = _both(_BODY, frozen=True), _both(_BODY, frozen=True)
    assert first("a") != second("a")


def test_own_methods_stay() -> None:
    body = {"__annotations__": {"name": "str"}, "__repr__": lambda self: f"<{self.name}>"}
    for cls in _both(body, frozen=True, slots=True):
        assert repr(cls("a")) == "<a>"


@pytest.mark.parametrize("body", [{"__annotations__": {}}, {"__annotations__": {"name": "str"}, "name": "x"}], ids=str)
def test_few_fields(body: dict[str, Any]) -> None:
    standard, ours = _both(body, frozen=True, slots=True)
    assert repr(ours()) == repr(standard())
    assert ours() == ours()
    assert hash(ours()) == hash(standard())


@values.dataclass(frozen=True, slots=True)
class Point:
    """A class as type checkers see it."""

    x: int
    y: int = 0


def test_pickle() -> None:
    assert pickle.loads(pickle.dumps(FileKey(1, "a"))) == FileKey(1, "a")


def test_replace() -> None:
    assert values.replace(Point(1, 2), y=3) == Point(1, 3)
    assert dataclasses.replace(Point(1, 2), y=3) == Point(1, 3)
    with pytest.raises(TypeError):
        values.replace(Point(1), z=1)  # type: ignore[call-arg]


def test_match() -> None:
    match Point(1, 2):
        case Point(x, y):
            assert (x, y) == (1, 2)


def test_inherited_fields_are_refused() -> None:
    with pytest.raises(TypeError, match="would inherit fields"):
        values.dataclass()(type("Child", (Point,), {"__annotations__": {}}))

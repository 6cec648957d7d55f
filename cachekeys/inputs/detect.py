"""Run every detector and collect what it finds; one that raises does not take the others down."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, cast, get_args

from cachekeys.inputs.model import BuildInput, BuildOutput, Mode, Unresolved
from cachekeys.inputs.soundness import flaw
from cachekeys.values import dataclass, replace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from pluggy import HookImpl

    from cachekeys.inputs.model import Detected
    from cachekeys.project import Project

__all__ = ["DetectorFailure", "Inputs", "detect"]

_LIMIT = 100_000
"""Things that one detector may yield: far more than any project has, far less than an endless generator."""


@dataclass(frozen=True, slots=True)
class DetectorFailure:
    """A detector that raised, or that yielded something else than the model's classes."""

    detector: str
    error: str


@dataclass(frozen=True, slots=True)
class Inputs:
    """All that the detectors found, sorted and without duplicates."""

    inputs: tuple[BuildInput, ...]
    outputs: tuple[BuildOutput, ...]
    unresolved: tuple[Unresolved, ...]
    failures: tuple[DetectorFailure, ...]


def detect(project: Project) -> Inputs:
    """Ask every detector about *project*. Never raises for a detector's sake."""
    from cachekeys.plugins import load  # pluggy is only needed here

    manager, problems = load(project)
    failures = [DetectorFailure(label, error) for label, error in problems]
    found: list[Detected] = []
    # Called one by one: pluggy's own multi-call ends at the first exception.
    for implementation in manager.hook.cachekeys_detect_inputs.get_hookimpls():
        failures += [
            DetectorFailure(implementation.plugin_name, error) for error in _run(implementation, project, found)
        ]
    outputs = [item for item in found if isinstance(item, BuildOutput)]
    return Inputs(
        inputs=_merge(_without_written([item for item in found if isinstance(item, BuildInput)], outputs)),
        outputs=tuple({item.what: item for item in sorted(outputs, key=_output_order, reverse=True)}.values())[::-1],
        unresolved=_merge_unresolved([item for item in found if isinstance(item, Unresolved)]),
        failures=tuple(sorted(set(failures), key=lambda failure: (failure.detector, failure.error))),
    )


def _run(implementation: HookImpl, project: Project, found: list[Detected]) -> Iterator[str]:
    """Call one detector, add what it yields to *found*, and yield what is wrong with it."""
    from cachekeys.plugins import describe

    if implementation.wrapper or implementation.hookwrapper:
        yield "is a hook wrapper; a detector yields inputs and wraps no other"
        return
    function = cast("Callable[..., Iterable[object] | None]", implementation.function)
    arguments = [{"project": project}[argument] for argument in implementation.argnames]
    rubbish: list[str] = []
    try:
        for count, item in enumerate(islice(function(*arguments) or (), _LIMIT + 1)):
            if count == _LIMIT:
                yield f"yields without end; stopped after {_LIMIT} things"
                break
            problem = _problem(item)
            if problem is None:
                found.append(replace(cast("Detected", item), detector=implementation.plugin_name))
            else:
                rubbish.append(problem)
    except (Exception, SystemExit) as error:  # noqa: BLE001 - reported as CK902, the others go on
        yield describe(error)
    if rubbish:
        yield rubbish[0] if len(rubbish) == 1 else f"{rubbish[0]} (and {len(rubbish) - 1} more such things)"


def _problem(item: object) -> str | None:
    """Return what is wrong with a thing that a detector yielded, or None."""
    defect = flaw(item)
    if not defect and isinstance(item, BuildInput) and item.optional not in (True, False):
        defect = "whose `optional` is neither true nor false"
    return f"yielded {_show(item)}, {defect}" if defect else None


def _show(value: object) -> str:
    try:
        text = repr(value)
    except Exception:  # noqa: BLE001 - the object is a stranger's
        text = f"an object of type {type(value).__name__}"
    return text if len(text) <= 80 else text[:79] + "…"  # noqa: PLR2004 - what fits into a line


# -- order and duplicates ------------------------------------------------------------------------------------------


def _without_written(inputs: list[BuildInput], outputs: list[BuildOutput]) -> list[BuildInput]:
    """Drop files that one detector saw being read and another knows to be written during the build.

    Such a file (an ``attr:`` in the version file of setuptools-scm) says what its writer's inputs say, and a key for it
    would fire on every run. A detector that yields both means both. What every build writes anew is no input for anybody,
    but for what the front end reads before.
    """
    writers: dict[str, set[str]] = {}
    for output in outputs:
        writers.setdefault(output.what, set()).add(output.detector)
    anew = {output.what for output in outputs if output.anew}

    def is_written(item: BuildInput) -> bool:
        if item.what in anew and item.role != "manifest":
            return True
        return item.role == "dynamic-file" and writers.get(item.what, {item.detector}) != {item.detector}

    return [item for item in inputs if item.kind != "file" or not is_written(item)]


def _output_order(output: BuildOutput) -> tuple[str, str, int, str]:
    return (output.what, output.origin.file, output.origin.line or 0, output.why)


def _merge_unresolved(unresolved: list[Unresolved]) -> tuple[Unresolved, ...]:
    def order(item: Unresolved) -> tuple[str, int, str, str]:
        return (item.origin.file, item.origin.line or 0, item.message, item.detector)

    return tuple(
        sorted({order(item)[:3]: item for item in sorted(unresolved, key=order, reverse=True)}.values(), key=order)
    )


_SURENESS = {"certain": 0, "likely": 1, "possible": 2}
_TRACED = "traced"
"""The detector that knows that something was read, but not what for: the others' words are better, its certainty is."""


def _merge(inputs: list[BuildInput]) -> tuple[BuildInput, ...]:
    """Keep, of several sightings of the same input, the surest, of these rather one that does more than change a text.

    It matters in every mode in which one of them does.

    In a mode in which it does not matter but is read, it stays as an optional one.
    """

    def order(item: BuildInput) -> tuple[object, ...]:
        return (
            item.optional,
            _SURENESS[item.confidence],
            item.affects == "metadata",
            item.origin.file,
            item.origin.line or 0,
            item.why,
            item.detector,
            len(item.chain),
            [(place.file, place.line or 0, place.column or 0) for place in item.chain],
        )

    known = {(item.kind, item.what) for item in inputs if item.detector != _TRACED}
    traced: dict[tuple[str, str], BuildInput] = {
        (item.kind, item.what): item for item in inputs if item.detector == _TRACED
    }
    best: dict[tuple[str, str, bool], BuildInput] = {}
    modes: dict[tuple[str, str, bool], set[str]] = {}
    for item in inputs:
        if item.detector == _TRACED and (item.kind, item.what) in known:
            continue
        key: tuple[str, str, bool] = (item.kind, item.what, bool(item.optional))
        modes.setdefault(key, set()).update(item.modes)
        if key not in best or order(item) < order(best[key]):
            best[key] = item
    result = []
    for key in sorted(best):
        held = modes[key] - (modes.get((*key[:2], False), set()) if key[2] else set())
        if held:
            item = _as_sure(best[key], traced.get(key[:2]))
            ordered = tuple(mode for mode in get_args(Mode) if mode in held)
            result.append(item if set(item.modes) == held else replace(item, modes=ordered))
    return tuple(result)


def _as_sure(item: BuildInput, traced: BuildInput | None) -> BuildInput:
    """Return *item*, made as sure as the trace that saw it."""
    if traced is None or _SURENESS[traced.confidence] >= _SURENESS[item.confidence]:
        return item
    return replace(item, confidence=traced.confidence)

"""Run every detector and collect what it finds; one that raises does not take the others down."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, cast

from cachekeys.inputs.model import BuildInput, BuildOutput, Unresolved
from cachekeys.inputs.soundness import flaw

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from cachekeys.inputs.model import Detected
    from cachekeys.project import Project

__all__ = ["DetectorFailure", "Inputs", "detect"]


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
    from cachekeys.plugins import load  # noqa: PLC0415 - pluggy is only needed here

    manager, problems = load()
    failures = [DetectorFailure(label, f"cannot be loaded: {error}") for label, error in problems]
    found: list[BuildInput | BuildOutput | Unresolved] = []
    # Called one by one: pluggy's own multi-call ends at the first exception.
    for implementation in manager.hook.cachekeys_detect_inputs.get_hookimpls():
        name = implementation.plugin_name
        function = cast("Callable[..., Iterable[object] | None]", implementation.function)
        arguments = [{"project": project}[argument] for argument in implementation.argnames]
        try:
            for item in function(*arguments) or ():
                if problem := flaw(item):
                    failures.append(DetectorFailure(name, f"yielded {item!r}, {problem}"))
                    continue
                found.append(replace(cast("Detected", item), detector=name))
        except Exception as error:  # noqa: BLE001 - reported as CK902, the others go on
            failures.append(DetectorFailure(name, f"{type(error).__name__}: {error}"))
    return Inputs(
        inputs=_merge([item for item in found if isinstance(item, BuildInput)]),
        outputs=tuple(
            {o.what: o for o in sorted((i for i in found if isinstance(i, BuildOutput)), key=_output_order)}.values()
        ),
        unresolved=tuple(
            sorted(
                {i for i in found if isinstance(i, Unresolved)},
                key=lambda u: (u.origin.file, u.origin.line or 0, u.message),
            )
        ),
        failures=tuple(sorted(failures, key=lambda failure: failure.detector)),
    )


def _output_order(output: BuildOutput) -> tuple[str, str, int]:
    return (output.what, output.origin.file, output.origin.line or 0)


_SURENESS = {"certain": 0, "likely": 1, "possible": 2}


def _merge(inputs: list[BuildInput]) -> tuple[BuildInput, ...]:
    """Keep, of several sightings of the same input in the same role, the surest."""

    def order(item: BuildInput) -> tuple[object, ...]:
        return (item.optional, _SURENESS[item.confidence], item.origin.file, item.origin.line or 0, item.why)

    best: dict[tuple[str, str], BuildInput] = {}
    for item in inputs:
        key = (item.kind, item.what)
        if key not in best or order(item) < order(best[key]):
            best[key] = item
    return tuple(best[key] for key in sorted(best))

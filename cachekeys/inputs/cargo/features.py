"""Which crates of the tree a build compiles, and with which features: optional dependencies count when a feature asks for them.

Platforms are not told apart: what any of them needs counts. Features add up over all who depend on a crate (the Cargo book,
"Features", "Feature unification").
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cachekeys.inputs.dynamic import strings, table

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from cachekeys.inputs.cargo.manifests import Dependency, Manifests

__all__ = ["compiled_crates"]

MAX_ROUNDS = 20_000


def compiled_crates(
    manifests: Manifests,
    first: str,
    features: Iterable[str],
    vendor: Mapping[str, Iterable[str]],
    *,
    default_features: bool = True,
) -> dict[str, Dependency | None]:
    """Return the manifests of the crates that are compiled, each with the dependency by which it was found first.

    :param features: what is asked of the crate with the manifest *first*.
    :param vendor: manifests of crates from a registry that lie in the tree, by name.
    """
    found: dict[str, Dependency | None] = {first: None}
    active: dict[str, set[str]] = {first: {*features, *(["default"] if default_features else [])}}
    pending = [first]
    for _ in range(MAX_ROUNDS):
        if not pending:
            break
        current = pending.pop(0)
        optional, asked = _enabled(manifests, current, active[current])
        for dependency in manifests.dependencies(current):
            if dependency.is_dev or (dependency.is_optional and dependency.name not in optional):
                continue
            wanted = {*dependency.features, *asked.get(dependency.name, ())}
            wanted |= {"default"} if dependency.default_features else set()
            targets = [dependency.path] if dependency.path else vendor.get(dependency.package, ())
            for target in targets:
                known = active.setdefault(target, set())
                if target not in found or not wanted <= known:
                    found.setdefault(target, dependency)
                    known |= wanted
                    pending.append(target)
    return found


def _enabled(manifests: Manifests, manifest: str, active: set[str]) -> tuple[set[str], dict[str, set[str]]]:
    """Return the optional dependencies that features switch on, and the features that they ask of dependencies."""
    document = manifests.read(manifest)
    defined = table(document.get("features") if document else None)
    optional: set[str] = set()
    asked: dict[str, set[str]] = {}
    pending, seen = list(active), set(active)
    while pending:
        feature = pending.pop()
        optional.add(feature)  # an optional dependency is a feature of its own name
        for _, text in strings(defined.get(feature)):
            name, slash, wanted = text.partition("/")
            if slash:
                asked.setdefault(name.removesuffix("?"), set()).add(wanted)
            if text.startswith("dep:"):
                optional.add(text.removeprefix("dep:"))
            elif name not in seen:  # "x?" is the name of none
                seen.add(name)
                pending.append(name)
    return optional, asked

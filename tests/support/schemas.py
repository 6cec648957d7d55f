"""The published JSON Schemas, as strict as a test wants them."""

from __future__ import annotations

from typing import Any

__all__ = ["strict"]


def strict(schema: Any) -> Any:
    """Return the schema with every described object closed."""
    if isinstance(schema, dict):
        closed = {key: strict(value) for key, value in schema.items()}
        if "properties" in closed:
            closed["additionalProperties"] = False
        return closed
    return [strict(item) for item in schema] if isinstance(schema, list) else schema
